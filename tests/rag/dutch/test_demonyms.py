"""Countries and the words that tell of them."""

from __future__ import annotations

from rag.dutch.demonyms import COUNTRIES, HOME, demonyms


def test_words_are_kin_to_their_country_and_else_to_themselves() -> None:
    assert demonyms("Duitse") == demonyms("duitsland") >= {"duitsers", "berlijn"}
    assert demonyms("België") == demonyms("belgie")
    assert "belgie" in demonyms("Belg")
    assert demonyms("Oeverdám") == {"oeverdam"}
    assert "nederlandse" in HOME
    assert {"nederland", "duitsland"} <= COUNTRIES
    assert "berlijn" not in COUNTRIES
