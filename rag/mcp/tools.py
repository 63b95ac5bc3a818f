"""The four MCP tools; all of them only read.

A tool returns its data twice: as JSON in the API's shapes, and as text for a language model to
read. Descriptions are in English, for the models that choose among tools; documents are in Dutch.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from index.documents import DocumentInfo, Hit, Kind, Number
from index.index import Index
from index.search import Filters, search
from rag.conversation.followups import Turn
from rag.formatting import schemas
from rag.formatting.render import NEAREST, answer_text, found_json, listed_json
from rag.formatting.verbatim import document_answering, documents_named, verbatim_json
from rag.pipeline.answers import Answer, answer_json
from rag.pipeline.citations import label, label_in, who
from rag.pipeline.query import clean_question
from rag.service.listing import listed
from rag.service.resources import Resources
from rag.service.validation import faults, refused
from rag.settings import Settings

Ask = Callable[[str, tuple[Turn, ...], Filters, threading.Event], Answer]
"""Answers a question with its history within filters; ends soon after the event is set."""

Result = tuple[str, dict[str, Any]]
"""A text for a model to read, and the same as JSON."""

MOST_LISTED = 500


def _as_list(given: Any) -> Any:
    """Turn a single text into a list of one, and a list written as JSON text into that list.

    Models write both where a tool's argument is a list.
    """
    if not isinstance(given, str):
        return given
    return json.loads(given) if given.lstrip().startswith("[") else [given]


class Arguments(BaseModel):
    # Unknown arguments are refused: ignoring a filter would give wrong answers.
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def without_null(cls, given: Any) -> Any:
        """Models that fill in a tool's arguments give null for what they leave out."""
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value is not None}


class Selection(Arguments):
    kind: Annotated[list[Kind], BeforeValidator(_as_list)] = Field(
        default=[],
        description="Only documents of these kinds: answers (beantwoorde Kamervragen), letter "
        "(brief), postponement (uitstelbericht), questions_only, debate, other.",
    )
    from_: str | None = Field(
        default=None, alias="from", description="Only documents from this date on (YYYY-MM-DD)."
    )
    to: str | None = Field(
        default=None, description="Only documents up to and including this date (YYYY-MM-DD)."
    )
    minister: str | None = Field(
        default=None,
        max_length=200,
        description="Only documents of this minister or staatssecretaris: a surname, or a word of it.",
    )

    def filters(self, documents: Iterable[str] = ()) -> Filters:
        """As `index.search` takes them. Raises BadRequest."""
        return Filters(tuple(documents), tuple(self.kind), self.from_, self.to, self.minister)


class Filtered(Selection):
    document: Annotated[list[str], BeforeValidator(_as_list)] = Field(
        default=[],
        max_length=100,
        description="Only these documents: ids from list_documents, or official numbers such as "
        "ah-tk-20232024-2367, 2025D43552 or 36800-X-11.",
    )


class SearchArguments(Filtered):
    question: str = Field(description="What to look for, in Dutch; a whole question works best.")
    k: int | None = Field(
        default=None, ge=1, le=100, description="How many passages; left out: what the service has."
    )


class EarlierTurn(Arguments):
    """An earlier question of this conversation, and what `ask` answered."""

    question: str = Field(max_length=100_000, description="The `read_as` of that answer.")
    answer: str | None = Field(
        default=None, max_length=100_000, description="The `answer`; null where it was refused."
    )
    documents: list[str] = Field(
        default=[], max_length=100, description="Ids of the documents that the answer cited."
    )


class AskArguments(Filtered):
    question: str = Field(description="The question, in Dutch, one at a time.")
    history: Annotated[list[EarlierTurn], BeforeValidator(_as_list)] = Field(
        default=[],
        max_length=50,
        description="Earlier turns, oldest first; needed only where the question leans on them "
        '("en in 2023?").',
    )


class ReadArguments(Arguments):
    document: str = Field(
        max_length=200,
        description="An id from list_documents, search or ask, or an official number such as "
        "ah-tk-20232024-2367 or 2025D43552.",
    )
    question: schemas.QuestionNumber = Field(
        description="The question's number (vraagnummer) in that document: 2, or 2a for a "
        "sub-question."
    )
    list_number: int | None = Field(
        default=None,
        alias="list",
        description="Which list of questions, where the document has several that start at 1; "
        "without it the first that has the number.",
    )


class ListArguments(Selection):
    words: str | None = Field(
        default=None,
        max_length=200,
        description="Only documents with all of these words in title, identifiers or source.",
    )
    limit: int = Field(default=50, ge=1, le=MOST_LISTED, description="How many at most.")
    offset: int = Field(default=0, ge=0, description="How many to pass over first.")


@dataclass(frozen=True)
class Tool:
    """One tool: how it is described, what it takes and gives (JSON Schema), and what it does."""

    name: str
    title: str
    description: str
    takes: type[Arguments]
    gives: dict[str, Any]
    run: Callable[[Any, threading.Event], Result]

    def call(self, arguments: dict[str, Any], stop: threading.Event) -> Result:
        """Check `arguments` and run the tool; setting `stop` ends it. Raises a VraagbaakError."""
        try:
            given = self.takes.model_validate(arguments)
        except ValidationError as error:
            found = faults(error.errors(include_url=False), "arguments")
            raise refused(found) from None
        return self.run(given, stop)


def tools(resources: Resources, settings: Settings, ask: Ask) -> tuple[Tool, ...]:
    """The tools over `resources`; questions go to `ask`."""
    return (
        Tool(
            "search",
            "Zoek passages",
            "Find passages in documents of the Dutch parliament (antwoorden op Kamervragen, "
            "brieven): the questions and the verbatim text, best first, each with its reference. "
            "Finds by meaning and by words; makes no answer. Something is always found: whether it "
            "answers the question is for the reader to judge.",
            SearchArguments,
            schemas.SearchOut.model_json_schema(),
            partial(_search, resources, settings),
        ),
        Tool(
            "ask",
            "Stel een vraag",
            "Answer a question in Dutch from the documents: sentences that were each checked "
            "against their source, with [1] marks, or a refusal where the documents do not say "
            "(abstained, with the reason). A line that begins with 'In het kort' was written by a "
            "language model and checked; the sentences below it are the documents' own. Pass on refusals and notes ('Let op') as they are, and "
            "keep the citations. Takes seconds to minutes with a language model.",
            AskArguments,
            schemas.AnswerOut.model_json_schema(),
            partial(_ask, resources, settings, ask),
        ),
        Tool(
            "read_answer",
            "Lees een antwoord",
            "Read the whole verbatim answer to one numbered question (vraag) of a document, with "
            "the question's text, the reference, footnotes, and the numbers of the previous and "
            "next question. Use it to check a citation or to read what stands around it.",
            ReadArguments,
            schemas.QuestionOut.model_json_schema(),
            partial(_read_answer, resources),
        ),
        Tool(
            "list_documents",
            "Lijst van documenten",
            "List the documents: id, title, date, kind, official identifiers and who answers. The "
            "ids are what the other tools take as `document`.",
            ListArguments,
            schemas.DocumentsOut.model_json_schema(),
            partial(_list_documents, resources),
        ),
    )


def _search(
    resources: Resources, settings: Settings, given: SearchArguments, _: threading.Event
) -> Result:
    question = clean_question(given.question, settings.max_question_chars)
    index = resources.documents_to_ask()
    found = search(index, question, given.k or settings.top_k, _filters(index, given))
    nothing = "Niets gevonden." if settings.language == "nl" else "Nothing found."
    return "\n\n".join(
        _hit_text(hit, settings.language) for hit in found.hits
    ) or nothing, found_json(found)


def _ask(
    resources: Resources, settings: Settings, ask: Ask, given: AskArguments, stop: threading.Event
) -> Result:
    question = clean_question(given.question, settings.max_question_chars)
    index = resources.documents_to_ask()
    history = tuple(
        Turn(turn.question, turn.answer, tuple(turn.documents)) for turn in given.history
    )
    answer = ask(question, history, _filters(index, given), stop)
    blocks = [answer_text(answer, settings.language)]
    if answer.abstained:
        places = [_place_of(hit) for hit in answer.hits[:NEAREST]]
    else:
        places = [_place(c.document, c.questions, c.list_number) for c in answer.citations]
    if places:
        lines = [f"[{n}] {place}" for n, place in enumerate(places, start=1)]
        blocks.append("\n".join(["read_answer:", *lines]))
    # The client keeps the history: no conversation is stored here.
    return "\n\n".join(blocks), answer_json(answer) | {"conversation": None}


def _read_answer(resources: Resources, given: ReadArguments, _: threading.Event) -> Result:
    index = resources.documents_to_ask()
    document = document_answering(index, given.document, given.question)
    data = verbatim_json(index, document.id, given.question, given.list_number)
    passage = index.passage_for(document.id, given.question, given.list_number)
    blocks = [f"{data['label']}\n{_place(document, passage.numbers, passage.list_number)}"]
    blocks += [f"Vraag {each.number}: {each.text}" for each in passage.questions]
    blocks.append(f"Antwoord:\n{passage.reading_text()}")
    blocks += [f"Noot {note['mark']}: {note['text']}" for note in data["footnotes"]]
    around = {name: data[name] for name in ("previous", "next", "refers_to")}
    if data["lists"]:
        around["lists"] = data["lists"]
    blocks.append(json.dumps(around))
    return "\n\n".join(blocks), data


def _list_documents(resources: Resources, given: ListArguments, _: threading.Event) -> Result:
    filters = given.filters()
    meant = listed(resources.index().documents(), filters, given.words or "")
    shown = meant[given.offset : given.offset + given.limit]
    head = f"{given.offset + 1}-{given.offset + len(shown)}" if shown else "0"
    text = "\n".join([f"{head} / {len(meant)}", *map(_document_text, shown)])
    return text, {"documents": [listed_json(each) for each in shown], "total": len(meant)}


def _filters(index: Index, given: Filtered) -> Filters:
    """The filters with the ids of documents. Raises BadRequest, and NotFound for a document."""
    ids = [each.id for name in given.document for each in documents_named(index, name)]
    return given.filters(dict.fromkeys(ids))


def _hit_text(hit: Hit, language: str) -> str:
    """A passage in full: its reference, the question and the answer."""
    passage = hit.passage
    name = label_in(language, label(hit.document, passage))
    lines = [f"[{hit.rank}] {name}", _place_of(hit)]
    lines += [f"Vraag {each.number}: {each.text}" for each in passage.questions]
    return "\n".join([*lines, passage.reading_text()])


def _place_of(hit: Hit) -> str:
    return _place(hit.document, hit.passage.numbers, hit.passage.list_number)


def _place(document: DocumentInfo, numbers: Sequence[Number], list_number: int | None) -> str:
    """The arguments for `read_answer`; a section of a letter has no number, so none."""
    if not numbers:
        return f"document={document.id} (no question)"
    of_list = f" list={list_number}" if list_number is not None else ""
    return f"document={document.id} question={numbers[0]}{of_list}"


def _document_text(document: DocumentInfo) -> str:
    meta = document.metadata
    facts = (
        document.id,
        meta.date,
        document.kind,
        ", ".join(meta.identifiers),
        ", ".join(who(document)),
        meta.title or document.source,
    )
    return " | ".join(fact or "-" for fact in facts)
