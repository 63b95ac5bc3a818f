"""A client of the Vraagbaak service in one self-contained file: copy it, and install httpx.

    with Client() as vraagbaak:
        answer = vraagbaak.ask("Hoeveel subsidie krijgt de veerdienst?")
        print(answer.text or answer.reason)

Responses are frozen dataclasses; `raw` is the JSON they were made from, with the fields that later
versions add. A refusal by the service, or a failed connection, is a ServiceError.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote, urlsplit

import httpx

NEW = "new"
"""Given as `conversation`, begins one; its id is in the answer."""

Json = dict[str, Any]


class ServiceError(Exception):
    """The service refused or failed, or could not be reached (`status` 0).

    `code` is stable and `detail` is one line for a person; beside the codes of the service there
    are `onbereikbaar` (no connection), `afgebroken` (a stream ended before the answer did) and
    `onbekend` (the reply of something else). `retry_after` is in seconds, `raw` the whole problem.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        retry_after: int | None = None,
        raw: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.retry_after, self.raw = retry_after, dict(raw or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Base of the dataclasses made from JSON: fields by name, lists as tuples, parts as
    dataclasses."""

    raw: Json = field(repr=False, compare=False)

    @classmethod
    def of(cls, raw: Json, **made: Any) -> Self:
        """Make one from JSON; `made` holds fields that the JSON does not have."""
        names = [each.name for each in fields(cls) if each.name not in (*made, "raw")]
        return cls(**{name: _part(name, raw[name]) for name in names}, **made, raw=raw)


def _part(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_part(name, each) for each in value)
    return _PARTS[name].of(value) if name in _PARTS and isinstance(value, dict) else value


@dataclass(frozen=True, slots=True)
class Document(Made):
    """A document; None or () where it does not state something."""

    id: str
    source: str
    title: str | None
    kind: str
    date: str | None
    ministers: tuple[str, ...]
    askers: tuple[str, ...]
    identifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit(Made):
    """A passage found; `start` and `end` are code points in the document's text.

    `question_texts` are the questions that it answers, by their numbers.
    """

    document: Document
    questions: tuple[int | str, ...]
    question_texts: Mapping[str, str]
    text: str
    start: int
    end: int
    score: float
    rank: int
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Citation(Made):
    """Where a sentence rests: `quote` is verbatim, `url` serves all of it."""

    document: Document
    questions: tuple[int | str, ...]
    label: str
    quote: str
    start: int
    end: int
    url: str
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence(Made):
    """A checked sentence; `citations` are indices into the answer's citations.

    `beside`: of another passage than what decides; it may bear on the question or not.
    `context`: around the sentences that answer, which come before it.
    """

    text: str
    status: str
    citations: tuple[int, ...]
    beside: bool = False
    context: bool = False


@dataclass(frozen=True, slots=True)
class InShort(Made):
    """One checked sentence that `model` wrote, to stand above the answer it is no part of.

    In a stream it comes after the sentences.
    """

    text: str
    citations: tuple[int, ...]
    model: str


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and its answer; `documents` are the ids of those that it cited."""

    question: str
    answer: str | None = None
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer(Made):
    """A cited answer, or a refusal: `abstained`, no `text`, and the `reason`.

    `read_as` is the question as it stands alone; `notes` are lines that its reader must see.
    """

    question: str
    read_as: str
    text: str | None
    abstained: bool
    reason: str | None
    mode: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    notes: tuple[str, ...]
    model: str
    conversation: str | None
    in_short: InShort | None = None

    @property
    def turn(self) -> Turn:
        """This answer as a turn in the `history` of the next question."""
        cited = dict.fromkeys(citation.document.id for citation in self.citations)
        return Turn(self.read_as, self.text, tuple(cited))


@dataclass(frozen=True, slots=True)
class HitsEvent:
    """First in a stream, once: what the question was read as, and the passages found."""

    read_as: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class CitationEvent:
    """A citation, before the first sentence that names its index."""

    index: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class SentenceEvent:
    """The next sentence of the answer."""

    index: int
    sentence: Sentence


_PARTS: Mapping[str, type[Made]] = {
    "document": Document,
    "hits": Hit,
    "sentences": Sentence,
    "citations": Citation,
    "in_short": InShort,
}

Event = HitsEvent | CitationEvent | SentenceEvent | InShort | Answer
"""What a stream gives; the last one is the whole Answer."""


@dataclass(frozen=True, slots=True)
class QuestionAnswer(Made):
    """The verbatim answer to a numbered question; one answer may be to several `questions`.

    A sub-question's number is text ("2a"). `previous` and `next` are question numbers of the
    document, None at its ends.
    """

    document: Document
    label: str
    questions: tuple[int | str, ...]
    question_texts: dict[int | str, str]
    text: str
    start: int
    end: int
    previous: int | str | None
    next: int | str | None


@dataclass(frozen=True, slots=True)
class WholeDocument(Made):
    """A document with its text; `passages` are the JSON of how it was cut."""

    document: Document
    text: str
    passages: tuple[Json, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Readiness(Made):
    """Whether questions can be answered now; if not, `reasons` says why."""

    ready: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may answer: ids, kinds, dates (ISO 8601, inclusive), a minister's name."""

    document: Sequence[str] = ()
    kind: Sequence[str] = ()
    from_: str | None = None
    to: str | None = None
    minister: str | None = None

    def json(self) -> Json:
        """The filters that are set, under the service's names."""
        lists = {"document": list(self.document), "kind": list(self.kind)}
        all_of_them = {**lists, "from": self.from_, "to": self.to, "minister": self.minister}
        return {name: value for name, value in all_of_them.items() if value}


class Client:
    """Client of the service at `base_url`; safe to use from several threads. Close it, or `with`.

    `key` is an API key, where the service wants one; `language` ("nl" or "en") is that of messages;
    `timeout` the longest wait for the service's next bytes, in seconds. A service on this machine
    is reached directly, whatever proxies the environment names. All methods raise ServiceError.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8765",
        key: str | None = None,
        language: Literal["nl", "en"] = "nl",
        timeout: float = 330.0,
    ) -> None:
        headers: dict[str, str] = {"Accept-Language": language}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        self._http = httpx.Client(
            base_url=base_url,
            headers=headers,
            timeout=timeout,
            trust_env=not _is_loopback(urlsplit(base_url).hostname or ""),
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(
        self,
        question: str,
        *,
        history: Iterable[Turn] = (),
        conversation: str | None = None,
        filters: Filters | None = None,
        k: int | None = None,
    ) -> Answer:
        """Ask; in a conversation that the caller keeps (`history`), or the service (its id).

        `k` passages are searched for it; left out: as many as the service has set.
        """
        body = _question(question, history, conversation, filters, k)
        return _answer(self._json("POST", "/v1/ask", json=body))

    def ask_stream(
        self,
        question: str,
        *,
        history: Iterable[Turn] = (),
        conversation: str | None = None,
        filters: Filters | None = None,
        k: int | None = None,
    ) -> Generator[Event, None, None]:
        """Ask a question and yield events as they come; the last one is the whole Answer.

        Closing the generator closes the connection, and the service stops working on the answer.
        """
        body = _question(question, history, conversation, filters, k) | {"stream": True}
        try:
            with self._http.stream("POST", "/v1/ask", json=body) as response:
                _raise_for(response)
                for name, data in _server_sent(response.iter_bytes()):
                    if name == "error":
                        raise ServiceError(data["status"], data["code"], data["detail"], raw=data)
                    if name in _EVENTS:
                        yield _EVENTS[name](data)
                    if name == "done":
                        return
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        raise ServiceError(0, "afgebroken", f"{self._http.base_url}: the stream broke off")

    def search(
        self, question: str, *, k: int | None = None, filters: Filters | None = None
    ) -> tuple[Hit, ...]:
        """The `k` best passages for a question, best first (by default the service's own
        number)."""
        params = {"q": question, "k": k, **(filters or Filters()).json()}
        params = {name: value for name, value in params.items() if value is not None}
        return tuple(map(Hit.of, self._json("GET", "/v1/search", params=params)["hits"]))

    def documents(
        self,
        *,
        words: str | None = None,
        filters: Filters | None = None,
        sort: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> tuple[Document, ...]:
        """Documents: all of them, or those with `words` in title, numbers or source and `filters`.

        `sort` is by "date", "title" or "source", with a minus before it the last first.
        """
        wanted = {"words": words, "sort": sort, "limit": limit, "offset": offset}
        params = {name: value for name, value in wanted.items() if value is not None}
        params |= (filters or Filters()).json()
        found = self._json("GET", "/v1/documents", params=params)
        return tuple(map(Document.of, found["documents"]))

    def document(self, id: str) -> WholeDocument:
        """A document with its text and passages."""
        return WholeDocument.of(self._json("GET", _path(id)))

    def add_document(self, file: Path | str | bytes, name: str | None = None) -> Document:
        """Add a file: its path, or its bytes and a name.

        A file that is already there is left as it is.
        """
        if isinstance(file, bytes):
            if name is None:
                raise ValueError("bytes need a name; its suffix says what they are")
            data = file
        else:
            data, name = Path(file).read_bytes(), name or Path(file).name
        return Document.of(
            self._json("POST", "/v1/documents", files={"file": (name, data)})["document"]
        )

    def remove_document(self, id: str) -> None:
        """Remove a document."""
        self._send("DELETE", _path(id))

    def read_answer(
        self, document: str, number: int | str, list_number: int | None = None
    ) -> QuestionAnswer:
        """The verbatim answer to question `number` (2, "2a") of a document, by its id.

        `list_number` says of which list of questions, where the document has several.
        """
        of_list = {} if list_number is None else {"lijst": list_number}
        path = f"{_path(document)}/vragen/{quote(str(number), safe='')}"
        raw = self._json("GET", path, params=of_list)
        texts = {
            int(at) if at.isdecimal() else at: text for at, text in raw["question_texts"].items()
        }
        return QuestionAnswer.of(raw, question_texts=texts)

    def feedback(
        self, answer: Answer, verdict: Literal["up", "down"], remark: str | None = None
    ) -> str:
        """Send a verdict on an answer; returns its id."""
        body = {"verdict": verdict, "remark": remark, "answer": answer.raw}
        return str(self._json("POST", "/v1/feedback", json=body)["id"])

    def export(self, answers: Iterable[Answer], format: Literal["markdown", "docx"]) -> bytes:
        """Answers of a conversation as a file."""
        body = {"format": format, "answers": [answer.raw for answer in answers]}
        return self._send("POST", "/v1/export", json=body).content

    def ready(self) -> Readiness:
        """Whether the service can answer now."""
        try:
            return Readiness(True, (), raw=self._json("GET", "/readyz"))
        except ServiceError as error:
            if error.code != "niet-gereed":
                raise
            reasons = tuple(each["message"] for each in error.raw["reasons"])
            return Readiness(False, reasons, raw=error.raw)

    def forget(self, conversation: str) -> None:
        """Delete a conversation from the service."""
        self._send("DELETE", f"/v1/conversations/{quote(conversation, safe='')}")

    def _send(self, method: str, path: str, **body: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **body)
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        _raise_for(response)
        return response

    def _json(self, method: str, path: str, **body: Any) -> Any:
        response = self._send(method, path, **body)
        if (found := _json_of(response)) is None:
            raise _unknown(response)
        return found

    def _unreachable(self, error: httpx.HTTPError) -> ServiceError:
        said = str(error) or type(error).__name__
        return ServiceError(0, "onbereikbaar", f"{self._http.base_url}: {said}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _path(document: str) -> str:
    return f"/v1/documents/{quote(document, safe='')}"


def _question(
    question: str,
    history: Iterable[Turn],
    conversation: str | None,
    filters: Filters | None,
    k: int | None,
) -> Json:
    turns = [
        {"question": turn.question, "answer": turn.answer, "documents": list(turn.documents)}
        for turn in history
    ]
    body = {"question": question, "history": turns, "conversation": conversation, "k": k}
    return body | {"filters": (filters or Filters()).json()}


def _json_of(response: httpx.Response) -> Any:
    """The JSON of a reply; None if it is not JSON."""
    try:
        return response.json()
    except ValueError:
        return None


def _raise_for(response: httpx.Response) -> None:
    """Raise ServiceError for what is not a success; reads the body of a stream that is not."""
    if response.is_success:
        return
    response.read()
    body, wait = _json_of(response), response.headers.get("Retry-After", "")
    if not (isinstance(body, dict) and {"code", "detail"} <= body.keys()):
        raise _unknown(response)
    retry_after = int(wait) if wait.isdecimal() else None
    raise ServiceError(response.status_code, body["code"], body["detail"], retry_after, body)


def _unknown(response: httpx.Response) -> ServiceError:
    said = f"{response.url}: not Vraagbaak? HTTP {response.status_code} {response.reason_phrase}"
    return ServiceError(response.status_code, "onbekend", said)


def _answer(raw: Json) -> Answer:
    # A service of before has no such field.
    short = _part("in_short", raw.get("in_short"))
    return Answer.of(raw, text=raw["answer"], in_short=short)


_EVENTS: Mapping[str, Callable[[Json], Event]] = {
    "hits": lambda data: HitsEvent(data["read_as"], tuple(map(Hit.of, data["hits"]))),
    "citation": lambda data: CitationEvent(data["index"], Citation.of(data)),
    "sentence": lambda data: SentenceEvent(data["index"], Sentence.of(data)),
    "in_short": InShort.of,
    "done": _answer,
}


def _server_sent(chunks: Iterator[bytes]) -> Iterator[tuple[str, Json]]:
    """(event, its JSON) of server-sent events (WHATWG HTML, 9.2), as far as the service uses them.

    Lines are cut at newlines only: the JSON may hold other characters that end lines elsewhere.
    """
    name, buffer = "", b""
    for chunk in chunks:
        *lines, buffer = (buffer + chunk).split(b"\n")
        for line in lines:
            kind, _, value = line.decode().partition(": ")
            if kind == "event":
                name = value
            elif kind == "data":
                yield name, json.loads(value)
