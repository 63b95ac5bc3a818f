"""The embedded language model itself: marked `llm`, for it takes a gigabyte and tens of seconds."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from index import paths
from index.errors import ModelUnavailable
from rag.llm import Message
from rag.llm.embedded import MODEL_FILE, Embedded

pytestmark = pytest.mark.llm

SCHEMA = {
    "type": "object",
    "properties": {"zin": {"type": "integer", "enum": [1, 2, 3]}},
    "required": ["zin"],
    "additionalProperties": False,
}
SENTENCES = [
    "De brug is in 1998 gebouwd en wordt dagelijks door fietsers gebruikt.",
    "Het onderhoud van de brug kost 3 miljoen euro per jaar.",
    "Over de kleur van de leuning is nog niets besloten.",
]
PROMPT = [
    Message("system", "Kies het nummer van de zin die de vraag beantwoordt."),
    Message(
        "user",
        "\n".join(f"{number}. {text}" for number, text in enumerate(SENTENCES, 1))
        + "\nVraag: Hoeveel kost het onderhoud van de brug?",
    ),
]


@pytest.fixture(scope="module")
def model():
    pytest.importorskip("xllamacpp", reason="pip install 'vraagbaak[embedded]'")
    models = paths.models_dir(paths.data_dir())
    if not (models / MODEL_FILE.name).is_file():
        pytest.skip(f"no {MODEL_FILE.name} in {models}: run `vraagbaak models`")
    loaded = Embedded(models, context_tokens=2048, timeout_s=300, threads=None)
    yield loaded
    loaded.close()


def test_it_chooses_within_the_schema_and_the_same_again_for_two_threads_in_turn(model):
    pieces: list[str] = []
    done = model.complete(PROMPT, schema=SCHEMA, max_tokens=20, on_text=pieces.append)
    assert json.loads(done.text) == {"zin": 2}
    assert "".join(pieces) == done.text
    assert "\n" not in done.text
    assert done.prompt_tokens > 60
    assert 0 < done.completion_tokens < 15
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(model.complete, PROMPT, schema=SCHEMA, max_tokens=20) for _ in "ab"]
    first, second = (each.result() for each in asked)
    assert json.loads(first.text) == json.loads(second.text) == {"zin": 2}
    assert model.complete(PROMPT, schema=SCHEMA, max_tokens=20) == second


def test_tokens_are_counted_and_limits_refused(model):
    assert model.count_tokens("") == 0
    assert model.count_tokens("2025") == 4  # this tokenizer counts digits one by one
    with pytest.raises(ModelUnavailable, match="2048"):
        model.complete([Message("user", "brug " * 3000)], schema=None, max_tokens=10)
    with pytest.raises(ModelUnavailable, match="maximum"):
        model.complete(PROMPT, schema=SCHEMA, max_tokens=2)


def test_stopping_takes_effect_at_once_and_leaves_the_model_usable(model):
    def enough(text: str) -> None:
        raise ValueError("genoeg")

    long = [Message("user", "Schrijf een lang verhaal over een brug.")]
    begin = time.monotonic()
    with pytest.raises(ValueError, match="genoeg"):
        model.complete(long, schema=None, max_tokens=1500, on_text=enough)
    done = model.complete(PROMPT, schema=SCHEMA, max_tokens=20)
    # All 1,500 tokens would take minutes.
    assert time.monotonic() - begin < 60
    assert json.loads(done.text) == {"zin": 2}


def test_after_close_the_next_use_loads_it_again(model):
    model.close()
    model.close()
    assert model.count_tokens("de brug") > 0
