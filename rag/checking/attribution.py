"""Who says it: "Volgens de minister", "Het kabinet meldt dat" say nothing of the matter itself.

An answer is its minister's, so that a sentence may say so; but not where the answer itself gives the
word to somebody else ("volgens de branche").
"""

from __future__ import annotations

import re

from rag.checking.said import Evidence
from rag.checking.support import Region
from rag.dutch.statements import Statement
from rag.dutch.terms import content_words, likeness

_GOVERNMENT = (
    r"(?:(?:de|het)\s+)?(?:verantwoordelijke\s+)?(?:minister|staatssecretaris|kabinet|regering|"
    r"bewindspersoon|bewindslieden|bewindsman|bewindsvrouw)(?:\s+van\s+[A-Z]\w+(?:,?\s+(?:en\s+)?[A-Z]\w+)*)?"
)
_SAYS = (
    r"(?:schrijft|schreef|meldt|meldde|zegt|zei|stelt|stelde|antwoordt|antwoordde|geeft\s+aan|gaf\s+aan|"
    r"laat\s+weten|liet\s+weten|erkent|erkende|bevestigt|bevestigde|benadrukt|benadrukte|merkt\s+op|"
    r"legt\s+uit|constateert|concludeert|wijst\s+erop|wijst\s+er\s+op|verklaart|deelt\s+mee|noemt)"
)
_SPOKEN = re.compile(
    rf"^(?:{_GOVERNMENT}\s+{_SAYS}(?:\s+(?:daarbij|ook|verder|wel|daarnaast))?(?:,?\s+dat|:)"
    rf"|(?:volgens|aldus)\s+{_GOVERNMENT}\s*,?"
    rf"|(?:zo|dat)\s+{_SAYS}\s+{_GOVERNMENT}\s*[,:.]?"
    r"|(?:uit|in)\s+(?:het|de|zijn|haar|dit|deze)\s+(?:antwoord|brief|beantwoording|stuk|document)(?:en)?\s+"
    r"(?:blijkt|volgt|staat|valt\s+te\s+lezen|is\s+te\s+lezen)\s*,?\s+dat)\s+",
    re.IGNORECASE,
)
_ASIDE = re.compile(rf",?\s*\b(?:volgens|aldus)\s+{_GOVERNMENT}\s*,?(?=[\s.;]|$)", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:volgens|aldus)\s+(?:de|het)\s+(?P<by>[\w-]+)"
    r"|(?P<who>[\w-]+)\s+(?:meldt|melden|stelt|stellen|schat|schatten|concludeert|concluderen)\s*,?\s+dat\b",
    re.IGNORECASE,
)


def without_speaker(text: str) -> tuple[str, bool]:
    """`text` without the words that give it to the government, and whether there were any."""
    bare = _ASIDE.sub(" ", _SPOKEN.sub("", text, count=1)).strip()
    return (bare, True) if bare != text.strip() else (text, False)


def misattributed(region: Region, claim: Statement, given: Evidence) -> str | None:
    """Why a claim that is given to the government is another's in the source, else None."""
    closest = max(
        region.said,
        key=lambda s: sum(any(likeness(t.text, o.text) > 0 for o in s.terms) for t in claim.terms),
        default=None,
    )
    said = list(_OTHERS.finditer(closest.text)) if closest else []
    for match in said:
        speaker = (match["by"] or match["who"]).lower()
        if not content_words(speaker):
            continue
        if not any(likeness(speaker, term.text) > 0 for term in claim.terms):
            return f"de bron schrijft dit toe aan {speaker}, niet aan de bewindspersoon"
    return None
