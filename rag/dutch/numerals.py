"""Read Dutch numbers, in digits or in words: their value.

Grammar of the words: Taalunie, Technische Handleiding spelling, 6.9 (numerals up to a thousand in
one word, "vierentwintig", "tweehonderdvijftig"; `miljoen` and up apart).
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from functools import lru_cache

_SMALL = (
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien "
    "zestien zeventien achttien negentien"
).split()
_TENS = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]


def _below_hundred() -> dict[str, int]:
    named = {word: value for value, word in enumerate(_SMALL)}
    for ten, word in enumerate(_TENS, start=2):
        named[word] = ten * 10
        named |= {f"{_SMALL[unit]}en{word}": ten * 10 + unit for unit in range(1, 10)}
    return named


_UNDER_100 = _below_hundred()
_HALVES = {"half": Fraction(1, 2), "halve": Fraction(1, 2)}
_HALVES |= {word: Fraction(3, 2) for word in ("anderhalf", "anderhalve")}
_HALVES |= {
    f"{_SMALL[unit]}enhal{end}": unit + Fraction(1, 2)
    for unit in range(2, 10)
    for end in ("f", "ve")
}
_FIRST = {"eerste": 1, "tweede": 2, "derde": 3, "achtste": 8}
_DIGITS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?|\d+\.\d{1,2}")


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """`word` in lower case without accents ("tweeënhalf" -> "tweeenhalf")."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def digits_value(written: str) -> Fraction | None:
    """The value of a number in digits as Dutch writes it: "1.150", "0,75", "2024"; else None."""
    if not _DIGITS.fullmatch(written):
        return None
    if re.fullmatch(r"\d+\.\d{1,2}", written):
        return Fraction(written)
    return Fraction(written.replace(".", "").replace(",", "."))


@lru_cache(maxsize=4096)
def word_value(word: str) -> Fraction | None:
    """The value of a cardinal in one word ("vierentwintig", "anderhalf", "achttal"), else None.

    "een" is an article unless written "één".
    """
    if word.casefold() == "een":
        return None
    bare = plain(word)
    if bare in _HALVES:
        return _HALVES[bare]
    value = _cardinal(bare)
    if value is None and bare.endswith("tal"):
        value = _cardinal(bare.removesuffix("tal"))
    return None if value is None else Fraction(value)


@lru_cache(maxsize=4096)
def ordinal_value(word: str) -> int | None:
    """The value of an ordinal ("tweede", "eenentwintigste", "18e"), else None."""
    bare = plain(word)
    if bare in _FIRST:
        return _FIRST[bare]
    digits = re.fullmatch(r"(\d{1,3})(?:e|de|ste)", bare)
    if digits:
        return int(digits[1])
    for ending in ("de", "ste"):
        value = _cardinal(bare.removesuffix(ending)) if bare.endswith(ending) else None
        if value is not None and value > 3:
            return value
    return None


def _cardinal(bare: str) -> int | None:
    if "duizend" in bare:
        front, _, rest = bare.partition("duizend")
        many = _under_thousand(front) if front else 1
        more = _under_thousand(rest.removeprefix("en")) if rest else 0
        return None if many is None or more is None else many * 1000 + more
    return _under_thousand(bare)


def _under_thousand(bare: str) -> int | None:
    if "honderd" not in bare:
        return _UNDER_100.get(bare)
    front, _, rest = bare.partition("honderd")
    many = _UNDER_100.get(front) if front else 1
    more = _UNDER_100.get(rest) if rest else 0
    if more is None:
        more = _UNDER_100.get(rest.removeprefix("en"))
    return None if many is None or more is None else many * 100 + more
