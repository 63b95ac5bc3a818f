"""Evidence -> drafts of sentences: verbatim, chosen by a model, or written by one. Unchecked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.documents import Hit, Span
from index.errors import ModelUnavailable
from rag.citations import dutch_date
from rag.decisive import Unit, best_stretch, best_units, close_seconds
from rag.models import Completion, LanguageModel
from rag.prompting import Prompt, load_prompt

SELECT_SENTENCES = 6  # what a small model is shown: reading is what takes it time
COMPOSE_SENTENCES = 12  # whose passages a larger one is shown, as far as its context goes
MAX_SENTENCES = 4
VERBATIM_CHARACTERS = 800
MOST_PASSAGES = 3  # that a verbatim answer quotes
_QUESTION_CHARACTERS = 90
_SENTENCE_CHARACTERS = 240  # of a sentence, shown to a selecting model; the user gets all of it
_SELECT_TOKENS = 48  # three numbers in JSON, with room for white space
_COMPOSE_TOKENS = 600  # four sentences in JSON
_TEMPLATE_TOKENS = 64  # roles and separators that a chat template adds
_LIST_OPENS = re.compile(r'\s*\{\s*"zinnen"\s*:\s*\[')
_ITEM_OPENS = re.compile(r"[\s,]*\{")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence before it is checked. `quotes` are (hit, span of its reading text) it rests on.

    `written` is False where `text` is the document's own; `shown` are the hits that the model which
    wrote it could read; `beside` is as in `rag.answers.Sentence`.
    """

    text: str
    quotes: tuple[tuple[int, Span], ...]
    written: bool
    shown: tuple[int, ...] = ()
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Drafted:
    """What drafting gave: no drafts means that the model found no answer."""

    drafts: tuple[Draft, ...]
    prompt_hash: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0


def primary(evidence: Sequence[Unit]) -> list[Unit]:
    """What decides: the stretch that says most, and the best sentence wherever it stands."""
    return [*best_stretch(evidence, VERBATIM_CHARACTERS), *best_units(evidence, 1)]


def quote_evidence(hits: Sequence[Hit], evidence: Sequence[Unit]) -> Drafted:
    """What decides, verbatim, and the best sentence of other passages that come near."""
    best = primary(evidence)
    taken = {unit.hit for unit in best}
    seconds = close_seconds(evidence, taken, MOST_PASSAGES - len(taken))
    beside = (replace(draft, beside=True) for draft in as_quotes(hits, seconds))
    return Drafted((*as_quotes(hits, best), *beside))


def quoted(hits: Sequence[Hit], at: int, span: Span) -> Draft:
    """A stretch of a hit as a draft, without white space around it."""
    text = hits[at].passage.reading_text()[span.start : span.end]
    start = span.start + len(text) - len(text.lstrip())
    end = max(start, span.end - (len(text) - len(text.rstrip())))
    return Draft(on_one_line(text), ((at, Span(start, end)),), written=False)


def quote_whole(hits: Sequence[Hit], places: Sequence[int]) -> Drafted:
    """The answers at `places` among `hits`, each as it stands."""
    lengths = [(at, len(hits[at].passage.reading_text())) for at in places]
    return Drafted(tuple(quoted(hits, at, Span(0, length)) for at, length in lengths))


def as_quotes(hits: Sequence[Hit], chosen: Sequence[Unit]) -> tuple[Draft, ...]:
    """Units of evidence as drafts: overlapping and adjoining ones joined; passages
    in the order in which they are given."""
    order: dict[int, int] = {}
    for unit in chosen:
        order.setdefault(unit.hit, len(order))
    joined: list[tuple[int, Span]] = []
    for unit in sorted(chosen, key=lambda u: (order[u.hit], u.start)):
        if joined and joined[-1][0] == unit.hit and unit.start <= joined[-1][1].end + 1:
            start, end = joined[-1][1].start, max(unit.end, joined[-1][1].end)
            joined[-1] = (unit.hit, Span(start, end))
        else:
            joined.append((unit.hit, Span(unit.start, unit.end)))
    return tuple(quoted(hits, at, span) for at, span in joined)


def on_one_line(text: str) -> str:
    """`text` with single blanks; cells of a table stay apart ("2023 | 612; 2024 | 709")."""
    rows = re.sub(r"[^\S\n]*\t+[^\S\n]*", " | ", text)
    return " ".join(re.sub(r"(\|[^\n]*\S)\s*\n", r"\1; ", rows).split())


def select(
    question: str, hits: Sequence[Hit], evidence: Sequence[Unit], model: LanguageModel
) -> Drafted:
    """Let the model choose among numbered sentences; what it chose is quoted."""
    shown = _by_passage(best_units(evidence, SELECT_SENTENCES))
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
        lines.append(f"[{number}] {_cut(unit.text, _SENTENCE_CHARACTERS)}")
    completion = model.complete(
        prompt.messages(bronnen="\n".join(lines).strip(), vraag=question),
        schema=schema,
        max_tokens=_SELECT_TOKENS,
    )
    numbers = _items(completion.text, model)
    if not all(_is_label(number, len(shown)) for number in numbers):
        raise _nonsense(model)
    chosen = [shown[number - 1] for number in dict.fromkeys(numbers)]
    return _drafted(as_quotes(hits, chosen), prompt, completion)


def compose(
    question: str,
    hits: Sequence[Hit],
    evidence: Sequence[Unit],
    model: LanguageModel,
    on_draft: Callable[[Draft], None] | None = None,
) -> Drafted:
    """Let the model write sentences with the labels of the passages shown.

    A passage that does not fit the context is shown by its decisive sentences, or not at all.
    `on_draft` gets each sentence as soon as it is complete.
    """
    prompt = load_prompt("schrijf")
    asked = prompt.messages(bronnen="", vraag=question)
    room = (
        model.context_tokens
        - _COMPOSE_TOKENS
        - _TEMPLATE_TOKENS
        - sum(model.count_tokens(message.content) for message in asked)
    )
    blocks: list[str] = []
    labels: list[int] = []  # labels[n - 1] is the hit that the model knows as n
    best = best_units(evidence, COMPOSE_SENTENCES)
    for at in dict.fromkeys(unit.hit for unit in best):
        decisive = as_quotes(hits, [unit for unit in best if unit.hit == at])
        whole, short = (
            _source(len(labels) + 1, hits[at], text)
            for text in (
                hits[at].passage.reading_text(),
                "\n".join(draft.text for draft in decisive),
            )
        )
        fitting = [block for block in (whole, short) if model.count_tokens(block) <= room]
        if not labels and not fitting:
            fitting = [short]  # the model says that it is too long
        if fitting:
            room -= model.count_tokens(fitting[0])
            blocks.append(fitting[0])
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

    drafts: list[Draft] = []

    def take(item: Any) -> None:
        if not _is_sentence(item, len(labels)):
            raise _nonsense(model)
        cited = [labels[number - 1] for number in dict.fromkeys(item["bronnen"])]
        whole = tuple((at, Span(0, len(hits[at].passage.reading_text()))) for at in cited)
        drafts.append(
            Draft(" ".join(item["tekst"].split()), whole, written=True, shown=tuple(labels))
        )
        if on_draft:
            on_draft(drafts[-1])

    reader = _SentenceReader()

    def on_text(piece: str) -> None:
        for item in reader.feed(piece):
            take(item)

    completion = model.complete(
        prompt.messages(bronnen="\n\n".join(blocks), vraag=question),
        schema=schema,
        max_tokens=_COMPOSE_TOKENS,
        on_text=on_text,
    )
    # Not every model streams.
    for item in _items(completion.text, model)[len(drafts) :]:
        take(item)
    return _drafted(tuple(drafts), prompt, completion)


class _SentenceReader:
    """Finds the complete items of "zinnen" in JSON that is still being written."""

    def __init__(self) -> None:
        self._text = ""
        self._at: int | None = None  # where the next item may begin; None before the list

    def feed(self, piece: str) -> Iterator[Any]:
        """The items that `piece` completes."""
        self._text += piece
        if self._at is None:
            opened = _LIST_OPENS.match(self._text)
            if not opened:
                return
            self._at = opened.end()
        while (item := _ITEM_OPENS.match(self._text, self._at)) is not None:
            try:
                found, self._at = json.JSONDecoder().raw_decode(self._text, item.end() - 1)
            except json.JSONDecodeError:
                return  # not complete yet
            yield found


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
    """What a group of numbered sentences answers, on one line: it must not pass for one of them."""
    asked = " ".join(q.text for q in hit.passage.questions) or hit.passage.heading
    about = " ".join((asked or hit.document.metadata.title or "").split())
    return f"\nGevraagd: {_cut(about, _QUESTION_CHARACTERS)}" if about else "\nBrief:"


def _cut(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[:most].rstrip() + "…"


def _source(label: int, hit: Hit, text: str) -> str:
    """A passage as the composing model sees it. Only sources have a blank line between them."""
    meta = hit.document.metadata
    head = ", ".join(filter(None, [meta.title, meta.date and dutch_date(meta.date)]))
    asked = " ".join(q.text for q in hit.passage.questions)
    lines = [f"Bron {label} ({head or hit.document.source})"]
    if asked:
        lines.append(f"Gevraagd: {asked}")
    elif hit.passage.heading:
        lines.append(f"Onder: {hit.passage.heading}")
    lines.append(f"Tekst: {text.strip()}")
    return _BLANK_LINES.sub("\n", "\n".join(lines))


def _items(text: str, model: LanguageModel) -> list[Any]:
    """What stands in the list "zinnen" of a completion. Raises ModelUnavailable without one."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("zinnen"), list):
        raise _nonsense(model)
    return list(found["zinnen"])


def _is_label(number: Any, count: int) -> bool:
    return type(number) is int and 1 <= number <= count


def _is_sentence(item: Any, count: int) -> bool:
    """Whether an item has a text and, of `count` sources, those that it rests on."""
    return (
        isinstance(item, dict)
        and isinstance(item.get("tekst"), str)
        and bool(item["tekst"].strip())
        and isinstance(item.get("bronnen"), list)
        and bool(item["bronnen"])
        and all(_is_label(number, count) for number in item["bronnen"])
    )


def _nonsense(model: LanguageModel) -> ModelUnavailable:
    return ModelUnavailable(
        f"Het taalmodel {model.name} gaf geen antwoord in de gevraagde vorm; probeer het opnieuw "
        "of kies een ander model.",
        f"The language model {model.name} did not answer in the form asked for; try again or "
        "choose another model.",
    )


def _drafted(drafts: tuple[Draft, ...], prompt: Prompt, completion: Completion) -> Drafted:
    return Drafted(drafts, prompt.hash, completion.prompt_tokens, completion.completion_tokens)
