"""Let a language model write the answer from what was read, or one sentence of it; not yet checked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from index.documents import Hit, Span
from index.errors import ModelUnavailable
from rag.llm import Completion, LanguageModel
from rag.llm.prompts import load_prompt, neutral, room
from rag.pipeline.citations import dutch_date
from rag.pipeline.drafts import Draft, quote_sentences
from rag.pipeline.reading import ScoredSentence
from rag.pipeline.sentence_selection import Selection

T = TypeVar("T")

SENTENCES = 12  # sentences whose passages the model is shown, as far as its context allows
MAX_SENTENCES = 4
_COMPOSE_TOKENS = 600  # four sentences in JSON
_SHORT_CHARACTERS = 300  # of the one sentence in short
_SHORT_TOKENS = 160  # that sentence in JSON
_LIST_OPENS = re.compile(r'\s*\{\s*"zinnen"\s*:\s*\[')
_ITEM_OPENS = re.compile(r"[\s,]*\{")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")


@dataclass(frozen=True, slots=True)
class Generated:
    """A model's output; no drafts means that it found no answer."""

    drafts: tuple[Draft, ...]
    prompt_hash: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0


def compose(
    question: str,
    hits: Sequence[Hit],
    evidence: Sequence[ScoredSentence],
    model: LanguageModel,
    on_draft: Callable[[Draft], None] | None = None,
) -> Generated:
    """Let the model write sentences with the labels of the passages shown.

    `evidence` are the sentences that are likeliest part of the answer, best first; their passages
    are shown. One that does not fit the context is shown by those sentences, or not at all.
    `on_draft` gets each sentence as soon as it is complete.
    """
    if not evidence:
        return Generated(())
    prompt = load_prompt("schrijf")
    asked = prompt.messages(bronnen="", vraag=neutral(question))
    left = room(model, asked, _COMPOSE_TOKENS)
    blocks: list[str] = []
    labels: list[int] = []  # labels[n - 1] is the hit with label n
    for at in dict.fromkeys(sentence.hit for sentence in evidence):
        best = quote_sentences(hits, [sentence for sentence in evidence if sentence.hit == at])
        texts = (hits[at].passage.reading_text(), "\n".join(draft.text for draft in best))
        whole, short = (_source(len(labels) + 1, hits[at], text) for text in texts)
        fitting = [block for block in (whole, short) if model.count_tokens(block) <= left]
        if not labels and not fitting:
            fitting = [short]  # the model says that it is too long
        if fitting:
            left -= model.count_tokens(fitting[0])
            blocks.append(fitting[0])
            labels.append(at)
    sentence = _object_with(
        tekst={"type": "string", "minLength": 2, "maxLength": 500},
        bronnen={
            "type": "array",
            "items": {"type": "integer", "enum": list(range(1, len(labels) + 1))},
            "minItems": 1,
            "maxItems": 3,
        },
    )
    sentences = {"type": "array", "maxItems": MAX_SENTENCES, "items": sentence}
    drafts: list[Draft] = []

    def take(item: Any) -> None:
        if not _is_sentence(item, len(labels)):
            raise _nonsense(model)
        cited = [labels[number - 1] for number in dict.fromkeys(item["bronnen"])]
        text = " ".join(item["tekst"].split())
        drafts.append(Draft(text, _whole(hits, cited), written=True, shown=tuple(labels)))
        if on_draft:
            on_draft(drafts[-1])

    reader = _SentenceReader()

    def on_text(piece: str) -> None:
        for item in reader.feed(piece):
            take(item)

    completion = model.complete(
        prompt.messages(bronnen="\n\n".join(blocks), vraag=neutral(question)),
        schema=_object_with(zinnen=sentences),
        max_tokens=_COMPOSE_TOKENS,
        on_text=on_text,
    )
    # Not every model streams.
    for item in _field("zinnen", list, completion, model)[len(drafts) :]:
        take(item)
    return Generated(
        tuple(drafts), prompt.hash, completion.prompt_tokens, completion.completion_tokens
    )


def in_short(
    question: str, hits: Sequence[Hit], selected: Selection, model: LanguageModel
) -> Generated:
    """Let the model say in one sentence what the `selected` sentences answer.

    It reads these alone; where they do not fit its context, those that answer. At most one draft.
    """
    prompt = load_prompt("kort")
    parts = ([*selected.lead, *selected.context], selected.lead)
    asked = [
        prompt.messages(zinnen=_sentences(hits, part), vraag=neutral(question)) for part in parts
    ]
    messages = next((each for each in asked if room(model, each, _SHORT_TOKENS) >= 0), asked[-1])
    schema = _object_with(zin={"type": "string", "maxLength": _SHORT_CHARACTERS})
    completion = model.complete(messages, schema=schema, max_tokens=_SHORT_TOKENS)
    text = " ".join(_field("zin", str, completion, model).split())
    places = list(dict.fromkeys(sentence.hit for sentence in selected.lead))
    drafts = (Draft(text, _whole(hits, places), written=True),) if text else ()
    return Generated(drafts, prompt.hash, completion.prompt_tokens, completion.completion_tokens)


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


def _whole(hits: Sequence[Hit], places: Sequence[int]) -> tuple[tuple[int, Span], ...]:
    return tuple((at, Span(0, len(hits[at].passage.reading_text()))) for at in places)


def _sentences(hits: Sequence[Hit], chosen: Sequence[ScoredSentence]) -> str:
    """Sentences as the model reads them, without a blank line between them."""
    text = "\n".join(draft.text for draft in quote_sentences(hits, chosen))
    return _BLANK_LINES.sub("\n", neutral(text))


def _source(label: int, hit: Hit, text: str) -> str:
    """A passage as the composing model sees it. Only sources have a blank line between them."""
    meta = hit.document.metadata
    head = ", ".join(filter(None, [meta.title, meta.date and dutch_date(meta.date)]))
    asked = " ".join(q.text for q in hit.passage.questions) or hit.passage.before
    lines = [f"Bron {label} ({head or hit.document.source})"]
    if asked:
        lines.append(f"Gevraagd: {asked}")
    elif hit.passage.heading:
        lines.append(f"Onder: {hit.passage.heading}")
    if hit.passage.speaker:
        lines.append(f"Spreker: {hit.passage.speaker}")
    lines.append(f"Tekst: {text.strip()}")
    return _BLANK_LINES.sub("\n", neutral("\n".join(lines)))


def _object_with(**fields: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of an object with just these `fields`."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _field(name: str, kind: type[T], completion: Completion, model: LanguageModel) -> T:
    """A field of the JSON in a completion. Raises ModelUnavailable if it is not of this `kind`."""
    try:
        found = json.loads(completion.text)
    except json.JSONDecodeError:
        found = None
    value = found.get(name) if isinstance(found, dict) else None
    if not isinstance(value, kind):
        raise _nonsense(model)
    return value


def _is_sentence(item: Any, count: int) -> bool:
    """Whether an item has a text and valid labels of the `count` sources."""
    return (
        isinstance(item, dict)
        and isinstance(item.get("tekst"), str)
        and bool(item["tekst"].strip())
        and isinstance(item.get("bronnen"), list)
        and bool(item["bronnen"])
        and all(type(number) is int and 1 <= number <= count for number in item["bronnen"])
    )


def _nonsense(model: LanguageModel) -> ModelUnavailable:
    return ModelUnavailable(
        f"Het taalmodel {model.name} gaf geen antwoord in de gevraagde vorm; probeer het opnieuw "
        "of kies een ander model.",
        f"The language model {model.name} did not answer in the form asked for; try again or "
        "choose another model.",
    )
