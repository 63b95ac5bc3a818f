"""Errors of the API as problem+json (RFC 9457): one shape for everything that can go wrong."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.routing import Match

from index.errors import BadRequest, UnreadableFile, VraagbaakError
from rag.service.errors import Busy, NoAccess, TooOften
from rag.service.validation import faults, refused

# What under /v1 is not of OpenAI's API.
OWN_PATHS = tuple(
    f"/v1/{name}"
    for name in ("ask", "conversations", "documents", "export", "feedback", "search", "starters")
)
MEDIA_TYPE = "application/problem+json"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
log = logging.getLogger("vraagbaak.api")

TITLES = {
    "fout": ("Interne fout", "Internal error"),
    "ongeldige-invoer": ("Ongeldige invoer", "Invalid input"),
    "onleesbaar-bestand": ("Onleesbaar bestand", "Unreadable file"),
    "vraag-te-lang": ("Vraag te lang", "Question too long"),
    "te-groot": ("Te groot", "Too large"),
    "verkeerd-inhoudstype": ("Verkeerd inhoudstype", "Wrong content type"),
    "onvolledig-verzoek": ("Onvolledig verzoek", "Incomplete request"),
    "niet-gevonden": ("Niet gevonden", "Not found"),
    "geen-index": ("Nog geen index", "No index yet"),
    "andere-index": ("Index past niet", "Index does not match"),
    "beschadigde-index": ("Beschadigde index", "Damaged index"),
    "model-niet-beschikbaar": ("Model niet beschikbaar", "Model not available"),
    "zoekserver-niet-beschikbaar": ("Zoekserver niet beschikbaar", "Search server not available"),
    "methode-niet-toegestaan": ("Methode niet toegestaan", "Method not allowed"),
    "niet-gereed": ("Niet gereed", "Not ready"),
    "verzoek-geweigerd": ("Verzoek geweigerd", "Request refused"),
    "bezet": ("Bezet", "Busy"),
    "te-vaak": ("Te vaak", "Too often"),
    "te-traag": ("Te traag", "Too slow"),
    "geen-toegang": ("Geen toegang", "No access"),
    "open-data": ("Open data niet beschikbaar", "Open data not available"),
    "beschadigde-sleutels": ("Beschadigde sleutels", "Damaged keys"),
    "geen-recht": ("Geen recht", "Not allowed"),
    "feedback-vol": ("Geen plaats voor feedback", "No room for feedback"),
    "afgebroken": ("Afgebroken", "Stopped"),
}


class TooLarge(UnreadableFile):
    """A request body over the limit."""

    code: ClassVar[str] = "te-groot"
    status: ClassVar[int] = 413


class Incomplete(BadRequest):
    """A request whose body does not arrive in time."""

    code: ClassVar[str] = "onvolledig-verzoek"
    status: ClassVar[int] = 408


class Contradiction(BadRequest):
    """A request whose parts cannot go together."""

    status: ClassVar[int] = 400


class Malformed(BadRequest):
    """A request body that is not what its content type says."""

    status: ClassVar[int] = 400


class WrongContentType(BadRequest):
    """A request body of another content type than the endpoint takes."""

    code: ClassVar[str] = "verkeerd-inhoudstype"
    status: ClassVar[int] = 415


@contextmanager
def about(field: str) -> Iterator[None]:
    """Whatever error is raised within is about that field of the request."""
    try:
        yield
    except VraagbaakError as error:
        error.field = error.field or field
        raise


def speaks_openai(path: str) -> bool:
    """Whether clients of OpenAI's API come to `path`: also where its API has more than this one."""
    return path.startswith("/v1/") and not path.startswith(OWN_PATHS)


def openai_status(status: int) -> int:
    """The status that OpenAI's API gives where ours is `status`: it has no 422."""
    return 400 if status == HTTPStatus.UNPROCESSABLE_ENTITY else status


def openai_error(code: str, status: int, message: str, param: str | None) -> dict[str, Any]:
    """An error as OpenAI's API gives it; `code` is ours, `param` the field that is wrong."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        kind = "requests"
    return {"message": message, "type": kind, "param": param, "code": code}


def too_much_json(limit: int) -> TooLarge:
    """The error for a body of JSON of more than `limit` bytes."""
    return TooLarge(
        f"Het verzoek is groter dan {limit / 1e6:g} MB; stuur minder tegelijk.",
        f"The request is larger than {limit / 1e6:g} MB; send less at a time.",
    )


def too_large(limit: int) -> TooLarge:
    """The error for an upload of more than `limit` bytes."""
    return TooLarge(
        f"Het verzoek is groter dan {limit / 1e6:g} MB; splits het bestand, of verhoog "
        "max_upload_mb.",
        f"The request is larger than {limit / 1e6:g} MB; split the file, or raise max_upload_mb.",
    )


def incomplete(seconds: float) -> Incomplete:
    """The error for a body that has not come in `seconds`."""
    return Incomplete(
        f"Het verzoek was na {seconds:.0f} s nog niet helemaal binnen; stuur het opnieuw.",
        f"The request had not all come in after {seconds:.0f} s; send it again.",
    )


def language_of(request: HTTPConnection, default: str) -> str:
    """ "nl" or "en", whichever `Accept-Language` weighs higher (RFC 9110, 12.5.4)."""
    weights = {"nl": 0.0, "en": 0.0}
    for item in request.headers.get("accept-language", "").split(","):
        match = re.fullmatch(
            r"(nl|en)(?:-\w+)*\s*(?:;\s*q=([01](?:\.\d*)?))?", item.strip().lower()
        )
        if match:
            weights[match[1]] = max(weights[match[1]], float(match[2] or 1))
    if weights["nl"] == weights["en"]:
        return default
    return max(weights, key=lambda language: weights[language])


def problem(
    code: str, status: int, detail: str, instance: str, language: str, **more: Any
) -> dict[str, Any]:
    """The body of an error; `more` are extension members."""
    return {
        "type": f"urn:problem-type:vraagbaak:{code}",
        "title": TITLES[code][language == "en"],
        "status": status,
        "detail": detail,
        "code": code,
        "instance": instance,
        **more,
    }


def body_of(
    error: VraagbaakError,
    path: str,
    language: str,
    *,
    code: str | None = None,
    status: int | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The body of `error`; `code` and `status` where they are not its own."""
    code, status = code or error.code, status or error.status
    detail = error.message(language)
    if speaks_openai(path):
        status = openai_status(status)
        more["error"] = openai_error(code, status, detail, error.field)
    return problem(code, status, detail, path, language, **more)


def respond(
    error: VraagbaakError,
    path: str,
    language: str,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    """`error` as a response; `more` as in `body_of`."""
    body = body_of(error, path, language, **more)
    all_headers = {**(headers or {}), "Content-Language": language}
    if isinstance(error, Busy | TooOften):
        all_headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, NoAccess):
        all_headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, body["status"], all_headers, media_type=MEDIA_TYPE)


def ours(error: Exception, request: Request) -> VraagbaakError:
    """The error that a client sees: an internal error is only named, and logged in full."""
    if isinstance(error, VraagbaakError):
        return error
    log.error("%s %s", request.method, request.url.path, exc_info=error)
    return VraagbaakError(
        "Er ging iets mis in Vraagbaak zelf; het logboek van de dienst zegt wat.",
        "Something went wrong inside Vraagbaak; the service's log says what.",
    )


def install(app: FastAPI, language: str) -> None:
    """Turn every error of `app` into a problem; `language` is for clients without a preference."""

    def say(request: Request, error: VraagbaakError, **more: Any) -> JSONResponse:
        return respond(error, request.url.path, language_of(request, language), **more)

    @app.exception_handler(VraagbaakError)
    @app.exception_handler(Exception)
    def fault(request: Request, error: Exception) -> JSONResponse:
        return say(request, ours(error, request))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        found = faults(error.errors(), "body", within=1)
        english = language_of(request, language) == "en"
        fields = [
            {"field": each.field, "code": each.code, "message": each.en if english else each.nl}
            for each in found
        ]
        return say(request, refused(found), errors=fields)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        cause = error.__cause__
        if isinstance(cause, VraagbaakError):
            return say(request, cause, headers=error.headers)
        status, headers = error.status_code, error.headers
        where = f"{request.method} {request.url.path}"
        if status == HTTPStatus.NOT_FOUND:
            code = "niet-gevonden"
            explained = VraagbaakError(
                f"{where} bestaat niet; /openapi.json noemt alle routes.",
                f"{where} does not exist; /openapi.json lists all routes.",
            )
        elif status == HTTPStatus.METHOD_NOT_ALLOWED:
            code, allowed = "methode-niet-toegestaan", ", ".join(_methods(request))
            headers = {"Allow": allowed}
            explained = VraagbaakError(
                f"{where} kan niet; toegestaan: {allowed}.",
                f"{where} is not possible; use {allowed}.",
            )
        else:
            code = Malformed.code if status == HTTPStatus.BAD_REQUEST else "verzoek-geweigerd"
            explained = VraagbaakError(
                f"{where} is niet te lezen: {error.detail}.",
                f"{where} cannot be read: {error.detail}.",
            )
        return say(request, explained, headers=headers, code=code, status=status)


def not_ready(request: Request, why: Sequence[VraagbaakError], language: str) -> JSONResponse:
    """A 503 response with every reason why no question can be answered now."""
    reasons = [{"code": each.code, "message": each.message(language)} for each in why]
    detail = " ".join(reason["message"] for reason in reasons)
    unready = VraagbaakError(detail, detail)
    return respond(
        unready, request.url.path, language, code="niet-gereed", status=503, reasons=reasons
    )


def _methods(request: Request) -> list[str]:
    """Every method that the path of `request` takes; the router itself names those of one route."""
    if request.url.path.startswith("/web/"):
        return ["GET", "HEAD"]  # the static files look at the method only when asked
    return [
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]
