"""Documents in every style that officials use, cut into the right passages without losing a character."""

from __future__ import annotations

import itertools
import textwrap

import pytest
from cut_documents import answers, asked, cut, squash
from hypothesis import given
from hypothesis import strategies as st

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
WHOLE = [((n,), squash(answer)) for n, answer in ANSWERS.items()]
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
REPLY = "Ja, dat klopt. De dienst houdt daar toezicht op."


def pair(n: int, answer: str | None = None, question: str | None = None) -> str:
    return f"Vraag {n}\n{question or QUESTIONS[n]}\nAntwoord {n}\n{answer or ANSWERS[n]}\n"


def numbers(text: str) -> list[tuple[object, ...]]:
    return [passage.numbers for passage in cut(text).passages]


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
        assert answers(document) == WHOLE, which
        assert asked(document) == [(n, squash(q)) for n, q in QUESTIONS.items()], which
        pointers = {p.numbers[0]: p.refers_to for p in document.passages if p.refers_to}
        assert pointers == {5: (4,), 7: (2, 3)}, which


@pytest.mark.parametrize("answer_style", ["Antwoord", "Antwoord 3", "Antwoord op vraag 3"])
@pytest.mark.parametrize("question_style", ["Vraag 1", "1. T", "alone"])
def test_hard_wrapped_lines(question_style: str, answer_style: str) -> None:
    text = HEAD
    for n, question in QUESTIONS.items():
        text += QUESTION_STYLES[question_style].format(n=n, q=textwrap.fill(question, 50))
        answer = "\n".join(textwrap.fill(line, 50) for line in ANSWERS[n].split("\n"))
        text += ANSWER_STYLES[answer_style].format(n=n, a=answer)
    assert answers(cut(text)) == WHOLE


JOINT = "Gezamenlijk geldt dat de kosten € 7 miljoen zijn."


@pytest.mark.parametrize(
    ("heading", "joint"),
    [
        ("Antwoord vraag 3 en 4:", (3, 4)),
        ("Antwoord 3, 4 en 5", (3, 4, 5)),
        ("Antwoord op vragen 3, 4, en 5", (3, 4, 5)),
        ("Antwoord 3 t/m 6", (3, 4, 5, 6)),
        ("Antwoord op de vragen 3 tot en met 6", (3, 4, 5, 6)),
        ("Antwoord 3-6", (3, 4, 5, 6)),
        ("Antwoord vraag 3 – 5:", (3, 4, 5)),
        ("Antwoorden 3, 4, 5 6 en 7", (3, 4, 5, 6, 7)),
        ("Antwoord op vraag 3 en vraag 4", (3, 4)),
        ("Antwoord", (3, 4, 5)),
        ("Antwoord:", (3, 4)),
        ("Gezamenlijk antwoord op de vragen 3 en 4:", (3, 4)),
    ],
)
@pytest.mark.parametrize("question_style", ["Vraag 1", "1. T", "1 T", "alone"])
def test_joint_answers(heading: str, joint: tuple[int, ...], question_style: str) -> None:
    single = "Antwoord" if heading.rstrip(":") == "Antwoord" else "Antwoord {n}"
    parts = [HEAD]
    for n, question in QUESTIONS.items():
        parts.append(QUESTION_STYLES[question_style].format(n=n, q=question))
        if n == joint[-1]:
            parts.append(f"{heading}\n{JOINT}\n")
        elif n not in joint:
            parts.append(f"{single.format(n=n)}\n{ANSWERS[n]}\n")
    expected = [row for row in WHOLE if row[0][0] not in joint] + [(joint, JOINT)]
    assert answers(cut("\n".join(parts))) == sorted(expected)


@pytest.mark.parametrize("order", [[1, 2, 3, 5, 4, 6], [1, 2, 5, 6, 3, 4], [1, 2, 3, 4, 6, 5]])
@pytest.mark.parametrize("question_style", ["Vraag 1", "1. T", "1 T"])
def test_questions_out_of_order(order: list[int], question_style: str) -> None:
    parts = [HEAD]
    for n in order:
        parts.append(QUESTION_STYLES[question_style].format(n=n, q=QUESTIONS[n]))
        parts.append(f"Antwoord:\n{ANSWERS[n]}\n")
    assert answers(cut("\n".join(parts))) == [((n,), squash(ANSWERS[n])) for n in order]


@pytest.mark.parametrize(
    "style",
    [
        "Vraag {n} {q} Antwoord {a}",
        "Vraag {n} {q} {a}",
        "{n}. {q} {a}",
        "Vraag {n} {q} Antwoord: {a}",
    ],
)
def test_text_that_lost_all_line_breaks(style: str) -> None:
    body = " ".join(style.format(n=n, q=QUESTIONS[n], a=squash(ANSWERS[n])) for n in QUESTIONS)
    padding = "Hierbij bied ik u de antwoorden aan op de vragen over de dijken. " * 4
    assert answers(cut(padding + body)) == WHOLE


CUT = {
    "stacked questions with an unmarked answer": (
        f"1.\t{QUESTIONS[1]}\n2.\t{QUESTIONS[2]}\n3.\t{QUESTIONS[3]}\n{ANSWERS[4]}\n"
        f"4.\t{QUESTIONS[7]}\n{ANSWERS[8]}\n",
        [((1, 2, 3), ANSWERS[4]), ((4,), ANSWERS[8])],
    ),
    "an earlier question answered with a later one": (
        f"{pair(1)}Vraag 2\n{QUESTIONS[2]}\n{pair(3, 'Nee.')}{pair(4)}Vraag 5\n{QUESTIONS[5]}\n"
        "Antwoord op vraag 2 en 5\nSamen geldt dat het Rijk betaalt.\n",
        [
            ((1,), "Ja."),
            ((3,), "Nee."),
            ((4,), ANSWERS[4]),
            ((2, 5), "Samen geldt dat het Rijk betaalt."),
        ],
    ),
    "an answer without heading among answers with one": (
        f"{pair(1)}Vraag 2\nBent u bereid dit te onderzoeken? Zo nee, waarom niet?\n{ANSWERS[6]}\n"
        f"Vraag 3\nKomt er geld?\nVraag 4\nHoeveel?\nAntwoord op vragen 3 en 4\n{JOINT}\n",
        [((1,), "Ja."), ((2,), ANSWERS[6]), ((3, 4), JOINT)],
    ),
    "a first answer that reaches ahead": (
        f"Vraag 1 en 4\n{QUESTIONS[1]}\nAntwoord 1 en 4\n{ANSWERS[6]}\n"
        + "".join(map(pair, (2, 3, 5))),
        [((1, 4), ANSWERS[6]), *(row for row in WHOLE if row[0][0] in (2, 3, 5))],
    ),
    "the mark of a note before an answer": (
        f"Vraag 1 {QUESTIONS[1]}\n\n1  Antwoord 1 Ja.\n\nVraag 2 {QUESTIONS[4]}\n\nAntwoord 2 {REPLY}\n",
        [((1,), "Ja."), ((2,), REPLY)],
    ),
    "sources below the last answer": (
        f"{pair(1, question='Kent u het bericht? 1)')}{pair(2, REPLY)}\n1) De Polderbode, 3 januari 2025, "
        "'Dijk kost veel', www.polderbode.example/dijk\n2) Kamerstuk 99 001, nr. 4\n",
        [((1,), "Ja."), ((2,), REPLY)],
    ),
    "a list that ends the last answer": (
        f"{pair(1)}{pair(2, 'Ik doe dit:' + chr(10) + '1. Meten.' + chr(10) + '2. Wegen.')}",
        [((1,), "Ja."), ((2,), "Ik doe dit: 1. Meten. 2. Wegen.")],
    ),
}


@pytest.mark.parametrize("what", CUT)
def test_each_answer_goes_to_its_questions(what: str) -> None:
    text, expected = CUT[what]
    document = cut(HEAD + text)
    assert answers(document) == expected
    assert document.warnings == ()


def test_a_lost_question_heading_keeps_the_numbers_and_is_reported() -> None:
    document = cut(
        f"{HEAD}{pair(1)}\nvan de dijk die niet voldoet? Zo nee, waarom niet?\nAntwoord 2\n{REPLY}\n"
        f"{pair(3, 'In 2027.')}"
    )
    assert answers(document) == [((1,), "Ja."), ((2,), REPLY), ((3,), "In 2027.")]
    assert any("vraag 2" in warning for warning in document.warnings)


def test_page_headers_and_footnotes_in_mid_answer_are_gaps() -> None:
    said = "De dijk kost veel geld,2 zegt het waterschap dat daarvoor 3 miljoen euro vraagt."
    document = cut(
        f"{HEAD}Vraag 1\nWat kost de dijk?\nAntwoord 1\nDe dijk kost veel geld,2 zegt het waterschap dat\n"
        "1De Polderbode, 3 januari 2025, «Dijk kost veel».\n2Kamerstuk 99 001, nr. 4\n"
        "ah-tk-20242025-9001\nISSN 0921 - 7398’s-Gravenhage 2025Tweede Kamer, vergaderjaar 2024–2025, "
        f"Aanhangsel 1\ndaarvoor 3 miljoen euro vraagt.\n{pair(2, 'In 2027.')}"
        "Tweede Kamer, vergaderjaar 2024–2025, Aanhangsel 2\n"
    )
    assert answers(document) == [((1,), said), ((2,), "In 2027.")]
    first = document.passages[0]
    assert [note.mark for note in first.footnotes] == ["1", "2"]
    at = first.reading_offset(first.reading_text().index("3 miljoen"))
    assert document.text[at : at + 9] == "3 miljoen"


def test_inline_notes_are_attached_and_left_out_of_the_reading_text() -> None:
    document = cut(
        f"{HEAD}1. Waarom?\nAntwoord:\nDat is afgesproken[footnoteRef:1] in 2024.  [1:  Kamerstuk "
        "99 001, nr. 4] \n\nHet blijft zo.\n2. Hoelang?\nAntwoord:\nTot 2030.\n"
    )
    assert answers(document)[0] == ((1,), "Dat is afgesproken in 2024. Het blijft zo.")
    assert [n.mark for n in document.passages[0].footnotes] == ["1"]


def test_numbered_lists_inside_answers_are_no_questions() -> None:
    document = cut(
        HEAD
        + "".join(
            f"{n}. {QUESTIONS[n]}\nAntwoord:\nEr zijn vier stappen:\n1. Eerst meten.\n2. Dan wegen.\n"
            f"3. Dan kiezen.\n4. Dan bouwen.\nDaarmee is vraag {n} beantwoord.\n"
            for n in range(1, 8)
        )
    )
    assert [(p.numbers, p.refers_to) for p in document.passages] == [
        ((n,), ()) for n in range(1, 8)
    ]


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
    last = cut(f"{HEAD}{''.join(pair(n, 'Ja.') for n in (1, 2, 3))}{pair(4, sentence)}").passages[
        -1
    ]
    assert last.refers_to == inside
    assert bool(last.external_refs) == outside


def test_postponement_with_and_without_the_questions() -> None:
    head = "Mededeling van minister Verhoeven (Waterbeheer) (ontvangen 4 maart 2025)\n\n"
    notice = "De vragen kunnen niet binnen de gebruikelijke termijn worden beantwoord.\n"
    assert cut(head + notice).kind == "postponement"
    listed = "".join(f"Vraag {n}\n{q}\n" for n, q in QUESTIONS.items())
    document = cut(f"{head}{listed}Mededeling\n{notice}")
    assert document.kind == "postponement"
    assert document.passages[-1].heading == "Mededeling"


def test_a_letter_is_cut_by_heading_and_loses_its_letterhead() -> None:
    said = "De versterking van de dijken langs de Oude Lek vordert volgens planning en budget. " * 3
    document = cut(
        "> Retouradres Postbus 1 Den Haag\n\nDatum 6 maart 2025\nBetreft Stand van zaken dijken\n\n"
        f"Geachte voorzitter,\n\n{said}\n\nPlanning\n\n{said}\n\nKosten\n\n{said}\n\n"
        "Hoogachtend,\n\nDE MINISTER VAN WATERBEHEER\n\nA. Verhoeven\n"
    )
    assert document.kind == "letter"
    assert [p.heading for p in document.passages] == [None, "Planning", "Kosten"]
    assert {"kop", "slot"} <= {aside.why for aside in document.set_aside}


def test_a_text_that_is_no_parliamentary_document_is_cut_in_sections_and_said_so() -> None:
    document = cut("Recept voor appeltaart.\n\nNeem 1. bloem 2. boter 3. appels.\n\nBak een uur.")
    assert document.passages
    assert document.kind == "other"
    assert document.warnings


WRAPPED = "De gemeente heeft het werk aan de sluis volgens de aannemer in het voorjaar"
LINES = st.sampled_from(
    [
        "Vraag 1",
        "Vraag 1",
        "Vraag 2",
        "1. Waarom?",
        "2. Hoe?",
        "2 Hoe?",
        "3",
        "1. Ja.",
        "2. Nee.",
        "Antwoord",
        "Antwoorden",
        "Antwoord 1",
        "Antwoord 2",
        "Antwoord op vraag 2 en 3",
        "Deel A",
        "# Deel B",
        "Ja.",
        "De antwoorden luiden:",
        "1",
        "2",
        "2, 3",
        "en 4",
        "1/3",
        "2/3",
        "3/3",
        "Pagina 1",
        "Pagina 2",
        "Ministerie van Veren",
        "Mededeling",
        "| Nr | Vraag | Antwoord |",
        "|---|---|---|",
        "| 1 | Wie? | Piet. |",
        "| 2 | Wie? | |",
        "Nr\tVraag\tAntwoord",
        "1\tWie?\tPiet.",
        "2\tWie?",
        "Vraag 2a",
        "Antwoord 2a en b",
        "Zie antwoord op vraag 1.",
        "2024 was nat.",
        "Tekst zonder einde",
        "1) Bron, 3 mei 2024",
        "[1:  noot]",
        "[footnoteRef:1]",
        "Geachte voorzitter,",
        "Hoe dan?",
        "Zo is het.",
        "Tweede Kamer, vergaderjaar 2024–2025, Aanhangsel 1",
        "-----",
        "Toelichting:",
        "",
        "",
        WRAPPED,
        "nogmaals hersteld.",
        "Hoogachtend,",
        "De Minister van Veren,",
    ]
)


@given(st.lists(LINES, max_size=30), st.sampled_from(["\n", "\n\n", " "]), st.text(max_size=40))
def test_no_text_ever_fails_or_loses_a_character(lines: list[str], joiner: str, some: str) -> None:
    cut(joiner.join([*lines, some]))


# --- parts of documents, and what extractions do to headings


def test_a_part_that_begins_with_an_answer_keeps_it() -> None:
    document = cut(f"Antwoord 4\n{ANSWERS[4]}\n{pair(5, 'Ja.')}{pair(6)}")
    assert answers(document) == [((4,), ANSWERS[4]), ((5,), "Ja."), ((6,), ANSWERS[6])]
    assert document.warnings == (
        "vraag 4: de kop van de vraag ontbreekt in de tekst",
        "vraag 1 tot en met 3: niet in de tekst gevonden",
    )


def test_what_is_missing_is_told_by_runs() -> None:
    document = cut("\n".join(pair(n, "Ja.") for n in (4, 7, 8, 9)))
    assert [passage.numbers for passage in document.passages] == [(4,), (7,), (8,), (9,)]
    assert document.warnings == (
        "vraag 1 tot en met 3: niet in de tekst gevonden",
        "vraag 5 tot en met 6: niet in de tekst gevonden",
    )


def test_numbers_are_read_whole_and_together_in_a_text_without_lines() -> None:
    parts = [f"Vraag {n}.  {QUESTIONS[4]}  {ANSWERS[6] * 4}" for n in (11, 12, 13)]
    assert numbers("  ".join(parts)) == [(11,), (12,), (13,)]
    text = (
        f"Antwoord van Minister Tuin ( Verkeer ) . Vraag 1 , 2 en 3 Bent u op de hoogte van de boot ? "
        f"Deelt u de mening ? Zo nee ? Antwoord 1 , 2 en 3 {REPLY} Vraag 4 Hoe laat vaart de boot ? "
        f"Antwoord 4 {REPLY} Vraag 5 en 6 Wie betaalt de boot ? En de haven ? Antwoord 5 en 6 {REPLY} "
    )
    text += "Over de boot is in de jaren daarvoor al veel gezegd en geschreven . " * 30
    assert numbers(text) == [(1, 2, 3), (4,), (5, 6)]


def test_bare_numbers_are_known_by_what_names_them() -> None:
    text = f"Antwoord vraag 4:\n{ANSWERS[4]}\n\n" + "".join(
        f"{n}. {QUESTIONS[n]}\n\nAntwoord vraag {n}:\n{ANSWERS[n]}\n\n" for n in (5, 6, 7)
    )
    assert answers(cut(text)) == [row for row in WHOLE if row[0][0] in range(4, 8)]
    text = (
        f"1\nVaart het veer elk uur?\n\nAntwoord\n{REPLY}\n\n"
        f"2, 3 en 4\nWie betaalt het veer? En wie betaalt de haven? En de sluis?\n\nAntwoord\n{REPLY}\n\n"
        f"5 en 6\nHoe laat vaart het? En in de winter?\n\nAntwoord\n{REPLY}\n"
    )
    assert numbers(text) == [(1,), (2, 3, 4), (5, 6)]
    text = "".join(
        f"{'Vraag 3' if n == 3 else n}\nVaart het veer in maand {n}?\n\nAntwoord\n{REPLY}\n\n"
        for n in range(1, 6)
    )
    assert numbers(text) == [(1,), (2,), (3,), (4,), (5,)]


SAID = "De vragen zijn op 3 mei voorgelegd aan de Minister. Bij brief van 9 mei zijn ze beantwoord."


@pytest.mark.parametrize(
    ("head", "mark", "found"),
    [
        ("Nr. 4 LIJST VAN VRAGEN EN ANTWOORDEN\n\nVastgesteld 9 mei 2025", "1\n\n", (1,)),
        (SAID, "1. ", (1,)),
        (SAID, "1 en 2\n", (1, 2)),
        ("Schriftelijke antwoorden op vragen", "1\n", (1,)),
    ],
)
def test_one_question_is_one_where_the_head_says_that_it_is_answered(head, mark, found):
    text = f"{head}\n\nDe voorzitter, Aal\n\n{mark}{QUESTIONS[4]}\n\n{ANSWERS[4]}\n"
    assert answers(cut(text)) == [(found, ANSWERS[4])]
    for other in (
        text.replace(head, "Nota over dijken"),  # nothing says that somebody answers
        text.replace("?", "."),  # nothing is asked
        text.replace("\n1", "\n7"),  # a list does not begin with 7
        text + "\n\n" + "Dat is een lang betoog. " * 400,  # no answer of one question
    ):
        assert not any(numbers(other))


@pytest.mark.parametrize("count", [1, 2])
def test_a_question_may_have_its_number_and_its_text_under_labels(count: int) -> None:
    both = range(1, count + 1)
    text = "".join(
        f"Vraagnummer: {n}\nVraag:\n{QUESTIONS[n]}\n\nAntwoord:\n{ANSWERS[n]}\n\n" for n in both
    )
    assert asked(cut(text)) == [(n, QUESTIONS[n]) for n in both]
    assert answers(cut(text)) == WHOLE[:count]


@pytest.mark.parametrize("answer", ["17.", "17", "1.500", "12 %", "2004", "3)"])
def test_an_answer_may_be_a_bare_number(answer: str) -> None:
    text = f"Vraag 1\n{QUESTIONS[4]}\n\nAntwoord 1\n{answer}\n\nVraag 2\n{QUESTIONS[5]}\n\nAntwoord 2\nJa.\n"
    assert answers(cut(text)) == [((1,), answer), ((2,), "Ja.")]
