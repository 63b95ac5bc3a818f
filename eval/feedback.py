"""Users' verdicts (`rag.service.feedback`) as gold questions.

A thumbs-up says that an answer, or a refusal, was right: that is a gold question. A thumbs-down
says only that it was wrong; what would have been right, a person must still write. Such drafts are
lines that `eval.gold.load_gold` refuses (`"answerable": null`) until that has been done.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from eval.gold import GoldPassage, GoldQuestion, fact_found, resolve
from eval.natural_pairs import shortest_names
from eval.quantities import Figure, figures
from index.documents import Document
from index.errors import BadRequest
from rag.service.feedback import Feedback, Verdict

TYPE = "feedback"
_SCALES = {12: "biljoen", 9: "(?:miljard|mld)", 6: "(?:miljoen|mln)", 3: "duizend"}
# Not in the middle of another number.
_BEFORE, _AFTER = r"(?<![\d.,])", r"(?![.,]?\d)"


@dataclass(frozen=True, slots=True)
class Draft:
    """A question for a person to finish; `note` (Dutch) says why, and what the system answered.

    `verdict` is "down" if anyone disapproved.
    """

    id: str
    question: str
    verdict: Verdict
    note: str


def gold_of_feedback(
    given: Sequence[Feedback], documents: Sequence[Document]
) -> tuple[tuple[GoldQuestion, ...], tuple[Draft, ...]]:
    """Gold questions and drafts; `documents` are those of the index the answers came from.

    An approved answer becomes an answerable question: gold are the passages that it cited, facts
    its figures but for those of the question itself, the reference is its text. An approved refusal
    becomes an unanswerable one. The same answer to the same question is one question, and a draft
    if anyone disapproved of it; so is an approved answer that cites what `documents` do not hold.
    """
    by_id = {document.id: document for document in documents}
    names = shortest_names([document.source for document in documents])
    files = dict(zip(by_id, names, strict=True))
    same: dict[tuple[str, str | None], list[Feedback]] = {}
    for each in given:
        same.setdefault((_one_line(each.read_as.lower()), each.answer), []).append(each)
    questions, drafts = [], []
    for group in same.values():
        if any(each.verdict == "down" for each in group):
            drafts.append(_draft(group, "down", "niet goed volgens een gebruiker"))
            continue
        try:
            questions.append(_question(group, by_id, files))
        except BadRequest as error:
            drafts.append(_draft(group, "up", error.nl))
    return tuple(questions), tuple(drafts)


def draft_line(draft: Draft) -> str:
    """A draft as a line of a gold set that leaves open what is right."""
    record: dict[str, Any] = {
        "id": draft.id,
        "question": draft.question,
        "answerable": None,
        "gold": [],
        "facts": [],
        "type": TYPE,
        "note": draft.note,
    }
    return json.dumps(record, ensure_ascii=False)


def facts_of(answer: str, question: str) -> tuple[tuple[str, ...], ...]:
    """The figures of an answer that its question does not hold, as `facts` of a gold question.

    Each is a group of regular expressions: the figure as the answer writes it, and its value in
    digits, also with "duizend", "miljoen" and so on ("1.750", "1750"; "0,75 miljoen", "750.000").
    """
    asked = {value for figure in figures(question) for value in (figure.value, *figure.also)}
    return tuple(
        dict.fromkeys(_patterns(each) for each in figures(answer) if each.value not in asked)
    )


def _question(
    group: Sequence[Feedback], documents: Mapping[str, Document], files: Mapping[str, str]
) -> GoldQuestion:
    """The gold question of approved feedback; raises BadRequest where the index lacks a source."""
    last = group[-1]
    question = GoldQuestion(
        id=_id(last),
        question=_one_line(last.read_as),
        answerable=last.answer is not None,
        type=TYPE,
        note=_remarks(group),
    )
    if last.answer is None:
        return question
    question = replace(
        question, gold=_cited(last, documents, files), reference=_one_line(last.answer)
    )
    texts = [each.text for each in resolve([question], tuple(documents.values()))[question.id]]
    # What no cited passage holds cannot be asked of another answer.
    facts = (
        fact
        for fact in facts_of(last.answer, last.read_as)
        if any(fact_found(fact, text) for text in texts)
    )
    return replace(question, facts=tuple(facts))


def _cited(
    feedback: Feedback, documents: Mapping[str, Document], files: Mapping[str, str]
) -> tuple[GoldPassage, ...]:
    """The passages that an answer cited, once each, as the index has them."""
    cited: list[GoldPassage] = []
    for place in feedback.citations:
        document = documents.get(place.document)
        if document is None:
            raise BadRequest(
                f"{place.source} staat niet (meer) zo in de index.",
                f"{place.source} is not in the index (any more) as it was.",
            )
        file, numbers = files[document.id], place.questions
        if numbers and all(set(each.numbers) != set(numbers) for each in document.passages):
            raise BadRequest(
                f"{file} heeft geen antwoord op vraag {', '.join(map(str, numbers))}.",
                f"{file} has no answer to question {', '.join(map(str, numbers))}.",
            )
        cited.append(
            GoldPassage(file, questions=numbers)
            if numbers
            else GoldPassage(file, quote=_one_line(place.quote))
        )
    if not cited:
        raise BadRequest("Het antwoord noemt geen bron.", "The answer names no source.")
    return tuple(dict.fromkeys(cited))


def _draft(group: Sequence[Feedback], verdict: Verdict, why: str) -> Draft:
    last = group[-1]
    told = [why, _remarks(group), f"antwoord: {_one_line(last.answer or 'geweigerd')}"]
    told += [
        f"geciteerd: {each.source}, vraag {', '.join(map(str, each.questions)) or '-'}"
        for each in dict.fromkeys(replace(place, quote="") for place in last.citations)
    ]
    return Draft(_id(last), _one_line(last.read_as), verdict, " | ".join(filter(None, told)))


def _id(feedback: Feedback) -> str:
    return f"{TYPE}-{feedback.id}"


def _remarks(group: Sequence[Feedback]) -> str:
    return " | ".join(dict.fromkeys(_one_line(each.remark) for each in group if each.remark))


def _one_line(text: str) -> str:
    """White space as single spaces: a line of a gold file ends at any line separator."""
    return " ".join(text.split())


def _patterns(figure: Figure) -> tuple[str, ...]:
    """Regular expressions for a figure: as it is written, unless its value says the same."""
    values = _value_patterns(figure.value)
    if any(re.search(pattern, figure.text, re.IGNORECASE) for pattern in values):
        return values
    literal = r"\s+".join(map(re.escape, figure.text.split()))
    before = _BEFORE if figure.text[0].isdigit() else r"\b"
    after = _AFTER if figure.text[-1].isdigit() else r"(?!\w)"
    return (before + literal + after, *values)


def _value_patterns(value: str) -> tuple[str, ...]:
    """How a value (`eval.quantities.Figure`) is written in digits; () for a day, month or code."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(%?)", value)
    if not match:
        return ()
    written = _BEFORE + _digits(match[1])
    if match[2]:
        return (rf"{written}\s*(?:%|procent)",)
    patterns = [written + _AFTER]
    for power, word in _SCALES.items():
        scaled = f"{Decimal(value).scaleb(-power).normalize():f}"
        decimals = len(scaled.partition(".")[2])
        if Decimal("0.1") <= Decimal(scaled) < 1000 and decimals <= (0 if power == 3 else 2):
            patterns.append(rf"{_BEFORE}{_digits(scaled)}\s*{word}\b")
    return tuple(patterns)


def _digits(number: str) -> str:
    """A plain decimal, with or without points between thousands (but for years), and a comma."""
    whole, _, decimals = number.partition(".")
    if not re.fullmatch(r"19\d\d|20\d\d", whole):
        whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", r"[.\\s]?", whole)
    return whole + (f"[.,]{decimals}" if decimals else "")
