"""Save, verify and add a low-rank difference to the weights of a model (LoRA).

For a matrix W (out, in) of the base the file holds `NAME.up` (out, r) and `NAME.down` (r, in); the
model computes with W + up @ down. After Hu et al., "LoRA", https://arxiv.org/abs/2106.09685. Beside
the file stands its SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ModelUnavailable

if TYPE_CHECKING:
    from torch import Tensor, nn

UP, DOWN = ".up", ".down"


def save_low_rank(factors: Mapping[str, tuple[Tensor, Tensor]], path: Path) -> None:
    """Write (up, down) of each matrix by its name, in float16, with a checksum beside the file."""
    from safetensors.torch import save

    tensors = {}
    for name, (up, down) in factors.items():
        tensors[name + UP] = up.detach().half().contiguous()
        tensors[name + DOWN] = down.detach().half().contiguous()
    data = save(tensors)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    path.with_suffix(".sha256").write_text(f"{digest}  {path.name}\n", encoding="ascii")


def add_low_rank(model: nn.Module, path: Path) -> None:
    """Add the difference at `path` to the weights of `model`.

    Raises ModelUnavailable for a file that is missing, damaged or of another model.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        tensors = load(_verified(path))
    except SafetensorError as error:
        raise _misfit(path, str(error)) from error
    weights: dict[str, Any] = dict(model.named_parameters())
    factors = {}
    for name in sorted({each.removesuffix(UP).removesuffix(DOWN) for each in tensors}):
        up, down = tensors.get(name + UP), tensors.get(name + DOWN)
        if up is None or down is None or name not in weights:
            raise _misfit(path, name)
        if weights[name].shape != (up.shape[0], down.shape[1]):
            raise _misfit(path, name)
        factors[name] = up.float() @ down.float()
    with torch.no_grad():
        for name, difference in factors.items():
            weights[name] += difference.to(weights[name].dtype)


def _misfit(path: Path, why: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"De aanpassing {path} past niet op dit embeddingmodel ({why}): draai `vraagbaak "
        "models fetch`.",
        f"The difference {path} does not fit this embedding model ({why}): run `vraagbaak "
        "models fetch`.",
    )


def _verified(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        stated = path.with_suffix(".sha256").read_text(encoding="ascii").split()[0]
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise ModelUnavailable(
            f"{path} of zijn controlegetal is niet te lezen ({error}); installeer Vraagbaak opnieuw.",
            f"{path} or its checksum cannot be read ({error}); install Vraagbaak again.",
        ) from error
    if hashlib.sha256(data).hexdigest() != stated:
        raise ModelUnavailable(
            f"{path} is beschadigd; installeer Vraagbaak opnieuw.",
            f"{path} is damaged; install Vraagbaak again.",
        )
    return data
