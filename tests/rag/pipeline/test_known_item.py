"""A question that names its document is looked up; one that does not is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

import pytest
from answering_parts import SAMPLE_FILES, words_index

from index.directory import Directory
from index.documents import DocumentInfo, Hit, Metadata, Number
from index.index import Index
from index.search import Filters
from rag.pipeline.known_item import (
    Reference,
    find_reference,
    look_up,
    no_such_question,
    why_missing,
)

AGAIN = """\
Vergaderjaar 2024-2025 Aanhangsel van de Handelingen
9104
Vragen van het lid Kok aan de minister van Landbouw over de wolf in Vlierbeek
(ingezonden 2 december 2024).
Antwoord van minister Bos (Landbouw) (ontvangen 9 januari 2025).

Vraag 1
Hoeveel wolven zijn er?

Antwoord 1
Er zijn 3 wolven.
"""


PARTS = """\
ah-tk-20242025-9188

Vraag 1
Hoe breed is de sluis?

Antwoord 1
De sluis is 12 meter breed.

Vraag 2a
Hoeveel schepen waren er in 2022?

Antwoord 2a
In 2022 waren het 810 schepen.

Vraag 2b
Hoeveel schepen waren er in 2023?

Antwoord 2b
In 2023 waren het 940 schepen.
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The samples, a document with the number of one but of a year later, one with sub-questions."""
    folder: Path = tmp_path_factory.mktemp("references")
    own = {"ah-tk-20242025-9104": AGAIN, "ah-tk-20242025-9188": PARTS}
    opened = words_index(folder, **own)
    assert not opened.add(SAMPLE_FILES).failed
    yield opened
    opened.close()


def missing(index: Index, question: str, filters: Filters = Filters()) -> tuple[str, str]:
    """Why what a question refers to is not there, in Dutch and English."""
    refused = why_missing(index, referred(index, question), filters)
    return (refused.nl, refused.en) if refused else ("", "")


def names(reference: Reference | None) -> list[str]:
    assert reference is not None
    return [PurePath(document.source).stem for document in reference.documents]


def referred(index: Index, question: str) -> Reference:
    reference = find_reference(question, index.directory())
    assert reference is not None
    return reference


def about(*titles: str, **stated: Any) -> Directory:
    """Documents of these titles; `stated` is what else each states."""
    return Directory(
        {
            at: DocumentInfo(
                str(at), f"{at}.txt", "answers", Metadata(title=title or None, **stated)
            )
            for at, title in enumerate(titles)
        }
    )


@pytest.mark.parametrize(
    ("question", "name", "numbers"),
    [
        ("ah-tk-20232024-9160", "ah-tk-20232024-9160", ()),
        ("Wat is het antwoord op vraag 3 van Aanhangsel nr. 9160?", "ah-tk-20232024-9160", (3,)),
        ("Aanhangsel van de Handelingen 2023/24, nummer 9160", "ah-tk-20232024-9160", ()),
        ("Geef vraag 2 t/m 4 uit Aanhangsel 9120 (2024–2025)", "ah-tk-20242025-9120", (2, 3, 4)),
        ("kst-99120-X-7", "2025D99310", ()),
        ("Kamerstukken II 2025/26, 99120 X, nr. 7, vraag 4", "2025D99310", (4,)),
        ("wat staat in 2025z99208 bij vraag 5, 6 en 7", "2025Z99208", (5, 6, 7)),
        ("vraag 2 van de brief over het loket Teeltschade", "ah-tk-20242025-9012", (2,)),
        ("Wat zei de minister op vraag 3 over de Doorstroomcheque?", "ah-tk-20242025-9120", (3,)),
        ("Schoolzwemmen en Zwemkansplan, vraag 9", "ah-tk-20232024-9031", (9,)),
        ("vraag 4 van het lid Snoek-Rietveld over schoolzwemmen", "ah-tk-20232024-9031", (4,)),
        ("vraag 3 uit de brief over aanbetalingen van 18 juni 2025", "2025Z99208", (3,)),
        ("het antwoord op vraag 12 van de vragen van 21-04-2026", "2026Z99141", (12,)),
    ],
)
def test_a_question_that_names_its_document_refers_to_it(
    index: Index, question: str, name: str, numbers: tuple[int, ...]
) -> None:
    reference = referred(index, question)
    assert (names(reference), reference.numbers, reference.rest) == ([name], numbers, "")


@pytest.mark.parametrize(
    "question",
    [
        "hoeveel kost vraag 4-eenheid",
        "zijn er 99120 woningen gebouwd in Vlierbeek?",
        "neemt de vraag 3 procent toe?",
        "hoeveel geld ging er in 2023-2024 naar Defensie?",
        "wat zegt aanhangsel 2 van het verdrag over veerponten?",
        "wat is het antwoord op vraag 3?",
        "wat is vraag 3 van de minister over de begroting?",
        "vraag 2 van het loket Teeltschade 2019",
        "vraag 2 van het lid Omgevallen over schoolzwemmen",
        "vraag 3 over schoolmelk",
        "hoeveel kost schoolzwemmen volgens antwoord 3?",
        "vraag 3 uit de brief over aanbetalingen van 19 juni 2025",
        "is de motie 99120 X nr. 7 uitgevoerd?",
        "hoe denkt de minister over het wetsvoorstel (Kamerstuk 99 120, nr. 2)?",
        "hoe duur was de veerpont van toen (Kamerstuk 12 345, nr. 6)?",
    ],
)
def test_a_figure_or_a_common_word_is_no_reference(index: Index, question: str) -> None:
    assert find_reference(question, index.directory()) is None


def test_the_questions_of_the_documents_themselves_are_no_references(index: Index) -> None:
    documents = index.directory()
    asked = [
        question.text
        for document in documents.infos.values()
        for passage in index.passages(document.id).values()
        for question in passage.questions
    ]
    assert len(asked) > 80
    assert [text for text in asked if find_reference(text, documents)] == []


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Geef mij graag het volledige antwoord (Aanhangsel 9160, vraag 3)", ""),
        ("Hoeveel huishoudens deden mee volgens vraag 3 van ah-tk-20232024-9160?",
         "Hoeveel huishoudens deden mee"),
        ("Wat staat er in vraag 2 van het loket Teeltschade over de omzet?",
         "Wat staat er over de omzet?"),
        ("Wat is volgens kst-99120-X-18 het budget?", "Wat is het budget?"),
    ],
)  # fmt: skip
def test_what_is_asked_besides_the_reference_is_kept(
    index: Index, question: str, rest: str
) -> None:
    assert referred(index, question).rest == rest


def test_sentences_are_weighed_against_what_is_asked_else_against_the_title(index: Index) -> None:
    for question, subject in {
        "Wat is volgens kst-99120-X-18 het budget?": "Wat is het budget?",
        "Wat staat er in kst-99120-X-18?": "Voortgang Werkplaatsfonds en betalingen vooraf aan leveranciers",
        "2025Z99208": "2025Z99208",
    }.items():
        assert referred(index, question).subject == subject


def test_a_number_without_a_year_names_all_documents_that_bear_it_newest_first(
    index: Index,
) -> None:
    both = ["ah-tk-20242025-9104", "ah-tk-20232024-9104"]
    assert names(referred(index, "Aanhangsel 9104, vraag 1")) == both
    assert names(referred(index, "Aanhangsel 9104 (2023-2024), vraag 1")) == both[1:]


def test_a_document_that_is_not_there_is_still_what_was_asked_for(index: Index) -> None:
    for question in ("Aanhangsel 2367", "Wat staat er in Aanhangsel 2367 over veerponten?"):
        reference = referred(index, question)
        assert (reference.documents, reference.written) == ((), "Aanhangsel 2367")
        assert look_up(index, reference) == ()
        assert missing(index, question) == (
            "Aanhangsel 2367 staat niet in de index.",
            "Aanhangsel 2367 is not in the index.",
        )


def test_words_that_name_one_title_among_many_do_and_common_ones_do_not() -> None:
    many = about(
        "Stand van Defensie najaar 2025",
        "Stand van Defensie voorjaar 2025",
        *[f"Inzet van Defensie in gebied {letter * 5}" for letter in "abcdefgh"],
    )
    both = find_reference("vraag 22 van de Stand van Defensie", many)
    assert names(both) == ["0", "1"]
    assert names(find_reference("vraag 22 van de Stand van Defensie voorjaar 2025", many)) == ["1"]
    assert names(find_reference("vraag 2 over de inzet in gebied ccccc", many)) == ["4"]
    assert find_reference("vraag 22 van de inzet van Defensie", many) is None
    assert find_reference("vraag 22 van de Stand van Defensie 2021", many) is None
    assert find_reference("vraag 22 van de Stand van Zaken", many) is None


def test_a_day_names_an_untitled_document_only_where_it_is_the_only_one_of_that_day() -> None:
    question = "vraag 3 uit de brief over veerponten van 10 juni 2025"
    assert names(find_reference(question, about("", date="2025-06-10"))) == ["0"]
    assert find_reference(question, about("", "", date="2025-06-10")) is None
    assert find_reference(question, about("Het schoolzwemmen", date="2025-06-10")) is None


def numbers(hits: tuple[Hit, ...]) -> list[tuple[int, ...]]:
    return [hit.passage.numbers for hit in hits]


def test_passages_asked_for_are_looked_up_in_their_order(index: Index) -> None:
    hits = look_up(index, referred(index, "Aanhangsel 9120, vragen 1 en 3"))
    assert numbers(hits) == [(1,), (2, 3, 4)]
    assert [hit.rank for hit in hits] == [1, 2]
    assert hits[0].score > hits[1].score > 0.9
    assert all(hit.cosine == 1.0 for hit in hits)
    assert hits[0].passage.reading_text().startswith("De Doorstroomcheque is een eenmalige")
    for asked in ("vraag 3", "vraag 4", "vragen 2 tot en met 4"):
        hits = look_up(index, referred(index, f"Aanhangsel 9120, {asked}"))
        assert numbers(hits) == [(2, 3, 4)]
    reference = referred(index, "wat staat er in 2025D99562?")
    all_of_it = tuple(index.passages(reference.documents[0].id))
    assert tuple(hit.passage_id for hit in look_up(index, reference)) == all_of_it
    assert tuple(hit.passage_id for hit in look_up(index, reference, k=2)) == all_of_it[:2]


def test_what_is_asked_of_a_whole_document_is_searched_in_it_alone(index: Index) -> None:
    hits = look_up(index, referred(index, "Hoeveel vacatures zijn er volgens kst-99120-X-7?"), k=3)
    assert len(hits) == 3
    assert {hit.document.source.rsplit("/", 1)[-1] for hit in hits} == {"2025D99310.txt"}
    assert numbers(hits)[0] == (1,)


def test_filters_hold_for_what_is_looked_up(index: Index) -> None:
    asked = "Aanhangsel 9104, vraag 1"
    hits = look_up(index, referred(index, asked), Filters(date_to="2024-12-31"))
    assert [hit.document.metadata.date for hit in hits] == ["2024-03-14"]
    late = Filters(date_from="2030-01-01")
    assert look_up(index, referred(index, asked), late) == ()
    assert missing(index, asked, late)[0] == "Aanhangsel 9104 valt buiten het gekozen filter."


def test_questions_that_are_not_there_are_refused_with_those_that_are(index: Index) -> None:
    assert look_up(index, referred(index, "Aanhangsel 9160, vraag 99")) == ()
    label = "Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 9160 (31 mei 2024)"
    assert missing(index, "Aanhangsel 9160, vraag 99") == (
        f"In {label} staat geen vraag 99; er zijn de vragen 1 tot en met 8.",
        f"There is no question 99 in {label}; it has questions 1 to 8.",
    )
    several = "Aanhangsel 9160, vragen 8, 98 en 99"
    assert numbers(look_up(index, referred(index, several))) == [(8,)]
    assert "geen vragen 98 en 99;" in missing(index, several)[0]
    unnumbered = missing(index, "99120 X nr. 18, vraag 2")[0]
    assert unnumbered.endswith("staan geen antwoorden op genummerde vragen.")
    for there in ("Aanhangsel 9160, vraag 3", "wat staat er in 2025D99562?"):
        assert missing(index, there) == ("", "")
    refused = no_such_question("Aanhangsel 1", [2], {1})
    assert refused.nl == "In Aanhangsel 1 staat geen vraag 2; er is alleen vraag 1."
    assert refused.en == "There is no question 2 in Aanhangsel 1; it has question 1."


@pytest.mark.parametrize(
    ("written", "numbers", "found"),
    [
        ("vraag 2a", ("2a",), [("2a",)]),
        ("vraag 2 b", ("2b",), [("2b",)]),
        ("de vragen 1 en 2B", (1, "2b"), [(1,), ("2b",)]),
        ("vraag 2a en b", ("2a", "2b"), [("2a",), ("2b",)]),
        ("vraag 2", (2,), [("2a",), ("2b",)]),
    ],
)
def test_a_sub_question_is_looked_up_by_its_name(
    index: Index, written: str, numbers: tuple[Number, ...], found: list[tuple[Number, ...]]
) -> None:
    reference = referred(index, f"Wat is het antwoord op {written} van ah-tk-20242025-9188?")
    assert (reference.numbers, reference.rest) == (numbers, "")
    assert [hit.passage.numbers for hit in look_up(index, reference)] == found
    assert why_missing(index, reference) is None
    said = missing(index, "vraag 2c van ah-tk-20242025-9188")[0]
    assert "staat geen vraag 2c; er zijn de vragen 1, 2a en 2b" in said
