"""The data classes of the index, all frozen; imports nothing of ours.

Offsets (`start`, `end`) are code points in `Document.text`, half open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["answers", "questions_only", "postponement", "debate", "letter", "other"]
Number = int | str
"""A question's number: an int, or text where it is that of a sub-question ("2a", "1.1")."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Aside:
    """A stretch that is in no passage (page header, letterhead, navigation, ...), and the
    reason."""

    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote of the document: its mark ("3"), and the place of its text."""

    mark: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Origin:
    """What the service says of a document that was fetched from it.

    `url` is the document's address there; `date` is ISO 8601 (YYYY-MM-DD).
    """

    url: str
    identifiers: tuple[str, ...] = ()
    title: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Office:
    """Which office one of the `ministers` of a document holds in it.

    `title` is "minister", "minister-president" or "staatssecretaris"; `portfolio` is what stands
    behind it ("Defensie"), None where nothing does.
    """

    holder: str
    title: str
    portfolio: str | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document states about itself; None or () where it does not.

    `date` is ISO 8601 (YYYY-MM-DD), the date of the answer, else of the letter, else of the
    questions. `ministers` and `askers` are surnames as written, without party; `offices` has those
    of `ministers` that are stated. `answered_by` names an answering body that is not a minister
    ("Algemene Rekenkamer"). Of a document that was fetched from a service, `identifiers` holds
    those of `origin` too, after the document's own. `recognised` are the stretches of the text that
    were recognised on a picture (OCR), in order.
    """

    title: str | None = None
    date: str | None = None
    ministers: tuple[str, ...] = ()
    askers: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    answered_by: str | None = None
    origin: Origin | None = None
    offices: tuple[Office, ...] = ()
    recognised: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader returns for a file: plain text, and what the format itself states.

    `text` holds everything once. A reader that knows the layout (pdf) puts running text first and
    what it took out of it (page headers and footers, footnotes) after it, marked in `asides` and
    `footnotes`; a text file is left as it is. `headings` are stretches that the format marks as
    headings. `stated` is metadata that the format holds outside the text; `edge_text` is text of
    page headers that is not in `text` (docx), searched for metadata only. `warnings` says what of
    the file could not be read (in Dutch). `recognised` are stretches that were recognised on a
    picture.
    """

    text: str
    headings: tuple[Span, ...] = ()
    asides: tuple[Aside, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    stated: Metadata = field(default_factory=Metadata)
    edge_text: str = ""
    warnings: tuple[str, ...] = ()
    recognised: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A numbered question; `text` is the text at `start`..`end` without page boilerplate."""

    number: Number
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks from `start` on (a place in the document): name, office or party as written."""

    name: str
    start: int


@dataclass(frozen=True, slots=True)
class Passage:
    """One answer (with the question or questions that it answers), one section of a letter, or what
    one speaker says in a debate.

    `text` is exactly `Document.text[start:end]`. `gaps` are stretches inside it that are not part
    of what was said (page boilerplate, footnote texts); `reading_text()` leaves them out.
    `refers_to` holds numbers of the same document's questions that the answer points to;
    `external_refs` holds pointers to other documents as written. A section has no questions.
    `list_number` says which of the document's lists of questions an answer is of, from 1; None where
    there is one list. `speakers` are those who speak in it, in order: in a debate the one whose turn
    it is, and who says something short after that. `before` is what another asked right before a
    turn, which it may answer.
    """

    questions: tuple[Question, ...]
    text: str
    start: int
    end: int
    refers_to: tuple[Number, ...] = ()
    external_refs: tuple[str, ...] = ()
    heading: str | None = None
    footnotes: tuple[Footnote, ...] = ()
    gaps: tuple[Span, ...] = ()
    list_number: int | None = None
    speakers: tuple[Speaker, ...] = ()
    before: str = ""

    @property
    def speaker(self) -> str | None:
        """Whose turn it is in a debate."""
        return self.speakers[0].name if self.speakers else None

    def speaker_at(self, offset: int) -> str | None:
        """Who speaks at `offset` of the document."""
        spoken = [each.name for each in self.speakers if each.start <= offset]
        return spoken[-1] if spoken else self.speaker

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Question numbers, in the document's order."""
        return tuple(question.number for question in self.questions)

    def reading_text(self) -> str:
        """The passage as a reader reads it: `text` without `gaps`."""
        pieces, at = [], self.start
        for gap in self.gaps:
            pieces.append(self.text[at - self.start : gap.start - self.start])
            at = gap.end
        pieces.append(self.text[at - self.start :])
        return "".join(pieces)

    def reading_offset(self, offset: int) -> int:
        """The document offset of character `offset` of `reading_text()`."""
        at = self.start + offset
        for gap in self.gaps:
            if gap.start <= at:
                at += gap.end - gap.start
        return at


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was cut. `id` is the first 16 hex digits of its bytes' SHA-256."""

    id: str
    source: str
    kind: Kind
    metadata: Metadata
    text: str
    passages: tuple[Passage, ...]
    set_aside: tuple[Aside, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """What stands before the first question and passage: who asks whom, about what."""
        starts = [each.start for passage in self.passages for each in passage.questions]
        starts += [passage.start for passage in self.passages]
        return self.text[: min(starts, default=0)]


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document without its text: what a list or a hit shows."""

    id: str
    source: str
    kind: Kind
    metadata: Metadata
    passages: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a passage that fits the encoder; offsets are in the passage's reading text."""

    passage: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `score` is comparable within one search only; `rank` starts at 1.

    `cosine` is the best window's cosine similarity to the question, `lexical` the BM25 score
    (0.0 where a passage was not among the candidates of that side).
    """

    document: DocumentInfo
    passage_id: int
    passage: Passage
    score: float
    rank: int
    cosine: float = 0.0
    lexical: float = 0.0
