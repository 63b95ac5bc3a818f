"""Routes for liveness, readiness and metrics."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from index.errors import ModelUnavailable
from rag.api import problem_details
from rag.api.app_state import AppState
from rag.api.middleware import unreadable_keys
from rag.api.openapi import refusals, responses
from rag.formatting import schemas
from rag.service.errors import DamagedKeys


def routes(state: AppState) -> APIRouter:
    """The endpoints of this module."""
    router = APIRouter(tags=["toestand"])
    resources = state.resources

    @router.get(
        "/healthz",
        response_model=schemas.Health,
        summary="Leeft de dienst",
        responses=responses("HEALTH"),
    )
    async def get_health() -> Any:
        return {"status": "ok"}

    @router.get(
        "/readyz",
        response_model=schemas.Readiness,
        summary="Kan de dienst antwoorden",
        responses=responses("READY", ModelUnavailable),
    )
    def get_readiness(request: Request) -> Any:
        faults = resources.faults()
        try:
            state.keys.any()
        except DamagedKeys:
            faults.append(unreadable_keys())
        if faults:
            # A client that waits for readiness sends no questions, so try again here.
            resources.warm_up()
            return problem_details.not_ready(request, faults, state.language(request))
        index, model = resources.index(), resources.model()
        return {
            "status": "ready",
            "documents": index.count("documents"),
            "embedding_model": index.encoder.model,
            "model": "none" if model is None else model.name,
        }

    # Some load balancers ask without wanting the body.
    for path, sign in (("/healthz", get_health), ("/readyz", get_readiness)):
        router.add_api_route(path, sign, methods=["HEAD"], include_in_schema=False)

    @router.get(
        "/metrics",
        response_class=Response,
        summary="Metingen voor Prometheus",
        responses=refusals() | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def get_metrics() -> Any:
        body, media_type = state.metrics.text()
        return Response(body, media_type=media_type)

    return router
