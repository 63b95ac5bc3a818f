"""Run the REST service in this process."""

from __future__ import annotations

import socket
import sys

import uvicorn

from index.errors import BadRequest
from rag.api import create_app
from rag.settings import Settings


def serve(settings: Settings) -> None:
    """Serve until interrupted. Raises BadRequest where host and port cannot be listened on."""
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
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        url = f"http://{host}:{listening.getsockname()[1]}"
        words = "luistert op" if settings.language == "nl" else "listens on"
        print(f"Vraagbaak {words} {url}", file=sys.stderr, flush=True)
        config = uvicorn.Config(create_app(settings), log_level=settings.log_level)
        uvicorn.Server(config).run(sockets=[listening])
