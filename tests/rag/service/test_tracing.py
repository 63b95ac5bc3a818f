"""Traces: spans without the words of users, sent only where the environment says so."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest
from opentelemetry import trace

from index.errors import BadRequest, NoIndex
from rag.service.tracing import configure, span

pytest.importorskip("opentelemetry.sdk", reason="opentelemetry-sdk is not installed")

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def exported(monkeypatch):
    """What is exported while the test runs."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    # The provider of a process can be set only once: other tests keep theirs.
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    yield exporter
    provider.shutdown()


def run(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """`code` in a process of its own: a tracer provider is set for good."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True
    )


def test_spans_nest_and_carry_their_attributes(exported):
    with span("vraagbaak.ask", surface="api") as asking:
        with span("vraagbaak.search", k=8, whole=False, share=0.5):
            pass
        asking.set_attribute("abstained", True)
    search, ask = exported.get_finished_spans()
    assert [(each.name, dict(each.attributes)) for each in (search, ask)] == [
        ("vraagbaak.search", {"k": 8, "whole": False, "share": 0.5}),
        ("vraagbaak.ask", {"surface": "api", "abstained": True}),
    ]
    assert search.parent.span_id == ask.context.span_id
    assert ask.status.status_code is trace.StatusCode.UNSET


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NoIndex("geheim in het Nederlands", "geheim"), "geen-index"),
        (ValueError("geheim"), "ValueError"),
    ],
)
def test_an_error_marks_the_span_without_its_message(exported, error, kind):
    with pytest.raises(type(error)), span("vraagbaak.ask"):
        raise error
    (ask,) = exported.get_finished_spans()
    assert ask.status.status_code is trace.StatusCode.ERROR
    assert ask.attributes["error.type"] == kind
    assert "geheim" not in ask.to_json()


def test_without_configuration_a_span_records_nothing():
    done = run(
        "from rag.service.tracing import configure, span\n"
        "assert configure() is False\n"
        "with span('x', surface='api') as current:\n"
        "    assert not current.is_recording()\n"
        "print('done')"
    )
    assert (done.stdout, done.stderr) == ("done\n", "")


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"},
        {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "True"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": " "},
    ],
)
def test_what_is_not_asked_for_is_not_set_up(environ):
    assert configure(environ) is False


@pytest.mark.parametrize("named", [{}, {"OTEL_SERVICE_NAME": "proef"}])
def test_the_exporter_that_is_asked_for_gets_the_spans_before_the_process_ends(named):
    done = run(
        "from rag.service.tracing import configure, span\n"
        "assert configure() is True\n"
        "with span('vraagbaak.ask', surface='api'):\n"
        "    pass",
        OTEL_TRACES_EXPORTER="console",
        **named,
    )
    assert done.returncode == 0, done.stderr
    assert '"name": "vraagbaak.ask"' in done.stdout
    assert f'"service.name": "{named.get("OTEL_SERVICE_NAME", "vraagbaak")}"' in done.stdout


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"OTEL_TRACES_EXPORTER": "console,nowhere"}, "opentelemetry-exporter-nowhere"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"},
            "opentelemetry-exporter-otlp-proto-http",
        ),
        (
            {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "opentelemetry-exporter-otlp-proto-grpc",
        ),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}, "http/json"),
        # Installed by half.
        ({"OTEL_TRACES_EXPORTER": "broken"}, "exporter-broken (rag.nothing_here)"),
    ],
)
def test_an_exporter_that_is_not_there_is_an_error(monkeypatch, environ, said):
    group = "opentelemetry_traces_exporter"
    found = [each for each in entry_points(group=group) if not each.name.startswith("otlp")]
    found.append(EntryPoint("broken", "rag.nothing_here:Exporter", group))
    monkeypatch.setattr("rag.service.tracing.entry_points", lambda **_: found)
    with pytest.raises(BadRequest) as caught:
        configure(environ)
    assert said in caught.value.nl
    assert said in caught.value.en


def test_a_missing_sdk_is_an_error_where_traces_are_asked_for(monkeypatch):
    for name in list(sys.modules):
        if name.startswith("opentelemetry.sdk"):
            monkeypatch.setitem(sys.modules, name, None)
    assert configure({}) is False
    with pytest.raises(BadRequest, match="opentelemetry-sdk"):
        configure({"OTEL_TRACES_EXPORTER": "console"})
