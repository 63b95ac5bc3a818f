"""Routes for what users do with answers: give a verdict, and export them as a file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath
from pydantic import Field

from index.errors import BadRequest, NotFound
from rag.api import problem_details
from rag.api.app_state import AppState
from rag.api.openapi import OPENING, files, refusals, responses
from rag.api.request_checks import STRICT
from rag.formatting import schemas
from rag.formatting.export import EXPORTS, turn_of_answer_json
from rag.service.feedback import FeedbackFull, FeedbackStore


class FeedbackIn(schemas.RequestBody):
    """A verdict on an answer, which goes along whole, as `POST /v1/ask` gave it."""

    verdict: Literal["up", "down"]
    remark: str | None = Field(default=None, max_length=2000)
    answer: dict[str, Any]


class ExportIn(schemas.RequestBody):
    """Answers of a conversation, each as `POST /v1/ask` gave it, in their order."""

    format: Literal["markdown", "docx"]
    answers: list[dict[str, Any]] = Field(min_length=1, max_length=200)


def routes(state: AppState) -> APIRouter:
    """The endpoints of this module."""
    router = APIRouter(tags=["terugkoppeling"], dependencies=STRICT)
    store = FeedbackStore(state.settings.data_dir)

    @router.post(
        "/v1/feedback",
        response_model=schemas.FeedbackOut,
        status_code=201,
        summary="Bewaar een oordeel over een antwoord",
        responses=responses(
            "FEEDBACK", BadRequest, problem_details.TooLarge, *OPENING, FeedbackFull, status=201
        ),
    )
    def add_feedback(body: FeedbackIn) -> Any:
        added = store.add(body.verdict, body.remark, body.answer, state.resources.index())
        state.metrics.judged(body.verdict)
        return asdict(added)

    @router.get(
        "/v1/feedback",
        response_model=schemas.FeedbackListOut,
        summary="Alle oordelen",
        responses=responses("FEEDBACK_LIST"),
    )
    def list_feedback() -> Any:
        return {"feedback": [asdict(each) for each in store.all()]}

    @router.delete(
        "/v1/feedback/{id}",
        status_code=204,
        response_class=Response,
        summary="Verwijder een oordeel",
        responses=refusals(NotFound),
    )
    def remove_feedback(id: Annotated[str, InPath(max_length=64)]) -> None:
        store.remove(id)

    @router.post(
        "/v1/export",
        summary="Antwoorden als bestand",
        response_class=Response,
        responses=refusals(BadRequest, problem_details.TooLarge)
        | files(*(media_type for _, media_type, _ in EXPORTS.values())),
        response_description="Het bestand",
    )
    def export_answers(body: ExportIn, request: Request) -> Response:
        write, media_type, suffix = EXPORTS[body.format]
        turns = [turn_of_answer_json(each) for each in body.answers]
        named = f'attachment; filename="vraagbaak{suffix}"'
        return Response(
            write(turns, state.language(request)),
            media_type=media_type,
            headers={"Content-Disposition": named},
        )

    return router
