"""`/v1/embeddings`, by the official client: vectors of the index's own encoder."""

from __future__ import annotations

import base64
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import openai
import pytest
from hashing import HashingEncoder
from openai_client import openai_of
from running_service import filled, served, settings_of

from rag.service.keys import Keys
from rag.serving import create_app

MODEL = "vraagbaak-embeddings"
TEXTS = ["De veerdienst vaart weer.", "Gerst is geoogst."]


class Prefixed(HashingEncoder):
    """Tells a question from a passage, as a trained encoder does."""

    def encode_queries(self, texts):
        return super().encode_queries([f"vraag {text}" for text in texts])


ENCODER = Prefixed()


@pytest.fixture(scope="module")
def ai(tmp_path_factory):
    folder = tmp_path_factory.mktemp("embeddings")
    app = create_app(settings_of(folder, rate_limit=0), filled(folder, ENCODER))
    with served(app) as url, openai_of(url) as ai:
        yield ai


@pytest.mark.parametrize("form", [openai.NOT_GIVEN, "float", "base64"])
def test_texts_get_the_vectors_that_their_passages_would_have(ai, form):
    # The client asks for base64 itself where nothing is said, and reads that.
    made = ai.embeddings.create(model=MODEL, input=TEXTS, encoding_format=form)
    vectors = [each.embedding for each in made.data]
    if form == "base64":
        vectors = [np.frombuffer(base64.b64decode(each), "<f4") for each in vectors]
    assert np.allclose(vectors, ENCODER.encode_passages(TEXTS))
    assert [each.index for each in made.data] == [0, 1]
    tokens = sum(map(ENCODER.count_tokens, TEXTS))
    assert (made.usage.prompt_tokens, made.usage.total_tokens) == (tokens, tokens)
    assert made.model == MODEL


def test_one_text_is_a_list_of_one_and_a_question_can_be_said_to_be_one(ai):
    made = ai.embeddings.create(model=MODEL, input=TEXTS[0], extra_body={"input_type": "query"})
    (only,) = made.data
    assert np.allclose(only.embedding, ENCODER.encode_queries(TEXTS[:1])[0])
    assert ai.embeddings.create(model=MODEL, input="x", dimensions=ENCODER.dimension).data


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"input": []}, "input"),
        ({"input": ""}, "input[0]"),
        ({"input": ["goed", "x" * 10_001]}, "input[1]"),
        ({"input": ["x"] * 129}, "input"),
        ({"input": [1, 2, 3]}, "input[0]"),
        ({"input": ["goed", "woord " * 600]}, "input[1]"),
        ({"input": "x", "dimensions": 7}, "dimensions"),
        ({"input": "x", "encoding_format": "hex"}, "encoding_format"),
        ({"input": "x", "extra_body": {"input_type": "titel"}}, "input_type"),
    ],
    ids=str,
)
def test_what_cannot_be_embedded_is_refused_by_its_field(ai, given, param):
    with pytest.raises(openai.BadRequestError) as caught:
        ai.embeddings.create(model=MODEL, **given)
    assert caught.value.param == param


def test_another_model_is_not_found_and_this_one_is(ai):
    with pytest.raises(openai.NotFoundError) as caught:
        ai.embeddings.create(model="text-embedding-3-small", input="x")
    assert caught.value.param == "model"
    assert MODEL in caught.value.body["message"]
    assert ai.models.retrieve(MODEL).id == MODEL
    assert MODEL not in [model.id for model in ai.models.list()]


def test_keys_and_the_queue_hold_here_too(service, tmp_path):
    started, go_on = threading.Semaphore(0), threading.Event()

    class Slow(HashingEncoder):
        def count_tokens(self, text):
            if text == "langzaam":
                started.release()
                go_on.wait(60)
            return super().count_tokens(text)

    key, _ = Keys(tmp_path).create("programma", ["read"])
    url = service(index=filled(tmp_path, Slow()), queue_size=0).base_url
    with openai_of(url, key) as ai, openai_of(url) as stranger, ThreadPoolExecutor(2) as pool:
        with pytest.raises(openai.AuthenticationError):
            stranger.embeddings.create(model=MODEL, input="x")
        slow = [pool.submit(ai.embeddings.create, model=MODEL, input="langzaam") for _ in range(2)]
        try:
            assert started.acquire(timeout=60)
            assert started.acquire(timeout=60)
            with pytest.raises(openai.InternalServerError) as caught:
                ai.embeddings.create(model=MODEL, input="x")
        finally:
            go_on.set()
        assert [len(each.result().data) for each in slow] == [1, 1]
    assert caught.value.code == "bezet"
    assert int(caught.value.response.headers["retry-after"]) >= 1
