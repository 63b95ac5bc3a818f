"""The index as one object: add, update and remove documents, and look things up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.analyzer import LEXICAL_VERSION
from index.bounded import read_bounded
from index.chunking import WINDOW_VERSION
from index.directory import Directory
from index.documents import Document, DocumentInfo, Number, Origin, Passage, Span
from index.encoders.embedding import Encoder
from index.engines import LOCAL, Engine, open_engine
from index.errors import NotFound, UnreadableFile, VraagbaakError
from index.ingest import (
    AddReport,
    CutDocument,
    Item,
    Progress,
    ReportBuilder,
    batches,
    cut,
    embedded,
    items_of,
    read_file,
    sha256,
)
from index.paths import make_folder
from index.segmentation.question_numbers import meant, order
from index.segmentation.segmenting import SEGMENTER_VERSION
from index.sentences import SENTENCE_VERSION
from index.store import FILE_NAME as FILE_NAME
from index.store import Store


class Index:
    """Documents, their passages and how to find them. Made by `open_index`; thread-safe."""

    def __init__(
        self, store: Store, encoder: Encoder, engine: Engine, *, ocr: bool = False
    ) -> None:
        self.store = store
        self.encoder = encoder
        self.engine = engine
        self.ocr = ocr
        """Whether text on pages that are pictures is recognised in files that are added."""
        self._checked: int | None = None
        self._directory = Directory({})
        self._listed: int | None = None

    def close(self) -> None:
        """Close the engine and the database file."""
        self.engine.close()
        self.store.close()

    @contextmanager
    def state(self) -> Iterator[None]:
        """One state of the index, ready to be searched.

        Raises IndexMismatch if the index was made again with something else since it was opened.
        """
        with self._reading() as generation:
            self.engine.catch_up(generation)
            yield

    @contextmanager
    def _reading(self) -> Iterator[int]:
        """One state of the store, made with what this index is opened with; its generation."""
        with self.store.reading():
            generation = self.store.generation()
            if generation != self._checked:
                self.store.check(manifest(self.encoder))
                self._checked = generation
            yield generation

    def current_directory(self) -> Directory:
        """All documents as they are now; call it inside `state`. Kept until a change."""
        generation = self.store.generation()
        if generation != self._listed:
            self._directory, self._listed = Directory(self.store.infos()), generation
        return self._directory

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self.store.writing():
            self.store.check(manifest(self.encoder))
            yield

    # --- changing

    def add(self, paths: Sequence[Path], progress: Progress | None = None) -> AddReport:
        """Add files, and of folders all files of a known kind; one transaction a document.

        Bytes that are there already are not read again. A file whose content changed replaces
        what it was. A file that cannot be read is reported; the others still go in.
        """
        return self._add(list(items_of(paths)), progress)

    def add_bytes(self, data: bytes, name: str) -> AddReport:
        """Add an uploaded file. It replaces nothing: two uploads may well have the same name."""
        return self._add([Item(f"upload:{sha256(data)}", name, lambda: data)], None)

    def put(self, data: bytes, name: str, place: str, origin: Origin) -> AddReport:
        """Store `data`, fetched from a service, at `place`; replaces the document that was there.

        `place` identifies the document at the service.
        """
        return self._add([Item(place, name, lambda: data, origin)], None)

    def withdraw(self, place: str) -> bool:
        """Clear `place`; returns whether a document was removed by that.

        A document with another place (an upload of the same bytes) stays.
        """
        with self._writing():
            removed = self.store.take_source(place)
        if removed:
            self.engine.settle()
        return removed

    def put_origin(self, document_id: str, origin: Origin) -> None:
        """Update what the service says of a document. Raises NotFound."""
        with self._writing():
            self._put_origin(self._key(document_id), origin)

    def _put_origin(self, key: int, origin: Origin) -> None:
        known = self.store.infos([key])[key].metadata
        if known.origin != origin:
            name, data = self.store.sources(key)[0][1], self.store.original(key)
            read = read_bounded(data, name, origin, ocr=self.ocr or bool(known.recognised)).metadata
            # The text stays as it is, and so does what of it was recognised.
            self.store.put_metadata(key, replace(read, recognised=known.recognised))

    def _add(self, items: Sequence[Item], progress: Progress | None) -> AddReport:
        report = ReportBuilder(len(items), progress)
        for batch in batches(self._unseen(items, report)):
            for each, entry in zip(batch, embedded(self.encoder, batch), strict=True):
                ((place, source),) = each.sources
                with self._writing():
                    known = self.store.key_of(each.document.id)
                    key = self.store.add(entry) if known is None else known
                    self._stand(key, place, source, report, new=known is None)
        self.engine.settle()
        return report.finish()

    def _unseen(self, items: Iterable[Item], report: ReportBuilder) -> Iterator[CutDocument]:
        """Cut the items whose bytes are not in the index yet; the others are done at once."""
        for item in items:
            try:
                data = item.load()
                with self._writing():
                    key = self.store.key_of(sha256(data)[:16])
                    if key is not None:
                        self._stand(key, item.place, item.source, report, new=False)
                        if item.origin is not None:
                            self._put_origin(key, item.origin)
                if key is None:
                    sources = ((item.place, item.source),)
                    yield cut(self.encoder, sources, data, item.origin, ocr=self.ocr)
            except UnreadableFile as error:
                report.fail(item.source, error)

    def _stand(
        self, key: int, place: str, source: str, report: ReportBuilder, *, new: bool
    ) -> None:
        """Record that document `key` is at `place`, and report what that changed."""
        replaced = self.store.put_source(place, source, key)
        info = replace(self.store.infos([key])[key], source=source)
        report.settle(info, "updated" if replaced else "added" if new else "unchanged")

    def remove(self, document_id: str) -> None:
        """Remove a document; no search finds it after this. Raises NotFound."""
        with self._writing():
            key = self._key(document_id)
            self.store.note_removal(key)
            self.store.remove(key)
        self.engine.settle()

    # --- looking up

    def is_unwanted(self, path: Path) -> bool:
        """Whether `path` holds a document that was removed by hand and not added again since."""
        with self.store.reading():
            removed = self.store.removed_from(str(path.resolve()))
        return removed is not None and sha256(read_file(path))[:16] == removed

    def holds(self, document_id: str) -> bool:
        """Whether the index holds a document with this id."""
        with self.store.reading():
            return self.store.key_of(document_id) is not None

    def documents(self) -> list[DocumentInfo]:
        """All documents, in the order in which they came."""
        return list(self.directory().infos.values())

    def directory(self) -> Directory:
        """All documents, to be found by what they state."""
        with self._reading():
            return self.current_directory()

    def is_empty(self) -> bool:
        """Whether there is no document."""
        with self.store.reading():
            return self.store.is_empty()

    def count(self, what: Literal["documents", "passages", "windows"]) -> int:
        """How many there are."""
        with self.store.reading():
            return self.store.counts([what])[what]

    def places(self) -> dict[str, DocumentInfo]:
        """The document at every place: a file's resolved path, or what else tells it apart."""
        with self._reading():
            documents = self.current_directory().infos
            return {place: documents[key] for place, key in self.store.places().items()}

    def document(self, document_id: str) -> Document:
        """The document with this id. Raises NotFound."""
        with self._reading():
            return self.store.document(self._key(document_id))

    def original(self, document_id: str) -> tuple[str, bytes]:
        """The name and the bytes of the file that this document came from. Raises NotFound."""
        with self.store.reading():
            key = self._key(document_id)
            return PurePath(self.store.sources(key)[0][1]).name, self.store.original(key)

    def passages(self, document_id: str) -> dict[int, Passage]:
        """A document's passages by passage id, in its order. Raises NotFound."""
        with self._reading():
            return self.store.passages_of(self._key(document_id))

    def passage_for(
        self, document_id: str, number: Number, list_number: int | None = None
    ) -> Passage:
        """The passage that answers question `number`, of one list of questions or the first with it.

        For a number that is no question's own, the first of its sub-questions. Raises NotFound,
        naming the numbers, or how many lists there are.
        """
        passages = [each for each in self.passages(document_id).values() if each.questions]
        lists = sorted({each.list_number or 1 for each in passages})
        if list_number is not None and lists and list_number not in lists:
            raise NotFound(
                f"Document {document_id} heeft geen lijst {list_number}; het heeft er {len(lists)}.",
                f"Document {document_id} has no list {list_number}; it has {len(lists)}.",
            )
        known: list[Number] = []
        for one in lists if list_number is None else [list_number]:
            own = [each for each in passages if (each.list_number or 1) == one]
            numbers = [n for each in own for n in each.numbers]
            if wanted := meant(number, numbers):
                return next(each for each in own if wanted[0] in each.numbers)
            known += numbers
        listed = ", ".join(map(str, sorted(set(known), key=order)))
        raise NotFound(
            f"Document {document_id} heeft geen vraag {number}; "
            + (f"wel: {listed}." if known else "er staan geen genummerde vragen in."),
            f"Document {document_id} has no question {number}; "
            + (f"it has: {listed}." if known else "there are no numbered questions in it."),
        )

    def sentences(
        self, passage_ids: Sequence[int]
    ) -> dict[int, tuple[tuple[Span, ...], NDArray[np.float32]]]:
        """Sentences (spans of the reading text) and vectors (n, dimension), by passage id.

        Passages that are not in the index (any more) are left out.
        """
        with self.store.reading():
            return self.store.sentences(passage_ids, self.encoder.dimension)

    def passage(self, passage_id: int) -> Passage:
        """The passage with this id. Raises NotFound."""
        with self._reading():
            found = self.store.passages([passage_id])
        if passage_id not in found:
            raise NotFound(
                f"Passage {passage_id} staat niet (meer) in de index.",
                f"Passage {passage_id} is not (any longer) in the index.",
            )
        return found[passage_id][1]

    def stats(self) -> dict[str, int | str]:
        """`documents`, `passages`, `windows` in number, and what the index was made with."""
        with self._reading():
            return {**self.store.counts(), **self.store.manifest()}

    def _key(self, document_id: str) -> int:
        key = self.store.key_of(document_id)
        if key is None:
            raise NotFound(
                f"Document {document_id} staat niet in de index; "
                "`vraagbaak documents` toont wat er is.",
                f"Document {document_id} is not in the index; `vraagbaak documents` lists what is.",
            )
        return key


def open_index(
    data_dir: Path,
    encoder: Encoder,
    *,
    create: bool,
    ocr: bool = False,
    engine: str = LOCAL,
    token: str | None = None,
) -> Index:
    """The index in `data_dir`, made there with `create` if there is none; `ocr` as in `Index`.

    `engine` and `token` as in `index.engines.open_engine`. Raises NoIndex, IndexMismatch (made with
    another model or other rules), DamagedIndex, or as that does.
    """
    made_with = manifest(encoder)
    if create:
        make_folder(data_dir)
    store = Store(data_dir / FILE_NAME, made_with, create=create)
    try:
        with store.reading():
            store.check(made_with)
        return Index(store, encoder, open_engine(engine, store, made_with, token), ocr=ocr)
    except VraagbaakError:
        store.close()
        raise


def rebuild_index(
    data_dir: Path, encoder: Encoder, progress: Progress | None = None, *, ocr: bool = False
) -> AddReport:
    """Make the index in `data_dir` again from the original bytes in it; needs no files.

    In one transaction: until it commits, searches see the old index. A document that
    can no longer be read is reported as failed and is not in the new index.
    """
    store = Store(data_dir / FILE_NAME, {}, create=False)
    try:
        with store.writing():
            old = store.infos()
            report = ReportBuilder(len(old), progress)
            for batch in batches(_taken_out(store, encoder, old, report, ocr)):
                for each, entry in zip(batch, embedded(encoder, batch), strict=True):
                    key = store.add(entry)
                    for place, source in each.sources:
                        store.put_source(place, source, key)
                    report.settle(store.infos([key])[key], "updated")
            store.describe(manifest(encoder))
    finally:
        store.close()
    return report.finish()


def _taken_out(
    store: Store,
    encoder: Encoder,
    old: Mapping[int, DocumentInfo],
    report: ReportBuilder,
    ocr: bool,
) -> Iterator[CutDocument]:
    """Cut every document again from its bytes, and remove the old one."""
    for key, info in old.items():
        sources, data = tuple(store.sources(key)), store.original(key)
        store.remove(key)
        try:
            yield cut(encoder, sources, data, info.metadata.origin, ocr=ocr)
        except UnreadableFile as error:
            report.fail(sources[0][1], error)


def manifest(encoder: Encoder) -> dict[str, str]:
    """The manifest of an index made now with `encoder`: models and versions."""
    return {
        "embedding": encoder.model,
        "fingerprint": encoder.fingerprint,
        "dimension": str(encoder.dimension),
        "normalised": "yes",
        "segmenter_version": str(SEGMENTER_VERSION),
        "window_version": str(WINDOW_VERSION),
        "sentence_version": str(SENTENCE_VERSION),
        "lexical_version": str(LEXICAL_VERSION),
    }
