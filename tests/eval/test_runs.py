"""Runs: complete, resumable, the same twice, and failures never vanish."""

from __future__ import annotations

import json
from pathlib import Path

import ir_measures
import pytest
from eval_case import BUS, DOCUMENTS, QUESTIONS, System, answered

from eval.runs import Run, read_run, run
from index.errors import BadRequest, ModelUnavailable, UnreadableFile
from rag.conversation.followups import Turn

CONFIG = {"model": {"name": "none"}, "settings": {"top_k": 8}}


def start(directory: Path, system: System, workers: int = 1) -> Run:
    return run(directory, QUESTIONS, DOCUMENTS, system, CONFIG, workers=workers)


def test_a_run_holds_configuration_answers_scores_and_trec_files_and_asks_nothing_again(tmp_path):
    told: list[tuple[int, int]] = []
    finished = run(
        tmp_path / "run",
        QUESTIONS,
        DOCUMENTS,
        System(),
        CONFIG,
        progress=lambda *at: told.append(at),
    )
    assert (told[0], told[-1]) == ((0, 7), (7, 7))
    assert finished.config == CONFIG
    assert set(finished.answers) == {question.id for question in QUESTIONS}
    assert finished.scores["metrics"]["accuracy"]["value"] == 1.0
    assert finished.scores["metrics"]["refusal_recall"]["value"] == 1.0
    assert sum(finished.scores["causes"].values()) == 0
    assert finished.scores["latency"]["ms"]["search"]["p50"] == 10.0
    assert finished.scores["latency"]["tokens"] == {"prompt": 500, "completion": 50}
    text = (tmp_path / "run" / "answers.jsonl").read_text(encoding="utf-8")
    assert all(json.loads(line)["seconds"] >= 0 for line in text.splitlines())
    measures = ir_measures.calc_aggregate(
        [ir_measures.parse_measure("Success@1")],
        ir_measures.read_trec_qrels(str(tmp_path / "run" / "qrels.trec")),
        ir_measures.read_trec_run(str(tmp_path / "run" / "run.trec")),
    )
    assert list(measures.values()) == [finished.scores["metrics"]["success_1"]["value"]]
    again = System()
    start(tmp_path / "run", again)
    assert again.asked == []
    before = (tmp_path / "run" / "scores.json").read_bytes()
    with pytest.raises(BadRequest, match="settings"):
        run(tmp_path / "run", QUESTIONS, DOCUMENTS, System(), {**CONFIG, "settings": {"top_k": 1}})
    assert (tmp_path / "run" / "scores.json").read_bytes() == before


def test_two_runs_of_the_same_configuration_give_the_same_scores(tmp_path):
    one, two = (start(tmp_path / name, System(), workers) for name, workers in (("a", 1), ("b", 3)))
    for finished in (one, two):
        del finished.scores["latency"]
    assert one.scores == two.scores


def test_a_failing_question_scores_zero_and_stays_in_every_mean(tmp_path):
    failing = System({"bus1": RuntimeError("stuk"), "weer": ModelUnavailable("weg", "gone")})
    finished = start(tmp_path / "run", failing)
    found = finished.scores["metrics"]
    assert found["accuracy"]["value"] == pytest.approx(4 / 5)
    assert found["accuracy"]["n"] == 5
    assert found["success_1"]["value"] == pytest.approx(4 / 5)
    assert found["refusal_recall"]["value"] == pytest.approx(1 / 2)
    assert found["completed"]["value"] == pytest.approx(5 / 7)
    assert finished.scores["causes"]["error"] == 2
    assert finished.answers["bus1"]["error"] == "RuntimeError: stuk"
    assert finished.answers["weer"]["error"] == "ModelUnavailable: weg"


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    class Interrupted(System):
        def __call__(self, text, history):  # type: ignore[no-untyped-def]
            if len(self.asked) == 3:
                raise KeyboardInterrupt
            return super().__call__(text, history)

    directory = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        start(directory, Interrupted())
    assert not (directory / "scores.json").exists()
    # The power went off in the middle of a line.
    with (directory / "answers.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "weer", "ques')
    rest = System()
    finished = start(directory, rest)
    assert rest.asked == ["weer", "voetbal", "d/1", "d/2"]
    assert len(finished.answers) == len(QUESTIONS)
    whole = start(tmp_path / "whole", System())
    assert finished.scores["metrics"] == whole.scores["metrics"]


def test_a_dialogue_gets_the_answers_that_the_system_gave(tmp_path):
    system = System({"d/1": {**answered(BUS, 1), "read_as": "hoe is het gelezen?"}})
    start(tmp_path / "run", system)
    (turn,) = system.histories["d/2"]
    assert turn.question == "hoe is het gelezen?"
    assert turn.answer == BUS.passages[1].text
    assert turn.documents == (BUS.id,)
    failing = System({"d/1": RuntimeError("stuk")})
    start(tmp_path / "failing", failing)
    assert failing.histories["d/2"] == [Turn("Vraag d/1?", None)]


def test_a_folder_of_other_things_is_left_alone_and_gold_of_another_index_leaves_none(tmp_path):
    with pytest.raises(UnreadableFile, match=r"config\.json"):
        read_run(tmp_path)
    with pytest.raises(BadRequest, match="indexeer"):
        run(tmp_path / "run", QUESTIONS, DOCUMENTS[:1], System(), CONFIG)
    (tmp_path / "brief.txt").write_text("van iemand anders")
    with pytest.raises(BadRequest, match="niet leeg"):
        start(tmp_path, System())
    assert [path.name for path in tmp_path.iterdir()] == ["brief.txt"]


def test_scores_hold_the_lengths_and_the_reliability_of_the_confidence(tmp_path):
    sure, unsure = answered(BUS, 0), answered(BUS, 2)
    sure["confidence"], unsure["confidence"] = 0.95, 0.35
    finished = start(tmp_path / "run", System({"bus1": sure, "bus2": unsure}))
    assert finished.scores["words"]["answer"]["n"] == 5
    assert finished.scores["words"]["first_sentence"]["value"] == 8
    bins = {each["low"]: each for each in finished.scores["reliability"]["bins"]}
    # bus2 is given the wrong passage at 0.35; those that are refused count with theirs.
    assert (bins[0.3]["n"], bins[0.3]["stated"], bins[0.3]["true"]) == (1, 0.35, 0.0)
    assert bins[0.9]["n"] == 6
    assert finished.scores["reliability"]["error"] > 0
