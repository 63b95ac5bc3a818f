"""Recognise official numbers of parliamentary papers: as codes, and as written in running text.

Codes are those of officielebekendmakingen.nl ("ah-tk-20232024-2367", "kst-36800-X-11") and the
numbers of the Tweede Kamer itself ("2025D43552", "2025Z18743"). Written forms: Aanwijzingen voor de
regelgeving, 3.43, and how people shorten them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from index.documents import DocumentInfo

CODE = (  # of officielebekendmakingen.nl
    r"(?:(?:ah|h|nds)-(?:tk|ek|vv)-\d{8}(?:-\d+)+|kv-(?:tk|ek)-(?:\d{4}Z\d{5}|\d{8}-\d+)"
    r"|kst-\d{5}(?:-[A-Za-z\d]+){1,3}|blg-\d+)"
)
NUMBER = r"\d{4}[ZD]\d{4,6}"  # of a document (D) or a case (Z) of the Tweede Kamer

_ANNEX = re.compile(r"ah-(?P<house>tk|ek)-(?P<year>\d{4})\d{4}-(?P<number>\d+)$", re.I)
# With the suffix of a reprint (-h1) or a correction (-n1), which a reference leaves out.
_PAPER = re.compile(
    r"kst-(?P<dossier>\d{5})(?:-(?P<part>[A-Z\d]+?))?-(?P<number>[A-Z\d]+)(?:-[hn]\d+)?$", re.I
)
_PROCEEDINGS = re.compile(
    r"h-(?P<house>tk|ek)-(?P<year>\d{4})\d{4}-(?P<number>\d+)-(?P<item>\d+)$", re.I
)
_QUESTIONS = re.compile(r"kv-(?P<house>tk|ek)-(?P<number>\d{4}Z\d+)$", re.I)
_CASE = re.compile(r"\d{4}[ZD]\d+$", re.I)

Kind = Literal["annex", "paper", "proceedings", "questions", "number", "other"]


@dataclass(frozen=True, slots=True)
class Identifier:
    """An official number in parts; None where it is not stated.

    `house` is "tk" or "ek", `year` the first calendar year of the parliamentary year. A paper has a
    `dossier` and may have a `part` ("X"; "" for none); an item of the proceedings has an `item`.
    """

    kind: Kind
    number: str
    house: str | None = None
    year: int | None = None
    dossier: str | None = None
    part: str | None = None
    item: str | None = None

    def names(self, other: Identifier) -> bool:
        """Whether this may refer to `other`: all parts that are stated here agree with it."""
        if self.kind != other.kind and (self.kind, other.kind) != ("number", "questions"):
            return False
        stated = [
            (getattr(self, part), getattr(other, part))
            for part in ("number", "house", "year", "dossier", "part", "item")
        ]
        return all(mine is None or mine == its for mine, its in stated)


@dataclass(frozen=True, slots=True)
class Mention:
    """An identifier found in a text, at `start`..`end`."""

    start: int
    end: int
    identifier: Identifier


@lru_cache(maxsize=100_000)  # cached: every reference is compared with every document
def parse_identifier(code: str) -> Identifier:
    """The parts of a code or number; of kind "other" where its form is not known."""
    if m := _ANNEX.match(code):
        return Identifier("annex", m["number"], m["house"].lower(), int(m["year"]))
    if m := _PAPER.match(code):
        part = (m["part"] or "").upper()
        return Identifier("paper", m["number"].upper(), dossier=m["dossier"], part=part)
    if m := _PROCEEDINGS.match(code):
        house, year = m["house"].lower(), int(m["year"])
        return Identifier("proceedings", m["number"], house, year, item=m["item"])
    if m := _QUESTIONS.match(code):
        return Identifier("questions", m["number"].upper(), m["house"].lower())
    if _CASE.match(code):
        return Identifier("number", code.upper())
    return Identifier("other", code.lower())


_YEARS = r"(?P<{0}year>(?:19|20)\d\d)\s?[-–—/]\s?(?:(?:19|20)\d\d|\d\d)(?!\d)"
_SESSION = r"(?:(?:vergaderjaar|jaargang|jaar)\s+)?"
_NR = r"(?:nrs?\b\.?|nummers?\b)\s*"
_HOUSE = r"\(?(?P<house>II|I|tk|ek|tweede\s+kamer|eerste\s+kamer)\b\)?"
_SEP = r"[\s,;:(]*"
# "Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 2367", "Aanhangsel 2367 (2023/24)".
_WRITTEN_ANNEX = re.compile(
    rf"\b(?:handelingen\s+(?:(?P<in_house>II|I)\s+)?(?:{_YEARS.format('in_')})?{_SEP})?"
    rf"aanhangsel(?:nummer)?(?:\s+(?:van\s+)?(?:de\s+|der\s+)?handelingen)?"
    rf"(?:{_SEP}{_HOUSE})?(?:{_SEP}{_SESSION}{_YEARS.format('')}[\s,)]*)?{_SEP}(?:{_NR})?"
    # A low number may be that of an annex to a treaty or a report.
    r"(?P<number>\d{3,4}|\d{1,2}(?!\s*(?:van|bij|uit|in)\s+(?!de\s+handelingen\b)"
    r"(?:het|de|dit|deze|die|een)\b))(?![\d.]*\d|\s?[-–—/]\s?\d|\s*%)"
    rf"(?:\s+van\s+de\s+handelingen)?(?:\s*[,(]?\s*(?:(?:uit|van|in)\s+)?(?:het\s+)?{_SESSION}"
    rf"{_YEARS.format('after_')}\)?)?",
    re.I,
)
# The heading of an unprinted annex; with more words after it, AH may well be a shop.
_WRITTEN_AH = re.compile(r"(?<![\w-])AH\s+(?P<number>\d{2,4})(?=\s*(?:[,.?:;)]|$|vra(?:ag|gen)\b))")
_DOSSIER = r"(?<![\d.,-])(?P<dossier>\d\d\s?\d{3})(?:[\s-]+(?P<part>[IVXLC]+|[A-Z]|0\d)(?![\w]))?"
# "Kamerstukken II 2025/26, 36800 X, nr. 11", "36 800-X, nr. 11"
_WRITTEN_PAPER = re.compile(rf"{_DOSSIER}\s*[,;]?\s*\(?{_NR}(?P<number>\d+|[A-Z])(?!\w|-\d)", re.I)
# "Kamerstuk 33763-165", "Kamerstuk 36800-X-11", "Kamerstukken I 2024/25, 36600, A"
_PAPER_WORD = (
    rf"\bkamerstuk(?:ken)?\b{_SEP}(?:{_HOUSE}{_SEP})?(?:{_SESSION}(?:{_YEARS.format('')}){_SEP})?"
)
_HYPHENED_PAPER = re.compile(
    rf"{_PAPER_WORD}{_DOSSIER}(?:\s?-\s?(?P<number>\d+)|,\s*(?P<letter>[A-Z]))(?!\w|-\d)", re.I
)
# "36800-X-11" needs no word before it: nothing else looks so.
_BARE_PAPER = re.compile(
    r"(?<![\w.,-])(?P<dossier>\d{5})-(?P<part>[IVXLC]+)-(?P<number>\d+)(?![\w-])", re.I
)
_BEFORE_PAPER = re.compile(rf"{_PAPER_WORD}$", re.I)
_WRITTEN_PROCEEDINGS = re.compile(
    rf"\bhandelingen\s+(?P<house>II|I)\s+{_YEARS.format('')}{_SEP}{_NR}(?P<number>\d+){_SEP}"
    r"item\s*(?P<item>\d+)",
    re.I,
)
_WRITTEN_CODE = re.compile(rf"(?<![\w-])(?:{CODE}|{NUMBER})(?![\w-])", re.I)


def mentions(text: str) -> tuple[Mention, ...]:
    """The identifiers in `text`, in order, in any written form."""
    found: list[Mention] = []

    def take(start: int, end: int, identifier: Identifier) -> None:
        if all(end <= known.start or known.end <= start for known in found):
            found.append(Mention(start, end, identifier))

    for m in _WRITTEN_CODE.finditer(text):
        take(m.start(), m.end(), parse_identifier(m[0]))
    for m in _WRITTEN_PROCEEDINGS.finditer(text):
        year, house = int(m["year"]), _house(m["house"])
        proceedings = Identifier("proceedings", m["number"], house, year, item=m["item"])
        take(m.start(), m.end(), proceedings)
    for m in _WRITTEN_ANNEX.finditer(text):
        said = m["in_year"] or m["year"] or m["after_year"]
        annex = Identifier(
            "annex",
            str(int(m["number"])),
            _house(m["in_house"] or m["house"]),
            int(said) if said else None,
        )
        take(m.start(), m.end(), annex)
    for m in _WRITTEN_AH.finditer(text):
        take(m.start(), m.end(), Identifier("annex", str(int(m["number"]))))
    for m in _papers(text):
        before = _BEFORE_PAPER.search(text, 0, m.start())
        given = m.groupdict()
        paper = Identifier(
            "paper",
            (given["number"] or given["letter"]).upper(),
            dossier=re.sub(r"\s", "", given["dossier"]),
            part=(given["part"] or "").upper(),
        )
        take(before.start() if before else m.start(), m.end(), paper)
    return tuple(sorted(found, key=lambda mention: mention.start))


def is_named(document: DocumentInfo, identifier: Identifier) -> bool:
    """Whether `identifier` may refer to one of the document's own."""
    return any(identifier.names(parse_identifier(own)) for own in document.metadata.identifiers)


def _papers(text: str) -> Iterator[re.Match[str]]:
    for pattern in (_WRITTEN_PAPER, _HYPHENED_PAPER, _BARE_PAPER):
        yield from pattern.finditer(text)


def _house(written: str | None) -> str | None:
    if written is None:
        return None
    return "ek" if written.lower() in ("i", "ek") or written[:1] in "Ee" else "tk"


def parliamentary_year(day: str) -> int:
    """The calendar year in which the parliamentary year of a day (ISO 8601) began.

    It begins on the third Tuesday of September (Grondwet, art. 65): 2025 for 2025-09-16.
    """
    at = date.fromisoformat(day)
    first = date(at.year, 9, 1)
    opening = first + timedelta(days=(1 - first.weekday()) % 7 + 14)
    return at.year if at >= opening else at.year - 1
