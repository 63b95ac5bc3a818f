"""Traces over OpenTelemetry. Until `configure` switches them on, spans cost next to nothing.

Configured by the standard environment variables only
(https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import entry_points

from opentelemetry import trace

from index.errors import BadRequest, VraagbaakError

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_BY_PROTOCOL = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}


@contextmanager
def span(name: str, **attributes: str | float | bool) -> Iterator[trace.Span]:
    """A span around the block; yields it for more attributes, never the text of a question.

    An error sets status ERROR with the error's code or type, not its message: that may quote what
    the user wrote.
    """
    tracer = trace.get_tracer("vraagbaak")
    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except Exception as error:
            kind = error.code if isinstance(error, VraagbaakError) else type(error).__name__
            current.set_attribute("error.type", kind)
            current.set_status(trace.StatusCode.ERROR)
            raise


def configure(environ: Mapping[str, str] = os.environ) -> bool:
    """Send spans where the environment says; returns whether it does. Call once, at the start.

    Switched on where OTEL_TRACES_EXPORTER names exporters, or OTEL_EXPORTER_OTLP_ENDPOINT (or
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) says where to; not with OTEL_SDK_DISABLED=true. Raises
    BadRequest where the SDK or an exporter that is asked for is not installed.
    """
    names = _exporters(environ)
    if not names:
        return False
    try:
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise _missing("opentelemetry-sdk") from error
    kinds = {each.name: each for each in entry_points(group="opentelemetry_traces_exporter")}
    exporters = []
    for name in names:
        package = f"opentelemetry-exporter-{name.replace('_', '-')}"
        if name not in kinds:
            raise _missing(package)
        try:
            exporters.append(kinds[name].load()())
        except ImportError as error:
            raise _missing(f"{package} ({error.name})") from error
    # Resource.create lets what it is given win over OTEL_SERVICE_NAME.
    ours = {} if environ.get("OTEL_SERVICE_NAME") else {SERVICE_NAME: "vraagbaak"}
    provider = TracerProvider(resource=Resource.create(ours))
    for exporter in exporters:
        provider.add_span_processor(BatchSpanProcessor(exporter))
    # It sends what is left when the process ends.
    trace.set_tracer_provider(provider)
    return True


def _exporters(environ: Mapping[str, str]) -> list[str]:
    """The names under which the exporters that are wanted are registered."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return []
    wanted = environ.get("OTEL_TRACES_EXPORTER", "")
    if not wanted.strip() and any(environ.get(name, "").strip() for name in _ENDPOINTS):
        wanted = "otlp"
    names = [name.strip().lower() for name in wanted.split(",")]
    return [
        _otlp(environ) if name == "otlp" else name for name in names if name not in ("", "none")
    ]


def _otlp(environ: Mapping[str, str]) -> str:
    """The OTLP exporter of the protocol that is asked for; http/protobuf is the default."""
    stated = [environ[name].strip() for name in _PROTOCOLS if environ.get(name, "").strip()]
    protocol = stated[0] if stated else "http/protobuf"
    if protocol not in _BY_PROTOCOL:
        raise BadRequest(
            f"Onbekend protocol voor traces: {protocol!r}. Kies {' of '.join(_BY_PROTOCOL)}.",
            f"Unknown protocol for traces: {protocol!r}. Choose {' or '.join(_BY_PROTOCOL)}.",
        )
    return _BY_PROTOCOL[protocol]


def _missing(package: str) -> BadRequest:
    return BadRequest(
        f"De omgeving vraagt om traces (OTEL_*), maar {package} is niet geïnstalleerd: installeer "
        "het, of zet OTEL_TRACES_EXPORTER=none.",
        f"The environment asks for traces (OTEL_*), but {package} is not installed: install it, "
        "or set OTEL_TRACES_EXPORTER=none.",
    )
