"""The network of the reader: one encoder that sees question and passage together, and its heads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from transformers import BertModel

DROPOUT = 0.1


@dataclass(frozen=True, slots=True)
class Logits:
    """What the heads say of a batch of B windows with at most S sentences each.

    `answers` (B,): the window answers the question. `carried` (B,): its sentences carry the
    statement that stands in the question's place. `leans` (B,), for a window without sentences: the
    question cannot be understood without the one before it. `sentences` (B, S): the sentence belongs
    to the answer; -inf where a window has no such sentence.
    """

    answers: Tensor
    carried: Tensor
    leans: Tensor
    sentences: Tensor


class ReaderNetwork(nn.Module):
    """A BERT encoder with four heads on its last layer.

    The heads of the whole window read its first token and the mean of all tokens; the head of a
    sentence reads the mean of that sentence's tokens and the first token. Whether a question leans
    on another is linear, and fitted when the rest is trained (`eval/training/leaning.py`).
    """

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        width = int(encoder.config.hidden_size)
        self.dropout = nn.Dropout(DROPOUT)
        self.answers = _head(2 * width)
        self.carried = _head(2 * width)
        self.sentences = _head(2 * width)
        self.leans = nn.Linear(2 * width, 1)

    def forward(self, ids: Tensor, mask: Tensor, sentence_of: Tensor, sentences: int) -> Logits:
        """Read windows of token `ids` (B, L), 1 in `mask` (B, L) where there is a token.

        `sentence_of` (B, L) is the number of the sentence a token belongs to, -1 for none;
        `sentences` is S, one more than the highest of these.
        """
        hidden, window = self.whole(ids, mask)
        first, window = hidden[:, 0], self.dropout(window)

        numbers = torch.arange(sentences, device=ids.device).view(1, -1, 1)
        member = (sentence_of.unsqueeze(1) == numbers).to(hidden.dtype)  # (B, S, L)
        length = member.sum(-1, keepdim=True)
        pooled = (member @ hidden) / length.clamp(min=1)  # (B, S, W)
        beside = first.unsqueeze(1).expand_as(pooled)
        each = self.sentences(self.dropout(torch.cat([pooled, beside], dim=-1))).squeeze(-1)
        return Logits(
            answers=self.answers(window).squeeze(-1).float(),
            carried=self.carried(window).squeeze(-1).float(),
            leans=self.leans(window).squeeze(-1).float(),
            sentences=each.float().masked_fill(length.squeeze(-1) == 0, float("-inf")),
        )

    def whole(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The last layer (B, L, W) of windows as in `forward`, and what the heads of the whole
        window read of it (B, 2W)."""
        hidden: Tensor = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        shown = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * shown).sum(1) / shown.sum(1)
        return hidden, torch.cat([hidden[:, 0], mean], dim=-1)


def _head(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width, width // 2), nn.Tanh(), nn.Linear(width // 2, 1))


def load_base(folder: Path, attention: str = "sdpa") -> ReaderNetwork:
    """The base model in `folder` (transformers' layout) with untrained heads.

    `attention` names an implementation of transformers: for a step of training on a processor,
    "eager" takes half the time of the fused "sdpa".
    """
    from transformers import BertModel
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    # The base has no pooler; transformers would warn about it.
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    encoder = BertModel.from_pretrained(
        folder, add_pooling_layer=False, attn_implementation=attention, dtype=torch.float32
    )
    # On a processor dropout takes a quarter of the time of a training step: the heads keep theirs.
    for module in encoder.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return ReaderNetwork(encoder)
