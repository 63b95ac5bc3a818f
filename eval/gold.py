"""Gold sets: questions whose right passages and facts are known. JSON Lines files, checked.

A line is a question or a dialogue (docs/gold-sets.md shows both):

    {"id", "question", "answerable", "gold": [...], "facts": [[regex, ...], ...],
     "reference"?, "type"?, "note"?}
    {"id", "turns": [{"question", "answerable"?, "gold", "facts", "reference"?, ...}], "note"?}

A gold passage is `{"file", "questions": [4, 5]}` (all numbers that the answer answers; of
a sub-question the text "2a") or
`{"file", "quote"}` (verbatim text of the document); any one of them is enough. Every group of
`facts` must be found in an answer; a group is found when one of its regular expressions is
(Python `re.search`, case-insensitive).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from index.documents import Document, Number, Passage
from index.errors import BadRequest, UnreadableFile
from index.segmentation.question_numbers import parse_number

QUESTION_FIELDS = ("question", "answerable", "gold", "facts", "reference", "type", "note")

Pair = tuple[str, int | str]
"""What a citation is scored on: (document id, question number), or (document id, "@" + start of
the passage) for a passage without question numbers."""


@dataclass(frozen=True, slots=True)
class GoldPassage:
    """A passage as a gold set names it: a file, and question numbers or else a quote."""

    file: str
    questions: tuple[Number, ...] = ()
    quote: str | None = None

    @property
    def label(self) -> str:
        """How reports name it."""
        if self.quote is not None:
            return f"{self.file}: “{self.quote}”"
        return f"{self.file}, vraag {', '.join(map(str, self.questions))}"


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with what is right. `after` holds the ids of the dialogue's earlier turns.

    `facts` are groups of alternatives; `type` is free ("number", "yesno", ...) and is what reports
    break scores down by.
    """

    id: str
    question: str
    answerable: bool
    gold: tuple[GoldPassage, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    reference: str | None = None
    type: str = ""
    note: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A gold passage as it stands in an index: the indexed passages that hold it.

    `passages` are keys (`passage_key`); `pairs` is what citations are compared with. A target that
    no passage holds (cut wrongly, or set aside) keeps a key that nothing can match.
    """

    document_id: str
    passages: tuple[str, ...]
    pairs: frozenset[Pair]
    text: str


def load_gold(paths: Iterable[Path]) -> tuple[GoldQuestion, ...]:
    """The questions of gold files, in order; a dialogue's turns get ids "<id>/1", "<id>/2", ...

    Raises UnreadableFile for a file that cannot be read and BadRequest, naming file, line and
    field, for a line that is not as described above or an id that occurs twice.
    """
    questions: list[GoldQuestion] = []
    seen: dict[str, str] = {}
    for path in paths:
        for number, line in enumerate(_lines(path), start=1):
            if not line.strip():
                continue
            place = _Place(path.name, number)
            record = _record(line, place)
            if record["id"] in seen:
                raise place.error(
                    "id", f"“{record['id']}” staat al in {seen[record['id']]}", "occurs twice"
                )
            seen[record["id"]] = f"{path.name}, regel {number}"
            questions += _dialogue(record, place) if "turns" in record else [_single(record, place)]
    if not questions:
        raise BadRequest(
            "De goudset bevat geen enkele vraag; geef een JSON Lines-bestand met vragen.",
            "The gold set holds no question; give a JSON Lines file with questions.",
        )
    return tuple(questions)


def gold_line(question: GoldQuestion) -> str:
    """A question (not a dialogue's turn) as the line of JSON that `load_gold` reads."""
    record: dict[str, Any] = {
        "id": question.id,
        "question": question.question,
        "answerable": question.answerable,
        "gold": [
            {"file": each.file, "questions": list(each.questions)}
            if each.quote is None
            else {"file": each.file, "quote": each.quote}
            for each in question.gold
        ],
        "facts": [list(group) for group in question.facts],
    }
    optional = {"reference": question.reference, "type": question.type, "note": question.note}
    record |= {name: value for name, value in optional.items() if value}
    return json.dumps(record, ensure_ascii=False)


def resolve(
    questions: Sequence[GoldQuestion], documents: Sequence[Document]
) -> dict[str, tuple[Target, ...]]:
    """Where the gold passages of every question stand in an index, by question id.

    A gold `file` is the document whose `source` ends in it, folder by folder. Raises BadRequest,
    naming the question, when no document or more than one does, or when the document's text does
    not hold a quote (compared by letters and digits only).
    """
    squeezed: dict[str, tuple[str, list[int]]] = {}
    found: dict[str, tuple[Target, ...]] = {}
    for question in questions:
        targets = []
        for gold in question.gold:
            document = _document(question.id, gold.file, documents)
            if gold.quote is None:
                targets.append(_numbered(gold, document))
            else:
                if document.id not in squeezed:
                    squeezed[document.id] = squeeze(document.text)
                targets.append(_quoted(question.id, gold, document, squeezed[document.id]))
        found[question.id] = tuple(targets)
    return found


def remarks(
    questions: Sequence[GoldQuestion], documents: Sequence[Document]
) -> tuple[tuple[str, str], ...]:
    """(question id, remark in Dutch) where gold and index disagree without one being invalid.

    That is: gold numbers that no passage has, numbers that are not all the numbers of one passage,
    a quote outside every passage, a fact that no gold passage holds. They point at a mistake in the
    gold set or in the way in which a document was cut.
    """
    told = []
    targets = resolve(questions, documents)
    passages = {
        passage_key(document.id, passage): passage
        for document in documents
        for passage in document.passages
    }
    for question in questions:
        for gold, target in zip(question.gold, targets[question.id], strict=True):
            held = [passages[key] for key in target.passages if key in passages]
            if not held:
                told.append((question.id, f"geen passage in de index: {gold.label}"))
            elif gold.quote is None and {n for p in held for n in p.numbers} != set(gold.questions):
                numbers = "; ".join(", ".join(map(str, passage.numbers)) for passage in held)
                told.append((question.id, f"{gold.label} is in de index: vraag {numbers}"))
        texts = [target.text for target in targets[question.id]]
        for group in question.facts if texts else ():
            if not any(fact_found(group, text) for text in texts):
                told.append((question.id, f"feit staat in geen goudpassage: {' | '.join(group)}"))
    return tuple(told)


def fact_found(group: Sequence[str], text: str) -> bool:
    """Whether one of a group's regular expressions is found in `text` (`re.search`, any case)."""
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in group)


def passage_key(document_id: str, passage: Passage) -> str:
    """A passage's name in runs and qrels: "<document id>:<start>"; holds no white space."""
    return f"{document_id}:{passage.start}"


def passage_pairs(document_id: str, passage: Passage) -> frozenset[Pair]:
    """What a citation of this passage counts as."""
    numbers: tuple[int | str, ...] = passage.numbers or (f"@{passage.start}",)
    return frozenset((document_id, number) for number in numbers)


def squeeze(text: str) -> tuple[str, list[int]]:
    """Only the letters and digits of `text`, lower-case, and the offset in `text` of each."""
    kept, offsets = [], []
    for offset, character in enumerate(text):
        if character.isalnum():
            for lower in character.lower():
                kept.append(lower)
                offsets.append(offset)
    return "".join(kept), offsets


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands, for messages."""

    file: str
    line: int
    turn: int | None = None

    def error(self, field: str, nl: str, en: str) -> BadRequest:
        name = field if self.turn is None else f"turns[{self.turn}].{field}"
        return BadRequest(
            f"{self.file}, regel {self.line}, veld {name}: {nl}.",
            f"{self.file}, line {self.line}, field {name}: {en}.",
        )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            f"Goudset {path} is niet te lezen: {error}.", f"Gold set {path} is unreadable: {error}."
        ) from error


def _record(line: str, place: _Place) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise place.error("-", f"geen JSON ({error.msg}, teken {error.pos})", "not JSON") from error
    if not isinstance(record, dict):
        raise place.error("-", "moet een JSON-object zijn", "must be a JSON object")
    if not isinstance(record.get("id"), str) or not record["id"].strip():
        raise place.error("id", "ontbreekt of is geen tekst", "is missing or no text")
    return record


def _single(record: Mapping[str, Any], place: _Place) -> GoldQuestion:
    fields = {name: value for name, value in record.items() if name != "id"}
    if "answerable" not in fields:
        raise place.error("answerable", "ontbreekt (true of false)", "is missing (true or false)")
    return _question(record["id"], fields, place)


def _dialogue(record: Mapping[str, Any], place: _Place) -> list[GoldQuestion]:
    _refuse_unknown(record, ("id", "turns", "note"), place)
    turns = record["turns"]
    if not isinstance(turns, list) or not turns:
        raise place.error("turns", "moet een lijst met beurten zijn", "must be a list of turns")
    questions: list[GoldQuestion] = []
    for number, turn in enumerate(turns):
        at = _Place(place.file, place.line, number)
        if not isinstance(turn, dict):
            raise at.error("-", "moet een JSON-object zijn", "must be a JSON object")
        earlier = tuple(question.id for question in questions)
        fields = {"answerable": True, "type": "dialogue", **turn}
        questions.append(_question(f"{record['id']}/{number + 1}", fields, at, earlier))
    return questions


def _question(
    name: str, fields: Mapping[str, Any], place: _Place, after: tuple[str, ...] = ()
) -> GoldQuestion:
    _refuse_unknown(fields, QUESTION_FIELDS, place)
    text = fields.get("question")
    if not isinstance(text, str) or not text.strip():
        raise place.error("question", "ontbreekt of is leeg", "is missing or empty")
    answerable = fields["answerable"]
    if not isinstance(answerable, bool):
        raise place.error("answerable", "moet true of false zijn", "must be true or false")
    gold, facts = fields.get("gold"), fields.get("facts")
    if not isinstance(gold, list) or answerable != bool(gold):
        raise place.error(
            "gold",
            "moet een lijst zijn: gevuld als answerable true is, anders leeg",
            "must be a list: filled when answerable is true, else empty",
        )
    if not isinstance(facts, list) or (facts and not answerable):
        raise place.error(
            "facts",
            "moet een lijst zijn, leeg als answerable false is",
            "must be a list, empty when answerable is false",
        )
    optional = {}
    for key in ("reference", "type", "note"):
        optional[key] = fields.get(key)
        if optional[key] is not None and not isinstance(optional[key], str):
            raise place.error(key, "moet tekst zijn", "must be text")
    return GoldQuestion(
        id=name,
        question=text,
        answerable=answerable,
        gold=tuple(_passage(each, number, place) for number, each in enumerate(gold)),
        facts=tuple(_group(each, number, place) for number, each in enumerate(facts)),
        reference=optional["reference"],
        type=optional["type"] or "",
        note=optional["note"] or "",
        after=after,
    )


def _passage(given: Any, number: int, place: _Place) -> GoldPassage:
    field = f"gold[{number}]"
    if not isinstance(given, dict) or set(given) not in ({"file", "questions"}, {"file", "quote"}):
        raise place.error(
            field,
            "moet {file, questions} of {file, quote} zijn",
            "must be {file, questions} or {file, quote}",
        )
    if not isinstance(given["file"], str) or not _parts(given["file"]):
        raise place.error(f"{field}.file", "moet een bestandsnaam zijn", "must be a file name")
    if "quote" in given:
        quote = given["quote"]
        if not isinstance(quote, str) or not squeeze(quote)[0]:
            raise place.error(f"{field}.quote", "moet tekst zijn", "must be text")
        return GoldPassage(given["file"], quote=quote)
    numbers = given["questions"]
    # `True` is an int to Python, and not a question number.
    if not isinstance(numbers, list) or not numbers or not all(map(_is_number, numbers)):
        raise place.error(
            f"{field}.questions",
            "moet een lijst met vraagnummers zijn",
            "must be a list of question numbers",
        )
    return GoldPassage(given["file"], questions=tuple(numbers))


def _is_number(given: Any) -> bool:
    return type(given) is int or (isinstance(given, str) and parse_number(given) == given)


def _group(given: Any, number: int, place: _Place) -> tuple[str, ...]:
    field = f"facts[{number}]"
    if not isinstance(given, list) or not given or any(not isinstance(p, str) for p in given):
        raise place.error(
            field,
            "moet een lijst met reguliere expressies zijn",
            "must be a list of regular expressions",
        )
    for pattern in given:
        try:
            re.compile(pattern)
        except re.error as error:
            raise place.error(
                field,
                f"“{pattern}” is geen reguliere expressie ({error})",
                f"“{pattern}” is no regular expression ({error})",
            ) from error
    return tuple(given)


def _refuse_unknown(fields: Mapping[str, Any], known: Sequence[str], place: _Place) -> None:
    for name in fields:
        if name not in known:
            raise place.error(
                name,
                f"onbekend; bekend zijn {', '.join(known)}",
                f"unknown; known are {', '.join(known)}",
            )


def _parts(path: str) -> tuple[str, ...]:
    return PurePosixPath(path.replace("\\", "/")).parts


def _document(question: str, file: str, documents: Sequence[Document]) -> Document:
    wanted = _parts(file)
    found = [each for each in documents if _parts(each.source)[-len(wanted) :] == wanted]
    if len(found) == 1:
        return found[0]
    if not found:
        raise BadRequest(
            f"Vraag {question}: {file} staat niet in de index; indexeer dat bestand eerst.",
            f"Question {question}: {file} is not in the index; index that file first.",
        )
    sources = ", ".join(each.source for each in found)
    raise BadRequest(
        f"Vraag {question}: {file} past op meer documenten ({sources}); noem ook de map erboven.",
        f"Question {question}: {file} fits several documents ({sources}); name its folder too.",
    )


def _numbered(gold: GoldPassage, document: Document) -> Target:
    wanted = set(gold.questions)
    held = [passage for passage in document.passages if wanted & set(passage.numbers)]
    return Target(
        document.id,
        tuple(passage_key(document.id, passage) for passage in held)
        or (f"{document.id}:missing-{'-'.join(map(str, gold.questions))}",),
        frozenset((document.id, number) for number in gold.questions),
        "\n\n".join(passage.reading_text() for passage in held),
    )


def _quoted(
    question: str, gold: GoldPassage, document: Document, squeezed: tuple[str, list[int]]
) -> Target:
    quote = gold.quote or ""
    wanted = squeeze(quote)[0]
    text, offsets = squeezed
    at = text.find(wanted)
    if at < 0:
        raise BadRequest(
            f"Vraag {question}: {document.source} bevat het citaat “{quote[:60]}” niet; neem het "
            "letterlijk over uit het document.",
            f"Question {question}: {document.source} does not hold the quote “{quote[:60]}”; copy "
            "it from the document verbatim.",
        )
    start, end = offsets[at], offsets[at + len(wanted) - 1] + 1
    held = [each for each in document.passages if each.start < end and each.end > start]
    missing = f"missing-@{start}"
    return Target(
        document.id,
        tuple(passage_key(document.id, passage) for passage in held)
        or (f"{document.id}:{missing}",),
        frozenset().union(*(passage_pairs(document.id, passage) for passage in held))
        or frozenset({(document.id, missing)}),
        "\n\n".join(passage.reading_text() for passage in held) or quote,
    )
