"""`response_format`, by the official client: JSON that fits, or a refusal that names what does not."""

from __future__ import annotations

import json

import jsonschema
import openai
import pytest
from pydantic import BaseModel
from service_parts import RIDERS

UNKNOWN = "Wat staat er in 2024Z77777?"
NULL = {"type": "null"}


class Cited(BaseModel):
    label: str
    quote: str
    url: str
    questions: list[int]


class Cautious(BaseModel):
    """What can also hold a refusal."""

    answer: str | None
    abstained: bool
    reason: str | None
    citations: list[Cited]


class Sure(BaseModel):
    answer: str
    citations: list[Cited]


def asked(question, **more):
    messages = [{"role": "user", "content": question}]
    return {"model": "vraagbaak-letterlijk", "messages": messages, **more}


def schema_format(schema):
    return {"type": "json_schema", "json_schema": {"name": "antwoord", "schema": schema}}


def test_the_clients_own_model_is_filled_with_the_answer_and_its_citations(ai):
    made = ai.chat.completions.parse(**asked(RIDERS), response_format=Sure)
    message = made.choices[0].message
    assert message.parsed.answer == made.model_extra["vraagbaak"]["answer"]
    assert "48.000" in message.parsed.answer
    (cited,) = message.parsed.citations
    assert cited.questions == [3, 4]
    assert "vraag 3 en 4" in cited.label
    assert cited.url.startswith("http://127.0.0.1:")
    assert json.loads(message.content).keys() == {"answer", "citations"}
    assert message.annotations == []


def test_a_refusal_is_json_where_the_schema_has_a_place_for_it_and_else_a_refusal(ai):
    cautious = ai.chat.completions.parse(**asked(UNKNOWN), response_format=Cautious)
    parsed = cautious.choices[0].message.parsed
    assert (parsed.answer, parsed.abstained, parsed.citations) == (None, True, [])
    assert "2024Z77777" in parsed.reason
    message = ai.chat.completions.parse(**asked(UNKNOWN), response_format=Sure).choices[0].message
    assert (message.parsed, message.content) == (None, None)
    assert message.refusal.startswith("Dat staat niet in de documenten.")


def test_a_json_object_is_the_answer_with_its_citations_and_text_is_what_it_was(ai):
    made = ai.chat.completions.create(**asked(RIDERS), response_format={"type": "json_object"})
    value = json.loads(made.choices[0].message.content)
    assert value.keys() == {"answer", "abstained", "reason", "notes", "citations"}
    assert "48.000" in value["answer"]
    assert value["citations"][0]["document"]["source"] == "veer.txt"
    plain = ai.chat.completions.create(**asked(RIDERS))
    text = ai.chat.completions.create(**asked(RIDERS), response_format={"type": "text"})
    assert text.choices[0].message.content == plain.choices[0].message.content


@pytest.mark.parametrize("question", [RIDERS, UNKNOWN])
def test_a_stream_holds_the_same_json(ai, question):
    plain = ai.chat.completions.parse(**asked(question), response_format=Sure).choices[0].message
    with ai.chat.completions.stream(**asked(question), response_format=Sure) as stream:
        stream.until_done()
        message = stream.get_final_completion().choices[0].message
    assert (message.parsed, message.refusal) == (plain.parsed, plain.refusal)


@pytest.mark.parametrize(
    ("schema", "named"),
    [
        ({"type": "array"}, "het antwoord is hier object"),
        ({"properties": {"titel": {}}, "required": ["titel"]}, "titel is er niet"),
        ({"properties": {"answer": {"type": "integer"}}}, "answer is hier string"),
        ({"properties": {"answer": {"type": "string", "maxLength": 9}}}, "answer 'maxLength'"),
        ({"properties": {"reason": {"type": "string"}}, "required": ["reason"]}, "reason is hier"),
        (
            {"properties": {"citations": {"items": {"type": "string"}}}},
            "citations[] is hier object",
        ),
        ({"properties": {"mode": {"enum": ["verbatim"]}}}, "mode enum"),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}, "geen schema om te volgen"),
        ({"oneOf": []}, "'oneOf' wordt niet ondersteund"),
        (
            {"properties": {"answer": {"anyOf": [NULL, {"type": "integer"}]}}},
            "answer is hier string",
        ),
    ],
)
def test_a_schema_that_no_answer_fits_is_refused_naming_what_is_unsupported(ai, schema, named):
    with pytest.raises(openai.BadRequestError) as caught:
        ai.chat.completions.create(**asked(RIDERS), response_format=schema_format(schema))
    assert named in caught.value.body["message"]
    assert caught.value.body["param"] == "response_format"
    assert caught.value.body["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("format", "param"),
    [
        ({"type": "xml"}, ".type"),
        ({"type": "json_schema"}, ".json_schema"),
        ({"type": "json_schema", "json_schema": {"name": "x"}}, ".json_schema.schema"),
    ],
)
def test_a_format_that_is_none_is_refused_by_its_field(ai, format, param):
    with pytest.raises(openai.BadRequestError) as caught:
        ai.chat.completions.create(**asked(RIDERS), response_format=format)
    assert caught.value.param == f"response_format{param}"


HIT = {"properties": {"rank": {"type": "number"}, "document": {"type": "object"}}}


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object", "properties": {"hits": {}, "timings_ms": {}}},
        {"properties": {"timings_ms": {"additionalProperties": {"type": "number"}}}},
        {"properties": {"answer": {"type": ["string", "null"]}}, "required": ["answer", "notes"]},
        {"properties": {"later": {"type": "string"}, "abstained": {"type": "boolean"}}},
        {
            "properties": {"hits": {"items": {"$ref": "#/definitions/hit"}}},
            "definitions": {"hit": HIT},
        },
    ],
)
def test_what_a_schema_leaves_open_is_filled_by_what_fits_it(ai, schema):
    made = ai.chat.completions.create(**asked(RIDERS), response_format=schema_format(schema))
    value = json.loads(made.choices[0].message.content)
    jsonschema.validate(value, schema)
    assert set(schema.get("required", [])) <= value.keys()
