"""A file's bytes -> a document; and the process that does so for `index.bounded`."""

from __future__ import annotations

import hashlib
import pickle
import resource
import signal
import sys
import traceback
from dataclasses import replace
from multiprocessing.connection import Connection

from index.documents import Document, Origin
from index.errors import ModelUnavailable, UnreadableFile
from index.files import unexpected
from index.metadata import with_origin
from index.reading import read_bytes
from index.segmentation.segmenting import segment

IDLE_SECONDS = 60.0


def read_document(data: bytes, name: str, origin: Origin | None, *, ocr: bool = False) -> Document:
    """Read and segment a document. Raises as `index.reading.read_bytes`."""
    source, document_id = read_bytes(data, name, ocr=ocr), hashlib.sha256(data).hexdigest()[:16]
    if origin is None:
        return segment(source, name=name, document_id=document_id)
    stated = replace(
        source.stated,
        title=origin.title or source.stated.title,
        date=source.stated.date or origin.date,
    )
    document = segment(replace(source, stated=stated), name=name, document_id=document_id)
    return replace(document, metadata=with_origin(document.metadata, origin))


def main(descriptor: int, seconds: float, memory: int) -> None:
    """Answer requests until there is none for a while or nobody left to ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asks
    if sys.platform == "linux":  # macOS knows the limit and does not keep it
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with Connection(descriptor) as pipe:
        try:
            while pipe.poll(IDLE_SECONDS):
                request = pickle.loads(pipe.recv_bytes())  # noqa: S301  (our own program's)
                # Counts processor time, and ends this process by SIGPROF.
                signal.setitimer(signal.ITIMER_PROF, seconds)
                answer = _answer(*request)
                signal.setitimer(signal.ITIMER_PROF, 0)
                pipe.send_bytes(answer)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


def _answer(data: bytes, name: str, origin: Origin | None, ocr: bool) -> bytes:
    try:
        return pickle.dumps(("document", read_document(data, name, origin, ocr=ocr)))
    except MemoryError:
        return pickle.dumps(("memory", None))
    except (UnreadableFile, ModelUnavailable) as error:
        return pickle.dumps(("refused", (error.nl, error.en, "")))
    except Exception as error:  # noqa: BLE001  (a fault of ours; whoever asked reports it)
        said = unexpected(name, error)
        return pickle.dumps(("failed", (said.nl, said.en, traceback.format_exc())))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
