"""Kinds of trouble in cutting a text, each with the right value: no answer lost, none made up."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import docx
import pytest
from answering_parts import words_index
from cut_documents import checked
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Document, Footnote, Hit, Number, Source
from index.reading import read
from index.segmentation.boilerplate import find_boilerplate
from index.segmentation.segmenting import segment
from rag.pipeline.citations import label
from rag.pipeline.cross_references import follow_pointers

CASES = Path(__file__).resolve().parents[4] / "shared/cases"
ASKED = "Vragen van het lid Aal aan de Minister van Veren over sluizen (ingezonden 1 mei 2025).\n\n"
HEAD = ASKED + "Antwoord van Minister Baars (Veren) (ontvangen 4 juni 2025).\n\n"
WRAPPED = "De gemeente heeft het werk aan de sluis volgens de aannemer in het voorjaar"


def cut(text: str, name: str = "stuk.txt") -> Document:
    return checked(segment(Source(text=text), name=name, document_id="0" * 16))


def case(name: str) -> Document:
    path = CASES / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    return checked(segment(read(path), name=name, document_id="0" * 16))


def answers(document: Document) -> list[tuple[tuple[Number, ...], str]]:
    """Each answer's numbers and words, one space between words."""
    return [(p.numbers, _words(p.reading_text())) for p in document.passages if p.questions]


def listed(document: Document) -> list[tuple[str | None, tuple[Number, ...], str]]:
    return [
        (p.heading, p.numbers, _words(p.reading_text())) for p in document.passages if p.questions
    ]


def asked(document: Document) -> list[tuple[Number, str]]:
    return [(q.number, q.text) for p in document.passages for q in p.questions]


def _words(text: str) -> str:
    return " ".join(text.split())


def pages(document: Document) -> list[str]:
    return [
        document.text[a.start : a.end] for a in document.set_aside if a.why.startswith("pagina")
    ]


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
def test_what_answers_have_in_common_stays_in_them(kind: str, blank: str) -> None:
    said = [RECURRING[kind].format(n=n) for n in range(1, 5)]
    document = cut(
        HEAD
        + "".join(
            f"Vraag {n}\nHoeveel waren het in 202{n}?\n{blank}Antwoord {n}\n{text}\n{blank}"
            for n, text in enumerate(said, 1)
        )
    )
    assert answers(document) == [((n,), _words(text)) for n, text in enumerate(said, 1)]
    assert pages(document) == []


def test_standard_answers_and_lists_of_decisions_keep_their_lines() -> None:
    said = "Deze gegevens houdt het ministerie niet bij"
    document = cut(
        HEAD
        + "".join(
            f"Vraag {n}\nHoeveel in 202{n}?\nAntwoord {n}\n{said}\n\nPagina {n} van 4\n"
            for n in range(1, 5)
        )
    )
    assert answers(document) == [((n,), said) for n in range(1, 5)]
    assert pages(document) == [f"Pagina {n} van 4" for n in range(1, 5)]
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


def test_a_list_at_the_end_of_a_page_is_no_list_of_notes() -> None:
    document = cut(
        HEAD + "Vraag 1\nWat doet u?\nAntwoord 1\nIk doe het volgende:\n1. meten\n2. wegen\n"
        "Tweede Kamer, vergaderjaar 2024–2025, Aanhangsel 1\nVraag 2\nEn dan?\nAntwoord 2\n"
        "1 Eerst meten we alles\n2 Dan wegen we alles\n"
        "Tweede Kamer, vergaderjaar 2024–2025, Aanhangsel 2\n"
    )
    assert answers(document) == [
        ((1,), "Ik doe het volgende: 1. meten 2. wegen"),
        ((2,), "1 Eerst meten we alles 2 Dan wegen we alles"),
    ]


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


@pytest.mark.parametrize(
    "name",
    [
        "A1_tabel_rijen_herhaald.txt",
        "A3_zin_zonder_punt_herhaald.txt",
        "B18_tabellen_zelfde_rijen.docx",
        "K05_stem_regels.txt",
        "K07_opsomming_herhaald.txt",
    ],
)
def test_cases_of_lines_that_recur(name: str) -> None:
    document = case(name)
    assert pages(document) == []
    assert not any(aside.why == "voetnoot" for aside in document.set_aside)
    assert all(p.reading_text().strip() for p in document.passages)


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


@pytest.mark.parametrize("second", [MARKED, BARE, UNMARKED], ids=["marked", "bare", "unmarked"])
@pytest.mark.parametrize(
    "headings",
    [
        ("Deel A: bruggen", "Deel B: veren"),
        ("Vragen van het lid Aal (VVD)", "Vragen van het lid Snoek (D66)"),
        ("II. Sluizen", "III. Stuwen"),
    ],
    ids=["parts", "members", "numerals"],
)
def test_two_lists_are_two_runs(second: str, headings: tuple[str, str]) -> None:
    one, two = headings
    document = cut(f"{HEAD}{one}\n\n{questions(second, 'A')}{two}\n\n{questions(second, 'B', 2)}")
    assert listed(document) == [*expected(one, "A"), *expected(two, "B", 2)]
    assert document.warnings == ()
    assert [p.refers_to for p in document.passages] == [(), (), (2,), (), ()]


def test_lists_are_told_apart_in_any_number_order_style_and_spacing() -> None:
    names = ["Deel 1", "Deel 2", "Deel 3", "Deel 4"]
    sizes = [2, 3, 1, 3]
    body = "".join(
        f"{name}\n\n{questions(MARKED, name, size)}"
        for name, size in zip(names, sizes, strict=True)
    )
    assert listed(cut(HEAD + body)) == [
        row for name, size in zip(names, sizes, strict=True) for row in expected(name, name, size)
    ]
    for form in (MARKED, BARE):
        document = cut(HEAD + questions(form, "A") + questions(form, "B"))
        assert listed(document) == [*expected("lijst 1", "A"), *expected("lijst 2", "B")]
    for first, second in ((MARKED, BARE), (BARE, MARKED)):
        document = cut(f"{HEAD}Deel A\n\n{questions(first, 'A')}Deel B\n\n{questions(second, 'B')}")
        assert listed(document) == [*expected("Deel A", "A"), *expected("Deel B", "B")]
    text = (
        f"{HEAD}Hoofdstuk 1 Bruggen\n{questions(MARKED, 'A')}Hoofdstuk 2\n{questions(MARKED, 'B')}"
    )
    document = cut(text.replace("\n\n", "\n"))
    assert listed(document) == [
        *expected("Hoofdstuk 1 Bruggen", "A"),
        *expected("Hoofdstuk 2", "B"),
    ]
    first = MARKED.format(n=1, q="Kent u het bericht?", a="{}")
    rest = MARKED.format(n=2, q="{}?", a="{}")
    document = cut(
        f"{HEAD}Deel A\n\n{first.format('Ja.')}{rest.format('Wie', 'Piet.')}"
        f"Deel B\n\n{first.format('Nee.')}{rest.format('Wat', 'Dat.')}"
    )
    assert listed(document) == [
        ("Deel A", (1,), "Ja."),
        ("Deel A", (2,), "Piet."),
        ("Deel B", (1,), "Nee."),
        ("Deel B", (2,), "Dat."),
    ]


@pytest.mark.parametrize("heading", ["Vragen van het lid Snoek", "VVD-fractie", "# Stuwen"])
def test_an_introduction_may_stand_between_a_title_and_its_list(heading: str) -> None:
    document = cut(
        f"{HEAD}{questions(BARE, 'A')}{heading}\n\nDit gaat over stuwen. Daarover is "
        f"meer gevraagd.\n\n{questions(BARE, 'B')}"
    )
    assert listed(document)[2:4] == [
        ("lijst 1", (3,), "A: Zie vraag 2."),
        (heading.strip("# "), (1,), "B: Piet doet dat."),
    ]


@pytest.mark.parametrize(
    "figures", ["Gelderland 2\nUtrecht 3", "Gelderland\t2\nUtrecht\t3", "Geen"]
)
def test_the_end_of_an_answer_is_no_title_of_the_next_list(figures: str) -> None:
    said = f"Dit zijn de cijfers:\n\n{figures}"
    text = "".join(
        MARKED.format(n=n, q=f"{about} {n}?", a=said) for about in ("A", "B") for n in (1, 2)
    )
    document = cut(HEAD + text)
    assert [p.text for p in document.passages] == [said] * 4


def test_questions_listed_in_or_before_answers_are_no_list_of_their_own() -> None:
    document = cut(
        HEAD + "1. Wat vroeg u?\nAntwoord:\nIk vroeg het volgende:\n1. Wie betaalt?\n"
        "2. Hoe lang duurt het?\n\n2. En nu?\nAntwoord:\nNiets.\n\n3. Echt?\nAntwoord:\nJa.\n"
    )
    assert answers(document) == [
        ((1,), "Ik vroeg het volgende: 1. Wie betaalt? 2. Hoe lang duurt het?"),
        ((2,), "Niets."),
        ((3,), "Ja."),
    ]
    first = "".join(f"Vraag {n}\n{q}\n\n" for n, (q, _) in enumerate(LISTED, 1))
    body = "".join(f"Vraag {n}\n{q}\n\nAntwoord\n{a}\n\n" for n, (q, a) in enumerate(LISTED, 1))
    document = cut(HEAD + first + body)
    assert answers(document) == [((n,), a) for n, (_, a) in enumerate(LISTED, 1)]


def test_a_missing_answer_is_told_with_its_list() -> None:
    document = cut(
        f"{HEAD}Deel A\n\n{questions(MARKED, 'A')}Deel B\n\n{questions(MARKED, 'B')}"
        "Vraag 4\nEn nu?\n"
    )
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


def test_the_case_of_two_lists() -> None:
    document = case("L6_twee_lijsten.txt")
    first, second = "Deel A: vragen over de brug", "Deel B: vragen over het veer"
    assert [(p.heading, p.numbers) for p in document.passages] == [
        *((first, (n,)) for n in range(1, 5)),
        *((second, (n,)) for n in range(1, 7)),
    ]
    assert document.passages[0].text == "Ja, in september 2025."
    assert document.passages[4].text == "Het veer had 40.000 reizigers."


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
    document = cut(f"{HEAD}{body}Hij gaat open.\n")
    assert answers(document) == [((1, 2), "Hij gaat open.")]


def test_a_notice_is_no_answer_to_the_question_before_it() -> None:
    document = cut(
        "Vragen gesteld door de leden der Kamer, met de daarop door de regering gegeven antwoorden\n"
        f"{ASKED}Mededeling van Minister Baars (ontvangen 3 juni 2025).\n\n"
        "Vraag 1\nKent u het bericht?\nHet staat in de krant.\nVraag 2\nEn nu?\nWat dan ook.\n"
        "Mededeling\nDe vragen kunnen niet binnen de gestelde termijn worden beantwoord.\n"
    )
    assert document.kind == "postponement"
    assert [p.heading for p in document.passages] == ["Vraag 1", "Vraag 2", "Mededeling"]


def test_a_minister_who_signs_answers() -> None:
    document = cut(
        "Geachte voorzitter,\n\nOver de vragen van het lid Aal deel ik u het volgende mee.\n\n"
        "1. Kent u het bericht?\nJa.\n\n2. Wat vindt u ervan?\nIk vind het vervelend.\n\n"
        "Hoogachtend,\n\nde Minister van Veren,\n\nB. Baars\n"
    )
    assert answers(document) == [((1,), "Ja."), ((2,), "Ik vind het vervelend.")]


def test_a_second_paragraph_of_a_question_among_headings_is_no_answer() -> None:
    context = "In de krant stond dat de sluis lekt en dat de gemeente daar al jaren van weet."
    document = cut(
        f"{HEAD}1. Kent u het bericht?\nAntwoord:\nJa.\n2. Deelt u de zorg?\n{context}\n"
        "3. Wat doet u?\nAntwoord:\nNiets.\n4. Klaar?\nAntwoord:\nJa.\n"
    )
    assert answers(document) == [((1,), "Ja."), ((2, 3), "Niets."), ((4,), "Ja.")]
    assert (2, f"Deelt u de zorg? {context}") in asked(document)


def test_cases_of_a_members_words() -> None:
    document = case("L1_alleen_vragen_over_bladgrens.txt")
    assert document.kind == "questions_only"
    assert [p.heading for p in document.passages] == ["Vraag 1", "Vraag 2", "Vraag 3"]
    assert "niet verantwoordelijk" in document.passages[1].text
    document = case("L3_uitstel_met_nootcijfers.txt")
    assert document.kind == "postponement"
    assert [p.heading for p in document.passages][3:] == ["Mededeling"]
    assert not any(p.questions for p in document.passages)


# --- a question heading that stands twice ---------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Vraag 1\nIs hij open?\n\nAntwoord 1\nJa.\n\nVraag 2\nIs hij dicht?\n\n"
        "Vraag 2\nIs hij dicht?\n\nAntwoord 2\nNee.\n\nVraag 3\nEcht?\n\nAntwoord 3\nJa zeker.\n",
        "1. Is hij open?\nAntwoord:\nJa.\n2. Is hij dicht?\n2. Is hij dicht?\nAntwoord:\nNee.\n"
        "3. Echt?\nAntwoord:\nJa zeker.\n",
        "1. Is hij open?\nJa.\n2. Is hij dicht?\n2. Is hij dicht?\nNee.\n3. Echt?\nJa zeker.\n",
        "Vraag 1\nIs hij open?\nAntwoord 1\nJa.\n\nVraag 2\n\nVraag 2\nIs hij dicht?\n"
        "Antwoord 2\nNee.\nVraag 3\nEcht?\nAntwoord 3\nJa zeker.\n",
        "Vraag 1\nIs hij open?\nAntwoord 1\nJa.\nVraag 2\nPagina 1 van 2\nVraag 2\n"
        "Is hij dicht?\nAntwoord 2\nNee.\nVraag 3\nEcht?\nAntwoord 3\nJa zeker.\n",
        "Vraag 1\nIs hij open?\nAntwoord\nJa.\nVraag 2\nIs hij dicht?\nAntwoord\nNee.\n"
        "Vraag 2\nEcht?\nAntwoord\nJa zeker.\nVraag 4\nHoezo?\nAntwoord\nDaarom.\n",
    ],
    ids=["words", "numbers", "no answer headings", "no text", "over a page", "misnamed"],
)
def test_a_heading_that_stands_twice_does_not_end_the_answer_before(text: str) -> None:
    document = cut(HEAD + text)
    assert answers(document)[:3] == [((1,), "Ja."), ((2,), "Nee."), ((3,), "Ja zeker.")]
    assert asked(document)[1:3] == [(2, "Is hij dicht?"), (3, "Echt?")]
    assert any("vraag 2 staat er twee keer" in warning for warning in document.warnings)


def test_a_question_that_goes_on_under_the_same_heading_is_one() -> None:
    document = cut(
        HEAD + "Vraag 1\nIs hij open?\nAntwoord 1\nJa.\nVraag 2\nIs hij dicht?\n\n"
        "Vraag 2 (vervolg)\nIs dat terecht?\n\nAntwoord 2\nNee.\nVraag 3\nEcht?\nAntwoord 3\nJa.\n"
    )
    assert answers(document) == [((1,), "Ja."), ((2,), "Nee."), ((3,), "Ja.")]
    assert asked(document)[1] == (2, "Is hij dicht? Vraag 2 (vervolg) Is dat terecht?")


def test_a_reference_at_a_lines_start_is_no_heading() -> None:
    document = cut(
        HEAD + "Vraag 1\nIs hij open?\nAntwoord 1\nJa, zoals blijkt uit het antwoord op\nVraag 2\n"
        "Vraag 2\nIs hij dicht?\nAntwoord 2\nNee.\nVraag 3\nIs hij groen?\nAntwoord 3\nNee.\n"
    )
    assert answers(document)[0] == ((1,), "Ja, zoals blijkt uit het antwoord op Vraag 2")


def test_the_case_of_a_heading_that_stands_twice() -> None:
    document = case("L4_vraagkop_dubbel.txt")
    assert answers(document) == [
        ((1,), "Ja, dat kan."),
        ((3,), "Het oordeel daarover is aan de inspectie."),
        ((4,), "In september 2025."),
    ]
    assert document.warnings[-1] == "vraag 2: geen antwoord gevonden"


# --- all questions first, then all answers --------------------------------------------------------

SEPARATE = {
    "Antwoorden": "1. Is hij open?\n2. Is hij dicht?\n3. Hoe hoog?\n\nAntwoorden\n\n"
    "1. Ja.\n2. Nee, zie vraag 1.\n3. Die is 12 meter.\n",
    "words": "Vraag 1\nIs hij open?\nVraag 2\nIs hij dicht?\nVraag 3\nHoe hoog?\n\nAntwoord:\n\n"
    "Vraag 1\nJa.\nVraag 2\nNee, zie vraag 1.\nVraag 3\nDie is 12 meter.\n",
    "a sentence": "1) Is hij open?\n2) Is hij dicht?\n3) Hoe hoog?\n\nDe antwoorden luiden als volgt:"
    "\n\n1) Ja.\n2) Nee, zie vraag 1.\n3) Die is 12 meter.\n",
    "white space": "1. Is hij open?\n2. Is hij dicht?\n3. Hoe hoog?\n\n"
    "1. Ja.\n2. Nee, zie vraag 1.\n3. Die is 12 meter.\n",
    "markdown": "## Vragen\n\n1. Is hij open?\n2. Is hij dicht?\n3. Hoe hoog?\n\n## Antwoorden\n\n"
    "1. Ja.\n2. Nee, zie vraag 1.\n3. Die is 12 meter.\n",
    "the questions again": "1. Is hij open?\n2. Is hij dicht?\n3. Hoe hoog?\n\nAntwoorden\n\n"
    "1. Is hij open?\nJa.\n2. Is hij dicht?\nNee, zie vraag 1.\n3. Hoe hoog?\nDie is 12 meter.\n",
    "ad": "1. Is hij open?\n2. Is hij dicht?\n3. Hoe hoog?\n\nBeantwoording\n\n"
    "Ad 1. Ja.\nAd 2. Nee, zie vraag 1.\nAd 3. Die is 12 meter.\n",
}


@pytest.mark.parametrize("kind", SEPARATE)
def test_each_answer_of_a_list_goes_to_its_question(kind: str) -> None:
    document = cut(HEAD + SEPARATE[kind])
    assert answers(document) == [
        ((1,), "Ja."),
        ((2,), "Nee, zie vraag 1."),
        ((3,), "Die is 12 meter."),
    ]
    assert asked(document) == [(1, "Is hij open?"), (2, "Is hij dicht?"), (3, "Hoe hoog?")]
    assert document.passages[1].refers_to == (1,)


def test_answers_in_a_list_of_their_own_may_be_of_a_part_or_of_several_questions() -> None:
    document = cut(
        HEAD + "Deel A\n\n1. Wie is dat?\n2. Hoe kan dat?\n\nAntwoorden\n\n1. Piet.\n2. Zo.\n\n"
        "Deel B\n\n1. Wat is dat?\n2. Waar?\n3. Hoezo?\n\nAntwoorden\n\n1. Dat.\n2. Hier.\n3. Daarom.\n"
    )
    assert listed(document) == [
        *(("Deel A", (n,), a) for n, a in enumerate(("Piet.", "Zo."), 1)),
        *(("Deel B", (n,), a) for n, a in enumerate(("Dat.", "Hier.", "Daarom."), 1)),
    ]
    document = cut(
        HEAD + "1. Is hij open?\n2. Is hij dicht?\n3. Hoe hoog?\n\nAntwoorden\n\n"
        "1 en 2. Ja en nee.\n3. Die is 12 meter.\n"
    )
    assert answers(document) == [((1, 2), "Ja en nee."), ((3,), "Die is 12 meter.")]


def test_a_joint_answer_that_holds_a_list_stays_whole() -> None:
    document = cut(
        HEAD + "1. Is hij open?\n2. Is hij dicht?\nAntwoord:\nIk doe twee dingen:\n1. meten\n"
        "2. wegen\n\n3. Hoe hoog?\nAntwoord:\nTwee meter.\n"
    )
    assert answers(document) == [
        ((1, 2), "Ik doe twee dingen: 1. meten 2. wegen"),
        ((3,), "Twee meter."),
    ]


def test_the_case_of_all_questions_first() -> None:
    assert answers(case("F25_eerst_alle_vragen.txt")) == [
        ((1,), "Ja."),
        ((2,), "Er waren 118 meldingen."),
        ((3,), "Het herstel begint in september 2025."),
    ]


# --- a table of questions and answers -------------------------------------------------------------

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
    assert answers(document) == [((1,), "Ja."), ((2,), "Nee, zie vraag 1.")]
    assert asked(document) == [(1, "Open?"), (2, "Dicht?")]
    assert document.passages[1].refers_to == (1,)


def test_tables_that_start_again_are_lists_and_one_in_an_answer_is_none() -> None:
    rows = "| Nr | Vraag | Antwoord |\n|---|---|---|\n| 1 | Open? | {} |\n| 2 | Dicht? | {} |\n\n"
    document = cut(
        f"## Bruggen\n\n{rows.format('Ja.', '')}Dit geldt alleen voor bruggen van het Rijk.\n\n"
        f"## Sluizen\n\n{rows.format('Nee.', 'Ja.')}",
        "stuk.md",
    )
    assert listed(document) == [
        ("Bruggen", (1,), "Ja."),
        ("Sluizen", (1,), "Nee."),
        ("Sluizen", (2,), "Ja."),
    ]
    assert document.warnings == ("Bruggen: vraag 2: geen antwoord gevonden",)
    assert any("bruggen van het Rijk" in p.text for p in document.passages)
    document = cut(
        HEAD
        + "".join(f"Vraag {n}\nIs hij open?\nAntwoord {n}\nJa.\n\n" for n in range(1, 5))
        + "Vraag | Antwoord\n--- | ---\nOpen? | Ja.\n"
    )
    assert [p.numbers for p in document.passages] == [(1,), (2,), (3,), (4,)]


def test_the_cases_of_tables() -> None:
    assert answers(case("F17_mdtable.md")) == [
        ((1,), "Ja."),
        ((2,), "Er waren 118 meldingen."),
        ((3,), "In september 2025."),
        ((4,), "De provincie."),
    ]


# --- the same in files of every format ------------------------------------------------------------

KINDS = {
    "rows": HEAD
    + "".join(
        f"Vraag {n}\nHoeveel waren het in 202{n}?\nAntwoord {n}\nHet ging om:\n"
        f"Gemeente Oostdorp 4{n}\nGemeente Westdorp 5{n}\n"
        for n in range(1, 5)
    ),
    "standard answer": HEAD
    + "".join(
        f"Vraag {n}\nHoeveel waren het in 202{n}?\nAntwoord {n}\n"
        "Deze gegevens worden niet landelijk bijgehouden\n"
        for n in range(1, 5)
    ),
    "two lists": f"{HEAD}Deel A\n{questions(MARKED, 'A')}Deel B\n{questions(MARKED, 'B')}",
    "only asked": ASKED + "Vraag 1\nKent u het bericht?\nDaarin staat dat de sluis lekt.\n"
    "Vraag 2\nDeelt u die zorg?\nDe inwoners zijn bang.\nVraag 3\nEn nu?\n",
    "twice": HEAD + "Vraag 1\nIs hij open?\nAntwoord 1\nJa.\nVraag 2\nIs hij dicht?\n"
    "Vraag 2\nIs hij dicht?\nAntwoord 2\nNee.\nVraag 3\nEcht?\nAntwoord 3\nJa.\n",
    "questions first": HEAD + "Vraag 1\nIs hij open?\nVraag 2\nIs hij dicht?\nAntwoorden\n"
    "1. Ja.\n2. Nee.\n",
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
    elif suffix == ".html":
        body = "".join(f"<p>{line}</p>" for line in lines)
        path.write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    elif suffix == ".xml":
        body = "".join(f"<al>{line}</al>" for line in lines)
        path.write_text(f"<stuk><tekst>{body}</tekst></stuk>", encoding="utf-8")
    else:
        path.write_text(("\n\n" if suffix == ".md" else "\n").join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", [".docx", ".html", ".xml", ".md", ".txt"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_format(tmp_path: Path, kind: str, suffix: str) -> None:
    path = write(tmp_path, suffix, KINDS[kind])
    document = checked(segment(read(path), name=path.name, document_id="0" * 16))
    words = [(p.heading, p.numbers, _words(p.reading_text())) for p in document.passages]
    assert (
        words
        == {
            "rows": [
                (None, (n,), f"Het ging om: Gemeente Oostdorp 4{n} Gemeente Westdorp 5{n}")
                for n in range(1, 5)
            ],
            "standard answer": [
                (None, (n,), "Deze gegevens worden niet landelijk bijgehouden") for n in range(1, 5)
            ],
            "two lists": [*expected("Deel A", "A"), *expected("Deel B", "B")],
            "only asked": [
                ("Vraag 1", (), "Kent u het bericht? Daarin staat dat de sluis lekt."),
                ("Vraag 2", (), "Deelt u die zorg? De inwoners zijn bang."),
                ("Vraag 3", (), "En nu?"),
            ],
            "twice": [(None, (1,), "Ja."), (None, (2,), "Nee."), (None, (3,), "Ja.")],
            "questions first": [(None, (1,), "Ja."), (None, (2,), "Nee.")],
        }[kind]
    )


# --- whatever comes together ----------------------------------------------------------------------

LINES = st.sampled_from(
    ["Vraag 1", "Vraag 1", "Vraag 2", "1. Waarom?", "2. Hoe?", "1. Ja.", "2. Nee.", "Antwoord",
     "Antwoorden", "Antwoord 1", "Antwoord 2", "Deel A", "# Deel B", "De antwoorden luiden:", "1", "2",
     "2, 3", "en 4", "1/3", "2/3", "3/3", "Pagina 1", "Pagina 2", "Ministerie van Veren", "Mededeling",
     "| Nr | Vraag | Antwoord |", "|---|---|---|", "| 1 | Wie? | Piet. |", "| 2 | Wie? | |",
     "Nr\tVraag\tAntwoord", "1\tWie?\tPiet.", "2\tWie?", "Hoe dan?", "Zo is het.", "", "",
     WRAPPED, "nogmaals hersteld.", "Hoogachtend,", "De Minister van Veren,"]
)  # fmt: skip


@given(st.lists(LINES, max_size=30), st.sampled_from(["\n", "\n\n", " "]))
def test_no_character_is_ever_lost(lines: list[str], joiner: str) -> None:
    cut(joiner.join(lines))


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
    assert answers(document) == [
        ((n,), f"Het waren er toen 4{at}.") for at, n in enumerate(numbers)
    ]
    assert asked(document) == [
        (n, f"Hoeveel waren het er in 202{at}?") for at, n in enumerate(numbers)
    ]
    assert document.warnings == ()


def test_the_case_of_letters() -> None:
    document = case("F10_letters.txt")
    assert [p.numbers for p in document.passages if p.questions] == [(1,), ("2a",), ("2b",), (3,)]
    assert document.warnings == ()


JOINT = HEAD + (
    "Vraag 1\nBent u bekend?\nAntwoord 1\nJa.\n{lead}Vraag 2a\nHoeveel?\nVraag 2b\nWaarom?\n"
    "Antwoord {named}\nVijf.\nVraag 3\nWanneer?\nAntwoord 3\nMorgen, zie vraag 2.\n"
)


@pytest.mark.parametrize("named", ["2a en b", "2a en 2b", "2", "2a-b"])
def test_sub_questions_answered_together(named: str) -> None:
    document = cut(JOINT.format(lead="", named=named))
    assert answers(document)[1] == (("2a", "2b"), "Vijf.")
    assert document.passages[-1].refers_to == ("2a", "2b")
    assert document.warnings == ()


def test_what_introduces_sub_questions_goes_with_the_first() -> None:
    document = cut(JOINT.format(lead="Vraag 2\nDe sluis lekt.\n", named="2a en 2b"))
    assert answers(document)[1] == (("2a", "2b"), "Vijf.")
    assert asked(document)[1] == ("2a", "De sluis lekt. Vraag 2a Hoeveel?")
    assert document.warnings == ()


def test_items_are_sub_questions_only_where_answers_name_them() -> None:
    document = cut(
        HEAD + "Vraag 1\nKunt u zeggen:\na. hoeveel het er waren?\nb. wanneer dat was?\n"
        "Antwoord 1a\nVijf.\nAntwoord 1b\nGisteren.\nVraag 2\nWaarom?\nAntwoord 2\nDaarom.\n"
    )
    assert answers(document) == [(("1a",), "Vijf."), (("1b",), "Gisteren."), ((2,), "Daarom.")]
    assert asked(document)[1] == ("1b", "wanneer dat was?")
    said = "Wij doen dit: 2.1 Meten 2.2 Wegen 2a. Kijken 2b. Luisteren"
    document = cut(
        HEAD + "1. Wat doet u?\nAntwoord\nNiets.\n\n2. Wat nog meer?\nAntwoord\n"
        "Wij doen dit:\n2.1 Meten\n2.2 Wegen\n2a. Kijken\n2b. Luisteren\n\n"
        "3. En dan?\nAntwoord\nNiets meer.\n"
    )
    assert answers(document) == [((1,), "Niets."), ((2,), said), ((3,), "Niets meer.")]


def test_sub_questions_in_two_lists_and_in_a_table() -> None:
    one = "Vraag 1a\nWie?\nAntwoord 1a\nIk.\nVraag 1b\nWaar?\nAntwoord 1b\nHier.\n\n"
    document = cut(HEAD + one + "Inbreng van de PQR-fractie\n\n" + one)
    assert listed(document) == [
        (heading, (number,), said)
        for heading in ("lijst 1", "Inbreng van de PQR-fractie")
        for number, said in (("1a", "Ik."), ("1b", "Hier."))
    ]
    assert [p.list_number for p in document.passages] == [1, 1, 2, 2]
    document = cut(
        "| Nr | Vraag | Antwoord |\n| --- | --- | --- |\n| 1 | Bekend? | Ja. |\n"
        "| 2a | Hoeveel? | Vijf. |\n| 2b | Waarom? | Zie vraag 2a. |\n",
        "stuk.md",
    )
    assert answers(document) == [((1,), "Ja."), (("2a",), "Vijf."), (("2b",), "Zie vraag 2a.")]
    assert document.passages[-1].refers_to == ("2a",)


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True), st.booleans())
def test_no_character_of_sub_questions_is_lost(letters: list[str], joint: bool) -> None:
    parts = [f"2{letter}" for letter in sorted(letters)]
    asked_and_said = "".join(
        f"Vraag {n}\nHoe is {n}?\n" + ("" if joint else f"Antwoord {n}\nZo is {n}.\n")
        for n in ["1", *parts, "3"]
    )
    document = cut(HEAD + asked_and_said + ("Antwoord 1, 2 en 3\nZo is het.\n" if joint else ""))
    numbers = {n for p in document.passages for n in p.numbers}
    assert numbers == {1, *parts, 3}


# --- the House's own form: questions first, then who answers, then the answers ----------------

ASKING = "Vragen van het lid Aal over veren (Ingezonden 1 mei 2025)\n\n"
BY = "Antwoord van minister De Hoop Baars (Veren). (Ontvangen 4 juni 2025)"


@pytest.mark.parametrize("by", [f"Antwoord\n\n{BY}", BY, f"{BY}, zie ook Aanhangsel, nr. 7"])
def test_who_answers_stands_between_the_questions_and_the_answers(by: str) -> None:
    text = (
        "1\nVaren de veren? Zo nee, licht dat toe.\n\n2\nWie betaalt dat?\n\n3\nHoe lang nog?\n\n"
        f"{by}\n\n1 en 3\nJa, tot 2030.\n\n2\nDe provincie.\n"
    )
    document = cut(ASKING + text)
    assert answers(document) == [((1, 3), "Ja, tot 2030."), ((2,), "De provincie.")]
    asked = {q.number: q.text for p in document.passages for q in p.questions}
    assert asked[1] == "Varen de veren? Zo nee, licht dat toe."
    assert asked[3] == "Hoe lang nog?"


def test_who_answers_may_stand_above_one_answer_to_all() -> None:
    text = f"1\nVaren de veren?\n\n2\nWie betaalt dat?\n\nAntwoord\n{BY}\n\n"
    joint = cut(ASKING + text + "1 t/m 2\nJa, dat doet de provincie.\n")
    assert answers(joint) == [((1, 2), "Ja, dat doet de provincie.")]
    without = cut(ASKING + text + "Ja, dat doet de provincie.\n")
    assert answers(without) == [((1, 2), "Ja, dat doet de provincie.")]


def test_who_answers_is_no_part_of_the_last_question() -> None:
    text = f"Vraag 1\nVaren de veren?\n\nVraag 2\nWie betaalt?\n\n{BY}\n\n"
    document = cut(ASKING + text + "Antwoord 1\nJa.\n\nAntwoord 2\nDe provincie.\n")
    assert answers(document) == [((1,), "Ja."), ((2,), "De provincie.")]
    assert [q.text for p in document.passages for q in p.questions] == [
        "Varen de veren?",
        "Wie betaalt?",
    ]


def test_a_name_that_is_also_a_word_announces_answers() -> None:
    head = f"{ASKING}Antwoord van minister De Hoop Baars\n\n"
    document = cut(f"{head}1. Varen de veren?\n\nZeker, elke dag.\n\n2. Wie betaalt?\n\nN.v.t.\n")
    assert answers(document) == [((1,), "Zeker, elke dag."), ((2,), "N.v.t.")]


def test_a_question_without_an_answer_is_not_its_own() -> None:
    long = "Licht dat per veer toe. De veren zijn: a. het noorderveer en b. het zuiderveer."
    text = (
        f"Vraag 1\nVaren de veren?\n\nVraag 2\nWie betaalt dat? {long}\n\nVraag 3\nHoe lang?\n\n"
        "Antwoord 1\nJa.\n\nAntwoord 3\nTot 2030.\n"
    )
    document = cut(ASKING + text)
    assert answers(document) == [((1,), "Ja."), ((3,), "Tot 2030.")]
    assert any("vraag 2: geen antwoord" in warning for warning in document.warnings)


@pytest.mark.parametrize("title", ["", "Toelichting:\n"])
def test_the_remark_below_questions_is_no_part_of_the_last(title: str) -> None:
    text = (
        "Vraag 1\nVaren de veren?\n\nVraag 2\nWie betaalt?\n\n"
        f"{title}Deze vragen dienen ter aanvulling op eerdere vragen van het lid Bot.\n\n"
        "Antwoord 1\nJa.\n\nAntwoord 2\nDe provincie.\n"
    )
    document = cut(ASKING + text)
    assert answers(document) == [((1,), "Ja."), ((2,), "De provincie.")]
    assert document.passages[1].questions[0].text == "Wie betaalt?"


def test_sources_of_the_questions_stand_above_the_answers() -> None:
    text = (
        "1\nKent u het bericht?1\n\n2\nWie betaalt dat volgens het rapport2 dan?\n\n"
        "1 De Veerbode, 3 april 2025.\n2 Veren en geld, een rapport\n\n"
        f"Antwoord\n\n{BY}\n\n1\nJa.\n\n2\nDe provincie.\n"
    )
    document = cut(ASKING + text)
    assert answers(document) == [((1,), "Ja."), ((2,), "De provincie.")]
    assert document.passages[1].questions[0].text == "Wie betaalt dat volgens het rapport2 dan?"
    notes = [document.text[a.start : a.end] for a in document.set_aside if a.why == "voetnoot"]
    assert notes == ["1 De Veerbode, 3 april 2025.", "2 Veren en geld, een rapport"]


def test_a_numbered_list_in_the_last_question_is_no_list_of_sources() -> None:
    text = (
        "1\nKent u het veer?\n\n2\nWilt u dit toelichten?\n1 de kosten van het veer en\n2 de duur.\n\n"
        f"Antwoord\n\n{BY}\n\n1\nJa.\n\n2\nDe provincie.\n"
    )
    assert not [a for a in cut(ASKING + text).set_aside if a.why == "voetnoot"]


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
    body = "Vraag 1\nVaart het veer?\n\nAntwoord 1\nJa.\n\n"
    note, foot = "1 Zie de dienstregeling.", "1/2"
    text = f"{HEAD}{body}{note}\n\n{foot}\n2/2"
    at = text.index(note)
    source = Source(text=text, footnotes=(Footnote("1", at, at + len(note)),))
    document = checked(segment(source, name="stuk.pdf", document_id="0" * 16))
    assert [document.text[a.start : a.end] for a in document.set_aside].count(note) == 1


PRINTED = "{head}1\nVaart het veer op zondag?1\n\n2\nWat is een lichter?2{torn}\n{notes}\n\nAntwoord\n{by}\n1\nJa.\n\n2\nEen vaartuig.\n"


@pytest.mark.parametrize(
    ("torn", "notes"),
    [
        ("\n", "1 De Veerbode, 2 mei 2025\n2 Lichter = een bak zonder motor"),
        ("\n\n2 ", "1 De Veerbode, 2 mei 2025\n2 www.veren.example"),
        ("\n\n1, 2", "1 De Veerbode, 2 mei 2025\n2 www.veren.example"),
    ],
)
def test_notes_and_torn_marks_below_the_last_question_are_no_part_of_it(torn, notes):
    by = "Antwoord van minister Baars (Veren). (Ontvangen 4 juni 2025)\n"
    document = cut(PRINTED.format(head=ASKED, torn=torn, notes=notes, by=by))
    assert answers(document) == [((1,), "Ja."), ((2,), "Een vaartuig.")]
    asked = {q.number: q.text.rstrip("2") for p in document.passages for q in p.questions}
    assert asked[2] == "Wat is een lichter?"


def test_one_numbered_question_right_below_who_answers_has_its_answer():
    document = cut(f"{HEAD}1. Vaart het veer op zondag?\n\nHet veer vaart elke dag.\n")
    assert answers(document) == [((1,), "Het veer vaart elke dag.")]
    # Anything between them, and it may be any numbered line.
    other = cut(f"{HEAD}Het volgende is van belang.\n\n1. Vaart het veer?\n\nDat is de vraag.\n")
    assert not answers(other)


def test_a_number_in_brackets_is_a_number() -> None:
    text = (
        "Lijst van vragen en antwoorden\n\nVraag (1):\nHoeveel veren zijn er?\n\nAntwoord:\nTwaalf veren.\n\n"
        "Vraag (2):\nWat kosten zij?\n\nAntwoord:\nZij kosten 3 miljoen euro.\n"
    )
    assert answers(cut(text)) == [((1,), "Twaalf veren."), ((2,), "Zij kosten 3 miljoen euro.")]
