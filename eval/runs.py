"""Evaluation runs: a directory that says what was asked, how, what came of it and what it is worth.

    config.json    settings, model, prompts, index, gold files by hash, versions, git revision
    answers.jsonl  one line a question, written as they come: {"id", "question", "answer" (the
                   answer's JSON) or null, "error" or null, "seconds", "held" (of each shown sentence
                   whether the reader holds it to answer; absent without a reader)}
    scores.json    metrics with intervals, and every question with its scores and their reasons
    run.trec, qrels.trec   the retrieval in TREC's formats, for other tools

A run that was interrupted goes on where it stopped when it is started again in its directory.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from eval import metrics
from eval.gold import GoldQuestion, Target, resolve
from eval.metrics import LENGTHS, METRICS, Corpus, Scored
from eval.reliability import reliability, reliability_json
from eval.shown import Hold
from eval.statistics import Share, estimate, median
from index.documents import Document
from index.errors import BadRequest, UnreadableFile, VraagbaakError
from rag.conversation.followups import Turn

CONFIG, ANSWERS, SCORES = "config.json", "answers.jsonl", "scores.json"
RUN_NAME = "vraagbaak"
_PACKAGES = ["vraagbaak", "torch", "sentence-transformers", "faiss-cpu", "xllamacpp", "ollama"]
_PACKAGES += ["ir-measures", "scipy", "sacrebleu"]


Ask = Callable[[str, Sequence[Turn]], dict[str, Any]]
"""The system: a question and the dialogue before it -> the JSON of `rag.pipeline.answers.answer_json`."""

Progress = Callable[[int, int], None]
"""Called with questions done and questions in all."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run as it stands on disk; `answers` by question id, {} if not kept."""

    directory: Path
    config: dict[str, Any]
    scores: dict[str, Any]
    answers: dict[str, dict[str, Any]]


def run(
    directory: Path,
    questions: Sequence[GoldQuestion],
    documents: Sequence[Document],
    ask: Ask,
    config: Mapping[str, Any],
    *,
    workers: int = 1,
    progress: Progress = lambda _done, _total: None,
    hold: Hold | None = None,
) -> Run:
    """Ask every question that `directory` has no answer to yet, score all, and write everything.

    `documents` is the index that `ask` answers from; `hold` (`eval.shown`) says which of the shown
    sentences answer. `workers` questions are asked at a time; the
    turns of a dialogue follow one another. Whatever `ask` raises is recorded as a failure, and
    stays one. Raises BadRequest if the directory holds a run with another `config`, if a gold
    passage's document is not in the index, and UnreadableFile if what is there is no run.
    """
    targets = resolve(questions, documents)
    _begin(directory, config)
    path = directory / ANSWERS
    records = _recorded(path)
    total = len(questions)
    progress(sum(question.id in records for question in questions), total)
    lock = threading.Lock()

    def conversation(turns: Sequence[GoldQuestion]) -> None:
        for question in turns:
            if question.id in records:
                continue
            record = _ask(question, records, ask)
            if hold is not None and record["answer"] is not None:
                record["held"] = hold(record["answer"])
            with lock, path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
                records[question.id] = record
                progress(sum(each.id in records for each in questions), total)

    with ThreadPoolExecutor(workers) as pool:
        try:
            # `list` lets an error in writing surface here.
            list(pool.map(conversation, _conversations(questions)))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    _write_scores(directory, questions, targets, Corpus(documents), records)
    return read_run(directory)


def read_run(directory: Path) -> Run:
    """A finished run. Raises UnreadableFile if there is none; answers may have been left out."""
    config, scores = _read_json(directory / CONFIG), _read_json(directory / SCORES)
    return Run(directory, config, scores, _recorded(directory / ANSWERS))


def gold_hashes(paths: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of gold files by name, for the configuration."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def environment() -> dict[str, Any]:
    """What the configuration says of the machine: git revision (None without git), versions."""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {
        "git": _git_revision(),
        "versions": versions,
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
    }


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that it is either as before or complete."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def to_json(value: Any) -> str:
    """JSON as all files of a run are written: readable, and the same for the same content."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _begin(directory: Path, config: Mapping[str, Any]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / CONFIG
    if not path.exists():
        if any(directory.iterdir()):
            raise BadRequest(
                f"Map {directory} is niet leeg en bevat geen run; kies een nieuwe map.",
                f"Folder {directory} is not empty and holds no run; choose a new folder.",
            )
        write_atomically(path, to_json(config))
        return
    before, now = _read_json(path), json.loads(to_json(config))
    names = sorted(before.keys() | now.keys())
    changed = [name for name in names if before.get(name) != now.get(name)]
    if changed:
        raise BadRequest(
            f"Map {directory} bevat een run met een andere instelling van {', '.join(changed)}; "
            "kies een nieuwe map.",
            f"Folder {directory} holds a run with another {', '.join(changed)}; "
            "choose a new folder.",
        )


def _recorded(path: Path) -> dict[str, dict[str, Any]]:
    """The answers there are; a last line that an interruption tore off is removed."""
    if not path.exists():
        return {}
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        path.write_bytes(whole)
    try:
        records = [json.loads(line) for line in whole.decode("utf-8").splitlines()]
        return {record["id"]: record for record in records}
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, error) from error


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not isinstance(value, dict):
        raise _unreadable(path, TypeError("geen JSON-object"))
    return value


def _unreadable(path: Path, error: Exception) -> UnreadableFile:
    return UnreadableFile(
        f"{path} is niet te lezen als deel van een run ({error}); noem de map van een voltooide "
        "run, of maak hem met `vraagbaak-eval run`.",
        f"{path} cannot be read as part of a run ({error}); name the folder of a finished run, or "
        "make it with `vraagbaak-eval run`.",
    )


def _conversations(questions: Sequence[GoldQuestion]) -> list[list[GoldQuestion]]:
    """Single questions, and the turns of each dialogue together, in order."""
    together: dict[str, list[GoldQuestion]] = {}
    for question in questions:
        together.setdefault((*question.after, question.id)[0], []).append(question)
    return list(together.values())


def _ask(question: GoldQuestion, records: Mapping[str, dict[str, Any]], ask: Ask) -> dict[str, Any]:
    history = [_turn(records[name]) for name in question.after]
    began = time.perf_counter()
    answer, failure = None, None
    try:
        answer = ask(question.question, history)
    except VraagbaakError as error:
        failure = f"{type(error).__name__}: {error.nl}"
    except Exception as error:  # noqa: BLE001  (whatever the system under test raises is its score)
        failure = f"{type(error).__name__}: {error}"
    return {
        "id": question.id,
        "question": question.question,
        "answer": answer,
        "error": failure,
        "seconds": round(time.perf_counter() - began, 3),
    }


def _turn(record: Mapping[str, Any]) -> Turn:
    """An earlier turn as the system saw it; a failure is one without an answer."""
    answer = record["answer"]
    if answer is None:
        return Turn(record["question"], None)
    cited = dict.fromkeys(citation["document"]["id"] for citation in answer["citations"])
    return Turn(answer["read_as"], answer["answer"], tuple(cited))


def _write_scores(
    directory: Path,
    questions: Sequence[GoldQuestion],
    targets: Mapping[str, Sequence[Target]],
    corpus: Corpus,
    records: Mapping[str, dict[str, Any]],
) -> None:
    answers = {question.id: records[question.id]["answer"] for question in questions}
    rankings = {name: metrics.ranking(answer, corpus) for name, answer in answers.items()}
    judged = {name: held for name, held in targets.items() if held}
    retrieval = metrics.retrieval_scores(judged, rankings)
    scored = {
        question.id: metrics.score(
            question,
            targets[question.id],
            answers[question.id],
            corpus,
            retrieval.get(question.id, {}),
            records[question.id].get("held", ()),
        )
        for question in questions
    }
    rows = [
        _row(question, targets[question.id], records[question.id], scored[question.id])
        for question in questions
    ]
    kinds = sorted({question.type for question in questions})
    scores = {
        "n": len(questions),
        "metrics": _aggregate([row["shares"] for row in rows]),
        "by_type": {
            kind or "-": _aggregate([row["shares"] for row in rows if row["type"] == kind])
            for kind in kinds
        },
        "causes": {cause: sum(row["cause"] == cause for row in rows) for cause in metrics.CAUSES},
        "altered_figures": sum(len(row["altered"]) for row in rows),
        "words": {
            name: asdict(median([row["words"][name] for row in rows if row["words"]]))
            for name in LENGTHS
        },
        "reliability": _reliability(rows),
        "latency": _latency([records[question.id] for question in questions]),
        "questions": rows,
    }
    write_atomically(directory / SCORES, to_json(scores))
    write_atomically(
        directory / "qrels.trec",
        "".join(f"{q.query_id} 0 {q.doc_id} {q.relevance}\n" for q in metrics.qrels(judged)),
    )
    lines = []
    for name, keys in rankings.items():
        for rank, doc in enumerate(metrics.trec_run({name: keys}), start=1):
            lines.append(f"{name} Q0 {doc.doc_id} {rank} {doc.score:g} {RUN_NAME}\n")
    write_atomically(directory / "run.trec", "".join(lines))


def _row(
    question: GoldQuestion, targets: Sequence[Target], record: Mapping[str, Any], scored: Scored
) -> dict[str, Any]:
    """A question in scores.json: enough to compare and explain without answers.jsonl."""
    answer = record["answer"] or {}
    return {
        "id": question.id,
        "question": question.question,
        "type": question.type,
        "answerable": question.answerable,
        "note": question.note,
        "answer": answer.get("answer"),
        "in_short": _in_short(answer),
        "abstained": answer.get("abstained"),
        "reason": answer.get("reason"),
        "error": record["error"],
        "citations": [citation["label"] for citation in answer.get("citations", ())],
        "gold": [
            {"label": gold.label, "file": gold.file, "text": target.text}
            for gold, target in zip(question.gold, targets, strict=True)
        ],
        "reference": question.reference,
        "cause": scored.cause,
        "missing": scored.missing,
        "altered": scored.altered,
        "confidence": answer.get("confidence"),
        "words": metrics.words_shown(answer) if answer and not answer["abstained"] else None,
        "shares": dict(scored.shares),
    }


def _in_short(answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a model wrote above a verbatim answer, and why it was not shown; None where nothing."""
    if answer.get("mode") != "verbatim":
        return None
    if short := answer.get("in_short"):
        return {"text": short["text"], "why_not": None}
    left_out = answer.get("dropped") or [None]
    return left_out[0] and {"text": left_out[0]["text"], "why_not": left_out[0]["why"]}


def _reliability(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`confidence`, the probability that the first passage answers, against whether it is gold."""
    stated = [row for row in rows if isinstance(row["confidence"], int | float)]
    right = [row["shares"].get("success_1", (0.0, 0.0))[0] > 0 for row in stated]
    return reliability_json(reliability([row["confidence"] for row in stated], right))


def _aggregate(shares: Sequence[Mapping[str, Share]]) -> dict[str, Any]:
    return {
        metric.name: asdict(estimate([each.get(metric.name, (0.0, 0.0)) for each in shares]))
        for metric in METRICS
        if any(metric.name in each for each in shares)
    }


def _latency(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """p50, p95 and maximum in ms of what the answers say and of the whole call; tokens in all."""
    times: dict[str, list[float]] = {"call": [record["seconds"] * 1000 for record in records]}
    tokens: dict[str, int] = {}
    for answer in (record["answer"] for record in records if record["answer"]):
        for name, value in answer["timings_ms"].items():
            times.setdefault(name, []).append(value)
        for name, value in answer["tokens"].items():
            tokens[name] = tokens.get(name, 0) + value
    return {
        "ms": {
            name: {
                "p50": round(float(np.percentile(values, 50)), 1),
                "p95": round(float(np.percentile(values, 95)), 1),
                "max": round(max(values), 1),
            }
            for name, values in times.items()
        },
        "tokens": tokens,
    }


def _git_revision() -> str | None:
    """The commit of this source tree, with "+" if it was changed since; None outside of git."""
    here = Path(__file__).parent
    try:
        head, status = (
            subprocess.run(
                ["git", "-C", str(here), *arguments], capture_output=True, text=True, check=True
            ).stdout.strip()
            for arguments in (["rev-parse", "HEAD"], ["status", "--porcelain", "-uno"])
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return head + "+" if status else head
