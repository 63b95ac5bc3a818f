"""A local server that speaks the format of the open data service of the Tweede Kamer.

Real sockets on the loopback. It understands the query options that are sent (anything else is
HTTP 400), pages with `@odata.nextLink`, and honours conditional requests for files.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

ROOT = "/OData/v4/2.0/"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_STRING = r"'(?:[^']|'')*'"
_FILTER = re.compile(
    rf"\((?P<kinds>Soort eq {_STRING}(?: or Soort eq {_STRING})*)\) and Datum ge (?P<since>\S+Z)"
    rf"(?: and Kamerstukdossier/any\(d: d/Nummer eq (?P<file>\d+)"
    rf"(?: and d/Toevoeging eq (?P<part>{_STRING}))?\))?"
)
_ONE = re.compile(r"Document\((?P<id>[0-9a-f-]{36})\)(?P<file>/resource)?")

Fault = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """One request."""

    server: OpenData
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        where = unquote(parts.path)
        options = dict(parse_qsl(parts.query))
        self.server.seen.append((where.removeprefix(ROOT), options, dict(self.headers)))
        for fault in self.server.faults:
            if fault[0] in where:
                self.server.faults.remove(fault)
                fault[1](self)
                return
        found = _ONE.fullmatch(where.removeprefix(ROOT))
        if where == ROOT + "Document":
            self._list(options)
        elif found and found["id"] in self.server.rows:
            row = self.server.rows[found["id"]]
            self._file(row) if found["file"] else self.give_json(row)
        else:
            self.give_json({"error": {"code": "", "message": "Resource not found"}}, 404)

    def _list(self, options: dict[str, str]) -> None:
        match = _FILTER.fullmatch(options.get("$filter", ""))
        if match is None or options.get("$expand") != "Zaak,Kamerstukdossier":
            self.give_json({"error": {"code": "", "message": "query not understood"}}, 400)
            return
        kinds = [_plain(each) for each in re.findall(_STRING, match["kinds"])]
        rows = sorted(
            (row for row in self.server.rows.values() if _asked(row, kinds, match)),
            key=lambda row: (row["Datum"], row["Id"]),
        )
        start, size = int(options.get("$skiptoken", 0)), self.server.page_size
        page: dict[str, Any] = {
            "@odata.context": "$metadata#Document",
            "value": rows[start:][:size],
        }
        if start + size < len(rows):
            carried = {**options, "$skiptoken": str(start + size)}
            query = "&".join(f"{name}={quote(value)}" for name, value in carried.items())
            page["@odata.nextLink"] = f"{self.server.url}Document?{query}"
        self.give_json(page)

    def _file(self, row: dict[str, Any]) -> None:
        data = self.server.files.get(row["Id"])
        if data is None:
            self.give(b"", row["ContentType"] or "", 204)
            return
        tag = f'"{hashlib.sha256(data).hexdigest()[:12]}"'
        if self.headers.get("If-None-Match") == tag:
            self.give(b"", row["ContentType"], 304, ETag=tag)
        else:
            self.give(data, row["ContentType"], ETag=tag if self.server.tags else None)

    def give_json(self, value: Any, status: int = 200) -> None:
        self.give(json.dumps(value).encode(), "application/json; odata.metadata=minimal", status)

    def give(self, data: bytes, kind: str, status: int = 200, **headers: str | None) -> None:
        self.send_response(status)
        if status not in (204, 304):
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class OpenData(ThreadingHTTPServer):
    """`rows` and `files` by id; `seen` holds (path, query options, headers) of every request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.url = f"http://127.0.0.1:{self.server_address[1]}{ROOT}"
        self.rows: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.seen: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.faults: list[tuple[str, Fault]] = []
        self.page_size = 250
        self.tags = True

    def publish(
        self,
        number: str,
        text: str | bytes,
        *,
        kind: str = "Antwoord schriftelijke vragen",
        day: str = "2025-06-18",
        content_type: str = "text/plain",
        changed: str = "2025-06-18T10:00:00.123+02:00",
        cases: tuple[str, ...] = (),
        dossiers: tuple[tuple[int, str | None], ...] = (),
        paper: int = -1,
        title: str | None = None,
    ) -> str:
        """Put a document there, or in the place of the one with this number; returns its id."""
        data = text.encode() if isinstance(text, str) else text
        document_id = guid(number)
        self.files[document_id] = data
        self.rows[document_id] = {
            "Id": document_id,
            "Soort": kind,
            "DocumentNummer": number,
            "Titel": title,
            "Onderwerp": title,
            "Datum": f"{day}T00:00:00+02:00",
            "Vergaderjaar": "2024-2025",
            "Kamer": 2,
            "Volgnummer": paper,
            "ContentType": content_type,
            "ContentLength": len(data),
            "GewijzigdOp": changed,
            "ApiGewijzigdOp": changed,
            "Verwijderd": False,
            "Zaak": [{"Id": guid(case), "Nummer": case, "Verwijderd": False} for case in cases],
            "Kamerstukdossier": [
                {"Id": guid(str(file)), "Nummer": file, "Toevoeging": part, "Verwijderd": False}
                for file, part in dossiers
            ],
        }
        return document_id

    def withdraw(self, number: str) -> None:
        """Mark a document as removed, its attributes emptied as the service does."""
        row = self.rows[guid(number)]
        kept = {"Id": row["Id"], "Verwijderd": True, "ApiGewijzigdOp": "2026-01-01T00:00:00Z"}
        row.update({name: kept.get(name) for name in row})
        del self.files[row["Id"]]

    def fail(self, where: str, *faults: Fault) -> None:
        """Answer the next requests whose path holds `where` with these, one each."""
        self.faults += [(where, fault) for fault in faults]

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [path for path, _, _ in self.seen]

    def fetched(self) -> list[str]:
        """The ids of which the file was asked for, in order."""
        return [
            match["id"]
            for path in self.paths()
            if (match := _ONE.fullmatch(path)) and match["file"]
        ]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error here."""


def guid(name: str) -> str:
    """An id for a name, the same every time."""
    digits = hashlib.sha256(name.encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


def status(code: int, **headers: str) -> Fault:
    """Answer with this status and no more."""
    return lambda exchange: exchange.give(b"{}", "application/json", code, **headers)


def body(data: bytes, kind: str = "application/json") -> Fault:
    """Answer 200 with these bytes."""
    return lambda exchange: exchange.give(data, kind)


def page(value: Any) -> Fault:
    """Answer 200 with this as JSON."""
    return lambda exchange: exchange.give_json(value)


def redirect(to: str) -> Fault:
    """Answer with a redirect."""
    return lambda exchange: exchange.give(b"", "text/plain", 302, Location=to)


def cut_off(exchange: Exchange) -> None:
    """Hang up halfway a file."""
    exchange.send_response(200)
    exchange.send_header("Content-Type", "text/plain")
    exchange.send_header("Content-Length", "1000")
    exchange.end_headers()
    exchange.wfile.write(b"het begin")
    exchange.close_connection = True


@contextmanager
def open_data() -> Iterator[OpenData]:
    """A running service without documents."""
    server = OpenData()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _asked(row: dict[str, Any], kinds: list[str], match: re.Match[str]) -> bool:
    if row["Soort"] not in kinds or row["Datum"] is None:
        return False
    if datetime.fromisoformat(row["Datum"]) < datetime.fromisoformat(match["since"]):
        return False
    part = match["part"] and _plain(match["part"])
    return match["file"] is None or any(
        str(file["Nummer"]) == match["file"] and (part is None or file["Toevoeging"] == part)
        for file in row["Kamerstukdossier"]
    )


def _plain(literal: str) -> str:
    return literal[1:-1].replace("''", "'")
