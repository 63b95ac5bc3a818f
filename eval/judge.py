"""A language model as judge, optional: is an answer right by its reference or gold passage?

`judge.json` in the run's directory holds the verdicts and what gave them:

    {"model": {"name", "digest"}, "prompt": hash of prompts/beoordeel.md,
     "counts": {verdict: n}, "not_judged": {reason: n}, "agreement": {...} (`Agreement`),
     "verdicts": {question id: {"verdict", "asked": hash of what the judge was shown}}}

It is written after each verdict, so that an interrupted judgement goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from eval.runs import Progress, Run, to_json, write_atomically
from index.errors import ModelUnavailable, UnreadableFile
from rag.llm import LanguageModel, Message
from rag.llm.prompts import load_prompt

JUDGE = "judge.json"
PROMPT = "beoordeel"
Verdict = Literal["juist", "onvolledig", "onjuist"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
NotJudged = Literal["refused", "failed", "unanswerable", "no_reference"]
NOT_JUDGED: tuple[NotJudged, ...] = get_args(NotJudged)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"oordeel": {"type": "string", "enum": list(VERDICTS)}},
    "required": ["oordeel"],
    "additionalProperties": False,
}
_MAX_TOKENS = 32  # the schema needs a dozen
_LABELS = {
    "nl": {
        "judged": "beoordeeld",
        "not_judged": "niet beoordeeld",
        "refused": "geweigerd",
        "failed": "fout opgetreden",
        "unanswerable": "niet te beantwoorden",
        "no_reference": "zonder referentie",
        "agreement": "overeenstemming met de maat “juist beantwoord”:",
        "kappa": "Cohens kappa",
        "only_judge": "alleen volgens het model juist:",
        "only_metric": "alleen volgens de maat juist:",
    },
    "en": {
        "judged": "judged",
        "not_judged": "not judged",
        "refused": "refused",
        "failed": "failed",
        "unanswerable": "unanswerable",
        "no_reference": "without reference",
        "agreement": "agreement with the metric “answered right”:",
        "kappa": "Cohen's kappa",
        "only_judge": "right by the model only:",
        "only_metric": "right by the metric only:",
    },
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """Judge ("juist" or not) against the metric "correct", over the questions judged.

    Counts of the two-by-two table; `raw` and `kappa` as in `agreement`.
    """

    both_right: int
    only_judge: int
    only_metric: int
    both_wrong: int
    raw: float | None
    kappa: float | None

    @property
    def n(self) -> int:
        """How many questions were judged."""
        return self.both_right + self.only_judge + self.only_metric + self.both_wrong


@dataclass(frozen=True, slots=True)
class Judgement:
    """`verdicts` by question id; `not_judged` counts the other questions by reason."""

    verdicts: Mapping[str, Verdict]
    not_judged: Mapping[NotJudged, int]
    agreement: Agreement


def judge_run(
    run: Run, model: LanguageModel, progress: Progress = lambda _done, _total: None
) -> Judgement:
    """Have `model` judge every answer given to an answerable question, and write `judge.json`.

    The model is shown the question, the reference answer (without one: the gold passages) and the
    answer; not the required facts, nor whether the metrics found it right. Verdicts of the same
    model on the same words are kept. Refusals, failures, answers to unanswerable questions and
    questions without any reference are counted, not judged. Raises ModelUnavailable, after which
    the verdicts so far stand on disk, and UnreadableFile for a `judge.json` that is damaged.
    """
    path = run.directory / JUDGE
    rows = run.scores["questions"]
    asked = {row["id"]: _messages(row) for row in rows if _reason(row) is None}
    shown = {name: _hash(messages) for name, messages in asked.items()}
    described = {"name": model.name, "digest": model.digest}
    verdicts = {
        name: verdict
        for name, (verdict, words) in _recorded(path, described).items()
        if shown.get(name) == words
    }

    def write() -> Judgement:
        judgement = Judgement(
            verdicts={name: verdicts[name] for name in asked if name in verdicts},
            not_judged={each: sum(_reason(row) == each for row in rows) for each in NOT_JUDGED},
            agreement=_agreement(rows, verdicts),
        )
        given = list(judgement.verdicts.values())
        content = {
            "model": described,
            "prompt": load_prompt(PROMPT).hash,
            "counts": {verdict: given.count(verdict) for verdict in VERDICTS},
            "not_judged": judgement.not_judged,
            "agreement": {"n": judgement.agreement.n, **asdict(judgement.agreement)},
            "verdicts": {
                name: {"verdict": verdict, "asked": shown[name]}
                for name, verdict in judgement.verdicts.items()
            },
        }
        write_atomically(path, to_json(content))
        return judgement

    progress(len(verdicts), len(asked))
    for name, messages in asked.items():
        if name not in verdicts:
            completion = model.complete(messages, schema=SCHEMA, max_tokens=_MAX_TOKENS)
            verdicts[name] = _verdict(completion.text, name, model.name)
            write()
            progress(len(verdicts), len(asked))
    return write()


def agreement(pairs: Sequence[tuple[bool, bool]]) -> Agreement:
    """How far judge and metric agree, from (right by the judge, right by the metric) per question.

    raw = p_o, the share of questions on which they agree; Cohen's
    kappa = (p_o - p_e) / (1 - p_e), with p_e = p_judge p_metric + (1 - p_judge)(1 - p_metric) what
    chance alone would give (Cohen 1960, "A coefficient of agreement for nominal scales"): 1 is full
    agreement, 0 that of chance. None without questions; kappa also where both call everything
    alike, because then p_e = 1.
    """
    n = len(pairs)
    table = [pairs.count(cell) for cell in ((True, True), (True, False), (False, True))]
    both_right, only_judge, only_metric = table
    both_wrong = n - sum(table)
    raw, kappa = None, None
    if n:
        raw = (both_right + both_wrong) / n
        # Kept in whole numbers (times n²), so that "by chance always" is exactly that.
        judge, metric = both_right + only_judge, both_right + only_metric
        chance = judge * metric + (n - judge) * (n - metric)
        if chance != n * n:
            kappa = ((both_right + both_wrong) * n - chance) / (n * n - chance)
    return Agreement(both_right, only_judge, only_metric, both_wrong, raw, kappa)


def judgement_text(judgement: Judgement, language: str = "nl") -> str:
    """A judgement in four lines, in `language` ("nl" or "en")."""
    say, table = _LABELS[language], judgement.agreement
    given = list(judgement.verdicts.values())
    verdicts = ", ".join(f"{verdict} {given.count(verdict)}" for verdict in VERDICTS)
    others = ", ".join(f"{say[why]} {count}" for why, count in judgement.not_judged.items())
    raw, kappa = ("-" if each is None else f"{each:.3f}" for each in (table.raw, table.kappa))
    return "\n".join(
        [
            f"{say['judged']} {table.n}: {verdicts}",
            f"{say['not_judged']}: {others}",
            f"{say['agreement']} {raw}, {say['kappa']} {kappa}",
            f"{say['only_judge']} {table.only_judge}, {say['only_metric']} {table.only_metric}",
        ]
    )


def _agreement(rows: Sequence[Mapping[str, Any]], verdicts: Mapping[str, Verdict]) -> Agreement:
    return agreement(
        [
            (verdicts[row["id"]] == "juist", row["shares"]["accuracy"][0] == 1)
            for row in rows
            if row["id"] in verdicts
        ]
    )


def _reason(row: Mapping[str, Any]) -> NotJudged | None:
    """Why a question is not judged; None where it is."""
    if row["error"]:
        return "failed"
    if row["abstained"]:
        return "refused"
    if not row["answerable"]:
        return "unanswerable"
    return None if _reference(row) else "no_reference"


def _reference(row: Mapping[str, Any]) -> str:
    """What an answer is held against; each gold passage is a right answer of its own."""
    return row["reference"] or "\n\n".join(gold["text"] for gold in row["gold"] if gold["text"])


def _messages(row: Mapping[str, Any]) -> list[Message]:
    return load_prompt(PROMPT).messages(
        vraag=row["question"], goed=_reference(row), antwoord=row["answer"] or ""
    )


def _hash(messages: Sequence[Message]) -> str:
    """12 hex digits of what the judge is shown; changes with prompt, reference and answer."""
    shown = json.dumps([[message.role, message.content] for message in messages])
    return hashlib.sha256(shown.encode()).hexdigest()[:12]


def _verdict(text: str, question: str, model: str) -> Verdict:
    try:
        given = json.loads(text)["oordeel"]
    except (ValueError, KeyError, TypeError):
        given = None
    for verdict in VERDICTS:
        if given == verdict:
            return verdict
    shown, choices = " ".join(text.split())[:80], ", ".join(VERDICTS)
    raise ModelUnavailable(
        f"{model} gaf bij vraag {question} {shown!r} als oordeel; verwacht werd een van {choices}. "
        "Kies een model dat gestructureerde uitvoer aankan.",
        f"{model} gave {shown!r} as its verdict on question {question}; one of {choices} was "
        "expected. Choose a model that can give structured output.",
    )


def _recorded(path: Path, model: Mapping[str, Any]) -> dict[str, tuple[Verdict, str]]:
    """(verdict, hash of what was shown) by question id, of an earlier judgement by `model`."""
    if not path.exists():
        return {}
    try:
        earlier = json.loads(path.read_text(encoding="utf-8"))
        if earlier["model"] != model:
            return {}
        found = {
            name: (each["verdict"], each["asked"]) for name, each in earlier["verdicts"].items()
        }
        unknown = {verdict for verdict, _ in found.values()} - set(VERDICTS)
        if unknown:
            raise ValueError(f"oordeel {', '.join(sorted(unknown))}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableFile(
            f"{path} is niet te lezen als oordelen ({error}); verwijder het en laat opnieuw "
            "oordelen.",
            f"{path} cannot be read as verdicts ({error}); remove it and judge again.",
        ) from error
    return found
