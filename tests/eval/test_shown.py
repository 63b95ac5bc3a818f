"""Which shown sentences the reader holds to answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval_case import BUS, DOCUMENTS, FISH, QUESTIONS, System, answered, refused

from eval.metrics import Corpus
from eval.runs import run
from eval.shown import held_by
from rag.reader.reader import Reading, Text

CORPUS = Corpus(DOCUMENTS)


class Reader:
    """Holds every sentence with a digit, and keeps what it was shown."""

    def __init__(self) -> None:
        self.read_texts: list[tuple[str, Sequence[Text]]] = []

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        self.read_texts.append((question, texts))
        return [
            Reading(0.0, tuple(1.0 if any(map(str.isdigit, s)) else -1.0 for s in text.sentences))
            for text in texts
        ]


def held(answer: dict[str, Any], reader: Reader | None = None) -> list[bool | None]:
    return list(held_by(reader or Reader(), CORPUS)(answer))  # type: ignore[arg-type]


def test_a_shown_sentence_is_judged_within_the_whole_passage_that_it_cites():
    reader = Reader()
    shown = answered(BUS, 1, "Dat kost 4,6 miljoen euro.")
    assert held(shown, reader) == [True]
    [(question, [text])] = reader.read_texts
    assert question == shown["read_as"]
    assert text.sentences == (
        "In 2030 moeten alle bussen uitstootvrij zijn.",
        "Dat kost 4,6 miljoen euro.",
    )
    assert text.asked.startswith("Vraag 2: wat is er aan de hand")


def test_what_a_sentence_holds_of_what_was_asked():
    assert held(answered(BUS, 2)) == [False]
    assert held(answered(BUS, 0)) == [True]
    assert held(answered(BUS, 1, "Dat kost 4,6")) == [True]


def test_what_a_model_wrote_is_not_asked_about_nor_what_cites_nothing_that_exists():
    assert held(answered(BUS, 1, "De kosten bedragen 4,6 miljoen euro.")) == [None]
    elsewhere = answered(FISH, 0)
    elsewhere["citations"][0]["quote"] = "Iets anders."
    assert held(elsewhere) == [None]


def test_a_refusal_shows_no_sentence():
    reader = Reader()
    assert held(refused((BUS, 1)), reader) == []
    assert reader.read_texts == []


def test_a_run_keeps_what_the_reader_held_and_scores_by_it(tmp_path):
    hold = held_by(Reader(), CORPUS)  # type: ignore[arg-type]
    done = run(tmp_path / "run", QUESTIONS, DOCUMENTS, System(), {}, hold=hold)
    assert done.answers["d/2"]["held"] == [False]
    found = done.scores["metrics"]["to_the_point"]
    assert (found["value"], found["n"]) == (4 / 5, 5)
    without = run(tmp_path / "other", QUESTIONS, DOCUMENTS, System(), {})
    assert "to_the_point" not in without.scores["metrics"]
