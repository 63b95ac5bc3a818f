"""The head that sees whether a question leans on the one before it."""

from __future__ import annotations

import torch
from reader_parts import MARKS, one_core, reading_words, tiny_bert, tiny_tokenizer

from eval.training.data import Example
from eval.training.leaning import Asked, asked_in, fit_leaning, leaning_figures
from rag.reader.network import ReaderNetwork
from rag.reader.reader import Reader
from rag.reader.weight_file import Card
from rag.reader.windows import WindowMaker, after

LEANING = ("wie onderhoudt de?", "de?", "hoe vaak de?", "wat kost de?")
ALONE = (
    "hoe vaak vaart de boot?",
    "wat kost het zwembad?",
    "blijft de school open?",
    "wie onderhoudt de molens?",
)


def network() -> ReaderNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return ReaderNetwork(
            tiny_bert(2, vocab_size=len(MARKS) + len(reading_words()), initializer_range=0.3)
        ).eval()


def test_the_head_learns_which_questions_lean_and_nothing_else_changes() -> None:
    with one_core():
        maker, trained = WindowMaker(tiny_tokenizer(reading_words())), network()
        before = {name: weight.clone() for name, weight in trained.state_dict().items()}
        fit_leaning(trained, maker, Asked(LEANING, ALONE))
        changed = {n for n, w in trained.state_dict().items() if not torch.equal(w, before[n])}
        assert changed == {"leans.weight", "leans.bias"}
        reader = Reader(trained, maker, Card("base", "", {"calibration": {}}), "float32")
        assert min(map(reader.leans, LEANING)) > 0 > max(map(reader.leans, ALONE))
        assert leaning_figures(reader, Asked(LEANING, ALONE)) == {
            "leaning_seen": 1.0,
            "alone_taken": 0.0,
        }
        fit_leaning(trained, maker, Asked((), ALONE))
        reader.forget_windows()
        assert max(map(reader.leans, LEANING)) < -5


def test_follow_ups_lean_without_the_question_before_them_and_one_in_ten_is_kept_apart() -> None:
    examples = [
        Example("followup", after("Wat kost het?", f"en {n}?"), "p1", True) for n in range(20)
    ]
    examples += [Example("question", f"wat is {n}?", "p1", True) for n in range(10)] * 2
    examples += [Example("claim", "Het is zo.", "p1", True), Example("natural", "Ja?", "p1", True)]
    asked = asked_in(examples)
    assert asked.leaning == tuple(sorted(f"en {n}?" for n in range(20)))
    assert asked.alone == tuple(f"wat is {n}?" for n in range(10))
    kept, others = asked.apart(kept=True), asked.apart(kept=False)
    assert (len(kept.leaning), len(kept.alone)) == (2, 1)
    assert sorted([*kept.leaning, *others.leaning]) == list(asked.leaning)
