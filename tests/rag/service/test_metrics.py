"""What Prometheus reads of a service: counted once, bounded, and without a word of a question."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from index.documents import DocumentInfo, Metadata
from index.errors import NoIndex
from rag.pipeline.answers import Answer, Citation, Dropped, Sentence
from rag.service.metrics import Metrics

ROOT = Path(__file__).resolve().parents[3]
INFO = DocumentInfo("0123456789abcdef", "x.txt", "answers", Metadata())
ANSWER = Answer(
    question="hoeveel geheimwoord?",
    read_as="hoeveel geheimwoord?",
    mode="verbatim",
    sentences=(
        Sentence("Een.", "carried", (0,)),
        Sentence("Twee.", "quoted", (0,)),
        Sentence("Drie.", "quoted", (0,)),
    ),
    citations=(Citation(INFO, 1, (4, 5), "label", "Een.", 0, 4),),
    dropped=(Dropped("geheimwoord", "geheimwoord"), Dropped("b", "c")),
    model="fake:geheimwoord",
    timings_ms={"search": 20.0, "first_sentence": 1500.0, "total": 2000.0},
)
REFUSAL = replace(
    ANSWER, abstained=True, reason="geheimwoord", sentences=(), citations=(), dropped=()
)


def families(metrics: Metrics) -> dict[str, Metric]:
    body, content_type = metrics.text()
    assert content_type.startswith("text/plain")
    return {each.name: each for each in text_string_to_metric_families(body.decode("utf-8"))}


def value(metrics: Metrics, sample: str, **labels: str) -> float | None:
    """The one sample of that name with exactly those labels; None where there is none."""
    found = [
        each.value
        for family in families(metrics).values()
        for each in family.samples
        if each.name == sample and each.labels == labels
    ]
    assert len(found) < 2
    return found[0] if found else None


def watched() -> Metrics:
    metrics = Metrics("1.2.3")
    metrics.watch(running=lambda: 1, waiting=lambda: 2, documents=lambda: 3, passages=lambda: 40)
    return metrics


def test_answers_and_refusals_are_counted_by_surface_and_mode():
    metrics = Metrics("1")
    metrics.answered(ANSWER, "api")
    metrics.answered(ANSWER, "api")
    metrics.answered(REFUSAL, "mcp")
    name = "vraagbaak_questions_total"
    assert value(metrics, name, surface="api", mode="verbatim", outcome="answered") == 2
    assert value(metrics, name, surface="mcp", mode="verbatim", outcome="refused") == 1
    assert value(metrics, name, surface="api", mode="verbatim", outcome="refused") is None


def test_what_the_check_decided_is_counted_a_sentence():
    metrics = Metrics("1")
    metrics.answered(ANSWER, "api")
    metrics.answered(REFUSAL, "api")
    found = {
        status: value(metrics, "vraagbaak_sentences_total", status=status)
        for status in ("carried", "quoted", "dropped", "replaced")
    }
    assert found == {"carried": 1, "quoted": 2, "dropped": 2, "replaced": None}


def test_an_error_is_a_question_too_with_its_code():
    metrics = Metrics("1")
    metrics.failed("api", "bezet")
    assert (
        value(metrics, "vraagbaak_questions_total", surface="api", mode="unknown", outcome="error")
        == 1
    )
    assert value(metrics, "vraagbaak_errors_total", surface="api", code="bezet") == 1


@pytest.mark.parametrize(
    ("stage", "seconds"),
    [("search", 0.02), ("first_sentence", 1.5), ("total", 2.0), ("queue", 45.0)],
)
def test_stages_are_in_seconds(stage, seconds):
    metrics = Metrics("1")
    metrics.answered(ANSWER, "api")
    metrics.waited(45.0)
    name = "vraagbaak_stage_seconds"
    assert value(metrics, f"{name}_sum", stage=stage) == pytest.approx(seconds)
    assert value(metrics, f"{name}_count", stage=stage) == 1
    bounds = [
        (float(each.labels["le"]), each.value)
        for each in families(metrics)[name].samples
        if each.name.endswith("_bucket") and each.labels["stage"] == stage
    ]
    assert (bounds[0][0], bounds[-2][0], bounds[-1][0]) == (0.01, 300, math.inf)
    assert {bound >= seconds for bound, number in bounds if number} == {True}


def test_requests_are_counted_by_route_and_an_invented_method_makes_no_new_series():
    metrics = Metrics("1")
    for method in ("GET", "GET", "HACK", "x" * 5000):
        metrics.requested(method, "/v1/documents/{id}", 200, 0.5)
    name, route = "vraagbaak_requests_total", "/v1/documents/{id}"
    assert value(metrics, name, method="GET", route=route, status="200") == 2
    assert value(metrics, name, method="other", route=route, status="200") == 2
    assert value(metrics, "vraagbaak_request_seconds_sum", route=route) == 2.0


def test_verdicts_and_the_version_are_shown():
    metrics = Metrics("1.2.3")
    metrics.judged("up")
    assert value(metrics, "vraagbaak_feedback_total", verdict="up") == 1
    assert value(metrics, "vraagbaak_build_info", version="1.2.3") == 1


def test_queue_and_index_are_read_at_every_reading():
    metrics, documents = Metrics("1"), [5.0]
    metrics.watch(
        running=lambda: 1, waiting=lambda: 2, documents=lambda: documents[0], passages=lambda: 40
    )
    assert value(metrics, "vraagbaak_queue_running") == 1
    assert value(metrics, "vraagbaak_queue_waiting") == 2
    assert value(metrics, "vraagbaak_index_passages") == 40
    assert value(metrics, "vraagbaak_index_documents") == 5
    documents[0] = 6
    assert value(metrics, "vraagbaak_index_documents") == 6


def test_an_index_that_cannot_be_read_is_not_known_and_the_rest_is_shown():
    def no_index() -> float:
        raise NoIndex("geen", "none")

    metrics = Metrics("1")
    metrics.watch(running=lambda: 1, waiting=lambda: 0, documents=no_index, passages=lambda: 0)
    shown = value(metrics, "vraagbaak_index_documents")
    assert shown is not None
    assert math.isnan(shown)
    assert value(metrics, "vraagbaak_queue_running") == 1


def test_two_services_in_one_process_count_apart():
    one, other = watched(), watched()
    one.judged("up")
    assert value(one, "vraagbaak_feedback_total", verdict="up") == 1
    assert value(other, "vraagbaak_feedback_total", verdict="up") is None


def test_no_word_of_a_question_or_an_answer_is_shown():
    metrics = watched()
    metrics.answered(ANSWER, "api")
    metrics.answered(REFUSAL, "api")
    body, _ = metrics.text()
    assert b"geheimwoord" not in body
    assert INFO.id.encode() not in body


def test_the_documentation_lists_every_metric_with_its_labels():
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    listed = {
        name: set(re.findall(r"`(\w+)`", labels))
        for name, labels in re.findall(r"(?m)^\| `(vraagbaak_\w+)` \| ([^|]*)\|", page)
    }
    body, _ = watched().text()
    declared = {
        match[1]
        for match in re.finditer(r"(?m)^# TYPE (vraagbaak_\w+) ", body.decode())
        if not match[1].endswith("_created")
    }
    assert set(listed) == declared
    full = watched()
    full.answered(ANSWER, "api")
    full.failed("api", "bezet")
    full.judged("up")
    full.requested("GET", "/healthz", 200, 0.1)
    for family in families(full).values():
        for each in family.samples:
            if each.name.startswith("vraagbaak_") and not each.name.endswith("_created"):
                name = re.sub(r"_(bucket|sum|count)$", "", each.name)
                assert set(each.labels) - {"le"} == listed[name], name
