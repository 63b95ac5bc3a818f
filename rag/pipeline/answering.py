"""Answer a question: the whole pipeline on one page, ending in a cited and checked answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.documents import Hit
from index.errors import ModelUnavailable
from index.index import Index
from index.search import Filters
from rag.conversation.followups import Turn, of_another, understand
from rag.llm import LanguageModel
from rag.pipeline.answerability import (
    DOUBTFUL,
    NOT_ANSWERED,
    NOT_ANSWERED_YET,
    NOT_CARRIED,
    NOT_IN_PASSAGES,
    NOTHING_FOUND,
    Refusal,
    confidence,
    load_threshold,
    looked_for,
)
from rag.pipeline.answers import Answer, Mode
from rag.pipeline.cross_references import (
    pointed_from,
    sends_on,
    unresolved,
    with_what_they_point_to,
)
from rag.pipeline.direct import Direct, answer_directly
from rag.pipeline.drafts import Draft, quote_sentences, quote_whole
from rag.pipeline.generation import SENTENCES, Generated, compose, in_short
from rag.pipeline.grounding import Emit, Writer
from rag.pipeline.people import said_by, silent
from rag.pipeline.query import Query, clean_question, in_english
from rag.pipeline.reading import CERTAIN, PassageReading, read_hits
from rag.pipeline.retrieval import Retrieved, retrieve
from rag.pipeline.sentence_selection import (
    also_answers,
    beside_sentences,
    likeliest,
    select,
)
from rag.pipeline.stated import unmet
from rag.pipeline.summary import key_sentences, to_summarise
from rag.pipeline.temporal import asks_latest, newest_first
from rag.reader.reader import Reader
from rag.settings import Settings
from rag.verification import Check, checker
from rag.verification.entailment import load_judge

_NO_MODEL = {
    "nl": "Zonder taalmodel beantwoord: dit zijn zinnen uit de documenten, letterlijk.",
    "en": "No language model was used: these are sentences of the documents, verbatim.",
}
_ITEMS_LEFT = {
    "nl": "De opsomming gaat verder: er volgen nog {} punten in het document.",
    "en": "The list goes on: {} more items follow in the document.",
}
_NOT_IN_SHORT = {
    "nl": "Het taalmodel schreef geen zin boven het antwoord: {}",
    "en": "The language model wrote no sentence above the answer: {}",
}
_DOUBTFUL = {
    "nl": "Niet zeker: dit ligt het dichtst bij de vraag, maar het is misschien niet het antwoord.",
    "en": "Not sure: this comes nearest to the question, but it may not be the answer.",
}
_NO_READER = {
    "nl": "Zonder leesmodel beantwoord: alleen gekozen op gelijkenis met de vraag.",
    "en": "No reader was used: chosen by similarity to the question alone.",
}


_ENGLISH = "The documents are in Dutch: a question in Dutch finds more."


_NOTHING_WRITTEN = Generated(())


@dataclass(frozen=True, slots=True)
class _Written:
    """How an answer came about.

    `generated` is what a model wrote, `items_left` counts the items of a list that follow in the
    document, `unwritten` is why nothing stands above what is quoted.
    """

    mode: Mode = "verbatim"
    generated: Generated = _NOTHING_WRITTEN
    items_left: int = 0
    unwritten: str | None = None


def answer(
    question: str,
    *,
    index: Index,
    model: LanguageModel | None,
    reader: Reader | None,
    settings: Settings,
    history: Sequence[Turn] = (),
    filters: Filters = Filters(),
    on_event: Emit | None = None,
) -> Answer:
    """Answer `question` from the documents in `index`, or refuse.

    Without a `model` that composes the answer is sentences of the documents, verbatim; without a
    `reader` they are chosen by similarity alone. With `settings.in_short` the model then writes one
    sentence to stand above them, which they never wait for. `on_event` gets the hits before they
    are read, and every sentence as soon as it is checked. Raises BadRequest for a question that
    cannot be used and ModelUnavailable where a model that composes fails.
    """
    began = time.perf_counter()
    today = date.today()
    asked = clean_question(question, settings.max_question_chars)
    query = understand(asked, history, reader.leans if reader is not None else None)
    direct = _answered_directly(query, index, filters, today, settings.language)
    if direct is not None:
        return _told(direct, asked, query.read_as, settings.language, began, on_event)
    summarised = to_summarise(query.text)
    wanted = replace(query, text=summarised or query.text)
    found = retrieve(wanted, index, settings, filters, today)
    searched = time.perf_counter()
    if on_event:
        on_event("hits", (query.read_as, found.hits))
    reading = replace(query, text=found.asked)
    to_read = reading.to_read
    found, readings, refused = _judged(found, to_read, index, reader, settings)
    if refused is not None and (speaker := found.speaker) is not None:
        refused = refused if found.refused else silent(speaker)
        wider = retrieve(query, index, settings, filters, today, whoever=True)
        wider, others, unsaid = _judged(wider, to_read, index, reader, settings)
        if others and unsaid is None:
            found, refused = wider, said_by(refused, speaker, wider.hits[others[0].hit].document)
    sure = confidence(readings) if found.required else found.confidence
    writer = Writer(found.hits, _checker(reader, settings), on_event)
    writes = model if model is not None and composes(model, settings) else None
    written = _Written()
    if refused is None:
        if summarised is not None:
            places = range(len(found.hits)) if not found.required else [readings[0].hit]
            _take_all(writer, key_sentences(found.hits, places, index, reader))
        elif found.whole:
            _take_all(writer, quote_whole(found.hits, found.whole))
        elif writes is not None and reader is not None:
            written = _compose(found, reading, readings, writes, writer)
        else:
            short = model if settings.in_short and reader is not None else None
            written = _quote(found, reading, readings, short, reader, settings, writer)
        if not writer.sentences:
            nothing = looked_for(NOT_IN_PASSAGES, reading.read_as)
            refused = NOT_CARRIED if written.generated.drafts else nothing
    done = time.perf_counter()
    doubtful = refused is None and reader is not None and bool(readings) and sure < DOUBTFUL
    notes = _notes(found, index, written, refused, writer, reader, settings.language, asked)
    return Answer(
        question=asked,
        read_as=query.read_as,
        mode=written.mode,
        sentences=tuple(writer.sentences) if refused is None else (),
        citations=tuple(writer.citations) if refused is None else (),
        in_short=writer.short,
        hits=found.hits,
        abstained=refused is not None,
        reason=refused.reason(settings.language) if refused else None,
        notes=(*((_DOUBTFUL[settings.language],) if doubtful else ()), *notes),
        dropped=tuple(writer.dropped),
        confidence=sure,
        model=model.name if model is not None and written.mode == "compose" else "none",
        prompt_hash=written.generated.prompt_hash,
        timings_ms={
            "search": (searched - began) * 1000,
            "first_sentence": ((writer.first or done) - began) * 1000,
            "total": (done - began) * 1000,
        },
        tokens={
            "prompt": written.generated.prompt_tokens,
            "completion": written.generated.completion_tokens,
        },
    )


def _compose(
    found: Retrieved,
    query: Query,
    readings: Sequence[PassageReading],
    model: LanguageModel,
    writer: Writer,
) -> _Written:
    """Let `model` write the answer from the likeliest sentences."""
    evidence = likeliest(readings, SENTENCES)
    generated = compose(query.read_as, found.hits, evidence, model, on_draft=writer.take)
    return _Written("compose", generated)


def _quote(
    found: Retrieved,
    query: Query,
    readings: Sequence[PassageReading],
    model: LanguageModel | None,
    reader: Reader | None,
    settings: Settings,
    writer: Writer,
) -> _Written:
    """Quote the sentences that answer, then what stands around them, then what comes near.

    A `model` writes one sentence to stand above them; what is quoted stands without it.
    """
    selected = select(readings[0])
    also = also_answers(readings) if reader is not None else ()
    _take_all(writer, quote_sentences(found.hits, [*selected.lead, *also]))
    around = quote_sentences(found.hits, selected.context)
    _take_all(writer, [replace(draft, context=True) for draft in around])
    near = quote_sentences(found.hits, beside_sentences(readings, also))
    _take_all(writer, [replace(draft, beside=True) for draft in near])
    if model is None or not selected.lead:
        return _Written(items_left=selected.items_left)
    chosen = replace(selected, lead=(*selected.lead, *also))
    try:
        generated = in_short(query.read_as, found.hits, chosen, model)
    except ModelUnavailable as error:
        why = _NOT_IN_SHORT[settings.language].format(error.message(settings.language))
        return _Written(items_left=selected.items_left, unwritten=why)
    for draft in generated.drafts:
        writer.take_short(draft, model.name)
    return _Written("verbatim", generated, selected.items_left)


def _answered_directly(
    query: Query, index: Index, filters: Filters, today: date, language: str
) -> Direct | None:
    """What needs no reading, also where it asks the same of another: "en van Financiën?"."""
    direct = answer_directly(query.text, index, filters, today, language)
    if direct is None and (other := of_another(query.previous, query.text)):
        direct = answer_directly(other, index, filters, today, language)
    return direct


def _told(
    direct: Direct, asked: str, read_as: str, language: str, began: float, on_event: Emit | None
) -> Answer:
    """What was answered without reading, as an answer."""
    found = time.perf_counter()
    if on_event:
        on_event("hits", (read_as, direct.hits))
        for sentence in direct.sentences:
            on_event("sentence", (sentence, [direct.citations[at] for at in sentence.citations]))
    took = (found - began) * 1000
    return Answer(
        question=asked,
        read_as=read_as,
        mode=direct.mode,
        sentences=direct.sentences,
        citations=direct.citations,
        hits=direct.hits,
        abstained=direct.refused is not None,
        reason=direct.refused.reason(language) if direct.refused else None,
        timings_ms={"search": took, "first_sentence": took, "total": took},
        tokens={"prompt": 0, "completion": 0},
    )


def _judged(
    found: Retrieved, to_read: str, index: Index, reader: Reader | None, settings: Settings
) -> tuple[Retrieved, list[PassageReading], Refusal | None]:
    """What was found, read and in the order in which it answers, and why it does not."""
    if found.refused is not None or found.whole:
        return found, [], found.refused
    readings = with_what_they_point_to(read_hits(to_read, found.hits, index, reader), found.hits)
    if not readings:
        return found, [], NOTHING_FOUND
    if asks_latest(found.asked):
        readings = newest_first(found.hits, readings)
    refused = _refusal(found, readings, index, settings) if found.required else None
    before = found.hits
    found = _reordered(found, readings)
    ids = [hit.passage_id for hit in found.hits]
    readings = [_moved(each, ids.index(before[each.hit].passage_id)) for each in readings]
    return found, readings, refused


def _checker(reader: Reader | None, settings: Settings) -> Check:
    judge = load_judge(settings.entailment_model) if settings.entailment_model else None
    return checker(reader, judge)


def composes(model: LanguageModel, settings: Settings) -> bool:
    """Whether `model` writes answers; otherwise it writes what stands above them, or nothing."""
    if settings.mode == "auto":
        return model.composes and not settings.in_short
    return settings.mode == "compose"


def _refusal(
    found: Retrieved, readings: Sequence[PassageReading], index: Index, settings: Settings
) -> Refusal | None:
    """Why the question is refused after reading; None if it is not."""
    best = found.hits[readings[0].hit]
    selected = select(readings[0])
    shown = quote_sentences(found.hits, [*selected.lead, *selected.context])
    cited = [best, *(found.hits[each.hit] for each in readings[1:2])]
    text = " ".join(draft.text for draft in shown)
    certain = confidence(readings) >= CERTAIN
    cited_ids = {hit.document.id for hit in cited}

    def heads() -> list[str]:
        return [index.document(each).head for each in cited_ids if index.holds(each)]

    if stated := unmet(found.required, text, cited, found.hits, certain=certain, heads=heads):
        return stated
    if best.document.kind == "questions_only":
        return NOT_ANSWERED_YET
    if confidence(readings) < load_threshold(settings.data_dir):
        return looked_for(NOT_ANSWERED, found.asked)
    return None


def _reordered(found: Retrieved, readings: Sequence[PassageReading]) -> Retrieved:
    """`found` with its hits in the order of `readings`, the others behind them.

    An answer that only points stays right before what it points to: both are cited.
    """
    order: list[int] = []
    for each in readings:
        sender = pointed_from(found.hits[each.hit], found.hits)
        if sender is not None and (at := found.hits.index(sender)) not in order:
            order.append(at)
        if each.hit not in order:
            order.append(each.hit)
    order += [at for at in range(len(found.hits)) if at not in order]
    hits = tuple(replace(found.hits[at], rank=rank) for rank, at in enumerate(order, start=1))
    return replace(found, hits=hits)


def _moved(reading: PassageReading, at: int) -> PassageReading:
    """`reading` of the hit that stands at `at` now."""
    sentences = tuple(replace(each, hit=at) for each in reading.sentences)
    return replace(reading, hit=at, sentences=sentences)


def _take_all(writer: Writer, drafts: Sequence[Draft]) -> None:
    for draft in drafts:
        writer.take(draft)


def _notes(
    found: Retrieved,
    index: Index,
    written: _Written,
    refused: Refusal | None,
    writer: Writer,
    reader: Reader | None,
    language: str,
    asked: str,
) -> tuple[str, ...]:
    """Notes that the user must see beside the answer or refusal."""
    pointing: Sequence[Hit] = found.hits
    if refused is None:
        pointing = [found.hits[at] for at in dict.fromkeys(at for at, _ in writer.quoted)]
    sending = [hit for hit in pointing if hit.passage.external_refs and sends_on(hit)]
    notes = list(unresolved(index.directory(), sending, language)) if sending else []
    if in_english(asked):
        notes.insert(0, _ENGLISH)
    if refused is None and found.missing is not None:
        notes.insert(0, found.missing.reason(language))
    if written.items_left:
        notes.append(_ITEMS_LEFT[language].format(written.items_left))
    if reader is None and not found.whole:
        notes.append(_NO_READER[language])
    elif written.unwritten is not None:
        notes.append(written.unwritten)
    elif (
        refused is None and written.mode == "verbatim" and not found.whole and writer.short is None
    ):
        notes.append(_NO_MODEL[language])
    return tuple(notes)
