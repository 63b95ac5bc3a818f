"""What the index keeps of documents that were fetched from a service."""

from __future__ import annotations

import json
import sqlite3

import pytest
from hashing import HashingEncoder
from surface_parts import BARLEY, FERRY

from index.documents import Origin
from index.errors import NotFound
from index.index import open_index, rebuild_index

ORIGIN = Origin("https://dienst.example/1", ("2025D90001", "2025Z90001"), "De oogst", "2025-06-18")


@pytest.fixture
def index(tmp_path):
    opened = open_index(tmp_path, HashingEncoder(), create=True)
    yield opened
    opened.close()


def put(index, text: str, place: str = "dienst:1", origin: Origin = ORIGIN):
    return index.put(text.encode(), "stuk.txt", place, origin)


def test_what_stands_at_a_place_is_replaced_and_withdrawn_but_not_what_was_uploaded_too(index):
    (before,) = put(index, FERRY).added
    (after,) = put(index, BARLEY).updated
    assert [info.id for info in index.documents()] == [after.id]
    assert not index.holds(before.id)
    assert index.holds(after.id)
    put(index, FERRY, "dienst:2")
    index.add_bytes(FERRY.encode(), "veer.txt")
    assert index.withdraw("dienst:1") is True
    assert index.withdraw("dienst:2") is False
    assert index.withdraw("dienst:3") is False
    assert [info.source for info in index.documents()] == ["veer.txt"]


def test_another_origin_takes_the_place_of_the_old_one_and_the_same_changes_nothing(index):
    (info,) = put(index, BARLEY).added
    with index.store.reading():
        before = index.store.generation()
    index.put_origin(info.id, ORIGIN)
    with index.store.reading():
        assert index.store.generation() == before
    other = Origin("https://dienst.example/2", ("2025D90002",))
    index.put_origin(info.id, other)
    (after,) = index.documents()
    assert (after.metadata.origin, after.metadata.identifiers) == (other, ("2025D90002",))
    with pytest.raises(NotFound):
        index.put_origin("0" * 16, ORIGIN)


def test_title_and_date_of_the_service_fill_what_the_document_does_not_state(index):
    (info,) = put(index, BARLEY).added
    assert (info.metadata.title, info.metadata.date) == ("De oogst", "2025-06-18")
    (stated,) = put(index, FERRY, "dienst:2").added
    assert stated.metadata.date == "2024-03-05"


def test_the_origin_survives_a_rebuild(index, tmp_path):
    (before,) = put(index, BARLEY).added
    index.close()
    rebuild_index(tmp_path, HashingEncoder())
    again = open_index(tmp_path, HashingEncoder(), create=False)
    (after,) = again.documents()
    again.close()
    assert after.metadata == before.metadata


def test_an_index_from_before_there_were_origins_is_read(index, tmp_path):
    index.add_bytes(BARLEY.encode(), "oogst.txt")
    db = sqlite3.connect(tmp_path / "index.sqlite")
    with db:
        (text,) = db.execute("SELECT metadata FROM documents").fetchone()
        older = {name: value for name, value in json.loads(text).items() if name != "origin"}
        db.execute("UPDATE documents SET metadata = ?", (json.dumps(older),))
    db.close()
    (info,) = index.documents()
    assert info.metadata.origin is None
