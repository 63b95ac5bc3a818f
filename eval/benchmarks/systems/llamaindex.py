"""LlamaIndex: SentenceSplitter, FAISS, and its fusion with its BM25 retriever (bm25s)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import faiss
import Stemmer
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.readers.file import DocxReader, FlatReader, PDFReader
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore

from eval.benchmarks.systems import CANDIDATES, CHUNK_TOKENS, OVERLAP_TOKENS, File, Found, Setting


class LlamaIndex:
    """Its splitter counts in tokens of the encoder; BM25 with Dutch stems and stop words."""

    loaders: ClassVar = {
        suffix: lambda path, reader=reader: "\n".join(
            each.text for each in reader().load_data(Path(path))
        )
        for suffix, reader in (
            (".txt", FlatReader),
            (".md", FlatReader),
            (".pdf", PDFReader),
            (".docx", DocxReader),
        )
    }

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._embedding = HuggingFaceEmbedding(
            setting.encoder,
            query_instruction=setting.query_prefix,
            text_instruction=setting.passage_prefix,
        )
        tokenizer = self._embedding._model.tokenizer
        self._splitter = SentenceSplitter(
            chunk_size=CHUNK_TOKENS,
            chunk_overlap=OVERLAP_TOKENS,
            tokenizer=lambda text: tokenizer.tokenize(text, verbose=False),
        )
        self.configuration = (
            f"SentenceSplitter({CHUNK_TOKENS}, {OVERLAP_TOKENS}); FaissVectorStore"
            + (", BM25Retriever (Dutch), QueryFusionRetriever (reciprocal_rerank)") * setting.hybrid
        )
        self._retriever: Any = None

    def ingest(self, files: Sequence[File]) -> int:
        """Split, embed, and make both indexes."""
        documents = [
            Document(
                text=each.text,
                metadata={"path": each.path},
                excluded_embed_metadata_keys=["path"],
                excluded_llm_metadata_keys=["path"],
            )
            for each in files
        ]
        nodes = self._splitter.get_nodes_from_documents(documents)
        dimension = self._embedding._model.get_embedding_dimension()
        store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(dimension))
        index = VectorStoreIndex(
            nodes,
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=self._embedding,
        )
        hybrid, k = self._setting.hybrid, self._setting.k
        self._retriever = index.as_retriever(similarity_top_k=CANDIDATES if hybrid else k)
        if hybrid:
            by_word = BM25Retriever.from_defaults(
                nodes=nodes,
                similarity_top_k=min(CANDIDATES, len(nodes)),
                stemmer=Stemmer.Stemmer("dutch"),
                language="nl",
            )
            self._retriever = QueryFusionRetriever(
                [self._retriever, by_word],
                llm=MockLLM(),  # asked for by the constructor; no question is made with it
                num_queries=1,
                similarity_top_k=k,
                mode="reciprocal_rerank",
                use_async=False,
            )
        return len(nodes)

    def search(self, question: str) -> list[Found]:
        """By the fused retriever, or by vectors alone."""
        return [
            Found(each.node.metadata["path"], each.node.get_content())
            for each in self._retriever.retrieve(question)
        ]


def open_system(setting: Setting) -> LlamaIndex:
    """The system, with its encoder loaded."""
    return LlamaIndex(setting)
