"""Turn Dutch text into the terms that BM25 counts."""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

LEXICAL_VERSION = 1
GRAM = 4

_WORD = re.compile(r"[^\W_]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def tokens(text: str) -> list[str]:
    """The tokens of `text` in order: every word's character 4-grams, short words whole.

    Overlapping 4-grams find `huurtoeslag` in `huurtoeslagontvangers`, which stems cannot.
    """
    return list(chain.from_iterable(map(_grams, words(text))))


def _grams(word: str) -> list[str]:
    if len(word) <= GRAM:
        return [word]
    return [word[at : at + GRAM] for at in range(len(word) - GRAM + 1)]


@lru_cache(maxsize=100_000)
def _hashes(word: str) -> tuple[int, ...]:
    return tuple(zlib.crc32(gram.encode()) for gram in _grams(word))


def words(text: str) -> list[str]:
    """The words and figures of `text` in lower case, without accents, ligatures as letters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall(_NOT_ASCII.sub(_without_accent, decomposed))


def _without_accent(found: re.Match[str]) -> str:
    return "" if unicodedata.combining(found[0]) else found[0]


def count_terms(text: str) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The different tokens of `text` as 32-bit hashes, ascending, and how often each occurs.

    In a vocabulary of 100,000 about one pair of tokens shares a hash (CRC-32): that is harmless.
    """
    hashes = np.fromiter(chain.from_iterable(map(_hashes, words(text))), np.uint32)
    terms, counts = np.unique(hashes, return_counts=True)
    return terms, counts.astype(np.uint32)
