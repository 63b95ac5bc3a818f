import math

import numpy as np
import pytest

from index.analyzer import count_terms, tokens
from index.documents import Document, Metadata, Passage, Window
from index.engines import bm25
from index.engines.bm25 import Lexical
from index.store import Entry, Store


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "index.sqlite", {}, create=True)
    yield opened
    opened.close()


def put(store: Store, *texts: str) -> int:
    with store.writing():
        number = store.generation()
        passages = tuple(Passage((), text, 0, len(text)) for text in texts)
        made = Document(f"{number:016x}", "x", "other", Metadata(), " ".join(texts), passages)
        windows = tuple((Window(n, 0, 1, "x"),) for n in range(len(texts)))
        vector = np.ones((1, 1), np.float32)
        n = len(texts)
        return store.add(Entry(made, "", b"", windows, (vector,) * n, ((),) * n, (vector[:0],) * n))


def caught_up(store: Store, lexical: Lexical | None = None) -> Lexical:
    lexical = lexical or Lexical()
    with store.reading():
        lexical.catch_up(store, store.infos())
    return lexical


def test_scores_are_bm25_as_written_down(store):
    texts = ["de kat zit", "de hond en de kat en de vis", "een brug"]
    put(store, *texts)
    words = [tokens(text) for text in texts]
    mean = sum(map(len, words)) / 3
    expected = []
    for document in words:
        score = 0.0
        for term in ("de", "kat"):
            tf, df = document.count(term), sum(term in other for other in words)
            idf = math.log(1 + (3 - df + 0.5) / (df + 0.5))
            score += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * len(document) / mean))
        expected.append(score)
    found = caught_up(store).search("De kat", 10)
    assert [score for _, score in found] == pytest.approx(sorted(expected[:2], reverse=True))
    assert len(found) == 2


def test_only_what_shares_a_word_or_part_and_is_admitted_is_found_in_order(store):
    assert Lexical().search("schepen", 5) == []
    first, second = (
        put(store, "Over schepen.", *["Een veer."] * 7),
        put(store, "Over schepen.", "Voor huurtoeslagontvangers."),
    )
    lexical = caught_up(store)

    def ids(question, *admitted):
        return [passage for passage, _ in lexical.search(question, 5, *admitted)]

    assert ids("xylofoon") == ids("...") == ids("schepen", []) == []
    assert ids("huurtoeslag") == [10]
    assert ids("schepen") == ids("schepen", [first, second]) == [1, 9]
    assert ids("schepen", [second]) == [9]
    assert ids("veer") == [2, 3, 4, 5, 6]


def test_caught_up_step_by_step_is_the_same_as_made_at_once(store):
    lexical = Lexical()
    rng = np.random.default_rng(3)
    vocabulary = [f"woord{n}" for n in range(50)]
    keys = []
    for step in range(40):
        texts = [" ".join(rng.choice(vocabulary, 12)) for _ in range(rng.integers(0, 5))]
        keys.append(put(store, *texts))
        if step % 3 == 2:
            with store.writing():
                store.remove(keys.pop(int(rng.integers(len(keys)))))
        caught_up(store, lexical)
        for question in ("woord1 woord2", "woord49", "woord7 woord8 woord9"):
            step_by_step = lexical.search(question, 200)
            at_once = caught_up(store).search(question, 200)
            assert [p for p, _ in step_by_step] == [p for p, _ in at_once]
            assert [s for _, s in step_by_step] == pytest.approx([s for _, s in at_once])
    assert len(lexical._segments) < 8


def test_terms_are_counted():
    terms, counts = count_terms("de kat en de hond")
    assert sorted(counts.tolist()) == [1, 1, 1, 2]
    assert terms.tolist() == sorted(set(terms.tolist()))


def test_of_many_passages_common_words_count_as_well_for_the_best_by_rarer_ones(store, monkeypatch):
    texts = ["zalm zeeforel baars"] * 2 + ["zalm zeeforel"] * 40 + ["zalm"] * 60 + ["kreeft"] * 20
    put(store, *texts)
    lexical = caught_up(store)
    asked = ("zalm zeeforel baars", "zalm zeeforel", "zalm")
    exact = [lexical.search(each, 3) for each in asked]
    monkeypatch.setattr(bm25, "LARGE", 10)
    monkeypatch.setattr(bm25, "FIRST", 1)
    # "baars" is rare, then no word is: what has the least common one is enough, or is not.
    for common, many in ((0.05, 1), (0.001, 1), (0.001, 50), (0.001, 1000)):
        monkeypatch.setattr(bm25, "COMMON", common)
        monkeypatch.setattr(bm25, "MANY", many)
        for each, whole in zip(asked, exact, strict=True):
            found = lexical.search(each, 3)
            assert [passage for passage, _ in found] == [passage for passage, _ in whole]
            assert [score for _, score in found] == pytest.approx([score for _, score in whole])


def test_what_is_left_behind_while_common_words_are_looked_up_is_none_of_the_best(
    store, monkeypatch
):
    rng = np.random.default_rng(8)
    vocabulary = [f"{letter * 5}" for letter in "abcdefghijkl"]
    share = np.linspace(0.2, 1, len(vocabulary))
    texts = [
        " ".join(w for w, p in zip(vocabulary, share, strict=True) for _ in range(rng.poisson(p)))
        or "niets"
        for _ in range(300)
    ]
    put(store, *texts)
    lexical = caught_up(store)
    asked = " ".join(vocabulary)
    exact = lexical.search(asked, 10)
    monkeypatch.setattr(bm25, "LARGE", 10)
    monkeypatch.setattr(bm25, "COMMON", 0.3)
    monkeypatch.setattr(bm25, "FIRST", 300)
    monkeypatch.setattr(bm25, "MANY", 1)
    found = lexical.search(asked, 10)
    assert [score for _, score in found] == pytest.approx([score for _, score in exact])
