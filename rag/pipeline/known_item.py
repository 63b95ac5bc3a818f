"""Known-item lookup: a question that names its document is looked up, not searched.

"vraag 22 van de Stand van Defensie", "Aanhangsel 2367, vraag 3", "wat staat er in 36800 X nr. 11?"
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from index.analyzer import words
from index.directory import Directory
from index.documents import DocumentInfo, Hit, Number
from index.identifiers import mentions
from index.index import Index
from index.search import Filters, search
from index.segmentation.question_numbers import NUMBERS, meant, parse_numbers
from rag.pipeline.answerability import Refusal
from rag.pipeline.citations import document_label, numbers_label
from rag.pipeline.titles import find_titled

MOST_HITS = 40  # passages of one reference: a whole document may have hundreds

# "vraag 22", "de vragen 5 t/m 7", "het antwoord op 3"; not "vraag 4-eenheid" or "vraag 5 procent"
_ASKED = re.compile(
    r"\b(?:vra(?:ag|gen)(?:nummers?)?|antwoord(?:en)?(?:\s+(?:op|onder|bij))?)\s+"
    rf"(?:nummers?\s+|nrs?\b\.?\s*)?({NUMBERS})(?![\w%-]|[.,]\d|\s+(?:procent|euro|miljoen|miljard|keer)\b)",
    re.IGNORECASE,
)
# Answers about a motion or bill stand in other papers than the motion or bill itself.
_THING = re.compile(
    r"\b(?:motie|amendement|(?:initiatief)?wet|wetsvoorstel|toezegging)\b[^.;?!]*$", re.IGNORECASE
)
# "wat staat in", "volgens", or nothing: then the number says where to look, not what is asked.
_PLACE = re.compile(
    r"(?:^|\b(?:in|uit|volgens|van|bij|op|onder)\s+(?:(?:het|de|document|stuk|brief|zaak|antwoord)\s+)*)"
    r"[\s(]*$",
    re.IGNORECASE,
)
# Words before a reference that belong to it.
_LEADS = re.compile(
    r"(?:\b(?:in|uit|van|op|bij|volgens|onder|over|het|de|document|zaak|stuk|brief|antwoord|"
    r"antwoorden|beantwoording|vraag|vragen)\b[\s(,:]+|\s*[(,:]\s*)+$",
    re.IGNORECASE,
)
_TRAILS = re.compile(r"^[\s),.:;?!]+")
# With only these words beside the reference, the whole answer is wanted.
_FILLER = frozenset(
    (
        "wat was is zijn waren er staat stond staan zegt zei zeiden zeggen schrijft schreef luidt luidde "
        "hoe heeft hebben had en de het dit dat die een in uit van op over bij als door u ik je men we "
        "minister ministers staatssecretaris bewindspersoon bewindslieden kabinet regering rijk "
        "antwoord antwoorden antwoordt antwoordde antwoordden geantwoord beantwoord beantwoordt "
        "beantwoordde beantwoording geef geeft gegeven gaf toon laat zien lees lezen voor zoek opzoeken "
        "kan kun kunt wil graag mij me eens even aub alsjeblieft alstublieft precies letterlijk "
        "volledig volledige hele tekst inhoud document stuk brief vraag vragen tweede kamer daarop welk "
        "welke ook"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a question refers to. No `documents`: what it names is not in the index.

    `documents` are newest first; several where a number or title names several. `numbers` are the
    questions meant, none for the whole document. `written` is how the document was written, `rest`
    what is asked besides: "" where the answer itself is wanted.
    """

    documents: tuple[DocumentInfo, ...]
    numbers: tuple[Number, ...]
    written: str
    rest: str

    @property
    def subject(self) -> str:
        """What to compare sentences with: what is asked besides the reference, else the titles."""
        titles = (document.metadata.title for document in self.documents)
        return self.rest or " ".join(filter(None, titles)) or self.written


def find_reference(question: str, directory: Directory) -> Reference | None:
    """The document of the index that `question` names; None if it names none.

    A number of a paper names one, unless it only tells which motion or bill is meant. A title names
    one beside a question number, and only where it is sure (see `rag.pipeline.titles.find_titled`).
    """
    named = mentions(question)
    outside = [
        match
        for match in _ASKED.finditer(question)
        if not any(m.start < match.end() and match.start() < m.end for m in named)
    ]
    numbers = tuple(dict.fromkeys(n for match in outside for n in parse_numbers(match[1])))
    spans = [match.span() for match in outside]
    if named:
        if not numbers and _THING.search(question, 0, named[0].start):
            return None
        meant = directory.named(m.identifier for m in named)
        spans += [(m.start, m.end) for m in named]
        written = " en ".join(question[m.start : m.end] for m in named)
        rest = _rest(question, spans)
        is_place = any(_PLACE.search(question, 0, mention.start) for mention in named)
        if not meant and not numbers and rest and not is_place:
            return None
        return Reference(newest_documents(meant), numbers, written, rest)
    if not numbers:
        return None
    for start, end in spans:
        if titled := find_titled(question, start, end, directory):
            called = question[titled.start : titled.end]
            rest = _rest(question, [*spans, (titled.start, titled.end)])
            return Reference(
                newest_documents(titled.documents), numbers, _without_leads(called), rest
            )
    return None


def look_up(
    index: Index, reference: Reference, filters: Filters = Filters(), k: int = MOST_HITS
) -> tuple[Hit, ...]:
    """The passages that `reference` names, at most `k`, of the documents that `filters` admits.

    Of questions: their answers, each document's in its order, a joint answer once. Of a whole
    document: the passages nearest to what is asked besides, or the first ones where nothing is.
    Raises NotFound where a document was removed meanwhile.
    """
    documents = [document for document in reference.documents if filters.admit(document)]
    if not documents:
        return ()
    if not reference.numbers and reference.rest:
        inside = replace(filters, documents=tuple(document.id for document in documents))
        return search(index, reference.rest, k, inside).hits
    found = []
    for document in documents:
        passages = index.passages(document.id)
        known = {number for passage in passages.values() for number in passage.numbers}
        wanted = {n for number in reference.numbers for n in meant(number, known)}
        found += [
            (document, passage_id, passage)
            for passage_id, passage in passages.items()
            if not reference.numbers or not wanted.isdisjoint(passage.numbers)
        ]
    # Looked up, not searched: full scores, in this order.
    return tuple(
        Hit(document, passage_id, passage, 1 - (rank - 1) / 1000, rank, cosine=1.0)
        for rank, (document, passage_id, passage) in enumerate(found[:k], start=1)
    )


def why_missing(index: Index, reference: Reference, filters: Filters = Filters()) -> Refusal | None:
    """Why `reference` cannot be looked up in full; None if it can."""
    written = reference.written
    if not reference.documents:
        return Refusal(f"{written} staat niet in de index.", f"{written} is not in the index.")
    admitted = [document for document in reference.documents if filters.admit(document)]
    if not admitted:
        return Refusal(
            f"{written} valt buiten het gekozen filter.", f"{written} is outside the chosen filter."
        )
    known = {
        number
        for document in admitted
        for passage in index.passages(document.id).values()
        for number in passage.numbers
    }
    missing = [number for number in reference.numbers if not meant(number, known)]
    if not missing:
        return None
    called = written if len(admitted) > 1 else document_label(admitted[0])
    return no_such_question(called, missing, known)


def no_such_question(written: str, numbers: Sequence[Number], known: Collection[Number]) -> Refusal:
    """The refusal for a question number that a document lacks; `known` are the numbers it has."""
    several = len(numbers) > 1
    if not known:
        return Refusal(
            f"In {written} staan geen antwoorden op genummerde vragen.",
            f"{written} holds no answers to numbered questions.",
        )
    there = numbers_label(known)
    return Refusal(
        f"In {written} {'staan geen vragen' if several else 'staat geen vraag'} "
        f"{numbers_label(numbers)}; "
        + (f"er zijn de vragen {there}." if len(known) > 1 else f"er is alleen vraag {there}."),
        f"There is no question {', '.join(map(str, numbers))} in {written}; "
        f"it has question{'s' * (len(known) > 1)} {numbers_label(known, 'en')}.",
    )


def newest_documents(documents: Iterable[DocumentInfo]) -> tuple[DocumentInfo, ...]:
    """`documents`, the newest first, those without a date last."""
    return tuple(sorted(documents, key=lambda document: document.metadata.date or "", reverse=True))


def _without_leads(called: str) -> str:
    """A title as written, without connecting words: "de Stand van Defensie"."""
    return re.sub(
        r"^[\s,(]*(?:(?:van|uit|over|in|bij|inzake|betreffende|omtrent)\b\s*)?",
        "",
        called,
        flags=re.I,
    ).strip(" ,:()")


def _rest(question: str, spans: Sequence[tuple[int, int]]) -> str:
    """`question` without the text at `spans` and the words that lead up to it."""
    kept: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start > at:
            kept.append(_LEADS.sub("", question[at:start]))
        at = max(at, end)
    kept = [*kept[:1], *(_TRAILS.sub("", piece) for piece in [*kept[1:], question[at:]])]
    rest = " ".join(" ".join(kept).split()).strip(" ,:;")
    return "" if _FILLER.issuperset(words(rest)) else rest
