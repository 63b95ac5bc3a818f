"""Write docs/api-reference.md out of the description that the service gives of itself.

    python -m scripts.api_docs

Needs no network, no model and no index: the description is made from the code.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.serving import create_app
from rag.settings import Settings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api-reference.md"

_HEAD = """\
# API reference

*In English; summaries and descriptions in Dutch, as the service gives them.*

Made by `scripts/api_docs.py` out of `/openapi.json`; what it means and how to use it is in
[the API](api.md).
"""
_PLACES = {"path": "path", "query": "query", "header": "header"}

Json = dict[str, Any]


def reference(described: Json) -> str:
    """The page for an OpenAPI 3.1 description: every operation, then the shapes they share."""
    schemas: Json = described["components"]["schemas"]
    blocks = [_HEAD.rstrip()]
    for path, verbs in described["paths"].items():
        for verb, operation in verbs.items():
            blocks += [f"## {verb.upper()} {path}", f"{operation['summary']}."]
            blocks += _operation(operation, schemas)
    blocks.append("# Shapes")
    for name, schema in sorted(schemas.items()):
        blocks += [f"## {name}", *_described(schema), *_fields(schema)]
    return "\n\n".join(blocks) + "\n"


def _operation(operation: Json, schemas: Json) -> Iterator[str]:
    if parameters := operation.get("parameters"):
        rows = [
            (
                f"`{each['name']}`",
                _PLACES[each["in"]],
                _kind(each["schema"]),
                _needed(each.get("required", False), each["schema"]),
                each.get("description", ""),
            )
            for each in parameters
        ]
        yield _table(("parameter", "in", "type", "default", "meaning"), rows)
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        name = content["schema"]["$ref"].rsplit("/", 1)[1]
        yield f"Body (`{media_type}`): {_kind(content['schema'])}"
        yield from _fields(schemas[name])
    yield _table(("status", "meaning", "body"), list(_responses(operation["responses"])))


def _responses(responses: Json) -> Iterator[tuple[str, ...]]:
    for status, response in responses.items():
        bodies = []
        for media_type, content in response.get("content", {}).items():
            codes = ", ".join(f"`{code}`" for code in content.get("examples", {}))
            events = content.get("schema", {}).get("x-events", {})
            shape = codes or ", ".join(f"`{name}` {_kind(each)}" for name, each in events.items())
            bodies.append(f"`{media_type}`: {shape or _kind(content.get('schema', {}))}")
        yield status, response["description"], "; ".join(bodies)


def _described(schema: Json) -> Iterator[str]:
    if text := schema.get("description"):
        yield " ".join(text.split())


def _fields(schema: Json) -> Iterator[str]:
    """The table of an object's fields, if it has any."""
    wanted = schema.get("required", [])
    rows = [
        (
            f"`{name}`",
            _kind(each),
            _needed(name in wanted, each),
            each.get("description", ""),
        )
        for name, each in schema.get("properties", {}).items()
    ]
    if rows:
        yield _table(("field", "type", "default", "meaning"), rows)


def _needed(required: bool, schema: Json) -> str:
    if required:
        return "required"
    return f"`{json.dumps(schema['default'])}`" if "default" in schema else ""


def _kind(schema: Json) -> str:
    """A type in words: `string`, `array of [HitOut](#hitout)`, `string (≤ 64)`, `"up"` or `"down"`."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return " or ".join(f'`"{value}"`' for value in values)
    kind = str(schema.get("type", "any"))
    if kind == "array":
        kind = f"array of {_kind(schema.get('items', {}))}"
    bounds = [
        f"{sign} {schema[name]}"
        for sign, name in (
            *(("≥", "minimum"), ("≤", "maximum")),
            *(("≥", "minLength"), ("≤", "maxLength"), ("≥", "minItems"), ("≤", "maxItems")),
        )
        if name in schema
    ]
    return f"{kind} ({', '.join(bounds)})" if bounds else kind


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(_cell(each) for each in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def current() -> str:
    """The page as it must be for the service of this checkout."""
    with tempfile.TemporaryDirectory() as folder:
        return reference(create_app(Settings(data_dir=Path(folder), model="none")).openapi())


if __name__ == "__main__":
    PAGE.write_text(current(), encoding="utf-8")
