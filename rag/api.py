"""The REST service: translates HTTP to and from answers, hits and documents; nothing else.

Endpoints are plain functions, so they run in threads and never hold up one another.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI, Query, Request, Response, UploadFile
from fastapi import Path as InPath
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.build import Index
from index.documents import Kind
from index.errors import (
    BadRequest,
    DamagedIndex,
    IndexMismatch,
    ModelUnavailable,
    NoIndex,
    NotFound,
    UnreadableFile,
    VraagbaakError,
)
from index.search import Filters, search
from rag import api_examples as examples
from rag import api_models as shapes
from rag import problems
from rag.answers import answer_json, document_json, hit_json
from rag.citations import label
from rag.conversation.conversations import Conversations
from rag.questions import clean_question
from rag.render import document_info, inspect_json, listed_json, passage_json
from rag.service import Service, program_version
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.models import LanguageModel

MB = 1_000_000
# A question with its history; an upload may have this much around the file itself.
MAX_JSON_BYTES = MB

# What a client gives for `conversation` to begin one.
NEW = "new"

# What can be wrong with index and models, whatever is asked.
OPENING = (NoIndex, IndexMismatch, DamagedIndex, ModelUnavailable)

DocumentId = Annotated[str, InPath(description="id van het document", max_length=64)]


def create_app(
    settings: Settings, index: Index | None = None, model: LanguageModel | None = None
) -> FastAPI:
    """The service. Without `index` or `model` they are opened as `settings` say, at the start."""
    service = Service(settings, index, model)
    conversations = Conversations()
    writing = threading.Lock()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=service.warm_up, name="warm-up", daemon=True).start()
        yield
        service.close()

    # No /docs: its page would load scripts from elsewhere.
    app = _Api(
        title="Vraagbaak",
        version=program_version(),
        description="Vragen over documenten van het parlement, beantwoord met vindplaatsen.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(_BodyLimit, upload_bytes=settings.max_upload_mb * MB)
    problems.install(app, settings.language)

    def language(request: Request) -> str:
        return problems.language_of(request, settings.language)

    @app.post(
        "/v1/ask",
        response_model=shapes.AnswerOut,
        summary="Stel een vraag",
        responses=_responses(
            "ANSWER", BadRequest, problems.Contradiction, NotFound, *OPENING, problems.TooLarge
        ),
    )
    def ask(body: shapes.AskIn, request: Request) -> Any:
        # Late: what answers imports more than a service that only serves documents needs.
        from rag.answering import answer
        from rag.conversation import turn_of

        question = clean_question(body.question, settings.max_question_chars)
        if body.history and body.conversation is not None:
            raise problems.Contradiction(
                "Geef history of conversation, niet allebei: een gesprek met een id bewaart zijn "
                "eigen beurten.",
                "Give history or conversation, not both: a conversation with an id keeps its own "
                "turns.",
            )
        conversation = body.conversation
        if conversation is None or conversation == NEW:
            history = tuple(turn.turn() for turn in body.history)
        else:
            history = conversations.history(conversation)
        found = answer(
            question,
            index=service.documents_to_ask(),
            model=service.model(),
            settings=replace(settings, language=language(request)),
            history=history,
            filters=body.filters.filters(),
        )
        if conversation is not None:
            # A new one begins with its first answer: what fails leaves nothing behind.
            conversation = conversations.start() if conversation == NEW else conversation
            conversations.add(conversation, turn_of(found))
        return answer_json(found) | {"conversation": conversation}

    @app.delete(
        "/v1/conversations/{id}",
        status_code=204,
        summary="Vergeet een gesprek",
        responses=_refusals(NotFound),
    )
    def forget(id: Annotated[str, InPath(description="id van het gesprek", max_length=64)]) -> None:
        conversations.remove(id)

    @app.get(
        "/v1/search",
        response_model=shapes.SearchOut,
        summary="Zoek passages",
        responses=_responses("SEARCH", BadRequest, NotFound, *OPENING),
    )
    def find(
        q: Annotated[str, Query(description="de vraag", examples=[examples.QUESTION])],
        k: Annotated[int, Query(ge=1, le=100, description="aantal passages")] = settings.top_k,
        document: Annotated[list[str], Query(description="alleen deze documenten")] = [],  # noqa: B006
        kind: Annotated[list[Kind], Query(description="alleen deze soorten")] = [],  # noqa: B006
        from_: Annotated[str | None, Query(alias="from", description="vanaf (jjjj-mm-dd)")] = None,
        to: Annotated[str | None, Query(description="tot en met (jjjj-mm-dd)")] = None,
        minister: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Any:
        question = clean_question(q, settings.max_question_chars)
        filters = Filters(tuple(document), tuple(kind), from_, to, minister)
        result = search(service.documents_to_ask(), question, k, filters)
        return {
            "hits": [hit_json(hit) for hit in result.hits],
            "timings_ms": {name: round(value, 1) for name, value in result.timings_ms.items()},
        }

    @app.get(
        "/v1/documents",
        response_model=shapes.DocumentsOut,
        summary="Lijst van documenten",
        responses=_responses("DOCUMENTS", *OPENING),
    )
    def documents() -> Any:
        return {"documents": [listed_json(each) for each in service.index().documents()]}

    @app.post(
        "/v1/documents",
        response_model=shapes.UploadedOut,
        status_code=201,
        summary="Voeg een document toe",
        responses=_responses(
            "ADDED", BadRequest, UnreadableFile, problems.TooLarge, *OPENING, status=201
        )
        | {
            200: {
                "model": shapes.UploadedOut,
                "description": "Stond er al",
                "content": _json("UNCHANGED"),
            }
        },
    )
    def upload(file: UploadFile, response: Response) -> Any:
        name = _file_name(file.filename)
        if (file.size or 0) > settings.max_upload_mb * MB:
            raise problems.too_large(settings.max_upload_mb * MB)
        data = file.file.read()
        with writing:
            report = service.index().add_bytes(data, name)
        if report.failed:
            raise report.failed[0][1]
        new = [*report.added, *report.updated]
        (added,) = new or report.unchanged
        response.status_code = 201 if new else 200
        response.headers["Location"] = f"/v1/documents/{added.id}"
        return {"status": "added" if new else "unchanged", "document": listed_json(added)}

    @app.get(
        "/v1/documents/{id}",
        response_model=shapes.InspectedOut,
        summary="Een document zoals het gesneden is",
        responses=_responses("INSPECTED", NotFound, *OPENING),
    )
    def document(id: DocumentId) -> Any:
        return inspect_json(service.index().document(id))

    @app.delete(
        "/v1/documents/{id}",
        status_code=204,
        summary="Verwijder een document",
        responses=_refusals(NotFound, *OPENING),
    )
    def remove(id: DocumentId) -> None:
        with writing:
            service.index().remove(id)

    @app.get(
        "/v1/documents/{id}/vragen/{n}",
        response_model=shapes.QuestionOut,
        summary="Het letterlijke antwoord op een vraag",
        responses=_responses("VERBATIM", BadRequest, NotFound, *OPENING),
    )
    def verbatim(id: DocumentId, n: Annotated[int, InPath(description="vraagnummer")]) -> Any:
        index = service.index()
        passage = index.passage_for(id, n)
        whole = index.document(id)
        info = document_info(whole)
        numbers = sorted({number for each in whole.passages for number in each.numbers})
        at = numbers.index(n)
        notes = [
            {"mark": note.mark, "text": whole.text[note.start : note.end]}
            | {"start": note.start, "end": note.end}
            for note in passage.footnotes
        ]
        return passage_json(passage) | {
            "document": document_json(info),
            "label": label(info, passage),
            "footnotes": notes,
            "previous": numbers[at - 1] if at else None,
            "next": numbers[at + 1] if at + 1 < len(numbers) else None,
        }

    @app.get(
        "/healthz",
        response_model=shapes.Health,
        summary="Leeft de dienst",
        responses=_responses("HEALTH"),
    )
    def healthz() -> Any:
        return {"status": "ok"}

    @app.get(
        "/readyz",
        response_model=shapes.Readiness,
        summary="Kan de dienst antwoorden",
        responses=_responses("READY", ModelUnavailable),
    )
    def readyz(request: Request) -> Any:
        if faults := service.faults():
            return problems.not_ready(request, faults, language(request))
        index, model = service.index(), service.model()
        return {
            "status": "ready",
            "documents": len(index.documents()),
            "embedding_model": index.encoder.model,
            "model": "none" if model is None else model.name,
        }

    return app


class _Api(FastAPI):
    """FastAPI whose description knows the shape of errors, and examples with null in them."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            described = super().openapi()
            described["components"]["schemas"]["Problem"] = shapes.Problem.model_json_schema()
            for verbs in described["paths"].values():
                for operation in verbs.values():
                    for response in operation["responses"].values():
                        content = response.get("content", {}).get("application/json", {})
                        if "example" in content:
                            # Only here: FastAPI leaves out what is null.
                            content["example"] = getattr(examples, content["example"])
        return super().openapi()


class _BodyLimit:
    """Refuses a body over the limit before it has all been taken in."""

    def __init__(self, app: ASGIApp, upload_bytes: int) -> None:
        self.app = app
        self.upload_bytes = upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.upload_bytes if scope["path"] == "/v1/documents" else 0
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        seen = int(stated) if stated.isdigit() else 0
        counted = 0

        async def limited() -> Message:
            nonlocal counted
            message = await receive()
            counted += len(message.get("body", b""))
            if max(seen, counted) > limit + MAX_JSON_BYTES:
                # As an HTTPException: any other would become FastAPI's "error parsing the body".
                raise HTTPException(413) from problems.too_large(limit or MAX_JSON_BYTES)
            return message

        await self.app(scope, limited, send)


def _file_name(given: str | None) -> str:
    """The last part of an upload's name, without what a terminal would act on."""
    name = PurePath((given or "").replace("\\", "/")).name
    if not name.isprintable() or not name:
        raise BadRequest(
            "Het bestand heeft geen bruikbare naam: geef er een met een extensie.",
            "The file has no usable name: give it one with a suffix.",
        )
    return name


def _responses(
    example: str, *refusals: type[VraagbaakError], status: int = 200
) -> dict[int | str, dict[str, Any]]:
    """How an operation can end, for OpenAPI: a success as the example of that name, and errors."""
    return {status: {"content": _json(example)}} | _refusals(*refusals)


def _refusals(*refusals: type[VraagbaakError]) -> dict[int | str, dict[str, Any]]:
    # Every operation can be asked wrongly.
    by_status: dict[int, list[type[VraagbaakError]]] = {}
    every: list[type[VraagbaakError]] = [*refusals, BadRequest, VraagbaakError]
    for refusal in dict.fromkeys(every):
        by_status.setdefault(refusal.status, []).append(refusal)
    return {
        status: {
            "description": ", ".join(problems.TITLES[each.code][0] for each in those),
            "content": {
                problems.MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {each.code: {"value": examples.refusal(each)} for each in those},
                }
            },
        }
        for status, those in sorted(by_status.items())
    }


def _json(example: str) -> dict[str, Any]:
    return {"application/json": {"example": example}}
