"""Read the figures in Dutch text: value, unit and limit, and whether two say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from rag.dutch.comparators import alike, bounds, is_loose, rounds
from rag.dutch.dates import Date, dates
from rag.dutch.numerals import digits_value, ordinal_value, word_value

_SCALES = {"honderd": 100, "duizend": 1000, "miljoen": 10**6, "mln": 10**6, "miljard": 10**9}
_SCALES |= {"mld": 10**9, "mrd": 10**9, "biljoen": 10**12}
_UNITS = {
    "euro": r"euro['’]?s?\b|€|eur\b",
    "%": r"%|procent\b(?!punt)|pct\b",
    "procentpunt": r"procentpunt(?:en)?\b|%-punt(?:en)?\b",
    "jaar": r"-?ja(?:ar|ren)\b|-jarige?n?\b",
    "maand": r"maand(?:en)?\b|-maands\b",
    "week": r"we(?:ek|ken)\b",
    "dag": r"dag(?:en)?\b|werkdag(?:en)?\b",
    "uur": r"u(?:ur|ren)\b",
    "minuut": r"minu(?:ut|ten)\b",
    "seconde": r"seconden?\b",
    "km": r"kilometers?\b|km\b",
    "meter": r"meters?\b|m\b",
    "m2": r"m2\b|m²|vierkante\s+meters?\b",
    "m3": r"m3\b|m³|kubieke\s+meters?\b",
    "ha": r"hectaren?\b|ha\b",
    "ton": r"ton\b",
    "kg": r"kilo(?:gram)?\b|kg\b",
    "liter": r"liters?\b",
    "graad": r"graden\b|°",
}
_TAIL = re.compile(
    rf"(?:\s*(?P<scale>{'|'.join(_SCALES)})\b\.?)?"
    rf"\s*(?:{'|'.join(f'(?P<u{at}>{unit})' for at, unit in enumerate(_UNITS.values()))})?",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<digits>\d[\d.,]*(?<=\d))(?P<ordinal>(?:ste|de|e)\b)?(?!\w|[.,]\d)"
    r"|(?<![\w-])(?P<word>[a-zà-ÿ]{2,})(?![\w])"
    # Against its unit: "5km", "3mln".
    rf"|(?<![\w.,])(?P<glued>\d[\d.,]*(?<=\d))(?=(?:{'|'.join([*_SCALES, *_UNITS.values()])})(?!\w))",
    re.IGNORECASE,
)
_MONEY = re.compile(r"(?:€|\beuro|\beur)\s*$", re.IGNORECASE)
_SHARE = re.compile(
    r"(?<!\w)(?:(?P<one>een|één|[a-z]+|\d+)\s+op\s+(?:de|iedere|elke)\s+(?P<of>[a-zë]+|\d+)"
    r"|(?P<count>een|één|twee|drie|vier|\d)\s+(?P<part>derden?|vierden?|vijfden?|zesden?|tienden?)"
    r"|(?P<half>de\s+helft|een\s+helft)|(?P<quarter>een\s+kwart)|(?P<three>drie\s?kwart))(?!\w)",
    re.IGNORECASE,
)
_SHARES = {"half": Fraction(1, 2), "quarter": Fraction(1, 4), "three": Fraction(3, 4)}
_ONE = re.compile(
    r"(?<!\w)(?:dan|minste|hoogste|minstens|minimaal|maximaal|hooguit|binnen)\s+(?P<one>een)\s+"
    r"(?P<unit>jaar|maand|week|dag|uur)(?!\w)(?!\s+(?:eerder|later|geleden|er(?:voor|na)|daar(?:voor|na)))",
    re.IGNORECASE,
)
_TIMES = re.compile(r"(?<!\w)(?P<many>[a-zë]+|\d+)(?:\s?x|maal)(?!\w)", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\w.,])(?P<h>[01]?\d|2[0-3])[.:](?P<m>[0-5]\d)(?:\s*uur\b|(?!\w))")
_MARK = re.compile(r"^\s*(?:\d{1,2}[.)]|[a-z][.)])(?=\s)")
_AGE = re.compile(r"\s+(?:levens)?jaar\b|\s+verjaardag\b", re.IGNORECASE)
_VERB_ACHT = re.compile(r"acht\s+(?:ik|wij|u|de|het|hij|zij|dit|dat|een)\b", re.IGNORECASE)
_NOTE = re.compile(r"\[[^\]\n]{0,24}\]")
# "van 2,3 naar 1,6 miljoen euro", "tussen 1,5 en 4%": the second one's unit is the first one's too.
_RANGE_JOIN = re.compile(r"\s*(?:en|of|tot|naar|à|t/m|tot en met|-|–)\s*", re.IGNORECASE)

_FEW = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at `start`..`end` of its text.

    `kind` is "number" (with a `unit` or None), "share" (a part of 1, "30%" and "een derde"),
    "ordinal", "time" (minutes since midnight) or "date" (`value` is a `Date`). `bound` is how it
    is limited: "lt", "le", "ge", "gt", "up" (tot), "to" (naar), "by" (voor), "after", "about" or
    None where it is exact.
    """

    start: int
    end: int
    kind: str
    value: Fraction | Date
    unit: str | None = None
    bound: str | None = None
    loose: bool = False


def figures(text: str) -> tuple[Figure, ...]:
    """The figures of `text` in order, without list marks and footnote marks."""
    bare = _NOTE.sub(lambda note: " " * len(note[0]), text)
    mark = _MARK.match(bare)
    if mark:
        bare = " " * mark.end() + bare[mark.end() :]
    found: list[Figure] = []
    blank = bare
    for finder in (_clocks, _dates, _shares, _times, _single, _numbers):
        for figure in finder(blank):
            found.append(_bounded(bare, figure))
            gap = " " if finder is _numbers else "\x00"
            blank = blank[: figure.start] + gap * (figure.end - figure.start) + blank[figure.end :]
    found.sort(key=lambda figure: figure.start)
    return _shared_units(bare, found)


def carries(claim: Figure, source: Figure) -> bool:
    """Whether two figures have the same value and unit, limits aside; "ruim 30" may stand for
    31,2."""
    mine, theirs = claim.value, source.value
    if isinstance(mine, Date) or isinstance(theirs, Date):
        return isinstance(mine, Date) and isinstance(theirs, Date) and mine.within(theirs)
    if claim.kind != source.kind:
        return False
    if (lasting := _duration(claim)) and lasting == _duration(source):
        return True  # "een half jaar", "zes maanden"
    if claim.value != source.value and not _rounds(claim, source):
        return False
    return claim.unit == source.unit or (claim.unit is None and source.unit == "euro")


def bounded_alike(claim: Figure, source: Figure) -> bool:
    """Whether `claim` keeps the limits of `source`: see `rag.dutch.comparators.alike`."""
    if claim.kind == "ordinal" or _rounds(claim, source):
        return True
    return alike(claim.bound, source.bound, dated=claim.kind == "date", loose=source.loose)


_DURATIONS = {"jaar": ("maand", 12), "maand": ("maand", 1)}
_DURATIONS |= {"week": ("uur", 168), "dag": ("uur", 24), "uur": ("uur", 1)}


def _duration(figure: Figure) -> tuple[str, Fraction] | None:
    """How long a figure lasts, in months or hours; None for what is no duration."""
    unit, times = _DURATIONS.get(figure.unit or "", ("", 0))
    return (unit, figure.value * times) if times and isinstance(figure.value, Fraction) else None


def _rounds(claim: Figure, source: Figure) -> bool:
    if isinstance(claim.value, Date) or isinstance(source.value, Date):
        return False
    exact = source.bound in (None, "about", "to")
    return exact and claim.kind != "ordinal" and rounds(claim.bound, claim.value, source.value)


def _clocks(text: str) -> Iterator[Figure]:
    for match in _CLOCK.finditer(text):
        if ":" in match[0] or "uur" in match[0]:
            minutes = Fraction(int(match["h"]) * 60 + int(match["m"]))
            yield Figure(match.start(), match.end(), "time", minutes)


def _dates(text: str) -> Iterator[Figure]:
    for start, end, date in dates(text):
        yield Figure(start, end, "date", date)


def _shares(text: str) -> Iterator[Figure]:
    for match in _SHARE.finditer(text):
        value = _share_value(match)
        if value is not None:
            yield Figure(match.start(), match.end(), "share", value)


def _share_value(match: re.Match[str]) -> Fraction | None:
    for name, share in _SHARES.items():
        if match[name]:
            return share
    over, under = (match["one"], match["of"]) if match["of"] else (match["count"], match["part"])
    top = Fraction(1) if over.lower() == "een" else _value(over)
    if match["of"]:
        bottom = _value(under)
    else:
        nth = ordinal_value(under.lower().removesuffix("n"))
        bottom = None if nth is None else Fraction(nth)
    return top / bottom if top is not None and bottom else None


def _single(text: str) -> Iterator[Figure]:
    """ "een jaar" behind a limit counts one: "niet ouder dan een jaar", "binnen een week"."""
    for match in _ONE.finditer(text):
        unit = next(name for name in _UNITS if match["unit"].lower().startswith(name))
        yield Figure(match.start("one"), match.end(), "number", Fraction(1), unit)


def _times(text: str) -> Iterator[Figure]:
    for match in _TIMES.finditer(text):
        value = _value(match["many"])
        if value is not None:
            yield Figure(match.start(), match.end(), "number", value)


def _value(written: str) -> Fraction | None:
    return digits_value(written) if written[0].isdigit() else word_value(written)


def _numbers(text: str) -> Iterator[Figure]:
    past = 0
    for match in _NUMBER.finditer(text):
        if match.start() < past:
            continue
        figure = _ordinal(match) or _cardinal(text, match)
        if figure is not None:
            past = figure.end
            yield figure


def _ordinal(match: re.Match[str]) -> Figure | None:
    nth = ordinal_value(match[0])
    if nth is None or re.match(r"\s+kamer\b", match.string[match.end() :], re.IGNORECASE):
        return None
    if aged := _AGE.match(match.string, match.end()):  # "vanaf hun 60e jaar" is "vanaf 60 jaar"
        return Figure(match.start(), aged.end(), "number", Fraction(nth), "jaar")
    return Figure(match.start(), match.end(), "ordinal", Fraction(nth))


def _cardinal(text: str, match: re.Match[str]) -> Figure | None:
    word = match["word"]
    if word and word.lower() == "halfuur":
        return Figure(match.start(), match.end(), "number", Fraction(1, 2), "uur")
    value = word_value(word) if word else digits_value(match["digits"] or match["glued"])
    if value is None or (word and _VERB_ACHT.match(text, match.start())):
        return None
    tail = _TAIL.match(text, match.end())
    scale = (tail["scale"] or "").lower() if tail else ""
    unit = None
    if tail:
        unit = next((name for at, name in enumerate(_UNITS) if tail[f"u{at}"]), None)
    if word and word.lower() in ("half", "halve") and not (scale or unit):
        return None
    end = tail.end() if tail and (scale or unit) else match.end()
    start = match.start()
    if money := _MONEY.search(text, 0, start):
        start, unit = money.start(), unit or "euro"
    value *= _SCALES.get(scale, 1)
    if unit == "%":
        return Figure(start, end, "share", value / 100)
    return Figure(start, end, "number", value, unit)


def _bounded(text: str, figure: Figure) -> Figure:
    for name, written in bounds(text, figure.start, figure.end):
        if _bounds(name, figure, written):
            return replace(figure, bound=name, loose=is_loose(written))
    return figure


def _bounds(name: str, figure: Figure, written: str) -> bool:
    """Whether a word before a figure limits it: it does in "voor 1 mei 2025" and "onder 12%", but not
    in "voor 2025" and "onder twee voorwaarden"."""
    if isinstance(figure.value, Date):
        return name != "by" or figure.value.month is not None
    if figure.kind == "ordinal" or name in ("by", "after"):
        return False
    small = figure.kind == "number" and figure.unit is None and figure.value <= _FEW
    return not (name == "lt" and small and written.lower().startswith(("onder", "over")))


def _shared_units(text: str, found: list[Figure]) -> tuple[Figure, ...]:
    """Give a bare number the scale and unit of the number that it is paired with."""
    scales = [
        next((v for s, v in _SCALES.items() if re.search(rf"\b{s}\b", text[f.start : f.end])), 1)
        for f in found
    ]
    for at in reversed(range(len(found) - 1)):
        left, right = found[at : at + 2]
        joined = _RANGE_JOIN.fullmatch(text, left.end, right.start)
        bare = left.kind == "number" and left.unit is None and scales[at] == 1
        if not (joined and bare) or isinstance(left.value, Date) or isinstance(right.value, Date):
            continue
        if right.kind == "share":
            found[at] = replace(left, kind="share", value=left.value / 100)
        elif right.kind == "number" and right.unit is not None:
            found[at] = replace(left, value=left.value * scales[at + 1], unit=right.unit)
            scales[at] = scales[at + 1]
    return tuple(found)
