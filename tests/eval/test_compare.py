"""Comparing runs: a worse system is caught, by the right metric."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from eval_case import BUS, DOCUMENTS, FISH, QUESTIONS, System, answered, refused

from eval.cli import main
from eval.compare import Comparison, compare_runs, load_tolerances
from eval.runs import Run, run
from index.errors import BadRequest


def make(directory: Path, instead: dict[str, Any] | None = None, questions: Any = QUESTIONS) -> Run:
    return run(directory, questions, DOCUMENTS, System(instead), {})


def fallen(comparison: Comparison) -> set[str]:
    return {
        metric.name
        for metric, each in comparison.differences.items()
        if each.value is not None and each.value < 0
    }


def test_a_changed_number_is_caught_by_figures_kept(tmp_path: Path) -> None:
    worse = {"vis1": answered(FISH, 0, "Op 18 oktober 2023 zijn 23 vissen geteld.")}
    comparison = compare_runs(make(tmp_path / "a"), make(tmp_path / "b", worse))
    assert fallen(comparison) == {"figures_kept"}
    assert [each.base["id"] for each in comparison.worse] == ["vis1"]
    assert comparison.worse[0].metrics == ("figures_kept",)


def test_answers_without_sources_are_caught_by_the_citations(tmp_path: Path) -> None:
    bare = answered(BUS, 1)
    bare["citations"], bare["sentences"][0]["citations"] = [], []
    comparison = compare_runs(make(tmp_path / "a"), make(tmp_path / "b", {"bus2": bare}))
    assert {"cited_gold", "citation_recall", "citation_f1"} <= fallen(comparison)
    assert not {"success_5", "facts_strict", "refusal_recall"} & fallen(comparison)


def test_worse_retrieval_is_caught_by_the_retrieval_metrics(tmp_path: Path) -> None:
    one = answered(BUS, 1)
    one["hits"] = one["hits"][1:]
    comparison = compare_runs(make(tmp_path / "a"), make(tmp_path / "b", {"bus2": one}))
    names = {"success_1", "success_5", "recall_5", "recall_10", "rr_10", "ndcg_10"}
    assert fallen(comparison) == names


def test_answering_everything_is_caught_by_refusal_recall(tmp_path: Path) -> None:
    base, new = make(tmp_path / "a"), make(tmp_path / "b", {"weer": answered(BUS, 2)})
    assert {"refusal_recall", "crag", "precision"} <= fallen(compare_runs(base, new))
    back = compare_runs(new, base)
    assert [each.base["id"] for each in back.better] == ["weer"]
    assert back.worse == ()


def test_equal_runs_show_no_difference(tmp_path: Path) -> None:
    comparison = compare_runs(make(tmp_path / "a"), make(tmp_path / "b"))
    assert {each.value for each in comparison.differences.values()} == {0.0}
    assert comparison.better == comparison.worse == ()


def test_questions_that_only_one_run_has_are_told_and_not_compared(tmp_path: Path) -> None:
    base, new = make(tmp_path / "a"), make(tmp_path / "b", questions=QUESTIONS[1:])
    comparison = compare_runs(base, new)
    assert comparison.only_base == ("bus1",)
    assert comparison.n == 6
    with pytest.raises(BadRequest, match="bus1"):
        compare_runs(base, new, {"accuracy": 0.1})
    with pytest.raises(BadRequest, match="geen vraag gemeen"):
        compare_runs(make(tmp_path / "c", questions=QUESTIONS[:1]), new)


def test_a_metric_that_lost_its_value_regresses(tmp_path: Path) -> None:
    base = make(tmp_path / "a")
    never = {name: refused((BUS, 0)) for name in ("bus1", "bus2", "vis1", "d/1", "d/2")}
    new = make(tmp_path / "b", never)
    comparison = compare_runs(base, new, {"precision": 0.5, "refusal_recall": 0.0})
    assert [each.metric.name for each in comparison.regressions] == ["precision"]


@pytest.mark.parametrize(("tolerance", "code"), [("0.0", 1), ("0.19", 1), ("0.2", 0)])
def test_the_exit_code_follows_the_tolerances(
    tmp_path: Path, tolerance: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "a")
    make(tmp_path / "b", {"bus1": refused((BUS, 0))})
    file = tmp_path / "tolerances.toml"
    file.write_text(f"[tolerances]\naccuracy = {tolerance}\n", encoding="utf-8")
    page = tmp_path / "compare.html"
    folders = [str(tmp_path / "a"), str(tmp_path / "b")]
    assert main(["compare", *folders, "--tolerances", str(file), "--html", str(page)]) == code
    told = capsys.readouterr().out
    assert ("Achteruitgang" in told) == bool(code)
    assert "geen bewijs" in told
    assert page.read_text(encoding="utf-8").count("<blockquote>") == 2


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[tolerances]\nacuracy = 0.1\n", "acuracy"),
        ('[tolerances]\naccuracy = "veel"\n', "accuracy"),
        ("accuracy = 0.1\n", "tolerances"),
        ("[tolerances\n", "-"),
    ],
)
def test_faulty_tolerances_are_refused_with_file_and_key(
    tmp_path: Path, text: str, key: str
) -> None:
    path = tmp_path / "t.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadRequest, match=rf"t\.toml, sleutel {key}:"):
        load_tolerances(path)
