"""Which numbers and dates a text holds, and which of an answer its source does not hold."""

from __future__ import annotations

import pytest

from eval.quantities import altered, figures


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("23.500 mensen", {"23500"}),
        ("1 750 bussen", {"1750"}),
        ("€ 4,6 miljoen", {"4600000"}),
        ("€ 5,50 per uur", {"5.5"}),
        ("1,2 mld.", {"1200000000"}),
        ("30% en 12,5 procent", {"30%", "12.5%"}),
        ("2 tot 3 miljoen", {"2000000", "3000000"}),
        ("30-40 procent", {"30%", "40%"}),
        ("vierentwintig", {"24"}),
        ("tweeëndertig procent", {"32%"}),
        ("twaalfhonderd", {"1200"}),
        ("honderdvijf", {"105"}),
        ("honderdenvijf", {"105"}),
        ("drieduizend vijftig", {"3000", "50"}),
        ("drieduizendvijftig", {"3050"}),
        ("duizend", {"1000"}),
        ("nul", {"0"}),
        ("anderhalf miljoen", {"1500000"}),
        ("een miljoen", {"1000000"}),
        ("één bus en een boot", {"1"}),
        ("18 oktober 2024", {"18/10", "2024"}),
        ("18-10-2024", {"18/10", "2024"}),
        ("2024-10-18", {"18/10", "2024"}),
        ("18 en 19 oktober", {"18/10", "19/10"}),
        ("in oktober 2024", {"m10", "2024"}),
        ("vergaderjaar 2024-2025", {"2024", "2025"}),
        ("de F-16 en de A12", {"f16", "a12"}),
        ("10km verderop", {"10"}),
        ("Nee, dat is niet zo.", set()),
    ],
)
def test_figures_are_read_in_one_notation(text, values):
    assert {figure.value for figure in figures(text)} == values


@pytest.mark.parametrize(
    ("answer", "source"),
    [
        ("24 bussen", "Er rijden vierentwintig bussen."),
        ("4.600.000 euro", "Dat kost 4,6 miljoen euro."),
        ("4,6 mln euro", "Dat kost 4.600.000 euro."),
        ("1 750 bussen", "1  750 bussen"),
        ("1 750 bussen", "1\n750 bussen"),
        ("32%", "tweeëndertig procent"),
        ("1.750", "1750 bussen"),
        ("30 procent", "30 tot 40 procent"),
        ("3 miljoen", "2 tot 3 miljoen"),
        ("op 18-10-2024", "op 18 oktober 2024"),
        ("op 18 oktober", "op 18 oktober 2024"),
        ("in oktober 2024", "op 18 oktober 2024"),
        ("in 2024", "op 18 oktober 2024"),
        ("in 2022", "(ultimo 2022.3)"),
        ("23.500 euro", "Dat is 23.5003 euro per uur"),
        ("1 gemeente", "een gemeente"),
        ("het F16-programma", "de F16-programma"),
        ("F16", "de F-16"),
        ("Nee.", ""),
    ],
)
def test_a_figure_that_the_source_writes_otherwise_is_not_altered(answer, source):
    assert altered(answer, source) == ()


@pytest.mark.parametrize(
    ("answer", "source", "found"),
    [
        ("1.570 bussen", "1.750 bussen", ("1.570",)),
        ("4,6 miljard euro", "4,6 miljoen euro", ("4,6 miljard",)),
        ("46 procent", "4,6 procent", ("46 procent",)),
        ("30% van de bussen", "30 van de bussen", ("30%",)),
        ("vijfentwintig", "vierentwintig", ("vijfentwintig",)),
        ("op 8 oktober", "op 18 oktober", ("8 oktober",)),
        ("op 18 november", "op 18 oktober", ("18 november",)),
        ("op 18 oktober 2025", "op 18 oktober 2024", ("2025",)),
        ("de F-35", "de F-16", ("F-35",)),
        ("10 van de 20", "10 van de 30", ("20",)),
        ("10 bussen", "", ("10",)),
    ],
)
def test_a_figure_that_the_source_lacks_is_altered(answer, source, found):
    assert altered(answer, source) == found
