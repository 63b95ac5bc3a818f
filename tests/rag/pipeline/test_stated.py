"""What a question states exactly, and the evidence must meet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.documents import DocumentInfo, Hit, Metadata, Passage, Question
from rag.pipeline.answerability import Refusal, not_together, nothing_about
from rag.pipeline.stated import names, periods, speaks_of, unmet

TEXT = "In 2023 kwamen 12 klachten over de veerdienst binnen, in maart 2024 nog 3."
META = Metadata(title="veerdienst", date="2025-06-10", ministers=("Tuinstra",), askers=("Kok",))


def hit(
    text: str = TEXT,
    *,
    asked: str = "Hoeveel klachten waren er?",
    meta: Metadata = META,
    heading: str | None = None,
    document: str = "0" * 16,
) -> Hit:
    passage = Passage((Question(1, asked, 0, 0),), text, 0, len(text), heading=heading)
    return Hit(DocumentInfo(document, "stuk.txt", "answers", meta), 1, passage, score=1.0, rank=1)


def reason(question: str, *hits: Hit, shown: str | None = None, language: str = "nl") -> str | None:
    """Why `hits`, all cited and shown whole, cannot answer; None where they can."""
    said = " ".join(each.passage.text for each in hits) if shown is None else shown
    refused = unmet(question, said, hits, hits)
    return refused.reason(language) if refused else None


@pytest.mark.parametrize(
    "question", ["hoeveel klachten waren er?", "Waarom vaart het veer niet in de winter?", ""]
)
def test_a_question_that_states_nothing_demands_nothing(question):
    assert names(question) == periods(question) == ()
    assert reason(question, hit()) is None
    assert unmet(question, "", [], []) is None


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("hoeveel klachten in 2021?", ("2021",)),
        ("en in maart 2024 of april 2024?", ("maart 2024", "april 2024")),
        ("in Maart 2024 en maart 2024", ("maart 2024",)),
        ("tussen 2019 en 2021", ("2019", "2021")),
        ("over 2024-2025", ("2024", "2025")),
        ("hoeveel klachten?", ()),
        ("hoeveel klachten in maart?", ()),
        ("nummer 20215 van de lijst", ()),
        ("stuk 2025Z99208", ()),
        ("de 1800 woningen", ()),
        ("In December 2025, 2024 en 2024 en mei?", ("december 2025", "2024")),
        ("hoeveel 3024?", ()),
    ],
)
def test_periods_of_a_question(question, named):
    assert periods(question) == named


@pytest.mark.parametrize(
    ("told", "period", "spoken_of"),
    [
        (hit(), "2023", True),
        (hit(), "maart 2024", True),
        (hit(), "april 2024", False),
        (hit(), "2021", False),
        (hit(), "2025", True),  # the document's date
        (hit(), "juni 2025", True),
        (hit(), "juli 2025", False),
        (hit(meta=Metadata()), "2025", False),
        (hit("Twaalf.", asked="Hoeveel klachten waren er in 2021?"), "2021", True),
        (hit("Twaalf.", heading="Klachten in 2021"), "2021", True),
        (hit("Twaalf.", meta=replace(META, title="Klachten in 2021")), "2021", True),
        (hit("Er waren er 120210."), "2021", False),
        (hit("In maart kwamen er 3, in heel 2024 12."), "maart 2024", True),
    ],
)
def test_a_period_is_spoken_of_where_the_passage_or_its_document_names_it(told, period, spoken_of):
    assert speaks_of(told, period) is spoken_of


def test_a_period_that_is_missing_from_what_is_cited_is_refused_by_name():
    question = "hoeveel klachten waren er in {}?"
    for period in ("2021", "april 2024"):
        refused = reason(question.format(period), hit())
        assert refused == f"Geen van de gevonden passages noemt {period}."
    assert reason("hoeveel klachten in 2023 en 2021?", hit()) == nothing_about(["2021"]).nl
    assert reason("hoeveel klachten in 2019 en 2021?", hit(), language="en") == (
        "None of the passages found mentions 2019 and 2021."
    )
    assert reason(question.format("2023"), hit()) is None
    cited, beside = hit(), hit("In 2021 waren er 5 meldingen.")
    asked = question.format("2021")
    assert unmet(asked, TEXT, [cited], [cited, beside]) == not_together(["2021"])
    assert unmet(asked, TEXT, [cited], [cited]) == nothing_about(["2021"])
    assert unmet(asked, "5", [beside], [cited, beside]) is None


def test_of_a_document_of_the_year_another_year_in_what_is_shown_is_refused():
    told, question = hit("In 2023 kwamen 12 klachten binnen."), "hoeveel klachten waren er in 2025?"
    assert reason(question, told) == nothing_about(["2025"]).nl
    assert reason(question, told, shown="Er kwamen 12 klachten binnen.") is None


@pytest.mark.parametrize(
    ("asked", "met"),
    [
        ("het eerste kwartaal van 2025", True),
        ("Q2 2025", True),
        ("het 2e kwartaal van 2025", True),
        ("het derde kwartaal van 2025", False),
        ("het 3e kwartaal van 2025", False),
        ("Q4 2025", False),
    ],
)
def test_a_quarter_is_met_only_by_the_same_one_however_written(asked, met):
    told = hit("In Q1 2025 waren er 12 klachten, in het Tweede kwartaal 3.")
    assert (reason(f"hoeveel klachten in {asked}?", told) is None) is met


# --- names


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Wat kost een vlieguur in Litouwen?", ("litouwen",)),
        ("wat doet de KPMG?", ("kpmg",)),
        ("van ProRail of ook van prorail?", ("prorail",)),
        ("komt dat door Tuinstra, Kok of Wiersma?", ("tuinstra", "wiersma")),
        ("en belgië, brussel en europa?", ("belgie", "brussel", "europa")),
        ("wat doet rusland?", ("rusland",)),
        ("wat doet oekraïne?", ("oekraine",)),
        ("Wat zegt Zeeë?", ("zeee",)),
        ("Zegt Oeverdam iets, Oeverdam?", ("oeverdam",)),
        ("wat vroeg Kamerlid Wiersma in de Tweede Kamer?", ("wiersma",)),
        # The capital of the first word says nothing; codes, short words and "Nederland" are none.
        ("Hoeveel huurtoeslagontvangers zijn er?", ()),
        ("welke huisartsenposten sluiten er 's nachts?", ()),
        ("hoeveel krijgt een leverancier hooguit, en tien jaar geleden?", ()),
        ("wat kosten de F35 en de A320?", ()),
        ("wat doet de EU?", ()),
        ("reed Q2024 of R2D2?", ()),
        ("Wat doet Nederland?", ()),
        ("Wat zegt Jan van Zee", ()),
    ],
)
def test_names_have_a_capital_or_are_known_to_have_one(question, named):
    assert names(question) == named


def test_a_name_that_no_passage_mentions_is_refused_as_the_question_writes_it():
    assert reason("hoeveel klachten waren er in duitsland?", hit()) == (
        "Geen van de gevonden passages noemt duitsland."
    )
    assert reason("hoeveel klachten in Litouwen en Zeewolde in 2021?", hit(), language="en") == (
        "None of the passages found mentions Litouwen and Zeewolde and 2021."
    )
    refused = reason("hoeveel klachten kwamen er uit Oekraïne?", hit())
    assert refused == nothing_about(["Oekraïne"]).nl


@pytest.mark.parametrize(
    "mentioned",
    [
        hit("Er waren 12 klachten in Litouwen."),
        hit("Er waren 12 klachten bij Litouwse veren."),
        hit("Twaalf.", asked="Hoeveel klachten waren er in Litouwen?"),
        hit("Twaalf.", heading="Litouwen"),
        hit("Twaalf.", meta=replace(META, title="klachten in Litouwen")),
        hit("Twaalf.", meta=replace(META, ministers=("Litouwen",))),
        hit("Twaalf.", meta=replace(META, askers=("Van Litouwen",))),
        hit("Twaalf.", meta=replace(META, answered_by="Bureau Litouwen")),
        hit("Twaalf.", meta=replace(META, identifiers=("LITOUWEN-1",))),
    ],
)
def test_a_name_may_stand_in_the_answer_the_question_the_title_or_with_who_spoke(mentioned):
    assert reason("hoeveel klachten waren er in Litouwen?", mentioned) is None


def test_a_name_or_period_may_stand_in_the_head_of_a_cited_document():
    question, told = "hoeveel klachten waren er volgens Wiersma?", hit("Er waren 12 klachten.")

    def refused(asked: str, *heads: str, shown: str = "12") -> Refusal | None:
        return unmet(asked, shown, [told], [told], heads=lambda: list(heads))

    assert refused(question) == nothing_about(["Wiersma"])
    assert refused(question, "Antwoord van Wiersma") is None
    assert refused(question, "Antwoord van Wiersinga") is not None
    period = "hoeveel klachten waren er in 2021?"
    assert refused(period, "In 2021") is None
    assert refused(period, "In 2020") == nothing_about(["2021"])
    assert refused(period, "In 2021", shown=TEXT) is not None  # which speaks of another year


def test_a_name_may_be_mentioned_by_any_hit_of_a_cited_document():
    cited, beside = hit("Er waren 12 klachten."), hit("Het gaat om Litouwen.")
    question = "hoeveel klachten waren er in Litouwen?"
    missing = nothing_about(["Litouwen"])
    assert unmet(question, "12 klachten", [cited], [cited, beside]) is None
    assert unmet(question, "12 klachten", [cited], [cited]) == missing
    other = hit("Het gaat om Litouwen.", document="1" * 16)
    assert unmet(question, "12 klachten", [cited], [cited, other]) == not_together(["Litouwen"])
    both = "hoeveel klachten waren er in Litouwen en Honduras?"
    assert unmet(both, "12 klachten", [cited], [cited, other]) == nothing_about(["Honduras"])


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("duitsland", "Elke Duitser klaagde."),
        ("brussel", "De Europese Commissie telde 12 klachten."),
        ("europa", "In de EU waren er 12 klachten."),
        ("Oekraïne", "De Oekraïense reders klaagden 12 keer."),
        ("Polen", "Elke Poolse reder klaagde."),
        ("Zeeland", "Elk Zeeuws kind klaagde."),
    ],
)
def test_a_country_is_there_by_its_people_and_the_union_by_its_other_names(place, text):
    question = f"hoeveel klachten kwamen er uit {place}?"
    assert reason(question, hit(text)) is None
    assert reason(question, hit()) is not None
    assert reason(question, hit("De Zweedse reders klaagden 12 keer.")) is not None


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("hoeveel klachten kreeg de Zeewoldse brug?", "In Zeewolde waren er 12.", "In Lemmer 12."),
        ("hoeveel klachten waren er in Zeewolde?", "Er waren 12 Zeewoldenaren.", "Het Wolderwijd."),
        (
            "kwamen er klachten van Diemenaren?",
            "Uit Diemen kwamen er 12.",
            "Uit Balk kwamen er 12.",
        ),
        ("hoeveel kost de Rode Snelle Boot?", "De RSB kost 12 euro.", "De RB kost 12 euro."),
        ("vindt minister Kranenburg 12 klachten veel?", "Ja, 12 klachten zijn er veel.", None),
        ("telt de minister van Waterzaken en Handel 12 klachten?", "Ja, dat zijn er 12.", None),
    ],
)
def test_a_name_is_met_by_its_place_its_abbreviation_or_with_who_speaks(question, text, other):
    assert reason(question, hit(text)) is None
    assert other is None or reason(question, hit(other)) is not None


def test_a_name_is_not_missed_where_the_reader_is_certain() -> None:
    given = hit("De woningen in de gemeente worden verkocht.")
    question = "Waarom vertrekken Diemenaren?"
    assert unmet(question, "", [given], [given]) is not None
    assert unmet(question, "", [given], [given], certain=True) is None
    assert unmet("Hoeveel waren het er in 1998?", "", [given], [given], certain=True) is not None
