"""Documents found by what they state, without going through all of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, cast

import pytest
from answering_parts import SAMPLE_FILES
from hashing import HashingEncoder

from index.directory import Directory, Names, Vocabulary
from index.documents import DocumentInfo, Metadata
from index.encoders.embedding import Encoder
from index.errors import NotFound
from index.identifiers import is_named, mentions
from index.index import Index, open_index
from index.search import Filters, admitted


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    encoder = cast(Encoder, HashingEncoder(64))
    opened = open_index(tmp_path_factory.mktemp("directory"), encoder, create=True)
    assert not opened.add(SAMPLE_FILES).failed
    yield opened
    opened.close()


def test_filters_admit_the_same_documents_together_as_one_by_one(index: Index) -> None:
    directory = index.directory()
    ids = [each.id for each in directory.infos.values()]
    days = sorted(each.metadata.date or "" for each in directory.infos.values())
    ministers = [name for each in directory.infos.values() for name in each.metadata.ministers]
    some: dict[str, list[Any]] = {
        "documents": [(), (ids[0],), tuple(ids[::2])],
        "kinds": [(), ("answers",), ("letter", "questions_only")],
        "date_from": [None, days[len(days) // 2]],
        "date_to": [None, days[-2]],
        "minister": [None, ministers[0], ministers[-1].split()[-1].upper(), "Niemand", "-"],
    }
    admitting = 0
    for values in itertools.product(*some.values()):
        filters = Filters(**dict(zip(some, values, strict=True)))
        one_by_one = [key for key, each in directory.infos.items() if filters.admit(each)]
        assert admitted(directory, filters) == one_by_one
        admitting += 0 < len(one_by_one) < len(ids)
    assert admitting > 20


def test_a_filter_on_a_document_that_is_not_there_is_refused(index: Index) -> None:
    with pytest.raises(NotFound, match="ffff"):
        admitted(index.directory(), Filters(documents=("ffff",)))


def test_a_number_finds_the_documents_that_it_may_refer_to(index: Index) -> None:
    directory = index.directory()
    written = "Aanhangsel 1 en 2024Z99001, 36800 X, nr. 11, Handelingen II 2024/25, nr. 3, item 4"
    own = " en ".join(n for each in directory.infos.values() for n in each.metadata.identifiers)
    for mention in mentions(f"{own}; {written}"):
        found = [each for each in directory.infos.values() if is_named(each, mention.identifier)]
        assert list(directory.named([mention.identifier])) == found
    assert directory.named(mention.identifier for mention in mentions(own))


def test_a_directory_is_made_once_for_every_state(tmp_path) -> None:
    index = open_index(tmp_path, cast(Encoder, HashingEncoder(64)), create=True)
    index.add(SAMPLE_FILES[:2])
    made: list[Directory] = []
    before = index.directory()
    assert index.directory() is before
    assert before.kept(made.append) is before.kept(made.append) is None
    assert made == [before]
    index.remove(index.documents()[0].id)
    after = index.directory()
    after.kept(made.append)
    assert made == [before, after]
    assert (len(before), len(after)) == (2, 1)
    index.close()


def test_names_are_found_by_their_words_and_by_what_else_they_are_called() -> None:
    names = Names(
        [("Van der Geul", 1), ("Geul-Tuin", 2), ("Van der Geul", 3)], lambda name: [name[:2]]
    )
    assert names.holding(["geul"]) == {"Van der Geul", "Geul-Tuin"}
    assert names.holding(["geul", "van"]) == {"Van der Geul"}
    assert names.holding(["geul", "brug"]) == set()
    assert names.holding(["Va"]) == {"Van der Geul"}
    assert names.keys(["Van der Geul", "Brug"]) == {1, 3}


def test_words_are_found_by_a_part_of_them() -> None:
    vocabulary = Vocabulary([(1, ["veer", "veerboot"]), (2, ["boot", "veer"])])
    assert vocabulary.starting("veer") == ["veer", "veerboot"]
    assert vocabulary.containing("boot") == ["boot", "veerboot"]
    assert vocabulary.keys(["veerboot", "brug"]) == {1}
    assert vocabulary.keys(["veer"]) == {1, 2}


def test_days_are_found_with_both_ends() -> None:
    dates = ("2024-01-01", None, "2024-03-01", "2024-01-01")
    infos = {
        at: DocumentInfo(str(at), f"{at}.txt", "letter", Metadata(date=day))
        for at, day in enumerate(dates)
    }
    directory = Directory(infos)
    assert directory.between("2024-01-01", "2024-01-01") == {0, 3}
    assert directory.between("2024-01-02", None) == {2}
    assert directory.between(None, "2024-12-31") == {0, 2, 3}
    assert directory.undated == {1}
