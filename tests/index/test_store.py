import sqlite3
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


MADE = document()
FIRST = MADE.passages[0]
SPOKEN = (Speaker("Minister Tuin", 0), Speaker("De voorzitter", 4))
RECOGNISED = replace(MADE.metadata, recognised=(Span(0, 4), Span(8, 12)))


@pytest.mark.parametrize(
    ("made", "table", "later", "before"),
    [
        (MADE, "passages SET body", ["list_number"], MADE),
        (replace(MADE, metadata=RECOGNISED), "documents SET metadata", ["recognised"], MADE),
        (
            replace(MADE, passages=(replace(FIRST, speakers=SPOKEN, before="Vaart het veer?"),)),
            "passages SET body",
            ["speakers", "before"],
            replace(MADE, passages=(FIRST,)),
        ),
        (
            replace(
                MADE,
                passages=(
                    replace(FIRST, questions=(Question("2a", "Hoe?", 8, 12),), list_number=2),
                ),
            ),
            None,
            [],
            None,
        ),
    ],
    ids=["plain", "recognised", "spoken", "a sub-question in a list"],
)
def test_a_document_comes_back_as_it_was_stored_and_as_an_index_of_before_holds_it(
    store, made, table, later, before
):
    key = put(store, made)
    with store.reading():
        assert store.document(key) == made
        assert store.original(key) == b"bytes \x00 of it"
        assert list(store.passages_of(key).values()) == list(made.passages)
    if table:
        column = table.split()[-1]
        left_out = "".join(f", '$.{each}'" for each in later)
        with store.writing():
            store._db.execute(f"UPDATE {table} = json_remove({column}{left_out})")
        with store.reading():
            assert store.document(key) == before


def test_sentences_come_back_with_their_vectors_and_windows_bit_for_bit(store):
    made = document()
    spans = (Span(0, 12), Span(13, 40))
    rows = np.array([[0.6, 0.8], [1 / 3, -np.sqrt(8) / 3]], np.float32)
    windows = ((Window(0, 0, 3, "x"), Window(0, 3, 6, "y")), ())
    with store.writing():
        both = (rows, rows[:0])
        key = store.add(Entry(made, "", b"", windows, both, (spans, ()), both))
    with store.reading():
        first, second = store.passages_of(key)
        found = store.sentences([first, second, 999], 2)
        ((of, ids, matrix),) = store.vectors([key], 2)
    assert found[first][0] == spans
    assert np.allclose(found[first][1], rows, atol=1e-3)
    assert found[second][0] == ()
    assert found[second][1].shape == (0, 2)
    assert set(found) == {first, second}
    assert (of, ids.tolist()) == (key, [first, first])
    assert matrix.dtype == np.float32
    assert matrix.tobytes() == rows.tobytes()


def test_removing_a_document_leaves_nothing_of_it_and_its_numbers_are_never_used_again(store):
    key = put(store, document())
    with store.writing():
        ids = set(store.passages_of(key))
        store.remove(key)
    with store.reading():
        assert store.counts() == {"documents": 0, "passages": 0, "windows": 0}
        assert not list(store.terms([key]))
        assert store.infos() == {}
        assert store.sources(key) == []
    second = put(store, document())
    with store.reading():
        assert second != key
        assert not ids & set(store.passages_of(second))


def test_a_transaction_or_a_commit_that_fails_leaves_the_state_before_it(store):
    with store.writing():
        pass
    with store.reading():
        assert store.generation() == 0  # writing nothing is no new one
    put(store, document())
    twice = [entry(document("1" * 16))] * 2
    with pytest.raises(sqlite3.IntegrityError), store.writing():
        list(map(store.add, twice))
    # A foreign key that is checked only at the end makes COMMIT itself fail, as a full disk can.
    with pytest.raises(sqlite3.IntegrityError), store.writing():  # noqa: PT012
        store._db.execute("PRAGMA defer_foreign_keys = ON")
        store._db.execute("INSERT INTO sources VALUES ('/x', 'x', 999)")
    with store.reading():
        assert store.counts()["documents"] == 1
        assert store.generation() == 1
    put(store, document("1" * 16), "/twee.txt")
    with store.reading():
        assert len(store.infos()) == 2


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


def recipes(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recepten (naam TEXT)")
    other.close()


@pytest.mark.parametrize(
    ("make", "create", "error"),
    [
        (None, False, NoIndex),
        (Path.touch, False, NoIndex),
        (
            lambda path: path.write_bytes(b"geen database, maar iets anders " * 100),
            True,
            DamagedIndex,
        ),
        (recipes, True, DamagedIndex),
    ],
    ids=["nothing", "an empty file", "no database", "another database"],
)
def test_what_is_no_index_is_refused_and_left_alone(tmp_path, make, create, error):
    path = tmp_path / "index.sqlite"
    if make:
        make(path)
    before = path.read_bytes() if make else None
    with pytest.raises(
        error, match=r"index\.sqlite" if error is DamagedIndex else "vraagbaak index"
    ):
        Store(path, MADE_WITH, create=create)
    assert (path.read_bytes() if path.exists() else None) == before
    assert list(tmp_path.iterdir()) == ([path] if make else [])


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
