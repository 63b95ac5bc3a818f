"""Commands with another engine than the one in this process, and `merge`."""

import json

import pytest
from hashing import HashingEncoder
from milvus_lite.server_manager import server_manager_instance as milvus_lite
from surface_parts import BARLEY, FERRY

from index.encoders import embedding
from rag.cli.main import main
from rag.service.resources import Resources
from rag.settings import load_settings

RIDERS = "Hoeveel reizigers vervoerde de veerdienst in 2023?"


@pytest.fixture
def loaded():
    return HashingEncoder(256)


@pytest.fixture
def run(monkeypatch, capsys, tmp_path, loaded):
    """Run a command in `tmp_path`/data, without a model; gives (exit code, stdout, stderr)."""
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("VRAAGBAAK_READER", "none")
    monkeypatch.setattr(embedding, "load_encoder", lambda *_: loaded)

    def run(*argv):
        code = main([str(argument) for argument in argv])
        return (code, *capsys.readouterr())

    return run


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "documenten"
    folder.mkdir()
    (folder / "veer.txt").write_text(FERRY, encoding="utf-8")
    (folder / "gerst.txt").write_text(BARLEY, encoding="utf-8")
    return folder


@pytest.fixture
def milvus(tmp_path, monkeypatch):
    """An address for VRAAGBAAK_ENGINE, set once it is asked for."""
    address = str(tmp_path / "milvus.db")
    yield lambda: monkeypatch.setenv("VRAAGBAAK_ENGINE", address)
    milvus_lite.release_server(address)


def found(run, question=RIDERS):
    code, out, _ = run("search", question, "--json")
    assert code == 0
    hits = json.loads(out)["hits"]
    return [(hit["document"]["id"], hit["text"], round(hit["score"], 3)) for hit in hits]


def test_an_index_moves_to_milvus_without_embedding(run, files, milvus, loaded):
    assert run("index")[0] == 2  # nothing to add and no engine to bring up to date
    assert run("index", files)[0] == 0
    right = found(run)
    milvus()
    code, _, err = run("search", RIDERS)
    assert code == 10
    assert "vraagbaak index" in err
    assert run("verify")[0] == 10
    loaded.seen.clear()
    code, out, _ = run("index", "--json")
    assert (code, json.loads(out)["failed"]) == (0, [])
    assert loaded.seen == []
    assert found(run) == right
    assert run("verify")[0] == 0
    listed = json.loads(run("documents", "--json")[1])["documents"]
    assert run("documents", "remove", right[0][0])[0] == 0
    assert right[0][0] not in [each for each, *_ in found(run)]
    assert run("index", files)[0] == 0  # comes back, and is put into Milvus
    assert {each for each, *_ in found(run)} == {each["id"] for each in listed}
    assert run("index", "--rebuild")[0] == 0
    assert found(run)[0][:2] == right[0][:2]


def test_a_service_is_ready_only_where_its_engine_is(run, files, milvus, tmp_path):
    assert run("index", files)[0] == 0
    milvus()
    settings = load_settings({"data_dir": tmp_path / "data", "model": "none", "reader": "none"})
    resources = Resources(settings)
    index = resources.index()
    (fault,) = resources.faults()
    assert (fault.code, fault.status) == ("zoekserver-niet-beschikbaar", 503)
    index.engine.settle()
    assert resources.faults() == []
    resources.close()


def test_a_server_that_is_not_there_ends_every_command_that_searches(run, files, monkeypatch):
    assert run("index", files)[0] == 0
    monkeypatch.setenv("VRAAGBAAK_ENGINE", "http://127.0.0.1:1")
    for command in (("search", RIDERS), ("index", files), ("index",)):
        code, _, err = run(*command, "--taal", "en")
        assert code == 10
        assert "does not answer" in err
    assert run("documents")[0] == 0
    monkeypatch.setenv("VRAAGBAAK_ENGINE", "milvus")
    assert run("search", RIDERS)[0] == 2


def test_merge_brings_in_and_counts(run, files, tmp_path, monkeypatch):
    assert run("index", files / "veer.txt")[0] == 0
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", str(tmp_path / "other"))
    assert run("index", files)[0] == 0
    code, out, _ = run("merge", tmp_path / "data")
    assert (code, out) == (0, "toegevoegd: 0; stonden er al: 1\n")
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", str(tmp_path / "data"))
    code, out, _ = run("merge", tmp_path / "other", "--json")
    assert (code, json.loads(out)) == (0, {"added": 1, "present": 1})
    assert len(json.loads(run("documents", "--json")[1])["documents"]) == 2
    assert run("merge", tmp_path / "nergens")[0] == 5
    assert run("merge")[0] == 2
