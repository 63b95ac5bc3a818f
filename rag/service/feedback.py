"""Store what users thought of answers: a line of JSON each in `feedback.jsonl` in the data folder.

A line is on disk before `add` returns; the remains of an interrupted write are ignored. Processes
take turns by a lock file.
"""

from __future__ import annotations

import io
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from filelock import FileLock
from pydantic import (
    BaseModel,
    BeforeValidator,
    PlainValidator,
    StrictBool,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from index.documents import Number, Passage
from index.errors import BadRequest, NotFound, UnreadableFile, VraagbaakError
from index.index import Index
from index.segmentation.question_numbers import parse_number
from rag.service.validation import (
    BLANK_IS_NONE,
    GivenMode,
    OptionalWords,
    Some,
    Words,
    read,
    wrong_field,
)

FILE_NAME = "feedback.jsonl"
LOCK_NAME = "feedback.lock"
MOST_REMARK = 2_000  # characters
MOST_LINE = 1_000_000  # bytes
MOST_FILE = 50_000_000  # bytes; some ten thousand verdicts
MOST_NUMBER = 10_000  # of a question in a document
_WAIT_S = 10.0

Verdict = Literal["up", "down"]


def _question_number(given: Any) -> Number:
    """A number of a question: an int, or a text such as "2a"; `True` is an int to Python."""
    if type(given) is int and 0 <= given <= MOST_NUMBER:
        return given
    if isinstance(given, str) and parse_number(given) == given:
        return given
    raise PydanticCustomError("question_number", "Input should be like 2, 2a or 1.1")


Numbers = Annotated[tuple[Annotated[Number, PlainValidator(_question_number)], ...], Some]


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A passage that the answer cited: document id, its source, question numbers, the quote.

    All of it is what the user's program sent. `in_index` says that the passage stood so in the
    index when the verdict came; where it did not, the document may have been removed meanwhile.
    """

    document: Words
    source: Words
    questions: Numbers
    quote: Words
    # A verdict of before citations were looked up does not say: then they were not.
    in_index: Annotated[bool, BeforeValidator(lambda given: given is True)] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A verdict about an answer. `at` is UTC (ISO 8601); `answer` is None for a refusal.

    `read_as` is the question as it stands alone, without the conversation it was asked in.
    """

    id: Words
    at: Words
    verdict: Verdict
    remark: OptionalWords = None
    question: Words
    read_as: Words
    answer: OptionalWords = None
    citations: Annotated[tuple[CitedPlace, ...], Some]
    model: Words
    mode: GivenMode


class _Document(BaseModel):
    id: Words
    source: Words


class _Citation(BaseModel):
    document: _Document
    questions: Numbers
    quote: Words


class _Answer(BaseModel):
    """What of an answer is kept."""

    question: Words
    read_as: Words
    answer: OptionalWords = None
    abstained: StrictBool
    citations: Annotated[list[_Citation], Some]
    model: Words
    mode: GivenMode


class _Given(BaseModel):
    verdict: Verdict
    remark: Annotated[
        Annotated[str, StringConstraints(strict=True, max_length=MOST_REMARK)] | None,
        BLANK_IS_NONE,
    ] = None
    answer: _Answer


class FeedbackFull(VraagbaakError):
    """The file of feedback has no room for another verdict. 507 is WebDAV's Insufficient Storage."""

    code: ClassVar[str] = "feedback-vol"
    status: ClassVar[int] = 507


class FeedbackStore:
    """The feedback in data folder `data_dir`, which need not exist yet.

    Every method raises VraagbaakError where the disk is full, not writable, or locked for long,
    and UnreadableFile, naming the line, for a file with a damaged line.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE_NAME
        self._lock = data_dir / LOCK_NAME

    def add(
        self,
        verdict: str,
        remark: str | None,
        answer: Mapping[str, Any],
        index: Index | None = None,
    ) -> Feedback:
        """Keep a verdict about `answer`, the JSON of `rag.pipeline.answers.answer_json`.

        Its citations are looked up in `index`, where one is given. Raises BadRequest, naming the
        field, for something else, for a remark of more than 2,000 characters, and for feedback of
        more than a million bytes; FeedbackFull where the file would get larger than `MOST_FILE`.
        """
        given = read(_Given, {"verdict": verdict, "remark": remark, "answer": answer})
        said = given.answer
        if said.abstained != (said.answer is None):
            raise wrong_field(
                "answer.answer",
                "moet een tekst zijn als abstained false is, anders null",
                "must be a text when abstained is false, else null",
            )
        added = Feedback(
            id=secrets.token_hex(8),
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            verdict=given.verdict,
            remark=given.remark,
            question=said.question,
            read_as=said.read_as,
            answer=said.answer,
            citations=_places(said.citations, index),
            model=said.model,
            mode=said.mode,
        )
        line = _line(added)
        if len(line) > MOST_LINE:
            raise BadRequest(
                f"De feedback is te groot: {len(line)} bytes, hoogstens {MOST_LINE}.",
                f"The feedback is too large: {len(line)} bytes, at most {MOST_LINE}.",
            )
        with self._alone():
            self._append(line)
        return added

    def all(self) -> list[Feedback]:
        """All feedback, oldest first."""
        if not self.path.exists():
            return []
        with self._alone():
            return self._read()

    def remove(self, feedback_id: str) -> None:
        """Delete one verdict. Raises NotFound for an id that is not there."""
        with self._alone():
            held = self._read() if self.path.exists() else []
            kept = [each for each in held if each.id != feedback_id]
            if len(kept) == len(held):
                raise NotFound(
                    f"Er is geen feedback {feedback_id}.", f"There is no feedback {feedback_id}."
                )
            self._replace(kept)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._lock, timeout=_WAIT_S, mode=0o600):
                self._end_last_line()
                yield
        except OSError as error:  # filelock's Timeout is one too
            raise VraagbaakError(
                f"De feedback in {self.path} is niet te lezen of te schrijven: {error}.",
                f"The feedback in {self.path} cannot be read or written: {error}.",
            ) from error

    def _end_last_line(self) -> None:
        """Undo an interrupted write; a complete line without a line end (by an editor) gets one."""
        if not self.path.exists():
            return
        with self.path.open("r+b", buffering=0) as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
            if file.read() in (b"", b"\n"):
                return
            file.seek(0)
            last = file.read().rpartition(b"\n")[2]
            try:
                json.loads(last)
            except ValueError:
                file.truncate(file.tell() - len(last))
            else:
                _write(file, b"\n")

    def _append(self, line: bytes) -> None:
        if not self.path.exists():
            self.path.touch(0o600)
            _sync_folder(self.path.parent)
        with self.path.open("ab", buffering=0) as file:
            size = file.tell()
            if size + len(line) > MOST_FILE:
                raise FeedbackFull(
                    f"Er is geen plaats meer voor feedback ({MOST_FILE / 1e6:g} MB): verwerk "
                    f"{FILE_NAME} in de gegevensmap en zet het weg.",
                    f"There is no room for more feedback ({MOST_FILE / 1e6:g} MB): process "
                    f"{FILE_NAME} in the data folder and put it away.",
                )
            try:
                _write(file, line)
            except OSError:
                file.truncate(size)
                raise

    def _replace(self, kept: Iterable[Feedback]) -> None:
        unfinished = self.path.with_name(f"{FILE_NAME}.part")
        unfinished.touch(0o600)
        with unfinished.open("wb", buffering=0) as file:
            _write(file, b"".join(map(_line, kept)))
        unfinished.replace(self.path)
        _sync_folder(self.path.parent)

    def _read(self) -> list[Feedback]:
        lines = self.path.read_bytes().split(b"\n")[:-1]
        return [self._parsed(line, number) for number, line in enumerate(lines, start=1)]

    def _parsed(self, line: bytes, number: int) -> Feedback:
        try:
            return read(Feedback, json.loads(line))
        except (ValueError, BadRequest) as error:
            no_json = BadRequest("Dit is geen JSON.", "This is no JSON.")
            why = error if isinstance(error, BadRequest) else no_json
            raise UnreadableFile(
                f"{self.path}, regel {number} is beschadigd; herstel of verwijder die regel. {why.nl}",
                f"{self.path}, line {number} is damaged; mend or remove that line. {why.en}",
            ) from error


def _places(cited: Sequence[_Citation], index: Index | None) -> tuple[CitedPlace, ...]:
    """The cited places, looked up in `index`; a verdict counts even if its document is gone."""
    passages: dict[str, list[Passage]] = {}
    for document in {each.document.id for each in cited}:
        try:
            passages[document] = list(index.passages(document).values()) if index else []
        except NotFound:
            passages[document] = []
    return tuple(
        CitedPlace(
            each.document.id,
            each.document.source,
            each.questions,
            each.quote,
            in_index=any(
                passage.numbers == each.questions and each.quote in passage.reading_text()
                for passage in passages[each.document.id]
            ),
        )
        for each in cited
    )


def _line(feedback: Feedback) -> bytes:
    return json.dumps(asdict(feedback), ensure_ascii=False).encode() + b"\n"


def _write(file: io.FileIO, data: bytes) -> None:
    """Write all of `data`; it is on disk when this returns."""
    while data:
        data = data[file.write(data) :]
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Flush the folder: only then is the making or renaming of a file in it on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
