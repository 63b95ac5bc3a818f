"""Follow-up questions and what they need of the conversation.

`data/follow_ups.jsonl` has small dialogues of our own: earlier `turns`, the `question` that follows,
and how it is read: whole (`read`), or what it `has` and `lacks` in lower case.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from surface_parts import reader

from rag.conversation.followups import MAX_CHARACTERS, Turn, of_another, turn_of, understand
from rag.pipeline.answers import Answer
from rag.pipeline.query import Query

DIALOGUES = Path(__file__).parents[2] / "data" / "follow_ups.jsonl"
FERRY = Turn("Hoeveel reizigers vervoerde de veerdienst bij Oeverdam in 2022?", "45.000.")
TOLERATED = 2  # of the 68: read behind a question that they do not need, which costs little


def leaning(question: str) -> float:
    return 5.0 if len(question.split()) < 5 else -5.0


def read(question: str, *before: str) -> str:
    return understand(question, [Turn(each, None) for each in before], leaning).read_as


def test_the_reader_sees_which_questions_lean_on_the_one_before() -> None:
    wrong = []
    dialogues = [json.loads(line) for line in DIALOGUES.read_text(encoding="utf-8").splitlines()]
    for each in dialogues:
        history: list[Turn] = []
        for question in each["turns"]:
            history.append(Turn(understand(question, history, reader().leans).read_as, None))
        said = understand(each["question"], history, reader().leans).read_as
        low = said.lower()
        right = (
            low == each["read"].lower() if "read" in each else all(w in low for w in each["has"])
        )
        if not right or any(word in low for word in each.get("lacks", ())):
            wrong.append(said)
    assert len(dialogues) == 68
    assert len(wrong) <= TOLERATED, wrong


@pytest.mark.parametrize(
    ("before", "question", "as_read"),
    [
        ("Wat kostte de pont in 2022?", "en in 2023?", "Wat kostte de pont in 2023?"),
        ("Wat kostte de pont in 2022?", "en 2023?", "Wat kostte de pont in 2023?"),
        ("Wat kostte de pont in maart 2023?", "en in mei?", "Wat kostte de pont in mei 2023?"),
        (
            "Hoeveel kostte de pont in 2022?",
            "en de jaren ervoor?",
            "Hoeveel kostte de pont vóór 2022?",
        ),
        ("Wat kostte de pont in 2023?", "en vijf jaar eerder?", "Wat kostte de pont in 2018?"),
        (
            "Wat kostte de pont in maart 2023?",
            "en vorig jaar?",
            "Wat kostte de pont in maart 2022?",
        ),
        (
            "Wat kostte de pont in december 2023?",
            "en de maand daarna?",
            "Wat kostte de pont in januari 2024?",
        ),
        (
            "Wat kostte de pont in het vierde kwartaal van 2023?",
            "en in het kwartaal daarna?",
            "Wat kostte de pont in het eerste kwartaal van 2024?",
        ),
        # A period without one before it, and a span of years, are read beside it.
        ("Wat kost de pont?", "en vorig jaar?", "Wat kost de pont? en vorig jaar?"),
        ("Wat kostte het in 2022/23?", "en daarvoor?", "Wat kostte het in 2022/23? en daarvoor?"),
        *[
            (
                "wat is het antwoord op vraag 2 en 3 van Aanhangsel 9999?",
                question,
                "wat is het antwoord op vraag 4 van Aanhangsel 9999?",
            )
            for question in ("en vraag 4?", "en op vraag 4?", "en het antwoord op vraag 4?")
        ],
    ],
)
def test_another_period_or_number_takes_the_place_of_the_one_before(
    before: str, question: str, as_read: str
) -> None:
    assert read(question, before) == as_read


def test_a_chain_of_periods_is_read_one_after_the_other() -> None:
    before = ("Wat kostte de pont in 2023?", "en in 2022?")
    assert read("en een jaar eerder?", *before) == "Wat kostte de pont in 2021?"


def test_what_leans_is_read_behind_what_stands_alone_and_the_question_before() -> None:
    assert understand("waarom?", [FERRY], leaning) == Query("waarom?", FERRY.question[:-1])
    assert understand("waarom?", [FERRY], leaning).to_read == f"{FERRY.question[:-1]} | waarom?"
    whole = f"{FERRY.question} wie betaalt dat? en waarom?"
    # The same whether a client sends turns as they were asked or as they were read.
    assert read("en waarom?", FERRY.question, "wie betaalt dat?") == whole
    assert read("en waarom?", FERRY.question, f"{FERRY.question} wie betaalt dat?") == whole
    another = "Hoeveel subsidie ontvangt het zwembad in Waterkant?"
    assert read("en waarom?", FERRY.question, another) == f"{another} en waarom?"
    assert read(another, FERRY.question) == another
    assert read("en waarom?") == "en waarom?"
    assert read("en waarom?", " ?") == "en waarom?"


def test_thanks_are_no_question_to_lean_on_and_lean_on_none() -> None:
    assert read("en in 2023?", "Wat kostte het veer in 2022?", "dank je wel") == (
        "Wat kostte het veer in 2023?"
    )
    assert read("dank je wel", FERRY.question) == "dank je wel"


def test_without_a_reader_only_a_question_without_words_of_its_own_leans() -> None:
    assert understand("en wie betaalt dat?", [FERRY], None).previous
    assert not understand("Hoeveel subsidie kreeg het zwembad?", [FERRY], None).previous


@pytest.mark.parametrize(
    ("before", "question", "other"),
    [
        ("wie is de minister van Defensie", "en van Zorg?", "wie is de minister van Zorg?"),
        (
            "welke documenten gaan over sluizen",
            "en over bruggen?",
            "welke documenten gaan over bruggen?",
        ),
        ("wie is de minister van Defensie", "en waarom?", None),
        ("wie is de minister van Defensie", "en over Zorg?", None),
        ("wie is de minister van Defensie in Oeverdam", "en van Zorg?", None),
        ("wie is de minister van Defensie", "en van Zorg in 2022?", None),
    ],
)
def test_a_last_phrase_takes_the_place_of_one_that_begins_alike(
    before: str, question: str, other: str | None
) -> None:
    assert of_another(before, question) == other


def test_a_long_conversation_is_cut_and_the_question_never() -> None:
    long = "Hoeveel " + "woorden " * 200
    query = understand("hoeveel?", [Turn(long, None)], leaning)
    assert query.text == "hoeveel?"
    assert 0 < len(query.previous) <= MAX_CHARACTERS
    query = understand("hoeveel?", [Turn(long, None), Turn("en waarom?", None)], leaning)
    assert query.previous.endswith("? en waarom")
    asked = "En krijgt een bedrijf " + "heel veel werknemers " * 30 + "iets?"
    assert understand(asked, [FERRY], leaning) == Query(asked)


def test_a_turn_keeps_the_question_as_it_was_read() -> None:
    assert turn_of(Answer("en?", "En wat?", "verbatim", abstained=True)) == Turn("En wat?", None)


def test_hostile_history_is_read_in_no_time() -> None:
    began = time.thread_time()  # work, however busy the machine is
    for text in (" " * 100_000 + "x", "en " * 30_000, "in de " * 16_000, "januari " * 12_000):
        understand("en in de zomer?", [Turn(text, text)] * 50, leaning)
        understand(text, [FERRY], leaning)
        of_another(text, "en in de zomer?")
    assert time.thread_time() - began < 1
