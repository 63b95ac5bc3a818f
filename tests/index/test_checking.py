"""`faults` finds nothing in a whole index, and names each thing that is broken in one."""

from __future__ import annotations

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


OUTSIDE = "json_set(body, '$.questions[0].end', 99999)"
NAN = "0000C07F" * 64


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE documents SET text = 'x' || text", "staat niet waar hij zegt"),
        ("UPDATE documents SET data = X'00'", "bewaarde bytes"),
        ("UPDATE documents SET passages = 9", "ontbreken"),
        ("UPDATE documents SET metadata = '{'", "niet te lezen"),
        ('UPDATE documents SET set_aside = \'[{"start": 0, "end": 99999, "why": ""}]\'', "apart"),
        (f"UPDATE passages SET body = {OUTSIDE} WHERE id = 1", "vraag ligt buiten"),  # noqa: S608
        ("UPDATE windows SET vector = zeroblob(256)", "norm van 1"),
        (f"UPDATE windows SET vector = X'{NAN}'", "norm van 1"),  # noqa: S608
        ("UPDATE windows SET vector = substr(vector, 1, 100)", "niet te lezen"),
        ('UPDATE windows SET "end" = 99999', "venster"),
        ("DELETE FROM windows", "geen vector"),
        ("DELETE FROM sentences", "geen zinnen"),
        ("UPDATE sentences SET vectors = substr(vectors, 1, 128) WHERE passage = 1", "elke zin"),
        ("UPDATE sentences SET spans = X'FF000000FFFF0000'", "zin ligt erbuiten"),
        ("UPDATE terms SET counts = zeroblob(length(counts))", "getelde woorden"),
        ("DELETE FROM terms", "getelde woorden"),
        ("DELETE FROM sources", "niet te lezen"),
        ("DELETE FROM passages WHERE id = 1", "belongs to no passages"),
    ],
)
def test_what_is_broken_is_named(index, damage, said):
    index.store._db.execute("PRAGMA foreign_keys = OFF")
    index.store._db.execute(damage)
    found = list(faults(index.store))
    assert any(said in nl + en for nl, en in found), found
    assert all("\n" not in nl + en for nl, en in found)
