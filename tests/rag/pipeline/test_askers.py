"""Whose questions a question is about, by the documents' metadata."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from answering_parts import words_index

from index.directory import Directory
from index.documents import DocumentInfo, Metadata
from index.index import Index
from index.search import Filters
from rag.pipeline.answerability import CALIBRATION_NAME
from rag.pipeline.answering import answer
from rag.pipeline.answers import Answer
from rag.pipeline.askers import find_asker
from rag.pipeline.people import may_be_by, with_anybody
from rag.settings import Settings


def info(number: int, *askers: str) -> DocumentInfo:
    return DocumentInfo(f"{number:016}", f"{number}.txt", "answers", Metadata(askers=askers))


GEUL = info(1, "Van der Geul")
BOTH = info(2, "Van der Geul", "Dijk")
DIJK = info(3, "Van Dijk")
BODY = info(4, "vaste commissie voor Veer en Bruggen")
PLAIN = info(5)
ALL = Directory(dict(enumerate((GEUL, BOTH, DIJK, BODY, PLAIN))))


@pytest.mark.parametrize(
    ("question", "written", "documents"),
    [
        ("Wat vroeg Van der Geul over het veer?", "Van der Geul", [GEUL, BOTH]),
        ("wat vroeg van der Geul over het veer?", "van der Geul", [GEUL, BOTH]),
        ("wat vroeg het lid van der Geul aan de minister over het veer", "het lid van der Geul", [GEUL, BOTH]),
        ("Wat vroeg Anna van der Geul over het veer?", "Anna van der Geul", [GEUL, BOTH]),
        ("Wat vroeg Kamerlid A.B. van der Geul over het veer?", "Kamerlid A.B. van der Geul", [GEUL, BOTH]),
        ("Wat vroeg Dijk over het veer?", "Dijk", [BOTH]),
        ("vragen van het lid Van Dijk over het veer", "het lid Van Dijk", [DIJK]),
        ("Welke vragen stelde mevrouw Dijk over het veer?", "mevrouw Dijk", [BOTH]),
        ("Kamervragen van de leden Dijk en Van der Geul over het veer", "de leden Dijk en Van der Geul", [BOTH]),
        ("Wat is geantwoord op de vragen die Dijk stelde?", "Dijk", [BOTH]),
        ("Wat vroeg de vaste commissie voor Veer en Bruggen over geld?",
         "de vaste commissie voor Veer en Bruggen", [BODY]),
        ("Wat vroeg het lid Brug over het veer?", "het lid Brug", []),
        ("Wat vroegen de leden Dijk en Van Dijk over het veer?", "de leden Dijk en Van Dijk", []),
    ],
)  # fmt: skip
def test_a_question_about_somebodys_questions_names_whose_documents_count(
    question: str, written: str, documents: Sequence[DocumentInfo]
) -> None:
    person = find_asker(question, ALL)
    assert person is not None
    assert person.written == written == question[person.start : person.end]
    assert list(person.documents) == list(documents)
    assert person.asks


@pytest.mark.parametrize(
    "question",
    [
        "Wat vroeg Geul over het veer?",  # no name that stands there
        "Wat vroeg dijk over het veer?",
        "Wat vroeg Brug over het veer?",  # not said to be a member
        "Wat zei Dijk over het veer?",
        "Hoeveel vragen gaan over Dijk?",
        "Welke leden vragen om een veer?",
    ],
)
def test_other_questions_are_about_nobodys(question: str) -> None:
    assert find_asker(question, ALL) is None


def test_what_passages_are_read_for_names_no_member() -> None:
    question = "Wat vroeg Dijk over het veer?"
    person = find_asker(question, ALL)
    assert person is not None
    assert with_anybody(question, person) == "Wat vroeg het lid over het veer?"
    assert may_be_by(person, ALL) == {4}


FERRY = """Vragen van de leden Dijk en Van der Geul (beiden XYZ) aan de minister van Veer en Bruggen
over het veer bij Schelluinen (ingezonden 1 februari 2024)

Antwoord van minister Zwaan (Veer en Bruggen) (ontvangen 3 maart 2024)

Vraag 1
Hoeveel kost het veer bij Schelluinen de gemeente?
Antwoord 1
Het veer bij Schelluinen kost de gemeente 40.000 euro per jaar.
"""
BRIDGE = """Vragen van het lid Sluis (XYZ) aan de minister van Veer en Bruggen over de brug van Litouwen
(ingezonden 1 april 2025)

Antwoord van minister Zwaan (Veer en Bruggen) (ontvangen 5 mei 2025)

Vraag 1
Wanneer gaat de brug van Litouwen open?
Antwoord 1
De brug van Litouwen gaat op 1 juli 2025 open voor fietsers en wandelaars.
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder: Path = tmp_path_factory.mktemp("askers")
    opened = words_index(folder, veer=FERRY, brug=BRIDGE)
    # Vectors of hashed words say little about distance: what is not named exactly is not refused.
    (folder / "data" / CALIBRATION_NAME).write_text('{"threshold": 0}')
    yield opened
    opened.close()


def ask(index: Index, question: str, language: Any = "nl", **more: Any) -> Answer:
    settings = replace(Settings(data_dir=index.store.path.parent), language=language)
    return answer(question, index=index, model=None, reader=None, settings=settings, **more)


def test_what_a_member_asked_is_answered_from_their_documents_alone(index: Index) -> None:
    found = ask(index, "Wat vroeg het lid Van der Geul over de kosten van het veer?")
    assert "40.000 euro" in (found.text or "")
    assert {hit.document.metadata.askers for hit in found.hits} == {("Dijk", "Van der Geul")}


def test_where_a_member_asked_nothing_it_is_said_who_did(index: Index) -> None:
    found = ask(index, "Wat vroeg Dijk over Litouwen?")
    assert found.abstained
    assert found.reason == (
        "In de antwoorden op vragen van Dijk (1 document) is hierover niets gevonden. Wel in de buurt "
        "komt een document met vragen van Sluis: zie hieronder."
    )
    assert found.hits[0].document.metadata.askers == ("Sluis",)
    unknown = ask(index, "Wat vroeg het lid Brug over Litouwen?", "en")
    assert unknown.reason == (
        "No document here is known to hold questions of het lid Brug. What does come near is a "
        "document with questions of Sluis: see below."
    )


def test_a_member_outside_the_filter_is_said_to_be_so(index: Index) -> None:
    late = Filters(date_from="2025-01-01")
    found = ask(index, "Wat vroeg Dijk over het veer?", filters=late)
    assert "De documenten met vragen van Dijk vallen buiten" in (found.reason or "")
