"""Find the passages to answer a question from, or the reason why there are none.

A document that the question names is looked up; other questions are searched. No language model.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from index.documents import Hit
from index.index import Index
from index.search import Filters, search
from rag.pipeline.answerability import NOTHING_FOUND, Refusal, nothing_about
from rag.pipeline.cross_references import follow_pointers
from rag.pipeline.known_item import Reference, find_reference, look_up, why_missing
from rag.pipeline.temporal import said_when, spelled_out
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages to answer from, before they are read.

    `asked` is what passages are read for: the question, without the document that it names;
    `required` is what the evidence must meet, "" for nothing. `whole` are the hits (indices) whose
    answer is wanted as it stands. `confidence` is 1 for what was looked up. `refused` says why
    there is no answer; `missing` why there is only a part of one.
    """

    hits: tuple[Hit, ...]
    asked: str
    confidence: float
    required: str = ""
    whole: tuple[int, ...] = ()
    refused: Refusal | None = None
    missing: Refusal | None = None


def retrieve(
    question: str, index: Index, settings: Settings, filters: Filters, today: date
) -> Retrieved:
    """Look `question` up or search it, and follow what the passages point to.

    Raises as `index.search.search`.
    """
    reference = find_reference(question, index.documents())
    if reference is not None:
        return _look_up(reference, index, filters)
    said = said_when(question, today)
    if said is not None:
        filters = said.filters(filters)
    hits = follow_pointers(index, search(index, question, settings.top_k, filters).hits)
    refused = None
    if not hits:
        refused = nothing_about((said.written,)) if said is not None else NOTHING_FOUND
    # The time of the statement filters by document date; the text need not name it.
    required = question.replace(said.written, " ") if said else question
    return Retrieved(hits, question, 0.0, required=spelled_out(required, today), refused=refused)


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
