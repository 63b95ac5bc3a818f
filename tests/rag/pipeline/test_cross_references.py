"""Answers that send the reader on are followed to what they point at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from answering_parts import words_index

from index.directory import Directory
from index.documents import Hit
from index.index import Index
from rag.pipeline.cross_references import follow_pointers, pointed_from, unresolved

LONG = "De provincie telt veertig bruggen, waarvan er drie beweegbaar zijn. " * 6


def paper(subject: str, *answers: str) -> str:
    """Numbered answers about `subject`."""
    said = (
        f"Vraag {n}\nHoe zit het met {subject}?\n\nAntwoord {n}\n{text}\n"
        for n, text in enumerate(answers, start=1)
    )
    return f"Antwoord op vragen over {subject}\n\n" + "\n".join(said)


BRIDGE = paper(
    "de brug",
    "De brug kost 3 miljoen euro.",
    "Zie het antwoord op vraag 1.",
    "Zie het antwoord op vraag 2.",
    "Zie het antwoord op vraag 5.",
    "Zie het antwoord op vraag 4.",
    f"{LONG} Zie verder het antwoord op vraag 1.",
    "Zie de antwoorden op de vragen 1 tot en met 6.",
)

OTHER = paper("de tunnel", "De tunnel kost 90 miljoen euro.")

ABROAD = paper(
    "het viaduct",
    "Zie het antwoord op vraag 2 van de vragen van het lid Kok (Aanhangsel Handelingen, vergaderjaar "
    "2023-2024, nr. 9001).",
    "Zie het antwoord op vraag 1. Zie ook het antwoord op vraag 3 van de vragen van het lid Bos "
    "(2024Z99777).",
    "Zie het antwoord op vraag 4 van de vragen van het lid Tol.",
    f"{LONG} Zie ook het antwoord op vraag 1 van de vragen van het lid Bos (2024Z99778).",
)

NAMED = paper("de sluis", "De sluis kost 12 miljoen.", "Zie het antwoord op vraag 1.", "Ja.")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder: Path = tmp_path_factory.mktemp("pointing")
    named = {"ah-tk-20232024-9001": NAMED}
    opened = words_index(folder, brug=BRIDGE, tunnel=OTHER, viaduct=ABROAD, **named)
    yield opened
    opened.close()


def found(index: Index, *numbers: int, name: str = "brug") -> list[Hit]:
    """Hits on the answers to these questions of a document, in this order."""
    info = next(each for each in index.documents() if each.source.endswith(f"{name}.txt"))
    passages = index.passages(info.id)
    return [
        Hit(info, at, passage, 1.0 - rank / 10, rank)
        for rank, number in enumerate(numbers, start=1)
        for at, passage in passages.items()
        if number in passage.numbers
    ]


def numbers(hits: tuple[Hit, ...]) -> list[int]:
    return [hit.passage.numbers[0] for hit in hits]


def test_pointers_are_followed_as_deep_as_asked_and_circles_end(index: Index) -> None:
    followed = follow_pointers(index, found(index, 2, 6))
    assert numbers(followed) == [2, 1, 6]
    assert [hit.rank for hit in followed] == [1, 2, 3]
    assert all(hit.document.source.endswith("brug.txt") for hit in followed)
    assert numbers(follow_pointers(index, found(index, 3))) == [3, 2, 1]
    assert numbers(follow_pointers(index, found(index, 3), depth=1)) == [3, 2]
    assert numbers(follow_pointers(index, found(index, 3), depth=0)) == [3]
    assert numbers(follow_pointers(index, found(index, 4))) == [4, 5]


def test_a_passage_found_further_down_moves_up_and_no_more_is_followed_than_needed(
    index: Index,
) -> None:
    hits = found(index, 2, 6, 1)
    followed = follow_pointers(index, hits)
    assert numbers(followed) == [2, 1, 6]
    assert followed[1] == replace(hits[2], rank=2)
    assert numbers(follow_pointers(index, found(index, 6))) == [6]
    assert len(follow_pointers(index, found(index, 7), depth=1)) == 5
    assert len(follow_pointers(index, found(index, 7, 1, 2), depth=1)) == 7
    assert follow_pointers(index, []) == ()


def places(hits: Sequence[Hit]) -> list[tuple[str, int]]:
    return [(Path(hit.document.source).stem, hit.passage.numbers[0]) for hit in hits]


def test_pointers_lead_into_documents_that_they_name(index: Index) -> None:
    followed = follow_pointers(index, found(index, 1, 3, name="viaduct"))
    other = "ah-tk-20232024-9001"
    assert places(followed) == [("viaduct", 1), (other, 2), (other, 1), ("viaduct", 3)]
    assert [hit.rank for hit in followed] == [1, 2, 3, 4]
    assert followed[1].document.id != followed[0].document.id
    hits = found(index, 2, name="viaduct")
    assert places(follow_pointers(index, hits, depth=1)) == [("viaduct", 2), ("viaduct", 1)]
    deeper = places(follow_pointers(index, hits, depth=2))
    assert deeper[2:] == [("ah-tk-20232024-9001", 2)]
    assert places(follow_pointers(index, found(index, 3, name="viaduct"))) == [("viaduct", 3)]


def test_what_is_pointed_to_but_not_there_is_said_where_it_matters(index: Index) -> None:
    hits = found(index, 2, 1, 3, name="viaduct")
    assert unresolved(index.directory(), hits) == (
        "Verwijst naar 2024Z99777, vraag 3: dat document staat niet in de index.",
    )
    infos = index.directory().infos.items()
    without = Directory({key: each for key, each in infos if not each.metadata.identifiers})
    assert unresolved(without, hits[1:], "en") == (
        "Points to Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 9001, question 2: "
        "that document is not in the index.",
    )
    assert unresolved(index.directory(), found(index, 4, name="viaduct")) == ()


def test_what_was_reached_by_following_tells_from_where(index: Index) -> None:
    followed = follow_pointers(index, found(index, 3, 6))
    assert places(followed) == [("brug", 3), ("brug", 2), ("brug", 1), ("brug", 6)]
    three, two, one, six = followed
    assert pointed_from(one, followed) == two
    assert pointed_from(two, followed) == three
    assert pointed_from(three, followed) is None
    assert pointed_from(six, followed) is None
    followed = follow_pointers(index, found(index, 1, name="viaduct"))
    assert pointed_from(followed[1], followed) == followed[0]
    assert pointed_from(followed[2], followed) == followed[1]
    followed = follow_pointers(index, found(index, 1, 2))
    assert places(followed) == [("brug", 1), ("brug", 2)]
    assert pointed_from(followed[0], followed) is None
