"""A running service for tests: an app in a real server, or `vraagbaak serve` as a process."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import cast

import httpx
import service_parts
from fastapi import FastAPI
from hashing import HashingEncoder
from service_parts import settings_of as settings_of
from surface_parts import BARLEY, FERRY

from index.encoders.embedding import Encoder
from index.index import Index, open_index
from rag.pipeline.answerability import CALIBRATION_NAME

ROOT = Path(__file__).resolve().parents[2]
LISTENS = re.compile(r"Vraagbaak luistert op (http://\S+)")


def filled(folder: Path, encoder: Encoder | None = None) -> Index:
    """An index with two documents in `folder`; needs no embedding model unless one is given."""
    index = open_index(folder, cast("Encoder", encoder or HashingEncoder()), create=True)
    # Cosines of this encoder are low: without this every question would be refused.
    (folder / CALIBRATION_NAME).write_text('{"threshold": 0}', encoding="utf-8")
    index.add_bytes(FERRY.encode(), "veer.txt")
    index.add_bytes(BARLEY.encode(), "gerst.txt")
    return index


def served(app: FastAPI) -> AbstractContextManager[str]:
    """The address of `app` in a real server on the loopback that logs as the service does."""
    return service_parts.served(app, log_config=None, access_log=False)


def client_of(url: str, **more: object) -> httpx.Client:
    """A client of the service at `url`."""
    return httpx.Client(base_url=url, timeout=60, trust_env=False, **more)  # type: ignore[arg-type]


def command(*arguments: str) -> list[str]:
    """`vraagbaak` with `arguments`, in this Python."""
    return [sys.executable, "-m", "rag.cli", *arguments]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a `vraagbaak` over `folder`, free of this machine's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VRAAGBAAK_")}
    own = {"VRAAGBAAK_DATA_DIR": str(folder), "VRAAGBAAK_PORT": "0", "VRAAGBAAK_MODEL": "none"}
    own["VRAAGBAAK_READER"] = "none"
    return kept | own | more


class Process:
    """A `vraagbaak serve` that listens at `url`; `lines` is what it has written on stderr."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.lines = process, []  # type: tuple[subprocess.Popen[str], list[str]]
        assert process.stderr is not None
        for line in process.stderr:
            self.lines.append(line)
            if found := LISTENS.match(line):
                self.url = found[1]
                break
        else:
            raise AssertionError(f"did not start: {''.join(self.lines)}")
        # Read on, or the process would one day wait for room in the pipe.
        self._reading = threading.Thread(target=self.lines.extend, args=(process.stderr,))
        self._reading.start()

    def terminate(self) -> None:
        """SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    def ended(self) -> int:
        """The exit code, once it has ended."""
        code = self.process.wait(timeout=60)
        self._reading.join(timeout=10)
        return code


@contextmanager
def process(folder: Path, arguments: Sequence[str] = (), **variables: str) -> Iterator[Process]:
    """A running `vraagbaak serve` over `folder` on a free port."""
    with subprocess.Popen(
        command("serve", *arguments),
        env=environment(folder, **variables),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as started:
        try:
            yield Process(started)
        finally:
            started.kill()
