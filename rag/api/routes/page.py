"""Routes for the chat page: its static files, and the page itself at `/`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parents[2] / "web"


def install(app: FastAPI) -> None:
    """Serve the page."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/", methods=["GET", "HEAD"])
    def page() -> FileResponse:
        return FileResponse(FOLDER / "index.html", headers={"Cache-Control": "no-cache"})

    app.include_router(router)
    app.mount("/web", _Fresh(directory=FOLDER), name="web")


class _Fresh(StaticFiles):
    """Static files that the browser revalidates each time: modules of two versions must not mix."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = "no-cache"
        return response
