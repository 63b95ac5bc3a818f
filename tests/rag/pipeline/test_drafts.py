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


def test_the_documents_of_these_tests_have_sentences_to_choose_from():
    assert len(HITS) == 3
    assert [sum(each.hit == at for each in SENTENCES) for at in range(2)] == [4, 2]


# --- sentences


@given(st.lists(st.sampled_from(SENTENCES), max_size=12))
def test_a_draft_is_the_documents_own_words(chosen):
    for draft in quote_sentences(HITS, chosen):
        assert not draft.written
        assert not draft.beside
        assert draft.shown == ()
        ((at, span),) = draft.quotes
        stretch = HITS[at].passage.reading_text()[span.start : span.end]
        assert stretch == stretch.strip() != ""
        assert draft.text == on_one_line(stretch)


@given(st.lists(st.sampled_from(SENTENCES), max_size=12))
def test_what_was_chosen_is_quoted_and_nothing_else(chosen):
    quotes = [quote for draft in quote_sentences(HITS, chosen) for quote in draft.quotes]
    for at, hit in enumerate(HITS):
        text = hit.passage.reading_text()
        wanted = {n for s in chosen if s.hit == at for n in range(s.start, s.end)}
        shown = {n for where, s in quotes if where == at for n in range(s.start, s.end)}
        assert {n for n in wanted ^ shown if not text[n].isspace()} == set()


@given(st.lists(st.sampled_from(SENTENCES), max_size=12))
def test_nothing_is_quoted_twice_and_neighbours_are_quoted_as_one(chosen):
    quotes = [quote for draft in quote_sentences(HITS, chosen) for quote in draft.quotes]
    for (at, span), (next_at, following) in itertools.pairwise(quotes):
        if at == next_at:
            text = HITS[at].passage.reading_text()
            assert text[span.end : following.start].strip()
            assert span.end < following.start


@given(st.lists(st.sampled_from(SENTENCES), max_size=12))
def test_passages_come_in_the_order_in_which_they_are_given(chosen):
    drafts = quote_sentences(HITS, chosen)
    order = [at for at, _ in itertools.groupby(draft.quotes[0][0] for draft in drafts)]
    assert order == list(dict.fromkeys(sentence.hit for sentence in chosen))


def test_a_sentence_is_quoted_once_and_nothing_without_one():
    assert quote_sentences((), []) == ()
    assert quote_sentences(HITS, []) == ()
    assert said(quote_sentences(HITS, holding("hooi", "hooi"))) == ["Dat kost hooi."]


def test_neighbours_in_one_passage_are_quoted_as_one_in_the_order_of_the_text():
    (only,) = quote_sentences(HITS, holding("oktober", "4.200"))
    assert only.text == (
        "Er zijn 4.200 schapen op de heide. De schapen grazen van april tot oktober."
    )
    (only,) = quote_sentences(HITS, holding("oktober", "de kooi"))
    assert only.text == "De schapen grazen van april tot oktober. Daarna staan ze in de kooi."
    drafts = quote_sentences(HITS, holding("hooi", "4.200", "oktober"))
    assert said(drafts) == [
        "Er zijn 4.200 schapen op de heide. De schapen grazen van april tot oktober.",
        "Dat kost hooi.",
    ]
    drafts = quote_sentences(HITS, holding("hooi", "38.000"))
    assert said(drafts) == ["Dat kost hooi.", "De gemeente betaalt de herder 38.000 euro per jaar."]


def test_the_passage_of_the_best_sentence_comes_first():
    drafts = quote_sentences(HITS, holding("38.000", "hooi", "2019", "4.200"))
    assert said(drafts) == [
        "De gemeente betaalt de herder 38.000 euro per jaar. Dat is afgesproken in 2019.",
        "Er zijn 4.200 schapen op de heide.",
        "Dat kost hooi.",
    ]


def test_stretches_that_overlap_are_quoted_as_one():
    text = HITS[0].passage.reading_text()
    first, second = text.index("Er zijn"), text.index("De schapen")
    end = text.index("Daarna")
    stretches = [(first, end), (second, second + 10), (first + 3, second)]
    chosen = [ScoredSentence(0, start, stop, text[start:stop], 0.5) for start, stop in stretches]
    (only,) = quote_sentences(HITS, chosen)
    assert only.text == (
        "Er zijn 4.200 schapen op de heide. De schapen grazen van april tot oktober."
    )


# --- stretches and whole answers


def test_a_stretch_is_quoted_without_white_space_around_it():
    text = "  \n Eerst dit.\n\n Dan dat. \t\n"
    hit = section(text)
    draft = quoted([hit], 0, Span(0, text.index("Dan")))
    start = text.index("Eerst")
    assert draft.text == "Eerst dit."
    assert draft.quotes == ((0, Span(start, start + len("Eerst dit."))),)


@pytest.mark.parametrize("span", [Span(0, 4), Span(2, 2)])
def test_a_stretch_of_white_space_is_an_empty_draft(span):
    draft = quoted([section("    Iets.")], 0, span)
    ((_, quote),) = draft.quotes
    assert draft.text == ""
    assert quote.start == quote.end


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
    drafts = quote_whole(HITS, [1, 0])
    assert said(drafts) == [
        "De gemeente betaalt de herder 38.000 euro per jaar. Dat is afgesproken in 2019.",
        "Er zijn 4.200 schapen op de heide. De schapen grazen van april tot oktober. "
        "Daarna staan ze in de kooi. Dat kost hooi.",
    ]
    assert [draft.quotes[0][0] for draft in drafts] == [1, 0]
    assert not any(draft.written for draft in drafts)
    assert quote_whole(HITS, []) == ()


def test_a_quoted_table_keeps_its_cells_apart():
    (draft,) = quote_whole(HITS, [2])
    assert draft.text == "Hieronder staat het aantal. Jaar | Aantal; 2023 | 612; 2024 | 97"


# --- on one line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "Jaar\tAantal\n2023\t612\n2024\t97\n\nEinde.",
            "Jaar | Aantal; 2023 | 612; 2024 | 97; Einde.",
        ),
        ("Een zin\nover  twee regels.", "Een zin over twee regels."),
        ("Zie hier:\nJaar \t Aantal", "Zie hier: Jaar | Aantal"),
        ("een\t\ttwee", "een | twee"),
        ("", ""),
    ],
)
def test_cells_of_a_table_stay_apart_on_one_line(text, line):
    assert on_one_line(text) == line


@given(st.text("ab1. \n\t\u00a0é"))
def test_a_line_has_single_blanks_and_all_that_was_said(text):
    line = on_one_line(text)
    assert line == " ".join(line.split())
    assert on_one_line(line) == line
    marks = str.maketrans("", "", "|;")
    assert "".join(line.translate(marks).split()) == "".join(text.split())
    if "\t" not in text:
        assert line == " ".join(text.split())


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
