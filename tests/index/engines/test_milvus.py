"""Milvus alone: crashes, copies, several indexes in one, and what is said where it cannot be used."""

from __future__ import annotations

import shutil
import socket
import time

import numpy as np
import pytest
from hashing import HashingEncoder
from milvus_lite.server_manager import server_manager_instance as milvus_lite
from pymilvus import MilvusClient

import index.engines
from index.backup import back_up, restore
from index.engines import milvus as engine
from index.engines.milvus import MilvusEngine
from index.engines.milvus_rows import ROWS, term_rows
from index.errors import BadRequest, EngineUnavailable
from index.index import FILE_NAME, open_index
from index.search import search

TEXT = "Vraag 1\nHoeveel {0}?\n\nAntwoord vraag 1\nEr zijn {1} {0}.\n"


def rows(address):
    """How many rows each collection has, by the last part of its name."""
    client = MilvusClient(address, dedicated=True)
    found = {}
    for name in client.list_collections():
        (row,) = client.query(name, "document >= 0", ["count(*)"])
        found[name] = row["count(*)"]
    client.close()
    return found


def by_kind(address):
    return {name.rsplit("_", 1)[1]: count for name, count in rows(address).items()}


def first(index, question):
    return search(index, question).hits[0].passage.text


class Killed(BaseException):
    pass


@pytest.mark.parametrize("step", ["windows", "terms", "whole"])
def test_what_a_crash_left_half_is_put_in_again(opened, milvus, data, monkeypatch, step):
    index = opened(milvus)
    right = opened()

    def killed(*_):
        raise Killed

    with monkeypatch.context() as patch:
        if step == "whole":
            note = MilvusEngine._note
            patch.setattr(
                MilvusEngine, "_note", lambda s, n: note(s, n) if "" in n.values() else killed()
            )
        else:
            patch.setattr(engine, f"{step.removesuffix('s')}_rows", killed)
        with pytest.raises(Killed):
            index.engine.settle()
    again = opened(milvus)
    assert again.engine.missing() == len(right.documents())
    # A document that is removed before the next run leaves nothing behind either.
    gone = again.documents()[0]
    again.remove(gone.id)
    assert again.engine.missing() == 0
    counts = right.stats()
    assert by_kind(milvus) == {
        "documents": counts["documents"],
        "windows": counts["windows"],
        "terms": counts["passages"],
    }
    assert first(again, "bankgarantie leverancier") == first(right, "bankgarantie leverancier")
    before = rows(milvus)
    again.engine.settle()
    assert rows(milvus) == before


def test_a_note_of_a_document_that_was_not_put_in_counts_as_missing(opened, milvus):
    index = opened(milvus)
    index.engine.settle()
    with index.store.reading():
        key = index.store.keys()[4]
    index.engine._client.delete(index.engine._name("documents"), filter=f"document in [{key}]")
    assert index.engine.missing() == 1
    again = opened(milvus)
    again.engine.settle()
    assert again.engine.missing() == 0
    assert by_kind(milvus)["windows"] == index.count("windows")


def test_two_indexes_in_one_milvus_do_not_mix(opened, milvus, tmp_path):
    index = opened(milvus)
    index.engine.settle()
    other = open_index(tmp_path / "b", HashingEncoder(64), create=True, engine=milvus)
    assert search(other, "bankgarantie").hits == ()
    other.add_bytes(TEXT.format("fietsen", 12).encode(), "fietsen.txt")
    assert [hit.passage.text for hit in search(other, "bankgarantie").hits] == [
        "Er zijn 12 fietsen."
    ]
    assert "12 fietsen" not in first(index, "fietsen")
    assert len(rows(milvus)) == 6
    other.close()


def test_a_copy_searches_and_never_writes(opened, milvus, data, tmp_path, monkeypatch):
    index = opened(milvus)
    index.engine.settle()
    copy = tmp_path / "copy"
    copy.mkdir()
    back_up(data, copy / FILE_NAME)
    # As for whom the file is read-only (the user of these tests may be one who may do anything).
    monkeypatch.setattr("index.store.os.access", lambda path, _: path != copy / FILE_NAME)
    reader = opened(milvus, folder=copy)
    question = "bankgarantie leverancier"
    assert first(reader, question) == first(index, question)
    # What was added since is not in the copy; what was removed is in Milvus no more.
    index.add_bytes(TEXT.format("bankgarantie leverancier", 12).encode(), "x.txt")
    before = rows(milvus)
    assert "12 bankgarantie" in first(index, question)
    assert "12 bankgarantie" not in first(reader, question)
    best = search(index, question).hits[1].document
    assert search(reader, question).hits[0].document.id == best.id
    assert rows(milvus) == before
    index.remove(best.id)
    assert search(reader, question).hits[0].document.id != best.id
    assert sorted(each.name for each in copy.iterdir()) == [FILE_NAME]


def test_a_removed_document_is_not_found_though_milvus_still_holds_it(opened, milvus):
    index = opened(milvus)
    index.engine.settle()
    best = search(index, "bankgarantie leverancier").hits[0].document
    with index.store.writing():
        index.store.remove(index.store.key_of(best.id))
    hits = search(index, "bankgarantie leverancier").hits
    assert hits
    assert best.id not in {hit.document.id for hit in hits}


def test_a_backup_put_back_is_another_index_to_milvus(opened, milvus, data, tmp_path):
    index = opened(milvus)
    index.engine.settle()
    back_up(data, tmp_path / "kopie")
    index.add_bytes(TEXT.format("fietsen", 12).encode(), "fietsen.txt")
    assert "12 fietsen" in first(index, "fietsen")
    restore(data, tmp_path / "kopie")  # under a running service: all keys are new
    with pytest.raises(EngineUnavailable, match="vraagbaak index"):
        search(index, "fietsen")
    index.engine.settle()
    assert "12 fietsen" not in first(index, "fietsen")
    assert len(rows(milvus)) == 6


def test_keys_that_were_used_for_other_documents_are_told_apart(opened, milvus, data, tmp_path):
    index = opened(milvus)
    index.engine.settle()
    back_up(data, tmp_path / "kopie")
    index.add_bytes(TEXT.format("fietsen", 12).encode(), "fietsen.txt")
    index.close()
    (data / FILE_NAME).unlink()
    shutil.copy(tmp_path / "kopie", data / FILE_NAME)
    again = opened(milvus)
    again.add_bytes(TEXT.format("bomen", 34).encode(), "bomen.txt")  # the key that the other had
    assert "34 bomen" in first(again, "bomen")
    assert search(again, "fietsen").hits[0].lexical < 1
    assert by_kind(milvus)["windows"] == again.count("windows")


def test_passages_of_any_length_go_in_and_the_best_part_counts():
    terms = np.arange(9, dtype=np.uint32)
    counts = np.full(9, 3_000, np.uint32)
    made = list(term_rows([(5, 7, terms, counts)]))
    assert [row["id"] for row in made] == [7 * ROWS + number for number in range(4)]
    assert {row["document"] for row in made} == {5}
    assert all(len(row["terms"].encode()) <= 65_535 for row in made)
    assert sum(len(row["terms"].split()) for row in made) == counts.sum()


# --- where it cannot be used


def test_a_milvus_that_has_nothing_of_this_index_says_so(opened, milvus):
    index = opened(milvus)
    with pytest.raises(EngineUnavailable) as found:
        search(index, "bankgarantie")
    assert "vraagbaak index" in found.value.nl
    assert "has nothing of this index" in found.value.en
    assert isinstance(index.engine.fault(), EngineUnavailable)
    assert rows(milvus) == {}


def test_a_server_that_is_not_there_is_named_and_nothing_is_searched_instead(opened):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://root:geheim@127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(EngineUnavailable) as found:
        opened(address)
    assert address.split("@")[1] in found.value.nl
    assert "geheim" not in found.value.nl + found.value.en
    assert (found.value.status, found.value.exit_code) == (503, 10)
    assert "\n" not in found.value.nl


def test_a_server_that_goes_away_is_an_error_within_its_time(opened, milvus, monkeypatch):
    monkeypatch.setattr(engine, "_QUICK_S", 1.0)
    index = opened(milvus)
    index.engine.settle()
    milvus_lite.release_server(milvus)
    began = time.monotonic()
    with pytest.raises(EngineUnavailable, match="antwoordt niet"):
        search(index, "bankgarantie")
    assert isinstance(index.engine.fault(), EngineUnavailable)
    assert time.monotonic() - began < 30


def test_a_milvus_that_is_too_old_is_refused(opened, milvus, monkeypatch):
    monkeypatch.setattr(MilvusClient, "get_server_version", lambda *_, **__: "v2.4.9")
    with pytest.raises(EngineUnavailable, match=r"v2\.4\.9.*2\.5"):
        opened(milvus)


@pytest.mark.parametrize("missing", ["pymilvus", "milvus_lite"])
def test_a_package_that_is_missing_is_named(opened, milvus, monkeypatch, missing):
    real = index.engines.find_spec
    monkeypatch.setattr(
        index.engines, "find_spec", lambda name: None if name == missing else real(name)
    )
    with pytest.raises(EngineUnavailable, match=f"pip install {missing.replace('_', '-')}"):
        opened(milvus)


def test_what_is_no_address_is_refused(opened):
    for wrong in ("milvus", "ftp://host", "host:19530", ""):
        with pytest.raises(BadRequest, match="VRAAGBAAK_ENGINE"):
            opened(wrong)
