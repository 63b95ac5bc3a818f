"""Names in a sentence, and when two are the same."""

from __future__ import annotations

import pytest

from rag.dutch.names import names_in, same_name


def test_a_capital_within_the_sentence_makes_a_name_and_the_first_word_is_none() -> None:
    text = "Volgens Oeverdam vaart de NS-boot van Zee's-Land."
    assert names_in(text) == [(8, "Oeverdam"), (26, "NS-boot"), (38, "Zee's-Land")]
    assert names_in("KNMI meldt regen.") == [(0, "KNMI")]
    assert names_in("De boot vaart.") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("duits", "duitse"), ("oeverdam", "oeverdams"), ("oeverdam", "oeverdamse"),
        ("finland", "finlands"), ("gelderland", "gelderlandse"), ("oeverdammer", "oeverdamm"),
        ("nato", "nato"), ("anna's", "anna"), ("bruss", "brusse"),
    ],
)  # fmt: skip
def test_inflection_makes_no_other_name(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(("one", "other"), [("duits", "frans"), ("ans", "an"), ("tins", "tin")])
def test_another_word_is_another_name(one: str, other: str) -> None:
    assert not same_name(one, other)


def test_a_stem_has_at_least_four_letters() -> None:
    assert same_name("maase", "maas")
    assert not same_name("maas", "maa")
