"""Search by a service that runs already: it holds index and model open, so it answers at once."""

from __future__ import annotations

import argparse
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx

from index.errors import VraagbaakError
from rag.settings import Settings

SECONDS = 60.0  # the longest wait for the service's next bytes
_HERE = ("127.0.0.1", "localhost", "::1")


class NoService(VraagbaakError):
    """The service that was named does not answer, or is none of ours."""

    code: ClassVar[str] = "dienst-niet-bereikbaar"


class Refused(VraagbaakError):
    """What the service refused, in its own words; it has the exit code of that error here."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, message)
        codes = {each.code: each.exit_code for each in VraagbaakError.__subclasses__()}
        self.exit_code = codes.get(code, VraagbaakError.exit_code)


def search(question: str, given: argparse.Namespace, settings: Settings) -> dict[str, Any]:
    """What `GET /v1/search` of the service at `settings.service` gives, with the filters that are
    `given`. Raises NoService, Refused."""
    address = str(settings.service).rstrip("/")
    asked = {
        "q": question,
        "k": settings.top_k,
        "document": given.document,
        "kind": given.kind,
        "from": given.from_,
        "to": given.to,
        "minister": given.minister,
    }
    headers = {"Accept-Language": settings.language}
    if settings.service_key:
        headers["Authorization"] = f"Bearer {settings.service_key}"
    try:
        # A service on this machine is reached directly, whatever proxies the environment names.
        with httpx.Client(
            timeout=SECONDS, trust_env=urlsplit(address).hostname not in _HERE
        ) as http:
            said = {name: value for name, value in asked.items() if value}
            found = http.get(f"{address}/v1/search", params=said, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoService(
            f"De dienst op {address} antwoordt niet ({error}); start haar met `vraagbaak serve` of "
            "laat --service weg.",
            f"The service at {address} does not answer ({error}); start it with `vraagbaak serve` "
            "or leave --service out.",
        ) from error
    body = _json(found)
    if found.is_success and isinstance(body.get("hits"), list):
        return body
    if not found.is_success and isinstance(body.get("detail"), str):
        raise Refused(body["detail"], str(body.get("code", "")))
    raise NoService(
        f"Op {address} antwoordt iets anders dan Vraagbaak (HTTP {found.status_code}).",
        f"What answers at {address} is not Vraagbaak (HTTP {found.status_code}).",
    )


def _json(found: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer; {} where it is none."""
    try:
        said = found.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
