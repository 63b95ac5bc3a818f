"""Pointers followed: "zie antwoord op vraag 22" brings passage 22 into the context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.build import Index
from index.documents import Hit, Passage
from index.errors import NotFound

_MOST_ADDED = 4
_SHORT = 300  # characters: a longer answer stands on its own, whatever it also points to


def follow_pointers(index: Index, hits: Sequence[Hit], depth: int = 3) -> tuple[Hit, ...]:
    """`hits`, each short answer that points elsewhere followed by what it points to.

    Chains are followed `depth` steps; a passage is there once, at its best place; ranks are given
    anew. At most four passages are added.
    """
    known = {hit.passage_id: hit for hit in hits}
    documents: dict[str, dict[int, Passage]] = {}
    out: dict[int, Hit] = {}

    def put(hit: Hit, left: int) -> None:
        if hit.passage_id in out:
            return
        out[hit.passage_id] = replace(hit, rank=len(out) + 1)
        refers_to = set(hit.passage.refers_to)
        if not left or not refers_to or len(hit.passage.reading_text()) > _SHORT:
            return
        if hit.document.id not in documents:
            try:
                documents[hit.document.id] = index.passages(hit.document.id)
            except NotFound:  # removed since the search: nothing to follow any more
                documents[hit.document.id] = {}
        for passage_id, passage in documents[hit.document.id].items():
            if refers_to.isdisjoint(passage.numbers):
                continue
            if passage_id in known:
                put(known[passage_id], left - 1)
            elif len(out.keys() - known.keys()) < _MOST_ADDED:
                put(replace(hit, passage_id=passage_id, passage=passage), left - 1)

    for hit in hits:
        put(hit, depth)
    return tuple(out.values())
