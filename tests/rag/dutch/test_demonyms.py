"""Countries and the words that tell of them."""

from __future__ import annotations

from rag.dutch.demonyms import COUNTRIES, HOME, demonyms


def test_the_words_of_a_country_are_kin_whatever_their_case_and_accents() -> None:
    assert demonyms("Duitse") == demonyms("duitsland") >= {"duitsers", "berlijn"}
    assert demonyms("België") == demonyms("belgie")
    assert "belgie" in demonyms("Belg")


def test_another_word_is_kin_to_itself() -> None:
    assert demonyms("Oeverdám") == {"oeverdam"}


def test_the_netherlands_are_home() -> None:
    assert "nederlandse" in HOME
    assert {"nederland", "duitsland"} <= COUNTRIES
    assert "berlijn" not in COUNTRIES
