"""A real HTTP server on the loopback for tests of what is spoken over the wire."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """One request; `routes` of the server says who answers it."""

    server: Service

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.sent = json.loads(self.rfile.read(length)) if length else None
        self.server.seen.append((self.path, self.sent, dict(self.headers)))
        route = self.server.routes.get(self.path)
        if route is None:
            self.give({"error": f"path {self.path!r} not found"}, status=404)
        else:
            route(self)

    def give(self, value: Any, status: int = 200) -> None:
        """Answer with one JSON value."""
        self.begin("application/json", status)
        self.wfile.write(json.dumps(value).encode())

    def begin(self, kind: str, status: int = 200) -> None:
        """Begin an answer whose end is the end of the connection."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()

    def write(self, line: str) -> bool:
        """Send a line; False once the client has hung up."""
        try:
            self.wfile.write(line.encode())
            self.wfile.flush()
        except OSError:
            self.server.hung_up.set()
            return False
        return True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Service(ThreadingHTTPServer):
    """`seen` holds (path, JSON body, headers) of every request."""

    daemon_threads = True

    def __init__(self, routes: dict[str, Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.routes = routes
        self.seen: list[tuple[str, Any, dict[str, str]]] = []
        self.hung_up = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def bodies(self, path: str) -> list[Any]:
        """The bodies that were posted to `path`."""
        return [body for where, body, _ in self.seen if where == path]


@contextmanager
def serving(routes: dict[str, Answer]) -> Iterator[Service]:
    """A running service with `routes` (path -> what answers it)."""
    service = Service(routes)
    thread = threading.Thread(target=service.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.shutdown()
        service.server_close()
        thread.join()


def closed_url() -> str:
    """An address at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
