"""Read what a question asks about time: the latest state, a time of speaking, or facts of a period.

"Wat zei de minister in maart 2024 over de kosten in 2023?" names two times: March 2024 limits which
documents count, 2023 is what they must speak of. In doubt a time is of the second sort, which
excludes no document.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.documents import Hit
from index.search import Filters
from rag.dutch.dates import SEASONS, SPANS, Date, dates
from rag.pipeline.reading import PassageReading

# `newest_first` reorders what is at least this share as likely as the likeliest passage.
CLOSE = 0.9

_LATEST = re.compile(
    r"\b(?:(?<!vanaf )nu|momenteel|thans|inmiddels|tegenwoordig|vandaag|actuele?|huidige?|nog\s+steeds|nieuwste|"
    r"(?:meest\s+)?recente?(?:ste)?|op\s+dit\s+moment|op\s+dit\s+ogenblik|stand\s+van\s+zaken|"
    r"hoe\s+staat\s+het\s+(?:met|er)|tot\s+nu\s+toe|"
    r"laatste\s+(?:stand|\w*brief|cijfers?|nieuws|informatie|gegevens|antwoord(?:en)?|update|"
    r"bericht(?:en)?|ontwikkeling(?:en)?|inzichten))\b",
    re.IGNORECASE,
)
_IN = r"(?:in|op|eind|begin|medio|vóór|sinds|vanaf|tot|na|per)"
_SPEAKER = r"(?:minister|staatssecretaris|bewinds\w+|kabinet|regering|ministerie|premier)"
_SAID = re.compile(
    r"\b(?:zei(?:den)?|antwoordden?|schre(?:ef|ven)|meldden?|liet(?:en)?\b[^.?!]{0,60}\bweten|verklaarden?|"
    r"beloofden?|zegden?\b[^.?!]{0,60}\btoe|kondigden?\b[^.?!]{0,60}\baan|informeerden?|berichtten?|noemden?|"
    r"ga(?:f|ven)\b[^.?!]{0,60}\baan|bevestigden?|ontkenden?|erkenden?)\b"
    rf"|\b(?:heeft|hebben|had|hadden)\b[^.?!]{{0,30}}\b{_SPEAKER}\b[^.?!]*\b(?:gezegd|geantwoord|geschreven|gemeld|"
    r"laten\s+weten|verklaard|beloofd|toegezegd|aangekondigd|aangegeven|geïnformeerd)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(rf"\W*(?:{_IN}\s+)?", re.IGNORECASE)
_ACCORDING = re.compile(
    rf"\bvolgens\s+(?:de|het)\s+(?:\w+\s+)?{_SPEAKER}\s+(?:{_IN}\s+)?\Z", re.IGNORECASE
)
_SPOKEN_OF = re.compile(
    r"\b(?:over|dat|of|omtrent|waarover|waarom|wanneer|hoeveel|hoe)\b", re.IGNORECASE
)
# The question asks for the paper itself. One that is only mentioned may not be in the index.
_PAPER = re.compile(
    r"\b(?:volgens|wat\s+(?:staat|stond|zegt|zei)(?:\s+er\s+in)?)\s+(?:de|het|zijn|haar)\s+(?:\w*brief|"
    r"\w*brieven|antwoord(?:en)?|beantwoording|debat)\s+(?:(?:aan|over)\s[^.?!]{1,60}\s)?"
    r"(?:van|uit|in|op|d\.d\.)\s+\Z",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:\bvóór|\bvoor|\btot)\s+\Z", re.IGNORECASE)
_NAMES_MONTH = re.compile(r"[^\W\d_]|\d[-/.]\d{1,2}[-/.]\d{4}")
_UNTIL = re.compile(r"\b(?:tot\s+en\s+met|t/m|uiterlijk(?:\s+(?:op|in))?)\s+\Z", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:sinds|sedert|vanaf|met\s+ingang\s+van)\s+\Z", re.IGNORECASE)
_AFTER = re.compile(r"\bna\s+\Z", re.IGNORECASE)
_RANGE = re.compile(r"\s+(?:en|tot|t/m|tot\s+en\s+met)\s+", re.IGNORECASE)
_OPENS_RANGE = re.compile(r"\b(?:tussen|van|vanaf)\s+\Z", re.IGNORECASE)
_MONTHS = {"begin": (1, 3), "midden": (5, 8), "eind": (10, 12)} | SPANS
_MONTHS |= {"lente": (3, 5), "zomer": (6, 8), "herfst": (9, 11), "winter": (12, 14)}
_RELATIVE = re.compile(
    rf"\b(?P<preposition>(?:{_IN}|van|over|voor|tijdens)\s+)?(?:(?:de|het)\s+)?"
    rf"(?P<which>vorige?|afgelopen|dit|deze|volgende?|komende?)\s+"
    rf"(?P<what>jaar|maand|week|{'|'.join(SEASONS)})\b|\b(?P<day>gisteren|eergisteren)\b",
    re.IGNORECASE,
)
_NAMED = {"lente": "het voorjaar", "zomer": "de zomer"}
_NAMED |= {"herfst": "het najaar", "winter": "de winter"}
_BACK = ("vorig", "afgelopen")


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to and including `end`; None where it is open. `written` as in the question."""

    start: date | None
    end: date | None
    written: str

    def filters(self, given: Filters = Filters()) -> Filters:
        """`given`, limited to documents of this period; dates already set stay."""
        return replace(
            given,
            date_from=given.date_from or (self.start.isoformat() if self.start else None),
            date_to=given.date_to or (self.end.isoformat() if self.end else None),
        )


def asks_latest(question: str) -> bool:
    """Whether the latest state is asked: "nu", "actuele", "laatste stand" ("laatste jaar" is not)."""
    return bool(_LATEST.search(question))


def said_when(question: str, today: date) -> Period | None:
    """The time of speaking that is asked for: "wat zei de minister in maart 2024 over ...".

    The first one in the question, or None.
    """
    return next((period for period, said in _times(question, today) if said), None)


def first_time(question: str, today: date) -> Period | None:
    """The first time that `question` names, whatever it says of it; None without one."""
    return next((period for period, _ in _times(question, today)), None)


def spelled_out(question: str, today: date) -> str:
    """`question` with a past year or season named as documents name it: "vorig jaar" -> "in 2025".

    The present and the future are not spelled out: documents seldom name that year.
    """

    def named(match: re.Match[str]) -> str:
        period = _relative(match, today)
        what = (match["what"] or "").lower()
        is_past = (match["which"] or "").lower().startswith(_BACK) and not _rolls(match)
        if period.start is None or not is_past or what not in ("jaar", *SEASONS):
            return match[0]
        lead = match["preposition"] or "in "
        season = f"{_NAMED[SEASONS[what]]} van " if what in SEASONS else ""
        return f"{lead}{season}{period.start.year}"

    return _RELATIVE.sub(named, question)


def newest_first(hits: Sequence[Hit], readings: Sequence[PassageReading]) -> list[PassageReading]:
    """`readings` with the newest document first among those about as likely as the first one.

    As likely: at least `CLOSE` of its probability. Those without a date keep their order.
    """
    near = [each for each in readings if each.answers >= CLOSE * readings[0].answers]
    dates = [hits[each.hit].document.metadata.date or "" for each in near]
    order = sorted(range(len(near)), key=lambda at: dates[at], reverse=True)
    return [*(near[at] for at in order), *readings[len(near) :]]


def _times(question: str, today: date) -> Iterator[tuple[Period, bool]]:
    """The times in a question in order, and whether each is a time of speaking."""
    found = [
        (start, end, _period(day, question[start:end], today))
        for start, end, day in dates(question)
    ]
    found += [
        (m.end("preposition") if m["preposition"] else m.start(), m.end(), _relative(m, today))
        for m in _RELATIVE.finditer(question)
    ]
    found.sort(key=lambda each: each[:2])
    joined: list[tuple[int, int, Period]] = []
    for start, end, period in found:
        last = joined[-1] if joined else None
        if (
            last
            and _RANGE.fullmatch(question, last[1], start)
            and _OPENS_RANGE.search(question[: last[0]])
        ):
            joined[-1] = (last[0], end, Period(last[2].start, period.end, question[last[0] : end]))
        else:
            joined.append((start, end, _limited(period, question[:start])))
    for start, _, period in joined:
        yield period, _is_said(question, start)


def _is_said(question: str, start: int) -> bool:
    """Whether the time at `start` is a time of speaking: it belongs to the verb, not to the
    contents."""
    before = question[:start]
    if _PAPER.search(before) or _ACCORDING.search(before):
        return True
    said = _SAID.search(question)
    if not said:
        return False
    if start < said.start():
        return bool(_OPENS.fullmatch(before) or re.search(_SPEAKER, before, re.IGNORECASE))
    content = _SPOKEN_OF.search(question, said.start())
    return content is None or start < content.start()


def _limited(period: Period, before: str) -> Period:
    """`period` limited by the word before it: "vóór", "sinds", "tot en met", "na"."""
    if _UNTIL.search(before):
        return replace(period, start=None)
    if _SINCE.search(before):
        return replace(period, end=None)
    if _AFTER.search(before) and period.end:
        return Period(period.end + timedelta(days=1), None, period.written)
    limit = _BEFORE.search(before)
    # "voor 2024" is for that year; "voor 1 mei 2024" is before it.
    is_limit = limit and (
        not limit[0].lower().startswith("voor") or _NAMES_MONTH.search(period.written)
    )
    if is_limit and period.start:
        return Period(None, period.start - timedelta(days=1), period.written)
    return period


def _period(day: Date, written: str, today: date) -> Period:
    """The days that a date spans; without a year the last time that it was, seen from `today`."""
    if day.year is None:
        this = _period(replace(day, year=today.year), written, today)
        if this.start and this.start > today:
            return _period(replace(day, year=today.year - 1), written, today)
        return this
    if day.month and day.day:
        last = calendar.monthrange(day.year, day.month)[1]
        exact = date(day.year, day.month, min(day.day, last))
        return Period(exact, exact, written)
    first, last = (day.month, day.month) if day.month else _MONTHS.get(day.part or "", (1, 12))
    start, _ = _month(day.year, first)
    _, end = _month(day.last or day.year, last)
    return Period(start, end, written)


def _month(year: int, month: int) -> tuple[date, date]:
    """The first and last day of a month; month 13 is January of the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _relative(match: re.Match[str], today: date) -> Period:
    written = match[0]
    if match["day"]:
        day = today - timedelta(days=1 if match["day"].lower() == "gisteren" else 2)
        return Period(day, day, written)
    which, what = match["which"].lower(), match["what"].lower()
    step = -1 if which.startswith(_BACK) else 1 if which.startswith(("volgend", "komend")) else 0
    if _rolls(match):
        return Period(today - timedelta(days=365), today, written)
    if what == "jaar":
        return _period(Date(today.year + step), written, today)
    if what == "maand":
        months = today.year * 12 + today.month - 1 + step
        return _period(Date(months // 12, months % 12 + 1), written, today)
    if what == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return Period(monday, monday + timedelta(days=6), written)
    return _season(SEASONS[what], step, written, today)


def _rolls(match: re.Match[str]) -> bool:
    """Whether it is "afgelopen jaar": the twelve months up to today, no calendar year."""
    return (match["which"] or "").lower() == "afgelopen" and (match["what"] or "").lower() == "jaar"


def _season(season: str, step: int, written: str, today: date) -> Period:
    """The last one that is over (step -1), the one of this year (0), or the next to begin (1)."""
    this = _period(Date(today.year, part=season), written, today)
    if step < 0 and this.end and this.end >= today:
        return _period(Date(today.year - 1, part=season), written, today)
    if step > 0 and this.start and this.start <= today:
        return _period(Date(today.year + 1, part=season), written, today)
    return this
