"""Turn files into documents that are cut and embedded, ready to be stored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from index.bounded import read_bounded
from index.chunking import sentence_parts, text_to_embed, windows
from index.documents import Document, DocumentInfo, Origin, Span, Window
from index.encoders.embedding import Encoder
from index.errors import UnreadableFile, VraagbaakError
from index.files import check_is_file, find_files, place_of, shown
from index.reading import READERS
from index.sentences import split_sentences
from index.store import Entry

MAX_BYTES = 50_000_000
# Windows embedded together, over documents: enough to sort by length and fill batches.
BATCH_WINDOWS = 256

Progress = Callable[[int, int, str], None]
"""Called after every file with files done, files in all, and the file's path."""
Outcome = Literal["added", "unchanged", "updated"]


@dataclass(frozen=True, slots=True)
class AddReport:
    """The result of adding files, in the order in which they were done.

    `added`, `unchanged` and `updated` are the documents, with the path as it was given now;
    `failed` holds (path, error), `warnings` (path, what was uncertain about it, in Dutch).
    """

    added: tuple[DocumentInfo, ...] = ()
    unchanged: tuple[DocumentInfo, ...] = ()
    updated: tuple[DocumentInfo, ...] = ()
    failed: tuple[tuple[str, VraagbaakError], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A file to be added: `place` identifies it, `source` is its path as the user gave it."""

    place: str
    source: str
    load: Callable[[], bytes]
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class CutDocument:
    """A document cut, not embedded; `windows[i]`, `texts[i]`, `sentences[i]` are its passage i's.

    `sources` holds (place, source) of every file with these bytes that is known.
    """

    sources: tuple[tuple[str, str], ...]
    data: bytes
    document: Document
    windows: tuple[tuple[Window, ...], ...]
    texts: tuple[tuple[str, ...], ...]
    sentences: tuple[tuple[Span, ...], ...]


class ReportBuilder:
    """Collects an AddReport."""

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


def items_of(paths: Iterable[Path]) -> Iterator[Item]:
    """One item a file: those given, and those of a known kind in folders given, by name."""
    seen: set[str] = set()
    for file in find_files(paths, READERS):
        name, load = shown(str(file)), partial(read_file, file)
        try:
            place = place_of(file)
        except UnreadableFile as error:
            place, load = name, partial(_refuse, error)
        if place not in seen:
            seen.add(place)
            yield Item(place, name, load)


def _refuse(error: UnreadableFile) -> bytes:
    raise error


def read_file(path: Path) -> bytes:
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


def cut(
    encoder: Encoder,
    sources: tuple[tuple[str, str], ...],
    data: bytes,
    origin: Origin | None,
    *,
    ocr: bool = False,
) -> CutDocument:
    """Read and cut a document. Raises UnreadableFile, also where reading it fails unexpectedly."""
    name = sources[0][1]
    document = read_bounded(data, name, origin, ocr=ocr)
    return _pieces(encoder, sources, data, document)


def _pieces(
    encoder: Encoder, sources: tuple[tuple[str, str], ...], data: bytes, document: Document
) -> CutDocument:
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
    return CutDocument(sources, data, document, pieces, texts, sentences)


def batches(cuts: Iterable[CutDocument]) -> Iterator[list[CutDocument]]:
    """Group documents until there are enough windows to embed at full speed."""
    batch: list[CutDocument] = []
    count = 0
    for each in cuts:
        batch.append(each)
        count += sum(map(len, each.windows))
        if count >= BATCH_WINDOWS:
            yield batch
            batch, count = [], 0
    if batch:
        yield batch


def embedded(encoder: Encoder, batch: Sequence[CutDocument]) -> Iterator[Entry]:
    flat = [
        (text, sentence_parts(spans, window, text))
        for each in batch
        for mine, texts, spans in zip(each.windows, each.texts, each.sentences, strict=True)
        for window, text in zip(mine, texts, strict=True)
    ]
    vectors, sums = encoder.encode_with_parts(
        [text for text, _ in flat], [[span for _, span in parts] for _, parts in flat]
    )
    rows = iter(range(len(flat)))
    for each in batch:
        window_vectors, sentence_vectors = [], []
        for texts, spans in zip(each.texts, each.sentences, strict=True):
            mine = [next(rows) for _ in texts]
            window_vectors.append(vectors[mine])
            # The vector of a sentence cut over windows is the sum of its parts.
            meanings = np.zeros((len(spans), encoder.dimension), np.float32)
            for row in mine:
                for (number, _), vector in zip(flat[row][1], sums[row], strict=True):
                    meanings[number] += vector
            meanings /= np.maximum(np.linalg.norm(meanings, axis=1, keepdims=True), 1e-12)
            sentence_vectors.append(meanings)
        yield Entry(
            each.document,
            sha256(each.data),
            each.data,
            each.windows,
            tuple(window_vectors),
            each.sentences,
            tuple(sentence_vectors),
        )


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def entry(encoder: Encoder, document: Document, data: bytes) -> Entry:
    """The store's entry for `document`, which was made from `data`, with its vectors."""
    return next(embedded(encoder, [_pieces(encoder, (), data, document)]))
