"""Dutch text cut into sentences, as exact spans."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import split_sentences


def cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Ja.", "Dat is zo."],
        ["Zie Kamerstuk 99 001, nr. 12, d.d. 3 mei jl.", "Daar staat het."],
        ["De kosten zijn € 1.250,50 per jaar.", "Dat is 3,5% meer."],
        ["Minister A. de Wit sprak o.a. met mr. drs. Jansen.", "Hij zei nee!"],
        ["Waarom niet?", "Omdat het moet.[3]", "Klaar."],
        ["Dat stond in het rapport.2", "Het klopt."],
        ["‘Wat nu?’ vroeg het lid zich af."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(sentences):
    assert cut(" ".join(sentences)) == sentences


def test_where_sentences_end():
    assert cut("Er zijn 3 locaties in Nederland.De inspectie ziet toe.") == [
        "Er zijn 3 locaties in Nederland.",
        "De inspectie ziet toe.",
    ]
    assert cut("Zie www.voorbeeld.nl voor meer.") == ["Zie www.voorbeeld.nl voor meer."]
    text = "De dijk is\nniet hoog genoeg.\n\nKop zonder punt\n\nDrie stappen:\n- meten\n- wegen"
    assert cut(text) == [
        "De dijk is\nniet hoog genoeg.",
        "Kop zonder punt",
        "Drie stappen:",
        "- meten",
        "- wegen",
    ]


@given(st.text(alphabet="ab A.?!\n1-)", max_size=80))
def test_sentences_are_in_order_and_hold_every_visible_character(text):
    spans = split_sentences(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    held = {at for span in spans for at in range(span.start, span.end)}
    assert all(at in held for at, character in enumerate(text) if character.strip())
