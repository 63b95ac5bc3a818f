"""Requests and responses of the API, for validation and for its OpenAPI description.

Responses may hold more fields than are named here: fields are added, never renamed.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from index.documents import Kind, Number
from index.search import Filters
from index.segmentation.question_numbers import parse_number
from rag.conversation.followups import Turn
from rag.pipeline.answers import Mode, Status

# A bounded text must also be valid Unicode: no lone surrogates.
DocumentId = Annotated[str, Field(max_length=64)]


def _question_number(given: Any) -> Any:
    """A number of a question as it is written in a path or by a model: 2, "2", "2a", "2 A"."""
    if not isinstance(given, str):
        return given
    number = int(given) if given.isdecimal() and len(given) < 10 else parse_number(given)
    if number is None:
        raise PydanticCustomError("question_number", "Input should be like 2, 2a or 1.1")
    return number


QuestionNumber = Annotated[int | str, BeforeValidator(_question_number)]

# Example of a request.
ASK: dict[str, Any] = {
    "question": "Hoeveel subsidie krijgt de veerdienst?",
    "conversation": "new",
    "filters": {"minister": "De Vries"},
}


class RequestBody(BaseModel):
    """What a client sends: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class _Response(BaseModel):
    model_config = ConfigDict(extra="allow")


class TurnIn(RequestBody):
    """An earlier question of the conversation (its `read_as`) and its answer, null if refused.

    `documents` are the ids of the documents that the answer cited. What is searched and read depends
    on the question alone.
    """

    question: str = Field(max_length=100_000)
    answer: str | None = Field(default=None, max_length=100_000)
    documents: list[DocumentId] = Field(default=[], max_length=100)

    def turn(self) -> Turn:
        """The turn as `rag.conversation.followups` takes it."""
        return Turn(self.question, self.answer, tuple(self.documents))


class FiltersIn(RequestBody):
    """Which documents may answer; what is left out does not filter."""

    document: list[DocumentId] = Field(default=[], max_length=100, description="ids van documenten")
    kind: list[Kind] = Field(default=[], max_length=10, description="soorten documenten")
    from_: str | None = Field(
        default=None, alias="from", description="vanaf deze datum (jjjj-mm-dd)"
    )
    to: str | None = Field(default=None, description="tot en met deze datum (jjjj-mm-dd)")
    minister: str | None = Field(
        default=None, max_length=200, description="achternaam van wie antwoordt"
    )

    def filters(self) -> Filters:
        """The filters as `index.search` takes them.

        Raises BadRequest for a date that does not exist.
        """
        return Filters(tuple(self.document), tuple(self.kind), self.from_, self.to, self.minister)


class AskIn(RequestBody):
    """A question, with the conversation it stands in: its turns, or the id the service gave it."""

    model_config = ConfigDict(json_schema_extra={"examples": [ASK]})

    question: str
    history: list[TurnIn] = Field(default=[], max_length=50)
    conversation: str | None = Field(
        default=None, max_length=64, description="`new` begint een gesprek; daarna zijn id"
    )
    filters: FiltersIn = Field(default_factory=lambda: FiltersIn())
    k: int | None = Field(
        default=None, ge=1, le=100, description="aantal passages dat gezocht wordt"
    )
    stream: bool = Field(
        default=False, strict=True, description="antwoord als gebeurtenissen (text/event-stream)"
    )


class DocumentOut(_Response):
    """A document's metadata; null or [] where the document does not state it."""

    id: str
    source: str
    title: str | None
    kind: Kind
    date: str | None
    ministers: list[str]
    who: list[str] = Field(description="wie antwoordt: naam en ambt, voor zover het er staat")
    number: str | None = Field(description="het officiële nummer, zoals ernaar wordt verwezen")
    askers: list[str]
    identifiers: list[str]
    url: str | None


class HitOut(_Response):
    """A passage found; `start` and `end` are code points in the document's text."""

    document: DocumentOut
    label: str
    questions: list[Number]
    question_texts: dict[str, str] = Field(description="vraagnummer -> de vraag, letterlijk")
    heading: str | None
    speaker: str | None = Field(description="wie er spreekt, in een debat")
    text: str
    display: str = Field(description="de tekst zoals hij wordt getoond")
    start: int
    end: int
    score: float
    rank: int


class SentenceOut(_Response):
    """A sentence of the answer; `citations` are indices into the answer's `citations`.

    `beside`: it stands in another passage than what decides and came near it; it may bear on the
    question or not, and is no part of `answer`. `context`: it stands around the sentences that
    answer, which come before it.
    """

    text: str
    status: Status
    citations: list[int]
    beside: bool = False
    context: bool = False
    display: str = Field(
        description="de zin zoals hij wordt getoond: gelijmde en gebroken woorden hersteld"
    )


class CitationOut(_Response):
    """Where a sentence rests: `quote` is verbatim; `url` serves the whole answer it is from."""

    document: DocumentOut
    questions: list[Number]
    label: str
    quote: str
    start: int
    end: int
    url: str
    speaker: str | None = Field(description="wie dit zegt, in een debat")


class InShortOut(_Response):
    """`in_short`: one sentence that `model` wrote and that was checked, above what is quoted.

    `citations` are indices into the answer's `citations`. In a stream it comes after the sentences:
    they never wait for it.
    """

    text: str
    citations: list[int]
    model: str


class AnswerOut(_Response):
    """A cited answer, or a refusal (`abstained`, with `reason` and the nearest `hits`)."""

    question: str
    read_as: str
    answer: str | None
    abstained: bool
    reason: str | None
    mode: Mode
    in_short: InShortOut | None = Field(
        description="één nagelezen zin die het taalmodel schreef, waar dat aan staat; geen deel van "
        "`answer`"
    )
    sentences: list[SentenceOut]
    citations: list[CitationOut]
    hits: list[HitOut]
    notes: list[str]
    model: str
    timings_ms: dict[str, float]
    tokens: dict[str, int]
    conversation: str | None


class HitsEvent(_Response):
    """`hits`: first and once: what the question was read as, and the passages found."""

    question: str
    read_as: str
    hits: list[HitOut]


class CitationEvent(CitationOut):
    """`citation`: before the first sentence that names it by `index`."""

    index: int


class SentenceEvent(SentenceOut):
    """`sentence`: checked, in order; `citations` are indices of citations sent before."""

    index: int


class SearchOut(_Response):
    """Passages found, best first."""

    hits: list[HitOut]
    timings_ms: dict[str, float]


class DocumentListed(DocumentOut):
    """A document in the list."""

    passages: int
    warnings: list[str]


class DocumentsOut(_Response):
    """The documents asked for; `total` counts those that there are of them, on all pages."""

    documents: list[DocumentListed]
    total: int


class UploadedFile(_Response):
    """What came of one file of an upload."""

    status: Literal["added", "unchanged"]
    document: DocumentListed


class FailedFile(_Response):
    """A file of an upload that could not be read, and why."""

    name: str
    detail: str


class UploadedOut(UploadedFile):
    """What came of an upload: of its first file that could be read, and of each.

    `failed` holds the files that could not; with one file alone that is an error instead.
    """

    documents: list[UploadedFile] = []
    failed: list[FailedFile] = []


class InspectedOut(_Response):
    """How a document was cut, as `vraagbaak inspect --json` gives it."""

    document: DocumentOut
    text: str
    passages: list[dict[str, Any]]
    set_aside: list[dict[str, Any]]
    recognised: list[dict[str, int]] = Field(
        default=[], description="stukken van de tekst die op een beeld herkend zijn (OCR)"
    )
    warnings: list[str]


class PageOut(_Response):
    """A page (from 1) with the rectangles of a stretch: left, top, width and height as shares."""

    page: int
    boxes: list[tuple[float, float, float, float]]


class PagesOut(_Response):
    """How many pages a pdf has, and on which of them a stretch of its text stands."""

    pages: int
    places: list[PageOut]


class StarterOut(_Response):
    """A question of a document, as it is written there, that a conversation can begin with."""

    text: str
    number: Number
    document: DocumentOut


class StartersOut(_Response):
    """Questions to begin with, of the newest documents first; none where no question is fit."""

    questions: list[StarterOut]


class FootnoteOut(_Response):
    """A footnote of the answer, verbatim."""

    mark: str
    text: str
    start: int
    end: int


class InListOut(_Response):
    """The answer to the same number in one of the document's lists of questions; `list` is from 1."""

    list_number: int = Field(alias="list")
    heading: str | None
    url: str


class QuestionOut(_Response):
    """The verbatim answer to a numbered question, with what stands around it."""

    document: DocumentOut
    label: str
    questions: list[Number]
    question_texts: dict[str, str]
    question_spans: list[dict[str, int]]
    text: str
    start: int
    end: int
    footnotes: list[FootnoteOut]
    refers_to: list[Number]
    list_number: int | None = Field(alias="list")
    lists: list[InListOut]
    previous: Number | None
    next: Number | None


class Health(_Response):
    """The process answers."""

    status: Literal["ok"]


class Readiness(_Response):
    """Everything that answering needs is there."""

    status: Literal["ready"]
    documents: int
    embedding_model: str
    model: str


class Problem(_Response):
    """Any error (RFC 9457). `code` is stable; `detail` follows `Accept-Language` (nl or en)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str


class CitedPlaceOut(_Response):
    """A passage that the answer cited; `in_index`: it stood so in the index, with this quote."""

    document: str
    source: str
    questions: list[Number]
    quote: str
    in_index: bool


class FeedbackOut(_Response):
    """A verdict on an answer, as it is kept."""

    id: str
    at: str
    verdict: Literal["up", "down"]
    remark: str | None
    question: str
    read_as: str
    answer: str | None
    citations: list[CitedPlaceOut]
    model: str
    mode: Mode


class FeedbackListOut(_Response):
    """All verdicts, oldest first."""

    feedback: list[FeedbackOut]


EVENTS: dict[str, type[BaseModel]] = {
    "hits": HitsEvent,
    "citation": CitationEvent,
    "sentence": SentenceEvent,
    "in_short": InShortOut,
    "done": AnswerOut,
    "error": Problem,
}
"""What a stream of `POST /v1/ask` sends: the last one is `done`, with the whole answer, or `error`."""
