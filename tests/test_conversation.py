"""Follow-up questions read with what came before."""

from __future__ import annotations

import time

import pytest

from rag.conversation import MAX_CHARACTERS, Turn, leans_back, stand_alone

FERRY = Turn("Hoeveel reizigers vervoerde de veerdienst bij Oeverdam in 2022?", "45.000.")


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("En in 2024?", "Hoeveel reizigers vervoerde de veerdienst bij Oeverdam in 2024?"),
        ("en bij Waterkant?", "Hoeveel reizigers vervoerde de veerdienst bij Waterkant in 2022?"),
        (
            "maar de bus?",
            "Hoeveel reizigers vervoerde de veerdienst bij Oeverdam in 2022, en de bus?",
        ),
    ],
)
def test_an_elliptic_question_takes_the_place_of_what_is_of_its_kind(
    question: str, read: str
) -> None:
    assert stand_alone(question, [FERRY]) == read


@pytest.mark.parametrize(
    "question", ["waarom?", "Hoe dan?", "En?", "wat is dat precies?", "sinds wanneer geldt dat?"]
)
def test_a_question_that_refers_back_is_given_its_subject(question: str) -> None:
    read = stand_alone(question, [FERRY])
    assert read.startswith(question.rstrip("?"))
    assert read.endswith("? (over: Hoeveel reizigers vervoerde de veerdienst bij Oeverdam in 2022)")


@pytest.mark.parametrize(
    "question",
    [
        "Hoeveel subsidie ontvangt het zwembad in Waterkant?",
        "Klopt het dat de subsidie voor de veerdienst stopt?",
        "Wat vindt de minister ervan dat scholen sluiten?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert not leans_back(question)
    assert stand_alone(question, [FERRY]) == question


def test_without_history_nothing_is_put_in() -> None:
    assert stand_alone("En waarom?", []) == "En waarom?"
    assert stand_alone("En waarom?", [Turn(" ?", None)]) == "En waarom?"


def test_a_refused_question_is_still_what_the_next_one_is_about() -> None:
    read = stand_alone("en in 2023?", [Turn("Hoeveel gerst is er in 2022 geoogst?", None)])
    assert read == "Hoeveel gerst is er in 2023 geoogst?"


def test_only_a_phrase_of_the_same_kind_is_replaced() -> None:
    before = Turn("hoeveel huishoudens doen in hollandermeer mee aan de proef?", "820.")
    assert stand_alone("en in vlierbeek?", [before]) == (
        "hoeveel huishoudens doen in vlierbeek mee aan de proef?"
    )
    before = Turn("wat kost de app voor een grote winkel?", "8,50 euro.")
    assert stand_alone("en voor een kleintje?", [before]) == "wat kost de app voor een kleintje?"


def test_a_chain_of_follow_ups_keeps_the_subject_it_began_with() -> None:
    history = [Turn("Wanneer vaart het Zwaneveer weer?", "In juni.")]
    for question in ("en waarom niet?", "kost dat iets?", "wie betaalt dat dan?"):
        history.append(Turn(stand_alone(question, history), "…"))
    read = history[-1].question
    assert read.startswith("wie betaalt dat dan? (over: kost dat iets; ")
    assert "Wanneer vaart het Zwaneveer weer" in read
    assert read.count("(over:") == 1


def test_a_long_conversation_is_cut_and_the_question_never() -> None:
    question = "en waarom?"
    long = Turn("Hoeveel " + "woorden " * 200, None)
    read = stand_alone(question, [long])
    assert read.startswith("en waarom? (over: Hoeveel woorden")
    assert len(read) <= MAX_CHARACTERS + len("? (over: )")
    for opening in ("En krijgt een bedrijf ", "En het bedrijf met "):
        asked = opening + "heel veel werknemers " * 30 + "iets?"
        assert stand_alone(asked, [FERRY]) == asked


def test_hostile_history_is_read_in_no_time() -> None:
    began = time.perf_counter()
    for text in (" " * 100_000 + "x", "(over: " * 14_000, "in de " * 16_000, "januari " * 12_000):
        stand_alone("en in de zomer?", [Turn(text, None)])
        stand_alone("waarom?", [Turn(text, None)])
    assert time.perf_counter() - began < 2
