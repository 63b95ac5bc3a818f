"""Figures of a sentence: what they say, how they are limited, and when two say the same."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from rag.dutch.dates import Date
from rag.dutch.quantities import Figure, bounded_alike, carries, figures


def read(text: str) -> list[tuple[str, str, Any, str | None, str | None]]:
    return [
        (text[each.start : each.end], each.kind, each.value, each.unit, each.bound)
        for each in figures(text)
    ]


def one(text: str) -> Figure:
    [figure] = figures(text)
    return figure


@pytest.mark.parametrize(
    ("text", "written", "kind", "value", "unit"),
    [
        ("Er zijn 1.150 boten", "1.150", "number", 1150, None),
        ("€ 12 miljoen", None, "number", 12_000_000, "euro"),
        ("euro 5", None, "number", 5, "euro"),
        ("3 mln euro", None, "number", 3_000_000, "euro"),
        ("4 miljard", None, "number", 4 * 10**9, None),
        ("2 mld euro", None, "number", 2 * 10**9, "euro"),
        ("5 duizend", None, "number", 5000, None),
        ("3 honderd", None, "number", 300, None),
        ("2 biljoen", None, "number", 2 * 10**12, None),
        ("30%", None, "share", Fraction(3, 10), None),
        ("30 procent", None, "share", Fraction(3, 10), None),
        ("3 procentpunt", None, "number", 3, "procentpunt"),
        ("12 jaar", None, "number", 12, "jaar"),
        ("6 maanden", None, "number", 6, "maand"),
        ("2 weken", None, "number", 2, "week"),
        ("3 dagen", None, "number", 3, "dag"),
        ("48 uur", None, "number", 48, "uur"),
        ("10 minuten", None, "number", 10, "minuut"),
        ("5 kilometer", None, "number", 5, "km"),
        ("5 hectare", None, "number", 5, "ha"),
        ("1,5km", None, "number", Fraction(3, 2), "km"),
        ("10ha", None, "number", 10, "ha"),
        ("20m2", None, "number", 20, "m2"),
        ("20 vierkante meter", None, "number", 20, "m2"),
        ("48uur", None, "number", 48, "uur"),
        ("3mln", None, "number", 3_000_000, None),
        ("€3mln", None, "number", 3_000_000, "euro"),
        ("2 mln. euro", None, "number", 2_000_000, "euro"),
        ("een derde", None, "share", Fraction(1, 3), None),
        ("twee vijfde", None, "share", Fraction(2, 5), None),
        ("3 op de 10", None, "share", Fraction(3, 10), None),
        ("één op de drie", None, "share", Fraction(1, 3), None),
        ("een op iedere vier", None, "share", Fraction(1, 4), None),
        ("de helft", None, "share", Fraction(1, 2), None),
        ("een kwart", None, "share", Fraction(1, 4), None),
        ("driekwart", None, "share", Fraction(3, 4), None),
        ("driemaal", None, "number", 3, None),
        ("3 keer", "3", "number", 3, None),
        ("4x zoveel", "4x", "number", 4, None),
        ("om 9:15", "9:15", "time", 555, None),
        ("om 14.30 uur", "14.30 uur", "time", 870, None),
        ("14.30 euro", None, "number", Fraction(143, 10), "euro"),
        ("de tweede boot", "tweede", "ordinal", 2, None),
        ("de 60e verjaardag", "60e verjaardag", "number", 60, "jaar"),
        ("vanaf hun 60e jaar", "60e jaar", "number", 60, "jaar"),
        ("een halfuur", "halfuur", "number", Fraction(1, 2), "uur"),
        ("anderhalf uur", None, "number", Fraction(3, 2), "uur"),
        ("een halve ton", "halve ton", "number", Fraction(1, 2), "ton"),
        ("niet ouder dan een jaar", "een jaar", "number", 1, "jaar"),
        ("binnen een week", "een week", "number", 1, "week"),
        ("acht boten", "acht", "number", 8, None),
        ("op 10 juni 2025", "10 juni 2025", "date", Date(2025, 6, 10), None),
        ("1. Er zijn 3 dingen [4]", "3", "number", 3, None),
        ("a) in 3 delen", "3", "number", 3, None),
    ],
)
def test_a_figure_is_read_with_its_unit(
    text: str, written: str | None, kind: str, value: Any, unit: str | None
) -> None:
    assert [each[:4] for each in read(text)] == [(written or text, kind, value, unit)]


@pytest.mark.parametrize(
    "text",
    ["Acht ik dit wenselijk?", "een half plan", "de Tweede Kamer", "een boot", "drie op de bank",
     "nul op de nul", "[12]", "binnen een jaar eerder", "Er is een Kamer"],
)  # fmt: skip
def test_what_is_no_figure_is_none(text: str) -> None:
    assert [each for each in read(text) if each[0] not in ("drie", "nul")] == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("van 2,3 naar 1,6 miljoen euro", [(2_300_000, "euro"), (1_600_000, "euro")]),
        ("tussen 3 en 5 km", [(3, "km"), (5, "km")]),
        ("tussen 1,5 en 4%", [(Fraction(3, 200), None), (Fraction(1, 25), None)]),
        ("1 tot 2 tot 3 euro", [(1, "euro"), (2, "euro"), (3, "euro")]),
        ("3 dagen en 5 euro", [(3, "dag"), (5, "euro")]),
        ("3 boten en 5 euro", [(3, None), (5, "euro")]),
        ("3 miljoen en 5 euro", [(3_000_000, None), (5, "euro")]),
        ("3 en 5", [(3, None), (5, None)]),
        ("3 en 10 juni 2025", [(3, None), (Date(2025, 6, 10), None)]),
    ],
)
def test_the_first_of_two_shares_scale_and_unit_of_the_second(
    text: str, values: list[tuple[Any, str | None]]
) -> None:
    assert [(each.value, each.unit) for each in figures(text)] == values


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("ten minste 5 euro", "ge"), ("hooguit 3 dagen", "le"), ("onder 12%", "lt"),
        ("onder twee voorwaarden", None), ("onder 12 boten", None), ("onder 13 boten", "lt"),
        ("voor 1 mei 2025", "by"), ("voor 2025", None), ("12 jaar of ouder", "ge"),
        ("minder dan 5", "lt"), ("uiterlijk 5", None), ("niet eerder dan 5", None),
        ("meer dan de tweede", None), ("niet eerder dan 2025", "after"),
    ],
)  # fmt: skip
def test_a_limit_must_fit_its_figure(text: str, bound: str | None) -> None:
    assert one(text).bound == bound


def test_a_word_that_only_rounds_makes_it_loose() -> None:
    assert one("ruim 30 boten").loose
    assert not one("meer dan 30 boten").loose
    assert not one("30 boten").loose


CARRIED = [
    ("30 euro", "30 euro", True),
    ("30 euro", "31 euro", False),
    ("30", "30 euro", True),
    ("30 euro", "30", False),
    ("30", "30 dagen", False),
    ("12 euro", "12 ton", False),
    ("30%", "30 procent", True),
    ("30%", "30", False),
    ("5%", "5 procentpunt", False),
    ("een derde", "een kwart", False),
    ("1.150 ton", "1,150 ton", False),
    ("een half jaar", "6 maanden", True),
    ("6 maanden", "een half jaar", True),
    ("14 dagen", "2 weken", True),
    ("14 dagen", "3 weken", False),
    ("48 uur", "2 dagen", True),
    ("12 maanden", "365 dagen", False),
    ("1 week", "1 maand", False),
    ("ruim 30 euro", "31,2 euro", True),
    ("ruim 30 euro", "ten minste 31,2 euro", False),
    ("30 euro", "31,2 euro", False),
    ("ruim 30 km", "29 km", False),
    ("bijna de helft", "48%", True),
    ("bijna de helft", "53%", False),
    ("juni 2025", "10 juni 2025", True),
    ("10 juni 2025", "juni 2025", False),
    ("2025", "2026", False),
    ("2025/26", "2024/25", False),
    ("in 2025", "2025 boten", True),
    ("10 juni 2025", "10 boten", False),
    ("10 boten", "10 juni 2025", False),
    ("14.30 uur", "15.30 uur", False),
    ("de tweede", "2", False),
]


@pytest.mark.parametrize(("claim", "source", "holds"), CARRIED)
def test_a_source_says_what_a_claim_says(claim: str, source: str, *, holds: bool) -> None:
    # "een half jaar" is read as a half and its unit.
    assert carries(figures(claim)[-1], figures(source)[-1]) is holds


@pytest.mark.parametrize(
    ("claim", "source", "holds"),
    [
        ("ten minste 5 euro", "ten minste 5 euro", True), ("5 euro", "ten minste 5 euro", False),
        ("minder dan 5 euro", "5 euro", False), ("ruim 30 euro", "31,2 euro", True),
        ("de tweede", "de tweede", True), ("30 euro", "ruim 30 euro", True),
        ("30 euro", "meer dan 30 euro", False), ("voor 1 mei 2025", "vóór 1 mei 2025", True),
        ("1 mei 2025", "voor 1 mei 2025", False),
    ],
)  # fmt: skip
def test_a_claim_keeps_the_limits_of_its_source(claim: str, source: str, *, holds: bool) -> None:
    assert bounded_alike(one(claim), one(source)) is holds
