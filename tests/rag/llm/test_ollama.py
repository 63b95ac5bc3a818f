"""Ollama by its official client, against a server that speaks its documented wire format."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from local_service import Exchange, Service, closed_url, serving

from index.errors import ModelUnavailable
from rag.llm import Message
from rag.llm.ollama import Ollama, find_ollama, newest_model

SCHEMA = {"type": "object", "properties": {"zin": {"type": "integer"}}, "required": ["zin"]}
PROMPT = [Message("system", "Kies een zin."), Message("user", "Wat kost de brug?")]
MODEL = {
    "model": "gemma3:4b",
    "modified_at": "2026-01-01T00:00:00Z",
    "digest": "a2af6cc3eb7fa8be8504abaf9b04e88f17a119ec3f04a3addf55f92841195f5a",
    "size": 3338801804,
    "details": {"family": "gemma3", "parameter_size": "4.3B", "quantization_level": "Q4_K_M"},
}


def show(exchange: Exchange) -> None:
    sizes = {"gemma3:4b": "4.3B", "qwen3:0.6b": "751.63M"}
    name = exchange.sent["model"]
    if name == "bge-m3":
        exchange.give({"details": {}, "model_info": {}, "capabilities": ["embedding"]})
    elif name in sizes:
        exchange.give(
            {
                "details": {"parameter_size": sizes[name]},
                "model_info": {"gemma3.context_length": 4096},
                "capabilities": ["completion"] + ["thinking"] * (name == "qwen3:0.6b"),
            }
        )
    else:
        exchange.give({"error": f"model '{name}' not found"}, status=404)


def piece(text: str, **more: Any) -> str:
    message = {"role": "assistant", "content": text}
    return json.dumps({"model": "gemma3:4b", "message": message, "done": False, **more}) + "\n"


def last(read: int | None = 30, reason: str = "stop") -> str:
    counts = {"eval_count": 7} if read is None else {"prompt_eval_count": read, "eval_count": 7}
    return piece("", done=True, done_reason=reason, **counts)


def saying(*lines: str) -> Any:
    def chat(exchange: Exchange) -> None:
        exchange.begin("application/x-ndjson")
        for line in lines:
            exchange.write(line)

    return chat


@pytest.fixture
def server():
    routes = {
        "/api/version": lambda exchange: exchange.give({"version": "0.12.0"}),
        "/api/tags": lambda exchange: exchange.give({"models": [{"model": "bge-m3"}, MODEL]}),
        "/api/show": show,
        "/api/chat": saying(piece('{"zin":'), piece(" 2}"), last()),
    }
    with serving(routes) as service:
        yield service


def connected(server: Service, **more: Any) -> Ollama:
    options: dict[str, Any] = {"num_ctx": 8192, "timeout_s": 30, **more}
    return Ollama(server.url, options.pop("model", "gemma3:4b"), **options)


def test_completion_arrives_in_pieces_with_the_servers_counts_as_it_was_asked(server):
    pieces: list[str] = []
    model = connected(server)
    done = model.complete(PROMPT, schema=SCHEMA, max_tokens=40, on_text=pieces.append)
    assert pieces == ['{"zin":', " 2}"]
    assert (done.text, done.prompt_tokens, done.completion_tokens) == ('{"zin": 2}', 30, 7)
    (body,) = server.bodies("/api/chat")
    assert body["format"] == SCHEMA
    assert body["messages"][1] == {"role": "user", "content": "Wat kost de brug?"}
    assert body["options"] == {"num_ctx": 4096, "num_predict": 40, "temperature": 0, "seed": 1}
    assert body["stream"] is True
    assert body["keep_alive"]
    assert model.composes
    # A server that leaves the count out gives the estimate.
    server.routes["/api/chat"] = saying(piece("Ja."), last(read=None))
    assert model.complete(PROMPT, schema=None, max_tokens=10).prompt_tokens >= 30 / 2


def test_name_digest_and_context_are_what_the_server_states(server):
    model = connected(server)
    assert (model.name, model.digest) == ("ollama:gemma3:4b", MODEL["digest"])
    assert model.context_tokens == 4096  # the model's own, smaller than num_ctx
    assert connected(server, num_ctx=2048).context_tokens == 2048


def test_a_thinking_model_is_told_not_to_think_and_a_small_one_does_not_compose(server):
    small = connected(server, model="qwen3:0.6b")
    assert not small.composes
    small.complete(PROMPT, schema=None, max_tokens=5)
    connected(server).complete(PROMPT, schema=None, max_tokens=5)
    thinking, plain = server.bodies("/api/chat")
    assert thinking["think"] is False
    assert plain.get("think") is None


def test_without_a_name_the_newest_model_that_can_chat_is_taken(server):
    assert newest_model(server.url) == "gemma3:4b"  # not bge-m3, which only embeds
    assert connected(server, model=None).name == "ollama:gemma3:4b"


def test_what_is_not_there_is_named_with_what_to_do(server):
    with pytest.raises(ModelUnavailable, match="ollama pull mistral-small"):
        connected(server, model="mistral-small")
    server.routes["/api/tags"] = lambda exchange: exchange.give({"models": []})
    with pytest.raises(ModelUnavailable, match="ollama pull"):
        connected(server, model=None)
    url = closed_url()
    with pytest.raises(ModelUnavailable, match="ollama serve") as caught:
        Ollama(url, "gemma3:4b", num_ctx=4096, timeout_s=5)
    assert url in caught.value.nl
    assert url in caught.value.en


def test_find_ollama_tells_a_running_server_from_none_and_from_another(server):
    assert find_ollama(server.url)
    assert find_ollama(server.url + "/")
    assert not find_ollama(closed_url())
    server.routes["/api/version"] = lambda exchange: exchange.give(["something else"])
    assert not find_ollama(server.url)

    def late(exchange: Exchange) -> None:
        time.sleep(0.9)
        exchange.give({"version": "0.12.0"})

    server.routes["/api/version"] = late
    assert not find_ollama(server.url), "it is not waited for"


def test_a_prompt_that_may_not_fit_is_refused_before_it_is_sent(server):
    long = [Message("user", "brug " * 2000)]
    with pytest.raises(ModelUnavailable, match="4096"):
        connected(server).complete(long, schema=None, max_tokens=100)
    assert server.bodies("/api/chat") == []


def test_a_prompt_that_the_server_cut_is_an_error_and_not_an_answer(server):
    server.routes["/api/chat"] = saying(piece("Ja."), last(read=512))
    long = [Message("user", "de brug " * 400)]  # 800 words
    with pytest.raises(ModelUnavailable, match=r"512 tokens .* 800"):
        connected(server).complete(long, schema=None, max_tokens=10)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([piece("Dat kost"), last()], "JSON"),
        ([piece('{"bron": 1}'), last()], "zin"),
        ([piece('{"zin": '), last(reason="length")], "maximum"),
        ([piece('{"zin": ')], "halverwege"),
        (["<html>proxy</html>\n"], "anders dan Ollama"),
        ([json.dumps({"error": "out of memory"}) + "\n"], "out of memory"),
        ((400, "json: cannot unmarshal object into ChatRequest.format"), r"werk Ollama bij \(0\.5"),
        (None, "model_timeout_s"),  # it is slow
    ],
)
def test_an_answer_that_is_none_is_an_error_that_says_what_to_do(server, lines, says):
    model = connected(server, timeout_s=0.1 if lines is None else 30)
    if lines is None:
        server.routes["/api/chat"] = lambda _: time.sleep(0.5)
    elif isinstance(lines, tuple):
        status, said = lines
        server.routes["/api/chat"] = lambda exchange: exchange.give({"error": said}, status=status)
    else:
        server.routes["/api/chat"] = saying(*lines)
    with pytest.raises(ModelUnavailable, match=says):
        model.complete(PROMPT, schema=SCHEMA, max_tokens=10)


def test_json_is_taken_out_of_what_stands_around_it(server):
    around = "<think>\nEerst zoeken.\n</think>\n```json\n{}\n```"
    server.routes["/api/chat"] = saying(*map(piece, around.format('{"zin": 2}')), last())
    pieces: list[str] = []
    done = connected(server).complete(PROMPT, schema=SCHEMA, max_tokens=9, on_text=pieces.append)
    assert done.text == '{"zin": 2}'
    assert "".join(pieces).startswith('{"zin": 2}')


@pytest.mark.parametrize("kind", [ValueError, ConnectionResetError])
def test_an_exception_in_on_text_stops_the_server_and_propagates(server, kind):
    def endless(exchange: Exchange) -> None:
        exchange.begin("application/x-ndjson")
        while exchange.write(piece("en nog een zin ")):
            time.sleep(0.005)

    def enough(text: str) -> None:
        raise kind("genoeg")

    server.routes["/api/chat"] = endless
    with pytest.raises(kind, match="genoeg"):
        connected(server).complete(PROMPT, schema=None, max_tokens=10, on_text=enough)
    assert server.hung_up.wait(5)


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", closed_url())
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert find_ollama(server.url)
    assert connected(server).complete(PROMPT, schema=SCHEMA, max_tokens=9).text == '{"zin": 2}'
