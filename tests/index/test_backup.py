"""A backup is one state of the index, made beside other work; put back, it is that state again."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from hashing import HashingEncoder

from index.backup import back_up, restore
from index.checking import faults
from index.errors import BadRequest, DamagedIndex, IndexMismatch, NoIndex, VraagbaakError
from index.index import FILE_NAME, Index, open_index
from index.search import search


def text(subject: str, number: int) -> bytes:
    return (
        f"Vraag 1\nHoeveel {subject}?\n\nAntwoord vraag 1\nEr zijn {number} {subject}.\n".encode()
    )


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def index(data):
    opened = open_index(data, HashingEncoder(), create=True)
    opened.add_bytes(text("fietsen", 12), "fietsen.txt")
    opened.add_bytes(text("bomen", 34), "bomen.txt")
    yield opened
    opened.close()


def names(index: Index) -> list[str]:
    return [info.source for info in index.documents()]


def first(index: Index, question: str) -> str:
    return search(index, question).hits[0].passage.text


def test_a_backup_put_back_under_a_running_service_is_what_it_finds(index, data, tmp_path):
    before = index.documents()
    back_up(data, tmp_path / "kopie")
    assert [path.name for path in tmp_path.glob("kopie*")] == ["kopie"]
    index.remove(before[0].id)
    index.add_bytes(text("schepen", 56), "schepen.txt")
    assert names(index) == ["bomen.txt", "schepen.txt"]
    assert restore(data, tmp_path / "kopie") is None
    # This index was open all the time, and has searched: nothing of the state between is left.
    assert index.documents() == before
    assert "12 fietsen" in first(index, "Hoeveel fietsen?")
    assert all(hit.document.source != "schepen.txt" for hit in search(index, "schepen").hits)
    assert list(faults(index.store)) == []
    index.add_bytes(text("schepen", 56), "schepen.txt")
    assert "56 schepen" in first(index, "Hoeveel schepen?")
    assert not list(data.glob("*.restore*"))


def test_a_backup_may_be_put_back_twice_and_places_and_removals_come_along(index, data, tmp_path):
    file = tmp_path / "weg.txt"
    file.write_bytes(text("wegen", 1))
    index.add([file])
    index.remove(index.documents()[-1].id)
    back_up(data, tmp_path / "kopie")
    index.add([file])
    assert not index.is_unwanted(file)
    for _ in range(2):
        restore(data, tmp_path / "kopie")
        assert index.is_unwanted(file)
        assert list(faults(index.store)) == []
        assert names(index) == ["fietsen.txt", "bomen.txt"]


def test_a_backup_is_restored_where_there_is_no_index(index, data, tmp_path):
    back_up(data, tmp_path / "kopie")
    other = tmp_path / "elders"
    other.mkdir()
    (other / f"{FILE_NAME}-wal").write_bytes(b"of another index, long gone")
    assert restore(other, tmp_path / "kopie") is None
    opened = open_index(other, HashingEncoder(), create=False)
    assert names(opened) == ["fietsen.txt", "bomen.txt"]
    assert list(faults(opened.store)) == []
    opened.close()


def test_a_damaged_index_is_put_aside_and_replaced(index, data, tmp_path):
    back_up(data, tmp_path / "kopie")
    index.close()
    (data / FILE_NAME).write_bytes(b"dit is geen database meer " * 500)
    aside = restore(data, tmp_path / "kopie")
    assert aside is not None
    assert aside.read_bytes().startswith(b"dit is geen")
    opened = open_index(data, HashingEncoder(), create=False)
    assert names(opened) == ["fietsen.txt", "bomen.txt"]
    opened.close()


def test_a_backup_made_while_others_write_is_whole(index, data, tmp_path):
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            index.add_bytes(text("vissen", number), f"{number}.txt")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            back_up(data, tmp_path / f"kopie{number}")
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        other = tmp_path / f"terug{number}"
        restore(other, tmp_path / f"kopie{number}")
        opened = open_index(other, HashingEncoder(), create=False)
        assert list(faults(opened.store)) == []
        opened.close()


def test_an_existing_file_is_never_written_over(index, data, tmp_path):
    (tmp_path / "kopie").write_text("iets anders")
    with pytest.raises(BadRequest, match="bestaat al"):
        back_up(data, tmp_path / "kopie")
    with pytest.raises(BadRequest):
        back_up(data, data / FILE_NAME)
    assert (tmp_path / "kopie").read_text() == "iets anders"


def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(index, data, tmp_path):
    with pytest.raises(VraagbaakError, match="weg/kopie"):
        back_up(data, tmp_path / "weg" / "kopie")
    with pytest.raises(NoIndex):
        back_up(tmp_path / "leeg", tmp_path / "kopie")
    assert not list(tmp_path.glob("kopie*"))


def test_what_is_no_backup_changes_nothing(index, data, tmp_path):
    empty, other, broken = (tmp_path / name for name in ("leeg", "ander", "stuk"))
    empty.touch()
    with sqlite3.connect(other) as made:
        made.execute("CREATE TABLE recepten (naam TEXT)")
    made.close()
    back_up(data, broken)
    whole = bytearray(broken.read_bytes())
    whole[4096 * 3 : 4096 * 6] = b"\xff" * (4096 * 3)
    broken.write_bytes(whole)
    newer = tmp_path / "nieuwer"
    back_up(data, newer)
    with sqlite3.connect(newer) as made:
        made.execute("UPDATE manifest SET value = '99' WHERE key = 'schema'")
    made.close()
    for path, kind in (
        (empty, NoIndex),
        (other, DamagedIndex),
        (broken, DamagedIndex),
        (newer, IndexMismatch),
        (tmp_path / "nergens", BadRequest),
        (data / FILE_NAME, BadRequest),
    ):
        with pytest.raises(kind):
            restore(data, path)
        assert names(index) == ["fietsen.txt", "bomen.txt"]
    assert not list(data.glob("*.restore*"))
