"""Which language model the settings lead to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from local_service import closed_url, serving

from index.errors import BadRequest, ModelUnavailable
from rag import llm
from rag.llm.checks import estimate_tokens


def connect(kind: str, **more: Any) -> llm.LanguageModel | None:
    options: dict[str, Any] = {
        "models_dir": Path("nowhere"),
        "ollama_url": closed_url(),
        "ollama_model": None,
        "openai_url": None,
        "openai_model": None,
        "openai_key": None,
        "num_ctx": 4096,
        "timeout_s": 5,
        "threads": None,
        **more,
    }
    return llm.connect(kind, **options)


OLLAMA = {
    "/api/version": lambda exchange: exchange.give({"version": "0.12.0"}),
    "/api/tags": lambda exchange: exchange.give({"models": [{"model": "gemma3:4b"}]}),
    "/api/show": lambda exchange: exchange.give({"details": {}, "model_info": {}}),
}


def name(model: llm.LanguageModel | None) -> str:
    assert model is not None
    return model.name


def test_what_is_set_is_taken_or_refused_by_name():
    assert connect("none") is None
    with pytest.raises(ModelUnavailable, match="ollama serve"):
        connect("auto", ollama_model="gemma3:4b")
    with pytest.raises(BadRequest, match="openai_url"):
        connect("openai", openai_model="mistral")
    chosen = connect("openai", openai_url="http://127.0.0.1:1/v1", openai_model="mistral")
    assert name(chosen) == "openai:mistral"
    with pytest.raises(BadRequest, match="chatgpt"):
        connect("chatgpt")


def test_auto_takes_what_runs_and_writes():
    with serving(OLLAMA) as service:
        assert name(connect("auto", ollama_url=service.url)) == "ollama:gemma3:4b"
    assert name(connect("auto")).startswith("embedded:")
    assert connect("auto", embedded=False) is None
    assert name(connect("embedded", embedded=False)).startswith("embedded:")
    empty = {**OLLAMA, "/api/tags": lambda exchange: exchange.give({"models": []})}
    with serving(empty) as service:
        assert name(connect("auto", ollama_url=service.url)).startswith("embedded:")


def test_embedded_without_its_runtime_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    model = connect("embedded")
    assert model is not None
    with pytest.raises(ModelUnavailable, match=r"pip install 'vraagbaak\[embedded\]'"):
        model.count_tokens("Wat kost de brug?")


def test_the_estimate_of_tokens_is_never_below_the_number_of_words_or_digits():
    assert estimate_tokens("") == 0
    assert estimate_tokens("Wat kost de brug?") >= 5
    assert estimate_tokens("1.234,56") >= 4
