"""A run or a comparison as people and machines read it: HTML, Markdown, JUnit XML, JSON.

The HTML is one file that asks nothing of any network: its styles and drawings are inside it. All
that comes from documents, questions and answers is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any
from xml.etree import ElementTree

from eval.compare import Changed, Comparison
from eval.metrics import CAUSES, METRICS
from eval.runs import Run, to_json, write_atomically
from eval.statistics import Difference

HEADLINES = ("accuracy", "success_5", "cited_gold", "figures_kept", "refusal_recall")
BY_TYPE = ("accuracy", "success_1", "success_5", "cited_gold", "figures_kept", "refusal_recall")

_LABELS = {
    "nl": {
        "title": "Evaluatie",
        "comparison": "Vergelijking van twee runs",
        "retrieval": "Zoeken",
        "citation": "Citeren",
        "fact": "Feiten",
        "figure": "Getallen",
        "abstention": "Weigeren",
        "overall": "Geheel",
        "reference": "Naast de referentie",
        "error": "Fout opgetreden",
        "wrongly_answered": "Ten onrechte beantwoord",
        "altered_figure": "Getal veranderd",
        "not_retrieved": "Niet gevonden",
        "wrongly_refused": "Ten onrechte geweigerd",
        "not_cited": "Gevonden, niet geciteerd",
        "fact_missing": "Geciteerd, feit ontbreekt",
        "metrics": "Maten",
        "metric": "maat",
        "value": "waarde",
        "interval": "95%-interval",
        "questions": "vragen",
        "causes": "Waar het misging",
        "types": "Per soort vraag",
        "type": "soort",
        "times": "Tijd (ms)",
        "failures": "De fouten een voor een",
        "none_wrong": "Niets ging mis.",
        "right": "Goed",
        "answer": "Antwoord",
        "refused": "geweigerd",
        "no_reason": "geen reden gegeven",
        "gold": "Goudpassage",
        "no_gold": "geen: deze vraag is niet te beantwoorden",
        "hits": "Gevonden passages",
        "cited": "Geciteerd",
        "missing": "Ontbrekende feiten",
        "altered": "Veranderde getallen",
        "reference_answer": "Referentie",
        "note": "Opmerking",
        "model": "model",
        "gold_files": "goudset",
        "git": "revisie",
        "tokens": "tokens",
        "distribution": "Tijd per vraag, van 0 tot de langste",
        "base": "basis",
        "new": "nieuw",
        "difference": "verschil",
        "p": "p",
        "better": "Beter geworden",
        "worse": "Slechter geworden",
        "regressions": "Achteruitgang buiten de tolerantie",
        "uncompared": "Niet vergeleken",
        "question_number": "vraag",
        "median": "antwoordtijd, p50",
    },
    "en": {
        "title": "Evaluation",
        "comparison": "Two runs compared",
        "retrieval": "Retrieval",
        "citation": "Citations",
        "fact": "Facts",
        "figure": "Figures",
        "abstention": "Abstention",
        "overall": "Overall",
        "reference": "Against the reference",
        "error": "Error",
        "wrongly_answered": "Wrongly answered",
        "altered_figure": "Figure altered",
        "not_retrieved": "Not retrieved",
        "wrongly_refused": "Wrongly refused",
        "not_cited": "Retrieved, not cited",
        "fact_missing": "Cited, fact missing",
        "metrics": "Metrics",
        "metric": "metric",
        "value": "value",
        "interval": "95% interval",
        "questions": "questions",
        "causes": "What went wrong",
        "types": "By type of question",
        "type": "type",
        "times": "Time (ms)",
        "failures": "The failures one by one",
        "none_wrong": "Nothing went wrong.",
        "right": "Right",
        "answer": "Answer",
        "refused": "refused",
        "no_reason": "no reason given",
        "gold": "Gold passage",
        "no_gold": "none: this question cannot be answered",
        "hits": "Passages found",
        "cited": "Cited",
        "missing": "Missing facts",
        "altered": "Altered figures",
        "reference_answer": "Reference",
        "note": "Note",
        "model": "model",
        "gold_files": "gold set",
        "git": "revision",
        "tokens": "tokens",
        "distribution": "Time per question, from 0 to the longest",
        "base": "base",
        "new": "new",
        "difference": "difference",
        "p": "p",
        "better": "Got better",
        "worse": "Got worse",
        "regressions": "Regressions beyond the tolerance",
        "uncompared": "Not compared",
        "question_number": "question",
        "median": "time to answer, p50",
    },
}


def write_report(run: Run, directory: Path, language: str = "nl") -> tuple[Path, ...]:
    """Write report.html, report.md, junit.xml and report.json into `directory`."""
    written = []
    for name, render in _RENDERINGS.items():
        path = directory / name
        write_atomically(path, render(run, language))
        written.append(path)
    return tuple(written)


def write_comparison(comparison: Comparison, path: Path, language: str = "nl") -> None:
    """Write a comparison as a self-contained HTML page."""
    write_atomically(path, comparison_html(comparison, language))


def html_report(run: Run, language: str = "nl") -> str:
    """A run as a self-contained HTML page."""
    say, scores = _LABELS[language], run.scores
    body = [
        f"<h1>{say['title']}</h1>",
        f'<p class="soft">{escape(_subtitle(run, language))}</p>',
        _tiles(scores, language),
        f"<h2>{say['metrics']}</h2>",
        _metrics_table(scores, language),
        f"<h2>{say['causes']}</h2>",
        _causes_chart(scores["causes"], language),
        f"<h2>{say['types']}</h2>",
        _types_table(scores, language),
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
    return _page(say["title"], body, language)


def markdown_report(run: Run, language: str = "nl") -> str:
    """A run as Markdown, short enough for a pull request."""
    say, scores = _LABELS[language], run.scores
    lines = [f"## {say['title']}", "", _md(_subtitle(run, language)), ""]
    lines += [
        f"| {say['metric']} | {say['value']} | {say['interval']} | {say['questions']} |",
        "| --- | ---: | ---: | ---: |",
    ]
    for metric in METRICS:
        if found := scores["metrics"].get(metric.name):
            lines.append(
                f"| {getattr(metric, language)} | {_value(metric.name, found['value'], language)} "
                f"| {_interval(metric.name, found, language)} | {found['n']} |"
            )
    lines += ["", f"### {say['causes']}", ""]
    for cause, count in scores["causes"].items():
        if count:
            names = ", ".join(row["id"] for row in scores["questions"] if row["cause"] == cause)
            lines.append(f"- {say[cause]}: {count} ({_md(names)})")
    # One broken part fails every question alike; each message is told once.
    for message in dict.fromkeys(row["error"] for row in scores["questions"] if row["error"]):
        lines.append(f"- {say['error']}: {_md(message)}")
    if not any(scores["causes"].values()):
        lines.append(say["none_wrong"])
    return "\n".join(lines) + "\n"


def junit_report(run: Run, language: str = "nl") -> str:
    """A run as JUnit XML: a test case a question, failed with its cause."""
    say, rows = _LABELS[language], run.scores["questions"]
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


def comparison_html(comparison: Comparison, language: str = "nl") -> str:
    """A comparison as a self-contained HTML page, changed questions with both answers."""
    say = _LABELS[language]
    rows = "".join(
        f"<tr><td>{escape(getattr(metric, language))}</td>"
        f'<td class="n">{_value(metric.name, each.base, language)}</td>'
        f'<td class="n">{_value(metric.name, each.new, language)}</td>'
        f'<td class="n {_direction(each.value)}">{_signed(metric.name, each.value, language)}</td>'
        f'<td class="n">{_signed_interval(metric.name, each, language)}</td>'
        f'<td class="n">{_p(each.p, language)}</td></tr>'
        for metric, each in comparison.differences.items()
    )
    heads = "".join(
        f'<th class="n">{say[name]}</th>' for name in ("base", "new", "difference", "interval", "p")
    )
    body = [
        f"<h1>{say['comparison']}</h1>",
        f'<p class="soft">{comparison.n} {say["questions"]}</p>',
        *(f"<p>{escape(line)}</p>" for line in _remarks(comparison, say, language)),
        f'<div class="wide"><table><thead><tr><th>{say["metric"]}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>",
    ]
    for name, changed in (("worse", comparison.worse), ("better", comparison.better)):
        body.append(f"<h2>{say[name]} ({len(changed)})</h2>")
        body += [_side_by_side(each, language) for each in changed]
    return _page(say["comparison"], body, language)


def comparison_markdown(comparison: Comparison, language: str = "nl") -> str:
    """A comparison as Markdown, changed questions with both answers cut short."""
    say = _LABELS[language]
    columns = ("metric", "base", "new", "difference", "interval", "p")
    lines = [
        f"## {say['comparison']}",
        "",
        f"{comparison.n} {say['questions']}",
        *_remarks(comparison, say, language),
        "",
        "| " + " | ".join(say[name] for name in columns) + " |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for metric, each in comparison.differences.items():
        cells = (
            getattr(metric, language),
            _value(metric.name, each.base, language),
            _value(metric.name, each.new, language),
            _signed(metric.name, each.value, language),
            _signed_interval(metric.name, each, language),
            _p(each.p, language),
        )
        lines.append("| " + " | ".join(cells) + " |")
    for name, changed in (("worse", comparison.worse), ("better", comparison.better)):
        lines += ["", f"### {say[name]} ({len(changed)})", ""]
        if changed:
            lines += [
                f"| {say['question_number']} | {say['base']} | {say['new']} |",
                "| --- | --- | --- |",
            ]
        for one in changed:
            sides = (_md(_short(_answer_text(row, say))) for row in (one.base, one.new))
            asked = f"{_md(one.base['id'])}: {_md(one.base['question'])}"
            lines.append(f"| {asked} | {' | '.join(sides)} |")
    return "\n".join(lines) + "\n"


_RENDERINGS: dict[str, Callable[[Run, str], str]] = {
    "report.html": html_report,
    "report.md": markdown_report,
    "junit.xml": junit_report,
    "report.json": json_report,
}


# --- parts of the page


def _page(title: str, body: Iterable[str], language: str) -> str:
    template = resources.files("eval").joinpath("report.html").read_text(encoding="utf-8")
    filled = {"language": language, "title": escape(title), "body": "\n".join(body)}
    return Template(template).substitute(filled)


def _subtitle(run: Run, language: str) -> str:
    say, config = _LABELS[language], run.config
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
        (_value(metric.name, found["value"], language), getattr(metric, language))
        for metric in METRICS
        if metric.name in HEADLINES and (found := scores["metrics"].get(metric.name))
    ]
    milliseconds = scores["latency"]["ms"]["call"]["p50"]
    shown.append((_seconds(milliseconds, language), _LABELS[language]["median"]))
    tiles = "".join(
        f'<div class="tile"><b>{value}</b><span>{escape(name)}</span></div>'
        for value, name in shown
    )
    return f'<div class="tiles">{tiles}</div>'


def _metrics_table(scores: Mapping[str, Any], language: str) -> str:
    say, rows, group = _LABELS[language], [], None
    for metric in METRICS:
        found = scores["metrics"].get(metric.name)
        if not found:
            continue
        if metric.group != group:
            group = metric.group
            rows.append(f'<tr><th colspan="5">{say[group]}</th></tr>')
        rows.append(
            f"<tr><td>{escape(getattr(metric, language))}</td>"
            f'<td class="n">{_value(metric.name, found["value"], language)}</td>'
            f'<td class="n">{_interval(metric.name, found, language)}</td>'
            f'<td class="n">{found["n"]}</td>'
            f"<td>{_interval_plot(metric.name, found, language)}</td></tr>"
        )
    return (
        f'<div class="wide"><table><thead><tr><th>{say["metric"]}</th>'
        f'<th class="n">{say["value"]}</th><th class="n">{say["interval"]}</th>'
        f'<th class="n">{say["questions"]}</th><th></th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _interval_plot(name: str, found: Mapping[str, Any], language: str) -> str:
    if found["value"] is None or found["low"] is None:
        return ""

    def x(value: float) -> float:
        return 4 + 152 * ((value + 1) / 2 if name == "crag" else value)

    low, high, at = x(found["low"]), x(found["high"]), x(found["value"])
    said = f"{_value(name, found['value'], language)} ({_interval(name, found, language)})"
    return (
        f'<svg width="160" height="16" role="img" aria-label="{said}">'
        '<line class="track" x1="4" x2="156" y1="8" y2="8"/>'
        f'<rect class="span" x="{low:.1f}" y="4" width="{max(high - low, 1):.1f}" height="8" '
        f'rx="2"/><circle class="dot" cx="{at:.1f}" cy="8" r="3.5"/></svg>'
    )


def _causes_chart(causes: Mapping[str, int], language: str) -> str:
    say = _LABELS[language]
    most = max(*causes.values(), 1)
    rows = "".join(
        f'<tr><td><a href="#{cause}">{say[cause]}</a></td><td class="n">{count}</td>'
        f'<td><svg width="320" height="16" aria-hidden="true"><rect class="bar" y="3" '
        f'width="{320 * count / most:.1f}" height="10" rx="2"/></svg></td></tr>'
        if count
        else f'<tr><td>{say[cause]}</td><td class="n">0</td><td></td></tr>'
        for cause, count in causes.items()
    )
    return f'<div class="wide"><table><tbody>{rows}</tbody></table></div>'


def _types_table(scores: Mapping[str, Any], language: str) -> str:
    say = _LABELS[language]
    shown = [metric for metric in METRICS if metric.name in BY_TYPE]
    heads = "".join(f'<th class="n">{escape(getattr(each, language))}</th>' for each in shown)
    rows = []
    for kind, found in scores["by_type"].items():
        cells = "".join(
            f'<td class="n">{_value(each.name, found.get(each.name, {}).get("value"), language)}'
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
    say, latency = _LABELS[language], run.scores["latency"]
    rows = "".join(
        f"<tr><td>{escape(name)}</td>"
        + "".join(f'<td class="n">{_number(found[q], 1, language)}</td>' for q in _QUANTILES)
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
    return table + line + (_histogram(seconds, language) if len(seconds) > 1 else "")


_QUANTILES = ("p50", "p95", "max")


def _histogram(seconds: Sequence[float], language: str, bins: int = 24) -> str:
    longest = max(seconds)
    counts = [0] * bins
    for value in seconds:
        counts[min(int(bins * value / longest), bins - 1) if longest else 0] += 1
    bars = "".join(
        f'<rect class="bar" x="{20 * at}" y="{70 - 64 * count / max(counts):.1f}" width="18" '
        f'height="{64 * count / max(counts):.1f}"/>'
        for at, count in enumerate(counts)
        if count
    )
    said, width = _LABELS[language]["distribution"], 20 * bins
    return (
        f'<p class="soft">{said}</p><div class="wide">'
        f'<svg width="{width}" height="90" role="img" aria-label="{said}">{bars}'
        f'<line class="track" x1="0" x2="{width}" y1="70.5" y2="70.5"/>'
        f'<text class="axis" x="0" y="85">0</text><text class="axis" x="{width}" y="85" '
        f'text-anchor="end">{_seconds(1000 * longest, language)}</text></svg></div>'
    )


def _question_details(
    row: Mapping[str, Any], record: Mapping[str, Any] | None, language: str
) -> str:
    say = _LABELS[language]
    parts = [_quote(say["answer"], _answer_text(row, say))]
    if row["citations"]:
        parts.append(_items(say["cited"], row["citations"]))
    if row["missing"]:
        parts.append(_items(say["missing"], (" | ".join(group) for group in row["missing"])))
    if row["altered"]:
        parts.append(_items(say["altered"], row["altered"]))
    for gold in row["gold"]:
        parts.append(_quote(f"{say['gold']}: {gold['label']}", gold["text"]))
    if not row["gold"]:
        parts.append(f"<h4>{say['gold']}</h4><p>{say['no_gold']}</p>")
    if row["reference"]:
        parts.append(_quote(say["reference_answer"], row["reference"]))
    if row["note"]:
        parts.append(f"<h4>{say['note']}</h4><p>{escape(row['note'])}</p>")
    hits = ((record or {}).get("answer") or {}).get("hits", [])
    if hits:
        parts.append(_items(say["hits"], (_hit_line(hit, language) for hit in hits), tag="ol"))
    return (
        f"<details><summary><code>{escape(row['id'])}</code>{escape(row['question'])}</summary>"
        f"<div>{''.join(parts)}</div></details>"
    )


def _side_by_side(changed: Changed, language: str) -> str:
    say = _LABELS[language]
    sides = []
    for name, row in (("base", changed.base), ("new", changed.new)):
        cause = f" ({say[row['cause']]})" if row["cause"] else ""
        cited = _items(say["cited"], row["citations"]) if row["citations"] else ""
        sides.append(f"<div>{_quote(say[name] + cause, _answer_text(row, say))}{cited}</div>")
    known = {metric.name: getattr(metric, language) for metric in METRICS}
    moved = ", ".join(known[name] for name in changed.metrics)
    return (
        f"<details open><summary><code>{escape(changed.base['id'])}</code>"
        f"{escape(changed.base['question'])}</summary><div>"
        f'<p class="soft">{escape(moved)}</p><div class="sides">{"".join(sides)}</div>'
        "</div></details>"
    )


def _quote(head: str, text: str) -> str:
    return f"<h4>{escape(head)}</h4><blockquote>{escape(text)}</blockquote>"


def _items(head: str, items: Iterable[str], tag: str = "ul") -> str:
    listed = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<h4>{escape(head)}</h4><{tag}>{listed}</{tag}>"


def _hit_line(hit: Mapping[str, Any], language: str) -> str:
    numbers = ", ".join(map(str, hit["questions"]))
    where = f", {_LABELS[language]['question_number']} {numbers}" if numbers else ""
    return f"{hit['document']['source']}{where} ({hit['score']:.4f}): {_short(hit['text'])}"


# --- words and numbers


def _answer_text(row: Mapping[str, Any], say: Mapping[str, str]) -> str:
    if row["error"]:
        return f"{say['error']}: {row['error']}"
    if row["abstained"]:
        return f"[{say['refused']}] {row['reason'] or say['no_reason']}"
    return str(row["answer"])


def _explained(row: Mapping[str, Any], say: Mapping[str, str]) -> str:
    lines = [f"{say['answer']}: {_answer_text(row, say)}"]
    lines += [f"{say['gold']}: {gold['label']}" for gold in row["gold"]]
    lines += [f"{say['missing']}: {' | '.join(group)}" for group in row["missing"]]
    if row["altered"]:
        lines.append(f"{say['altered']}: {', '.join(row['altered'])}")
    return "\n".join(lines)


def _remarks(comparison: Comparison, say: Mapping[str, str], language: str) -> list[str]:
    lines = []
    left_out = (*comparison.only_base, *comparison.only_new, *comparison.edited)
    if left_out:
        lines.append(f"{say['uncompared']}: {', '.join(left_out)}")
    if comparison.regressions:
        told = "; ".join(
            f"{getattr(each.metric, language)} "
            f"{_value(each.metric.name, each.difference.base, language)} → "
            f"{_value(each.metric.name, each.difference.new, language)}"
            for each in comparison.regressions
        )
        lines.append(f"{say['regressions']}: {told}")
    return lines


def _value(name: str, value: float | None, language: str) -> str:
    if value is None:
        return "–"
    if name == "crag":
        return _number(value, 3, language)
    return _number(100 * value, 1, language) + ("\u00a0%" if language == "nl" else "%")


def _signed(name: str, value: float | None, language: str) -> str:
    """A difference; of percentages in percentage points."""
    sign = "+" if value is not None and value > 0 else ""
    return sign + _value(name, value, language).replace("%", "pp")


def _interval(name: str, found: Mapping[str, Any], language: str) -> str:
    if found["low"] is None:
        return "–"
    return f"{_value(name, found['low'], language)} … {_value(name, found['high'], language)}"


def _signed_interval(name: str, found: Difference, language: str) -> str:
    if found.low is None:
        return "–"
    return f"{_signed(name, found.low, language)} … {_signed(name, found.high, language)}"


def _p(p: float | None, language: str) -> str:
    return "–" if p is None else _number(p, 4, language)


def _direction(value: float | None) -> str:
    return "" if not value else "up" if value > 0 else "down"


def _seconds(milliseconds: float, language: str) -> str:
    return f"{_number(milliseconds / 1000, 2, language)}\u00a0s"


def _number(value: float, decimals: int, language: str) -> str:
    text = f"{value:.{decimals}f}"
    return text.replace(".", ",") if language == "nl" else text


def _short(text: str, length: int = 280) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _md(text: str) -> str:
    """Text that Markdown shows as it is: no HTML, no table cell, no emphasis."""
    return re.sub(r"([\\`*_|\[\]])", r"\\\1", escape(" ".join(text.split()), quote=False))


def _xml(text: str) -> str:
    """Text without the characters that XML 1.0 does not allow."""
    return re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
