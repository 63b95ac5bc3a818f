"""Join words that were broken at a line's end."""

from __future__ import annotations

import re
from collections.abc import Set

# Without a vowel, or one of these, it is an abbreviation, and its compounds keep the hyphen.
_ABBREVIATION = re.compile(
    "[^aeiouyà-ü]+|aow|avg|cao|havo|hbo|ict|mbo|ngo|pabo|pgo|vmbo|vwo|wia|wmo|zbo"
)
# Words whose compounds are written with a hyphen (Woordenlijst Nederlandse Taal, leidraad 6).
_HYPHENATED = re.compile(
    "adjunct|aspirant|bijna|directeur|financieel|interim|minister|niet|non|oud|privé|quasi"
    "|secretaris|sociaal|vice"
)
_SUSPENDED = re.compile(r"(?:en|of|en/of|tot|dan|noch|als|maar|resp\.)\b")  # "kwaliteits- en ..."
# Vowel pairs that would be read as one sound; without "ie", for "financi-" + "eel".
_VOWEL_CLASH = re.compile("a[aeiu]|e[eiu]|ij|o[eiou]|u[iu]|éé")
_TREMA = str.maketrans("eiu", "ëïü")
_LAST_WORD = re.compile(r"[^\W_]+$")
_FIRST_WORD = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def words_of(text: str) -> frozenset[str]:
    """All words of `text` in lower case, compounds with a hyphen as one."""
    return frozenset(word.lower() for word in _WORD.findall(text))


def joined(first: str, second: str, known: Set[str]) -> str:
    """Join two lines of which `first` ends with a hyphen; `known` are words of the document.

    The hyphen is dropped if it only marks the break ("demon-" + "streren") and kept if the word is
    written with one ("Noord-" + "Holland", "mkb-" + "bedrijven", "massa-" + "explosies").
    """
    stem = first[:-1]
    last, following = _LAST_WORD.search(stem), _FIRST_WORD.match(second)
    if last is None or following is None:
        return first + ("" if last else " ") + second
    if _SUSPENDED.match(second):
        return f"{first} {second}"
    token = stem.rsplit(None, 1)[-1]
    before, after = last.group(), following.group()
    if "://" in token or token.lower().startswith(("www.", "(www.")):
        return first + second
    if f"{before}{after}".lower() in known:
        return stem + second
    if before.lower() in ("be", "ge"):
        return stem + second[0].translate(_TREMA) + second[1:]
    if f"{before}-{after}".lower() in known or _keeps_hyphen(before, after):
        return first + second
    return stem + second


def _keeps_hyphen(before: str, after: str) -> bool:
    lower = before.lower()
    return (
        not after[0].islower()
        or not before.isalpha()
        or len(before) == 1
        or (before.isupper() and len(before) > 1)
        or _ABBREVIATION.fullmatch(lower) is not None
        or _HYPHENATED.fullmatch(lower) is not None
        or _VOWEL_CLASH.fullmatch(lower[-1] + after[0]) is not None
    )
