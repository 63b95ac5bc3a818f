"""Find documents named by words of their title: "vraag 22 van de Stand van Defensie"."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.analyzer import words
from index.directory import Directory, Vocabulary
from index.documents import DocumentInfo
from rag.dutch.dates import MONTHS, dates
from rag.pipeline.citations import dutch_date

# Words for a document's kind, author or place, which do not tell which document it is.
_GENERIC = frozenset(
    (
        "de het een dit deze die dat van uit over in op bij aan tot en of met voor door inzake omtrent "
        "betreffende onder volgens naar der den des te ter ten is was zijn er d "
        "vraag vragen nummer nr antwoord antwoorden beantwoording beantwoorde brief kamerbrief lijst "
        "set serie kamervraag kamervragen kamerstuk document stuk notitie feitelijke schriftelijke "
        "schriftelijk verslag overleg rapport bericht artikel eerdere gestelde vaste commissie "
        "minister ministers staatssecretaris bewindspersoon ministerie kabinet regering lid leden "
        "kamerlid kamerleden fractie heer mevrouw genaamd getiteld titel onderwerp"
    ).split()
)
_CONNECTS = re.compile(
    r"\s*[,(]?\s*(?:van|uit|over|in|bij|inzake|betreffende|omtrent)\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+")
_MOST_MEANT = 3  # most documents that the same words may name
_LEAST_LETTERS = 4  # fewest letters of a word that names a document by itself
# Share of the longer word that two forms of a word must have in common at the start.
_SAME_STEM = 0.8


@dataclass(frozen=True, slots=True)
class Titled:
    """Documents that `text[start:end]` names by their title."""

    documents: tuple[DocumentInfo, ...]
    start: int
    end: int


def find_titled(text: str, start: int, end: int, directory: Directory) -> Titled | None:
    """The documents whose title is named beside `text[start:end]` ("vraag 22"), None if not sure.

    The words behind it ("van de ..."), else those before it, are followed as long as a document's
    title, asker, minister or date holds them. It is sure where at least two words fit, one of them
    rare among the documents; or where one word fits that one document alone has, and nothing else
    is said. A year, month or number that does not fit stands against it. A document without a title
    is named by its full date, if it is the only one of that day.
    """
    found = [match.span() for match in _WORD.finditer(text)]
    behind = _CONNECTS.match(text, end)
    after = [span for span in found if span[0] >= end] if behind else []
    before = [span for span in reversed(found) if span[1] <= start]
    if named := _best(text, after, directory):
        meant, (_, last) = named
        return Titled(meant, end, last)
    if named := _best(text, before, directory):
        meant, (first, last) = named
        return Titled(meant, first, last)
    return _dated(text, end, directory) if behind else None


def _best(
    text: str, spans: Sequence[tuple[int, int]], directory: Directory
) -> tuple[tuple[DocumentInfo, ...], tuple[int, int]] | None:
    """The documents that the words at `spans` name, and the place of those words."""
    described = directory.kept(_descriptions)
    meant: set[int] = set()
    matched: dict[str, int] = {}  # in how many documents each stands
    taken: list[tuple[int, int]] = []
    stopped_by = None
    for start, end in spans:
        word = "".join(words(text[start:end]))
        if word in _GENERIC:
            continue
        if word not in matched:
            holding = described.keys(_alike(described, word))
            left = meant & holding if matched else holding
            if not left:
                stopped_by = word
                break
            meant, matched[word] = left, len(holding)
        taken.append((start, end))
    if not matched:
        return None
    rarest = min(matched.values())
    if len(matched) == 1:
        (word,) = matched
        alone = rarest == 1 and stopped_by is None
        sure = alone and len(word) >= _LEAST_LETTERS and not _is_dating(word)
    else:
        sure = rarest <= max(2, len(directory) // 20)
    if not sure or len(meant) > _MOST_MEANT or (stopped_by and _is_dating(stopped_by)):
        return None
    extent = min(start for start, _ in taken), max(end for _, end in taken)
    return directory.documents(meant), extent


def _descriptions(directory: Directory) -> Vocabulary:
    return Vocabulary((key, _description(each)) for key, each in directory.infos.items())


def _description(document: DocumentInfo) -> frozenset[str]:
    meta = document.metadata
    day = dutch_date(meta.date) if meta.date else ""
    said = [meta.title or "", day, meta.answered_by or "", *meta.askers, *meta.ministers]
    return frozenset(words(" ".join(said))) - _GENERIC


def _alike(described: Vocabulary, word: str) -> list[str]:
    """The words of descriptions that are `word`, or differ from it only in their ending."""
    if word.isdigit() or len(word) < _LEAST_LETTERS + 1:
        return [word]
    return [word, *(o for o in described.starting(word[:4]) if _same_stem(word, o))]


def _same_stem(word: str, other: str) -> bool:
    shared = math.ceil(_SAME_STEM * max(len(word), len(other)))
    return word[:shared] == other[:shared]


def _is_dating(word: str) -> bool:
    return word.isdigit() or word in MONTHS


def _dated(text: str, at: int, directory: Directory) -> Titled | None:
    for _, end, day in dates(text[at:]):
        if day.year is None or day.month is None or day.day is None:
            continue
        iso = f"{day.year}-{day.month:02}-{day.day:02}"
        of_day = directory.documents(directory.between(iso, iso))
        if len(of_day) == 1 and of_day[0].metadata.title is None:
            return Titled(of_day, at, at + end)
    return None
