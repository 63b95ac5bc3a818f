"""The reader at work: a question and passages in, probabilities out."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import torch

from index.encoders.embedding import processor_flags
from rag.reader.network import ReaderNetwork, load_base
from rag.reader.weight_file import Card, load_weights
from rag.reader.windows import Window, WindowMaker, load_tokenizer

KINDS = ("float32", "bfloat16", "int8")
BATCH_TOKENS = 4096  # tokens in one call of the network, padding included
REMEMBERED = 4096  # windows; some 5 kB each


@dataclass(frozen=True, slots=True)
class Text:
    """A passage to read: its `sentences`, and what was `asked` ("" where nothing was)."""

    sentences: tuple[str, ...]
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of a question and a passage.

    `answers` is a logit: above 0 the passage is more likely than not to answer. `sentences` has a
    logit for each sentence: whether it belongs to the answer, if the passage answers.
    """

    answers: float
    sentences: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """The logits of one window, as `rag.reader.network.Logits`; `sentences` by their number."""

    answers: float = 0.0
    carried: float = 0.0
    leans: float = 0.0
    sentences: Mapping[int, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Pending:
    """Windows that one thread waits for; `done` is what was read of each."""

    windows: Sequence[Window]
    done: list[_Read] | None = None
    error: BaseException | None = None


class Reader:
    """The reading model in memory. Safe to use from several threads: what they ask while one batch
    is read goes into the next one together.

    The last windows read are remembered: in bfloat16 a logit depends by some hundredths on what is
    read beside it, and the same question is to get the same answer.
    """

    def __init__(
        self, network: ReaderNetwork, maker: WindowMaker, card: Card, kind: str | None = None
    ) -> None:
        self.card = card
        self.calibration: dict[str, float] = dict(card.about["calibration"])
        self._maker = maker
        self._network = _computing_in(kind or fastest_kind(), network.eval())
        self._reading = threading.Lock()
        self._queue: list[_Pending] = []
        self._queued = threading.Lock()
        self._known: dict[Window, _Read] = {}

    def windows(self, question: str, text: Text) -> list[Window]:
        """The windows that the network reads of a question and a text."""
        return self._maker.windows(question, text.asked, text.sentences)

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        """Score how well each of `texts` answers `question`; one Reading a text, in their order.

        A long text is read in several windows. Its score is that of its best window; so is the
        score of a sentence that stands in more than one.
        """
        return self._judged([(question, text) for text in texts], carried=False)

    def check(self, statements: Sequence[tuple[str, Text]]) -> list[Reading]:
        """Score whether each text carries the statement beside it (logit in `answers`), and which
        sentences do."""
        return self._judged(statements, carried=True)

    def leans(self, question: str) -> float:
        """Score whether `question` cannot be understood without the one before it (a logit)."""
        return max(each.leans for each in self._run(self.windows(question, Text(()))))

    def forget_windows(self) -> None:
        """Read everything anew from now on, as a measurement of time wants it."""
        with self._queued:
            self._known.clear()

    def _judged(self, pairs: Sequence[tuple[str, Text]], *, carried: bool) -> list[Reading]:
        """A reading of each pair, by its best window; `carried` chooses the head of statements."""
        windows = [self.windows(said, text) for said, text in pairs]
        seen = iter(self._run([window for each in windows for window in each]))
        readings = []
        for (_, text), mine in zip(pairs, windows, strict=True):
            found = [next(seen) for _ in mine]
            sentences = _best_of([each.sentences for each in found], len(text.sentences))
            best = max(each.carried if carried else each.answers for each in found)
            readings.append(Reading(best, sentences))
        return readings

    def _run(self, windows: Sequence[Window]) -> list[_Read]:
        """What is read of each of `windows`, once."""
        with self._queued:
            found = {each: self._known[each] for each in windows if each in self._known}
        new = [each for each in dict.fromkeys(windows) if each not in found]
        read = self._read_together(new) if new else []
        with self._queued:
            for window, each in zip(new, read, strict=True):
                found[window] = self._known.setdefault(window, each)
            for oldest in list(islice(self._known, max(0, len(self._known) - REMEMBERED))):
                del self._known[oldest]
        return [found[each] for each in windows]

    def _read_together(self, windows: Sequence[Window]) -> list[_Read]:
        """Read `windows`, together with those of other threads that wait."""
        mine = _Pending(windows)
        with self._queued:
            self._queue.append(mine)
        with self._reading:
            if mine.done is None and mine.error is None:
                with self._queued:
                    together, self._queue = self._queue, []
                self._read_all(together)
        if mine.error is not None:
            raise mine.error
        return mine.done or []

    def _read_all(self, together: Sequence[_Pending]) -> None:
        windows = [window for each in together for window in each.windows]
        try:
            found = self._forward(windows)
        except BaseException as error:
            # Other threads wait for this batch: they must hear of it too, whatever was raised.
            for each in together:
                each.error = error
            raise
        at = 0
        for each in together:
            each.done = found[at : at + len(each.windows)]
            at += len(each.windows)

    def _forward(self, windows: Sequence[Window]) -> list[_Read]:
        """What is read of each window; those of one length are read together."""
        order = sorted(range(len(windows)), key=lambda at: -len(windows[at].ids))
        found = [_Read()] * len(windows)
        while order:
            length = len(windows[order[0]].ids)
            rows = max(1, BATCH_TOKENS // length)
            batch, order = order[:rows], order[rows:]
            ids = torch.ones((len(batch), length), dtype=torch.int64)
            mask = torch.zeros((len(batch), length), dtype=torch.int64)
            sentence_of = torch.full((len(batch), length), -1, dtype=torch.int64)
            firsts = []
            for row, at in enumerate(batch):
                window = windows[at]
                n = len(window.ids)
                ids[row, :n] = torch.tensor(window.ids)
                mask[row, :n] = 1
                numbers = torch.tensor(window.sentence_of)
                first = min(window.sentences(), default=0)
                firsts.append(first)
                sentence_of[row, :n] = torch.where(numbers < 0, numbers, numbers - first)
            sentences = int(sentence_of.max()) + 1
            with torch.inference_mode():
                logits = self._network(ids, mask, sentence_of, max(sentences, 1))
            for row, at in enumerate(batch):
                each = logits.sentences[row].tolist()
                shown = {n: each[n - firsts[row]] for n in windows[at].sentences()}
                found[at] = _Read(
                    float(logits.answers[row]),
                    float(logits.carried[row]),
                    float(logits.leans[row]),
                    shown,
                )
        return found


def load_reader(weights: Path, base: Path, kind: str | None = None) -> Reader:
    """The reader of `weights` on the base model in folder `base`.

    It computes in `kind` (one of `KINDS`), by default in what is fastest here without loss. Raises
    ModelUnavailable.
    """
    network = load_base(base)
    card = load_weights(network, weights)
    return Reader(network, WindowMaker(load_tokenizer(base)), card, kind)


def fastest_kind() -> str:
    """bfloat16 if this processor multiplies it natively, else float32: there it is several times
    faster."""
    return "bfloat16" if processor_flags() & {"amx_bf16", "avx512_bf16"} else "float32"


def _computing_in(kind: str, network: ReaderNetwork) -> ReaderNetwork:
    if kind == "bfloat16":
        return network.bfloat16()
    if kind == "int8":
        quantized: ReaderNetwork = torch.ao.quantization.quantize_dynamic(  # type: ignore[no-untyped-call]
            network, {torch.nn.Linear}, dtype=torch.qint8
        )
        return quantized
    return network


def _best_of(found: Sequence[Mapping[int, float]], count: int) -> tuple[float, ...]:
    return tuple(
        max((each[number] for each in found if number in each), default=float("-inf"))
        for number in range(count)
    )
