"""Lists of question numbers as they are written, and their order."""

from __future__ import annotations

import re

import pytest

from index.documents import Number
from index.segmentation.question_numbers import (
    NUMBERS,
    meant,
    order,
    parse_number,
    parse_numbers,
    skipped,
)


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("4", (4,)), ("4 en 5", (4, 5)), ("2 t/m 6", (2, 3, 4, 5, 6)), ("9-11", (9, 10, 11)),
        ("7, 8, 9 10 en 11", (7, 8, 9, 10, 11)), ("1 tot en met 3", (1, 2, 3)), ("1–2", (1, 2)),
        ("3 t.e.m. 4", (3, 4)), ("2 en 2", (2,)), ("5, 3", (5, 3)), ("1 t/m 3 en 7", (1, 2, 3, 7)),
        ("2a", ("2a",)), ("2 a", ("2a",)), ("2A", ("2a",)), ("2.a", ("2a",)), ("1.1", ("1.1",)),
        ("2a en b", ("2a", "2b")), ("2a, b en c", ("2a", "2b", "2c")), ("3 en 2b", (3, "2b")),
        ("2a t/m 2d", ("2a", "2b", "2c", "2d")), ("2a-c", ("2a", "2b", "2c")),
        ("1.1 tot en met 1.3", ("1.1", "1.2", "1.3")), ("1 t/m 3 5", (1, 2, 3, 5)),
        # Upward, and at most a hundred: else two numbers.
        ("6-4", (6, 4)), ("2c-a", ("2c", "2a")), ("4-4", (4,)),
        ("1 t/m 101", tuple(range(1, 102))), ("1 t/m 102", (1, 102)),
    ],
)  # fmt: skip
def test_a_list_is_read_whole(written: str, numbers: tuple[Number, ...]) -> None:
    found = re.match(NUMBERS, written)
    assert found is not None
    assert found[0] == written
    assert parse_numbers(written) == numbers


@pytest.mark.parametrize("written", ["1.388", "2024", "1.2.3"])
def test_a_figure_is_no_number_of_a_question(written: str) -> None:
    assert re.match(NUMBERS, written) is None
    assert parse_number(written) is None


@pytest.mark.parametrize("after", [" e.v.", " en de rest", " de minister", " d.d. 3"])
def test_what_follows_a_number_is_no_letter_of_it(after: str) -> None:
    found = re.match(NUMBERS, f"4{after}")
    assert found is not None
    assert parse_numbers(found[0]) == (4,)


def test_numbers_are_in_order_stand_for_sub_questions_and_have_a_highest() -> None:
    numbers: list[Number] = [3, "2b", 2, "2a", 10, "1.1"]
    assert sorted(numbers, key=order) == ["1.1", 2, "2a", "2b", 3, 10]
    assert [skipped(None, n) for n in (1, "1a", "1.2", 3)] == [0, 0, 1, 2]
    assert [skipped(2, n) for n in ("2a", 3, "3a", "3b", 4, 2, 1)] == [0, 0, 0, 1, 1, -1, -1]
    assert [skipped("2a", n) for n in ("2b", "2c", 3, 2)] == [0, 1, 0, -1]
    assert meant(2, [1, "2b", "2a", 3]) == ("2a", "2b")
    assert meant(2, [1, 2, "2a"]) == (2,)
    assert meant("2a", [1, 2]) == ()
    assert parse_numbers("3, 4, 5", limit=4) == (3, 4)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("- 4", (4,)), ("-4 5", (4, 5)), ("0, 1", (1,)), ("999 en 1000", (999,)), ("geen", ())],
)
def test_what_is_no_number_is_left_out_of_a_list(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_numbers(text) == numbers


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
