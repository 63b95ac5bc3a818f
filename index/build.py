"""The index as one object: add, update and remove documents, and look things up."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.bm25 import Lexical
from index.documents import Document, DocumentInfo, Origin, Passage, Span, Window
from index.embedding import Encoder
from index.errors import NotFound, UnreadableFile, VraagbaakError
from index.files import check_is_file, find_files, place_of, shown, unexpected
from index.lexical import LEXICAL_VERSION
from index.metadata import with_origin
from index.reading import READERS, read_bytes
from index.segmenting import SEGMENTER_VERSION, segment
from index.sentences import SENTENCE_VERSION, split_sentences
from index.store import Entry, Store
from index.vectors import Vectors
from index.windows import WINDOW_VERSION, sentence_parts, text_to_embed, windows

FILE_NAME = "index.sqlite"
MAX_BYTES = 50_000_000
# Windows embedded at once, over documents: enough to sort by length and fill batches.
BATCH_WINDOWS = 256

log = logging.getLogger("vraagbaak.index")

Progress = Callable[[int, int, str], None]
"""Called after every file with files done, files in all, and the file's path."""
Outcome = Literal["added", "unchanged", "updated"]


@dataclass(frozen=True, slots=True)
class AddReport:
    """What came of adding files, in the order in which they were done.

    `added`, `unchanged` and `updated` are the documents, with the path as it was given now;
    `failed` holds (path, error), `warnings` (path, what was uncertain about it, in Dutch).
    """

    added: tuple[DocumentInfo, ...] = ()
    unchanged: tuple[DocumentInfo, ...] = ()
    updated: tuple[DocumentInfo, ...] = ()
    failed: tuple[tuple[str, VraagbaakError], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


class Index:
    """Documents, their passages and how to find them. Made by `open_index`; thread-safe."""

    def __init__(self, store: Store, encoder: Encoder) -> None:
        self.store = store
        self.encoder = encoder
        self.vectors = Vectors(encoder.dimension)
        self.lexical = Lexical()
        self._documents: Mapping[int, DocumentInfo] = {}
        self._generation: int | None = None

    def close(self) -> None:
        """Close the database file."""
        self.store.close()

    @contextmanager
    def state(self) -> Iterator[Mapping[int, DocumentInfo]]:
        """One state of the index, all caught up with it; yields its documents by key.

        Raises IndexMismatch if the index was made again with something else since it was opened.
        """
        with self.store.reading():
            generation = self.store.generation()
            if generation != self._generation:
                self.store.check(manifest(self.encoder))
                documents = self.store.infos()
                self.vectors.catch_up(self.store, documents)
                self.lexical.catch_up(self.store, documents)
                self._documents, self._generation = documents, generation
            yield self._documents

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
        return self._add(list(_files(paths)), progress)

    def add_bytes(self, data: bytes, name: str) -> AddReport:
        """Add an uploaded file. It replaces nothing: two uploads may well have the same name."""
        return self._add([_Item(f"upload:{_sha256(data)}", name, lambda: data)], None)

    def put(self, data: bytes, name: str, place: str, origin: Origin) -> AddReport:
        """Let `data`, fetched from a service, stand at `place` instead of what stood there.

        `place` names the document at the service and tells it from all others.
        """
        return self._add([_Item(place, name, lambda: data, origin)], None)

    def withdraw(self, place: str) -> bool:
        """Take away what stands at `place`; returns whether a document was removed by that.

        Another place with the same bytes (an upload) keeps the document.
        """
        with self._writing():
            return self.store.take_source(place)

    def put_origin(self, document_id: str, origin: Origin) -> None:
        """Note what the service says of a document now. Raises NotFound."""
        with self._writing():
            self._put_origin(self._key(document_id), origin)

    def _put_origin(self, key: int, origin: Origin) -> None:
        if self.store.infos([key])[key].metadata.origin != origin:
            name, data = self.store.sources(key)[0][1], self.store.original(key)
            self.store.put_metadata(key, _document(data, name, origin).metadata)

    def _add(self, items: Sequence[_Item], progress: Progress | None) -> AddReport:
        report = _Report(len(items), progress)
        for batch in _batches(self._unseen(items, report)):
            for cut, entry in zip(batch, _embedded(self.encoder, batch), strict=True):
                ((place, source),) = cut.sources
                with self._writing():
                    known = self.store.key_of(cut.document.id)
                    key = self.store.add(entry) if known is None else known
                    self._stand(key, place, source, report, new=known is None)
        return report.finish()

    def _unseen(self, items: Iterable[_Item], report: _Report) -> Iterator[_Cut]:
        """Items whose bytes are not in the index, cut; the others are settled at once."""
        for item in items:
            try:
                data = item.load()
                with self._writing():
                    key = self.store.key_of(_sha256(data)[:16])
                    if key is not None:
                        self._stand(key, item.place, item.source, report, new=False)
                        if item.origin is not None:
                            self._put_origin(key, item.origin)
                if key is None:
                    yield _cut(self.encoder, ((item.place, item.source),), data, item.origin)
            except UnreadableFile as error:
                report.fail(item.source, error)

    def _stand(self, key: int, place: str, source: str, report: _Report, *, new: bool) -> None:
        """Let document `key` stand at `place`, and say what that made of it."""
        replaced = self.store.put_source(place, source, key)
        info = replace(self.store.infos([key])[key], source=source)
        report.settle(info, "updated" if replaced else "added" if new else "unchanged")

    def remove(self, document_id: str) -> None:
        """Remove a document; no search finds it after this. Raises NotFound."""
        with self._writing():
            key = self._key(document_id)
            self.store.note_removal(key)
            self.store.remove(key)

    # --- looking up

    def is_unwanted(self, path: Path) -> bool:
        """Whether `path` holds what was removed from there by hand, and was not added again."""
        with self.store.reading():
            removed = self.store.removed_from(str(path.resolve()))
        return removed is not None and _sha256(_load(path))[:16] == removed

    def holds(self, document_id: str) -> bool:
        """Whether a document with this id is there."""
        with self.store.reading():
            return self.store.key_of(document_id) is not None

    def documents(self) -> list[DocumentInfo]:
        """All documents, in the order in which they came."""
        with self.state() as documents:
            return list(documents.values())

    def places(self) -> dict[str, DocumentInfo]:
        """The document at every place: a file's resolved path, or what else tells it apart."""
        with self.state() as documents:
            return {place: documents[key] for place, key in self.store.places().items()}

    def document(self, document_id: str) -> Document:
        """The document with this id. Raises NotFound."""
        with self.state():
            return self.store.document(self._key(document_id))

    def passages(self, document_id: str) -> dict[int, Passage]:
        """A document's passages by passage id, in its order. Raises NotFound."""
        with self.state():
            return self.store.passages_of(self._key(document_id))

    def passage_for(self, document_id: str, number: int) -> Passage:
        """The passage that answers question `number`. Raises NotFound, naming the numbers."""
        passages = self.passages(document_id).values()
        for passage in passages:
            if number in passage.numbers:
                return passage
        numbers = sorted({known for passage in passages for known in passage.numbers})
        listed = ", ".join(map(str, numbers))
        raise NotFound(
            f"Document {document_id} heeft geen vraag {number}; "
            + (f"wel: {listed}." if numbers else "er staan geen genummerde vragen in."),
            f"Document {document_id} has no question {number}; "
            + (f"it has: {listed}." if numbers else "there are no numbered questions in it."),
        )

    def sentences(
        self, passage_ids: Sequence[int]
    ) -> dict[int, tuple[tuple[Span, ...], NDArray[np.float32]]]:
        """Sentences (spans of the reading text) and vectors (n, dimension), by passage id.

        A passage that is not there (any more) is left out.
        """
        with self.store.reading():
            return self.store.sentences(passage_ids, self.encoder.dimension)

    def passage(self, passage_id: int) -> Passage:
        """The passage with this id. Raises NotFound."""
        with self.state():
            found = self.store.passages([passage_id])
        if passage_id not in found:
            raise NotFound(
                f"Passage {passage_id} staat niet (meer) in de index.",
                f"Passage {passage_id} is not (any longer) in the index.",
            )
        return found[passage_id][1]

    def stats(self) -> dict[str, int | str]:
        """`documents`, `passages`, `windows` in number, and what the index was made with."""
        with self.state():
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


def open_index(data_dir: Path, encoder: Encoder, *, create: bool) -> Index:
    """The index in `data_dir`, made there with `create` if there is none.

    Raises NoIndex, IndexMismatch (made with another model or other rules) or DamagedIndex.
    """
    made_with = manifest(encoder)
    if create:
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise VraagbaakError(
                f"De map {data_dir} is niet te maken ({error.strerror}): "
                "kies een andere met VRAAGBAAK_DATA_DIR.",
                f"The folder {data_dir} cannot be made ({error.strerror}): "
                "choose another one with VRAAGBAAK_DATA_DIR.",
            ) from error
    store = Store(data_dir / FILE_NAME, made_with, create=create)
    try:
        with store.reading():
            store.check(made_with)
    except VraagbaakError:
        store.close()
        raise
    return Index(store, encoder)


def rebuild_index(data_dir: Path, encoder: Encoder, progress: Progress | None = None) -> AddReport:
    """Make the index in `data_dir` again from the original bytes it keeps; needs no files.

    One transaction: until it is done the old index stands, and searches see it. A document that
    can no longer be read is reported as failed and is not in the new index.
    """
    store = Store(data_dir / FILE_NAME, {}, create=False)
    try:
        with store.writing():
            old = store.infos()
            report = _Report(len(old), progress)
            for batch in _batches(_taken_out(store, encoder, old, report)):
                for cut, entry in zip(batch, _embedded(encoder, batch), strict=True):
                    key = store.add(entry)
                    for place, source in cut.sources:
                        store.put_source(place, source, key)
                    report.settle(store.infos([key])[key], "updated")
            store.describe(manifest(encoder))
    finally:
        store.close()
    return report.finish()


def entry(encoder: Encoder, document: Document, data: bytes) -> Entry:
    """`document`, that was made of `data`, embedded and ready to be stored."""
    return next(_embedded(encoder, [_pieces(encoder, (), data, document)]))


def manifest(encoder: Encoder) -> dict[str, str]:
    """What an index made now with `encoder` is made with."""
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


@dataclass(frozen=True, slots=True)
class _Item:
    """A file to be added: `place` tells files apart, `source` is how it was given."""

    place: str
    source: str
    load: Callable[[], bytes]
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class _Cut:
    """A document cut, not embedded; `windows[i]`, `texts[i]`, `sentences[i]` are its passage i's.

    `sources` holds (place, source) of every file with these bytes that is known.
    """

    sources: tuple[tuple[str, str], ...]
    data: bytes
    document: Document
    windows: tuple[tuple[Window, ...], ...]
    texts: tuple[tuple[str, ...], ...]
    sentences: tuple[tuple[Span, ...], ...]


class _Report:
    """An AddReport in the making."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total, self._done, self._progress = total, 0, progress
        self._documents: dict[Outcome, list[DocumentInfo]] = {
            "added": [],
            "unchanged": [],
            "updated": [],
        }
        self._failed: list[tuple[str, VraagbaakError]] = []
        self._warnings: list[tuple[str, str]] = []

    def settle(self, info: DocumentInfo, outcome: Outcome) -> None:
        self._documents[outcome].append(info)
        if outcome != "unchanged":
            self._warnings.extend((info.source, warning) for warning in info.warnings)
        self._step(info.source)

    def fail(self, source: str, error: VraagbaakError) -> None:
        self._failed.append((source, error))
        self._step(source)

    def finish(self) -> AddReport:
        return AddReport(
            added=tuple(self._documents["added"]),
            unchanged=tuple(self._documents["unchanged"]),
            updated=tuple(self._documents["updated"]),
            failed=tuple(self._failed),
            warnings=tuple(self._warnings),
        )

    def _step(self, source: str) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total, source)


def _files(paths: Iterable[Path]) -> Iterator[_Item]:
    """One item a file: those given, and those of a known kind in folders given, by name."""
    seen: set[str] = set()
    for file in find_files(paths, READERS):
        name, load = shown(str(file)), partial(_load, file)
        try:
            place = place_of(file)
        except UnreadableFile as error:
            place, load = name, partial(_refuse, error)
        if place not in seen:
            seen.add(place)
            yield _Item(place, name, load)


def _refuse(error: UnreadableFile) -> bytes:
    raise error


def _load(path: Path) -> bytes:
    name = str(path)
    try:
        if path.is_dir():
            known = ", ".join(READERS)
            raise UnreadableFile(
                f"{name}: in deze map staat geen bestand dat te lezen is ({known}).",
                f"{name}: there is no file in this folder that can be read ({known}).",
            )
        if (size := check_is_file(path)) > MAX_BYTES:
            raise UnreadableFile(
                f"{name}: te groot ({size / 1e6:.0f} MB; ten hoogste {MAX_BYTES / 1e6:.0f} MB).",
                f"{name}: too large ({size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB).",
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"{name}: kan niet worden gelezen ({error.strerror}); controleer naam en rechten.",
            f"{name}: cannot be read ({error.strerror}); check its name and permissions.",
        ) from error


def _cut(
    encoder: Encoder, sources: tuple[tuple[str, str], ...], data: bytes, origin: Origin | None
) -> _Cut:
    """Read and cut a document. Raises UnreadableFile, also where reading it fails unexpectedly."""
    name = sources[0][1]
    try:
        document = _document(data, name, origin)
    except VraagbaakError:
        raise
    except Exception as error:
        # A fault of ours in reading one file must not end the run over all others.
        log.exception("file failed", extra={"fields": {"path": name}})
        raise unexpected(name, error) from error
    return _pieces(encoder, sources, data, document)


def _document(data: bytes, name: str, origin: Origin | None) -> Document:
    """Read and segment a document. Raises UnreadableFile."""
    source, document_id = read_bytes(data, name), _sha256(data)[:16]
    if origin is None:
        return segment(source, name=name, document_id=document_id)
    stated = replace(
        source.stated,
        title=origin.title or source.stated.title,
        date=source.stated.date or origin.date,
    )
    document = segment(replace(source, stated=stated), name=name, document_id=document_id)
    return replace(document, metadata=with_origin(document.metadata, origin))


def _pieces(
    encoder: Encoder, sources: tuple[tuple[str, str], ...], data: bytes, document: Document
) -> _Cut:
    def fits(text: str) -> bool:
        # Counting takes time, and a token is at least a character.
        slack = len(encoder.passage_prefix) + 2
        return (
            len(text) + slack <= encoder.max_tokens
            or encoder.count_tokens(text) <= encoder.max_tokens
        )

    passages = document.passages
    pieces = tuple(windows(passage, n, fits) for n, passage in enumerate(passages))
    texts = tuple(
        tuple(text_to_embed(passage, window, fits) for window in mine)
        for passage, mine in zip(passages, pieces, strict=True)
    )
    sentences = tuple(tuple(split_sentences(passage.reading_text())) for passage in passages)
    return _Cut(sources, data, document, pieces, texts, sentences)


def _taken_out(
    store: Store, encoder: Encoder, old: Mapping[int, DocumentInfo], report: _Report
) -> Iterator[_Cut]:
    """Every document cut again from its bytes, and the old one removed."""
    for key, info in old.items():
        sources, data = tuple(store.sources(key)), store.original(key)
        store.remove(key)
        try:
            yield _cut(encoder, sources, data, info.metadata.origin)
        except UnreadableFile as error:
            report.fail(sources[0][1], error)


def _batches(cuts: Iterable[_Cut]) -> Iterator[list[_Cut]]:
    """Documents together until there are enough windows to embed at full speed."""
    batch: list[_Cut] = []
    count = 0
    for cut in cuts:
        batch.append(cut)
        count += sum(map(len, cut.windows))
        if count >= BATCH_WINDOWS:
            yield batch
            batch, count = [], 0
    if batch:
        yield batch


def _embedded(encoder: Encoder, batch: Sequence[_Cut]) -> Iterator[Entry]:
    flat = [
        (text, sentence_parts(spans, window, text))
        for cut in batch
        for mine, texts, spans in zip(cut.windows, cut.texts, cut.sentences, strict=True)
        for window, text in zip(mine, texts, strict=True)
    ]
    vectors, sums = encoder.encode_with_parts(
        [text for text, _ in flat], [[span for _, span in parts] for _, parts in flat]
    )
    rows = iter(range(len(flat)))
    for cut in batch:
        window_vectors, sentence_vectors = [], []
        for texts, spans in zip(cut.texts, cut.sentences, strict=True):
            mine = [next(rows) for _ in texts]
            window_vectors.append(vectors[mine])
            # A sentence that was cut in two is the sum of its pieces.
            meanings = np.zeros((len(spans), encoder.dimension), np.float32)
            for row in mine:
                for (number, _), vector in zip(flat[row][1], sums[row], strict=True):
                    meanings[number] += vector
            meanings /= np.maximum(np.linalg.norm(meanings, axis=1, keepdims=True), 1e-12)
            sentence_vectors.append(meanings)
        yield Entry(
            cut.document,
            _sha256(cut.data),
            cut.data,
            cut.windows,
            tuple(window_vectors),
            cut.sentences,
            tuple(sentence_vectors),
        )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
