"""Kinds of trouble in cutting a text, each with the right value: no answer lost, none made up."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import docx
import pytest
from answering_parts import words_index
from cut_documents import answers, asked, cut, cut_file, set_aside, squash
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Document, Footnote, Hit, Number, Source
from index.segmentation.boilerplate import find_boilerplate
from rag.pipeline.citations import label
from rag.pipeline.cross_references import follow_pointers

CASES = Path(__file__).resolve().parents[4] / "shared/cases"
ASKED = "Vragen van het lid Aal aan de Minister van Veren over sluizen (ingezonden 1 mei 2025).\n\n"
HEAD = ASKED + "Antwoord van Minister Baars (Veren) (ontvangen 4 juni 2025).\n\n"
WRAPPED = "De gemeente heeft het werk aan de sluis volgens de aannemer in het voorjaar"


def listed(document: Document) -> list[tuple[str | None, tuple[Number, ...], str]]:
    return [
        (p.heading, p.numbers, squash(p.reading_text())) for p in document.passages if p.questions
    ]


def given_to(*said: str) -> list[tuple[tuple[Number, ...], str]]:
    """These answers to questions 1, 2, ..."""
    return [((n,), each) for n, each in enumerate(said, 1)]


# --- lines that recur are not page boilerplate by that alone ------------------------------------

RECURRING = {
    "rows": "Gemeente Oostdorp\nGemeente Westdorp\t4{n}\nGemeente Zuiddorp {n}",
    "rows that count": "Gemeente Westdorp | 4{n}\nGemeente Zuiddorp | {n}",
    "standard answer": "Deze gegevens worden niet landelijk bijgehouden",
    "list": "De gemeente doet dit:\n– meten\nRijkssubsidie toegekend op 1 maart 2025",
    "cells": "inspecteren\nRijkssubsidie toegekend op 1 maart\nschilderen",
    "phases": "Herstelprogramma sluizen fase {n}\nHet werk loopt.",
    "a fraction": "{n}/4",
    "a figure": "4{n}",
    "of a total": "Gemeente Westdorp {n}/12\nGemeente Zuiddorp {n} van 40",
}


@pytest.mark.parametrize("kind", RECURRING)
@pytest.mark.parametrize("blank", ["", "\n"], ids=["tight", "blank"])
@pytest.mark.parametrize("foot", ["", "\nPagina {n} van 4\n"], ids=["bare", "pages"])
def test_what_answers_have_in_common_stays_in_them(kind: str, blank: str, foot: str) -> None:
    said = [RECURRING[kind].format(n=n) for n in range(1, 5)]
    document = cut(
        HEAD
        + "".join(
            f"Vraag {n}\nHoeveel waren het in 202{n}?\n{blank}Antwoord {n}\n{text}\n{blank}"
            + foot.format(n=n)
            for n, text in enumerate(said, 1)
        )
    )
    assert answers(document) == given_to(*map(squash, said))
    assert set_aside(document, "pagina") == [foot.format(n=n).strip() for n in range(1, 5) if foot]


def test_a_list_of_decisions_keeps_its_lines() -> None:
    document = cut(
        "Besluitenlijst\n\n"
        + "".join(
            f"{n}. Voorstel {n}\nBesluit: aanhouden tot nader order\n"
            "Volgcommissie Financiën en Economie\n\n"
            for n in range(1, 5)
        )
    )
    assert not document.set_aside
    assert sum(p.text.count("aanhouden") for p in document.passages) == 4


EDGES = {
    "beside page numbers": "{t}\nMinisterie van Veren\nPagina {n} van 4\nnogmaals hersteld.\n{t} {n}0.",
    "ending in a page number": "{t}\nAntwoorden over sluizen | {n}\nnogmaals hersteld.\n{t} {n}0.",
    "page numbers in words": "{t} {n}0.\nAntwoorden over sluizen, pagina {n}\nOok is dat zo.",
    "breaking sentences": "{t}\nMinisterie van Veren, directie Bruggen\nnogmaals hersteld. Deel {n}.",
    "of all pages": "{t} {n}0.\n\n{n}/4\n\nZo is het.",
    "dashes": "{t} {n}0.\n\n- {n} -\n\nZo is het.",
}


@pytest.mark.parametrize("kind", EDGES)
def test_the_edges_of_pages_are_furniture(kind: str) -> None:
    text = "\n".join(EDGES[kind].format(t=WRAPPED, n=n) for n in range(1, 5))
    found = [text[aside.start : aside.end] for aside in find_boilerplate(text)]
    assert found
    assert not any(WRAPPED in line or "hersteld" in line or "zo" in line for line in found)
    edges = ("Ministerie", "Pagina", "Antwoorden over", "/4", "- ")
    left = [line for line in text.split("\n") if line not in found]
    assert not any(line.startswith(edges) or line.endswith("/4") for line in left)


def test_fractions_in_a_text_without_lines_are_no_page_numbers() -> None:
    text = f"{WRAPPED} bij 1/3 van de sluizen gedaan. {WRAPPED * 9} bij 2/3 van de bruggen. " * 2
    assert find_boilerplate(text) == []


# --- several lists in one document ---------------------------------------------------------------

MARKED = "Vraag {n}\n{q}\n\nAntwoord {n}\n{a}\n\n"
BARE = "{n}. {q}\nAntwoord:\n{a}\n\n"
UNMARKED = "{n}. {q}\n\n{a}\n\n"
LISTED = [
    ("Wie?", "Piet doet dat."),
    ("Hoe duur is het?", "Vijf euro."),
    ("Wanneer?", "Zie vraag 2."),
]


def questions(form: str, about: str, most: int = 3) -> str:
    return "".join(
        form.format(n=n, q=f"{about}: {q}", a=f"{about}: {a}")
        for n, (q, a) in enumerate(LISTED[:most], 1)
    )


def expected(heading: str, about: str, most: int = 3) -> list[tuple[str, tuple[int, ...], str]]:
    return [(heading, (n,), f"{about}: {a}") for n, (_, a) in enumerate(LISTED[:most], 1)]


def pairs(*answers: str) -> str:
    """A list of as many questions, as short as can be."""
    return "".join(MARKED.format(n=n, q=f"Hoe zit {n}?", a=a) for n, a in enumerate(answers, 1))


@pytest.mark.parametrize("form", [MARKED, BARE, UNMARKED], ids=["marked", "bare", "unmarked"])
@pytest.mark.parametrize(
    "headings",
    [
        ("Deel A: bruggen", "Deel B: veren"),
        ("Vragen van het lid Aal (VVD)", "Vragen van het lid Snoek (D66)"),
        ("II. Sluizen", "III. Stuwen"),
    ],
    ids=["parts", "members", "numerals"],
)
def test_two_lists_are_two_runs(form: str, headings: tuple[str, str]) -> None:
    one, two = headings
    document = cut(f"{HEAD}{one}\n\n{questions(form, 'A')}{two}\n\n{questions(form, 'B', 2)}")
    assert listed(document) == [*expected(one, "A"), *expected(two, "B", 2)]
    assert document.warnings == ()
    assert [p.refers_to for p in document.passages] == [(), (), (2,), (), ()]


SAID = "Dit zijn de cijfers:\n\n{}"
LISTS = {
    "any number and order": (
        "".join(
            f"Deel {n}\n\n{questions(MARKED, f'Deel {n}', size)}"
            for n, size in enumerate((2, 3, 1, 3), 1)
        ),
        [
            row
            for n, size in enumerate((2, 3, 1, 3), 1)
            for row in expected(f"Deel {n}", f"Deel {n}", size)
        ],
    ),
    "without titles, marked": (
        questions(MARKED, "A") + questions(MARKED, "B"),
        [*expected("lijst 1", "A"), *expected("lijst 2", "B")],
    ),
    "without titles, bare": (
        questions(BARE, "A") + questions(BARE, "B"),
        [*expected("lijst 1", "A"), *expected("lijst 2", "B")],
    ),
    "of two styles": (
        f"Deel A\n\n{questions(MARKED, 'A')}Deel B\n\n{questions(BARE, 'B')}",
        [*expected("Deel A", "A"), *expected("Deel B", "B")],
    ),
    "of two styles, turned": (
        f"Deel A\n\n{questions(BARE, 'A')}Deel B\n\n{questions(MARKED, 'B')}",
        [*expected("Deel A", "A"), *expected("Deel B", "B")],
    ),
    "without blank lines": (
        f"Hoofdstuk 1 Bruggen\n{questions(MARKED, 'A')}Hoofdstuk 2\n{questions(MARKED, 'B')}".replace(
            "\n\n", "\n"
        ),
        [*expected("Hoofdstuk 1 Bruggen", "A"), *expected("Hoofdstuk 2", "B")],
    ),
    "with the same questions": (
        f"Deel A\n\n{pairs('Ja.', 'Piet.')}Deel B\n\n{pairs('Nee.', 'Dat.')}",
        [
            ("Deel A", (1,), "Ja."),
            ("Deel A", (2,), "Piet."),
            ("Deel B", (1,), "Nee."),
            ("Deel B", (2,), "Dat."),
        ],
    ),
    **{
        f"introduced below {heading}": (
            f"{questions(BARE, 'A')}{heading}\n\nDit gaat over stuwen. Daarover is meer gevraagd.\n\n"
            f"{questions(BARE, 'B')}",
            [*expected("lijst 1", "A"), *expected(heading.strip("# "), "B")],
        )
        for heading in ("Vragen van het lid Snoek", "VVD-fractie", "# Stuwen")
    },
    **{
        f"after an answer that ends in {figures!r}": (
            pairs(*[SAID.format(figures)] * 2) * 2,
            [(f"lijst {at}", (n,), squash(SAID.format(figures))) for at in (1, 2) for n in (1, 2)],
        )
        for figures in ("Gelderland 2\nUtrecht 3", "Gelderland\t2\nUtrecht\t3", "Geen")
    },
    "each with its answers below it": (
        "Deel A\n\n1. Wie is dat?\n2. Hoe kan dat?\n\nAntwoorden\n\n1. Piet.\n2. Zo.\n\n"
        "Deel B\n\n1. Wat is dat?\n2. Waar?\n3. Hoezo?\n\nAntwoorden\n\n1. Dat.\n2. Hier.\n3. Daarom.\n",
        [
            *(("Deel A", (n,), a) for n, a in enumerate(("Piet.", "Zo."), 1)),
            *(("Deel B", (n,), a) for n, a in enumerate(("Dat.", "Hier.", "Daarom."), 1)),
        ],
    ),
    "of sub-questions": (
        "Vraag 1a\nWie?\nAntwoord 1a\nIk.\nVraag 1b\nWaar?\nAntwoord 1b\nHier.\n\nInbreng van de PQR-fractie\n\n"
        "Vraag 1a\nWie?\nAntwoord 1a\nIk.\nVraag 1b\nWaar?\nAntwoord 1b\nHier.\n\n",
        [
            (heading, (number,), said)
            for heading in ("lijst 1", "Inbreng van de PQR-fractie")
            for number, said in (("1a", "Ik."), ("1b", "Hier."))
        ],
    ),
}


@pytest.mark.parametrize("what", LISTS)
def test_lists_are_told_apart(what: str) -> None:
    text, found = LISTS[what]
    document = cut(HEAD + text)
    assert listed(document) == found
    headings = list(dict.fromkeys(heading for heading, *_ in found))
    numbers = [headings.index(p.heading or "") + 1 for p in document.passages if p.questions]
    assert [p.list_number for p in document.passages if p.questions] == numbers


def test_a_missing_answer_is_told_with_its_list() -> None:
    two = f"{HEAD}Deel A\n\n{questions(MARKED, 'A')}Deel B\n\n{questions(MARKED, 'B')}"
    document = cut(f"{two}Vraag 4\nEn nu?\n")
    assert document.warnings == ("Deel B: vraag 4: geen antwoord gevonden",)
    assert document.passages[-1].heading == "Deel B, Vraag 4 (geen antwoord gevonden)"


def test_a_citation_says_which_list_and_pointers_stay_in_theirs(tmp_path: Path) -> None:
    text = f"{HEAD}Deel A\n\n{questions(MARKED, 'A')}Deel B\n\n{questions(MARKED, 'B')}"
    opened = words_index(tmp_path, stuk=text)
    (info,) = opened.documents()
    hits = [
        Hit(info, passage_id, passage, 1.0, 1)
        for passage_id, passage in opened.passages(info.id).items()
    ]
    followed = follow_pointers(opened, hits[5:])
    assert [hit.passage.text for hit in followed] == ["B: Zie vraag 2.", "B: Vijf euro."]
    assert label(info, hits[1].passage).endswith(", vraag 2, onder ‘Deel A’")
    assert label(info, hits[4].passage).endswith(", vraag 2, onder ‘Deel B’")


# --- no answer without evidence that somebody answers --------------------------------------------

ONLY_ASKED = {
    "paragraphs": ASKED + "1. Kent u het bericht?\n\nDaarin staat dat de sluis lekt.\n\n"
    "2. Deelt u die zorg?\nDe inwoners zijn bang.\n\n3. Wilt u dit afzonderlijk beantwoorden?\n",
    "over a page": ASKED + "Vraag 1\nKent u het bericht? Vindt u dat de sluis\n"
    "Tweede Kamer, vergaderjaar 2024–2025, Vragen 1\nopen moet blijven, ook in de winter.\n"
    "Vraag 2\nEn nu?\nVraag 3\nEn dan?\nTweede Kamer, vergaderjaar 2024–2025, Vragen 2\n",
    "about an answer": "Vragen van het lid Aal over het antwoord op eerdere vragen over sluizen "
    "(ingezonden 1 mei 2025).\n\n1. Kent u dat antwoord?\n\nU schreef daar dat de sluis dicht is.\n\n"
    "2. Vindt u dat nog?\n\nDe sluis lekt immers.\n\n3. En nu?\n",
    "a letter": "Geachte voorzitter,\n\nHierbij stel ik u de volgende vragen, graag met antwoord "
    "binnen drie weken.\n\nVraag 1\nKent u het bericht?\nHet staat in de krant.\n\nVraag 2\n"
    "Wat vindt u ervan?\nIk vind het erg.\n\nVraag 3\nEn nu?\n\nHoogachtend,\nJ. Aal\n",
    "no head": "Vraag 1\nKent u het bericht?\nVraag 2\nVindt u ook dat de sluis dicht moet? Zei u\n"
    "eerder dat hij open blijft, ook in de winter?\nVraag 3\nEn nu?\n",
}


@pytest.mark.parametrize("kind", ONLY_ASKED)
def test_what_a_member_says_is_no_answer(kind: str) -> None:
    document = cut(ONLY_ASKED[kind])
    assert document.kind == "questions_only"
    assert [p.heading for p in document.passages] == ["Vraag 1", "Vraag 2", "Vraag 3"]
    assert not any(p.questions for p in document.passages)


@pytest.mark.parametrize("marks", ["1", "2, 3\nen 4", "1\n2", "en 3"])
def test_marks_of_notes_that_were_torn_off_are_no_answer(marks: str) -> None:
    body = f"Vraag 1\nKent u het bericht?\n{marks}\nVraag 2\nEn nu?\n"
    notice = "Mededeling\nDe vragen kunnen niet binnen de gestelde termijn worden beantwoord.\n"
    assert cut(f"{ASKED}{body}").kind == "questions_only"
    assert cut(f"{ASKED}{body}{notice}").kind == "postponement"
    assert answers(cut(f"{HEAD}{body}Hij gaat open.\n")) == [((1, 2), "Hij gaat open.")]


def test_a_notice_is_no_answer_to_the_question_before_it() -> None:
    document = cut(
        "Vragen gesteld door de leden der Kamer, met de daarop door de regering gegeven antwoorden\n"
        f"{ASKED}Mededeling van Minister Baars (ontvangen 3 juni 2025).\n\n"
        "Vraag 1\nKent u het bericht?\nHet staat in de krant.\nVraag 2\nEn nu?\nWat dan ook.\n"
        "Mededeling\nDe vragen kunnen niet binnen de gestelde termijn worden beantwoord.\n"
    )
    assert document.kind == "postponement"
    assert [p.heading for p in document.passages] == ["Vraag 1", "Vraag 2", "Mededeling"]


# --- what is an answer, and to what ---------------------------------------------------------------

ASKING = "Vragen van het lid Aal over veren (Ingezonden 1 mei 2025)\n\n"
BY = "Antwoord van minister De Hoop Baars (Veren). (Ontvangen 4 juni 2025)"
FERRIES = "Vraag 1\nVaren de veren?\n\nVraag 2\nWie betaalt?\n\n"
BOTH = [(1, "Varen de veren?"), (2, "Wie betaalt?")]
THEIR_ANSWERS = "Antwoord 1\nJa.\n\nAntwoord 2\nDe provincie.\n"
CONTEXT = "In de krant stond dat de sluis lekt en dat de gemeente daar al jaren van weet."
LONG = "Licht dat per veer toe. De veren zijn: a. het noorderveer en b. het zuiderveer."
PRINTED = f"1\nVaart het veer?1\n\n2\nWat is een lichter?2{{}}\n\nAntwoord\n{BY}\n1\nJa.\n\n2\nEen vaartuig.\n"
WEB = "1 De Veerbode, 2 mei 2025\n2 www.veren.example"
# What: the text, its answers, and its questions where it matters what is said to be asked.
Case = tuple[str, list[tuple[tuple[Number, ...], str]], list[tuple[Number, str]] | None]
ANSWERED: dict[str, Case] = {
    "a list at the end of a page is no list of notes": (
        HEAD + "Vraag 1\nWat doet u?\nAntwoord 1\nIk doe het volgende:\n1. meten\n2. wegen\n"
        "Tweede Kamer, vergaderjaar 2024–2025, Aanhangsel 1\nVraag 2\nEn dan?\nAntwoord 2\n"
        "1 Eerst meten we alles\n2 Dan wegen we alles\nTweede Kamer, vergaderjaar 2024–2025, Aanhangsel 2\n",
        given_to(
            "Ik doe het volgende: 1. meten 2. wegen", "1 Eerst meten we alles 2 Dan wegen we alles"
        ),
        None,
    ),
    "questions listed in an answer": (
        HEAD + "1. Wat vroeg u?\nAntwoord:\nIk vroeg het volgende:\n1. Wie betaalt?\n"
        "2. Hoe lang duurt het?\n\n2. En nu?\nAntwoord:\nNiets.\n\n3. Echt?\nAntwoord:\nJa.\n",
        given_to("Ik vroeg het volgende: 1. Wie betaalt? 2. Hoe lang duurt het?", "Niets.", "Ja."),
        None,
    ),
    "questions listed before answers": (
        HEAD
        + "".join(f"Vraag {n}\n{q}\n\n" for n, (q, _) in enumerate(LISTED, 1))
        + "".join(f"Vraag {n}\n{q}\n\nAntwoord\n{a}\n\n" for n, (q, a) in enumerate(LISTED, 1)),
        given_to(*(a for _, a in LISTED)),
        None,
    ),
    "a minister who signs": (
        "Geachte voorzitter,\n\nOver de vragen van het lid Aal deel ik u het volgende mee.\n\n"
        "1. Kent u het bericht?\nJa.\n\n2. Wat vindt u ervan?\nIk vind het vervelend.\n\n"
        "Hoogachtend,\n\nde Minister van Veren,\n\nB. Baars\n",
        given_to("Ja.", "Ik vind het vervelend."),
        None,
    ),
    "a second paragraph of a question": (
        f"{HEAD}1. Kent u het bericht?\nAntwoord:\nJa.\n2. Deelt u de zorg?\n{CONTEXT}\n"
        "3. Wat doet u?\nAntwoord:\nNiets.\n4. Klaar?\nAntwoord:\nJa.\n",
        [((1,), "Ja."), ((2, 3), "Niets."), ((4,), "Ja.")],
        [
            (1, "Kent u het bericht?"),
            (2, f"Deelt u de zorg? {CONTEXT}"),
            (3, "Wat doet u?"),
            (4, "Klaar?"),
        ],
    ),
    "a question that goes on under the same heading": (
        HEAD + "Vraag 1\nIs hij open?\nAntwoord 1\nJa.\nVraag 2\nIs hij dicht?\n\n"
        "Vraag 2 (vervolg)\nIs dat terecht?\n\nAntwoord 2\nNee.\n",
        given_to("Ja.", "Nee."),
        [(1, "Is hij open?"), (2, "Is hij dicht? Vraag 2 (vervolg) Is dat terecht?")],
    ),
    "a reference at a line's start": (
        HEAD + "Vraag 1\nIs hij open?\nAntwoord 1\nJa, zoals blijkt uit het antwoord op\nVraag 2\n"
        "Vraag 2\nIs hij dicht?\nAntwoord 2\nNee.\n",
        given_to("Ja, zoals blijkt uit het antwoord op Vraag 2", "Nee."),
        None,
    ),
    "a joint one in a list of answers": (
        HEAD + "1. Is hij open?\n2. Is hij dicht?\n3. Hoe hoog?\n\nAntwoorden\n\n"
        "1 en 2. Ja en nee.\n3. Die is 12 meter.\n",
        [((1, 2), "Ja en nee."), ((3,), "Die is 12 meter.")],
        None,
    ),
    "a joint one that holds a list": (
        HEAD
        + "1. Is hij open?\n2. Is hij dicht?\nAntwoord:\nIk doe twee dingen:\n1. meten\n2. wegen\n\n"
        "3. Hoe hoog?\nAntwoord:\nTwee meter.\n",
        [((1, 2), "Ik doe twee dingen: 1. meten 2. wegen"), ((3,), "Twee meter.")],
        None,
    ),
    # The House's own form: questions first, then who answers, then the answers.
    **{
        f"below {by!r}": (
            f"{ASKING}1\nVaren de veren? Zo nee, licht dat toe.\n\n2\nWie betaalt dat?\n\n3\nHoe lang nog?\n\n"
            f"{by}\n\n1 en 3\nJa, tot 2030.\n\n2\nDe provincie.\n",
            [((1, 3), "Ja, tot 2030."), ((2,), "De provincie.")],
            [
                (1, "Varen de veren? Zo nee, licht dat toe."),
                (3, "Hoe lang nog?"),
                (2, "Wie betaalt dat?"),
            ],
        )
        for by in (f"Antwoord\n\n{BY}", BY, f"{BY}, zie ook Aanhangsel, nr. 7")
    },
    **{
        f"one to all, {mark!r}": (
            f"{ASKING}1\nVaren de veren?\n\n2\nWie betaalt?\n\nAntwoord\n{BY}\n\n{mark}De provincie.\n",
            [((1, 2), "De provincie.")],
            None,
        )
        for mark in ("", "1 t/m 2\n")
    },
    "who answers is no part of the last question": (
        f"{ASKING}{FERRIES}{BY}\n\n{THEIR_ANSWERS}",
        given_to("Ja.", "De provincie."),
        BOTH,
    ),
    "a name that is also a word": (
        f"{ASKING}Antwoord van minister De Hoop Baars\n\n1. Varen de veren?\n\nZeker, elke dag.\n\n"
        "2. Wie betaalt?\n\nN.v.t.\n",
        given_to("Zeker, elke dag.", "N.v.t."),
        None,
    ),
    **{
        f"a remark below the questions, {title!r}": (
            f"{ASKING}{FERRIES}{title}Deze vragen dienen ter aanvulling op eerdere vragen van het lid Bot.\n\n"
            f"{THEIR_ANSWERS}",
            given_to("Ja.", "De provincie."),
            BOTH,
        )
        for title in ("", "Toelichting:\n")
    },
    "what the member adds to the questions": (
        f"{ASKING}{FERRIES}Toelichting\nHet veer voer in mei niet.\n\n{THEIR_ANSWERS}",
        given_to("Ja.", "De provincie."),
        BOTH,
    ),
    "the word over a part of an answer": (
        f"{HEAD}Vraag 1\nVaart het veer?\n\nAntwoord 1\nNee.\n\nToelichting\nHet is stuk.\n",
        given_to("Nee. Toelichting Het is stuk."),
        None,
    ),
    "answers that do not rise": (
        f"{ASKING}1\nVaart het veer?\n\n2\nHoe vaak?\n\n3\nWie betaalt?\n\nAntwoord\n{BY}\n\n"
        "2\nElk uur:\n1. om half;\n3. om heel.\n\n1 en 3\nJa, de provincie.\n",
        [((2,), "Elk uur: 1. om half; 3. om heel."), ((1, 3), "Ja, de provincie.")],
        None,
    ),
    **{
        f"marks torn off with notes, {torn!r}": (
            ASKED + PRINTED.format(f"{torn}\n{notes}"),
            given_to("Ja.", "Een vaartuig."),
            [(1, "Vaart het veer?1"), (2, "Wat is een lichter?2")],
        )
        for torn, notes in (
            ("\n", "1 De Veerbode, 2 mei 2025\n2 Lichter = een bak zonder motor"),
            ("\n\n2 ", WEB),
            ("\n\n1, 2", WEB),
        )
    },
    "one numbered question right below who answers": (
        f"{HEAD}1. Vaart het veer op zondag?\n\nHet veer vaart elke dag.\n",
        given_to("Het veer vaart elke dag."),
        None,
    ),
    "anything between them, and it may be any numbered line": (
        f"{HEAD}Het volgende is van belang.\n\n1. Vaart het veer?\n\nDat is de vraag.\n",
        [],
        None,
    ),
    "numbers in brackets": (
        "Lijst van vragen en antwoorden\n\nVraag (1):\nHoeveel veren zijn er?\n\nAntwoord:\nTwaalf veren.\n\n"
        "Vraag (2):\nWat kosten zij?\n\nAntwoord:\nZij kosten 3 miljoen euro.\n",
        given_to("Twaalf veren.", "Zij kosten 3 miljoen euro."),
        None,
    ),
    # Items are sub-questions only where answers name them.
    "items that answers name": (
        HEAD + "Vraag 1\nKunt u zeggen:\na. hoeveel het er waren?\nb. wanneer dat was?\n"
        "Antwoord 1a\nVijf.\nAntwoord 1b\nGisteren.\nVraag 2\nWaarom?\nAntwoord 2\nDaarom.\n",
        [(("1a",), "Vijf."), (("1b",), "Gisteren."), ((2,), "Daarom.")],
        [
            ("1a", "Kunt u zeggen: a. hoeveel het er waren?"),
            ("1b", "wanneer dat was?"),
            (2, "Waarom?"),
        ],
    ),
    "items of an answer": (
        HEAD + "1. Wat doet u?\nAntwoord\nNiets.\n\n2. Wat nog meer?\nAntwoord\n"
        "Wij doen dit:\n2.1 Meten\n2.2 Wegen\n2a. Kijken\n2b. Luisteren\n\n3. En dan?\nAntwoord\nNiets meer.\n",
        given_to(
            "Niets.", "Wij doen dit: 2.1 Meten 2.2 Wegen 2a. Kijken 2b. Luisteren", "Niets meer."
        ),
        None,
    ),
}


@pytest.mark.parametrize("what", ANSWERED)
def test_each_answer_goes_to_its_question(what: str) -> None:
    text, said, about = ANSWERED[what]
    document = cut(text)
    assert answers(document) == said
    assert about is None or asked(document) == about


def test_a_question_without_an_answer_is_not_its_own() -> None:
    document = cut(
        f"{ASKING}Vraag 1\nVaren de veren?\n\nVraag 2\nWie betaalt dat? {LONG}\n\nVraag 3\nHoe lang?\n\n"
        "Antwoord 1\nJa.\n\nAntwoord 3\nTot 2030.\n"
    )
    assert answers(document) == [((1,), "Ja."), ((3,), "Tot 2030.")]
    assert any("vraag 2: geen antwoord" in warning for warning in document.warnings)


TWICE = {
    "words": "Vraag 1\nIs hij open?\n\nAntwoord 1\nJa.\n\nVraag 2\nIs hij dicht?\n\n"
    "Vraag 2\nIs hij dicht?\n\nAntwoord 2\nNee.\n\nVraag 3\nEcht?\n\nAntwoord 3\nJa zeker.\n",
    "numbers": "1. Is hij open?\nAntwoord:\nJa.\n2. Is hij dicht?\n2. Is hij dicht?\nAntwoord:\nNee.\n"
    "3. Echt?\nAntwoord:\nJa zeker.\n",
    "no answer headings": "1. Is hij open?\nJa.\n2. Is hij dicht?\n2. Is hij dicht?\nNee.\n"
    "3. Echt?\nJa zeker.\n",
    "no text": "Vraag 1\nIs hij open?\nAntwoord 1\nJa.\n\nVraag 2\n\nVraag 2\nIs hij dicht?\n"
    "Antwoord 2\nNee.\nVraag 3\nEcht?\nAntwoord 3\nJa zeker.\n",
    "over a page": "Vraag 1\nIs hij open?\nAntwoord 1\nJa.\nVraag 2\nPagina 1 van 2\nVraag 2\n"
    "Is hij dicht?\nAntwoord 2\nNee.\nVraag 3\nEcht?\nAntwoord 3\nJa zeker.\n",
    "misnamed": "Vraag 1\nIs hij open?\nAntwoord\nJa.\nVraag 2\nIs hij dicht?\nAntwoord\nNee.\n"
    "Vraag 2\nEcht?\nAntwoord\nJa zeker.\nVraag 4\nHoezo?\nAntwoord\nDaarom.\n",
}


@pytest.mark.parametrize("kind", TWICE)
def test_a_heading_that_stands_twice_does_not_end_the_answer_before(kind: str) -> None:
    document = cut(HEAD + TWICE[kind])
    assert answers(document)[:3] == given_to("Ja.", "Nee.", "Ja zeker.")
    assert asked(document)[1:3] == [(2, "Is hij dicht?"), (3, "Echt?")]
    assert any("vraag 2 staat er twee keer" in warning for warning in document.warnings)


# --- all questions first, then all answers, and tables of both --------------------------------------

THREE = "1. Is hij open?\n2. Is hij dicht?\n3. Hoe hoog?\n\n"
SEPARATE = {
    "Antwoorden": f"{THREE}Antwoorden\n\n1. Ja.\n2. Nee, zie vraag 1.\n3. Die is 12 meter.\n",
    "words": "Vraag 1\nIs hij open?\nVraag 2\nIs hij dicht?\nVraag 3\nHoe hoog?\n\nAntwoord:\n\n"
    "Vraag 1\nJa.\nVraag 2\nNee, zie vraag 1.\nVraag 3\nDie is 12 meter.\n",
    "a sentence": "1) Is hij open?\n2) Is hij dicht?\n3) Hoe hoog?\n\nDe antwoorden luiden als volgt:"
    "\n\n1) Ja.\n2) Nee, zie vraag 1.\n3) Die is 12 meter.\n",
    "white space": f"{THREE}1. Ja.\n2. Nee, zie vraag 1.\n3. Die is 12 meter.\n",
    "markdown": f"## Vragen\n\n{THREE}## Antwoorden\n\n1. Ja.\n2. Nee, zie vraag 1.\n3. Die is 12 meter.\n",
    "the questions again": f"{THREE}Antwoorden\n\n1. Is hij open?\nJa.\n2. Is hij dicht?\n"
    "Nee, zie vraag 1.\n3. Hoe hoog?\nDie is 12 meter.\n",
    "ad": f"{THREE}Beantwoording\n\nAd 1. Ja.\nAd 2. Nee, zie vraag 1.\nAd 3. Die is 12 meter.\n",
}


@pytest.mark.parametrize("kind", SEPARATE)
def test_each_answer_of_a_list_goes_to_its_question(kind: str) -> None:
    document = cut(HEAD + SEPARATE[kind])
    assert answers(document) == given_to("Ja.", "Nee, zie vraag 1.", "Die is 12 meter.")
    assert asked(document) == [(1, "Is hij open?"), (2, "Is hij dicht?"), (3, "Hoe hoog?")]
    assert document.passages[1].refers_to == (1,)


TABLES = {
    "numbers": "# Lijst\n\n| Nr | Vraag | Antwoord |\n|---|---|---|\n| 1 | Open? | Ja. |\n"
    "| 2 | Dicht? | Nee, zie vraag 1. |\n",
    "no numbers": "Vooraf\n\nVraag | Antwoord\n--- | ---\nOpen? | Ja.\nDicht? | Nee, zie vraag 1.\n",
    "numbers in questions": "| **Vraag** | **Antwoord** |\n|:--|:--|\n| 1. Open? | Ja. |\n"
    "| 2. Dicht? | Nee, zie vraag 1. |\n",
    "other columns": "| Nr. | Fractie | Vraag | Blz. | Antwoord |\n|--|--|--|--|--|\n"
    "| 1 | VVD | Open? | 3 | Ja. |\n| 2 | D66 | Dicht? | 4 | Nee, zie vraag 1. |\n",
    "tabs": "Nr\tVraag\tAntwoord\n1\tOpen?\tJa.\n2\tDicht?\tNee, zie vraag 1.\n",
    "a long row": "Nr\tVraag\tAntwoord\n1\tOpen?\tJa.\n2\tDicht?\nNee, zie vraag 1.\n",
}


@pytest.mark.parametrize("kind", TABLES)
def test_a_row_is_a_question_with_its_answer(kind: str) -> None:
    document = cut(TABLES[kind], "stuk.md")
    assert document.kind == "answers"
    assert answers(document) == given_to("Ja.", "Nee, zie vraag 1.")
    assert asked(document) == [(1, "Open?"), (2, "Dicht?")]
    assert document.passages[1].refers_to == (1,)


def test_tables_that_start_again_are_lists_one_in_an_answer_is_none_and_rows_may_be_parts() -> None:
    rows = "| Nr | Vraag | Antwoord |\n|---|---|---|\n| {} | Open? | {} |\n| {} | Dicht? | {} |\n\n"
    document = cut(
        f"## Bruggen\n\n{rows.format(1, 'Ja.', 2, '')}Dit geldt alleen voor bruggen van het Rijk.\n\n"
        f"## Sluizen\n\n{rows.format(1, 'Nee.', 2, 'Ja.')}",
        "stuk.md",
    )
    found = [("Bruggen", (1,), "Ja."), ("Sluizen", (1,), "Nee."), ("Sluizen", (2,), "Ja.")]
    assert listed(document) == found
    assert document.warnings == ("Bruggen: vraag 2: geen antwoord gevonden",)
    assert any("bruggen van het Rijk" in p.text for p in document.passages)
    table = "Vraag | Antwoord\n--- | ---\nOpen? | Ja.\n"
    document = cut(f"{HEAD}{pairs('Ja.', 'Ja.', 'Ja.', 'Ja.')}{table}")
    assert [p.numbers for p in document.passages] == [(1,), (2,), (3,), (4,)]
    document = cut(rows.format("2a", "Vijf.", "2b", "Zie vraag 2a."), "stuk.md")
    assert answers(document) == [(("2a",), "Vijf."), (("2b",), "Zie vraag 2a.")]
    assert document.passages[-1].refers_to == ("2a",)


# --- the same in files of every format ------------------------------------------------------------

KINDS = {
    "rows": (
        HEAD
        + "".join(
            f"Vraag {n}\nHoeveel waren het in 202{n}?\nAntwoord {n}\nHet ging om:\n"
            f"Gemeente Oostdorp 4{n}\nGemeente Westdorp 5{n}\n"
            for n in range(1, 5)
        ),
        [
            (None, (n,), f"Het ging om: Gemeente Oostdorp 4{n} Gemeente Westdorp 5{n}")
            for n in range(1, 5)
        ],
    ),
    "two lists": (
        f"{HEAD}Deel A\n{questions(MARKED, 'A')}Deel B\n{questions(MARKED, 'B')}",
        [*expected("Deel A", "A"), *expected("Deel B", "B")],
    ),
    "only asked": (
        ASKED + "Vraag 1\nKent u het bericht?\nDaarin staat dat de sluis lekt.\nVraag 2\nEn nu?\n",
        [
            ("Vraag 1", (), "Kent u het bericht? Daarin staat dat de sluis lekt."),
            ("Vraag 2", (), "En nu?"),
        ],
    ),
    "twice": (
        HEAD + "Vraag 1\nIs hij open?\nAntwoord 1\nJa.\nVraag 2\nIs hij dicht?\n"
        "Vraag 2\nIs hij dicht?\nAntwoord 2\nNee.\n",
        [(None, (1,), "Ja."), (None, (2,), "Nee.")],
    ),
    "questions first": (
        HEAD + "Vraag 1\nIs hij open?\nVraag 2\nIs hij dicht?\nAntwoorden\n1. Ja.\n2. Nee.\n",
        [(None, (1,), "Ja."), (None, (2,), "Nee.")],
    ),
}


def write(folder: Path, suffix: str, text: str) -> Path:
    """`text`, a paragraph per line, as a file."""
    path = folder / f"stuk{suffix}"
    lines = [line for line in text.split("\n") if line]
    if suffix == ".docx":
        made = docx.Document()
        for line in lines:
            made.add_paragraph(line)
        made.save(str(path))
        return path
    around = {".html": ("<body>", "p"), ".xml": ("<stuk><tekst>", "al")}.get(suffix)
    if around:
        text = around[0] + "".join(f"<{around[1]}>{line}</{around[1]}>" for line in lines)
        text += "</tekst></stuk>" if suffix == ".xml" else "</body>"
    else:
        text = ("\n\n" if suffix == ".md" else "\n").join(lines)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", [".docx", ".html", ".xml", ".md", ".txt"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_format(tmp_path: Path, kind: str, suffix: str) -> None:
    text, found = KINDS[kind]
    document = cut_file(write(tmp_path, suffix, text))
    assert [(p.heading, p.numbers, squash(p.reading_text())) for p in document.passages] == found


# --- sub-questions --------------------------------------------------------------------------------

PARTS = {
    "words": ("Vraag {}\n", "Antwoord {}\n", ("1", "2a", "2b", "3")),
    "words and spaces": ("Vraag {}\n", "Antwoord op vraag {}\n", ("1", "2 a", "2 b", "3")),
    "points": ("{}. ", "Antwoord\n", ("1", "2a", "2b", "3")),
    "brackets": ("{}) ", "Antwoord {}:\n", ("1", "2a", "2b", "3")),
    "alone": ("{}\n", "Antwoord\n", ("1", "2a", "2b", "3")),
    "decimals": ("{} ", "Antwoord {}\n", ("1", "2.1", "2.2", "3")),
    "decimals only": ("{}. ", "Antwoord {}\n", ("1.1", "1.2", "2.1", "2.2")),
    "no heading": ("{}. ", "", ("1", "2a", "2b", "3")),
}


@pytest.mark.parametrize("kind", PARTS)
def test_sub_questions_are_passages_of_their_own(kind: str) -> None:
    question, answer, written = PARTS[kind]
    document = cut(
        HEAD
        + "".join(
            f"{question.format(n)}Hoeveel waren het er in 202{at}?\n\n{answer.format(n)}"
            f"Het waren er toen 4{at}.\n\n"
            for at, n in enumerate(written)
        )
    )
    numbers = [int(n) if n.isdigit() else n.replace(" ", "") for n in written]
    said = [((n,), f"Het waren er toen 4{at}.") for at, n in enumerate(numbers)]
    assert answers(document) == said
    assert asked(document) == [
        (n, f"Hoeveel waren het er in 202{at}?") for at, n in enumerate(numbers)
    ]
    assert document.warnings == ()


@pytest.mark.parametrize(
    ("lead", "named"),
    [
        ("", "2a en b"),
        ("", "2a en 2b"),
        ("", "2"),
        ("", "2a-b"),
        ("Vraag 2\nDe sluis lekt.\n", "2a en 2b"),
    ],
)
def test_sub_questions_answered_together_and_what_introduces_them(lead: str, named: str) -> None:
    document = cut(
        f"{HEAD}Vraag 1\nBent u bekend?\nAntwoord 1\nJa.\n{lead}Vraag 2a\nHoeveel?\nVraag 2b\nWaarom?\n"
        f"Antwoord {named}\nVijf.\nVraag 3\nWanneer?\nAntwoord 3\nMorgen, zie vraag 2.\n"
    )
    assert answers(document)[1] == (("2a", "2b"), "Vijf.")
    first = "De sluis lekt. Vraag 2a Hoeveel?" if lead else "Hoeveel?"
    assert asked(document)[1:3] == [("2a", first), ("2b", "Waarom?")]
    assert document.passages[-1].refers_to == ("2a", "2b")
    assert document.warnings == ()


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True), st.booleans())
def test_no_sub_question_is_lost(letters: list[str], joint: bool) -> None:
    parts = [f"2{letter}" for letter in sorted(letters)]
    asked_and_said = "".join(
        f"Vraag {n}\nHoe is {n}?\n" + ("" if joint else f"Antwoord {n}\nZo is {n}.\n")
        for n in ["1", *parts, "3"]
    )
    document = cut(HEAD + asked_and_said + ("Antwoord 1, 2 en 3\nZo is het.\n" if joint else ""))
    assert {n for p in document.passages for n in p.numbers} == {1, *parts, 3}


# --- notes ------------------------------------------------------------------------------------------

EXPLAINED = f"1 Een veer {'dat vaart ' * 50}in de zin van de wet\n2 Wie het veer bestelt"
SOURCES = ["1 De Veerbode, 3 april 2025.", "2 Veren en geld, een rapport"]


@pytest.mark.parametrize(
    ("last", "notes"),
    [
        ("Wie betaalt dat volgens het rapport2 dan?\n\n{}\n{}".format(*SOURCES), SOURCES),
        (f"Wie betaalt dat sinds jl.?2\n\n{EXPLAINED}", EXPLAINED.split("\n")),
        (f"Wie betaalt dat in ’86?2\n\n{EXPLAINED}", EXPLAINED.split("\n")),
        ("Wilt u dit toelichten?\n1 de kosten van het veer en\n2 de duur.", []),
    ],
    ids=["sources", "a mark after two stops", "a mark after a figure", "a list"],
)
def test_sources_of_the_questions_stand_above_the_answers(last: str, notes: list[str]) -> None:
    document = cut(
        f"{ASKING}1\nKent u het bericht?1\n\n2\n{last}\n\nAntwoord\n\n{BY}\n\n1\nJa.\n\n2\nNee.\n"
    )
    assert answers(document) == given_to("Ja.", "Nee.")
    assert asked(document)[1][1] == squash(last[: last.index("\n\n")] if notes else last)
    assert set_aside(document, "voetnoot") == notes


def test_a_question_as_long_as_a_chapter_is_several_passages() -> None:
    chapter = "\n".join(f"In {n} voer het veer de hele zomer door." for n in range(1900, 2000))
    document = cut(f"{ASKED}1. Waar staan we?\n{chapter}\n\n2. Wat nu?\n\n3. En dan?\n")
    assert {p.heading for p in document.passages} == {"Vraag 1", "Vraag 2", "Vraag 3"}
    assert len(document.passages) == 4
    assert max(len(p.text) for p in document.passages) <= 2500


def test_a_torn_mark_above_the_sources_is_no_part_of_the_last_question() -> None:
    document = cut(
        f"{ASKING}1\nKent u het bericht?1\n\n2\nWie betaalt? Graag op korte termijn.\n\n2 \n"
        f"{SOURCES[0]}\n{SOURCES[1]}\n\nAntwoord\n{BY}\n\n1\nJa.\n\n2\nNee.\n"
    )
    assert asked(document)[1] == (2, "Wie betaalt? Graag op korte termijn.")
    assert set_aside(document, "nootverwijzing") == ["2"]
    assert set_aside(document, "voetnoot") == SOURCES


def test_what_the_member_adds_to_the_questions_is_a_passage_without_questions() -> None:
    document = cut(f"{ASKING}{FERRIES}Toelichting\nHet veer voer in mei niet.\n\n{THEIR_ANSWERS}")
    added = [(p.heading, p.text) for p in document.passages if not p.questions]
    assert added == [("Toelichting bij de vragen", "Het veer voer in mei niet.")]


@pytest.mark.parametrize(
    "text",
    [
        "1. Vaart het veer?\n\nJa.\n\n1 Zie de dienstregeling, www.veer.nl\n\n1/2\n"
        "2. Wie betaalt?\n\nHet Rijk.\n\n2/2\n",
        "Vraag 1\nVaart het veer?1\n\nAntwoord 1\nJa.\n\n1 Zie de dienstregeling ↩\n[1: Zie 2024.]↩\n",
    ],
)
def test_nothing_is_set_aside_twice(text: str) -> None:
    spans = [(a.start, a.end) for a in cut(HEAD + text).set_aside]
    assert all(before[1] <= after[0] for before, after in pairwise(spans)), spans


def test_a_note_that_the_format_states_is_set_aside_once() -> None:
    note = "1 Zie de dienstregeling."
    text = f"{HEAD}Vraag 1\nVaart het veer?\n\nAntwoord 1\nJa.\n\n{note}\n\n1/2\n2/2"
    at = text.index(note)
    document = cut(Source(text=text, footnotes=(Footnote("1", at, at + len(note)),)), "stuk.pdf")
    assert set_aside(document, "").count(note) == 1


# --- the shared cases -------------------------------------------------------------------------------

SHARED: dict[str, list[tuple[tuple[Number, ...], str]]] = {
    "F25_eerst_alle_vragen.txt": given_to(
        "Ja.", "Er waren 118 meldingen.", "Het herstel begint in september 2025."
    ),
    "F17_mdtable.md": given_to(
        "Ja.", "Er waren 118 meldingen.", "In september 2025.", "De provincie."
    ),
    "L4_vraagkop_dubbel.txt": [
        ((1,), "Ja, dat kan."),
        ((3,), "Het oordeel daarover is aan de inspectie."),
        ((4,), "In september 2025."),
    ],
    "L1_alleen_vragen_over_bladgrens.txt": [],
    "L3_uitstel_met_nootcijfers.txt": [],
}
WHOLE = [
    "A1_tabel_rijen_herhaald.txt",
    "A3_zin_zonder_punt_herhaald.txt",
    "B18_tabellen_zelfde_rijen.docx",
    "K05_stem_regels.txt",
    "K07_opsomming_herhaald.txt",
]


@pytest.mark.parametrize("name", [*SHARED, *WHOLE, "F10_letters.txt", "L6_twee_lijsten.txt"])
def test_shared_cases(name: str) -> None:
    if not (CASES / name).exists():
        pytest.skip(f"{name} is not here")
    document = cut_file(CASES / name)
    headings = [p.heading for p in document.passages]
    if name in SHARED:
        assert answers(document) == SHARED[name]
    if name in WHOLE:  # lines that recur
        assert set_aside(document, "pagina") == set_aside(document, "voetnoot") == []
        assert all(p.reading_text().strip() for p in document.passages)
    elif name.startswith("F10"):
        assert [p.numbers for p in document.passages if p.questions] == [
            (1,),
            ("2a",),
            ("2b",),
            (3,),
        ]
        assert document.warnings == ()
    elif name.startswith("L6"):
        two = ["Deel A: vragen over de brug"] * 4 + ["Deel B: vragen over het veer"] * 6
        assert headings == two
        assert document.passages[4].text == "Het veer had 40.000 reizigers."
    elif name.startswith("L1"):
        assert (document.kind, headings) == ("questions_only", ["Vraag 1", "Vraag 2", "Vraag 3"])
    elif name.startswith("L3"):
        assert (document.kind, headings[3:]) == ("postponement", ["Mededeling"])
    elif name.startswith("L4"):
        assert document.warnings[-1] == "vraag 2: geen antwoord gevonden"
