"""Errors as clients of OpenAI's API expect them, by the official client."""

from __future__ import annotations

import httpx
import openai
import pytest
from openai_client import openai_of
from running_service import client_of, filled, served, settings_of

from rag.service.keys import Keys
from rag.serving import create_app

QUESTION = {"role": "user", "content": "Hoeveel gerst is er geoogst?"}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("errors")
    with served(create_app(settings_of(folder, rate_limit=0), filled(folder))) as url:
        yield url


@pytest.fixture(scope="module")
def ai(url):
    with openai_of(url) as ai:
        yield ai


def error_of(caught, kind="invalid_request_error"):
    """The error object, held to the four fields that OpenAI's has."""
    error = caught.value.response.json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert error["type"] == caught.value.type == kind
    assert error["message"]
    return error


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "keizer", "content": "Wat?"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages"),
        ({"messages": [{"role": "user", "content": "wat " * 600}]}, "messages"),
        ({"messages": [QUESTION], "n": 2}, "n"),
        ({"messages": [QUESTION], "stream": "soms"}, "stream"),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_a_bad_request_that_names_its_field(ai, given, param):
    with pytest.raises(openai.BadRequestError) as caught:
        ai.chat.completions.create(**{"model": "vraagbaak", **given})
    assert error_of(caught)["param"] == param
    assert caught.value.response.json()["status"] == 400


def test_an_unknown_model_is_not_found_by_its_field(ai):
    for call in (
        lambda: ai.chat.completions.create(model="gpt-4o", messages=[QUESTION]),
        lambda: ai.models.retrieve("gpt-4o"),
    ):
        with pytest.raises(openai.NotFoundError) as caught:
            call()
        assert error_of(caught)["param"] == "model"


@pytest.mark.parametrize(
    "call",
    [
        lambda ai: ai.responses.create(model="vraagbaak", input="wat?"),
        lambda ai: ai.completions.create(model="vraagbaak", prompt="wat?"),
        lambda ai: ai.moderations.create(input="wat?"),
        lambda ai: ai.files.list(),
        lambda ai: ai.images.generate(prompt="een veer"),
        lambda ai: ai.vector_stores.list(),
        lambda ai: ai.chat.completions.list(),
    ],
)
def test_what_openai_has_and_this_service_has_not_says_so_as_openai_does(ai, call):
    with pytest.raises((openai.NotFoundError, openai.APIStatusError)) as caught:
        call(ai)
    assert caught.value.status_code in (404, 405)
    assert "/v1/" in error_of(caught)["message"]


def test_a_missing_key_too_many_requests_and_what_is_down_have_their_types(tmp_path):
    key, _ = Keys(tmp_path / "a").create("een", ["read"])
    app = create_app(settings_of(tmp_path / "a", rate_limit=1), filled(tmp_path / "a"))
    with served(app) as url, openai_of(url) as stranger, openai_of(url, key) as ai:
        with pytest.raises(openai.AuthenticationError) as caught:
            stranger.responses.create(model="x", input="x")
        error_of(caught)
        ai.models.list()
        with pytest.raises(openai.RateLimitError) as caught:
            ai.models.list()
        error_of(caught, "requests")
    settings = settings_of(tmp_path / "b", model="ollama", ollama_url="http://127.0.0.1:9")
    with served(create_app(settings, filled(tmp_path / "b"))) as url, openai_of(url) as ai:
        with pytest.raises(openai.InternalServerError) as caught:
            ai.chat.completions.create(model="vraagbaak", messages=[QUESTION])
        assert error_of(caught, "server_error")["code"] == "model-niet-beschikbaar"


def test_a_parameter_of_a_program_is_left_aside_and_a_body_of_no_type_is_not(ai, url):
    assert ai.models.list(extra_query={"client_version": "1"}).data
    body = b'{"model": "vraagbaak", "messages": []}'
    with client_of(url) as client:
        response = client.post("/v1/chat/completions", content=body)
    assert (response.status_code, response.json()["error"]["code"]) == (415, "verkeerd-inhoudstype")


def test_errors_of_the_own_api_have_no_such_object(url):
    response = httpx.get(f"{url}/v1/documents/weg", trust_env=False)
    assert (response.status_code, "error" in response.json()) == (404, False)
