"""`vraagbaak search --service`: the same hits by a running service, and what goes wrong there."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from local_service import closed_url
from replying import replying
from service_parts import filled, serving, settings_of

from rag.service.keys import Keys
from rag.serving import create_app

QUESTION = "hoeveel subsidie krijgt het veer?"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("remote")
    with serving(create_app(settings_of(folder, rate_limit=0), filled(folder))) as plain:
        yield plain


def test_a_service_finds_what_is_not_indexed_here(run, service, monkeypatch):
    url = str(service.base_url)
    code, out, _ = run("search", QUESTION, "-k", "1", "--json", "--service", url + "/")
    expected = service.get("/v1/search", params={"q": QUESTION, "k": 1}).json()["hits"]
    assert code == 0
    assert json.loads(out)["hits"] == expected
    code, text, _ = run("search", QUESTION, "--service", url)
    assert code == 0
    assert text.startswith("1. ")
    assert "veer" in text
    assert run("search", QUESTION)[0] == 5  # no index here
    monkeypatch.setenv("VRAAGBAAK_SERVICE", url)
    assert run("search", QUESTION)[:2] == (0, text)
    documents = service.get("/v1/documents").json()["documents"]
    barley = next(each["id"] for each in documents if "gerst" in each["source"])
    code, out, _ = run("search", QUESTION, "--document", barley, "--json")
    assert code == 0
    assert {hit["document"]["id"] for hit in json.loads(out)["hits"]} == {barley}


def test_what_the_service_refuses_is_said_with_its_exit_code(run, service):
    url = str(service.base_url)
    code, out, err = run("search", QUESTION, "--document", "bestaatniet", "--service", url)
    assert (code, out) == (4, "")
    assert "bestaatniet" in err
    code, _, err = run("--lang", "en", "search", QUESTION, "--from", "gisteren", "--service", url)
    assert code == 2
    assert "gisteren" in err
    assert run("search", "x" * 2001, "--service", url)[0] == 2


def test_a_service_with_keys_is_asked_with_one(run, tmp_path, monkeypatch):
    folder = tmp_path / "service"
    secret, _ = Keys(folder).create("test", ("read",))
    with serving(create_app(settings_of(folder), filled(folder))) as plain:
        url = str(plain.base_url)
        code, _, err = run("search", QUESTION, "--service", url)
        assert code == 1
        assert "sleutel" in err
        monkeypatch.setenv("VRAAGBAAK_SERVICE_KEY", secret)
        assert run("search", QUESTION, "--service", url)[0] == 0


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"hits": 3}'])
def test_something_else_at_the_address_is_no_service(run, body):
    with replying(200, body) as url:
        code, out, err = run("search", QUESTION, "--service", url)
    assert (code, out) == (1, "")
    assert "iets anders dan Vraagbaak" in err


def test_a_service_that_is_not_there_is_said_with_what_to_do(run):
    code, _, err = run("search", QUESTION, "--service", closed_url())
    assert code == 1
    assert "vraagbaak serve" in err
    assert run("search", QUESTION, "--service", "ftp://hier")[0] == 2


def test_nothing_heavy_is_loaded_for_it(service, tmp_path):
    program = (
        "import sys; from rag.cli.main import main; "
        f"main(['search', 'veer', '--service', '{service.base_url}']); "
        "print([m for m in ('torch', 'faiss', 'sentence_transformers', 'fastapi') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    )
    assert ran.stdout.strip().endswith("[]")
