"""What `eval.benchmarks.peers` compares: one module a system, each with an `open_system`.

A module imports its framework at the top, so that one that is not installed fails at once, and
nothing of the project but `eval.benchmarks.systems` (those of peers): it runs under another Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

CANDIDATES = 20  # of each side that a fusion gets
CHUNK_TOKENS, OVERLAP_TOKENS = 400, 40  # where a splitter counts tokens: the encoder reads 512


@dataclass(frozen=True, slots=True)
class Setting:
    """What a system is opened with: the encoder's folder, its prefixes and an empty folder.

    It is to give `k` hits. With `hybrid` words are searched too and fused; else vectors alone.
    """

    encoder: str
    query_prefix: str
    passage_prefix: str
    scratch: str
    hybrid: bool
    k: int


@dataclass(frozen=True, slots=True)
class File:
    """A document: its path, and its text where the system does not read the file itself."""

    path: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: the text that a language model would get, and the path of its file.

    `start` and `end` are offsets in the text of the project's own reading, where they are known.
    """

    path: str
    text: str
    start: int | None = None
    end: int | None = None


class System(Protocol):
    """A system under measurement. `configuration` is a line for the report.

    `loaders` are its own, by suffix; None where `ingest` reads the files itself.
    """

    configuration: str
    loaders: Mapping[str, Callable[[str], str]] | None

    def ingest(self, files: Sequence[File]) -> int:
        """Index `files` and nothing else, also where others were indexed; returns the pieces."""
        ...

    def search(self, question: str) -> list[Found]:
        """The best, best first."""
        ...
