"""An answer is looked up by number, in a document by its id or official number."""

import pytest
from surface_parts import FERRY, LOCK, encoder

from index.errors import BadRequest, NotFound
from index.index import open_index
from rag.formatting.verbatim import document_answering, documents_named, verbatim_json

ANNEX = "ah-tk-20232024-9999\n\nVraag 1\nHoe diep is de geul?\n\nAntwoord 1\n4 meter.\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    index = open_index(tmp_path_factory.mktemp("verbatim"), encoder(), create=True)
    for name, text in (("veer", FERRY), ("later", FERRY.replace("5 maart", "9 mei"))):
        index.add_bytes(text.encode(), f"{name}.txt")
    index.add_bytes(ANNEX.encode(), "geul.txt")
    index.add_bytes(LOCK.encode(), "sluis.txt")
    return index


def test_an_answer_has_its_questions_its_label_and_its_neighbours(index):
    (ferry,) = [each for each in index.documents() if each.source == "veer.txt"]
    found = verbatim_json(index, ferry.id, 4)
    assert found["text"].startswith("In 2023 vervoerde")
    assert found["question_texts"].keys() == {"3", "4"}
    assert found["label"].endswith("vraag 3 en 4")
    assert (found["previous"], found["next"]) == (3, 5)
    assert (found["list"], found["lists"]) == (None, [])
    assert verbatim_json(index, ferry.id, 4, 1)["text"] == found["text"]
    assert verbatim_json(index, ferry.id, 1)["previous"] is None
    assert verbatim_json(index, ferry.id, 5)["next"] is None
    with pytest.raises(NotFound, match=r"1, 2, 3, 4, 5"):
        verbatim_json(index, ferry.id, 6)


def sources(index, name):
    return {each.source for each in documents_named(index, name)}


def lock(index):
    (found,) = documents_named(index, "2024Z99003")
    return found.id


def test_a_document_is_named_by_its_id_or_a_number_of_its_own_in_any_form(index):
    for document in index.documents():
        assert documents_named(index, f" {document.id.upper()}") == (document,)
    for name in ("AH-TK-20232024-9999 ", "Aanhangsel Handelingen 2023-2024, nr. 9999"):
        assert sources(index, name) == {"geul.txt"}
    assert sources(index, "2024Z99001") == {"veer.txt", "later.txt"}
    with pytest.raises(BadRequest) as refused:
        document_answering(index, "2024Z99001", 2)
    assert all(each.id in refused.value.nl for each in documents_named(index, "2024Z99001"))
    for name in ("", "veer.txt", "0123456789abcdef", "ah-tk-20222023-9999"):
        with pytest.raises(NotFound):
            documents_named(index, name)


def test_a_sub_question_is_named_as_it_is_written(index):
    found = verbatim_json(index, lock(index), "2b")
    assert found["text"].startswith("In 2023 waren het 940")
    assert found["questions"] == ["2b"]
    assert found["question_texts"].keys() == {"2b"}
    assert found["label"].endswith("vraag 2b, onder ‘Inbreng van de ABC-fractie’")
    assert (found["previous"], found["next"]) == ("2a", None)
    assert found["refers_to"] == ["2a"]
    assert document_answering(index, "2024Z99003", "2a").id == lock(index)
    with pytest.raises(NotFound, match="geen vraag 2c; wel: 1, 2, 2a, 2b"):
        verbatim_json(index, lock(index), "2c")


def test_of_several_lists_each_can_be_opened_and_names_the_others(index):
    first = verbatim_json(index, lock(index), 1)
    assert first["text"] == "De sluis is 12 meter breed."
    assert first["list"] == 1
    assert first["lists"] == [
        {
            "list": at,
            "heading": f"Inbreng van de {name}-fractie",
            "url": f"/v1/documents/{lock(index)}/vragen/1?lijst={at}",
        }
        for at, name in ((1, "ABC"), (2, "PQR"))
    ]
    second = verbatim_json(index, lock(index), 1, 2)
    assert second["text"] == "De sluis is 5 meter diep."
    assert (second["list"], second["previous"], second["next"]) == (2, None, 2)
    assert second["label"].endswith("vraag 1, onder ‘Inbreng van de PQR-fractie’")
    # A number opens the first of its sub-questions.
    found = verbatim_json(index, lock(index), 2, 1)
    assert (found["questions"], found["previous"], found["next"]) == (["2a"], 1, "2b")
    assert verbatim_json(index, lock(index), 2, 2)["text"] == "De provincie beheert de sluis."
    with pytest.raises(NotFound, match="geen vraag 2a; wel: 1, 2"):
        verbatim_json(index, lock(index), "2a", 2)
    with pytest.raises(NotFound, match="geen lijst 3; het heeft er 2"):
        verbatim_json(index, lock(index), 1, 3)
