"""Which words of a question are its own, and its noun phrases."""

from __future__ import annotations

import pytest

from rag.dutch.phrases import is_closed, is_period, noun_phrases, own_words, words


def test_words_are_own_other_or_a_period() -> None:
    assert words("Zo'n NS-trein kost 1.150 euro, zegt u?") == [
        "zo'n", "ns-trein", "kost", "1.150", "euro", "zegt", "u",
    ]  # fmt: skip
    assert own_words("Wat zijn de kosten van de veerboot naar Oeverdam?") == [
        "veerboot", "oeverdam",
    ]  # fmt: skip
    assert not any(map(is_closed, ("veerboot", "daarboot", "oeverdam", "hierarchie")))
    assert all(map(is_period, ("mei", "1999", "2024")))
    assert not any(map(is_period, ("boot", "2100", "20245", "1850")))


@pytest.mark.parametrize("word", ["de", "wie", "naar", "heeft", "daarvoor", "er", "zich", "niet"])
def test_a_closed_word_says_nothing_of_its_own(word: str) -> None:
    assert is_closed(word)


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("wat kost de nieuwe brug bij Oeverdam?",
         [("de nieuwe brug bij Oeverdam", "de nieuwe brug", "de", "brug", "")]),
        ("hoeveel subsidie krijgt de gemeente Elst in 2022 van het Rijk?",
         [("de gemeente Elst", "de gemeente Elst", "de", "gemeente", ""),
          ("het Rijk", "het Rijk", "het", "rijk", "van")]),
        ("wie betaalt de kosten van het oude veer over de rivier",
         [("de kosten van het oude veer over de rivier", "de kosten", "de", "kosten", "")]),
        ("Geldt dat ook voor jongeren uit België?",
         [("jongeren uit België", "jongeren", "", "jongeren", "voor")]),
        ("Wat zegt Jan de Boer?", [("Jan", "Jan", "", "jan", ""),
                                   ("de Boer", "de Boer", "de", "boer", "")]),
        ("kosten de boten?", [("de boten", "de boten", "de", "boten", "")]),
        ("de oude begon", [("de oude", "de oude", "de", "oude", "")]),
        ("de, boot", []),
        ("de 12 boten", []),
        ("in mei", []),
        ("veer over", []),
        ("met de boot van.", [("de boot", "de boot", "de", "boot", "met")]),
        ("het veer van Oeverdam, Elst", [("het veer van Oeverdam", "het veer", "het", "veer", ""),
                                         ("Elst", "Elst", "", "elst", "")]),
    ],
)  # fmt: skip
def test_noun_phrases_are_found_with_what_attaches(
    text: str, phrases: list[tuple[str, str, str, str, str]]
) -> None:
    assert [
        (
            text[each.start : each.end],
            text[each.start : each.core_end],
            each.determiner,
            each.head,
            each.preposition,
        )
        for each in noun_phrases(text)
    ] == phrases
