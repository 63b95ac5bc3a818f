"""txtai: an Embeddings database with content (SQLite, FAISS), and its own BM25 where hybrid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from tokenizers import Tokenizer
from txtai import Embeddings
from txtai.pipeline import Segmentation

from eval.benchmarks.systems import CHUNK_TOKENS, File, Found, Setting


class Txtai:
    """Its segmentation with a recursive chunker (chonkie), which counts tokens of the encoder.

    Its own reader of other formats than html needs a server or models of layout: it gets texts.
    The encoder's prefixes are those that the folder states.
    """

    loaders: ClassVar[Mapping[str, Callable[[str], str]]] = {}

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        tokenizer = Tokenizer.from_file(str(Path(setting.encoder) / "tokenizer.json"))
        tokenizer.no_truncation()
        self._segment = Segmentation(
            chunker="recursive", tokenizer=tokenizer, chunk_size=CHUNK_TOKENS
        )
        self._embeddings = Embeddings(
            path=setting.encoder,
            method="sentence-transformers",
            content=True,
            hybrid=setting.hybrid,
        )
        self.configuration = (
            f"Segmentation (recursive, {CHUNK_TOKENS} tokens); Embeddings with content"
            + ", hybrid" * setting.hybrid
        )

    def ingest(self, files: Sequence[File]) -> int:
        """Split and index; an index of before is replaced."""
        pieces = [
            {"text": text, "path": each.path} for each in files for text in self._segment(each.text)
        ]
        self._embeddings.index(pieces)
        return len(pieces)

    def search(self, question: str) -> list[Found]:
        """By its SQL, since a question may hold what would be read as such."""
        found = self._embeddings.search(
            "select text, path from txtai where similar(:question)",
            limit=self._setting.k,
            parameters={"question": question},
        )
        return [Found(each["path"], each["text"]) for each in found]


def open_system(setting: Setting) -> Txtai:
    """The system, with its encoder loaded."""
    return Txtai(setting)
