"""Whether a sentence is carried by what it cites: verbatim, exact things, and the reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import cast

import pytest
from answering_parts import SAMPLES, cut, hits_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index.documents import DocumentInfo, Hit, Metadata, Passage, Question, Span
from index.reading import read
from index.sentences import split_sentences
from rag.dutch.quantities import figures
from rag.pipeline.reading import asked_text, sigmoid
from rag.reader.reader import Reader, Reading, Text
from rag.verification import LEVEL, Verdict, checker, verify
from rag.verification.entailment import Judgement
from rag.verification.exact import conflict, fold

HEATH = """\
Er zijn 4.200 schapen op de heide. De “herder” waakt: altijd!

Dat kost ten hoogste 38.000 euro
per jaar. De aan-
besteding loopt tot mei 2025."""
HERD, SHEPHERD, PRICE, TENDER = (
    "Er zijn 4.200 schapen op de heide.",
    "De “herder” waakt: altijd!",
    "Dat kost ten hoogste 38.000 euro\nper jaar.",
    "De aan-\nbesteding loopt tot mei 2025.",
)


def hit(text: str = HEATH, asked: str = "") -> Hit:
    questions = (Question(1, asked, 0, 0),) if asked else ()
    document = DocumentInfo("0" * 16, "stuk.txt", "answers", Metadata())
    return Hit(document, 1, Passage(questions, text, 0, len(text)), score=1.0, rank=1)


class ScriptedReader:
    """Has what `verify` uses of a reader: gives every statement the same logits."""

    def __init__(self, carries: float, *sentences: float) -> None:
        self.found = Reading(carries, sentences)
        self.asked: list[tuple[str, Text]] = []

    def check(self, statements: Sequence[tuple[str, Text]]) -> list[Reading]:
        """The same for each."""
        self.asked += statements
        return [self.found for _ in statements]


def read_by(reader: ScriptedReader, sentence: str, level: float = LEVEL) -> Verdict:
    return verify(sentence, hit(), cast(Reader, reader), level=level)


def eager() -> ScriptedReader:
    """A reader to whom everything is carried."""
    return ScriptedReader(50.0, 1.0, 2.0, 0.0, 0.0)


# --- what stands there as it is


@pytest.mark.parametrize("sentence", [HERD, SHEPHERD, PRICE, TENDER])
def test_a_verbatim_sentence_is_carried_where_it_stands_without_a_reader(sentence):
    verdict = verify(sentence, hit(), None)
    start = HEATH.index(sentence)
    assert verdict == Verdict(True, None, 1.0, Span(start, start + len(sentence)))


@pytest.mark.parametrize(
    "sentence",
    [
        HERD.upper(),
        f"  {HERD.replace(' ', chr(10))}\t",
        SHEPHERD.replace("“", "«").replace("”", '"'),
        TENDER.replace("-\n", ""),
        f"{SHEPHERD} {PRICE}",
        " ".join(HEATH.replace("-\n", "").split()),
    ],
)
def test_white_space_capitals_and_quotes_apart_and_several_in_a_row(sentence):
    verdict = verify(sentence, hit(), None)
    assert verdict.carried
    assert verdict.support == 1.0
    assert fold(HEATH[verdict.place.start :]).startswith(fold(sentence)[:12])


@pytest.mark.parametrize(
    "sentence",
    [
        "200 schapen op de heide.",
        "Er zijn 4.200 schapen op de heide",
        f"{HERD} De “herder” waakt",
        f"{HERD} {PRICE}",  # one between is left out
        f"{SHEPHERD} {HERD}",
        f"{HERD} {HERD}",
    ],
)
def test_a_part_and_another_order_are_not_verbatim(sentence):
    verdict = verify(sentence, hit(), None)
    why = "er is geen leesmodel om dit na te lezen"
    assert verdict == Verdict(False, why, 0.0, Span(0, len(HEATH)))


def test_a_verbatim_sentence_needs_no_reading_and_stands_where_it_stands_first():
    reader = ScriptedReader(-50.0, 0.0, 0.0, 0.0, 0.0)
    assert read_by(reader, HERD).carried
    assert reader.asked == []
    text = "Ja. Dat is zo. Ja. Nee."
    assert verify("Ja.", hit(text), None).place == Span(0, 3)
    assert verify("Ja. Nee.", hit(text), None).place.start == 15
    verdict = verify("Er zijn schapen.", hit(" \n"), cast(Reader, eager()))
    assert not verdict.carried
    assert verdict.place == Span(0, 2)


@pytest.mark.parametrize("sentence", ["", "  ", "\n«...»"])
def test_a_sentence_without_a_word_is_refused_as_empty(sentence):
    reader = eager()
    verdict = read_by(reader, sentence)
    assert verdict == Verdict(False, "de zin is leeg", 0.0, Span(0, len(HEATH)))
    assert reader.asked == []


# --- what the reader makes of it


def test_the_reader_is_shown_the_sentence_and_the_passage_by_its_sentences():
    reader = ScriptedReader(3.0, 0.0, 0.0)
    verify("Schapen grazen.", hit("Ja. Zij grazen.", "Grazen er schapen?"), cast(Reader, reader))
    assert reader.asked == [("Schapen grazen.", Text(("Ja.", "Zij grazen."), "Grazen er schapen?"))]


def test_the_place_of_a_verdict_is_the_sentence_that_carries_it_best():
    for carries in (3.0, -3.0):
        verdict = read_by(ScriptedReader(carries, -4.0, -2.0, -1.0, -3.0), "Dat kost geld.")
        assert HEATH[verdict.place.start : verdict.place.end] == PRICE
        assert verdict.support == sigmoid(carries)
        assert verdict.carried is (carries > 0)


def test_support_of_just_the_level_is_enough_and_below_it_the_reason_says_how_much():
    def given(logit: float, level: float = LEVEL) -> Verdict:
        return read_by(ScriptedReader(logit, 0.0, 0.0, 0.0, 0.0), "De heide is vol.", level)

    assert given(0.4, 0.59).carried  # a probability of 0.599
    refused = given(0.4, 0.6)
    assert (refused.carried, refused.why) == (False, "te weinig steun in de bron (0.60)")
    assert LEVEL == 0.5
    assert given(0.0).carried
    assert not given(-0.1).carried


def test_what_is_exactly_wrong_is_told_before_what_has_little_support():
    verdict = read_by(ScriptedReader(-50.0, 0.0, 0.0, 0.0, 0.0), "Er zijn 5.200 schapen.")
    assert verdict.why == "getal 5.200 staat niet in de bron"
    sure = read_by(eager(), "Er zijn 5.200 schapen.")
    assert not sure.carried
    assert sure.support > 0.99
    assert HEATH[sure.place.start : sure.place.end] == SHEPHERD


def test_a_checker_holds_its_reader_and_its_judge():
    sentence = "De heide is vol schapen."
    assert not checker(None)(sentence, hit()).carried
    assert checker(None)(HERD, hit()).carried
    reader = cast(Reader, eager())
    assert checker(reader)(sentence, hit()).carried
    opposed = checker(reader, lambda *_: Judgement(0.1, 0.9))(sentence, hit())
    assert opposed.why == "het entailmentmodel leest het tegendeel in de bron"
    seen: list[tuple[str, str]] = []

    def judge(premise: str, said: str) -> Judgement:
        seen.append((premise, said))
        return Judgement(0.9, 0.0)

    assert checker(reader, judge)(sentence, hit()).carried
    assert seen == [(HEATH, sentence)]


# --- names and quoted words


@pytest.mark.parametrize(
    ("sentence", "asked", "lent"),
    [
        ("Dat stopt in 2024.", "Stopt het in mei 2024?", True),
        ("Dat stopt op 3 mei 2024.", "Stopt het in mei 2024?", False),
        ("Dat geldt volgens de NVWA.", "Geldt het volgens de NVWA?", True),
        ("Dat geldt in Drenthe.", "Geldt het in Friesland?", False),
        ("Dat kost 5 euro.", "Kost het 5 euro?", False),
        ("Dat is 30%.", "Is het 30%?", False),
        ("Dat is de 4e keer.", "Is het de 4e keer?", False),
        ("Dat begint om 14.30 uur.", "Begint het om 14.30 uur?", False),
    ],
)
def test_the_question_lends_its_dates_and_names_and_no_other_figures(sentence, asked, lent):
    assert (conflict(sentence, "Ja.", asked) is None) is lent
    assert conflict(sentence, "Ja.", "") is not None
    verdict = verify(sentence, hit("Ja.", asked), cast(Reader, ScriptedReader(50.0, 0.0)))
    assert verdict.carried is lent


# --- properties over the samples

_FIGURE = re.compile(r"(?<![\w.,/(\[-])\d[\d.]*(?:,\d+)?(?![\w)\]])")


@cache
def sample_sentences() -> tuple[tuple[str, Hit], ...]:
    """Every sentence of the text files among the samples with its passage."""
    found = []
    for path in sorted(SAMPLES.glob("*.txt")):
        for each in hits_of(cut(read(path).text, path.name)):
            text = each.passage.reading_text()
            found += [(text[span.start : span.end], each) for span in split_sentences(text)]
    return tuple(pair for pair in found if any(char.isalnum() for char in pair[0]))


@cache
def sample_figures() -> tuple[tuple[str, Span, Hit], ...]:
    """The same, once for each number in digits: where it stands in the sentence."""
    return tuple(
        (sentence, Span(*match.span()), each)
        for sentence, each in sample_sentences()
        for match in _FIGURE.finditer(sentence)
    )


def test_every_verbatim_sentence_of_the_samples_is_carried_without_a_reader():
    pairs = sample_sentences()
    assert len(pairs) > 100
    for at, (sentence, each) in enumerate(pairs):
        blank = (" ", "  ", "\n", "\u00a0", "\t ")[at % 5]
        spaced = blank.join((sentence.upper() if at % 2 else sentence).split(" "))
        verdict = verify(spaced, each, None)
        assert verdict.carried, sentence
        text = each.passage.reading_text()
        assert fold(text[verdict.place.start : verdict.place.end]) == fold(sentence)
        assert conflict(sentence, text, asked_text(each.passage)) is None, sentence


@given(
    st.integers(2, 99).map(str)
    | st.integers(1_900, 2_100).map(str)
    | st.integers(1_000, 10**9).map(lambda number: f"{number:,}".replace(",", "."))
    | st.tuples(st.integers(0, 99), st.integers(1, 9)).map(lambda pair: f"{pair[0]},{pair[1]}"),
    st.data(),
)
@settings(max_examples=80, deadline=None)
def test_a_number_changed_in_a_verbatim_sentence_is_always_refused(number, data):
    sentence, place, each = data.draw(st.sampled_from(sample_figures()))
    text, asked = each.passage.reading_text(), asked_text(each.passage)
    assume(not re.search(rf"(?<!\d){number}(?!\d)", f"{text} {asked}"))
    value = Fraction(number.replace(".", "").replace(",", "."))  # "vijf" is 5 too
    assume(all(each.value != value for each in figures(f"{text} {asked}")))
    changed = f"{sentence[: place.start]}{number}{sentence[place.end :]}"
    assert conflict(changed, text, asked) is not None, changed
