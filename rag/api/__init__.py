"""The REST service: translates between HTTP and answers, hits and documents; nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute

from rag.api import problem_details
from rag.api.app_state import AppState
from rag.api.folder_watching import watching
from rag.api.middleware import AccessControl, RequestLogging, cors_origins
from rag.api.openapi import DescribedApi
from rag.api.routes import (
    ask,
    chat_completions,
    documents,
    embeddings,
    feedback,
    health,
    models,
    originals,
    page,
)
from rag.service.resources import program_version

ROUTES = (
    *(ask.routes, documents.routes, originals.routes, feedback.routes),
    *(models.routes, chat_completions.routes, embeddings.routes),
    health.routes,
)

Running = Callable[[], AbstractAsyncContextManager[None]]
"""What a route that is served beside the API needs to run while the service does."""


def create_api(state: AppState, beside: Sequence[tuple[BaseRoute, Running]] = ()) -> FastAPI:
    """Build the app over `state`; `beside` are routes of other protocols behind the same
    middleware."""
    # If the keys cannot be read the service must not start.
    state.keys.any()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        state.resources.warm_up()
        with watching(state):
            async with AsyncExitStack() as stack:
                for _route, running in beside:
                    await stack.enter_async_context(running())
                yield
        state.answers.close()
        state.pool.shutdown()
        state.writers.shutdown(cancel_futures=True)
        state.resources.close()

    # No /docs: its page would load scripts from elsewhere.
    app = DescribedApi(
        title="Vraagbaak",
        version=program_version(),
        description="Vragen over documenten van het parlement, beantwoord met vindplaatsen.",
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
        docs_url=None,
        redoc_url=None,
    )
    for routes in ROUTES:
        app.include_router(routes(state))
    app.router.routes.extend(route for route, _ in beside)
    page.install(app)
    problem_details.install(app, state.settings.language)
    # The middleware added last is the outermost.
    app.add_middleware(AccessControl, state=state)
    if origins := cors_origins(state.settings):
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["Retry-After", "X-Request-ID"],
        )
    app.add_middleware(RequestLogging, state=state)
    return app


def _operation_id(route: APIRoute) -> str:
    """The id of an operation is the name of its function: addDocument for `add_document`."""
    first, *more = route.name.split("_")
    return first + "".join(each.capitalize() for each in more)
