"""A comparison of two runs as people read it: Markdown for a terminal, HTML with a plot."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from eval.compare import Changed, Comparison, Differing, Moved
from eval.metrics import METRICS
from eval.plots import interval_row, row_axis, row_scale
from eval.runs import write_atomically
from eval.wording import (
    LABELS,
    answer_text,
    direction,
    items,
    markdown_text,
    number,
    p_text,
    page,
    quote,
    short,
    signed,
    signed_interval,
    value_text,
)

_KNOWN = {metric.name: metric for metric in METRICS}
_HASH = 12  # characters of a digest that are shown
_PARTS = {"git": "git", "gold": "gold_part", "documents": "document"}


def write_comparison(comparison: Comparison, path: Path, language: str = "nl") -> None:
    """Write a comparison as a self-contained HTML page."""
    write_atomically(path, comparison_html(comparison, language))


def comparison_html(comparison: Comparison, language: str = "nl") -> str:
    """A comparison as a self-contained HTML page: what differs, the scores with a plot of their
    differences, and the changed questions with both answers."""
    say = LABELS[language]
    body = [
        f"<h1>{say['comparison']}</h1>",
        f'<p class="soft">{comparison.n} {say["questions"]}</p>',
        f"<h2>{say['differs']}</h2>",
        _differing_html(comparison, language),
        *(f"<p>{escape(line)}</p>" for line in _remarks(comparison, say, language)),
        f"<h2>{say['metrics']}</h2>",
        _metrics_html(comparison, language),
    ]
    for name, changed in (("worse", comparison.worse), ("better", comparison.better)):
        body.append(f"<h2>{say[name]} ({len(changed)})</h2>")
        body += [_side_by_side(each, language) for each in changed]
    return page(say["comparison"], body, language)


def comparison_markdown(comparison: Comparison, language: str = "nl") -> str:
    """A comparison as Markdown: what differs, the scores, and every changed question with the
    metric that decided, before and after, and both answers cut short."""
    say = LABELS[language]
    lines = [f"## {say['comparison']}", "", f"{comparison.n} {say['questions']}", ""]
    lines += [f"### {say['differs']}", ""]
    for each in comparison.differing:
        sides = (markdown_text(_side(side)) for side in (each.base, each.new))
        lines.append(f"- {markdown_text(_named(each, say))}: {' → '.join(sides)}")
    if not comparison.differing:
        lines.append(say["nothing_differs"])
    lines += ["", *_remarks(comparison, say, language), "", f"### {say['metrics']}", ""]
    lines += _table("metric", "base", "new", "difference", "interval", "p", say=say)
    for metric, found in comparison.differences.items():
        cells = (
            getattr(metric, language),
            value_text(metric.name, found.base, language),
            value_text(metric.name, found.new, language),
            signed(metric.name, found.value, language),
            signed_interval(metric.name, found, language),
            p_text(found.p, language),
        )
        lines.append("| " + " | ".join(cells) + " |")
    for name, base, new in _lengths(comparison, language):
        lines.append(f"| {name} | {base} | {new} | | | |")
    for name, changed in (("worse", comparison.worse), ("better", comparison.better)):
        lines += ["", f"### {say[name]} ({len(changed)})", ""]
        if changed:
            heads = ("question_number", "metric", "base", "new", "answer_base", "answer_new")
            lines += _table(*heads, say=say)
        for one in changed:
            moved = _moved(one.moved[0], language)
            answers = [markdown_text(short(answer_text(row, say))) for row in (one.base, one.new)]
            asked = f"{markdown_text(one.base['id'])}: {markdown_text(one.base['question'])}"
            lines.append("| " + " | ".join([asked, *moved, *answers]) + " |")
    return "\n".join(lines) + "\n"


def _table(*names: str, say: Mapping[str, str]) -> list[str]:
    align = [" --- " if name in _TEXT else " ---: " for name in names]
    return ["| " + " | ".join(say[name] for name in names) + " |", "|" + "|".join(align) + "|"]


_TEXT = ("metric", "question_number", "answer_base", "answer_new")


def _differing_html(comparison: Comparison, language: str) -> str:
    say = LABELS[language]
    if not comparison.differing:
        return f"<p>{say['nothing_differs']}</p>"
    rows = "".join(
        f"<tr><td>{escape(_named(each, say))}</td><td><code>{escape(_side(each.base))}</code></td>"
        f"<td><code>{escape(_side(each.new))}</code></td></tr>"
        for each in comparison.differing
    )
    return (
        f'<div class="wide"><table><thead><tr><th></th><th>{say["base"]}</th>'
        f"<th>{say['new']}</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _metrics_html(comparison: Comparison, language: str) -> str:
    say = LABELS[language]
    ends = [
        end
        for metric, each in comparison.differences.items()
        if metric.name != "crag"
        for end in (each.low, each.high, each.value)
        if end is not None
    ]
    scale = row_scale(min([*ends, -0.05]), max([*ends, 0.05]))
    axis = row_axis(
        scale, f"{say['difference_axis']} (pp)", lambda value: number(100 * value, 0, language)
    )
    rows = ""
    for metric, each in comparison.differences.items():
        told = signed(metric.name, each.value, language)
        within = signed_interval(metric.name, each, language)
        plot = ""
        # CRAG's runs from -1 to 1 and has no percentage points.
        if metric.name != "crag" and not (each.low is None or each.high is None):
            plot = interval_row(scale, each.low, each.value or 0.0, each.high, f"{told} ({within})")
        rows += (
            f"<tr><td>{escape(getattr(metric, language))}</td>"
            f'<td class="n">{value_text(metric.name, each.base, language)}</td>'
            f'<td class="n">{value_text(metric.name, each.new, language)}</td>'
            f'<td class="n {direction(each.value)}">{told}</td><td class="n">{within}</td>'
            f'<td class="n">{p_text(each.p, language)}</td><td>{plot}</td></tr>'
        )
    for name, base, new in _lengths(comparison, language):
        rows += (
            f'<tr><td>{name}</td><td class="n">{base}</td><td class="n">{new}</td>'
            '<td colspan="4"></td></tr>'
        )
    heads = "".join(
        f'<th class="n">{say[name]}</th>' for name in ("base", "new", "difference", "interval", "p")
    )
    return (
        f'<div class="wide"><table><thead><tr><th>{say["metric"]}</th>{heads}<th>{axis}</th></tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
    )


def _lengths(comparison: Comparison, language: str) -> list[tuple[str, str, str]]:
    """(name, base, new) of the medians in words, where a run has them."""
    say = LABELS[language]
    found = []
    for name, sides in comparison.words.items():
        if sides != (None, None):
            base, new = ("–" if side is None else number(side, 0, language) for side in sides)
            label = say["whole_answer" if name == "answer" else name]
            found.append((f"{say['words']}: {label}", base, new))
    return found


def _side_by_side(changed: Changed, language: str) -> str:
    say = LABELS[language]
    sides = []
    for name, row in (("base", changed.base), ("new", changed.new)):
        cause = f" ({say[row['cause']]})" if row["cause"] else ""
        cited = items(say["cited"], row["citations"]) if row["citations"] else ""
        sides.append(f"<div>{quote(say[name] + cause, answer_text(row, say))}{cited}</div>")
    moves = "".join(
        "<tr><td>{}</td><td class='n'>{}</td><td class='n'>{}</td></tr>".format(
            *map(escape, _moved(each, language))
        )
        for each in changed.moved
    )
    return (
        f"<details open><summary><code>{escape(changed.base['id'])}</code>"
        f"{escape(changed.base['question'])}</summary><div>"
        f'<table><thead><tr><th>{say["metric"]}</th><th class="n">{say["base"]}</th>'
        f'<th class="n">{say["new"]}</th></tr></thead><tbody>{moves}</tbody></table>'
        f'<div class="sides">{"".join(sides)}</div></div></details>'
    )


def _moved(moved: Moved, language: str) -> tuple[str, str, str]:
    """The metric, before and after."""
    sides = (value_text(moved.metric, side, language) for side in (moved.base, moved.new))
    return getattr(_KNOWN[moved.metric], language), *sides


def _named(differing: Differing, say: Mapping[str, str]) -> str:
    part = _PARTS.get(differing.part, differing.part)
    return f"{say.get(part, differing.part)} {differing.name}".strip()


def _side(value: str | None) -> str:
    if value is None:
        return "–"
    digest = len(value) > _HASH and all(each in "0123456789abcdef+" for each in value)
    changed = "+" if value.endswith("+") else ""  # of a revision with changes
    return value[:_HASH] + changed if digest else short(value)


def _remarks(comparison: Comparison, say: Mapping[str, str], language: str) -> list[str]:
    lines = []
    left_out = (*comparison.only_base, *comparison.only_new, *comparison.edited)
    if left_out:
        lines.append(f"{say['uncompared']}: {', '.join(left_out)}")
    if comparison.regressions:
        told = "; ".join(
            (f"{each.document}: " if each.document else "")
            + f"{getattr(each.metric, language)} "
            + f"{value_text(each.metric.name, each.base, language)} → "
            + value_text(each.metric.name, each.new, language)
            for each in comparison.regressions
        )
        lines.append(f"{say['regressions']}: {told}")
    return lines
