"""How the reader's weights are made: `data` -> `mining` -> `loop` -> `calibration`; `run` is all of it.

    vraagbaak-eval train DATA --out FOLDER

One command from reading data to weights. It writes its state every ten minutes and goes on from
there; docs/training.md has the recipe of the weights that the project ships, and its figures.
"""
