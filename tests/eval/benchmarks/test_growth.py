import itertools
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from eval.benchmarks import corpus, growth
from index.documents import Source
from index.segmentation.segmenting import segment

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


@pytest.fixture(scope="module")
def templates():
    return corpus.templates(SAMPLES)


def test_the_same_seed_makes_the_same_documents_and_another_others(templates):
    made = [list(itertools.islice(corpus.texts(templates, seed), 3)) for seed in (1, 1, 2)]
    assert made[0] == made[1]
    assert made[0] != made[2]
    assert len({answer for pairs in made[0] for _, answer in pairs}) == 3 * corpus.PASSAGES


def test_a_made_document_is_cut_as_it_says_it_is(templates):
    pairs = next(corpus.texts(templates))
    entry = corpus.entry(pairs, 4, 32)
    text = corpus.brief(pairs, 4)
    cut = segment(Source(text), name="4.txt", document_id="0" * 16)
    assert cut.kind == entry.document.kind
    assert [p.numbers for p in cut.passages] == [p.numbers for p in entry.document.passages]
    assert [p.text.strip() for p in cut.passages] == [answer.strip() for _, answer in pairs]
    for passage in entry.document.passages:
        assert text[passage.start : passage.end] == passage.text


def test_vectors_are_of_unit_length_and_near_where_words_are_shared():
    first, near, far = (
        corpus.vector(text, 64)
        for text in ("de veerboot vaart weer", "een veerboot vaart niet", "belasting op kapitaal")
    )
    assert np.isclose(np.linalg.norm(first), 1, atol=1e-5)
    assert first @ near > first @ far


def test_growth_is_measured_and_goes_on_where_it_was(tmp_path, monkeypatch, capsys):
    command = ["growth", "--sizes", "24", "48", "--samples", str(SAMPLES), "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", [*command, "--keep"])
    assert growth.main() == 0
    assert growth.main() == 0
    rows = json.loads((tmp_path / "growth.json").read_text())["rows"]
    assert [row["passages"] for row in rows] == [24, 48]
    assert all(row["p95_ms"] >= row["p50_ms"] > 0 for row in rows)
    assert all(row["dense_recall"] == row["lexical_recall"] == 1 for row in rows)
    printed = capsys.readouterr().out
    assert all(f"| {name} |" in printed for name in growth.COLUMNS.values())
