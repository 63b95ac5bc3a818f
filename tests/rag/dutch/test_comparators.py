"""How a figure is limited, and when two limits say the same."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from rag.dutch.comparators import alike, bounds, is_loose, rounds


def first(text: str, figure: str) -> str | None:
    start = text.index(figure)
    return next((name for name, _ in bounds(text, start, start + len(figure))), None)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("niet meer dan 5", "le"), ("niet minder dan 5", "ge"), ("niet eerder dan 5", "after"),
        ("minder dan 5", "lt"), ("lager is dan 5", "lt"), ("onder 5", "lt"), ("meer dan 5", "gt"),
        ("boven de 5", "gt"), ("ten hoogste 5", "le"), ("maximaal 5", "le"),
        ("ten minste 5", "ge"), ("minimaal 5", "ge"), ("tot en met 5", "le"), ("t/m 5", "le"),
        ("uiterlijk op 5", "by"), ("vóór 5", "by"), ("vanaf 5", "ge"), ("sinds 5", "ge"),
        ("verlaagd tot 5", "to"), ("tot 5", "up"), ("tussen 3 jaar en 5", "up"), ("naar 5", "to"),
        ("ruim 5", "gt"), ("bijna 5", "lt"), ("circa 5", "about"), ("ongeveer 5", "about"),
        ("5 of meer", "ge"), ("5 jaar of ouder", "ge"), ("5 of minder", "le"),
        ("precies 5", None), ("de 5", None), ("meer dan de 5", None),
    ],
)  # fmt: skip
def test_a_limit_is_known_by_its_words(text: str, bound: str | None) -> None:
    assert first(text, "5") == bound


def test_a_limit_is_near_its_figure_and_words_that_round_may_be_dropped() -> None:
    assert first("ten minste " + "x" * 40 + " 5", "5") is None
    assert [written for _, written in bounds("hooguit 5 of meer", 8, 9)] == [" of meer", "hooguit "]
    assert all(is_loose(f"{word} ") for word in ("ruim", "Bijna", "krap", "kleine"))
    assert not is_loose("minder dan ")
    assert alike(None, "gt", dated=False, loose=True)
    assert not alike("lt", "gt", dated=False, loose=True)


@pytest.mark.parametrize(
    ("bound", "value", "exact", "holds"),
    [
        ("gt", 30, Fraction("31.2"), True), ("gt", 30, 33, True), ("gt", 30, Fraction("33.1"), False),
        ("gt", 30, Fraction("29.9"), False), ("lt", Fraction(1, 2), Fraction(48, 100), True),
        ("lt", 50, 45, True), ("lt", 50, 44, False), ("lt", 50, Fraction("50.1"), False),
        ("about", Fraction(1, 3), Fraction(34, 100), True), ("about", 100, 95, True),
        ("about", 100, 94, False), ("about", 100, 105, True), ("about", 100, 106, False),
        ("about", 101, 100, False), (None, 30, 31, False), ("le", 30, 31, False),
        ("gt", 30, 30, False), ("gt", 30, 0, False), ("gt", 31, 32, False), ("gt", 30, 31, True),
    ],
)  # fmt: skip
def test_a_limited_value_rounds_what_is_near_and_less_round(
    bound: str | None, value: Fraction | int, exact: Fraction | int, *, holds: bool
) -> None:
    assert rounds(bound, Fraction(value), Fraction(exact)) is holds


BOUNDS = (None, "lt", "le", "ge", "gt", "up", "to", "by", "after", "about")
# source -> the bounds that a claim may have then.
KEPT = {
    None: {None, "up", "about"},
    **{key: {None, "to", "up", "about"} for key in ("about", "to")},
    "le": {"le", "up"},
    "up": {"le", "up", "to"},
    **{bound: {bound} for bound in ("lt", "gt", "ge", "by", "after")},
}
DATED = {
    **{key: {"by", "lt", "up"} for key in ("by", "lt")},
    **{key: {"after", "gt", "ge"} for key in ("after", "gt")},
    None: {None, "le", "ge", "up", "about"},
    "about": {None, "le", "ge", "up", "to", "about"},
    "to": {None, "le", "ge", "up", "to", "about"},
    **{key: {None, "le", "up", "to", "about", "by", "lt"} for key in ("le", "up")},
    "ge": {None, "ge", "to", "about", "after", "gt"},
}


def test_a_claim_keeps_the_limit_of_its_source() -> None:
    for given, stated in product(BOUNDS, BOUNDS):
        where = (given, stated)
        assert alike(given, stated, dated=False, loose=False) is (given in KEPT[stated]), where
        assert alike(given, stated, dated=True, loose=False) is (given in DATED[stated]), where
