"""Evidence -> drafts of sentences: verbatim, chosen by a model, or written by one. Unchecked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from index.documents import Hit, Span
from index.errors import ModelUnavailable
from rag.citations import dutch_date
from rag.decisive import Unit
from rag.models import Completion, LanguageModel
from rag.prompting import Prompt, load_prompt

SELECT_SENTENCES = 8  # what a small model is shown; see docs/answering.md for what was measured
MAX_SENTENCES = 4
VERBATIM_CHARACTERS = 700
MARGIN = 0.06  # of score, within which further evidence belongs to a verbatim answer
_QUESTION_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence before it is checked. `quotes` are (hit, span of its reading text) it rests on.

    `written` is False where `text` is the document's own.
    """

    text: str
    quotes: tuple[tuple[int, Span], ...]
    written: bool


@dataclass(frozen=True, slots=True)
class Drafted:
    """What drafting gave: no drafts means that the model found no answer."""

    drafts: tuple[Draft, ...]
    prompt_hash: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0


def quote_evidence(evidence: Sequence[Unit]) -> Drafted:
    """The best evidence verbatim, with what else comes close to its score."""
    chosen: list[Unit] = []
    length = 0
    for unit in evidence:
        if chosen and (
            unit.score < evidence[0].score - MARGIN or length + len(unit.text) > VERBATIM_CHARACTERS
        ):
            break
        if len(chosen) == MAX_SENTENCES - 1:
            break
        chosen.append(unit)
        length += len(unit.text)
    return Drafted(as_quotes(chosen))


def as_quotes(chosen: Sequence[Unit]) -> tuple[Draft, ...]:
    """Units of evidence as drafts: overlapping and adjoining ones joined, best passage first."""
    order: dict[int, int] = {}
    for unit in chosen:
        order.setdefault(unit.hit, len(order))
    joined: list[Unit] = []
    for unit in sorted(chosen, key=lambda u: (order[u.hit], u.start)):
        last = joined[-1] if joined else None
        if last and last.hit == unit.hit and unit.start <= last.end:
            if unit.end > last.end:
                text = last.text + unit.text[last.end - unit.start :]
                joined[-1] = Unit(
                    last.hit, last.start, unit.end, text, last.score, last.cosine, last.coverage
                )
        else:
            joined.append(unit)
    return tuple(
        Draft(" ".join(unit.text.split()), ((unit.hit, Span(unit.start, unit.end)),), written=False)
        for unit in joined
    )


def select(
    question: str, hits: Sequence[Hit], evidence: Sequence[Unit], model: LanguageModel
) -> Drafted:
    """Let the model choose among numbered sentences; what it chose is quoted."""
    shown = _by_passage(evidence[:SELECT_SENTENCES])
    prompt = load_prompt("kies")
    schema = {
        "type": "object",
        "properties": {
            "zinnen": {
                "type": "array",
                "items": {"type": "integer", "enum": list(range(1, len(shown) + 1))},
                "maxItems": 3,
            }
        },
        "required": ["zinnen"],
        "additionalProperties": False,
    }
    lines: list[str] = []
    for number, unit in enumerate(shown, start=1):
        if number == 1 or unit.hit != shown[number - 2].hit:
            lines.append(_asked(hits[unit.hit]))
        lines.append(f"[{number}] {' '.join(unit.text.split())}")
    completion = model.complete(
        prompt.messages(bronnen="\n".join(lines).strip(), vraag=question),
        schema=schema,
        max_tokens=24,
    )
    numbers = _parsed(completion, model)["zinnen"]
    chosen = [shown[n - 1] for n in dict.fromkeys(numbers)]
    return _drafted(as_quotes(chosen), prompt, completion)


def compose(
    question: str,
    hits: Sequence[Hit],
    evidence: Sequence[Unit],
    model: LanguageModel,
    on_draft: Callable[[Draft], None] | None = None,
) -> Drafted:
    """Let the model write sentences with the labels of the passages shown.

    `on_draft` gets each sentence as soon as it is complete.
    """
    prompt = load_prompt("schrijf")
    shown = list(dict.fromkeys(unit.hit for unit in evidence))
    budget = model.context_tokens - 900
    blocks: list[str] = []
    labels: list[int] = []
    for at in shown:
        block = _source(len(labels) + 1, hits[at])
        cost = model.count_tokens(block)
        if labels and cost > budget:
            break
        budget -= cost
        blocks.append(block)
        labels.append(at)
    schema = {
        "type": "object",
        "properties": {
            "zinnen": {
                "type": "array",
                "maxItems": MAX_SENTENCES,
                "items": {
                    "type": "object",
                    "properties": {
                        "tekst": {"type": "string", "minLength": 2, "maxLength": 500},
                        "bronnen": {
                            "type": "array",
                            "items": {"type": "integer", "enum": list(range(1, len(labels) + 1))},
                            "minItems": 1,
                            "maxItems": 3,
                        },
                    },
                    "required": ["tekst", "bronnen"],
                    "additionalProperties": False,
                },
            }
        },
        "required": ["zinnen"],
        "additionalProperties": False,
    }

    def to_draft(item: dict[str, Any]) -> Draft:
        cited = [labels[n - 1] for n in dict.fromkeys(item["bronnen"])]
        whole = tuple((at, Span(0, len(hits[at].passage.reading_text()))) for at in cited)
        return Draft(" ".join(item["tekst"].split()), whole, written=True)

    reader = _SentenceReader()

    def on_text(piece: str) -> None:
        for item in reader.feed(piece):
            if on_draft:
                on_draft(to_draft(item))

    completion = model.complete(
        prompt.messages(bronnen="\n\n".join(blocks), vraag=question),
        schema=schema,
        max_tokens=600,
        on_text=on_text,
    )
    items = _parsed(completion, model)["zinnen"]
    return _drafted(tuple(to_draft(item) for item in items), prompt, completion)


class _SentenceReader:
    """Finds the complete items of "zinnen" in JSON that is still being written."""

    def __init__(self) -> None:
        self._text = ""
        self._at = -1

    def feed(self, piece: str) -> Iterator[dict[str, Any]]:
        self._text += piece
        if self._at < 0:
            self._at = self._text.find("[") + 1 or -1
        while self._at > 0:
            start = self._text.find("{", self._at)
            if start < 0:
                return
            try:
                item, self._at = json.JSONDecoder().raw_decode(self._text, start)
            except json.JSONDecodeError:
                return  # not complete yet
            yield item


def _by_passage(evidence: Sequence[Unit]) -> list[Unit]:
    """Units grouped by passage, passages by their best unit, without repeated text."""
    order: dict[int, int] = {}
    for unit in evidence:
        order.setdefault(unit.hit, len(order))
    kept: list[Unit] = []
    for unit in evidence:
        if not any(k.hit == unit.hit and k.start <= unit.start and unit.end <= k.end for k in kept):
            kept = [
                k
                for k in kept
                if not (k.hit == unit.hit and unit.start <= k.start and k.end <= unit.end)
            ]
            kept.append(unit)
    return sorted(kept, key=lambda u: (order[u.hit], u.start))


def _asked(hit: Hit) -> str:
    asked = " ".join(q.text for q in hit.passage.questions) or hit.passage.heading or ""
    title = hit.document.metadata.title
    about = asked or title or ""
    short = about if len(about) <= _QUESTION_CHARACTERS else about[:_QUESTION_CHARACTERS] + "…"
    return f"\nGevraagd: {short}" if short else "\nBrief:"


def _source(label: int, hit: Hit) -> str:
    """A passage as the composing model sees it."""
    meta = hit.document.metadata
    head = ", ".join(filter(None, [meta.title, dutch_date(meta.date)]))
    asked = " ".join(q.text for q in hit.passage.questions)
    lines = [f"Bron {label} ({head or hit.document.source})"]
    if asked:
        lines.append(f"Gevraagd: {asked}")
    elif hit.passage.heading:
        lines.append(f"Onder: {hit.passage.heading}")
    lines.append(f"Tekst: {hit.passage.reading_text().strip()}")
    return "\n".join(lines)


def _parsed(completion: Completion, model: LanguageModel) -> dict[str, Any]:
    try:
        found = json.loads(completion.text)
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("zinnen"), list):
        raise ModelUnavailable(
            f"Het taalmodel {model.name} gaf geen antwoord in de gevraagde vorm; probeer het opnieuw "
            "of kies een ander model (VRAAGBAAK_MODEL).",
            f"The language model {model.name} did not answer in the form asked for; try again or "
            "choose another model (VRAAGBAAK_MODEL).",
        )
    return found


def _drafted(drafts: tuple[Draft, ...], prompt: Prompt, completion: Completion) -> Drafted:
    return Drafted(drafts, prompt.hash, completion.prompt_tokens, completion.completion_tokens)
