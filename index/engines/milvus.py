"""Milvus: windows and terms on a server that several processes search (docs/scale.md).

Three collections an index: windows with their vectors, passages with their terms, and the documents
that are wholly in. A document is noted as begun before its rows and as whole after them, so that
what a crash left half is seen and put in again. Names hold the index's own id and a hash of what it
was made with: indexes in one Milvus do not mix, and neither do vectors of two encoders.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import logging
import re
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import grpc
import numpy as np
from numpy.typing import NDArray
from pymilvus import MilvusClient, MilvusException

from index.analyzer import count_terms
from index.engines import Found, shown
from index.engines.milvus_rows import (
    DOCUMENTS,
    FORMAT,
    ROWS,
    TERMS,
    WINDOWS,
    among,
    collection,
    term_rows,
    window_rows,
    words_of,
)
from index.errors import EngineUnavailable, VraagbaakError
from index.store import Store

OLDEST = (2, 5)  # the first Milvus that scores by BM25 itself
TOGETHER = 100  # documents put in between two notes of what is in
_EFFORT = 400  # windows of the graph that a search looks at
_BATCH = 500
_QUICK_S, _SLOW_S = 15.0, 300.0
_BEGUN = ""

log = logging.getLogger("vraagbaak.index")
# What it raises we say ourselves; it would print a traceback before that.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)


class MilvusEngine:
    """See `index.engines.Engine`. Only `settle` writes to Milvus."""

    def __init__(
        self, store: Store, made_with: Mapping[str, str], address: str, token: str | None
    ) -> None:
        """Raises EngineUnavailable where Milvus does not answer or is too old."""
        self._store, self._address = store, address
        self._dimension = int(made_with["dimension"])
        made = json.dumps([FORMAT, sorted(made_with.items())])
        self._made = hashlib.sha256(made.encode()).hexdigest()[:8]
        self._id: str | None = None
        self._pushing = threading.Lock()
        # By key the stamp of each document that is in, as far as this process knows, of which index.
        self._in: dict[int, str] = {}
        self._pushed: str | None = None
        self._ready: int | None = None
        self._empty = True
        with self._errors():
            self._client = MilvusClient(
                address, token=token or "", timeout=_QUICK_S, dedicated=True
            )
            self._check_version()

    def _check_version(self) -> None:
        version = self._client.get_server_version(timeout=_QUICK_S)
        found = re.search(r"(\d+)\.(\d+)", version)
        if found is None or (int(found[1]), int(found[2])) < OLDEST:
            least = ".".join(map(str, OLDEST))
            raise EngineUnavailable(
                f"Milvus op {shown(self._address)} is versie {version}; nodig is {least} of nieuwer: "
                "werk Milvus bij.",
                f"Milvus at {shown(self._address)} is version {version}; {least} or newer is "
                "needed: update Milvus.",
            )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    # --- searching

    def catch_up(self, generation: int) -> None:
        """Check that Milvus holds this index; what it lacks of it is said in the log."""
        if generation == self._ready:
            return
        documents = self._store.counts(["documents"])["documents"]
        if documents:
            missing = documents - self._count()
            if missing > 0:
                log.warning("documents not in Milvus yet", extra={"fields": {"documents": missing}})
        self._empty, self._ready = documents == 0, generation

    def dense(
        self, query: NDArray[np.float32], k: int, documents: Collection[int] | None = None
    ) -> Found:
        """As `Engine.dense`; approximate where Milvus has made a graph."""
        effort = {"params": {"ef": max(_EFFORT, k)}}
        return self._search(WINDOWS, "vector", query.tolist(), k, documents, effort)

    def lexical(self, question: str, k: int, documents: Collection[int] | None = None) -> Found:
        """As `Engine.lexical`; Milvus weighs the terms."""
        terms, counts = count_terms(question)
        if not len(terms):
            return []
        text = " ".join(words_of(terms, np.ones_like(counts)))
        return self._search(TERMS, "weights", text, k, documents, {})

    def _search(
        self,
        what: str,
        field: str,
        data: str | list[float],
        k: int,
        documents: Collection[int] | None,
        parameters: dict[str, Any],
    ) -> Found:
        if self._empty or (documents is not None and not documents):
            return []
        with self._errors():
            (hits,) = self._client.search(
                self._name(what),
                [data],
                anns_field=field,
                limit=k,
                filter="" if documents is None else among(documents),
                search_params=parameters,
                output_fields=["id"],
                timeout=_QUICK_S,
            )
        best: dict[int, float] = {}
        for hit in hits:
            passage, score = hit["id"] // ROWS, float(hit["distance"])
            # Milvus Lite gives BM25, which is never negative, the other sign.
            score = abs(score) if what == TERMS else score
            best[passage] = max(score, best.get(passage, score))
        # What is not (any longer) in our own database is not found: it is the truth.
        held = self._store.held(best)
        found = [(passage, score) for passage, score in best.items() if passage in held]
        return sorted(found, key=lambda each: (-each[1], each[0]))

    # --- putting in

    def settle(self) -> None:
        """Bring Milvus from what it holds to what the store holds; nothing is embedded."""
        with self._store.reading():
            current = self._store.index_id()
        if current is None:
            with self._store.writing():
                current = self._store.make_index_id()
        with self._pushing, self._errors():
            known = self._in if current == self._pushed else None
            self._id = current
            if known is None:
                self._make_collections()
                self._in, known = self._noted(), {}
                self._pushed = current
            with self._store.reading():
                keys = self._store.keys()
                # What this process put in itself is what it was: keys are never used twice.
                stamps = known | self._store.stamps([key for key in keys if key not in known])
            there = set(keys)
            gone = [k for k, noted in self._in.items() if k not in there or noted != stamps[k]]
            self._take_out(gone)
            new = [key for key in keys if key not in self._in]
            for begin in range(0, len(new), TOGETHER):
                self._put_in({key: stamps[key] for key in new[begin : begin + TOGETHER]})
                fields = {"done": min(begin + TOGETHER, len(new)), "documents": len(new)}
                log.info("documents put into Milvus", extra={"fields": fields})

    def _make_collections(self) -> None:
        names = {what: self._name(what) for what in (WINDOWS, TERMS, DOCUMENTS)}
        there = set(self._client.list_collections(timeout=_QUICK_S))
        for what, name in names.items():
            if name not in there:
                schema, indexes = collection(what, self._dimension)
                self._client.create_collection(name, schema=schema, timeout=_SLOW_S)
                # There is nothing to wait for: they are empty.
                self._client.create_index(name, indexes, timeout=_SLOW_S, sync=False)
                self._client.load_collection(name, timeout=_SLOW_S)
        left = sorted(
            each for each in there if f"_{self._id}_" in each and each not in names.values()
        )
        if left:  # a copy elsewhere may still be searched with them
            log.info("collections of before left in Milvus", extra={"fields": {"names": left}})

    def _noted(self) -> dict[int, str]:
        """The stamp of each document that was noted, by key."""
        pages = self._client.query_iterator(
            self._name(DOCUMENTS),
            batch_size=10_000,
            filter="document >= 0",
            output_fields=["document", "stamp"],
            consistency_level="Strong",
            timeout=_SLOW_S,
        )
        found: dict[int, str] = {}
        while rows := pages.next():
            found |= {row["document"]: row["stamp"] for row in rows}
        pages.close()
        return found

    def _note(self, stamps: Mapping[int, str]) -> None:
        rows = [{"document": k, "stamp": s, "none": [0.0, 0.0]} for k, s in stamps.items()]
        self._upsert(DOCUMENTS, rows)

    def _put_in(self, stamps: Mapping[int, str]) -> None:
        self._note(dict.fromkeys(stamps, _BEGUN))
        with self._store.reading():
            windows = list(self._store.vectors(list(stamps), self._dimension))
            terms = list(self._store.terms(list(stamps)))
        self._upsert(WINDOWS, window_rows(windows))
        self._upsert(TERMS, term_rows(terms))
        self._note(stamps)
        self._in |= stamps

    def _take_out(self, keys: Sequence[int]) -> None:
        for begin in range(0, len(keys), TOGETHER):
            some = keys[begin : begin + TOGETHER]
            for what in (WINDOWS, TERMS, DOCUMENTS):  # the note last: until then they are not out
                name = self._name(what)
                self._client.delete(name, filter=among(some), timeout=_SLOW_S)
            for key in some:
                del self._in[key]

    def _upsert(self, what: str, rows: Iterable[dict[str, Any]]) -> None:
        left = iter(rows)
        while some := list(itertools.islice(left, _BATCH)):
            self._client.upsert(self._name(what), some, timeout=_SLOW_S)

    # --- how it stands

    def fault(self) -> VraagbaakError | None:
        """Why Milvus cannot search this index now."""
        try:
            with self._errors():
                self._client.get_server_version(timeout=_QUICK_S)
            with self._store.reading():
                if not self._store.is_empty():
                    self._count()
        except VraagbaakError as error:
            return error
        return None

    def missing(self) -> int:
        """How many documents of the store are not wholly in Milvus."""
        with self._store.reading():
            return max(0, self._store.counts(["documents"])["documents"] - self._count())

    def _count(self) -> int:
        """How many documents are wholly in; inside a transaction. Raises where none ever was."""
        self._id = self._store.index_id()
        if self._id is not None:
            with self._errors():
                name = self._name(DOCUMENTS)
                if self._client.has_collection(name, timeout=_QUICK_S):
                    (row,) = self._client.query(
                        name, f'stamp != "{_BEGUN}"', ["count(*)"], timeout=_QUICK_S
                    )
                    return int(row["count(*)"])
        raise EngineUnavailable(
            f"Milvus op {shown(self._address)} heeft niets van deze index: geef `vraagbaak index` "
            "met deze VRAAGBAAK_ENGINE, bij de index die bijgehouden wordt en niet bij een kopie.",
            f"Milvus at {shown(self._address)} has nothing of this index: run `vraagbaak index` "
            "with this VRAAGBAAK_ENGINE, on the index that is written to and not on a copy.",
        )

    def _name(self, what: str) -> str:
        return f"vraagbaak_{self._id}_{self._made}_{what}"

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn Milvus' errors into one that a user can act on."""
        try:
            yield
        except (MilvusException, grpc.RpcError) as error:
            why = " ".join(str(getattr(error, "message", "") or error).split())
            raise EngineUnavailable(
                f"Milvus op {shown(self._address)} antwoordt niet of weigert ({why}): start het, "
                "of verbeter VRAAGBAAK_ENGINE en VRAAGBAAK_ENGINE_TOKEN.",
                f"Milvus at {shown(self._address)} does not answer or refuses ({why}): start it, "
                "or correct VRAAGBAAK_ENGINE and VRAAGBAAK_ENGINE_TOKEN.",
            ) from error
