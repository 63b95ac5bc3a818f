"""ASGI middleware around every route: request logging and access control.

Outermost, RequestLogging: a request id, a log line, metrics and security headers for every
response. Then AccessControl: Host and Origin (a web page elsewhere must not reach a service on this
machine), API keys with their scopes, the rate limit, and the size and arrival time of the body.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import VraagbaakError
from rag.api import problem_details
from rag.api.app_state import MB, AppState
from rag.service.errors import DamagedKeys, NoAccess, NotAllowed
from rag.service.logs import key_id, log_event, request_id
from rag.service.loopback import is_loopback
from rag.settings import Settings

log = logging.getLogger("vraagbaak.requests")

# Paths that need no key: the page itself, which holds no documents, and health checks.
OPEN_PATHS = ("/", "/healthz", "/readyz", "/openapi.json", "/favicon.ico")
OPEN_FOLDER = "/web/"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")

# Time limit of a body: this, plus the time of the largest one at this speed.
BODY_S = 30.0
BYTES_PER_S = 100_000

# A question with its history; an upload may have this much beside the file itself.
MAX_JSON_BYTES = MB

# The page has no inline script or style and requests nothing from any other host.
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class RequestLogging:
    """Gives every request an id, and every response its headers, its log line and its metrics."""

    def __init__(self, app: ASGIApp, state: AppState) -> None:
        self.app, self.state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, started = time.perf_counter(), 500, False
        tokens = request_id.set(secrets.token_hex(8)), key_id.set(None)

        async def observed(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id.get() or ""
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/v1/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self.app(scope, receive, observed)
        except Exception as error:
            # Starlette's own error handler is outside this one: its response would lack all of
            # these.
            if started:
                raise
            said = problem_details.ours(error, Request(scope))
            language = self.state.language(HTTPConnection(scope))
            await problem_details.respond(said, scope["path"], language)(scope, receive, observed)
        finally:
            seconds = time.perf_counter() - began
            # The route's pattern: paths hold ids, which would make endless label values.
            route = getattr(scope.get("route"), "path", None) or _mounted(scope["path"])
            self.state.metrics.requested(scope["method"], route, status, seconds)
            log_event(
                log,
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round(seconds * 1000, 1),
            )
            request_id.reset(tokens[0])
            key_id.reset(tokens[1])


class AccessControl:
    """Refuses requests from elsewhere, without a key, too many, too large, or too slow."""

    def __init__(self, app: ASGIApp, state: AppState) -> None:
        self.app, self.state = app, state
        self.hosts = allowed_hosts(state.settings)
        self.origins = cors_origins(state.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            self._admit(scope)
        except VraagbaakError as error:
            if isinstance(error, DamagedKeys):
                # The client is not told where the keys are stored.
                log.error(error.message(self.state.settings.language))
                error = unreadable_keys()
            language = self.state.language(HTTPConnection(scope))
            refusal = problem_details.respond(error, scope["path"], language)
            await refusal(scope, receive, send)
            return
        await self.app(scope, self._limited(scope, receive), send)

    def _admit(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        name = _parts(host).hostname
        if (self.hosts and name not in self.hosts) or (host and not name):
            raise NotAllowed(
                f"De dienst heet hier niet {host[:100]!r}; zet die naam in allowed_hosts.",
                f"The service is not named {host[:100]!r} here; put that name in allowed_hosts.",
            )
        origin = headers.get("origin")
        if (
            origin is not None
            and scope["method"] not in SAFE_METHODS
            and (_parts(origin).netloc or None) != host
            and origin not in self.origins
        ):
            raise NotAllowed(
                f"Een pagina van {origin[:100]!r} mag deze dienst niet gebruiken; zet haar in "
                "cors_origins.",
                f"A page of {origin[:100]!r} may not use this service; put it in cors_origins.",
            )
        path = scope["path"]
        if path in OPEN_PATHS or path.startswith(OPEN_FOLDER):
            return
        caller = str((scope.get("client") or ("",))[0])
        if self.state.keys.any():
            caller = self._key(headers, path, scope["method"])
        self.state.limiter.take(caller)

    def _key(self, headers: Headers, path: str, method: str) -> str:
        """The id of the request's key. Raises NoAccess or NotAllowed."""
        scheme, _, given = headers.get("authorization", "").partition(" ")
        key = self.state.keys.check(given.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            raise NoAccess(
                "Geef een geldige sleutel mee: Authorization: Bearer vb_…; `vraagbaak keys create` "
                "maakt er een.",
                "Give a valid key: Authorization: Bearer vb_…; `vraagbaak keys create` makes one.",
            )
        wanted = scope_wanted(method, path)
        if wanted not in key.scopes:
            raise NotAllowed(
                f"Sleutel {key.id} heeft het recht `{wanted}` niet.",
                f"Key {key.id} does not have the scope `{wanted}`.",
            )
        key_id.set(key.id)
        return key.id

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """Wrap `receive`: refuse a body that is too large or too slow before all of it is read."""
        upload = self.state.settings.max_upload_mb * MB if scope["path"] == "/v1/documents" else 0
        stated = Headers(scope=scope).get("content-length", "0")
        seen = int(stated) if stated.isdecimal() else 0
        counted, coming = 0, True
        seconds = BODY_S + (upload + MAX_JSON_BYTES) / BYTES_PER_S
        end = asyncio.get_running_loop().time() + seconds

        async def limited() -> Message:
            nonlocal counted, coming
            try:
                # After the body, `receive` only waits for the client to disconnect.
                async with asyncio.timeout_at(end if coming else None):
                    message = await receive()
            except TimeoutError:
                # Otherwise the server would wait for the rest and read it as the next request.
                raise HTTPException(
                    408, headers={"Connection": "close"}
                ) from problem_details.incomplete(seconds)
            coming = message.get("more_body", False)
            counted += len(message.get("body", b""))
            if max(seen, counted) > upload + MAX_JSON_BYTES:
                # As an HTTPException: any other would become FastAPI's "error parsing the body".
                larger = (
                    problem_details.too_large(upload)
                    if upload
                    else problem_details.too_much_json(MAX_JSON_BYTES)
                )
                raise HTTPException(413) from larger
            return message

        return limited


def unreadable_keys() -> DamagedKeys:
    """The error for keys that cannot be read; only the log names the file."""
    return DamagedKeys(
        "De sleutels van de dienst zijn niet te lezen; het logboek van de dienst zegt wat.",
        "The keys of the service cannot be read; the service's log says what.",
    )


def scope_wanted(method: str, path: str) -> str:
    """The scope that a request needs: changing documents and reading feedback takes "write"."""
    changes = path.startswith("/v1/documents") and method not in SAFE_METHODS
    collected = path.startswith("/v1/feedback") and method != "POST"
    return "write" if changes or collected else "read"


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Names by which the service may be reached; empty is any."""
    if settings.allowed_hosts:
        return frozenset(_listed(settings.allowed_hosts))
    return (
        frozenset({*LOOPBACK_NAMES, settings.host}) if is_loopback(settings.host) else frozenset()
    )


def cors_origins(settings: Settings) -> tuple[str, ...]:
    """Web addresses whose pages may call the service."""
    return tuple(_listed(settings.cors_origins or ""))


def _listed(text: str) -> list[str]:
    return [each.strip().rstrip("/") for each in text.split(",") if each.strip()]


def _parts(address: str) -> SplitResult:
    """The parts of a Host or Origin header; all empty where it is no address."""
    try:
        return urlsplit(address if "//" in address else f"//{address}")
    except ValueError:
        return urlsplit("")


def _mounted(path: str) -> str:
    """The route label of a path that no route of the API served."""
    first = f"/{path.split('/')[1]}"
    return first if first in ("/web", "/mcp") else "unmatched"
