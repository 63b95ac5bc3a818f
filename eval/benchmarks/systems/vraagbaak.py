"""Vraagbaak itself: what `vraagbaak index` and `vraagbaak search` do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.benchmarks.systems import File, Found, Setting
from index.encoders.embedding import load_encoder
from index.index import Index, open_index
from index.search import search


class Vraagbaak:
    """An index for each `ingest`; a hit is a passage below the questions that it answers."""

    configuration = "a passage an answer; dense and lexical scores, fused"
    loaders = None

    def __init__(self, setting: Setting) -> None:
        self._encoder = load_encoder(
            setting.encoder,
            Path(setting.scratch),
            query_prefix=setting.query_prefix,
            passage_prefix=setting.passage_prefix,
        )
        self._scratch = Path(setting.scratch)
        self._k = setting.k
        self._times = 0
        self._index: Index | None = None
        self._paths: dict[str, str] = {}

    def ingest(self, files: Sequence[File]) -> int:
        """Add the files to an empty index."""
        if self._index:
            self._index.close()
        self._times += 1
        self._index = open_index(self._scratch / f"index-{self._times}", self._encoder, create=True)
        self._index.add([Path(each.path) for each in files])
        self._paths = {info.id: path for path, info in self._index.places().items()}
        return self._index.count("passages")

    def search(self, question: str) -> list[Found]:
        """As `vraagbaak search`, with the question's vector computed anew."""
        assert self._index is not None  # noqa: S101  (nothing is searched before `ingest`)
        self._encoder.forget_queries()
        return [
            Found(
                self._paths[hit.document.id],
                "\n".join([*(q.text for q in hit.passage.questions), hit.passage.reading_text()]),
                hit.passage.start,
                hit.passage.end,
            )
            for hit in search(self._index, question, self._k).hits
        ]


def open_system(setting: Setting) -> Vraagbaak:
    """The system, with its encoder loaded."""
    return Vraagbaak(setting)
