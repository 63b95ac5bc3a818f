"""The archive of Kamervragen of 1984-2008, as data to learn from.

Its documents are XML: `<vraag nummer>` and `<antwoord nummer>` under `<kvr>`, one file a document.
They stand in the public repository 11014407/Zoekmachines and are not in this project; what was
written over them is (`data/archive/`).

    python -m eval.training.archive FOLDER_OF_XML OUT

writes `OUT/passages.jsonl`, the answers that `data/archive/` is about and the others of the same
documents, and `OUT/documents.jsonl`, all answers of the other documents with their questions. Documents whose number ends in 7, 8 or 9, and
those that earlier sets were measured over (`data/archive/measured.txt`), are left out of both.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from lxml import etree

from eval.training.data import WHOLE
from eval.training.public_sets import sentences_of

KEPT_FOR_MEASURING = "789"  # last digits
LEAST_ANSWER, LEAST_QUESTION = 90, 45  # characters: less says little by itself
MOST_QUESTION, MOST_ASKED = 700, 400
_POINTS = re.compile(r"(?:zie|ik verwijs)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArchiveDocument:
    """A document: its questions and answers by number, white space squeezed."""

    id: str
    questions: dict[str, str]
    answers: dict[str, str]


def read_document(path: Path) -> ArchiveDocument:
    """The document in the file at `path`; one that is no XML has no questions."""
    found: dict[str, dict[str, str]] = {"vraag": {}, "antwoord": {}}
    try:
        root = etree.parse(path, etree.XMLParser(recover=True, huge_tree=True)).getroot()
    except etree.XMLSyntaxError:
        return ArchiveDocument(path.stem, {}, {})
    for tag, texts in found.items():
        for element in root.iter(tag):
            texts.setdefault(
                element.get("nummer", ""), " ".join("".join(element.itertext()).split())
            )
    return ArchiveDocument(path.stem, found["vraag"], found["antwoord"])


def passages(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of `passages.jsonl`: what `data/archive/` is about, each followed by the document's
    other answers, which are the nearest misses that there are."""
    written: dict[str, dict[str, str]] = {}
    for line in _lines("sources.tsv"):
        key, name, number = line.split("\t")
        written.setdefault(name, {})[number] = key
    for name, keys in written.items():
        document = read_document(folder / f"{name}.xml")
        asked_of = {document.answers[number] for number in keys}
        for number, answer in document.answers.items():
            key = keys.get(number, f"{WHOLE}{name}-{number}")
            # The same words may stand under several numbers: then they are no miss.
            again = any(answer in each or each in answer for each in asked_of)
            if number in keys or (_says_something(answer) and not again):
                asked_of.add(answer)
                asked = document.questions.get(number, "")[:MOST_ASKED]
                sentences = sentences_of(answer)
                yield {"id": key, "asked": asked, "sentences": sentences, "document": name}


def documents(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of `documents.jsonl`: documents with at least two answers that say something."""
    apart = {line.split("\t")[1] for line in _lines("sources.tsv")} | set(_lines("measured.txt"))
    for path in sorted(folder.glob("*.xml")):
        if path.stem in apart or path.stem[-1] in KEPT_FOR_MEASURING:
            continue
        document = read_document(path)
        pairs = [
            {"question": document.questions[number][:MOST_QUESTION], "answer": answer}
            for number, answer in document.answers.items()
            if len(document.questions.get(number, "")) >= LEAST_QUESTION and _says_something(answer)
        ]
        if len(pairs) > 1:
            yield {"id": document.id, "pairs": pairs}


def _says_something(answer: str) -> bool:
    return len(answer) >= LEAST_ANSWER and not _POINTS.match(answer)


def _lines(name: str) -> list[str]:
    """The lines of a file of `data/archive/`."""
    file = resources.files("eval.training") / "data" / "archive" / name
    return file.read_text(encoding="utf-8").splitlines()


def main(folder: Path, out: Path) -> None:
    """Write both files to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in (("passages", passages(folder)), ("documents", documents(folder))):
        with (out / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
