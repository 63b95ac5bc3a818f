"""LangChain: RecursiveCharacterTextSplitter, FAISS, and its EnsembleRetriever with BM25."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.document_loaders import (
    BSHTMLLoader,
    Docx2txtLoader,
    PyPDFLoader,
    TextLoader,
)
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from eval.benchmarks.systems import CANDIDATES, File, Found, Setting

CHARACTERS, OVERLAP = 1000, 200  # as its documentation has them


def _words(text: str) -> list[str]:
    # Its default splits at white space alone, which keeps capitals and punctuation.
    return re.findall(r"\w+", text.lower())


class LangChain:
    """Vectors of unit length in FAISS; BM25 by rank_bm25, both with the same weight."""

    loaders: ClassVar = {
        suffix: lambda path, loader=loader, more=more: "\n".join(
            each.page_content for each in loader(path, **more).load()
        )
        for suffix, loader, more in (
            (".txt", TextLoader, {"encoding": "utf-8"}),
            (".md", TextLoader, {"encoding": "utf-8"}),
            (".pdf", PyPDFLoader, {}),
            (".docx", Docx2txtLoader, {}),
            (".html", BSHTMLLoader, {"open_encoding": "utf-8"}),
        )
    }

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        unit = {"normalize_embeddings": True}
        self._embeddings = HuggingFaceEmbeddings(
            model_name=setting.encoder,
            encode_kwargs={"prompt": setting.passage_prefix, **unit},
            query_encode_kwargs={"prompt": setting.query_prefix, **unit},
        )
        self._splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHARACTERS, chunk_overlap=OVERLAP
        )
        self.configuration = (
            f"RecursiveCharacterTextSplitter({CHARACTERS}, {OVERLAP}); FAISS"
            + ", BM25Retriever, EnsembleRetriever" * setting.hybrid
        )
        self._store: Any = None
        self._fused: Any = None

    def ingest(self, files: Sequence[File]) -> int:
        """Split, embed, and make both indexes."""
        documents = [
            Document(page_content=each.text, metadata={"path": each.path}) for each in files
        ]
        pieces = self._splitter.split_documents(documents)
        self._store = FAISS.from_documents(pieces, self._embeddings)
        if self._setting.hybrid:
            by_word = BM25Retriever.from_documents(pieces, preprocess_func=_words, k=CANDIDATES)
            by_vector = self._store.as_retriever(search_kwargs={"k": CANDIDATES})
            self._fused = EnsembleRetriever(retrievers=[by_word, by_vector], weights=[0.5, 0.5])
        return len(pieces)

    def search(self, question: str) -> list[Found]:
        """By the ensemble, or by vectors alone."""
        found = (
            self._fused.invoke(question)[: self._setting.k]
            if self._setting.hybrid
            else self._store.similarity_search(question, k=self._setting.k)
        )
        return [Found(each.metadata["path"], each.page_content) for each in found]


def open_system(setting: Setting) -> LangChain:
    """The system, with its encoder loaded."""
    return LangChain(setting)
