"""A run as people and machines read it: HTML, Markdown, JUnit XML, JSON.

The HTML is one file that asks nothing of any network: its styles and drawings are inside it. All
that comes from documents, questions and answers is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from eval.metrics import CAUSES, LENGTHS, METRICS
from eval.plots import bar_row, count_scale, histogram, interval_row, row_axis, row_scale, whole
from eval.reliability import read_reliability
from eval.runs import Run, to_json, write_atomically
from eval.statistics import ratio
from eval.wording import (
    LABELS,
    answer_text,
    interval,
    items,
    markdown_text,
    number,
    page,
    percent,
    quote,
    reliability_html,
    reliability_table,
    seconds_text,
    short,
    value_text,
)

HEADLINES = ("accuracy", "success_5", "cited_gold", "figures_kept", "refusal_recall")
BY_DOCUMENT = ("facts_indexed", "facts_lenient", "facts_first", "to_the_point")
BY_TYPE = ("accuracy", "success_1", "success_5", "cited_gold", "figures_kept", "refusal_recall")


def write_report(run: Run, directory: Path, language: str = "nl") -> tuple[Path, ...]:
    """Write report.html, report.md, junit.xml and report.json into `directory`."""
    written = []
    for name, render in _RENDERINGS.items():
        path = directory / name
        write_atomically(path, render(run, language))
        written.append(path)
    return tuple(written)


def html_report(run: Run, language: str = "nl") -> str:
    """A run as a self-contained HTML page."""
    say, scores = LABELS[language], run.scores
    body = [
        f"<h1>{say['title']}</h1>",
        f'<p class="soft">{escape(_subtitle(run, language))}</p>',
        _tiles(scores, language),
        f"<h2>{say['metrics']}</h2>",
        _metrics_table(scores, language),
        _lengths(scores, language),
        f"<h2>{say['causes']}</h2>",
        _causes_chart(scores["causes"], language),
        f"<h2>{say['types']}</h2>",
        _types_table(scores, language),
        f"<h2>{say['documents']}</h2>",
        _documents_table(scores, language),
        *_in_short(scores, language),
        *_reliability(scores, language),
        f"<h2>{say['times']}</h2>",
        _times(run, language),
        f"<h2>{say['failures']}</h2>",
    ]
    failures = {
        cause: [row for row in scores["questions"] if row["cause"] == cause] for cause in CAUSES
    }
    for cause, rows in failures.items():
        if rows:
            body.append(f'<h3 id="{cause}">{say[cause]} ({len(rows)})</h3>')
            body += [_question_details(row, run.answers.get(row["id"]), language) for row in rows]
    if not any(failures.values()):
        body.append(f"<p>{say['none_wrong']}</p>")
    right = [row for row in scores["questions"] if row["cause"] is None]
    items = "".join(
        f"<li><code>{escape(row['id'])}</code> {escape(row['question'])}</li>" for row in right
    )
    body.append(
        f"<h3>{say['right']} ({len(right)})</h3><details><summary>{say['questions']}</summary>"
        f"<div><ol>{items}</ol></div></details>"
    )
    return page(say["title"], body, language)


def markdown_report(run: Run, language: str = "nl") -> str:
    """A run as Markdown, short enough for a pull request."""
    say, scores = LABELS[language], run.scores
    lines = [f"## {say['title']}", "", markdown_text(_subtitle(run, language)), ""]
    lines += [
        f"| {say['metric']} | {say['value']} | {say['interval']} | {say['questions']} |",
        "| --- | ---: | ---: | ---: |",
    ]
    for metric in METRICS:
        if found := scores["metrics"].get(metric.name):
            lines.append(
                f"| {getattr(metric, language)} | {value_text(metric.name, found['value'], language)} "
                f"| {interval(metric.name, found, language)} | {found['n']} |"
            )
    for name, found in scores.get("words", {}).items():
        label = say["whole_answer" if name == "answer" else name]
        lines.append(f"- {say['words']}, {label}: {_words(found, language)}")
    if "reliability" in scores:
        lines += ["", f"### {say['reliability']}", ""]
        lines += _reliability_markdown(scores["reliability"], language)
    lines += ["", f"### {say['causes']}", ""]
    for cause, count in scores["causes"].items():
        if count:
            names = ", ".join(row["id"] for row in scores["questions"] if row["cause"] == cause)
            lines.append(f"- {say[cause]}: {count} ({markdown_text(names)})")
    # One broken part fails every question alike; each message is told once.
    for message in dict.fromkeys(row["error"] for row in scores["questions"] if row["error"]):
        lines.append(f"- {say['error']}: {markdown_text(message)}")
    if not any(scores["causes"].values()):
        lines.append(say["none_wrong"])
    return "\n".join(lines) + "\n"


def junit_report(run: Run, language: str = "nl") -> str:
    """A run as JUnit XML: a test case a question, failed with its cause."""
    say, rows = LABELS[language], run.scores["questions"]
    errors = sum(row["cause"] == "error" for row in rows)
    failures = sum(row["cause"] is not None for row in rows) - errors
    suite = ElementTree.Element(
        "testsuite",
        name="vraagbaak-eval",
        tests=str(len(rows)),
        failures=str(failures),
        errors=str(errors),
    )
    for row in rows:
        seconds = run.answers.get(row["id"], {}).get("seconds", 0)
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=_xml(row["type"] or "-"),
            name=_xml(f"{row['id']} {row['question']}"),
            time=str(seconds),
        )
        if row["cause"]:
            kind = "error" if row["cause"] == "error" else "failure"
            told = ElementTree.SubElement(case, kind, type=row["cause"], message=say[row["cause"]])
            told.text = _xml(_explained(row, say))
    ElementTree.indent(suite)
    xml = ElementTree.tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'


def json_report(run: Run, _language: str = "nl") -> str:
    """A run as JSON: configuration, aggregates and the failed questions."""
    kept = {name: value for name, value in run.scores.items() if name != "questions"}
    failures = [row for row in run.scores["questions"] if row["cause"]]
    return to_json({"config": run.config, **kept, "failures": failures})


_RENDERINGS: dict[str, Callable[[Run, str], str]] = {
    "report.html": html_report,
    "report.md": markdown_report,
    "junit.xml": junit_report,
    "report.json": json_report,
}


# --- parts of the page


def _subtitle(run: Run, language: str) -> str:
    say, config = LABELS[language], run.config
    parts = [f"{run.scores['n']} {say['questions']}"]
    model = config.get("model")
    if isinstance(model, Mapping):
        parts.append(f"{say['model']} {model.get('name')}")
    if gold := config.get("gold"):
        parts.append(f"{say['gold_files']} {', '.join(gold)}")
    if git := config.get("git"):
        parts.append(f"{say['git']} {git[:10]}{'+' if git.endswith('+') else ''}")
    return " · ".join(parts)


def _tiles(scores: Mapping[str, Any], language: str) -> str:
    shown = [
        (value_text(metric.name, found["value"], language), getattr(metric, language))
        for metric in METRICS
        if metric.name in HEADLINES and (found := scores["metrics"].get(metric.name))
    ]
    milliseconds = scores["latency"]["ms"]["call"]["p50"]
    shown.append((seconds_text(milliseconds, language), LABELS[language]["median"]))
    tiles = "".join(
        f'<div class="tile"><b>{value}</b><span>{escape(name)}</span></div>'
        for value, name in shown
    )
    return f'<div class="tiles">{tiles}</div>'


def _metrics_table(scores: Mapping[str, Any], language: str) -> str:
    say, rows, group = LABELS[language], [], None
    axis = row_axis(_SHARES, say["share_axis"], percent(language))
    for metric in METRICS:
        found = scores["metrics"].get(metric.name)
        if not found:
            continue
        if metric.group != group:
            group = metric.group
            rows.append(f'<tr><th colspan="5">{say[group]}</th></tr>')
        rows.append(
            f"<tr><td>{escape(getattr(metric, language))}</td>"
            f'<td class="n">{value_text(metric.name, found["value"], language)}</td>'
            f'<td class="n">{interval(metric.name, found, language)}</td>'
            f'<td class="n">{found["n"]}</td>'
            f"<td>{_interval_plot(metric.name, found, language)}</td></tr>"
        )
    return (
        f'<div class="wide"><table><thead><tr><th>{say["metric"]}</th>'
        f'<th class="n">{say["value"]}</th><th class="n">{say["interval"]}</th>'
        f'<th class="n">{say["questions"]}</th><th>{axis}</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


_SHARES = row_scale(0, 1)


def _interval_plot(name: str, found: Mapping[str, Any], language: str) -> str:
    """A value with its interval under the axis of shares; CRAG's runs from -1 and has none."""
    if found["value"] is None or found["low"] is None or name == "crag":
        return ""
    said = f"{value_text(name, found['value'], language)} ({interval(name, found, language)})"
    return interval_row(_SHARES, found["low"], found["value"], found["high"], said)


def _lengths(scores: Mapping[str, Any], language: str) -> str:
    say = LABELS[language]
    rows = "".join(
        f"<tr><td>{say['whole_answer' if name == 'answer' else name]}</td>"
        f'<td class="n">{_words(scores["words"][name], language)}</td></tr>'
        for name in LENGTHS
        if name in scores.get("words", {})
    )
    return f"<h3>{say['words']}</h3><table><tbody>{rows}</tbody></table>" if rows else ""


def _words(found: Mapping[str, Any], language: str) -> str:
    """A median with its interval, and how many answers it is of."""
    if found["value"] is None:
        return "–"
    told = number(found["value"], 0, language)
    if found["low"] is not None:
        low, high = (number(found[end], 0, language) for end in ("low", "high"))
        told += f" ({low} … {high})"
    return f"{told}, n = {found['n']}"


def _in_short(scores: Mapping[str, Any], language: str) -> list[str]:
    """Every sentence that a model wrote above an answer, with the answer, for a careful reader."""
    say = LABELS[language]
    rows = [row for row in scores["questions"] if row.get("in_short")]
    if not rows:
        return []
    told = []
    for row in rows:
        written = row["in_short"]
        left = f" ({say['not_shown']}: {written['why_not']})" if written["why_not"] else ""
        told.append(
            f"<li><p><code>{escape(row['id'])}</code> {escape(row['question'])}</p>"
            f"<p><b>{escape(written['text'])}</b>{escape(left)}</p>"
            f"{quote(say['answer'], answer_text(row, say))}</li>"
        )
    return [
        f"<h2>{say['short']}</h2>",
        f'<p class="soft">{say["short_said"]}</p>',
        f"<ol>{''.join(told)}</ol>",
    ]


def _reliability(scores: Mapping[str, Any], language: str) -> list[str]:
    if not scores.get("reliability", {}).get("bins"):
        return []
    say, curve = LABELS[language], read_reliability(scores["reliability"])
    return [
        f"<h2>{say['reliability']}</h2>",
        f'<p class="soft">{say["reliability_said"]}</p>',
        reliability_html(curve, language),
    ]


def _reliability_markdown(written: Mapping[str, Any], language: str) -> list[str]:
    head, *rows = reliability_table(read_reliability(written), language)
    error = written["error"]
    return [
        "| " + " | ".join(head) + " |",
        "| ---: " * len(head) + "|",
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
        f"{LABELS[language]['calibration_error']}: "
        + ("–" if error is None else number(error, 3, language)),
    ]


def _causes_chart(causes: Mapping[str, int], language: str) -> str:
    say, scale = LABELS[language], count_scale(max(causes.values()))
    rows = "".join(
        f'<tr><td><a href="#{cause}">{say[cause]}</a></td><td class="n">{count}</td>'
        f"<td>{bar_row(scale, count, f'{say[cause]}: {count}')}</td></tr>"
        if count
        else f'<tr><td>{say[cause]}</td><td class="n">0</td><td></td></tr>'
        for cause, count in causes.items()
    )
    axis = row_axis(scale, say["questions_axis"], whole)
    return (
        f'<div class="wide"><table><thead><tr><th></th><th></th><th>{axis}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _documents_table(scores: Mapping[str, Any], language: str) -> str:
    """Facts by the document that the gold is in."""
    say = LABELS[language]
    held: dict[str, list[Mapping[str, Any]]] = {}
    for row in scores["questions"]:
        for file in dict.fromkeys(gold["file"] for gold in row["gold"] if "file" in gold):
            held.setdefault(file, []).append(row["shares"])
    shown = [metric for metric in METRICS if metric.name in BY_DOCUMENT]
    heads = "".join(f'<th class="n">{escape(getattr(each, language))}</th>' for each in shown)
    rows = []
    for file, shares in sorted(held.items()):
        values = [ratio([each.get(metric.name, (0.0, 0.0)) for each in shares]) for metric in shown]
        cells = "".join(
            f'<td class="n">{value_text(metric.name, value, language)}</td>'
            for metric, value in zip(shown, values, strict=True)
        )
        rows.append(f'<tr><td>{escape(file)}</td><td class="n">{len(shares)}</td>{cells}</tr>')
    return (
        f'<div class="wide"><table><thead><tr><th>{say["document"]}</th>'
        f'<th class="n">{say["questions"]}</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _types_table(scores: Mapping[str, Any], language: str) -> str:
    say = LABELS[language]
    shown = [metric for metric in METRICS if metric.name in BY_TYPE]
    heads = "".join(f'<th class="n">{escape(getattr(each, language))}</th>' for each in shown)
    rows = []
    for kind, found in scores["by_type"].items():
        cells = "".join(
            f'<td class="n">{value_text(each.name, found.get(each.name, {}).get("value"), language)}'
            "</td>"
            for each in shown
        )
        n = found["completed"]["n"]
        rows.append(f'<tr><td>{escape(kind)}</td><td class="n">{n}</td>{cells}</tr>')
    return (
        f'<div class="wide"><table><thead><tr><th>{say["type"]}</th>'
        f'<th class="n">{say["questions"]}</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _times(run: Run, language: str) -> str:
    say, latency = LABELS[language], run.scores["latency"]
    rows = "".join(
        f"<tr><td>{escape(name)}</td>"
        + "".join(f'<td class="n">{number(found[q], 1, language)}</td>' for q in _QUANTILES)
        + "</tr>"
        for name, found in latency["ms"].items()
    )
    heads = "".join(f'<th class="n">{name}</th>' for name in _QUANTILES)
    table = (
        f'<div class="wide"><table><thead><tr><th></th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
    tokens = ", ".join(f"{name} {count}" for name, count in latency["tokens"].items())
    line = f'<p class="soft">{say["tokens"]}: {escape(tokens)}</p>' if tokens else ""
    seconds = [record["seconds"] for record in run.answers.values()]
    if len(seconds) < 2:
        return table + line
    names = say["seconds_axis"], say["questions_axis"]
    plot = histogram(seconds, names, lambda value: number(value, 1, language))
    return f'{table}{line}<div class="wide">{plot}</div>'


_QUANTILES = ("p50", "p95", "max")


def _question_details(
    row: Mapping[str, Any], record: Mapping[str, Any] | None, language: str
) -> str:
    say = LABELS[language]
    parts = [quote(say["answer"], answer_text(row, say))]
    if row["citations"]:
        parts.append(items(say["cited"], row["citations"]))
    if row["missing"]:
        parts.append(items(say["missing"], (" | ".join(group) for group in row["missing"])))
    if row["altered"]:
        parts.append(items(say["altered"], row["altered"]))
    for gold in row["gold"]:
        parts.append(quote(f"{say['gold']}: {gold['label']}", gold["text"]))
    if not row["gold"]:
        parts.append(f"<h4>{say['gold']}</h4><p>{say['no_gold']}</p>")
    if row["reference"]:
        parts.append(quote(say["reference_answer"], row["reference"]))
    if row["note"]:
        parts.append(f"<h4>{say['note']}</h4><p>{escape(row['note'])}</p>")
    hits = ((record or {}).get("answer") or {}).get("hits", [])
    if hits:
        parts.append(items(say["hits"], (_hit_line(hit, language) for hit in hits), tag="ol"))
    return (
        f"<details><summary><code>{escape(row['id'])}</code>{escape(row['question'])}</summary>"
        f"<div>{''.join(parts)}</div></details>"
    )


def _hit_line(hit: Mapping[str, Any], language: str) -> str:
    numbers = ", ".join(map(str, hit["questions"]))
    where = f", {LABELS[language]['question_number']} {numbers}" if numbers else ""
    return f"{hit['document']['source']}{where} ({hit['score']:.4f}): {short(hit['text'])}"


# --- words and numbers


def _explained(row: Mapping[str, Any], say: Mapping[str, str]) -> str:
    lines = [f"{say['answer']}: {answer_text(row, say)}"]
    lines += [f"{say['gold']}: {gold['label']}" for gold in row["gold"]]
    lines += [f"{say['missing']}: {' | '.join(group)}" for group in row["missing"]]
    if row["altered"]:
        lines.append(f"{say['altered']}: {', '.join(row['altered'])}")
    return "\n".join(lines)


def _xml(text: str) -> str:
    """Text without the characters that XML 1.0 does not allow."""
    return re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
