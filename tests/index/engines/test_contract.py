"""What either engine does: the same passages, filters, changes, also after it was opened again."""

from __future__ import annotations

import pytest
from hashing import HashingEncoder

from index.documents import Span
from index.engines import LOCAL
from index.index import rebuild_index
from index.search import Filters, search

QUESTIONS = (
    "wanneer moet een leverancier een bankgarantie geven?",
    "hoeveel vooruitbetalingen deed defensie in 2024?",
    "vooruitbetaling",  # inside of longer words
    "wat kost de veerdienst",
    "welke gemeenten hebben een wachtlijst",
    "subsidie voor molens en gemalen",
)
NEW = b"Vraag 1\nHoeveel walvissen?\n\nAntwoord vraag 1\nEr zijn 7 walvissen in de Waddenzee.\n"
DIMENSION = 64
CHANGED = NEW.replace(b"7 walvissen", b"8 walvissen")


@pytest.fixture(params=[LOCAL, "milvus"])
def engine(request, milvus):
    return LOCAL if request.param == LOCAL else milvus


@pytest.fixture
def index(engine, opened):
    found = opened(engine)
    found.engine.settle()
    return found


def scores(index, question, **filters):
    return [hit.score for hit in search(index, question, 10, Filters(**filters)).hits]


def texts(index, question, **filters):
    return [hit.passage.text for hit in search(index, question, 10, Filters(**filters)).hits]


def test_both_engines_find_the_same(index, opened):
    exact = opened()
    for question in QUESTIONS:
        vector = index.encoder.encode_queries([question])[0]
        with index.state(), exact.state():
            right, found = exact.engine.dense(vector, 400), index.engine.dense(vector, 400)
            # Passages of the same cosine may change places.
            assert [score for _, score in found] == pytest.approx(
                [score for _, score in right], abs=1e-5
            )
            assert dict(found) == pytest.approx(dict(right), abs=1e-5)
            right, found = exact.engine.lexical(question, 20), index.engine.lexical(question, 20)
            assert [passage for passage, _ in found] == [passage for passage, _ in right]
            assert dict(found) == pytest.approx(dict(right), abs=1e-3)
        assert scores(index, question) == pytest.approx(scores(exact, question), abs=1e-4)
    with index.state():
        assert index.engine.lexical("…", 10) == []
    assert index.engine.missing() == 0
    assert index.engine.fault() is None


def test_only_what_a_filter_admits_is_found(index, opened):
    exact = opened()
    one = index.documents()[3]
    years = {"date_from": "2025-01-01", "date_to": "2025-12-31"}
    for question in QUESTIONS:
        hits = search(index, question, 10, Filters(documents=(one.id,))).hits
        assert {hit.document.id for hit in hits} == {one.id}
        right = search(exact, question, 10, Filters(**years)).hits
        found = search(index, question, 10, Filters(**years)).hits
        # Milvus Lite weighs the terms of what it has not written yet by what a filter admits alone.
        assert found[0].passage_id == right[0].passage_id
        assert len({hit.passage_id for hit in [*found, *right]}) <= 12
        cosines = {hit.passage_id: hit.cosine for hit in right}
        for hit in found:
            assert hit.cosine == pytest.approx(cosines.get(hit.passage_id, hit.cosine), abs=1e-5)
            assert "2025-01-01" <= str(hit.document.metadata.date) <= "2025-12-31"
    assert texts(index, QUESTIONS[0], date_to="1900-01-01") == []


def test_what_is_added_changed_and_removed_is_seen_by_the_next_search(index, tmp_path):
    path = tmp_path / "walvissen.txt"
    path.write_bytes(NEW)
    index.add([path])
    assert "7 walvissen" in texts(index, "hoeveel walvissen")[0]
    path.write_bytes(CHANGED)
    index.add([path])
    found = texts(index, "hoeveel walvissen")
    assert "8 walvissen" in found[0]
    assert not [text for text in found if "7 walvissen" in text]
    index.put(CHANGED + b"x", "w.txt", "elsewhere", None)  # type: ignore[arg-type]
    assert index.withdraw("elsewhere")
    index.remove(index.documents()[-1].id)
    assert not [text for text in texts(index, "hoeveel walvissen") if "walvissen" in text]


def test_what_was_kept_is_found_by_who_opens_it_again(index, engine, opened):
    right = [texts(index, question) for question in QUESTIONS]
    index.add_bytes(NEW, "walvissen.txt")
    index.close()
    again = opened(engine)
    assert "walvissen" in texts(again, "walvissen")[0]
    again.remove(again.documents()[-1].id)
    assert [texts(again, question) for question in QUESTIONS] == right


def test_a_rebuild_with_another_encoder_mixes_no_vectors(index, engine, data, opened):
    class Turned(HashingEncoder):
        def encode_queries(self, texts):
            return super().encode_queries(texts)[:, ::-1].copy()

        def encode_with_parts(self, texts, parts: list[list[Span]], progress=None):
            windows, sentences = super().encode_with_parts(texts, parts, progress)
            return windows[:, ::-1].copy(), sentences

    right = [texts(index, question) for question in QUESTIONS]
    turned = Turned(DIMENSION, "turned")
    rebuild_index(data, turned)
    again = opened(engine, fingerprint="turned")
    again.encoder = turned
    again.engine.settle()
    assert [texts(again, question) for question in QUESTIONS] == right
