"""Documents of other indexes come in as they are: nothing read again, nothing lost, nothing twice."""

from __future__ import annotations

import numpy as np
import pytest
from hashing import HashingEncoder

from index.backup import back_up
from index.checking import faults
from index.errors import BadRequest, IndexMismatch, NoIndex
from index.index import FILE_NAME, Index, open_index
from index.merging import Merged, merge
from index.search import search
from index.store import Store

SUBJECTS = ("fietsen", "bomen", "schepen", "molens", "bruggen", "sluizen")


def text(subject: str, number: int = 12) -> bytes:
    return (
        f"Vraag 1\nHoeveel {subject}?\n\nAntwoord vraag 1\nEr zijn {number} {subject}.\n"
        f"\nVraag 2\nWat kosten {subject}?\n\nAntwoord vraag 2\nDat is {number} euro.\n"
    ).encode()


def made(folder, subjects, fingerprint="hashing-1"):
    index = open_index(folder, HashingEncoder(64, fingerprint), create=True)
    for subject in subjects:
        index.add_bytes(text(subject), f"{subject}.txt")
    return index


def names(index: Index) -> list[str]:
    return [info.source for info in index.documents()]


def hits(index, question):
    return [
        (hit.passage.text, hit.document.id, round(hit.cosine, 5), round(hit.lexical, 5))
        for hit in search(index, question).hits
    ]


def test_shares_that_were_indexed_apart_are_the_index_of_all(tmp_path):
    whole = made(tmp_path / "whole", SUBJECTS)
    for number, part in enumerate((SUBJECTS[:2], SUBJECTS[2:4], SUBJECTS[4:])):
        made(tmp_path / str(number), part).close()
    folders = [tmp_path / str(number) for number in range(3)]
    seen: list[tuple[int, int]] = []
    done = merge(tmp_path / "all", folders, lambda at, of, _: seen.append((at, of)))
    assert done == Merged(added=6)
    assert seen == [(1, 2), (2, 2)] * 3
    index = open_index(tmp_path / "all", HashingEncoder(64), create=False)
    assert names(index) == names(whole)
    assert list(faults(index.store)) == []
    for question in ("hoeveel fietsen", "wat kosten sluizen", "molens"):
        assert hits(index, question) == hits(whole, question)
    assert index.encoder.seen == []  # type: ignore[attr-defined]
    ids = [hit.passage_id for hit in search(index, "schepen").hits]
    ours, theirs = index.sentences(ids), whole.sentences(ids)
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[each][1], theirs[each][1]) for each in ids)
    assert index.original(index.documents()[3].id) == ("molens.txt", text("molens"))
    assert merge(tmp_path / "all", folders) == Merged(present=6)
    index.close()
    whole.close()


def test_what_is_here_stays_and_places_that_are_taken_too(tmp_path):
    here, there = tmp_path / "a.txt", tmp_path / "b" / "a.txt"
    there.parent.mkdir()
    index = made(tmp_path / "ours", ["bomen"])
    index.put(text("fietsen"), "a.txt", "place", None)  # type: ignore[arg-type]
    other = made(tmp_path / "theirs", ["bomen", "molens"])
    other.put(text("fietsen", 99), "a.txt", "place", None)  # type: ignore[arg-type]
    before = index.documents()
    other.close()
    assert merge(tmp_path / "ours", [tmp_path / "theirs"]) == Merged(added=2, present=1)
    assert index.documents()[:2] == before
    assert names(index) == ["bomen.txt", "a.txt", "molens.txt", "a.txt"]
    assert index.places()["place"].id == before[1].id
    assert "99 fietsen" in " ".join(found[0] for found in hits(index, "hoeveel fietsen"))
    assert list(faults(index.store)) == []
    index.remove(index.documents()[-1].id)
    assert len(names(index)) == 3
    assert not here.exists()
    index.close()


def test_one_that_was_stopped_half_way_goes_on(tmp_path, monkeypatch):
    made(tmp_path / "theirs", SUBJECTS).close()
    copy = Store._copy

    def killed(self, *arguments, **named):
        copy(self, *arguments, **named)  # the rows are written, the transaction is not done
        if self.counts()["documents"] == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Store, "_copy", killed)
        with pytest.raises(KeyboardInterrupt):
            merge(tmp_path / "ours", [tmp_path / "theirs"])
    index = open_index(tmp_path / "ours", HashingEncoder(64), create=False)
    assert len(names(index)) == 3
    assert list(faults(index.store)) == []
    assert merge(tmp_path / "ours", [tmp_path / "theirs"]) == Merged(added=3, present=3)
    assert len(names(index)) == 6
    assert list(faults(index.store)) == []
    index.close()


def test_an_index_made_with_something_else_is_refused_before_anything_is_copied(tmp_path):
    made(tmp_path / "ours", ["bomen"]).close()
    made(tmp_path / "good", ["fietsen"]).close()
    made(tmp_path / "wrong", ["molens"], "hashing-2").close()
    with pytest.raises(IndexMismatch) as found:
        merge(tmp_path / "ours", [tmp_path / "good", tmp_path / "wrong"])
    for said in ("ours", "wrong", "fingerprint hashing-1", "fingerprint hashing-2", "--rebuild"):
        assert said in found.value.nl
        assert said in found.value.en
    index = open_index(tmp_path / "ours", HashingEncoder(64), create=False)
    assert names(index) == ["bomen.txt"]
    index.close()
    with pytest.raises(IndexMismatch):  # also where there is nothing yet
        merge(tmp_path / "new", [tmp_path / "good", tmp_path / "wrong"])


def test_a_folder_without_an_index_and_the_index_itself_are_refused(tmp_path):
    made(tmp_path / "ours", ["bomen"]).close()
    with pytest.raises(NoIndex, match="nergens"):
        merge(tmp_path / "ours", [tmp_path / "nergens"])
    assert not (tmp_path / "nergens").exists()
    with pytest.raises(BadRequest):
        merge(tmp_path / "ours", [tmp_path / "ours"])


def test_a_backup_may_be_merged_and_is_left_as_it_was(tmp_path):
    made(tmp_path / "theirs", SUBJECTS[:2]).close()
    (tmp_path / "copy").mkdir()
    back_up(tmp_path / "theirs", tmp_path / "copy" / FILE_NAME)
    assert merge(tmp_path / "ours", [tmp_path / "copy"]) == Merged(added=2)
    index = open_index(tmp_path / "ours", HashingEncoder(64), create=False)
    assert names(index) == ["fietsen.txt", "bomen.txt"]
    index.close()
