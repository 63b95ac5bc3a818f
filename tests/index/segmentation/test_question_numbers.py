"""Lists of question numbers as officials write them."""

from __future__ import annotations

import re

import pytest

from index.segmentation.question_numbers import NUMBERS, parse_numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("4", (4,)), ("4 en 5", (4, 5)), ("2 t/m 6", (2, 3, 4, 5, 6)), ("9-11", (9, 10, 11)),
        ("7, 8, 9 10 en 11", (7, 8, 9, 10, 11)), ("1 tot en met 3", (1, 2, 3)),
        ("1–2", (1, 2)), ("3 t.e.m. 4", (3, 4)), ("2 en 2", (2,)), ("5, 3", (5, 3)),
        ("1 t/m 3 en 7", (1, 2, 3, 7)), ("1 t/m 3 5", (1, 2, 3, 5)),
        # Upward, and at most a hundred: else two numbers.
        ("6 t/m 2", (6, 2)), ("4-4", (4,)), ("1 t/m 101", tuple(range(1, 102))),
        ("1 t/m 102", (1, 102)), ("- 4", (4,)), ("-4 5", (4, 5)),
        ("0, 1", (1,)), ("999 en 1000", (999,)), ("geen", ()),
    ],
)  # fmt: skip
def test_a_list_is_read_with_its_ranges_written_out(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_numbers(text) == numbers


def test_the_highest_number_may_be_set() -> None:
    assert parse_numbers("3, 4, 5", limit=4) == (3, 4)


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("4 en 5 zijn", "4 en 5"), ("2 t/m 6.", "2 t/m 6"), ("3 en vraag 5", "3 en vraag 5"),
        ("7, alsmede 8", "7, alsmede 8"), ("4\n12 boten", "4"), ("4 en\n5", "4 en\n5"),
    ],
)  # fmt: skip
def test_a_list_is_found_in_running_text(text: str, listed: str) -> None:
    match = re.match(NUMBERS, text)
    assert match
    assert match[0] == listed
