"""An answer is looked up by number, in a document by its id or official number."""

import pytest
from surface_parts import FERRY, encoder

from index.errors import BadRequest, NotFound
from index.index import open_index
from rag.formatting.verbatim import document_answering, documents_named, verbatim_json

ANNEX = """\
ah-tk-20232024-9999

Vraag 1
Hoe diep is de vaargeul?

Antwoord 1
De vaargeul is 4 meter diep.
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    index = open_index(tmp_path_factory.mktemp("verbatim"), encoder(), create=True)
    for name, text in (("veer", FERRY), ("later", FERRY.replace("5 maart", "9 mei"))):
        index.add_bytes(text.encode(), f"{name}.txt")
    index.add_bytes(ANNEX.encode(), "geul.txt")
    return index


def sources(documents):
    return {each.source for each in documents}


def test_an_answer_has_its_questions_its_label_and_its_neighbours(index):
    (ferry,) = [each for each in index.documents() if each.source == "veer.txt"]
    found = verbatim_json(index, ferry.id, 4)
    assert found["text"].startswith("In 2023 vervoerde")
    assert found["question_texts"].keys() == {"3", "4"}
    assert found["label"].endswith("vraag 3 en 4")
    assert (found["previous"], found["next"]) == (3, 5)
    assert verbatim_json(index, ferry.id, 1)["previous"] is None
    assert verbatim_json(index, ferry.id, 5)["next"] is None
    with pytest.raises(NotFound, match=r"1, 2, 3, 4, 5"):
        verbatim_json(index, ferry.id, 6)


@pytest.mark.parametrize(
    "name",
    ["ah-tk-20232024-9999", "AH-TK-20232024-9999 ", "Aanhangsel Handelingen 2023-2024, nr. 9999"],
)
def test_a_document_is_named_by_its_number_in_any_form(index, name):
    assert sources(documents_named(index, name)) == {"geul.txt"}


def test_a_document_is_named_by_its_id(index):
    for document in index.documents():
        assert documents_named(index, f" {document.id.upper()}") == (document,)


@pytest.mark.parametrize("name", ["", "veer.txt", "0123456789abcdef", "ah-tk-20222023-9999"])
def test_a_name_of_nothing_is_not_found(index, name):
    with pytest.raises(NotFound):
        documents_named(index, name)


def test_a_number_of_several_documents_names_them_all_and_none_to_read(index):
    assert sources(documents_named(index, "2024Z99001")) == {"veer.txt", "later.txt"}
    with pytest.raises(BadRequest) as refused:
        document_answering(index, "2024Z99001", 2)
    assert all(each.id in refused.value.nl for each in documents_named(index, "2024Z99001"))
