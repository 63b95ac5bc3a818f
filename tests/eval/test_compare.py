"""Comparing runs: a worse system is caught, by the right metric."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eval_case import BUS, DOCUMENTS, FISH, QUESTIONS, System, answered, refused

from eval.cli import main
from eval.compare import Comparison, Moved, Tolerances, compare_runs, load_tolerances
from eval.comparison_report import comparison_markdown
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


def test_a_changed_number_is_caught_by_figures_kept(tmp_path):
    worse = {"vis1": answered(FISH, 0, "Op 18 oktober 2023 zijn 23 vissen geteld.")}
    comparison = compare_runs(make(tmp_path / "a"), make(tmp_path / "b", worse))
    assert fallen(comparison) == {"figures_kept"}
    assert [each.base["id"] for each in comparison.worse] == ["vis1"]
    assert comparison.worse[0].moved == (Moved("figures_kept", 1.0, 0.0),)


def test_answers_without_sources_are_caught_by_the_citations(tmp_path):
    bare = answered(BUS, 1)
    bare["citations"], bare["sentences"][0]["citations"] = [], []
    comparison = compare_runs(make(tmp_path / "a"), make(tmp_path / "b", {"bus2": bare}))
    assert {"cited_gold", "citation_recall", "citation_f1"} <= fallen(comparison)
    assert not {"success_5", "facts_strict", "refusal_recall"} & fallen(comparison)


def test_worse_retrieval_is_caught_by_the_retrieval_metrics(tmp_path):
    one = answered(BUS, 1)
    one["hits"] = one["hits"][1:]
    comparison = compare_runs(make(tmp_path / "a"), make(tmp_path / "b", {"bus2": one}))
    names = {"success_1", "success_5", "recall_5", "recall_10", "rr_10", "ndcg_10"}
    assert fallen(comparison) == names


def test_answering_everything_is_caught_by_refusal_recall(tmp_path):
    base, new = make(tmp_path / "a"), make(tmp_path / "b", {"weer": answered(BUS, 2)})
    assert {"refusal_recall", "crag", "precision"} <= fallen(compare_runs(base, new))
    back = compare_runs(new, base)
    assert [each.base["id"] for each in back.better] == ["weer"]
    assert back.worse == ()


def test_equal_runs_show_no_difference_nor_what_an_older_run_does_not_have(tmp_path):
    base, new = make(tmp_path / "a"), make(tmp_path / "b")
    comparison = compare_runs(base, new)
    assert {each.value for each in comparison.differences.values()} == {0.0}
    assert comparison.better == comparison.worse == ()
    for row in base.scores["questions"]:
        del row["words"]
        row["shares"].pop("facts_first", None)
    comparison = compare_runs(base, new)
    assert comparison.better == comparison.worse == ()
    assert comparison.words["answer"] == (None, 12)


def test_questions_that_only_one_run_has_are_told_and_not_compared(tmp_path):
    base, new = make(tmp_path / "a"), make(tmp_path / "b", questions=QUESTIONS[1:])
    comparison = compare_runs(base, new)
    assert comparison.only_base == ("bus1",)
    assert comparison.n == 6
    with pytest.raises(BadRequest, match="bus1"):
        compare_runs(base, new, Tolerances({"accuracy": 0.1}, {}))
    with pytest.raises(BadRequest, match="geen vraag gemeen"):
        compare_runs(make(tmp_path / "c", questions=QUESTIONS[:1]), new)


def test_a_metric_that_lost_its_value_regresses(tmp_path):
    base = make(tmp_path / "a")
    never = {name: refused((BUS, 0)) for name in ("bus1", "bus2", "vis1", "d/1", "d/2")}
    new = make(tmp_path / "b", never)
    comparison = compare_runs(base, new, Tolerances({"precision": 0.5, "refusal_recall": 0.0}, {}))
    assert [each.metric.name for each in comparison.regressions] == ["precision"]


def test_a_fact_that_one_document_lost_is_caught_beside_a_mean_that_holds(tmp_path):
    base = make(tmp_path / "a")
    new = make(tmp_path / "b", {"vis1": answered(FISH, 0, "Er zijn vissen geteld.")})
    loose = {"facts_lenient": 0.5}
    assert compare_runs(base, new, Tolerances(loose, {})).regressions == ()
    found = compare_runs(base, new, Tolerances(loose, {"facts_lenient": 0.2})).regressions
    [one] = found
    assert (one.document, one.metric.name) == ("vis.txt", "facts_lenient")
    assert (one.base, one.new, one.tolerance) == (1.0, 0.0, 0.2)


def test_a_figure_that_changed_in_a_document_is_caught_though_no_answer_names_it(tmp_path):
    base = make(tmp_path / "a")
    read_otherwise = replace(FISH.passages[0], text="Op 18 oktober 2024 zijn 28 vissen geteld.")
    fish = replace(
        FISH, text=FISH.text.replace("23", "28"), passages=(read_otherwise, *FISH.passages[1:])
    )
    new = run(tmp_path / "b", QUESTIONS, (BUS, fish), System(), {})
    [one] = compare_runs(base, new, Tolerances({}, {"facts_indexed": 0.0})).regressions
    assert (one.document, one.metric.name) == ("vis.txt", "facts_indexed")
    told = comparison_markdown(compare_runs(base, new, Tolerances({}, {"facts_indexed": 0.0})))
    assert "vis.txt: feiten die in de geïndexeerde goudpassage staan 100,0\u00a0% → 0,0" in told


def test_the_lengths_of_answers_are_compared_over_the_questions_of_both(tmp_path):
    base = make(tmp_path / "a")
    new = make(tmp_path / "b", {"bus1": answered(BUS, 0, "1.750 bussen.")})
    words = compare_runs(base, new).words
    assert words["first_sentence"] == (
        12,
        8,
    )  # of 12, 13, 8, 12 and 1; then 2 in place of the first


@pytest.mark.parametrize(("tolerance", "code"), [("0.0", 1), ("0.19", 1), ("0.2", 0)])
def test_the_exit_code_follows_the_tolerances(tmp_path, tolerance, code, capsys):
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
        ("[tolerances]\n[documents]\n", "tolerances"),
        ("[per_document]\n", "tolerances"),
        ("per_document = 1\n[tolerances]\n", "per_document"),
        ("[tolerances]\n[per_document]\nfacts = 0.1\n", "facts"),
        ("[tolerances\n", "-"),
    ],
)
def test_faulty_tolerances_are_refused_with_file_and_key(tmp_path, text, key):
    path = tmp_path / "t.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadRequest, match=rf"t\.toml, sleutel {key}:"):
        load_tolerances(path)
