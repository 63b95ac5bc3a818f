"""Reading a file in a process of its own, with bounds on time and memory.

A file may hold anything: a bomb, a loop, what makes a parser in C fall over. It then costs only
itself, never the program. The process is kept for the next file (starting one takes longer than
most files) and ends by itself when it was idle for a while, or when this program has gone.
"""

from __future__ import annotations

import io
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from dataclasses import is_dataclass
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from index import documents
from index.documents import Document, Origin
from index.errors import UnreadableFile
from index.files import shown

SECONDS = 120  # of processor time a file
WALL_SECONDS = 4 * SECONDS  # where the machine does other work as well, or the process hangs
MEMORY = 2 << 30  # bytes of address space
FILES = 500  # after which a process is renewed, so that what leaks does not add up

log = logging.getLogger("vraagbaak.index")

# All that an answer may be made of: it comes from where hostile files are read.
_KNOWN = frozenset(name for name, value in vars(documents).items() if is_dataclass(value))


class _Ended(Exception):
    """The process did not answer: `nl` and `en` say why."""

    def __init__(self, nl: str, en: str, *, late: bool = False) -> None:
        super().__init__(en)
        self.nl, self.en, self.late = nl, en, late


def read_bounded(data: bytes, name: str, origin: Origin | None, *, ocr: bool = False) -> Document:
    """As `index.reading_process.read_document`. Raises UnreadableFile.

    Where a process that read other files before fails, a new one tries once more: no file pays for
    what others left behind.
    """
    while True:
        worker = _take()
        fresh = worker.files == 0
        try:
            kind, value = worker.ask((data, name, origin, ocr))
        except _Ended as end:
            worker.close()
            if fresh or end.late:
                raise UnreadableFile(
                    f"{shown(name)}: lezen is afgebroken ({end.nl}); is het bestand heel? Splits "
                    "het, of sla het opnieuw op.",
                    f"{shown(name)}: reading was broken off ({end.en}); is the file whole? Split "
                    "it, or save it anew.",
                ) from None
            continue
        except BaseException:  # an interrupt, say: what it still answers is for nobody
            worker.close()
            raise
        _give_back(worker)
        if kind == "document":
            assert isinstance(value, Document)  # noqa: S101  (so `reading_process` has it)
            return value
        nl, en, trace = value
        if trace:
            log.error("file failed", extra={"fields": {"path": shown(name), "trace": trace}})
        raise UnreadableFile(nl, en)


class _Worker:
    """A process that reads; one thread uses it at a time."""

    def __init__(self) -> None:
        root = str(Path(__file__).parent.parent)
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        self.files = 0
        self._pipe, theirs = Pipe()
        given = (theirs.fileno(), SECONDS, MEMORY)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "index.reading_process", *map(str, given)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # ours may carry a protocol
                pass_fds=[theirs.fileno()],
                # Threads of libraries reserve address space that counts.
                env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
            )
        finally:
            theirs.close()

    def ask(self, request: object) -> tuple[str, Any]:
        """Its answer to a request. Raises _Ended."""
        try:
            self._pipe.send_bytes(pickle.dumps(request))
            if not self._pipe.poll(WALL_SECONDS):
                raise _out_of_time()
            kind, value = _Unpickler(io.BytesIO(self._pipe.recv_bytes())).load()
        except (OSError, EOFError):
            code = self._process.wait()
            if code == -signal.SIGPROF:
                raise _out_of_time() from None
            why = signal.Signals(-code).name if code < 0 else f"exit {code}"
            raise _Ended(f"de lezer viel om: {why}", f"the reader fell over: {why}") from None
        if kind == "memory":
            size = f"{MEMORY >> 20} MB"
            raise _Ended(f"meer dan {size} geheugen nodig", f"needs more than {size} of memory")
        self.files += 1
        return kind, value

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._pipe.close()


def _out_of_time() -> _Ended:
    return _Ended(
        f"meer dan {SECONDS} seconden nodig", f"needs more than {SECONDS} seconds", late=True
    )


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module != "index.documents" or name not in _KNOWN:
            raise EOFError(f"{module}.{name}")
        return super().find_class(module, name)


_idle: list[_Worker] = []
_lock = threading.Lock()
os.register_at_fork(after_in_child=_idle.clear)  # a process has one owner


def _take() -> _Worker:
    while True:
        with _lock:
            if not _idle:
                break
            worker = _idle.pop()
        if worker.is_alive():
            return worker
        worker.close()
    return _Worker()


def _give_back(worker: _Worker) -> None:
    if worker.files >= FILES:
        worker.close()
        return
    with _lock:
        _idle.append(worker)
