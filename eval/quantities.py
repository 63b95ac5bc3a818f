"""The numbers and dates in a Dutch text, in one notation, to see whether an answer altered any.

Written apart from the service's own checker on purpose: a second opinion that shares no code.
Covered: digits with Dutch thousands and decimals ("23.500", "1 750", "4,6"), per cent, "duizend",
"miljoen", "miljard", number words from nul to 999.999 ("vierentwintig", "twaalfhonderd"),
"anderhalf", dates ("18 oktober 2024", "18-10-2024", "2024-10-18"), codes ("F-16", "A12").
Not covered: ordinals, fractions in words ("een derde"), vague ones ("honderden"), signs. The word
"een" is an article far more often than a number, so it is never a figure of an answer; "één" is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

MONTHS = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus"]
MONTHS += ["september", "oktober", "november", "december"]
_SHORT_MONTHS = {"jan": 1, "feb": 2, "mrt": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9}
_SHORT_MONTHS |= {"sept": 9, "okt": 10, "nov": 11, "dec": 12}
_MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS, start=1)} | _SHORT_MONTHS
_SCALES = {"duizend": 3, "miljoen": 6, "mln": 6, "miljard": 9, "mld": 9, "biljoen": 12}

_JOINT = r"(?:\s*(?:-|–|t/m|/)\s*|\s+(?:en|of|à|tot|tot en met)\s+)"
_MONTH = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
_THIN = " \u00a0\u2009\u202f"
_DIGITS = rf"\d{{1,3}}(?:[.{_THIN}]\d{{3}})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)*"
_WORD = r"[^\W\d_]+"
_NUMBER = rf"(?:{_DIGITS}|{_WORD})"
_SUFFIX = rf"(?:\s*(?P<scale>{'|'.join(_SCALES)})\b\.?)?(?:\s*(?P<percent>%|procent\w*))?"

_CODE = re.compile(r"\b(?:[^\W\d_]+-?\d[\w-]*|\d+[^\W\d_]+\d\w*)")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NUMERIC_DATE = re.compile(r"\b(\d{1,2})[-/](\d{1,2})[-/](\d{4})\b")
_NAMED_DATE = re.compile(
    rf"(?:\b(?:(?P<first>\d{{1,2}}){_JOINT})?(?P<day>\d{{1,2}})\s+)?\b(?P<month>{_MONTH})\b",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"(?P<left>{_NUMBER}){_JOINT}(?P<right>{_NUMBER}){_SUFFIX}", re.IGNORECASE)
_AMOUNT = re.compile(rf"(?P<number>{_NUMBER}){_SUFFIX}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or date as written (`text`), as read (`value`), and what else it might be (`also`).

    `value` is a plain decimal ("23500", "1400000"), with "%" for a percentage; "18/10" for a day,
    "m10" for a month, "f16" for a code. A full date is two figures: its day and its year.
    """

    text: str
    value: str
    also: frozenset[str] = frozenset()


def figures(text: str) -> tuple[Figure, ...]:
    """The figures of `text`, in no particular order."""
    found: list[Figure] = []
    text = " ".join(text.split())  # "29  477", as an extraction leaves it, is one number
    # Each kind blanks what it took, so that no later kind reads the digits again.
    for pattern, reading in (
        (_NUMERIC_DATE, _numeric_date),
        (_ISO_DATE, _iso_date),
        (_CODE, _code),
        (_NAMED_DATE, _named_date),
        (_RANGE, _range),
        (_AMOUNT, _amount),
    ):
        at, rest = 0, []
        while match := pattern.search(text, at):
            read = reading(match)
            found += read
            # A word that is no number must not hide the number after it.
            end = match.end() if read else _first_word_end(match)
            rest.append(text[at : match.start()])
            rest.append(" ¦ " if read else text[match.start() : end])
            at = end
        text = "".join(rest) + text[at:]
    return tuple(found)


def altered(answer: str, source: str) -> tuple[str, ...]:
    """The figures of `answer`, as written there, that `source` does not hold."""
    held = {value for figure in figures(source) for value in (figure.value, *figure.also)}
    if re.search(r"\b(?:een|één|eén)\b", source, re.IGNORECASE):
        held.add("1")
    return tuple(figure.text for figure in figures(answer) if figure.value not in held)


def _first_word_end(match: re.Match[str]) -> int:
    first = re.match(r"\w+", match.group())
    return match.start() + (first.end() if first else 1)


def _date(text: str, day: str, month: int, year: str | None = None) -> list[Figure]:
    read = [Figure(text, f"{int(day)}/{month}", frozenset({f"m{month}"}))]
    return [*read, Figure(text, year)] if year else read


def _numeric_date(match: re.Match[str]) -> list[Figure]:
    day, month, year = match.groups()
    return _date(match.group(), day, int(month), year) if 1 <= int(month) <= 12 else []


def _iso_date(match: re.Match[str]) -> list[Figure]:
    year, month, day = match.groups()
    return _date(match.group(), day, int(month), year)


def _named_date(match: re.Match[str]) -> list[Figure]:
    name = match["month"].lower()
    month = _MONTH_NUMBERS[name]
    if match["day"] is None:
        # "sep", "dec" and the like stand for a month only after a day.
        return [Figure(match.group(), f"m{month}")] if name in MONTHS else []
    read = _date(match.group(), match["day"], month)
    return read + _date(match.group(), match["first"], month) if match["first"] else read


def _code(match: re.Match[str]) -> list[Figure]:
    return [Figure(match.group(), match.group().replace("-", "").lower())]


def _range(match: re.Match[str]) -> list[Figure]:
    """ "2 tot 3 miljoen": the unit of the right number may or may not be that of the left one."""
    left, right = _readings(match["left"]), _readings(match["right"])
    if not left or not right or not (match["scale"] or match["percent"]):
        return []
    scaled = [_with_unit(value, match) for value in left]
    return [
        Figure(match["left"], scaled[0], frozenset({*scaled, *left})),
        _figure(match, match["right"]),
    ]


def _amount(match: re.Match[str]) -> list[Figure]:
    article = match["number"].lower() in ("een", "half", "halve") and match["scale"]
    if not article and not _readings(match["number"]):
        return []
    return [_figure(match, match["number"])]


def _figure(match: re.Match[str], number: str) -> Figure:
    halves = {"een": ["1"], "half": ["0.5"], "halve": ["0.5"]}
    values = [
        _with_unit(value, match) for value in _readings(number) or halves.get(number.lower(), [])
    ]
    start = match.start("right") if "right" in match.re.groupindex else match.start()
    return Figure(match.string[start : match.end()].strip(), values[0], frozenset(values[1:]))


def _with_unit(value: str, match: re.Match[str]) -> str:
    scale = match["scale"]
    if scale:
        value = _plain(Decimal(value).scaleb(_SCALES[scale.lower()]))
    return value + "%" if match["percent"] else value


def _readings(number: str) -> list[str]:
    """What a number may mean, likeliest first; [] for a word that is none."""
    if not number[0].isdigit():
        value = _word_value(number)
        return [] if value is None else [value]
    grouped = re.fullmatch(rf"(\d{{1,3}}(?:[.{_THIN}]\d{{3}})+)(,\d+)?", number)
    if grouped:
        whole = re.sub(rf"[.{_THIN}]", "", grouped[1])
        read = [_plain(Decimal(whole + (grouped[2] or "").replace(",", ".")))]
        # Blanks may also divide the cells of a table.
        return read + (re.findall(r"\d+", number) if not re.search(r"[.,]", number) else [])
    parts = re.findall(r"\d+", number)
    if len(parts) == 1:
        return [_plain(Decimal(number))]
    if len(parts) == 2 and "," in number:
        return [_plain(Decimal(".".join(parts)))]
    if len(parts) == 2:
        # After a point there may be a footnote mark: "in 2022.3", "23.5003".
        noted = re.fullmatch(r"(\d{1,3})\.(\d{3})\d{1,2}", number)
        glued = [noted[1] + noted[2]] if noted else []
        return [_plain(Decimal(".".join(parts))), *map(_whole, parts), *glued]
    return [number, *map(_whole, parts)]


def _whole(digits: str) -> str:
    return _plain(Decimal(digits))


def _plain(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _word_value(word: str) -> str | None:
    bare = "".join(
        character
        for character in unicodedata.normalize("NFD", word.lower())
        if not unicodedata.combining(character)
    )
    if bare in ("anderhalf", "anderhalve"):
        return "1.5"
    if bare == "een":
        return "1" if word.lower() != "een" else None
    thousands, has_thousand, rest = bare.partition("duizend")
    if not has_thousand:
        value = _SMALL.get(bare)
        return None if value is None else str(value)
    head = 1 if not thousands else _SMALL.get(thousands)
    tail = 0 if not rest else _SMALL.get(rest, _SMALL.get(rest.removeprefix("en")))
    return None if head is None or tail is None else str(head * 1000 + tail)


def _small_numbers() -> dict[str, int]:
    """Dutch number words without diacritics, nul to 999 and twaalfhonderd to 9.900."""
    units = ["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien"]
    units += ["elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien"]
    units += ["achttien", "negentien"]
    tens = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]
    below = {name: number for number, name in enumerate(units)}
    for ten, name in enumerate(tens, start=2):
        below[name] = ten * 10
        below |= {f"{units[unit]}en{name}": ten * 10 + unit for unit in range(1, 10)}
    words = dict(below)
    for head, many in [("", 1), *((name, n) for name, n in below.items() if 2 <= n <= 99)]:
        words[f"{head}honderd"] = many * 100
        for name, number in below.items():
            if number and many < 100:
                words[f"{head}honderd{name}"] = many * 100 + number
                words[f"{head}honderden{name}"] = many * 100 + number
    return words


_SMALL = _small_numbers()
