"""The OpenAPI description: what each operation returns, and every error it can end in."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from index.errors import (
    BadRequest,
    DamagedIndex,
    EngineUnavailable,
    IndexMismatch,
    ModelUnavailable,
    NoIndex,
    VraagbaakError,
)
from rag.api import examples, problem_details
from rag.formatting import schemas
from rag.service.errors import NoAccess, NotAllowed, TooOften

# Errors of index and models, which any operation can end in.
OPENING = (NoIndex, IndexMismatch, DamagedIndex, EngineUnavailable, ModelUnavailable)

KEY = "Een sleutel van `vraagbaak keys create`; niet nodig waar de dienst geen sleutels kent."


class DescribedApi(FastAPI):
    """FastAPI whose description has the shape of errors, and examples that hold null."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            described = super().openapi()
            shapes = described["components"]["schemas"]
            for event in schemas.EVENTS.values():
                shapes[event.__name__] = event.model_json_schema(
                    ref_template="#/components/schemas/{model}"
                )
                shapes.update(shapes[event.__name__].pop("$defs", {}))
            described["components"]["securitySchemes"] = {
                "key": {"type": "http", "scheme": "bearer", "description": KEY}
            }
            described["security"] = [{"key": []}, {}]
            shapes["Problem"] = schemas.Problem.model_json_schema()
            for path, verbs in described["paths"].items():
                for operation in verbs.values():
                    answers = operation["responses"]
                    if "requestBody" in operation:
                        for status, answer in refusals(
                            problem_details.Malformed,
                            problem_details.Incomplete,
                            problem_details.WrongContentType,
                        ).items():
                            answers.setdefault(str(status), answer)
                    if problem_details.speaks_openai(path):
                        _as_openai(answers)
                    operation["responses"] = dict(sorted(answers.items()))
                    for response in operation["responses"].values():
                        content = response.get("content", {}).get("application/json", {})
                        if "example" in content:
                            # Only here: FastAPI leaves out what is null.
                            content["example"] = getattr(examples, content["example"])
        return super().openapi()


def _as_openai(answers: dict[str, Any]) -> None:
    """Describe refusals as clients of OpenAI's API get them."""
    unusable = answers.pop("422", None)
    if unusable is not None:
        content = answers.setdefault("400", unusable)["content"][problem_details.MEDIA_TYPE]
        more = unusable["content"][problem_details.MEDIA_TYPE]
        # Copied: these examples are also those of other operations.
        content["examples"] = {**more["examples"], **content["examples"]}
    for answer in answers.values():
        for media_type, content in answer.get("content", {}).items():
            if media_type == problem_details.MEDIA_TYPE:
                content["examples"] = {
                    code: {"value": _with_openai_error(each["value"])}
                    for code, each in content["examples"].items()
                }


def _with_openai_error(value: dict[str, Any]) -> dict[str, Any]:
    status = problem_details.openai_status(value["status"])
    error = problem_details.openai_error(value["code"], status, value["detail"], None)
    return value | {"status": status, "error": error}


def responses(
    example: str, *wanted: type[VraagbaakError], status: int = 200
) -> dict[int | str, dict[str, Any]]:
    """How an operation can end, for OpenAPI: a success as the example of that name, and errors."""
    return {status: {"content": json_example(example)}} | refusals(*wanted)


def refusals(*wanted: type[VraagbaakError]) -> dict[int | str, dict[str, Any]]:
    """The errors in which an operation can end, for OpenAPI."""
    # Every operation can be called wrongly, without access, or too often.
    by_status: dict[int, list[type[VraagbaakError]]] = {}
    every: list[type[VraagbaakError]] = [
        *wanted,
        BadRequest,
        NoAccess,
        NotAllowed,
        TooOften,
        VraagbaakError,
    ]
    for refusal in dict.fromkeys(every):
        by_status.setdefault(refusal.status, []).append(refusal)
    return {
        status: {
            "description": ", ".join(problem_details.TITLES[each.code][0] for each in those),
            "content": {
                problem_details.MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {each.code: {"value": examples.refusal(each)} for each in those},
                }
            },
        }
        for status, those in sorted(by_status.items())
    }


def json_example(example: str) -> dict[str, Any]:
    """A JSON body as the example of that name in `rag.api.examples`."""
    return {"application/json": {"example": example}}


def files(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """A success that is a file of one of these types, for OpenAPI."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"content": dict.fromkeys(media_types, schema)}}
