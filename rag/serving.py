"""Assemble a service, from its settings to its surfaces, and run it in this process.

Surfaces do not import one another: this module says what each is built of and served beside.
"""

from __future__ import annotations

import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import uvicorn

from index.errors import BadRequest, VraagbaakError
from index.search import Filters
from rag.api import create_api
from rag.api.app_state import AppState
from rag.conversation.conversations import Conversations
from rag.conversation.followups import Turn
from rag.mcp import server as mcp_server
from rag.pipeline.answers import Answer
from rag.service import logs, tracing
from rag.service.answer_service import AnswerService
from rag.service.keys import Keys
from rag.service.limits import RateLimiter
from rag.service.loopback import is_loopback
from rag.service.metrics import Metrics
from rag.service.queue import Queue
from rag.service.resources import Resources, program_version
from rag.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from index.index import Index
    from rag.llm import LanguageModel

WRITERS = 2  # documents read at once


def create_app(
    settings: Settings, index: Index | None = None, model: LanguageModel | None = None
) -> FastAPI:
    """The service. Without `index` or `model` they are opened as `settings` say, at the start."""
    resources = Resources(settings, index, model)
    metrics = Metrics(program_version())
    answers = AnswerService(resources, settings, metrics)
    metrics.watch(
        running=lambda: answers.generations.running,
        waiting=lambda: answers.generations.waiting,
        documents=lambda: resources.open_index().count("documents"),
        passages=lambda: resources.open_index().count("passages"),
    )
    state = AppState(
        settings=settings,
        resources=resources,
        answers=answers,
        metrics=metrics,
        keys=Keys(settings.data_dir),
        limiter=RateLimiter(settings.rate_limit),
        conversations=Conversations(),
        # One thread more than there are places, so that a question without a place is refused at
        # once.
        pool=ThreadPoolExecutor(settings.max_asks + 1, thread_name_prefix="answer"),
        # Reading a document is slow: separate threads, so that it never delays answers.
        writers=ThreadPoolExecutor(WRITERS, thread_name_prefix="add"),
        uploads=Queue(WRITERS, settings.queue_size),
    )

    def ask_by_mcp(
        question: str, history: tuple[Turn, ...], filters: Filters, stop: threading.Event
    ) -> Answer:
        return answers.answer(question, history=history, filters=filters, surface="mcp", stop=stop)

    mcp = mcp_server.over_http(mcp_server.build(resources, settings, ask_by_mcp))
    return create_api(state, [(mcp_server.http_route(mcp), mcp.run)])


def serve_mcp(settings: Settings) -> None:
    """Speak the Model Context Protocol on stdin and stdout, until the client closes them."""
    mcp_server.run_stdio(settings)


def serve(settings: Settings) -> None:
    """Serve until interrupted, then let running answers end (`shutdown_s` at most).

    Raises BadRequest where host and port cannot be listened on, and where others than this machine
    could ask without a key while nobody said that they may.
    """
    if not (is_loopback(settings.host) or settings.without_keys or Keys(settings.data_dir).any()):
        raise BadRequest(
            f"{settings.host} is bereikbaar voor andere machines en er zijn geen sleutels: maak er "
            "een met `vraagbaak keys create NAAM`, of zeg met --zonder-sleutels dat iedereen mag.",
            f"Other machines can reach {settings.host} and there are no keys: make one with "
            "`vraagbaak keys create NAME`, or say with --without-keys that everyone may.",
        )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise BadRequest(
            f"Kan niet luisteren op {settings.host} poort {settings.port} ({error.strerror}): kies "
            "een andere met --host of --port.",
            f"Cannot listen on {settings.host} port {settings.port} ({error.strerror}): choose "
            "another with --host or --port.",
        ) from error
    with listening:
        logs.configure(settings.log_level, settings.log_format)
        tracing.configure()
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        url = f"http://{host}:{listening.getsockname()[1]}"
        words = "luistert op" if settings.language == "nl" else "listens on"
        app = create_app(settings)
        print(f"Vraagbaak {words} {url}", file=sys.stderr, flush=True)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            # Anybody can send X-Forwarded-For and so evade the rate limit.
            proxy_headers=False,
            timeout_graceful_shutdown=round(settings.shutdown_s),
        )
        server = uvicorn.Server(config)
        server.run(sockets=[listening])
        if not server.started:
            raise VraagbaakError(
                "De dienst kon niet beginnen; het logboek hierboven zegt waarom.",
                "The service could not start; the log above says why.",
            )
        # The server ends only by a signal, which uvicorn raises again, but sometimes too late to
        # see here.
        raise KeyboardInterrupt
