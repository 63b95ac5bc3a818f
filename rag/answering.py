"""A question in, a cited and checked answer out: the whole path on one page."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from index.build import Index
from index.documents import Hit, Span
from index.search import Filters
from rag.answers import Answer, Mode
from rag.checking import check
from rag.checking.entailment import load_judge
from rag.checking.similarity import similarity
from rag.confidence import NOT_CARRIED, NOT_IN_PASSAGES, Refusal
from rag.conversation import Turn
from rag.conversation.rewriting import read
from rag.decisive import Unit, best_units, score_sentences
from rag.disagreement import Disagreement, Stated, disagreements, note
from rag.drafting import (
    COMPOSE_SENTENCES,
    Draft,
    Drafted,
    as_quotes,
    compose,
    primary,
    quote_evidence,
    quote_whole,
    quoted,
    select,
)
from rag.finding import READ, Found, find
from rag.models import LanguageModel
from rag.pointing import pointed_from, unresolved
from rag.questions import clean_question
from rag.requirements import unmet
from rag.settings import Settings
from rag.states import only_planned
from rag.writer import Check, Emit, Writer

_NO_MODEL = {
    "nl": "Zonder taalmodel beantwoord: dit zijn de beslissende zinnen, letterlijk.",
    "en": "No language model was used: these are the decisive sentences, verbatim.",
}
_CHOSE_NOTHING = {
    "nl": "Het taalmodel vond het antwoord niet in deze zinnen; zij liggen het dichtst bij de vraag.",
    "en": "The language model did not find the answer in these sentences; they are the nearest.",
}


def answer(
    question: str,
    *,
    index: Index,
    model: LanguageModel | None,
    settings: Settings,
    history: Sequence[Turn] = (),
    filters: Filters = Filters(),
    on_event: Emit | None = None,
) -> Answer:
    """Answer `question` from the documents in `index`, or refuse.

    Without a `model` the answer is the decisive sentences, verbatim. Every sentence is checked
    against the passage it cites before `on_event` or the caller sees it. Raises BadRequest for a
    question that cannot be used and ModelUnavailable where the model fails.
    """
    began = time.perf_counter()
    asked = clean_question(question, settings.max_question_chars)
    read_as = read(asked, history, model)
    found = find(read_as, index, settings, filters, date.today())
    searched = time.perf_counter()
    if on_event:
        on_event("hits", (read_as, found.hits))
    writer = Writer(found.asked, found.hits, _checker(index, settings), on_event)
    mode: Mode = "verbatim"
    if model is not None and not found.whole:
        mode = model.default_mode if settings.mode == "auto" else settings.mode  # type: ignore[assignment]
    refused, drafted = found.refused, Drafted(())
    differing: tuple[Disagreement, ...] = ()
    evidence: list[Unit] = []
    if refused is None and not found.whole:
        evidence = score_sentences(found.asked, found.hits[:READ], index)
        refused = _unmet(found, evidence, mode)
    if refused is None:
        drafted, differing = _draft(found, evidence, model, mode, writer)
        if not writer.sentences:
            refused = NOT_CARRIED if drafted.drafts else NOT_IN_PASSAGES
    done = time.perf_counter()
    return Answer(
        question=asked,
        read_as=read_as,
        mode=mode,
        sentences=tuple(writer.sentences) if refused is None else (),
        citations=tuple(writer.citations) if refused is None else (),
        hits=found.hits,
        abstained=refused is not None,
        reason=refused.reason(settings.language) if refused else None,
        notes=unresolved(index.documents(), found.hits[:READ], settings.language)
        if refused
        else _notes(found, index, mode, drafted, differing, writer.quoted, settings.language),
        dropped=tuple(writer.dropped),
        confidence=found.confidence,
        model=model.name if model else "none",
        prompt_hash=drafted.prompt_hash,
        timings_ms={
            "search": (searched - began) * 1000,
            "first_sentence": ((writer.first or done) - began) * 1000,
            "total": (done - began) * 1000,
        },
        tokens={"prompt": drafted.prompt_tokens, "completion": drafted.completion_tokens},
    )


def _checker(index: Index, settings: Settings) -> Check:
    """The check of every written sentence: rules, word meaning, and a judge where one is set."""
    judge = load_judge(settings.entailment_model) if settings.entailment_model else None
    return partial(check, similar=similarity(index.encoder), judge=judge)


def _unmet(found: Found, evidence: Sequence[Unit], mode: Mode) -> Refusal | None:
    """Why the evidence that would be shown cannot hold the answer, before any model is asked."""
    if not found.required:
        return None
    hits = found.hits[:READ]
    few = best_units(evidence, COMPOSE_SENTENCES) if mode == "compose" else primary(evidence)
    drafts = as_quotes(hits, few)
    cited = dict.fromkeys(at for draft in drafts for at, _ in draft.quotes)
    shown = " ".join(draft.text for draft in drafts)
    return unmet(found.required, shown, [hits[at] for at in cited], hits)


def _draft(
    found: Found,
    evidence: Sequence[Unit],
    model: LanguageModel | None,
    mode: Mode,
    writer: Writer,
) -> tuple[Drafted, tuple[Disagreement, ...]]:
    """Drafts of `mode`, each through `writer`, which checks and shows it; and what differs from
    them, which is shown too: the newest first where the order is still free."""
    if found.whole:
        drafted = quote_whole(found.hits, found.whole)
        for draft in drafted.drafts:
            writer.take(draft)
        return drafted, ()
    hits = found.hits[:READ]
    if model is not None and mode == "compose":
        drafted = compose(found.asked, hits, evidence, model, on_draft=writer.take)
        differing = disagreements(found.asked, writer.quoted, hits)
        drafts = list(drafted.drafts)
        for stated in _sides(differing):
            if not _is_among(stated, writer.quoted):
                writer.take(quoted(hits, stated.hit, stated.span))
        return drafted, differing
    drafted = quote_evidence(hits, evidence)
    drafts = list(drafted.drafts)
    quotes = [quote for draft in drafts for quote in draft.quotes]
    differing = disagreements(found.asked, quotes, hits)
    for each in differing:
        newer, older = (_place(stated, drafts, hits) for stated in (each.first, each.second))
        for at in (newer, older):  # neither side is less than the other
            drafts[at] = replace(drafts[at], beside=False)
        if each.dated and newer > older:
            drafts.insert(older, drafts.pop(newer))
    drafts.sort(key=lambda draft: draft.beside)
    for draft in drafts:
        writer.take(draft)
    if model is not None:
        # What decides is shown already; of the same passages, and of those that they send the
        # reader to, a small model may add to it. Elsewhere it picks what has nothing to do with it.
        near = {at for at, _ in writer.quoted}
        besides = {at for draft in drafts if draft.beside for at, _ in draft.quotes}
        for at, hit in enumerate(hits):
            sender = pointed_from(hit, hits)
            if sender is not None and hits.index(sender) in near:
                near.add(at)
        beside = [unit for unit in evidence if unit.hit in near]
        drafted = select(found.asked, hits, beside, model)
        for draft in drafted.drafts:
            for at, span in draft.quotes:
                for left in _left_of(span, [q for n, q in writer.quoted if n == at]):
                    if hits[at].passage.reading_text()[left.start : left.end].strip():
                        chosen = quoted(hits, at, left)
                        writer.take(replace(chosen, beside=at in besides))
    return drafted, differing


def _place(stated: Stated, drafts: list[Draft], hits: Sequence[Hit]) -> int:
    """Where one side of a disagreement stands among `drafts`; it is added if it is not there."""
    for number, draft in enumerate(drafts):
        if _is_among(stated, draft.quotes):
            return number
    drafts.append(quoted(hits, stated.hit, stated.span))
    return len(drafts) - 1


def _sides(differing: Iterable[Disagreement]) -> list[Stated]:
    return [stated for each in differing for stated in (each.first, each.second)]


def _left_of(span: Span, taken: Sequence[Span]) -> list[Span]:
    """What of `span` lies in none of `taken`: nothing is said twice."""
    left = [span]
    for each in taken:
        left = [
            piece
            for one in left
            for piece in (
                Span(one.start, min(one.end, each.start)),
                Span(max(one.start, each.end), one.end),
            )
            if piece.start < piece.end
        ]
    return left


def _is_among(stated: Stated, quotes: Iterable[tuple[int, Span]]) -> bool:
    return _is_within((stated.hit, stated.span), quotes)


def _is_within(quote: tuple[int, Span], quotes: Iterable[tuple[int, Span]]) -> bool:
    """Whether a stretch of a hit is a part of one of `quotes`."""
    at, span = quote
    return any(at == n and q.start <= span.start and span.end <= q.end for n, q in quotes)


def _notes(
    found: Found,
    index: Index,
    mode: Mode,
    drafted: Drafted,
    differing: Sequence[Disagreement],
    cited: Sequence[tuple[int, Span]],
    language: str,
) -> tuple[str, ...]:
    """What the user must know about an answer beside its sentences."""
    notes = [note(each, language) for each in differing]
    if found.missing is not None:
        notes.append(found.missing.reason(language))
    pointing = [found.hits[at] for at in dict.fromkeys(at for at, _ in cited)]
    notes += unresolved(index.documents(), pointing, language)
    quotes = [found.hits[at].passage.reading_text()[q.start : q.end] for at, q in cited]
    plan = only_planned(found.asked, quotes) if mode != "compose" and not found.whole else None
    if plan is not None:
        notes.append(plan.note(language))
    if mode == "verbatim" and not found.whole:
        notes.append(_NO_MODEL[language])
    if mode == "select" and not drafted.drafts:
        notes.append(_CHOSE_NOTHING[language])
    return tuple(notes)
