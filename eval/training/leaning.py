"""Fit the head that sees whether a question leans on the one before it.

A logistic regression on what the trained network makes of the question alone: follow-ups against
questions that stand alone, each kind counting for half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from eval.training.data import Example
from rag.conversation.followups import LEANS
from rag.reader.network import ReaderNetwork
from rag.reader.reader import Reader
from rag.reader.windows import WindowMaker, without_previous

DECAY = 0.03  # of the squared weights over standardised features, chosen on the development split
MOST_ALONE = 5000  # questions that stand alone; more of them changes nothing
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions that lean on another, and questions that stand alone; each once."""

    leaning: tuple[str, ...]
    alone: tuple[str, ...]

    def apart(self, *, kept: bool) -> Asked:
        """One in ten, to measure on, where `kept`; else the others."""
        return Asked(*(_tenth(each, kept) for each in (self.leaning, self.alone)))


def _tenth(each: tuple[str, ...], kept: bool) -> tuple[str, ...]:
    return tuple(said for at, said in enumerate(each) if (at % 10 == 0) == kept)


def asked_in(examples: Sequence[Example]) -> Asked:
    """The questions of `examples`; of those that stand alone at most `MOST_ALONE`."""
    leaning = {without_previous(each.text) for each in examples if each.kind == "followup"}
    alone = sorted({each.text for each in examples if each.kind == "question"} - leaning)
    step = max(1, len(alone) // MOST_ALONE)
    return Asked(tuple(sorted(leaning)), tuple(alone[::step][:MOST_ALONE]))


def fit_leaning(network: ReaderNetwork, maker: WindowMaker, asked: Asked) -> None:
    """Fit `network.leans`; nothing else changes. Without questions of both kinds it says that no
    question leans."""
    leaning, alone = asked.leaning, asked.alone
    if not leaning or not alone:
        torch.nn.init.zeros_(network.leans.weight)
        torch.nn.init.constant_(network.leans.bias, -10.0)
        return
    seen = features(network, maker, [*leaning, *alone])
    mean, deviation = seen.mean(0), seen.std(0) + 1e-6
    standard = (seen - mean) / deviation
    label = torch.tensor([1.0] * len(leaning) + [0.0] * len(alone))
    counts = torch.tensor([0.5 / len(leaning)] * len(leaning) + [0.5 / len(alone)] * len(alone))
    weight = torch.zeros(seen.shape[1], requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        each = binary_cross_entropy_with_logits(standard @ weight + bias, label, reduction="none")
        total: Tensor = (each * counts).sum() + DECAY * (weight**2).sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        network.leans.weight.copy_((weight / deviation).unsqueeze(0))
        network.leans.bias.copy_(bias - (weight * mean / deviation).sum())


def features(network: ReaderNetwork, maker: WindowMaker, asked: Sequence[str]) -> Tensor:
    """What the heads of the whole window read of each question alone, (questions, 2W) in float32."""
    rows = [maker.windows(question, "", ())[0].ids for question in asked]
    order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
    found = torch.zeros((len(rows), network.leans.in_features))
    was_training = network.training
    network.eval()
    for begin in range(0, len(order), _BATCH):
        batch = order[begin : begin + _BATCH]
        length = max(len(rows[at]) for at in batch)
        ids = torch.ones((len(batch), length), dtype=torch.int64)
        mask = torch.zeros((len(batch), length), dtype=torch.int64)
        for row, at in enumerate(batch):
            ids[row, : len(rows[at])] = torch.tensor(rows[at])
            mask[row, : len(rows[at])] = 1
        with torch.inference_mode():
            found[batch] = network.whole(ids, mask)[1].float()
    network.train(was_training)
    return found.clone()


def leaning_figures(reader: Reader, asked: Asked) -> dict[str, float]:
    """The share of follow-ups, and that of questions that stand alone, which is taken to lean."""
    return {
        name: sum(reader.leans(each) >= LEANS for each in some) / len(some)
        for name, some in (("leaning_seen", asked.leaning), ("alone_taken", asked.alone))
        if some
    }
