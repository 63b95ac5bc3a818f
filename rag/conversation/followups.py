"""What a question needs of the conversation before it.

Another period ("en in 2023?", "en het jaar daarvoor?") or another number ("en vraag 4?") takes the
place of the one in the question before: that is exact. Whether any other question leans on the one
before it is the reader's to say (`Reader.leans`); such a question is searched and read together with
it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.conversation.courtesy import reply_to
from rag.conversation.periods import PERIOD, shifted
from rag.dutch.phrases import PREPOSITIONS, own_words, words
from rag.pipeline.answers import Answer
from rag.pipeline.query import Query

# A logit. To read a question behind one that it does not need costs little, to read it alone where
# it does costs half of the answers: docs/decisions/0017-the-reader-sees-follow-ups.md.
LEANS = -1.0
MAX_CHARACTERS = 400  # of what a question leans on: the reader sees some 120 tokens of both
_TURNS = 6  # turns back that are looked at
_FEW_WORDS = 3  # without a reader, a question with fewer words of its own leans
_OPENS = re.compile(r"^(?:(?:en|of|maar|dus|dan|ook)\b[\s,]*)+", re.IGNORECASE)
# A question of a document: "vraag 3", "vragen 4 en 5", "vraag 2a".
_NUMBERED = re.compile(
    r"\bvra(?:ag|gen)\s+\d+(?:\.?[a-m]\b|\.\d+)?(?:(?:,|\s+en|\s+t/m|\s+tot en met)\s+\d+(?:\.?[a-m]\b|\.\d+)?)*",
    re.IGNORECASE,
)
_ANSWER_TO = re.compile(r"(?:(?:het\s+)?antwoord\s+)?(?:op|bij|in|van)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation (as it was read) and its answer, None if refused.

    `documents` are the ids of the documents that the answer cited.
    """

    question: str
    answer: str | None
    documents: tuple[str, ...] = ()


def turn_of(answer: Answer) -> Turn:
    """What a conversation keeps of an answer or refusal."""
    cited = dict.fromkeys(citation.document.id for citation in answer.citations)
    return Turn(answer.read_as, answer.text, tuple(cited))


def understand(
    question: str, history: Sequence[Turn], leans: Callable[[str], float] | None
) -> Query:
    """`question` with what it needs of `history`, oldest turn first.

    `leans` gives the logit that a question leans on another (`Reader.leans`); without it a question
    leans where it has hardly a word of its own. Turns may hold questions as asked or as read.
    """
    past: list[str] = []
    for turn in history[-_TURNS:]:
        asked = " ".join(turn.question.split())[: 2 * MAX_CHARACTERS]
        if words(asked) and reply_to(asked, "nl") is None:
            past.append(_read(asked, past) or asked)
    if not past or reply_to(question, "nl") is not None:
        return Query(question)
    if other := _read(question, past):
        return Query(other)
    if not _leans(question, leans):
        return Query(question)
    standing = next((asked for asked in reversed(past) if not _leans(asked, leans)), past[0])
    needed = [_ended(standing)]
    if standing is not past[-1]:
        needed.append(_ended(past[-1]))
    most = MAX_CHARACTERS // len(needed)
    return Query(question, "? ".join(_shortened(each, most) for each in needed))


def of_another(previous: str, question: str) -> str | None:
    """`previous` with the end of `question` in the place of its own: "wie is de minister van
    Defensie" and "en van Zorg?" make "wie is de minister van Zorg?".

    None where `question` is no single phrase, or `previous` does not end in one that begins alike.
    """
    rest = _OPENS.sub("", _ended(question))
    first = (words(rest) or [""])[0]
    found = list(re.finditer(rf"\b{re.escape(first)}\s", previous, re.IGNORECASE))
    if first not in PREPOSITIONS or not found:
        return None
    replaced = words(previous[found[-1].end() :])
    if any(word in PREPOSITIONS for word in [*replaced, *words(rest)[1:]]):
        return None
    return f"{previous[: found[-1].start()]}{rest}?"


def _leans(question: str, leans: Callable[[str], float] | None) -> bool:
    if "? " in question:
        return False  # read together with what it needs already
    if leans is None:
        return len(own_words(question)) < _FEW_WORDS
    return leans(question) >= LEANS


def _read(question: str, past: Sequence[str]) -> str | None:
    """The last question of `past` with the period or number of `question` for its own."""
    if not past:
        return None
    other = _with_other(_ended(past[-1]), _OPENS.sub("", _ended(question)))
    return f"{other}?" if other else None


def _with_other(before: str, rest: str) -> str | None:
    """The question `before` with the period or number of `rest` for its own; None where `rest` is
    more than that, or `before` has none."""
    moved = shifted(before, rest)
    if moved is not None:
        return moved
    period, new = PERIOD.search(before), PERIOD.fullmatch(rest)
    if period and new:
        # "en 2023?" keeps the preposition of "in 2022", "en in mei?" the year of "in april 2022".
        bare = new.start("month" if new["month"] else "year") == 0
        begin = period.start("month" if period["month"] else "year") if bare else period.start()
        year = f" {period['of']}" if new["month"] and not new["of"] and period["of"] else ""
        return f"{before[:begin].rstrip()} {rest}{year}{before[period.end() :]}".lstrip()
    number, other = _NUMBERED.search(before), _NUMBERED.fullmatch(_ANSWER_TO.sub("", rest))
    return (
        before[: number.start()] + other[0] + before[number.end() :] if number and other else None
    )


def _ended(text: str) -> str:
    """`text` without its final punctuation."""
    return text.rstrip("?. ")


def _shortened(text: str, limit: int) -> str:
    """`text` cut between words to at most `limit` characters."""
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0]
