"""Metrics for Prometheus: counts and durations, never a word of a question.

Format: the Prometheus text exposition format, by `prometheus_client`. Every label has few values,
all of them fixed names of ours.
"""

from __future__ import annotations

import math
from collections import Counter as Tally
from collections.abc import Callable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from index.errors import VraagbaakError
from rag.pipeline.answers import Answer

_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300)
_STAGES = ("search", "first_sentence", "total")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Metrics:
    """The metrics of one service, in a registry of its own."""

    def __init__(self, version: str) -> None:
        self._registry = registry = CollectorRegistry()

        def counter(name: str, about: str, *labels: str) -> Counter:
            return Counter(f"vraagbaak_{name}_total", about, labels, registry=registry)

        def seconds(name: str, about: str, *labels: str) -> Histogram:
            name = f"vraagbaak_{name}_seconds"
            return Histogram(name, about, labels, buckets=_BUCKETS, registry=registry)

        self._questions = counter(
            "questions", "Questions, by how they ended", "surface", "mode", "outcome"
        )
        self._errors = counter(
            "errors", "Questions that ended in an error, by its code", "surface", "code"
        )
        self._sentences = counter("sentences", "Sentences, by what the check decided", "status")
        self._stages = seconds(
            "stage",
            "Time from the question to a stage of its answer; queue: spent waiting for the model",
            "stage",
        )
        self._requests = counter("requests", "HTTP requests", "method", "route", "status")
        self._request_seconds = seconds("request", "Time until an HTTP response was sent", "route")
        self._feedback = counter("feedback", "Verdicts of users", "verdict")
        Gauge(
            "vraagbaak_build_info", "1, with the version as label", ["version"], registry=registry
        ).labels(version).set(1)
        ProcessCollector(registry=registry)

    def watch(
        self,
        *,
        running: Callable[[], float],
        waiting: Callable[[], float],
        documents: Callable[[], float],
        passages: Callable[[], float],
    ) -> None:
        """Add gauges of queue and index; call once. The functions are called at every scrape.

        One that raises a VraagbaakError (an index that cannot be read) shows as NaN: not known.
        """
        for name, about, read in (
            ("queue_running", "Answers that the language model is making", running),
            ("queue_waiting", "Questions that wait for the language model", waiting),
            ("index_documents", "Documents in the index", documents),
            ("index_passages", "Passages in the index", passages),
        ):
            Gauge(f"vraagbaak_{name}", about, registry=self._registry).set_function(_known(read))

    def answered(self, answer: Answer, surface: str) -> None:
        """Count an answer or refusal; `surface` is the name of the surface that asked."""
        outcome = "refused" if answer.abstained else "answered"
        self._questions.labels(surface, answer.mode, outcome).inc()
        for status, number in Tally(each.status for each in answer.sentences).items():
            self._sentences.labels(status).inc(number)
        if answer.in_short:
            self._sentences.labels("in_short").inc()
        if answer.dropped:
            self._sentences.labels("dropped").inc(len(answer.dropped))
        for stage in _STAGES:
            if stage in answer.timings_ms:
                self._stages.labels(stage).observe(answer.timings_ms[stage] / 1000)

    def failed(self, surface: str, code: str) -> None:
        """Count a question that ended in an error; `code` is that of the VraagbaakError."""
        # The mode is not known: nothing has answered yet.
        self._questions.labels(surface, "unknown", "error").inc()
        self._errors.labels(surface, code).inc()

    def waited(self, seconds: float) -> None:
        """Record how long an answer waited for its turn with the model."""
        self._stages.labels("queue").observe(seconds)

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an HTTP request; `route` is the path as declared ("/v1/documents/{id}").

        Never the path as sent: there would be no end of label values.
        """
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def judged(self, verdict: str) -> None:
        """Count a user's verdict on an answer; `verdict` is one of our names."""
        self._feedback.labels(verdict).inc()

    def text(self) -> tuple[bytes, str]:
        """The body of `/metrics` and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST


def _known(read: Callable[[], float]) -> Callable[[], float]:
    def value() -> float:
        try:
            return read()
        except VraagbaakError:
            return math.nan

    return value
