"""Which words of a question are its own."""

from __future__ import annotations

import pytest

from rag.dutch.phrases import is_closed, own_words, words


def test_words_are_own_other_or_a_period() -> None:
    assert words("Zo'n NS-trein kost 1.150 euro, zegt u?") == [
        "zo'n", "ns-trein", "kost", "1.150", "euro", "zegt", "u",
    ]  # fmt: skip
    assert own_words("Wat zijn de kosten van de veerboot naar Oeverdam?") == [
        "kosten", "veerboot", "oeverdam",
    ]  # fmt: skip
    assert not any(map(is_closed, ("veerboot", "daarboot", "oeverdam", "hierarchie")))


@pytest.mark.parametrize("word", ["de", "wie", "naar", "heeft", "daarvoor", "er", "zich", "niet"])
def test_a_closed_word_says_nothing_of_its_own(word: str) -> None:
    assert is_closed(word)
