"""Train the encoder along: questions nearer to the windows that answer them than to others.

Contrastive learning with the other windows of a batch as negatives, and a mined one for each
question (Karpukhin et al. 2020). Only a low-rank difference is learned (`index.encoders.low_rank`): the base
keeps what it knows, and the file stays small.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from eval.training.data import APART, Example, ReadingData, is_development
from eval.training.loop import bfloat16_pays, log_line, schedule
from index.chunking import windows
from index.documents import Passage
from index.encoders.low_rank import save_low_rank

FILE_NAME = "encoder.safetensors"
STATE_NAME = "encoder.pt"


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """What a run is made of. `pairs` questions a batch; logits are cosines / `temperature`."""

    epochs: float = 1.0
    rate: float = 1e-3
    warmup: float = 0.1
    rank: int = 16
    pairs: int = 48
    temperature: float = 0.02
    natural_share: float = 0.4
    seed: int = 17
    save_seconds: float = 300.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, a window that answers it and one that does not; `own`, `other`: their passages."""

    question: str
    answer: str
    miss: str
    own: str
    other: str


class LowRank(nn.Module):
    """A linear layer as it is, and a learned product of two narrow matrices beside it."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(
            torch.randn(rank, linear.in_features) / math.sqrt(linear.in_features)
        )
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        """x (..., in) -> (..., out)."""
        beside = (x @ self.down.T.to(x.dtype)) @ self.up.T.to(x.dtype)
        found: Tensor = self.linear(x) + beside
        return found


def train_encoder(
    base: Path,
    data: ReadingData,
    negatives: Mapping[str, Sequence[str]],
    recipe: EncoderRecipe,
    out: Path,
) -> Path:
    """Learn the difference on the training split of `data` and write it to `out`; returns its path.

    `base` is the folder of the model; `negatives` are near passages by question. Goes on from the
    state in `out` where there is one.
    """
    from transformers import AutoTokenizer, BertModel

    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    tokenizer = AutoTokenizer.from_pretrained(base)
    model: Any = BertModel.from_pretrained(
        base, add_pooling_layer=False, attn_implementation="eager", dtype=torch.float32
    )
    model.requires_grad_(False)
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    if bfloat16_pays(device):
        model = model.bfloat16()
    layers = _with_low_rank(model, recipe.rank)
    model.to(device).train()
    learned = [weight for layer in layers.values() for weight in (layer.down, layer.up)]
    optimizer = torch.optim.AdamW(learned, lr=recipe.rate, weight_decay=0.0)
    at = _resume(out / STATE_NAME, learned, optimizer)

    def embed(texts: Sequence[str]) -> Tensor:
        batch = tokenizer(
            list(texts), padding=True, truncation=True, max_length=512, return_tensors="pt",
            pad_to_multiple_of=16,
        ).to(device)  # fmt: skip
        hidden = model(**batch).last_hidden_state  # (n, L, W)
        shown = batch["attention_mask"].unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * shown).sum(1) / shown.sum(1)
        return nn.functional.normalize(mean.float(), dim=-1)

    batches = [
        batch
        for epoch in range(math.ceil(recipe.epochs))
        for batch in _batches(list(_pairs(data, negatives, recipe, epoch)), recipe, epoch)
    ]
    batches = batches[: round(len(batches) * recipe.epochs / math.ceil(recipe.epochs))]
    saved = began = time.monotonic()
    while at < len(batches):
        batch = batches[at]
        done = at / len(batches)
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * schedule(done, recipe.warmup)
        questions = embed([f"query: {pair.question}" for pair in batch])
        texts = [pair.answer for pair in batch] + [pair.miss for pair in batch]
        found = embed([f"passage: {text}" for text in texts])
        owners = [pair.own for pair in batch] + [pair.other for pair in batch]
        logits = questions @ found.T / recipe.temperature  # (n, 2n)
        same = torch.tensor(
            [[o == pair.own and n != row for n, o in enumerate(owners)]
             for row, pair in enumerate(batch)], device=device,
        )  # fmt: skip
        logits = logits.masked_fill(same, float("-inf"))
        loss = nn.functional.cross_entropy(logits, torch.arange(len(batch), device=device))
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        at += 1
        if at % 10 == 0:
            log_line(out / "encoder.jsonl", step=at, of=len(batches), loss=float(loss.detach()),
                     seconds=time.monotonic() - began)  # fmt: skip
        if time.monotonic() - saved > recipe.save_seconds:
            _save(out / STATE_NAME, learned, optimizer, at)
            saved = time.monotonic()
    _save(out / STATE_NAME, learned, optimizer, at)
    save_low_rank({n: (each.up, each.down) for n, each in layers.items()}, out / FILE_NAME)
    return out / FILE_NAME


def _with_low_rank(model: nn.Module, rank: int) -> dict[str, LowRank]:
    """Put a `LowRank` in the place of every linear layer; by the name of its weight in the base."""
    found = {}
    for name, module in list(model.named_modules()):
        if isinstance(module, nn.Linear):
            parent, _, child = name.rpartition(".")
            layer = LowRank(module, rank)
            setattr(model.get_submodule(parent), child, layer)
            found[f"{name}.weight"] = layer
    return found


def _pairs(
    data: ReadingData,
    negatives: Mapping[str, Sequence[str]],
    recipe: EncoderRecipe,
    epoch: int,
) -> Iterator[Pair]:
    dice = random.Random(f"{recipe.seed}-{epoch}-pairs")  # noqa: S311  (no secret)
    for example in data.training():
        if not example.label or example.kind not in ("question", "natural"):
            continue
        near = [key for key in negatives.get(example.text, ()) if not is_development(key)]
        if example.passage.startswith(APART) or not near:
            continue
        if example.kind == "natural" and dice.random() > recipe.natural_share:
            continue
        other = dice.choice(near)
        yield Pair(
            example.text[:400],
            _answering(data, example),
            dice.choice(_windows(data, other)),
            example.passage,
            other,
        )


def _answering(data: ReadingData, example: Example) -> str:
    """The window that holds the beginning of the first answer sentence; else the first one."""
    found = _windows(data, example.passage)
    if not example.sentences:
        return found[0]
    sentence = data.passages[example.passage].sentences[example.sentences[0]]
    return next((text for text in found if sentence[:40] in text), found[0])


def _windows(data: ReadingData, key: str) -> list[str]:
    text = " ".join(data.passages[key].sentences)
    return [each.text for each in windows(Passage((), text, 0, len(text)), 0, lambda _: True)]


def _batches(pairs: list[Pair], recipe: EncoderRecipe, epoch: int) -> list[list[Pair]]:
    dice = random.Random(f"{recipe.seed}-{epoch}-order")  # noqa: S311  (no secret)
    dice.shuffle(pairs)
    return [pairs[at : at + recipe.pairs] for at in range(0, len(pairs), recipe.pairs)]


def _resume(path: Path, learned: Sequence[Tensor], optimizer: torch.optim.Optimizer) -> int:
    if not path.is_file():
        return 0
    state = torch.load(path, map_location="cpu", weights_only=True)
    with torch.no_grad():
        for weight, kept in zip(learned, state["learned"], strict=True):
            weight.copy_(kept)
    optimizer.load_state_dict(state["optimizer"])
    return int(state["at"])


def _save(path: Path, learned: Sequence[Tensor], optimizer: torch.optim.Optimizer, at: int) -> None:
    part = path.with_suffix(".part")
    kept = [weight.detach().cpu() for weight in learned]
    torch.save({"learned": kept, "optimizer": optimizer.state_dict(), "at": at}, part)
    part.replace(path)
