"""Find the passages to answer a question from, or the reason why there are none.

A document that the question names is looked up; other questions are searched. No language model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.documents import DocumentInfo, Hit
from index.index import Index
from index.search import Filters, search
from rag.pipeline.answerability import NOTHING_FOUND, Refusal, nothing_fits, nothing_from
from rag.pipeline.cross_references import follow_pointers
from rag.pipeline.known_item import Reference, find_reference, look_up, why_missing
from rag.pipeline.people import Person, find_speaker, may_be_by, no_answers_of, with_anybody
from rag.pipeline.temporal import said_when, spelled_out
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages to answer from, before they are read.

    `asked` is what passages are read for: the question, without the document that it names;
    `required` is what the evidence must meet, "" for nothing. `whole` are the hits (indices) whose
    answer is wanted as it stands. `confidence` is 1 for what was looked up. `refused` says why
    there is no answer; `missing` why there is only a part of one. `speaker` is whose answers alone
    were searched, None where everybody's were.
    """

    hits: tuple[Hit, ...]
    asked: str
    confidence: float
    required: str = ""
    whole: tuple[int, ...] = ()
    refused: Refusal | None = None
    missing: Refusal | None = None
    speaker: Person | None = None


def retrieve(
    question: str,
    index: Index,
    settings: Settings,
    filters: Filters,
    today: date,
    *,
    whoever: bool = False,
) -> Retrieved:
    """Look `question` up or search it, and follow what the passages point to.

    Where it asks what somebody said, only their answers are searched, unless `whoever`. Raises as
    `index.search.search`.
    """
    documents = index.documents()
    reference = find_reference(question, documents)
    if reference is not None:
        return _look_up(reference, index, filters)
    said = said_when(question, today)
    if said is not None:
        timed = said.filters(filters)
        if any(map(timed.admit, documents)) or not _some_undated(documents, filters):
            filters = timed
        else:
            said = None  # what names the time may answer: it may have been said then
    speaker = find_speaker(question, documents)
    asked = with_anybody(question, speaker) if speaker else question
    within, refused = filters, None
    if speaker is not None and not whoever:
        theirs = tuple(each.id for each in speaker.documents if filters.admit(each))
        if theirs:
            within = replace(filters, documents=theirs)
        elif not any(may_be_by(speaker, each) for each in documents if filters.admit(each)):
            refused = no_answers_of(speaker)
    hits = follow_pointers(index, search(index, asked, settings.top_k, within).hits)
    if refused is None and not hits:
        refused = NOTHING_FOUND
        if not any(map(within.admit, documents)):
            refused = nothing_from(said.written) if said is not None else nothing_fits(filters)
    # When and by whom it was said is met by the documents themselves; they need not name it.
    required = asked.replace(said.written, " ") if said else asked
    return Retrieved(
        hits,
        asked,
        0.0,
        required=spelled_out(required, today),
        refused=refused,
        speaker=None if whoever else speaker,
    )


def _some_undated(documents: Sequence[DocumentInfo], filters: Filters) -> bool:
    """Whether the date of a document that `filters` admit is unknown."""
    return any(each.metadata.date is None and filters.admit(each) for each in documents)


def _look_up(reference: Reference, index: Index, filters: Filters) -> Retrieved:
    named = look_up(index, reference, filters)
    hits = follow_pointers(index, named)
    missing = why_missing(index, reference, filters)
    if not named:
        return Retrieved(hits, reference.subject, 0.0, refused=missing or NOTHING_FOUND)
    if reference.rest and not reference.numbers:
        rest = reference.rest
        return Retrieved(hits, rest, 0.0, required=rest, missing=missing)
    whole = range(len(hits)) if reference.numbers and not reference.rest else ()
    return Retrieved(hits, reference.subject, 1.0, whole=tuple(whole), missing=missing)
