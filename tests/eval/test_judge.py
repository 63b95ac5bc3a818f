"""A model as judge: what it is shown, what is kept, and how its agreement is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from answering_parts import Script, ScriptedModel
from eval_case import BUS, DOCUMENTS, FISH, QUESTIONS, System, answered, refused
from local_service import Exchange, serving

from eval.cli import main
from eval.judge import VERDICTS, agreement, judge_run
from eval.runs import Run, run
from index.errors import ModelUnavailable, UnreadableFile
from rag.llm.prompts import load_prompt

# Judged are bus1, bus2, d/1 and d/2, in this order.
INSTEAD: dict[str, dict[str, Any] | Exception] = {
    "bus2": answered(BUS, 1, "Dat kost 4,6 miljoen euro."),  # lacks the year: not "correct"
    "vis1": refused((FISH, 0)),
    "voetbal": answered(BUS, 2),
}


def finished(folder: Path) -> Run:
    return run(folder / "run", QUESTIONS, DOCUMENTS, System(INSTEAD), {})


def verdicts(*given: str) -> list[Script]:
    return [{"oordeel": each} for each in given]


def written(case: Run) -> Any:
    return json.loads((case.directory / "judge.json").read_text(encoding="utf-8"))


def test_answers_to_answerable_questions_are_judged_and_the_others_counted(tmp_path):
    case = finished(tmp_path)
    model = ScriptedModel(*verdicts("juist", "onvolledig", "onjuist", "juist"))
    judgement = judge_run(case, model)
    given = {"bus1": "juist", "bus2": "onvolledig", "d/1": "onjuist", "d/2": "juist"}
    assert judgement.verdicts == given
    on_disk = written(case)
    assert {name: each["verdict"] for name, each in on_disk["verdicts"].items()} == given
    assert on_disk["counts"] == {"juist": 2, "onvolledig": 1, "onjuist": 1}
    counted = {"refused": 2, "failed": 0, "unanswerable": 1, "no_reference": 0}
    assert on_disk["not_judged"] == judgement.not_judged == counted
    assert on_disk["model"] == {"name": "fake:model", "digest": None}
    assert on_disk["prompt"] == load_prompt("beoordeel").hash
    # It sees question, reference and answer, but not the facts.
    bus2, with_reference = model.prompts[1][1].content, model.prompts[3][1].content
    assert "Vraag bus2?" in bus2
    assert f"Goed antwoord:\n{BUS.passages[1].text}" in bus2
    assert bus2.endswith("Gegeven antwoord:\nDat kost 4,6 miljoen euro.")
    assert "Goed antwoord:\nNee.\n" in with_reference
    assert not any(r"1[. ]?750" in message.content for seen in model.prompts for message in seen)
    assert all(
        schema and schema["properties"]["oordeel"]["enum"] == list(VERDICTS)
        for schema in model.schemas
    )
    failing = run(tmp_path / "b", QUESTIONS, DOCUMENTS, System({"bus1": RuntimeError("kapot")}), {})
    judgement = judge_run(failing, ScriptedModel(*verdicts(*["juist"] * 4)))
    assert "bus1" not in judgement.verdicts
    assert judgement.not_judged["failed"] == 1


def test_agreement_with_the_metric_is_written(tmp_path):
    # By the metric bus1, d/1 and d/2 are right; by the judge bus1 and bus2.
    case = finished(tmp_path)
    judge_run(case, ScriptedModel(*verdicts("juist", "juist", "onjuist", "onvolledig")))
    found = written(case)["agreement"]
    assert (found["n"], found["raw"]) == (4, 0.25)
    cells = ("both_right", "only_judge", "only_metric", "both_wrong")
    assert [found[cell] for cell in cells] == [1, 1, 2, 0]
    # p_o = 1/4; p_e = 2/4 * 3/4 + 2/4 * 1/4 = 1/2; kappa = (1/4 - 1/2) / (1 - 1/2)
    assert found["kappa"] == pytest.approx(-0.5)


def test_kappa_is_that_of_a_table_worked_by_hand():
    # 20 and 15 agree, 5 and 10 do not: p_o = 35/50, p_e = .5 * .6 + .5 * .4 = .5, kappa = .4.
    pairs = [(True, True)] * 20 + [(True, False)] * 5
    pairs += [(False, True)] * 10 + [(False, False)] * 15
    found = agreement(pairs)
    assert found.raw == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)
    assert agreement([(True, True), (False, False)]).kappa == 1
    assert agreement([(a, b) for a in (True, False) for b in (True, False)]).kappa == 0
    assert agreement([(True, True)] * 3).raw == 1
    assert agreement([(True, True)] * 3).kappa is None
    assert (agreement([]).raw, agreement([]).kappa) == (None, None)


def test_an_interrupted_judgement_goes_on_where_it_stopped(tmp_path):
    case = finished(tmp_path)
    down = ModelUnavailable("weg", "gone")
    with pytest.raises(ModelUnavailable):
        judge_run(case, ScriptedModel(*verdicts("onjuist", "juist"), down))
    assert list(written(case)["verdicts"]) == ["bus1", "bus2"]
    model = ScriptedModel(*verdicts("juist", "juist"))
    seen: list[tuple[int, int]] = []
    judgement = judge_run(case, model, lambda done, total: seen.append((done, total)))
    assert len(model.prompts) == 2
    assert judgement.verdicts["bus1"] == "onjuist"
    assert seen == [(2, 4), (3, 4), (4, 4)]


def test_verdicts_of_another_model_or_on_another_answer_are_not_kept(tmp_path):
    case = finished(tmp_path)
    judge_run(case, ScriptedModel(*verdicts(*["juist"] * 4)))
    case.scores["questions"][0]["answer"] = "Er rijden er 20."
    model = ScriptedModel(*verdicts("onjuist"))
    assert judge_run(case, model).verdicts["bus1"] == "onjuist"
    other = ScriptedModel(*verdicts(*["onvolledig"] * 4))
    other.name = "fake:other"
    assert set(judge_run(case, other).verdicts.values()) == {"onvolledig"}
    assert written(case)["model"]["name"] == "fake:other"


@pytest.mark.parametrize("text", ["juist", '{"oordeel": "prima"}', '{"oordeel": ["juist"]}', "[]"])
def test_a_verdict_that_is_none_is_an_error_and_is_not_written(tmp_path, text):
    case = finished(tmp_path)
    with pytest.raises(ModelUnavailable, match="vraag bus2"):
        judge_run(case, ScriptedModel({"oordeel": "juist"}, text))
    assert list(written(case)["verdicts"]) == ["bus1"]


@pytest.mark.parametrize(
    "damage", ["{", "[]", '{"model": {"name": "fake:model", "digest": null}, "verdicts": []}']
)
def test_damaged_verdicts_are_refused_and_left_as_they_are(tmp_path, damage):
    case = finished(tmp_path)
    path = case.directory / "judge.json"
    path.write_text(damage, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"judge\.json"):
        judge_run(case, ScriptedModel())
    assert path.read_text(encoding="utf-8") == damage


def test_the_command_judges_by_the_model_of_the_settings(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", str(tmp_path))
    case = finished(tmp_path)

    def chat(exchange: Exchange) -> None:
        exchange.begin("text/event-stream")
        delta = {"content": '{"oordeel": "juist"}'}
        piece = {"choices": [{"index": 0, "delta": delta, "finish_reason": "stop"}]}
        exchange.write(f"data: {json.dumps(piece)}\n\ndata: [DONE]\n\n")

    with serving({"/v1/chat/completions": chat}) as service:
        given = ["judge", str(case.directory), "--set", "model=openai"]
        given += ["--set", f"openai_url={service.url}/v1", "--set", "openai_model=rechter"]
        assert main([*given, "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "judged 4: juist 4, onvolledig 0, onjuist 0" in told
    assert "answered right”: 0.750, Cohen's kappa 0.000" in told
    assert written(case)["model"]["name"] == "openai:rechter"


def test_the_command_refuses_to_judge_without_a_model(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", str(tmp_path))
    case = finished(tmp_path)
    assert main(["judge", str(case.directory), "--set", "model=none"]) == 2
    assert "model=none" in capsys.readouterr().err
    assert not (case.directory / "judge.json").exists()
