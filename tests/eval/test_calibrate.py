"""The abstention threshold and its evidence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from eval_case import DOCUMENTS, QUESTIONS, RIGHT, System, answered, refused

from eval.calibrate import calibrate, curve, fit
from eval.cli import main
from eval.runs import run
from index.errors import BadRequest

CLEAR = [(0.9, True), (0.8, True), (0.7, True), (0.3, False), (0.2, False)]


def test_a_threshold_splits_a_clear_gap_within_its_limit_and_refuses_nothing_without_one():
    assert fit(CLEAR, 0.0) == pytest.approx(0.5)
    points = [(0.9, True), (0.8, True), (0.7, True), (0.6, False), (0.4, True), (0.2, False)]
    assert fit(points, 0.0) == pytest.approx(0.3)
    assert fit(points, 0.25) == pytest.approx(0.65)
    points = [(0.5, True), (0.5, False), (0.5, True), (0.5, False)]
    assert fit(points, 0.05) == 0.5
    assert [each.coverage for _, each in curve(points)] == [1.0]


def test_the_curve_runs_from_answering_everything_to_answering_the_surest():
    evidence = [each for _, each in curve(CLEAR)]
    assert [each.coverage for each in evidence] == [1.0, 0.8, 0.6, 0.4, 0.2]
    assert [each.error for each in evidence] == [0.4, 0.25, 0.0, 0.0, 0.0]
    assert [each.refused for each in evidence] == [0.0, 0.5, 1.0, 1.0, 1.0]
    assert [each.wrongly_refused for each in evidence][2:] == pytest.approx([0, 1 / 3, 2 / 3])


def answers(confidence: dict[str, float]) -> dict[str, Any]:
    given = {
        question.id: answered(*RIGHT[question.id]) if question.id in RIGHT else refused()
        for question in QUESTIONS
    }
    return {name: {**given[name], "confidence": value} for name, value in confidence.items()}


SURE = {"bus1": 0.9, "bus2": 0.8, "vis1": 0.7, "d/1": 0.6, "d/2": 0.9, "weer": 0.1, "voetbal": 0.2}


def test_a_run_gives_a_threshold_with_its_evidence_in_a_file(tmp_path, capsys):
    run(tmp_path / "run", QUESTIONS, DOCUMENTS, System(answers(SURE)), {"gold": {"g": "1"}})
    out = tmp_path / "drempel.json"
    assert main(["calibrate", str(tmp_path / "run"), "--out", str(out)]) == 0
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["threshold"] == pytest.approx(0.4)
    assert written["fitted"] == {
        "coverage": pytest.approx(5 / 7),
        "error": 0.0,
        "refused": 1.0,
        "wrongly_refused": 0.0,
    }
    assert written["leave_one_out"]["refused"] == 1.0
    assert written["fitted_on"]["gold"] == {"g": "1"}
    assert len(written["curve"]) == 6
    assert "0.4" in capsys.readouterr().out


def test_questions_left_out_judge_the_threshold_harder_than_its_own(tmp_path):
    # One unanswerable question is surer than the other: without it nobody would refuse it.
    close = {**SURE, "voetbal": 0.59}
    finished = run(tmp_path / "run", QUESTIONS, DOCUMENTS, System(answers(close)), {})
    found = calibrate(finished)
    assert found.fitted.refused == 1.0
    assert found.leave_one_out.refused == 0.5


def test_failures_are_left_out_and_named(tmp_path):
    system = System({**answers(SURE), "bus1": RuntimeError("stuk")})
    assert calibrate(run(tmp_path / "run", QUESTIONS, DOCUMENTS, system, {})).left_out == ("bus1",)


def test_a_run_without_confidence_or_with_too_few_questions_is_refused(tmp_path):
    old = answers(SURE)
    del old["weer"]["confidence"]
    without = run(tmp_path / "a", QUESTIONS, DOCUMENTS, System(old), {})
    with pytest.raises(BadRequest, match="confidence"):
        calibrate(without)
    few = run(tmp_path / "b", QUESTIONS[:3], DOCUMENTS, System(answers(SURE)), {})
    with pytest.raises(BadRequest, match="te weinig"):
        calibrate(few)
