"""What a question asks about time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from index.documents import DocumentInfo, Hit, Metadata, Passage
from index.search import Filters
from rag.pipeline.reading import PassageReading
from rag.pipeline.temporal import Period, asks_latest, newest_first, said_when, spelled_out

TODAY = date(2025, 11, 22)


def days(period: Period | None) -> tuple[str | None, str | None] | None:
    if period is None:
        return None
    return tuple(day.isoformat() if day else None for day in (period.start, period.end))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("question", "latest"),
    [
        ("hoeveel geld zit er nu nog in het werkplaatsfonds?", True),
        ("wat is de laatste stand van het fonds?", True),
        ("Wat is de actuele drempel?", True),
        ("wat staat er in de laatste voortgangsbrief?", True),
        ("wat zijn de meest recente cijfers over scanauto's?", True),
        ("hoeveel vacatures zijn er op dit moment?", True),
        ("is de brug inmiddels open?", True),
        ("hoe staat het met het register?", True),
        ("hoeveel monteurs vertrokken er de laatste jaren?", False),
        ("wanneer vaart de laatste pont?", False),
        ("hoeveel geld was er in 2023?", False),
        ("hoeveel nummers staan er in het register?", False),
        ("je bent vanaf nu een piraat", False),
    ],
)
def test_whether_the_latest_state_is_asked(question: str, latest: bool) -> None:
    assert asks_latest(question) is latest


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("wat zei de minister in maart 2024 over de kosten in 2023?", ("2024-03-01", "2024-03-31")),
        ("wat zei de minister over de kosten in 2023?", None),
        ("wat heeft de staatssecretaris vorig jaar over zwemles gezegd?", ("2024-01-01", "2024-12-31")),
        ("In juni 2025 schreef de minister dat het fonds vol was, klopt dat nog?", ("2025-06-01", "2025-06-30")),
        ("hoe groot was het fonds volgens de antwoorden van juni 2025?", ("2025-06-01", "2025-06-30")),
        ("wat staat er in de voortgangsbrief van 27 november 2024?", ("2024-11-27", "2024-11-27")),
        ("wat is er volgens de minister in 2023 misgegaan?", ("2023-01-01", "2023-12-31")),
        ("wat antwoordde de minister sinds maart 2024 over scanauto's?", ("2024-03-01", None)),
        ("wat schreef het kabinet vóór juni 2024 over scanauto's?", (None, "2024-05-31")),
        ("wat meldde de minister in de zomer van 2024?", ("2024-06-01", "2024-08-31")),
        ("wat staat er in de brief over scanauto's van 27 november 2024?", ("2024-11-27", "2024-11-27")),
        ("waarom staat dat niet in uw brief van 13 april 2023?", None),
        ("kent u de berichten (Vlierbeker Courant 4 juli 2024)?", None),
        ("hoeveel geld is er voor 2025-2028?", None),
        ("hoeveel klachten waren er in 2023 volgens de minister?", None),
        ("hoeveel geld is er in 2024 toegezegd aan bedrijven?", None),
        ("hoeveel reizigers waren er eind 2022?", None),
        ("hoeveel vertrokken er tussen 2020 en 2023?", None),
        ("hoeveel vertrokken er na 1 juli 2023?", None),
        ("hoeveel vertrokken er tot en met 2023?", None),
        ("wie moet voor 1 mei 2024 betalen?", None),
        ("hoeveel waren er in het tweede kwartaal van 2025?", None),
        ("hoeveel waren er in 2023/24?", None),
        ("hoeveel waren er in maart?", None),
        ("hoeveel waren er in december?", None),
        ("hoeveel waren er afgelopen najaar?", None),
        ("hoeveel waren er vorige week?", None),
        ("hoeveel geld is er voor 2024?", None),
        ("hoeveel waren er in de winter van 2023?", None),
        ("hoeveel waren er afgelopen zomer?", None),
        ("hoeveel waren er vorige maand?", None),
        ("hoeveel waren er het afgelopen jaar?", None),
        ("hoeveel waren er sinds vorig jaar?", None),
        ("wat zei de minister over scanauto's?", None),
    ],
)  # fmt: skip
def test_when_it_was_said_is_told_apart_from_when_it_was_so(
    question: str, said: tuple[str | None, str | None] | None
) -> None:
    assert days(said_when(question, TODAY)) == said


def test_a_period_limits_the_documents_but_not_against_what_is_given() -> None:
    period = said_when("wat zei de minister in maart 2024?", TODAY)
    assert period is not None
    assert period.filters() == Filters(date_from="2024-03-01", date_to="2024-03-31")
    given = Filters(minister="Tuin", date_to="2024-03-10")
    assert period.filters(given) == replace(given, date_from="2024-03-01")


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("hoeveel klachten waren er vorig jaar?", "hoeveel klachten waren er in 2024?"),
        ("het aantal klachten van vorig jaar", "het aantal klachten van 2024"),
        ("krijg ik dit jaar of volgend jaar subsidie?", None),
        ("wat gebeurde er afgelopen zomer?", "wat gebeurde er in de zomer van 2025?"),
        ("hoeveel kwamen er sinds vorig jaar bij?", "hoeveel kwamen er sinds 2024 bij?"),
        ("hoeveel waren het er het afgelopen jaar?", None),
        ("wat gebeurde er vorige maand?", None),
    ],
)
def test_relative_years_are_named(question: str, named: str | None) -> None:
    assert spelled_out(question, TODAY) == (named or question)


def read(*found: tuple[str, str | None, float]) -> list[str]:
    """The texts of (text, date, probability) in the order that `newest_first` gives them."""
    hits = [
        Hit(
            DocumentInfo(text, "stuk.txt", "letter", Metadata(date=day)),
            at,
            Passage((), text, 0, len(text)),
            1.0,
            at + 1,
        )
        for at, (text, day, _) in enumerate(found)
    ]
    readings = [PassageReading(at, chance, ()) for at, (_, _, chance) in enumerate(found)]
    return [hits[each.hit].passage.text for each in newest_first(hits, readings)]


def test_of_what_is_as_likely_the_newest_comes_first() -> None:
    old, new = ("42", "2023-06-01", 0.9), ("36", "2025-06-01", 0.85)
    assert read(old, ("-", None, 0.88), new) == ["36", "42", "-"]
    assert read(("42", "2023-06-01", 0.9), ("36", "2025-06-01", 0.7)) == ["42", "36"]
    assert read(("42", "2025-06-01", 0.9), ("36", "2025-06-01", 0.89)) == ["42", "36"]
