"""Plots as SVG that stands in a page: each with axes, ticks and the names of what they show.

Colours and letters are those of `report.html`. Numbers are written by the caller (`Write`), in the
language of the page; all text is escaped here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from eval.reliability import Bin

Write = Callable[[float], str]

_ROW_HEIGHT = 18
_EDGE = 22  # room beside an axis for half a tick's number


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `ticks[0]` to `ticks[-1]`, drawn from pixel `start` to pixel `end`."""

    ticks: tuple[float, ...]
    start: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of `value`; outside the axis, that of its nearer end."""
        low, high = self.ticks[0], self.ticks[-1]
        inside = min(max(value, low), high)
        return self.start + (self.end - self.start) * (inside - low) / (high - low)


def scale_of(low: float, high: float, start: float, end: float, most: int = 6) -> Scale:
    """A scale that holds `low`..`high`, with at most `most` ticks at round numbers."""
    wide = (high - low) or 1.0
    size = 10 ** floor(log10(wide))
    for step in (size * times for times in (0.1, 0.2, 0.5, 1, 2, 5, 10)):
        first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
        last = max(last, first + 1)
        if last - first < most:
            break
    return Scale(tuple(round(n * step, 10) for n in range(first, last + 1)), start, end)


def row_scale(low: float, high: float) -> Scale:
    """The scale of plots that stand below one another in the cells of a table."""
    return scale_of(low, high, _EDGE, _EDGE + 176)


def row_axis(scale: Scale, name: str, write: Write) -> str:
    """What stands above such plots: the name of the axis, its ticks and their numbers."""
    ticks = "".join(
        f'<text class="axis" x="{scale.at(each):.1f}" y="26" text-anchor="middle">'
        f"{escape(write(each))}</text>"
        f'<line class="tick" x1="{scale.at(each):.1f}" x2="{scale.at(each):.1f}" y1="30" y2="34"/>'
        for each in scale.ticks
    )
    middle = (scale.start + scale.end) / 2
    title = f'<text class="axis" x="{middle}" y="11" text-anchor="middle">{escape(name)}</text>'
    line = f'<line class="tick" x1="{scale.start}" x2="{scale.end}" y1="34" y2="34"/>'
    return _svg(scale.end + _EDGE, 35, name, title + ticks + line)


def interval_row(scale: Scale, low: float, value: float, high: float, said: str) -> str:
    """A value with its interval. `said` is what it shows, for who does not see it."""
    x, y = scale.at(low), _ROW_HEIGHT / 2
    return _row(
        scale,
        said,
        f'<rect class="span" x="{x:.1f}" y="5" width="{max(scale.at(high) - x, 1):.1f}" '
        f'height="8" rx="2"/><circle class="dot" cx="{scale.at(value):.1f}" cy="{y}" r="3.5"/>',
    )


def bar_row(scale: Scale, value: float, said: str) -> str:
    """A bar from the begin of the scale to `value`."""
    width = scale.at(value) - scale.start
    bar = f'<rect class="bar" x="{scale.start}" y="4" width="{width:.1f}" height="10" rx="2"/>'
    return _row(scale, said, bar)


def histogram(values: Sequence[float], names: tuple[str, str], write: Write, bins: int = 24) -> str:
    """How many of `values` (from 0 on) lie where; `names` are those of the axes, x and y."""
    x = scale_of(0, max(values), 52, 532)
    counts = [0] * bins
    for value in values:
        counts[min(int(bins * value / x.ticks[-1]), bins - 1)] += 1
    y = _counts(max(counts), 120, 12)
    wide = (x.end - x.start) / bins
    bars = "".join(
        f'<rect class="bar" x="{x.start + wide * at + 1:.1f}" y="{y.at(count):.1f}" '
        f'width="{wide - 2:.1f}" height="{y.start - y.at(count):.1f}"/>'
        for at, count in enumerate(counts)
        if count
    )
    return _svg(560, 166, f"{names[1]}: {names[0]}", _axes(x, y, names, write, whole) + bars)


def reliability_plot(curve: Sequence[Bin], names: tuple[str, str], write: Write) -> str:
    """Share that came true against stated probability: on the dashed line the two are equal.

    A dot a bin, larger for more cases, with the 95 % interval of the share.
    """
    x, y = scale_of(0, 1, 58, 338), scale_of(0, 1, 292, 12)
    most = max((each.n for each in curve), default=1)
    equal = f'<line class="equal" x1="{x.start}" y1="{y.start}" x2="{x.end}" y2="{y.end}"/>'
    dots = []
    for each in curve:
        at = f"{x.at(each.stated):.1f}"
        said = f"{write(each.stated)} → {write(each.true)} (n = {each.n})"
        dots.append(
            f'<line class="whisker" x1="{at}" x2="{at}" y1="{y.at(each.true_low):.1f}" '
            f'y2="{y.at(each.true_high):.1f}"/><circle class="dot" cx="{at}" '
            f'cy="{y.at(each.true):.1f}" r="{3 + 5 * each.n / most:.1f}">'
            f"<title>{escape(said)}</title></circle>"
        )
    inside = _axes(x, y, names, write, write) + equal + "".join(dots)
    return _svg(366, 340, f"{names[1]}: {names[0]}", inside)


def whole(count: float) -> str:
    """A count on an axis."""
    return f"{count:.0f}"


def count_scale(most: int) -> Scale:
    """The scale of bars in the cells of a table that count things."""
    return _counts(most, _EDGE, _EDGE + 240)


def _counts(most: int, start: float, end: float) -> Scale:
    scale = scale_of(0, max(most, 1), start, end)
    whole = tuple(each for each in scale.ticks if each == round(each))
    return Scale(whole if len(whole) > 1 else (0, 1), start, end)


def _row(scale: Scale, said: str, inside: str) -> str:
    grid = "".join(
        f'<line class="grid" x1="{scale.at(each):.1f}" x2="{scale.at(each):.1f}" y1="0" '
        f'y2="{_ROW_HEIGHT}"/>'
        for each in scale.ticks
    )
    return _svg(scale.end + _EDGE, _ROW_HEIGHT, said, grid + inside)


def _axes(x: Scale, y: Scale, names: tuple[str, str], write_x: Write, write_y: Write) -> str:
    parts = []
    for each in x.ticks:
        at = f"{x.at(each):.1f}"
        parts.append(
            f'<line class="tick" x1="{at}" x2="{at}" y1="{y.start}" y2="{y.start + 4}"/>'
            f'<text class="axis" x="{at}" y="{y.start + 16}" text-anchor="middle">'
            f"{escape(write_x(each))}</text>"
        )
    for each in y.ticks:
        at = f"{y.at(each):.1f}"
        parts.append(
            f'<line class="grid" x1="{x.start}" x2="{x.end}" y1="{at}" y2="{at}"/>'
            f'<text class="axis" x="{x.start - 5}" y="{y.at(each) + 4:.1f}" text-anchor="end">'
            f"{escape(write_y(each))}</text>"
        )
    middle = (y.start + y.end) / 2
    return (
        "".join(parts)
        + f'<line class="tick" x1="{x.start}" x2="{x.end}" y1="{y.start}" y2="{y.start}"/>'
        + f'<line class="tick" x1="{x.start}" x2="{x.start}" y1="{y.start}" y2="{y.end}"/>'
        + f'<text class="axis" x="{(x.start + x.end) / 2}" y="{y.start + 36}" '
        + f'text-anchor="middle">{escape(names[0])}</text>'
        + f'<text class="axis" x="12" y="{middle}" text-anchor="middle" '
        + f'transform="rotate(-90 12 {middle})">{escape(names[1])}</text>'
    )


def _svg(width: float, height: float, said: str, inside: str) -> str:
    return (
        f'<svg width="{width:g}" height="{height:g}" role="img" aria-label="{escape(said)}">'
        f"{inside}</svg>"
    )
