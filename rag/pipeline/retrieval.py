"""Find the passages to answer a question from, or the reason why there are none.

A document that the question names is looked up; other questions are searched. No language model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

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
    question: str,
    index: Index,
    settings: Settings,
    filters: Filters,
    today: date,
    *,
    whoever: bool = False,
) -> Retrieved:
    """Look `question` up or search it, and follow what the passages point to.

    Where it asks what somebody said or asked, only those documents are searched, and of debates the
    turns of that speaker, unless `whoever`. Raises as `index.search.search`.
    """
    directory = index.directory()
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
    within, refused = filters, None
    if speaker is not None and not whoever:
        theirs = tuple(each.id for each in speaker.documents if filters.admit(each))
        if theirs:
            within = replace(filters, documents=theirs)
        elif may_be_by(speaker, directory).isdisjoint(admitted(directory, filters)):
            refused = no_answers_of(speaker)
    if speaker is not None and not whoever and directory.kinds.get("debate"):
        found = search(index, asked, max(_TURNS, settings.top_k), within).hits
        theirs_said = [hit for hit in found if speaks(speaker, hit)][: settings.top_k]
        found = tuple(replace(hit, rank=rank) for rank, hit in enumerate(theirs_said, start=1))
    else:
        found = search(index, asked, settings.top_k, within).hits
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
