"""The sample documents, their gold sets and their gold segmentation fit together.

The samples are read here in the plainest way (tags stripped), on purpose without our own readers.
"""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
GOLD = ROOT / "eval" / "gold" / "samples"

Record = dict[str, Any]


def records(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


SEGMENTED = {each["file"]: each for each in records(ROOT / "tests/data/sample_segments.jsonl")}
QUESTIONS = records(GOLD / "questions.jsonl")
DIALOGUES = records(GOLD / "dialogues.jsonl")
TURNS = [turn | {"id": talk["id"]} for talk in DIALOGUES for turn in talk["turns"]]
ANSWERABLE = [each for each in QUESTIONS if each["answerable"]] + TURNS


@cache
def plain(name: str) -> str:
    """A sample's text, without its markup."""
    path = SAMPLES / name
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as pdf:
            return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as package:
            markup = package.read("word/document.xml").decode("utf-8")
        return html.unescape(re.sub(r"<[^>]+>", "", markup.replace("</w:p>", "\n")))
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".html", ".xml"}:
        text = re.sub(r"<noot .*?</noot>", "", text, flags=re.DOTALL)
        return html.unescape(re.sub(r"<[^>]+>", " ", text))
    return text


@cache
def squeezed(name: str) -> tuple[str, tuple[int, ...]]:
    """Letters and digits only, and where each stands in the text: blind to line ends."""
    kept = [(char, at) for at, char in enumerate(plain(name)) if char.isalnum()]
    return "".join(char for char, _ in kept), tuple(at for _, at in kept)


def squeeze(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


@cache
def answers(name: str) -> Mapping[tuple[int, ...], str]:
    """Question numbers -> the answer's text, by the head and tail of the gold segments."""
    text, places = squeezed(name)
    found, at = {}, 0
    for segment in SEGMENTED[name]["segments"]:
        head, tail = squeeze(segment["answer_head"]), squeeze(segment["answer_tail"])
        start = text.find(head, at)
        assert start >= 0, f"{name}, vraag {segment['questions']}: begin niet gevonden"
        end = text.find(tail, start)
        assert end >= 0, f"{name}, vraag {segment['questions']}: einde niet gevonden"
        at = end + len(tail)
        raw = plain(name)[places[start] : places[at - 1] + 1]
        found[tuple(segment["questions"])] = " ".join(raw.split())
    return found


def gold_text(gold: Record) -> str:
    return gold.get("quote") or answers(gold["file"])[tuple(gold["questions"])]


def carries(text: str, facts: list[list[str]]) -> bool:
    return all(any(re.search(each, text, re.IGNORECASE) for each in group) for group in facts)


def test_every_sample_has_a_gold_segmentation_and_stands_in_the_readme():
    files = {path.name for path in SAMPLES.iterdir()}
    readme = (SAMPLES.parent / "docs/samples.md").read_text(encoding="utf-8")
    assert files == set(SEGMENTED)
    assert {name for name in files if f"`{name}`" not in readme} == set()


@pytest.mark.parametrize("name", sorted(SEGMENTED))
def test_every_question_is_answered_once_where_and_in_the_order_that_the_segments_say(name):
    document = SEGMENTED[name]
    assert len(answers(name)) == len(document["segments"])
    numbers = sorted(number for each in document["segments"] for number in each["questions"])
    answered = document["n_questions"] if document["kind"] == "answers" else 0
    assert numbers == list(range(1, answered + 1))
    for segment in document["segments"]:
        assert set(segment["refers_to"]) <= set(numbers) - set(segment["questions"])


def test_sections_of_the_letter_are_lines_of_it():
    letters = [each for each in SEGMENTED.values() if each["kind"] == "letter"]
    assert letters
    for letter in letters:
        lines = plain(letter["file"]).splitlines()
        places = [lines.index(heading) for heading in letter["sections"]]
        assert places == sorted(places)


def test_gold_is_large_has_unique_ids_and_asks_about_every_sample():
    ids = [each["id"] for each in QUESTIONS + DIALOGUES]
    assert len(ids) == len(set(ids))
    assert sum(each["answerable"] for each in QUESTIONS) >= 45
    assert sum(not each["answerable"] for each in QUESTIONS) >= 18
    assert len(DIALOGUES) >= 7
    assert all(2 <= len(talk["turns"]) <= 3 for talk in DIALOGUES)
    asked = {gold["file"] for each in QUESTIONS for gold in each["gold"]}
    assert asked == set(SEGMENTED)
    for each in QUESTIONS:
        if not each["answerable"]:
            assert (each["gold"], each["facts"]) == ([], [])
            assert each["note"]


def test_gold_names_an_answer_that_states_its_facts_or_quotes_the_document():
    for row in ANSWERABLE:
        assert row["gold"], row["question"]
        for gold in row["gold"]:
            if "quote" in gold:
                assert squeeze(gold["quote"]) in squeezed(gold["file"])[0], row["question"]
            else:
                assert tuple(gold["questions"]) in answers(gold["file"]), row["question"]
    for row in ANSWERABLE:
        assert row["facts"], row["question"]
        gold = [gold_text(each) for each in row["gold"]]
        assert any(carries(text, row["facts"]) for text in gold), row["question"]
        assert carries(row["reference"], row["facts"]), row["question"]
