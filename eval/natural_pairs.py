"""Natural gold pairs: every document of the parliament is itself questions with answers.

The parliamentary question is the query, its passage the gold passage, its answer the reference.
Such a set costs nothing and fits any corpus, but it is not what citizens ask: parliamentary
questions are long, share words with their answers, and often ("Bent u bekend met het bericht?") fit
several documents. Use it to compare systems on a corpus of one's own, not as an absolute score.

The query stands in the index word for word, as the question of its own passage; a run on natural
pairs therefore needs an index without question texts, which `index_without_questions` makes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from eval.gold import GoldPassage, GoldQuestion
from index.documents import Document, Number, Passage
from index.errors import BadRequest, NotFound

if TYPE_CHECKING:
    from index.index import Index

# Pointers of one sentence: "Zie het antwoord op vraag 3.", "Zie mijn brief van 4 maart 2024 ...".
POINTER_WORDS = 25


def derive(documents: Sequence[Document]) -> tuple[GoldQuestion, ...]:
    """One gold question for every question that a document states and answers.

    `type` marks what the answer is: "pointer" (it only points elsewhere: it holds a pointer and at
    most 25 words), "one_word", else "natural". For a pointer the passages of the same document that
    it leads to are gold as well, and their text is the reference. There are no required facts, so
    that an answer counts as correct when it cites a gold passage.
    """
    files = shortest_names([document.source for document in documents])
    questions: dict[str, GoldQuestion] = {}
    for document, file in zip(documents, files, strict=True):
        for passage in document.passages:
            if not passage.reading_text().strip():
                continue
            for question in passage.questions:
                name = f"{document.id}-{question.number}"
                if name in questions:
                    name = f"{name}@{passage.start}"
                if question.text.strip():
                    questions[name] = _pair(name, question.text, passage, document, file)
    return tuple(questions.values())


def index_without_questions(
    index: Index, folder: Path, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> None:
    """Make an index of the same documents in `folder`, with the texts of all questions left out.

    Passages, their question numbers and offsets stay as they are; neither vectors nor the lexical
    index know what was asked. `progress` gets documents done and documents in all. Raises
    BadRequest if `folder` holds an index already.
    """
    # Late, because only this needs the embedding model's libraries.
    from index.index import FILE_NAME, manifest
    from index.ingest import entry
    from index.store import Store

    path = folder / FILE_NAME
    if path.exists():
        raise BadRequest(
            f"In {folder} staat al een index; kies een nieuwe map.",
            f"There is an index in {folder} already; choose a new folder.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    made_with = manifest(index.encoder) | {"question_texts": "left out"}
    infos = index.documents()

    store = Store(path, made_with, create=True)
    try:
        with store.writing():
            for done, info in enumerate(infos):
                progress(done, len(infos))
                document = _without_questions(index.document(info.id))
                key = store.add(entry(index.encoder, document, _original(index, info.id)))
                store.put_source(info.source, info.source, key)
        progress(len(infos), len(infos))
    except BaseException:
        store.close()
        path.unlink(missing_ok=True)
        raise
    store.close()


def _pair(name: str, text: str, passage: Passage, document: Document, file: str) -> GoldQuestion:
    answer = passage.reading_text().strip()
    words = len(answer.split())
    points = bool(passage.refers_to or passage.external_refs) and words <= POINTER_WORDS
    targets = _followed(passage, document.passages) if points else []
    reference = "\n\n".join(each.reading_text().strip() for each in targets) or answer
    return GoldQuestion(
        id=name,
        question=" ".join(text.split()),
        answerable=True,
        gold=tuple(GoldPassage(file, questions=each.numbers) for each in (passage, *targets)),
        reference=reference,
        type="pointer" if points else "one_word" if words == 1 else "natural",
    )


def _followed(passage: Passage, passages: Sequence[Passage]) -> list[Passage]:
    """The passages that a pointer leads to, through other pointers too, in the document's order."""
    reached: set[Number] = set()
    ahead = list(passage.refers_to)
    while ahead:
        number = ahead.pop()
        if number not in reached:
            reached.add(number)
            ahead += [n for each in passages if number in each.numbers for n in each.refers_to]
    return [each for each in passages if reached & set(each.numbers) and each is not passage]


def _original(index: Index, document_id: str) -> bytes:
    with index.store.reading():
        key = index.store.key_of(document_id)
        if key is None:
            raise NotFound(
                f"Document {document_id} is intussen uit de index gehaald; begin opnieuw.",
                f"Document {document_id} was removed from the index meanwhile; start again.",
            )
        return index.store.original(key)


def _without_questions(document: Document) -> Document:
    return replace(
        document,
        passages=tuple(
            replace(
                passage,
                questions=tuple(replace(question, text="") for question in passage.questions),
            )
            for passage in document.passages
        ),
    )


def shortest_names(sources: Sequence[str]) -> list[str]:
    """For each path its shortest end, folder by folder, that no other path has."""
    parts = [PurePath(source.replace("\\", "/")).parts for source in sources]
    names = []
    for own in parts:
        length = 1
        while length < len(own) and sum(each[-length:] == own[-length:] for each in parts) > 1:
            length += 1
        names.append(str(PurePath(*own[-length:])))
    return names
