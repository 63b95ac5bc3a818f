"""Sets of others, and whole documents, as data to learn from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reader_parts import tiny_tokenizer

from eval.training.data import load_reading
from eval.training.loop import Recipe, _items
from eval.training.public_sets import squad
from index.errors import BadRequest
from rag.reader.windows import WindowMaker

CONTEXT = "De brug ging in 1932 open. Hij is 300 meter lang. Daarna kwam er een tunnel."


def written(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")
    return path


def as_squad(*questions: dict[str, object]) -> dict[str, object]:
    return {"data": [{"title": "x", "paragraphs": [{"context": CONTEXT, "qas": list(questions)}]}]}


def test_squad_questions_become_examples_with_the_sentence_that_answers(tmp_path: Path) -> None:
    answered = {"question": "Hoe lang?", "answers": [{"text": "300 meter", "answer_start": 0}]}
    written(tmp_path, "public/squad-x.json", as_squad(answered))

    (example,) = load_reading([tmp_path]).training()

    assert (example.label, example.sentences) == (True, (1,))


def test_an_impossible_question_is_one_that_the_passage_does_not_answer(tmp_path: Path) -> None:
    row = {"question": "Hoe hoog?", "answers": [], "is_impossible": True}
    written(tmp_path, "public/squad-x.json", as_squad(row))

    (example,) = load_reading([tmp_path]).training()

    assert (example.label, example.sentences) == (False, ())


def test_an_answer_that_no_sentence_holds_is_left_out(tmp_path: Path) -> None:
    row = {"question": "Wie?", "answers": [{"text": "de koning", "answer_start": 3}]}
    written(tmp_path, "xquad.json", as_squad(row))

    assert not list(squad(tmp_path))


@pytest.mark.parametrize("content", [[], {"data": [{"title": "x"}]}, {"data": 3}])
def test_another_format_is_refused_by_name(tmp_path: Path, content: object) -> None:
    path = written(tmp_path, "squad.json", content)

    with pytest.raises(BadRequest, match=str(path)):
        list(squad(tmp_path))


def test_the_other_answers_of_a_document_are_known_as_siblings(tmp_path: Path) -> None:
    pairs = [{"question": f"Vraag {n}?", "answer": f"Antwoord {n}. Meer."} for n in range(3)]
    written(tmp_path, "documents.jsonl", {"id": "d1", "pairs": pairs})

    data = load_reading([tmp_path])

    assert {each.kind for each in data.training()} == {"natural"}
    assert data.siblings()["doc-d1-0"] == ["doc-d1-1", "doc-d1-2"]
    assert data.passages["doc-d1-0"].sentences == ("Antwoord 0.", "Meer.")


def test_an_epoch_shows_an_answer_beside_another_one_of_its_document(tmp_path: Path) -> None:
    pairs = [{"question": f"Vraag {n}?", "answer": f"Antwoord {n}. Meer."} for n in range(2)]
    written(tmp_path, "documents.jsonl", {"id": "d1", "pairs": pairs})
    maker = WindowMaker(tiny_tokenizer(["antwoord", "meer", "vraag"]))
    recipe = Recipe(document_share=1.0)

    items = list(_items(load_reading([tmp_path]), {}, maker, recipe, 0))

    assert [item.label for item in items] == [True, False, True, False]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_question_is_shown_beside_its_documents_answers_as_often_as_said(
    tmp_path: Path, share: float
) -> None:
    rows = [
        {"id": key, "asked": "", "sentences": [text], "document": document}
        for key, text, document in (
            ("a1", "Antwoord.", "d1"),
            ("doc-d1-2", "Meer meer.", "d1"),
            ("a10", "Vraag vraag.", "d1"),  # kept for development
            ("a3", "Antwoord antwoord antwoord.", ""),
        )
    ]
    (tmp_path / "passages.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    asked = {"passage": "a1", "question": "antwoord", "answers": True, "sentences": [0]}
    written(tmp_path, "questions.jsonl", asked)
    maker = WindowMaker(tiny_tokenizer(["antwoord", "meer", "vraag"]))
    recipe = Recipe(sibling_share=share, after_another=0.0)

    data = load_reading([tmp_path])
    _, beside = _items(data, {"antwoord": ["a3"]}, maker, recipe, 0)

    shown = "doc-d1-2" if share else "a3"
    assert not beside.label
    (window,) = maker.windows("antwoord", "", data.passages[shown].sentences)
    assert beside.window == window
