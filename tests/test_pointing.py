"""Answers that send the reader on are followed to what they point at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import Index
from index.documents import Hit
from rag.pointing import follow_pointers
from tests.answering_parts import words_index

BRIDGE = """\
Antwoord op vragen over de brug

Vraag 1
Wat kost de brug?

Antwoord 1
De brug kost 3 miljoen euro.

Vraag 2
Wie betaalt de brug?

Antwoord 2
Zie het antwoord op vraag 1.

Vraag 3
Wanneer is dat?

Antwoord 3
Zie het antwoord op vraag 2.

Vraag 4
Kunt u dit toelichten?

Antwoord 4
Zie het antwoord op vraag 5.

Vraag 5
Kunt u dat toelichten?

Antwoord 5
Zie het antwoord op vraag 4.

Vraag 6
Zijn er andere bruggen?

Antwoord 6
{long} Zie verder het antwoord op vraag 1.

Vraag 7
Kunt u alles toelichten?

Antwoord 7
Zie de antwoorden op de vragen 1 tot en met 6.
""".format(long="De provincie telt veertig bruggen, waarvan er drie beweegbaar zijn. " * 6)

OTHER = """\
Antwoord op vragen over de tunnel

Vraag 1
Wat kost de tunnel?

Antwoord 1
De tunnel kost 90 miljoen euro.
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder: Path = tmp_path_factory.mktemp("pointing")
    opened = words_index(folder, brug=BRIDGE, tunnel=OTHER)
    yield opened
    opened.close()


def found(index: Index, *numbers: int) -> list[Hit]:
    """Hits on the answers to these questions of the bridge, in this order."""
    info = next(each for each in index.documents() if each.source.endswith("brug.txt"))
    passages = index.passages(info.id)
    return [
        Hit(info, at, passage, 1.0 - rank / 10, rank)
        for rank, number in enumerate(numbers, start=1)
        for at, passage in passages.items()
        if number in passage.numbers
    ]


def numbers(hits: tuple[Hit, ...]) -> list[int]:
    return [hit.passage.numbers[0] for hit in hits]


def test_what_an_answer_points_to_comes_right_behind_it(index: Index) -> None:
    followed = follow_pointers(index, found(index, 2, 6))
    assert numbers(followed) == [2, 1, 6]
    assert [hit.rank for hit in followed] == [1, 2, 3]
    assert all(hit.document.source.endswith("brug.txt") for hit in followed)


def test_chains_are_followed_as_deep_as_asked(index: Index) -> None:
    assert numbers(follow_pointers(index, found(index, 3))) == [3, 2, 1]
    assert numbers(follow_pointers(index, found(index, 3), depth=1)) == [3, 2]
    assert numbers(follow_pointers(index, found(index, 3), depth=0)) == [3]


def test_a_circle_ends(index: Index) -> None:
    assert numbers(follow_pointers(index, found(index, 4))) == [4, 5]


def test_a_passage_found_further_down_moves_up_with_its_own_score(index: Index) -> None:
    hits = found(index, 2, 6, 1)
    followed = follow_pointers(index, hits)
    assert numbers(followed) == [2, 1, 6]
    assert followed[1] == replace(hits[2], rank=2)


def test_an_answer_that_says_enough_itself_is_not_followed(index: Index) -> None:
    assert numbers(follow_pointers(index, found(index, 6))) == [6]


def test_at_most_four_passages_are_added(index: Index) -> None:
    assert len(follow_pointers(index, found(index, 7), depth=1)) == 5
    assert len(follow_pointers(index, found(index, 7, 1, 2), depth=1)) == 7


def test_nothing_found_is_nothing_followed(index: Index) -> None:
    assert follow_pointers(index, []) == ()
