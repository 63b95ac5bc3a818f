"""What a question costs besides searching, by what documents state about themselves.

    python -m eval.benchmarks.metadata --documents 30000

Documents of one passage each with made metadata, in a temporary folder; vectors need no model. For
each kind of question the processor time of all before it is read (rag.pipeline.direct and
rag.pipeline.retrieval, the search in it included), median of several; "search alone" is what any
question costs. The first question after a change is measured by itself.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import cast

from eval.benchmarks.corpus import ProjectionEncoder, entry, templates, texts
from index.documents import Office
from index.encoders.embedding import Encoder
from index.index import Index, open_index
from index.search import Filters, search
from index.store import Entry
from rag.pipeline.direct import answer_directly
from rag.pipeline.query import Query
from rag.pipeline.retrieval import retrieve
from rag.settings import Settings

DIMENSION, REPEATS, TOGETHER = 16, 5, 500
TODAY = date(2026, 1, 1)
PORTFOLIOS = ("Verkeer en Waterstaat", "Onderwijs", "Financiën", "Landbouw", "Defensie", "Justitie")
QUESTIONS = {
    "plain": "Hoeveel kost het veer?",
    "of a time": "Wat zei de minister in 2003 over het veer?",
    "what a minister said": "Wat zei minister Jansen-7 over het veer?",
    "what an office said": "Wat zei de minister van Defensie over het veer?",
    "what a member asked": "Wat vroeg het lid Dekker-11 over het veer?",
    "who holds an office": "Wie is de minister van Defensie?",
    "by number": "Wat staat er in 2001Z00006?",
    "by title": "Wat is het antwoord op vraag 1 van {title}?",
    "which documents": "Welke documenten gaan over {word}?",
}


def main() -> int:
    """Build, measure and print a table; returns the exit code."""
    parser = argparse.ArgumentParser(description="what metadata cost a question")
    parser.add_argument("--documents", type=int, default=30_000)
    parser.add_argument("--samples", type=Path, default=Path("samples"), help="sample documents")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        encoder = cast("Encoder", ProjectionEncoder(DIMENSION))
        index = open_index(Path(folder), encoder, create=True)
        _fill(index, given.samples, given.documents)
        index.engine.settle()
        title = index.documents()[given.documents // 2].metadata.title or ""
        word = max(title.split(), key=len)
        search(index, "veer")
        print(f"| question | ms over {given.documents} documents |\n| --- | ---: |")
        print(f"| search alone | {_median(lambda: search(index, QUESTIONS['plain'])):.1f} |")
        with index.store.writing():
            index.store.put_source("/more.txt", "more.txt", 1)
        print(f"| the first one after a change | {_cost(lambda: _ask(index, 'Hoe?')):.0f} |")
        for name, question in QUESTIONS.items():
            asked = question.format(title=title, word=word)
            print(f"| {name} | {_median(partial(_ask, index, asked)):.1f} |", flush=True)
        index.close()
    return 0


def _fill(index: Index, samples: Path, documents: int) -> None:
    pairs = (pair for each in texts(templates(samples)) for pair in each)
    made = enumerate(itertools.islice(pairs, documents))
    while some := list(itertools.islice(made, TOGETHER)):
        with index.store.writing():
            for number, pair in some:
                key = index.store.add(_stating(entry([pair], number, DIMENSION), number))
                index.store.put_source(f"/{number}.txt", f"{number}.txt", key)


def _stating(made: Entry, number: int) -> Entry:
    """`made` with an office and a member that asks."""
    meta = made.document.metadata
    office = Office(meta.ministers[0], "minister", PORTFOLIOS[number % len(PORTFOLIOS)])
    meta = replace(meta, offices=(office,), askers=(f"Dekker-{number % 211}",))
    return replace(made, document=replace(made.document, metadata=meta))


def _ask(index: Index, question: str) -> None:
    if answer_directly(question, index, Filters(), TODAY, "nl") is None:
        retrieve(Query(question), index, Settings(), Filters(), TODAY)


def _median(ask: Callable[[], object]) -> float:
    return statistics.median(_cost(ask) for _ in range(REPEATS))


def _cost(ask: Callable[[], object]) -> float:
    began = time.process_time()
    ask()
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
