"""Follow-up questions read with what came before.

`data/follow_ups.jsonl` has small dialogues of our own: `turns` ([question, answer or null]), the
`question` that follows, and its reading: whole (`read`), or what it `has` and `lacks` in lower case.
Those of set "b" were set aside while the rules were made on set "a".
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from rag.conversation.query_rewriting import MAX_CHARACTERS, Turn, leans_back, stand_alone, turn_of
from rag.pipeline.answers import Answer

DIALOGUES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data" / "follow_ups.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
FERRY = Turn("Hoeveel reizigers vervoerde de veerdienst bij Oeverdam in 2022?", "45.000.")


def held(read: str, dialogue: dict[str, Any]) -> bool:
    """Whether a reading is what the dialogue asks for."""
    if "read" in dialogue:
        return bool(read == dialogue["read"])
    low = read.lower()
    return all(word in low for word in dialogue["has"]) and not any(
        word in low for word in dialogue["lacks"]
    )


def named(dialogue: dict[str, Any]) -> str:
    return f"{dialogue['set']}: {dialogue['turns'][-1][0]} - {dialogue['question']}"


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=named)
def test_a_follow_up_is_read_with_what_it_leans_on(dialogue):
    history: list[Turn] = []
    for question, answer in dialogue["turns"]:
        history.append(Turn(stand_alone(question, history), answer))
    read = stand_alone(dialogue["question"], history)
    assert held(read, dialogue), read


def test_questions_and_readings_read_the_same_and_nothing_comes_of_no_history():
    for dialogue in DIALOGUES:
        read = stand_alone(dialogue["question"], [Turn(*turn) for turn in dialogue["turns"]])
        assert held(read, dialogue), (dialogue, read)
    for dialogue in DIALOGUES:
        read = stand_alone(dialogue["question"], [Turn(*turn) for turn in dialogue["turns"]])
        assert stand_alone(read, [FERRY]) == read
    assert stand_alone("En waarom?", []) == "En waarom?"
    assert stand_alone("En waarom?", [Turn(" ?", None)]) == "En waarom?"


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("En in 2024?", "Hoeveel reizigers vervoerde de veerdienst bij Oeverdam in 2024?"),
        ("en bij Waterkant?", "Hoeveel reizigers vervoerde de veerdienst bij Waterkant in 2022?"),
        ("maar de bus?", "Hoeveel reizigers vervoerde de bus bij Oeverdam in 2022?"),
    ],
)
def test_an_elliptic_question_takes_the_place_of_what_is_of_its_kind(question, read):
    assert stand_alone(question, [FERRY]) == read


@pytest.mark.parametrize(
    ("question", "opens"),
    [
        ("waarom?", "waarom?"),
        ("En?", "En?"),
        ("wat is dat precies?", "wat is dat precies?"),
        ("en sinds wanneer geldt dat?", "sinds wanneer geldt dat?"),
    ],
)
def test_a_question_that_refers_back_is_given_its_subject(question, opens):
    assert stand_alone(question, [FERRY]) == (
        f"{opens} (over: Hoeveel reizigers vervoerde de veerdienst bij Oeverdam in 2022)"
    )


@pytest.mark.parametrize(
    "question",
    [
        "Hoeveel subsidie ontvangt het zwembad in Waterkant?",
        "Klopt het dat de subsidie voor de veerdienst stopt?",
        "Wat vindt de minister ervan dat scholen sluiten?",
        "Hoeveel kost de pont en wie betaalt dat?",
        "Wat zijn de gevolgen van de storm deze zomer?",
        "Wie betaalt als het om een gestrand schip gaat?",
        "Is er meer geld voor bruggen dan voor veren?",
        "En hoeveel subsidie ontvangt het zwembad in Waterkant?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question):
    assert not leans_back(question)
    assert stand_alone(question, [FERRY]) == question


@pytest.mark.parametrize(
    ("before", "question", "read"),
    [
        (
            "Wat kost een kaartje voor de pont?",
            "hoe laat gaat hij dicht?",
            "hoe laat gaat hij dicht? (over: Wat kost een kaartje voor de pont)",
        ),
        (
            "Wat kost een kaartje voor de pont?",
            "en de trein?",
            "Wat kost een kaartje voor de pont, en de trein?",
        ),
        (
            "Wie onderhoudt de pont?",
            "welke minister?",
            "welke minister? (over: Wie onderhoudt de pont)",
        ),
        (
            "Wie onderhoudt de pont?",
            "met hoeveel geld?",
            "met hoeveel geld? (over: Wie onderhoudt de pont)",
        ),
        (
            "Wie onderhoudt de pont?",
            "kun je dat korter zeggen?",
            "kun je dat korter zeggen? (over: Wie onderhoudt de pont)",
        ),
        (
            "Hoeveel kostte de pont in 2022?",
            "en de jaren ervoor?",
            "Hoeveel kostte de pont vóór 2022?",
        ),
    ],
)
def test_what_is_left_out_is_put_behind_where_it_has_no_one_place(before, question, read):
    assert stand_alone(question, [Turn(before, None)]) == read


def test_a_refused_question_and_its_reading_are_what_the_next_one_is_about():
    read = stand_alone("en in 2023?", [Turn("Hoeveel gerst is er in 2022 geoogst?", None)])
    assert read == "Hoeveel gerst is er in 2023 geoogst?"
    assert turn_of(Answer("en?", "En wat?", "verbatim", abstained=True)) == Turn("En wat?", None)


def test_only_a_phrase_of_the_same_kind_is_replaced():
    before = Turn("hoeveel huishoudens doen in hollandermeer mee aan de proef?", "820.")
    assert stand_alone("en in vlierbeek?", [before]) == (
        "hoeveel huishoudens doen in vlierbeek mee aan de proef?"
    )
    before = Turn("wat kost de app voor een grote winkel?", "8,50 euro.")
    assert stand_alone("en voor een kleintje?", [before]) == "wat kost de app voor een kleintje?"


def test_a_chain_keeps_its_subject_and_what_turns_between_add():
    history = [Turn("Wanneer vaart het Zwaneveer weer?", "In juni.")]
    for question in ("en waarom niet?", "kost dat iets?", "wie betaalt dat dan?"):
        history.append(Turn(stand_alone(question, history), "…"))
    assert history[1].question == "Waarom vaart het Zwaneveer niet weer?"
    assert (
        history[-1].question == "wie betaalt dat dan? (over: Waarom vaart het Zwaneveer niet weer)"
    )
    history = [
        Turn("Wanneer vaart het Zwaneveer weer?", "In juni."),
        Turn("en voor fietsers?", "…"),
    ]
    read = stand_alone("wie heeft dat besloten?", [*history, Turn("wat kost een kaart dan?", "…")])
    assert read.startswith("wie heeft dat besloten? (over: wat kost een kaart dan; ")
    assert "Zwaneveer" in read
    assert "fietsers" in read
    assert read.count("(over:") == 1
    history = [Turn("Hoeveel scholieren varen mee met het Zwaneveer?", "40.")]
    history.append(Turn(stand_alone("hoe zijn die uitgekozen?", history), "…"))
    read = stand_alone("wanneer houdt het op?", history)
    assert read == "wanneer houdt het op? (over: Hoeveel scholieren varen mee met het Zwaneveer)"


@pytest.mark.parametrize(
    ("before", "question", "read"),
    [
        ("Wat kostte de pont in 2023?", "en vijf jaar eerder?", "Wat kostte de pont in 2018?"),
        ("Wat kostte de pont in maart 2023?", "en in mei?", "Wat kostte de pont in mei 2023?"),
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
        ("Wat kost de pont?", "en vorig jaar?", "Wat kost de pont, en vorig jaar?"),
        (
            "Wat kostte de pont in 2022/23?",
            "en daarvoor?",
            "Wat kostte de pont in 2022/23, en daarvoor?",
        ),
    ],
)
def test_a_relative_period_moves_the_one_before_if_there_is_one(before, question, read):
    assert stand_alone(question, [Turn(before, None)]) == read


@pytest.mark.parametrize(
    ("before", "read"),
    [
        ("Komt er een brug bij Oeverdam?", "Waarom komt er geen brug bij Oeverdam?"),
        ("mag ik een hond meenemen?", "waarom mag ik geen hond meenemen?"),
        (
            "Wordt het strand van Wulpen dit jaar schoon?",
            "Waarom wordt het strand van Wulpen niet dit jaar schoon?",
        ),
        ("Is de brug nog niet open?", "Waarom is de brug nog niet open?"),
    ],
)
def test_why_not_denies_what_was_asked(before, read):
    assert stand_alone("waarom niet?", [Turn(before, "Nee.")]) == read


@pytest.mark.parametrize(
    "question", ["en vraag 4?", "en op vraag 4?", "en het antwoord op vraag 4?"]
)
def test_another_question_of_the_same_document_takes_the_number(question):
    before = Turn("wat is het antwoord op vraag 2 en 3 van Aanhangsel 9999?", "Ja.")
    assert stand_alone(question, [before]) == "wat is het antwoord op vraag 4 van Aanhangsel 9999?"


def test_and_why_is_asked_with_the_question_that_cannot_take_another_question_word():
    assert stand_alone("en waarom?", [Turn("Hoeveel kost het veer?", None)]) == (
        "Hoeveel kost het veer, en waarom?"
    )


def test_what_only_the_answer_names_is_filled_in_unless_there_are_two():
    before = Turn("Hoeveel kreeg het veer?", "Het veer kreeg 1,2 miljoen euro.")
    read = stand_alone("is dat bedrag genoeg?", [before])
    assert read == "is het bedrag van 1,2 miljoen euro genoeg? (over: Hoeveel kreeg het veer)"
    before = Turn("Hoeveel kreeg het veer?", "Eerst 2 miljoen euro, later 3 miljoen euro.")
    assert "miljoen" not in stand_alone("is dat bedrag genoeg?", [before])


def test_a_long_conversation_is_cut_and_the_question_never():
    question = "hoeveel?"
    long = Turn("Hoeveel " + "woorden " * 200, None)
    read = stand_alone(question, [long])
    assert read.startswith("hoeveel? (over: Hoeveel woorden")
    assert len(read) <= MAX_CHARACTERS + len("? (over: )")
    for opening in ("En krijgt een bedrijf ", "En het bedrijf met "):
        asked = opening + "heel veel werknemers " * 30 + "iets?"
        assert stand_alone(asked, [FERRY]) == asked


def test_hostile_history_is_read_in_no_time():
    began = time.thread_time()  # work, however busy the machine is
    for text in (" " * 100_000 + "x", "(over: " * 14_000, "in de " * 16_000, "januari " * 12_000):
        stand_alone("en in de zomer?", [Turn(text, None)])
        stand_alone("waarom?", [Turn(text, text)])
        stand_alone("is dat bedrag van die minister?", [Turn(f"Wie {text}", f"De {text}")] * 50)
        stand_alone(text, [FERRY])
    assert time.thread_time() - began < 1
