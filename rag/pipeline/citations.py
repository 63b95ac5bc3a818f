"""Write references as a Dutch civil servant does: document, then question numbers.

Forms of reference: Aanwijzingen voor de regelgeving, 3.43 ("Kamerstukken II 2025/26, 36800 X,
nr. 11"), and the form of the Tweede Kamer itself for the annex of the proceedings ("Aanhangsel
Handelingen, vergaderjaar 2023-2024, nr. 2367").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from itertools import pairwise
from pathlib import PurePath

from index.documents import DocumentInfo, Number, Office, Passage, Question, Span
from index.identifiers import Identifier, parliamentary_year, parse_identifier
from index.segmentation.question_numbers import next_number, order
from rag.dutch.dates import MONTHS

_CASE = re.compile(r"\d{4}[ZD]\d+$")
_NUMBERED_HEADING = re.compile(r"Vraag(?= \d+(?:\.\d+|[a-z])?$)")
_NEUTER_BODY = re.compile(r"(?:Centraal )?Planbureau|Presidium")
_KINDS = {"answers": "Antwoorden", "letter": "Brief", "postponement": "Uitstelbericht"}
_TITLE_CHARACTERS = 90
_RECOGNISED = {"nl": " (herkende tekst)", "en": " (recognised text)"}


def label(document: DocumentInfo, passage: Passage, quote: Span | None = None) -> str:
    """The reference to a passage: "Aanhangsel Handelingen, vergaderjaar …, nr. 12, vraag 4 en 5".

    Where a document has several lists of questions, the heading of its list goes with it; of a
    debate, who speaks: in `quote`, else whose turn it is. It says so where the text was recognised
    on a picture: that of `quote` (a stretch of the document), else anything of the passage or its
    questions.
    """
    parts = [document_label(document)]
    if passage.numbers:
        parts.append(f"vraag {numbers_label(passage.numbers)}")
        if passage.heading:
            parts.append(f"onder ‘{_shortened(passage.heading)}’")
    elif passage.heading and _NUMBERED_HEADING.match(passage.heading):
        parts.append(_NUMBERED_HEADING.sub("vraag", passage.heading))
    elif passage.heading and not (passage.speakers and passage.heading == document.metadata.title):
        parts.append(f"onder ‘{_shortened(passage.heading)}’")
    if speaker := passage.speaker_at(quote.start if quote else passage.start):
        parts.append(speaker)
    whole: Sequence[Passage | Question] = (passage, *passage.questions)
    return ", ".join(parts) + recognised_mark(document, (quote,) if quote else whole)


def recognised_mark(document: DocumentInfo, spans: Sequence[Span | Passage | Question]) -> str:
    """What is added to a reference where any of `spans` was recognised on a picture, else ""."""
    found = any(
        span.start < each.end and each.start < span.end
        for span in spans
        for each in document.metadata.recognised
    )
    return _RECOGNISED["nl"] if found else ""


def label_in(language: str, label: str) -> str:
    """A reference as it is shown in `language`: it is Dutch, but for the mark of recognised text."""
    ending = _RECOGNISED["nl"]
    return label.removesuffix(ending) + _RECOGNISED[language] if label.endswith(ending) else label


def document_label(document: DocumentInfo) -> str:
    """The reference to a document by its official number, else by what it is; with its date."""
    meta = document.metadata
    if official := official_number(document):
        return f"{official} ({dutch_date(meta.date)})" if meta.date else official
    return _described(document)


def official_number(document: DocumentInfo) -> str | None:
    """The official number of a document as it is referred to, without its date; None without one."""
    meta = document.metadata
    for identifier in meta.identifiers:
        if official := official_label(parse_identifier(identifier), meta.date):
            return official
    return None


def who(document: DocumentInfo) -> tuple[str, ...]:
    """Who answers in a document, as the Tweede Kamer writes it: "minister Tuin (Defensie)".

    Only the name where the office is not stated.
    """
    meta = document.metadata
    offices = {office.holder: holder_label(office) for office in meta.offices}
    named = tuple(offices.get(name, name) for name in meta.ministers)
    return named or ((meta.answered_by,) if meta.answered_by else ())


def holder_label(office: Office) -> str:
    """Who holds an office: "minister Tuin (Defensie)"."""
    portfolio = f"({office.portfolio})" if office.portfolio else ""
    return " ".join(filter(None, (office.title, office.holder, portfolio)))


def numbers_label(numbers: Collection[Number], language: str = "nl") -> str:
    """Numbers as written: "4", "4 en 5", "1 tot en met 4", "3, 8 en 9", "2a en 2b".

    In English ("en") "1 to 4" and "3, 8, 9".
    """
    ordered = sorted(numbers, key=order)
    if len(ordered) > 2 and all(next_number(a) == b for a, b in pairwise(ordered)):
        return f"{ordered[0]} {'to' if language == 'en' else 'tot en met'} {ordered[-1]}"
    written = [str(number) for number in ordered]
    return ", ".join(written) if language == "en" else _enumerated(written)


def dutch_date(iso: str) -> str:
    """The day as written: "10 juni 2025" for 2025-06-10."""
    day = date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def official_label(identifier: Identifier, day: str | None) -> str | None:
    """The reference for an official number; None if it has no written form.

    `day` (ISO 8601) is the document's: a paper's number does not tell its parliamentary year.
    """
    number, year = identifier.number, identifier.year
    house = "I" if identifier.house == "ek" else "II"
    if identifier.kind == "annex":
        of = " Eerste Kamer" if house == "I" else ""
        session = f", vergaderjaar {year}-{year + 1}" if year else ""
        return f"Aanhangsel Handelingen{of}{session}, nr. {number}"
    if identifier.kind == "paper":
        # Papers of the Eerste Kamer are lettered; a file may have numbered parts (21501-02).
        lettered = number.isalpha()
        years = f" {_short_years(parliamentary_year(day))}" if day else ""
        part = identifier.part or ""
        part = part and (f"-{part}" if part.isdigit() else f" {part}")
        written = number if lettered else f"nr. {number}"
        return f"Kamerstukken {'I' if lettered else 'II'}{years}, {identifier.dossier}{part}, {written}"
    if identifier.kind == "proceedings" and year:
        return f"Handelingen {house} {_short_years(year)}, nr. {number}, item {identifier.item}"
    if identifier.kind == "questions":
        return f"Kamervragen {number}"
    return None


def _described(document: DocumentInfo) -> str:
    """Describe a document without an official number: kind, author, subject, (number, date)."""
    meta = document.metadata
    file = PurePath(document.source).name
    name = _KINDS.get(document.kind)
    if name is None:
        name = _shortened(meta.title or file)
    else:
        if answering := _answering(document):
            name += f" van {answering}"
        if meta.title and document.kind == "letter":
            name += f" ‘{_shortened(meta.title)}’"
        elif meta.title:
            name += f" over {_shortened(meta.title)}"
    known = [identifier for identifier in meta.identifiers if _CASE.match(identifier)][:1]
    if meta.date:
        known.append(dutch_date(meta.date))
    if not known and not meta.title and name != file:
        known.append(file)
    return f"{name} ({', '.join(known)})" if known else name


def _answering(document: DocumentInfo) -> str | None:
    """Who answers, in a reference; "bewindspersoon" where the office is not stated."""
    meta = document.metadata
    if meta.ministers:
        titles = {office.holder: office.title for office in meta.offices}
        if not titles:
            office = "bewindspersoon" if len(meta.ministers) == 1 else "bewindspersonen"
            return f"{office} {_enumerated(meta.ministers)}"
        return _enumerated([f"{titles.get(n, 'bewindspersoon')} {n}" for n in meta.ministers])
    if body := meta.answered_by:
        if body.startswith("De "):
            return body
        return f"{'het' if _NEUTER_BODY.match(body) else 'de'} {body}"
    return None


def _short_years(start: int) -> str:
    """ "2025/26" for 2025."""
    return f"{start}/{(start + 1) % 100:02}"


def _shortened(text: str) -> str:
    """`text`, cut between words where it is too long for a reference."""
    if len(text) <= _TITLE_CHARACTERS:
        return text
    cut = text[:_TITLE_CHARACTERS]
    return f"{cut.rsplit(' ', 1)[0].rstrip(' ,;:-')}…"


def _enumerated(words: Sequence[str]) -> str:
    return " en ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
