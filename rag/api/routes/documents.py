"""Routes for documents: list, add, remove, show how one was cut, and one verbatim answer."""

from __future__ import annotations

import asyncio
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response, UploadFile
from fastapi import Path as InPath

from index.documents import Kind
from index.errors import BadRequest, NotFound, UnreadableFile
from index.ingest import AddReport
from index.search import Filters
from rag.api import problem_details
from rag.api.app_state import MB, AppState
from rag.api.openapi import OPENING, json_example, refusals, responses
from rag.api.request_checks import STRICT
from rag.formatting import schemas
from rag.formatting.render import inspect_json, listed_json
from rag.formatting.verbatim import verbatim_json
from rag.pipeline.answers import document_json
from rag.service.errors import Busy
from rag.service.listing import Order, listed
from rag.service.starters import Starters

MOST_LISTED = 10_000
MOST_OFFSET = 10_000_000

DocumentId = Annotated[str, InPath(description="id van het document", max_length=64)]


def routes(state: AppState) -> APIRouter:
    """The endpoints of this module."""
    router = APIRouter(tags=["documenten"], dependencies=STRICT)
    settings = state.settings

    @router.get(
        "/v1/documents",
        response_model=schemas.DocumentsOut,
        summary="Lijst van documenten",
        responses=responses("DOCUMENTS", *OPENING),
    )
    def list_documents(
        words: Annotated[
            str,
            Query(
                max_length=200, description="alleen met al deze woorden in titel, nummers of bron"
            ),
        ] = "",
        kind: Annotated[list[Kind], Query(description="alleen deze soorten")] = [],  # noqa: B006
        from_: Annotated[str | None, Query(alias="from", description="vanaf (jjjj-mm-dd)")] = None,
        to: Annotated[str | None, Query(description="tot en met (jjjj-mm-dd)")] = None,
        minister: Annotated[str | None, Query(max_length=200)] = None,
        sort: Annotated[
            Order | None, Query(description="waarop gesorteerd; met een min ervoor aflopend")
        ] = None,
        limit: Annotated[
            int | None, Query(ge=1, le=MOST_LISTED, description="hoogstens zoveel; leeg: alle")
        ] = None,
        offset: Annotated[int, Query(ge=0, le=MOST_OFFSET, description="zoveel overslaan")] = 0,
    ) -> Any:
        filters = Filters((), tuple(kind), from_, to, minister)
        meant = listed(state.resources.index().documents(), filters, words, sort)
        end = None if limit is None else offset + limit
        return {"documents": list(map(listed_json, meant[offset:end])), "total": len(meant)}

    @router.post(
        "/v1/documents",
        response_model=schemas.UploadedOut,
        status_code=201,
        summary="Voeg een document toe",
        responses=responses(
            "ADDED",
            BadRequest,
            UnreadableFile,
            problem_details.TooLarge,
            *OPENING,
            Busy,
            status=201,
        )
        | {
            200: {
                "model": schemas.UploadedOut,
                "description": "Stond er al",
                "content": json_example("UNCHANGED"),
            }
        },
    )
    async def add_document(file: list[UploadFile], request: Request, response: Response) -> Any:
        # Each part is a file of its own: of two none is dropped.
        names = [_file_name(each.filename) for each in file]
        if any((each.size or 0) > settings.max_upload_mb * MB for each in file):
            raise problem_details.too_large(settings.max_upload_mb * MB)
        given = [(name, await each.read()) for name, each in zip(names, file, strict=True)]

        def add() -> list[AddReport]:
            index = state.resources.index()
            return [index.add_bytes(data, name) for name, data in given]

        with state.uploads.place():
            reports = await asyncio.get_running_loop().run_in_executor(state.writers, add)
        failed = [each for report in reports for each in report.failed]
        if len(failed) == len(reports):
            raise failed[0][1]
        taken: list[dict[str, Any]] = [
            {"status": "added" if new else "unchanged", "document": listed_json(document)}
            for report in reports
            for new, documents in (
                (True, [*report.added, *report.updated]),
                (False, report.unchanged),
            )
            for document in documents
        ]
        response.status_code = 201 if any(each["status"] == "added" for each in taken) else 200
        response.headers["Location"] = f"/v1/documents/{taken[0]['document']['id']}"
        language = state.language(request)
        return taken[0] | {
            "documents": taken,
            "failed": [{"name": name, "detail": why.message(language)} for name, why in failed],
        }

    @router.get(
        "/v1/documents/{id}",
        response_model=schemas.InspectedOut,
        summary="Een document zoals het gesneden is",
        responses=responses("INSPECTED", NotFound, *OPENING),
    )
    def get_document(id: DocumentId) -> Any:
        return inspect_json(state.resources.index().document(id))

    @router.delete(
        "/v1/documents/{id}",
        status_code=204,
        response_class=Response,
        summary="Verwijder een document",
        responses=refusals(NotFound, *OPENING),
    )
    def remove_document(id: DocumentId) -> None:
        state.resources.index().remove(id)

    starters = Starters()

    @router.get(
        "/v1/starters",
        response_model=schemas.StartersOut,
        summary="Vragen om mee te beginnen",
        responses=responses("STARTERS", BadRequest, *OPENING),
    )
    def list_starters() -> Any:
        return {
            "questions": [
                {"text": each.text, "number": each.number, "document": document_json(each.document)}
                for each in starters.of(state.resources.index())
            ]
        }

    @router.get(
        "/v1/documents/{id}/vragen/{n}",
        response_model=schemas.QuestionOut,
        summary="Het letterlijke antwoord op een vraag",
        responses=responses("VERBATIM", BadRequest, NotFound, *OPENING),
    )
    def read_answer(
        id: DocumentId,
        n: Annotated[schemas.QuestionNumber, InPath(description="vraagnummer: 2, 2a of 1.1")],
        lijst: Annotated[
            int | None,
            Query(
                description="lijst van vragen, waar het document er meer heeft; anders de eerste"
            ),
        ] = None,
    ) -> Any:
        return verbatim_json(state.resources.index(), id, n, lijst)

    return router


def _file_name(given: str | None) -> str:
    """The last part of an upload's name, without terminal control characters."""
    name = PurePath((given or "").replace("\\", "/")).name
    if not name.isprintable() or not name:
        raise BadRequest(
            "Het bestand heeft geen bruikbare naam: geef er een met een extensie.",
            "The file has no usable name: give it one with a suffix.",
        )
    return name
