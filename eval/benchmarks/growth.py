"""How the index grows: building, opening, memory and searching by number of passages.

    python -m eval.benchmarks.growth --sizes 1000 10000 100000 --out DIR [--keep]

Needs no model: documents and vectors are those of eval.benchmarks.corpus, and what reading and
embedding cost is not in the figures. Every size is opened and searched in a process of its own.
Writes growth.json and growth.md. Beside wall clock time stands processor time, which a busy machine
changes less. Memory is what the process holds itself (RssAnon of /proc, Linux): what is mapped from
disk is the system's to give back.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from eval.benchmarks.corpus import PASSAGES, ProjectionEncoder, entry, templates, texts
from index.encoders.embedding import Encoder
from index.engines import bm25, vectors
from index.engines.local import LocalEngine
from index.index import FILE_NAME, manifest, open_index
from index.search import search
from index.store import Store

DIMENSION, QUESTIONS, TOGETHER = 384, 40, 50
COLUMNS = {
    "passages": "passages",
    "windows": "windows",
    "database_mb": "database, MB",
    "derived_mb": "derived files, MB",
    "store_cpu_s": "store, s (processor)",
    "derive_cpu_s": "derive, s (processor)",
    "ready_ms": "first search done, ms (wall)",
    "ready_cpu_ms": "the same, processor",
    "memory_mb": "memory, MB",
    "p50_ms": "p50, ms (wall)",
    "p95_ms": "p95, ms (wall)",
    "p50_cpu_ms": "p50, processor",
    "p95_cpu_ms": "p95, processor",
    "dense_recall": "dense recall@10",
    "lexical_recall": "lexical recall@10",
}


def main() -> int:
    """Build, measure and write; returns the exit code."""
    parser = argparse.ArgumentParser(description="how the index grows with its passages")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--samples", type=Path, default=Path("samples"), help="sample documents")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--keep", action="store_true", help="leave the indexes there")
    parser.add_argument("--approximate-from", type=int, default=vectors.APPROXIMATE_FROM)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    vectors.APPROXIMATE_FROM = given.approximate_from
    if given.measure:
        print(json.dumps(_measured(given.out)))
        return 0
    given.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for size in given.sizes:
        folder = given.out / str(size)
        built = _built(folder, given.samples, size)
        command = [
            sys.executable,
            "-m",
            "eval.benchmarks.growth",
            "--measure",
            "--out",
            str(folder),
        ]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append(built | json.loads(done.stdout))
        if not given.keep:
            shutil.rmtree(folder)
        _write(given.out, rows)
    print((given.out / "growth.md").read_text(encoding="utf-8"))
    return 0


def _encoder() -> Encoder:
    # It has what an index without new documents uses.
    return cast("Encoder", ProjectionEncoder(DIMENSION))


def _built(folder: Path, samples: Path, size: int) -> dict[str, float]:
    """Store documents with `size` passages, in transactions of several, and derive what is derived.

    What is in `folder` already stays: a run that was stopped goes on where it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    encoder = _encoder()
    store = Store(folder / FILE_NAME, manifest(encoder), create=True)
    stored: dict[str, float] = {"wall": 0.0, "cpu": 0.0}
    made = enumerate(itertools.islice(texts(templates(samples)), size // PASSAGES))
    with store.reading():
        there = store.counts(["documents"])["documents"]
    left = itertools.islice(made, there, None)
    began = time.perf_counter()
    while some := list(itertools.islice(left, TOGETHER)):
        entries = [entry(pairs, number, DIMENSION) for number, pairs in some]
        with _timed(stored), store.writing():
            for (number, _), each in zip(some, entries, strict=True):
                store.put_source(f"/{number}.txt", f"{number}.txt", store.add(each))
        done = some[-1][0] + 1
        if done % (20 * TOGETHER) == 0:
            rest = (time.perf_counter() - began) / (done - there) * (size // PASSAGES - done)
            print(f"{done * PASSAGES} of {size} passages, {rest:.0f} s left", file=sys.stderr)
    store.close()
    derived: dict[str, float] = {"wall": 0.0, "cpu": 0.0}
    with _timed(derived):
        open_index(folder, encoder, create=False).close()
    files = (file for file in folder.glob("derived/*/*") if file.is_file())
    return {
        "store_s": stored["wall"],
        "store_cpu_s": stored["cpu"],
        "derive_s": derived["wall"],
        "derive_cpu_s": derived["cpu"],
        "database_mb": (folder / FILE_NAME).stat().st_size / 1e6,
        "derived_mb": sum(file.stat().st_size for file in files) / 1e6,
    }


def _measured(folder: Path) -> dict[str, Any]:
    ready: dict[str, float] = {"wall": 0.0, "cpu": 0.0}
    with _timed(ready):
        index = open_index(folder, _encoder(), create=False)
        search(index, "veer gemeente kosten")
    local = cast("LocalEngine", index.engine)
    counts = index.stats()
    ids = range(1, int(counts["passages"]), max(1, int(counts["passages"]) // QUESTIONS))
    with index.store.reading():
        found = index.store.passages(list(ids)).values()
    asked = [passage.questions[0].text for _, passage in found]
    wall, cpu = [], []
    for question in asked:
        spent: dict[str, float] = {"wall": 0.0, "cpu": 0.0}
        with _timed(spent):
            search(index, question)
        wall.append(spent["wall"] * 1000)
        cpu.append(spent["cpu"] * 1000)
    row = {
        "passages": counts["passages"],
        "windows": counts["windows"],
        "ready_ms": ready["wall"] * 1000,
        "ready_cpu_ms": ready["cpu"] * 1000,
        "memory_mb": _own_memory(),
        "p50_ms": _at(wall, 50),
        "p95_ms": _at(wall, 95),
        "p50_cpu_ms": _at(cpu, 50),
        "p95_cpu_ms": _at(cpu, 95),
        "dense_recall": local.about.recall,
        "effort": local.about.effort,
    }
    with index.state():
        some = [_first(local, question) for question in asked]
        bm25.LARGE = sys.maxsize
        every = [_first(local, question) for question in asked]
    shares = [len(a & b) / len(b) for a, b in zip(some, every, strict=True) if b]
    index.close()
    return row | {"lexical_recall": sum(shares) / max(1, len(shares))}


def _first(engine: LocalEngine, question: str) -> set[int]:
    """The first ten of the 200 passages that a search takes from the lexical side."""
    return {passage for passage, _ in engine.lexical(question, 200)[:10]}


@contextmanager
def _timed(spent: dict[str, float]) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    spent["wall"] += time.perf_counter() - wall
    spent["cpu"] += time.process_time() - cpu


def _own_memory() -> float:
    """Megabytes; 0 where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.is_file() else []
    held = [line.split()[1] for line in lines if line.startswith("RssAnon:")]
    return int(held[0]) * 1024 / 1e6 if held else 0.0


def _at(values: Sequence[float], percent: int) -> float:
    """The smallest value that `percent` % do not exceed (nearest rank)."""
    return sorted(values)[-(-percent * len(values) // 100) - 1]


def _write(out: Path, rows: Sequence[dict[str, Any]]) -> None:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load average {load}"
    data = {"machine": machine, "rows": rows}
    (out / "growth.json").write_text(json.dumps(data, indent=2), encoding="utf-8")
    lines = [machine, "", "| what " + "| " * len(rows) + "|"]
    lines.append("| --- " + "| ---: " * len(rows) + "|")
    for key, name in COLUMNS.items():
        lines.append("| ".join([f"| {name} ", *(f"{_shown(row[key])} " for row in rows)]) + "|")
    (out / "growth.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _shown(value: float) -> str:
    if isinstance(value, int) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3f}" if value <= 1 else f"{value:.1f}"


if __name__ == "__main__":
    sys.exit(main())
