"""What documents state about themselves, found by words: no question goes through all of them.

A directory is made once for every state of the index and never changed. Documents are known by the
store's keys, which stand in the order in which they came.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import cached_property
from typing import Any, TypeVar

from index.analyzer import words
from index.documents import DocumentInfo
from index.identifiers import Identifier, is_named, parse_identifier

Made = TypeVar("Made")


class Vocabulary:
    """Words, each with the keys of the texts that hold it."""

    def __init__(self, texts: Iterable[tuple[int, Iterable[str]]]) -> None:
        self._keys: dict[str, list[int]] = defaultdict(list)
        for key, said in texts:
            for word in set(said):
                self._keys[word].append(key)
        self._sorted = sorted(self._keys)

    def starting(self, part: str) -> list[str]:
        """The words that begin with `part`."""
        at = bisect_left(self._sorted, part)
        return self._sorted[at : bisect_right(self._sorted, f"{part}\U0010ffff")]

    def containing(self, part: str) -> list[str]:
        """The words of which `part` is a part."""
        return [word for word in self._sorted if part in word]

    def keys(self, some: Iterable[str]) -> set[int]:
        """The keys of the texts that hold one of `some`, or more."""
        return {key for word in some for key in self._keys.get(word, ())}


class Names:
    """Names as documents state them, each with the keys of those documents."""

    def __init__(
        self,
        stated: Iterable[tuple[str, int]],
        also: Callable[[str], Iterable[str]] | None = None,
    ) -> None:
        """`also` gives words that a name is called by besides its own."""
        self._keys: dict[str, list[int]] = defaultdict(list)
        for name, key in stated:
            self._keys[name].append(key)
        self._by_word: dict[str, set[str]] = defaultdict(set)
        for name in self._keys:
            for word in {*words(name), *(also(name) if also else ())}:
                self._by_word[word].add(name)

    def holding(self, said: Iterable[str]) -> set[str]:
        """The names that have all words of `said`, all names where it has none."""
        found = [self._by_word.get(word, set()) for word in said]
        return set.intersection(*found) if found else set(self._keys)

    def keys(self, names: Iterable[str]) -> set[int]:
        """The keys of the documents that state one of `names`, or more."""
        return {key for name in names for key in self._keys.get(name, ())}


class Directory:
    """All documents of one state of the index, and which of them states what."""

    def __init__(self, infos: Mapping[int, DocumentInfo]) -> None:
        self.infos = infos
        self._kept: dict[Callable[[Directory], Any], Any] = {}

    def __len__(self) -> int:
        return len(self.infos)

    def kept(self, make: Callable[[Directory], Made]) -> Made:
        """What `make` makes of this directory, made once."""
        if make not in self._kept:
            self._kept[make] = make(self)
        made: Made = self._kept[make]
        return made

    def documents(self, keys: Iterable[int]) -> tuple[DocumentInfo, ...]:
        """The documents with these keys, in the order in which they came."""
        return tuple(self.infos[key] for key in sorted(set(keys)))

    def key(self, document_id: str) -> int | None:
        """The key of the document with this id, if there is one."""
        return self._ids.get(document_id)

    def named(self, identifiers: Iterable[Identifier]) -> tuple[DocumentInfo, ...]:
        """The documents that one of `identifiers` may refer to."""
        return self.documents(
            key
            for identifier in identifiers
            for key in self._numbers.get(identifier.number, ())
            if is_named(self.infos[key], identifier)
        )

    def between(self, first: str | None, last: str | None) -> set[int]:
        """The keys of the documents of these days (ISO 8601), both included; None is no limit."""
        days = self._days
        start = bisect_left(days, first) if first else 0
        end = bisect_right(days, last) if last else len(days)
        return {key for day in days[start:end] for key in self._of_day[day]}

    @cached_property
    def undated(self) -> Set[int]:
        """The keys of the documents without a date."""
        return {key for key, each in self.infos.items() if each.metadata.date is None}

    @cached_property
    def kinds(self) -> Mapping[str, Sequence[int]]:
        """The keys of the documents of every kind."""
        return _grouped((each.kind, key) for key, each in self.infos.items())

    @cached_property
    def ministers(self) -> Names:
        """The names of those who answer."""
        infos = self.infos.items()
        return Names((name, key) for key, each in infos for name in each.metadata.ministers)

    @cached_property
    def _ids(self) -> Mapping[str, int]:
        return {each.id: key for key, each in self.infos.items()}

    @cached_property
    def _numbers(self) -> Mapping[str, Sequence[int]]:
        return _grouped(
            (parse_identifier(own).number, key)
            for key, each in self.infos.items()
            for own in each.metadata.identifiers
        )

    @cached_property
    def _of_day(self) -> Mapping[str, Sequence[int]]:
        infos = self.infos.items()
        return _grouped((each.metadata.date, key) for key, each in infos if each.metadata.date)

    @cached_property
    def _days(self) -> Sequence[str]:
        return sorted(self._of_day)


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for name, key in pairs:
        found[name].append(key)
    return dict(found)
