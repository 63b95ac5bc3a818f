"""What a question demands of its evidence: periods, names, an answer, and the thing asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.documents import DocumentInfo, Hit, Kind, Metadata, Passage, Question
from rag.requirements import (
    NOT_ANSWERED_YET,
    names,
    nothing_about,
    periods,
    speaks_of,
    unmet,
    without,
)

TEXT = "In 2023 kwamen 12 klachten over de veerdienst binnen, in maart 2024 nog 3."
META = Metadata(title="veerdienst", date="2025-06-10", ministers=("Tuinstra",), askers=("Kok",))


def hit(
    text: str = TEXT,
    *,
    kind: Kind = "answers",
    asked: str = "Hoeveel klachten waren er?",
    meta: Metadata = META,
    heading: str | None = None,
) -> Hit:
    questions = (Question(1, asked, 0, 0),) if asked else ()
    passage = Passage(questions, text, 0, len(text), heading=heading)
    return Hit(DocumentInfo("0" * 16, "stuk.txt", kind, meta), 1, passage, score=1.0, rank=1)


def reason(question: str, *hits: Hit, shown: str | None = None, language: str = "nl") -> str | None:
    """Why `hits`, all cited and shown whole, cannot answer; None where they can."""
    said = " ".join(each.passage.text for each in hits) if shown is None else shown
    refused = unmet(question, said, hits, hits)
    return refused.reason(language) if refused else None


# --- periods


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("hoeveel klachten in 2021?", ("2021",)),
        ("en in maart 2024 of april 2024?", ("maart 2024", "april 2024")),
        ("in Maart 2024 en maart 2024", ("maart 2024",)),
        ("tussen 2019 en 2021", ("2019", "2021")),
        ("hoeveel klachten?", ()),
        ("hoeveel klachten in maart?", ()),
        ("nummer 20215 van de lijst", ()),
        ("stuk 2025Z99208", ()),
        ("de 1800 woningen", ()),
    ],
)
def test_periods_of_a_question(question: str, named: tuple[str, ...]) -> None:
    assert periods(question) == named


def test_a_period_counts_where_the_passage_or_its_document_names_it() -> None:
    assert speaks_of(hit(), "2023")
    assert speaks_of(hit(), "2025")  # the document's date
    assert speaks_of(hit(), "maart 2024")
    assert not speaks_of(hit(), "april 2024")
    assert not speaks_of(hit(), "2021")
    assert speaks_of(hit("Twaalf.", asked="Hoeveel klachten waren er in 2021?"), "2021")
    assert speaks_of(hit("Twaalf.", heading="Klachten in 2021"), "2021")
    assert not speaks_of(hit("Er waren er 120210."), "2021")


@pytest.mark.parametrize("period", ["2021", "april 2024"])
def test_evidence_of_another_period_is_refused(period: str) -> None:
    refused = reason(f"hoeveel klachten waren er in {period}?", hit())
    assert refused == f"Over {period} staat niets in de gevonden passages."


def test_of_two_periods_the_one_that_is_missing_is_named() -> None:
    assert reason("hoeveel klachten in 2023 en 2021?", hit()) == (
        "Over 2021 staat niets in de gevonden passages."
    )
    assert reason("hoeveel klachten in 2019 en 2021?", hit()) == (
        "Over 2019 en 2021 staat niets in de gevonden passages."
    )
    assert reason("hoeveel klachten waren er in 2023?", hit()) is None


def test_a_period_must_be_met_by_what_is_cited_and_not_by_another_hit() -> None:
    cited, beside = hit(), hit("In 2021 waren er 5 meldingen.")
    assert unmet("hoeveel klachten waren er in 2021?", TEXT, [cited], [cited, beside])
    assert unmet("hoeveel meldingen waren er in 2021?", "5", [beside], [cited, beside]) is None


# --- names


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("wat kost een vlieguur in litouwen?", ("litouwen",)),
        ("Wat kost een vlieguur in Litouwen?", ("litouwen",)),
        ("wat doet duitsland met het veer?", ("duitsland",)),
        ("wanneer komt de trein in schoonebeek?", ("schoonebeek",)),
        ("hoeveel woningen komen er in zeewolde?", ("zeewolde",)),
        ("in welke gemeenten rijden auto's van scanfahrt?", ("scanfahrt",)),
        ("wat zegt ProRail over de spoorbrug?", ("prorail",)),
        ("wat doet de kpmg?", ("kpmg",)),
        ("van prorail of ook van prorail?", ("prorail",)),
        # Words that the list lacks, where no name stands.
        ("hoeveel krijgt een leverancier hooguit, en tien jaar geleden?", ()),
    ],
)
def test_names_are_known_without_capitals(question: str, named: tuple[str, ...]) -> None:
    assert names(question) == named


@pytest.mark.parametrize(
    "question",
    [
        "hoeveel huurtoeslagontvangers zijn er?",
        "wat is de aanbetalingsregel?",
        "hoeveel doorstroomcheques zijn er toegekend?",
        "hoe werkt de cybercursus voor gemeenteambtenaren?",
        "wat is het stikstofslot?",
        "welke huisartsenposten sluiten er 's nachts?",
        "hoeveel bollenkwekers kregen subsidie?",
        "krijg ik werkplaatsfondssubsidie?",
        "wat kost de f35?",
        "wat doet de eu?",
        "hoeveel in 2023?",
        "wie, wat, waar en waarom?",
        "",
    ],
)
def test_dutch_words_and_compounds_codes_and_slips_are_no_names(question: str) -> None:
    assert names(question) == ()


def test_who_asked_stands_in_questions_without_an_answer_too() -> None:
    assert reason("wie stelde vragen over het veer?", ASKED_ONLY) is None
    assert reason("is er uitstel gevraagd?", ASKED_ONLY) is None


def test_a_month_may_be_the_documents_own() -> None:
    dated = hit("Er waren 12 klachten.")
    assert dated.document.metadata.date == "2025-06-10"
    assert reason("hoeveel klachten waren er in juni 2025?", dated) is None
    assert reason("hoeveel klachten waren er in juli 2025?", dated) is not None


def test_a_name_that_no_passage_mentions_is_refused() -> None:
    assert reason("hoeveel klachten waren er in litouwen?", hit()) == (
        "Over litouwen staat niets in de gevonden passages."
    )
    assert reason("hoeveel klachten in litouwen en in zeewolde in 2021?", hit(), language="en") == (
        "The passages found say nothing about litouwen and zeewolde and 2021."
    )


@pytest.mark.parametrize(
    "mentioned",
    [
        hit("Er waren 12 klachten in Litouwen."),
        hit("Er waren 12 klachten bij Litouwse veren, en in Litouwen ook."),
        hit("Twaalf.", asked="Hoeveel klachten waren er in Litouwen?"),
        hit("Twaalf.", heading="Litouwen"),
        hit("Twaalf.", meta=replace(META, title="klachten in Litouwen")),
        hit("Twaalf.", meta=replace(META, ministers=("Litouwen",))),
        hit("Twaalf.", meta=replace(META, askers=("Van Litouwen",))),
        hit("Twaalf.", meta=replace(META, answered_by="Bureau Litouwen")),
    ],
)
def test_a_name_may_stand_in_the_answer_the_question_the_title_or_with_who_spoke(
    mentioned: Hit,
) -> None:
    assert reason("hoeveel klachten waren er in litouwen?", mentioned) is None


def test_a_name_may_be_mentioned_by_a_hit_that_is_not_cited() -> None:
    cited, beside = hit("Er waren 12 klachten."), hit("Het gaat om Litouwen.")
    question = "hoeveel klachten waren er in litouwen?"
    assert unmet(question, "12 klachten", [cited], [cited, beside]) is None
    assert unmet(question, "12 klachten", [cited], [cited]) is not None


# --- questions that are not answered yet

ASKED_ONLY = hit("Klopt het dat 30 veren zijn gestopt?", kind="questions_only", asked="")
DELAYED = hit("De vragen kunnen niet binnen de termijn worden beantwoord.", kind="postponement")


@pytest.mark.parametrize("unanswered", [ASKED_ONLY, DELAYED])
@pytest.mark.parametrize("question", ["hoeveel veren zijn er gestopt?", "stoppen er veren?"])
def test_what_is_only_asked_is_no_answer(unanswered: Hit, question: str) -> None:
    assert unmet(question, unanswered.passage.text, [unanswered], [unanswered]) == NOT_ANSWERED_YET


@pytest.mark.parametrize(
    "question",
    [
        "waarom is het antwoord uitgesteld?",
        "waarom reageert de minister later?",
        "worden de vragen op tijd beantwoord?",
    ],
)
def test_the_delay_itself_is_told_by_the_letter_that_announces_it(question: str) -> None:
    assert reason(question, DELAYED) is None
    assert reason(question, ASKED_ONLY) == NOT_ANSWERED_YET.nl


def test_an_answer_beside_what_is_only_asked_is_enough() -> None:
    assert reason("hoeveel veren zijn er gestopt?", ASKED_ONLY, hit("Er stopten 3 veren.")) is None


def test_nothing_cited_is_not_taken_for_unanswered() -> None:
    assert unmet("stoppen er veren?", "", [], []) is None


# --- the thing asked for

REFUSALS = [
    ("wat kost het veer?", "Het veer vaart.", "geen bedrag", "no amount"),
    ("hoeveel procent viel af?", "Het veer vaart.", "geen percentage of aandeel", "no percentage or share"),
    ("hoe lang duurt de bouw?", "Het veer vaart.", "geen duur of tijd", "no duration or time"),
    ("hoe groot is de werkplaats?", "Het veer vaart.", "geen maat of getal", "no measure or number"),
    ("hoeveel klachten waren er?", "Het veer vaart.", "geen aantal", "no number"),
    ("wanneer vaart het veer?", "Het veer vaart.", "geen datum of tijd", "no date or time"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "text", "nl", "en"), REFUSALS)
def test_evidence_without_what_is_asked_is_refused_in_both_languages(
    question: str, text: str, nl: str, en: str
) -> None:
    assert reason(question, hit(text)) == (
        f"De passages die het dichtst bij de vraag liggen, noemen {nl}."
    )
    assert reason(question, hit(text), language="en") == (
        f"The passages nearest to the question give {en}."
    )


@pytest.mark.parametrize(
    "question", ["wie vaart er?", "waarom vaart het veer?", "vaart het veer?", "hoe vaart het?"]
)
def test_a_person_a_reason_or_yes_may_be_told_in_any_words(question: str) -> None:
    assert reason(question, hit("Het veer vaart.")) is None


def test_that_it_is_not_known_is_an_answer() -> None:
    assert reason("hoeveel klachten waren er?", hit("Dat wordt niet bijgehouden.")) is None


def test_what_is_shown_counts_and_not_what_else_the_passage_says() -> None:
    assert reason("wat kost het veer?", hit("Het kost 3 euro."), shown="Het veer vaart.")
    assert reason("wat kost het veer?", hit("Het veer vaart."), shown="Het kost 3 euro.") is None


# --- wording


def test_every_refusal_is_one_line_in_both_languages() -> None:
    refusals = [NOT_ANSWERED_YET, nothing_about(["2021"]), without("amount"), without("count")]
    for each in refusals:
        for text in (each.nl, each.en):
            assert text
            assert "\n" not in text
            assert text.endswith(".")
        assert each.nl != each.en


# --- what is asked, and not something near it

OTHER = replace(META, title="havens")


def test_a_name_must_stand_in_the_documents_that_are_cited() -> None:
    cited, other = hit(), replace(hit("Het veer vaart naar Duitsland.", meta=OTHER), passage_id=2)
    other = replace(other, document=replace(other.document, id="1" * 16))
    question = "hoeveel klachten kwamen er uit Duitsland?"
    refused = unmet(question, TEXT, [cited], [cited, other])
    assert refused is not None
    assert "Duitsland" in refused.nl
    beside = replace(other, document=cited.document)
    assert unmet(question, TEXT, [cited], [cited, beside]) is None


@pytest.mark.parametrize("question", ["wat vindt minister kloosterboer van het veer?"])
def test_who_is_called_minister_is_named_also_where_words_make_up_the_name(question: str) -> None:
    assert names(question) == ("kloosterboer",)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("duitsland", "De Duitse reders klaagden 12 keer."),
        ("brussel", "De Europese Commissie telde 12 klachten."),
        ("europa", "In de EU waren er 12 klachten."),
        ("rusland", "Van de Russen kwamen 12 klachten."),
    ],
)
def test_a_country_is_there_by_its_people_and_the_union_by_its_other_names(
    place: str, text: str
) -> None:
    question = f"hoeveel klachten kwamen er uit {place}?"
    assert unmet(question, text, [hit(text)], [hit(text)]) is None
    assert unmet(question, TEXT, [hit()], [hit()]) is not None


def test_one_of_many_is_no_name() -> None:
    assert names("mag een duitser op het veer?") == ()
    assert names("mag het veer naar duitsland?") == ("duitsland",)


def test_the_year_of_a_document_does_not_make_other_years_that_year() -> None:
    told = hit("In 2023 kwamen 12 klachten binnen.")
    assert reason("hoeveel klachten waren er in 2025?", told) == nothing_about(["2025"]).nl
    assert reason("hoeveel klachten waren er in 2025?", hit("Er kwamen 12 klachten.")) is None


def test_a_quarter_that_is_not_named_is_not_answered() -> None:
    told = hit("In Q1 2025 waren er 12 klachten, in het tweede kwartaal 3.")
    assert reason("hoeveel klachten in het vierde kwartaal van 2025?", told)
    assert reason("hoeveel klachten in het eerste kwartaal van 2025?", told) is None
    assert reason("hoeveel klachten in Q2 2025?", told) is None


def test_an_amount_of_something_else_is_no_answer() -> None:
    told = hit("De pont kost 3 euro. De brug is dicht.", asked="Hoe gaat het?")
    assert reason("wat verdient een schipper?", told) == (
        "De passages die het dichtst bij de vraag liggen, noemen alleen een bedrag van iets anders."
    )
    assert reason("wat kost de pont?", told) is None


def test_who_did_it_is_not_told_where_nobody_is_said_to_have_done_it() -> None:
    told = hit("De pont is gebouwd door Wiersma.", asked="Is de pont nieuw?")
    assert reason("wie betaalt de pont?", told) == (
        "De passages die het dichtst bij de vraag liggen, zeggen niets over ‘betaalt’."
    )
    assert reason("wie bouwde de pont?", told) is None


def test_how_many_is_not_told_of_another_deed_unless_it_is_said_to_be_unknown() -> None:
    told = hit("Er voeren 30 mensen mee.", asked="Hoeveel reizigers zijn er?")
    assert "werken" in (reason("hoeveel mensen werken er op het veer?", told) or "")
    unknown = hit("Het is niet bekend om hoeveel mensen het gaat.", asked="Hoeveel zijn er?")
    assert reason("hoeveel mensen werken er op het veer?", unknown) is None


def test_whose_name_is_asked_must_be_named() -> None:
    told = hit("De schipper van het veer is ziek.", asked="Hoe gaat het?")
    assert reason("hoe heet de schipper van het veer?", told, language="en") == (
        "The passages nearest to the question give no name for ‘schipper’."
    )
    assert reason("hoe heet de schipper?", hit("De schipper, Anna Bos, is ziek.")) is None


def test_a_follow_up_does_not_ask_for_what_the_question_behind_it_asked() -> None:
    told = hit("Op 3 mei vaart het veer weer. De brug kost 3 euro.", asked="Hoe gaat het?")
    assert reason("wanneer vaart het weer? (over: wat verdient een schipper)", told) is None
    assert reason("wanneer vaart het weer? (over: wat kost het in Litouwen)", told)


@pytest.mark.parametrize("word", ["daaraan", "daarvan", "hiervan", "ermee", "waarover"])
def test_a_word_that_points_back_is_no_name(word: str) -> None:
    assert names(f"en wat doet de minister {word}?") == ()


def test_a_refusal_writes_a_name_as_the_question_does() -> None:
    said = reason("Hoeveel klachten kwamen er uit Litouwen?", hit(TEXT))
    assert said is not None
    assert "Litouwen" in said
