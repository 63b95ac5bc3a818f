"""Who holds an office, which documents there are, what somebody said, greetings, summaries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from answering_parts import words_index

from index.index import Index
from index.search import Filters
from rag.conversation.followups import Turn
from rag.formatting.chat_text import ChatText
from rag.formatting.export import conversation_markdown, turn_of_answer_json
from rag.formatting.render import answer_text
from rag.pipeline.answerability import CALIBRATION_NAME
from rag.pipeline.answering import answer
from rag.pipeline.answers import Answer, answer_json
from rag.pipeline.query import in_english
from rag.pipeline.summary import to_summarise
from rag.settings import Settings

FERRY = """AH 12
Vragen van de leden Dijk en Van der Geul (beiden XYZ) aan de minister van Veer en Bruggen
(ingezonden 1 februari 2024)

Antwoord van minister Zwaan (Veer en Bruggen) (ontvangen 3 maart 2024)

Vraag 1
Bent u bekend met het bericht over het veer bij Schelluinen?
Antwoord 1
Het veer bij Schelluinen vaart sinds 2024 elke dag en kost de gemeente 40.000 euro per jaar.
"""
BRIDGE = """AH 13
Vragen van het lid Sluis (XYZ) aan de minister van Veer en Bruggen over de brug van Litouwen
(ingezonden 1 april 2025)

Antwoord van minister Groot (Veer en Bruggen) (ontvangen 5 mei 2025)

Vraag 1
Wanneer gaat de brug van Litouwen open?
Antwoord 1
De brug van Litouwen gaat op 1 juli 2025 open voor fietsers en wandelaars.
"""
UNTITLED = "Datum 2 februari 2023\n\nGeachte voorzitter,\n\nDe pont vaart elke dag.\n"
LETTER = """Datum 6 oktober 2025
Betreft Voortgang van de sluizen

Geachte voorzitter,

De sluizen bij Lith zijn klaar. Ze kostten 3 miljoen euro.

DE STAATSSECRETARIS VAN VEER EN BRUGGEN,

Gijs Tuin
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("direct")
    opened = words_index(folder, veer=FERRY, brug=BRIDGE, sluis=LETTER, pont=UNTITLED)
    # Vectors of hashed words say little about distance: what is not named exactly is not refused.
    (folder / "data" / CALIBRATION_NAME).write_text('{"threshold": 0}')
    yield opened
    opened.close()


def ask(index: Index, question: str, language: Any = "nl", **more: Any) -> Answer:
    settings = Settings(data_dir=index.store.path.parent, language=language)
    found = answer(question, index=index, model=None, reader=None, settings=settings, **more)
    for citation in found.citations:
        text = index.document(citation.document.id).text
        assert text[citation.start : citation.end] == citation.quote != ""
    return found


# --- who


def test_an_office_is_answered_with_its_line_quoted_or_refused(index: Index) -> None:
    found = ask(index, "Wie is de minister van Veer en Bruggen?")
    assert (found.mode, found.abstained) == ("metadata", False)
    assert found.text == (
        "In het nieuwste document hier dat het laat zien (5 mei 2025) is dat minister Groot "
        "(Veer en Bruggen)."
    )
    assert "Antwoord van minister Groot" in found.citations[0].quote
    found = ask(index, "Wie is de staatssecretaris van Veer?", "en")
    assert "2025-10-06" in (found.text or "")
    assert found.citations[0].quote == "DE STAATSSECRETARIS VAN VEER EN BRUGGEN,\n\nGijs Tuin"
    found = ask(index, "Wie is de minister van Tovenarij?")
    assert found.reason == "Geen document hier laat zien wie de minister van Tovenarij is."


@pytest.mark.parametrize(
    "question",
    [
        "Wat zei minister Zwaan over het veer?",
        "Wat vroeg het lid Van der Geul over de kosten van het veer?",
    ],
)
def test_what_somebody_said_or_asked_is_answered_from_their_documents_alone(
    index: Index, question: str
) -> None:
    found = ask(index, question)
    assert "40.000 euro" in (found.text or "")
    assert {hit.document.metadata.ministers for hit in found.hits} == {("Zwaan",)}


ZWAAN = "In wat minister Zwaan hier beantwoordde (1 document) is hierover niets gevonden."
UNSAID = [
    ("Wat zei minister Zwaan over Honduras?", "nl", ZWAAN),
    (
        "Wat zei minister Zwaan over Litouwen?",
        "nl",
        f"{ZWAAN} Wel in de buurt komt een antwoord van minister Groot (Veer en Bruggen): zie hieronder.",
    ),
    (
        "Wat zei de premier over Litouwen?",
        "en",
        "No document here is known to be answered by de premier. What does come near is an answer of "
        "minister Groot (Veer en Bruggen): see below.",
    ),
    (
        "Wat vroeg Dijk over de brug van Litouwen?",
        "nl",
        "In de antwoorden op vragen van Dijk (1 document) is hierover niets gevonden. Wel in de buurt "
        "komt een document met vragen van Sluis: zie hieronder.",
    ),
    (
        "Wat vroeg het lid Brug over de brug van Litouwen?",
        "en",
        "No document here is known to hold questions of het lid Brug. What does come near is a document "
        "with questions of Sluis: see below.",
    ),
]


@pytest.mark.parametrize(("question", "language", "reason"), UNSAID)
def test_where_somebody_said_or_asked_nothing_it_is_said_who_did(
    index: Index, question: str, language: str, reason: str
) -> None:
    found = ask(index, question, language)
    assert found.abstained
    assert found.reason == reason
    if reason != ZWAAN:
        assert found.hits[0].document.metadata.ministers == ("Groot",)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Wat zei minister Zwaan over sluizen?", "vallen buiten de gekozen tijd of het filter"),
        ("Wat vroeg Dijk over het veer?", "De documenten met vragen van Dijk vallen buiten"),
    ],
)
def test_who_spoke_outside_the_filter_is_said_to_have(
    index: Index, question: str, reason: str
) -> None:
    assert reason in (ask(index, question, filters=Filters(date_from="2025-06-01")).reason or "")


def test_citations_say_who_answers_and_under_which_number(index: Index) -> None:
    raw = answer_json(ask(index, "Wat kost het veer bij Schelluinen?"))
    cited = raw["citations"][0]["document"]
    assert cited["who"] == ["minister Zwaan (Veer en Bruggen)"]
    assert cited["number"] == "Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 12"


# --- which documents


@pytest.mark.parametrize(
    ("question", "files"),
    [
        ("Welke documenten gaan over sluizen?", ["sluis"]),
        ("welke stukken zijn er over Litouwen", ["brug"]),
        ("welke stukken zijn er over fietsers", ["brug"]),  # which no title says
        ("Hoeveel documenten zijn er?", ["sluis", "brug", "veer", "pont"]),
        ("Toon alle brieven", ["sluis", "pont"]),
        ("welke documenten zijn er uit 2025?", ["sluis", "brug"]),
        ("Welke documenten zijn van minister Groot?", ["brug"]),
    ],
)
def test_documents_are_listed(index: Index, question: str, files: list[str]) -> None:
    found = ask(index, question)
    assert found.mode == "metadata"
    assert [Path(each.document.source).stem for each in found.citations] == files
    listed = answer_text(found).split("\n\n")[0].splitlines()
    assert len([line for line in listed if not line.startswith(" ")]) == len(files) + 1
    nothing = ask(index, "Welke documenten gaan over kernfusie?").reason
    said = "Geen onderwerp van een document en geen gevonden passage noemt ‘kernfusie’."
    assert nothing == said


@pytest.mark.parametrize(
    "question",
    [
        "Welke documenten heeft de minister ontvangen over sluizen?",
        "Hoeveel stukken grond zijn verkocht?",
    ],
)
def test_questions_about_documents_in_the_documents_are_searched(
    index: Index, question: str
) -> None:
    assert ask(index, question).mode == "verbatim"


def test_a_list_can_be_exported_and_told_in_a_chat(index: Index) -> None:
    found = ask(index, "Welke documenten gaan over sluizen?")
    raw = answer_json(found)
    assert "Voortgang van de sluizen" in conversation_markdown([turn_of_answer_json(raw)])
    text = ChatText("nl")
    for sentence in found.sentences:
        text.sentence(sentence)
    text.end(found)
    assert "\n\nVoortgang van de sluizen" in text.text
    assert "Bronnen:" in text.text


# --- greetings, summaries, languages, filters


@pytest.mark.parametrize("said", ["dank u wel!", "oké, dank je", "goedemorgen"])
def test_greetings_and_thanks_get_a_line_without_a_search(index: Index, said: str) -> None:
    found = ask(index, said)
    assert (found.mode, found.abstained, found.hits, found.citations) == ("courtesy", False, (), ())
    text = ChatText("nl")
    text.sentence(found.sentences[0])
    text.end(found)
    assert text.text == answer_text(found) == found.text
    conversation_markdown([turn_of_answer_json(answer_json(found))])


def test_the_same_is_asked_of_another(index: Index) -> None:
    history = [Turn("welke documenten gaan over Litouwen?", None)]
    found = ask(index, "en over sluizen?", history=history)
    assert found.mode == "metadata"
    assert [each.document.kind for each in found.citations] == ["letter"]


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("Vat het antwoord op vraag 3 van AH 12 samen", "het antwoord op vraag 3 van AH 12"),
        ("Kun je het antwoord over sluizen kort samenvatten?", "sluizen"),
        ("Geef een samenvatting van 36800-X-11.", "36800-X-11"),
        ("Wat staat er in de samenvatting van het rapport?", None),
        ("Werken de ministers samen?", None),
    ],
)
def test_what_is_to_be_summarised_is_told_from_that_it_is(question: str, what: str | None) -> None:
    assert to_summarise(question) == what


def test_a_summary_is_sentences_of_the_answer(index: Index) -> None:
    found = ask(index, "Vat het antwoord op vraag 1 van ah-tk-20232024-12 samen")
    assert found.read_as == found.question
    assert "Schelluinen vaart" in (found.text or "")
    assert found.citations[0].questions == (1,)


@pytest.mark.parametrize(
    ("question", "is_english"),
    [
        ("What does the minister say about the ferry?", True),
        ("How many people were there?", True),
        ("Wat is de stand van zaken?", False),
        ("Wat kost The Next Web?", False),
        ("Was er een brug?", False),
    ],
)
def test_a_question_in_english_is_known_and_told_that_dutch_works_better(
    index: Index, question: str, is_english: bool
) -> None:
    assert in_english(question) is is_english
    note = "The documents are in Dutch: a question in Dutch finds more."
    assert (note in ask(index, question).notes) is is_english


def test_filters_and_times_that_fit_nothing_say_so(index: Index) -> None:
    late = Filters(minister="Zwaan", date_from="2025-01-01")
    assert ask(index, "Wat kost het veer?", filters=late).reason == (
        "Geen document past bij het filter (beantwoord door Zwaan, vanaf 2025-01-01); er is dus niets "
        "doorzocht."
    )
    found = ask(index, "Wat zei de minister in maart 2019 over het veer?")
    assert found.reason == "Er is hier geen document van de gevraagde tijd (maart 2019)."


def test_a_sentence_is_shown_as_it_is_read_and_kept_as_it_stands(tmp_path: Path) -> None:
    opened = words_index(tmp_path, veer=FERRY.replace("vaart sinds", "vaart inGelderland sinds"))
    (tmp_path / "data" / CALIBRATION_NAME).write_text('{"threshold": 0}')
    found = ask(opened, "Wat kost het veer bij Schelluinen?")
    opened.close()
    raw = answer_json(found)
    assert "vaart inGelderland sinds" in raw["sentences"][0]["text"]
    assert "vaart in Gelderland sinds" in raw["sentences"][0]["display"]
    assert "vaart inGelderland sinds" in raw["citations"][0]["quote"]
    assert "vaart in Gelderland sinds" in raw["hits"][0]["display"]
    assert "vaart in Gelderland sinds" in answer_text(found)
