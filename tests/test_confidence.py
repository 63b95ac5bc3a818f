"""How sure retrieval is, and the threshold that a calibration sets."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from index.documents import DocumentInfo, Hit, Metadata, Passage, Question
from index.errors import BadRequest
from rag.confidence import CALIBRATION_NAME, THRESHOLD, confidence, load_threshold

TEXT = "In 2023 kwamen 12 klachten over de veerdienst binnen, in maart 2024 nog 3."
HIT = Hit(
    DocumentInfo("0" * 16, "stuk.txt", "answers", Metadata(title="veerdienst", date="2025-06-10")),
    1,
    Passage((Question(1, "Hoeveel klachten waren er?", 0, 0),), TEXT, 0, len(TEXT)),
    score=1.0,
    rank=1,
    cosine=0.90,
)


def test_a_near_hit_that_holds_the_words_is_sure_and_a_far_one_is_not() -> None:
    question = "hoeveel klachten kreeg de veerdienst?"
    near = confidence(question, [HIT])
    far = confidence(question, [replace(HIT, cosine=0.81)])
    assert 0 <= far < THRESHOLD < near <= 1


def test_who_asked_and_answered_are_among_what_a_hit_is_about() -> None:
    people = replace(HIT.document.metadata, ministers=("Kloosterboer",), askers=("Van Zanten",))
    named = replace(HIT, document=replace(HIT.document, metadata=people))
    question = "kloosterboer tegen van zanten"
    assert confidence(question, [named]) > confidence(question, [HIT])


def test_a_near_hit_without_a_word_of_the_question_is_not_sure() -> None:
    assert confidence("vertel een grap over piraten", [HIT]) < THRESHOLD
    assert confidence("hoeveel klachten?", []) == 0.0


def test_a_calibration_in_the_data_folder_sets_the_threshold(tmp_path: Path) -> None:
    assert load_threshold(tmp_path) == THRESHOLD
    (tmp_path / CALIBRATION_NAME).write_text(json.dumps({"threshold": 0.5}), encoding="utf-8")
    assert load_threshold(tmp_path) == 0.5


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"threshold": 2}', '{"threshold": "0.5"}'])
def test_a_calibration_that_cannot_be_used_says_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / CALIBRATION_NAME).write_text(content, encoding="utf-8")
    with pytest.raises(BadRequest, match="vraagbaak-eval calibrate"):
        load_threshold(tmp_path)


@pytest.mark.parametrize(
    ("word", "there"),
    [
        ("aanbetalingsregel", True),  # the passage speaks of an aanbetaling
        ("betaling", True),  # part of it
        ("aanbetalingen", True),
        ("kernenergie", False),  # the passage speaks of energie
        ("zonnepanelen", False),
    ],
)
def test_a_compound_is_there_by_what_it_begins_with_and_not_by_what_it_ends_on(
    word: str, there: bool
) -> None:
    text = "De aanbetaling voor de energie is hoog."
    near = replace(HIT, cosine=0.87, passage=Passage((), text, 0, len(text)))
    sure = confidence(f"Wat vindt de minister van {word}?", [near])
    assert (sure >= THRESHOLD) is there
