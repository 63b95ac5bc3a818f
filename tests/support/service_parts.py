"""What the tests of a running service share: a real server, documents, models that can be held."""

from __future__ import annotations

import functools
import json
import queue
import re
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from surface_parts import BARLEY, FERRY, IdleModel, encoder, reader

from index.documents import Span
from index.index import Index, open_index
from index.store import FILE_NAME
from rag.llm import Completion, LanguageModel
from rag.service.resources import Resources
from rag.serving import create_app
from rag.settings import Settings, load_settings

LONG_S = 60.0  # what takes longer has failed

RIDERS = "Hoeveel reizigers vervoerde de veerdienst in 2023?"
TRAVELLED = "In 2023 vervoerde de veerdienst 48.000 reizigers, ruim 3.000 meer dan in 2022."
UNKNOWN = "Hoeveel kangoeroes wonen er in Australië?"


@contextmanager
def served(app: FastAPI, **config: Any) -> Iterator[str]:
    """The address of `app` in a real server on the loopback; without `config` it logs nothing."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, **(config or {"log_level": "critical"})))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listening.close()


@contextmanager
def serving(app: FastAPI) -> Iterator[httpx.Client]:
    """A client of `app` in a real server."""
    with served(app) as url, httpx.Client(base_url=url, timeout=LONG_S, trust_env=False) as client:
        yield client


def settings_of(folder: Path, **more: Any) -> Settings:
    """Settings of a service without language model and reader over `folder`, but for `more`."""
    return load_settings(
        {"model": "none", "reader": "none", **more}, {"VRAAGBAAK_DATA_DIR": str(folder)}
    )


@functools.cache
def _two_documents() -> bytes:
    """An index file with two documents, made once for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(Path(folder), encoder(), create=True)
        for name, text in {"veer": FERRY, "gerst": BARLEY}.items():
            index.add_bytes(text.encode(), f"{name}.txt")
        index.close()
        return (Path(folder) / FILE_NAME).read_bytes()


def filled(folder: Path, **texts: str) -> Index:
    """An index in `folder` with two documents, and with `name`=text."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_bytes(_two_documents())
    index = open_index(folder, encoder(), create=False)
    for name, text in texts.items():
        index.add_bytes(text.encode(), f"{name}.txt")
    return index


def recognised(folder: Path) -> tuple[Index, str]:
    """As `filled`, with all text of the document about the ferry recognised on a picture; its id."""
    index = filled(folder)
    (info,) = [each for each in index.documents() if each.source == "veer.txt"]
    metadata = replace(info.metadata, recognised=(Span(0, len(FERRY)),))
    with index.store.writing():
        index.store.put_metadata(index._key(info.id), metadata)
    return index, info.id


def reading_app(settings: Settings, index: Index, model: LanguageModel | None = None) -> FastAPI:
    """A service with the real reader, loaded once for all tests: without one no model writes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.serving.Resources", functools.partial(Resources, reader=reader()))
        return create_app(settings, index, model)


class HeldModel(IdleModel):
    """A language model that composes: it writes blanks until `go` is set, and then one sentence.

    `began` and `ended` get an item a call: None, and the name of what stopped it ("" for nothing).
    Leaving it as a context lets it go: a test that fails then does not wait for its answers.
    """

    composes = True

    def __init__(self) -> None:
        self.go = threading.Event()
        self.began: queue.Queue[None] = queue.Queue()
        self.ended: queue.Queue[str] = queue.Queue()

    def __enter__(self) -> HeldModel:
        return self

    def __exit__(self, *_: object) -> None:
        self.go.set()

    def complete(
        self, *_: Any, on_text: Callable[[str], None] | None = None, **__: Any
    ) -> Completion:
        """A sentence of the first source, in the end."""
        self.began.put(None)
        try:
            while not self.go.wait(0.02):
                if on_text is not None:
                    on_text(" ")
        except Exception as error:
            self.ended.put(type(error).__name__)
            raise
        self.ended.put("")
        return Completion(json.dumps({"zinnen": [{"tekst": TRAVELLED, "bronnen": [1]}]}), 10, 1)


class FailingModel(IdleModel):
    """A language model that composes, and fails whenever it is asked."""

    composes = True

    def __init__(self, error: Exception) -> None:
        self.error = error

    def complete(self, *_: Any, **__: Any) -> Completion:
        """Raises the error."""
        raise self.error


def events_of(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(event, data) of the lines of a stream, one line of data each; comments are left out."""
    name = ""
    for line in lines:
        kind, _, value = line.partition(": ")
        if kind == "event":
            name = value
        elif kind == "data":
            yield name, json.loads(value)


def asked(client: httpx.Client, question: str, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    """All events of a question that is answered as a stream."""
    body = {"question": question, "stream": True, **more}
    response = client.post("/v1/ask", json=body)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    return list(events_of(response.text.split("\n")))


@contextmanager
def posted(client: httpx.Client, path: str, body: dict[str, Any]) -> Iterator[socket.socket]:
    """A connection on which `body` was posted, and nothing is read; closed at the end."""
    content = json.dumps(body).encode()
    address = (client.base_url.host, client.base_url.port or 80)
    with socket.create_connection(address) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: {address[0]}\r\nContent-Length: {len(content)}\r\n"
        connection.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + content)
        yield connection


def queue_of(client: httpx.Client) -> tuple[int, int]:
    """(running, waiting) of the queue in front of the model, as the metrics tell it."""
    metrics = client.get("/metrics").text
    found = dict(re.findall(r"(?m)^vraagbaak_queue_(running|waiting) (\d+)", metrics))
    return int(found["running"]), int(found["waiting"])


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + LONG_S
    while not holds():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.02)
