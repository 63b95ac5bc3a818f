"""What a question states exactly, and the evidence must meet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.documents import DocumentInfo, Hit, Metadata, Passage, Question
from rag.pipeline.stated import names, periods, speaks_of, unmet


def hit(text: str, *, document: str = "1", asked: str = "", **about: object) -> Hit:
    questions = (Question(1, asked, 0, 0),) if asked else ()
    metadata = Metadata(**about)  # type: ignore[arg-type]
    info = DocumentInfo(document, f"{document}.txt", "answers", metadata)
    return Hit(info, 0, Passage(questions, text, 0, len(text)), 1.0, 1)


def reason(question: str, *cited: Hit, hits: tuple[Hit, ...] = (), shown: str = "") -> str | None:
    found = unmet(question, shown or cited[0].passage.text, cited, hits or cited)
    return None if found is None else found.nl


def test_the_periods_of_a_question_are_its_years_and_months_of_a_year() -> None:
    assert periods("In December 2025, 2024 en 2024 en mei?") == ("december 2025", "2024")
    assert periods("hoeveel 3024 en 20255?") == ()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Wat zegt Oeverdam?", ("oeverdam",)), ("hoeveel boten heeft litouwen?", ("litouwen",)),
        ("Wat doet Nederland?", ()), ("Waarom vaart de boot?", ()), ("Wat zegt Jan van Zee", ()),
        ("Wat zegt Zeeë?", ("zeee",)), ("reed Q2024 of R2D2?", ()),
        ("Zegt Oeverdam iets, Oeverdam?", ("oeverdam",)),
    ],
)  # fmt: skip
def test_names_have_a_capital_within_the_question_or_are_countries(
    question: str, found: tuple[str, ...]
) -> None:
    assert names(question) == found


def test_a_name_that_no_passage_of_the_cited_document_has_is_told() -> None:
    cited = hit("Er varen 12 boten.")
    told = reason("Hoeveel boten heeft Oeverdam?", cited)
    assert told is not None
    assert "Oeverdam" in told
    beside = hit("Oeverdam ligt aan zee.")
    assert reason("Hoeveel boten heeft Oeverdam?", cited, hits=(cited, beside)) is None
    elsewhere = hit("Oeverdam ligt aan zee.", document="2")
    assert reason("Hoeveel boten heeft Oeverdam?", cited, hits=(cited, elsewhere)) is not None


@pytest.mark.parametrize(
    "about",
    [
        {"asked": "Kent u Oeverdam?"}, {"title": "Boten in Oeverdam"},
        {"ministers": ("Oeverdam",)}, {"askers": ("Oeverdam",)}, {"answered_by": "Oeverdam"},
        {"identifiers": ("Oeverdam",)},
    ],
)  # fmt: skip
def test_a_name_may_stand_in_all_that_is_said_of_a_passage(about: dict[str, object]) -> None:
    assert reason("Hoeveel boten heeft Oeverdam?", hit("Er zijn er 12.", **about)) is None  # type: ignore[arg-type]


def test_a_name_may_be_inflected_compounded_or_kin() -> None:
    assert reason("Hoeveel boten heeft Oeverdam?", hit("De Oeverdamse boten zijn er 12.")) is None
    assert reason("hoeveel boten heeft duitsland?", hit("Duitse boten zijn er 12.")) is None
    assert reason("hoeveel boten heeft duitsland?", hit("Franse boten zijn er 12.")) is not None
    assert reason("Hoeveel boten heeft Oeverdam?", hit("In Overloon zijn er 12.")) is not None


def test_a_year_must_be_that_of_what_is_cited() -> None:
    question = "hoeveel boten waren er in 2021?"
    assert reason(question, hit("In 2021 waren het er 12.")) is None
    assert reason(question, hit("In 2023 waren het er 12.")) is not None
    # Without another year the document's own will do.
    of_2021 = {"date": "2021-03-05"}
    assert reason(question, hit("Het zijn er 12.", date="2021-03-05")) is None
    assert reason(question, hit("In 2023 zijn het er 12.", **of_2021)) is not None  # type: ignore[arg-type]
    assert reason(question, hit("Het zijn er 12021.")) is not None


def test_a_month_of_a_year_asks_for_both() -> None:
    question = "hoeveel boten waren er in maart 2021?"
    assert reason(question, hit("In maart 2021 waren het er 12.")) is None
    assert reason(question, hit("Het zijn er 12.", date="2021-03-05")) is None
    assert reason(question, hit("In april 2021 waren het er 12.")) is not None
    told = reason("Waren er in mei 2020 boten in Oeverdam?", hit("Nee."))
    assert told is not None
    assert "Oeverdam en mei 2020" in told


@pytest.mark.parametrize(
    ("asked", "said", "met"),
    [
        ("eerste kwartaal", "eerste kwartaal", True), ("eerste kwartaal", "Q1", True),
        ("q2", "tweede kwartaal", True), ("3e kwartaal", "derde kwartaal", True),
        ("vierde kwartaal", "4e kwartaal", True), ("eerste kwartaal", "tweede kwartaal", False),
        ("q2", "Q3", False), ("q1", "dit jaar", False),
    ],
)  # fmt: skip
def test_a_quarter_must_be_named_by_what_is_cited(asked: str, said: str, *, met: bool) -> None:
    found = reason(f"hoeveel boten waren er in het {asked}?", hit(f"In {said} waren het er 12."))
    assert (found is None) is met


def test_speaking_of_a_period_counts_the_date_of_the_document() -> None:
    one = hit("Het zijn er 12.", date="2021-03-05")
    assert speaks_of(one, "2021")
    assert speaks_of(one, "maart 2021")
    assert not speaks_of(one, "april 2021")
    undated = replace(one, document=replace(one.document, metadata=Metadata()))
    assert not speaks_of(undated, "2021")
