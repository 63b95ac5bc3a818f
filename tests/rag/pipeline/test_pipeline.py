"""Passages read, sentences chosen, and when a question is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from answering_parts import indexed
from hashing import HashingEncoder

from index.documents import DocumentInfo, Hit, Metadata, Passage, Question
from index.errors import BadRequest
from rag.pipeline import answerability
from rag.pipeline.answerability import (
    CALIBRATION_NAME,
    THRESHOLD,
    Refusal,
    confidence,
    load_threshold,
    nothing_about,
)
from rag.pipeline.reading import (
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
    BACK_WORDS,
    BARE_LEADS,
    BELONGS,
    CLOSE,
    EQUAL,
    LEAD_WORDS,
    LEADS,
    LIST_WORDS,
    NEAR,
    also_answers,
    beside_sentences,
    likeliest,
    select,
)
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


def test_what_was_not_found_or_was_removed_is_not_read() -> None:
    reader = ScriptedReader()
    assert read_by(reader) == []
    hits = numbered(2)
    for each in (cast(Reader, reader), None):
        assert read_hits("Wat vaart er?", hits, indexed([]), each) == []
    assert reader.batches == []


def test_passages_are_read_until_one_is_a_sure_answer_and_eight_at_most() -> None:
    reader = ScriptedReader(-1, -1, CERTAIN, CERTAIN, CERTAIN, -1)
    assert [each.hit for each in read_by(reader)] == [2, 0, 1]
    assert reader.batches == [[0, 1, 2]]
    reader = ScriptedReader(-1, UNSURE, -1, -1, -1, CERTAIN)
    assert [each.hit for each in read_by(reader)] == [5, 1, 0, 2, 3, 4]
    assert reader.batches == [[0, 1, 2], [3, 4, 5]]
    reader = ScriptedReader(*[-1] * 9, CERTAIN)
    assert [each.hit for each in read_by(reader)] == list(range(8))
    assert reader.batches == [[0, 1, 2], [3, 4, 5], [6, 7]]


def test_a_passage_that_was_removed_since_the_search_is_left_out_and_the_next_one_read() -> None:
    hits = numbered(7)
    reader = ScriptedReader(-2, 1, -2, -3, UNSURE, CERTAIN, CERTAIN)
    there = [hit for at, hit in enumerate(hits) if at not in (1, 2)]
    readings = read_hits("Wat vaart er?", hits, indexed(there), cast(Reader, reader))
    assert reader.batches == [[0, 3, 4], [5, 6]]
    assert [each.hit for each in readings] == [5, 6, 4, 0, 3]
    assert all(s.hit == each.hit for each in readings for s in each.sentences)
    assert "Boot 5" in readings[0].sentences[0].text


def test_a_reader_is_shown_sentences_and_its_reading_says_where_they_stand() -> None:
    reader = ScriptedReader(CERTAIN)
    (hit,) = numbered(1)
    (reading,) = read_by(reader)
    sentences = ("Boot 0 vaart.", "Meer is er niet.")
    assert reader.shown == [("Wat vaart er?", Text(sentences, "Wat doet boot 0?"))]
    assert text_of(indexed([hit]), hit) == reader.shown[0][1]
    text = hit.passage.reading_text()
    assert tuple(s.text for s in reading.sentences) == sentences
    assert tuple(text[s.start : s.end] for s in reading.sentences) == sentences
    assert [s.score for s in reading.sentences] == [0.5, pytest.approx(0.7310586)]


def test_what_a_passage_answers_is_its_questions_else_its_heading() -> None:
    (hit,) = numbered(1)
    first = hit.passage.questions[0]
    both = replace(hit.passage, questions=(first, replace(first, text="En nu?")), heading="Boten")
    assert asked_text(both) == "Wat doet boot 0? En nu?"
    assert asked_text(replace(both, questions=())) == "Boten"
    assert asked_text(replace(hit.passage, questions=())) == ""


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
        (-20, math.exp(-20)),
        (1e308, 1.0),
        (-750, 0.0),
        (-math.inf, 0.0),
    ],
)
def test_a_logit_becomes_a_probability(logit: float, probability: float) -> None:
    assert sigmoid(logit) == pytest.approx(probability, rel=1e-6, abs=1e-300)


# --- without a reader


def test_without_a_reader_passages_and_sentences_are_ranked_by_their_likeness_alone() -> None:
    question = "zijn er veel schapen op de heide"
    encoder = HashingEncoder(256)
    (query,) = encoder.encode_queries([question])
    hits = []
    for at, hit in enumerate(numbered(10)):
        text = "De wol is weg. Er zijn veel schapen op de heide. Honden waken."
        text = text if at == 1 else "Honden waken."
        (row,) = encoder.encode_passages([text])
        passage = replace(hit.passage, text=text, end=len(text))
        hits.append(replace(hit, passage=passage, cosine=float(row @ query)))
    readings = read_hits(question, hits, indexed(hits), None)
    # The likest first, equals in the order of search, and eight at most.
    assert [each.hit for each in readings] == [1, 0, *range(2, 8)]
    assert [each.answers for each in readings] == [
        WITHOUT_READER.probability(hits[each.hit]) for each in readings
    ]
    assert readings[0].answers > readings[1].answers
    wool, sheep, dogs = readings[0].sentences
    assert sheep.text == "Er zijn veel schapen op de heide."
    assert sheep.score == pytest.approx(sigmoid(40 * (1 - 0.86)), abs=1e-4)  # the same words
    assert dogs.score < wool.score < BELONGS
    assert [s.text for s in select(readings[0]).lead] == [sheep.text]
    assert select(readings[0]).context == ()
    # One that was removed since the search is left out.
    readings = read_hits(question, hits, indexed([hits[0], *hits[2:]]), None)
    assert [each.hit for each in readings] == [0, *range(2, 8)]


# --- the sentences of an answer


def reading(*scores: float, answers: float = 0.9, hit: int = 0) -> PassageReading:
    """A passage of sentences with these scores; sentence n stands at 10 * n."""
    return PassageReading(
        hit,
        answers,
        tuple(
            ScoredSentence(hit, 10 * at, 10 * at + 9, f"Hier staat nu de zin {at}.", score)
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


YES = PassageReading(1, 0.8, (ScoredSentence(1, 0, 3, "Ja.", 0.9),))


def texts(sentences: Sequence[ScoredSentence]) -> list[str]:
    return [each.text for each in sentences]


@pytest.mark.parametrize(
    ("scores", "taken"),
    [
        ((), []),
        ((0.01, 0.05, 0.02), [1]),  # at least the best
        ((0.1, 0.1), [0]),  # the first of equals
        ((0.4, 0.05, 0.05, 0.1, 0.9), [0, 4]),  # the document's order; two between are left out
        ((0.9, 0.0, 0.5, 0.0, 0.4), [0, 1, 2, 3, 4]),  # one between joins them
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


def test_what_answers_best_leads_and_stays_short_but_for_the_best_sentence() -> None:
    selected = select(reading(0.2, 0.05, 0.05, 0.1, 0.9))
    assert [each.start // 10 for each in selected.lead] == [4]
    assert [each.start // 10 for each in selected.context] == [0]
    selected = select(reading(LEADS, 0.9, LEADS - 0.01))
    assert [each.start // 10 for each in selected.lead] == [0, 1]
    assert [each.start // 10 for each in selected.context] == [2]
    long, short = " ".join(["woord"] * LEAD_WORDS), "Een kort vervolg is dit."
    assert texts(select(lines((long, 0.9), (short, 0.8))).lead) == [long]
    assert texts(select(lines((long, 0.8), (short, 0.9))).lead) == [short]


def test_a_bare_yes_or_no_comes_with_what_follows_it() -> None:
    after, bare = "De boten varen ook in de winter.", "Nee, dat niet."
    assert texts(select(lines((bare, 0.9), (after, 0.1))).lead) == [bare, after]
    assert texts(select(lines((bare, 0.9))).lead) == [bare]  # there is nothing else


def test_a_bare_answer_to_another_question_is_no_context() -> None:
    best, bare = ("Boven 2 miljoen euro is een garantie verplicht.", 0.9), "Nee, dat is niet juist."
    assert texts(select(lines((bare, 0.5), best)).context) == []
    assert texts(select(lines((bare, BARE_LEADS - 0.01), best)).lead) == [best[0]]
    assert texts(select(lines((bare, BARE_LEADS), best)).lead) == [bare, best[0]]
    assert texts(select(lines(("Dat zijn er 12.", 0.2), best)).context) == ["Dat zijn er 12."]


ITEMS = [(f"{mark} Dat is punt {mark}", 0.1) for mark in ("-", "b)", "3.", "•")]


def test_a_list_is_taken_whole_and_of_a_long_one_it_is_counted_what_is_left() -> None:
    opens, end = ("Er zijn in totaal vier maatregelen:", 0.9), ("Slot van dit stuk.", 0.1)
    selected = select(lines(("Inleiding hierbij.", 0.1), opens, *ITEMS, end))
    assert texts(selected.lead) == [opens[0], *(text for text, _ in ITEMS)]
    assert (selected.context, selected.items_left) == ((), 0)
    items = [(text, score) for (text, _), score in zip(ITEMS, (0.9, 0.1, 0.1, 0.5), strict=True)]
    selected = select(lines(*items))
    assert {*texts(selected.lead), *texts(selected.context)} == {text for text, _ in ITEMS}
    assert texts(select(lines(*ITEMS)).context) == []  # one item answers: it stands alone
    items = [(f"{n}. Dat is punt {n}", 0.1) for n in range(1, 13)]
    selected = select(lines(opens, *items))
    assert texts(selected.lead)[1:] == [text for text, _ in items[:10]]
    assert selected.items_left == 2


def test_the_line_that_opens_a_list_stands_with_its_items_while_they_are_short() -> None:
    opens, first, second = "Twee maatregelen:", "a) De boot vaart.", "b) De brug gaat open."
    one_item = select(lines(("Inleiding.", 0.1), (opens, 0.1), (first, 0.1), (second, 0.9)))
    assert texts(one_item.lead) == [opens, second]
    long = f"b) {' '.join(['woord'] * LIST_WORDS)}"
    too_long = select(lines(("Er zijn er twee, en wel deze:", 0.9), (first, 0.1), (long, 0.1)))
    assert texts(too_long.lead) == ["Er zijn er twee, en wel deze:"]
    assert texts(too_long.context) == [first, long]


@pytest.mark.parametrize("opens", ["Dit bedrag", "Daarvan is 2 miljoen", "Maar met die boten"])
def test_a_sentence_that_points_back_brings_the_one_before_it(opens: str) -> None:
    before, fact = "Er is 4 miljoen euro voor de veerboten.", f"{opens} en voor de rest niets."
    plain, long = "Voor de rest is er 2 miljoen euro en niets.", " ".join(["woord"] * BACK_WORDS)
    other = ("De sluis is een ander geval.", 0.1)
    assert texts(select(lines(other, (before, 0.1), (fact, 0.9))).lead) == [before, fact]
    assert texts(select(lines(other, (before, 0.1), (plain, 0.9))).lead) == [plain]
    assert texts(select(lines((long, 0.1), (fact, 0.9))).lead) == [fact]


def test_what_stands_in_brackets_is_in_front_only_where_there_is_nothing_else() -> None:
    source, fact = "(Bron: jaarverslag van de veerdienst 2023.)", "Er voeren 12 boten die dag."
    assert texts(select(lines((source, 0.9), (fact, 0.4))).lead) == [fact]
    assert texts(select(lines((fact, 0.9), (source, 0.8))).lead) == [fact]
    assert texts(select(lines((source, 0.9))).lead) == [source]


@pytest.mark.parametrize(("first", "least"), [(0.4, ALSO), (0.9, EQUAL * 0.9)])
def test_two_passages_that_are_about_as_likely_both_answer_but_for_a_bare_yes(
    first: float, least: float
) -> None:
    best = reading(0.9, answers=first)
    for second, said in ((least, 1), (least - 0.01, 0)):
        other = reading(0.9, 0.1, answers=second, hit=1)
        also = also_answers([best, other])
        assert also == other.sentences[:said]
        assert not set(also) & set(beside_sentences([best, other], also))
    yes = replace(YES, answers=least)
    assert also_answers([best, yes]) == also_answers([yes]) == also_answers([]) == ()


def test_beside_the_answer_only_what_leads_the_next_passage_is_shown_where_it_came_near() -> None:
    first, third = reading(0.9, answers=0.5), reading(0.9, answers=0.39, hit=1)
    second = reading(0.9, 0.1, 0.2, answers=0.4, hit=2)
    assert beside_sentences([first, second, third]) == list(second.sentences[:1])
    assert beside_sentences([first]) == beside_sentences([]) == []
    third = reading(0.9, answers=0.7, hit=2)
    assert beside_sentences([reading(0.9), YES]) == []
    assert beside_sentences([reading(0.9), YES, third]) == list(third.sentences)


@pytest.mark.parametrize(("first", "least"), [(0.9, CLOSE * 0.9), (0.35, NEAR)])
def test_how_near_a_passage_came_is_measured_by_the_best_one(first: float, least: float) -> None:
    for other, hits in ((least, [1]), (least - 0.01, [])):
        near = beside_sentences([reading(0.9, answers=first), reading(0.2, answers=other, hit=1)])
        assert [sentence.hit for sentence in near] == hits


def test_the_likeliest_sentences_are_weighed_and_equals_keep_their_order() -> None:
    sure, unsure = reading(0.2, 0.8, answers=0.9), reading(1.0, 0.5, answers=0.4, hit=1)
    found = likeliest([sure, unsure], 3)
    assert [(each.hit, each.start) for each in found] == [(0, 10), (1, 0), (1, 10)]
    assert likeliest([unsure, sure], 99)[:3] == found
    assert len(likeliest([sure, unsure], 99)) == 4
    assert likeliest([sure, unsure], 0) == likeliest([], 5) == likeliest([reading()], 5) == []
    found = likeliest([reading(0.5, 0.5, hit=1), reading(0.5, 0.5, hit=0)], 4)
    assert [(each.hit, each.start) for each in found] == [(0, 0), (0, 10), (1, 0), (1, 10)]
    assert confidence([]) == 0.0
    assert confidence([unsure, sure, unsure]) == 0.9


# --- when a question is refused


@pytest.mark.parametrize("threshold", [0, 0.37, 1])
def test_a_calibration_in_the_data_folder_sets_the_threshold(
    tmp_path: Path, threshold: float
) -> None:
    assert load_threshold(tmp_path) == load_threshold(tmp_path / "weg") == THRESHOLD
    content = json.dumps({"threshold": threshold, "questions": 12})
    (tmp_path / CALIBRATION_NAME).write_text(content, encoding="utf-8")
    assert load_threshold(tmp_path) == threshold
    assert isinstance(load_threshold(tmp_path), float)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"[]", b"3", b"null", b"{}", b"\xff\xfe", None),
        *(b'{"threshold": null}', b'{"threshold": "0.5"}', b'{"threshold": true}'),
        *(b'{"threshold": 2}', b'{"threshold": -0.1}', b'{"threshold": NaN}'),
    ],
)
def test_a_calibration_that_cannot_be_used_is_named_with_what_to_do(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / CALIBRATION_NAME
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(BadRequest) as caught:
        load_threshold(tmp_path)
    for language in ("nl", "en"):
        message = caught.value.message(language)
        assert str(path) in message
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
