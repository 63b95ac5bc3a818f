"""What stands in Milvus: collections, their fields and indexes, and rows (milvus.py)."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymilvus import DataType, Function, FunctionType, MilvusClient

from index.engines.bm25 import K1, B

FORMAT = 1
WINDOWS, TERMS, DOCUMENTS = "windows", "terms", "documents"
# A row's key is its passage's id times this, and its number among the passage's rows.
ROWS = 1 << 16
# The graph's links, and windows looked at to make it: as on one machine (vectors.py).
_LINKS, _MAKING = 16, 80
_LONGEST = 65_535  # bytes of a text in Milvus


def collection(what: str, dimension: int) -> tuple[Any, Any]:
    """Fields and indexes of a collection."""
    schema = MilvusClient.create_schema(auto_id=False)
    indexes = MilvusClient.prepare_index_params()
    if what == DOCUMENTS:
        schema.add_field("document", DataType.INT64, is_primary=True)
        schema.add_field("stamp", DataType.VARCHAR, max_length=64)
        schema.add_field("none", DataType.FLOAT_VECTOR, dim=2)  # Milvus wants a vector in each
        indexes.add_index("none", index_type="FLAT", metric_type="IP")
        return schema, indexes
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("document", DataType.INT64)
    indexes.add_index("document", index_type="INVERTED")
    if what == WINDOWS:
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        graph = {"M": _LINKS, "efConstruction": _MAKING}
        indexes.add_index("vector", index_type="HNSW", metric_type="IP", params={"params": graph})
        return schema, indexes
    analyzer = {"tokenizer": "standard"}
    schema.add_field(
        "terms",
        DataType.VARCHAR,
        max_length=_LONGEST,
        enable_analyzer=True,
        analyzer_params=analyzer,
    )
    schema.add_field("weights", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(Function("bm25", FunctionType.BM25, ["terms"], ["weights"]))
    weighing = {"bm25_k1": K1, "bm25_b": B}
    kind = "SPARSE_INVERTED_INDEX"
    indexes.add_index("weights", index_type=kind, metric_type="BM25", params={"params": weighing})
    return schema, indexes


def window_rows(
    windows: Iterable[tuple[int, NDArray[np.int64], NDArray[np.float32]]],
) -> Iterator[dict[str, Any]]:
    for key, passages, vectors in windows:
        for _, rows in itertools.groupby(
            zip(passages.tolist(), vectors, strict=True), lambda each: each[0]
        ):
            for number, (passage, vector) in enumerate(rows):
                yield {"id": passage * ROWS + number, "document": key, "vector": vector.tolist()}


def term_rows(
    terms: Iterable[tuple[int, int, NDArray[np.uint32], NDArray[np.uint32]]],
) -> Iterator[dict[str, Any]]:
    """A row a passage; more where its terms do not fit one text, and then its best row counts."""
    for key, passage, its_terms, counts in terms:
        words = words_of(its_terms, counts)
        a_row = _LONGEST // 9
        for number, begin in enumerate(range(0, len(words), a_row)):
            text = " ".join(words[begin : begin + a_row])
            yield {"id": passage * ROWS + number, "document": key, "terms": text}


def words_of(terms: NDArray[np.uint32], counts: NDArray[np.uint32]) -> list[str]:
    """The terms of index/analyzer.py as words that every analyzer leaves as they are."""
    return [f"{term:08x}" for term in np.repeat(terms, counts).tolist()]


def among(documents: Collection[int]) -> str:
    return f"document in {sorted(documents)}"
