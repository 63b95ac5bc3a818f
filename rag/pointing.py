"""Pointers followed: "zie antwoord op vraag 22" brings passage 22 into the context."""

from __future__ import annotations

from collections.abc import Sequence

from index.build import Index
from index.documents import Hit, Passage

_MOST_ADDED = 4
_SHORT = 300  # characters: a longer answer stands on its own, whatever it also points to


def follow_pointers(index: Index, hits: Sequence[Hit], depth: int = 3) -> tuple[Hit, ...]:
    """`hits`, each short answer that points elsewhere followed by what it points to.

    Chains are followed `depth` steps; a passage is there once, at its best place; ranks are given
    anew. At most four passages are added.
    """
    passages: dict[str, dict[int, Passage]] = {}
    out: list[Hit] = []
    seen: set[int] = set()
    added = 0

    def put(hit: Hit, left: int) -> None:
        nonlocal added
        if hit.passage_id in seen:
            return
        seen.add(hit.passage_id)
        out.append(hit)
        if not left or not hit.passage.refers_to or len(hit.passage.reading_text()) > _SHORT:
            return
        document = passages.setdefault(hit.document.id, {})
        if not document:
            document.update(index.passages(hit.document.id))
        for number in hit.passage.refers_to:
            for passage_id, passage in document.items():
                if number in passage.numbers and passage_id not in seen and added < _MOST_ADDED:
                    added += 1
                    known = next((h for h in hits if h.passage_id == passage_id), None)
                    put(known or Hit(hit.document, passage_id, passage, hit.score, hit.rank,
                                     hit.cosine, hit.lexical), left - 1)  # fmt: skip

    for hit in hits:
        put(hit, depth)
    return tuple(
        Hit(h.document, h.passage_id, h.passage, h.score, rank, h.cosine, h.lexical)
        for rank, h in enumerate(out, start=1)
    )
