"""Errors of the API as problem+json (RFC 9457): one shape for everything that can go wrong."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index.errors import BadRequest, UnreadableFile, VraagbaakError

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("vraagbaak.api")

TITLES = {
    "fout": ("Interne fout", "Internal error"),
    "ongeldige-invoer": ("Ongeldige invoer", "Invalid input"),
    "onleesbaar-bestand": ("Onleesbaar bestand", "Unreadable file"),
    "te-groot": ("Te groot", "Too large"),
    "niet-gevonden": ("Niet gevonden", "Not found"),
    "geen-index": ("Nog geen index", "No index yet"),
    "andere-index": ("Index past niet", "Index does not match"),
    "beschadigde-index": ("Beschadigde index", "Damaged index"),
    "model-niet-beschikbaar": ("Model niet beschikbaar", "Model not available"),
    "methode-niet-toegestaan": ("Methode niet toegestaan", "Method not allowed"),
    "niet-gereed": ("Niet gereed", "Not ready"),
    "verzoek-geweigerd": ("Verzoek geweigerd", "Request refused"),
}

# What a client most often gets wrong, said in Dutch; the English is the validator's own.
VALIDATION_NL = {
    "missing": "ontbreekt",
    "extra_forbidden": "is onbekend",
    "json_invalid": "is geen geldige JSON",
    "string_type": "moet tekst zijn",
    "int_type": "moet een geheel getal zijn",
    "int_parsing": "moet een geheel getal zijn",
    "list_type": "moet een lijst zijn",
    "date_from_datetime_parsing": "moet een datum zijn als 2024-03-05",
    "date_parsing": "moet een datum zijn als 2024-03-05",
    "date_type": "moet een datum zijn als 2024-03-05",
    "too_long": "is te lang",
    "model_attributes_type": "moet een JSON-object zijn",
}


class TooLarge(UnreadableFile):
    """A request body over the limit."""

    code: ClassVar[str] = "te-groot"
    status: ClassVar[int] = 413


class Contradiction(BadRequest):
    """A request whose parts cannot go together."""

    status: ClassVar[int] = 400


def too_large(limit: int) -> TooLarge:
    """The error for a body of more than `limit` bytes."""
    return TooLarge(
        f"Het verzoek is groter dan {limit / 1e6:g} MB; splits het bestand, of verhoog "
        "max_upload_mb.",
        f"The request is larger than {limit / 1e6:g} MB; split the file, or raise max_upload_mb.",
    )


def language_of(request: Request, default: str) -> str:
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


def install(app: FastAPI, language: str) -> None:
    """Make every error of `app` a problem; `language` where the client has no preference."""

    def respond(
        request: Request,
        error: VraagbaakError,
        *,
        code: str | None = None,
        status: int | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> JSONResponse:
        chosen = language_of(request, language)
        status = status or error.status
        body = problem(
            code or error.code, status, error.message(chosen), request.url.path, chosen, **more
        )
        headers = {**(headers or {}), "Content-Language": chosen}
        return JSONResponse(body, status, headers, media_type=MEDIA_TYPE)

    @app.exception_handler(VraagbaakError)
    def ours(request: Request, error: VraagbaakError) -> JSONResponse:
        return respond(request, error)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [(_field(each["loc"]), each) for each in error.errors()]
        dutch = [f"{name} {_dutch(each)}" for name, each in faults]
        english = [f"{name}: {each['msg']}" for name, each in faults]
        chosen = language_of(request, language)
        messages = english if chosen == "en" else dutch
        fields = [
            {"field": name, "message": message}
            for (name, _), message in zip(faults, messages, strict=True)
        ]
        refused = BadRequest("; ".join(dutch) + ".", "; ".join(english) + ".")
        return respond(request, refused, errors=fields)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        cause = error.__cause__
        if isinstance(cause, VraagbaakError):
            return respond(request, cause)
        code, explained = _http_error(request, error)
        headers = dict(error.headers or {})
        return respond(request, explained, code=code, status=error.status_code, headers=headers)

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("%s %s", request.method, request.url.path, exc_info=error)
        return respond(
            request,
            VraagbaakError(
                "Er ging iets mis in Vraagbaak zelf; het logboek van de dienst zegt wat.",
                "Something went wrong inside Vraagbaak; the service's log says what.",
            ),
        )


def not_ready(request: Request, faults: Sequence[VraagbaakError], language: str) -> JSONResponse:
    """503, with every reason why nothing can be answered now."""
    reasons = [{"code": each.code, "message": each.message(language)} for each in faults]
    detail = " ".join(reason["message"] for reason in reasons)
    body = problem("niet-gereed", 503, detail, request.url.path, language, reasons=reasons)
    return JSONResponse(body, 503, {"Content-Language": language}, media_type=MEDIA_TYPE)


def _http_error(request: Request, error: HTTPException) -> tuple[str, VraagbaakError]:
    where = f"{request.method} {request.url.path}"
    if error.status_code == HTTPStatus.NOT_FOUND:
        return "niet-gevonden", VraagbaakError(
            f"{where} bestaat niet; /openapi.json noemt alle routes.",
            f"{where} does not exist; /openapi.json lists all routes.",
        )
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "")
        return "methode-niet-toegestaan", VraagbaakError(
            f"{where} kan niet; toegestaan: {allowed}.", f"{where} is not possible; use {allowed}."
        )
    unreadable = error.status_code == HTTPStatus.BAD_REQUEST
    return BadRequest.code if unreadable else "verzoek-geweigerd", VraagbaakError(
        f"{where} is niet te lezen: {error.detail}.", f"{where} cannot be read: {error.detail}."
    )


def _field(location: tuple[int | str, ...]) -> str:
    """("body", "filters", "kind") as "filters.kind"; the body itself as "body"."""
    names = [str(part) for part in location if isinstance(part, str)]
    return ".".join(names[1:]) or (names[0] if names else "body")


def _dutch(fault: Any) -> str:
    context = fault.get("ctx") or {}
    if fault["type"] in ("greater_than_equal", "less_than_equal"):
        low, high = context.get("ge"), context.get("le")
        return f"moet minstens {low} zijn" if low is not None else f"mag hoogstens {high} zijn"
    if fault["type"] == "literal_error":
        return f"moet een van {context.get('expected')} zijn".replace(" or ", " of ")
    return VALIDATION_NL.get(fault["type"], f"klopt niet ({fault['msg']})")
