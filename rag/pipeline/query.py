"""A question as the pipeline carries it, and how it is cleaned: one rule for every surface."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import ClassVar

from index.errors import BadRequest
from rag.dutch.phrases import is_closed, words
from rag.reader.windows import after

UNREADABLE = ("Cc", "Cs", "Cn", "Co")
# Function words of English that are no Dutch words.
_ENGLISH = frozenset(
    "the what which who whose how does did do are were was there and for about many much when where why "
    "has have had will should would could can been with from by this that these those any it its".split()
) - frozenset("was had can".split())


@dataclass(frozen=True, slots=True)
class Query:
    """A question with what it leans on: `previous`, one or two earlier questions, "" for none."""

    text: str
    previous: str = ""

    @property
    def read_as(self) -> str:
        """The question as users see that it was read."""
        return f"{self.previous}? {self.text}" if self.previous else self.text

    @property
    def to_read(self) -> str:
        """The question as the reader reads it."""
        return after(self.previous, self.text) if self.previous else self.text


class QuestionTooLong(BadRequest):
    """A question longer than the limit."""

    code: ClassVar[str] = "vraag-te-lang"


def clean_question(text: str, limit: int) -> str:
    """`text` in NFC with its white space as single blanks; `limit` in characters.

    Raises QuestionTooLong, and BadRequest where nothing is asked or it holds characters that cannot
    be read: control characters (Unicode Cc), surrogates and unassigned or private ones (Cs, Cn, Co).
    """
    for character in text:
        if unicodedata.category(character) in UNREADABLE and character not in "\t\n\r":
            raise BadRequest(
                f"De vraag bevat een onleesbaar teken (U+{ord(character):04X}); haal het weg.",
                f"The question holds an unreadable character (U+{ord(character):04X}); remove it.",
            )
    question = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(character.isalnum() for character in question):
        raise BadRequest(
            "De vraag is leeg; stel een vraag in woorden.",
            "The question is empty; ask something in words.",
        )
    if len(question) > limit:
        raise QuestionTooLong(
            f"De vraag telt {len(question)} tekens, meer dan de {limit} die mogen; maak haar korter"
            " of verhoog max_question_chars.",
            f"The question has {len(question)} characters, more than the {limit} allowed; shorten "
            "it or raise max_question_chars.",
        )
    return question


def in_english(question: str) -> bool:
    """Whether a question is in English, by its function words."""
    said = words(question)
    english = sum(word in _ENGLISH for word in said)
    return english >= 2 and english > sum(is_closed(word) and word not in _ENGLISH for word in said)
