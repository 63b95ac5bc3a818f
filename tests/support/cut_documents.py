"""What holds for every document that was cut, however it was."""

from __future__ import annotations

from index.documents import Document, Passage, Question


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
