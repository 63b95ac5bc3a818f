"""How things are now, and plans that do not tell."""

from __future__ import annotations

import pytest

from rag.states import Plan, asks_state, is_planned, only_planned

GOAL = "Afgesproken is dat alle boten uiterlijk in 2030 elektrisch varen."
STATE = "Inmiddels vaart een derde van de boten elektrisch."


@pytest.mark.parametrize(
    "question",
    [
        "hoeveel boten varen nu elektrisch?",
        "is de haven op dit moment open?",
        "is de nieuwe haven al open?",
        "zijn de tarieven inmiddels verhoogd?",
    ],
)
def test_a_question_for_the_present_asks_for_a_state(question: str) -> None:
    assert asks_state(question)


@pytest.mark.parametrize(
    "question",
    [
        "wanneer varen de boten elektrisch?",
        "is al het geld op?",
        "zijn al die boten elektrisch?",
        "hoeveel gaat er vanaf nu naar de haven?",
    ],
)
def test_other_questions_ask_for_no_state(question: str) -> None:
    assert not asks_state(question)


@pytest.mark.parametrize(
    "text",
    [
        GOAL,
        "De haven zal groter worden.",
        "De post wordt in 2027 vervangen.",
        "Het streven is een schone vloot.",
    ],
)
def test_plans_goals_and_expectations_are_planned(text: str) -> None:
    assert is_planned(text)


@pytest.mark.parametrize("text", [STATE, "De haven is open.", "In 2023 is de haven gesloten."])
def test_what_is_stated_is_not_planned(text: str) -> None:
    assert not is_planned(text)


def test_a_plan_alone_does_not_tell_how_it_is_now() -> None:
    plan = only_planned("varen de boten nu elektrisch?", [GOAL])
    assert plan == Plan(2030)
    assert plan.note("nl").startswith("Let op: dit is een plan of doel voor 2030")
    assert "goal for 2030" in plan.note("en")


def test_a_plan_without_a_year_is_named_without_one() -> None:
    plan = only_planned("is de haven al open?", ["De haven zal opengaan."])
    assert plan == Plan(None)
    assert "voor" not in plan.note("nl")


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("varen de boten nu elektrisch?", [GOAL, STATE]),
        ("varen de boten nu elektrisch?", [f"{STATE} {GOAL}"]),
        ("wanneer varen de boten elektrisch?", [GOAL]),
        ("varen de boten nu elektrisch?", ["De boten varen elektrisch."]),
        ("varen de boten nu elektrisch?", []),
    ],
)
def test_a_stated_present_or_another_question_needs_no_note(
    question: str, quotes: list[str]
) -> None:
    assert only_planned(question, quotes) is None
