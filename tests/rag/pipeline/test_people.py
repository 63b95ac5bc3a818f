"""Who said it: the person or office that a question names, by the documents' metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from index.directory import Directory
from index.documents import DocumentInfo, Metadata, Office
from rag.pipeline.people import asked_who, find_speaker, offices_of, with_anybody


def info(number: int, *offices: tuple[str, str, str | None], **more: Any) -> DocumentInfo:
    held = tuple(Office(*each) for each in offices)
    stated = {"ministers": tuple(office.holder for office in held), "offices": held, **more}
    return DocumentInfo(f"{number:016}", f"{number}.txt", "answers", Metadata(**stated))


VEER = "Veer en Bruggen"
WEEL = info(1, ("Van Zwaan", "minister", VEER))
TUIN = info(2, ("Tuin", "staatssecretaris", VEER))
OCW = "Onderwijs, Cultuur en Wetenschap"
BOTH = info(3, ("De Groot", "minister", OCW), ("Tuin", "staatssecretaris", VEER))
HEAD = info(4, ("Kok-Visser", "minister-president", None))
BODY = info(5, answered_by="Algemene Rekenkamer")
PLAIN = info(6, ministers=("Meer",))
ALL = Directory(dict(enumerate((WEEL, TUIN, BOTH, HEAD, BODY, PLAIN))))


@pytest.mark.parametrize(
    ("question", "written", "documents"),
    [
        ("Wat zei minister Van Zwaan over de brug?", "minister Van Zwaan", [WEEL]),
        ("Wat heeft staatssecretaris Tuin over het veer gezegd?", "staatssecretaris Tuin", [TUIN, BOTH]),
        ("Wat zei Tuin over het veer?", "Tuin", [TUIN, BOTH]),
        ("Wat schreef de minister van Veer en Bruggen over geld?", "de minister van Veer en Bruggen", [WEEL]),
        ("Wat zegt de staatssecretaris van Veer over geld?", "de staatssecretaris van Veer", [TUIN, BOTH]),
        ("Hoe denkt de minister van OCW over muziek?", "de minister van OCW", [BOTH]),
        ("Wat vindt de premier van de brug?", "de premier", [HEAD]),
        ("Wat zei minister-president Visser over de brug?", "minister-president Visser", [HEAD]),
        ("Wat kost de brug volgens de staatssecretaris van Veer en Bruggen?",
         "de staatssecretaris van Veer en Bruggen", [TUIN, BOTH]),
        ("Wat zegt de Algemene Rekenkamer over de brug?", "de Algemene Rekenkamer", [BODY]),
        ("Heeft minister Meer iets gezegd over het veer?", "minister Meer", [PLAIN]),
        ("Wat staat er in het antwoord van minister Meer?", "minister Meer", [PLAIN]),
        ("Wat zei minister Onbekend over de brug?", "minister Onbekend", []),
        ("Wat zei de minister van Tovenarij over de brug?", "de minister van Tovenarij", []),
    ],
)  # fmt: skip
def test_a_question_that_asks_what_somebody_said_names_whose_documents_count(
    question: str, written: str, documents: Sequence[DocumentInfo]
) -> None:
    person = find_speaker(question, ALL)
    assert person is not None
    assert person.written == written == question[person.start : person.end]
    assert list(person.documents) == list(documents)
    if written == "minister Van Zwaan":  # what passages are read for names nobody
        assert with_anybody(question, person) == "Wat zei de minister over de brug?"


@pytest.mark.parametrize(
    "question",
    [
        "Wat zei de minister over de brug?",
        "Wat zei de staatssecretaris over tuin en veer?",
        "Wat doet minister Van Zwaan tegen roest?",
        "Heeft de minister van Veer en Bruggen overleg gevoerd over de brug?",
        "Hoeveel kost het veer?",
    ],
)
def test_other_questions_restrict_to_nobody(question: str) -> None:
    assert find_speaker(question, ALL) is None


@pytest.mark.parametrize(
    ("question", "holders"),
    [
        ("Wie is de minister van Veer en Bruggen?", ["Van Zwaan"]),
        ("wie is nu de staatssecretaris van Veer?", ["Tuin", "Tuin"]),
        ("Wie was de premier?", ["Kok-Visser"]),
        ("Wie is minister De Groot?", ["De Groot"]),
        ("Wie is de minister van Tovenarij?", []),
        ("Wie is de minister?", None),
        ("Wie is de minister van Veer en Bruggen die het veer afschafte?", None),
        ("Wie betaalt?", None),
    ],
)
def test_who_holds_an_office_is_what_documents_state(
    question: str, holders: list[str] | None
) -> None:
    person = asked_who(question, ALL)
    assert (person is None) is (holders is None)
    if person is not None:
        found = [office.holder for each in person.documents for office in offices_of(person, each)]
        assert found == holders
