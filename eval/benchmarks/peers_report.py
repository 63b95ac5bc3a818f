"""What `eval.benchmarks.peers` measured, as Markdown and as a plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from eval.plots import scale_of

COLUMNS = {
    "ingest_s": "ingest, s",
    "ingest_without_encoder_s": "without encoder, s",
    "p50_ms": "search p50, ms",
    "p95_ms": "p95, ms",
    "p50_without_encoder_ms": "p50 without encoder, ms",
    "gold_first": "gold first",
    "gold_in_five": "gold in five",
    "facts_in_five": "all facts in five",
    "tokens": "tokens in five",
    "peak_mb": "peak memory, MB",
}
_RATIOS = ("ingest_s", "ingest_without_encoder_s", "p50_ms", "p95_ms", "tokens", "peak_mb")
_ROW, _LEFT, _WIDTH, _PANEL = 20, 150, 300, 520


def markdown(told: Mapping[str, Any]) -> str:
    """The report: figures, ratios, what was compared, and what was skipped."""
    rows = told["systems"]
    lines = [
        "# Beside the peers",
        "",
        f"{told['date']}, {told['machine']}, Python {told['python']}; {told['documents']} "
        f"documents, {told['questions']} questions of which {told['answerable']} can be answered; "
        f"medians of {told['repeats']}; encoder: {told['encoder']}. Load average at the start of "
        "each: " + ", ".join(f"{row['load']:.1f}" for row in rows) + ".",
        "",
        "A hit is gold where it shares at least half of the shorter of the two with a gold passage "
        "of its file; facts are looked for in the texts of the first five together "
        "(`eval/benchmarks/judging.py`). Shares with their 95 % interval over questions.",
        "",
        *_table(["system", *COLUMNS.values()], [_cells(row) for row in rows]),
    ]
    if told["ratios"]:
        lines += [
            "",
            "Divided by Vraagbaak's:",
            "",
            *_table(
                ["system", *(COLUMNS[name] for name in _RATIOS)],
                [
                    [name, *(f"{of[each]:.2f}" if each in of else "" for each in _RATIOS)]
                    for name, of in told["ratios"].items()
                ],
            ),
        ]
    lines += ["", "What was compared:", ""]
    for row in rows:
        versions = ", ".join(f"{name} {number}" for name, number in row["versions"].items())
        loaded = row["own_loader"]
        by = f"; own loader for {loaded} files, else the text of our reader" if loaded else ""
        lines.append(
            f"- {row['system']}: {row['configuration']}; {row['chunks']} pieces{by}"
            + (f" ({versions})" if versions else "")
        )
    if told["skipped"]:
        lines += ["", "Skipped:", ""]
        lines += [f"- {name}: {why}" for name, why in told["skipped"].items()]
    return "\n".join(lines) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"| --- |{' ---: |' * (len(head) - 1)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [row["system"], *(_shown(row[name]) for name in COLUMNS)]


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        if value["value"] is None:
            return "–"
        return f"{value['value']:.3f} ({value['low']:.2f}–{value['high']:.2f})"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def plot(rows: Sequence[Mapping[str, Any]]) -> str:
    """A panel a figure, a bar a system, Vraagbaak's darker, as a file of its own."""
    tall = _ROW * len(rows) + 70
    panels = "".join(
        f'<g transform="translate({_PANEL * (at % 2)} {tall * (at // 2)})">'
        f"{_panel(rows, name, title)}</g>"
        for at, (name, title) in enumerate(COLUMNS.items())
    )
    height = tall * -(-len(COLUMNS) // 2)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * _PANEL}" height="{height}" '
        'role="img" aria-label="Vraagbaak beside its peers" font-family="sans-serif" '
        f'font-size="12"><rect width="100%" height="100%" fill="#fff"/>{panels}</svg>\n'
    )


def _panel(rows: Sequence[Mapping[str, Any]], name: str, title: str) -> str:
    values = [_value(row[name]) for row in rows]
    scale = scale_of(0, max(*values, 1e-9), _LEFT, _LEFT + _WIDTH)
    bottom = 34 + _ROW * len(rows)
    parts = [f'<text x="{_LEFT}" y="20" font-weight="bold">{escape(title)}</text>']
    for tick in scale.ticks:
        x = scale.at(tick)
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="30" y2="{bottom}" stroke="#ddd"/>'
            f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle" fill="#555">{tick:g}</text>'
        )
    for at, (row, value) in enumerate(zip(rows, values, strict=True)):
        y = 34 + _ROW * at
        colour = "#154273" if row["system"] == "Vraagbaak" else "#8fb3d9"
        parts.append(
            f'<text x="{_LEFT - 6}" y="{y + 12}" text-anchor="end">{escape(row["system"])}</text>'
            f'<rect x="{_LEFT}" y="{y + 2}" width="{scale.at(value) - _LEFT:.1f}" height="13" '
            f'fill="{colour}"/><text x="{scale.at(value) + 4:.1f}" y="{y + 13}">'
            f"{value:.3g}</text>"
        )
    return "".join(parts)


def _value(figure: Any) -> float:
    if isinstance(figure, Mapping):
        return float(figure["value"] or 0.0)
    return float(figure)
