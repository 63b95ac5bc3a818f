"""Plots: axes that hold what they show, with ticks, numbers and names."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.plots import (
    bar_row,
    count_scale,
    histogram,
    interval_row,
    reliability_plot,
    row_axis,
    row_scale,
    scale_of,
    whole,
)
from eval.reliability import reliability


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(svg).iter("text")]  # noqa: S314


@given(st.floats(-10, 10), st.floats(0.001, 10))
def test_a_scale_holds_its_values_at_even_round_ticks(low, wide):
    scale = scale_of(low, low + wide, 0, 100)
    ticks = scale.ticks
    step = ticks[1] - ticks[0]
    assert 2 <= len(ticks) <= 7
    assert ticks[0] <= low + step * 1e-6
    assert ticks[-1] >= low + wide - step * 1e-6
    assert re.match(r"[125]\.?0*e", f"{step:.6e}")
    assert scale.at(ticks[0]) == 0
    assert scale.at(ticks[-1]) == pytest.approx(100)


def test_an_axis_has_a_name_numbers_whole_ticks_of_counts_and_an_end():
    scale = scale_of(0, 1, 10, 20)
    assert (scale.at(-5), scale.at(0.5), scale.at(5)) == (10, 15, 20)
    assert count_scale(1).ticks == (0, 1)
    assert count_scale(0).ticks == (0, 1)
    assert all(each == round(each) for each in count_scale(2).ticks)
    shown = texts(row_axis(row_scale(0, 1), "aandeel <1>", lambda value: f"{value:.1f}"))
    assert shown == ["aandeel <1>", "0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]


def test_bars_and_intervals_stand_where_their_values_are():
    scale = row_scale(0, 1)
    drawn = interval_row(scale, 0.2, 0.5, 0.8, "half & half")
    svg = ElementTree.fromstring(drawn)  # noqa: S314
    [span], [dot] = svg.findall("rect"), svg.findall("circle")
    assert float(span.attrib["x"]) == pytest.approx(scale.at(0.2), abs=0.1)
    assert float(span.attrib["width"]) == pytest.approx(scale.at(0.8) - scale.at(0.2), abs=0.1)
    assert float(dot.attrib["cx"]) == pytest.approx(scale.at(0.5), abs=0.1)
    assert svg.attrib["aria-label"] == "half & half"
    scale = count_scale(10)
    lengths = [
        float(ElementTree.fromstring(bar_row(scale, n, "")).find("rect").attrib["width"])  # type: ignore[union-attr]  # noqa: S314
        for n in (5, 10)
    ]
    assert lengths[1] == pytest.approx(2 * lengths[0])


def test_a_histogram_has_both_axes_and_counts_every_value():
    svg = histogram([0.1, 0.1, 0.9, 2.0], ("tijd", "vragen"), whole)
    assert {"tijd", "vragen", "0", "1", "2"} <= set(texts(svg))
    assert svg.count('class="bar"') == 3


def test_a_reliability_plot_has_both_axes_the_line_of_truth_and_a_dot_a_bin():
    curve = reliability([0.1, 0.1, 0.9], [False, True, True])
    svg = reliability_plot(curve, ("kans", "deel"), lambda share: f"{share:.1f}")
    assert {"kans", "deel", "0.0", "1.0"} <= set(texts(svg))
    assert svg.count("<circle") == svg.count('class="whisker"') == 2
    assert svg.count('class="equal"') == 1
    # Higher is more: the bin of which all came true stands above the one of half.
    low, high = (float(each) for each in re.findall(r'cy="([\d.]+)"', svg))
    assert high < low
