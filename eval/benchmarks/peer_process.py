"""One system of `eval.benchmarks.peers`, measured in a process of its own.

    python -m eval.benchmarks.peer_process MODULE REQUEST.json ANSWER.json
    python -m eval.benchmarks.peer_process --encoder FOLDER

Runs under the Python of the peers and so needs nothing of the project but `eval.benchmarks`. The
second form writes the project's default encoder as a sentence-transformers folder.

Time of the encoder is what `SentenceTransformer.encode` takes, for each system alike.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.benchmarks.systems import File, Setting, System

# Of the words of a text, what a peer's own loader must give of them to be used.
KEPT = 0.99
_WORD = re.compile(r"\w+")


class Clock:
    """Seconds spent in the encoder, by wrapping it; calls within a call are counted once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._local = threading.local()

    def watch(self) -> None:
        """Count from now on."""
        from sentence_transformers import SentenceTransformer

        encode = SentenceTransformer.encode

        def timed(*given: Any, **named: Any) -> Any:
            if getattr(self._local, "inside", False):
                return encode(*given, **named)
            self._local.inside = True
            began = time.perf_counter()
            try:
                return encode(*given, **named)
            finally:
                self.seconds += time.perf_counter() - began
                self._local.inside = False

        SentenceTransformer.encode = timed  # type: ignore[method-assign]


def measure(system: System, asked: dict[str, Any], clock: Clock) -> dict[str, Any]:
    """Ingest, search and ingest again until `repeats` is reached; what peers.py reads."""
    files = {each["path"]: each["text"] for each in asked["files"]}
    own = set() if system.loaders is None else _loadable(system, files)
    read_s = {each["path"]: each["read_s"] for each in asked["files"] if each["path"] not in own}
    ingest, encoder, chunks = [], [], 0

    def once() -> int:
        before, began = clock.seconds, time.perf_counter()
        if system.loaders is None:
            pieces = system.ingest([File(path) for path in files])
            read = 0.0
        else:
            pieces = system.ingest(
                [
                    File(path, _load(system, path) if path in own else text)
                    for path, text in files.items()
                ]
            )
            read = sum(read_s.values())
        ingest.append(time.perf_counter() - began + read)
        encoder.append(clock.seconds - before)
        return pieces

    chunks = once()
    system.search(asked["questions"][0])
    hits, search_ms, search_encoder_ms = [], [], []
    for question in asked["questions"]:
        times, inside = [], []
        for _ in range(asked["repeats"]):
            before, began = clock.seconds, time.perf_counter()
            found = system.search(question)
            times.append((time.perf_counter() - began) * 1000)
            inside.append((clock.seconds - before) * 1000)
        hits.append([asdict(each) for each in found])
        search_ms.append(times)
        search_encoder_ms.append(inside)
    peak = _peak_mb()
    while len(ingest) < asked["repeats"]:
        once()
    return {
        "configuration": system.configuration,
        "ingest_s": ingest,
        "encoder_s": encoder,
        "chunks": chunks,
        "search_ms": search_ms,
        "search_encoder_ms": search_encoder_ms,
        "hits": hits,
        "peak_mb": peak,
        "own_loader": None if system.loaders is None else sorted(own),
    }


def _load(system: System, path: str) -> str:
    assert system.loaders is not None  # noqa: S101
    return system.loaders[Path(path).suffix.lower()](path)


def _loadable(system: System, files: dict[str, str]) -> set[str]:
    """The files of which the system's own loader gives (nearly) all words."""
    assert system.loaders is not None  # noqa: S101
    return {
        path
        for path, text in files.items()
        if Path(path).suffix.lower() in system.loaders
        and kept_words(text, _load(system, path)) >= KEPT
    }


def kept_words(text: str, loaded: str) -> float:
    """The share of the words of `text`, each as often as it is there, that `loaded` holds."""
    wanted = Counter(_WORD.findall(text.lower()))
    there = Counter(_WORD.findall(loaded.lower()))
    return sum((wanted & there).values()) / max(1, sum(wanted.values()))


def _peak_mb() -> float:
    """The most memory that this process and those that it started held, MB (VmHWM, Linux)."""
    return sum(_high_water(pid) for pid in [os.getpid(), *_children()])


def _children() -> Sequence[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(
                line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines()
            )
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
        if int(lines["PPid"]) == os.getpid():
            found.append(int(status.parent.name))
    return found


def _high_water(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.is_file() else []
    held = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(held[0]) * 1024 / 1e6 if held else 0.0


def write_encoder(folder: Path) -> None:
    """The project's default encoder, in the type that this processor computes in fastest.

    So every system loads the same numbers, in the same type, without an option of its own.
    """
    from index.encoders.embedding import load_encoder
    from index.paths import models_dir
    from rag.settings import load_settings

    settings = load_settings()
    encoder = load_encoder(settings.embedding_model, models_dir(settings.data_dir))
    network = encoder._network
    network.prompts = {"query": encoder.query_prefix, "document": encoder.passage_prefix}
    network.save(str(folder), create_model_card=False)


def main() -> int:
    """Measure and write; returns the exit code. A framework that is missing is an answer too."""
    if sys.argv[1] == "--encoder":
        write_encoder(Path(sys.argv[2]))
        return 0
    name, request, answer = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    asked = json.loads(request.read_text(encoding="utf-8"))
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in ("eval", "index", "rag"):
            raise
        answer.write_text(json.dumps({"missing": error.name}), encoding="utf-8")
        return 0
    clock = Clock()
    clock.watch()
    system = module.open_system(Setting(**asked["setting"]))
    told = measure(system, asked, clock)
    told["versions"] = {each: version(each) for each in asked["packages"]}
    answer.write_text(json.dumps(told), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
