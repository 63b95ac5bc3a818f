"""Feedback is kept whole, in private, and a damaged file is said to be damaged."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from eval_case import BUS, answered, refused
from running_service import filled

from index.errors import BadRequest, NotFound, UnreadableFile, VraagbaakError
from rag.service.feedback import CitedPlace, Feedback, FeedbackFull, FeedbackStore


def answer(**change: Any) -> dict[str, Any]:
    return {**answered(BUS, 1), "question": "en in 2030?", "read_as": "bussen in 2030?", **change}


def cited(questions: list[int | str], quote: str = "q", document: str = "i") -> dict[str, Any]:
    return {
        "document": {"id": document, "source": "veer.txt"},
        "questions": questions,
        "quote": quote,
    }


@pytest.fixture
def store(tmp_path):
    return FeedbackStore(tmp_path / "data")


def test_feedback_keeps_what_was_asked_answered_and_cited(store, tmp_path):
    kept = store.add("up", " klopt \n", answer())
    assert (kept.verdict, kept.question, kept.read_as) == ("up", "en in 2030?", "bussen in 2030?")
    assert kept.remark == " klopt \n"
    assert kept.answer == BUS.passages[1].text
    assert kept.citations == (CitedPlace(BUS.id, BUS.source, (2, 3), BUS.passages[1].text),)
    assert (kept.model, kept.mode) == ("none", "verbatim")
    moment = datetime.fromisoformat(kept.at)
    assert moment.utcoffset() == UTC.utcoffset(None)
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 3600
    assert FeedbackStore(tmp_path / "weg").all() == []
    assert not (tmp_path / "weg").exists()


def test_what_was_added_is_read_back_in_order_by_another_store(store, tmp_path):
    added = [
        store.add("up", None, answer()),
        store.add("down", "regel\u2028 “één” \x00", {**refused((BUS, 2)), "model": "m\nm"}),
        store.add("down", "   ", answer()),
    ]
    assert FeedbackStore(tmp_path / "data").all() == added
    assert added[1].answer is None
    assert added[2].remark is None
    assert len({each.id for each in added}) == 3


def test_what_an_older_version_kept_is_still_read(store):
    """The mode had another name, and citations were not looked up."""
    kept = store.add("up", None, {**answer(), "mode": "select"})
    assert kept.mode == "verbatim"
    line = {**json.loads(store.path.read_text()), "mode": "select"}
    for each in line["citations"]:
        del each["in_index"]
    store.path.write_text(json.dumps(line) + "\n")
    assert store.all() == [kept]


def test_a_removed_one_is_gone_and_the_others_stay_for_the_owner_only(store):
    before = os.umask(0)
    try:
        first, second, third = (store.add("up", str(n), answer()) for n in range(3))
        assert store.path.stat().st_mode & 0o777 == 0o600
        store.remove(second.id)
        assert store.path.stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)
    assert store.all() == [first, third]
    assert "1" not in [json.loads(line)["remark"] for line in store.path.read_text().splitlines()]
    with pytest.raises(NotFound, match=second.id):
        store.remove(second.id)
    assert store.all() == [first, third]


@pytest.mark.parametrize(
    ("verdict", "remark", "given", "field"),
    [
        ("goed", None, answer(), "verdict"),
        ("up", "x" * 2001, answer(), "remark"),
        ("up", 3, answer(), "remark"),
        ("up", "\ud800", answer(), "remark"),
        ("up", None, [], "answer"),
        ("up", None, answer(question=""), "answer.question"),
        ("up", None, answer(question="x" * 100_001), "answer.question"),
        ("up", None, answer(read_as=None), "answer.read_as"),
        ("up", None, answer(answer=None), "answer.answer"),
        ("up", None, answer(abstained=True), "answer.answer"),
        ("up", None, answer(abstained="nee"), "answer.abstained"),
        ("up", None, answer(mode="vrij"), "answer.mode"),
        ("up", None, answer(model=None), "answer.model"),
        ("up", None, answer(citations=[{}] * 201), "answer.citations"),
        ("up", None, answer(citations=["x"]), "answer.citations[0]"),
        ("up", None, answer(citations=[{"document": {}}]), "answer.citations[0].document.id"),
        ("up", None, answer(citations=[cited([True])]), "answer.citations[0].questions[0]"),
    ],
)
def test_what_is_no_feedback_is_refused_by_field_and_not_kept(store, verdict, remark, given, field):
    with pytest.raises(BadRequest) as refusal:
        store.add(verdict, remark, given)
    for message in (refusal.value.nl, refusal.value.en):
        assert f"eld {field} " in message
        assert "\n" not in message
    assert store.all() == []


def test_feedback_that_is_too_large_in_all_is_refused(store):
    (citation,) = answer()["citations"]
    many = [{**citation, "quote": "é" * 90_000} for _ in range(6)]
    with pytest.raises(BadRequest, match="te groot"):
        store.add("up", None, answer(citations=many))
    store.add("up", None, answer(citations=many[:5]))


@pytest.mark.parametrize("damage", ["{", "[]", '{"id": "x"}', "", "\x00\x00"])
def test_a_damaged_line_is_named_and_nothing_is_lost(store, damage):
    first, second = store.add("up", "een", answer()), store.add("up", "twee", answer())
    lines = store.path.read_text().splitlines()
    damaged = "\n".join([lines[0], damage, lines[1]]) + "\n"
    store.path.write_text(damaged)
    with pytest.raises(UnreadableFile, match="regel 2") as refusal:
        store.all()
    assert "line 2" in refusal.value.en
    with pytest.raises(UnreadableFile):
        store.remove(first.id)
    assert store.path.read_text() == damaged
    store.path.write_text("\n".join(lines) + "\n")
    assert store.all() == [first, second]


def test_what_an_interrupted_write_left_is_no_feedback(store):
    first = store.add("up", "een", answer())
    whole = store.path.read_bytes()
    for cut in (1, 20, len(whole) - 2):
        store.path.write_bytes(whole + whole[:cut])
        assert store.all() == [first]
        store.path.write_bytes(whole + whole[:cut])
        second = store.add("down", "twee", answer())
        assert store.all() == [first, second]
    store.path.write_bytes(whole.rstrip(b"\n"))  # as an editor may leave it
    second = store.add("up", "twee", answer())
    assert store.all() == [first, second]


def test_a_full_file_takes_no_verdict_until_there_is_room(store, monkeypatch):
    first = store.add("up", None, answer())
    before = store.path.read_bytes()
    monkeypatch.setattr("rag.service.feedback.MOST_FILE", 2 * len(before) - 1)
    with pytest.raises(FeedbackFull, match=r"feedback\.jsonl"):
        store.add("up", None, answer())
    assert store.path.read_bytes() == before
    store.remove(first.id)
    second = store.add("up", None, answer())
    assert store.all() == [second]


@pytest.fixture
def index(tmp_path):
    opened = filled(tmp_path / "data")
    yield opened
    opened.close()


def test_a_citation_says_whether_it_stands_so_in_the_index(store, index):
    (ferry,) = [info.id for info in index.documents() if info.source == "veer.txt"]
    said = "In 2023 vervoerde de veerdienst 48.000 reizigers"
    places = [
        cited([3, 4], said, ferry),
        cited([3, 4], said.replace("48", "84"), ferry),
        cited([2], said, ferry),
        cited([3, 4], said, "0123456789abcdef"),
        cited(["2a"], said, ferry),
    ]
    kept = store.add("up", None, answer(citations=places), index)
    assert [each.in_index for each in kept.citations] == [True, False, False, False, False]
    assert kept.citations[4].questions == ("2a",)
    with pytest.raises(BadRequest, match="2a"):
        store.add("up", None, answer(citations=[cited(["4"])]), index)
    assert store.all() == [kept]
    index.remove(ferry)
    late = store.add("down", "weg", answer(citations=places[:1]), index)
    assert [each.in_index for each in late.citations] == [False]
    assert store.all() == [kept, late]


def test_a_full_disk_is_an_error_and_leaves_what_was_there(store, monkeypatch):
    first = store.add("up", None, answer())
    before = store.path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(VraagbaakError, match="No space left"):
            store.add("down", None, answer())
        with pytest.raises(VraagbaakError, match="No space left"):
            store.remove(first.id)
    assert store.path.read_bytes() == before
    assert store.all() == [first]


def test_writers_at_once_do_not_mix_their_lines(store, tmp_path):
    def write(number: int) -> Feedback:
        return FeedbackStore(tmp_path / "data").add("up", f"{number} " * 400, answer())

    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(write, range(24)))
    assert sorted(store.all(), key=repr) == sorted(added, key=repr)
