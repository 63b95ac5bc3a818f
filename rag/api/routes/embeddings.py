"""Vectors of texts by the encoder of the index, as OpenAI's API gives them.

After https://platform.openai.com/docs/api-reference/embeddings; `input_type` is that of NVIDIA NIM:
the encoder is trained on questions and passages with a prefix each.
"""

from __future__ import annotations

import asyncio
import base64
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, WithJsonSchema

from index.errors import BadRequest, NotFound
from rag.api import problem_details
from rag.api.app_state import AppState
from rag.api.openapi import OPENING, responses
from rag.api.problem_details import about
from rag.api.request_checks import TYPED
from rag.api.routes.models import EMBEDDINGS, known
from rag.service.errors import Busy

MOST_TEXTS = 128
MOST_CHARACTERS = 10_000

# Bounded texts are held to be whole characters too.
Text = Annotated[str, StringConstraints(min_length=1, max_length=MOST_CHARACTERS)]

_TEXT = {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS}
_MANY = {"minItems": 1, "maxItems": MOST_TEXTS}


class EmbeddingsIn(BaseModel):
    """Texts to make vectors of."""

    input: Annotated[
        list[Text],
        BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
        Field(min_length=1, max_length=MOST_TEXTS),
        WithJsonSchema({"anyOf": [_TEXT, {"type": "array", "items": _TEXT, **_MANY}]}),
    ]
    model: str = Field(description=f"`{EMBEDDINGS}`")
    encoding_format: Literal["float", "base64"] = Field(
        default="float", description="`base64`: float32, de laagste byte eerst"
    )
    input_type: Literal["query", "passage"] = Field(
        default="passage", description="`query` voor vragen waarmee passages gezocht worden"
    )
    dimensions: int | None = Field(default=None, description="alleen die van het model zelf")


def routes(state: AppState) -> APIRouter:
    """The endpoints of this module."""
    router = APIRouter(tags=["openai"], dependencies=TYPED)

    @router.post(
        "/v1/embeddings",
        summary="Vectoren van teksten (OpenAI)",
        responses=responses(
            "EMBEDDINGS", BadRequest, NotFound, problem_details.TooLarge, *OPENING, Busy
        ),
    )
    async def create_embedding(body: EmbeddingsIn) -> dict[str, Any]:
        known(body.model, (EMBEDDINGS,))
        texts = body.input

        def work() -> tuple[NDArray[np.float32], int]:
            encoder = state.resources.index().encoder
            _ensure_dimension(body.dimensions, encoder.dimension)
            tokens = [encoder.count_tokens(text) for text in texts]
            _ensure_seen_whole(tokens, encoder.max_tokens)
            questions = body.input_type == "query"
            make = encoder.encode_queries if questions else encoder.encode_passages
            return make(texts), sum(tokens)

        # With the documents that are added, of which each asks the same of the machine.
        with state.uploads.place():
            vectors, tokens = await asyncio.get_running_loop().run_in_executor(state.writers, work)
        return {
            "object": "list",
            "model": body.model,
            "data": [
                {
                    "object": "embedding",
                    "index": number,
                    "embedding": _written(vector, body.encoding_format),
                }
                for number, vector in enumerate(vectors)
            ],
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }

    return router


def _written(vector: NDArray[np.float32], encoding: str) -> list[float] | str:
    if encoding == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode()
    return [float(value) for value in vector]


def _ensure_dimension(asked: int | None, own: int) -> None:
    if asked is not None and asked != own:
        with about("dimensions"):
            raise BadRequest(
                f"dimensions kan alleen {own} zijn, niet {asked}; laat het weg.",
                f"dimensions can only be {own}, not {asked}; leave it out.",
            )


def _ensure_seen_whole(tokens: list[int], most: int) -> None:
    """Raise BadRequest for a text whose end the encoder would not see."""
    for number, count in enumerate(tokens):
        if count > most:
            with about(f"input[{number}]"):
                raise BadRequest(
                    f"Tekst {number + 1} telt {count} tokens, meer dan de {most} die het model "
                    "leest; knip haar in stukken.",
                    f"Text {number + 1} counts {count} tokens, more than the {most} that the model "
                    "reads; cut it into pieces.",
                )
