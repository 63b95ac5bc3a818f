"""Question and passage cut into windows of tokens for the reader."""

from __future__ import annotations

from itertools import count, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from rag.reader.windows import (
    ASKED_TOKENS,
    QUESTION_TOKENS,
    WINDOW_TOKENS,
    WindowMaker,
    after,
    cut,
    load_tokenizer,
)

WORDS = "wat kost de dijk in zeeland en wie betaalt dat | query: vraag: De Dijk Ja. Nee.".split()
MARKS = ["<s>", "<pad>", "</s>", "<unk>"]
POSITIONS = 512  # of the base model

lengths_of_sentences = st.lists(st.integers(0, 25), max_size=15)
limits = st.integers(1, 12)


def numbered(lengths: list[int]) -> tuple[list[list[int]], list[int]]:
    """Sentences of these lengths, their tokens numbered from 0, and the sentence of each token."""
    numbers = count()
    tokens = [[next(numbers) for _ in range(length)] for length in lengths]
    return tokens, [number for number, length in enumerate(lengths) for _ in range(length)]


@pytest.fixture(scope="module")
def tokenizer():
    made = Tokenizer(
        WordLevel({word: at for at, word in enumerate(MARKS + WORDS)}, unk_token="<unk>")
    )
    made.pre_tokenizer = WhitespaceSplit()
    return made


@pytest.fixture(scope="module")
def maker(tokenizer):
    return WindowMaker(tokenizer)


def shown(tokenizer: Tokenizer, ids: tuple[int, ...] | list[int]) -> str:
    return " ".join(tokenizer.id_to_token(each) for each in ids)


@given(lengths_of_sentences, limits)
def test_windows_together_hold_every_token_in_order_and_none_is_too_long(lengths, most):
    tokens, sentence_of = numbered(lengths)
    windows = list(cut(tokens, most))
    read = 0  # tokens that windows up to here hold
    for ids, numbers in windows:
        assert len(ids) <= most
        assert numbers == [sentence_of[each] for each in ids]
        if sentence_of:
            assert ids == list(range(ids[0], ids[0] + len(ids)))
            assert ids[0] <= read < ids[-1] + 1, "a gap, or a window that adds nothing"
            read = ids[-1] + 1
    assert read == len(sentence_of)
    for sentence in tokens:
        if len(sentence) <= most:
            assert any(set(ids).issuperset(sentence) for ids, _ in windows), "it fits whole"


@given(lengths_of_sentences, limits)
def test_a_window_begins_with_the_last_sentence_of_the_one_before_where_that_fits(lengths, most):
    tokens, sentence_of = numbered(lengths)
    for (ids, numbers), (next_ids, _) in pairwise(cut(tokens, most)):
        upcoming = ids[-1] + 1
        coming = sentence_of[upcoming]
        if coming == numbers[-1]:  # a sentence in pieces goes on where it was cut
            assert next_ids[0] == upcoming
            assert len(ids) == most
            continue
        assert len(ids) + lengths[coming] > most, "another sentence would have fitted"
        last = numbers.count(numbers[-1])
        again = last if last + lengths[coming] <= most else 0
        assert next_ids[0] == upcoming - again


def test_overlap_and_pieces_by_example():
    assert [ids for ids, _ in cut([[0, 1], [2], [3, 4], [5, 6, 7, 8, 9]], 4)] == [
        [0, 1, 2],
        [2, 3, 4],
        [5, 6, 7, 8],
        [9],
    ]
    for nothing in ([], [[], []]):
        assert list(cut(nothing, 5)) == [([], [])]


def test_a_window_is_the_question_what_was_asked_and_the_sentences(maker, tokenizer):
    [window] = maker.windows("Wat kost dat?", "wie betaalt de dijk", ["De Dijk", "Ja."])
    assert shown(tokenizer, window.ids) == (
        "<s> query: wat kost dat </s> </s> vraag: wie betaalt de dijk </s> De Dijk Ja. </s>"
    )
    assert window.sentence_of == (*[-1] * 13, 0, 0, 1, -1)
    assert window.sentences() == {0, 1}
    [window] = maker.windows("Wat kost dat?", "", [])
    assert shown(tokenizer, window.ids) == "<s> query: wat kost dat </s> </s> </s> </s>"
    assert set(window.sentence_of) == {-1}
    assert window.sentences() == frozenset()
    assert shown(tokenizer, maker.head("wat kost dat | wie betaalt", ""))[4:].startswith(
        "query: wat kost dat | wie betaalt </s>"
    )
    head = maker.head(after("Wat kost de dijk?", "En in Zeeland?"), "")
    assert shown(tokenizer, head).startswith("<s> query: wat kost de dijk | en in zeeland </s>")


@pytest.mark.parametrize(
    "written",
    ["WAT KOST DE DIJK", "Wat Kost De Dijk?", " \n\twat kost de dijk ?!.", "wat kost de dijk. "],
)
def test_case_and_end_mark_of_the_question_make_no_difference(maker, written):
    assert maker.head(written, "De Dijk") == maker.head("wat kost de dijk", "De Dijk")
    assert maker.head(written, "") != maker.head("wat kost dijk", "")


@pytest.mark.parametrize("end", [" ?", ".", "?!", "", " \n"])
def test_a_follow_up_is_read_together_with_the_question_before_it(end):
    assert after(f" Wat kost de dijk{end}", "En in Zeeland?") == "Wat kost de dijk | En in Zeeland?"


def test_a_head_has_a_bounded_length_and_the_longest_window_fits_the_base_model(maker):
    for question, asked in product(
        (0, 1, QUESTION_TOKENS - 1, QUESTION_TOKENS, 400),
        (0, 1, ASKED_TOKENS - 1, ASKED_TOKENS, 400),
    ):
        head = maker.head("dijk " * question, "dijk " * asked)
        query = min(QUESTION_TOKENS, question + 1)
        context = min(ASKED_TOKENS, asked + 1) if asked else 0
        assert len(head) == 1 + query + 2 + context + 1
    windows = maker.windows("dijk " * 1000, "dijk " * 1000, ["dijk " * 1000, "Ja."])
    dijk, ja = maker.tokens(["dijk", "Ja."])
    told = [[n for n, at in zip(w.ids, w.sentence_of, strict=True) if at >= 0] for w in windows]
    assert [each for window in told for each in window] == dijk * 1000 + ja
    longest = max(len(window.ids) for window in windows)
    assert 1 + QUESTION_TOKENS + 2 + ASKED_TOKENS + 1 + WINDOW_TOKENS + 1 == longest <= POSITIONS


def test_what_is_too_long_loses_its_end_and_not_its_beginning(maker, tokenizer):
    head = shown(tokenizer, maker.head("wat kost " + "dijk " * 500, "wie betaalt " + "de " * 500))
    question, asked = head.split(" </s> </s> ")
    assert question.split() == ["<s>", "query:", "wat", "kost", *["dijk"] * (QUESTION_TOKENS - 3)]
    assert asked.split() == ["vraag:", "wie", "betaalt", *["de"] * (ASKED_TOKENS - 3), "</s>"]


def test_the_tokenizer_of_a_folder_neither_cuts_nor_pads(tokenizer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    cutting = Tokenizer.from_str(tokenizer.to_str())
    cutting.enable_truncation(8)
    cutting.enable_padding(pad_id=1, pad_token="<pad>", length=16)
    cutting.save(str(folder / "tokenizer.json"))
    tokens = WindowMaker(load_tokenizer(folder)).tokens(["de dijk", "de dijk " * 30])
    assert [len(each) for each in tokens] == [2, 60]
