"""What the words of a Dutch sentence have in common with another's: stems, compounds, synonyms.

The lists hold general Dutch of government, no subject and no document.
"""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer

from rag.dutch.lexicon import (
    ADJECTIVES,
    ANTONYMS,
    FALLING,
    FIXED,
    PREFIXES,
    RISING,
    SEPARABLE,
    STOP,
    STRONG_VERBS,
    SYNONYMS,
)
from rag.dutch.numerals import plain

# `likeness` from which a word is there in another form, as a synonym or in a compound.
ALIKE = 0.5
ANTONYM, NONE, SYNONYM, FORM, SAME = -1.0, 0.0, 0.9, 0.95, 1.0
_COMPOUND = 0.6
_PREFIX = 5
_HEAD = 5

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_stemmer = snowballstemmer.stemmer("dutch")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a word in lower case without accents (Snowball, Dutch)."""
    return str(_stemmer.stemWord(plain(word)))


def _strong_forms() -> dict[str, str]:
    """Every form of a strong verb -> its infinitive."""
    verbs = [verb.split() for verb in STRONG_VERBS.split(";")]
    return {plain(form): verb[0] for verb in verbs for form in verb}


def _separable() -> dict[str, frozenset[str]]:
    table = [line.split(":") for line in SEPARABLE.split(";")]
    return {verb.strip(): frozenset(parts.split()) for verb, parts in table}


_STRONG = _strong_forms()
_PARTICLES = _separable()
_PREFIXED = re.compile(rf"({'|'.join(sorted(PREFIXES, key=len, reverse=True))})(?=\w{{4}})")
_DOUBLED = re.compile(r"([aeou])\1")
_ENDING = re.compile(r"(?:ing|atie|eren|eer|en|de|te|d|t|e)$")


def separable(verb: str, particle: str) -> str | None:
    """The infinitive of a verb whose particle stands apart: "nam", "af" -> "afnemen"; else None."""
    base = _BASES.get(root(verb), "")
    return particle + base if particle in _PARTICLES.get(base, ()) else None


@lru_cache(maxsize=65536)
def root(word: str) -> str:
    """What the forms of a verb and the noun made of it share: "geleverd", "levert", "levering".

    Particles are kept ("afgenomen" -> "afnemen"); forms of strong verbs come from a list.
    """
    bare = plain(word)
    if bare in _STRONG:
        return _STRONG[bare]
    prefix = _PREFIXED.match(bare)
    front, rest = (prefix[0], bare[prefix.end() :]) if prefix else ("", bare)
    rest = rest[2:] if front and rest.startswith("te") and rest[2:] in _STRONG else rest
    if rest in _STRONG:
        return front + _STRONG[rest]
    if rest.startswith("ge") and len(rest) > 6 and rest.endswith(("d", "t")):
        rest = rest[2:]
    rest = _DOUBLED.sub(r"\1", stem(rest))
    short = _ENDING.sub("", rest)
    return front + (short if len(short) >= (3 if front else 4) else rest)


def _group_table() -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, line in enumerate(SYNONYMS.strip().splitlines()):
        for word in line.split():
            if plain(word) not in STOP:
                for form in (stem(word), root(word)):
                    table.setdefault(form, set()).add(number)
    return {word: frozenset(groups) for word, groups in table.items()}


def _antonym_table() -> frozenset[tuple[str, str]]:
    pairs = [pair.split() for pair in ANTONYMS.split(";")]
    stems = {(stem(a), stem(b)) for a, b in pairs}
    for base, other in (pair.split() for pair in ADJECTIVES.split(";")):
        stems |= {(stem(a), stem(b)) for a, b in zip(_degrees(base), _degrees(other), strict=True)}
    return frozenset(stems | {(b, a) for a, b in stems})


def _degrees(adjective: str) -> list[str]:
    """An adjective with its inflected forms: "groot" -> groot, grote, groter, grotere, grootst..."""
    root = adjective
    if re.search(r"[^aeiou](aa|ee|oo|uu)[^aeiou]$", adjective):
        root = adjective[:-2] + adjective[-1]
    elif re.search(r"[^aeiou][aeiou][bdfgklmnpst]$", adjective) and len(adjective) < 5:
        root = adjective + adjective[-1]
    return [
        adjective,
        *(root + end for end in ("e", "er", "ere")),
        adjective + "st",
        adjective + "ste",
    ]


def _groups(word: str) -> frozenset[int]:
    return _GROUPS.get(stem(word), frozenset()) | _GROUPS.get(root(word), frozenset())


_GROUPS = _group_table()
_BASES = {root(verb): verb for verb in _PARTICLES}
_FIXED = frozenset(map(stem, FIXED.split()))
_EXACT = frozenset(
    map(root, "verdubbelen verdubbeld verdubbeling halveren gehalveerd halvering".split())
)
_RISING, _FALLING = (frozenset(map(root, words.split())) for words in (RISING, FALLING))
_OPPOSED = _antonym_table()


def is_content(word: str) -> bool:
    """Whether a word says something by itself (no article, auxiliary, pronoun, actor word)."""
    return len(word) > 1 and plain(word) not in STOP


def is_fixed(word: str) -> bool:
    """Whether a word (lower case) names a body, a role, a season or a day: "provincies", "zomer"."""
    return stem(word) in _FIXED


def siblings(one: str, other: str) -> bool:
    """Whether two words are compounds of the same head: "huurtoeslag", "zorgtoeslag"."""
    a, b = stem(one), stem(other)
    same = next((n for n in range(min(len(a), len(b)), 0, -1) if a[-n:] == b[-n:]), 0)
    return same >= _HEAD and min(len(a), len(b)) >= same + 3


def is_change(word: str) -> bool:
    """Whether a word (lower case) says that something goes up or down."""
    return rises(word) or falls(word)


def rises(word: str) -> bool:
    """Whether a word (lower case) says that something goes up."""
    return root(word) in _RISING


def falls(word: str) -> bool:
    """Whether a word (lower case) says that something goes down."""
    return root(word) in _FALLING


def content_words(text: str) -> list[str]:
    """The content words of `text`, in lower case, in order."""
    return [word for word in _WORD.findall(text.lower()) if is_content(word)]


@lru_cache(maxsize=262144)
def likeness(one: str, other: str) -> float:
    """How far two words (lower case) say the same: 1 same stem, .95 same verb, .9 synonyms, .5-.9 compound parts,
    0 nothing in common, -1 opposites ("gestegen" and "gedaald", "bekend" and "onbekend")."""
    one, other = plain(one), plain(other)
    a, b = stem(one), stem(other)
    if a == b or one == other:
        return SAME
    if (a, b) in _OPPOSED or a == "on" + b or b == "on" + a:
        return ANTONYM
    if root(one) == root(other):
        return FORM
    if _turned(root(one), root(other)):
        return ANTONYM
    if _groups(one) & _groups(other) or _same_way(root(one), root(other)):
        return SYNONYM
    return max(_part(a, b), _overlap(one, other))


def _turned(a: str, b: str) -> bool:
    return (a in _RISING and b in _FALLING) or (a in _FALLING and b in _RISING)


def _same_way(a: str, b: str) -> bool:
    return not {a, b} & _EXACT and (
        (a in _RISING and b in _RISING) or (a in _FALLING and b in _FALLING)
    )


def _part(a: str, b: str) -> float:
    short, long = sorted((a, b), key=len)
    rest = len(long) - len(short)
    first, last = long.startswith(short) and rest != 3, long.endswith(short) and rest > 2
    if len(short) < 4 or not (first or last):
        return NONE
    return 0.6 + 0.3 * len(short) / len(long)


def _overlap(one: str, other: str) -> float:
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    share = shared / min(len(one), len(other))
    return 0.9 * share if shared >= _PREFIX and share >= _COMPOUND else NONE
