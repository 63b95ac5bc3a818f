"""Every metric against examples worked by hand."""

from __future__ import annotations

from math import log2
from typing import Any

import pytest
from eval_case import BUS, DOCUMENTS, FISH, QUESTIONS, answered, refused

from eval import metrics
from eval.gold import GoldPassage, GoldQuestion, resolve
from eval.metrics import Corpus, Scored

CORPUS = Corpus(DOCUMENTS)
TARGETS = resolve(QUESTIONS, DOCUMENTS)
BY_ID = {question.id: question for question in QUESTIONS}


def score(name: str, answer: dict[str, Any] | None) -> Scored:
    ranking = {name: metrics.ranking(answer, CORPUS)}
    judged = {name: TARGETS[name]} if TARGETS[name] else {}
    retrieval = metrics.retrieval_scores(judged, ranking).get(name, {})
    return metrics.score(BY_ID[name], TARGETS[name], answer, CORPUS, retrieval)


def value(scored: Scored, name: str) -> float:
    above, below = scored.shares[name]
    return above / below


def test_retrieval_follows_the_published_formulas():
    targets = resolve(
        [
            GoldQuestion(
                "q", "?", True, (GoldPassage("bus.txt", (1,)), GoldPassage("bus.txt", (4,)))
            )
        ],
        DOCUMENTS,
    )
    relevant = sorted(key for target in targets["q"] for key in target.passages)
    ranking = ["x:1", relevant[0], "x:2", "x:3", "x:4", "x:5", relevant[1]]
    found = metrics.retrieval_scores(targets, {"q": ranking})["q"]
    assert found["success_1"] == 0
    assert found["success_5"] == 1
    assert found["recall_5"] == 0.5
    assert found["recall_10"] == 1
    assert found["rr_10"] == 0.5
    ideal = 1 / log2(2) + 1 / log2(3)
    assert found["ndcg_10"] == pytest.approx((1 / log2(3) + 1 / log2(8)) / ideal)


def test_retrieval_needs_one_gold_passage_and_scores_zero_without_hits():
    found = metrics.retrieval_scores({"bus1": TARGETS["bus1"]}, {"bus1": []})
    assert set(found["bus1"].values()) == {0.0}
    targets = [*TARGETS["bus1"], *TARGETS["bus2"]]
    assert metrics.citation_scores(pairs(1), targets) == (1, 1, 1)
    assert metrics.citation_scores(pairs(1, 2, 3), targets) == (1, 1, 1)


def test_a_right_answer_scores_full_marks():
    scored = score("bus2", answered(BUS, 1))
    assert scored.cause is None
    names = "accuracy precision crag success_1 citation_f1 citation_exists facts_strict"
    for name in f"{names} figures_kept answer_f1 completed cited_gold".split():
        assert value(scored, name) == 1.0, name


def test_a_failure_scores_zero_on_every_metric_that_is_about_its_question():
    right, failed = score("bus2", answered(BUS, 1)), score("bus2", None)
    assert failed.cause == "error"
    about = failed.shares.keys() - {"facts_indexed"}  # which is of the document
    assert all(failed.shares[name][0] == 0 for name in about)
    # What has answers or citations in its denominator cannot count without them.
    gone = right.shares.keys() - failed.shares.keys()
    assert gone == {"precision", "answer_precision", "cited_gold_answered", "citation_exists"}
    unanswerable = score("weer", None)
    assert value(unanswerable, "refusal_recall") == 0.0
    assert value(unanswerable, "crag") == 0.0


def pairs(*numbers: int) -> frozenset[tuple[str, int | str]]:
    return frozenset((BUS.id, number) for number in numbers)


def test_citation_scores_are_over_document_and_question_number():
    (target,) = TARGETS["bus2"]
    assert metrics.citation_scores(pairs(2, 3), [target]) == (1, 1, 1)
    assert metrics.citation_scores(pairs(2), [target]) == (1, 0.5, pytest.approx(2 / 3))
    assert metrics.citation_scores(pairs(2, 3, 1, 4), [target]) == (0.5, 1, pytest.approx(2 / 3))
    assert metrics.citation_scores(frozenset({(FISH.id, 2)}), [target]) == (0, 0, 0)
    assert metrics.citation_scores(frozenset(), [target]) == (0, 0, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"questions": [9]},
        {"questions": []},
        {"start": 0},
        {"end": 10_000},
        {"quote": "Er rijden nu 9.999 bussen."},
        {"document": {"id": "bestaat-niet"}},
    ],
)
def test_a_citation_of_what_does_not_exist_is_a_false_positive(change):
    answer = answered(BUS, 0)
    answer["citations"].append({**answer["citations"][0], **change})
    scored = score("bus1", answer)
    assert value(scored, "citation_precision") == 0.5
    assert value(scored, "citation_recall") == 1.0
    assert value(scored, "citation_exists") == 0.5


def test_a_section_without_numbers_is_cited_as_itself():
    question = GoldQuestion("brief", "?", True, (GoldPassage("vis.txt", quote="Brief"),))
    targets = resolve([question], DOCUMENTS)["brief"]
    section, other = answered(FISH, 1)["citations"], answered(FISH, 0)["citations"]
    assert metrics.cites(section[0], targets, CORPUS)
    assert not metrics.cites(other[0], targets, CORPUS)


def test_facts_are_counted_strictly_and_leniently():
    scored = score("bus2", answered(BUS, 1, "In 2030 moeten alle bussen uitstootvrij zijn."))
    assert value(scored, "facts_strict") == 0
    assert value(scored, "facts_lenient") == 0.5
    assert scored.missing == (("4,6",),)
    assert scored.cause == "fact_missing"


def test_the_figures_of_a_sentence_must_be_in_what_that_sentence_cites():
    answer = answered(BUS, 0)
    answer["citations"].append(answered(BUS, 1)["citations"][0])
    answer["sentences"] = [{"text": "In 2030.", "status": "carried", "citations": [0]}]
    assert metrics.altered_figures(answer, CORPUS) == ("2030",)
    answer["sentences"][0]["citations"] = [1]
    assert metrics.altered_figures(answer, CORPUS) == ()
    answer["sentences"][0]["citations"] = []
    assert metrics.altered_figures(answer, CORPUS) == ("2030",)


@pytest.mark.parametrize(
    ("name", "answer", "cause"),
    [
        ("weer", refused((BUS, 2)), None),
        ("weer", answered(BUS, 2), "wrongly_answered"),
        ("bus1", refused((BUS, 0)), "wrongly_refused"),
        ("bus1", refused((BUS, 2)), "not_retrieved"),
        ("bus1", answered(BUS, 2), "not_retrieved"),
        ("bus1", {**answered(BUS, 2), "hits": answered(BUS, 0)["hits"]}, "not_cited"),
        ("d/2", answered(BUS, 2), None),
    ],
)
def test_each_failure_has_its_cause(name, answer, cause):
    assert score(name, answer).cause == cause


def test_abstention_and_litqa_over_a_set():
    # Answerable: 2 right, 1 wrong, 1 refused. Unanswerable: 2 refused, 1 answered.
    outcomes = [
        (True, True, True),
        (True, True, True),
        (True, True, False),
        (True, False, False),
        (False, False, True),
        (False, False, True),
        (False, True, False),
    ]
    rows = [metrics.outcome_shares(can, did, not did, ok) for can, did, ok in outcomes]
    assert [row["crag"] for row in rows[1:]] == [(each, 1.0) for each in (1, -1, 0, 1, 1, -1)]

    def over_all(name: str) -> float:
        return sum(row[name][0] for row in rows) / sum(row[name][1] for row in rows)

    assert over_all("refusal_precision") == pytest.approx(2 / 3)
    assert over_all("refusal_recall") == pytest.approx(2 / 3)
    assert over_all("refusal_f1") == pytest.approx(2 / 3)
    assert over_all("answer_precision") == 3 / 4
    assert over_all("answer_recall") == 3 / 4
    assert over_all("accuracy") == 2 / 4
    assert over_all("precision") == 2 / 4
    # (2 * correct + missing) / n - 1, with correct = 4 and missing = 1.
    assert over_all("crag") == pytest.approx((2 * 4 + 1) / 7 - 1)


def test_texts_are_compared_by_their_words_and_characters():
    assert metrics.token_f1("De bus, het plein.", "bus plein") == 1.0
    # Shared: "bus"; three words against two.
    assert metrics.token_f1("een rode bus rijdt", "de bus stopt") == pytest.approx(2 / 5)
    assert metrics.token_f1("", "bus") == 0.0
    assert metrics.chrf("vier bussen", "vier bussen") == pytest.approx(1.0)
    assert metrics.chrf("", "vier bussen") == 0.0
    assert 0.3 < metrics.chrf("vijf bussen", "vier bussen") < 0.9
    shown = answered(BUS, 1, "• In 2030 - zo staat er - 4,6 miljoen.")
    shown["sentences"].append({"text": "Nee.", "status": "quoted", "citations": [0]})
    assert metrics.words_shown(shown) == {"first_sentence": 7, "answer": 8}
    assert metrics.words_shown({"sentences": []}) == {"first_sentence": 0, "answer": 0}


def test_the_first_sentence_must_have_all_facts_to_be_right_at_once():
    at_once = answered(BUS, 1, "In 2030 kost dat 4,6 miljoen euro.")
    assert value(score("bus2", at_once), "facts_first") == 1.0
    later = answered(BUS, 1, "In 2030 moet het zo zijn.")
    more = {"text": "Dat kost 4,6 miljoen euro.", "status": "quoted", "citations": [0]}
    later["sentences"].append(more)
    later["answer"] += " " + more["text"]
    scored = score("bus2", later)
    assert value(scored, "facts_strict") == 1.0
    assert value(scored, "facts_first") == 0.0
    assert value(score("bus2", refused((BUS, 1))), "facts_first") == 0.0
    assert value(score("bus2", None), "facts_first") == 0.0


def test_sentences_that_the_reader_was_asked_about_are_counted_one_by_one():
    given = metrics.score(
        BY_ID["bus1"],
        TARGETS["bus1"],
        answered(BUS, 0),
        CORPUS,
        metrics.retrieval_scores({"bus1": TARGETS["bus1"]}, {"bus1": []})["bus1"],
        [True, None, False, True],
    )
    assert given.shares["to_the_point"] == (2.0, 3.0)
    assert "to_the_point" not in score("bus1", answered(BUS, 0)).shares


def short(text=None, *dropped):
    """An answer above which a model was asked to write."""
    made = answered(BUS, 1) | {"prompt_hash": "abc"}
    made["dropped"] = [{"text": each, "why": "x"} for each in dropped]
    made["in_short"] = text and {"text": text, "citations": [0], "model": "m"}
    return made


def test_sentences_in_short_are_counted_where_a_model_was_asked_for_them():
    names = {"short_written", "short_passed", "short_facts"}
    assert not names & score("bus2", answered(BUS, 1)).shares.keys()
    compose = short("In 2030 is het 4,6 miljoen euro.") | {"mode": "compose"}
    assert not names & score("bus2", compose).shares.keys()
    for answer, shares in (
        (short("In 2030 is het 4,6 miljoen euro."), {"w": (1, 1), "p": (1, 1), "f": (1, 1)}),
        (short("In 2030 moet het."), {"w": (1, 1), "p": (1, 1), "f": (0, 1)}),
        (short(None, "Het kost niets."), {"w": (1, 1), "p": (0, 1)}),
        (short(), {"w": (0, 1)}),
    ):
        found = score("bus2", answer).shares
        given = {name.removeprefix("short_")[0]: found[name] for name in names & found.keys()}
        assert given == shares


def test_a_changed_number_is_an_altered_figure_also_in_short():
    scored = score("bus1", answered(BUS, 0, "Er rijden nu 1.750 bussen, 40 procent van alle."))
    assert scored.altered == ("40 procent",)
    assert value(scored, "figures_kept") == 0
    assert scored.cause == "altered_figure"
    assert score("bus2", short("In 2030 is het 4,7 miljoen euro.")).altered == ("4,7 miljoen",)
    assert score("bus2", short("In 2030 is het 4,6 miljoen euro.")).altered == ()
