"""Which documents a list has, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from index.documents import DocumentInfo
from index.search import Filters

Order = Literal["date", "-date", "title", "-title", "source", "-source"]
"""What a list is sorted by; a minus puts the last first."""


def listed(
    documents: Iterable[DocumentInfo],
    filters: Filters = Filters(),
    words: str = "",
    order: Order | None = None,
) -> list[DocumentInfo]:
    """The `documents` that `filters` admits and that are called by all of `words`.

    Words are parts of title, identifiers and source, in any case. Without `order` the order stays;
    what does not state what is sorted by comes last.
    """
    wanted = words.casefold().split()
    meant = [
        each
        for each in documents
        if filters.admit(each) and all(word in _called(each) for word in wanted)
    ]
    if order is None:
        return meant
    name = order.removeprefix("-")
    stated = [(key, each) for each in meant if (key := _key(each, name)) is not None]
    stated.sort(key=lambda pair: pair[0], reverse=order.startswith("-"))
    return [each for _, each in stated] + [each for each in meant if _key(each, name) is None]


def _key(document: DocumentInfo, name: str) -> str | None:
    values = {
        "date": document.metadata.date,
        "title": document.metadata.title,
        "source": document.source,
    }
    value = values[name]
    return None if value is None else value.casefold()


def _called(document: DocumentInfo) -> str:
    meta = document.metadata
    return " ".join([meta.title or "", *meta.identifiers, document.source]).casefold()
