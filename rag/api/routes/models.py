"""The models that this service is to clients of OpenAI's API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as InPath

from index.errors import NotFound
from rag.api.app_state import AppState
from rag.api.openapi import responses
from rag.api.problem_details import about

# With the language model, and without.
WITH_MODEL, VERBATIM = "vraagbaak", "vraagbaak-letterlijk"
CHAT = (WITH_MODEL, VERBATIM)
EMBEDDINGS = "vraagbaak-embeddings"


def routes(_: AppState) -> APIRouter:
    """The endpoints of this module."""
    router = APIRouter(tags=["openai"])

    @router.get(
        "/v1/models",
        summary="Modellen (OpenAI)",
        responses=responses("MODELS"),
    )
    def list_models() -> dict[str, Any]:
        # Those to chat with: chat programs offer all that stands here.
        return {"object": "list", "data": [_described(name) for name in CHAT]}

    @router.get(
        "/v1/models/{name}",
        summary="Een model (OpenAI)",
        responses=responses("MODEL", NotFound),
    )
    def get_model(name: Annotated[str, InPath(max_length=200)]) -> dict[str, Any]:
        return _described(known(name, (*CHAT, EMBEDDINGS)))

    return router


def known(name: str, names: Sequence[str]) -> str:
    """`name`, if it is one of `names`. Raises NotFound."""
    if name not in names:
        with about("model"):
            raise NotFound(
                f"Model {name!r} is er niet; wel: {', '.join(names)}.",
                f"There is no model {name!r}; there are: {', '.join(names)}.",
            )
    return name


def _described(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "vraagbaak"}
