"""Whole documents, read and cut, against what is known to be right about them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import cut_documents
import pytest

from index.documents import Passage
from index.reading import READERS

PROJECT = Path(__file__).resolve().parents[3]
SAMPLES = PROJECT / "samples"
SHARED = PROJECT.parent / "shared"


def rows(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


CASES = [(SAMPLES / r["file"], r) for r in rows(PROJECT / "tests/data/sample_segments.jsonl")]
SHARED_CASES = [
    (SHARED / "corpus/kamervragen" / r["file"], r) for r in rows(SHARED / "gold/segments.jsonl")
]
CORPUS = [
    path
    for folder in (SAMPLES, SHARED / "corpus")
    if folder.exists()
    for path in sorted(folder.rglob("*"))
    if path.suffix in READERS
]

cut_file = cache(cut_documents.cut_file)


def letters(text: str) -> str:
    """Extractions differ in white space and hyphens; what is said does not."""
    return re.sub(r"[\W_]", "", text).lower()


def assert_answer(passage: Passage, expected: dict[str, Any]) -> None:
    said = letters(passage.reading_text())
    assert said.startswith(letters(expected["answer_head"]))
    tail = letters(expected["answer_tail"])
    # A scan's page foot (running head, unnumbered note) may follow, but not another answer.
    assert tail in said
    assert len(said) - said.rindex(tail) - len(tail) < 400
    assert list(passage.refers_to) == sorted(expected["refers_to"])
    assert bool(passage.external_refs) == expected["external"]


@pytest.mark.parametrize(
    ("path", "row"), [*CASES, *SHARED_CASES], ids=[path.name for path, _ in [*CASES, *SHARED_CASES]]
)
def test_known_documents(path: Path, row: dict[str, Any]) -> None:
    document = cut_file(path)
    assert document.kind == row["kind"]
    answered = [p for p in document.passages if p.questions]
    assert [sorted(p.numbers) for p in answered] == [s["questions"] for s in row["segments"]]
    for passage, expected in zip(answered, row["segments"], strict=True):
        assert_answer(passage, expected)
    if "sections" in row:
        headings = dict.fromkeys(p.heading for p in document.passages if p.heading)
        assert list(headings) == row["sections"]


@pytest.mark.parametrize("path", CORPUS, ids=[path.name for path in CORPUS])
def test_no_character_is_lost_or_invented(path: Path) -> None:
    document = cut_file(path)
    for passage in document.passages:
        for at in range(0, len(passage.reading_text()), 97):
            assert document.text[passage.reading_offset(at)] == passage.reading_text()[at]
