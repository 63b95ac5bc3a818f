"""The reader's speed in several arithmetics: what is asked, and what a row says."""

from pathlib import Path

import pytest
from reader_parts import reading_base, write_reading

from eval.benchmarks import runtimes
from eval.training.data import load_reading
from rag.reader.network import load_base
from rag.reader.reader import Reader
from rag.reader.weight_file import Card
from rag.reader.windows import WindowMaker, load_tokenizer

CARD = Card("klein-basismodel", "0" * 64, {"calibration": {"bias": 0.25}})


@pytest.fixture
def asked(tmp_path: Path) -> runtimes.Asked:
    return runtimes.asked_of(load_reading([write_reading(tmp_path / "data")]), 2)


def test_a_question_is_asked_of_its_own_passage_and_two_more(asked: runtimes.Asked) -> None:
    assert 0 < len(asked) <= 2
    assert all(len(texts) == runtimes.TOGETHER for _, texts in asked)


def test_a_runtime_is_compared_with_the_first(asked: runtimes.Asked, tmp_path: Path) -> None:
    base = reading_base(tmp_path / "base")
    maker = WindowMaker(load_tokenizer(base))
    network, other = load_base(base), load_base(base)
    other.load_state_dict(network.state_dict())
    other.answers[2].bias.data += 3.0
    first = Reader(network, maker, CARD, "float32")
    readers = {"a": first, "same": first, "other": Reader(other, maker, CARD, "float32")}

    rows = runtimes.measure(readers, asked, repeats=1)

    assert [row["runtime"] for row in rows] == ["a", "same", "other"]
    assert [row["largest difference"] for row in rows] == [0.0, 0.0, 3.0]
    assert all(row["windows/s"] > 0 for row in rows)
