"""A disk that is full, a folder that is read-only, two that write: named, and nothing is lost."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hashing import HashingEncoder

from index.checking import faults
from index.errors import VraagbaakError
from index.index import open_index, rebuild_index

NOBODY = 65534
TEXT = "Vraag 1\nHoeveel {0}?\n\nAntwoord vraag 1\nEr zijn {1} {0}.\n"


@pytest.fixture
def shared():
    """A folder that another user may come into."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def in_a_process(what: Callable[[], str]) -> str:
    """What `what` returns in a process of its own, and the error of a user where it raises one."""
    here, there = multiprocessing.Pipe()

    def run(out: Connection) -> None:
        try:
            out.send(what())
        except VraagbaakError as error:
            out.send(f"{type(error).__name__}: {error.nl}")

    process = multiprocessing.get_context("fork").Process(target=run, args=(there,))
    process.start()
    there.close()
    said = str(here.recv())
    process.join()
    return said


def fill(data: Path, name: str, size: int = 1) -> None:
    index = open_index(data, HashingEncoder(), create=True)
    assert not index.add_bytes((TEXT.format(name, 12) * size).encode(), f"{name}.txt").failed
    index.close()


def names(data: Path) -> list[str]:
    index = open_index(data, HashingEncoder(), create=False)
    try:
        assert list(faults(index.store)) == []
        return [info.source for info in index.documents()]
    finally:
        index.close()


def test_a_file_that_may_not_grow_ends_the_command_and_loses_nothing(tmp_path):
    data = tmp_path / "data"
    fill(data, "bomen")

    def add() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
        for number in range(100):
            fill(data, f"fietsen{number}", 50)
        return "all of it fitted"

    said = in_a_process(add)
    assert said.startswith("VraagbaakError: De index")
    assert "vol" in said
    assert "staat er nog" in said
    found = names(data)
    assert found[0] == "bomen.txt"
    assert 1 < len(found) < 100
    fill(data, "schepen")
    assert names(data) == [*found, "schepen.txt"]


def test_a_rebuild_for_which_there_is_no_room_leaves_the_index(tmp_path):
    data = tmp_path / "data"
    for number in range(5):
        fill(data, f"fietsen{number}", 50)
    before = names(data)

    def rebuild() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        rebuild_index(data, HashingEncoder())
        return "all of it fitted"

    assert "vol" in in_a_process(rebuild)
    assert names(data) == before


def test_a_folder_that_is_read_only_is_named_and_left_alone(shared):
    data = shared / "data"
    fill(data, "bomen")
    data.chmod(0o555)
    for file in data.iterdir():
        file.chmod(0o444)
    bytes_ = (data / "index.sqlite").read_bytes()

    def as_nobody(what: Callable[[], str]) -> Callable[[], str]:
        def run() -> str:
            if os.getuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            return what()

        return run

    def add() -> str:
        fill(data, "fietsen")
        return "it was written"

    def make() -> str:
        fill(shared / "data" / "nieuw", "fietsen")
        return "it was made"

    assert "alleen te lezen" in (said := in_a_process(as_nobody(add))) or "te schrijven" in said
    assert "is niet te maken" in in_a_process(as_nobody(make))
    data.chmod(0o755)
    assert (data / "index.sqlite").read_bytes() == bytes_
    assert names(data) == ["bomen.txt"]


def test_a_second_writer_waits_for_the_first(tmp_path):
    data = tmp_path / "data"
    fill(data, "bomen")
    first = open_index(data, HashingEncoder(), create=False)
    second = threading.Thread(target=fill, args=(data, "fietsen"))
    with first.store.writing():
        second.start()
        time.sleep(0.5)
        assert second.is_alive()
        assert first.store.counts()["documents"] == 1
    second.join()
    first.close()
    assert names(data) == ["bomen.txt", "fietsen.txt"]


def test_many_processes_make_and_fill_one_index_together(tmp_path):
    data = tmp_path / "data"

    def add(number: int) -> Callable[[], str]:
        def run() -> str:
            for each in range(3):
                fill(data, f"fietsen{number}{each}")
                fill(data, "bomen")  # all of them the same
            return "done"

        return run

    said: list[str] = []
    threads = [
        threading.Thread(target=lambda n=number: said.append(in_a_process(add(n))))
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["done"] * 4
    assert len(set(names(data))) == 13
