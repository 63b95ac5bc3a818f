"""The service's log: one line for each event, as text or JSON, without the text of questions.

Characters that do not print are written as JSON escapes, so that no value can begin a second line
or control a terminal.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from rag.pipeline.answers import Answer

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The request that is being served; set by a surface, written on every line."""

key_id: ContextVar[str | None] = ContextVar("key_id", default=None)
"""The id (never the text) of the key that it came with."""

_BARE = re.compile(r"[\w.:/@+-]+", re.ASCII)


def configure(level: str, format: str) -> None:
    """Send the loggers "vraagbaak" and "uvicorn" to stderr from `level` on.

    `level` is "debug", "info", "warning" or "error"; `format` is "text" or "json". Uvicorn must be
    started with `log_config=None`, or it undoes this. Its access log is closed: it holds whole
    addresses, and so the questions of `/v1/search?q=`.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(_json if format == "json" else _text))
    for name in ("vraagbaak", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level.upper())
        logger.propagate = False
    # A server started earlier with another level may have left its handler there.
    logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate = [], False


def log_event(
    logger: logging.Logger, event: str, *, level: int = logging.INFO, **fields: Any
) -> None:
    """Log `event` (one of our fixed names) with `fields`; fields that are None are left out."""
    logger.log(level, event, extra={"fields": fields}, stacklevel=2)


def answer_fields(answer: Answer, with_question: bool) -> dict[str, Any]:
    """The log fields of an answer: how it was made and what it cites.

    The question, as asked and as rewritten, is included only `with_question`. The answer's text and
    the reason of a refusal never are: a refusal repeats words of the question.
    """
    rests_on = dict.fromkeys((each.document.id, each.questions) for each in answer.citations)
    told = {
        "mode": answer.mode,
        "model": answer.model,
        "abstained": answer.abstained,
        "sentences": len(answer.sentences),
        "dropped": len(answer.dropped),
        "citations": [{"document": id, "questions": list(numbers)} for id, numbers in rests_on],
        "timings_ms": {name: round(value, 1) for name, value in answer.timings_ms.items()},
        "tokens": dict(answer.tokens),
    }
    asked = {"question": answer.question, "read_as": answer.read_as} if with_question else {}
    return told | asked


class _Lines(logging.Formatter):
    """Formats a record as one line; `write` joins its parts."""

    def __init__(self, write: Callable[[dict[str, Any]], str]) -> None:
        super().__init__()
        self._write = write

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        parts = {
            "time": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            "request_id": request_id.get(),
            "key_id": key_id.get(),
            **getattr(record, "fields", {}),
            "exception": self.formatException(record.exc_info) if record.exc_info else None,
        }
        line = self._write({name: value for name, value in parts.items() if value is not None})
        return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def _json(parts: dict[str, Any]) -> str:
    return json.dumps(parts, ensure_ascii=False, default=str)


def _text(parts: dict[str, Any]) -> str:
    """`time level logger event name=value ...`; a value that is not one plain word as JSON."""
    head = [str(parts.pop(name)) for name in ("time", "level", "logger", "event")]
    return " ".join([*head, *(f"{name}={_value(value)}" for name, value in parts.items())])


def _value(value: Any) -> str:
    if isinstance(value, str) and _BARE.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False, default=str, separators=(",", ":"))
