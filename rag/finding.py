"""A question -> the passages to answer from, or why there is nothing to answer from.

A document that the question names is looked up; anything else is searched. No language model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.build import Index
from index.documents import Hit
from index.search import Filters, search
from rag.confidence import FAR_FROM_QUESTION, Refusal, confidence, load_threshold, nothing_about
from rag.constraints import unmet
from rag.pointing import follow_pointers
from rag.recency import Period, asks_latest, newest_first, said_when, spelled_out
from rag.references import Reference, find_reference, lacking, look_up
from rag.settings import Settings

# How many of the hits are read for sentences.
READ = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to answer from, before a word is written.

    `asked` is what sentences are weighed against: the question, without the document that it
    names. `whole` are the hits (indices) whose answer is wanted as it stands. `confidence` is that
    of `rag.confidence`, 1 for what was looked up. `refused` says why there is no answer; `missing`
    why there is only a part of one.
    """

    hits: tuple[Hit, ...]
    asked: str
    confidence: float
    whole: tuple[int, ...] = ()
    refused: Refusal | None = None
    missing: Refusal | None = None


def find(question: str, index: Index, settings: Settings, filters: Filters, today: date) -> Found:
    """Look `question` up or search it, and follow what the passages point to.

    Raises as `index.search.search`.
    """
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
        refused = _far_off(_without(said, question), hits, sure, settings, today)
    return Found(hits, question, sure, refused=refused)


def _look_up(reference: Reference, index: Index, settings: Settings, filters: Filters) -> Found:
    named = look_up(index, reference, filters)
    hits = follow_pointers(index, named)
    missing = lacking(index, reference, filters)
    if not named:
        return Found(hits, reference.subject, 0.0, refused=missing or FAR_FROM_QUESTION)
    if reference.rest and not reference.numbers:
        sure = confidence(reference.rest, hits)
        refused = FAR_FROM_QUESTION if sure < load_threshold(settings.data_dir) else None
        return Found(hits, reference.rest, sure, refused=refused, missing=missing)
    whole = range(len(hits)) if reference.numbers and not reference.rest else ()
    return Found(hits, reference.subject, 1.0, whole=tuple(whole), missing=missing)


def _far_off(
    question: str, hits: Sequence[Hit], sure: float, settings: Settings, today: date
) -> Refusal | None:
    """The refusal where nothing is near, or nothing is about the period that is asked about."""
    if sure < load_threshold(settings.data_dir):
        return FAR_FROM_QUESTION
    missing = unmet(spelled_out(question, today), hits[:READ])
    return nothing_about(missing) if missing else None


def _without(said: Period | None, question: str) -> str:
    """When it was said is met by the documents' dates; they need not name it."""
    return question.replace(said.written, " ") if said else question
