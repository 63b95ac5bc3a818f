"""How near a sentence is in meaning to its source, by the embedding model of the index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from index.embedding import Encoder, Vectors

Similar = Callable[[str, Sequence[str]], float]
"""Gets a sentence and stretches of a source; gives the highest cosine similarity (-1..1) of the
sentence to one of them, -1 where there are none."""

KEPT = 512  # texts whose vectors are kept: a few answers' worth


@lru_cache(maxsize=1)
def similarity(encoder: Encoder) -> Similar:
    """The cosine as `encoder` sees it. What a call needs is encoded in one batch; vectors are kept,
    also between calls, the oldest dropped first."""
    kept: dict[str, Vectors] = {}

    def similar(sentence: str, sources: Sequence[str]) -> float:
        texts = dict.fromkeys([sentence, *sources])
        vectors = {text: known for text in texts if (known := kept.get(text)) is not None}
        unknown = [text for text in texts if text not in vectors]
        if unknown:
            vectors.update(zip(unknown, encoder.encode_passages(unknown), strict=True))
            kept.update(vectors)
        for text in list(kept)[: max(0, len(kept) - KEPT)]:
            kept.pop(text, None)
        return max((float(vectors[sentence] @ vectors[s]) for s in sources), default=-1.0)

    return similar
