"""Questions that what documents state about themselves answers, or that ask nothing of them.

"Wie is de minister van Defensie?", "welke documenten gaan over stikstof?", "dank u wel". No passage
is read, and no language model is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.analyzer import words
from index.directory import Directory, Vocabulary
from index.documents import DocumentInfo, Hit, Kind, Span
from index.index import Index
from index.search import Filters, admitted, search
from rag.conversation.courtesy import reply_to
from rag.dutch.phrases import is_closed
from rag.pipeline.answerability import Refusal
from rag.pipeline.answers import Citation, Mode, Sentence
from rag.pipeline.citations import document_label, dutch_date, holder_label, recognised_mark, who
from rag.pipeline.known_item import newest_documents
from rag.pipeline.people import Person, asked_who, offices_of, person_at
from rag.pipeline.temporal import first_time

MOST_LISTED = 10  # documents; how many more there are is said
_PASSAGES = 50  # that are looked through for a subject that no title names
_MOST_WORDS = 6  # of a subject: more of them say something of it

_LIST = re.compile(
    r"(?:(?:welke|hoeveel|toon|geef|noem|alle|een\s+lijst\s+van|lijst\s+van)\s+)?(?:(?:mij|me)\s+)?"
    r"(?:(?:alle|de)\s+)?(?P<noun>documenten|stukken|brieven|kamerbrieven)"
    r"(?:\s+(?:gaan|zijn|staan|heb\s+je|hebt\s+u|heeft\s+u|hebben\s+jullie)\b)?"
    r"(?:\s+(?:er|hier|beschikbaar|erin|allemaal))*"
    r"(?:\s+(?P<how>over|van|door|uit|in)\s+(?P<about>[^?]+?))?(?:\s+(?:er|zijn|staan|erin))*\s*[?.!]*",
    re.IGNORECASE,
)
# A heading, the documents under it, and the passage that is shown of some of them.
Part = tuple[str, Sequence[DocumentInfo], Mapping[str, Hit]]

_KINDS: dict[str, tuple[Kind, ...]] = {"brieven": ("letter",), "kamerbrieven": ("letter",)}
_LEADS = re.compile(r"\s*\b(?:uit|van|in|sinds|vanaf|na|voor)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Direct:
    """An answer without reading; `refused` says why there is none."""

    mode: Mode
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    refused: Refusal | None = None


def answer_directly(
    question: str, index: Index, filters: Filters, today: date, language: str
) -> Direct | None:
    """The answer to a question that needs no reading; None for all others."""
    if reply := reply_to(question, language):
        return Direct("courtesy", (Sentence(reply, "courtesy", ()),))
    person = asked_who(question, index.directory())
    if person is not None:
        return _who_is(person, index, filters, language)
    match = _LIST.fullmatch(question.strip())
    return _listed(match, index, filters, today, language) if match else None


# --- who holds an office


def _who_is(person: Person, index: Index, filters: Filters, language: str) -> Direct:
    showing = [
        each for each in person.documents if offices_of(person, each) and filters.admit(each)
    ]
    if not showing:
        they = person.written
        refused = Refusal(
            f"Geen document hier laat zien wie {they} is.",
            f"No document here shows who {they} is.",
        )
        if person.name:
            refused = Refusal(
                f"Geen document hier noemt het ambt van {they}.",
                f"No document here states the office of {they}.",
            )
        return Direct("metadata", refused=refused)
    newest = max(showing, key=lambda each: each.metadata.date or "")
    office = offices_of(person, newest)[0]
    said = holder_label(office)
    when = _day(newest.metadata.date, language)
    if language == "en":
        text = f"In the newest document here that shows it ({when}) that is {said}."
    else:
        text = f"In het nieuwste document hier dat het laat zien ({when}) is dat {said}."
    hit = _first_passage(index, newest)
    holder = _flexible(office.holder)
    signed = rf"{office.title}\b(?:(?!{office.title}).){{0,200}}?{holder}"
    citation = _citation(index, hit, (signed, holder))
    return Direct("metadata", (Sentence(text, "metadata", (0,)),), (citation,), (hit,))


# --- which documents there are


def _listed(
    match: re.Match[str], index: Index, filters: Filters, today: date, language: str
) -> Direct | None:
    nl = language != "en"
    about = (match["about"] or "").strip()
    kinds = _KINDS.get(match["noun"].lower(), ())
    if kinds and not filters.kinds:
        filters = replace(filters, kinds=kinds)
    if period := first_time(match[0], today):
        filters = period.filters(filters)
        about = _LEADS.sub("", about.replace(period.written, "")).strip()
    directory = index.directory()
    within = admitted(directory, filters)
    if not about:
        there = newest_documents(directory.documents(within))
        are = "is" if len(there) == 1 else "zijn"
        head = (
            f"Er {are} {_count(len(there), nl)} hier:"
            if nl
            else f"There are {len(there)} documents here:"
        )
        return _list(index, [(head, there, {})], language) if there else _none(about, ())
    if match["how"].lower() in ("van", "door"):
        person = person_at(about, 0, directory)
        if person is None or person.end < len(about):
            return None
        those = newest_documents(each for each in person.documents if filters.admit(each))
        count = _count(len(those), nl)
        head = f"{count} van {person.written}:" if nl else f"{count} of {person.written}:"
        return _list(index, [(head, those, {})], language) if those else _none(about, ())
    subject = [word for word in words(about) if not is_closed(word)]
    if not 0 < len(subject) <= _MOST_WORDS:
        return None
    described = directory.kept(_descriptions)
    fitting = (described.keys(_with(described, word)) for word in subject)
    titled = newest_documents(directory.documents(set(within).intersection(*fitting)))
    ids = {each.id for each in titled}
    # A filter on no document at all was said above; here it names documents that are there.
    found = search(index, about, _PASSAGES, filters).hits if within else ()
    mentioning: dict[str, Hit] = {}
    for hit in found:
        if hit.document.id not in ids and _holds(_said(hit), subject):
            mentioning.setdefault(hit.document.id, hit)
    others = [hit.document for hit in mentioning.values()]
    parts: list[Part] = []
    if titled:
        count = _count(len(titled), nl)
        head = f"{count} over ‘{about}’:" if nl else f"{count} about ‘{about}’:"
        parts.append((head, titled, {}))
    if others:
        also = ("ook " if nl else "also ") if titled else ""
        head = f"Ter sprake komt het {also}in onder meer:" if nl else f"It is {also}mentioned in:"
        parts.append((head, others, mentioning))
    return _list(index, parts, language) if parts else _none(about, found)


def _none(about: str, found: Sequence[Hit]) -> Direct:
    refused = Refusal(
        "Er zijn geen documenten die daarbij passen.", "There are no documents that fit."
    )
    if about:
        refused = Refusal(
            f"Geen onderwerp van een document en geen gevonden passage noemt ‘{about}’.",
            f"No subject of a document and no passage found mentions ‘{about}’.",
        )
    return Direct("metadata", hits=tuple(found[:3]), refused=refused)


def _list(index: Index, parts: Sequence[Part], language: str) -> Direct:
    """A heading and a line a document, of each of `parts`: (heading, documents, their passages)."""
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    hits: list[Hit] = []
    for head, documents, passages in parts:
        sentences.append(Sentence(head, "metadata", ()))
        shown = documents[:MOST_LISTED]
        more = len(documents) - len(shown)
        for at, document in enumerate(shown, start=1):
            hit = passages.get(document.id) or _first_passage(index, document)
            hits.append(replace(hit, rank=len(hits) + 1))
            title = document.metadata.title
            citations.append(_citation(index, hit, (_flexible(title),) if title else ()))
            ends = ";" if at < len(shown) or more else "."
            line = f"{_line(document, language)}{ends}"
            sentences.append(Sentence(line, "metadata", (len(citations) - 1,)))
        if more:
            said = f"en nog {more}." if language != "en" else f"and {more} more."
            sentences.append(Sentence(said, "metadata", ()))
    return Direct("metadata", tuple(sentences), tuple(citations), tuple(hits))


def _line(document: DocumentInfo, language: str) -> str:
    """A document in a list: its subject, who answers, and its date."""
    meta = document.metadata
    if meta.title is None:
        return document_label(document)
    title = meta.title
    by = " en " if language != "en" else " and "
    facts = (by.join(who(document)), _day(meta.date, language) if meta.date else "")
    return ", ".join([title[:1].upper() + title[1:], *filter(None, facts)])


def _day(day: str | None, language: str) -> str:
    if day is None:
        return "zonder datum" if language != "en" else "undated"
    return day if language == "en" else dutch_date(day)


def _count(number: int, nl: bool) -> str:
    if number == 1:
        return "1 document"
    return f"{number} {'documenten' if nl else 'documents'}"


def _descriptions(directory: Directory) -> Vocabulary:
    return Vocabulary((key, words(_described(each))) for key, each in directory.infos.items())


def _described(document: DocumentInfo) -> str:
    meta = document.metadata
    portfolios = (office.portfolio or "" for office in meta.offices)
    return " ".join([meta.title or "", *meta.askers, *portfolios])


def _with(described: Vocabulary, word: str) -> list[str]:
    """The words of descriptions that are `word`, or have it as a part of a longer word."""
    return described.containing(word) if len(word) > 3 else [word]


def _said(hit: Hit) -> str:
    passage = hit.passage
    asked = (question.text for question in passage.questions)
    return " ".join([passage.reading_text(), *asked, passage.heading or ""])


def _holds(text: str, subject: Sequence[str]) -> bool:
    """Whether `text` has every word of `subject`, also as a part of a longer word."""
    said = words(text)
    return all(
        any(word == other or (len(word) > 3 and word in other) for other in said)
        for word in subject
    )


# --- where it stands


def _first_passage(index: Index, document: DocumentInfo) -> Hit:
    """The document by its first passage. Raises NotFound where it was removed meanwhile."""
    passage_id, passage = next(iter(index.passages(document.id).items()))
    return Hit(document, passage_id, passage, 1.0, 1)


def _citation(index: Index, hit: Hit, patterns: Sequence[str]) -> Citation:
    """The document of `hit`, quoted by the lines in which the first of `patterns` stands that is there.

    Where none is, by the first question or line of the passage.
    """
    text = index.document(hit.document.id).text
    found = (re.search(each, text, re.IGNORECASE | re.DOTALL) for each in patterns)
    match = next(filter(None, found), None)
    if match:
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
    elif questions := hit.passage.questions:
        start, end = questions[0].start, questions[0].end
    else:
        start, end = hit.passage.start, text.find("\n", hit.passage.start)
    stretch = text[start : end if end >= 0 else len(text)]
    start += len(stretch) - len(stretch.lstrip())
    quote = stretch.strip()
    place = Span(start, start + len(quote))
    return Citation(
        document=hit.document,
        passage_id=hit.passage_id,
        questions=(),
        label=document_label(hit.document) + recognised_mark(hit.document, [place]),
        quote=quote,
        start=place.start,
        end=place.end,
    )


def _flexible(written: str) -> str:
    """A pattern for `written` over the ends of lines."""
    return r"\s+".join(re.escape(word) for word in written.split())
