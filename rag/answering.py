"""A question in, a cited and checked answer out: the whole path on one page."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import date

from index.build import Index
from index.documents import Hit, Span
from index.search import Filters
from rag.answers import Answer, Mode
from rag.confidence import NOT_CARRIED, NOT_IN_PASSAGES
from rag.conversation import Turn
from rag.decisive import score_sentences
from rag.disagreement import Disagreement, Stated, disagreements, note
from rag.drafting import Draft, Drafted, compose, on_one_line, quote_evidence, quote_whole, select
from rag.finding import READ, Found, find
from rag.models import LanguageModel
from rag.pointing import unresolved
from rag.questions import clean_question
from rag.rewriting import read
from rag.settings import Settings
from rag.writer import Emit, Writer


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
        on_event("hits", found.hits)
    writer = Writer(found.hits, on_event)
    mode: Mode = "verbatim"
    if model is not None and not found.whole:
        mode = model.default_mode if settings.mode == "auto" else settings.mode  # type: ignore[assignment]
    refused, drafted = found.refused, Drafted(())
    differing: tuple[Disagreement, ...] = ()
    if refused is None:
        drafted, differing = _draft(found, index, model, mode, writer)
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
        notes=()
        if refused
        else _notes(found, index, model, differing, writer.quoted, settings.language),
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


def _draft(
    found: Found, index: Index, model: LanguageModel | None, mode: Mode, writer: Writer
) -> tuple[Drafted, tuple[Disagreement, ...]]:
    """Drafts of `mode`, each through `writer`, which checks and shows it; and what differs from
    them, which is shown too: the newest first where the order is still free."""
    if found.whole:
        drafted = quote_whole(found.hits, found.whole)
        for draft in drafted.drafts:
            writer.take(draft)
        return drafted, ()
    hits = found.hits[:READ]
    evidence = score_sentences(found.asked, hits, index)
    if model is not None and mode == "compose":
        drafted = compose(found.asked, hits, evidence, model, on_draft=writer.take)
        differing = disagreements(found.asked, writer.quoted, hits)
        drafts = list(drafted.drafts)
        for stated in _sides(differing):
            if not _is_among(stated, writer.quoted):
                writer.take(_quote(stated, hits))
        return drafted, differing
    if model is None:
        drafted = quote_evidence(hits, evidence)
    else:
        drafted = select(found.asked, hits, evidence, model)
    drafts = list(drafted.drafts)
    quotes = [quote for draft in drafts for quote in draft.quotes]
    differing = disagreements(found.asked, quotes, hits)
    for each in differing:
        newer, older = (_place(stated, drafts, hits) for stated in (each.first, each.second))
        if each.dated and newer > older:
            drafts.insert(older, drafts.pop(newer))
    for draft in drafts:
        writer.take(draft)
    return drafted, differing


def _place(stated: Stated, drafts: list[Draft], hits: Sequence[Hit]) -> int:
    """Where one side of a disagreement stands among `drafts`; it is added if it is not there."""
    for number, draft in enumerate(drafts):
        if _is_among(stated, draft.quotes):
            return number
    drafts.append(_quote(stated, hits))
    return len(drafts) - 1


def _sides(differing: Iterable[Disagreement]) -> list[Stated]:
    return [stated for each in differing for stated in (each.first, each.second)]


def _quote(stated: Stated, hits: Sequence[Hit]) -> Draft:
    """The sentence of one side of a disagreement, literally."""
    text = hits[stated.hit].passage.reading_text()[stated.span.start : stated.span.end]
    return Draft(on_one_line(text), ((stated.hit, stated.span),), written=False)


def _is_among(stated: Stated, quotes: Sequence[tuple[int, Span]]) -> bool:
    return any(
        at == stated.hit and span.start <= stated.span.start and stated.span.end <= span.end
        for at, span in quotes
    )


def _notes(
    found: Found,
    index: Index,
    model: LanguageModel | None,
    differing: Sequence[Disagreement],
    quoted: Sequence[tuple[int, Span]],
    language: str,
) -> tuple[str, ...]:
    """What the user must know about an answer beside its sentences."""
    notes = [note(each, language) for each in differing]
    if found.missing is not None:
        notes.append(found.missing.reason(language))
    cited = [found.hits[at] for at in dict.fromkeys(at for at, _ in quoted)]
    notes += unresolved(index.documents(), cited, language)
    if model is None and not found.whole:
        notes.append(
            "No language model was used: these are the decisive sentences, verbatim."
            if language == "en"
            else "Zonder taalmodel beantwoord: dit zijn de beslissende zinnen, letterlijk."
        )
    return tuple(notes)
