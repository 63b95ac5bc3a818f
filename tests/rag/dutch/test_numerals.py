"""Dutch numbers in digits and in words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rag.dutch.numerals import digits_value, ordinal_value, plain, word_value

WORDS = {
    "nul": 0, "één": 1, "twee": 2, "drie": 3, "negen": 9, "elf": 11, "twaalf": 12, "negentien": 19,
    "twintig": 20, "dertig": 30, "eenentwintig": 21, "vierentwintig": 24, "negenennegentig": 99,
    "honderd": 100, "honderdeen": 101, "honderdentwee": 102, "tweehonderdvijftig": 250,
    "twaalfhonderd": 1200, "duizend": 1000, "duizendvijf": 1005, "duizendentien": 1010,
    "vijfduizendzeshonderd": 5600, "achttal": 8, "honderdtal": 100, "tiental": 10,
}  # fmt: skip


@pytest.mark.parametrize(("word", "value"), WORDS.items())
def test_a_cardinal_has_its_value(word: str, value: int) -> None:
    assert word_value(word) == value
    assert word_value(word.upper()) == value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("half", Fraction(1, 2)), ("halve", Fraction(1, 2)), ("anderhalf", Fraction(3, 2)),
        ("anderhalve", Fraction(3, 2)), ("tweeënhalf", Fraction(5, 2)),
        ("negenenhalve", Fraction(19, 2)),
    ],
)  # fmt: skip
def test_a_half_has_its_value(word: str, value: Fraction) -> None:
    assert word_value(word) == value


@pytest.mark.parametrize(
    "word",
    ["een", "Een", "huis", "tal", "metaal", "bootduizend", "duizendboot", "boothonderd",
     "honderdboot", "eenenhalf", "tienenhalf"],
)  # fmt: skip
def test_what_is_no_cardinal_has_no_value(word: str) -> None:
    assert word_value(word) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("7", 7), ("2024", 2024), ("1.150", 1150), ("1.150.000", 1_150_000),
        ("0,75", Fraction(3, 4)), ("1.150,5", Fraction(2301, 2)), ("14.30", Fraction(143, 10)),
        ("2.5", Fraction(5, 2)),
    ],
)  # fmt: skip
def test_digits_are_read_as_dutch_writes_them(written: str, value: Fraction | int) -> None:
    assert digits_value(written) == value


@pytest.mark.parametrize("written", ["", "1.1500", "1,2,3", "1.2.3", "a", "12a", "1.", ",5"])
def test_what_is_no_number_has_no_value(written: str) -> None:
    assert digits_value(written) is None


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("eerste", 1), ("tweede", 2), ("derde", 3), ("vierde", 4), ("achtste", 8), ("tiende", 10),
        ("twintigste", 20), ("eenentwintigste", 21), ("honderdste", 100), ("1e", 1), ("2de", 2),
        ("8ste", 8), ("18e", 18), ("Tweede", 2),
    ],
)  # fmt: skip
def test_an_ordinal_has_its_value(word: str, value: int) -> None:
    assert ordinal_value(word) == value


@pytest.mark.parametrize("word", ["drie", "18", "1000e", "drieste", "tweeste", "boot", "einde"])
def test_what_is_no_ordinal_has_no_value(word: str) -> None:
    assert ordinal_value(word) is None


def test_accents_and_case_are_taken_off() -> None:
    assert plain("TweeËnhalf") == "tweeenhalf"
    assert plain("één") == "een"
