"""Read JSON from outside field by field; errors name the field that is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.errors import BadRequest

MOST_CHARACTERS = 100_000
MOST_ITEMS = 200
# Half of a surrogate pair is no character, and cannot be written as UTF-8.
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object. `place` is how messages name it: "citations[2]", "" for the outermost.

    Every method raises BadRequest, naming the field, where it is missing, of another type, too
    long (`MOST_CHARACTERS`, `MOST_ITEMS`) or, for a text, blank.
    """

    record: Mapping[str, Any]
    place: str = ""

    def text(self, name: str, most: int = MOST_CHARACTERS) -> str:
        """A text of at most `most` characters."""
        return self._text(self.record.get(name), name, most)

    def optional_text(self, name: str, most: int = MOST_CHARACTERS) -> str | None:
        """The same, or None where it is missing, null or blank."""
        value = self.record.get(name)
        blank = value is None or (isinstance(value, str) and not value.strip())
        return None if blank else self._text(value, name, most)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(
            self._text(each, f"{name}[{at}]", MOST_CHARACTERS)
            for at, each in enumerate(self._items(name))
        )

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self.record.get(name)
        if not isinstance(value, bool):
            raise self.error(name, "moet true of false zijn", "must be true or false")
        return value

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of `choices`."""
        value = self.record.get(name)
        if value not in choices:
            raise self.error(
                name, f"moet {' of '.join(choices)} zijn", f"must be {' or '.join(choices)}"
            )
        return str(value)

    def numbers(self, name: str, low: int, high: int) -> tuple[int, ...]:
        """A list of whole numbers from `low` to `high`."""
        items = self._items(name)
        for at, number in enumerate(items):
            # `True` is an int to Python.
            if type(number) is not int or not low <= number <= high:
                raise self.error(
                    f"{name}[{at}]",
                    f"moet een geheel getal van {low} tot en met {high} zijn",
                    f"must be a whole number from {low} to {high}",
                )
        return tuple(items)

    def child(self, name: str) -> Fields:
        """A JSON object."""
        return fields_of(self.record.get(name), self._named(name))

    def children(self, name: str) -> tuple[Fields, ...]:
        """A list of JSON objects."""
        return tuple(
            fields_of(each, self._named(f"{name}[{at}]"))
            for at, each in enumerate(self._items(name))
        )

    def error(self, name: str, nl: str, en: str) -> BadRequest:
        """The error that says what is wrong with field `name`."""
        return _error(self._named(name), nl, en)

    def _named(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def _text(self, value: Any, name: str, most: int) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.error(name, "moet een tekst zijn", "must be a text")
        if len(value) > most:
            raise self.error(
                name,
                f"is te lang: {len(value)} tekens, hoogstens {most}",
                f"is too long: {len(value)} characters, at most {most}",
            )
        if _HALF.search(value):
            raise self.error(name, "bevat een half teken", "holds half a character")
        return value

    def _items(self, name: str) -> list[Any]:
        value = self.record.get(name)
        if not isinstance(value, list) or len(value) > MOST_ITEMS:
            raise self.error(
                name,
                f"moet een lijst van hoogstens {MOST_ITEMS} zijn",
                f"must be a list of at most {MOST_ITEMS}",
            )
        return value


def fields_of(value: Any, place: str = "") -> Fields:
    """`value` as a JSON object. Raises BadRequest, naming `place`, where it is something else."""
    if not isinstance(value, Mapping):
        raise _error(place, "moet een JSON-object zijn", "must be a JSON object")
    return Fields(value, place)


def _error(place: str, nl: str, en: str) -> BadRequest:
    return BadRequest(
        f"Veld {place} {nl}." if place else f"De invoer {nl}.",
        f"Field {place} {en}." if place else f"The input {en}.",
    )
