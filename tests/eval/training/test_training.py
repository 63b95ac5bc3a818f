"""How the reader's weights are made: data, hard negatives, the loop, calibration, the encoder."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hashing import HashingEncoder
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_parts import (
    MARKS,
    PASSAGES,
    QUESTIONS,
    one_core,
    reading_base,
    reading_words,
    tiny_bert,
    tiny_tokenizer,
    write_reading,
    write_rows,
)
from safetensors.torch import load_file
from torch import Tensor
from transformers import AutoTokenizer, BertModel

from eval.training import encoder as encoder_module
from eval.training import loop
from eval.training.calibration import (
    COSINE_MIDDLE,
    EVERY,
    NAMES,
    Row,
    best_probabilities,
    collect,
    fit,
)
from eval.training.data import Example, ReadingData, ReadingPassage, is_development, load_reading
from eval.training.encoder import EncoderRecipe, train_encoder
from eval.training.loop import Batch, Item, Recipe, collate, train
from eval.training.mining import NEAR, mine, mined_index
from eval.training.run import average, train_reader
from index.documents import DocumentInfo, Hit, Metadata, Passage
from index.encoders.low_rank import add_low_rank
from index.errors import BadRequest
from rag.pipeline.reading import Weights
from rag.reader.network import ReaderNetwork
from rag.reader.reader import Reading, Text, load_reader
from rag.reader.windows import WINDOW_TOKENS, Window, WindowMaker

# Everything is shown once an epoch, as it stands: no chance decides what a test sees.
WHOLE = Recipe(
    epochs=1.0,
    rate=2e-3,
    head_rate=5e-3,
    batch_tokens=160,
    frozen_layers=1,
    public_share=1.0,
    document_share=1.0,
    after_another=0.0,
    natural_share=1.0,
    without_asked=0.0,
)
NEGATIVES = {
    "hoe vaak vaart de boot?": ["p4", "p2"],
    "wat kost het zwembad?": ["p3"],
    "blijft de school open?": ["p1"],
    "wie onderhoudt de molens?": ["p2", "p1"],
    "Wat kost het zwembad van Westerdorp?": ["p4"],
}


@pytest.fixture(autouse=True)
def plain_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One core, and float32 whatever this processor can do."""
    monkeypatch.setattr("index.encoders.embedding.processor_flags", set)
    monkeypatch.setattr("rag.reader.reader.processor_flags", set)
    with one_core():
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_reading(tmp_path / "reading")


@pytest.fixture
def data(folder: Path) -> ReadingData:
    return load_reading([folder])


@pytest.fixture
def maker() -> WindowMaker:
    return WindowMaker(tiny_tokenizer(reading_words()))


def tiny_reader(heads: int = 3, *, dropout: float = 0.0) -> ReaderNetwork:
    """One base, with heads drawn from seed `heads`."""
    encoder = tiny_bert(3, vocab_size=len(MARKS) + len(reading_words()), initializer_range=0.2)
    with torch.random.fork_rng():
        torch.manual_seed(heads)
        network = ReaderNetwork(encoder)
    network.dropout.p = dropout
    for module in network.encoder.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return network


def weights_of(network: torch.nn.Module) -> dict[str, Tensor]:
    return {name: weight.clone() for name, weight in network.state_dict().items()}


def same_weights(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(
        torch.allclose(weight, other[name], rtol=0, atol=1e-6) for name, weight in one.items()
    )


# --- data


def test_every_kind_of_row_becomes_an_example(data: ReadingData) -> None:
    assert data.passages["p1"] == ReadingPassage(
        "p1", PASSAGES[0]["asked"], tuple(PASSAGES[0]["sentences"])
    )
    assert data.passages["p3"].asked == ""
    expected = [
        Example("natural", "Hoe vaak vaart de veerboot naar Oosterland?", "p1", True),
        Example("question", "hoe vaak vaart de boot?", "p1", True, (0, 1)),
        Example("question", "wat kost de boot?", "p1", False),
        Example("claim", "De stichting krijgt subsidie.", "p4", True, (1,)),
        Example("claim", "De veerboot vaart elke dag.", "p1", False),
        Example("followup", "Wat kost het zwembad | en wie betaalt dat?", "p2", True, (1,)),
        Example("claim", "Een man maakt muziek", "sick-0", True, (0,)),
        Example("claim", "Een man slaapt", "sick-1", False),
        Example("claim", "Een hond rent in het gras", "sick-2", False),
    ]
    for example in expected:
        assert data.examples.count(example) == 1, example
    kinds = [each.kind for each in data.examples]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "natural": 5,
        "question": 14,
        "claim": 8 + 3,
        "followup": 3,
    }
    assert data.passages["sick-1"] == ReadingPassage("sick-1", "", ("Een man speelt gitaar",))


def test_a_row_may_leave_out_what_is_not_known_and_one_sentence_is_no_natural_pair(tmp_path):
    write_rows(
        tmp_path / "passages.jsonl", [{"id": "p1", "asked": "Klopt dat?", "sentences": ["Ja."]}]
    )
    assert load_reading([tmp_path]).examples == ()
    write_rows(tmp_path / "passages.jsonl", [{"id": "p1", "asked": None, "sentences": ["Ja."]}])
    write_rows(tmp_path / "claims.jsonl", [{"passage": "p1", "claim": "Ja.", "carried": True}])
    data = load_reading([tmp_path])
    assert data.passages["p1"].asked == ""
    assert data.examples == (Example("claim", "Ja.", "p1", True),)


def test_rows_of_one_folder_may_be_about_passages_of_another(folder: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    write_rows(
        more / "questions.jsonl",
        [{"passage": "p3", "question": "komen er lokalen bij?", "answers": True, "sentences": [1]}],
    )
    both = load_reading([folder, more]).examples
    assert len(both) == len(load_reading([folder]).examples) + 1
    assert sorted(map(repr, load_reading([more, folder]).examples)) == sorted(map(repr, both))
    assert Example("question", "komen er lokalen bij?", "p3", True, (1,)) in both


def test_passages_whose_number_ends_in_0_are_kept_for_development_and_never_learned_from(data):
    names = ("p10", "u0020", "p1", "p101", "sick-10", "sick-0", "p", "")
    assert [name for name in names if is_development(name)] == ["p10", "u0020"]
    training, development = data.training(), data.development()
    assert {each.passage for each in development} == {"p10", "p20"}
    assert {each.passage for each in training} == {
        "p1", "p2", "p3", "p4", "sick-0", "sick-1", "sick-2"
    }  # fmt: skip
    assert {each.kind for each in development} == {"question", "claim", "followup"}
    left = [each for each in data.examples if each not in training + development]
    assert {(each.kind, each.passage) for each in left} == {("natural", "p10"), ("natural", "p20")}


def wrong(folders: Sequence[Path]) -> BadRequest:
    with pytest.raises(BadRequest) as caught:
        load_reading(folders)
    assert "\n" not in caught.value.nl + caught.value.en
    assert caught.value.nl != caught.value.en
    return caught.value


def test_a_folder_that_is_not_there_and_a_row_that_is_no_json_are_named(folder, tmp_path):
    error = wrong([folder, tmp_path / "weg"])
    assert f"Map {tmp_path / 'weg'} " in error.nl
    assert f"folder {tmp_path / 'weg'} " in error.en
    for name in ("passages", "questions", "claims", "followups"):
        path = folder / f"{name}.jsonl"
        whole = path.read_text()
        first, *rest = whole.splitlines()
        path.write_text("\n".join([first, rest[0], '{"passage": "p1"', *rest[1:]]) + "\n")
        error = wrong([folder])
        assert f"{path}, regel 3 " in error.nl
        assert f"{path}, line 3 " in error.en
        path.write_text(whole)


@pytest.mark.parametrize(
    ("change", "told"),
    [({"passage": "p99"}, "p99"), ({"sentences": [2]}, "p2"), ({"sentences": [0, 7]}, "p2")],
    ids=["passage", "one-too-far", "one-of-two-too-far"],
)
def test_an_example_of_what_is_not_there_is_named(folder, change, told):
    row = {"passage": "p2", "question": "wie zwemt er?", "answers": True, "sentences": [1]}
    write_rows(folder / "questions.jsonl", [row])
    load_reading([folder])
    write_rows(folder / "questions.jsonl", [{**row, **change}])
    error = wrong([folder])
    for message in (error.nl, error.en):
        assert "wie zwemt er?" in message
        assert told in message


# --- mining


def test_mining_finds_near_passages_and_leaves_out_the_own_one(data, tmp_path):
    found = mine(data.examples, data.passages, HashingEncoder(256), tmp_path)
    own = {each.text: each.passage for each in data.examples if each.label}
    answered = {each.text for each in data.examples if each.label and each.kind != "claim"}
    assert found.keys() == answered
    for text, near in found.items():
        assert own[text] not in near, text
        assert len(near) == len(set(near)) == len(PASSAGES) - 1, text
        assert set(near) <= {each["id"] for each in PASSAGES}, "public passages are not sought"


def test_the_nearest_come_first_and_no_more_are_kept(tmp_path):
    def near(question: str, *texts: str) -> list[str]:
        passages = {
            f"p{at}": ReadingPassage(f"p{at}", "", (text,))
            for at, text in enumerate(texts, start=1)
        }
        examples = [Example("question", question, "p1", True)]
        [found] = mine(
            examples, passages, HashingEncoder(256), make(tmp_path, str(len(texts)))
        ).values()
        return found

    texts = ["Molen draait.", "Veerboot naar Oosterland vaart.", "Veerboot ligt stil.", "Brug."]
    assert near("veerboot vaart naar molen", *texts) == ["p2", "p3", "p4"]
    many = near(
        "is de brug 1 dicht?", *(f"De brug {at} is {'dicht ' * at}." for at in range(1, NEAR + 6))
    )
    assert len(many) == NEAR
    assert "p1" not in many


def test_mining_remembers_what_it_found_and_seeks_only_what_is_new(data, tmp_path):
    asked: list[str] = []

    class Noting(HashingEncoder):
        def encode_queries(self, texts: Sequence[str]) -> Any:
            asked.extend(texts)
            return super().encode_queries(texts)

    first = mine(data.examples, data.passages, HashingEncoder(), tmp_path)
    encoder = Noting()
    assert mine(data.examples, data.passages, encoder, tmp_path) == first
    extra = Example("question", "wie vaart er in de winter?", "p1", True)
    found = mine([*data.examples, extra], data.passages, encoder, tmp_path)
    assert asked == [extra.text]
    assert encoder.seen == [], "passages are indexed once"
    assert {**first, extra.text: found[extra.text]} == found


def test_the_searched_index_holds_answers_without_their_questions(data, tmp_path):
    index = mined_index(data.passages, HashingEncoder(), tmp_path)  # type: ignore[arg-type]
    try:
        held = {info.id: index.document(info.id) for info in index.documents()}
        assert held.keys() == {each["id"] for each in PASSAGES}
        [passage] = held["p1"].passages
        assert passage.text == " ".join(PASSAGES[0]["sentences"])
        assert [question.text for question in passage.questions] == [""]
    finally:
        index.close()


# --- the loop: what is shown


def items_of(data: ReadingData, maker: WindowMaker, **changes: Any) -> list[Item]:
    epoch = changes.pop("epoch", 0)
    negatives = changes.pop("negatives", NEGATIVES)
    return list(loop._items(data, negatives, maker, replace(WHOLE, **changes), epoch))


def said(item: Item) -> str:
    """The words of an item's window."""
    words = {n: w for w, n in tiny_tokenizer(reading_words()).get_vocab().items()}
    return " ".join(words[number] for number in item.window.ids)


def test_every_training_example_is_shown_as_its_kind_is(data, maker):
    items = items_of(data, maker)
    training = data.training()
    beside = [
        each for each in training if each.label and each.kind != "claim" and each.text in NEGATIVES
    ]
    assert len(items) == len(training) + len(beside)
    assert sum(item.is_claim for item in items) == sum(each.kind == "claim" for each in training)
    assert sum(item.label for item in items) == sum(each.label for each in training)
    of_boat = [item for item in items if said(item).startswith("<s> query: hoe vaak vaart de boot")]
    own, near = of_boat
    assert (own.label, own.targets) == (True, {0, 1})
    assert said(own).endswith(
        "vraag: hoe vaak vaart de veerboot naar oosterland? </s> de veerboot vaart elk uur. "
        "in de winter vaart hij om de twee uur. de kade is in mei vernieuwd. </s>"
    )
    assert (near.label, near.targets, near.is_claim) == (False, frozenset(), False)
    assert "molens" in said(near) or "zwembad" in said(near)
    for item in items_of(data, maker):
        assert "nachtbus" not in said(item)
        assert "windpark" not in said(item)
    assert all(item.label or not item.targets for item in items_of(data, maker))
    alone = "query: wie onderhoudt de molens </s> </s> </s>"
    [shown] = [item for item in items_of(data, maker) if alone in said(item)]
    assert shown.label
    assert shown.targets == frozenset()


def test_shares_say_how_much_of_each_kind_is_shown(data, maker):
    everything = len(items_of(data, maker, negatives={}))
    for share, kept in ((0.0, 0), (1.0, 3)):  # p1, p2 and p4 have a member's question
        for kind in ("public_share", "natural_share"):
            assert (
                len(items_of(data, maker, negatives={}, **{kind: share})) == everything - 3 + kept
            )
        items = items_of(data, maker, without_asked=share)
        assert any("vraag:" in said(item) for item in items) is (share == 0.0)
    behind = [item for item in items_of(data, maker, after_another=1.0) if " | " in said(item)]
    assert len(behind) >= sum(each.kind == "question" for each in data.training())


def test_an_epoch_is_the_same_each_time_and_another_one_differs(data, maker):
    first = items_of(data, maker, without_asked=0.5)
    assert items_of(data, maker, without_asked=0.5) == first
    assert items_of(data, maker, without_asked=0.5, epoch=1) != first
    assert items_of(data, maker, without_asked=0.5, seed=18) != first


def long_data(lengths: Sequence[int], targets: Sequence[int]) -> ReadingData:
    sentences = tuple(" ".join(["boot"] * length) for length in lengths)
    passage = ReadingPassage("p1", "", sentences)
    example = Example("question", "wat doet de boot?", "p1", True, tuple(targets))
    return ReadingData({"p1": passage}, (example,))


LENGTHS = st.lists(st.integers(1, 260), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(LENGTHS, st.data(), st.integers(0, 3))
def test_a_target_outside_the_window_is_never_shown(lengths, draw, epoch):
    numbers = st.sets(st.integers(0, len(lengths) - 1), min_size=1)
    targets = draw.draw(numbers)
    data = long_data(lengths, sorted(targets))
    maker = WindowMaker(tiny_tokenizer(reading_words()))
    items = items_of(data, maker, epoch=epoch)
    windows = maker.windows("wat doet de boot?", "", data.passages["p1"].sentences)
    held = [window for window in windows if targets <= window.sentences()]
    assert len(items) == bool(held)
    for item in items:
        assert item.targets == targets
        assert item.targets <= item.window.sentences()
        assert item.window in held


def test_an_answer_longer_than_a_window_teaches_nothing(maker: WindowMaker) -> None:
    half = WINDOW_TOKENS // 2
    assert items_of(long_data([half, half, half], [0, 2]), maker) == []
    assert len(items_of(long_data([half, half, half], [1, 2]), maker)) == 1


def test_every_window_of_a_long_passage_is_shown_in_some_epoch(maker: WindowMaker) -> None:
    data = long_data([150, 150, 150], [0])
    no_answer = ReadingData(data.passages, (replace(data.examples[0], label=False, sentences=()),))
    shown = {item.window for epoch in range(20) for item in items_of(no_answer, maker, epoch=epoch)}
    assert len(shown) == 3


# --- the loop: batches


def window(length: int) -> Window:
    return Window(tuple(range(5, 5 + length)), (-1, *[0] * (length - 2), -1))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(2, 300), max_size=80), st.integers(16, 2000))
def test_batches_hold_every_item_once_and_no_more_tokens_than_told(lengths, most):
    items = [
        Item(window(length), False, bool(at % 2), frozenset()) for at, length in enumerate(lengths)
    ]
    recipe = replace(WHOLE, batch_tokens=most)
    batches = loop._batches(iter(items), recipe, 0)
    assert sorted(map(id, items)) == sorted(id(item) for batch in batches for item in batch)
    for batch in batches:
        made = collate(batch)
        assert made.ids.shape[1] % loop.LENGTH_STEP == 0
        assert made.ids.numel() <= most or len(batch) == 1
        assert made.ids.shape[1] - max(len(item.window.ids) for item in batch) < loop.LENGTH_STEP
    assert loop._batches(iter(items), recipe, 0) == batches


def test_batches_come_in_another_order_each_epoch_and_not_by_length() -> None:
    items = [Item(window(2 + at), False, True, frozenset()) for at in range(100)]
    first, second = (loop._batches(iter(items), WHOLE, epoch) for epoch in (0, 1))
    lengths = [len(batch[0].window.ids) for batch in first]
    assert lengths != sorted(lengths)
    assert lengths != [len(batch[0].window.ids) for batch in second]


def test_collate_lays_items_side_by_side() -> None:
    short = Item(Window((0, 7, 2, 8, 9, 2), (-1, -1, -1, 1, 1, -1)), False, True, frozenset({1}))
    long = Item(Window((0, *range(3, 20), 2), (-1, *[0] * 17, -1)), True, False, frozenset())
    batch = collate([short, long])
    assert batch.ids.shape == batch.mask.shape == batch.sentence_of.shape == (2, 32)
    assert batch.ids[0].tolist() == [0, 7, 2, 8, 9, 2] + [1] * 26
    assert batch.mask[0].tolist() == [1] * 6 + [0] * 26
    assert batch.mask[1].sum() == 19
    assert batch.sentence_of[0].tolist() == [-1, -1, -1, 1, 1, -1] + [-1] * 26
    assert batch.sentences == 2
    assert batch.targets.tolist() == [[0.0, 1.0], [0.0, 0.0]]
    assert batch.label.tolist() == [1.0, 0.0]
    assert batch.is_claim.tolist() == [False, True]
    batch = collate([Item(Window((0, 2), (-1, -1)), False, False, frozenset())])
    assert batch.sentences == 1
    assert batch.targets.tolist() == [[0.0]]


# --- the loop: the loss


def loss_of(
    *,
    answers: Sequence[float] = (0.0,),
    carried: Sequence[float] = (0.0,),
    sentences: Sequence[Sequence[float]] = ((0.0,),),
    label: Sequence[float] = (1.0,),
    is_claim: Sequence[bool] = (False,),
    targets: Sequence[Sequence[float]] = ((0.0,),),
) -> tuple[float, dict[str, float]]:
    none = torch.zeros((len(label), 1), dtype=torch.int64)
    batch = Batch(
        none, none, none, len(targets[0]), torch.tensor(label), torch.tensor(is_claim),
        torch.tensor(targets),
    )  # fmt: skip
    loss, parts = loop._loss(
        batch, torch.tensor(answers), torch.tensor(carried), torch.tensor(sentences)
    )
    return float(loss), parts


LN2 = math.log(2)


def test_a_question_learns_from_one_head_and_a_statement_from_the_other() -> None:
    loss, parts = loss_of(
        answers=(50.0, 50.0), carried=(0.0, 0.0), sentences=((0.0,), (0.0,)),
        label=(1.0, 1.0), is_claim=(False, True), targets=((0.0,), (0.0,)),
    )  # fmt: skip
    assert loss == pytest.approx(LN2 / 2)
    assert parts == {"answers": pytest.approx(0.0, abs=1e-6), "carried": pytest.approx(LN2)}


def test_sentences_of_a_window_are_ranked_and_told_apart_where_they_are_known() -> None:
    loss, parts = loss_of(sentences=((0.0, 0.0),), targets=((1.0, 0.0),))
    assert parts["sentences"] == pytest.approx(LN2)
    assert loss == pytest.approx(LN2 + LN2 / 2)
    right, wrong = (
        loss_of(sentences=(logits,), targets=((1.0, 0.0),))[1]["sentences"]
        for logits in ((9.0, -9.0), (-9.0, 9.0))
    )
    assert right < 0.001
    assert wrong > 9
    without = loss_of(sentences=((0.3, -0.2),), targets=((1.0, 0.0),))
    beside = loss_of(sentences=((0.3, -0.2, -math.inf),), targets=((1.0, 0.0, 0.0),))
    assert beside[0] == pytest.approx(without[0])
    assert math.isfinite(beside[0])
    loss, parts = loss_of(sentences=((5.0,),), label=(0.0,))
    assert "sentences" not in parts
    assert loss == pytest.approx(LN2)


# --- the loop: steps


@pytest.mark.parametrize(
    ("done", "warmup", "share"),
    [(0.0, 0.1, 0.0), (0.05, 0.1, 0.5), (0.1, 0.1, 1.0), (0.55, 0.1, 0.5), (1.0, 0.1, 0.0),
     (0.0, 0.0, 1.0), (0.5, 0.0, 0.5)],
)  # fmt: skip
def test_the_rate_rises_over_the_warm_up_and_falls_to_nothing(done, warmup, share):
    assert loop.schedule(done, warmup) == pytest.approx(share)


@dataclass
class Steps:
    """What the optimiser did: the rates of each step, by group. Stops at step `stop`."""

    rates: list[list[float]]
    stop: int | None = None


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    seen = Steps([])
    real: Callable[..., Any] = torch.optim.AdamW.step

    def step(self: Any, *given: Any, **named: Any) -> Any:
        if len(seen.rates) == seen.stop:
            seen.stop = None
            raise KeyboardInterrupt
        seen.rates.append([group["lr"] for group in self.param_groups])
        return real(self, *given, **named)

    monkeypatch.setattr(torch.optim.AdamW, "step", step)
    return seen


def test_training_follows_the_schedule_to_the_end_of_a_broken_epoch(data, maker, steps, tmp_path):
    recipe = replace(WHOLE, epochs=1.5, warmup=0.25)
    train(tiny_reader(), data, NEGATIVES, maker, recipe, tmp_path)
    an_epoch, next_epoch = (
        len(loop._batches(loop._items(data, NEGATIVES, maker, recipe, n), recipe, n))
        for n in (0, 1)
    )
    assert len(steps.rates) == an_epoch + math.ceil(next_epoch / 2)
    encoder, heads = zip(*steps.rates, strict=True)
    assert heads == pytest.approx([rate * recipe.head_rate / recipe.rate for rate in encoder])
    assert encoder[0] == 0.0
    peak = encoder.index(max(encoder))
    assert max(encoder) == pytest.approx(recipe.rate, rel=0.15)
    assert peak == pytest.approx(0.25 * len(encoder), abs=1.5)
    assert list(encoder[: peak + 1]) == sorted(encoder[: peak + 1])
    assert list(encoder[peak:]) == sorted(encoder[peak:], reverse=True)
    assert encoder[-1] < 0.15 * recipe.rate


@pytest.fixture(params=["float32", "bfloat16"])
def computing_in(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "bfloat16":
        monkeypatch.setattr("index.encoders.embedding.processor_flags", lambda: {"avx512_bf16"})
    return str(request.param)


def loss_over(network: ReaderNetwork, items: Sequence[Item]) -> float:
    batch = collate(items)
    with torch.inference_mode():
        logits = network(batch.ids, batch.mask, batch.sentence_of, batch.sentences)
        return float(loop._loss(batch, logits.answers, logits.carried, logits.sentences)[0])


def test_the_loss_falls(data, maker, computing_in, tmp_path):
    network = tiny_reader(dropout=0.1).eval()
    few = ReadingData(data.passages, tuple(e for e in data.examples if e.passage in ("p1", "p2")))
    items = items_of(few, maker)
    before = loss_over(network, items)
    torch.manual_seed(1)
    train(network, few, NEGATIVES, maker, replace(WHOLE, epochs=20, rate=4e-3), tmp_path)
    assert not network.training
    assert {weight.dtype for weight in network.parameters()} == {torch.float32}
    assert loss_over(network, items) < 0.5 * before


def test_frozen_layers_stay_as_they_were_and_the_others_learn(data, maker, computing_in, tmp_path):
    network = tiny_reader()
    before = weights_of(network)
    train(network, data, NEGATIVES, maker, WHOLE, tmp_path)
    for name, weight in weights_of(network).items():
        if name.startswith(("encoder.embeddings.", "encoder.encoder.layer.0.")):
            assert torch.equal(weight, before[name]), name
        elif weight.dim() == 2 and name != "leans.weight":  # fitted apart
            assert not torch.equal(weight, before[name]), name


@pytest.mark.parametrize(
    ("save_seconds", "again"), [(0.0, 0), (1e9, 1)], ids=["every-step", "every-epoch"]
)
def test_an_interrupted_run_goes_on_to_the_same_weights(
    data, maker, computing_in, steps, tmp_path, save_seconds, again
):
    recipe = replace(WHOLE, epochs=1.7, save_seconds=save_seconds)
    whole = tiny_reader()
    train(whole, data, NEGATIVES, maker, recipe, make(tmp_path, "whole"))
    of_whole = steps.rates.copy()
    an_epoch = len(loop._batches(loop._items(data, NEGATIVES, maker, recipe, 0), recipe, 0))

    steps.rates.clear()
    steps.stop = an_epoch + 3
    folder = make(tmp_path, "halted")
    with pytest.raises(KeyboardInterrupt):
        train(tiny_reader(), data, NEGATIVES, maker, recipe, folder)
    # Other heads at first, as they are drawn anew: all must come from the state.
    resumed = tiny_reader(heads=8)
    train(resumed, data, NEGATIVES, maker, recipe, folder)
    redone = steps.rates[an_epoch + 3 :]
    begin = an_epoch if again else an_epoch + 3
    assert redone == of_whole[begin:]
    assert same_weights(weights_of(resumed), weights_of(whole))
    assert not same_weights(weights_of(tiny_reader()), weights_of(whole))
    assert not (folder / loop.STATE_NAME).with_suffix(".part").exists()


def make(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    return folder


def test_a_state_that_is_being_written_does_not_harm_the_one_before(
    data, maker, monkeypatch, tmp_path
):
    train(tiny_reader(), data, NEGATIVES, maker, replace(WHOLE, epochs=0.3), tmp_path)
    kept = (tmp_path / loop.STATE_NAME).read_bytes()

    def half(state: Any, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(OSError, match="disk full"):
        train(tiny_reader(), data, NEGATIVES, maker, WHOLE, tmp_path)
    assert (tmp_path / loop.STATE_NAME).read_bytes() == kept


def test_the_log_has_a_line_every_fifty_steps(data, maker, tmp_path):
    few = ReadingData(data.passages, tuple(e for e in data.examples if e.passage == "p1"))
    recipe = replace(WHOLE, epochs=1.0, batch_tokens=16, frozen_layers=2)
    many = ReadingData(few.passages, few.examples * 12)
    train(tiny_reader(), many, {}, maker, recipe, tmp_path)
    lines = [json.loads(line) for line in (tmp_path / loop.LOG_NAME).read_text().splitlines()]
    shown = len(many.training())
    assert len(lines) == shown // 50 > 0
    assert {"epoch", "seconds", "answers", "carried"} <= lines[0].keys()
    assert lines[0]["epoch"] == pytest.approx(49 / shown, abs=2e-3)


# --- calibration


def row(question: int, logit: float, right: bool, *, answerable: bool = True) -> Row:
    return Row(question, (logit, 0.0, 0.0), right, answerable)


def test_fit_separates_rows_that_can_be_told_apart() -> None:
    rows = [row(at, 2.0 + at / 10, True) for at in range(10)]
    rows += [row(at, -1.0 - at / 10, False) for at in range(10)]
    weights = fit(rows)
    assert weights.keys() == {"bias", *NAMES}
    assert weights["reader"] > 1
    for each in rows:
        logit = weights["bias"] + sum(
            weights[name] * value for name, value in zip(NAMES, each.features, strict=True)
        )
        assert (logit > 0) is each.right
    assert weights["search"] == 0.0, "what is 0 everywhere tells nothing"


def test_fit_weighs_the_feature_that_tells_and_else_finds_the_share() -> None:
    rows = [Row(at, (0.0, 0.0, 0.0), at % 4 == 0, True) for at in range(40)]
    assert fit(rows)["bias"] == pytest.approx(math.log(1 / 3), abs=0.01)
    chance = np.random.default_rng(3)
    rows = [
        Row(at, (float(sign + chance.normal()), float(chance.normal()), 0.0), sign > 0, True)
        for at in range(400)
        for sign in (1.0, -1.0)
    ]
    weights = fit(rows)
    # Two normal distributions one from 0 each: the logit of the truth is 2x.
    assert weights["reader"] == pytest.approx(2, abs=0.4)
    assert abs(weights["cosine"]) < 0.3


def test_what_is_fitted_is_what_the_pipeline_computes_with() -> None:
    fitted = {"bias": -0.5, "reader": 0.7, "cosine": 12.0, "search": 1.5}
    info = DocumentInfo("p1", "p1", "answers", Metadata())
    hit = Hit(info, 1, Passage((), "x", 0, 1), score=0.4, rank=1, cosine=0.9, lexical=0.0)
    features = (2.0, hit.cosine - COSINE_MIDDLE, hit.score)
    [chance], _, _ = best_probabilities([Row(0, features, True, True)], fitted)
    assert chance == pytest.approx(Weights(**fitted).probability(hit, 2.0))


def test_the_best_passage_of_each_question_is_picked() -> None:
    rows = [
        row(0, -1.0, False), row(0, 2.0, True), row(0, 1.0, False),
        row(1, 0.5, False, answerable=False), row(1, -0.5, False, answerable=False),
        row(2, 3.0, False), row(2, 1.0, True),
    ]  # fmt: skip
    weights = {"bias": 0.5, "reader": 1.0, "cosine": 0.0, "search": 0.0}
    chances, answerable, right = best_probabilities(rows, weights)
    assert chances == pytest.approx([1 / (1 + math.exp(-logit)) for logit in (2.5, 1.0, 3.5)])
    assert answerable.tolist() == [True, False, True]
    assert right.tolist() == [True, False, False]


class ReadsWords:
    """Stands in for the reader: the logit is the number of the question's words in the text."""

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        asked = set(question.lower().rstrip("?").split())
        return [
            Reading(
                float(len(asked & set(" ".join(text.sentences).lower().rstrip(".").split()))), ()
            )
            for text in texts
        ]


def test_a_row_is_collected_for_every_passage_that_search_finds(data, tmp_path):
    index = mined_index(data.passages, HashingEncoder(256), tmp_path)  # type: ignore[arg-type]
    rows = collect(ReadsWords(), data, index)  # type: ignore[arg-type]
    index.close()
    asked = [each for each in QUESTIONS if each[0] in ("p10", "p20")][::EVERY]
    assert len(rows) == len(asked) * len(PASSAGES)
    for number, (_, _, answers, _) in enumerate(asked):
        mine = [each for each in rows if each.question == number]
        assert {each.answerable for each in mine} == {answers}
        assert sum(each.right for each in mine) == answers
        assert max(each.features[2] for each in mine) == mine[0].features[2]
        assert all(-COSINE_MIDDLE <= each.features[1] <= 1 - COSINE_MIDDLE + 1e-6 for each in mine)
    # "op welke dag rijdt de nachtbus?": op, rijdt, de, nachtbus.
    assert [each.features[0] for each in rows if each.question == 0 and each.right] == [4.0]


# --- the encoder

PAIRED = EncoderRecipe(epochs=6, rate=0.02, rank=4, pairs=3, natural_share=1.0)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return reading_base(tmp_path / "base")


def vectors(model: BertModel, base: Path, texts: Sequence[str]) -> Tensor:
    batch = AutoTokenizer.from_pretrained(base)(list(texts), padding=True, return_tensors="pt")
    with torch.inference_mode():
        hidden = model.eval()(**batch).last_hidden_state
    shown = batch["attention_mask"].unsqueeze(-1)
    return torch.nn.functional.normalize((hidden * shown).sum(1) / shown.sum(1), dim=-1)


def test_the_encoder_learns_a_difference_that_can_be_added(base, data, tmp_path):
    out = make(tmp_path, "out")
    path = train_encoder(base, data, NEGATIVES, PAIRED, out)
    assert path == out / encoder_module.FILE_NAME
    held = load_file(path)
    model = BertModel.from_pretrained(base, add_pooling_layer=False)
    before = weights_of(model)
    add_low_rank(model, path)
    linear = [
        f"{name}.weight"
        for name, each in model.named_modules()
        if isinstance(each, torch.nn.Linear)
    ]
    assert len(linear) == 2 * 6
    for name, weight in weights_of(model).items():
        if name not in linear:
            assert torch.equal(weight, before[name]), name
            continue
        up, down = held[f"{name}.up"].float(), held[f"{name}.down"].float()
        assert up.shape[1] == down.shape[0] == PAIRED.rank
        torch.testing.assert_close(weight, before[name] + up @ down)
    assert any(held[f"{name}.up"].any() for name in linear)

    # Nearer to the passage that answers than to others, by more than before.
    asked = [each for each in QUESTIONS if each[2] and each[1] in NEGATIVES]
    own = [" ".join(data.passages[each[0]].sentences) for each in asked]
    base_model = BertModel.from_pretrained(base, add_pooling_layer=False)
    right = [
        int((questions @ vectors(each, base, [f"passage: {text}" for text in own]).T)
            .argmax(1).eq(torch.arange(len(asked))).sum())
        for each in (base_model, model)
        for questions in [vectors(each, base, [f"query: {each[1]}" for each in asked])]
    ]  # fmt: skip
    assert right[1] == len(asked) > right[0]


def test_an_interrupted_encoder_goes_on_to_the_same_difference(base, data, steps, tmp_path):
    recipe = replace(PAIRED, save_seconds=0.0)
    whole = load_file(train_encoder(base, data, NEGATIVES, recipe, make(tmp_path, "whole")))
    of_whole = steps.rates.copy()
    steps.rates.clear()
    steps.stop = 5
    out = make(tmp_path, "halted")
    with pytest.raises(KeyboardInterrupt):
        train_encoder(base, data, NEGATIVES, recipe, out)
    assert not (out / encoder_module.FILE_NAME).exists()
    resumed = load_file(train_encoder(base, data, NEGATIVES, recipe, out))
    assert steps.rates == of_whole
    assert len(of_whole) > 6
    assert resumed.keys() == whole.keys()
    for name, factor in resumed.items():
        torch.testing.assert_close(factor, whole[name], rtol=0, atol=1e-4)


def test_a_finished_encoder_is_written_again_without_a_step(base, data, steps, tmp_path):
    out = make(tmp_path, "out")
    first = train_encoder(base, data, NEGATIVES, PAIRED, out).read_bytes()
    count = len(steps.rates)
    (out / encoder_module.FILE_NAME).unlink()
    assert train_encoder(base, data, NEGATIVES, PAIRED, out).read_bytes() == first
    assert len(steps.rates) == count


def test_pairs_are_answered_questions_of_the_training_split(data: ReadingData) -> None:
    everything = {**NEGATIVES, **{each[1]: ["p1"] for each in QUESTIONS if each[0] != "p1"}}
    pairs = list(encoder_module._pairs(data, everything, PAIRED, 0))
    answered = {each[1] for each in QUESTIONS if each[2] and each[0] not in ("p10", "p20")}
    wanted = answered - {"wanneer is de kade vernieuwd?"}  # nothing near was found
    wanted |= {"Wat kost het zwembad van Westerdorp?"}
    assert {pair.question for pair in pairs} == wanted
    for pair in pairs:
        assert pair.own != pair.other
        assert pair.answer in " ".join(data.passages[pair.own].sentences)
        assert pair.miss in " ".join(data.passages[pair.other].sentences)
        assert pair.other in everything[pair.question]


def test_a_long_passage_is_paired_by_the_window_that_answers() -> None:
    sentences = tuple(f"Zin {at} gaat over " + "van alles " * 30 + "." for at in range(6))
    passage = ReadingPassage("p1", "Wat dan?", sentences)
    data = ReadingData({"p1": passage}, ())
    answer = encoder_module._answering(data, Example("question", "wat?", "p1", True, (4,)))
    assert sentences[4][:40] in answer
    first = encoder_module._answering(data, Example("natural", "Wat dan?", "p1", True))
    assert first.startswith("Zin 0")


# --- from data to weights


@pytest.fixture
def no_download(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("eval.training.run.fetch_e5", lambda _: base)
    monkeypatch.setattr("eval.training.run.load_encoder", lambda *_: HashingEncoder(256))
    return base


def test_one_call_goes_from_data_to_weights_that_say_what_they_are(
    folder, no_download, tmp_path, steps
):
    out = tmp_path / "runs" / "out"
    recipe = replace(WHOLE, seed=5, epochs=1.5)
    about = train_reader([folder], out, recipe, tmp_path)
    assert json.loads((out / "card.json").read_text()) == json.loads(json.dumps(about))
    reader = load_reader(out / "reader.safetensors", no_download)
    assert reader.card.about == json.loads(json.dumps(about))
    assert reader.calibration == about["calibration"]
    assert about["calibration"].keys() == {"bias", *NAMES}
    assert about["recipe"]["seed"] == 5
    assert about["examples"] == len(load_reading([folder]).training())
    assert {
        f"reading/{name}.jsonl" for name in ("passages", "questions", "claims", "followups")
    } <= about["data"].keys()
    assert all(0 <= value <= 1 for value in about["development"].values())
    assert len(steps.rates) > 1

    # The same call once more trains nothing and gives the same weights.
    count = len(steps.rates)
    first = load_file(out / "reader.safetensors")
    again = train_reader([folder], out, recipe, tmp_path)
    assert len(steps.rates) == count
    assert again == about
    second = load_file(out / "reader.safetensors")
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_data_that_cannot_be_used_fetches_no_model(tmp_path, monkeypatch):
    def fetch(models_dir: Path) -> Path:
        raise AssertionError("fetched")

    monkeypatch.setattr("eval.training.run.fetch_e5", fetch)
    with pytest.raises(BadRequest):
        train_reader([tmp_path / "weg"], tmp_path / "out", WHOLE, tmp_path)


def test_a_share_of_the_weights_before_stays_and_what_is_equal_stays_exact() -> None:
    network = tiny_reader()
    state = {name: value.clone() for name, value in network.state_dict().items()}
    before = {name: value.clone() for name, value in state.items()}
    (changed, *_) = (name for name, value in state.items() if value.is_floating_point())
    before[changed] = state[changed] + 1
    average(network, before, 0.25)
    after = network.state_dict()
    assert torch.allclose(after[changed], state[changed] + 0.25)
    assert all(torch.equal(after[name], state[name]) for name in state if name != changed)
