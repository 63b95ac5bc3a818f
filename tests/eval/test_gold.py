"""Gold sets: what is read, what is refused and how, and where gold passages stand in an index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.gold import GoldQuestion, gold_line, load_gold, remarks, resolve
from index.documents import Document, Metadata, Number, Passage, Question
from index.errors import BadRequest, UnreadableFile

SHARED = Path(__file__).resolve().parents[3] / "shared" / "gold"

GOOD: dict[str, Any] = {
    "id": "a1",
    "question": "Hoeveel bussen rijden er?",
    "answerable": True,
    "gold": [{"file": "map/bus.txt", "questions": [1]}],
    "facts": [["1[. ]?750"]],
    "type": "number",
    "note": "",
}


def document(source: str, *answers: tuple[list[Number], str]) -> Document:
    """A document of which each answer stands after its numbers."""
    text, passages = "", []
    for numbers, answer in answers:
        text += f"Vraag {numbers}\n"
        start = len(text)
        text += answer
        questions = tuple(Question(number, f"vraag {number}?", 0, 0) for number in numbers)
        passages.append(Passage(questions, answer, start, len(text)))
        text += "\n"
    return Document(f"id-{source}", source, "answers", Metadata(), text, tuple(passages))


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_a_question_is_read_with_its_gold_and_facts_and_survives_being_written(tmp_path):
    path = write(tmp_path / "g.jsonl", {**GOOD, "reference": "1.750 bussen"})
    (question,) = load_gold([path])
    assert question.gold[0].questions == (1,)
    assert question.facts == (("1[. ]?750",),)
    assert question.type == "number"
    path.write_text(gold_line(question) + "\n", encoding="utf-8")
    assert load_gold([path]) == (question,)


def test_a_sub_question_is_gold(tmp_path):
    record = {**GOOD, "gold": [{"file": "map/bus.txt", "questions": ["2a"]}]}
    questions = load_gold([write(tmp_path / "g.jsonl", record)])
    parts = document("map/bus.txt", ([1], "Ja."), (["2a"], "1.750 bussen."), (["2b"], "Nee."))
    ((target,),) = resolve(questions, [parts]).values()
    assert target.text == "1.750 bussen."
    assert target.pairs == {(parts.id, "2a")}
    assert remarks(questions, [parts]) == ()
    assert json.loads(gold_line(questions[0])) | {"note": ""} == record


def test_dialogue_turns_know_the_turns_before_them_and_a_faulty_one_is_named(tmp_path):
    turn = {"question": "en nu?", "gold": GOOD["gold"], "facts": []}
    path = write(tmp_path / "d.jsonl", {"id": "d", "turns": [turn, turn, turn]})
    questions = load_gold([path])
    assert [question.id for question in questions] == ["d/1", "d/2", "d/3"]
    assert questions[2].after == ("d/1", "d/2")
    assert all(question.answerable for question in questions)
    write(path, {"id": "d", "turns": [turn, {**turn, "gold": []}]})
    with pytest.raises(BadRequest, match=r"turns\[1\]\.gold"):
        load_gold([path])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": ""}, "id"),
        ({"question": " "}, "question"),
        ({"answerable": "ja"}, "answerable"),
        ({"gold": []}, "gold"),
        ({"answerable": False}, "gold"),
        ({"gold": [{"file": "a.txt"}]}, "gold[0]"),
        ({"gold": [{"file": "a.txt", "questions": [True]}]}, "gold[0].questions"),
        ({"gold": [{"file": "a.txt", "questions": ["4"]}]}, "gold[0].questions"),
        ({"gold": [{"file": "a.txt", "questions": ["twee"]}]}, "gold[0].questions"),
        ({"gold": [{"file": "a.txt", "quote": "..."}]}, "gold[0].quote"),
        ({"facts": ["10"]}, "facts[0]"),
        ({"facts": [["goed"], ["(fout"]]}, "facts[1]"),
        ({"refrence": "x"}, "refrence"),
        ({"turns": [{"question": "", "gold": [], "facts": []}]}, "question"),
    ],
)
def test_a_faulty_line_is_refused_with_file_line_and_field(tmp_path, change, field):
    path = write(tmp_path / "fout.jsonl", GOOD, {**GOOD, "id": "a2", **change})
    with pytest.raises(BadRequest) as caught:
        load_gold([path])
    assert "fout.jsonl, regel 2, veld " in caught.value.nl
    assert "fout.jsonl, line 2, field " in caught.value.en
    assert f"veld {field}:" in caught.value.nl


def test_an_id_that_occurs_twice_no_json_and_a_missing_file_are_refused(tmp_path):
    paths = [write(tmp_path / name, GOOD) for name in ("een.jsonl", "twee.jsonl")]
    with pytest.raises(BadRequest, match=r"een\.jsonl, regel 1"):
        load_gold(paths)
    paths[0].write_text('{"id": \n', encoding="utf-8")
    with pytest.raises(BadRequest, match=r"een\.jsonl, regel 1"):
        load_gold(paths[:1])
    with pytest.raises(UnreadableFile, match="bestaat-niet"):
        load_gold([tmp_path / "bestaat-niet.jsonl"])


def gold_question(gold: list[dict[str, Any]], tmp_path: Path) -> tuple[GoldQuestion, ...]:
    return load_gold([write(tmp_path / "q.jsonl", {**GOOD, "gold": gold})])


def test_a_file_is_found_by_the_end_of_its_source_folder_by_folder(tmp_path):
    questions = gold_question([{"file": "map/bus.txt", "questions": [1]}], tmp_path)
    right = document("/data/map/bus.txt", ([1], "1.750 bussen."))
    other = document("/data/anderemap/bus.txt", ([1], "Geen."))
    (target,) = resolve(questions, [other, right])["a1"]
    assert target.document_id == right.id
    assert target.pairs == {(right.id, 1)}
    assert target.text == "1.750 bussen."


@pytest.mark.parametrize("sources", [[], ["map/bus.txt", "x/map/bus.txt"]])
def test_no_document_or_more_than_one_is_an_error_that_names_the_file(tmp_path, sources):
    questions = gold_question([{"file": "map/bus.txt", "questions": [1]}], tmp_path)
    with pytest.raises(BadRequest, match=r"a1: map/bus\.txt"):
        resolve(questions, [document(source, ([1], "Ja.")) for source in sources])


def test_a_quote_is_found_over_line_ends_and_stands_for_the_passages_it_overlaps(tmp_path):
    questions = gold_question([{"file": "bus.txt", "quote": "rijden 1.750 bussen"}], tmp_path)
    held = document("bus.txt", ([1], "Nee."), ([2, 3], "Er rijden\n1.750  bussen."))
    (target,) = resolve(questions, [held])["a1"]
    assert target.pairs == {(held.id, 2), (held.id, 3)}
    with pytest.raises(BadRequest, match="citaat"):
        resolve(questions, [document("bus.txt", ([1], "Er varen boten."))])


def test_a_gold_passage_that_was_cut_away_stays_as_one_that_nothing_matches(tmp_path):
    questions = gold_question([{"file": "bus.txt", "questions": [9]}], tmp_path)
    held = document("bus.txt", ([1], "1750"))
    (target,) = resolve(questions, [held])["a1"]
    assert target.passages
    assert not set(target.passages) & {f"{held.id}:{p.start}" for p in held.passages}


def test_remarks_tell_where_gold_and_index_disagree(tmp_path):
    questions = gold_question(
        [{"file": "bus.txt", "questions": [9]}, {"file": "bus.txt", "questions": [2]}], tmp_path
    )
    told = remarks(questions, [document("bus.txt", ([2, 3], "Geen idee."))])
    assert [name for name, _ in told] == ["a1", "a1", "a1"]
    assert "geen passage" in told[0][1]
    assert "vraag 2, 3" in told[1][1]
    assert "1[. ]?750" in told[2][1]


@pytest.mark.parametrize("name", ["gold.jsonl", "dialogues.jsonl"])
def test_the_shared_gold_sets_are_valid(name):
    if not SHARED.is_dir():
        pytest.skip("no shared gold sets beside this checkout")
    questions = load_gold([SHARED / name])
    assert any(question.facts for question in questions)
    assert len({question.id for question in questions}) == len(questions)
