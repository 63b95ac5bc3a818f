"""Dates and periods in Dutch text, and when one says as much as another."""

from __future__ import annotations

import pytest

from rag.dutch.dates import Date, dates

MONTHS = (
    "januari februari maart april mei juni juli augustus september oktober november december"
).split()


def found(text: str) -> list[tuple[str, Date]]:
    return [(text[start:end], date) for start, end, date in sorted(dates(text), key=lambda d: d[0])]


def one(text: str) -> Date:
    [(_, date)] = found(text)
    return date


def covered(part: str) -> list[int]:
    """The months of a part of a year."""
    return [n for n in range(1, 13) if Date(2025, part=part).within(Date(2025, n))]


@pytest.mark.parametrize(("number", "month"), list(enumerate(MONTHS, start=1)))
def test_every_month_is_known_whole_and_by_three_letters(number: int, month: str) -> None:
    assert one(f"in {month}") == Date(month=number)
    assert one(f"op 3 {month} 2024") == Date(2024, number, 3)
    assert one(f"{month[:3]} 2024") == Date(2024, number)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("febr. 2020", Date(2020, 2)),
        ("3 mrt.", Date(None, 3, 3)),
        ("sept 2020", Date(2020, 9)),
        ("2024-03-05", Date(2024, 3, 5)),
        ("3/4/2024", Date(2024, 4, 3)),
        ("12.10.2024", Date(2024, 10, 12)),
        ("31-12-2024", Date(2024, 12, 31)),
        ("01-01-2024", Date(2024, 1, 1)),
        ("2025/26", Date(2025, last=2026)),
        ("2025-2026", Date(2025, last=2026)),
        ("2020-69", Date(2020, last=2069)),
        ("1999/00", Date(1999)),
        ("in 1950", Date(1950)),
        ("eind 2025", Date(2025, part="eind")),
        ("einde 2025", Date(2025, part="eind")),
        ("begin mei", Date(None, 5, part="begin")),
        ("medio 2024", Date(2024, part="midden")),
        ("najaar van het jaar 2026", Date(2026, part="herfst")),
        ("voorjaar 2026", Date(2026, part="lente")),
        ("tweede kwartaal van 2025", Date(2025, part="Q2")),
        ("derde kwartaal", Date(part="Q3")),
        ("vierde kwartaal", Date(part="Q4")),
        ("3e kwartaal 2025", Date(2025, part="Q3")),
        ("laatste kwartaal van 2025", Date(2025, part="Q4")),
        ("q3 van 2027", Date(2027, part="Q3")),
        ("eerste 6 maanden", Date(part="H1")),
        ("eerste zes maanden van 2024", Date(2024, part="H1")),
        ("laatste 6 maanden van 2024", Date(2024, part="H2")),
        ("laatste drie maanden van 2023", Date(2023, part="Q4")),
        ("eerste 3 maanden van 2023", Date(2023, part="Q1")),
        ("januari tot en met maart 2025", Date(2025, part="Q1")),
        ("april t/m juni", Date(part="Q2")),
        ("juli t/m september", Date(part="Q3")),
        ("oktober t/m december", Date(part="Q4")),
        ("tussen januari en juni", Date(part="H1")),
        ("tussen juli en december", Date(part="H2")),
        ("tweede helft van 2024", Date(2024, part="H2")),
        ("eerste helft van 2024", Date(2024, part="H1")),
        ("tweede half jaar", Date(part="H2")),
    ],
)
def test_a_date_is_read_in_every_form(text: str, date: Date) -> None:
    assert found(text)[0][1] == date


@pytest.mark.parametrize(
    "text",
    ["2024 euro", "1950 miljoen", "x2024", "Robert-Jan", "eind volgend jaar", "8 boten", "2.024"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["40-6-2025", "2024-13-05", "10-13-2024", "0-5-2024"])
def test_a_day_that_does_not_exist_is_no_date(text: str) -> None:
    assert all(date.month is None and date.day is None for _, date in found(text))


def test_longer_forms_go_first_and_periods_run_forward() -> None:
    text = "Op 10 juni 2025, in mei en in 2024."
    assert [written for written, _ in found(text)] == ["10 juni 2025", "mei", "2024"]
    for text, years in (("2025-2024", [2025, 2024]), ("2020-2070", [2020, 2070])):
        assert [date for _, date in found(text)] == [Date(year) for year in years]
    text = "van het eerste naar het vierde kwartaal"
    assert found(text) == [("eerste", Date(part="Q1")), ("vierde kwartaal", Date(part="Q4"))]
    assert covered("winter") == [1, 2, 3, 12]


END, MAY = Date(2025, part="eind"), Date(None, 5)
BEGIN_MAY, MID_MAY, END_MAY = (Date(None, 5, part=part) for part in ("begin", "midden", "eind"))
WITHIN = [
    (Date(2025), Date(2025, 6, 10), True),
    (Date(2025, 6), Date(2025, 6, 10), True),
    (Date(2025, 6, 10), Date(2025, 6), False),
    (Date(2025, 6, 10), Date(2025, 6, 10), True),
    (Date(2025, 6, 9), Date(2025, 6, 10), False),
    (Date(2024), Date(2025), False),
    (Date(None, 6), Date(2025, 6), True),
    (MAY, Date(2025, 6), False),
    (Date(2025), Date(None, 6), False),
    (Date(2025), Date(2025, last=2026), True),
    (Date(2026), Date(2025, last=2026), True),
    (Date(2027), Date(2025, last=2026), False),
    (Date(2025, last=2026), Date(2025, last=2026), True),
    (Date(2024, last=2026), Date(2025, last=2026), True),
    (Date(2025, last=2026), Date(2025), False),
    (END, Date(2025, 11), True),
    (END, Date(2025, 9), False),
    (END, Date(2025, part="Q4"), True),
    (END, Date(2025, part="Q3"), False),
    (Date(2025, part="H1"), Date(2025, part="Q2"), True),
    (Date(2025, part="H1"), Date(2025, 6, 3), True),
    (Date(2025, part="Q1"), Date(2025), False),
    (Date(2025, part="H2"), Date(2025, 6), False),
    (Date(2025, part="H2"), Date(2025, 7), True),
    (BEGIN_MAY, Date(None, 5, 1), True),
    (BEGIN_MAY, Date(None, 5, 10), True),
    (BEGIN_MAY, Date(None, 5, 11), False),
    (MID_MAY, Date(None, 5, 11), True),
    (MID_MAY, Date(None, 5, 20), True),
    (END_MAY, Date(None, 5, 21), True),
    (END_MAY, Date(None, 5, 31), True),
    (END_MAY, Date(None, 5, 20), False),
    (BEGIN_MAY, MAY, False),
    (Date(None, 5, part="lente"), Date(None, 5, 3), False),
    (Date(None, 4, part="eind"), Date(None, 5, 31), False),
]


@pytest.mark.parametrize(("claim", "source", "holds"), WITHIN)
def test_a_date_stands_within_one_that_says_at_least_as_much(
    claim: Date, source: Date, *, holds: bool
) -> None:
    assert claim.within(source) is holds


@pytest.mark.parametrize(
    ("part", "months"),
    [
        ("eind", (10, 12)), ("begin", (1, 3)), ("midden", (5, 8)), ("lente", (3, 6)),
        ("zomer", (6, 9)), ("herfst", (9, 12)), ("Q1", (1, 3)), ("Q2", (4, 6)), ("Q3", (7, 9)),
        ("Q4", (10, 12)), ("H1", (1, 6)), ("H2", (7, 12)),
    ],
)  # fmt: skip
def test_a_part_of_a_year_covers_its_months(part: str, months: tuple[int, int]) -> None:
    assert covered(part) == list(range(months[0], months[1] + 1))
