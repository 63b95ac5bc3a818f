"""Texts that are cut, what is read off the document, and what holds for every one of them."""

from __future__ import annotations

from pathlib import Path

from index.documents import Document, Number, Passage, Question, Source
from index.reading import read
from index.segmentation.segmenting import segment


def cut(text: str | Source, name: str = "stuk.txt") -> Document:
    source = Source(text) if isinstance(text, str) else text
    return checked(segment(source, name=name, document_id="0" * 16))


def cut_file(path: Path) -> Document:
    return cut(read(path), path.name)


def checked(document: Document) -> Document:
    """The document, if every character is in a passage, a question or set aside."""
    covered = bytearray(len(document.text))
    for passage in document.passages:
        assert passage.text == document.text[passage.start : passage.end]
        held: list[Passage | Question] = [passage, *passage.questions]
        for span in held:
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
    for aside in document.set_aside:
        covered[aside.start : aside.end] = b"\1" * (aside.end - aside.start)
    lost = [i for i, c in enumerate(covered) if not c and not document.text[i].isspace()]
    assert not lost, document.text[lost[0] : lost[0] + 60]
    return document


def squash(text: str) -> str:
    """The text with one space between words."""
    return " ".join(text.split())


def answers(document: Document) -> list[tuple[tuple[Number, ...], str]]:
    """The numbers and the words of each answer."""
    return [(p.numbers, squash(p.reading_text())) for p in document.passages if p.questions]


def asked(document: Document) -> list[tuple[Number, str]]:
    return [(q.number, q.text) for p in document.passages for q in p.questions]


def set_aside(document: Document, why: str) -> list[str]:
    """What was set aside for a reason that begins so."""
    found = (each for each in document.set_aside if each.why.startswith(why))
    return [document.text[each.start : each.end] for each in found]
