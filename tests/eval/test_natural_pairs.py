"""Natural gold pairs out of documents themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from eval_case import BUS, DOCUMENTS, FERRY, FISH, make_document
from hashing import HashingEncoder

from eval.gold import gold_line, load_gold, remarks, resolve
from eval.natural_pairs import derive, index_without_questions
from index.errors import BadRequest
from index.index import open_index
from index.search import search

if TYPE_CHECKING:
    from index.encoders.embedding import Encoder


def test_every_answered_question_becomes_a_pair():
    pairs = derive(DOCUMENTS)
    assert [(pair.id, pair.gold[0].questions) for pair in pairs] == [
        (f"{BUS.id}-1", (1,)),
        (f"{BUS.id}-2", (2, 3)),
        (f"{BUS.id}-3", (2, 3)),
        (f"{BUS.id}-4", (4,)),
        (f"{FISH.id}-1", (1,)),
    ]
    assert pairs[0].question == "Vraag 1: wat is er aan de hand met bus 1?"
    assert pairs[0].reference == BUS.passages[0].text


def test_pairs_are_valid_gold_for_the_documents_they_came_from(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(gold_line(pair) + "\n" for pair in derive(DOCUMENTS)), encoding="utf-8")
    questions = load_gold([path])
    assert questions == derive(DOCUMENTS)
    assert remarks(questions, DOCUMENTS) == ()


def test_pointers_and_short_answers_are_marked():
    document = make_document(
        "wijzer", ((1,), "Zie het antwoord op vraag 2."), ((2,), "Zie vraag 3."), ((3,), "Jazeker")
    )
    one, two, three = document.passages
    passages = (replace(one, refers_to=(2,)), replace(two, refers_to=(3,)), three)
    pairs = derive([replace(document, passages=passages)])
    assert [pair.type for pair in pairs] == ["pointer", "pointer", "one_word"]
    assert [each.questions for each in pairs[0].gold] == [(1,), (2,), (3,)]
    assert pairs[1].reference == "Jazeker"
    document = make_document("rond", ((1,), "Zie vraag 2."), ((2,), "Zie vraag 1."))
    one, two = document.passages
    passages = (replace(one, refers_to=(2,)), replace(two, refers_to=(1,)))
    pairs = derive([replace(document, passages=passages)])
    assert [[each.questions for each in pair.gold] for pair in pairs] == [
        [(1,), (2,)],
        [(2,), (1,)],
    ]
    document = make_document("lang", ((1,), "Zie vraag 2. " + "En er is meer over te zeggen. " * 9))
    passages = (replace(document.passages[0], refers_to=(2,)),)
    assert derive([replace(document, passages=passages)])[0].type == "natural"


def test_documents_with_the_same_name_are_told_apart():
    twins = [replace(BUS, id=f"twin-{folder}", source=f"/{folder}/bus.txt") for folder in "xy"]
    pairs = derive(twins)
    assert {pair.gold[0].file for pair in pairs} == {"x/bus.txt", "y/bus.txt"}
    assert resolve(pairs, twins)


def test_questions_left_out_are_found_by_their_answers_only(tmp_path):
    encoder = cast("Encoder", HashingEncoder())
    index = open_index(tmp_path / "all", encoder, create=True)
    ((info,),) = [index.add_bytes(FERRY.encode(), "veer.txt").added]
    index_without_questions(index, tmp_path / "bare")
    bare = open_index(tmp_path / "bare", encoder, create=False)
    whole, left = index.document(info.id), bare.document(info.id)
    assert [(p.numbers, p.text, p.start) for p in left.passages] == [
        (p.numbers, p.text, p.start) for p in whole.passages
    ]
    asked = "veerponten dagelijks uit Oeverdam"
    assert search(index, asked).hits[0].lexical > 0
    assert search(bare, asked).hits[0].lexical == 0
    assert search(bare, asked).hits[0].cosine < search(index, asked).hits[0].cosine
    assert search(bare, "boot in de winter").hits[0].lexical > 0
    with pytest.raises(BadRequest, match="al een index"):
        index_without_questions(index, tmp_path / "bare")
    index.close()
    bare.close()


def test_an_index_that_cannot_be_finished_is_not_left_behind(tmp_path):
    index = open_index(tmp_path / "all", cast("Encoder", HashingEncoder()), create=True)
    index.add_bytes(FERRY.encode(), "veer.txt")

    def interrupted(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index_without_questions(index, tmp_path / "bare", interrupted)
    assert not (tmp_path / "bare" / "index.sqlite").exists()
    index.close()
