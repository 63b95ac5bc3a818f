"""Realistic documents of any number, made from the sample documents; and vectors without a model.

The sentences are the samples'; every document has its own subject: most content words give way to
words of that subject, compounds of parts of the samples' words. So the parts of words and their
frequencies are those of Dutch text, and passages differ. Figures and years are drawn anew. The
same seed gives the same documents.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.analyzer import words
from index.documents import Document, Metadata, Passage, Question, Span, Window
from index.ingest import sha256
from index.reading import read_bytes
from index.segmentation.segmenting import segment
from index.sentences import split_sentences
from index.store import Entry

PASSAGES = 12  # of a document
WINDOW = 500  # characters, as index.chunking has it

_WORD = re.compile(r"[^\W\d_]{6,}")
_NUMBER = re.compile(r"\d+")
_VOCABULARY, _SUBJECT = 40_000, 60
_LATENT = 48


@dataclass(frozen=True, slots=True)
class Templates:
    """What documents are made of: sentences of answers, questions, and the words put in."""

    sentences: tuple[str, ...]
    questions: tuple[str, ...]
    vocabulary: tuple[str, ...]


def templates(samples: Path, seed: int = 1) -> Templates:
    """What the documents in folder `samples` have to make others of."""
    sentences: dict[str, None] = {}
    questions: dict[str, None] = {}
    for file in sorted(samples.iterdir()):
        data = file.read_bytes()
        document = segment(read_bytes(data, file.name), name=file.name, document_id="0" * 16)
        for passage in document.passages:
            text = " ".join(passage.reading_text().split())
            found = split_sentences(text)
            sentences.update(dict.fromkeys(text[span.start : span.end] for span in found))
            questions.update(dict.fromkeys(" ".join(q.text.split()) for q in passage.questions))
    text = " ".join([*sentences, *questions])
    return Templates(tuple(sentences), tuple(questions), _vocabulary(text, seed))


def _vocabulary(text: str, seed: int) -> tuple[str, ...]:
    """New words: the first part of one word of `text` and the last part of another."""
    rng = random.Random(seed)  # noqa: S311  (not for secrets)
    known = sorted({match[0].lower() for match in _WORD.finditer(text)})
    made: dict[str, None] = {}
    while len(made) < _VOCABULARY:
        first, second = rng.choice(known), rng.choice(known)
        made[first[: rng.randint(3, len(first))] + second[-rng.randint(3, len(second)) :]] = None
    return tuple(made)


def texts(made_of: Templates, seed: int = 1) -> Iterator[list[tuple[str, str]]]:
    """Documents without end: each a list of (question, answer)."""
    rng = random.Random(seed)  # noqa: S311  (not for secrets)
    while True:
        # Some words are in many documents and most in few (Zipf).
        subject = [
            made_of.vocabulary[int(_VOCABULARY ** rng.random()) - 1] for _ in range(_SUBJECT)
        ]
        yield [
            (
                _varied(rng.choice(made_of.questions), subject, rng),
                _varied(
                    " ".join(rng.choices(made_of.sentences, k=rng.randint(2, 9))), subject, rng
                ),
            )
            for _ in range(PASSAGES)
        ]


def _varied(text: str, subject: Sequence[str], rng: random.Random) -> str:
    text = _WORD.sub(lambda m: rng.choice(subject) if rng.random() < 0.7 else m[0], text)
    return _NUMBER.sub(lambda m: str(rng.randrange(10 ** min(len(m[0]), 9))), text)


def brief(pairs: Sequence[tuple[str, str]], number: int) -> str:
    """A document as a text file that the segmenter reads: a letter with answers."""
    day = f"{1 + number % 28} maart {1995 + number % 31}"
    head = f"Antwoord van minister Jansen-{number % 97} (Verkeer) op vragen\n(ontvangen {day})\n"
    return head + "".join(
        f"\nVraag {n}\n{question}\n\nAntwoord vraag {n}\n{answer}\n"
        for n, (question, answer) in enumerate(pairs, start=1)
    )


def entry(pairs: Sequence[tuple[str, str]], number: int, dimension: int) -> Entry:
    """The same document cut and with vectors, as reading and embedding would leave it.

    Without vectors of sentences: those are read by passage, however many there are.
    """
    text, at, passages = brief(pairs, number), 0, []
    for n, (question, answer) in enumerate(pairs, start=1):
        asked = text.index(question, at)
        at = text.index(answer, asked + len(question))
        numbered = Question(n, question, asked, asked + len(question))
        passages.append(Passage((numbered,), answer, at, at + len(answer)))
    data = text.encode()
    metadata = Metadata(
        title=" ".join(words(pairs[0][0])[:8]),
        date=f"{1995 + number % 31}-03-{1 + number % 28:02}",
        ministers=(f"Jansen-{number % 97}",),
        identifiers=(f"{1995 + number % 31}Z{number % 100_000:05}",),
    )
    pieces = tuple(
        tuple(
            Window(n, start, min(start + WINDOW, len(passage.text)), passage.text[start:][:WINDOW])
            for start in range(0, len(passage.text), WINDOW)
        )
        for n, passage in enumerate(passages)
    )
    vectors = tuple(np.stack([vector(w.text, dimension) for w in mine]) for mine in pieces)
    none = np.empty((0, dimension), np.float32)
    digest = sha256(data)
    document = Document(
        digest[:16], f"{number}.txt", "answers", metadata, text, tuple(passages), (), ()
    )
    spans: tuple[tuple[Span, ...], ...] = ((),) * len(passages)
    return Entry(document, digest, data, pieces, vectors, spans, (none,) * len(passages))


def vector(text: str, dimension: int) -> NDArray[np.float32]:
    """A random projection of the words of `text`, of unit length: cosine is overlap in words.

    Long words weigh most. As of a model's vectors, few directions hold most of what differs.
    """
    total = np.zeros(_LATENT, np.float32)
    for word in words(text):
        total += _meaning(word)
    spread = total @ _directions(dimension)
    return spread / np.float32(max(float(np.linalg.norm(spread)), 1e-9))


@lru_cache(maxsize=200_000)
def _meaning(word: str) -> NDArray[np.float32]:
    drawn = np.random.default_rng(zlib.crc32(word.encode())).standard_normal(_LATENT)
    return (min(len(word), 12) ** 2 * drawn).astype(np.float32)


@lru_cache(maxsize=8)
def _directions(dimension: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((_LATENT, dimension)).astype(np.float32)


class ProjectionEncoder:
    """Has what a search uses of `index.encoders.embedding.Encoder`; needs no model."""

    model = "random-projection"
    fingerprint = "random-projection-1"
    max_tokens = 512
    passage_prefix = ""

    def __init__(self, dimension: int = 384) -> None:
        self.dimension = dimension

    def encode_queries(self, asked: Sequence[str]) -> NDArray[np.float32]:
        """One vector a question (n, dimension)."""
        return np.stack([vector(text, self.dimension) for text in asked])
