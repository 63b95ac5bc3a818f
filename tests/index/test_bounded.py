"""A file costs only itself: real processes, real signals, real limits."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hashing import HashingEncoder

from index import bounded
from index.bounded import read_bounded
from index.documents import Origin
from index.errors import UnreadableFile
from index.index import open_index
from index.reading_process import read_document

ROOT = Path(__file__).resolve().parents[2]
GOOD = "Vraag 1\nHoeveel bomen?\n\nAntwoord vraag 1\nEr zijn er {}.\n"

# In the process that reads: a reader of text files that does harm where the text asks for it.
HARM = """
import ctypes, os, sys, time
import index.reading
read_text = index.reading.READERS[".txt"]
seen = []
def harm(data, name):
    seen.append(data)
    if b"val om" in data: ctypes.string_at(0)
    if b"stop" in data: os._exit(3)
    if b"rekent" in data:
        while True: pass
    if b"wacht" in data: time.sleep(3600)
    if b"groeit" in data: bytearray(4 << 30)
    if b"lekt" in data and len(seen) > 1: os._exit(4)
    if b"praat" in data: os.write(1, b"x" * 100000)
    if b"fout" in data: raise ZeroDivisionError("deling\\ndoor nul")
    return read_text(data, name)
index.reading.READERS[".txt"] = harm
"""


def forget_processes() -> None:
    while bounded._idle:
        bounded._idle.pop().close()


@pytest.fixture
def harm(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("site")
    (folder / "sitecustomize.py").write_text(HARM)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    forget_processes()
    yield
    forget_processes()


def read(text: str) -> str:
    return read_bounded(text.encode(), "a.txt", None).text


def test_it_reads_as_it_does_in_this_process():
    for path in sorted((ROOT / "samples").glob("*.*"))[:4]:
        data = path.read_bytes()
        origin = Origin("https://voorbeeld.invalid/1", ("2024Z1",), "Een titel", "2024-03-01")
        for each in (None, origin):
            assert read_bounded(data, path.name, each) == read_document(data, path.name, each)


def test_all_that_a_document_states_comes_through():
    text = "Antwoord van minister Tuin (Verkeer) (ontvangen 4 maart 2025)\n\n" + GOOD.format(5)
    data = text.encode()
    document = read_bounded(data, "a.txt", None)
    assert document.metadata.offices  # or there is nothing to see here
    assert document == read_document(data, "a.txt", None)


def test_a_refusal_comes_through_in_both_languages():
    with pytest.raises(UnreadableFile) as caught:
        read_bounded(b"", "leeg.txt", None)
    assert caught.value.nl.startswith("leeg.txt: het bestand is leeg")
    assert caught.value.en.startswith("leeg.txt: the file is empty")


def test_one_process_reads_many_files_and_is_renewed(monkeypatch):
    forget_processes()
    monkeypatch.setattr(bounded, "FILES", 3)
    seen = []
    for number in range(5):
        read(GOOD.format(number))
        seen.append([worker._process.pid for worker in bounded._idle])
    assert [len(pids) for pids in seen] == [1, 1, 0, 1, 1]
    assert seen[0] == seen[1] != seen[3] == seen[4]


@pytest.mark.parametrize(
    ("what", "said"),
    [("val om", "SIGSEGV"), ("stop", "exit 3"), ("rekent", "seconden"), ("groeit", "geheugen")],
)
@pytest.mark.usefixtures("harm")
def test_harm_ends_one_file_and_the_next_is_read(what, said, monkeypatch):
    monkeypatch.setattr(bounded, "SECONDS", 2)
    for _ in range(2):  # in a fresh process, and in one that has read
        with pytest.raises(UnreadableFile, match=said) as caught:
            read(what)
        assert "a.txt" in caught.value.en
        assert "\n" not in caught.value.nl
        assert "7" in read(GOOD.format(7))


@pytest.mark.usefixtures("harm")
def test_a_process_that_hangs_without_working_is_ended(monkeypatch):
    assert "7" in read(GOOD.format(7))
    monkeypatch.setattr(bounded, "WALL_SECONDS", 0.5)
    with pytest.raises(UnreadableFile, match="seconden"):
        read("wacht")


@pytest.mark.usefixtures("harm")
def test_a_file_does_not_pay_for_what_others_left_behind():
    assert "7" in read(GOOD.format(7))
    assert "lekt" in read(GOOD.format("lekt"))


@pytest.mark.usefixtures("harm")
def test_what_a_library_prints_spoils_no_answer():
    assert "praat" in read(GOOD.format("praat"))


@pytest.mark.usefixtures("harm")
def test_a_fault_of_ours_is_told_in_one_line_and_logged(caplog):
    with pytest.raises(UnreadableFile, match="ZeroDivisionError: deling door nul"):
        read("fout")
    (record,) = caplog.records
    assert "in harm" in record.fields["trace"]


@pytest.mark.parametrize("files", [40, pytest.param(1000, marks=pytest.mark.long)])
@pytest.mark.usefixtures("harm")
def test_poisoned_files_in_a_folder_cost_only_themselves(tmp_path, monkeypatch, files):
    monkeypatch.setattr(bounded, "SECONDS", 2)
    folder = tmp_path / "stukken"
    folder.mkdir()
    for number in range(files):
        (folder / f"{number:04}.txt").write_text(GOOD.format(number))
    for number, what in enumerate(("val om", "stop", "rekent", "groeit", "fout")):
        (folder / f"{number * 7:04}x.txt").write_text(what)
    index = open_index(tmp_path / "data", HashingEncoder(), create=True)
    report = index.add([folder])
    assert len(report.added) == files
    assert len(report.failed) == 5
    index.close()


def test_threads_read_at_once_each_in_a_process_of_its_own():
    found: dict[int, str] = {}

    def one(number: int) -> None:
        for _ in range(5):
            found[number] = read(GOOD.format(number))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: f" {number}." in text for number, text in found.items()} == dict.fromkeys(
        range(3), True
    )
    assert len(bounded._idle) <= 3


def test_an_answer_is_made_of_nothing_but_documents():
    class Evil:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
            return os.system, ("true",)

    import io

    with pytest.raises(EOFError, match="system"):
        bounded._Unpickler(io.BytesIO(pickle.dumps(("document", Evil())))).load()


def test_the_process_goes_when_its_owner_is_killed():
    code = (
        "from index import bounded\n"
        "bounded.read_bounded(b'Vraag 1\\nHoe?\\nAntwoord\\nJa.', 'a.txt', None)\n"
        "print(bounded._idle[0]._process.pid, flush=True)\nimport time\ntime.sleep(100)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert owner.stdout is not None
    reader = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    ends = time.monotonic() + 30
    while _lives(reader) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not _lives(reader)


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
