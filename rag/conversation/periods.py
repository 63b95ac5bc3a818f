"""Shift a period by what a follow-up says: "het jaar daarvoor", "een maand later", "en daarna?"."""

from __future__ import annotations

import re
from fractions import Fraction

from rag.dutch.numerals import word_value

MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
# "in 2022", "sinds maart 2023", "2023/24".
PERIOD = re.compile(
    rf"\b(?:(?:in|sinds|vanaf|tot|over|voor)\s+)?(?:de\s+maand\s+)?(?:(?P<month>{'|'.join(MONTHS)})"
    r"(?:\s+(?P<of>(?:19|20)\d\d))?|(?P<year>(?:19|20)\d\d)(?P<range>\s?[-/]\s?(?:19|20)?\d\d)?)\b",
    re.I,
)
_STEP = re.compile(
    r"(?:(?:in|over)\s+)?(?:het|de|een|één|(?P<many>[a-z]+|\d{1,2}))?\s*"
    r"(?P<unit>jaar|maand|maanden|kwartaal)\s+(?:(?P<back>(?:daar|er)(?:voor|vóór)|eerder|tevoren|terug)|"
    r"(?:daar|er)(?:na|op)|later)",
    re.I,
)
_QUARTER = re.compile(
    r"(?P<nth>eerste|tweede|derde|vierde|laatste)\s+kwartaal(?:\s+van\s+(?P<year>(?:19|20)\d\d))?",
    re.I,
)
_ORDINALS = ("eerste", "tweede", "derde", "vierde")
_NEXT_TO = re.compile(
    r"(?:(?:in|over)\s+)?(?:het\s+|de\s+)?(?:(?P<back>vorige?|afgelopen)|volgende?|komende?)\s+"
    r"(?P<unit>jaar|maand|kwartaal)",
    re.I,
)
_BEYOND = re.compile(
    r"(?:(?:in\s+)?de\s+(?:jaren|maanden)\s+)?"
    r"(?:(?P<back>(?:daar|er)(?:voor|vóór)|eerder)|(?:daar|er)na|later)",
    re.I,
)


def shifted(question: str, said: str) -> str | None:
    """`question` with its last period moved as `said` says; None if there is nothing to move.

    "het jaar daarvoor" moves "in 2022" to "in 2021", and "daarvoor" alone to "vóór 2022".
    """
    quarter = _QUARTER.search(question)
    if quarter:
        return _shifted_quarter(question, quarter, said)
    periods = list(PERIOD.finditer(question))
    if not periods or periods[-1]["range"]:
        return None
    period = periods[-1]
    year, month = period["year"] or period["of"], period["month"]
    beyond = _BEYOND.fullmatch(said)
    if beyond:
        preposition = "vóór" if beyond["back"] else "na"
        named = " ".join(filter(None, [month, year]))
        return question[: period.start()] + f"{preposition} {named}" + question[period.end() :]
    step = _STEP.fullmatch(said) or _NEXT_TO.fullmatch(said)
    if step is None or step["unit"].lower() == "kwartaal":
        return None
    many = _many(step.groupdict().get("many"))
    months = step["unit"].lower().startswith("maand")
    if many is None or (month is None if months else year is None):
        return None
    named = _moved(month, year, -many if step["back"] else many, months=months)
    start = period.start("month") if month else period.start("year")
    return question[:start] + named + question[period.end() :]


def _shifted_quarter(question: str, quarter: re.Match[str], said: str) -> str | None:
    step = _STEP.fullmatch(said) or _NEXT_TO.fullmatch(said)
    if step is None or step["unit"].lower().startswith("maand"):
        return None
    by = (-1 if step["back"] else 1) * (1 if step["unit"].lower() == "kwartaal" else 4)
    nth = quarter["nth"].lower()
    place = (3 if nth == "laatste" else _ORDINALS.index(nth)) + by
    year = quarter["year"]
    if year is None and place not in range(4):
        return None
    named = f"{_ORDINALS[place % 4]} kwartaal"
    if year:
        named += f" van {int(year) + place // 4}"
    return question[: quarter.start()] + named + question[quarter.end() :]


def _many(written: str | None) -> int | None:
    if written is None:
        return 1
    value = Fraction(written) if written.isdigit() else word_value(written.lower())
    return int(value) if value is not None and value.denominator == 1 else None


def _moved(month: str | None, year: str | None, by: int, *, months: bool) -> str:
    if not months or month is None:
        return " ".join(filter(None, [month, str(int(year or 0) + by)]))
    place = MONTHS.index(month.lower()) + by
    moved = None if year is None else str(int(year) + place // 12)
    return " ".join(filter(None, [MONTHS[place % 12], moved]))
