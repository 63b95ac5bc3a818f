"""FAISS and BM25 in this process, from a snapshot on disk where the index is large."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from index.engines import Found, snapshot
from index.engines.bm25 import Lexical
from index.engines.snapshot import Snapshot
from index.engines.vectors import About, Vectors
from index.errors import VraagbaakError
from index.store import Store

log = logging.getLogger("vraagbaak.index")


class LocalEngine:
    """See `index.engines.Engine`. What is held is caught up with the store in its transaction."""

    def __init__(self, store: Store, made_with: Mapping[str, str]) -> None:
        self._store, self._made_with = store, made_with
        self._dimension = int(made_with["dimension"])
        self._vectors = Vectors(self._dimension)
        self._lexical = Lexical()
        self._generation: int | None = None
        # The snapshot that the manifest named last, and what it holds if it was whole.
        self._named: str | None = None
        self._snapshot: Snapshot | None = None

    @property
    def about(self) -> About:
        """How the windows on disk are searched."""
        return self._vectors.about

    def catch_up(self, generation: int) -> None:
        """Hold the windows and terms of this state of the store."""
        if generation == self._generation:
            return
        self._take_snapshot()
        keys = self._store.keys()
        self._vectors.catch_up(self._store, keys)
        self._lexical.catch_up(self._store, keys)
        self._generation = generation

    def _take_snapshot(self) -> None:
        """Begin with the snapshot that counts now, if it is another than before, or with none."""
        name = self._store.snapshot()
        if name == self._named:
            return
        found = None if name is None else snapshot.load(self._store, name, self._made_with)
        self._named, self._snapshot, self._generation = name, found, None
        self._vectors = Vectors(self._dimension, None if found is None else found.vectors)
        self._lexical = Lexical(None if found is None else found.lexical)

    def dense(
        self, query: NDArray[np.float32], k: int, documents: Collection[int] | None = None
    ) -> Found:
        """As `Engine.dense`."""
        return self._vectors.search(query, k, documents)

    def lexical(self, question: str, k: int, documents: Collection[int] | None = None) -> Found:
        """As `Engine.lexical`."""
        return self._lexical.search(question, k, documents)

    def settle(self) -> None:
        """Write what is derived to disk, where so much of it is only in memory that it pays.

        Where it cannot be written (a folder that is read only), it stays in memory: said in the log.
        """
        with self._store.reading():
            last = self._store.last_passage()
            self._take_snapshot()
        inside = 0 if self._snapshot is None else self._snapshot.vectors.last_passage
        if not snapshot.is_due(last - inside, inside):
            return
        try:
            snapshot.write(self._store.path, self._made_with, self._dimension)
        except (OSError, VraagbaakError) as error:
            log.warning("derived files stay in memory", exc_info=error)

    def fault(self) -> VraagbaakError | None:
        """None: what this process holds it can search."""
        return None

    def missing(self) -> int:
        """0: every search catches up by itself."""
        return 0

    def close(self) -> None:
        """Nothing is open."""
