"""What there is to answer a question from: looked up, searched, or refused; no language model."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from answering_parts import words_index

from index.documents import Hit
from index.errors import NotFound
from index.index import Index
from index.search import Filters
from rag.pipeline.query import Query
from rag.pipeline.retrieval import Retrieved, retrieve
from rag.settings import Settings

TODAY = date(2025, 11, 22)

LETTER = """\
Vergaderjaar {year} Aanhangsel van de Handelingen
{number}
Vragen van het lid Kok aan de minister van Landbouw over de wolf in {place}
(ingezonden 2 {month}).
Antwoord van minister Bos (Landbouw) (ontvangen 9 {month}).

Vraag 1
Hoeveel wolven zijn er in {place}?

Antwoord 1
In {place} zijn {count} wolven geteld.

Vraag 2
Wie telt de wolven?

Antwoord 2
Zie het antwoord op vraag 3.

Vraag 3
Wat kost het tellen van de wolven?

Antwoord 3
Het tellen kost 40.000 euro per jaar en gebeurt door de boswachters.
"""
DOCUMENTS = {
    "ah-tk-20232024-9301": LETTER.format(
        year="2023-2024", number=9301, place="Vlierbeek", month="maart 2024", count=3
    ),
    "ah-tk-20242025-9302": LETTER.format(
        year="2024-2025", number=9302, place="Oudsteden", month="mei 2025", count=7
    ),
    "ah-tk-20242025-9303": "Antwoord op vragen over de tunnel\n\nVraag 1\nWat kost de tunnel?\n\n"
    "Antwoord 1\nDe tunnel kost 90 miljoen euro.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    opened = words_index(tmp_path_factory.mktemp("finding"), **DOCUMENTS)
    yield opened
    opened.close()


def look(index: Index, question: str, filters: Filters = Filters(), **set: Any) -> Retrieved:
    settings = Settings(data_dir=index.store.path.parent, **set)
    return retrieve(Query(question), index, settings, filters, TODAY)


def places(hits: tuple[Hit, ...]) -> list[tuple[str, int]]:
    return [(Path(hit.document.source).stem[-4:], hit.passage.numbers[0]) for hit in hits]


# --- looked up


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("wat is het antwoord op vraag 1 van Aanhangsel 9301?", [("9301", 1)]),
        ("vraag 1 en 3 van ah-tk-20232024-9301", [("9301", 1), ("9301", 3)]),
        ("vraag 1 over de wolf in Oudsteden", [("9302", 1)]),
        ("vraag 2 van Aanhangsel 9301", [("9301", 2), ("9301", 3)]),  # which it points to
    ],
)
def test_an_answer_that_is_named_is_looked_up_and_wanted_whole(index, question, named):
    found = look(index, question)
    assert places(found.hits) == named
    assert found.whole == tuple(range(len(named)))
    assert (found.refused, found.missing, found.required) == (None, None, "")
    assert found.confidence == 1


def test_what_is_asked_beside_a_document_or_number_is_searched_and_not_demanded(index):
    found = look(index, "wat staat er in Aanhangsel 9302?")
    assert (places(found.hits), found.whole) == ([("9302", 1), ("9302", 2), ("9302", 3)], ())
    assert "Oudsteden" in found.asked
    found = look(index, "wat kost het tellen van de wolven volgens Aanhangsel 9302?")
    assert {document for document, _ in places(found.hits)} == {"9302"}
    assert (places(found.hits)[0], found.whole) == (("9302", 3), ())
    assert "9302" not in found.required
    assert "tellen" in found.required
    found = look(index, "wat kost het tellen volgens het antwoord op vraag 3 van Aanhangsel 9302?")
    assert (places(found.hits), found.whole, found.required) == ([("9302", 3)], (), "")


@pytest.mark.parametrize(
    ("question", "nl", "en"),
    [
        ("vraag 2 van 2024Z12345", "staat niet in de index", "is not in the index"),
        ("vraag 8 van Aanhangsel 9301", "geen vraag 8", "no question 8"),
    ],
)
def test_a_document_or_number_that_is_not_there_is_refused_and_nothing_searched(
    index, question, nl, en
):
    found = look(index, question)
    assert found.hits == ()
    assert found.refused is not None
    assert nl in found.refused.nl
    assert en in found.refused.en


def test_of_several_numbers_the_one_that_is_not_there_is_missing(index):
    found = look(index, "vraag 1 en 8 van Aanhangsel 9301")
    assert places(found.hits) == [("9301", 1)]
    assert found.refused is None
    assert found.missing is not None
    assert "geen vraag 8" in found.missing.nl


# --- searched


def test_a_question_that_names_nothing_is_searched_and_demands_all_of_itself(index):
    question = "hoeveel wolven zijn er geteld in Oudsteden?"
    found = look(index, question)
    assert places(found.hits)[0] == ("9302", 1)
    assert found.asked == found.required == question
    assert (found.refused, found.whole) == (None, ())


def test_pointers_of_what_was_found_are_followed(index):
    found = look(index, "Wie telt de wolven?", top_k=1)
    ((document, first), *others) = places(found.hits)
    assert first == 2
    assert others == [(document, 3)]


@pytest.mark.parametrize(
    ("question", "documents", "required"),
    [
        ("wat zei de minister in maart 2024 over de wolf?", {"9301"}, "wat zei de minister in over de wolf?"),
        ("wat zei de minister vorig jaar over de wolf?", {"9301"}, "wat zei de minister over de wolf?"),
        ("wat antwoordde de minister sinds 2025 over de wolf?", {"9302"}, "wat antwoordde de minister sinds over de wolf?"),
        ("hoeveel wolven waren er in 2024?", {"9301", "9302", "9303"}, "hoeveel wolven waren er in 2024?"),
        ("hoeveel wolven waren er vorig jaar?", {"9301", "9302", "9303"}, "hoeveel wolven waren er in 2024?"),
    ],
)  # fmt: skip
def test_when_it_was_said_limits_the_documents_and_is_no_demand(
    index, question, documents, required
):
    found = look(index, question)
    assert {name for name, _ in places(found.hits)} == documents
    assert " ".join(found.required.split()) == required


def test_times_at_which_nothing_was_said_are_refused_unless_a_date_is_unknown(index):
    question = "wat zei de minister in maart 2019 over de wolf?"
    dated = Filters(documents=tuple(d.id for d in index.documents() if d.metadata.date))
    found = look(index, question, dated)
    assert found.hits == ()
    assert found.refused is not None
    assert "maart 2019" in found.refused.nl
    assert not all(d.metadata.date for d in index.documents())
    found = look(index, question)
    assert found.hits
    assert found.refused is None
    assert "maart 2019" in found.required  # by name, then


DEBATE = """\
De heer Kuil (PvdV):
De vuurtoren staat op instorten, zegt de eigenaar. Hij kost volgens ons 3 miljoen euro per jaar.

Minister Duin:
Vorige week is de vuurtoren nagekeken. Hij staat stevig en kost 200.000 euro per jaar aan onderhoud.

Mevrouw Duin (De Brug):
Mijn fractie wil dat de vuurtoren van het eiland verdwijnt. Hij kost veel te veel, ook aan stroom.

Staatssecretaris Wad:
Over de stroom van de vuurtoren ga ik. Die kost 9.000 euro per jaar, en dat wordt niet meer.

De heer Kuil (PvdV):
Dan nog een vraag over de vuurtoren: wordt hij dit jaar nog geverfd, en in welke kleuren dan wel?
"""


def test_of_a_debate_only_the_turns_of_who_is_asked_about_count(tmp_path):
    debated = words_index(tmp_path, debat=DEBATE, **DOCUMENTS)
    for question, speakers in {
        "Wat zei minister Duin over de vuurtoren?": {"Minister Duin"},
        "Wat zei Duin over de vuurtoren?": {"Minister Duin", "Mevrouw Duin (De Brug)"},
        "Wat zei staatssecretaris Wad over de stroom?": {"Staatssecretaris Wad"},
    }.items():
        found = look(debated, question).hits
        assert {hit.passage.speaker for hit in found} == speakers
        assert [hit.rank for hit in found] == list(range(1, len(found) + 1))
    # Where nobody is demanded a turn is found by who speaks.
    found = look(debated, "Wat vindt de heer Kuil?").hits
    debated.close()
    assert found[0].passage.speaker == "De heer Kuil (PvdV)"
    assert len({hit.passage.speaker for hit in found}) > 2


def test_a_filter_that_is_given_limits_the_search(index):
    found = look(index, "hoeveel wolven zijn er?", Filters(date_to="2024-12-31"))
    assert {name for name, _ in places(found.hits)} == {"9301"}
    with pytest.raises(NotFound):
        look(index, "hoeveel wolven zijn er?", Filters(documents=("0" * 16,)))
    found = look(index, "vraag 1 van Aanhangsel 9301", Filters(date_from="2025-01-01"))
    assert found.hits == ()
    assert found.refused is not None
    assert "buiten het gekozen filter" in found.refused.nl
