"""Hard negatives: passages that the project's own search brings to a question, its own left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from eval.training.data import APART, Example, ReadingPassage
from index.documents import Document, DocumentInfo, Metadata, Passage, Question
from index.encoders.embedding import Encoder
from index.index import Index, open_index
from index.ingest import entry
from index.search import PASSAGE_CANDIDATES, WINDOW_CANDIDATES, fuse

NEAR = 12  # passages kept for a question
FILE_NAME = "negatives.json"


def mine(
    examples: Iterable[Example],
    passages: Mapping[str, ReadingPassage],
    encoder: Encoder,
    folder: Path,
) -> dict[str, list[str]]:
    """For the text of each example that its passage answers: ids of near passages, nearest first.

    Kept in `folder`, with the index that was searched; what is there already is not sought again.
    """
    path = folder / FILE_NAME
    found: dict[str, list[str]] = {}
    if path.is_file():
        found = json.loads(path.read_text(encoding="utf-8"))
    wanted = {
        each.text: each.passage
        for each in examples
        if each.label
        and each.kind != "claim"
        and each.text not in found
        and not each.passage.startswith(APART)
    }
    if wanted:
        index = mined_index(passages, encoder, folder)
        # The first characters of a member's long question say what it is about.
        texts = [text[:400] for text in wanted]
        vectors = encoder.encode_queries(texts)
        for (text, own), short, vector in tqdm(
            zip(wanted.items(), texts, vectors, strict=True), "mining", len(texts), disable=None
        ):
            near = (document.id for document in _near(index, short, vector))
            found[text] = [each for each in near if each != own][:NEAR]
        index.close()
        path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return found


def _near(index: Index, text: str, vector: NDArray[np.float32]) -> Iterator[DocumentInfo]:
    """The documents that `index.search.search` finds, with the vector made beforehand."""
    with index.state():
        dense = dict(index.engine.dense(vector, WINDOW_CANDIDATES))
        scores = fuse(dense, dict(index.engine.lexical(text, PASSAGE_CANDIDATES)))
        best = sorted(scores, key=lambda passage: (-scores[passage], passage))[: NEAR + 1]
        passages = index.store.passages(best)
        documents = index.store.infos([key for key, _ in passages.values()])
        yield from (documents[passages[each][0]] for each in best)


def mined_index(passages: Mapping[str, ReadingPassage], encoder: Encoder, folder: Path) -> Index:
    """An index of `passages`, without the member's questions: these would be found verbatim."""
    folder.mkdir(parents=True, exist_ok=True)
    index = open_index(folder, encoder, create=True)
    held = {info.id for info in index.documents()}
    new = [
        each for each in passages.values() if each.id not in held and not each.id.startswith(APART)
    ]
    with index.store.writing():
        for passage in tqdm(new, desc="indexing", disable=None):
            document = _document(passage)
            key = index.store.add(entry(encoder, document, document.text.encode()))
            index.store.put_source(passage.id, passage.id, key)
    return index


def _document(passage: ReadingPassage) -> Document:
    text = " ".join(passage.sentences)
    one = Passage((Question(1, "", 0, 0),), text, 0, len(text))
    return Document(passage.id, passage.id, "answers", Metadata(), text, (one,))
