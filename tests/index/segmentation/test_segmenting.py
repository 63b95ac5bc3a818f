"""Documents in every style that officials use, cut into the right passages without losing a character."""

from __future__ import annotations

import itertools
import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Document, Source
from index.segmentation.segmenting import segment

HEAD = (
    "Antwoord van minister Verhoeven (Waterbeheer) (ontvangen 4 maart 2025)\n"
    "Zie ook Aanhangsel Handelingen, vergaderjaar 2024-2025, nr. 301\n"
)
QUESTIONS = {
    1: "Bent u bekend met het bericht ‘Dijken langs de Oude Lek verzakken’?",
    2: "Hoeveel kilometer dijk voldoet niet aan de norm? Kunt u dit per provincie uitsplitsen?",
    3: "Klopt het dat de versterking vertraging oploopt? Zo ja, waarom? Zo nee, waarop baseert u dat?",
    4: "Welke kosten zijn met de versterking gemoeid?",
    5: "Wie betaalt deze kosten?",
    6: "In het bericht staat dat bewoners niet zijn ingelicht. Deelt u de mening dat dit beter moet?",
    7: "Wanneer is de versterking gereed?",
    8: "Kunt u uitsluiten dat er in Q1 opnieuw 1.200 m2 grond wegzakt?",
    9: "Bent u bereid deze vragen afzonderlijk te beantwoorden?",
}
ANSWERS = {
    1: "Ja.",
    2: "Van de 3.500 kilometer voldoet 1.302 kilometer niet. Dat is 37%.\n"
    "In 2023 was dat nog 1.410 kilometer. De uitsplitsing volgt uit drie delen: 1) de noordelijke "
    "dijken, 2) de oostelijke dijken en 3) de rivierdijken.",
    3: "Nee. De planning is ongewijzigd.\n2024 was een nat jaar, maar dat had geen gevolgen.",
    4: "De kosten bedragen € 12,5 miljoen.",
    5: "Zie antwoord op vraag 4.",
    6: "Bewoners zijn op 3 februari 2025 ingelicht. Waarom het bericht iets anders meldt, is mij niet "
    "bekend.",
    7: "Uiterlijk in 2031, zoals ook in het antwoord op de vragen 2 en 3 is aangegeven.",
    8: "Dat kan niet worden uitgesloten. In Q1 is gemiddeld 800 m2 weggezakt.",
    9: "Ja.",
}
QUESTION_STYLES = {
    "1 T": "{n} {q}\n",
    "1. T": "{n}. {q}\n",
    "1.<tab>T": "{n}.\t{q}\n",
    "1) T": "{n}) {q}\n",
    "Vraag 1": "Vraag {n}\n{q}\n",
    "Vraag 1:": "Vraag {n}: {q}\n",
    "**Vraag 1**": "**Vraag {n}**\n\n{q}\n",
    "alone": "{n}\n{q}\n",
    "### Vraag 1": "### Vraag {n}\n{q}\n",
    "VRAAG 1": "VRAAG {n}\n{q}\n",
}
ANSWER_STYLES = {
    "Antwoord:": "Antwoord:\n{a}\n",
    "Antwoord: A": "Antwoord: {a}\n",
    "Antwoord": "Antwoord\n{a}\n",
    "Antwoord 3": "Antwoord {n}\n{a}\n",
    "Antwoord op vraag 3": "Antwoord op vraag {n}\n{a}\n",
    "Antwoord vraag 3:": "Antwoord vraag {n}:\n{a}\n",
    "**Antwoord 3**": "**Antwoord {n}**\n\n{a}\n",
    "none": "{a}\n",
}


def cut(text: str, name: str = "stuk.txt") -> Document:
    document = segment(Source(text=text), name=name, document_id="0" * 16)
    assert_lossless(document)
    return document


def assert_lossless(document: Document) -> None:
    """Every character is in a passage, a question or set aside, and spans say what they hold."""
    covered = bytearray(len(document.text))
    for passage in document.passages:
        assert passage.text == document.text[passage.start : passage.end]
        for span in (passage, *passage.questions):
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
    for aside in document.set_aside:
        covered[aside.start : aside.end] = b"\1" * (aside.end - aside.start)
    lost = [i for i, c in enumerate(covered) if not c and not document.text[i].isspace()]
    assert not lost, document.text[lost[0] : lost[0] + 60]


def squash(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def answers_of(document: Document) -> dict[tuple[int, ...], str]:
    return {p.numbers: squash(p.reading_text()) for p in document.passages if p.questions}


@pytest.mark.parametrize("question_style", QUESTION_STYLES)
def test_a_number_style_with_every_answer_style(question_style: str) -> None:
    for answer_style, blank in itertools.product(ANSWER_STYLES, ["", "\n", "\n\n\n"]):
        parts = [HEAD]
        for n, question in QUESTIONS.items():
            parts.append(QUESTION_STYLES[question_style].format(n=n, q=question))
            parts.append(ANSWER_STYLES[answer_style].format(n=n, a=ANSWERS[n]))
        document = cut(blank.join(f"{part}\n" if blank else part for part in parts))
        which = f"answers as {answer_style!r}, {blank!r} between parts"
        assert document.kind == "answers", which
        assert answers_of(document) == {(n,): squash(a) for n, a in ANSWERS.items()}, which
        asked = {q.number: q.text for p in document.passages for q in p.questions}
        assert asked == {n: squash(q) for n, q in QUESTIONS.items()}, which
        pointers = {p.numbers[0]: p.refers_to for p in document.passages if p.refers_to}
        assert pointers == {5: (4,), 7: (2, 3)}, which


@pytest.mark.parametrize("answer_style", ["Antwoord", "Antwoord 3", "Antwoord op vraag 3"])
@pytest.mark.parametrize("question_style", ["Vraag 1", "1. T", "alone"])
def test_hard_wrapped_lines(question_style: str, answer_style: str) -> None:
    parts = [HEAD]
    for n, question in QUESTIONS.items():
        wrapped = textwrap.fill(question, 50)
        parts.append(QUESTION_STYLES[question_style].format(n=n, q=wrapped))
        answer = "\n".join(textwrap.fill(line, 50) for line in ANSWERS[n].split("\n"))
        parts.append(ANSWER_STYLES[answer_style].format(n=n, a=answer))
    document = cut("".join(parts))
    assert answers_of(document) == {(n,): squash(a) for n, a in ANSWERS.items()}


JOINT_HEADINGS = [
    ("Antwoord vraag 3 en 4:", (3, 4)),
    ("Antwoord 3, 4 en 5", (3, 4, 5)),
    ("Antwoord op vragen 3, 4, en 5", (3, 4, 5)),
    ("Antwoord op de vragen 3 tot en met 6", (3, 4, 5, 6)),
    ("Antwoord 3 t/m 6", (3, 4, 5, 6)),
    ("Antwoord 3-6", (3, 4, 5, 6)),
    ("Antwoord vraag 3 – 5:", (3, 4, 5)),
    ("Antwoorden 3, 4, 5 6 en 7", (3, 4, 5, 6, 7)),
    ("Antwoord op vraag 3 en vraag 4", (3, 4)),
    ("Gezamenlijk antwoord op de vragen 3 en 4:", (3, 4)),
    ("Antwoord", (3, 4, 5)),
    ("Antwoord:", (3, 4)),
]


@pytest.mark.parametrize(("heading", "numbers"), JOINT_HEADINGS)
@pytest.mark.parametrize("question_style", ["Vraag 1", "1. T", "1 T", "alone"])
def test_joint_answers(heading: str, numbers: tuple[int, ...], question_style: str) -> None:
    single = "Antwoord" if heading.rstrip(":") == "Antwoord" else "Antwoord {n}"
    parts = [HEAD]
    for n, question in QUESTIONS.items():
        parts.append(QUESTION_STYLES[question_style].format(n=n, q=question))
        if n == numbers[-1]:
            parts.append(f"{heading}\nGezamenlijk geldt dat de kosten € 7 miljoen zijn.\n")
        elif n not in numbers:
            parts.append(f"{single.format(n=n)}\n{ANSWERS[n]}\n")
    got = answers_of(cut("\n".join(parts)))
    expected = {(n,): squash(ANSWERS[n]) for n in QUESTIONS if n not in numbers}
    expected[numbers] = "Gezamenlijk geldt dat de kosten € 7 miljoen zijn."
    assert got == expected


def test_stacked_questions_with_an_unmarked_answer() -> None:
    parts = [HEAD]
    for n, question in QUESTIONS.items():
        parts.append(f"{n}.\t{question}\n")
        if n >= 4:
            parts.append(f"{ANSWERS[n]}\n")
    got = answers_of(cut("".join(parts)))
    assert got[(1, 2, 3, 4)] == ANSWERS[4]
    assert len(got) == 6


@pytest.mark.parametrize("order", [[1, 2, 3, 5, 4, 6], [1, 2, 5, 6, 3, 4], [1, 2, 3, 4, 6, 5]])
@pytest.mark.parametrize("question_style", ["Vraag 1", "1. T", "1 T"])
def test_questions_out_of_order(order: list[int], question_style: str) -> None:
    parts = [HEAD]
    for n in order:
        parts.append(QUESTION_STYLES[question_style].format(n=n, q=QUESTIONS[n]))
        parts.append(f"Antwoord:\n{ANSWERS[n]}\n")
    got = answers_of(cut("\n".join(parts)))
    assert got == {(n,): squash(ANSWERS[n]) for n in order}


def test_an_answer_to_an_earlier_question_given_with_a_later_one() -> None:
    text = HEAD
    for n in range(1, 6):
        text += f"Vraag {n}\n{QUESTIONS[n]}\n"
        if n == 5:
            text += "Antwoord op vraag 2 en 5\nSamen geldt dat het Rijk betaalt.\n"
        elif n != 2:
            text += f"Antwoord op vraag {n}\n{ANSWERS[n]}\n"
    got = answers_of(cut(text))
    assert got[(2, 5)] == "Samen geldt dat het Rijk betaalt."
    assert got[(1,)] == "Ja."


def test_a_lost_question_heading_keeps_the_numbers_and_is_reported() -> None:
    text = HEAD + (
        "Vraag 1\nIs dit bekend?\nAntwoord 1\nJa, dat is bekend. Dat staat in het bericht.\n\n"
        "van de dijk die niet voldoet? Zo nee, waarom niet?\nAntwoord 2\nNee, dat volgt later.\n"
        "Vraag 3\nWanneer dan?\nAntwoord 3\nIn 2027.\n"
    )
    document = cut(text)
    assert answers_of(document) == {
        (1,): "Ja, dat is bekend. Dat staat in het bericht.",
        (2,): "Nee, dat volgt later.",
        (3,): "In 2027.",
    }
    assert any("vraag 2" in warning for warning in document.warnings)


def test_an_answer_without_heading_among_answers_with_one() -> None:
    text = HEAD + (
        "Vraag 1\nIs dit bekend?\nAntwoord op vraag 1\nJa.\n"
        "Vraag 2\nBent u bereid dit te onderzoeken? Zo nee, waarom niet?\n"
        "Een onderzoek is al begonnen. De uitkomsten volgen in het najaar van 2025.\n"
        "Vraag 3\nKomt er geld?\nVraag 4\nHoeveel?\nAntwoord op vragen 3 en 4\nEr komt € 3 miljoen.\n"
    )
    assert answers_of(cut(text)) == {
        (1,): "Ja.",
        (2,): "Een onderzoek is al begonnen. De uitkomsten volgen in het najaar van 2025.",
        (3, 4): "Er komt € 3 miljoen.",
    }


def test_text_that_lost_all_line_breaks() -> None:
    for style in (
        "Vraag {n} {q} Antwoord {a}",
        "Vraag {n} {q} {a}",
        "{n}. {q} {a}",
        "Vraag {n} {q} Antwoord: {a}",
    ):
        body = " ".join(
            style.format(n=n, q=QUESTIONS[n], a=ANSWERS[n].replace("\n", " ")) for n in QUESTIONS
        )
        padding = "Hierbij bied ik u de antwoorden aan op de vragen over de dijken. " * 4
        got = answers_of(cut(padding + body))
        assert got == {(n,): squash(ANSWERS[n]) for n in QUESTIONS}, style


def test_page_headers_and_footnotes_in_mid_answer_are_gaps() -> None:
    text = HEAD + (
        "Vraag 1\nWat kost de dijk?\nAntwoord 1\nDe dijk kost veel geld,2 zegt het waterschap dat\n"
        "1De Polderbode, 3 januari 2025, «Dijk kost veel».\n2Kamerstuk 99 001, nr. 4\n"
        "ah-tk-20242025-9001\nISSN 0921 - 7398’s-Gravenhage 2025Tweede Kamer, vergaderjaar 2024–2025, Aanhangsel 1\n"
        "daarvoor 3 miljoen euro vraagt.\nVraag 2\nWanneer is hij klaar?\nAntwoord 2\nIn 2027.\n"
        "Tweede Kamer, vergaderjaar 2024–2025, Aanhangsel 2\n"
    )
    document = cut(text)
    got = answers_of(document)
    assert got[(1,)] == (
        "De dijk kost veel geld,2 zegt het waterschap dat daarvoor 3 miljoen euro vraagt."
    )
    assert got[(2,)] == "In 2027."
    first = document.passages[0]
    assert [note.mark for note in first.footnotes] == ["1", "2"]
    offset = first.reading_text().index("3 miljoen")
    at = first.reading_offset(offset)
    assert document.text[at : at + 9] == "3 miljoen"


def test_inline_notes_are_attached_and_left_out_of_the_reading_text() -> None:
    text = HEAD + (
        "1. Waarom?\nAntwoord:\nDat is afgesproken[footnoteRef:1] in 2024.  [1:  Kamerstuk 99 001, nr. 4] \n\n"
        "Het blijft zo.\n2. Hoelang?\nAntwoord:\nTot 2030.\n"
    )
    document = cut(text)
    assert answers_of(document)[(1,)] == "Dat is afgesproken in 2024. Het blijft zo."
    assert [n.mark for n in document.passages[0].footnotes] == ["1"]


def test_what_ends_the_last_answer_stays_in_it_and_its_sources_do_not() -> None:
    text = HEAD + (
        "Vraag 1\nKent u het bericht? 1)\nAntwoord 1\nJa.\nVraag 2\nEn nu?\nAntwoord 2\nWij wachten af.\n\n"
        "1) De Polderbode, 3 januari 2025, 'Dijk kost veel', www.polderbode.example/dijk\n"
        "2) Kamerstuk 99 001, nr. 4\n"
    )
    assert answers_of(cut(text))[(2,)] == "Wij wachten af."
    text = HEAD + (
        "Vraag 1\nKent u het bericht?\nAntwoord 1\nJa.\nVraag 2\nWat gaat u doen?\nAntwoord 2\n"
        "Ik neem drie maatregelen:\n1. De dijk wordt verhoogd.\n2. De sloot wordt verbreed.\n"
        "3. Het gemaal wordt vervangen.\n"
    )
    assert answers_of(cut(text))[(2,)].endswith("Het gemaal wordt vervangen.")


def test_numbered_lists_inside_answers_are_no_questions() -> None:
    text = HEAD + "".join(
        f"{n}. {QUESTIONS[n]}\nAntwoord:\nEr zijn vier stappen:\n1. Eerst meten.\n2. Dan wegen.\n"
        f"3. Dan kiezen.\n4. Dan bouwen.\nDaarmee is vraag {n} beantwoord.\n"
        for n in range(1, 8)
    )
    document = cut(text)
    assert [p.numbers for p in document.passages] == [(n,) for n in range(1, 8)]
    assert all(not p.refers_to for p in document.passages)


@pytest.mark.parametrize(
    ("sentence", "inside", "outside"),
    [
        ("Zie antwoord op vraag 3.", (3,), False),
        ("Zie ook het antwoord op de vragen 1 tot en met 3.", (1, 2, 3), False),
        ("Zie reactie bij vraag 1.", (1,), False),
        ("Zoals ik bij vraag 2 heb aangegeven, is dat zo.", (2,), False),
        (
            "Zie mijn antwoord op vraag 3 van het lid De Boer (Aanhangsel 2023-2024, nr. 12).",
            (),
            True,
        ),
        ("Ik verwijs naar Kamerstuk 99 001, nr. 4, vraag 2.", (), True),
        ("Zie het antwoord op vraag 3 in het verslag van 4 mei 2024.", (), True),
        ("Ik verwijs naar de beantwoording van de vragen van het lid Smid (2024Z00001).", (), True),
        ("De vraag 12 maanden later was dezelfde.", (), False),
    ],
)
def test_pointers(sentence: str, inside: tuple[int, ...], outside: bool) -> None:
    text = HEAD + "".join(
        f"Vraag {n}\n{QUESTIONS[n]}\nAntwoord {n}\n{ANSWERS[1]}\n" for n in (1, 2, 3)
    )
    text += f"Vraag 4\n{QUESTIONS[4]}\nAntwoord 4\n{sentence}\n"
    last = cut(text).passages[-1]
    assert last.refers_to == inside
    assert bool(last.external_refs) == outside


def test_questions_without_answers() -> None:
    text = "Vragen van het lid De Boer aan de minister van Waterbeheer (ingezonden 1 maart 2025).\n"
    text += "".join(f"Vraag {n}\n{q}\n" for n, q in QUESTIONS.items())
    document = cut(text)
    assert document.kind == "questions_only"
    assert not any(p.questions for p in document.passages)
    assert [p.heading for p in document.passages] == [f"Vraag {n}" for n in QUESTIONS]


def test_postponement_with_and_without_the_questions() -> None:
    notice = (
        "De vragen van het lid De Boer kunnen niet binnen de gebruikelijke termijn worden beantwoord, "
        "omdat afstemming meer tijd vergt. Ik zal de Kamer zo spoedig mogelijk antwoorden.\n"
    )
    bare = cut(
        "Mededeling van minister Verhoeven (Waterbeheer) (ontvangen 4 maart 2025)\n\n" + notice
    )
    assert bare.kind == "postponement"
    text = "Mededeling van minister Verhoeven (ontvangen 4 maart 2025)\n"
    text += "".join(f"Vraag {n}\n{q}\n" for n, q in QUESTIONS.items()) + "Mededeling\n" + notice
    document = cut(text)
    assert document.kind == "postponement"
    assert document.passages[-1].heading == "Mededeling"


def test_a_letter_is_cut_by_heading_and_loses_its_letterhead() -> None:
    paragraph = (
        "De versterking van de dijken langs de Oude Lek vordert volgens planning en budget. " * 3
    )
    text = (
        "> Retouradres Postbus 1 Den Haag\n\nDatum 6 maart 2025\nBetreft Stand van zaken dijken\n\n"
        f"Geachte voorzitter,\n\n{paragraph}\n\nPlanning\n\n{paragraph}\n\nKosten\n\n{paragraph}\n\n"
        "Hoogachtend,\n\nDE MINISTER VAN WATERBEHEER\n\nA. Verhoeven\n"
    )
    document = cut(text)
    assert document.kind == "letter"
    assert [p.heading for p in document.passages] == [None, "Planning", "Kosten"]
    assert {"kop", "slot"} <= {aside.why for aside in document.set_aside}


def test_a_text_that_is_no_parliamentary_document_is_cut_in_sections_and_said_so() -> None:
    document = cut("Recept voor appeltaart.\n\nNeem 1. bloem 2. boter 3. appels.\n\nBak een uur.")
    assert document.passages
    assert document.kind == "other"
    assert document.warnings


LINES = st.sampled_from(
    ["Vraag 1", "Vraag 2", "1. Waarom?", "2 Hoe?", "3", "Antwoord", "Antwoord 1", "Antwoord op vraag 2 en 3",
     "Ja.", "Zie antwoord op vraag 1.", "2024 was nat.", "", "Tekst zonder einde", "Mededeling",
     "1) Bron, 3 mei 2024", "[1:  noot]", "[footnoteRef:1]", "Geachte voorzitter,", "Hoogachtend,",
     "Tweede Kamer, vergaderjaar 2024–2025, Aanhangsel 1", "-----", "Toelichting:"]
)  # fmt: skip


@given(st.lists(LINES, max_size=25), st.sampled_from(["\n", "\n\n", " "]))
def test_no_text_ever_fails_or_loses_a_character(lines: list[str], joiner: str) -> None:
    cut(joiner.join(lines))


@given(st.text(max_size=400))
def test_arbitrary_text_is_covered(text: str) -> None:
    cut(text)


# --- parts of documents, and what extractions do to headings


def test_a_part_that_begins_with_an_answer_keeps_it() -> None:
    document = cut(
        f"Antwoord 4\n{ANSWERS[4]}\nVraag 5\n{QUESTIONS[5]}\nAntwoord 5\n{ANSWERS[1]}\n"
        f"Vraag 6\n{QUESTIONS[6]}\nAntwoord 6\n{ANSWERS[6]}\n"
    )
    assert_lossless(document)
    assert [passage.numbers for passage in document.passages] == [(4,), (5,), (6,)]
    assert document.passages[0].text == ANSWERS[4]
    assert document.warnings == (
        "vraag 4: de kop van de vraag ontbreekt in de tekst",
        "vraag 1 tot en met 3: niet in de tekst gevonden",
    )


def test_what_is_missing_is_told_by_runs() -> None:
    numbers = (4, 7, 8, 9)
    document = cut("\n".join(f"Vraag {n}\n{QUESTIONS[n]}\nAntwoord {n}\nJa.\n" for n in numbers))
    assert [passage.numbers for passage in document.passages] == [(n,) for n in numbers]
    assert document.warnings == (
        "vraag 1 tot en met 3: niet in de tekst gevonden",
        "vraag 5 tot en met 6: niet in de tekst gevonden",
    )


def test_numbers_are_read_whole_and_together_in_a_text_without_lines() -> None:
    parts = [f"Vraag {n}.  {QUESTIONS[4]}  {ANSWERS[6] * 4}" for n in (11, 12, 13)]
    document = cut("  ".join(parts))
    assert_lossless(document)
    assert [passage.numbers for passage in document.passages] == [(11,), (12,), (13,)]
    text = (
        f"Antwoord van Minister Tuin ( Verkeer ) . Vraag 1 , 2 en 3 Bent u op de hoogte van de boot ? "
        f"Deelt u de mening ? Zo nee ? Antwoord 1 , 2 en 3 {REPLY} Vraag 4 Hoe laat vaart de boot ? "
        f"Antwoord 4 {REPLY} Vraag 5 en 6 Wie betaalt de boot ? En de haven ? Antwoord 5 en 6 {REPLY} "
    )
    text += "Over de boot is in de jaren daarvoor al veel gezegd en geschreven . " * 30
    assert [p.numbers for p in cut(text).passages] == [(1, 2, 3), (4,), (5, 6)]


def test_the_mark_of_a_note_before_an_answer_does_not_hide_it() -> None:
    document = cut(
        f"Vraag 1 {QUESTIONS[1]}\n\n1  Antwoord 1 Ja.\n\nVraag 2 {QUESTIONS[4]}\n\n"
        f"Antwoord 2 {ANSWERS[4]}\n"
    )
    assert_lossless(document)
    assert answers_of(document)[(1,)] == squash("Ja.")
    assert answers_of(document)[(2,)] == squash(ANSWERS[4])
    assert document.warnings == ()


def test_a_first_answer_that_reaches_ahead_is_a_passage_of_its_own() -> None:
    document = cut(
        f"{HEAD}Vraag 1 en 4\n{QUESTIONS[1]}\nAntwoord 1 en 4\n{ANSWERS[6]}\n"
        + "".join(f"Vraag {n}\n{QUESTIONS[n]}\nAntwoord {n}\n{ANSWERS[n]}\n" for n in (2, 3, 5))
    )
    assert_lossless(document)
    assert [passage.numbers for passage in document.passages] == [(1, 4), (2,), (3,), (5,)]
    assert document.passages[0].text == ANSWERS[6]
    assert document.warnings == ()


def test_bare_numbers_are_known_by_what_names_them() -> None:
    document = cut(
        f"Antwoord vraag 4:\n{ANSWERS[4]}\n\n"
        + "".join(
            f"{n}. {QUESTIONS[n]}\n\nAntwoord vraag {n}:\n{ANSWERS[n]}\n\n" for n in (5, 6, 7)
        )
    )
    assert_lossless(document)
    assert [passage.numbers for passage in document.passages] == [(4,), (5,), (6,), (7,)]
    assert document.passages[-1].text == ANSWERS[7]
    text = (
        f"1\nVaart het veer elk uur?\n\nAntwoord\n{REPLY}\n\n"
        f"2, 3 en 4\nWie betaalt het veer? En wie betaalt de haven? En de sluis?\n\nAntwoord\n{REPLY}\n\n"
        f"5 en 6\nHoe laat vaart het? En in de winter?\n\nAntwoord\n{REPLY}\n"
    )
    assert [p.numbers for p in cut(text).passages] == [(1,), (2, 3, 4), (5, 6)]
    text = "".join(
        f"{'Vraag 3' if n == 3 else n}\nVaart het veer in maand {n}?\n\nAntwoord\n{REPLY}\n\n"
        for n in range(1, 6)
    )
    assert [p.numbers for p in cut(text).passages] == [(1,), (2,), (3,), (4,), (5,)]


REPLY = "Ja, dat klopt. De dienst houdt daar toezicht op."


SAID = "De vragen zijn op 3 mei voorgelegd aan de Minister. Bij brief van 9 mei zijn ze beantwoord."


@pytest.mark.parametrize(
    ("head", "mark", "numbers"),
    [
        ("Nr. 4 LIJST VAN VRAGEN EN ANTWOORDEN\n\nVastgesteld 9 mei 2025", "1\n\n", (1,)),
        (SAID, "1. ", (1,)),
        (SAID, "1 en 2\n", (1, 2)),
        ("Schriftelijke antwoorden op vragen", "1\n", (1,)),
    ],
)
def test_one_question_is_one_where_the_head_says_that_it_is_answered(
    head: str, mark: str, numbers: tuple[int, ...]
) -> None:
    text = f"{head}\n\nDe voorzitter, Aal\n\n{mark}{QUESTIONS[4]}\n\n{ANSWERS[4]}\n"
    document = cut(text)
    assert_lossless(document)
    assert [(p.numbers, p.text) for p in document.passages] == [(numbers, ANSWERS[4])]
    for other in (
        text.replace(head, "Nota over dijken"),  # nothing says that somebody answers
        text.replace("?", "."),  # nothing is asked
        text.replace("\n1", "\n7"),  # a list does not begin with 7
        text + "\n\n" + "Dat is een lang betoog. " * 400,  # no answer of one question
    ):
        assert not any(p.numbers for p in cut(other).passages)


def test_a_question_may_have_its_number_and_its_text_under_labels() -> None:
    text = "".join(
        f"Vraagnummer: {n}\nVraag:\n{QUESTIONS[n]}\n\nAntwoord:\n{ANSWERS[n]}\n\n" for n in (1, 2)
    )
    for some in (text, text[: text.index("Vraagnummer: 2")]):
        document = cut(some)
        assert_lossless(document)
        assert [q.text for p in document.passages for q in p.questions] == [
            QUESTIONS[n] for n, _ in enumerate(document.passages, start=1)
        ]
        assert document.passages[0].text == ANSWERS[1]


@pytest.mark.parametrize("answer", ["17.", "17", "1.500", "12 %", "2004", "3)"])
def test_an_answer_may_be_a_bare_number(answer: str) -> None:
    text = f"Vraag 1\n{QUESTIONS[4]}\n\nAntwoord 1\n{answer}\n\nVraag 2\n{QUESTIONS[5]}\n\nAntwoord 2\nJa.\n"
    document = cut(text)
    assert_lossless(document)
    assert [p.text for p in document.passages] == [answer, "Ja."]
