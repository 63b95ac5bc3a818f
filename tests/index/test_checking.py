"""`faults` finds nothing in a whole index, and names each thing that is broken in one."""

from __future__ import annotations

import json

import pytest
from hashing import HashingEncoder

from index.checking import faults
from index.index import open_index

TEXT = """Vraag 1
Hoeveel fietsen zijn er in 2023 gestolen?

Antwoord vraag 1
In 2023 zijn 86.000 fietsen gestolen. Dat zijn er meer dan in 2022.

Vraag 2
Komt er een register?

Antwoord vraag 2
Nee.
"""


@pytest.fixture
def index(tmp_path):
    (tmp_path / "fietsen.txt").write_text(TEXT, encoding="utf-8")
    opened = open_index(tmp_path / "data", HashingEncoder(), create=True)
    assert not opened.add([tmp_path / "fietsen.txt"]).failed
    yield opened
    opened.close()


def test_a_whole_index_has_no_faults(index):
    assert list(faults(index.store)) == []


def test_an_empty_index_has_no_faults(tmp_path):
    opened = open_index(tmp_path / "leeg", HashingEncoder(), create=True)
    assert list(faults(opened.store)) == []
    opened.close()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE documents SET text = 'x' || text", "staat niet waar hij zegt"),
        ("UPDATE documents SET data = X'00'", "bewaarde bytes"),
        ("UPDATE documents SET passages = 9", "ontbreken"),
        ("UPDATE documents SET metadata = '{'", "niet te lezen"),
        ('UPDATE documents SET set_aside = \'[{"start": 0, "end": 99999, "why": ""}]\'', "apart"),
        ("UPDATE windows SET vector = zeroblob(256)", "norm van 1"),
        ("UPDATE windows SET vector = substr(vector, 1, 100)", "niet te lezen"),
        ('UPDATE windows SET "end" = 99999', "venster"),
        ("DELETE FROM windows", "geen vector"),
        ("DELETE FROM sentences", "geen zinnen"),
        ("UPDATE sentences SET vectors = substr(vectors, 1, 128) WHERE passage = 1", "elke zin"),
        ("UPDATE sentences SET spans = X'FF000000FFFF0000'", "zin ligt erbuiten"),
        ("UPDATE terms SET counts = zeroblob(length(counts))", "getelde woorden"),
        ("DELETE FROM terms", "getelde woorden"),
        ("DELETE FROM sources", "niet te lezen"),
    ],
)
def test_what_is_broken_is_named(index, damage, said):
    index.store._db.execute(damage)
    found = list(faults(index.store))
    assert any(said in nl for nl, _ in found), found
    assert all("\n" not in nl + en for nl, en in found)


def test_a_vector_that_is_no_number_has_no_norm(index):
    index.store._db.execute("UPDATE windows SET vector = ?", (b"\x00\x00\xc0\x7f" * 64,))
    assert any("norm van 1" in nl for nl, _ in faults(index.store))


def test_a_question_outside_its_document_is_named(index):
    ((number, body),) = index.store._db.execute("SELECT id, body FROM passages LIMIT 1")
    raw = json.loads(body)
    raw["questions"][0]["end"] = 99999
    query = "UPDATE passages SET body = ? WHERE id = ?"
    index.store._db.execute(query, (json.dumps(raw), number))
    assert any("vraag ligt buiten" in nl for nl, _ in faults(index.store))


def test_rows_that_belong_to_nothing_are_named(index):
    index.store._db.execute("PRAGMA foreign_keys = OFF")
    index.store._db.execute("DELETE FROM passages WHERE id = 1")
    assert any("belongs to no passages" in en for _, en in faults(index.store))
