"""Is what the index holds whole: the file, every passage's place, every vector, every term."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.analyzer import count_terms
from index.chunking import text_to_search
from index.documents import Document, Passage, Span
from index.store import Store

# How far a length may be from 1: windows are stored in single precision, sentences in half.
WINDOW_SLACK, SENTENCE_SLACK = 1e-3, 1e-2

Fault = tuple[str, str]
"""What is wrong, in Dutch and in English."""


def faults(store: Store) -> Iterator[Fault]:
    """All that is wrong with one state of the index; nothing for one that is whole.

    Raises DamagedIndex where the file cannot be read as a database at all.
    """
    with store.reading():
        for line in store.integrity():
            yield f"de database: {line}", f"the database: {line}"
        dimension = int(store.manifest().get("dimension", "0"))
        keys = store.keys()
        for key in keys:
            name = store.id_of(key)
            try:
                found = list(_of_document(store, key, dimension))
            except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
                why = " ".join(f"{type(error).__name__}: {error}".split())
                found = [(f"is niet te lezen ({why})", f"cannot be read ({why})")]
            yield from ((f"document {name}: {nl}", f"document {name}: {en}") for nl, en in found)


def _of_document(store: Store, key: int, dimension: int) -> Iterator[Fault]:
    document, passages = store.document(key), store.passages_of(key)
    if hashlib.sha256(store.original(key)).hexdigest()[:16] != document.id:
        yield "de bewaarde bytes zijn andere", "the bytes that are kept are others"
    if store.infos([key])[key].passages != len(passages):
        yield "er ontbreken passages", "passages are missing"
    for aside in document.set_aside:
        if not _within(aside, len(document.text)):
            yield "wat apart gezet is ligt buiten de tekst", "what was set aside is outside"
    windows: dict[int, list[Span]] = {number: [] for number in passages}
    for number, span in store.window_spans(key):
        windows[number].append(span)
    ((_, ids, vectors),) = store.vectors([key], dimension)
    sentences = store.sentences(passages, dimension)
    terms = {number: (words, counts) for _, number, words, counts in store.terms([key])}
    for number, passage in passages.items():
        said = [
            *_of_text(document, passage),
            *_of_windows(passage, windows[number], vectors[ids == number]),
            *_of_sentences(passage, sentences.get(number)),
            *_of_terms(passage, terms.get(number)),
        ]
        yield from ((f"passage {number}: {nl}", f"passage {number}: {en}") for nl, en in said)


def _of_text(document: Document, passage: Passage) -> Iterator[Fault]:
    if (
        not _within(passage, len(document.text))
        or document.text[passage.start : passage.end] != passage.text
    ):
        yield "staat niet waar hij zegt", "does not stand where it says"
    if not all(passage.start <= gap.start <= gap.end <= passage.end for gap in passage.gaps):
        yield "een onderbreking ligt erbuiten", "a gap is outside of it"
    if not all(_within(question, len(document.text)) for question in passage.questions):
        yield "een vraag ligt buiten de tekst", "a question is outside the text"
    if not all(_within(note, len(document.text)) for note in passage.footnotes):
        yield "een voetnoot ligt buiten de tekst", "a footnote is outside the text"


def _of_windows(
    passage: Passage, spans: list[Span], vectors: NDArray[np.float32]
) -> Iterator[Fault]:
    if not spans:
        yield "heeft geen vector", "has no vector"
    if not all(_within(span, len(passage.reading_text())) for span in spans):
        yield "een venster ligt erbuiten", "a window is outside of it"
    if not _unit(vectors, WINDOW_SLACK):
        yield "een vector heeft geen norm van 1", "a vector has no norm of 1"


def _of_sentences(
    passage: Passage, found: tuple[tuple[Span, ...], NDArray[np.float32]] | None
) -> Iterator[Fault]:
    if found is None:
        yield "heeft geen zinnen", "has no sentences"
        return
    spans, vectors = found
    if not all(_within(span, len(passage.reading_text())) for span in spans):
        yield "een zin ligt erbuiten", "a sentence is outside of it"
    if len(spans) != len(vectors):
        yield "niet elke zin heeft een vector", "not every sentence has a vector"
    # A sentence of which no window holds anything but white space has no meaning: zeros.
    elif not _unit([vector for vector in vectors if vector.any()], SENTENCE_SLACK):
        yield "een zin heeft een vector zonder norm 1", "a sentence's vector has no norm of 1"


def _of_terms(
    passage: Passage, found: tuple[NDArray[np.uint32], NDArray[np.uint32]] | None
) -> Iterator[Fault]:
    terms, counts = count_terms(text_to_search(passage))
    if found is None or not np.array_equal(terms, found[0]) or not np.array_equal(counts, found[1]):
        yield "de getelde woorden zijn andere", "the words counted are others"


class _Placed(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def _within(place: _Placed, length: int) -> bool:
    return 0 <= place.start <= place.end <= length


def _unit(vectors: Iterable[NDArray[np.float32]], slack: float) -> bool:
    """Whether all are of length 1 (a NaN is not)."""
    return all(abs(float(np.linalg.norm(each)) - 1) <= slack for each in vectors)
