"""A question -> the passages to answer from, or why there is nothing to answer from.

A document that the question names is looked up; anything else is searched. No language model.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from index.build import Index
from index.documents import Hit
from index.search import Filters, search
from rag.confidence import FAR_FROM_QUESTION, Refusal, confidence, load_threshold
from rag.instructions import NOT_A_QUESTION, without_orders
from rag.pointing import follow_pointers
from rag.recency import asks_latest, newest_first, said_when, spelled_out
from rag.references import Reference, find_reference, lacking, look_up
from rag.requirements import nothing_about
from rag.settings import Settings

# How many of the hits are read for sentences.
READ = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to answer from, before a word is written.

    `asked` is what sentences are weighed against: the question, without the document that it
    names; `required` is what the evidence must meet (`rag.requirements`), "" for nothing. `whole`
    are the hits (indices) whose answer is wanted as it stands. `confidence` is that of
    `rag.confidence`, 1 for what was looked up. `refused` says why there is no answer; `missing` why
    there is only a part of one.
    """

    hits: tuple[Hit, ...]
    asked: str
    confidence: float
    required: str = ""
    whole: tuple[int, ...] = ()
    refused: Refusal | None = None
    missing: Refusal | None = None


def find(question: str, index: Index, settings: Settings, filters: Filters, today: date) -> Found:
    """Look `question` up or search it, and follow what the passages point to.

    Orders to the system in it are left out. Raises as `index.search.search`.
    """
    question = without_orders(question)
    if not question:
        return Found((), "", 0.0, refused=NOT_A_QUESTION)
    reference = find_reference(question, index.documents())
    if reference is not None:
        return _look_up(reference, index, settings, filters)
    said = said_when(question, today)
    if said is not None:
        filters = said.filters(filters)
    found = search(index, question, settings.top_k, filters).hits
    if asks_latest(question):
        found = newest_first(question, found)
    hits = follow_pointers(index, found)
    sure = confidence(question, hits)
    if said is not None and not hits:
        refused: Refusal | None = nothing_about((said.written,))
    else:
        refused = FAR_FROM_QUESTION if sure < load_threshold(settings.data_dir) else None
    # When it was said is met by the documents' dates; they need not name it.
    required = question.replace(said.written, " ") if said else question
    return Found(hits, question, sure, required=spelled_out(required, today), refused=refused)


def _look_up(reference: Reference, index: Index, settings: Settings, filters: Filters) -> Found:
    named = look_up(index, reference, filters)
    hits = follow_pointers(index, named)
    missing = lacking(index, reference, filters)
    if not named:
        return Found(hits, reference.subject, 0.0, refused=missing or FAR_FROM_QUESTION)
    if reference.rest and not reference.numbers:
        sure = confidence(reference.rest, hits)
        refused = FAR_FROM_QUESTION if sure < load_threshold(settings.data_dir) else None
        rest = reference.rest
        return Found(hits, rest, sure, required=rest, refused=refused, missing=missing)
    whole = range(len(hits)) if reference.numbers and not reference.rest else ()
    return Found(hits, reference.subject, 1.0, whole=tuple(whole), missing=missing)
