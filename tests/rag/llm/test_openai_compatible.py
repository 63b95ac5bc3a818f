"""OpenAI-compatible services, against a server that speaks their documented wire format."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from local_service import Exchange, Service, closed_url, serving

from index.errors import ModelUnavailable
from rag.llm import Message
from rag.llm.openai_compatible import OpenAICompatible

PATH = "/v1/chat/completions"
SCHEMA = {"type": "object", "properties": {"zin": {"type": "integer"}}, "required": ["zin"]}
PROMPT = [Message("system", "Kies een zin."), Message("user", "Wat kost de brug?")]
USAGE = {"prompt_tokens": 21, "completion_tokens": 5, "total_tokens": 26}


def event(value: Any) -> str:
    return f"data: {json.dumps(value)}\n\n"


def piece(text: str | None, finish: str | None = None) -> str:
    return event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]})


def saying(*lines: str) -> Any:
    def chat(exchange: Exchange) -> None:
        exchange.begin("text/event-stream")
        for line in lines:
            exchange.write(line)

    return chat


WHOLE = [
    ": keep-alive\n\n",
    event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}}]}),
    piece('{"zin":'),
    piece(" 2}"),
    piece(None, "stop"),
    event({"choices": [], "usage": USAGE}),
    "data: [DONE]\n\n",
]


@pytest.fixture
def server():
    with serving({PATH: saying(*WHOLE)}) as service:
        yield service


def connected(server: Service, **more: Any) -> OpenAICompatible:
    options: dict[str, Any] = {"key": None, "context_tokens": 4096, "timeout_s": 30, **more}
    return OpenAICompatible(f"{server.url}/v1", "mistral", options.pop("key"), **options)


def test_completion_arrives_in_pieces_with_the_services_counts_as_it_was_asked(server):
    pieces: list[str] = []
    done = connected(server).complete(PROMPT, schema=SCHEMA, max_tokens=9, on_text=pieces.append)
    assert pieces == ['{"zin":', " 2}"]
    assert (done.text, done.prompt_tokens, done.completion_tokens) == ('{"zin": 2}', 21, 5)
    (body,) = server.bodies(PATH)
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("mistral", 0, 9)
    assert body["seed"] is not None
    assert body["messages"][0] == {"role": "system", "content": "Kies een zin."}
    # The key is sent where there is one; where the service gives no counts they are estimated.
    server.routes[PATH] = saying(piece("Ja."), piece(None, "stop"), "data: [DONE]\n\n")
    done = connected(server, key="geheim").complete(PROMPT, schema=None, max_tokens=9)
    assert done.prompt_tokens > 10
    assert done.completion_tokens == 2
    without, with_key = (headers for _, _, headers in server.seen)
    assert "Authorization" not in without
    assert with_key["Authorization"] == "Bearer geheim"


def test_a_prompt_that_may_not_fit_is_refused_with_its_counts(server):
    with pytest.raises(ModelUnavailable, match="4096"):
        connected(server).complete([Message("user", "brug " * 2000)], schema=None, max_tokens=9)
    assert server.seen == []


def test_a_service_that_is_down_is_named_with_its_address():
    url = closed_url() + "/v1"
    model = OpenAICompatible(url, "mistral", None, context_tokens=4096, timeout_s=5)
    with pytest.raises(ModelUnavailable, match="niet bereikbaar") as caught:
        model.complete(PROMPT, schema=None, max_tokens=9)
    assert url in caught.value.nl


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([piece("Dat kost"), piece(None, "stop")], "JSON"),
        ([piece('{"zin": '), piece(None, "length")], "maximum"),
        ([piece("<think>\nEerst"), piece(None, "length")], "hardop dacht"),
        ([piece('{"zin": ')], "halverwege"),
        (["<html>aanmelden</html>\n"], "onverwachts"),
        (['{"choices": []}\n'], "onverwachts"),
        (["data: {half\n\n"], "onverwachts"),
        ([event({"error": {"message": "geen geheugen"}})], "geen geheugen"),
        (401, "openai_key"),
        (404, "openai_model"),
        (500, "kapot"),
        (None, "model_timeout_s"),  # it is slow
    ],
)
def test_an_answer_that_is_none_is_an_error_that_says_what_to_do(server, lines, says):
    if lines is None:
        server.routes[PATH] = lambda _: time.sleep(0.5)
    elif isinstance(lines, int):
        error = {"error": {"message": "kapot", "type": "x"}}
        server.routes[PATH] = lambda exchange: exchange.give(error, status=lines)
    else:
        server.routes[PATH] = saying(*lines)
    model = connected(server, timeout_s=0.1 if lines is None else 30)
    with pytest.raises(ModelUnavailable, match=says):
        model.complete(PROMPT, schema=SCHEMA, max_tokens=9)


@pytest.mark.parametrize(
    "around",
    [
        "```{}```",
        "<think>\nEerst {{zoeken}}.\n</think>\n\n{}",
        "zoeken ...</think>\n```json\n{}\n```\n",
        "<think></think>{}",
    ],
)
def test_json_is_taken_out_of_what_stands_around_it(server, around):
    text = around.format('{"zin": 2}')
    server.routes[PATH] = saying(*map(piece, text), piece(None, "stop"))
    pieces: list[str] = []
    done = connected(server).complete(PROMPT, schema=SCHEMA, max_tokens=9, on_text=pieces.append)
    assert done.text == '{"zin": 2}'
    assert "".join(pieces).startswith('{"zin": 2}')
    # Whoever stops a model at its next piece can do so while it thinks, too.
    assert len(pieces) == len(text)


def refusing(*names: str) -> Any:
    """A service that refuses parameters as services do: by their names, one at a time."""

    def chat(exchange: Exchange) -> None:
        body = exchange.sent
        kind = body.get("response_format", {}).get("type", "")
        for name in names:
            if name in body or name == kind:
                message = f"Unsupported parameter: '{name}' is not supported with this model."
                exchange.give({"error": {"message": message, "param": name}}, status=400)
                return
        saying(*WHOLE)(exchange)

    return chat


@pytest.mark.parametrize(
    ("refused", "asked"),
    [
        (["json_schema"], {"response_format": {"type": "json_object"}, "max_tokens": 9}),
        (["response_format"], {"max_tokens": 9}),
        (["json_schema", "json_object"], {"max_tokens": 9}),
        (
            ["max_tokens", "json_schema"],
            {"response_format": {"type": "json_object"}, "max_completion_tokens": 9},
        ),
    ],
    ids=str,
)
def test_a_service_is_asked_in_the_way_that_it_takes(server, refused, asked):
    server.routes[PATH] = refusing(*refused)
    model = connected(server)
    assert model.complete(PROMPT, schema=SCHEMA, max_tokens=9).text == '{"zin": 2}'
    tried = len(server.bodies(PATH))
    body = server.bodies(PATH)[-1]
    named = ("response_format", "max_tokens", "max_completion_tokens")
    assert {name: body[name] for name in named if name in body} == asked
    # What it is not held to it is told.
    assert json.dumps(SCHEMA) in body["messages"][0]["content"]
    assert "JSON" in body["messages"][0]["content"]
    # And from then on at once.
    model.complete(PROMPT, schema=SCHEMA, max_tokens=9)
    assert len(server.bodies(PATH)) == tried + 1
    # Where no JSON is wanted nothing is said of it.
    model.complete(PROMPT, schema=None, max_tokens=9)
    assert server.bodies(PATH)[-1]["messages"][0]["content"] == "Kies een zin."


@pytest.mark.parametrize("name", ["temperature", "max_completion_tokens"])
def test_what_cannot_be_asked_otherwise_is_named(server, name):
    server.routes[PATH] = refusing("max_tokens", name)
    with pytest.raises(ModelUnavailable, match=f"'{name}' is not supported"):
        connected(server).complete(PROMPT, schema=SCHEMA, max_tokens=9)
    assert len(server.bodies(PATH)) == 2


def test_an_exception_in_on_text_stops_the_service_and_propagates(server):
    def endless(exchange: Exchange) -> None:
        exchange.begin("text/event-stream")
        while exchange.write(piece("en nog een zin ")):
            time.sleep(0.005)

    def enough(text: str) -> None:
        raise ValueError("genoeg")

    server.routes[PATH] = endless
    with pytest.raises(ValueError, match="genoeg"):
        connected(server).complete(PROMPT, schema=None, max_tokens=9, on_text=enough)
    assert server.hung_up.wait(5)
