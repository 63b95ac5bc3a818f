"""The reader's weights on disk: an int8 difference to the base model, and the heads.

A safetensors file. Of each changed matrix it holds `NAME` (int8, the matrix's shape) and
`NAME.scale` (float32, one a row): the weight is base + NAME * scale. Changed vectors, and the heads,
stand in it as they are, in float16. Its metadata say what it was made of: `base` (the base model's
name), `base_sha256` (over the base's tensors that it changes), `card` (JSON: recipe, data, date,
calibration). Beside it stands its checksum, with the ending `.sha256`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from index.errors import ModelUnavailable
from rag.reader.network import ReaderNetwork

FILE_NAME = "reader.safetensors"
_ENCODER = "encoder."


@dataclass(frozen=True, slots=True)
class Card:
    """What the file says of itself; `calibration` is what `rag.pipeline.reading.Weights` needs."""

    base: str
    sha256: str
    about: Mapping[str, Any]


def save_weights(
    network: ReaderNetwork,
    base: ReaderNetwork,
    base_name: str,
    about: Mapping[str, Any],
    path: Path,
) -> Card:
    """Write the difference between `network` and `base` to `path`, with a checksum file beside
    it."""
    from safetensors.torch import save

    before = base.state_dict()
    tensors: dict[str, Tensor] = {}
    changed = []
    for name, weight in network.state_dict().items():
        weight = weight.detach().float().cpu()
        if not name.startswith(_ENCODER):
            tensors[name] = weight.half()
            continue
        difference = weight - before[name].float()
        if not difference.any():
            continue
        changed.append(name)
        if difference.dim() == 1:
            tensors[name] = difference.half()
            continue
        scale = (difference.abs().amax(1, keepdim=True) / 127).clamp(min=1e-7)
        tensors[name] = (difference / scale).round().clamp(-127, 127).to(torch.int8)
        tensors[f"{name}.scale"] = scale
    metadata = {
        "base": base_name,
        "base_sha256": _sha256_of(before, changed),
        "card": json.dumps(about, ensure_ascii=False),
    }
    data = save({name: tensor.contiguous() for name, tensor in tensors.items()}, metadata)
    digest = hashlib.sha256(data).hexdigest()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    _checksum_of(path).write_text(f"{digest}  {path.name}\n", encoding="ascii")
    return Card(base_name, digest, about)


def read_card(path: Path) -> Card:
    """What the file at `path` says of itself. Raises ModelUnavailable as `load_weights`."""
    return _card(path, _verified(path))[0]


def load_weights(network: ReaderNetwork, path: Path) -> Card:
    """Add the difference at `path` to `network`, which holds the base with untrained heads.

    Raises ModelUnavailable for a file that is missing, damaged, no reader, or made for another base.
    """
    from safetensors.torch import load

    data = _verified(path)
    card, base_sha256 = _card(path, data)
    tensors = load(data)
    state = network.state_dict()
    heads = {name for name in state if not name.startswith(_ENCODER)}
    changed = [n for n in tensors if n.startswith(_ENCODER) and not n.endswith(".scale")]
    if not heads <= set(tensors):
        raise _no_reader(path)
    fits = all(name in state and state[name].shape == tensors[name].shape for name in changed)
    found = _sha256_of(state, changed) if fits else None
    if found != base_sha256:
        raise _other_base(path, card.base, base_sha256, found)
    for name in changed:
        difference = tensors[name].float()
        if f"{name}.scale" in tensors:
            difference = difference * tensors[f"{name}.scale"].float()
        state[name] = state[name].float() + difference
    for name in heads:
        state[name] = tensors[name].float()
    network.load_state_dict(state)
    return card


def _card(path: Path, data: bytes) -> tuple[Card, str]:
    """The card in the header, and the checksum of the base's tensors."""
    try:
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
        card = Card(header["base"], hashlib.sha256(data).hexdigest(), json.loads(header["card"]))
        return card, header["base_sha256"]
    except (KeyError, TypeError, ValueError) as error:
        raise _no_reader(path) from error


def _no_reader(path: Path) -> ModelUnavailable:
    return ModelUnavailable(
        f"{path} bevat geen leesmodel van deze versie van Vraagbaak; zet `reader` op een andere map of "
        "op none, of train het opnieuw.",
        f"{path} holds no reader of this version of Vraagbaak; set `reader` to another folder or to "
        "none, or train it again.",
    )


def _other_base(path: Path, base: str, stated: str, found: str | None) -> ModelUnavailable:
    nl = f"sha256 {found[:12]}…" if found else "andere vorm"
    en = f"sha256 {found[:12]}…" if found else "another shape"
    return ModelUnavailable(
        f"Het leesmodel {path} hoort bij {base} (sha256 {stated[:12]}…), niet bij het basismodel "
        f"dat hier staat ({nl}). Draai `vraagbaak models fetch`, of zet `reader` op een map met een "
        "leesmodel voor dit basismodel of op none.",
        f"The reader {path} belongs to {base} (sha256 {stated[:12]}…), not to the base model here "
        f"({en}). Run `vraagbaak models fetch`, or set `reader` to a folder with a reader for this "
        "base or to none.",
    )


def _checksum_of(path: Path) -> Path:
    return path.with_suffix(".sha256")


def _verified(path: Path) -> bytes:
    """The bytes of the file. Raises ModelUnavailable if its checksum does not match."""
    try:
        data = path.read_bytes()
        stated = _checksum_of(path).read_text(encoding="ascii").split()[0]
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise ModelUnavailable(
            f"Het leesmodel {path} of zijn controlegetal is niet te lezen ({error}). Installeer "
            "Vraagbaak opnieuw, of zet `reader` op een andere map of op none.",
            f"The reader {path} or its checksum cannot be read ({error}). Install Vraagbaak again, "
            "or set `reader` to another folder or to none.",
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != stated:
        raise ModelUnavailable(
            f"Het leesmodel {path} is beschadigd: sha256 {digest[:12]}…, verwacht {stated[:12]}…. "
            "Installeer Vraagbaak opnieuw, of zet `reader` op een andere map of op none.",
            f"The reader {path} is damaged: sha256 {digest[:12]}…, expected {stated[:12]}…. "
            "Install Vraagbaak again, or set `reader` to another folder or to none.",
        )
    return data


def _sha256_of(state: Mapping[str, Tensor], names: list[str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(name.encode())
        array: Any = state[name].detach().float().cpu().numpy()
        digest.update(np.ascontiguousarray(array, dtype="<f4").tobytes())
    return digest.hexdigest()
