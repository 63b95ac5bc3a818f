"""Reading data -> examples: a question (or statement), a passage, and what the reader should say.

A folder of reading data holds any of: `passages.jsonl`, `questions.jsonl`, `claims.jsonl`,
`followups.jsonl`, `documents.jsonl` and, in `public/`, sets of others. One passage in ten is kept for development, with all
that is asked of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.training.public_sets import entailment, sentences_of, squad
from index.errors import BadRequest
from rag.reader.windows import after

# How the ids of passages begin that are not searched for negatives: those of public sets, and
# those of whole documents, whose other answers are their negatives.
WHOLE = "doc-"
APART = ("sick-", "squad-", WHOLE)


@dataclass(frozen=True, slots=True)
class ReadingPassage:
    """An answer, cut into sentences; `asked` is the member's question, "" where there is none.

    `document` is the id of the document whose other answers are known too, "" for none.
    """

    id: str
    asked: str
    sentences: tuple[str, ...]
    document: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """What the reader should say of `text` beside a passage.

    `text` is a question, or a statement where `kind` is "claim". `label` is whether the passage
    answers or carries it, `sentences` the numbers of those that do (empty: not known, or none).
    `kind` is "question", "followup", "natural" or "claim".
    """

    kind: str
    text: str
    passage: str
    label: bool
    sentences: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingData:
    """Passages by id, and the examples over them."""

    passages: Mapping[str, ReadingPassage]
    examples: tuple[Example, ...]

    def training(self) -> list[Example]:
        """The examples whose passages may be learned from."""
        return [each for each in self.examples if not is_development(each.passage)]

    def siblings(self) -> dict[str, list[str]]:
        """Of each passage of a whole document: the ids of that document's other passages."""
        whole: dict[str, list[str]] = {}
        for passage in self.passages.values():
            if passage.document:
                whole.setdefault(passage.document, []).append(passage.id)
        return {
            own: [each for each in together if each != own]
            for together in whole.values()
            for own in together
        }

    def development(self) -> list[Example]:
        """The examples that are kept apart; natural pairs are not among them."""
        return [
            each
            for each in self.examples
            if is_development(each.passage) and each.kind != "natural"
        ]


def is_development(passage: str) -> bool:
    """Whether a passage is kept for development: those whose number ends in 0.

    Passages without a number in their id (public sets, whole documents) are all for training.
    """
    digits = passage[1:] if not passage.startswith(APART) else ""
    return digits.isdigit() and int(digits) % 10 == 0


def load_reading(folders: Sequence[Path]) -> ReadingData:
    """Everything in `folders`. Raises BadRequest for a folder or row that cannot be used."""
    passages: dict[str, ReadingPassage] = {}
    for folder in folders:
        if not folder.is_dir():
            raise BadRequest(
                f"Map {folder} met leesgegevens bestaat niet.",
                f"The folder {folder} of reading data does not exist.",
            )
        for row in _rows(folder / "passages.jsonl", "id", "sentences"):
            passages[row["id"]] = ReadingPassage(
                row["id"], row.get("asked") or "", tuple(row["sentences"]), row.get("document", "")
            )
    examples: list[Example] = [
        Example("natural", passage.asked, passage.id, True)
        for passage in passages.values()
        if passage.asked and len(passage.sentences) > 1
    ]
    for folder in folders:
        examples += [
            Example("question", r["question"], r["passage"], r["answers"], tuple(r["sentences"]))
            for r in _rows(
                folder / "questions.jsonl", "passage", "question", "answers", "sentences"
            )
        ]
        examples += [
            Example("claim", r["claim"], r["passage"], r["carried"], tuple(r.get("sentences", ())))
            for r in _rows(folder / "claims.jsonl", "passage", "claim", "carried")
        ]
        examples += [
            Example(
                "followup",
                after(r["previous"], r["question"]),
                r["passage"],
                r["answers"],
                tuple(r["sentences"]),
            )
            for r in _rows(
                folder / "followups.jsonl",
                "passage",
                "previous",
                "question",
                "answers",
                "sentences",
            )
        ]
        for number, (premise, statement, carried) in enumerate(entailment(folder / "public")):
            key = f"sick-{number}"
            passages[key] = ReadingPassage(key, "", (premise,))
            examples.append(Example("claim", statement, key, carried, (0,) if carried else ()))
        for number, asked in enumerate(squad(folder / "public")):
            key, found = f"squad-{number}", asked.sentences
            passages[key] = ReadingPassage(key, "", asked.context)
            examples.append(Example("question", asked.question, key, bool(found), found))
        for document in _rows(folder / "documents.jsonl", "id", "pairs"):
            for number, pair in enumerate(document["pairs"]):
                key = f"{WHOLE}{document['id']}-{number}"
                text = sentences_of(pair["answer"])
                passages[key] = ReadingPassage(key, "", text, document["id"])
                examples.append(Example("natural", pair["question"], key, True))
    _refuse_unknown(examples, passages)
    return ReadingData(passages, tuple(examples))


def _rows(path: Path, *needs: str) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    # Only line feeds end a line of JSON Lines: a text may hold other separators.
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            missing = [key for key in needs if key not in row]
        except (ValueError, TypeError) as error:
            raise BadRequest(
                f"{path}, regel {number} is geen JSON: {error}.",
                f"{path}, line {number} is no JSON: {error}.",
            ) from error
        if missing or not isinstance(row.get("sentences", []), list):
            raise BadRequest(
                f"{path}, regel {number}: {', '.join(missing) or 'sentences'} ontbreekt of deugt niet.",
                f"{path}, line {number}: {', '.join(missing) or 'sentences'} is missing or wrong.",
            )
        yield row


def _refuse_unknown(examples: Iterable[Example], passages: Mapping[str, ReadingPassage]) -> None:
    for each in examples:
        if each.passage not in passages:
            raise BadRequest(
                f"Voorbeeld {each.text!r} noemt passage {each.passage}, die er niet is.",
                f"Example {each.text!r} names passage {each.passage}, which is not there.",
            )
        count = len(passages[each.passage].sentences)
        if not all(isinstance(at, int) and 0 <= at < count for at in each.sentences):
            raise BadRequest(
                f"Voorbeeld {each.text!r} noemt een zin die passage {each.passage} niet heeft.",
                f"Example {each.text!r} names a sentence that passage {each.passage} lacks.",
            )
