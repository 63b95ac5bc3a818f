"""Whether the service lives, whether it can answer, and its metrics."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from index.errors import ModelUnavailable
from rag.api import problems, shapes
from rag.api.describe import refusals, responses
from rag.api.parts import Parts


def routes(parts: Parts) -> APIRouter:
    """The endpoints of this module."""
    router = APIRouter(tags=["toestand"])
    service = parts.service

    @router.get(
        "/healthz",
        response_model=shapes.Health,
        summary="Leeft de dienst",
        responses=responses("HEALTH"),
    )
    def healthz() -> Any:
        return {"status": "ok"}

    @router.get(
        "/readyz",
        response_model=shapes.Readiness,
        summary="Kan de dienst antwoorden",
        responses=responses("READY", ModelUnavailable),
    )
    def readyz(request: Request) -> Any:
        if faults := service.faults():
            # Who waits for readiness sends no questions, at which it would be tried again.
            service.warm_up()
            return problems.not_ready(request, faults, parts.language(request))
        index, model = service.index(), service.model()
        return {
            "status": "ready",
            "documents": len(index.documents()),
            "embedding_model": index.encoder.model,
            "model": "none" if model is None else model.name,
        }

    @router.get(
        "/metrics",
        response_class=Response,
        summary="Metingen voor Prometheus",
        responses=refusals() | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def metrics() -> Any:
        body, media_type = parts.metrics.text()
        return Response(body, media_type=media_type)

    return router
