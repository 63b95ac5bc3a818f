"""Check whether a passage supports a sentence that cites it. Exact things by rule, the rest by the
reader: `exact` for figures, dates, names and quoted words, then the reader's head for statements.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from index.documents import Hit, Span
from index.sentences import split_sentences
from rag.pipeline.reading import asked_text, sigmoid
from rag.reader.reader import Reader, Text
from rag.verification.entailment import Judge, Judgement
from rag.verification.exact import conflict, fold

LEVEL = 0.5
"""Probability from which a statement is held to be carried; see docs/verification.md."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`carried`, or `why` not (short, Dutch). `support` (0..1) is how likely the passage carries
    the sentence, and `place` the stretch of its reading text that does so best."""

    carried: bool
    why: str | None
    support: float
    place: Span


_BARE_WORDS = 2  # "Nee, hoor." says nothing by itself
ENTAILED = 0.5
"""Probability below which an entailment model refuses; not calibrated: no such model was at hand."""

Check = Callable[[str, Hit], Verdict]
"""Whether the passage of a hit carries a sentence."""


def checker(reader: Reader | None, judge: Judge | None = None) -> Check:
    """The check that uses `reader`. Without one only what the passage says verbatim is carried.

    `judge` is an entailment model, where one is set: it may only refuse more.
    """
    return partial(verify, reader=reader, judge=judge)


def verify(
    sentence: str,
    hit: Hit,
    reader: Reader | None,
    judge: Judge | None = None,
    level: float = LEVEL,
) -> Verdict:
    """Whether the passage of `hit` carries `sentence`."""
    text = hit.passage.reading_text()
    spans = split_sentences(text)
    whole = Span(0, len(text))
    if not any(char.isalnum() for char in sentence):
        return Verdict(False, "de zin is leeg", 0.0, whole)
    said = [fold(text[span.start : span.end]) for span in spans]
    if found := _verbatim(fold(sentence), said):
        first, last = found
        return Verdict(True, None, 1.0, Span(spans[first].start, spans[last].end))
    if reader is None or not spans:
        return Verdict(False, "er is geen leesmodel om dit na te lezen", 0.0, whole)
    asked = asked_text(hit.passage)
    shown = Text(tuple(text[span.start : span.end] for span in spans), asked)
    checked = reader.check([(sentence, shown)])[0]
    # "Nee." shows nobody what a sentence rests on.
    telling = [at for at, each in enumerate(shown.sentences) if len(each.split()) > _BARE_WORDS]
    best = spans[max(telling or range(len(spans)), key=lambda at: checked.sentences[at])]
    support = sigmoid(checked.answers)
    why = conflict(sentence, text, asked)
    if why is None and support < level:
        why = f"te weinig steun in de bron ({support:.2f})"
    if why is None and judge is not None:
        why = _doubt(judge(text, sentence))
    return Verdict(why is None, why, support, best)


def _verbatim(sentence: str, said: list[str]) -> tuple[int, int] | None:
    """First and last of the sentences in `said` that together equal `sentence`; all folded."""
    for first in range(len(said)):
        together = ""
        for last in range(first, len(said)):
            together = f"{together} {said[last]}".strip()
            if together == sentence:
                return first, last
            if not sentence.startswith(together):
                break
    return None


def _doubt(judgement: Judgement) -> str | None:
    """Why the entailment model refuses a sentence; None if it does not."""
    if judgement.contradicts > judgement.entails:
        return "het entailmentmodel leest het tegendeel in de bron"
    if judgement.entails < ENTAILED:
        return f"volgt volgens het entailmentmodel niet uit de bron ({judgement.entails:.2f})"
    return None
