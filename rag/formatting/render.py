"""Answers, hits and documents as text for a terminal, in Dutch or English; no printing here."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from index.documents import Document, DocumentInfo, Hit, Passage
from rag.pipeline.answers import Answer, document_json, hit_json
from rag.pipeline.citations import label_in, numbers_label, who

if TYPE_CHECKING:
    from index.ingest import AddReport
    from index.search import SearchResult
    from rag.service.keys import ApiKey

# Most line ends in a document are the page's, not the author's: only these are kept.
_BREAK = re.compile(r"\n(?=[ \t]*(?:\n|[-–•*] |\w{1,2}[.)][ \t]))")

WIDTH = 100
PREVIEW = 60
KINDS = {
    "nl": {
        "answers": "antwoorden",
        "questions_only": "vragen zonder antwoord",
        "postponement": "uitstel",
        "debate": "debat",
        "letter": "brief",
        "other": "overig",
    },
    "en": {
        "answers": "answers",
        "questions_only": "questions without answers",
        "postponement": "postponement",
        "debate": "debate",
        "letter": "letter",
        "other": "other",
    },
}

REFUSAL = {"nl": "Dat staat niet in de documenten.", "en": "The documents do not say."}
READ_AS = {"nl": "Gelezen als:", "en": "Read as:"}
NOTE = {"nl": "Let op:", "en": "Note:"}
# Before the one sentence that a model wrote above the others.
IN_SHORT = {"nl": "In het kort, geschreven door {}:", "en": "In short, written by {}:"}
# Heading above the sentences around those that answer.
CONTEXT = {"nl": "Uit hetzelfde antwoord:", "en": "From the same answer:"}
# Heading above sentences of passages that came near the best one.
BESIDE = {"nl": "Mogelijk ook van belang:", "en": "Possibly relevant too:"}
# Passages shown with a refusal.
NEAREST = 3


def answer_text(answer: Answer, language: str = "nl") -> str:
    """An answer with [1] marks and its citations, or a refusal with the nearest passages."""
    nl = language == "nl"
    blocks = []
    if answer.read_as != answer.question:
        blocks.append(f"{READ_AS[language]} {answer.read_as}")
    if answer.abstained:
        blocks.append(_wrap(refusal_text(answer.reason, language)))
        if answer.hits:
            near = "Dichtstbijzijnde passages:" if nl else "Nearest passages:"
            blocks.append(near + "\n" + hits_text(answer.hits[:NEAREST], language))
    else:
        if short := answer.in_short:
            head = IN_SHORT[language].format(short.model)
            blocks.append(_wrap(f"{head} {_marked(short.text, short.citations)}"))
        for head, sentences in parts(answer.sentences, language):
            said = [_marked(s.shown, s.citations) for s in sentences]
            if answer.mode == "metadata":
                blocks.append("\n".join(_wrap(line, hanging="  ") for line in said))
            else:
                blocks.append(_wrap(" ".join([head, *said] if head else said)))
        if answer.citations:
            blocks.append("\n".join(_citation_lines(answer, language)))
    blocks += [_wrap(f"{NOTE[language]} {note}") for note in answer.notes]
    if not answer.abstained and answer.model != "none":
        blocks.append(_wrap(f"{'Geschreven door' if nl else 'Written by'} {answer.model}."))
    return "\n\n".join(blocks)


def refusal_text(reason: str | None, language: str) -> str:
    """A refusal with its reason, unless that says no more."""
    refusal = REFUSAL[language]
    return f"{refusal} {reason}".strip() if reason and reason != refusal else refusal


class Placed(Protocol):
    """A sentence that knows where it stands; see `rag.pipeline.answers.Sentence`."""

    @property
    def beside(self) -> bool: ...
    @property
    def context(self) -> bool: ...


S = TypeVar("S", bound=Placed)


def parts(given: Sequence[S], language: str) -> list[tuple[str, list[S]]]:
    """Sentences under what introduces them: the answer itself (""), around it, and beside it."""
    kinds = (("", False, False), (CONTEXT[language], False, True), (BESIDE[language], True, False))
    found = [
        (head, [s for s in given if (s.beside, s.context) == (beside, context)])
        for head, beside, context in kinds
    ]
    return [(head, sentences) for head, sentences in found if sentences]


def _citation_lines(answer: Answer, language: str) -> list[str]:
    """Each citation once, with its quote unless the answer has those very words."""
    said = {" ".join(sentence.text.split()) for sentence in answer.sentences}
    numbers: dict[str, list[str]] = {}
    quotes: dict[str, list[str]] = {}
    for number, citation in enumerate(answer.citations, start=1):
        numbers.setdefault(citation.label, []).append(f"[{number}]")
        if " ".join(citation.quote.split()) not in said:
            quotes.setdefault(citation.label, []).append(f"“{citation.quote.strip()}”")
    lines = []
    for name, marks in numbers.items():
        shown = label_in(language, name)
        lines.append(_wrap(f"{' '.join(marks)} {shown}", hanging="    "))
        lines += [_wrap(quote, indent="    ") for quote in quotes.get(name, [])]
    return lines


def hits_text(hits: Sequence[Hit], language: str = "nl") -> str:
    """Hits, best first: rank, document and questions, date, and the passage's first words."""
    return found_text([hit_json(hit) for hit in hits], language)


def found_json(found: SearchResult) -> dict[str, Any]:
    """What a search found, as `vraagbaak search --json` and the API give it."""
    return {
        "hits": [hit_json(hit) for hit in found.hits],
        "timings_ms": {name: round(value, 1) for name, value in found.timings_ms.items()},
    }


def found_text(hits: Sequence[Mapping[str, Any]], language: str = "nl") -> str:
    """The same of hits as JSON (`rag.pipeline.answers.hit_json`)."""
    blocks = []
    for hit in hits:
        head = f"{hit['rank']}. {label_in(language, hit['label'])}"
        first_words = textwrap.shorten(hit["display"], 240, placeholder=" …")
        blocks.append(_wrap(head, hanging="   ") + "\n" + _wrap(first_words, indent="   "))
    return "\n".join(blocks)


def documents_text(documents: Sequence[DocumentInfo], language: str = "nl") -> str:
    """One line a document: id, date, kind, number of passages, title and source."""
    if not documents:
        return "Geen documenten." if language == "nl" else "No documents."
    lines = []
    for each in documents:
        kind = KINDS[language][each.kind]
        warnings = f" ({len(each.warnings)}!)" if each.warnings else ""
        title = _preview(each.metadata.title or "-")
        date = each.metadata.date or "-"
        head = f"{each.id}  {date:<10}  {kind:<14}  {each.passages:>4}{warnings}"
        lines.append(f"{head}  {title}  [{each.source}]")
    return "\n".join(lines)


def report_text(report: AddReport, language: str = "nl") -> str:
    """The result of indexing, naming every file that failed or is uncertain."""
    nl = language == "nl"
    counts = (
        (report.added, "toegevoegd" if nl else "added"),
        (report.updated, "bijgewerkt" if nl else "updated"),
        (report.unchanged, "ongewijzigd" if nl else "unchanged"),
        (report.failed, "mislukt" if nl else "failed"),
    )
    lines = [", ".join(f"{len(those)} {word}" for those, word in counts if those)]
    note, failed = ("let op", "mislukt") if nl else ("note", "failed")
    said = [f"{note}: {path}: {why}" for path, why in report.warnings]
    for path, error in report.failed:
        message = error.message(language)
        said.append(f"{failed}: {message if path in message else f'{path}: {message}'}")
    lines += [_wrap(each, hanging="  ") for each in said]
    nothing = "geen documenten gevonden" if nl else "no documents found"
    return "\n".join(filter(None, lines)) or nothing


def report_json(report: AddReport, language: str = "nl") -> dict[str, Any]:
    """The same as JSON; `failed` holds path, code and message."""
    return {
        "added": [listed_json(each) for each in report.added],
        "updated": [listed_json(each) for each in report.updated],
        "unchanged": [listed_json(each) for each in report.unchanged],
        "failed": [
            {"path": path, "code": error.code, "message": error.message(language)}
            for path, error in report.failed
        ],
        "warnings": [{"path": path, "message": why} for path, why in report.warnings],
    }


_STATES = {"nl": ("in orde", "ontbreekt", "beschadigd"), "en": ("present", "missing", "damaged")}


def models_text(models: Sequence[dict[str, Any]], language: str = "nl") -> str:
    """One line a model: its name, whether it is there and whole, and where."""
    whole, missing, damaged = _STATES[language]
    lines = []
    for each in models:
        state = whole
        if not (each["present"] and each["intact"]):
            fault = damaged if each["present"] else missing
            state = f"{fault}: `vraagbaak models fetch`"
        lines.append(f"{each['name']:<30} {state}  [{each['path']}]")
    return "\n".join(lines)


def keys_text(keys: Sequence[ApiKey], language: str = "nl") -> str:
    """One line a key: id, scopes, when it was made, whether it was revoked, name."""
    nl = language == "nl"
    if not keys:
        return "Geen sleutels." if nl else "No keys."
    lines = []
    for key in keys:
        state = "geldig" if nl else "valid"
        if key.revoked:
            state = f"{'herroepen' if nl else 'revoked'} {key.revoked[:10]}"
        scopes = "+".join(key.scopes)
        lines.append(f"{key.id}  {scopes:<10}  {key.created[:10]}  {state:<20}  {key.name}")
    return "\n".join(lines)


def inspect_text(document: Document, language: str = "nl") -> str:
    """How a document was cut, readable at a glance: metadata, passages, what was set aside."""
    nl, meta = language == "nl", document.metadata
    questions = sum(len(passage.questions) for passage in document.passages)
    facts = (
        ("titel" if nl else "title", meta.title),
        ("soort" if nl else "kind", KINDS[language][document.kind]),
        ("datum" if nl else "date", meta.date),
        ("antwoord van" if nl else "answered by", ", ".join(who(document_info(document)))),
        ("vragen van" if nl else "asked by", ", ".join(meta.askers)),
        ("kenmerken" if nl else "identifiers", ", ".join(meta.identifiers)),
        ("passages", f"{len(document.passages)} ({questions} {'vragen' if nl else 'questions'})"),
        ("tekens" if nl else "characters", str(len(document.text))),
    )
    lines = [f"{document.source}  ({document.id})"]
    lines += [_wrap(f"  {name:<13} {value or '-'}", hanging=" " * 16) for name, value in facts]
    lines.append("")
    for passage in document.passages:
        lines += _passage_lines(passage, language)
    if document.set_aside:
        lines += ["", "apart gezet:" if nl else "set aside:"]
        for aside in document.set_aside:
            words = _preview(document.text[aside.start : aside.end])
            lines.append(f"  {aside.start:>7}-{aside.end:<7} {aside.why}: {words}")
    if document.warnings:
        lines += ["", "waarschuwingen:" if nl else "warnings:"]
        lines += [_wrap(f"  - {warning}", hanging="    ") for warning in document.warnings]
    return "\n".join(lines)


def inspect_json(document: Document) -> dict[str, Any]:
    """How a document was cut, with exact spans: `start` and `end` are code points in `text`."""
    return {
        "document": document_json(document_info(document)),
        "text": document.text,
        "passages": [passage_json(passage) for passage in document.passages],
        "set_aside": [span_json(aside) | {"why": aside.why} for aside in document.set_aside],
        "recognised": [span_json(each) for each in document.metadata.recognised],
        "warnings": list(document.warnings),
    }


def listed_json(document: DocumentInfo) -> dict[str, Any]:
    """A document as a list shows it: its metadata, number of passages and warnings."""
    return document_json(document) | {
        "passages": document.passages,
        "warnings": list(document.warnings),
    }


def passage_json(passage: Passage) -> dict[str, Any]:
    """A passage with its spans, pointers and footnotes; `text` is exactly the document's."""
    return {
        "questions": list(passage.numbers),
        "question_texts": {str(each.number): each.text for each in passage.questions},
        "question_spans": [span_json(each) for each in passage.questions],
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "refers_to": list(passage.refers_to),
        "external_refs": list(passage.external_refs),
        "heading": passage.heading,
        "list": passage.list_number,
        "speaker": passage.speaker,
        "footnotes": [{"mark": note.mark} | span_json(note) for note in passage.footnotes],
        "gaps": [span_json(gap) for gap in passage.gaps],
    }


def span_json(span: Spanning) -> dict[str, Any]:
    """Where something stands: its `start` and `end`."""
    return {"start": span.start, "end": span.end}


def document_info(document: Document) -> DocumentInfo:
    """`document` without its text."""
    return DocumentInfo(
        id=document.id,
        source=document.source,
        kind=document.kind,
        metadata=document.metadata,
        passages=len(document.passages),
        warnings=document.warnings,
    )


class Spanning(Protocol):
    """What stands somewhere in a document; `start` and `end` are code points."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def _passage_lines(passage: Passage, language: str) -> Iterable[str]:
    nl = language == "nl"
    span = f"{passage.start:>7}-{passage.end:<7}"
    yield f"  {_place(passage, language):<24} {span}{_pointers(passage)}"
    for question in passage.questions:
        yield f"      {'V' if nl else 'Q'}{question.number}: {_preview(question.text)}"
    yield f"      {'A' if passage.questions else ' '}: {_preview(passage.reading_text())}"


def _pointers(passage: Passage) -> str:
    pointers = [str(number) for number in passage.refers_to]
    pointers += [_preview(reference) for reference in passage.external_refs]
    return f"  → {', '.join(pointers)}" if pointers else ""


def _place(passage: Passage, language: str) -> str:
    if passage.questions:
        word = "vraag" if language == "nl" else "question"
        return f"{word} {numbers_label(passage.numbers)}"
    return _preview(passage.speaker or passage.heading or "") or (
        "zonder kop" if language == "nl" else "no heading"
    )


def _marked(text: str, citations: Sequence[int]) -> str:
    return text + "".join(f" [{index + 1}]" for index in citations)


def _preview(text: str) -> str:
    return textwrap.shorten(text, PREVIEW, placeholder=" …")


def _wrap(text: str, *, indent: str = "", hanging: str | None = None) -> str:
    """Wrap `text` to `WIDTH` characters; paragraphs and list items stay separate."""
    after = indent if hanging is None else hanging
    return "\n".join(
        textwrap.fill(
            paragraph,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=after,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for paragraph in _BREAK.split(text)
    )
