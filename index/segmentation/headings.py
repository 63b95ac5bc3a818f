"""Find where questions and answers begin: candidates first, then the sequence that fits best.

Documents number their questions in many ways, and list items, notes and years begin with numbers
too. Question numbers form one rising sequence in one style, and what follows them asks something.
So every candidate is weighed, and the best sequence of the best style wins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.documents import Number
from index.segmentation.boilerplate import is_flowed
from index.segmentation.question_numbers import (
    JOINED,
    NUMBER,
    NUMBERS,
    main_number,
    order,
    parse_numbers,
    skipped,
)


@dataclass(frozen=True, slots=True)
class Marker:
    """A heading such as "Vraag 4", "4." or "Antwoord op vraag 4 en 5:".

    `start`..`end` is the heading itself, `numbers` what it names (empty for a bare "Antwoord"),
    `style` how it is written.
    """

    start: int
    end: int
    numbers: tuple[Number, ...]
    style: str
    weight: float = 1.0


WORDS = frozenset({"word", "flow word"})  # styles whose heading has a word: "Vraag 2"
_DECOR = r"^[ \t#*_>|]*"  # Markdown around a heading
_TAIL = r"[ \t]*[*_]*[ \t]*[:.]?[ \t]*[*_]*[ \t]*"
_QUESTION_WORD = re.compile(
    _DECOR
    + rf"(?:\d{{1,3}}[.)][ \t]+)?[Vv][Rr][Aa](?:[Aa][Gg](?:nummer:)?|[Gg][Ee][Nn])[ \t]+(?:nr\.?[ \t]*)?\(?({NUMBERS})\)?"
    r"(?P<page>[ \t]*\((?:pagina|blz|p)[^)\n]{0,40}\))?" + _TAIL + r"(?P<rest>[^\n]*)$",
    re.M,
)
_LABEL = re.compile(r"\s*Vraag[ \t]*:[ \t]*")  # below "Vraagnummer: 1"
_NUMBERED = re.compile(
    rf"^[ \t#*_>|]*(?P<number>{NUMBER}|\d{{1,3}})(?P<form>\\?\.[ \t]*|\\?\)[ \t]*|:[ \t]*|\t[ \t]*|[ ]+)"
    r"(?P<rest>\S[^\n]*)$",
    re.M,
)
_ALONE = re.compile(rf"^[ \t#*_>|]*(?P<number>{JOINED})\\?[.:)]?[ \t*_]*$", re.M)
_FLOW_WORD = re.compile(
    rf"(?<!\w)Vra(?:ag|gen) ({JOINED})(?!\d)(?: \([^)]{{0,40}}\))?[.:]?(?=\s*(?:[A-Z0-9‘“\"«'(]|\Z))"
)
_FLOW_NUMBER = re.compile(rf"(?:(?<=[.?!:]\s)|(?<=\s\s))({NUMBER})\.\s+(?=[A-Z‘“\"«'])")
_NOT_BEFORE_FLOW = re.compile(
    r"\b(?:op|bij|aan|zie|van|en|de|in|onder|met|antwoord|beantwoording|uw|deze|als|voor)\s*$", re.I
)
_ANSWER_NAME = (
    r"(?:(?:[Gg]ezamenlijke?|[Mm]ijn)[ \t]+)?"
    r"(?:[Aa]ntwoord(?:en)?|ANTWOORD(?:EN)?|Beantwoording|Reactie)"
)
_ANSWER = re.compile(
    _DECOR
    # A footnote mark, separated from the question before it: "1  Antwoord 1".
    + r"(?:\d{1,2}[ \t]+(?=\w+[ \t]+\d))?"
    + _ANSWER_NAME
    + r"(?:[ \t]+(?:op|bij))?(?:[ \t]+de)?(?:[ \t]+(?:Kamer)?[Vv]ra(?:ag|gen))?"
    + rf"(?:[ \t]*\(?({NUMBERS})\)?)?"
    + r"(?P<close>[ \t]*[*_]*[ \t]*[:.]?[ \t]*[*_]*[ \t]*)(?P<rest>[^\n]*)$",
    re.M,
)
_FLOW_ANSWER = re.compile(
    rf"(?<=[.?!)\s])\s?Antwoord(?: (?:op )?(?:vra(?:ag|gen) )?({NUMBERS}))?(?:\s?:|(?=\s+[A-Z•‘“(0-9])|$)"
)
# Who answered and when, in the House's own form: "Antwoord van minister Aal (Veren). (Ontvangen
# 4 juni 2025)". It stands above the questions, or between them and the answers.
ATTRIBUTION = re.compile(
    _DECOR + r"(?:[Nn]ader[ \t]+)?[Aa]ntwoord(?:en)?[ \t]+van[ \t]+(?:(?!\n[ \t]*\n)[^?]){3,400}?"
    r"\([Oo]ntvangen\b[^)\n]*\)?[.,]?[ \t]*(?:[Zz]ie ook[^\n]*)?[ \t*_]*$",
    re.M,
)
_NOTICE = re.compile(_DECOR + r"Mededeling[ \t]*:?[ \t*_]*$", re.M)
# A document that says above its questions that they are answered.
_ANSWERED = re.compile(
    r"lijst\s+van\s+vragen\s+en\s+antwoorden|\bvragen\b[^?]{0,400}\bbeantwoord\b|"
    r"\bschriftelijke\s+antwoorden\b",
    re.I,
)
_MOST_HEAD, _MOST_ANSWER = 3000, 8000  # characters above and below a single question
_ASKS = re.compile(
    r"^\W*(?:kunt|kan|bent|is|zijn|deelt|heeft|hebt|klopt|wat|wie|waar\w*|wanneer|welke?|hoe\w*|"
    r"op welke|in hoeverre|in welke|aan welke|voor welke|zal|zult|wilt|ziet|herkent|erkent|acht|"
    r"vindt|bestaat|graag|onderschrijft|herinnert|kent|gaat|wordt|worden|was|waren|hoeveel|om welke|"
    r"met welke|onder welke|uit welke|tot welke|door wie|met wie|aan wie|sinds wanneer|indien|beschikt|"
    r"realiseert|begrijpt|staat|geldt|mag|moet|moeten|komt|doet|houdt|neemt|krijgt|betekent|bevat)\b",
    re.I,
)


def find_answers(text: str) -> list[Marker]:
    """Answer headings, in order. `text` has page boilerplate and notes masked."""
    found = [
        Marker(m.start(), m.start("rest"), parse_numbers(m[1] or ""), "answer")
        for m in _ANSWER.finditer(text)
        if _is_answer_heading(m)
    ]
    found = _attributed(text, found)
    if is_flowed(text):
        starts = {marker.start for marker in found}
        for m in _FLOW_ANSWER.finditer(text):
            if m.start() not in starts and not _NOT_BEFORE_FLOW.search(text[: m.start() + 1][-30:]):
                found.append(Marker(m.start(), m.end(), parse_numbers(m[1] or ""), "answer"))
    return sorted(found, key=lambda marker: marker.start)


def _attributed(text: str, found: Sequence[Marker]) -> list[Marker]:
    """`found` and the lines that say who answers; one right below a bare "Antwoord" is part of it."""
    kept = {marker.start: marker for marker in found}
    for m in ATTRIBUTION.finditer(text):
        above = next((a for a in reversed(found) if a.end <= m.start()), None)
        if above and not above.numbers and not text[above.end : m.start()].strip():
            kept[above.start] = replace(above, end=m.end())
        else:
            kept[m.start()] = Marker(m.start(), m.end(), (), "answer")
    return list(kept.values())


def _is_answer_heading(m: re.Match[str]) -> bool:
    """A heading stands alone, ends in a colon, or names numbers before a new sentence."""
    rest = m["rest"].strip()
    if not rest:
        return m[0].strip(" \t#*_>|")[0].isupper() or bool(m[1])
    if ":" in m["close"]:
        return True
    return bool(m[1]) and rest[0].isupper() and "van" not in rest.split()[:1]


def find_notice(text: str) -> Marker | None:
    """The heading "Mededeling" in the place of answers."""
    m = _NOTICE.search(text)
    return Marker(m.start(), m.end(), (), "notice") if m else None


def find_questions(text: str, answers: Sequence[Marker]) -> tuple[list[Marker], list[Marker]]:
    """Question headings, in the document's order, and all candidates in their style.

    Both are empty where no sequence convinces. `text` has page boilerplate and notes masked;
    `answers` are its answer headings.
    """
    headings = {marker.start for marker in answers}
    candidates = [c for c in find_candidates(text) if c.start not in headings]
    candidates = _without_lists(candidates, text, answers)
    stops = sorted(headings)
    best: list[Marker] = []
    alike: list[Marker] = []
    best_score = 0.0
    for style in dict.fromkeys(marker.style for marker in candidates):
        weighed = _weigh([c for c in candidates if c.style == style], text, stops)
        chain = sequence(weighed)
        score = sum(marker.weight for marker in chain) * (1.15 if style == "word" else 1.0)
        if score > best_score and convinces(chain, text, answers):
            best, best_score, alike = chain, score, weighed
    if best and best[0].style != "word":
        words = _weigh([c for c in candidates if c.style == "word"], text, stops)
        filling = _filling(best, words)
        best = sorted([*best, *filling], key=lambda marker: marker.start)
        alike = sorted([*alike, *filling], key=lambda marker: marker.start)
    return best, alike


def _filling(chain: Sequence[Marker], words: Iterable[Marker]) -> list[Marker]:
    """Of headings with a word ("Vraag 36") those that fill a gap of a chain written otherwise.

    Their numbers are missing between those of the two headings that they stand between.
    """
    found = []
    for one, other in pairwise(chain):
        low, high = order(one.numbers[-1]), order(other.numbers[0])
        found += [
            marker
            for marker in words
            if one.start < marker.start < other.start
            and low < order(marker.numbers[0]) <= order(marker.numbers[-1]) < high
        ]
    return found


def find_candidates(text: str) -> list[Marker]:
    """All lines that may be the heading of a question, in every style, not yet weighed."""
    found = []
    for m in _QUESTION_WORD.finditer(text):
        rest = m["rest"].strip()
        closed = bool(m["page"]) or bool(
            re.search(r"[:.][ \t*_]*$", m[0][: m.start("rest") - m.start()])
        )
        if not rest or closed or rest[0].isupper() or rest[0] in "‘“\"«'(":
            label = _LABEL.match(text, m.end()) if not rest else None
            end = label.end() if label else m.start("rest")
            found.append(Marker(m.start(), end, parse_numbers(m[1]), "word"))
    for m in _NUMBERED.finditer(text):
        form = m["form"].strip().strip("\\") or ("tab" if "\t" in m["form"] else "space")
        first = m["rest"].lstrip(" *_‘“\"«'(„")[:1]
        if first.isupper() or first.isdigit() or (form in {".", ":"} and first):
            numbers = parse_numbers(m["number"])
            # "2.1 Tekst" goes with "1 Tekst" and with "1. Tekst".
            for style in dict.fromkeys((form, "." if "." in m["number"] else form)):
                found.append(Marker(m.start(), m.start("rest"), numbers, style))
    found += [
        Marker(m.start(), m.end(), parse_numbers(m["number"]), "alone")
        for m in _ALONE.finditer(text)
    ]
    if is_flowed(text):
        for m in _FLOW_WORD.finditer(text):
            if not _NOT_BEFORE_FLOW.search(text[max(0, m.start() - 30) : m.start()]):
                found.append(Marker(m.start(), m.end(), parse_numbers(m[1]), "flow word"))
        found += [
            Marker(m.start(1), m.end(), parse_numbers(m[1]), "flow number")
            for m in _FLOW_NUMBER.finditer(text)
        ]
    return [marker for marker in found if marker.numbers]


def _without_lists(candidates: list[Marker], text: str, answers: Sequence[Marker]) -> list[Marker]:
    """Without what is numbered as a sub-question ("2.1") and is none: it asks nothing.

    A heading that says "vraag" is one, and so is what an answer's heading names.
    """
    named = {n for answer in answers for n in answer.numbers}
    stops = sorted({*(a.start for a in answers), *(c.start for c in candidates), len(text)})
    return [
        c
        for c in candidates
        if c.style in WORDS
        or isinstance(c.numbers[0], int)
        or c.numbers[0] in named
        or "?" in text[c.end : stops[bisect_right(stops, c.start)]]
    ]


def _weigh(candidates: list[Marker], text: str, stops: Iterable[int]) -> list[Marker]:
    """Weigh each candidate by how much the text after it looks like a question."""
    bounds = sorted({*stops, *(c.start for c in candidates), len(text)})
    weighed = []
    for c in candidates:
        stop = next(b for b in bounds if b > c.start)
        body = text[c.end : min(stop, c.end + 2500)]
        asks = "?" in body
        opens = bool(_ASKS.match(body.lstrip()))
        answered = stop in set(stops)
        weight = 0.25 + 0.5 * asks + 0.15 * opens + 0.2 * answered
        if c.style in WORDS:
            weight = max(weight, 0.8)
        weighed.append(Marker(c.start, c.end, c.numbers, c.style, weight))
    return weighed


def sequence(candidates: list[Marker]) -> list[Marker]:
    """The rising sequence of numbers with the most weight; then what is missing and fits.

    A longest increasing subsequence, weighted, in which every number skipped costs; documents that
    take questions out of order (9, 11, 10, 13) have the left-out ones put in afterwards.
    """
    skip = 0.45
    score: list[float] = []
    back: list[int | None] = []
    for i, c in enumerate(candidates):
        best, link = c.weight - skip * min(skipped(None, c.numbers[0]), 6), None
        for j in range(i):
            gap = skipped(candidates[j].numbers[-1], c.numbers[0])
            if gap < 0:
                continue
            value = score[j] + c.weight - skip * min(gap, 6)
            if value > best or (value == best and link is not None and j > link):
                best, link = value, j
        score.append(best)
        back.append(link)
    if not candidates:
        return []
    at: int | None = max(range(len(candidates)), key=lambda i: (score[i], -i))
    chain: list[Marker] = []
    while at is not None:
        chain.append(candidates[at])
        at = back[at]
    chain.reverse()
    have = {n for marker in chain for n in marker.numbers}
    highest = max(map(main_number, have))
    for c in candidates:
        inside = chain[0].start < c.start
        before = order(c.numbers[0]) < order(chain[0].numbers[0])  # "Vraag 1 en 4", and then 2
        if (
            (inside or before)
            and c.weight >= 0.7
            and have.isdisjoint(c.numbers)
            and main_number(c.numbers[-1]) <= highest + 3
        ):
            chain.append(c)
            have.update(c.numbers)
    return sorted(chain, key=lambda marker: marker.start)


def _is_only_one(chain: Sequence[Marker], text: str) -> bool:
    """Whether it is the one question, number 1, of a document whose head says that it is answered."""
    head = text[: chain[0].start]
    return (
        len(chain) == 1
        and chain[0].numbers[0] == 1
        and len(head) <= _MOST_HEAD
        and len(text) - chain[0].end <= _MOST_ANSWER
        and bool(_ANSWERED.search(head))
    )


def convinces(chain: Sequence[Marker], text: str, answers: Sequence[Marker]) -> bool:
    """Whether a sequence is a list of questions and no other numbered list."""
    if not chain:
        return False
    if chain[0].style in WORDS:
        return len(chain) > 1 or bool(answers) or "?" in text[chain[0].end :]
    asking = sum(marker.weight >= 0.7 for marker in chain)
    # A part of a document may start at any number if its answers name the numbers.
    named = {n for answer in answers for n in answer.numbers}
    known = {n for marker in chain for n in marker.numbers}
    starts_low = min(map(main_number, known)) <= 3 or len(known & named) >= 0.5 * len(known)
    answered = any(chain[0].start < answer.start for answer in answers)
    # A single question may stand right below the line that says who answers it.
    answered = answered or _is_only_one(chain, text)
    answered = answered or any(
        ATTRIBUTION.search(text, answer.start, answer.end)
        and not text[answer.end : chain[0].start].strip()
        for answer in answers
    )
    return (
        starts_low and asking >= 0.5 * len(chain) and (len(chain) >= 3 or answered or asking >= 2)
    )
