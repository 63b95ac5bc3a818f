"""The parts of an answer as frozen dataclasses, and their JSON. No logic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from index.documents import DocumentInfo, Hit, Number, Passage, Span
from rag.dutch.readable import on_one_line, readable
from rag.pipeline.citations import label, official_number, who

# "metadata": from what documents state about themselves; "courtesy": a greeting or thanks.
Mode = Literal["verbatim", "compose", "metadata", "courtesy"]
Status = Literal["carried", "repointed", "quoted", "replaced", "metadata", "courtesy"]


@dataclass(frozen=True, slots=True)
class Citation:
    """The source of a sentence: document, question numbers, and the verbatim quote.

    `start` and `end` are code points in the document's text; `label` is how a Dutch civil servant
    writes the reference, up to and including the question numbers, and says where the quote was
    recognised on a picture. `list_number` is that of the passage; `speaker` is who says it in a
    debate.
    """

    document: DocumentInfo
    passage_id: int
    questions: tuple[Number, ...]
    label: str
    quote: str
    start: int
    end: int
    list_number: int | None = None
    speaker: str | None = None


GAP = "(…) "  # before a sentence that does not follow on the one before


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer; `citations` are indices into `Answer.citations`.

    `beside` says that it stands in another passage than what decides and came near it: it may bear
    on the question or not, and is no part of the answer's text. `context` says that it stands
    around the sentences that answer, which come before it; `after_gap` that its passage says
    something between the sentence before and this one, which is shown by `GAP`. `display` is how it is shown, where that
    differs (`rag.dutch.readable`).
    """

    text: str
    status: Status
    citations: tuple[int, ...]
    beside: bool = False
    context: bool = False
    display: str | None = None
    after_gap: bool = False

    @property
    def shown(self) -> str:
        """How it is shown, on one line."""
        return on_one_line(self.gap + (self.display or self.text))

    @property
    def gap(self) -> str:
        """What stands before it where something was left out."""
        return GAP if self.after_gap else ""


@dataclass(frozen=True, slots=True)
class InShort:
    """The one sentence that `model` wrote above the answer; `citations` as those of a sentence."""

    text: str
    citations: tuple[int, ...]
    model: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that the model wrote and that is not shown, and why."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer or a refusal. `reason` says why it was refused, in the user's language.

    `notes` are lines the user must see about how the answer came about (no model, degraded,
    conflicting figures). `timings_ms` has `search`, `first_sentence` and `total`; `tokens` has
    `prompt` and `completion`. `confidence` (0..1) is how sure retrieval is that the answer is
    there at all (rag/pipeline/answerability.py). `in_short` stands above the sentences, and is no
    part of `text`.
    """

    question: str
    read_as: str
    mode: Mode
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    in_short: InShort | None = None
    hits: tuple[Hit, ...] = ()
    abstained: bool = False
    reason: str | None = None
    notes: tuple[str, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    confidence: float = 1.0
    model: str = "none"
    prompt_hash: str | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str | None:
        """The sentences as one text, those beside it left out; None for a refusal."""
        if self.abstained:
            return None
        return " ".join(each.gap + each.text for each in self.sentences if not each.beside)


def document_json(document: DocumentInfo) -> dict[str, Any]:
    """A document's metadata as the surfaces show it."""
    meta = document.metadata
    return {
        "id": document.id,
        "source": document.source,
        "title": meta.title,
        "kind": document.kind,
        "date": meta.date,
        "ministers": list(meta.ministers),
        "askers": list(meta.askers),
        "answered_by": meta.answered_by,
        "who": list(who(document)),
        "number": official_number(document),
        "identifiers": list(meta.identifiers),
        "url": meta.origin.url if meta.origin else None,
    }


def shown_text(passage: Passage, span: Span | None = None) -> str:
    """A passage, or a stretch of its reading text, as it is shown."""
    text = passage.reading_text()
    stretch = text[span.start : span.end] if span else text
    return readable(stretch, [note.mark for note in passage.footnotes])


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit as `vraagbaak search --json` and the API give it."""
    passage = hit.passage
    return {
        "document": document_json(hit.document),
        "label": label(hit.document, passage),
        "questions": list(passage.numbers),
        "question_texts": {str(q.number): q.text for q in passage.questions},
        "heading": passage.heading,
        "list": passage.list_number,
        "speaker": passage.speaker,
        "text": passage.reading_text(),
        "display": shown_text(passage),
        "start": passage.start,
        "end": passage.end,
        "score": round(hit.score, 6),
        "rank": hit.rank,
    }


def sentence_json(sentence: Sentence) -> dict[str, Any]:
    """A sentence of an answer, with the numbers of its citations."""
    return {
        "text": sentence.text,
        "status": sentence.status,
        "citations": list(sentence.citations),
        "beside": sentence.beside,
        "context": sentence.context,
        "display": sentence.gap + (sentence.display or sentence.text),
    }


def in_short_json(in_short: InShort) -> dict[str, Any]:
    """The sentence above an answer, with the numbers of its citations."""
    return {
        "text": in_short.text,
        "citations": list(in_short.citations),
        "model": in_short.model,
    }


def citation_json(citation: Citation, base_url: str = "") -> dict[str, Any]:
    """Where a sentence rests, with where the API at `base_url` serves the whole of it."""
    return {
        "document": document_json(citation.document),
        "questions": list(citation.questions),
        "list": citation.list_number,
        "speaker": citation.speaker,
        "label": citation.label,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "url": base_url + citation_path(citation),
    }


def answer_json(answer: Answer, base_url: str = "") -> dict[str, Any]:
    """An answer as `vraagbaak ask --json` and `POST /v1/ask` give it.

    `base_url` is put before the paths of citations: the address of the service, where there is one.
    """
    return {
        "question": answer.question,
        "read_as": answer.read_as,
        "answer": answer.text,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "mode": answer.mode,
        "in_short": in_short_json(answer.in_short) if answer.in_short else None,
        "sentences": [sentence_json(sentence) for sentence in answer.sentences],
        "citations": [citation_json(citation, base_url) for citation in answer.citations],
        "hits": [hit_json(hit) for hit in answer.hits],
        "notes": list(answer.notes),
        "dropped": [{"text": d.text, "why": d.why} for d in answer.dropped],
        "confidence": round(answer.confidence, 4),
        "model": answer.model,
        "prompt_hash": answer.prompt_hash,
        "timings_ms": {name: round(value, 1) for name, value in answer.timings_ms.items()},
        "tokens": dict(answer.tokens),
    }


def citation_path(citation: Citation) -> str:
    """The API's path of the verbatim text behind a citation."""
    return _path(citation.document, citation.questions, citation.list_number)


def passage_path(document: DocumentInfo, passage: Passage) -> str:
    """The API's path of a passage, or of its document where the passage has no question."""
    return _path(document, passage.numbers, passage.list_number)


def _path(document: DocumentInfo, numbers: Sequence[Number], list_number: int | None) -> str:
    base = f"/v1/documents/{document.id}"
    of_list = f"?lijst={list_number}" if list_number is not None else ""
    return f"{base}/vragen/{numbers[0]}{of_list}" if numbers else base
