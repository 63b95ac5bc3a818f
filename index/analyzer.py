"""Turn Dutch text into the terms that BM25 counts."""

from __future__ import annotations

import re
import unicodedata
import zlib

import numpy as np
from numpy.typing import NDArray

LEXICAL_VERSION = 1
GRAM = 4

_WORD = re.compile(r"[^\W_]+")


def tokens(text: str) -> list[str]:
    """The tokens of `text` in order: every word's character 4-grams, short words whole.

    Overlapping 4-grams find `huurtoeslag` in `huurtoeslagontvangers`, which stems cannot.
    """
    found: list[str] = []
    for word in words(text):
        if len(word) <= GRAM:
            found.append(word)
        else:
            found.extend(word[at : at + GRAM] for at in range(len(word) - GRAM + 1))
    return found


def words(text: str) -> list[str]:
    """The words and figures of `text` in lower case, without accents, ligatures as letters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(char for char in decomposed if not unicodedata.combining(char)))


def count_terms(text: str) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The different tokens of `text` as 32-bit hashes, ascending, and how often each occurs.

    In a vocabulary of 100,000 about one pair of tokens shares a hash (CRC-32): that is harmless.
    """
    hashes = np.array([zlib.crc32(token.encode()) for token in tokens(text)], np.uint32)
    terms, counts = np.unique(hashes, return_counts=True)
    return terms, counts.astype(np.uint32)
