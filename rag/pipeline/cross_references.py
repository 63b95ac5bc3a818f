"""Follow references between answers: "zie antwoord op vraag 22" adds passage 22 to the hits.

Also into other documents: "vraag 3 van de vragen van het lid A (2024Z01234)".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.directory import Directory
from index.documents import DocumentInfo, Hit, Number, Passage
from index.errors import NotFound
from index.identifiers import Identifier, is_named
from index.index import Index
from index.segmentation.pointers import pointed_documents
from rag.pipeline.citations import numbers_label, official_label
from rag.pipeline.reading import PassageReading

_MOST_ADDED = 4
_SHORT = 300  # characters: a longer answer stands on its own, whatever it also points to


def follow_pointers(index: Index, hits: Sequence[Hit], depth: int = 3) -> tuple[Hit, ...]:
    """`hits`, with each short answer that points elsewhere followed by its target.

    That is in its own document, or in another one of the index that it names by its number. Chains
    are followed `depth` steps; a passage is there once, at its best place; ranks are given anew. At
    most four passages are added.
    """
    known = {hit.passage_id: hit for hit in hits}
    passages: dict[str, dict[int, Passage]] = {}
    out: dict[int, Hit] = {}

    def passages_of(document: DocumentInfo) -> dict[int, Passage]:
        if document.id not in passages:
            try:
                passages[document.id] = index.passages(document.id)
            except NotFound:  # the document was removed since the search
                passages[document.id] = {}
        return passages[document.id]

    def put(hit: Hit, left: int) -> None:
        if hit.passage_id in out:
            return
        out[hit.passage_id] = replace(hit, rank=len(out) + 1)
        if not left or not sends_on(hit):
            return
        named = [identifier for identifier, _ in _foreign(hit)]
        elsewhere = index.directory().named(named) if named else ()
        others = [each for each in elsewhere if each.id != hit.document.id]
        for document in (hit.document, *others):
            numbers = _pointed(hit, document)
            for passage_id, passage in passages_of(document).items() if numbers else ():
                if numbers.isdisjoint(passage.numbers) or not _same_list(hit, document, passage):
                    continue
                if passage_id in known:
                    put(known[passage_id], left - 1)
                elif len(out.keys() - known.keys()) < _MOST_ADDED:
                    added = replace(hit, document=document, passage_id=passage_id, passage=passage)
                    put(added, left - 1)

    for hit in hits:
        put(hit, depth)
    return tuple(out.values())


def pointed_from(hit: Hit, hits: Sequence[Hit]) -> Hit | None:
    """The hit that points to `hit` and stands before it; None if there is none.

    Of an answer that only points, both belong in the citation: what was answered, and where it says
    so. Several may point to it: the nearest before it is given.
    """
    sending = (before for before in reversed(hits) if before.rank < hit.rank and sends_on(before))
    numbers = hit.passage.numbers
    return next(
        (
            each
            for each in sending
            if _same_list(each, hit.document, hit.passage)
            and not _pointed(each, hit.document).isdisjoint(numbers)
        ),
        None,
    )


def with_what_they_point_to(
    readings: Sequence[PassageReading], hits: Sequence[Hit]
) -> list[PassageReading]:
    """`readings`, an answer that only points given way to what it points to, where that was read.

    What it points to is as likely an answer as the likelier of the two.
    """
    read = {each.hit: each for each in readings}
    senders = {at: pointed_from(hits[at], hits) for at in read}
    sent_by = {at: read.get(hits.index(hit)) for at, hit in senders.items() if hit is not None}
    by = {at: sender for at, sender in sent_by.items() if sender is not None}
    given_way = {sender.hit for sender in by.values()}
    kept = [
        replace(each, answers=max(each.answers, by.get(each.hit, each).answers))
        for each in readings
        if each.hit not in given_way
    ]
    return sorted(kept, key=lambda each: -each.answers)


def unresolved(directory: Directory, hits: Sequence[Hit], language: str = "nl") -> tuple[str, ...]:
    """A line for every document that short answers among `hits` point to and the index lacks.

    `language` is "nl" or "en". A pointer that names no document by its number gives no line:
    whether that is in the index is not known.
    """
    lines: list[str] = []
    for hit in filter(sends_on, hits):
        for identifier, numbers in _foreign(hit):
            if directory.named((identifier,)):
                continue
            what = official_label(identifier, None) or identifier.number
            if language == "en":
                asked = f", question {', '.join(map(str, numbers))}" if numbers else ""
                lines.append(f"Points to {what}{asked}: that document is not in the index.")
            else:
                asked = f", vraag {numbers_label(numbers)}" if numbers else ""
                lines.append(f"Verwijst naar {what}{asked}: dat document staat niet in de index.")
    return tuple(dict.fromkeys(lines))


def sends_on(hit: Hit) -> bool:
    """Whether an answer is short and points somewhere."""
    passage = hit.passage
    return bool(passage.refers_to or passage.external_refs) and (
        len(passage.reading_text()) <= _SHORT
    )


def _same_list(hit: Hit, document: DocumentInfo, passage: Passage) -> bool:
    """Whether a number in `hit` can mean `passage`: within a document, one of the same list."""
    return document.id != hit.document.id or passage.heading == hit.passage.heading


def _pointed(hit: Hit, document: DocumentInfo) -> set[Number]:
    """The numbers of the questions of `document` that the answer `hit` points to."""
    numbers = set(hit.passage.refers_to) if document.id == hit.document.id else set()
    for identifier, asked in _foreign(hit):
        if is_named(document, identifier):
            numbers.update(asked)
    return numbers


def _foreign(hit: Hit) -> Iterator[tuple[Identifier, tuple[Number, ...]]]:
    for pointer in hit.passage.external_refs:
        yield from pointed_documents(pointer)
