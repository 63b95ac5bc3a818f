"""Names, inflection apart."""

from __future__ import annotations

_ENDINGS = ("landse", "lands", "land", "'s", "’s", "se", "ers", "er", "e", "s")


def same_name(one: str, other: str) -> bool:
    """Whether two words in lower case are the same name, inflection apart ("Duits", "Duitse")."""
    return one == other or bool(_forms(one) & _forms(other))


def _forms(name: str) -> set[str]:
    stems = {name}
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 4:
            stems.add(name[: -len(ending)])
    return stems
