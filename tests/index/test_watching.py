"""A watched folder, with a real index."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hashing import HashingEncoder
from surface_parts import BARLEY, FERRY

from index.errors import ModelUnavailable
from index.index import Index, open_index
from index.search import search
from index.watching import Watched, WatchReport, watch

PARTIAL = ("part", "crdownload", "tmp")


@pytest.fixture
def index(tmp_path):
    opened = open_index(tmp_path / "data", HashingEncoder(), create=True)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "documenten"
    made.mkdir()
    return made


class Eyes:
    """Looks at a folder when told to, and keeps what was reported."""

    def __init__(self, index: Index, folder: Path) -> None:
        self.index, self.watched = index, Watched(folder)
        self.index_of: Callable[[], Index] = lambda: self.index
        self.stop = threading.Event()

    def look(self, times: int = 2) -> list[WatchReport]:
        """What was reported in so many looks."""
        reports: list[WatchReport] = []
        for _ in range(times):
            self.watched.look(self.index_of, stop=self.stop, on_report=reports.append)
        return reports

    def names(self) -> list[str]:
        return sorted(Path(info.source).name for info in self.index.documents())


@pytest.fixture
def eyes(index, folder):
    return Eyes(index, folder)


@pytest.fixture
def both(eyes, folder):
    """A folder of two documents that went in."""
    (folder / "veer.txt").write_text(FERRY)
    (folder / "gerst.txt").write_text(BARLEY)
    eyes.look()
    return eyes


def messages(reports: list[WatchReport]) -> list[str]:
    return [error.nl for report in reports for _, error in report.failed]


def unmount(folder: Path) -> None:
    """Leave the empty folder behind that is there when a disk is not mounted."""
    for file in folder.iterdir():
        file.unlink()


def test_files_go_in_once_also_from_folders_inside_and_are_found(eyes, folder):
    (folder / "2024" / "maart").mkdir(parents=True)
    (folder / "2024" / "maart" / "gerst.txt").write_text(BARLEY)
    file = folder / "veer.txt"
    file.write_text(FERRY)
    added = [info.source for report in eyes.look() for info in report.added]
    assert sorted(Path(source).name for source in added) == ["gerst.txt", "veer.txt"]
    hits = search(eyes.index, "subsidie voor de veerdienst").hits
    assert hits[0].document.source == str(file)
    # What has not changed is not read again, and a new watch has nothing to report.
    before = eyes.index.store.generation()
    assert eyes.look(3) == []
    assert Eyes(eyes.index, folder).look(3) == []
    assert eyes.index.store.generation() == before
    assert eyes.names() == ["gerst.txt", "veer.txt"]


def test_a_file_waits_until_two_looks_see_the_same_and_replaces_what_it_was(eyes, folder):
    file = folder / "veer.txt"
    for end in (100, 200, 300):
        file.write_text(FERRY[:end])
        assert eyes.look(1) == []
    file.write_text(FERRY)
    assert eyes.look(1) == []
    os.utime(file, (1, 1))  # a change of time alone
    assert eyes.look(1) == []
    assert len(eyes.look(1)) == 1
    (info,) = eyes.index.documents()
    assert eyes.index.document(info.id).text == FERRY
    file.write_text(BARLEY)
    (report,) = eyes.look()
    assert [info.source for info in report.updated] == [str(file)]
    (info,) = eyes.index.documents()
    assert eyes.index.document(info.id).text == BARLEY


def test_a_file_that_is_taken_away_leaves_the_index_after_two_looks(both, folder):
    (folder / "veer.txt").unlink()
    assert both.look(1) == []
    (folder / "veer.txt").write_text(FERRY)  # away for one look: it stays
    assert both.look() == []
    (folder / "veer.txt").unlink()
    assert both.look(1) == []
    (report,) = both.look(1)
    assert [Path(info.source).name for info in report.removed] == ["veer.txt"]
    assert both.names() == ["gerst.txt"]
    assert both.look() == []


@pytest.mark.parametrize("linked", [False, True])
def test_what_was_taken_away_while_nobody_looked_leaves_the_index(index, folder, tmp_path, linked):
    if linked:  # a folder that is itself a link is followed
        (tmp_path / "link").symlink_to(folder)
        folder = tmp_path / "link"
    (folder / "veer.txt").write_text(FERRY)
    (folder / "gerst.txt").write_text(BARLEY)
    Eyes(index, folder).look()
    (folder / "veer.txt").unlink()
    again = Eyes(index, folder)
    again.look()
    assert again.names() == ["gerst.txt"]


@pytest.mark.parametrize("looking", [True, False], ids=["running", "stopped"])
def test_what_was_removed_by_hand_stays_away_until_its_file_changes(eyes, folder, looking):
    (folder / "gerst.txt").write_text(BARLEY)
    file = folder / "veer.txt"
    file.write_text(FERRY)
    eyes.look()
    (ferry,) = [info.id for info in eyes.index.documents() if info.source == str(file)]
    eyes.index.remove(ferry)
    if looking:
        eyes.look()
    os.utime(file, (1, 1))
    again = Eyes(eyes.index, folder)
    assert again.look(3) == []
    assert again.names() == ["gerst.txt"]
    file.write_text(FERRY.replace("1,2 miljoen", "1,3 miljoen"))
    again.look()
    assert again.names() == ["gerst.txt", "veer.txt"]
    # And what was taken back is as any other file.
    file.write_text(FERRY)
    again.look()
    assert [info.id for info in again.index.documents() if info.source == str(file)] == [ferry]


def test_what_was_removed_by_hand_may_be_added_again_or_stand_at_another_place(eyes, folder):
    file = folder / "veer.txt"
    file.write_text(FERRY)
    eyes.look()
    (info,) = eyes.index.documents()
    eyes.index.remove(info.id)
    (folder / "ook.txt").write_text(FERRY)
    eyes.look()
    assert eyes.names() == ["ook.txt"]
    eyes.index.remove(info.id)
    eyes.index.add([file])
    assert Eyes(eyes.index, folder).look(3) == []
    assert eyes.names() == ["veer.txt"]


def test_an_index_of_before_removals_were_remembered_is_watched(index, folder, tmp_path):
    for statement in (
        "DROP TABLE removed",
        "DROP TABLE migrations",
        "UPDATE manifest SET value = '2' WHERE key = 'schema'",
    ):
        index.store._db.execute(statement)
    index.close()
    again = open_index(tmp_path / "data", HashingEncoder(), create=False)
    try:
        (folder / "veer.txt").write_text(FERRY)
        eyes = Eyes(again, folder)
        eyes.look()
        again.remove(again.documents()[0].id)
        assert Eyes(again, folder).look(3) == []
        assert eyes.names() == []
    finally:
        again.close()


def test_a_file_that_gets_another_name_keeps_its_document(both, folder):
    before = {info.id for info in both.index.documents()}
    (folder / "veer.txt").rename(folder / "nieuw.txt")
    assert both.look() == []
    assert {info.id for info in both.index.documents()} == before
    assert both.names() == ["gerst.txt", "nieuw.txt"]


def test_what_came_another_way_stays(eyes, folder, tmp_path):
    elsewhere = tmp_path / "documenten-elders"
    elsewhere.mkdir()
    (elsewhere / "gerst.txt").write_text(BARLEY)
    eyes.index.add([elsewhere])
    eyes.index.add_bytes(FERRY.encode(), "veer.txt")
    (folder / "veer.txt").write_text(FERRY)
    (folder / "kort.txt").write_text("Vraag 1\nKomt er een brug?\n\nAntwoord 1\nNee.\n")
    eyes.look()
    (folder / "veer.txt").unlink()
    eyes.look()
    # The ferry was uploaded as well; the barley never lay in the folder.
    assert eyes.names() == ["gerst.txt", "kort.txt", "veer.txt"]


def test_an_empty_hidden_or_missing_folder_erases_nothing_and_is_said_once(both, folder):
    away = folder.with_name("weg")
    for _ in range(2):  # again only when it goes again
        folder.rename(away)
        assert len(messages(both.look(3))) == 1
        away.rename(folder)
        assert both.look(3) == []
    unmount(folder)
    (said,) = messages(both.look(4))
    assert "leeg" in said
    (folder / ".gitignore").write_text("*")
    assert messages(both.look(3)) == []
    assert both.names() == ["gerst.txt", "veer.txt"]


def test_a_folder_inside_that_cannot_be_listed_keeps_its_documents(eyes, folder, monkeypatch):
    inside = folder / "dicht"
    inside.mkdir()
    (inside / "veer.txt").write_text(FERRY)
    (folder / "gerst.txt").write_text(BARLEY)
    (folder / "oud.txt").write_text("Vraag 1\nKomt er een brug?\n\nAntwoord 1\nNee.\n")
    eyes.look()
    (folder / "oud.txt").unlink()
    scandir = os.scandir

    def refuses(path):
        if Path(path) == inside:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    # Permissions do not hold back an administrator, as whom tests may run.
    monkeypatch.setattr(os, "scandir", refuses)
    said = messages(eyes.look(3))
    assert eyes.names() == ["gerst.txt", "veer.txt"]
    assert len(said) == 1
    assert str(inside) in said[0]


def test_an_unreadable_file_is_reported_once_holds_up_no_other_and_is_tried_when_it_changes(
    eyes, folder
):
    (folder / "a.docx").write_bytes(b"PK\x03\x04 kapot")
    (folder / "b.xyz").write_bytes(b"wat dan ook")
    Path(os.fsdecode(os.fsencode(folder) + b"/c\xff.txt")).write_text(FERRY)
    file = folder / "leeg.txt"
    file.write_bytes(b"")
    (folder / "veer.txt").write_text(FERRY)
    said = messages(eyes.look(4))
    assert all(line.encode() for line in said)
    assert [
        sum(part in line for line in said) for part in ("a.docx", "b.xyz", "UTF-8", "leeg.txt")
    ] == [1] * 4
    assert len(said) == 4
    assert eyes.names() == ["veer.txt"]
    file.chmod(0o600 if file.stat().st_mode & 0o077 else 0o644)
    assert len(messages(eyes.look())) == 1
    file.write_text(BARLEY)
    eyes.look()
    assert eyes.names() == ["leeg.txt", "veer.txt"]


def test_hidden_locked_and_partial_files_system_folders_and_pipes_are_passed_over(eyes, folder):
    assert eyes.look(3) == []  # an empty folder of which nothing is known is no trouble
    for name in (".git", "lost+found"):
        (folder / name).mkdir()
        (folder / name / "veer.txt").write_text(FERRY)
    for name in (".verborgen.txt", "~$veer.docx", *(f"veer.txt.{end}" for end in PARTIAL)):
        (folder / name).write_text(FERRY)
    os.mkfifo(folder / "pijp.txt")
    assert eyes.look(3) == []
    assert eyes.names() == []


def test_links_out_of_the_folder_are_not_followed_and_within_it_add_nothing_twice(
    eyes, folder, tmp_path
):
    secret = tmp_path / "geheim"
    secret.mkdir()
    (secret / "veer.txt").write_text(FERRY)
    (folder / "map").symlink_to(secret)
    (folder / "veer.txt").symlink_to(secret / "veer.txt")
    (folder / "nergens.txt").symlink_to(secret / "weg.txt")
    assert eyes.look(3) == []
    assert eyes.names() == []
    (folder / "gerst.txt").write_text(BARLEY)
    (folder / "ook.txt").symlink_to(folder / "gerst.txt")
    eyes.look()
    assert len(eyes.index.documents()) == len(eyes.index.places()) == 1


def test_a_fault_in_reading_one_file_does_not_end_the_watch(eyes, folder, monkeypatch):
    (folder / "a.txt").write_text(BARLEY)
    (folder / "veer.txt").write_text(FERRY)
    add = Index.add

    def faulty(self, paths, progress=None):
        if paths[0].name == "a.txt":
            raise RecursionError("te diep")
        return add(self, paths, progress)

    monkeypatch.setattr(Index, "add", faulty)
    (said,) = messages(eyes.look(4))
    assert "a.txt" in said
    assert "te diep" in said
    assert eyes.names() == ["veer.txt"]


def test_an_index_that_cannot_be_opened_is_said_once_and_a_stopped_watch_leaves_the_rest(
    eyes, folder
):
    def refuse() -> Index:
        raise ModelUnavailable("Geen model.", "No model.")

    (folder / "veer.txt").write_text(FERRY)
    opens, eyes.index_of = eyes.index_of, refuse
    assert messages(eyes.look(3)) == ["Geen model."]
    eyes.index_of = opens
    eyes.stop.set()
    assert eyes.look(2) == []
    eyes.stop.clear()
    assert len(eyes.look(1)) == 1
    assert eyes.names() == ["veer.txt"]


def test_watch_follows_the_folder_until_it_is_stopped(index, folder):
    stop, reports = threading.Event(), []
    thread = threading.Thread(
        target=watch,
        args=(lambda: index, folder),
        kwargs={"every_s": 0.01, "stop": stop, "on_report": reports.append},
    )
    thread.start()
    try:
        (folder / "veer.txt").write_text(FERRY)
        (folder / "gerst.txt").write_text(BARLEY)
        wait_until(lambda: len(index.documents()) == 2)
        (folder / "veer.txt").unlink()
        wait_until(lambda: any(report.removed for report in reports))
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()
    assert [Path(info.source).name for info in index.documents()] == ["gerst.txt"]


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(3000):
        if true():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen")
