"""Dates and periods in Dutch text: "10 juni 2025", "10-6-2025", "eind 2025", "Q4 2027", "2025/26"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MONTHS = tuple(
    "januari februari maart april mei juni juli augustus september oktober november december".split()
)
_MONTHS = {name: number for number, name in enumerate(MONTHS, start=1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()}
_MONTHS |= {"febr": 2, "mrt": 3, "sept": 9}
SEASONS = {"voorjaar": "lente", "lente": "lente", "zomer": "zomer", "najaar": "herfst"}
SEASONS |= {"herfst": "herfst", "winter": "winter"}
_PARTS = {"begin": "begin", "medio": "midden", "halverwege": "midden", "midden": "midden"}
_PARTS |= {"eind": "eind", "einde": "eind"} | SEASONS
_NTH = {"eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "laatste": 4}
_NTH |= {f"{n}{end}": n for n in range(1, 5) for end in ("e", "ste", "de")}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d{2})(?![\d.,]*\d|\s*(?:euro|%|procent|miljoen|miljard))"
_OF = r"(?:\s+van(?:\s+het\s+jaar)?)?\s+"
_NTH_WORD = r"(?P<nth>" + "|".join(_NTH) + ")"
_FORMS = (
    r"(?P<first>(?:19|20)\d{2})\s?[/–-]\s?(?P<last>(?:19|20)?\d{2})(?![\d-]|[.,]\d)",
    r"(?P<iso>\d{4}-\d{2}-\d{2})",
    r"(?P<day>\d{1,2})[-/.](?P<mm>\d{1,2})[-/.](?P<year>\d{4})",
    rf"(?P<day>\d{{1,2}})\s+{_MONTH}(?:\s+{_YEAR})?",
    rf"(?P<part>{'|'.join(_PARTS)}){_OF}(?=[a-z]|\d{{4}})(?:{_MONTH})?(?:\s*{_YEAR})?",
    rf"{_NTH_WORD}\s+kwartaal(?:{_OF}{_YEAR})?",
    # "van het eerste naar het vierde kwartaal": the noun, and the year, follow the second.
    rf"{_NTH_WORD}(?=\s+(?:naar|en|of|tot|tot\s+en\s+met)\s+het\s+\w+\s+kwartaal)",
    rf"{_NTH_WORD}\s+(?P<months>drie|zes|3|6)\s+maanden{_OF}{_YEAR}",
    rf"{_NTH_WORD}\s+(?P<months>zes|6)\s+maanden",
    rf"(?P<from>{'|'.join(_MONTHS)})\s+(?:tot\s+en\s+met|t/m)\s+{_MONTH}(?:\s+{_YEAR})?",
    rf"tussen\s+(?P<from>{'|'.join(_MONTHS)})\s+en\s+{_MONTH}(?:\s+{_YEAR})?",
    rf"q(?P<q>[1-4])(?:\s+(?:van\s+)?{_YEAR})?",
    rf"{_NTH_WORD}\s+(?P<half>helft|half\s?jaar)(?:{_OF}{_YEAR})",
    rf"{_NTH_WORD}\s+(?P<half>half\s?jaar)",
    # An abbreviated month alone may be a name: "Robert-Jan".
    rf"{_MONTH}\s+{_YEAR}",
    rf"(?P<month>{'|'.join(MONTHS)})\b",
    _YEAR,
)
_DATES = tuple(
    re.compile(rf"(?<![\w.,])(?:{form})(?!\w)", re.IGNORECASE | re.UNICODE) for form in _FORMS
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as stated; None for what it leaves out. `part` is a half, quarter, season or "begin"...

    `last` is the second year of a period of years ("2025/26" -> year 2025, last 2026).
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    part: str | None = None
    last: int | None = None

    def within(self, other: Date) -> bool:
        """Whether `other` falls within this date: "10 juni 2025" does within "juni 2025"."""
        if self.last != other.last and (self.last or self.year not in (other.year, other.last)):
            return False
        if other.last is None and self.year is not None and self.year != other.year:
            return False
        if self.part is not None and self.part != other.part:
            in_month = self.month is not None and self.month == other.month
            if not (_in_month(self.part, other.day) if in_month else _covers(self.part, other)):
                return False
        if self.month is not None and self.month != other.month:
            return False
        return self.day is None or self.day == other.day


# First and last month.
SPANS = {"Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12), "H1": (1, 6), "H2": (7, 12)}
_OF_SPAN = {span: part for part, span in SPANS.items()}
# Months in which what is said of a part may fall: seasons run on.
_LOOSE = {"begin": (1, 3), "midden": (5, 8), "eind": (10, 12)}
_LOOSE |= {"lente": (3, 6), "zomer": (6, 9), "herfst": (9, 12), "winter": (12, 3)}
_QUARTERS = {"begin": ("Q1",), "eind": ("Q4",), "H1": ("Q1", "Q2"), "H2": ("Q3", "Q4")}


def _covers(part: str, other: Date) -> bool:
    if other.part is not None:
        return other.part in _QUARTERS.get(part, ())
    if other.month is None:
        return False
    first, last = (_LOOSE | SPANS)[part]
    if first > last:
        return other.month >= first or other.month <= last
    return first <= other.month <= last


def _in_month(part: str, day: int | None) -> bool:
    """Whether a day is in the first ten days, the middle (11-20) or the end of its month."""
    days = {"begin": range(1, 11), "midden": range(11, 21), "eind": range(21, 32)}
    return day is not None and day in days.get(part, ())


def dates(text: str) -> Iterator[tuple[int, int, Date]]:
    """(start, end, date) of every date in `text`, not overlapping; longer forms go first."""
    taken: list[tuple[int, int]] = []
    for form in _DATES:
        for match in form.finditer(text):
            start, end = match.span()
            if any(start < to and at < end for at, to in taken):
                continue
            date = _date(match.groupdict())
            if date is not None:
                taken.append((start, end))
                yield start, end, date


def _date(found: dict[str, str | None]) -> Date | None:
    said = {name: text.lower() for name, text in found.items() if text}
    year = int(said["year"]) if "year" in said else None
    if "first" in said:
        return _years(said["first"], said["last"])
    if "iso" in said:
        year, month, day = (int(piece) for piece in said["iso"].split("-"))
        return _real(Date(year, month, day))
    if "mm" in said:
        return _real(Date(year, int(said["mm"]), int(said["day"])))
    month_named = _MONTHS.get(said.get("month", ""))
    if "part" in said:
        known = month_named is not None or year is not None
        return Date(year, month_named, part=_PARTS[said["part"]]) if known else None
    if "from" in said:
        part = _OF_SPAN.get((_MONTHS[said["from"]], _MONTHS[said["month"]]))
        return Date(year, part=part) if part else None
    if "months" in said:
        return _first_or_last(year, said["nth"], said["months"] in ("zes", "6"))
    if "half" in said:
        return Date(year, part="H1" if _NTH[said["nth"]] == 1 else "H2")
    if "nth" in said or "q" in said:
        return Date(year, part=f"Q{said.get('q') or _NTH[said['nth']]}")
    return _real(Date(year, month_named, int(said["day"]) if "day" in said else None))


def _first_or_last(year: int | None, which: str, half: bool) -> Date | None:
    """The first or last three (a quarter) or six months (`half`) of a year."""
    parts = {"eerste": ("Q1", "H1"), "laatste": ("Q4", "H2")}.get(which)
    return Date(year, part=parts[half]) if parts else None


def _years(first: str, last: str) -> Date | None:
    until = int(last if len(last) == 4 else first[:2] + last)
    return Date(int(first), last=until) if 0 < until - int(first) < 50 else None


def _real(date: Date) -> Date | None:
    month_fits = date.month is None or 1 <= date.month <= 12
    day_fits = date.day is None or 1 <= date.day <= 31
    return date if month_fits and day_fits else None
