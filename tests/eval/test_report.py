"""Reports: complete, escaped, self-contained, and readable by the tools they are for."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from eval_case import BUS, DOCUMENTS, FISH, QUESTIONS, System, answered, refused

from eval.compare import compare_runs
from eval.comparison_report import comparison_html, comparison_markdown
from eval.metrics import CAUSES, METRICS
from eval.report import html_report, markdown_report, write_report
from eval.runs import run

EVIL = '<script src="https://example.org/x.js">alert("1.750 | 2030")</script>\x0b'


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    not_cited = {**answered(BUS, 2), "hits": answered(BUS, 0)["hits"]}
    instead = {
        "bus1": answered(BUS, 0, f"Er rijden 9 bussen. {EVIL}"),
        "bus2": refused((BUS, 1)),
        "vis1": answered(FISH, 1),
        "weer": answered(BUS, 2),
        "voetbal": RuntimeError(EVIL),
        "d/1": not_cited,
        "d/2": answered(BUS, 2),
    }
    config = {"model": {"name": "<b>klein</b>"}, "gold": {"gold.jsonl": "0"}, "git": "abc+"}
    return run(tmp_path_factory.mktemp("r") / "run", QUESTIONS, DOCUMENTS, System(instead), config)


class Page(HTMLParser):
    """Tags opened and never closed, and every attribute that could load something."""

    VOID = frozenset({"meta", "line", "rect", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [f"{k}={v}" for k, v in attrs if k in ("src", "href", "style", "onclick")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_is_well_formed_and_loads_and_runs_nothing(finished, language):
    text = html_report(finished, language)
    page = Page(text)
    assert page.open == []
    assert all(load.startswith("href=#") for load in page.loads)
    assert not {"script", "link", "img", "iframe"} & page.tags
    assert "url(" not in text
    assert "@import" not in text
    assert "&lt;script src=" in text
    assert "&lt;b&gt;klein" in text
    assert "In het kort" not in text


def test_markdown_shows_text_as_text(finished, tmp_path):
    right = run(tmp_path / "right", QUESTIONS, DOCUMENTS, System(), finished.config)
    text = markdown_report(right) + markdown_report(finished)
    assert "<b>" not in text
    assert "Niets ging mis." in text
    assert "Fout opgetreden: RuntimeError: &lt;script" in text
    widths = {line.count("|") for line in text.splitlines() if line.startswith("|")}
    assert widths == {5, 6}  # metrics, and the reliability curve


def test_all_four_files_are_written_and_parse(finished, tmp_path):
    paths = write_report(finished, tmp_path)
    assert [path.name for path in paths] == ["report.html", "report.md", "junit.xml", "report.json"]
    suite = ElementTree.parse(tmp_path / "junit.xml").getroot()  # noqa: S314  (our own file)
    assert suite.attrib["tests"] == "7"
    assert suite.attrib["errors"] == "1"
    assert suite.attrib["failures"] == "5"
    assert len(suite.findall("testcase/failure")) == 5
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert len(report["failures"]) == 6
    assert report["metrics"]["accuracy"]["n"] == 5


def test_every_plot_has_named_axes_and_numbers_are_those_of_the_language(finished):
    assert re.search(r"\d,\d\u00a0%", markdown_report(finished, "nl"))
    assert re.search(r"\d\.\d%", markdown_report(finished, "en"))
    assert "juist beantwoord" not in html_report(finished, "en")
    text = html_report(finished)
    for name in ("aandeel", "vragen", "tijd per vraag (s)", "opgegeven kans", "deel dat uitkwam"):
        assert f">{name}</text>" in text
    assert "100\u00a0%</text>" in text


def test_a_comparison_shows_both_answers_side_by_side(finished, tmp_path):
    right = run(tmp_path / "right", QUESTIONS, DOCUMENTS, System(), {})
    text = comparison_html(compare_runs(right, finished))
    assert Page(text).open == []
    assert "Er rijden nu 1.750 uitstootvrije bussen." in text
    assert "Er rijden 9 bussen. &lt;script" in text


def test_the_reports_tell_causes_length_reliability_and_facts_of_each_document(finished):
    page, markdown = html_report(finished), markdown_report(finished)
    causes = {row["cause"] for row in finished.scores["questions"]} - {None}
    assert {f'<h3 id="{cause}">' in page for cause in causes} == {True}
    assert causes == set(CAUSES) - {"fact_missing"}
    for shown in ("Er rijden 9 bussen.", "geen bewijs", "Goudpassage", "map/vis.txt"):
        assert shown in page
    shown = [metric for metric in METRICS if metric.name in finished.scores["metrics"]]
    assert len(shown) > 20
    for text in (page, markdown):
        assert all(metric.nl in text for metric in shown)
        assert "Lengte van antwoorden, in woorden (mediaan)" in text
        assert "ijkfout (0 is goed)" in text
    documents = page[page.index("<h2>Per document") : page.index("<h2>Klopt de kans")]
    # vis.txt has one question, and its answer another passage's sentence.
    assert re.search(r"<td>vis\.txt</td><td class=\"n\">1</td>", documents)
    assert "0,0\u00a0%" in documents


def test_a_comparison_says_first_what_differs_and_lists_what_got_worse(finished, tmp_path):
    config = {
        "settings": {"top_k": 8, "mode": "auto"},
        "git": "a" * 40 + "+",
        "model": {"name": "klein"},
        "reader": "b" * 64,
        "documents": {"1": "een.txt", "2": "hier/twee.txt"},
    }
    right = run(tmp_path / "right", QUESTIONS, DOCUMENTS, System(), config)
    changed = {
        "settings": {"top_k": 1, "mode": "auto"},
        "git": "c" * 40,
        "model": {"name": "klein"},
        "reader": "d" * 64,
        "documents": {"2": "/elders/twee.txt"},
    }
    worse = run(
        tmp_path / "worse", QUESTIONS, DOCUMENTS, System({"bus2": refused((BUS, 1))}), changed
    )
    compared = compare_runs(right, worse)
    text, page = comparison_markdown(compared), comparison_html(compared)
    head = text[: text.index("### Maten")]
    assert "- instelling top\\_k: 8 → 1" in head
    assert f"- revisie: {'a' * 12}+ → {'c' * 12}" in head
    assert f"- gewichten van het leesmodel: {'b' * 12} → {'d' * 12}" in head
    assert "- document 1: een.txt → –" in head
    assert "instelling mode" not in head
    assert "klein" not in head
    assert "twee.txt" not in head
    assert page.index("instelling top_k") < page.index("juist beantwoord")
    [row] = [line for line in text.splitlines() if line.startswith("| bus2:")]
    assert "| CRAG-score (-1 tot 1) | 1,000 | 0,000 |" in row
    assert "4,6 miljoen euro" in row
    assert "geen bewijs" in row
    assert ">verschil, nieuw min basis (pp)</text>" in page
    assert page.count('class="dot"') > 20
    assert "feiten genoemd</td><td class='n'>100,0\u00a0%</td><td class='n'>0,0\u00a0%" in page
    same = comparison_markdown(compare_runs(right, right), "en")
    assert "Settings, revision, model, reader, index" in same


def test_the_page_lists_every_sentence_in_short_with_why_it_was_not_shown(tmp_path):
    asked = answered(BUS, 0) | {"prompt_hash": "abc"}
    shown = {"text": f"Kort: 1.750. {EVIL}", "citations": [0], "model": "m"}
    instead = {
        "bus1": asked | {"in_short": shown},
        "bus2": asked | {"dropped": [{"text": "Kort fout.", "why": "te weinig steun"}]},
    }
    done = run(tmp_path / "run", QUESTIONS, DOCUMENTS, System(instead), {})
    page = html_report(done)
    assert "In het kort, door het taalmodel" in page
    assert "<b>Kort: 1.750." in page
    assert "<b>Kort fout.</b> (niet getoond: te weinig steun)" in page
    assert EVIL not in page
    assert "zin in het kort geschreven" in markdown_report(done)
