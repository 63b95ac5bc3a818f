"""What an amount is per: "per jaar", "jaarlijks", "ieder jaar", "eenmalig"."""

from __future__ import annotations

import re

from rag.dutch.terms import stem

_PER = re.compile(
    r"\b(?:per|iedere?|elke?)\s+(?!ongeluk|abuis|saldo|direct|brief)((?:vierkante\s+|half\s*)?[a-zà-ÿ]{3,})",
    re.IGNORECASE,
)
_RATES = tuple(
    (re.compile(form, re.IGNORECASE), unit)
    for form, unit in (
        (r"\bjaarlijkse?\b", "jaar"),
        (r"\bmaandelijkse?\b", "maand"),
        (r"\bwekelijkse?\b", "week"),
        (r"\bdagelijkse?\b", "dag"),
        (r"\beenmalige?\b", "eenmalig"),
        (r"\bhalfjaarlijkse?\b", "halfjaar"),
        (r"\bper\s+m(?:2|²)", "vierkantemeter"),
    )
)


OFTEN = frozenset(map(stem, "jaar maand week dag kwartaal halfjaar eenmalig uur".split()))
"""Rates of time, that say something without a figure too ("maandelijks")."""


def rates(text: str) -> frozenset[str]:
    """What the amounts of `text` are per: "jaar" for "per jaar", "jaarlijks", "ieder jaar"; "eenmalig"
    (stemmed) for what happens once."""
    found = {stem("".join(word.lower().split())) for word in _PER.findall(text)}
    found |= {stem(unit) for form, unit in _RATES if form.search(text)}
    return frozenset(found)
