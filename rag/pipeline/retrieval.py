"""Find the passages to answer a question from, or the reason why there are none.

A document that the question names is looked up; other questions are searched. No language model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, zip_longest

from index.documents import Hit
from index.index import Index
from index.search import Filters, admitted, search
from rag.pipeline.answerability import NOTHING_FOUND, Refusal, nothing_fits, nothing_from
from rag.pipeline.askers import find_asker
from rag.pipeline.cross_references import follow_pointers
from rag.pipeline.known_item import Reference, find_reference, look_up, why_missing
from rag.pipeline.people import (
    Person,
    find_speaker,
    may_be_by,
    no_answers_of,
    speaks,
    with_anybody,
)
from rag.pipeline.query import Query
from rag.pipeline.temporal import said_when, spelled_out
from rag.settings import Settings

_TURNS = 200  # passages among which those of one speaker are looked for, where there are debates


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages to answer from, before they are read.

    `asked` is what passages are read for: the question, without the document that it names;
    `required` is what the evidence must meet, "" for nothing. `whole` are the hits (indices) whose
    answer is wanted as it stands. `confidence` is 1 for what was looked up. `refused` says why
    there is no answer; `missing` why there is only a part of one. `speaker` is whose answers, or
    questions, alone were searched, None where everybody's were.
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
    query: Query,
    index: Index,
    settings: Settings,
    filters: Filters,
    today: date,
    *,
    whoever: bool = False,
) -> Retrieved:
    """Look `query` up or search it, and follow what the passages point to.

    A question that leans on another is searched with it and by itself. Where it asks what somebody said or asked, only those documents are searched, and of debates the
    turns of that speaker, unless `whoever`. Raises as `index.search.search`.
    """
    question, directory = query.text, index.directory()
    reference = find_reference(question, directory)
    if reference is not None:
        return _look_up(reference, index, filters)
    said = said_when(question, today)
    if said is not None:
        timed = said.filters(filters)
        some_undated = not directory.undated.isdisjoint(admitted(directory, filters))
        if admitted(directory, timed) or not some_undated:
            filters = timed
        else:
            said = None  # what names the time may answer: it may have been said then
    speaker = find_asker(question, directory) or find_speaker(question, directory)
    asked = with_anybody(question, speaker) if speaker else question
    previous = query.previous
    if speaker is None and (speaker := find_speaker(previous, directory)):
        previous = with_anybody(previous, speaker)
    texts = (f"{previous} {asked}", asked) if previous else (asked,)
    within, refused = filters, None
    if speaker is not None and not whoever:
        theirs = tuple(each.id for each in speaker.documents if filters.admit(each))
        if theirs:
            within = replace(filters, documents=theirs)
        elif may_be_by(speaker, directory).isdisjoint(admitted(directory, filters)):
            refused = no_answers_of(speaker)
    if speaker is not None and not whoever and directory.kinds.get("debate"):
        turns = _found(index, texts, max(_TURNS, settings.top_k), within)
        found = _ranked([hit for hit in turns if speaks(speaker, hit)][: settings.top_k])
    else:
        found = _found(index, texts, settings.top_k, within)
    hits = follow_pointers(index, found)
    if refused is None and not hits:
        refused = NOTHING_FOUND
        if not admitted(directory, within):
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


def _found(index: Index, texts: Sequence[str], count: int, filters: Filters) -> tuple[Hit, ...]:
    """At most `count` hits of all `texts`, taken in turn; each as the text found it that it fits
    best."""
    each = [search(index, text, count, filters).hits for text in texts]
    if len(each) == 1:
        return each[0]
    best: dict[int, Hit] = {}
    for hit in filter(None, chain.from_iterable(zip_longest(*each))):
        known = best.get(hit.passage_id)
        if known is None or hit.score > known.score:
            best[hit.passage_id] = hit
    return _ranked(list(best.values())[:count])


def _ranked(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(hits, start=1))


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
