"""Documents: list, add, remove; how one was cut, and the verbatim answer to a question of it."""

from __future__ import annotations

import asyncio
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Response, UploadFile
from fastapi import Path as InPath

from index.build import AddReport
from index.errors import BadRequest, NotFound, UnreadableFile
from rag.api import problems, shapes
from rag.api.describe import OPENING, json_example, refusals, responses
from rag.api.parts import MB, Parts
from rag.operations.errors import Busy
from rag.render import inspect_json, listed_json
from rag.verbatim import verbatim_json

DocumentId = Annotated[str, InPath(description="id van het document", max_length=64)]


def routes(parts: Parts) -> APIRouter:
    """The endpoints of this module."""
    router = APIRouter(tags=["documenten"])
    settings = parts.settings

    @router.get(
        "/v1/documents",
        response_model=shapes.DocumentsOut,
        summary="Lijst van documenten",
        responses=responses("DOCUMENTS", *OPENING),
    )
    def documents() -> Any:
        return {"documents": [listed_json(each) for each in parts.service.index().documents()]}

    @router.post(
        "/v1/documents",
        response_model=shapes.UploadedOut,
        status_code=201,
        summary="Voeg een document toe",
        responses=responses(
            "ADDED", BadRequest, UnreadableFile, problems.TooLarge, *OPENING, Busy, status=201
        )
        | {
            200: {
                "model": shapes.UploadedOut,
                "description": "Stond er al",
                "content": json_example("UNCHANGED"),
            }
        },
    )
    async def upload(file: UploadFile, response: Response) -> Any:
        name = _file_name(file.filename)
        if (file.size or 0) > settings.max_upload_mb * MB:
            raise problems.too_large(settings.max_upload_mb * MB)
        data = await file.read()

        def add() -> AddReport:
            return parts.service.index().add_bytes(data, name)

        with parts.uploads.place():
            report = await asyncio.get_running_loop().run_in_executor(parts.writers, add)
        if report.failed:
            raise report.failed[0][1]
        new = [*report.added, *report.updated]
        (added,) = new or report.unchanged
        response.status_code = 201 if new else 200
        response.headers["Location"] = f"/v1/documents/{added.id}"
        return {"status": "added" if new else "unchanged", "document": listed_json(added)}

    @router.get(
        "/v1/documents/{id}",
        response_model=shapes.InspectedOut,
        summary="Een document zoals het gesneden is",
        responses=responses("INSPECTED", NotFound, *OPENING),
    )
    def document(id: DocumentId) -> Any:
        return inspect_json(parts.service.index().document(id))

    @router.delete(
        "/v1/documents/{id}",
        status_code=204,
        response_class=Response,
        summary="Verwijder een document",
        responses=refusals(NotFound, *OPENING),
    )
    def remove(id: DocumentId) -> None:
        parts.service.index().remove(id)

    @router.get(
        "/v1/documents/{id}/vragen/{n}",
        response_model=shapes.QuestionOut,
        summary="Het letterlijke antwoord op een vraag",
        responses=responses("VERBATIM", BadRequest, NotFound, *OPENING),
    )
    def verbatim(id: DocumentId, n: Annotated[int, InPath(description="vraagnummer")]) -> Any:
        return verbatim_json(parts.service.index(), id, n)

    return router


def _file_name(given: str | None) -> str:
    """The last part of an upload's name, without what a terminal would act on."""
    name = PurePath((given or "").replace("\\", "/")).name
    if not name.isprintable() or not name:
        raise BadRequest(
            "Het bestand heeft geen bruikbare naam: geef er een met een extensie.",
            "The file has no usable name: give it one with a suffix.",
        )
    return name
