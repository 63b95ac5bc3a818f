"""The REST service: translates HTTP to and from answers, hits and documents; nothing else."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from index.search import Filters
from rag import mcp_server
from rag.answers import Answer
from rag.api import asking, completions, documents, feedback, page, problems, state
from rag.api.describe import DescribedApi
from rag.api.doors import Doors, Observed, cors_origins
from rag.api.parts import Parts
from rag.api.watched import watching
from rag.conversation import Turn
from rag.conversation.conversations import Conversations
from rag.desk import Desk
from rag.operations.keys import Keys
from rag.operations.limits import RateLimiter
from rag.operations.metrics import Metrics
from rag.operations.queue import Queue
from rag.service import Service, program_version
from rag.settings import Settings

if TYPE_CHECKING:
    from index.build import Index
    from rag.models import LanguageModel

WRITERS = 2
ROUTES = (asking.routes, documents.routes, completions.routes, feedback.routes, state.routes)


def create_app(
    settings: Settings, index: Index | None = None, model: LanguageModel | None = None
) -> FastAPI:
    """The service. Without `index` or `model` they are opened as `settings` say, at the start."""
    service = Service(settings, index, model)
    metrics = Metrics(program_version())
    desk = Desk(service, settings, metrics)
    metrics.watch(
        running=lambda: desk.generations.running,
        waiting=lambda: desk.generations.waiting,
        documents=lambda: len(service.open_index().documents()),
        passages=lambda: sum(each.passages for each in service.open_index().documents()),
    )
    parts = Parts(
        settings=settings,
        service=service,
        desk=desk,
        metrics=metrics,
        keys=Keys(settings.data_dir),
        limiter=RateLimiter(settings.rate_limit),
        conversations=Conversations(),
        # One more than there are places: who finds none hears so at once.
        pool=ThreadPoolExecutor(settings.max_asks + 1, thread_name_prefix="answer"),
        # Reading a document is slow: apart from what answers, so that it never holds that up.
        writers=ThreadPoolExecutor(WRITERS, thread_name_prefix="add"),
        uploads=Queue(WRITERS, settings.queue_size),
    )

    def ask_by_mcp(
        question: str, history: tuple[Turn, ...], filters: Filters, stop: threading.Event
    ) -> Answer:
        return desk.answer(question, history=history, filters=filters, surface="mcp", stop=stop)

    mcp = mcp_server.over_http(mcp_server.build(service, settings, ask_by_mcp))
    # Keys that cannot be read stop the service here, before anybody is let in.
    parts.keys.any()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.warm_up()
        with watching(parts):
            async with mcp.run():
                yield
        desk.close()
        parts.pool.shutdown()
        parts.writers.shutdown(cancel_futures=True)
        service.close()

    # No /docs: its page would load scripts from elsewhere.
    app = DescribedApi(
        title="Vraagbaak",
        version=program_version(),
        description="Vragen over documenten van het parlement, beantwoord met vindplaatsen.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    for routes in ROUTES:
        app.include_router(routes(parts))
    app.router.routes.append(mcp_server.http_route(mcp))
    page.install(app)
    problems.install(app, settings.language)
    # The last one added is the first one that a request meets.
    app.add_middleware(Doors, parts=parts)
    if origins := cors_origins(settings):
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["Retry-After", "X-Request-ID"],
        )
    app.add_middleware(Observed, parts=parts)
    return app
