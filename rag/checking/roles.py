"""Who does it and who gets it: a sentence with the same words in which they have changed places."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.checking.said import Evidence
from rag.checking.support import Region
from rag.dutch.statements import Statement
from rag.dutch.terms import content_words, is_fixed, likeness, root

_NOUN = (
    r"(?:(?:de|het|een|die|deze|zijn|haar|hun|mijn)\s+)?((?:[a-zà-ÿ]+e\s+)?[a-zà-ÿ-]{4,})"  # or two
)
_BY = re.compile(rf"\bdoor\s+{_NOUN}", re.IGNORECASE)
_TO = re.compile(rf"\b(?:aan|naar)\s+{_NOUN}", re.IGNORECASE)
_FROM = re.compile(rf"\b(?:aan|naar|van)\s+{_NOUN}", re.IGNORECASE)
_OF = re.compile(rf"\b(?:van|uit)\s+{_NOUN}", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:ik|wij)\b", re.IGNORECASE)
_PARTICIPLE = re.compile(r"\b(?:\w{0,5}ge\w{2,}(?:d|t|en)|(?:be|ver|ont|her)\w{3,}(?:d|t|en))\b")
_DID = re.compile(r"\b(?:heeft|hebben|had|hadden)\b", re.IGNORECASE)
_GIVES = re.compile(
    r"\b(?:beta(?:al|len)\w*|betaalt|draag\w*\s+bij|verstrek\w*|ke(?:er|ren)\w*\s+uit|lever(?:t|de|den)|"
    r"verko(?:op|cht)\w*|verhuur\w*|vergoedt|vergoeden|stort\w*)\b",
    re.IGNORECASE,
)
_GETS = re.compile(
    r"\b(?:krijg\w*|kreeg|kregen|ontvang\w*|ontving\w*|int|innen|koopt|kocht\w*|kopen|huurt|huren|"
    r"gekregen|terugkrijg\w*|incasseer\w*|in\s+ontvangst)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\s*(?:de|het|een|elke|iedere|deze|die)?\s*(?:(\w+e)\s+)?([\w-]+)", re.IGNORECASE
)
_DOES = re.compile(
    r"\s*(?:de|het|deze|die)\s+([a-zà-ÿ-]{4,})\s+([a-zà-ÿ]{4,})\b", re.IGNORECASE
)  # subject and verb
_NO_DEED = frozenset(map(root, "wordt worden werd werden heeft hebben zijn waren blijft".split()))
_SAME = 0.9
_FEWEST = 2
_PASSIVE = re.compile(r"\b(?:door|wordt|worden|werd|werden|geworden)\b", re.IGNORECASE)
_GOVERNMENT = ("minister", "staatssecretaris", "kabinet", "regering", "ministerie")
_MAIN = re.compile(r"\b(?:als|indien|wanneer|omdat|doordat|zodra|nadat|voordat|terwijl)\b")
_AUXILIARY = r"(?:heeft|hebben|had|hadden|kan|kunnen|mag|mogen|moet|moeten|zal|zullen|zou|zouden|wil|willen)\b"
_BEFORE = re.compile(
    rf"\s*(?:(?:de|het|een|deze|die|mijn)\s+)?((?:[^\W\d_]+e\s+)?[^\W\d_]{{4,}})\s+{_AUXILIARY}",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\b{_AUXILIARY}\s+(?:de|het|een|deze|die|mijn)\s+((?:[^\W\d_]+e\s+)?[^\W\d_]{{4,}})",
    re.IGNORECASE,
)


def exchanged_roles(claim: Statement, region: Region, given: Evidence) -> str | None:
    """Why somebody does in the claim what another does, or what is done to them, in the source."""
    source = [clause.text for s in region.said for clause in s.clauses]
    asked = [clause.text for s in given.about for clause in s.clauses]
    for clause in claim.clauses:
        who = _other_agent(clause.text, source) or _other_subject(clause.text, source)
        who = who or _other_doer(clause.text, source) or _recipient(clause.text, source)
        who = who or _other_way(clause.text, [*source, *asked])
        who = who or _other_direction(clause.text, source)
        if who:
            return f"“{who}” heeft in de bron een andere rol"
    return None


def _other_agent(claim: str, source: Iterable[str]) -> str | None:
    """Who does in the claim ("door de gemeente") what the source says that another does."""
    verbs = _participles(claim)
    for agent in _BY.findall(claim):
        others = [
            other for text in source if verbs & _participles(text) for other in _BY.findall(text)
        ]
        mine = _nouns(agent, verbs)
        if mine and others and not any(_alike(mine, _nouns(o, verbs)) for o in others):
            return mine[-1]
    return None


def _other_subject(claim: str, source: Iterable[str]) -> str | None:
    """Who does in the claim what another does in the source, in the same words and order: "De
    beheerders betalen de helft" for "Het ministerie betaalt de helft"."""
    opening = _DOES.match(claim)
    if opening is None:
        return None
    for text in source:
        other = _DOES.match(text)
        if other is None or root(other[2].lower()) != root(opening[2].lower()):
            continue
        if _like(opening[1], other[1]) or root(opening[2].lower()) in _NO_DEED:
            continue
        mine, theirs = content_words(claim[opening.end() :]), content_words(text[other.end() :])
        named = any(_like(opening[1], word) for word in content_words(text))
        if not named and mine and all(any(_like(m, t) for t in theirs) for m in mine):
            return opening[1].lower()
    return None


def _other_doer(claim: str, source: Iterable[str]) -> str | None:
    """Who does in the claim, with the same verb, what another does in the source whom the claim names
    too, but not as the doer; or what another body or name does. Neither says it in the passive."""
    doer, rest = _doer(claim)
    words = content_words(rest)
    if doer is None or len(words) < _FEWEST:
        return None
    for text in source:
        other, behind = _doer(text)
        theirs = content_words(behind)
        if other is None or _like(doer, other) or {doer, other} <= {*_GOVERNMENT}:
            continue
        if not _same_verb(words, theirs):
            continue
        shared = [w for w in words if any(_like(w, t) for t in theirs)]
        named = bool(re.search(rf"\b{re.escape(other)}", rest, re.IGNORECASE))
        bodies = is_fixed(doer) and is_fixed(other) and not _alike([doer], theirs)
        if len(shared) >= _FEWEST and (named or bodies):
            return doer
    return None


def _doer(clause: str) -> tuple[str | None, str]:
    """(subject, the rest) of an active clause whose subject stands at its head before an auxiliary
    verb ("De provincie heeft ...") or right behind that ("kan de politie ..."), else (None, "")."""
    clause = _MAIN.split(clause)[0]
    match = None if _PASSIVE.search(clause) else _BEFORE.match(clause) or _BEHIND.search(clause)
    nouns = match[1].lower().split() if match else []
    if match is None or not (content_words(nouns[-1]) or nouns[-1] in _GOVERNMENT):
        return None, ""
    return nouns[-1], clause[: match.start(1)] + " " + clause[match.end(1) :]


def _same_verb(words: list[str], others: list[str]) -> bool:
    """Whether two clauses have their verb in common: it stands behind the subject or at the end."""
    ends = {root(word) for word in (words[:1] + words[-1:])}
    return bool(ends & {root(word) for word in (others[:1] + others[-1:])})


def _participles(text: str) -> set[str]:
    return {root(verb.lower()) for verb in _PARTICIPLE.findall(text)}


def _nouns(phrase: str, verbs: set[str]) -> list[str]:
    return [word for word in content_words(phrase) if root(word) not in verbs]


def _alike(these: list[str], those: list[str]) -> bool:
    return any(_like(one, other) for one in these for other in those)


def _recipient(claim: str, source: Iterable[str]) -> str | None:
    """Who did something in the claim but only gets something in the source ("aan een gezin"),
    or asks for it of the minister ("een verzoek van een gezin heb ik ...")."""
    subject = _subject(claim)
    if subject is None or not _DID.search(claim) or _GETS.search(claim):
        return None
    did = _participles(claim)
    texts = [(t, _FROM if _FIRST.search(t) and did & _participles(t) else _TO) for t in source]
    given_to = [w for t, form in texts for found in form.findall(t) for w in content_words(found)]
    elsewhere = [w for text, form in texts for w in content_words(form.sub(" ", text))]
    gets = any(_like(subject, word) for word in given_to)
    return subject if gets and not any(_like(subject, word) for word in elsewhere) else None


def _other_way(claim: str, source: Iterable[str]) -> str | None:
    """Who pays in the claim but is paid in the source, or the reverse."""
    subject = _subject(claim)
    gives, gets = bool(_GIVES.search(claim)), bool(_GETS.search(claim))
    if subject is None or gives == gets:
        return None
    named = [t for t in source if any(_like(subject, word) for word in content_words(t))]
    if gives:
        turned = any(_GETS.search(t) and not _GIVES.search(t) for t in named)
        return subject if turned and not any(_GIVES.search(t) for t in named) else None
    givers = [_subject(t) for t in named if _GIVES.search(t)]
    turned = any(giver and _like(subject, giver) for giver in givers)
    return subject if turned and not any(_GETS.search(t) for t in named) else None


def _other_direction(claim: str, source: Iterable[str]) -> str | None:
    """To whom something goes in the claim ("aan de voorzitter") who in the source gives it ("in
    ontvangst genomen van de voorzitter")."""
    if _GETS.search(claim):
        return None
    for noun in (word for found in _TO.findall(claim) for word in content_words(found)):
        named = [t for t in source if any(_like(noun, word) for word in content_words(t))]
        given = [
            w for t in named if _GETS.search(t) for f in _OF.findall(t) for w in content_words(f)
        ]
        if any(_like(noun, w) for w in given) and not any(
            _like(noun, w) for t in named for f in _TO.findall(t) for w in content_words(f)
        ):
            return noun
    return None


def _subject(clause: str) -> str | None:
    """The noun that a clause opens with, where it is a noun: its subject in plain word order."""
    match = _OPENING.match(clause)
    nouns = [word for word in (match[2], match[1]) if word and content_words(word)] if match else []
    return nouns[0].lower() if nouns else None


def _like(one: str, other: str) -> bool:
    return likeness(one.lower(), other.lower()) >= _SAME
