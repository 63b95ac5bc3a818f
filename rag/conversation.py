"""A follow-up question and what came before it -> a question that stands alone.

By rules: what leans on an earlier turn is recognised by its form, and the earlier question is put
back in. The reading is shown to the user ("gelezen als: ..."), so a wrong one can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_CHARACTERS = 400  # of a reading: a long conversation must not drown the question
_LEAST_CHARACTERS = 20  # less of an earlier question tells nothing


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation (as it was read) and its answer, None if refused."""

    question: str
    answer: str | None


_MONTH = (
    r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)"
)
_PERIOD = re.compile(
    rf"\b(?:in|sinds|vanaf|tot|over|voor)?\s*(?:de\s+maand\s+)?(?:{_MONTH}(?:\s+(?:19|20)\d\d)?|"
    r"(?:19|20)\d\d(?:\s?[-/]\s?(?:19|20)?\d\d)?)\b",
    re.I,
)
_OPENS_ELLIPTIC = re.compile(
    r"^(?:en|of|maar|dus)\b[\s,]*(?:dan\s+)?(?:hoe zit (?:het|dat)\s+)?", re.I
)
_HAS_VERB_FIRST = re.compile(
    r"^(?:wie|wat|waar\w*|wanneer|waarom|hoe\w*|welke?|is|zijn|was|waren|heeft|hebben|had|kan|kunnen|"
    r"mag|mogen|moet|moeten|wil|willen|zal|zullen|gaat|gaan|komt|komen|wordt|worden|doet|doen|krijgt|"
    r"krijgen|betaalt|klopt|geldt|staat)\b",
    re.I,
)
_BARE = re.compile(
    r"^(?:en\s+|maar\s+)?(?:waarom|hoezo|hoe(?: dan)?|wanneer|hoeveel|sinds wanneer|door wie|wie|waar|"
    r"waardoor|tot wanneer|hoe vaak|hoe lang)(?:\s+(?:niet|wel|dan|precies|eigenlijk|is dat|was dat))*\s*\?*$",
    re.I,
)
# "dat" and "die" before these open a clause or go with a noun; elsewhere they refer back.
_NOT_REFERRING = r"(?!\s+(?:de|het|een|er|ik|wij|we|ze|zij|hij|je|u|dit|deze|die|mensen)\b)"
_REFERS_BACK = re.compile(
    r"\b(?:daar(?:aan|bij|door|in|mee|na|naar|om|onder|op|over|toe|tegen|van|voor)?|"
    r"(?:het|dit|dat) dan|hen|(?:dat|dit|die|deze)(?=\s*(?:\?|$)))(?!\w)",
    re.I,
)
# These may also refer to something in the question itself; they count where it says little else.
_MAY_REFER_BACK = re.compile(
    rf"\b(?:dat{_NOT_REFERRING}|die(?=\s+\w+(?:t|en)\b)|dit|hun|hij|ze|zij|deze|diens|zelf|dezelfde|"
    r"er(?:van|over|mee|aan|voor|bij)|het(?=\s+(?:op|af|aan|door|uit|in|mee)?\s*\??$)|"
    r"er(?=\s+(?:een|geen|nog|ook)\b)|de (?:rest|anderen?|overige)|dan|nog)\b",
    re.I,
)
_OWN_SUBJECT = 2  # words of five letters and more with which a question stands on its own
_COMMON = frozenset(
    [
        *("welke", "hoeveel", "wanneer", "waarom", "waarmee", "waardoor", "waarop", "waarvoor"),
        *("sinds", "moeten", "mogen", "kunnen", "krijg", "krijgen", "krijgt", "wordt", "worden"),
        *("gelden", "gevolgen", "heeft", "hebben", "betalen", "betaalt", "precies", "eigenlijk"),
        *("eerst", "allemaal", "helemaal", "altijd", "daarna", "daarom", "daarvoor"),
    ]
)
_PHRASE = re.compile(
    r"^(?:(?:dat|die|deze|de)\s+)?"
    r"(?P<preposition>van|voor|met|bij|in|aan|over|op|naar|uit|door)\s+(?P<rest>.+)$",
    re.I,
)
# An article, an adjective, a noun, and the rest of a name: "de gemeente Den Haag".
_NOUN_PHRASE = r"(?:(?:de|het|een|mijn|uw)\s+)?(?:[\w’'-]+e\s+)?[\w’'-]+(?:\s+(?-i:[A-Z])[\w’'-]+)*"
_ABOUT = re.compile(r"\s*\(over: (?P<topic>.*)\)\s*$")


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """`question` as it reads without `history`; unchanged where it leans on nothing.

    What is put back in is cut to what `MAX_CHARACTERS` leave room for; the question never is.
    """
    before = _ended(" ".join(history[-1].question.split())[: 2 * MAX_CHARACTERS]) if history else ""
    if not before or not leans_back(question):
        return question
    earlier = _ended(_ABOUT.sub("", before))
    asked = _ended(question)
    elliptic = _OPENS_ELLIPTIC.match(asked)
    if elliptic and elliptic.end() and not _BARE.match(question):
        rest = asked[elliptic.end() :].strip()
        if rest and not _HAS_VERB_FIRST.match(rest):
            kept = _shortened(earlier, MAX_CHARACTERS - len(rest))
            return f"{_substitute(kept, rest)}?" if kept else question
        asked = rest or asked
    topic = _ABOUT.search(before)
    about = f"{earlier}; {topic['topic']}" if topic else earlier
    about = _shortened(about, MAX_CHARACTERS - len(asked))
    return f"{asked}? (over: {about})" if about else question


def leans_back(question: str) -> bool:
    """Whether a question cannot be understood without an earlier one."""
    text = question.strip()
    return bool(
        _BARE.match(text)
        or re.match(r"(?:en|maar|of)\b", text, re.I)
        or (len(text.split()) <= 14 and _REFERS_BACK.search(text))
        or (_MAY_REFER_BACK.search(text) and _subject_words(text) < _OWN_SUBJECT)
    )


def _subject_words(text: str) -> int:
    words = set(re.findall(r"[\w-]{5,}", text.lower()))
    return len(words - _COMMON)


def _substitute(before: str, rest: str) -> str:
    """The earlier question with `rest` in the place of what is of its kind."""
    period = _PERIOD.search(before)
    if period and _PERIOD.match(rest):
        return f"{before[: period.start()].rstrip()} {rest}{before[period.end() :]}".lstrip()
    phrase = _PHRASE.match(rest)
    if phrase:
        preposition = phrase["preposition"]
        same = list(re.finditer(rf"\b{preposition}\s+{_NOUN_PHRASE}", before, re.I))
        if same:
            start, end = same[-1].span()
            return f"{before[:start]}{preposition} {phrase['rest']}{before[end:]}"
    return f"{before}, en {rest}"


def _ended(text: str) -> str:
    """`text` without the signs that end it."""
    return text.rstrip("?. ")


def _shortened(text: str, limit: int) -> str:
    """`text` cut between words to at most `limit` characters; nothing where that is little."""
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0] if limit >= _LEAST_CHARACTERS else ""
