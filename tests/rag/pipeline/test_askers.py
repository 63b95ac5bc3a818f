"""Whose questions a question is about, by the documents' metadata."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index.directory import Directory
from index.documents import DocumentInfo, Metadata
from rag.pipeline.askers import find_asker
from rag.pipeline.people import may_be_by, with_anybody


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
