"""What finds passages: the seam between the store and whatever holds what is derived from it.

SQLite is the truth of documents, passages and vectors. An engine only holds what can be made from
it again: in this process and beside the database (local.py), or on a server (milvus.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import BadRequest, EngineUnavailable, VraagbaakError
from index.store import Store

LOCAL = "local"

Found = list[tuple[int, float]]
"""(passage id, score), best first."""


class Engine(Protocol):
    """`catch_up`, `dense` and `lexical` are called inside a transaction of the store."""

    def catch_up(self, generation: int) -> None:
        """Be ready to search the state of the store that has this number."""
        ...

    def dense(
        self, query: NDArray[np.float32], k: int, documents: Collection[int] | None = None
    ) -> Found:
        """Passages of the `k` nearest windows with the cosine of their best one.

        `query` has shape (dim,) and unit length. With `documents` (keys) only theirs count.
        """
        ...

    def lexical(self, question: str, k: int, documents: Collection[int] | None = None) -> Found:
        """The `k` best passages by BM25, of those that share a term; only of `documents`."""
        ...

    def settle(self) -> None:
        """Keep what is derived, after this process has changed documents; outside transactions."""
        ...

    def fault(self) -> VraagbaakError | None:
        """Why nothing can be searched now, None where it can."""
        ...

    def missing(self) -> int:
        """How many documents of the store `settle` would still have to bring."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


def open_engine(
    address: str, store: Store, made_with: Mapping[str, str], token: str | None = None
) -> Engine:
    """The engine at `address` for `store`: LOCAL, Milvus' address, or a path that ends in .db.

    Raises BadRequest for any other address, and EngineUnavailable where Milvus cannot be used.
    """
    if address == LOCAL:
        from index.engines.local import LocalEngine

        local = LocalEngine(store, made_with)
        local.settle()
        return local
    if not re.fullmatch(r"https?://\S+|.*\.db", address):
        raise BadRequest(
            f"De zoekserver moet `local`, een adres als http://host:19530 of een pad op .db zijn, "
            f"niet {address!r}: verbeter VRAAGBAAK_ENGINE.",
            f"The engine must be `local`, an address such as http://host:19530 or a path ending "
            f"in .db, not {address!r}: correct VRAAGBAAK_ENGINE.",
        )
    needed = ("pymilvus", "milvus_lite") if address.endswith(".db") else ("pymilvus",)
    for package in needed:
        if find_spec(package) is None:
            name = package.replace("_", "-")
            raise EngineUnavailable(
                f"Voor VRAAGBAAK_ENGINE={shown(address)} ontbreekt het pakket {name}: installeer "
                f"het met `pip install {name}`.",
                f"VRAAGBAAK_ENGINE={shown(address)} needs the package {name}, which is missing: "
                f"install it with `pip install {name}`.",
            )
    from index.engines.milvus import MilvusEngine

    return MilvusEngine(store, made_with, address, token)


def shown(address: str) -> str:
    """`address` without a name and password in it."""
    return re.sub(r"//[^/@]*@", "//", address)
