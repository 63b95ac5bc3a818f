"""The API reference is that of the service, and the API page names what exists."""

from __future__ import annotations

import re
from pathlib import Path

from index.errors import VraagbaakError
from rag import client
from rag.api.problem_details import TITLES
from rag.formatting.schemas import EVENTS
from scripts.api_docs import PAGE, current, reference

API = Path(__file__).resolve().parents[3] / "docs" / "api.md"


def test_the_reference_is_current():
    assert PAGE.read_text(encoding="utf-8") == current(), "run: python -m scripts.api_docs"


def test_every_operation_with_its_parameters_fields_and_codes_is_in_the_reference():
    fields = {"a": {"type": "string", "maxLength": 9}, "b": {"default": None}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    gone = {"application/problem+json": {"examples": {"weg": {}}}}
    operation = {
        "summary": "Doe iets",
        "parameters": [parameter],
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/x/In"}}}},
        "responses": {
            "200": {"description": "Goed", "content": {}},
            "404": {"description": "Weg | weg", "content": gone},
        },
    }
    text = reference(
        {
            "components": {"schemas": {"In": {"properties": fields, "required": ["a"]}}},
            "paths": {"/x/{id}": {"post": operation}},
        }
    )
    assert "## POST /x/{id}\n\nDoe iets." in text
    assert "| `id` | path | string | required |  |" in text
    assert "Body (`application/json`): [In](#in)" in text
    assert "| `a` | string (≤ 9) | required |  |\n| `b` | any | `null` |  |" in text
    assert "| 404 | Weg \\| weg | `application/problem+json`: `weg` |" in text


def test_errors_statuses_and_events_of_the_page_are_those_of_the_service():
    page = API.read_text(encoding="utf-8")
    stated = dict(re.findall(r"(?m)^\| `([a-z-]+)` \| (\d{3}) \|", page))
    described = set(re.findall(r"`application/problem\+json`: (.*?) \|", current()))
    codes = {code for line in described for code in re.findall(r"`([a-z-]+)`", line)}
    assert codes
    assert codes <= stated.keys() <= TITLES.keys()

    def kinds(kind):
        return {kind}.union(*map(kinds, kind.__subclasses__()))

    # What another surface raises of its own (the command line) never leaves the service.
    here = [each for each in kinds(VraagbaakError) if not each.__module__.startswith("rag.cli")]
    for kind in here:
        assert kind.code in TITLES
        statuses = {str(each.status) for each in here if each.code == kind.code}
        assert stated.get(kind.code, str(kind.status)) in statuses
    section = page.split("## Streaming")[1].split("\n## ")[0]
    assert re.findall(r"(?m)^\| `(\w+)` \|", section) == list(EVENTS)


def test_the_client_in_the_page_has_what_it_is_said_to_have():
    section = API.read_text(encoding="utf-8").split("## The Python client")[1].split("\n## ")[0]
    listed = section.split("Besides there are")[1].split(". ")[0]
    for name in re.findall(r"`(\w+)`", listed):
        assert callable(getattr(client.Client, name)), name
    (names,) = re.findall(r"from rag.client import (.*)", section)
    assert all(hasattr(client, name) for name in names.split(", "))
