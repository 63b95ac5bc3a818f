import logging
import os

import numpy as np
import pytest
from hashing import HashingEncoder

from index.backup import back_up, restore
from index.engines import bm25, snapshot, vectors
from index.index import open_index, rebuild_index
from index.search import Filters, search

SUBJECTS = ("bruggen", "dijken", "scholen", "treinen", "bossen", "havens", "musea")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A snapshot as soon as there are ten passages outside it."""
    monkeypatch.setattr(snapshot, "LEAST", 10)


@pytest.fixture
def approximate(monkeypatch):
    """What is approximate in a large index, in a small one."""
    monkeypatch.setattr(vectors, "APPROXIMATE_FROM", 40)
    monkeypatch.setattr(bm25, "LARGE", 40)
    monkeypatch.setattr(bm25, "FIRST", 20)


def letter(number: int) -> bytes:
    subject, other = SUBJECTS[number % 7], SUBJECTS[number // 7 % 7]
    return (
        f"Antwoord van minister De Vries (Verkeer) op vragen\n(ontvangen 3 maart {2000 + number % 9})\n"
        f"\nVraag 1\nHoe staat het met {subject} nummer{number}?\n"
        f"\nAntwoord vraag 1\nEr zijn {number} {subject} en geen {other}.\n"
        f"\nVraag 2\nWat kosten {other}?\n\nAntwoord vraag 2\nDat is {number} euro voor {subject}.\n"
    ).encode()


def opened(folder, *, create=False):
    return open_index(folder, HashingEncoder(64), create=create)


def filled(index, numbers):
    for number in numbers:
        index.add_bytes(letter(number), f"{number}.txt")


def derived(folder):
    return sorted(each for each in (folder / "derived").iterdir() if each.is_dir())


def found(index, question="hoeveel bruggen nummer3", **filters):
    hits = search(index, question, 8, Filters(**filters)).hits
    return [(hit.passage.text, round(hit.cosine, 4), round(hit.lexical, 6)) for hit in hits]


def in_memory(folder, monkeypatch, *questions, **filters):
    """What an index finds that reads everything from the store."""
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "load", lambda *_: None)
        patch.setattr(snapshot, "is_due", lambda *_: False)
        index = opened(folder)
        results = [found(index, question, **filters) for question in questions]
        index.close()
    return results


QUESTIONS = ("bruggen", "wat kosten dijken", "nummer5 scholen", "Er zijn 12 treinen")


def test_what_is_found_is_the_same_with_a_snapshot_and_without(tmp_path, monkeypatch):
    index = opened(tmp_path, create=True)
    filled(index, range(4))
    assert not (tmp_path / "derived").exists()  # a small index keeps nothing beside the database
    filled(index, range(4, 40))
    assert len(derived(tmp_path)) == 2  # old ones go, the one before the last stays
    index.close()
    again = opened(tmp_path)
    assert [found(again, q) for q in QUESTIONS] == in_memory(tmp_path, monkeypatch, *QUESTIONS)
    assert again.engine._vectors._base is not None
    assert again.engine._lexical._base is not None
    rebuild_index(tmp_path, HashingEncoder(64))
    assert [found(again, q) for q in QUESTIONS] == in_memory(tmp_path, monkeypatch, *QUESTIONS)
    again.close()


def test_changes_since_the_snapshot_are_caught_up(tmp_path, monkeypatch):
    index = opened(tmp_path, create=True)
    filled(index, range(10))
    snapshots = derived(tmp_path)
    other = opened(tmp_path)
    found(other)
    gone = other.documents()[3]
    filled(index, (20, 21))
    index.remove(gone.id)
    assert derived(tmp_path) == snapshots
    years = {"date_from": "2001-01-01", "date_to": "2003-12-31"}
    for chosen in ({}, years):
        right = in_memory(tmp_path, monkeypatch, *QUESTIONS, **chosen)
        assert [found(other, q, **chosen) for q in QUESTIONS] == right
        assert [found(index, q, **chosen) for q in QUESTIONS] == right
    assert not [hit for hit in search(other, "bruggen", 50).hits if hit.document.id == gone.id]
    assert found(other, "nummer20")[0] == found(index, "nummer20")[0]
    other.close()
    index.close()


def test_an_index_without_a_snapshot_gets_one_when_it_is_opened(tmp_path, monkeypatch, caplog):
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "LEAST", 1000)
        index = opened(tmp_path, create=True)
        filled(index, range(8))
        right = [found(index, q) for q in QUESTIONS]
        index.close()
    assert not (tmp_path / "derived").exists()
    with caplog.at_level(logging.INFO, "vraagbaak.index"):
        again = opened(tmp_path)
    assert "derived files made" in caplog.text
    assert len(derived(tmp_path)) == 1
    assert [found(again, q) for q in QUESTIONS] == right
    again.close()


@pytest.mark.parametrize("harm", ["missing", "truncated", "unfinished", "other"])
def test_a_snapshot_that_is_not_whole_is_made_again_and_said(tmp_path, caplog, harm):
    index = opened(tmp_path, create=True)
    filled(index, range(12))
    right = [found(index, q) for q in QUESTIONS]
    with index.store.reading():
        folder = tmp_path / "derived" / str(index.store.snapshot())
    index.close()
    if harm == "missing":
        (folder / "windows.faiss").unlink()
    elif harm == "truncated":
        os.truncate(folder / "rows.npy", 100)
    elif harm == "unfinished":
        (folder / "sizes.json").write_text("{")
    else:
        about = (folder / "sizes.json").read_text()
        (folder / "sizes.json").write_text(about.replace("hashing-1", "hashing-0"))
    with caplog.at_level(logging.WARNING, "vraagbaak.index"):
        again = opened(tmp_path)
    assert "derived files not used" in caplog.text
    assert [found(again, q) for q in QUESTIONS] == right
    assert again.engine._vectors._base is not None
    with again.store.reading():
        assert again.store.snapshot() != folder.name
    again.close()


def test_a_database_put_back_takes_no_snapshot_of_a_later_state(tmp_path):
    index = opened(tmp_path, create=True)
    filled(index, range(4))
    back_up(tmp_path, tmp_path / "copy")
    filled(index, range(10, 20))
    found(index)
    assert index.engine._vectors._base is not None
    later = {folder.name for folder in derived(tmp_path)}
    restore(tmp_path, tmp_path / "copy")
    found(index)
    assert index.engine._vectors._base is None  # under a running index
    assert len(search(index, "bruggen", 50).hits) == 8
    index.close()
    again = opened(tmp_path)
    filled(again, range(30, 33))
    assert found(again, "nummer31")[0][0].startswith("Er zijn 31")
    assert len(search(again, "bruggen", 50).hits) == 14
    assert later
    with again.store.reading():
        assert again.store.snapshot() not in later
    again.close()


def test_a_folder_that_cannot_be_written_keeps_it_in_memory_and_says_so(tmp_path, caplog):
    (tmp_path / "derived").write_text("in the way")
    with caplog.at_level(logging.WARNING, "vraagbaak.index"):
        index = opened(tmp_path, create=True)
        filled(index, range(8))
    assert "derived files stay in memory" in caplog.text
    assert found(index, "nummer5")[0][0].startswith("Er zijn 5")
    index.close()


def test_approximate_search_finds_what_exact_search_does(tmp_path, monkeypatch, approximate):
    index = opened(tmp_path, create=True)
    filled(index, range(60))
    filled(index, range(100, 102))
    index.remove(index.documents()[5].id)
    about = index.engine.about
    assert about.effort > 0
    assert 0.9 <= about.recall <= 1
    right = in_memory(tmp_path, monkeypatch, *QUESTIONS)
    alike = [
        len({text for text, *_ in found(index, q)} & {text for text, *_ in exact}) / len(exact)
        for q, exact in zip(QUESTIONS, right, strict=True)
    ]
    assert np.mean(alike) >= 0.9
    years = {"date_from": "2001-01-01", "date_to": "2001-12-31"}
    ((text, *_), *_) = found(index, "nummer10", **years)
    assert text.startswith("Er zijn 10 ")
    index.close()


def test_common_terms_count_for_the_best_by_the_rarer_ones(tmp_path, monkeypatch, approximate):
    index = opened(tmp_path, create=True)
    filled(index, range(60))
    question = "Er zijn bruggen nummer14 euro"
    with index.state():
        few = index.engine.lexical(question, 2)
        monkeypatch.setattr(bm25, "LARGE", 10**9)
        every = index.engine.lexical(question, 2)
    assert [passage for passage, _ in few] == [passage for passage, _ in every]
    assert [score for _, score in few] == pytest.approx([score for _, score in every])
    index.close()
