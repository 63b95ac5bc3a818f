"""How good the checker is: sentences that must be refused, and faithful ones that must pass.

    python -m eval.verification_benchmark samples tests/data/checks/*.jsonl [--half development] [--errors]

A line of a file: `{"id", "file", "questions" or "heading", "sentence", "carried", "kind"}`. Odd ids
are the development half, even ids the test half.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from index.documents import Document, DocumentInfo, Hit, Metadata, Passage
from index.errors import BadRequest, NotFound
from index.reading import read
from index.segmentation.segmenting import segment
from rag.reader.reader import Reader
from rag.service.resources import open_reader
from rag.settings import load_settings
from rag.verification import LEVEL, Verdict, verify

Half = Literal["development", "test", "all"]


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, the passage that it cites and whether that carries it; `kind` says what was
    done to it ("figure", "negation dropped", "synonyms", ...)."""

    id: int
    kind: str
    sentence: str
    carried: bool
    passage: Passage


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case, its verdict and the time that took in milliseconds."""

    case: Case
    verdict: Verdict
    ms: float

    @property
    def right(self) -> bool:
        """Whether the checker did what it must."""
        return self.verdict.carried == self.case.carried


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts, and for refusing as the thing sought: precision and recall (1.0 of nothing)."""

    refused: int
    must_refuse: int
    passed: int
    must_pass: int

    @property
    def recall(self) -> float:
        """Share of the wrong sentences that are refused."""
        return self.refused / self.must_refuse if self.must_refuse else 1.0

    @property
    def pass_rate(self) -> float:
        """Share of the faithful sentences that pass."""
        return self.passed / self.must_pass if self.must_pass else 1.0

    @property
    def precision(self) -> float:
        """Share of the refused sentences that are wrong."""
        all_refused = self.refused + self.must_pass - self.passed
        return self.refused / all_refused if all_refused else 1.0


def load_cases(files: Iterable[Path], documents: Path, half: Half = "all") -> list[Case]:
    """The cases of `files`, over the documents in the folder `documents`.

    Raises BadRequest for a line that is not a case, NotFound for a passage that is not there.
    """
    cases = []
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
                passage = _passage(documents, row)
                case = Case(row["id"], row["kind"], row["sentence"], row["carried"], passage)
            except (json.JSONDecodeError, KeyError, TypeError) as error:
                raise BadRequest(
                    f"{file.name}, regel {number}: geen geldige toetszin; verbeter de regel.",
                    f"{file.name}, line {number}: not a valid case; mend the line.",
                ) from error
            if half == "all" or (case.id % 2 == 1) == (half == "development"):
                cases.append(case)
    return cases


def score(cases: Iterable[Case], reader: Reader | None, level: float = LEVEL) -> list[Outcome]:
    """Check every case with `reader`, at `level` (`rag.verification.verify`)."""
    outcomes = []
    info = DocumentInfo("0" * 16, "-", "answers", Metadata())
    for case in cases:
        hit = Hit(info, 0, case.passage, 1.0, 1)
        start = time.perf_counter()
        verdict = verify(case.sentence, hit, reader, level=level)
        outcomes.append(Outcome(case, verdict, (time.perf_counter() - start) * 1000))
    return outcomes


def rates(outcomes: Iterable[Outcome]) -> Rates:
    """What the outcomes come to."""
    given = list(outcomes)
    wrong = [o for o in given if not o.case.carried]
    faithful = [o for o in given if o.case.carried]
    return Rates(
        refused=sum(o.right for o in wrong),
        must_refuse=len(wrong),
        passed=sum(o.right for o in faithful),
        must_pass=len(faithful),
    )


def by_kind(outcomes: Iterable[Outcome]) -> dict[tuple[bool, str], tuple[int, int]]:
    """(carried, kind) -> (right, all), in alphabetical order, wrong sentences first."""
    table: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    for outcome in outcomes:
        table[outcome.case.carried, outcome.case.kind].append(outcome.right)
    return {key: (sum(table[key]), len(table[key])) for key in sorted(table)}


def _passage(folder: Path, row: Mapping[str, Any]) -> Passage:
    numbers, heading = tuple(row.get("questions", ())), row.get("heading")
    for passage in _document(folder / row["file"]).passages:
        if numbers and passage.numbers == numbers:
            return passage
        if heading and passage.heading == heading:
            return passage
    where = f"{row['file']} {heading or numbers}"
    raise NotFound(
        f"{where}: deze passage is er niet; verbeter het toetsbestand.",
        f"{where}: there is no such passage; mend the file of cases.",
    )


@lru_cache(maxsize=64)
def _document(path: Path) -> Document:
    return segment(read(path), name=path.name, document_id=path.name)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the scores; returns 0."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.verification_benchmark", description=__doc__
    )
    parser.add_argument("documents", type=Path, help="map met de documenten")
    parser.add_argument("files", type=Path, nargs="+", help="bestanden met toetszinnen (jsonl)")
    parser.add_argument("--half", choices=("development", "test", "all"), default="all")
    parser.add_argument("--errors", action="store_true", help="toon elke fout")
    parser.add_argument(
        "--level", type=float, default=LEVEL, help="steun waaronder een zin wordt geweigerd"
    )
    given = parser.parse_args(argv)
    cases = load_cases(given.files, given.documents, given.half)
    outcomes = score(cases, open_reader(load_settings()), given.level)
    total = rates(outcomes)
    print(f"geweigerd {total.refused}/{total.must_refuse} ({total.recall:.1%})")
    print(f"doorgelaten {total.passed}/{total.must_pass} ({total.pass_rate:.1%})")
    print(f"precisie van weigeren {total.precision:.1%}")
    times = sorted(outcome.ms for outcome in outcomes)
    if times:
        mean, late = sum(times) / len(times), times[int(len(times) * 0.95)]
        print(f"ms per zin: gemiddeld {mean:.2f}, p95 {late:.2f}, hoogste {times[-1]:.2f}")
    for (carried, kind), (right, count) in by_kind(outcomes).items():
        print(f"{'trouw' if carried else 'fout':6} {kind:20} {right}/{count}")
    if given.errors:
        for outcome in outcomes:
            if not outcome.right:
                case, verdict = outcome.case, outcome.verdict
                sign = "+" if case.carried else "-"
                print(
                    f"{sign}{case.id} [{case.kind}] {case.sentence} -> {verdict.why} "
                    f"({verdict.support:.2f})"
                )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
