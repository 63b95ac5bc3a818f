"""The training loop, top to bottom: examples -> windows -> batches -> steps -> weights."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from eval.training.data import APART, WHOLE, Example, ReadingData, is_development
from index.errors import BadRequest
from rag.reader.network import ReaderNetwork
from rag.reader.windows import Window, WindowMaker, after

LENGTH_STEP = 16  # tokens
STATE_NAME = "state.pt"
LOG_NAME = "log.jsonl"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; chosen on the development split (docs/training.md).

    Rates are AdamW's, falling linearly to 0 after a warm-up of `warmup` of all steps. The lowest
    `frozen_layers` layers and the embeddings stay as the base has them. `batch_tokens` counts
    padding. Of a public set `public_share` of the rows is seen in an epoch, of natural pairs
    `natural_share`, of those of whole documents `document_share`. `save_seconds` apart the state
    is written, and the run goes on from there after an interruption.
    """

    epochs: float = 1.2
    rate: float = 1e-4
    head_rate: float = 5e-4
    warmup: float = 0.05
    batch_tokens: int = 6000
    frozen_layers: int = 2
    public_share: float = 0.3
    natural_share: float = 0.4
    document_share: float = 0.4
    without_asked: float = 0.1  # share of questions that are read without the member's question
    after_another: float = 0.1  # share of questions that are read behind one that they do not need
    sibling_share: float = (
        0.6  # share of hard negatives out of the document, where others are known
    )
    seed: int = 17
    save_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Item:
    """A window with what the heads should say of it. `targets` are the sentences that answer."""

    window: Window
    is_claim: bool
    label: bool
    targets: frozenset[int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Items as tensors: B windows of L tokens with S sentences."""

    ids: Tensor  # (B, L) int64
    mask: Tensor  # (B, L) int64
    sentence_of: Tensor  # (B, L) int64, -1 for none
    sentences: int
    label: Tensor  # (B,) float32
    is_claim: Tensor  # (B,) bool
    targets: Tensor  # (B, S) float32; a row of zeros where no sentence is known

    def to(self, device: torch.device) -> Batch:
        """The same on `device`."""
        moved: dict[str, Any] = {
            name: value.to(device) if isinstance(value, Tensor) else value
            for name, value in ((n, getattr(self, n)) for n in Batch.__slots__)
        }
        return Batch(**moved)


def train(
    network: ReaderNetwork,
    data: ReadingData,
    negatives: Mapping[str, Sequence[str]],
    maker: WindowMaker,
    recipe: Recipe,
    folder: Path,
) -> None:
    """Train `network` in place; its state and its log are kept in `folder`.

    Raises BadRequest where `folder` holds the state of a run on other data.
    """
    torch.manual_seed(recipe.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network.to(device).train()
    freeze(network, recipe.frozen_layers)
    # Where bfloat16 is fast a copy computes in it; the weights that are learned stay in float32.
    working = copy.deepcopy(network).bfloat16() if bfloat16_pays(device) else network
    optimizer = torch.optim.AdamW(
        [
            {"params": _trained(network.encoder), "lr": recipe.rate},
            {"params": _heads(network), "lr": recipe.head_rate},
        ],
        weight_decay=0.01,
    )
    rates = [group["lr"] for group in optimizer.param_groups]
    made_of = len(data.training())
    epoch, at = _resume(folder / STATE_NAME, network, optimizer, made_of)
    _give_weights(network, working)
    saved = began = time.monotonic()
    while epoch < recipe.epochs:
        batches = _batches(_items(data, negatives, maker, recipe, epoch), recipe, epoch)
        while at < len(batches) and (done := epoch + at / len(batches)) < recipe.epochs:
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * schedule(done / recipe.epochs, recipe.warmup)
            batch = collate(batches[at]).to(device)
            logits = working(batch.ids, batch.mask, batch.sentence_of, batch.sentences)
            loss, parts = _loss(batch, logits.answers, logits.carried, logits.sentences)
            loss.backward()  # type: ignore[no-untyped-call]
            _take_gradients(network, working)
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            _give_weights(network, working)
            at += 1
            if at % 50 == 0:
                log_line(
                    folder / LOG_NAME,
                    epoch=round(done, 3),
                    seconds=time.monotonic() - began,
                    **parts,
                )
            if time.monotonic() - saved > recipe.save_seconds:
                _save(folder / STATE_NAME, network, optimizer, epoch, at, made_of)
                saved = time.monotonic()
        epoch, at = (epoch, at) if at < len(batches) else (epoch + 1, 0)
        if at:
            break
        _save(folder / STATE_NAME, network, optimizer, epoch, at, made_of)
    _save(folder / STATE_NAME, network, optimizer, epoch, at, made_of)
    network.eval()


def freeze(network: ReaderNetwork, layers: int) -> None:
    """Keep the embeddings and the lowest `layers` layers of the encoder as they are."""
    network.encoder.embeddings.requires_grad_(False)
    for layer in network.encoder.encoder.layer[:layers]:
        layer.requires_grad_(False)


def _items(
    data: ReadingData,
    negatives: Mapping[str, Sequence[str]],
    maker: WindowMaker,
    recipe: Recipe,
    epoch: int,
) -> Iterator[Item]:
    """What one epoch shows: every example on its passage, and most answered questions beside a
    near passage that does not answer them. Which windows and negatives differs between epochs."""
    dice = random.Random(f"{recipe.seed}-{epoch}")  # noqa: S311  (no secret)
    tokens = {
        key: maker.tokens(passage.sentences)
        for key, passage in data.passages.items()
        if not key.startswith(APART)
    }
    siblings = data.siblings()

    questions = [each.text for each in data.training() if each.kind == "question"]

    def windows(example: Example, text: str, key: str) -> list[Window]:
        passage = data.passages[key]
        asked = passage.asked if example.kind != "natural" else ""
        if dice.random() < recipe.without_asked:
            asked = ""
        known = tokens.get(key) or maker.tokens(passage.sentences)
        return maker.windows_of(maker.head(text, asked), known)

    for example in data.training():
        if dice.random() > _share(example, recipe):
            continue
        text = example.text
        if example.kind == "question" and dice.random() < recipe.after_another:
            text = after(dice.choice(questions), text)
        shown = windows(example, text, example.passage)
        targets = frozenset(example.sentences)
        if example.label and targets:
            held = [window for window in shown if targets <= window.sentences()]
            if not held:
                continue  # the answer is longer than a window: nothing to learn but noise
            shown = held
        # What a natural pair answers stands at the beginning, as far as is known.
        window = shown[0] if example.kind == "natural" else dice.choice(shown)
        is_claim = example.kind == "claim"
        yield Item(window, is_claim, example.label, targets if example.label else frozenset())
        near: tuple[str, ...] = ()
        if example.label and not is_claim:
            near = tuple(k for k in negatives.get(example.text, ()) if not is_development(k))
            own = [k for k in siblings.get(example.passage, ()) if not is_development(k)]
            if own and (not near or dice.random() < recipe.sibling_share):
                near = tuple(dice.sample(own, len(own)))
        if near:
            key = near[min(int(dice.expovariate(0.35)), len(near) - 1)]
            yield Item(dice.choice(windows(example, text, key)), False, False, frozenset())


def _share(example: Example, recipe: Recipe) -> float:
    """How likely an example is shown in an epoch."""
    if example.passage.startswith(WHOLE):
        return recipe.document_share
    if example.passage.startswith(APART):
        return recipe.public_share
    return recipe.natural_share if example.kind == "natural" else 1.0


def _batches(items: Iterator[Item], recipe: Recipe, epoch: int) -> list[list[Item]]:
    """Batches of windows of about one length: sorted within pools, so that little is padding."""
    dice = random.Random(f"{recipe.seed}-{epoch}-order")  # noqa: S311  (no secret)
    everything = list(items)
    dice.shuffle(everything)
    batches: list[list[Item]] = []
    for begin in range(0, len(everything), 1024):
        pool = sorted(everything[begin : begin + 1024], key=lambda item: len(item.window.ids))
        batch: list[Item] = []
        for item in pool:
            if batch and (len(batch) + 1) * _padded(item) > recipe.batch_tokens:
                batches.append(batch)
                batch = []
            batch.append(item)
        batches.append(batch)
    dice.shuffle(batches)
    return batches


def _padded(item: Item) -> int:
    """The length that a window is padded to: few different shapes, for which kernels are kept."""
    return -(-len(item.window.ids) // LENGTH_STEP) * LENGTH_STEP


def collate(items: Sequence[Item]) -> Batch:
    """Items padded to the longest, in steps of `LENGTH_STEP`."""
    length = max(_padded(item) for item in items)
    sentences = 1 + max(max(item.window.sentence_of) for item in items)
    ids = torch.ones((len(items), length), dtype=torch.int64)  # 1 is the padding token
    mask = torch.zeros((len(items), length), dtype=torch.int64)
    sentence_of = torch.full((len(items), length), -1, dtype=torch.int64)
    targets = torch.zeros((len(items), max(sentences, 1)))
    for row, item in enumerate(items):
        n = len(item.window.ids)
        ids[row, :n] = torch.tensor(item.window.ids)
        mask[row, :n] = 1
        sentence_of[row, :n] = torch.tensor(item.window.sentence_of)
        targets[row, list(item.targets)] = 1.0
    return Batch(
        ids,
        mask,
        sentence_of,
        max(sentences, 1),
        torch.tensor([float(item.label) for item in items]),
        torch.tensor([item.is_claim for item in items]),
        targets,
    )


def _loss(
    batch: Batch, answers: Tensor, carried: Tensor, sentences: Tensor
) -> tuple[Tensor, dict[str, float]]:
    """Cross-entropy of each head, and the parts by name for the log.

    The head of sentences learns from answered windows only: which sentence, given that one does.
    Half of its loss ranks them (softmax), half says of each whether it belongs (sigmoid).
    """
    whole = torch.where(batch.is_claim, carried, answers)
    each = nn.functional.binary_cross_entropy_with_logits(whole, batch.label, reduction="none")
    loss = each.mean()
    parts = {
        "answers": _mean(each[~batch.is_claim]),
        "carried": _mean(each[batch.is_claim]),
    }
    known = batch.targets.sum(1) > 0
    if known.any():
        target, logits = batch.targets[known], sentences[known]
        there = torch.isfinite(logits)
        logits = logits.masked_fill(~there, -30.0)
        ranked = -(torch.log_softmax(logits, -1) * target).sum(1) / target.sum(1)
        belongs = nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
        belongs = (belongs * there).sum(1) / there.sum(1)
        sentence = (ranked + belongs).mean() / 2
        loss = loss + 0.5 * sentence
        parts["sentences"] = float(sentence.detach())
    return loss, parts


def _mean(values: Tensor) -> float:
    return float(values.detach().mean()) if len(values) else float("nan")


def schedule(done: float, warmup: float) -> float:
    """The share of the rate after `done` (0..1) of all steps."""
    return min(1.0, done / warmup if warmup else 1.0, (1.0 - done) / (1.0 - warmup))


def bfloat16_pays(device: torch.device) -> bool:
    """Whether this device is fast at bfloat16."""
    from index.encoders.embedding import processor_flags

    return device.type == "cuda" or bool(processor_flags() & {"amx_bf16", "avx512_bf16"})


def _take_gradients(network: ReaderNetwork, working: ReaderNetwork) -> None:
    """Move the gradients of the copy that computes to the weights that are learned."""
    if working is network:
        return
    for learned, computing in zip(network.parameters(), working.parameters(), strict=True):
        if computing.grad is not None:
            learned.grad = computing.grad.float()
            computing.grad = None


def _give_weights(network: ReaderNetwork, working: ReaderNetwork) -> None:
    """Let the copy that computes have the weights as they are now."""
    if working is network:
        return
    with torch.no_grad():
        for learned, computing in zip(network.parameters(), working.parameters(), strict=True):
            if learned.requires_grad:
                computing.copy_(learned)


def _trained(module: nn.Module) -> list[nn.Parameter]:
    return [weight for weight in module.parameters() if weight.requires_grad]


def _heads(network: ReaderNetwork) -> list[nn.Parameter]:
    return [
        weight
        for head in (network.answers, network.carried, network.sentences)
        for weight in head.parameters()
    ]


def _resume(
    path: Path, network: ReaderNetwork, optimizer: torch.optim.Optimizer, made_of: int
) -> tuple[int, int]:
    """Go on from the state at `path`: (epoch, batch within it), (0, 0) without one."""
    if not path.is_file():
        return 0, 0
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    if state.get("examples", made_of) != made_of:
        raise BadRequest(
            f"{path} is van een run op {state['examples']} voorbeelden, nu zijn het er {made_of}: "
            "kies een nieuwe map.",
            f"{path} is of a run on {state['examples']} examples, now there are {made_of}: choose "
            "a new folder.",
        )
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    return state["epoch"], state["at"]


def _save(
    path: Path,
    network: ReaderNetwork,
    optimizer: torch.optim.Optimizer,
    epoch: int,
    at: int,
    made_of: int,
) -> None:
    part = path.with_suffix(".part")
    state = {
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch,
        "at": at,
        "examples": made_of,
    }
    torch.save(state, part)
    part.replace(path)


def log_line(path: Path, **values: float) -> None:
    """Add a line of JSON to the log of a run."""
    with path.open("a", encoding="utf-8") as log:
        log.write(json.dumps({name: round(value, 4) for name, value in values.items()}) + "\n")
