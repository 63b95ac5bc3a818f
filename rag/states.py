"""Whether a question asks how things are now, and a text only says how they are to be.

"rijden alle bussen nu zonder uitstoot?" is not answered by "in 2030 is het busvervoer emissievrij".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.sentences import split_sentences
from rag.recency import asks_latest

# "al" asks whether it is so by now in a question of yes or no, not in "al het geld" or "al dan niet".
_BY_NOW = re.compile(
    r"^\W*(?:is|zijn|heeft|hebben|wordt|worden|werkt|werken|kan|kunnen|mag|mogen|geldt|gelden|rijdt|"
    r"rijden|komt|komen|krijgt|krijgen|staat|staan)\b.*\bal\b(?!\s+(?:het|de|die|deze|dan|mijn|uw|onze)\b)",
    re.I,
)
_PLANNED = re.compile(
    r"\b(?:zal|zullen|streef(?:t|doel\w*|waarde\w*)|streven|doel(?:en|stelling(?:en)?)?|beoogd?|beogen|"
    r"voornemen\w*|voorgenomen|voorzien|uiterlijk|naar verwachting|verwacht(?:en|ing)?|gepland|"
    r"planning|plannen|afgesproken dat|(?:moet(?:en)?|word(?:t|en)|komt|komen|ga(?:at|an)|is|zijn)\b"
    r"[^.;]{0,60}\b(?:in|vóór|voor|vanaf|eind|begin|medio|per|tot) (?P<year>20\d\d))\b",
    re.I,
)
_STATED = re.compile(
    r"\b(?:inmiddels|op dit moment|momenteel|thans|tegenwoordig|nu|reeds|al|nog (?:niet|geen|steeds)|"
    r"sinds|tot nu toe|vooralsnog|peildatum|heeft|hebben|was|waren|werd|werden)\b",
    re.I,
)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Plan:
    """That only a plan or goal is quoted where the present was asked; `year` is when it is for."""

    year: int | None

    def note(self, language: str) -> str:
        """What the reader must know, in `language` ("nl" or "en")."""
        if language == "en":
            when = f" for {self.year}" if self.year else ""
            return f"Note: this is a plan or goal{when}; the passages do not say how it is now."
        when = f" voor {self.year}" if self.year else ""
        return f"Let op: dit is een plan of doel{when}; hoe het nu is, zeggen de passages niet."


def asks_state(question: str) -> bool:
    """Whether it is asked how things are now: "inmiddels", "op dit moment", "is het al ...?"."""
    return asks_latest(question) or bool(_BY_NOW.search(question))


def is_planned(text: str) -> bool:
    """Whether `text` says how something is to be and not how it is."""
    return bool(_PLANNED.search(text)) and not _STATED.search(text)


def only_planned(question: str, quotes: Iterable[str]) -> Plan | None:
    """The plan that `quotes` tell of if `question` asks for the present and none of them states it.

    The year is the last one named: of a plan whose year is over it is not said what became of it.
    """
    if not asks_state(question):
        return None
    sentences = [text[span.start : span.end] for text in quotes for span in split_sentences(text)]
    planned = [sentence for sentence in sentences if is_planned(sentence)]
    if not planned or any(_STATED.search(sentence) for sentence in sentences):
        return None
    years = [int(match[0]) for sentence in planned for match in _YEAR.finditer(sentence)]
    return Plan(max(years, default=None))
