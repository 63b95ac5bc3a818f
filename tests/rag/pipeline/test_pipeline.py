"""Passages read, sentences chosen, and when a question is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from answering_parts import cut, hits_of, indexed
from hashing import HashingEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import DocumentInfo, Hit, Metadata, Passage, Question
from index.errors import BadRequest
from rag.pipeline import answerability
from rag.pipeline.answerability import (
    CALIBRATION_NAME,
    THRESHOLD,
    Refusal,
    confidence,
    load_threshold,
    not_together,
    nothing_about,
)
from rag.pipeline.reading import (
    FIRST,
    MOST,
    SURE,
    WITHOUT_READER,
    PassageReading,
    ScoredSentence,
    Weights,
    asked_text,
    read_hits,
    sigmoid,
    text_of,
)
from rag.pipeline.sentence_selection import (
    ALSO,
    BELONGS,
    CLOSE,
    EQUAL,
    LEAD_WORDS,
    LEADS,
    NEAR,
    also_answers,
    beside_sentences,
    likeliest,
    select,
)
from rag.pipeline.sentence_selection import MOST as MOST_SENTENCES
from rag.pipeline.stated import names, periods, speaks_of, unmet
from rag.reader.reader import Reader, Reading, Text

READER_ALONE = {"bias": 0.0, "reader": 1.0, "cosine": 0.0, "search": 0.0}
UNSURE, CERTAIN = -0.5, 3.0  # logits of 0.38 and 0.95: below and above SURE


class ScriptedReader:
    """Has what `read_hits` uses of a reader: `logits[n]` is that of the passage `numbered` n.

    Its sentences get the logits 0, 1, 2, ... `batches` are the passages that it was shown at once.
    """

    def __init__(self, *logits: float, calibration: dict[str, float] | None = None) -> None:
        self.calibration = calibration or READER_ALONE
        self.logits = logits
        self.batches: list[list[int]] = []
        self.shown: list[tuple[str, Text]] = []

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        """The logits of `texts`, in their order."""
        self.shown += [(question, text) for text in texts]
        self.batches.append([int(text.asked.split()[-1].rstrip("?")) for text in texts])
        return [
            Reading(self.logits[at], tuple(float(n) for n in range(len(text.sentences))))
            for at, text in zip(self.batches[-1], texts, strict=True)
        ]


def numbered(count: int) -> tuple[Hit, ...]:
    """Hits that differ in their number only."""
    document = DocumentInfo("0" * 16, "stuk.txt", "answers", Metadata())
    hits = []
    for at in range(count):
        text = f"Boot {at} vaart.\n\nMeer is er niet."
        asked = Question(at + 1, f"Wat doet boot {at}?", 0, 0)
        passage = Passage((asked,), text, 0, len(text))
        hits.append(Hit(document, 100 + at, passage, score=1.0, rank=at + 1, cosine=0.85))
    return tuple(hits)


def read_by(reader: ScriptedReader, hits: Sequence[Hit] | None = None) -> list[PassageReading]:
    hits = numbered(len(reader.logits)) if hits is None else hits
    return read_hits("Wat vaart er?", hits, indexed(hits), cast(Reader, reader))


# --- which passages are read


def test_nothing_found_is_nothing_read() -> None:
    reader = ScriptedReader()
    assert read_by(reader) == []
    assert reader.batches == []


def test_after_a_sure_answer_among_the_first_passages_no_more_are_read() -> None:
    reader = ScriptedReader(-1, -1, CERTAIN, CERTAIN, CERTAIN, -1)
    assert [each.hit for each in read_by(reader)] == [2, 0, 1]
    assert reader.batches == [[0, 1, 2]]


def test_while_no_passage_is_a_sure_answer_the_next_ones_are_read_too() -> None:
    reader = ScriptedReader(-1, UNSURE, -1, -1, -1, CERTAIN)
    assert [each.hit for each in read_by(reader)] == [5, 1, 0, 2, 3, 4]
    assert reader.batches == [[0, 1, 2], [3, 4, 5]]


def test_no_more_than_eight_passages_are_read_however_much_in_doubt() -> None:
    reader = ScriptedReader(*[-1] * 9, CERTAIN)
    assert [each.hit for each in read_by(reader)] == list(range(8))
    assert reader.batches == [[0, 1, 2], [3, 4, 5], [6, 7]]


@given(st.lists(st.floats(-1e308, 1e308) | st.sampled_from([-1.0, UNSURE, CERTAIN]), max_size=11))
@settings(max_examples=60, deadline=None)
def test_what_is_read_comes_likeliest_first_and_equals_in_the_order_of_search(
    logits: list[float],
) -> None:
    reader = ScriptedReader(*logits)
    readings = read_by(reader)
    seen: list[int] = []
    while len(seen) < min(MOST, len(logits)):
        if any(sigmoid(logits[at]) >= SURE for at in seen):
            break
        seen = list(range(min(len(seen) + FIRST, MOST, len(logits))))
    assert [at for batch in reader.batches for at in batch] == seen
    assert sorted(each.hit for each in readings) == seen
    for one, other in pairwise(readings):
        assert (one.answers, -one.hit) > (other.answers, -other.hit)
    for each in readings:
        assert each.answers == sigmoid(logits[each.hit])


def test_a_passage_that_was_removed_since_the_search_is_left_out_and_the_next_one_read() -> None:
    hits = numbered(7)
    reader = ScriptedReader(-2, 1, -2, -3, UNSURE, CERTAIN, CERTAIN)
    there = [hit for at, hit in enumerate(hits) if at not in (1, 2)]
    readings = read_hits("Wat vaart er?", hits, indexed(there), cast(Reader, reader))
    assert reader.batches == [[0, 3, 4], [5, 6]]
    assert [each.hit for each in readings] == [5, 6, 4, 0, 3]
    assert all(s.hit == each.hit for each in readings for s in each.sentences)
    assert "Boot 5" in readings[0].sentences[0].text


def test_where_every_passage_was_removed_nothing_is_read() -> None:
    reader = ScriptedReader(CERTAIN, CERTAIN)
    hits = numbered(2)
    assert read_hits("Wat vaart er?", hits, indexed([]), cast(Reader, reader)) == []
    assert read_hits("Wat vaart er?", hits, indexed([]), None) == []
    assert reader.batches == []


def test_a_reader_is_shown_the_question_and_each_passage_by_its_sentences() -> None:
    reader = ScriptedReader(CERTAIN)
    read_by(reader)
    sentences = ("Boot 0 vaart.", "Meer is er niet.")
    assert reader.shown == [("Wat vaart er?", Text(sentences, "Wat doet boot 0?"))]
    (hit,) = numbered(1)
    assert text_of(indexed([hit]), hit) == reader.shown[0][1]


def test_the_sentences_of_a_reading_stand_where_they_say_with_the_readers_probability() -> None:
    (hit,) = numbered(1)
    (reading,) = read_by(ScriptedReader(CERTAIN))
    text = hit.passage.reading_text()
    assert [text[s.start : s.end] for s in reading.sentences] == [s.text for s in reading.sentences]
    assert [s.text for s in reading.sentences] == ["Boot 0 vaart.", "Meer is er niet."]
    assert [s.score for s in reading.sentences] == [0.5, pytest.approx(0.7310586)]


def test_what_a_passage_answers_is_its_questions_else_its_heading() -> None:
    (hit,) = numbered(1)
    first = hit.passage.questions[0]
    both = replace(hit.passage, questions=(first, replace(first, text="En nu?")), heading="Boten")
    assert asked_text(replace(hit, passage=both)) == "Wat doet boot 0? En nu?"
    assert asked_text(replace(hit, passage=replace(both, questions=()))) == "Boten"
    assert asked_text(replace(hit, passage=replace(hit.passage, questions=()))) == ""


# --- how likely a passage answers


def test_the_scores_of_search_count_beside_the_reader_as_its_calibration_says() -> None:
    weights = {"bias": -0.5, "reader": 0.5, "cosine": 20.0, "search": 2.0}
    near, far = numbered(2)
    hits = [replace(far, cosine=0.80, score=0.1), replace(near, cosine=0.90, score=0.2)]
    reader = ScriptedReader(0.4, 1.0, calibration=weights)
    first, second = read_by(reader, hits)
    # -0.5 + 0.5 * 0.4 + 20 * (0.90 - 0.85) + 2 * 0.2, and -0.5 + 0.5 * 1 + 20 * (-0.05) + 2 * 0.1
    assert (first.hit, second.hit) == (1, 0)
    assert first.answers == pytest.approx(sigmoid(1.1))
    assert second.answers == pytest.approx(sigmoid(-0.8))
    assert Weights(**weights).probability(hits[1], 0.4) == first.answers


@pytest.mark.parametrize(
    ("logit", "probability"),
    [
        (0, 0.5),
        (math.log(9), 0.9),
        (-math.log(9), 0.1),
        (-20, math.exp(-20)),
        (1e308, 1.0),
        (math.inf, 1.0),
        (-750, 0.0),
        (-1e308, 0.0),
        (-math.inf, 0.0),
    ],
)
def test_a_logit_becomes_a_probability(logit: float, probability: float) -> None:
    assert sigmoid(logit) == pytest.approx(probability, rel=1e-6, abs=1e-300)


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_of_two_logits_the_higher_is_never_the_less_probable(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= sigmoid(low) <= sigmoid(high) <= 1
    assert sigmoid(low) + sigmoid(-low) == pytest.approx(1)


# --- without a reader

FARM = """\
Antwoord op vragen over de schapen

Vraag 1
Wie betaalt de herder?

Antwoord 1
De gemeente betaalt de herder 38.000 euro per jaar.

Vraag 2
Hoeveel schapen zijn er?

Antwoord 2
De wol is voor de boer. Er zijn veel schapen op de heide. Honden waken.

Vraag 3
Wat kost de kooi?

Antwoord 3
De kooi voor alle schapen kost 75.000 euro en staat er al jaren.
"""


def similar(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """`hits` with their cosine to `question`, and nothing else that tells them apart."""
    encoder = HashingEncoder(256)
    query = encoder.encode_queries([question])[0]
    rows = encoder.encode_passages([hit.passage.reading_text() for hit in hits])
    return [replace(hit, cosine=float(row @ query)) for hit, row in zip(hits, rows, strict=True)]


def test_without_a_reader_passages_and_sentences_are_ranked_by_their_likeness_alone() -> None:
    question = "zijn er veel schapen op de heide"
    hits = similar(question, hits_of(cut(FARM)))
    readings = read_hits(question, hits, indexed(hits), None)
    assert [each.hit for each in readings] == [1, 2, 0]
    assert [each.answers for each in readings] == [
        WITHOUT_READER.probability(hits[each.hit]) for each in readings
    ]
    assert readings[0].answers > readings[1].answers > readings[2].answers
    wool, sheep, dogs = readings[0].sentences
    assert sheep.text == "Er zijn veel schapen op de heide."
    assert sheep.score == pytest.approx(sigmoid(40 * (1 - 0.86)), abs=1e-4)  # the same words
    assert dogs.score < wool.score < BELONGS
    assert [s.text for s in select(readings[0]).lead] == [sheep.text]
    assert select(readings[0]).context == ()


def test_without_a_reader_too_equals_keep_their_order_and_eight_are_enough() -> None:
    hits = numbered(10)
    readings = read_hits("Wat vaart er?", hits, indexed(hits), None)
    assert [each.hit for each in readings] == list(range(8))
    assert len({each.answers for each in readings}) == 1


def test_without_a_reader_too_a_removed_passage_is_left_out() -> None:
    hits = numbered(3)
    readings = read_hits("Wat vaart er?", hits, indexed([hits[0], hits[2]]), None)
    assert [each.hit for each in readings] == [0, 2]
    assert "Boot 2" in readings[1].sentences[0].text


# --- the sentences of an answer


def reading(*scores: float, answers: float = 0.9, hit: int = 0) -> PassageReading:
    """A passage of sentences with these scores; sentence n stands at 10 * n."""
    return PassageReading(
        hit,
        answers,
        tuple(
            ScoredSentence(hit, 10 * at, 10 * at + 9, f"Dat is hier de zin {at}.", score)
            for at, score in enumerate(scores)
        ),
    )


def chosen(*scores: float) -> list[int]:
    selected = select(reading(*scores))
    return sorted(each.start // 10 for each in (*selected.lead, *selected.context))


def lines(*given: tuple[str, float]) -> PassageReading:
    """A passage of these sentences with their scores."""
    sentences = (ScoredSentence(0, 100 * n, 100 * n + 9, *each) for n, each in enumerate(given))
    return PassageReading(0, 0.9, tuple(sentences))


def texts(sentences: Sequence[ScoredSentence]) -> list[str]:
    return [each.text for each in sentences]


@pytest.mark.parametrize(
    ("scores", "taken"),
    [
        ((), []),
        ((0.01,), [0]),
        ((0.01, 0.05, 0.02), [1]),  # at least the best
        ((0.1, 0.1), [0]),  # the first of equals
        ((0.9, 0.05, 0.05, 0.8), [0, 3]),  # two between are left out
        ((0.4, 0.05, 0.05, 0.1, 0.9), [0, 4]),  # the document's order, not the score's
        ((0.1, 0.8, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.9), [1, 8]),
        ((0.9, 0.1, 0.5), [0, 1, 2]),  # one between joins them
        ((0.9, 0.0, 0.5, 0.0, 0.4), [0, 1, 2, 3, 4]),
        ((0.9, 0.1, 0.1, 0.1, 0.12), [0, 4]),  # just enough
        ((0.9, 0.1, 0.1, 0.1, 0.11), [0]),
        ((0.5, 0.6, 0.7, 0.8, 0.9, 0.95), [1, 2, 3, 4, 5]),  # the five best
        ((0.9, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5), [0, 1, 2, 3, 4]),
        ((0.5, 0.6, 0.4, 0.8, 0.9, 0.95), [0, 1, 2, 3, 4, 5]),  # the sixth is between two
    ],
)
def test_what_belongs_to_the_answer_of_a_passage(
    scores: tuple[float, ...], taken: list[int]
) -> None:
    assert chosen(*scores) == taken


@given(st.lists(st.floats(0, 1) | st.sampled_from([0.0, BELONGS, 0.9]), min_size=1, max_size=14))
def test_an_answer_holds_the_best_sentences_and_single_ones_between_them(
    scores: list[float],
) -> None:
    found = chosen(*scores)
    assert found == sorted(set(found))
    assert scores.index(max(scores)) in found
    belonging = [at for at in found if scores[at] >= BELONGS]
    assert len(found) <= MOST_SENTENCES + MOST_SENTENCES - 1
    for at in set(found) - set(belonging):
        assert at == scores.index(max(scores)) or {at - 1, at + 1} <= set(found)
    if sum(score >= BELONGS for score in scores) <= MOST_SENTENCES:
        assert set(belonging) == {at for at, score in enumerate(scores) if score >= BELONGS}


def test_what_answers_best_comes_before_what_stands_around_it() -> None:
    selected = select(reading(0.4, 0.05, 0.05, 0.1, 0.9))
    assert [each.start // 10 for each in selected.lead] == [4]
    assert [each.start // 10 for each in selected.context] == [0]


def test_sentences_as_good_as_the_best_stand_with_it_in_the_documents_order() -> None:
    selected = select(reading(LEADS, 0.9, LEADS - 0.01))
    assert [each.start // 10 for each in selected.lead] == [0, 1]
    assert [each.start // 10 for each in selected.context] == [2]


def test_what_comes_first_stays_short_but_for_the_best_sentence() -> None:
    long, short = " ".join(["woord"] * LEAD_WORDS), "Dat is een kort vervolg."
    assert texts(select(lines((long, 0.9), (short, 0.8))).lead) == [long]
    assert texts(select(lines((long, 0.8), (short, 0.9))).lead) == [short]


@pytest.mark.parametrize("bare", ["Ja.", "Nee, dat niet."])
def test_a_bare_yes_or_no_comes_with_what_follows_it(bare: str) -> None:
    after = "De boten varen ook in de winter."
    assert texts(select(lines((bare, 0.9), (after, 0.1))).lead) == [bare, after]
    assert texts(select(lines((bare, 0.9))).lead) == [bare]  # there is nothing else


def test_a_bare_answer_to_another_question_is_no_context() -> None:
    best, bare = ("Boven 2 miljoen euro is een garantie verplicht.", 0.9), "Nee, dat is niet juist."
    assert texts(select(lines((bare, 0.5), best)).context) == []
    assert texts(select(lines(("Dat zijn er 12.", 0.5), best)).context) == ["Dat zijn er 12."]


ITEMS = [(f"{mark} Dat is punt {mark}", 0.1) for mark in ("-", "b)", "3.", "•")]


def test_a_list_is_taken_whole_with_the_sentence_that_opens_it() -> None:
    opens = ("Er zijn in totaal vier maatregelen:", 0.9)
    selected = select(
        lines(("Inleiding hierbij.", 0.1), opens, *ITEMS, ("Slot van dit stuk.", 0.1))
    )
    assert texts(selected.lead) == [opens[0]]
    assert texts(selected.context) == [text for text, _ in ITEMS]
    assert selected.items_left == 0


def test_a_list_of_which_two_items_answer_is_taken_whole() -> None:
    items = [(text, score) for (text, _), score in zip(ITEMS, (0.9, 0.1, 0.1, 0.5), strict=True)]
    selected = select(lines(*items))
    assert {*texts(selected.lead), *texts(selected.context)} == {text for text, _ in ITEMS}
    assert texts(select(lines(*ITEMS)).context) == []  # one item answers: it stands alone


def test_of_a_list_that_is_too_long_it_is_counted_what_is_left() -> None:
    items = [(f"{n}. Dat is punt {n}", 0.1) for n in range(1, 13)]
    selected = select(lines(("Er zijn in totaal twaalf maatregelen:", 0.9), *items))
    assert texts(selected.context) == [text for text, _ in items[:10]]
    assert selected.items_left == 2


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (0.5, ALSO, True),
        (0.5, ALSO - 0.01, False),
        (0.9, EQUAL * 0.9, True),
        (0.9, EQUAL * 0.9 - 0.01, False),
    ],
)
def test_two_passages_that_are_about_as_likely_both_answer(
    first: float, second: float, said: bool
) -> None:
    other = reading(0.9, 0.1, answers=second, hit=1)
    also = also_answers([reading(0.9, answers=first), other])
    assert also == (other.sentences[:1] if said else ())
    assert not set(also) & set(beside_sentences([reading(0.9, answers=first), other], also))


def test_a_bare_yes_does_not_answer_together_with_another_passage() -> None:
    yes = PassageReading(1, 0.8, (ScoredSentence(1, 0, 3, "Ja.", 0.9),))
    assert also_answers([reading(0.9), yes]) == also_answers([yes]) == also_answers([]) == ()


def test_beside_the_answer_only_what_leads_the_next_passage_is_shown_where_it_came_near() -> None:
    first = reading(0.9, answers=0.5)
    second, third = (
        reading(0.9, 0.1, 0.4, answers=0.4, hit=2),
        reading(0.9, answers=0.39, hit=1),
    )
    assert beside_sentences([first, second, third]) == list(second.sentences[:1])
    assert beside_sentences([first, third]) == list(third.sentences)
    assert beside_sentences([first]) == beside_sentences([]) == []


def test_a_bare_yes_to_another_question_is_not_shown_beside_the_answer() -> None:
    yes = PassageReading(1, 0.8, (ScoredSentence(1, 0, 3, "Ja.", 0.9),))
    third = reading(0.9, answers=0.7, hit=2)
    assert beside_sentences([reading(0.9), yes]) == []
    assert beside_sentences([reading(0.9), yes, third]) == list(third.sentences)


@pytest.mark.parametrize(
    ("first", "other", "shown"),
    [
        (0.9, CLOSE * 0.9, True),
        (0.9, CLOSE * 0.9 - 0.01, False),
        (0.35, NEAR, True),
        (0.35, NEAR - 0.01, False),
    ],
)
def test_how_near_a_passage_came_is_measured_by_the_best_one(
    first: float, other: float, shown: bool
) -> None:
    near = beside_sentences([reading(0.9, answers=first), reading(0.2, answers=other, hit=1)])
    assert [sentence.hit for sentence in near] == [1] * shown


def test_the_likeliest_sentences_are_weighed_with_their_passage() -> None:
    sure, unsure = (
        reading(0.2, 0.8, answers=0.9),
        reading(1.0, 0.5, answers=0.4, hit=1),
    )
    found = likeliest([sure, unsure], 3)
    assert [(each.hit, each.start) for each in found] == [(0, 10), (1, 0), (1, 10)]
    assert likeliest([unsure, sure], 99)[:3] == found
    assert len(likeliest([sure, unsure], 99)) == 4
    assert likeliest([sure, unsure], 0) == likeliest([], 5) == likeliest([reading()], 5) == []


def test_equally_likely_sentences_come_in_the_order_of_search_and_of_the_text() -> None:
    found = likeliest([reading(0.5, 0.5, hit=1), reading(0.5, 0.5, hit=0)], 4)
    assert [(each.hit, each.start) for each in found] == [(0, 0), (0, 10), (1, 0), (1, 10)]


# --- when a question is refused


def test_confidence_is_that_of_the_likeliest_passage() -> None:
    assert confidence([]) == 0.0
    assert confidence([reading(answers=0.2), reading(answers=0.7), reading(answers=0.1)]) == 0.7


def test_without_a_calibration_the_threshold_is_the_programs_own(tmp_path: Path) -> None:
    assert load_threshold(tmp_path) == THRESHOLD
    assert load_threshold(tmp_path / "weg") == THRESHOLD


@pytest.mark.parametrize("threshold", [0, 0.37, 1])
def test_a_calibration_in_the_data_folder_sets_the_threshold(
    tmp_path: Path, threshold: float
) -> None:
    content = json.dumps({"threshold": threshold, "questions": 12})
    (tmp_path / CALIBRATION_NAME).write_text(content, encoding="utf-8")
    assert load_threshold(tmp_path) == threshold
    assert isinstance(load_threshold(tmp_path), float)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"null",
        b"{}",
        b'{"threshold": null}',
        b'{"threshold": "0.5"}',
        b'{"threshold": true}',
        b'{"threshold": [0.5]}',
        b'{"threshold": 2}',
        b'{"threshold": -0.1}',
        b'{"threshold": NaN}',
        b'{"threshold": Infinity}',
        b"\xff\xfe",
    ],
)
def test_a_calibration_that_cannot_be_used_is_named_with_what_to_do(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / CALIBRATION_NAME).write_bytes(content)
    assert_names_the_calibration(tmp_path)


def test_a_folder_in_the_place_of_a_calibration_is_named_too(tmp_path: Path) -> None:
    (tmp_path / CALIBRATION_NAME).mkdir()
    assert_names_the_calibration(tmp_path)


def assert_names_the_calibration(folder: Path) -> None:
    with pytest.raises(BadRequest) as caught:
        load_threshold(folder)
    for language in ("nl", "en"):
        message = caught.value.message(language)
        assert str(folder / CALIBRATION_NAME) in message
        assert "vraagbaak-eval calibrate" in message
        assert "\n" not in message


def test_every_refusal_is_one_line_in_both_languages() -> None:
    refusals = [each for each in vars(answerability).values() if isinstance(each, Refusal)]
    assert len(refusals) >= 5
    for each in [*refusals, nothing_about(["2021", "Litouwen"])]:
        for text in (each.reason("nl"), each.reason("en")):
            assert text.endswith(".")
            assert "\n" not in text
        assert each.reason("nl") != each.reason("en")


# --- what the question states

TEXT = "In 2023 kwamen 12 klachten over de veerdienst binnen, in maart 2024 nog 3."
META = Metadata(title="veerdienst", date="2025-06-10", ministers=("Tuinstra",), askers=("Kok",))


def hit(
    text: str = TEXT,
    *,
    asked: str = "Hoeveel klachten waren er?",
    meta: Metadata = META,
    heading: str | None = None,
    document: str = "0" * 16,
) -> Hit:
    passage = Passage((Question(1, asked, 0, 0),), text, 0, len(text), heading=heading)
    return Hit(DocumentInfo(document, "stuk.txt", "answers", meta), 1, passage, score=1.0, rank=1)


def reason(question: str, *hits: Hit, shown: str | None = None, language: str = "nl") -> str | None:
    """Why `hits`, all cited and shown whole, cannot answer; None where they can."""
    said = " ".join(each.passage.text for each in hits) if shown is None else shown
    refused = unmet(question, said, hits, hits)
    return refused.reason(language) if refused else None


@pytest.mark.parametrize(
    "question", ["hoeveel klachten waren er?", "Waarom vaart het veer niet in de winter?", ""]
)
def test_a_question_that_states_nothing_demands_nothing(question: str) -> None:
    assert names(question) == periods(question) == ()
    assert reason(question, hit()) is None
    assert unmet(question, "", [], []) is None


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("hoeveel klachten in 2021?", ("2021",)),
        ("en in maart 2024 of april 2024?", ("maart 2024", "april 2024")),
        ("in Maart 2024 en maart 2024", ("maart 2024",)),
        ("tussen 2019 en 2021", ("2019", "2021")),
        ("over 2024-2025", ("2024", "2025")),
        ("hoeveel klachten?", ()),
        ("hoeveel klachten in maart?", ()),
        ("nummer 20215 van de lijst", ()),
        ("stuk 2025Z99208", ()),
        ("de 1800 woningen", ()),
    ],
)
def test_periods_of_a_question(question: str, named: tuple[str, ...]) -> None:
    assert periods(question) == named


@pytest.mark.parametrize(
    ("told", "period", "spoken_of"),
    [
        (hit(), "2023", True),
        (hit(), "maart 2024", True),
        (hit(), "april 2024", False),
        (hit(), "2021", False),
        (hit(), "2025", True),  # the document's date
        (hit(), "juni 2025", True),
        (hit(), "juli 2025", False),
        (hit(meta=Metadata()), "2025", False),
        (hit("Twaalf.", asked="Hoeveel klachten waren er in 2021?"), "2021", True),
        (hit("Twaalf.", heading="Klachten in 2021"), "2021", True),
        (hit("Twaalf.", meta=replace(META, title="Klachten in 2021")), "2021", True),
        (hit("Er waren er 120210."), "2021", False),
        (hit("In maart kwamen er 3, in heel 2024 12."), "maart 2024", True),
    ],
)
def test_a_period_is_spoken_of_where_the_passage_or_its_document_names_it(
    told: Hit, period: str, spoken_of: bool
) -> None:
    assert speaks_of(told, period) is spoken_of


@pytest.mark.parametrize("period", ["2021", "april 2024"])
def test_evidence_of_another_period_is_refused(period: str) -> None:
    refused = reason(f"hoeveel klachten waren er in {period}?", hit())
    assert refused == f"Geen van de gevonden passages noemt {period}."


def test_of_two_periods_the_one_that_is_missing_is_named() -> None:
    assert reason("hoeveel klachten in 2023 en 2021?", hit()) == nothing_about(["2021"]).nl
    assert reason("hoeveel klachten in 2019 en 2021?", hit(), language="en") == (
        "None of the passages found mentions 2019 and 2021."
    )
    assert reason("hoeveel klachten waren er in 2023?", hit()) is None


def test_a_period_must_be_met_by_what_is_cited_and_not_by_another_hit() -> None:
    cited, beside = hit(), hit("In 2021 waren er 5 meldingen.")
    question = "hoeveel klachten waren er in 2021?"
    assert unmet(question, TEXT, [cited], [cited, beside]) == not_together(["2021"])
    assert unmet(question, TEXT, [cited], [cited]) == nothing_about(["2021"])
    assert unmet(question, "5", [beside], [cited, beside]) is None


def test_a_document_of_that_year_will_do_where_no_other_year_is_shown() -> None:
    question = "hoeveel klachten waren er in 2025?"
    assert reason(question, hit("Er kwamen 12 klachten.")) is None
    told = hit("In 2023 kwamen 12 klachten binnen.")
    assert reason(question, told) == nothing_about(["2025"]).nl
    assert reason(question, told, shown="Er kwamen 12 klachten binnen.") is None


def test_a_month_may_be_the_documents_own() -> None:
    told = hit("Er waren 12 klachten.")
    assert reason("hoeveel klachten waren er in juni 2025?", told) is None
    assert reason("hoeveel klachten waren er in juli 2025?", told) == (
        "Geen van de gevonden passages noemt juli 2025."
    )


def test_the_month_and_the_year_may_stand_apart() -> None:
    told = hit("In maart kwamen er 3 klachten, in heel 2024 kwamen er 12.")
    assert reason("hoeveel klachten waren er in maart 2024?", told) is None
    assert reason("hoeveel klachten waren er in mei 2024?", told) is not None


@pytest.mark.parametrize(
    ("asked", "met"),
    [
        ("het eerste kwartaal van 2025", True),
        ("Q1 2025", True),
        ("Q2 2025", True),
        ("het 2e kwartaal van 2025", True),
        ("het derde kwartaal van 2025", False),
        ("het 3e kwartaal van 2025", False),
        ("Q4 2025", False),
    ],
)
def test_a_quarter_is_met_only_by_the_same_one_however_written(asked: str, met: bool) -> None:
    told = hit("In Q1 2025 waren er 12 klachten, in het Tweede kwartaal 3.")
    assert (reason(f"hoeveel klachten in {asked}?", told) is None) is met


# --- names


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Wat kost een vlieguur in Litouwen?", ("litouwen",)),
        ("wat zegt ProRail over de spoorbrug?", ("prorail",)),
        ("wat doet de KPMG?", ("kpmg",)),
        ("van ProRail of ook van prorail?", ("prorail",)),
        ("komt dat door Tuinstra, Kok of Wiersma?", ("tuinstra", "wiersma")),
        ("wat doet Oekraïne?", ("oekraine",)),
        ("wat doet duitsland met het veer?", ("duitsland",)),
        ("en belgië, brussel en europa?", ("belgie", "brussel", "europa")),
        ("wat doet litouwen?", ("litouwen",)),
        ("wat doet rusland?", ("rusland",)),
        ("wat doet oekraïne?", ("oekraine",)),
    ],
)
def test_names_have_a_capital_or_are_known_to_have_one(
    question: str, named: tuple[str, ...]
) -> None:
    assert names(question) == named


@pytest.mark.parametrize(
    "question",
    [
        "Hoeveel huurtoeslagontvangers zijn er?",  # the capital of its first word says nothing
        "hoe werkt de cybercursus voor gemeenteambtenaren?",
        "welke huisartsenposten sluiten er 's nachts?",
        "hoeveel krijgt een leverancier hooguit, en tien jaar geleden?",
        "en wat doet de minister daaraan?",
        "wat kosten de F35 en de A320?",
        "wat doet de EU?",
        "hoeveel in 2023?",
    ],
)
def test_dutch_words_codes_and_short_ones_are_no_names(question: str) -> None:
    assert names(question) == ()


def test_a_name_that_no_passage_mentions_is_refused_as_the_question_writes_it() -> None:
    assert reason("hoeveel klachten waren er in duitsland?", hit()) == (
        "Geen van de gevonden passages noemt duitsland."
    )
    assert reason("hoeveel klachten in Litouwen en Zeewolde in 2021?", hit(), language="en") == (
        "None of the passages found mentions Litouwen and Zeewolde and 2021."
    )


def test_a_word_that_shares_a_few_letters_with_a_name_is_not_that_name() -> None:
    question = "hoeveel klachten waren er in Zeewolde?"
    assert reason(question, hit("Er waren 12 klachten op het Wolderwijd.")) is not None
    assert reason(question, hit("Er waren 12 klachten van Zeewoldenaren.")) is None


@pytest.mark.parametrize(
    "mentioned",
    [
        hit("Er waren 12 klachten in Litouwen."),
        hit("Er waren 12 klachten bij Litouwse veren."),
        hit("Twaalf.", asked="Hoeveel klachten waren er in Litouwen?"),
        hit("Twaalf.", heading="Litouwen"),
        hit("Twaalf.", meta=replace(META, title="klachten in Litouwen")),
        hit("Twaalf.", meta=replace(META, ministers=("Litouwen",))),
        hit("Twaalf.", meta=replace(META, askers=("Van Litouwen",))),
        hit("Twaalf.", meta=replace(META, answered_by="Bureau Litouwen")),
        hit("Twaalf.", meta=replace(META, identifiers=("LITOUWEN-1",))),
    ],
)
def test_a_name_may_stand_in_the_answer_the_question_the_title_or_with_who_spoke(
    mentioned: Hit,
) -> None:
    assert reason("hoeveel klachten waren er in Litouwen?", mentioned) is None


def test_a_name_may_be_mentioned_by_any_hit_of_a_cited_document() -> None:
    cited, beside = hit("Er waren 12 klachten."), hit("Het gaat om Litouwen.")
    question = "hoeveel klachten waren er in Litouwen?"
    missing = nothing_about(["Litouwen"])
    assert unmet(question, "12 klachten", [cited], [cited, beside]) is None
    assert unmet(question, "12 klachten", [cited], [cited]) == missing
    other = hit("Het gaat om Litouwen.", document="1" * 16)
    assert unmet(question, "12 klachten", [cited], [cited, other]) == not_together(["Litouwen"])
    both = "hoeveel klachten waren er in Litouwen en Honduras?"
    assert unmet(both, "12 klachten", [cited], [cited, other]) == nothing_about(["Honduras"])


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("duitsland", "De Duitse reders klaagden 12 keer."),
        ("Duitsland", "Elke Duitser klaagde."),
        ("brussel", "De Europese Commissie telde 12 klachten."),
        ("europa", "In de EU waren er 12 klachten."),
        ("Rusland", "Van de Russen kwamen 12 klachten."),
        ("Oekraïne", "De Oekraïense reders klaagden 12 keer."),
        ("Polen", "Elke Poolse reder klaagde."),
    ],
)
def test_a_country_is_there_by_its_people_and_the_union_by_its_other_names(
    place: str, text: str
) -> None:
    question = f"hoeveel klachten kwamen er uit {place}?"
    assert reason(question, hit(text)) is None
    assert reason(question, hit()) is not None
    assert reason(question, hit("De Zweedse reders klaagden 12 keer.")) is not None


def test_a_refusal_writes_a_name_with_its_accents() -> None:
    refused = reason("hoeveel klachten kwamen er uit Oekraïne?", hit())
    assert refused == nothing_about(["Oekraïne"]).nl


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("hoeveel klachten kreeg de Zeewoldse brug?", "In Zeewolde waren er 12 klachten."),
        ("hoeveel kost de Rode Snelle Boot?", "De RSB kost 12 miljoen euro."),
        ("vindt minister Kranenburg 12 klachten veel?", "Ja, 12 klachten zijn er veel."),
        ("telt de minister van Waterzaken en Handel 12 klachten?", "Ja, dat zijn er 12."),
    ],
)
def test_a_name_is_met_by_its_place_its_abbreviation_or_with_who_speaks(
    question: str, text: str
) -> None:
    assert reason(question, hit(text)) is None


def test_another_place_or_abbreviation_does_not_meet_a_name() -> None:
    assert reason("hoeveel klachten kreeg de Zeewoldse brug?", hit("In Lemmer 12.")) is not None
    assert reason("hoeveel kost de Rode Snelle Boot?", hit("De RB kost 12 miljoen.")) is not None
