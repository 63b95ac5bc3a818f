"""Vraagbaak beside LlamaIndex, Haystack, LangChain and txtai, on the same documents and questions.

    python -m eval.benchmarks.peers DOCUMENTS GOLD.jsonl --out DIR [--python PEERS/bin/python]

Each system runs in a process of its own with the same encoder (the project's, as a
sentence-transformers folder in the type that is fastest here). A peer gets a file by its own loader
where that gives 99 % of the words of ours, else the text of our reader and, in its time, what that
reading took. Ingest is from files to an index that can be searched; what is given is the median of
`--repeats`, and of a search the median of each question, then p50 and p95 over questions. Time of
the encoder is what `SentenceTransformer.encode` takes. Memory is the peak of the process and of
those it started (VmHWM, Linux), after one ingest and all searches. Of dialogues only the first turn
is asked. What counts as right: eval.benchmarks.judging.

Peers are no dependency of the project. Install them apart and name that Python:

    python -m venv peers-env
    peers-env/bin/pip install -r eval/benchmarks/peers-requirements.txt

One that is not there is skipped, and the report says so. Writes peers.json, peers.md and peers.svg.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.benchmarks.judging import Judge
from eval.benchmarks.peers_report import markdown, plot
from eval.gold import GoldQuestion, load_gold, resolve
from eval.statistics import estimate
from index.documents import Document
from index.errors import BadRequest, ModelUnavailable, VraagbaakError
from index.files import find_files
from index.ingest import sha256
from index.reading import READERS, read_bytes
from index.segmentation.segmenting import segment

ROOT = Path(__file__).resolve().parents[2]
FIRST = 5
_PLACE = "eval.benchmarks.systems."


@dataclass(frozen=True, slots=True)
class Kind:
    """A system that can be measured: its name, module, and the packages whose versions count."""

    name: str
    module: str
    hybrid: bool
    packages: tuple[str, ...] = ()


OURS = "vraagbaak"
_LLAMAINDEX = ("llama-index-core", "llama-index-retrievers-bm25", "faiss-cpu")
_LANGCHAIN = ("langchain-classic", "langchain-community", "faiss-cpu", "rank-bm25")
SYSTEMS = {
    OURS: Kind("Vraagbaak", _PLACE + "vraagbaak", True),
    "llamaindex": Kind("LlamaIndex, hybrid", _PLACE + "llamaindex", True, _LLAMAINDEX),
    "llamaindex-dense": Kind("LlamaIndex, dense", _PLACE + "llamaindex", False, _LLAMAINDEX),
    "haystack": Kind("Haystack, hybrid", _PLACE + "haystack", True, ("haystack-ai",)),
    "haystack-dense": Kind("Haystack, dense", _PLACE + "haystack", False, ("haystack-ai",)),
    "langchain": Kind("LangChain, hybrid", _PLACE + "langchain", True, _LANGCHAIN),
    "langchain-dense": Kind("LangChain, dense", _PLACE + "langchain", False, _LANGCHAIN),
    "txtai": Kind("txtai, hybrid", _PLACE + "txtai", True, ("txtai",)),
    "txtai-dense": Kind("txtai, dense", _PLACE + "txtai", False, ("txtai",)),
}
INSTALL = (
    "python -m venv peers-env && "
    "peers-env/bin/pip install -r eval/benchmarks/peers-requirements.txt"
)


def main() -> int:
    """Measure and write; returns the exit code (1 where a system failed)."""
    parser = argparse.ArgumentParser(description="Vraagbaak beside its peers")
    parser.add_argument("documents", type=Path, help="folder of documents")
    parser.add_argument("gold", type=Path, help="gold file (JSON Lines)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument(
        "--python", type=Path, default=Path(sys.executable), help="Python that has the peers"
    )
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--repeats", type=int, default=3, help="measurements, of which the median")
    parser.add_argument(
        "--encoder", type=Path, help="a sentence-transformers folder; by default the project's own"
    )
    given = parser.parse_args()
    try:
        rows, skipped = _compared(given)
    except VraagbaakError as error:
        print(f"peers: {error.message('en')}", file=sys.stderr)
        return error.exit_code
    print((given.out / "peers.md").read_text(encoding="utf-8"))
    return 1 if not rows or any("failed" in why for why in skipped.values()) else 0


def _compared(given: argparse.Namespace) -> tuple[list[dict[str, Any]], dict[str, str]]:
    if not given.python.is_file():
        raise BadRequest(
            f"Er is geen Python {given.python}. Installeer de andere systemen apart ({INSTALL}) en "
            "geef --python peers-env/bin/python.",
            f"There is no Python {given.python}. Install the peers apart ({INSTALL}) and give "
            "--python peers-env/bin/python.",
        )
    documents, read_s = _documents(given.documents)
    asked = [each for each in load_gold([given.gold]) if not each.after]
    judge = Judge(documents, resolve(asked, list(documents.values())))
    given.out.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    skipped: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="vraagbaak-peers-") as scratch:
        encoder = (given.encoder or _encoder(Path(scratch) / "e5")).resolve()
        query, passage = _prefixes(encoder)
        request = {
            "files": [
                {"path": path, "text": document.text, "read_s": read_s[path]}
                for path, document in documents.items()
            ],
            "questions": [each.question for each in asked],
            "repeats": given.repeats,
        }
        for key in given.systems:
            kind = SYSTEMS[key]
            folder = Path(scratch) / key
            folder.mkdir()
            setting = {
                "encoder": str(encoder),
                "query_prefix": query,
                "passage_prefix": passage,
                "scratch": str(folder),
                "hybrid": kind.hybrid,
                "k": FIRST,
            }
            load = os.getloadavg()[0]
            print(f"{kind.name} (load average {load:.1f})", file=sys.stderr, flush=True)
            python = Path(sys.executable) if key == OURS else given.python
            more = {"setting": setting, "packages": kind.packages}
            answer = _run(python, kind, request | more, folder)
            if isinstance(answer, str):
                skipped[kind.name] = answer
                print(f"{kind.name}: {answer}", file=sys.stderr)
                continue
            rows.append(
                {"system": kind.name, "load": load}
                | _figures(answer, asked, judge, encoder, len(documents))
            )
    told = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "date": time.strftime("%Y-%m-%d"),
        "documents": len(documents),
        "questions": len(asked),
        "answerable": sum(each.answerable for each in asked),
        "repeats": given.repeats,
        "encoder": str(given.encoder or "the project's default"),
        "systems": rows,
        "ratios": ratios(rows),
        "skipped": skipped,
    }
    (given.out / "peers.json").write_text(
        json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (given.out / "peers.md").write_text(markdown(told), encoding="utf-8")
    if rows:
        (given.out / "peers.svg").write_text(plot(rows), encoding="utf-8")
    return rows, skipped


def _documents(folder: Path) -> tuple[dict[str, Document], dict[str, float]]:
    """The documents by path, cut as an index cuts them, and the seconds that reading each took."""
    found, read_s, seen = {}, {}, set()
    for path in find_files([folder], READERS):
        data = path.read_bytes()
        began = time.perf_counter()
        source = read_bytes(data, path.name)
        read_s[str(path.resolve())] = time.perf_counter() - began
        name = sha256(data)[:16]
        if name in seen:
            continue
        seen.add(name)
        found[str(path.resolve())] = segment(source, name=str(path), document_id=name)
    return found, read_s


def _encoder(folder: Path) -> Path:
    # In a process of its own: a child's peak of memory would begin at this one's.
    command = [sys.executable, "-m", "eval.benchmarks.peer_process", "--encoder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=_environment(), check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise ModelUnavailable(
            f"De encoder is niet te laden ({last}): haal hem op met `vraagbaak models fetch`.",
            f"The encoder cannot be loaded ({last}): fetch it with `vraagbaak models fetch`.",
        )
    return folder


def _prefixes(encoder: Path) -> tuple[str, str]:
    stated = encoder / "config_sentence_transformers.json"
    prompts = json.loads(stated.read_text(encoding="utf-8")).get("prompts", {})
    return prompts.get("query") or "", prompts.get("document") or prompts.get("passage") or ""


def _environment() -> dict[str, str]:
    """No network, and this tree's modules before any installed."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    offline = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}
    return os.environ | offline | {"PYTHONPATH": path, "TOKENIZERS_PARALLELISM": "false"}


def _run(
    python: Path, kind: Kind, request: Mapping[str, Any], folder: Path
) -> dict[str, Any] | str:
    """What the process measured, or why there is nothing."""
    asked, answer = folder / "request.json", folder / "answer.json"
    asked.write_text(json.dumps(request), encoding="utf-8")
    command = [str(python.absolute()), "-m", "eval.benchmarks.peer_process", kind.module]
    done = subprocess.run(
        [*command, str(asked), str(answer)],
        capture_output=True,
        text=True,
        cwd=folder,
        env=_environment(),
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return f"failed with code {done.returncode}: {last}"
    told: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    if "missing" in told:
        return f"not installed ({told['missing']} is missing): {INSTALL}, then --python"
    return told


def _figures(
    answer: Mapping[str, Any],
    asked: Sequence[GoldQuestion],
    judge: Judge,
    encoder: Path,
    documents: int,
) -> dict[str, Any]:
    """One system's row: what it measured, and what its hits are worth."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_truncation()

    def tokens(text: str) -> int:
        return len(tokenizer.encode(text, add_special_tokens=False).ids)

    pairs = [
        (question, hits)
        for question, hits in zip(asked, answer["hits"], strict=True)
        if question.answerable
    ]
    judged = [judge.judge(question, hits) for question, hits in pairs]
    first = [(float(1 in each.gold), 1.0) for each in judged]
    five = [(float(bool(each.gold)), 1.0) for each in judged]
    facts = [
        (float(each.facts), 1.0)
        for (question, _), each in zip(pairs, judged, strict=True)
        if question.facts
    ]
    context = [sum(tokens(hit["text"]) for hit in hits) for _, hits in pairs]
    whole = statistics.median(answer["ingest_s"])
    rest = [w - e for w, e in zip(answer["ingest_s"], answer["encoder_s"], strict=True)]
    search = [statistics.median(each) for each in answer["search_ms"]]
    without = [
        statistics.median(w - e for w, e in zip(times, inside, strict=True))
        for times, inside in zip(answer["search_ms"], answer["search_encoder_ms"], strict=True)
    ]
    return {
        "configuration": answer["configuration"],
        "versions": answer["versions"],
        "own_loader": answer["own_loader"]
        if answer["own_loader"] is None
        else f"{len(answer['own_loader'])} of {documents}",
        "chunks": answer["chunks"],
        "ingest_s": whole,
        "ingest_without_encoder_s": statistics.median(rest),
        "p50_ms": statistics.median(search),
        "p95_ms": nearest_rank(search, 95),
        "p50_without_encoder_ms": statistics.median(without),
        "gold_first": asdict(estimate(first)),
        "gold_in_five": asdict(estimate(five)),
        "facts_in_five": asdict(estimate(facts)),
        "tokens": statistics.mean(context) if context else 0.0,
        "peak_mb": answer["peak_mb"],
        "by_question": {
            question.id: {"gold": each.gold, "facts": each.facts}
            for (question, _), each in zip(pairs, judged, strict=True)
        },
    }


def nearest_rank(values: Sequence[float], percent: int) -> float:
    """The smallest value that `percent` % do not exceed."""
    ordered = sorted(values)
    return ordered[-(-percent * len(ordered) // 100) - 1]


def ratios(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Each system's figures divided by those of Vraagbaak in the same run; empty without it."""
    names = ("ingest_s", "ingest_without_encoder_s", "p50_ms", "p95_ms", "tokens", "peak_mb")
    ours = next((row for row in rows if row["system"] == SYSTEMS[OURS].name), None)
    if ours is None:
        return {}
    return {
        row["system"]: {name: row[name] / ours[name] for name in names if ours[name]}
        for row in rows
    }


if __name__ == "__main__":
    sys.exit(main())
