"""From reading data to weights, in one command that can be interrupted at any moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from eval.reading import measure, summary
from eval.training.calibration import best_probabilities, collect, fit
from eval.training.data import load_reading
from eval.training.leaning import asked_in, fit_leaning, leaning_figures
from eval.training.loop import Recipe, train
from eval.training.mining import mine, mined_index
from index.encoders.e5_wheel import NAME as BASE
from index.encoders.e5_wheel import fetch_e5
from index.encoders.embedding import KAMER, load_encoder
from rag.reader.network import ReaderNetwork, load_base
from rag.reader.reader import load_reader
from rag.reader.weight_file import FILE_NAME, load_weights, save_weights
from rag.reader.windows import WindowMaker, load_tokenizer

UNCALIBRATED = {"bias": 0.0, "reader": 1.0, "cosine": 0.0, "search": 0.0}


def train_reader(
    folders: Sequence[Path],
    out: Path,
    recipe: Recipe,
    models_dir: Path,
    begin: Path | None = None,
    keep: float = 0.0,
) -> dict[str, Any]:
    """Train the reader on the data in `folders`; state, log and weights are kept in `out`.

    It begins with the base model, or with the weights in the folder `begin`. Of these a share
    `keep` stays in what is saved: the average of two rounds reads unseen documents better than the
    last one (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").

    The same call goes on where an earlier one stopped. Returns what the weights say of themselves.
    Raises BadRequest for data that cannot be used and ModelUnavailable without the base model.
    """
    out.mkdir(parents=True, exist_ok=True)
    data = load_reading(folders)
    base = fetch_e5(models_dir)
    encoder = load_encoder(KAMER, models_dir)
    negatives = mine(data.examples, data.passages, encoder, out / "mined")
    network = load_base(base, attention="eager")
    before: dict[str, Tensor] = {}
    if begin is not None:
        load_weights(network, begin / FILE_NAME)
        before = {name: value.clone() for name, value in network.state_dict().items()}
    maker = WindowMaker(load_tokenizer(base))
    train(network, data, negatives, maker, recipe, out)
    average(network, before, keep)
    asked = asked_in(data.examples)
    fit_leaning(network, maker, asked.apart(kept=False))

    weights = out / FILE_NAME
    about: dict[str, Any] = {
        "made": date.today().isoformat(),
        "licence": "EUPL-1.2",
        "recipe": asdict(recipe) | {"begin": begin is not None, "keep": keep},
        "data": {
            f"{folder.name}/{file.name}": _sha256(file)
            for folder in folders
            for file in sorted(folder.glob("*.jsonl"))
        },
        "examples": len(data.training()),
        "calibration": UNCALIBRATED,
    }
    save_weights(network, load_base(base), BASE, about, weights)
    reader = load_reader(weights, base)
    about["development"] = summary(measure(reader, data, negatives))
    about["development"] |= leaning_figures(reader, asked.apart(kept=True))
    rows = collect(reader, data, mined_index(data.passages, encoder, out / "mined"))
    if rows:
        about["calibration"] = fit(rows)
        _, answerable, right = best_probabilities(rows, about["calibration"])
        about["development"]["first_passage"] = float(right[answerable].mean())
    save_weights(network, load_base(base), BASE, about, weights)
    (out / "card.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return about


def average(network: ReaderNetwork, before: Mapping[str, Tensor], keep: float) -> None:
    """Let a share `keep` of the weights `before` stay in `network`; what is equal stays exact."""
    mixed = {
        name: value
        if name not in before or torch.equal(value, before[name])
        else (1 - keep) * value + keep * before[name]
        for name, value in network.state_dict().items()
    }
    network.load_state_dict(mixed)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
