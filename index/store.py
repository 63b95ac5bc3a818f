"""The SQLite store of documents, passages, vectors and term counts: the one source of truth."""

from __future__ import annotations

import json
import logging
import os
import secrets
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.analyzer import count_terms
from index.chunking import text_to_search
from index.documents import (
    Aside,
    Document,
    DocumentInfo,
    Footnote,
    Metadata,
    Office,
    Origin,
    Passage,
    Question,
    Span,
    Speaker,
    Window,
)
from index.errors import DamagedIndex, IndexMismatch, NoIndex, VraagbaakError
from index.migrations import LAYOUT, OLDEST, make_tables, migrate

# What the manifest holds beside what the index was made with.
_OWN = frozenset(("generation", "schema", "snapshot", "index"))
BUSY_SECONDS = 30.0
FILE_NAME = "index.sqlite"

log = logging.getLogger("vraagbaak.index")


@dataclass(frozen=True, slots=True)
class Entry:
    """A document ready to be stored: `windows[i]` and `sentences[i]` are passage i's, in order, with
    their vectors (n, dim). Sentences are spans of the reading text."""

    document: Document
    sha256: str
    data: bytes
    windows: tuple[tuple[Window, ...], ...]
    vectors: tuple[NDArray[np.float32], ...]
    sentences: tuple[tuple[Span, ...], ...]
    sentence_vectors: tuple[NDArray[np.float32], ...]


class Store:
    """One database file. Everything but `reading` and `writing` is called inside one of those.

    One connection and one lock: threads take turns, and what a thread reads inside `reading` is
    one state of the index, whatever other processes write meanwhile.
    """

    def __init__(self, path: Path, manifest: Mapping[str, str], *, create: bool) -> None:
        """Open `path`; with `create` make it with `manifest` where it is not there.

        Raises NoIndex, IndexMismatch (another version's tables) or DamagedIndex.
        """
        if not create and not path.is_file():
            raise _no_index()
        self.path = path
        self._lock = threading.RLock()
        with self._errors():
            self._db = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._db.execute("PRAGMA foreign_keys = ON")
                self._open(manifest, create)
            except BaseException:
                self._db.close()
                raise

    @classmethod
    def for_reading(cls, path: Path) -> Store:
        """The database at `path`, of whatever layout that can be read, to be copied as it is."""
        store = cls.__new__(cls)
        store.path, store._lock = path, threading.RLock()
        with store._errors():
            store._db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                with store._transaction("DEFERRED"):
                    if store._layout() is None:
                        raise _no_index()
            except BaseException:
                store._db.close()
                raise
        return store

    def _open(self, manifest: Mapping[str, str], create: bool) -> None:
        """Make, check or migrate the tables. What is as it should be is only read: another
        process may be writing."""
        with self._transaction("DEFERRED"):
            found = self._layout()
        if found is None and not create:
            raise _no_index()
        # Only now: what is no index stays as it was, and so does a copy that may only be read.
        if found is None or os.access(self.path, os.W_OK):
            self._db.execute("PRAGMA journal_mode = WAL")
        if found == LAYOUT:
            return
        with self._transaction("IMMEDIATE"):
            found = self._layout()  # another process may have been here first
            if found is None:
                make_tables(self._db)
                self._put("generation", "0")
                self.describe(manifest)
            elif found < LAYOUT:
                migrate(self._db, found)
                log.info("index migrated", extra={"fields": {"from": found, "to": LAYOUT}})

    def _layout(self) -> int | None:
        """The number of the database's layout, None where it is empty. Raises IndexMismatch."""
        tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_schema")}
        if not tables:
            return None
        if "manifest" not in tables:
            raise self._damaged("geen tabel `manifest`", "no table `manifest`")
        found = self._get("schema")
        if found is None or not found.isdecimal():
            raise self._damaged("geen indeling vermeld", "no layout stated")
        if int(found) > LAYOUT:
            raise IndexMismatch(
                f"De index {self.path} heeft indeling {found}, dit programma kent indeling "
                f"{LAYOUT}: hij is door een nieuwere versie gemaakt. Werk het programma bij.",
                f"The index {self.path} has layout {found}, this program knows layout "
                f"{LAYOUT}: a newer version made it. Update the program.",
            )
        if int(found) < OLDEST:
            raise IndexMismatch(
                f"De index {self.path} heeft indeling {found}, dit programma kent indeling "
                f"{OLDEST} tot {LAYOUT}: verplaats dat bestand en indexeer de documenten opnieuw.",
                f"The index {self.path} has layout {found}, this program knows layouts {OLDEST} "
                f"to {LAYOUT}: move that file away and index the documents again.",
            )
        return int(found)

    def copy_to(self, target: sqlite3.Connection) -> None:
        """Write one state of the database to another, whatever others write meanwhile."""
        with self._lock, self._errors():
            self._db.backup(target)

    def take_over(self, path: Path) -> None:
        """Hold what the database at `path`, of the same layout, holds, and nothing else.

        Its keys are moved past all that were ever used here: what is derived from this store, in
        whatever process, sees them as new.
        """
        with self.beside(path), self.writing():
            used = self._used()
            for table in ("documents", "removed"):
                self._db.execute(f"DELETE FROM main.{table}")  # noqa: S608
            # Also its id: with other keys it is another index to a server that holds the rows.
            self._db.execute("DELETE FROM main.manifest WHERE key NOT IN ('generation', 'schema')")
            rows = self._db.execute("SELECT key, value FROM other.manifest").fetchall()
            self.describe({key: value for key, value in rows if key not in _OWN})
            self._copy(used, {})

    @contextmanager
    def beside(self, path: Path) -> Iterator[list[str]]:
        """Let the database at `path`, of the same layout, be read too; its documents' ids."""
        with self._lock, self._errors():
            self._db.execute("ATTACH DATABASE ? AS other", (str(path),))
            try:
                yield [
                    row[0]
                    for row in self._db.execute("SELECT id FROM other.documents ORDER BY key")
                ]
            finally:
                self._db.execute("DETACH DATABASE other")

    def copy_document(self, document_id: str) -> bool:
        """Copy a document of the database that is `beside`; False where it is here already.

        A place that is taken here stays what it is.
        """
        with self.writing():
            query = "SELECT key, sha256 FROM other.documents WHERE id = ?"
            found = self._db.execute(query, (document_id,)).fetchone()
            if found is None or self.key_of(document_id) is not None:
                return False
            key, sha256 = found
            query = "SELECT coalesce(min(id), 1) FROM other.passages WHERE document = ?"
            (first,) = self._db.execute(query, (key,)).fetchone()
            used = self._used()
            new = used.get("documents", 0) + 1
            moved = {"documents": new - key, "passages": used.get("passages", 0) + 1 - first}
            of_it = f"IN (SELECT id FROM other.passages WHERE document = {int(key)})"  # noqa: S608
            # What was removed by hand there may be wanted here; places are seen to below.
            where = {"documents": f"= {int(key)}", "passages": of_it}
            self._copy(moved, where, leave=("removed", "sources"))
            query = "SELECT place, source FROM other.sources WHERE document = ? ORDER BY rowid"
            sources = self._db.execute(query, (key,)).fetchall()
            taken = "SELECT 1 FROM main.sources WHERE place = ?"
            free = [each for each in sources if not self._db.execute(taken, each[:1]).fetchone()]
            for place, source in free or [(f"upload:{sha256}", sources[0][1])]:
                self.put_source(place, source, new)
            return True

    def _used(self) -> dict[str, int]:
        """The highest key that was ever used, by table."""
        return dict(self._db.execute("SELECT name, seq FROM main.sqlite_sequence"))

    def _copy(
        self, moved: Mapping[str, int], where: Mapping[str, str], leave: Sequence[str] = ()
    ) -> None:
        """Copy the rows of the database that is `beside`, with keys of documents and passages
        moved by so much; `where` says which of these keys."""
        self._db.execute("PRAGMA defer_foreign_keys = ON")
        tables = self._db.execute(
            "SELECT name, wr FROM pragma_table_list WHERE schema = 'other' AND type = 'table'"
            " AND name NOT LIKE 'sqlite_%' AND name NOT IN ('manifest', 'migrations')"
        ).fetchall()
        for table, without_rowid in tables:
            if table in leave:
                continue
            keys = {"documents": {"key": "documents"}, "passages": {"id": "passages"}}.get(
                table, {}
            )
            for row in self._db.execute(f"PRAGMA other.foreign_key_list({table})"):
                keys[row[3]] = row[2]
            columns = [row[1] for row in self._db.execute(f"PRAGMA other.table_info({table})")]
            taken = [
                f'"{each}" + {moved.get(keys[each], 0)}' if each in keys else f'"{each}"'
                for each in columns
            ]
            chosen = [f'"{each}" {where[of]}' for each, of in keys.items() if of in where]
            self._db.execute(
                f"INSERT INTO main.{table} ({', '.join(map(_quoted, columns))})"  # noqa: S608
                f" SELECT {', '.join(taken)} FROM other.{table}"
                + (f" WHERE {' AND '.join(chosen)}" if chosen else "")
                + ("" if without_rowid else " ORDER BY rowid")
            )

    def close(self) -> None:
        """Close the file; nothing can be read or written after this."""
        with self._lock:
            self._db.close()

    # --- transactions and errors

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A transaction for reading: one state of the index inside the block."""
        with self._lock, self._errors(), self._transaction("DEFERRED"):
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction for writing: all changes inside the block, or none."""
        with self._lock, self._errors(), self._transaction("IMMEDIATE"):
            before = self._db.total_changes
            yield
            if self._db.total_changes != before:
                self._put("generation", str(self.generation() + 1))

    @contextmanager
    def _transaction(self, how: str) -> Iterator[None]:
        self._db.execute(f"BEGIN {how}")
        try:
            yield
            self._db.execute("COMMIT")  # may fail too: a full disk is often seen only here
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn SQLite's errors into errors that a user can act on."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            # The low byte is the primary result code (https://www.sqlite.org/rescode.html).
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise self._damaged(str(error), str(error)) from error
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise VraagbaakError(
                    "De index wordt door een ander proces bijgewerkt: probeer het straks opnieuw.",
                    "Another process is updating the index: try again later.",
                ) from error
            if code in _DISK_TROUBLE:
                nl, en = _DISK_TROUBLE[code]
                raise VraagbaakError(
                    f"De index {self.path} is niet te lezen of te schrijven ({error}): {nl} "
                    "Wat in de index stond staat er nog.",
                    f"The index {self.path} cannot be read or written ({error}): {en} "
                    "What was in the index is still there.",
                ) from error
            if isinstance(error, sqlite3.OperationalError):
                raise VraagbaakError(
                    f"De index {self.path} is niet te lezen of te schrijven ({error}): "
                    "controleer rechten en schijfruimte.",
                    f"The index {self.path} cannot be read or written ({error}): "
                    "check permissions and disk space.",
                ) from error
            raise

    def _damaged(self, nl: str, en: str) -> DamagedIndex:
        return DamagedIndex(
            f"De index {self.path} is beschadigd of geen index ({nl}): "
            "verplaats dat bestand en indexeer de documenten opnieuw.",
            f"The index {self.path} is damaged or not an index ({en}): "
            "move that file away and index the documents again.",
        )

    # --- manifest

    def _get(self, key: str) -> str | None:
        row = self._db.execute("SELECT value FROM manifest WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def _put(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO manifest VALUES (?, ?)", (key, value))

    def generation(self) -> int:
        """The number of committed changes: the same number means the same state."""
        return int(self._get("generation") or 0)

    def manifest(self) -> dict[str, str]:
        """The models and versions that the index was made with."""
        rows = dict(self._db.execute("SELECT key, value FROM manifest"))
        return {key: value for key, value in rows.items() if key not in _OWN}

    def snapshot(self) -> str | None:
        """The name of the snapshot of what is derived, if one was made (index.engines.snapshot)."""
        return self._get("snapshot")

    def put_snapshot(self, name: str) -> None:
        """Let snapshot `name`, made of a state of this database, be the one that counts."""
        self._put("snapshot", name)

    def index_id(self) -> str | None:
        """What tells this index from others on a server; its copies share it. None: not made yet."""
        return self._get("index")

    def make_index_id(self) -> str:
        """The id of this index, made where it has none."""
        if (found := self.index_id()) is None:
            found = secrets.token_hex(8)
            self._put("index", found)
        return found

    def describe(self, manifest: Mapping[str, str]) -> None:
        """Store the models and versions that the index is made with."""
        for key, value in manifest.items():
            self._put(key, value)

    def check(self, expected: Mapping[str, str]) -> None:
        """Raise IndexMismatch unless the index was made with `expected`, naming both sides."""
        found = self.manifest()
        wrong = [key for key in expected if found.get(key) != expected[key]]
        if wrong:
            made = ", ".join(f"{key} {found.get(key)}" for key in wrong)
            now = ", ".join(f"{key} {expected[key]}" for key in wrong)
            raise IndexMismatch(
                f"De index is gemaakt met {made}; nu geldt {now}: "
                "maak hem opnieuw met `vraagbaak index --rebuild`.",
                f"The index was made with {made}; now it is {now}: "
                "make it again with `vraagbaak index --rebuild`.",
            )

    # --- writing

    def add(self, entry: Entry) -> int:
        """Store a new document, without a source; returns its key."""
        document = entry.document
        key = self._db.execute(
            "INSERT INTO documents (id, sha256, kind, passages, metadata, warnings,"
            " set_aside, text, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                entry.sha256,
                document.kind,
                len(document.passages),
                _dump(asdict(document.metadata)),
                _dump(document.warnings),
                _dump([asdict(aside) for aside in document.set_aside]),
                document.text,
                entry.data,
            ),
        ).lastrowid
        assert key is not None  # noqa: S101  (an INSERT that did not raise has a row id)
        for passage, windows, vectors, spans, meanings in zip(
            document.passages,
            entry.windows,
            entry.vectors,
            entry.sentences,
            entry.sentence_vectors,
            strict=True,
        ):
            passage_id = self._db.execute(
                "INSERT INTO passages (document, body) VALUES (?, ?)", (key, _dump(asdict(passage)))
            ).lastrowid
            self._db.executemany(
                "INSERT INTO windows VALUES (?, ?, ?, ?)",
                (
                    (passage_id, window.start, window.end, vector.astype("<f4").tobytes())
                    for window, vector in zip(windows, vectors, strict=True)
                ),
            )
            places = np.array([(span.start, span.end) for span in spans], dtype="<u4")
            self._db.execute(
                "INSERT INTO sentences VALUES (?, ?, ?)",
                # Half precision: a cosine keeps three decimals.
                (passage_id, places.tobytes(), meanings.astype("<f2").tobytes()),
            )
            terms, counts = count_terms(text_to_search(passage))
            self._db.execute(
                "INSERT INTO terms VALUES (?, ?, ?)",
                (passage_id, terms.astype("<u4").tobytes(), counts.astype("<u4").tobytes()),
            )
        return key

    def put_source(self, place: str, source: str, key: int) -> bool:
        """Record that document `key` is at `place`, shown to users as `source`.

        Returns whether another document was there; a document without any place left is removed.
        """
        query = "SELECT document, source FROM sources WHERE place = ?"
        before = self._db.execute(query, (place,)).fetchone()
        self._db.execute("DELETE FROM removed WHERE place = ?", (place,))
        if before == (key, source):
            return False
        self._db.execute(
            "INSERT INTO sources VALUES (?, ?, ?) ON CONFLICT (place)"
            " DO UPDATE SET source = excluded.source, document = excluded.document",
            (place, source, key),
        )
        if before is None or before[0] == key:
            return False
        if not self.sources(before[0]):
            self.remove(before[0])
        return True

    def take_source(self, place: str) -> bool:
        """Clear `place`; a document without any place left is removed.

        Returns whether one was removed.
        """
        query = "DELETE FROM sources WHERE place = ? RETURNING document"
        row = self._db.execute(query, (place,)).fetchone()
        if row is None or self.sources(row[0]):
            return False
        self.remove(row[0])
        return True

    def put_metadata(self, key: int, metadata: Metadata) -> None:
        """Replace the metadata of document `key`."""
        self._db.execute(
            "UPDATE documents SET metadata = ? WHERE key = ?", (_dump(asdict(metadata)), key)
        )

    def sources(self, key: int) -> list[tuple[str, str]]:
        """(place, source as given) of document `key`, the first given first."""
        query = "SELECT place, source FROM sources WHERE document = ? ORDER BY rowid"
        return list(self._db.execute(query, (key,)))

    def places(self) -> dict[str, int]:
        """The key of the document at every place."""
        return dict(self._db.execute("SELECT place, document FROM sources ORDER BY rowid"))

    def remove(self, key: int) -> None:
        """Remove document `key` with everything that belongs to it."""
        self._db.execute("DELETE FROM documents WHERE key = ?", (key,))

    def note_removal(self, key: int) -> None:
        """Record that document `key` was removed by hand, so that its file is skipped until it
        changes."""
        self._db.execute(
            "INSERT OR REPLACE INTO removed SELECT place, id FROM sources"
            " JOIN documents ON key = document WHERE key = ?",
            (key,),
        )

    # --- reading

    def removed_from(self, place: str) -> str | None:
        """The id of the document that was removed by hand from `place`; None if none was."""
        row = self._db.execute("SELECT document FROM removed WHERE place = ?", (place,)).fetchone()
        return None if row is None else str(row[0])

    def key_of(self, document_id: str) -> int | None:
        """The key of the document with this id; None if there is none."""
        row = self._db.execute("SELECT key FROM documents WHERE id = ?", (document_id,)).fetchone()
        return None if row is None else int(row[0])

    def keys(self) -> list[int]:
        """The keys of all documents, in the order in which they came."""
        # Sorted here: in the order of an index that holds the keys alone, no document is read.
        return sorted(key for (key,) in self._db.execute("SELECT key FROM documents"))

    def stamps(self, keys: Sequence[int]) -> dict[int, str]:
        """By key what tells apart the documents that ever had it: id and first passage.

        A key comes twice only where a database was put back to before that document.
        """
        rows = self._db.execute(
            "SELECT key, id, (SELECT min(id) FROM passages WHERE document = key) FROM documents"
            " WHERE key IN (SELECT value FROM json_each(?))",
            (_dump(list(keys)),),
        )
        return {key: f"{document} {first}" for key, document, first in rows}

    def held(self, passages: Iterable[int]) -> set[int]:
        """Those of these passage ids that are there."""
        query = "SELECT id FROM passages WHERE id IN (SELECT value FROM json_each(?))"
        return {number for (number,) in self._db.execute(query, (_dump(list(passages)),))}

    def last_passage(self) -> int:
        """The id of the newest passage, 0 where there is none."""
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()[0])

    def is_empty(self) -> bool:
        """Whether there is no document."""
        return self._db.execute("SELECT 1 FROM documents LIMIT 1").fetchone() is None

    def infos(self, keys: Sequence[int] | None = None) -> dict[int, DocumentInfo]:
        """Documents by key (all of them without `keys`), in the order in which they came."""
        query = (
            "SELECT key, id, (SELECT source FROM sources WHERE document = key ORDER BY rowid),"
            " kind, metadata, passages, warnings FROM documents"
        )
        if keys is None:
            rows = self._db.execute(query + " ORDER BY key")
        else:
            some = query + " WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key"  # noqa: S608
            rows = self._db.execute(some, (_dump(list(keys)),))
        return {
            key: DocumentInfo(
                id=document_id,
                source=source,
                kind=kind,
                metadata=_metadata(metadata),
                passages=passages,
                warnings=tuple(json.loads(warnings)),
            )
            for key, document_id, source, kind, metadata, passages, warnings in rows
        }

    def document(self, key: int) -> Document:
        """Document `key` as it was cut."""
        document_id, kind, metadata, warnings, set_aside, text = self._db.execute(
            "SELECT id, kind, metadata, warnings, set_aside, text FROM documents WHERE key = ?",
            (key,),
        ).fetchone()
        return Document(
            id=document_id,
            source=self.sources(key)[0][1],
            kind=kind,
            metadata=_metadata(metadata),
            text=text,
            passages=tuple(self.passages_of(key).values()),
            set_aside=tuple(Aside(**aside) for aside in json.loads(set_aside)),
            warnings=tuple(json.loads(warnings)),
        )

    def id_of(self, key: int) -> str:
        """The id of document `key`."""
        query = "SELECT id FROM documents WHERE key = ?"
        return str(self._db.execute(query, (key,)).fetchone()[0])

    def integrity(self) -> list[str]:
        """What SQLite itself finds wrong: pages, indexes, rows that belong to nothing."""
        found = [str(row[0]) for row in self._db.execute("PRAGMA integrity_check(20)")]
        loose = self._db.execute("PRAGMA foreign_key_check").fetchall()
        return [line for line in found if line != "ok"] + [
            f"{table}, row {row}: belongs to no {parent}" for table, row, parent, _ in loose[:20]
        ]

    def window_spans(self, key: int) -> list[tuple[int, Span]]:
        """(passage id, stretch of its reading text) of each window of document `key`."""
        query = (
            'SELECT passage, start, "end" FROM windows JOIN passages ON passages.id = passage'
            " WHERE document = ? ORDER BY windows.rowid"
        )
        rows = self._db.execute(query, (key,))
        return [(passage, Span(start, end)) for passage, start, end in rows]

    def original(self, key: int) -> bytes:
        """The original bytes of document `key`."""
        row = self._db.execute("SELECT data FROM documents WHERE key = ?", (key,)).fetchone()
        return bytes(row[0])

    def passages_of(self, key: int) -> dict[int, Passage]:
        """Document `key`'s passages by id, in the document's order."""
        query = "SELECT id, body FROM passages WHERE document = ? ORDER BY id"
        return {
            number: _passage(json.loads(body)) for number, body in self._db.execute(query, (key,))
        }

    def passages(self, ids: Iterable[int]) -> dict[int, tuple[int, Passage]]:
        """(document key, passage) by passage id; unknown ids are left out."""
        rows = self._db.execute(
            "SELECT id, document, body FROM passages WHERE id IN (SELECT value FROM json_each(?))",
            (_dump(list(ids)),),
        )
        return {number: (key, _passage(json.loads(body))) for number, key, body in rows}

    def windows_of(self, keys: Sequence[int]) -> Iterator[NDArray[np.int64]]:
        """The passage id of each window (n,) of each document."""
        query = "SELECT passage FROM windows JOIN passages ON id = passage WHERE document = ?"
        for key in keys:
            rows = self._db.execute(query, (key,))
            yield np.fromiter((passage for (passage,) in rows), np.int64)

    def vectors(
        self, keys: Sequence[int], dimension: int
    ) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.float32]]]:
        """(key, passage id of each window (n,), vectors (n, dimension)) of each document."""
        for key in keys:
            rows = self._db.execute(
                "SELECT passage, vector FROM windows JOIN passages ON passages.id = passage"
                " WHERE document = ? ORDER BY windows.rowid",
                (key,),
            ).fetchall()
            ids = np.array([passage for passage, _ in rows], dtype=np.int64)
            matrix = np.frombuffer(b"".join(vector for _, vector in rows), dtype="<f4")
            yield key, ids, matrix.reshape(len(rows), dimension).astype(np.float32, copy=False)

    def sentences(
        self, ids: Iterable[int], dimension: int
    ) -> dict[int, tuple[tuple[Span, ...], NDArray[np.float32]]]:
        """Sentences, as spans of the reading text, and vectors (n, dimension), by passage id."""
        rows = self._db.execute(
            "SELECT passage, spans, vectors FROM sentences"
            " WHERE passage IN (SELECT value FROM json_each(?))",
            (_dump(list(ids)),),
        )
        return {
            passage: (
                tuple(Span(*each) for each in np.frombuffer(spans, "<u4").reshape(-1, 2).tolist()),
                np.frombuffer(vectors, "<f2").reshape(-1, dimension).astype(np.float32),
            )
            for passage, spans, vectors in rows
        }

    def terms(
        self, keys: Collection[int]
    ) -> Iterator[tuple[int, int, NDArray[np.uint32], NDArray[np.uint32]]]:
        """(key, passage id, terms (n,), counts (n,)) of each passage of these documents."""
        for key in keys:
            for passage, terms, counts in self._db.execute(
                "SELECT id, terms, counts FROM passages JOIN terms ON passage = id"
                " WHERE document = ? ORDER BY id",
                (key,),
            ):
                yield key, passage, np.frombuffer(terms, "<u4"), np.frombuffer(counts, "<u4")

    def counts(
        self, tables: Sequence[str] = ("documents", "passages", "windows")
    ) -> dict[str, int]:
        """How many documents, passages and windows there are."""
        rows = (self._db.execute(f"SELECT count(*) FROM {table}") for table in tables)  # noqa: S608
        return {table: int(row.fetchone()[0]) for table, row in zip(tables, rows, strict=True)}


_DISK_TROUBLE = {
    sqlite3.SQLITE_FULL: (
        "de schijf is vol; maak ruimte en geef de opdracht opnieuw.",
        "the disk is full; make room and give the command again.",
    ),
    sqlite3.SQLITE_IOERR: (
        "de schijf weigert; is zij vol, of stuk, of is een bestand aan zijn grens?",
        "the disk refuses; is it full, or broken, or is a file at its limit?",
    ),
    sqlite3.SQLITE_READONLY: (
        "het bestand of de map is alleen te lezen; geef dit programma schrijfrechten.",
        "the file or folder is read-only; give this program permission to write.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "de map moet te schrijven zijn, ook om te lezen; controleer rechten en schijfruimte.",
        "the folder must be writable, also to read; check permissions and disk space.",
    ),
}


def _no_index() -> NoIndex:
    return NoIndex(
        "Er is nog niets geïndexeerd: begin met `vraagbaak index MAP`.",
        "Nothing has been indexed yet: start with `vraagbaak index FOLDER`.",
    )


def _quoted(column: str) -> str:
    return f'"{column}"'


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _metadata(text: str) -> Metadata:
    raw = json.loads(text)
    # Metadata stored before documents could be fetched from services has no `origin`, before
    # offices were read no `offices`, and before pictures were read no `recognised`.
    origin = raw.get("origin")
    return Metadata(
        title=raw["title"],
        date=raw["date"],
        ministers=tuple(raw["ministers"]),
        askers=tuple(raw["askers"]),
        identifiers=tuple(raw["identifiers"]),
        answered_by=raw["answered_by"],
        origin=origin and Origin(**{**origin, "identifiers": tuple(origin["identifiers"])}),
        offices=tuple(Office(**each) for each in raw.get("offices", ())),
        recognised=tuple(Span(**each) for each in raw.get("recognised", ())),
    )


def _passage(raw: dict[str, Any]) -> Passage:
    return Passage(
        questions=tuple(Question(**question) for question in raw["questions"]),
        text=raw["text"],
        start=raw["start"],
        end=raw["end"],
        refers_to=tuple(raw["refers_to"]),
        external_refs=tuple(raw["external_refs"]),
        heading=raw["heading"],
        footnotes=tuple(Footnote(**note) for note in raw["footnotes"]),
        gaps=tuple(Span(**gap) for gap in raw["gaps"]),
        list_number=raw.get("list_number"),  # indexes of before do not have it
        speakers=tuple(Speaker(**each) for each in raw.get("speakers", ())),
        before=raw.get("before", ""),
    )
