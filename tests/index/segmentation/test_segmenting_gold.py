"""Whole documents, read and cut, against what is known to be right about them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from index.documents import Document, Passage
from index.reading import READERS, read
from index.segmentation.segmenting import segment

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


def cut(path: Path) -> Document:
    return segment(read(path), name=path.name, document_id="0" * 16)


def letters(text: str) -> str:
    """Extractions differ in white space and hyphens; what is said does not."""
    return re.sub(r"[\W_]", "", text).lower()


def assert_segments(document: Document, row: dict[str, Any]) -> None:
    assert document.kind == row["kind"]
    answered = [p for p in document.passages if p.questions]
    assert [sorted(p.numbers) for p in answered] == [s["questions"] for s in row["segments"]]
    for passage, expected in zip(answered, row["segments"], strict=True):
        assert_answer(passage, expected)


def assert_answer(passage: Passage, expected: dict[str, Any]) -> None:
    said = letters(passage.reading_text())
    assert said.startswith(letters(expected["answer_head"]))
    tail = letters(expected["answer_tail"])
    # A scan's page foot (running head, unnumbered note) may follow, but not another answer.
    assert tail in said
    assert len(said) - said.rindex(tail) - len(tail) < 400
    assert list(passage.refers_to) == sorted(expected["refers_to"])
    assert bool(passage.external_refs) == expected["external"]


@pytest.mark.parametrize(("path", "row"), CASES, ids=[path.name for path, _ in CASES])
def test_sample_documents(path: Path, row: dict[str, Any]) -> None:
    document = cut(path)
    assert_segments(document, row)
    if "sections" in row:
        headings = dict.fromkeys(p.heading for p in document.passages if p.heading)
        assert list(headings) == row["sections"]


@pytest.mark.skipif(not SHARED_CASES, reason="the shared gold segmentation is not here")
@pytest.mark.parametrize(("path", "row"), SHARED_CASES, ids=[path.name for path, _ in SHARED_CASES])
def test_real_documents(path: Path, row: dict[str, Any]) -> None:
    assert_segments(cut(path), row)


@pytest.mark.parametrize("path", CORPUS, ids=[path.name for path in CORPUS])
def test_no_character_is_lost_or_invented(path: Path) -> None:
    document = cut(path)
    covered = bytearray(len(document.text))
    for passage in document.passages:
        assert passage.text == document.text[passage.start : passage.end]
        for span in (passage, *passage.questions):
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
        for at in range(0, len(passage.reading_text()), 97):
            assert document.text[passage.reading_offset(at)] == passage.reading_text()[at]
    for aside in document.set_aside:
        covered[aside.start : aside.end] = b"\1" * (aside.end - aside.start)
    assert not [c for c, held in zip(document.text, covered, strict=True) if not held and c.strip()]
