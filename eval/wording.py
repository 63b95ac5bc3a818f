"""What reports are made of: their words in Dutch and English, numbers, and parts of a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from importlib import resources
from string import Template
from typing import Any

from eval.plots import reliability_plot
from eval.reliability import Bin, expected_error
from eval.statistics import Difference

LABELS = {
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
        "shown": "Getoonde zinnen",
        "short": "In het kort, door het taalmodel",
        "short_said": "Elke zin die het taalmodel boven een antwoord schreef, om te lezen tegen het antwoord: de controle zegt dat de bron haar draagt, niet dat zij de vraag beantwoordt.",
        "not_shown": "niet getoond",
        "share_axis": "aandeel",
        "questions_axis": "vragen",
        "seconds_axis": "tijd per vraag (s)",
        "difference_axis": "verschil, nieuw min basis",
        "words": "Lengte van antwoorden, in woorden (mediaan)",
        "first_sentence": "eerste zin",
        "whole_answer": "antwoord",
        "reliability": "Klopt de kans die het systeem opgeeft?",
        "reliability_said": "Van elke vraag: de kans dat de eerste passage antwoordt, tegen hoe vaak dat een goudpassage is. Op de streeplijn zijn zij gelijk.",
        "reader_title": "Het leesmodel gemeten",
        "stated": "opgegeven kans",
        "true": "deel dat uitkwam",
        "bin": "kans",
        "calibration_error": "ijkfout (0 is goed)",
        "documents": "Per document",
        "document": "document",
        "differs": "Wat verschilt tussen de runs",
        "nothing_differs": "Instellingen, revisie, model, leesmodel, index, prompts en goudset zijn gelijk.",
        "settings": "instelling",
        "reader": "gewichten van het leesmodel",
        "manifest": "index",
        "prompts": "prompt",
        "gold_part": "goudset",
        "versions": "versie",
        "machine": "machine",
        "cpus": "processors",
        "answer_base": "antwoord, basis",
        "answer_new": "antwoord, nieuw",
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
        "shown": "Sentences shown",
        "short": "In short, by the language model",
        "short_said": "Every sentence that the language model wrote above an answer, to be read against the answer: the check says that the source carries it, not that it answers the question.",
        "not_shown": "not shown",
        "share_axis": "share",
        "questions_axis": "questions",
        "seconds_axis": "time per question (s)",
        "difference_axis": "difference, new minus base",
        "words": "Length of answers, in words (median)",
        "first_sentence": "first sentence",
        "whole_answer": "answer",
        "reliability": "Is the stated probability true?",
        "reliability_said": "Of each question: the probability that the first passage answers, against how often that is a gold passage. On the dashed line the two are equal.",
        "reader_title": "The reader measured",
        "stated": "stated probability",
        "true": "share that came true",
        "bin": "probability",
        "calibration_error": "expected calibration error (0 is good)",
        "documents": "By document",
        "document": "document",
        "differs": "What differs between the runs",
        "nothing_differs": "Settings, revision, model, reader, index, prompts and gold set are the same.",
        "settings": "setting",
        "reader": "weights of the reader",
        "manifest": "index",
        "prompts": "prompt",
        "gold_part": "gold set",
        "versions": "version",
        "machine": "machine",
        "cpus": "processors",
        "answer_base": "answer, base",
        "answer_new": "answer, new",
    },
}


def page(title: str, body: Iterable[str], language: str) -> str:
    """A self-contained HTML page; `body` is HTML."""
    template = resources.files("eval").joinpath("report.html").read_text(encoding="utf-8")
    filled = {"language": language, "title": escape(title), "body": "\n".join(body)}
    return Template(template).substitute(filled)


def quote(head: str, text: str) -> str:
    """A text under a small heading."""
    return f"<h4>{escape(head)}</h4><blockquote>{escape(text)}</blockquote>"


def items(head: str, held: Iterable[str], tag: str = "ul") -> str:
    """A list under a small heading."""
    listed = "".join(f"<li>{escape(item)}</li>" for item in held)
    return f"<h4>{escape(head)}</h4><{tag}>{listed}</{tag}>"


def answer_text(row: Mapping[str, Any], say: Mapping[str, str]) -> str:
    """What the system said to a question: its answer, why it refused, or its error."""
    if row["error"]:
        return f"{say['error']}: {row['error']}"
    if row["abstained"]:
        return f"[{say['refused']}] {row['reason'] or say['no_reason']}"
    return str(row["answer"])


def value_text(name: str, value: float | None, language: str) -> str:
    """The value of metric `name`; all but CRAG's are percentages."""
    if value is None:
        return "–"
    if name == "crag":
        return number(value, 3, language)
    return number(100 * value, 1, language) + ("\u00a0%" if language == "nl" else "%")


def signed(name: str, value: float | None, language: str) -> str:
    """A difference; of percentages in percentage points."""
    sign = "+" if value is not None and value > 0 else ""
    return sign + value_text(name, value, language).replace("%", "pp")


def interval(name: str, found: Mapping[str, Any], language: str) -> str:
    """The interval of a metric, as scores.json has it."""
    if found["low"] is None:
        return "–"
    return (
        f"{value_text(name, found['low'], language)} … {value_text(name, found['high'], language)}"
    )


def signed_interval(name: str, found: Difference, language: str) -> str:
    """The interval of a difference."""
    if found.low is None:
        return "–"
    return f"{signed(name, found.low, language)} … {signed(name, found.high, language)}"


def p_text(p: float | None, language: str) -> str:
    """The p of a test."""
    return "–" if p is None else number(p, 4, language)


def direction(value: float | None) -> str:
    """The class of a cell that holds a difference."""
    return "" if not value else "up" if value > 0 else "down"


def seconds_text(milliseconds: float, language: str) -> str:
    """Milliseconds, in seconds."""
    return f"{number(milliseconds / 1000, 2, language)}\u00a0s"


def number(value: float, decimals: int, language: str) -> str:
    """A number with a comma or a point."""
    text = f"{value:.{decimals}f}"
    return text.replace(".", ",") if language == "nl" else text


def percent(language: str) -> Callable[[float], str]:
    """Writes a share on an axis, without decimals."""
    return lambda share: number(100 * share, 0, language) + "\u00a0%"


def reliability_table(curve: Sequence[Bin], language: str) -> list[tuple[str, ...]]:
    """The head and the rows of a reliability curve as a table."""
    say, share = LABELS[language], percent(language)
    head = (say["bin"], say["questions"], say["stated"], say["true"], say["interval"])
    rows = [
        (
            f"{share(each.low)} – {share(each.high)}",
            str(each.n),
            number(100 * each.stated, 1, language) + "\u00a0%",
            number(100 * each.true, 1, language) + "\u00a0%",
            f"{share(each.true_low)} … {share(each.true_high)}",
        )
        for each in curve
    ]
    return [head, *rows]


def reliability_html(curve: Sequence[Bin], language: str) -> str:
    """A reliability curve as a plot beside a table, with its error."""
    say = LABELS[language]
    head, *rows = reliability_table(curve, language)
    cells = "".join(
        "<tr>" + "".join(f'<td class="n">{escape(cell)}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    heads = "".join(f'<th class="n">{escape(cell)}</th>' for cell in head)
    error = expected_error(curve)
    told = "–" if error is None else number(error, 3, language)
    return (
        f'<p class="soft">{say["calibration_error"]}: {told}</p>'
        f'<div class="wide">'
        f"{reliability_plot(curve, (say['stated'], say['true']), percent(language))}</div>"
        f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody>'
        "</table></div>"
    )


def short(text: str, length: int = 280) -> str:
    """A text on one line, cut at `length`."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def markdown_text(text: str) -> str:
    """Text that Markdown shows as it is: no HTML, no table cell, no emphasis."""
    return re.sub(r"([\\`*_|\[\]])", r"\\\1", escape(" ".join(text.split()), quote=False))
