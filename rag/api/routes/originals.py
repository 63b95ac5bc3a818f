"""What a document came from: its file, and of a pdf the pages as pictures with places marked."""

from __future__ import annotations

from dataclasses import astuple
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from fastapi import Path as InPath

from index.errors import BadRequest, NotFound
from index.readers import pdf_views
from rag.api.app_state import AppState
from rag.api.openapi import OPENING, files, refusals, responses
from rag.api.request_checks import STRICT
from rag.api.routes.documents import DocumentId
from rag.formatting import schemas


def routes(state: AppState) -> APIRouter:
    """The endpoints of this module."""
    router = APIRouter(tags=["documenten"], dependencies=STRICT)

    def pdf(document_id: str) -> bytes:
        name, data = state.resources.index().original(document_id)
        if not name.lower().endswith(".pdf"):
            raise NotFound(
                f"Document {document_id} is geen pdf en heeft geen bladzijden; "
                "/v1/documents/{id} geeft zijn tekst.",
                f"Document {document_id} is not a pdf and has no pages; "
                "/v1/documents/{id} gives its text.",
            )
        return data

    @router.get(
        "/v1/documents/{id}/origineel",
        summary="Het bestand zoals het binnenkwam",
        response_class=Response,
        responses=refusals(BadRequest, NotFound, *OPENING) | files("application/octet-stream"),
    )
    def read_original(id: DocumentId) -> Any:
        name, data = state.resources.index().original(id)
        # To keep, never to show: what stands in it would be shown as part of this service.
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return Response(data, media_type="application/octet-stream", headers=headers)

    @router.get(
        "/v1/documents/{id}/bladzijden",
        response_model=schemas.PagesOut,
        summary="Waar een stuk tekst op de bladzijden van een pdf staat",
        responses=responses("PAGES", BadRequest, NotFound, *OPENING),
    )
    def find_on_pages(
        id: DocumentId,
        start: Annotated[int, Query(ge=0, description="begin van het stuk in de tekst")] = 0,
        end: Annotated[int, Query(ge=0, description="einde ervan; 0 is geen stuk")] = 0,
    ) -> Any:
        data = pdf(id)
        found = {}
        if start < end:
            text = state.resources.index().document(id).text
            found = pdf_views.boxes_of(data, text, start, end)
        return {
            "pages": pdf_views.count_pages(data),
            "places": [
                {"page": page, "boxes": [astuple(box) for box in boxes]}
                for page, boxes in found.items()
            ],
        }

    @router.get(
        "/v1/documents/{id}/bladzijden/{n}",
        summary="Een bladzijde van een pdf als plaatje",
        response_class=Response,
        responses=refusals(BadRequest, NotFound, *OPENING) | files("image/png"),
    )
    def read_page(
        id: DocumentId, n: Annotated[int, InPath(description="bladzijde, vanaf 1")]
    ) -> Any:
        data = pdf(id)
        try:
            return Response(pdf_views.picture(data, n), media_type="image/png")
        except IndexError as error:
            most = pdf_views.count_pages(data)
            raise NotFound(
                f"Document {id} heeft geen bladzijde {n}; kies 1 tot en met {most}.",
                f"Document {id} has no page {n}; choose 1 to {most}.",
            ) from error

    return router
