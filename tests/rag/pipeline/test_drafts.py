"""Sentences quoted from passages: the document's own words, each once, neighbours as one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from answering_parts import cut, hits_of
from hypothesis import given
from hypothesis import strategies as st

from index.documents import DocumentInfo, Hit, Metadata, Passage, Span
from index.sentences import split_sentences
from rag.dutch.readable import on_one_line
from rag.pipeline.answers import Answer
from rag.pipeline.drafts import Draft, quote_sentences, quote_whole, quoted
from rag.pipeline.grounding import Writer
from rag.pipeline.reading import ScoredSentence

FARM = """\
Antwoord op vragen over de schapen

Vraag 1
Hoeveel schapen zijn er?

Antwoord 1
Er zijn 4.200 schapen op de heide. De schapen grazen van april tot oktober.

Daarna staan ze in de kooi. Dat kost hooi.

Vraag 2
Wie betaalt de herder?

Antwoord 2
De gemeente betaalt de herder 38.000 euro
per jaar. Dat is afgesproken in 2019.

Vraag 3
Hoeveel kooien zijn er?

Antwoord 3
Hieronder staat het aantal.
Jaar\tAantal
2023\t612
2024\t97
"""
HITS = hits_of(cut(FARM))


def sentences_of(hits: Sequence[Hit] = HITS) -> list[ScoredSentence]:
    """Every sentence of `hits`, in order."""
    found = []
    for at, hit in enumerate(hits):
        text = hit.passage.reading_text()
        for span in split_sentences(text):
            said = text[span.start : span.end]
            found.append(ScoredSentence(at, span.start, span.end, said, 0.5))
    return found


SENTENCES = sentences_of()


def holding(*phrases: str) -> list[ScoredSentence]:
    """The first sentence with each phrase."""
    return [next(each for each in SENTENCES if phrase in each.text) for phrase in phrases]


def said(drafts: Sequence[Draft]) -> list[str]:
    return [draft.text for draft in drafts]


def section(text: str, *gaps: Span) -> Hit:
    """A hit of `text` alone, without questions."""
    info = DocumentInfo("0" * 16, "brief.txt", "letter", Metadata())
    return Hit(info, 0, Passage((), text, 0, len(text), gaps=gaps), 1.0, 1)


# --- sentences


@given(st.lists(st.sampled_from(SENTENCES), max_size=12))
def test_drafts_are_what_was_chosen_in_the_documents_own_words_each_once(chosen):
    drafts = quote_sentences(HITS, chosen)
    for draft in drafts:
        assert not draft.written
        assert not draft.beside
        assert draft.shown == ()
        ((at, span),) = draft.quotes
        stretch = HITS[at].passage.reading_text()[span.start : span.end]
        assert stretch == stretch.strip() != ""
        assert draft.text == on_one_line(stretch)
    quotes = [quote for draft in drafts for quote in draft.quotes]
    for at, hit in enumerate(HITS):
        text = hit.passage.reading_text()
        wanted = {n for s in chosen if s.hit == at for n in range(s.start, s.end)}
        shown = {n for where, s in quotes if where == at for n in range(s.start, s.end)}
        assert {n for n in wanted ^ shown if not text[n].isspace()} == set()
    for (at, span), (next_at, following) in itertools.pairwise(quotes):
        if at == next_at:
            text = HITS[at].passage.reading_text()
            assert text[span.end : following.start].strip(), "neighbours are quoted as one"
    order = [at for at, _ in itertools.groupby(at for at, _ in quotes)]
    assert order == list(dict.fromkeys(sentence.hit for sentence in chosen))


BOTH = "Er zijn 4.200 schapen op de heide. De schapen grazen van april tot oktober."


def test_neighbours_are_quoted_as_one_in_the_order_of_the_text_and_the_best_passage_first():
    assert quote_sentences((), []) == quote_sentences(HITS, []) == ()
    assert said(quote_sentences(HITS, holding("hooi", "hooi"))) == ["Dat kost hooi."]
    (only,) = quote_sentences(HITS, holding("oktober", "de kooi"))
    assert only.text == "De schapen grazen van april tot oktober. Daarna staan ze in de kooi."
    drafts = quote_sentences(HITS, holding("hooi", "4.200", "oktober"))
    assert said(drafts) == [BOTH, "Dat kost hooi."]
    drafts = quote_sentences(HITS, holding("38.000", "hooi", "2019", "4.200"))
    assert said(drafts) == [
        "De gemeente betaalt de herder 38.000 euro per jaar. Dat is afgesproken in 2019.",
        "Er zijn 4.200 schapen op de heide.",
        "Dat kost hooi.",
    ]


def test_stretches_that_overlap_are_quoted_as_one():
    text = HITS[0].passage.reading_text()
    first, second = text.index("Er zijn"), text.index("De schapen")
    stretches = [(first, text.index("Daarna")), (second, second + 10), (first + 3, second)]
    chosen = [ScoredSentence(0, start, stop, text[start:stop], 0.5) for start, stop in stretches]
    (only,) = quote_sentences(HITS, chosen)
    assert only.text == BOTH


# --- stretches and whole answers


@pytest.mark.parametrize(
    ("end", "kept", "quote"),
    [(16, "Eerst dit.", Span(4, 14)), (4, "", Span(4, 4)), (2, "", Span(2, 2))],
)
def test_a_stretch_is_quoted_without_white_space_around_it(end, kept, quote):
    draft = quoted([section("  \n Eerst dit.\n\n Dan dat. \t\n")], 0, Span(0, end))
    assert (draft.text, draft.quotes) == (kept, ((0, quote),))


def test_offsets_are_those_of_the_text_without_page_furniture():
    text = "Er zijn veel [pagina 2 van 9] schapen. Meer niet."
    gap = Span(text.index("[pagina"), text.index("schapen"))
    hit = section(text, gap)
    (whole,) = quote_whole([hit], [0])
    assert whole.text == "Er zijn veel schapen. Meer niet."
    (first,) = quote_sentences([hit], sentences_of([hit])[:1])
    assert first.text == "Er zijn veel schapen."
    assert first.quotes == ((0, Span(0, len("Er zijn veel schapen."))),)


def test_whole_answers_stand_as_they_are_in_the_order_asked_for():
    drafts = quote_whole(HITS, [1, 0, 2])
    assert said(drafts) == [
        "De gemeente betaalt de herder 38.000 euro per jaar. Dat is afgesproken in 2019.",
        f"{BOTH} Daarna staan ze in de kooi. Dat kost hooi.",
        "Hieronder staat het aantal. Jaar | Aantal; 2023 | 612; 2024 | 97",
    ]
    assert [draft.quotes[0][0] for draft in drafts] == [1, 0, 2]
    assert not any(draft.written for draft in drafts)
    assert quote_whole(HITS, []) == ()


# --- on one line


def test_what_was_left_out_between_two_sentences_of_a_passage_is_shown():
    chosen = holding("4.200 schapen", "Dat kost hooi", "gemeente betaalt")
    drafts = quote_sentences(HITS, chosen)
    assert [draft.after_gap for draft in drafts] == [False, True, False]

    writer = Writer(HITS, lambda *_: pytest.fail("a quote is not checked"), None)
    for draft in drafts:
        writer.take(draft)
    assert [sentence.shown for sentence in writer.sentences] == [
        "Er zijn 4.200 schapen op de heide.",
        "(…) Dat kost hooi.",
        "De gemeente betaalt de herder 38.000 euro per jaar.",
    ]
    answer = Answer("?", "?", "verbatim", tuple(writer.sentences), tuple(writer.citations))
    assert "heide. (…) Dat kost hooi. De gemeente" in (answer.text or "")
