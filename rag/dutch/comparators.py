"""Find the words that limit a figure: "ten minste", "minder dan", "tot en met", "vóór", "ruim".

A bound is one of: "lt", "le", "ge", "gt", "up" (tot), "to" (naar), "by" (before a date), "after"
(not before a date), "about". None is an exact figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

_THAN = r"(?:\s+(?:is|zijn|was|waren|wordt|ligt))?\s+dan\s+(?!(?:de|het)\s)"
_BOUNDS: tuple[tuple[str, str], ...] = (
    ("le", rf"(?:niet|nooit)\s+(?:meer|hoger|langer|ouder|groter){_THAN}"),
    ("ge", rf"(?:niet|nooit)\s+(?:minder|lager|korter|jonger|kleiner){_THAN}"),
    (
        "after",
        rf"(?:niet|nooit)\s+eerder{_THAN}(?:in\s+)?|op\s+(?:zijn|z'n)\s+vroegst\s+(?:op\s+|in\s+)?",
    ),
    (
        "lt",
        rf"(?:minder|lager|kleiner|korter|jonger){_THAN}|onder\s+|beneden\s+",
    ),
    ("gt", rf"(?:meer|hoger|groter|langer|ouder){_THAN}|boven\s+|over\s+de\s+"),
    (
        "le",
        r"(?:ten\s+hoogste|hooguit|hoogstens|maximaal|niet\s+boven|een\s+maximum\s+van|binnen|straal\s+van)\s+",
    ),
    (
        "ge",
        r"(?:ten\s+minste|tenminste|minstens|minimaal|op\s+zijn\s+minst|een\s+minimum\s+van)\s+",
    ),
    ("le", r"tot\s+en\s+met\s+|t/m\s+"),
    (
        "by",
        r"uiterlijk\s+(?:op\s+|in\s+|per\s+)?|vóór\s+|(?<!gepland\s)(?<!voorzien\s)(?<!beoogd\s)voor\s+(?=$)",
    ),
    ("ge", r"(?:vanaf|sinds|sedert|met\s+ingang\s+van)\s+"),
    (
        "to",
        r"(?:terug\s*(?:te\s+)?(?:ge)?br\w+|teruggedrongen|terugdringen|verlaag\w*|verhoog\w*|verlagen|verhogen|"
        r"gestegen|gedaald|stijg\w*|daal\w*|opgelopen|uitgebreid|gegroeid)\s+tot\s+",
    ),
    ("up", r"tot\s+|tussen\s+[^.;]{3,30}\s+en\s+"),
    ("to", r"naar\s+"),
    ("gt", r"ruim\s+"),
    ("lt", r"bijna\s+|krap\s+|kleine\s+"),
    (
        "about",
        r"(?:circa|ca\.|ongeveer|zo['’]n|rond|omstreeks|grofweg|naar\s+schatting|om\s+en\s+nabij|een\s+stuk\s+of)\s+",
    ),
)
_BEFORE = tuple(
    (
        name,
        re.compile(
            rf"(?<![^\W\d_])(?:{form})(?:(?:de|het|een|hun|haar|zijn)\s+(?:bedrag\s+|maximum\s+|(?!gemiddelde)\w+[dt]e\s+)?)?"
            rf"(?:van\s+)?(?:€\s*)?$",
            re.I,
        ),
    )
    for name, form in _BOUNDS
)
_BEHIND = (
    ("ge", re.compile(r"\s+(?:\w+\s+)?(?:of|en)\s+(?:meer|ouder|langer|hoger)\b", re.IGNORECASE)),
    (
        "le",
        re.compile(r"\s+(?:\w+\s+)?(?:of|en)\s+(?:minder|jonger|korter|lager)\b", re.IGNORECASE),
    ),
)
_LOOSE = ("ruim", "bijna", "krap", "kleine")
_ROUNDS = {
    "about": (Fraction(95, 100), Fraction(105, 100)),
    "gt": (Fraction(1), Fraction(110, 100)),
    "lt": (Fraction(90, 100), Fraction(1)),
}
_REACH = 40
_STARTS, _ENDS = {"ge", "after", "gt"}, {"le", "up", "by", "lt"}


def bounds(text: str, start: int, end: int) -> Iterator[tuple[str, str]]:
    """(bound, as written) for each word that may limit the figure at `start`..`end`, the surest
    first."""
    for name, form in _BEHIND:
        if found := form.match(text, end):
            yield name, found[0]
    before = text[max(0, start - _REACH) : start]
    for name, form in _BEFORE:
        if found := form.search(before):
            yield name, found[0]


def rounds(bound: str | None, value: Fraction, exact: Fraction) -> bool:
    """Whether `value` with this bound correctly rounds `exact`: "ruim 30" 31,2, "bijna de helft" 48%,
    "ongeveer een derde" 34%. It must have fewer digits and lie within a tenth ("ongeveer": within
    a twentieth)."""
    low, high = _ROUNDS.get(bound or "", (Fraction(0), Fraction(0)))
    if not exact > 0 or not low * value <= exact <= high * value or value == exact:
        return False
    return _digits(value) < _digits(exact) or value.denominator < exact.denominator


def _digits(value: Fraction) -> int:
    """Significant digits of a decimal; a fraction like a third counts as one."""
    if 10**6 % value.denominator:
        return 1
    return len(str(value.numerator * (10**6 // value.denominator)).rstrip("0"))


def is_loose(written: str) -> bool:
    """Whether a bound only says that a figure is rounded ("ruim", "bijna"): then it may be
    dropped."""
    return written.split()[0].lower() in _LOOSE


def alike(given: str | None, stated: str | None, *, dated: bool, loose: bool) -> bool:
    """Whether a claim keeps the limit of its source: "minder dan 5" is neither 5 nor more.

    An approximation (`loose`, "circa") may be dropped, a limit may not, and none may be added.
    """
    if given == stated or (given == "about" and stated is None):
        return True
    if given == "to" and stated is None:
        return False  # "van 22% naar 34%" turns "van 34% naar 22%" round
    if dated:
        return _dated_alike(given, stated)
    if stated in (None, "to", "about") or loose:
        return given in (None, "to", "up", "about")
    return (given, stated) in {("up", "le"), ("le", "up"), ("to", "up")}


def _dated_alike(given: str | None, stated: str | None) -> bool:
    if stated in ("by", "lt"):
        return given in ("by", "lt", "up")
    if stated in ("after", "gt"):
        return given in ("after", "gt", "ge")
    if given in ("by", "after", "lt", "gt"):
        return stated in (_ENDS if given in _ENDS else _STARTS)
    return not ((given in _STARTS and stated in _ENDS) or (given in _ENDS and stated in _STARTS))
