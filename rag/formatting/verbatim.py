"""Look up the verbatim answer to a numbered question of a document, by id or official number."""

from __future__ import annotations

from typing import Any

from index.documents import DocumentInfo, Number, Passage
from index.errors import BadRequest, NotFound
from index.identifiers import mentions
from index.index import Index
from index.segmentation.question_numbers import meant, order
from rag.formatting.render import document_info, passage_json, span_json
from rag.pipeline.answers import document_json, passage_path
from rag.pipeline.citations import label


def verbatim_json(
    index: Index, document_id: str, number: Number, list_number: int | None = None
) -> dict[str, Any]:
    """The passage that answers question `number`, its label and footnotes, and its neighbours.

    `previous` and `next` are question numbers of the same list, None at its ends. `lists` are all
    answers to that number where the document has several lists of questions. Raises NotFound.
    """
    passage = index.passage_for(document_id, number, list_number)
    whole = index.document(document_id)
    info = document_info(whole)
    own = [each for each in whole.passages if each.list_number == passage.list_number]
    numbers = sorted({n for each in own for n in each.numbers}, key=order)
    at = numbers.index(meant(number, numbers)[0])
    notes = [
        {"mark": note.mark, "text": whole.text[note.start : note.end]} | span_json(note)
        for note in passage.footnotes
    ]
    in_lists: dict[int, Passage] = {}
    for each in whole.passages:
        if each.list_number is not None and number in each.numbers:
            in_lists.setdefault(each.list_number, each)
    return passage_json(passage) | {
        "document": document_json(info),
        "label": label(info, passage),
        "footnotes": notes,
        "lists": [
            {"list": each.list_number, "heading": each.heading, "url": passage_path(info, each)}
            for each in in_lists.values()
        ],
        "previous": numbers[at - 1] if at else None,
        "next": numbers[at + 1] if at + 1 < len(numbers) else None,
    }


def documents_named(index: Index, name: str) -> tuple[DocumentInfo, ...]:
    """The documents that `name` stands for: an id, or an official number in any form.

    A number may be that of several documents: a case has its answers and its postponement. Raises
    NotFound.
    """
    directory = index.directory()
    wanted = name.strip()
    key = directory.key(wanted.lower())
    if key is not None:
        return (directory.infos[key],)
    named = directory.named(mention.identifier for mention in mentions(wanted))
    if not named:
        raise NotFound(
            f"Document {wanted} staat niet in de index; zoek het id op in de lijst van documenten.",
            f"Document {wanted} is not in the index; look its id up in the list of documents.",
        )
    return named


def document_answering(index: Index, name: str, number: Number) -> DocumentInfo:
    """The one document that `name` stands for and that answers question `number`.

    Raises NotFound, and BadRequest where several do.
    """
    named = documents_named(index, name)
    if len(named) == 1:
        return named[0]
    answering = [
        each
        for each in named
        if meant(number, [n for p in index.passages(each.id).values() for n in p.numbers])
    ]
    if len(answering) > 1:
        ids = ", ".join(each.id for each in answering)
        raise BadRequest(
            f"{name.strip()} is de naam van meer documenten; kies een id: {ids}.",
            f"{name.strip()} names several documents; choose an id: {ids}.",
        )
    # Where none does, the first of them says which numbers it has.
    return (answering or named)[0]
