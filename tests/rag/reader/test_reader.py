"""The reader at work, with a network of two small layers: windows, batches, threads, errors."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from math import inf, isfinite
from pathlib import Path
from typing import Any

import pytest
import torch
from reader_parts import WORDS, one_core, save_base, tiny_bert, tiny_tokenizer
from torch import Tensor
from transformers import BertModel

import index.encoders.e5_wheel
from index.errors import ModelUnavailable
from rag.reader import open_reader, weights_file
from rag.reader.network import Logits, ReaderNetwork, load_base
from rag.reader.reader import Reader, Reading, Text, load_reader
from rag.reader.weight_file import FILE_NAME, Card, save_weights
from rag.reader.windows import WindowMaker

CARD = Card("klein-basismodel", "0" * 64, {"calibration": {"bias": 0.25}})
QUESTION = "Woord1 woord2?"
NEAR = 1e-4  # float32: sums in another order


class Watched(ReaderNetwork):
    """Notes how many windows each call reads; waits at `gate`; fails while `broken`."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__(encoder)
        self.read: list[int] = []
        self.broken = False
        self.busy = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def forward(self, ids: Tensor, mask: Tensor, sentence_of: Tensor, sentences: int) -> Logits:
        self.read.append(len(ids))
        self.busy.set()
        assert self.gate.wait(20)
        if self.broken:
            raise RuntimeError("no memory left")
        return super().forward(ids, mask, sentence_of, sentences)


def tiny_network() -> Watched:
    # Far from one answer to everything.
    encoder = tiny_bert(3, initializer_range=0.3)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        network = Watched(encoder)
    for head in (network.answers, network.carried, network.sentences):
        head[-1].weight.data *= 10  # logits of about -2 to 2
    return network


@pytest.fixture(autouse=True)
def on_one_core():
    with one_core():
        yield


@pytest.fixture
def network():
    made = tiny_network()
    yield made
    made.gate.set()  # a test that failed leaves nobody waiting


@pytest.fixture
def maker():
    return WindowMaker(tiny_tokenizer())


@pytest.fixture
def reader(network, maker, monkeypatch):
    monkeypatch.setattr("rag.reader.reader.processor_flags", set)  # float32 on every processor
    return Reader(network, maker, CARD)


def text(seed: int, sentences: int, words: int = 8, asked: str = "") -> Text:
    chance = random.Random(seed)
    return Text(tuple(" ".join(chance.choices(WORDS, k=words)) for _ in range(sentences)), asked)


# One window, several, sentences longer than a window, no sentence at all.
TEXTS = [
    text(0, 1),
    text(1, 3, asked="woord7 woord8"),
    text(2, 50),
    text(3, 4, words=110, asked="woord9"),
    text(4, 2, words=250),
    Text(()),
    Text((), "woord7 woord8"),
    text(5, 25, words=3),
]


def same(found: Sequence[Reading], expected: Sequence[Reading], within: float = NEAR) -> bool:
    assert len(found) == len(expected)
    return all(
        one.answers == pytest.approx(other.answers, abs=within)
        and list(one.sentences) == pytest.approx(list(other.sentences), abs=within)
        for one, other in zip(found, expected, strict=True)
    )


def read_by_hand(network: ReaderNetwork, maker: WindowMaker, said: str, text: Text) -> Any:
    """(answers, carried, sentences): the best of each over the windows, read one at a time."""
    answers, carried, sentences = -inf, -inf, [-inf] * len(text.sentences)
    for window in maker.windows(said, text.asked, text.sentences):
        ids = torch.tensor([window.ids])
        with torch.inference_mode():
            logits = network(
                ids, torch.ones_like(ids), torch.tensor([window.sentence_of]), len(sentences) + 1
            )
        answers = max(answers, float(logits.answers[0]))
        carried = max(carried, float(logits.carried[0]))
        for number in window.sentences():
            sentences[number] = max(sentences[number], float(logits.sentences[0, number]))
    return answers, carried, tuple(sentences)


def test_a_passage_in_several_windows_scores_by_its_best(reader, network, maker):
    by_hand = [read_by_hand(network, maker, QUESTION, each) for each in TEXTS]
    expected = [Reading(answers, sentences) for answers, _, sentences in by_hand]
    network.read.clear()
    found = reader.read(QUESTION, TEXTS)
    assert same(found, expected)
    assert sum(network.read) > len(TEXTS)  # several windows of one passage
    assert all(isfinite(score) for each in found for score in (each.answers, *each.sentences))
    assert len({round(each.answers, 2) for each in expected}) > len(TEXTS) / 2


def test_a_statement_is_judged_by_the_head_for_statements(reader, network, maker):
    statements = [(f"woord{at} woord{at + 1}.", each) for at, each in enumerate(TEXTS)]
    by_hand = [read_by_hand(network, maker, said, each) for said, each in statements]
    found = reader.check(statements)
    assert same(found, [Reading(carried, sentences) for _, carried, sentences in by_hand])
    assert not same(found, [Reading(answers, sentences) for answers, _, sentences in by_hand])


@pytest.mark.parametrize("batch_tokens", [1, 1000, 100_000])
def test_what_else_is_in_the_batch_makes_no_difference(reader, network, monkeypatch, batch_tokens):
    other = Reader(network, reader._maker, CARD)  # which remembers nothing of it
    alone = [other.read(QUESTION, [each])[0] for each in TEXTS]
    windows = sum(network.read)
    network.read.clear()
    sizes: list[int] = []
    network.register_forward_pre_hook(lambda _, given: sizes.append(given[0].numel()))
    monkeypatch.setattr("rag.reader.reader.BATCH_TOKENS", batch_tokens)
    order = random.Random(1).sample(range(len(TEXTS)), len(TEXTS))
    found = reader.read(QUESTION, [TEXTS[at] for at in order])
    assert same(found, [alone[at] for at in order])
    assert not same(found, alone)
    assert sum(network.read) == windows
    if batch_tokens == 1:
        assert set(network.read) == {1}
    elif batch_tokens == 1000:
        assert 500 < max(sizes) <= 1000
    else:
        assert len(network.read) == 1


def test_half_precision_reads_much_the_same(reader, maker, monkeypatch):
    monkeypatch.setattr("rag.reader.reader.processor_flags", lambda: {"avx512_bf16"})
    network = tiny_network()
    half = Reader(network, maker, CARD)
    assert {weight.dtype for weight in network.parameters()} == {torch.bfloat16}
    assert same(half.read(QUESTION, TEXTS), reader.read(QUESTION, TEXTS), within=0.2)


def test_nothing_and_texts_without_sentences_or_tokens_can_be_read(reader, network):
    assert reader.read(QUESTION, []) == reader.check([]) == []
    assert network.read == []
    empty, asked = reader.read(QUESTION, [Text(()), Text((), "woord7 woord8")])
    assert empty.sentences == asked.sentences == ()
    assert isfinite(empty.answers)
    assert abs(empty.answers - asked.answers) > 10 * NEAR  # what was asked counts
    [reading] = reader.read(QUESTION, [Text(("", "woord1 woord2", " "))])
    assert reading.sentences[0] == reading.sentences[2] == -inf
    assert isfinite(reading.sentences[1])


def waiting(
    reader: Reader, network: Watched, pool: ThreadPoolExecutor, questions: Sequence[str]
) -> list[Future[list[Reading]]]:
    """Ask all: the network has the first in hand and stands at its gate, the others are queued."""
    network.busy.clear()
    network.gate.clear()
    asked = [pool.submit(reader.read, questions[0], TEXTS[:2])]
    assert network.busy.wait(20)
    asked += [pool.submit(reader.read, question, TEXTS[:2]) for question in questions[1:]]
    until = time.monotonic() + 20
    while len(reader._queue) < len(questions) - 1:
        assert time.monotonic() < until, "threads do not queue"
        time.sleep(0.001)
    return asked


QUESTIONS = [f"woord{at} woord{at + 3}" for at in range(8)]


def test_what_threads_ask_while_a_batch_is_read_is_read_together(reader, network):
    other = Reader(network, reader._maker, CARD)
    one_by_one = [other.read(question, TEXTS[:2]) for question in QUESTIONS]
    network.read.clear()
    with ThreadPoolExecutor(len(QUESTIONS)) as pool:
        asked = waiting(reader, network, pool, QUESTIONS)
        network.gate.set()
        found = [each.result(20) for each in asked]
    assert network.read == [2, 2 * (len(QUESTIONS) - 1)]
    assert all(same(*pair) for pair in zip(found, one_by_one, strict=True))


def test_an_error_of_the_network_reaches_all_who_wait_and_the_next_call_works(reader, network):
    expected = Reader(network, reader._maker, CARD).read(QUESTION, TEXTS)
    network.read.clear()
    network.broken = True
    with ThreadPoolExecutor(len(QUESTIONS)) as pool:
        asked = waiting(reader, network, pool, QUESTIONS)
        network.gate.set()
        for each in asked:
            with pytest.raises(RuntimeError, match="no memory left"):
                each.result(20)
    assert network.read == [2, 2 * (len(QUESTIONS) - 1)]

    network.broken = False
    assert same(reader.read(QUESTION, TEXTS), expected)
    network.read.clear()
    reader.read(QUESTIONS[0], TEXTS[:1])
    assert network.read == [1], "windows of those who failed are read again"


def test_the_last_windows_are_remembered_for_questions_and_statements_alike(
    reader, network, monkeypatch
):
    monkeypatch.setattr("rag.reader.reader.REMEMBERED", 2)
    first = reader.read(QUESTION, [TEXTS[0], TEXTS[1], TEXTS[0]])
    assert first[0] == first[2]
    assert network.read == [1, 1] or network.read == [2]
    network.read.clear()
    assert reader.read(QUESTION, TEXTS[:2]) == first[:2]
    reader.check([(QUESTION, TEXTS[0])])
    assert network.read == []
    reader.read(QUESTION, [TEXTS[5]])
    assert reader.read(QUESTION, [TEXTS[1]]) == first[1:2]
    assert network.read == [1]
    assert same(reader.read(QUESTION, [TEXTS[0]]), first[:1])
    assert network.read == [1, 1], "the oldest is forgotten"
    reader.forget_windows()
    reader.read(QUESTION, [TEXTS[0]])
    assert network.read == [1, 1, 1]


@pytest.fixture
def base_folder(tmp_path):
    return save_base(tmp_path / "base", tiny_network().encoder, tiny_tokenizer())


def save_tiny_reader(base_folder: Path, weights: Path) -> ReaderNetwork:
    """Write weights as training would make them; returns the network that they are of."""
    base = load_base(base_folder)
    network = load_base(base_folder)
    with torch.no_grad():
        for weight in network.encoder.parameters():
            weight += 0.1 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(5))
    save_weights(network, base, CARD.base, CARD.about, weights)
    return network


def test_a_reader_on_disk_reads_like_the_network_that_was_saved(
    base_folder, tmp_path, reader, maker
):
    network = save_tiny_reader(base_folder, tmp_path / FILE_NAME)
    loaded = load_reader(tmp_path / FILE_NAME, base_folder)
    expected = Reader(network, maker, CARD).read(QUESTION, TEXTS)
    assert same(loaded.read(QUESTION, TEXTS), expected, within=0.02)
    assert not same(reader.read(QUESTION, TEXTS), expected, within=0.02)
    assert loaded.calibration == {"bias": 0.25}
    assert loaded.card.base == CARD.base


def test_a_folder_names_a_reader_and_without_one_no_model_is_fetched(
    base_folder, tmp_path, monkeypatch
):
    def fetch(models_dir: Path) -> Path:
        raise AssertionError("fetched")

    monkeypatch.setattr(index.encoders.e5_wheel, "fetch_e5", fetch)
    assert open_reader("none", tmp_path) is None
    monkeypatch.setattr(index.encoders.e5_wheel, "fetch_e5", lambda _: base_folder)
    own = tmp_path / "eigen"
    assert weights_file(str(own)) == own / FILE_NAME
    with pytest.raises(ModelUnavailable, match="eigen"):
        open_reader(str(own), tmp_path)
    save_tiny_reader(base_folder, own / FILE_NAME)
    opened = open_reader(str(own), tmp_path)
    assert opened is not None
    assert len(opened.read(QUESTION, TEXTS)) == len(TEXTS)
