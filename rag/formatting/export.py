"""A conversation as a file to keep: Markdown (CommonMark 0.31) and docx.

`_blocks` decides the contents, the same for every format; a format only decides the layout. All
text is escaped: nothing in a question or a document can become markup.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as RELATIONSHIP
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, RGBColor
from docx.text.paragraph import Paragraph
from pydantic import BaseModel, StrictBool, StrictInt

from index.errors import BadRequest
from rag.formatting.render import IN_SHORT, NOTE, READ_AS, parts, refusal_text
from rag.pipeline.answers import Mode
from rag.pipeline.citations import dutch_date, label_in
from rag.service.validation import (
    MOST_ITEMS,
    GivenMode,
    OptionalWords,
    Some,
    Words,
    read,
    wrong_field,
)


@dataclass(frozen=True, slots=True)
class ExportSentence:
    """A sentence of an answer; `citations` are indices into `ExportTurn.citations`."""

    text: str
    citations: tuple[int, ...]
    beside: bool = False
    context: bool = False


@dataclass(frozen=True, slots=True)
class ExportCitation:
    """A source: `label` ends in its question numbers, `quote` is verbatim."""

    label: str
    quote: str
    url: str


class ExportShort(BaseModel):
    """The sentence that `model` wrote above an answer, with its citations."""

    text: Words
    citations: Annotated[list[StrictInt], Some]
    model: Words


@dataclass(frozen=True, slots=True)
class ExportTurn:
    """A question with its answer, or with the `reason` of a refusal (None for an answer).

    `date` is the day of the answer (ISO 8601), None where it is not known.
    """

    question: str
    read_as: str
    sentences: tuple[ExportSentence, ...]
    citations: tuple[ExportCitation, ...]
    notes: tuple[str, ...]
    reason: str | None
    mode: Mode
    model: str
    date: str | None = None
    in_short: ExportShort | None = None


Kind = Literal["title", "question", "heading", "text", "quote", "link", "footer"]

_WORDS = {
    "nl": {
        "title": "Gesprek met Vraagbaak",
        "sources": "Bronnen",
        "asked": "Gevraagd op {}.",
        "verbatim": "Letterlijke zinnen uit de documenten.",
        "compose": "Geschreven door {}; elke zin is met zijn bron vergeleken.",
        "metadata": "Uit wat de documenten over zichzelf zeggen.",
        "courtesy": "",
        "footer": "Gemaakt met Vraagbaak. De nummers achter een zin verwijzen naar de bronnen "
        "eronder; de citaten daar zijn letterlijk uit de documenten. Een antwoord kan onvolledig "
        "of achterhaald zijn: kijk het na in de bron.",
    },
    "en": {
        "title": "Conversation with Vraagbaak",
        "sources": "Sources",
        "asked": "Asked on {}.",
        "verbatim": "Verbatim sentences from the documents.",
        "compose": "Written by {}; every sentence was compared with its source.",
        "metadata": "From what the documents state about themselves.",
        "courtesy": "",
        "footer": "Made with Vraagbaak. The numbers after a sentence refer to the sources below "
        "it; the quotes there are verbatim from the documents. An answer may be incomplete or "
        "outdated: look it up in the source.",
    },
}

_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1f\x85\u2028\u2029]")
# Everything outside Char of XML 1.0 (fifth edition, production 2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Markup anywhere in a line, of CommonMark and of what is often added to it (tables, strike, math).
_MARKUP = re.compile(r"[\\`*_\[\]<>&|~#$]")
# Markup at the start of a line only: lists, underlined headings, delimiters of tables.
_MARKUP_AT_START = re.compile(r"^(\d*)(?=[-+=:.)])")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


class _Document(BaseModel):
    url: OptionalWords = None


class _Citation(BaseModel):
    label: Words
    quote: Words
    document: _Document
    url: OptionalWords = None


class _Sentence(BaseModel):
    text: Words
    citations: Annotated[list[StrictInt], Some]
    # A browser may hold answers of before there were such things.
    beside: Any = None
    context: Any = None


class _Answer(BaseModel):
    """What of an answer is exported."""

    question: Words
    read_as: Words
    abstained: StrictBool
    sentences: Annotated[list[_Sentence], Some]
    citations: Annotated[list[_Citation], Some]
    notes: Annotated[list[Words], Some]
    reason: OptionalWords = None
    mode: GivenMode
    model: Words
    at: OptionalWords = None
    in_short: ExportShort | None = None


def turn_of_answer_json(answer: Mapping[str, Any]) -> ExportTurn:
    """Make a turn of an answer's JSON (`answers.answer_json`) that a client sends back.

    The client may add `at`, the time of the answer (ISO 8601). A source's address is the public one
    of its document, else the service's own. Raises BadRequest, naming
    the field, for anything else.
    """
    given = read(_Answer, answer)
    citations = []
    for number, each in enumerate(given.citations):
        url = each.document.url or each.url
        if url is None:
            raise wrong_field(f"citations[{number}].url", "ontbreekt", "is missing")
        citations.append(ExportCitation(each.label, each.quote, url))
    if given.abstained == bool(given.sentences):
        raise wrong_field(
            "sentences",
            "moet gevuld zijn als abstained false is, anders leeg",
            "must be filled when abstained is false, else empty",
        )
    uncited = given.mode in ("metadata", "courtesy")  # nothing was quoted
    for number, sentence in enumerate(given.sentences):
        if sentence.citations or not uncited:
            _ensure_cited(sentence.citations, f"sentences[{number}].citations", len(citations))
    if given.in_short is not None:
        _ensure_cited(given.in_short.citations, "in_short.citations", len(citations))
    if given.abstained and given.reason is None:
        raise wrong_field("reason", "ontbreekt", "is missing")
    try:
        day = given.at and datetime.fromisoformat(given.at).date().isoformat()
    except ValueError as error:
        raise wrong_field("at", "moet een ISO 8601-moment zijn", "must be ISO 8601") from error
    return ExportTurn(
        question=given.question,
        read_as=given.read_as,
        sentences=tuple(
            ExportSentence(s.text, tuple(s.citations), s.beside is True, s.context is True)
            for s in given.sentences
        ),
        citations=tuple(citations),
        notes=tuple(given.notes),
        reason=given.reason if given.abstained else None,
        mode=given.mode,
        model=given.model,
        date=day,
        in_short=given.in_short,
    )


def _ensure_cited(numbers: Sequence[int], at: str, citations: int) -> None:
    """Raise BadRequest unless every number is that of one of the `citations`, and there is one."""
    if not numbers:
        raise wrong_field(at, "is leeg", "is empty")
    for place, number in enumerate(numbers):
        if not 0 <= number < citations:
            raise wrong_field(
                f"{at}[{place}]",
                f"moet een geheel getal van 0 tot en met {citations - 1} zijn",
                f"must be a whole number from 0 to {citations - 1}",
            )


def conversation_markdown(turns: Sequence[ExportTurn], language: str = "nl") -> str:
    """The conversation as CommonMark, with labels in `language` ("nl" or "en").

    Every sentence is followed by the numbers of its sources, which stand below the answer with
    label and verbatim quote. Raises BadRequest for a conversation without turns.
    """
    return "\n\n".join(_MARKDOWN[kind](text) for kind, text in _blocks(turns, language)) + "\n"


def conversation_docx(turns: Sequence[ExportTurn], language: str = "nl") -> bytes:
    """The same as a Word document on A4. Raises BadRequest for a conversation without turns."""
    document = docx.Document()
    # Documents and answers are in Dutch, whatever the language of the labels.
    document.styles.element.find(f".//{qn('w:lang')}").set(qn("w:val"), "nl-NL")
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    about = document.core_properties
    about.title, about.author, about.comments = _WORDS[language]["title"], "Vraagbaak", ""
    about.language, about.created = "nl-NL", datetime.now(UTC).replace(tzinfo=None)
    styles = {kind: document.styles[name].style_id for kind, name in _STYLES.items()}
    for kind, text in _blocks(turns, language):
        paragraph = document.add_paragraph()
        if kind == "link" and _WEB_ADDRESS.fullmatch(text):
            _add_link(paragraph, text)
        else:
            paragraph.add_run(_clean(text))
        # python-docx's own setter searches all styles for every paragraph, which is far slower.
        paragraph._p.style = styles[kind]
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _add_link(paragraph: Paragraph, address: str) -> None:
    """A hyperlink to `address` (ECMA-376, part 1, 17.16.22), with the address as its text."""
    link = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP.HYPERLINK, is_external=True)
    )
    run = paragraph.add_run(address)
    run.font.underline = True
    run.font.color.rgb = RGBColor(0x0D, 0x4A, 0x57)
    link.append(run._r)
    paragraph._p.append(link)


EXPORTS: Mapping[str, tuple[Callable[[Sequence[ExportTurn], str], bytes], str, str]] = {
    "markdown": (
        lambda turns, language: conversation_markdown(turns, language).encode(),
        "text/markdown; charset=utf-8",
        ".md",
    ),
    "docx": (
        conversation_docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".docx",
    ),
}
"""What a conversation can be exported to: name -> (writer, media type, suffix of the file)."""


def _blocks(turns: Sequence[ExportTurn], language: str) -> Iterator[tuple[Kind, str]]:
    """The contents of the file, in order, as plain text."""
    if not 0 < len(turns) <= MOST_ITEMS:
        raise BadRequest(
            f"Een gesprek om te bewaren heeft 1 tot en met {MOST_ITEMS} vragen, niet {len(turns)}.",
            f"A conversation to export has 1 to {MOST_ITEMS} questions, not {len(turns)}.",
        )
    words = _WORDS[language]
    yield "title", words["title"]
    for turn in turns:
        yield "question", _one_line(turn.question)
        if turn.read_as != turn.question:
            yield "text", f"{READ_AS[language]} {_one_line(turn.read_as)}"
        if turn.reason is None:
            if short := turn.in_short:
                head = IN_SHORT[language].format(short.model)
                yield "text", f"{head} {short.text} {_marks(short)}"
            for head, sentences in parts(turn.sentences, language):
                said = [f"{s.text} {_marks(s)}".strip() for s in sentences]
                yield "text", " ".join([head, *said] if head else said)
            if turn.citations:
                yield "heading", words["sources"]
            for number, citation in enumerate(turn.citations, start=1):
                yield "text", f"[{number}] {label_in(language, _one_line(citation.label))}"
                yield "quote", citation.quote
                yield "link", citation.url
        else:
            yield "text", refusal_text(turn.reason, language)
        for note in turn.notes:
            yield "text", f"{NOTE[language]} {note}"
        if how := _how(turn, language):
            yield "text", how
    yield "footer", words["footer"]


def _marks(sentence: ExportSentence | ExportShort) -> str:
    return " ".join(f"[{number + 1}]" for number in sentence.citations)


def _how(turn: ExportTurn, language: str) -> str:
    """When the question was asked, and which model made the answer."""
    words, told = _WORDS[language], []
    if turn.date:
        day = turn.date if language == "en" else dutch_date(turn.date)
        told.append(words["asked"].format(day))
    if turn.reason is None:
        told.append(words[turn.mode].format(turn.model))
    return " ".join(filter(None, told))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _clean(text: str) -> str:
    """Normalise line ends to newlines; replace characters that XML cannot hold by U+FFFD."""
    return _NO_XML.sub("\ufffd", _LINE_ENDS.sub("\n", text))


def _escaped(text: str) -> str:
    """Escape `text` so that Markdown shows it as it is, line by line; paragraphs at blank lines.

    CommonMark 0.31, 2.4 (a backslash before punctuation), 6.7 (one at a line's end: a break).
    """
    paragraphs: list[list[str]] = [[]]
    for line in _clean(text).split("\n"):
        # White space at a line's start would make a code block, at its end a line break.
        if bare := line.strip(" \t"):
            literal = _MARKUP.sub(r"\\\g<0>", bare)
            paragraphs[-1].append(_MARKUP_AT_START.sub(r"\1\\", literal))
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n\n".join("\\\n".join(lines) for lines in paragraphs if lines)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _escaped(text).split("\n"))


def _link(address: str) -> str:
    return f"<{address}>" if _WEB_ADDRESS.fullmatch(address) else _escaped(address)


_MARKDOWN: dict[Kind, Callable[[str], str]] = {
    "title": lambda text: f"# {_escaped(text)}",
    "question": lambda text: f"## {_escaped(text)}",
    "heading": lambda text: f"### {_escaped(text)}",
    "text": _escaped,
    "quote": _quoted,
    "link": _link,
    "footer": lambda text: f"---\n\n{_escaped(text)}",
}
_STYLES: dict[Kind, str] = {
    "title": "Title",
    "question": "Heading 1",
    "heading": "Heading 2",
    "text": "Normal",
    "quote": "Quote",
    "link": "Normal",
    "footer": "Normal",
}
