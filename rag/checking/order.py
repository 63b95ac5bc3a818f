"""Which of two things comes first: cause before effect, earlier before later.

A sentence that turns them round uses the same words, so only the connective tells. Connectives follow
ANS (Algemene Nederlandse Spraakkunst), ch. 10, causal and temporal conjunctions and adverbs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from rag.checking.said import Evidence
from rag.checking.support import Region
from rag.dutch.statements import Statement
from rag.dutch.terms import content_words, likeness

Relation = Literal["cause", "time"]
Pair = tuple[Relation, list[str], list[str]]
"""(relation, words of what comes first, words of what follows from it or upon it)."""

MARGIN = 0.25
_FIRST_BEHIND = {  # "effect omdat cause", "later nadat earlier"
    "cause": r"omdat|doordat|want|aangezien|vanwege|wegens|als\s+gevolg\s+van|dankzij|komt\s+door|"
    r"veroorzaakt\s+door|ten\s+gevolge\s+van|(?:het\s+)?gevolg\s+van",
    "time": r"nadat|na|zodra",
}
_FIRST_BEFORE = {  # "cause waardoor effect", "earlier en daarna later"
    "cause": r"waardoor|zodat|daardoor|hierdoor|daarom|om\s+die\s+reden|leid(?:t|de|den|en)\s+tot|"
    r"veroorzaak(?:t|te|ten)|met\s+als\s+gevolg|dus",
    "time": r"waarna|daarna|vervolgens|voordat|alvorens",
}
# "Is dat bedrag bereikt, dan sluit het loket": the verb first, or a conjunction.
_CONDITION = re.compile(
    r"(?:(?:als|indien|wanneer|zodra)\b([^,.;]+),|"
    r"(?:is|zijn|wordt|worden|heeft|hebben|[^\W\d_]{3,}t)\b([^,.;]+),(?=\s*dan\b))",
    re.IGNORECASE,
)
_RELATIONS: tuple[Relation, ...] = ("cause", "time")


def turned_round(claim: Statement, region: Region, given: Evidence) -> str | None:
    """Why cause and effect, or earlier and later, have changed places, else None."""
    source = [statement.text for statement in region.said]
    stated = [pair for at in range(len(source)) for pair in _pairs(source[max(0, at - 1) : at + 1])]
    for relation, first, then in _pairs([claim.text]):
        for other, source_first, source_then in stated:
            if relation == "time" != other:
                continue  # what came first need not be the cause, but a cause came first
            kept = _share(first, source_first) + _share(then, source_then)
            turned_first, turned_then = _share(first, source_then), _share(then, source_first)
            crossed = min(turned_first, turned_then) > 0
            if crossed and turned_first + turned_then > kept + MARGIN:
                what = "oorzaak en gevolg zijn" if relation == "cause" else "de volgorde is"
                return f"{what} in de bron andersom"
    return None


def _pairs(sentences: Sequence[str]) -> Iterator[Pair]:
    """The pairs of the last of `sentences`; what goes before it serves where it opens with a
    connective that points back ("Daardoor ...")."""
    text = sentences[-1].strip()
    earlier = sentences[0] if len(sentences) > 1 else ""
    if condition := _CONDITION.match(text):
        yield (
            "cause",
            content_words(condition[1] or condition[2]),
            content_words(text[condition.end() :]),
        )
    for relation in _RELATIONS:
        for match in _found(_FIRST_BEHIND[relation], text):
            before, behind = text[: match.start()], text[match.end() :]
            if content_words(before):
                yield relation, _clause(behind), content_words(before)
            elif "," in behind:
                first, _, then = behind.partition(",")
                yield relation, content_words(first), content_words(then)
        for match in _found(_FIRST_BEFORE[relation], text):
            before, behind = text[: match.start()], text[match.end() :]
            here = content_words(behind)
            if match[0].lower() in ("daarna", "daardoor", "hierdoor", "vervolgens") and not before:
                yield relation, content_words(earlier), here
            elif not content_words(behind) or match[0].lower() == "daarna":
                # "... en betaalt zijn onderaannemers pas daarna": the last clause comes later.
                first, _, last = before.rpartition(",")
                yield relation, content_words(first), content_words(last) + here
            else:
                yield relation, content_words(before), here


def _found(form: str, text: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf"(?<!\w)(?:{form})(?!\w)", text, re.IGNORECASE)


def _clause(text: str) -> list[str]:
    return content_words(re.split(r"[;:.]\s", text)[0])


def _share(words: list[str], others: list[str]) -> float:
    """Share of the shorter list's words that the other has too."""
    found = sum(any(likeness(word, other) > 0 for other in others) for word in words)
    return found / max(1, min(len(words), len(others)))
