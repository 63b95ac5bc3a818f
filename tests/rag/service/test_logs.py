"""The log: one line an event whatever is in it, and no question unless asked for."""

from __future__ import annotations

import contextvars
import io
import json
import logging
import threading
from collections.abc import Callable
from contextlib import redirect_stderr
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.documents import DocumentInfo, Metadata
from rag.pipeline.answers import Answer, Citation, Dropped, Sentence
from rag.service import logs
from rag.service.logs import answer_fields, configure, log_event

LOGGERS = ("vraagbaak", "uvicorn", "uvicorn.access")
HOSTILE = (
    'a"b\n2026-01-01T00:00:00Z error x forged\r\x1b[31m\x00\x85\u2028\u2029\u202e\ud800\U000e0001'
)
as_json = pytest.mark.parametrize("log", ["json"], indirect=True)
as_text = pytest.mark.parametrize("log", ["text"], indirect=True)
both = pytest.mark.parametrize("log", ["json", "text"], indirect=True)

INFO = DocumentInfo("0123456789abcdef", "x.txt", "answers", Metadata(title="geheim"))
ANSWER = Answer(
    question="hoeveel geheim?",
    read_as="hoeveel geheim in 2024?",
    mode="compose",
    sentences=(Sentence("geheim", "carried", (0, 1)), Sentence("geheim", "quoted", (1,))),
    citations=(
        Citation(INFO, 1, (4, 5), "geheim", "geheim", 0, 6),
        Citation(INFO, 1, (4, 5), "geheim", "geheim", 9, 15),
        Citation(INFO, 2, (), "geheim", "geheim", 20, 26),
    ),
    dropped=(Dropped("geheim", "geheim"),),
    notes=("geheim",),
    model="fake:model",
    timings_ms={"search": 20.04, "total": 2000.0},
    tokens={"prompt": 10, "completion": 2},
)

Lines = Callable[[], list[str]]


@pytest.fixture
def log(request):
    """A logger of the service with its lines so far; "json" or "text" as the parameter says."""
    before = [
        (each, each.handlers, each.level, each.propagate)
        for each in map(logging.getLogger, LOGGERS)
    ]
    # As a terminal has it: what cannot be encoded is not what keeps a line whole.
    written = io.StringIO()
    with redirect_stderr(written):
        configure("info", request.param)
    yield logging.getLogger("vraagbaak.test"), lambda: written.getvalue().split("\n")[:-1]
    for each, handlers, level, propagate in before:
        each.handlers, each.propagate = handlers, propagate
        each.setLevel(level)


@as_json
def test_a_line_is_json_with_what_happened_when_and_for_whom(log):
    logger, lines = log

    def serve() -> None:
        logs.request_id.set("r1")
        logs.key_id.set("0a0a0a0a")
        log_event(logger, "answer", surface="api", ms=1.5, left_out=None, many=[1, 2])

    contextvars.copy_context().run(serve)
    (line,) = lines()
    event = json.loads(line)
    at = datetime.fromisoformat(event.pop("time"))
    assert at.tzinfo == UTC
    assert event == {
        "level": "info",
        "logger": "vraagbaak.test",
        "event": "answer",
        "request_id": "r1",
        "key_id": "0a0a0a0a",
        "surface": "api",
        "ms": 1.5,
        "many": [1, 2],
    }


@as_text
def test_a_text_line_has_the_same_as_name_and_value(log):
    logger, lines = log
    contextvars.copy_context().run(
        lambda: (
            logs.request_id.set("r1"),
            log_event(logger, "answer", surface="api", said="a b", none="", of={"n": [4, 5]}),
        )
    )
    assert lines()[0].split(" ", 1)[1] == (
        'info vraagbaak.test answer request_id=r1 surface=api said="a b" none="" of={"n":[4,5]}'
    )
    # A value cannot pass for another field.
    for value in ("a level=error", 'x" level="error', "=", "'a'"):
        log_event(logger, "x", value=value)
        assert lines()[-1].endswith(f" x value={json.dumps(value)}")


@both
def test_nothing_can_make_a_second_line_or_drive_a_terminal(log):
    logger, lines = log
    ours = logging.getLogger("vraagbaak")
    ours.handlers = ours.handlers[:1]  # pytest's own comes behind: its report cannot hold all this

    def write() -> None:
        log_event(logger, "request", path=HOSTILE)
        log_event(logger, "request", path=[{HOSTILE: HOSTILE}])
        logger.info("%s", HOSTILE)
        try:
            raise ValueError(HOSTILE)
        except ValueError:
            logger.exception("fout")
        logs.request_id.set(HOSTILE)
        log_event(logger, "request")

    contextvars.copy_context().run(write)
    assert len(lines()) == 5
    for line in lines():
        assert line.isprintable()
        assert len(line.splitlines()) == 1
        line.encode("utf-8")


@as_json
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_value_is_read_back_as_it_was(log, value):
    logger, lines = log
    log_event(logger, "x", value=value)
    assert json.loads(lines()[-1])["value"] == value


@both
def test_the_level_is_kept_and_configuring_again_does_not_write_twice(log, capsys):
    logger, lines = log
    log_event(logger, "quiet", level=logging.DEBUG)
    log_event(logger, "loud", level=logging.ERROR)
    (line,) = lines()
    assert "loud" in line
    assert "error" in line
    assert "request_id" not in line  # outside a request
    configure("warning", "json")
    log_event(logger, "once", level=logging.WARNING)
    log_event(logger, "not at this level")
    assert lines() == [line]
    assert len(capsys.readouterr().err.splitlines()) == 1


@both
def test_the_server_logs_in_the_same_way_and_no_addresses(log):
    _, lines = log
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
    access = logging.getLogger("uvicorn.access")
    access.info('%s - "%s %s HTTP/%s" %d', "::1", "GET", "/v1/search?q=geheim", "1.1", 200)
    (line,) = lines()
    assert "Started server process [7]" in line
    # Uvicorn looks at this before it makes a line at all. Again here: pytest gives loggers handlers
    # when a test begins.
    configure("info", "json")
    assert not access.hasHandlers()


@as_json
def test_an_error_is_one_line_with_its_traceback(log):
    logger, lines = log
    try:
        raise ZeroDivisionError("door nul")
    except ZeroDivisionError as error:
        logger.error("POST /v1/ask", exc_info=error)
    told = json.loads(lines()[0])["exception"]
    assert told.startswith("Traceback")
    assert told.endswith("ZeroDivisionError: door nul")


@as_json
def test_threads_have_their_own_request_unless_it_is_given_along(log):
    logger, lines = log

    def serve() -> None:
        logs.request_id.set("r1")
        given = contextvars.copy_context()
        for work in (
            lambda: log_event(logger, "own"),
            lambda: given.run(log_event, logger, "ours"),
        ):
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()

    contextvars.copy_context().run(serve)
    found = {event["event"]: event.get("request_id") for event in map(json.loads, lines())}
    assert found == {"own": None, "ours": "r1"}


def test_an_answer_is_told_without_a_word_of_it_and_with_its_question_on_request():
    told = answer_fields(ANSWER, with_question=False)
    assert told == {
        "mode": "compose",
        "model": "fake:model",
        "abstained": False,
        "sentences": 2,
        "dropped": 1,
        "citations": [
            {"document": INFO.id, "questions": [4, 5]},
            {"document": INFO.id, "questions": []},
        ],
        "timings_ms": {"search": 20.0, "total": 2000.0},
        "tokens": {"prompt": 10, "completion": 2},
    }
    refused = Answer("geheim?", "geheim?", "verbatim", abstained=True, reason="Over geheim niets.")
    refusal = answer_fields(refused, with_question=False)
    assert refusal["abstained"] is True
    assert "geheim" not in json.dumps([told, refusal])
    told = answer_fields(ANSWER, with_question=True)
    assert (told["question"], told["read_as"]) == (ANSWER.question, ANSWER.read_as)
