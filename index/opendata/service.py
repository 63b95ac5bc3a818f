"""The open data service over HTTP: one request at a time, with pauses, retries and bounds.

OData 4.0 JSON format, 4.5.5 (`@odata.nextLink`); the file of a document is `Document(<Id>)/resource`
(opendata.tweedekamer.nl/documentatie/odata-api).
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Literal, Self

import httpx

from index.ingest import MAX_BYTES
from index.opendata.errors import OpenDataError, ServiceDown
from index.opendata.records import Row, suffix_of

BASE_URL = "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/"
ATTEMPTS = 5
MAX_WAIT_S = 120.0
MAX_REDIRECTS = 5
TIMEOUT_S = 60.0
_AGAIN = (429, 502, 503, 504)
_MEGABYTES = f"{MAX_BYTES / 1e6:.0f} MB"


@dataclass(frozen=True, slots=True)
class File:
    """A document's file, with the headers needed for a later conditional request."""

    data: bytes
    etag: str | None
    modified: str | None


@dataclass(frozen=True, slots=True)
class _Answer:
    url: httpx.URL
    status: int
    headers: httpx.Headers
    body: bytes


class Service:
    """The service at `base_url`. All methods raise OpenDataError, of which ServiceDown.

    `pause_s` is the least time between two requests, `backoff_s` the first wait before a retry (it
    doubles), both in seconds. `sleep` waits.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        *,
        user_agent: str,
        pause_s: float = 0.5,
        backoff_s: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base = httpx.URL(base_url.rstrip("/") + "/")
        self._pause_s, self._backoff_s, self._sleep = pause_s, backoff_s, sleep
        self._last: float | None = None
        self._client = httpx.Client(
            headers={"User-Agent": user_agent},
            timeout=TIMEOUT_S,
            limits=httpx.Limits(max_connections=1),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    # --- contents

    def rows(self, options: Mapping[str, str]) -> Iterator[Any]:
        """The rows of Document under these query options, over all pages."""
        url = self._base.join("Document").copy_merge_params(options)
        seen = {url}
        while True:
            page = self._json(url)
            if not isinstance(page.get("value"), list):
                raise _odd("een pagina zonder lijst `value`", "a page without a list `value`")
            yield from page["value"]
            link = page.get("@odata.nextLink")
            if link is None:
                return
            if not isinstance(link, str):
                raise _odd(f"als nextLink {link!r:.60}", f"as nextLink {link!r:.60}")
            url = self._own(url, link)
            if url in seen:
                raise _odd("een nextLink naar een eerdere pagina", "a nextLink to an earlier page")
            seen.add(url)

    def row(self, document_id: str) -> Row | None:
        """The service's row for one document; None if it has none."""
        url = self._base.join(f"Document({document_id})")
        answer = self._get(url, {"Accept": "application/json"})
        return None if answer.status == 404 else self._parsed(answer)

    def link(self, document_id: str) -> str:
        """The address of a document's file."""
        return str(self._base.join(f"Document({document_id})/resource"))

    def file(
        self,
        document_id: str,
        suffix: str,
        length: int | None,
        etag: str | None = None,
        modified: str | None = None,
    ) -> File | Literal["unchanged", "none"]:
        """The file of a document, of the type that `suffix` stands for and `length` bytes long.

        "unchanged" if it still has this `etag` or `modified`, "none" if there is no file.
        """
        if length is not None and length > MAX_BYTES:
            raise _too_large()
        # Compressed, its length could not be compared.
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
        answer = self._get(httpx.URL(self.link(document_id)), headers)
        if answer.status == 304 and (etag or modified):
            return "unchanged"
        if answer.status in (204, 404):
            return "none"
        _expect_ok(answer)
        sent = answer.headers.get("Content-Type", "application/octet-stream")
        if not sent.startswith("application/octet-stream") and suffix_of(sent) != suffix:
            raise _odd(
                f"een bestand van het soort {sent}, niet {suffix}",
                f"a file of type {sent}, not {suffix}",
            )
        if length is not None and len(answer.body) != length:
            raise _odd(
                f"een bestand van {len(answer.body)} bytes, volgens de gegevens {length}",
                f"a file of {len(answer.body)} bytes, by its record {length}",
            )
        if not answer.body:
            return "none"
        return File(answer.body, answer.headers.get("ETag"), answer.headers.get("Last-Modified"))

    # --- requests

    def _json(self, url: httpx.URL) -> Row:
        return self._parsed(self._get(url, {"Accept": "application/json"}))

    def _parsed(self, answer: _Answer) -> Row:
        _expect_ok(answer)
        kind = answer.headers.get("Content-Type", "")
        if not kind.startswith("application/json"):
            raise _odd(f"{kind or 'iets'} in plaats van JSON", f"{kind or 'something'}, not JSON")
        try:
            value = json.loads(answer.body)
        except ValueError as error:
            raise _odd(f"ongeldige JSON ({error})", f"invalid JSON ({error})") from error
        if not isinstance(value, dict):
            raise _odd(f"als antwoord {value!r:.60}", f"as an answer {value!r:.60}")
        return value

    def _get(self, url: httpx.URL, headers: Mapping[str, str]) -> _Answer:
        """The response to a request, after retries and redirects within the service."""
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._patiently(url, headers)
            if answer.status not in (301, 302, 303, 307, 308):
                return answer
            url = self._own(url, answer.headers.get("Location", ""))
        raise _odd("te veel doorverwijzingen", "too many redirects")

    def _patiently(self, url: httpx.URL, headers: Mapping[str, str]) -> _Answer:
        """The response after retries, with longer and longer pauses between them."""
        for attempt in range(ATTEMPTS):
            try:
                answer = self._once(url, headers)
            except httpx.TransportError as error:
                said, asked = f"{type(error).__name__}: {error}", 0.0
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise _odd(f"iets onleesbaars ({error})", f"something unreadable ({error})") from (
                    error
                )
            else:
                if answer.status not in _AGAIN:
                    return answer
                said = f"HTTP {answer.status}"
                asked = _retry_after(answer.headers.get("Retry-After"))
            if asked > MAX_WAIT_S:
                raise ServiceDown(
                    f"De open-datadienst vraagt {asked:.0f} seconden te wachten ({said}): probeer "
                    "het daarna opnieuw; wat binnen is blijft.",
                    f"The open data service asks to wait {asked:.0f} seconds ({said}): try again "
                    "after that; what was fetched stays.",
                )
            if attempt + 1 < ATTEMPTS:
                # Exponential, with jitter, so that clients do not all retry at the same moment.
                wait = min(MAX_WAIT_S, self._backoff_s * 2**attempt) * random.uniform(0.5, 1)  # noqa: S311
                self._sleep(max(wait, asked))
        raise ServiceDown(
            f"De open-datadienst {url.host} antwoordt na {ATTEMPTS} pogingen niet ({said}): "
            "controleer het adres en het netwerk, of probeer het later; wat binnen is blijft.",
            f"The open data service {url.host} does not answer after {ATTEMPTS} attempts ({said}): "
            "check the address and the network, or try later; what was fetched stays.",
        )

    def _once(self, url: httpx.URL, headers: Mapping[str, str]) -> _Answer:
        if self._last is not None:
            early = self._last + self._pause_s - time.monotonic()
            if early > 0:
                self._sleep(early)
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MAX_BYTES:
                        raise _too_large()
                return _Answer(url, response.status_code, response.headers, bytes(body))
        finally:
            self._last = time.monotonic()

    def _own(self, url: httpx.URL, link: str) -> httpx.URL:
        """The absolute address of `link`, found at `url`, if it is on this service."""
        try:
            target = url.join(link)
        except httpx.InvalidURL as error:
            raise _odd(f"een onbruikbaar adres {link!r:.80}", f"a bad address {link!r:.80}") from (
                error
            )
        # A service behind a proxy may write http links although it is reached over https.
        if (target.scheme, self._base.scheme) == ("http", "https") and target.port is None:
            target = target.copy_with(scheme="https")
        own = (self._base.scheme, self._base.host, self._base.port)
        if not link or (target.scheme, target.host, target.port) != own:
            raise _odd(
                f"een verwijzing naar een andere dienst ({link!r:.80})",
                f"a link to another service ({link!r:.80})",
            )
        return target


def _retry_after(header: str | None) -> float:
    """Seconds to wait: a number or a date (RFC 9110, 10.2.3); 0 where it is neither."""
    if header is None:
        return 0.0
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _expect_ok(answer: _Answer) -> None:
    if answer.status == 200:
        return
    said = _message(answer.body)
    moved = answer.status in (404, 410)
    raise OpenDataError(
        f"De open-datadienst gaf HTTP {answer.status}{said} op {answer.url.copy_with(query=None)}"
        + (
            ": controleer het adres, misschien is er een nieuwe versie van de dienst."
            if moved
            else "."
        ),
        f"The open data service gave HTTP {answer.status}{said} at {answer.url.copy_with(query=None)}"
        + (": check the address, there may be a new version of the service." if moved else "."),
    )


def _message(body: bytes) -> str:
    """What the service says about an error (OData 4.0 JSON format, 19), else nothing."""
    try:
        message = json.loads(body)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return ""
    return f" ({' '.join(str(message).split())[:200]})"


def _odd(nl: str, en: str) -> OpenDataError:
    return OpenDataError(f"De open-datadienst gaf {nl}.", f"The open data service gave {en}.")


def _too_large() -> OpenDataError:
    return _odd(f"meer dan {_MEGABYTES}: te groot", f"more than {_MEGABYTES}: too large")
