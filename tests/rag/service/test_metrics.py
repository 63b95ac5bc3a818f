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


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """(name, value of each label in the order of their names) -> value."""
    return {
        (each.name, *(each.labels[name] for name in sorted(each.labels))): each.value
        for family in families(metrics).values()
        for each in family.samples
    }


def watched() -> Metrics:
    metrics = Metrics("1.2.3")
    metrics.watch(running=lambda: 1, waiting=lambda: 2, documents=lambda: 3, passages=lambda: 40)
    return metrics


@pytest.fixture(scope="module")
def used() -> Metrics:
    """The metrics of a service in which all happened that is counted."""
    metrics = watched()
    metrics.answered(ANSWER, "api")
    metrics.answered(ANSWER, "api")
    metrics.answered(REFUSAL, "mcp")
    metrics.failed("api", "bezet")
    metrics.waited(45.0)
    for method in ("GET", "GET", "HACK", "x" * 5000):
        metrics.requested(method, "/v1/documents/{id}", 200, 0.5)
    metrics.judged("up")
    return metrics


def test_everything_is_counted_once_with_few_labels_and_two_services_count_apart(used):
    counted = {
        name: value
        for name, value in samples(used).items()
        if re.fullmatch(r"vraagbaak_(?!stage|index|queue).+_(total|sum|info)", name[0])
    }
    route = "/v1/documents/{id}"
    assert counted == {
        ("vraagbaak_questions_total", "verbatim", "answered", "api"): 2,
        ("vraagbaak_questions_total", "verbatim", "refused", "mcp"): 1,
        ("vraagbaak_questions_total", "unknown", "error", "api"): 1,
        ("vraagbaak_errors_total", "bezet", "api"): 1,
        ("vraagbaak_sentences_total", "carried"): 2,
        ("vraagbaak_sentences_total", "quoted"): 4,
        ("vraagbaak_sentences_total", "dropped"): 4,
        ("vraagbaak_requests_total", "GET", route, "200"): 2,
        ("vraagbaak_requests_total", "other", route, "200"): 2,
        ("vraagbaak_request_seconds_sum", route): 2.0,
        ("vraagbaak_feedback_total", "up"): 1,
        ("vraagbaak_build_info", "1.2.3"): 1,
    }
    body, _ = used.text()
    assert b"geheimwoord" not in body
    assert INFO.id.encode() not in body
    assert ("vraagbaak_feedback_total", "up") not in samples(watched())


@pytest.mark.parametrize(
    ("stage", "seconds", "times"),
    [("search", 0.02, 3), ("first_sentence", 1.5, 3), ("total", 2.0, 3), ("queue", 45.0, 1)],
)
def test_stages_are_in_seconds(used, stage, seconds, times):
    name, found = "vraagbaak_stage_seconds", samples(used)
    assert found[f"{name}_sum", stage] == pytest.approx(times * seconds)
    assert found[f"{name}_count", stage] == times
    bounds = [
        (float(each.labels["le"]), each.value)
        for each in families(used)[name].samples
        if each.name.endswith("_bucket") and each.labels["stage"] == stage
    ]
    assert (bounds[0][0], bounds[-2][0], bounds[-1][0]) == (0.01, 300, math.inf)
    assert {bound >= seconds for bound, number in bounds if number} == {True}


def test_queue_and_index_are_read_at_every_reading_and_what_cannot_be_is_not_known():
    metrics, documents = Metrics("1"), [5.0]

    def no_index() -> float:
        raise NoIndex("geen", "none")

    metrics.watch(
        running=lambda: 1, waiting=lambda: 2, documents=lambda: documents[0], passages=no_index
    )
    shown = samples(metrics)
    assert [shown[f"vraagbaak_{each}",] for each in ("queue_running", "queue_waiting")] == [1, 2]
    assert shown["vraagbaak_index_documents",] == 5
    assert math.isnan(shown["vraagbaak_index_passages",])
    documents[0] = 6
    assert samples(metrics)["vraagbaak_index_documents",] == 6


def test_the_documentation_lists_every_metric_with_its_labels(used):
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    listed = {
        name: set(re.findall(r"`(\w+)`", labels))
        for name, labels in re.findall(r"(?m)^\| `(vraagbaak_\w+)` \| ([^|]*)\|", page)
    }
    declared = set(re.findall(r"(?m)^# TYPE (vraagbaak_\w+) ", used.text()[0].decode()))
    assert set(listed) == {each for each in declared if not each.endswith("_created")}
    for family in families(used).values():
        for each in family.samples:
            if each.name.startswith("vraagbaak_") and not each.name.endswith("_created"):
                name = re.sub(r"_(bucket|sum|count)$", "", each.name)
                assert set(each.labels) - {"le"} == listed[name], name
