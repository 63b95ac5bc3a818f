"""Find names in Dutch text, and tell whether two are the same but for inflection."""

from __future__ import annotations

import re

# A capital within a sentence, or an abbreviation wherever it stands.
_NAME = re.compile(r"(?<=[\w,;)] )[A-ZÀ-Ý][\w’'-]+|\b[A-Z][A-Z&-]+\b")

_ENDINGS = ("landse", "lands", "land", "'s", "’s", "se", "ers", "er", "e", "s")


def names_in(text: str) -> list[tuple[int, str]]:
    """(offset, as written) of the names and abbreviations in a sentence.

    A capital does not make the first word a name.
    """
    return [(match.start(), match[0]) for match in _NAME.finditer(text)]


def same_name(one: str, other: str) -> bool:
    """Whether two words in lower case are one name but for inflection ("duits", "duitse")."""
    return one == other or bool(_forms(one) & _forms(other))


def _forms(name: str) -> set[str]:
    stems = {name}
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 4:
            stems.add(name[: -len(ending)])
    return stems
