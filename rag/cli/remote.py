"""Search by a service that runs already: it holds index and model open, so it answers at once."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
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


def search(question: str, given: argparse.Namespace, settings: Settings) -> dict[str, Any]:
    """What `GET /v1/search` of the service at `settings.service` gives, with the filters that are
    `given`. Raises NoService, and the error that the service names, in its words."""
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
        said_so = {each.code: each for each in _kinds(VraagbaakError)}
        kind = said_so.get(str(body.get("code", "")), VraagbaakError)
        raise kind(body["detail"], body["detail"])
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


def _kinds(kind: type[VraagbaakError]) -> Iterator[type[VraagbaakError]]:
    """The errors that are of `kind`, more special ones first."""
    for each in kind.__subclasses__():
        yield from _kinds(each)
        yield each
