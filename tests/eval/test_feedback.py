"""Users' verdicts become gold questions that load, and that run on the index they came from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from answering_parts import words_index
from eval_case import BUS, DOCUMENTS, FISH
from surface_parts import FERRY

from eval.cli import main
from eval.feedback import draft_line, facts_of, gold_of_feedback
from eval.gold import GoldPassage, fact_found, load_gold, remarks
from eval.quantities import figures
from eval.runs import run
from index.errors import BadRequest
from index.index import Index
from rag.conversation.followups import Turn
from rag.pipeline.answerability import CALIBRATION_NAME
from rag.pipeline.answering import answer
from rag.pipeline.answers import answer_json
from rag.service.feedback import CitedPlace, Feedback, FeedbackStore
from rag.settings import Settings

LETTER = """\
Geachte voorzitter,

Hierbij informeer ik uw Kamer over de dijk.

De dijk

De dijk bij Oeverdam wordt in 2027 met 40 centimeter opgehoogd. De kosten zijn 12 miljoen euro.
"""


def place(at: int = 0, **change: Any) -> CitedPlace:
    passage = BUS.passages[at]
    given = {"document": BUS.id, "source": BUS.source, "questions": passage.numbers}
    return CitedPlace(**{**given, "quote": passage.text, **change})


def feedback(name: str, **change: Any) -> Feedback:
    given: dict[str, Any] = {
        "at": "2026-11-22T10:00:00+00:00",
        "verdict": "up",
        "remark": None,
        "question": "en nu?",
        "read_as": f"Vraag {name}?",
        "answer": BUS.passages[0].text,
        "citations": (place(),),
        "model": "none",
        "mode": "verbatim",
    }
    return Feedback(id=name, **{**given, **change})


def test_an_approved_answer_becomes_an_answerable_question():
    given = feedback("a", read_as="Hoeveel bussen\u2028rijden er nu?", remark="klopt\nprecies")
    ((question,), drafts) = gold_of_feedback([given], DOCUMENTS)
    assert not drafts
    assert question.id == "feedback-a"
    assert question.question == "Hoeveel bussen rijden er nu?"
    assert question.answerable
    assert question.gold == (GoldPassage("bus.txt", (1,)),)
    assert question.reference == BUS.passages[0].text
    assert (question.type, question.note) == ("feedback", "klopt precies")
    for text, held in (
        ("er zijn 1750 bussen, 30 % van alle", [True, True]),
        ("1.750 stuks", [True, False]),
        ("11.750 bussen; 30 bussen", [False, False]),
    ):
        assert [fact_found(group, text) for group in question.facts] == held


def test_every_passage_cited_is_gold_once_and_one_without_numbers_by_its_quote():
    brief = place(document=FISH.id, source=FISH.source, questions=(), quote="Brief.")
    given = feedback("a", citations=(place(), place(quote="Er rijden nu"), place(1), brief))
    ((question,), _) = gold_of_feedback([given], DOCUMENTS)
    assert question.gold == (
        GoldPassage("bus.txt", (1,)),
        GoldPassage("bus.txt", (2, 3)),
        GoldPassage("vis.txt", quote="Brief."),
    )


def test_a_refusal_is_unanswerable_and_facts_leave_out_what_was_asked_and_what_no_source_holds():
    ((refusal,), _) = gold_of_feedback([feedback("a", answer=None, citations=())], DOCUMENTS)
    assert not refusal.answerable
    assert (refusal.gold, refusal.facts, refusal.reference) == ((), (), None)
    said = {"read_as": "Is het 30 procent?", "answer": "Ja, 30% van 1.750 bussen, of 99 treinen."}
    ((question,), _) = gold_of_feedback([feedback("a", **said)], DOCUMENTS)
    assert len(question.facts) == 1
    assert fact_found(question.facts[0], "1.750")
    assert remarks([question], DOCUMENTS) == ()


@pytest.mark.parametrize(
    ("answered", "also", "not_these"),
    [
        ("Dat kost 148 miljoen euro.", ["148.000.000 euro", "148 mln"], ["148 euro", "1.148 mln"]),
        ("Dat kost 0,75 miljoen euro.", ["750.000", "750 duizend"], ["75 miljoen", "0,75"]),
        ("Het was 96,2%.", ["96,2 procent", "96,2 %"], ["96,2 euro", "96%"]),
        ("Er zijn er 23.500.", ["23500", "23 500"], ["123.500", "23.500.000"]),
        ("Er zijn er vierentwintig.", ["24 stuks"], ["1,24", "240"]),
        ("Dat was in 2024.", ["2024."], ["20240", "12.024"]),
        ("Dat was in oktober.", ["Oktober 2024"], ["oktoberfeest"]),
        ("Het is de F-16.", ["f-16's"], ["F-160"]),
        ("Zeker 1,50 euro.", ["1,5 euro"], ["1,55", "11,50"]),
    ],
)
def test_a_figure_is_found_however_it_is_written(answered, also, not_these):
    (group,) = facts_of(answered, "hoe dan?")
    assert [text for text in [answered, *also] if not fact_found(group, text)] == []
    assert [text for text in not_these if fact_found(group, text)] == []


def test_an_answer_states_all_its_own_figures():
    text = (
        "Op 18 oktober 2024 (18-10-2024), 3 en 4 maart 2023 en 2024-10-18: 1 750, € 1.200.000,-, "
        "2 tot 3 miljoen, anderhalf jaar, een miljoen, één, 2,5 miljard, art. 3.43, 12.5.2020, de "
        "15e, A12, 2023-2024, twaalfhonderd en 1 op de 3."
    )
    groups = facts_of(text, "")
    assert len(groups) >= 20
    assert [group for group in groups if not fact_found(group, text)] == []
    assert len(figures(text)) >= len(groups)


def test_a_disapproved_answer_is_a_draft_that_no_run_takes(tmp_path):
    given = feedback("a", verdict="down", remark="het is\u2028mei")
    questions, (draft,) = gold_of_feedback([given], DOCUMENTS)
    assert not questions
    assert draft.verdict == "down"
    for told in ("het is mei", BUS.passages[0].text, "map/bus.txt, vraag 1"):
        assert told in draft.note
    todo = tmp_path / "x.todo.jsonl"
    todo.write_text(draft_line(draft) + "\n", encoding="utf-8")
    with pytest.raises(BadRequest, match="regel 1, veld answerable"):
        load_gold([todo])
    finished = json.loads(draft_line(draft)) | {
        "answerable": True,
        "gold": [{"file": "bus.txt", "questions": [1]}],
    }
    todo.write_text(json.dumps(finished) + "\n", encoding="utf-8")
    assert load_gold([todo])[0].question == "Vraag a?"


def test_the_same_answer_is_one_question_and_a_draft_if_anyone_disapproved():
    twice = [feedback("a", remark="ja"), feedback("b", read_as="vraag  A?"), feedback("c")]
    twice[1] = feedback("b", read_as="vraag  A?", remark="zeker")
    (one, other), drafts = gold_of_feedback(twice, DOCUMENTS)
    assert (one.id, one.note, other.id) == ("feedback-b", "ja | zeker", "feedback-c")
    assert not drafts
    twice.append(feedback("d", read_as="Vraag a?", verdict="down", remark="nee"))
    (left,), (draft,) = gold_of_feedback(twice, DOCUMENTS)
    assert left.id == "feedback-c"
    assert (draft.id, draft.verdict) == ("feedback-d", "down")
    assert "ja | zeker | nee" in draft.note


@pytest.mark.parametrize(
    ("citations", "why"),
    [
        ((place(document="weg-id"),), "map/bus.txt staat niet"),
        ((place(questions=(1, 2)),), "bus.txt heeft geen antwoord op vraag 1, 2"),
        ((place(questions=(), quote="Dit staat nergens."),), "bevat het citaat"),
        ((), "noemt geen bron"),
    ],
)
def test_an_approved_answer_that_the_index_does_not_hold_is_a_draft(citations, why):
    given = [feedback("a", citations=citations), feedback("b")]
    (question,), (draft,) = gold_of_feedback(given, DOCUMENTS)
    assert question.id == "feedback-b"
    assert (draft.id, draft.verdict) == ("feedback-a", "up")
    assert why in draft.note


# --- the command, on a real index


@pytest.fixture
def index(tmp_path):
    opened = words_index(tmp_path, veer=FERRY, dijk=LETTER)
    # Cosines of hashed words say nothing about distance: words alone decide here.
    (tmp_path / "data" / CALIBRATION_NAME).write_text('{"threshold": 0.0}')
    yield opened
    opened.close()


def ask(index: Index, question: str, history: Sequence[Turn] = ()) -> dict[str, Any]:
    settings = Settings(data_dir=index.store.path.parent)
    return answer_json(answer(question, index=index, model=None, reader=None, settings=settings))


def judge(index: Index, data: Path, **verdicts: str) -> dict[str, dict[str, Any]]:
    """Ask and judge; the answers by verdict and name."""
    asked = {
        "reizigers": "Hoeveel reizigers vervoerde de veerdienst in 2023?",
        "dijk": "Hoeveel centimeter wordt de dijk bij Oeverdam opgehoogd?",
        "litouwen": "Hoeveel monteurs werken er in Litouwen?",
    }
    answers = {name: ask(index, asked[name]) for name in verdicts}
    for name, verdict in verdicts.items():
        FeedbackStore(data).add(verdict, f"over {name}", answers[name])
    return answers


def test_approved_feedback_runs_on_the_index_it_came_from_and_scores_full_marks(
    index, tmp_path, capsys
):
    data = tmp_path / "data"
    answers = judge(index, data, reizigers="up", dijk="up", litouwen="up")
    assert [each["abstained"] for each in answers.values()] == [False, False, True]
    out = tmp_path / "goud" / "gold.jsonl"
    given = ["feedback", "--data-dir", str(data), "--out", str(out), "--verdict", "up"]
    assert main(given) == 0
    assert capsys.readouterr().out == f"{out}: 3\n"
    assert [path.name for path in out.parent.iterdir()] == ["gold.jsonl"]

    questions = load_gold([out])
    assert [each.answerable for each in questions] == [True, True, False]
    assert questions[0].gold[0] == GoldPassage("veer.txt", (3, 4))
    assert questions[1].gold[0].quote
    assert all(each.facts for each in questions[:2])
    documents = [index.document(info.id) for info in index.documents()]
    assert remarks(questions, documents) == ()
    finished = run(
        tmp_path / "run", questions, documents, lambda text, turns: ask(index, text, turns), {}
    )
    scores = finished.scores["metrics"]
    for metric in ("accuracy", "facts_strict", "cited_gold", "refusal_recall"):
        assert scores[metric]["value"] == 1, metric


def test_drafts_go_to_a_file_of_their_own(index, tmp_path):
    judge(index, tmp_path / "data", reizigers="up", litouwen="down")

    def export(verdict: str, name: str) -> dict[str, list[dict[str, Any]]]:
        out = tmp_path / name / "gold.jsonl"
        given = ["--data-dir", str(tmp_path / "data"), "--out", str(out), "--verdict", verdict]
        assert main(["feedback", *given]) == 0
        return {
            path.name: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            for path in out.parent.iterdir()
        }

    made = export("all", "alles")
    assert {name: [each["answerable"] for each in lines] for name, lines in made.items()} == {
        "gold.jsonl": [True],
        "gold.todo.jsonl": [None],
    }
    assert "over litouwen" in made["gold.todo.jsonl"][0]["note"]
    assert export("down", "omlaag") == {"gold.todo.jsonl": made["gold.todo.jsonl"]}
    assert export("up", "omhoog") == {"gold.jsonl": made["gold.jsonl"]}

    (ferry,) = [info.id for info in index.documents() if info.source.endswith("veer.txt")]
    index.remove(ferry)
    ((draft,),) = export("up", "verwijderd").values()
    assert draft["answerable"] is None
    assert "veer.txt staat niet (meer) zo in de index" in draft["note"]


def test_a_file_that_is_there_is_left_alone(index, tmp_path, capsys):
    judge(index, tmp_path / "data", litouwen="up")
    out = tmp_path / "gold.jsonl"
    given = ["feedback", "--data-dir", str(tmp_path / "data"), "--out", str(out)]
    for path in (out, tmp_path / "gold.todo.jsonl"):
        path.write_text("met de hand aangevuld")
        assert main(given) == 2
        assert path.read_text() == "met de hand aangevuld"
        assert f"{path} bestaat al" in capsys.readouterr().err
        path.unlink()
    assert main(given) == 0


def test_without_feedback_or_index_there_is_an_error_and_no_file(index, tmp_path, capsys):
    out = tmp_path / "gold.jsonl"
    assert main(["feedback", "--data-dir", str(tmp_path / "data"), "--out", str(out)]) == 4
    assert "nog geen" in capsys.readouterr().err
    assert main(["feedback", "--data-dir", str(tmp_path / "weg"), "--out", str(out)]) == 5
    judge(index, tmp_path / "data", litouwen="up")
    given = ["--data-dir", str(tmp_path / "data"), "--out", str(out), "--verdict", "down"]
    assert main(["feedback", *given]) == 4
    assert not out.exists()
    assert not (tmp_path / "weg").exists()
