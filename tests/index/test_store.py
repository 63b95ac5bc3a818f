import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from store_parts import MADE_WITH, TEXT, document, entry, put

from index.documents import Question, Span, Speaker, Window
from index.errors import DamagedIndex, IndexMismatch, NoIndex, VraagbaakError
from index.store import Entry, Store


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "index.sqlite", MADE_WITH, create=True)
    yield opened
    opened.close()


def test_a_document_comes_back_exactly_as_it_was_stored(store):
    made = document()
    key = put(store, made)
    with store.reading():
        assert store.document(key) == made
        assert store.original(key) == b"bytes \x00 of it"
        assert list(store.passages_of(key).values()) == list(made.passages)


def test_what_was_recognised_comes_back_and_is_nothing_in_an_index_of_before(store):
    made = document()
    made = replace(made, metadata=replace(made.metadata, recognised=(Span(0, 4), Span(8, 12))))
    key = put(store, made)
    with store.reading():
        assert store.document(key) == made
    with store.writing():
        store._db.execute("UPDATE documents SET metadata = json_remove(metadata, '$.recognised')")
    with store.reading():
        assert store.document(key).metadata == replace(made.metadata, recognised=())


def test_a_sub_question_and_the_number_of_its_list_come_back(store):
    made = document()
    part = replace(made.passages[0], questions=(Question("2a", "Hoe?", 8, 12),), list_number=2)
    made = replace(made, passages=(part,))
    key = put(store, made)
    with store.reading():
        assert store.document(key) == made


def test_passages_of_before_lists_had_numbers_are_read(store):
    key = put(store, document())
    with store.writing():
        store._db.execute("UPDATE passages SET body = json_remove(body, '$.list_number')")
    with store.reading():
        assert store.document(key) == document()


def test_speakers_come_back_and_are_none_in_passages_of_before(store):
    spoken = (Speaker("Minister Tuin", 0), Speaker("De voorzitter", 4))
    part = replace(document().passages[0], speakers=spoken, before="Vaart het veer?")
    key = put(store, made := replace(document(), passages=(part,)))
    with store.reading():
        assert store.document(key) == made
    with store.writing():
        store._db.execute("UPDATE passages SET body = json_remove(body, '$.speakers', '$.before')")
    with store.reading():
        assert store.document(key).passages == document().passages[:1]


def test_sentences_come_back_with_their_vectors_by_passage(store):
    made = document()
    spans = (Span(0, 12), Span(13, 40))
    rows = np.array([[0.6, 0.8], [1 / 3, -np.sqrt(8) / 3]], np.float32)
    bare = entry(made)
    with store.writing():
        key = store.add(replace(bare, sentences=(spans, ()), sentence_vectors=(rows, rows[:0])))
    with store.reading():
        first, second = store.passages_of(key)
        found = store.sentences([first, second, 999], 2)
    assert found[first][0] == spans
    assert np.allclose(found[first][1], rows, atol=1e-3)
    assert found[second][0] == ()
    assert found[second][1].shape == (0, 2)
    assert set(found) == {first, second}


def test_vectors_come_back_bit_for_bit(store):
    made = document()
    rows = np.array([[0.6, 0.8], [1 / 3, -np.sqrt(8) / 3]], np.float32)
    windows = ((Window(0, 0, 3, "x"), Window(0, 3, 6, "y")), ())
    with store.writing():
        key = store.add(Entry(made, "", b"", windows, (rows, rows[:0]), ((), ()), (rows[:0],) * 2))
    with store.reading():
        ((found, ids, matrix),) = store.vectors([key], 2)
        first = next(iter(store.passages_of(key)))
    assert found == key
    assert ids.tolist() == [first, first]
    assert matrix.dtype == np.float32
    assert matrix.tobytes() == rows.tobytes()


def test_removing_a_document_leaves_nothing_of_it(store):
    key = put(store, document())
    with store.writing():
        store.remove(key)
    with store.reading():
        assert store.counts() == {"documents": 0, "passages": 0, "windows": 0}
        assert not list(store.terms([key]))
        assert store.infos() == {}
        assert store.sources(key) == []


def test_keys_and_passage_ids_are_never_used_again(store):
    first = put(store, document())
    with store.reading():
        ids = set(store.passages_of(first))
    with store.writing():
        store.remove(first)
    second = put(store, document())
    with store.reading():
        assert second != first
        assert not ids & set(store.passages_of(second))


def test_a_failed_transaction_leaves_the_state_before_it(store):
    put(store, document())
    twice = [entry(document("1" * 16))] * 2
    with pytest.raises(sqlite3.IntegrityError), store.writing():
        list(map(store.add, twice))
    with store.reading():
        assert store.counts()["documents"] == 1
        assert store.generation() == 1


def test_a_process_killed_while_writing_leaves_the_state_before_it(store, tmp_path):
    put(store, document())
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from index.store import Store\n"
        "from store_parts import MADE_WITH, document, entry\n"
        "store = Store(Path(sys.argv[1]), MADE_WITH, create=False)\n"
        "with store.writing():\n"
        "    store.remove(1)\n"
        "    store.add(entry(document('1' * 16)))\n"
        "    os._exit(9)\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script, str(store.path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'tests' / 'support'}"},
        check=False,
    )
    assert done.returncode == 9
    with store.reading():
        assert [info.id for info in store.infos().values()] == ["0" * 16]
        assert len(list(store.terms([1]))) == 2


def test_what_a_reader_sees_does_not_change_while_another_writes(store):
    key = put(store, document())
    other = Store(store.path, MADE_WITH, create=False)
    with store.reading():
        generation = store.generation()
        with other.writing():
            other.remove(key)
        assert store.document(key).id == "0" * 16
        assert len(list(store.terms([key]))) == 2
        assert store.generation() == generation
    with store.reading():
        assert store.infos() == {}
        assert store.generation() == generation + 1
    other.close()


def test_writing_nothing_is_no_new_generation(store):
    with store.writing():
        pass
    with store.reading():
        assert store.generation() == 0


def test_a_document_stays_as_long_as_one_of_its_places_has_it(store):
    key = put(store, document(), "/een.txt")
    with store.writing():
        assert not store.put_source("/twee.txt", "twee.txt", key)
        new = store.add(entry(document("1" * 16)))
        assert store.put_source("/een.txt", "een.txt", new)
    with store.reading():
        assert {info.id: info.source for info in store.infos().values()} == {
            "0" * 16: "twee.txt",
            "1" * 16: "een.txt",
        }
    with store.writing():
        assert store.put_source("/twee.txt", "twee.txt", new)
    with store.reading():
        assert list(store.infos()) == [new]


def test_another_model_is_refused_naming_both(store):
    with store.reading(), pytest.raises(IndexMismatch) as caught:
        store.check({"embedding": "b-model", "fingerprint": "f1"})
    for message in (caught.value.nl, caught.value.en):
        assert "a-model" in message
        assert "b-model" in message
        assert "vraagbaak index --rebuild" in message
        assert "f1" not in message
        assert "\n" not in message


def test_there_is_no_index_until_one_is_made(tmp_path):
    with pytest.raises(NoIndex):
        Store(tmp_path / "index.sqlite", MADE_WITH, create=False)
    assert not list(tmp_path.iterdir())


def test_an_empty_file_is_no_index(tmp_path):
    (tmp_path / "index.sqlite").touch()
    with pytest.raises(NoIndex):
        Store(tmp_path / "index.sqlite", MADE_WITH, create=False)


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "index.sqlite"
    path.write_bytes(b"geen database, maar iets anders " * 100)
    with pytest.raises(DamagedIndex, match=r"index\.sqlite"):
        Store(path, MADE_WITH, create=True)
    assert path.read_bytes().startswith(b"geen database")


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "index.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recepten (naam TEXT)")
    with pytest.raises(DamagedIndex):
        Store(path, MADE_WITH, create=True)
    with sqlite3.connect(path) as other:
        tables = [name for (name,) in other.execute("SELECT name FROM sqlite_schema")]
    assert tables == ["recepten"]


def test_a_database_damaged_inside_is_said_to_be_damaged(store):
    for n in range(20):
        put(store, document(f"{n:016x}", text=TEXT * 50), f"/{n}")
    store.close()
    data = bytearray(store.path.read_bytes())
    data[8192 : len(data) - 4096] = b"\xff" * (len(data) - 12288)
    store.path.write_bytes(data)
    with pytest.raises(DamagedIndex, match="beschadigd"):  # noqa: PT012
        reopened = Store(store.path, MADE_WITH, create=False)
        with reopened.reading():
            for key in reopened.infos():
                reopened.document(key)


@pytest.mark.parametrize(("layout", "what"), [("99", "nieuwere versie"), ("1", "opnieuw")])
def test_a_layout_that_cannot_be_read_is_refused_with_what_to_do(store, layout, what):
    store.close()
    with sqlite3.connect(store.path) as raw:
        raw.execute("UPDATE manifest SET value = ? WHERE key = 'schema'", (layout,))
    with pytest.raises(IndexMismatch, match=f"indeling {layout}.*{what}"):
        Store(store.path, MADE_WITH, create=False)


def test_a_commit_that_fails_leaves_no_transaction_open(store):
    put(store, document())
    # A foreign key that is checked only at the end makes COMMIT itself fail, as a full disk can.
    with pytest.raises(sqlite3.IntegrityError), store.writing():  # noqa: PT012
        store._db.execute("PRAGMA defer_foreign_keys = ON")
        store._db.execute("INSERT INTO sources VALUES ('/x', 'x', 999)")
    put(store, document("1" * 16), "/twee.txt")
    with store.reading():
        assert len(store.infos()) == 2


def test_a_full_disk_is_named_and_what_was_there_stays(store):
    put(store, document())
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(VraagbaakError, match="schijf is vol") as caught:
        put(store, document("1" * 16, text=TEXT * 5000), "/twee.txt")
    assert "disk is full" in caught.value.en
    store._db.execute("PRAGMA max_page_count = 1000000")
    with store.reading():
        assert [store.document(key).id for key in store.infos()] == ["0" * 16]
    put(store, document("1" * 16, text=TEXT * 5000), "/twee.txt")


def test_an_index_that_is_being_written_says_so(store, monkeypatch):
    monkeypatch.setattr("index.store.BUSY_SECONDS", 0.1)
    other = Store(store.path, MADE_WITH, create=False)
    with store.writing(), pytest.raises(VraagbaakError, match="ander proces"), other.writing():
        pass
    other.close()
