"""Haystack: its pipelines over the InMemoryDocumentStore (Haystack's own: exact, with BM25)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from haystack import Document, Pipeline
from haystack.components.converters import (
    DOCXToDocument,
    HTMLToDocument,
    PyPDFToDocument,
    TextFileToDocument,
)
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentCleaner, DocumentSplitter
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from eval.benchmarks.systems import CANDIDATES, File, Found, Setting


class Haystack:
    """Cleaner and splitter with their defaults: 200 words, no overlap."""

    loaders: ClassVar = {
        suffix: lambda path, converter=converter: "\n".join(
            each.content or "" for each in converter().run(sources=[path])["documents"]
        )
        for suffix, converter in (
            (".txt", TextFileToDocument),
            (".md", TextFileToDocument),
            (".pdf", PyPDFToDocument),
            (".docx", DOCXToDocument),
            (".html", HTMLToDocument),
        )
    }

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._documents = SentenceTransformersDocumentEmbedder(
            model=setting.encoder, prefix=setting.passage_prefix, progress_bar=False
        )
        self._question = SentenceTransformersTextEmbedder(
            model=setting.encoder, prefix=setting.query_prefix, progress_bar=False
        )
        self._documents.warm_up()
        self._question.warm_up()
        self.configuration = (
            "DocumentCleaner, DocumentSplitter (200 words); InMemoryDocumentStore"
            + ", DocumentJoiner (reciprocal_rank_fusion) of BM25 and embeddings" * setting.hybrid
        )
        self._searching: Any = None

    def ingest(self, files: Sequence[File]) -> int:
        """Run an indexing pipeline into a new store."""
        store = InMemoryDocumentStore(embedding_similarity_function="cosine", shared=False)
        # A component belongs to one pipeline: the embedder keeps its model between runs.
        indexing = Pipeline()
        indexing.add_component("cleaner", DocumentCleaner())
        indexing.add_component("splitter", DocumentSplitter())
        indexing.connect("cleaner", "splitter")
        documents = [Document(content=each.text, meta={"path": each.path}) for each in files]
        pieces = indexing.run({"cleaner": {"documents": documents}})["splitter"]["documents"]
        DocumentWriter(store).run(self._documents.run(pieces)["documents"])
        self._searching = self._pipeline(store)
        count: int = store.count_documents()
        return count

    def _pipeline(self, store: Any) -> Any:
        by_vector = InMemoryEmbeddingRetriever(store, top_k=CANDIDATES)
        by_word = InMemoryBM25Retriever(store, top_k=CANDIDATES)
        pipeline = Pipeline()
        pipeline.add_component("by_vector", by_vector)
        joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=self._setting.k)
        pipeline.add_component("joiner", joiner)
        pipeline.connect("by_vector", "joiner")
        if self._setting.hybrid:
            pipeline.add_component("by_word", by_word)
            pipeline.connect("by_word", "joiner")
        return pipeline

    def search(self, question: str) -> list[Found]:
        """Embed the question and run the query pipeline."""
        vector = self._question.run(question)["embedding"]
        given: dict[str, Any] = {"by_vector": {"query_embedding": vector}}
        if self._setting.hybrid:
            given["by_word"] = {"query": question}
        return [
            Found(each.meta["path"], each.content or "")
            for each in self._searching.run(given)["joiner"]["documents"]
        ]


def open_system(setting: Setting) -> Haystack:
    """The system, with its encoder loaded."""
    return Haystack(setting)
