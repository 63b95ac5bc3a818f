"""Trouble that pdf files really give, one small file of each kind, made here or shared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from cut_documents import cut, cut_file
from made_files import at, lines, pdf, picture, raised, table_row, turn

from index.documents import Document, Number, Source
from index.errors import UnreadableFile
from index.reading import read_bytes

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"

HEAD = [
    "Vragen van het lid Test aan de Minister van Proefzaken over de sluis.",
    "Vraag 1",
    "Kent u het bericht over de sluis?",
    "Antwoord 1",
    "Ja.",
    "Vraag 2",
    "Hoeveel schepen voeren er door de sluis?",
    "Antwoord 2",
    "Er voeren 1.388 schepen door de sluis, tegen 88 in het jaar daarvoor.",
]


def source_of(data: bytes) -> Source:
    return read_bytes(data, "a.pdf")


def said(document: Document) -> dict[tuple[Number, ...], str]:
    """What each answer says, by the numbers of its questions."""
    return {p.numbers: p.reading_text() for p in document.passages if p.questions}


# --- turned pages and turned text ---------------------------------------------------------------


@pytest.mark.parametrize(("degrees", "x", "y"), [(90, 842, 0), (270, 0, 842), (180, 595, 842)])
@pytest.mark.parametrize("viewed", [0, 90, 270])
def test_turned_text_reads_as_upright_text(degrees: int, x: float, y: float, viewed: int) -> None:
    size = "0 0 595 842" if degrees == 180 else "0 0 842 842"
    straight = source_of(pdf([lines(HEAD)]))
    turned = source_of(pdf([turn(lines(HEAD), degrees, x, y)], turned=viewed, size=size))
    assert turned.text == straight.text
    assert said(cut(turned)) == {(1,): "Ja.", (2,): HEAD[-1]}


def test_pages_that_are_turned_or_askew_read_as_straight_and_margins_are_set_aside() -> None:
    assert source_of(pdf([turn(lines(HEAD), 2, 20, 0)])).text == source_of(pdf([lines(HEAD)])).text
    table = turn(lines(["Bijlage: schepen", "Januari 2024: 14 schepen"], y=500), 90, 595, 0)
    source = source_of(pdf([lines(HEAD[:5]), table, lines(HEAD[5:])]))
    at_ = [source.text.index(part) for part in ("Ja.", "Januari 2024: 14 schepen", "Vraag 2")]
    assert at_ == sorted(at_)
    stamp = turn(at(0, 0, "Ontvangen ter griffie op 3 februari"), 90, 580, 200)
    source = source_of(pdf([stamp + lines(HEAD[:7]), stamp + lines(HEAD[7:])]))
    assert said(cut(source)) == {(1,): "Ja.", (2,): HEAD[-1]}
    assert [a.why for a in source.asides] == ["marge", "marge"]
    watermark = turn(at(0, 0, "CONCEPT", 60), 45, 150, 250)
    source = source_of(pdf([watermark + lines(HEAD)]))
    assert said(cut(source)) == {(1,): "Ja.", (2,): HEAD[-1]}
    assert "CONCEPT" in source.text


# --- scans --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        picture(),
        picture() + at(70, 30, "Pagina 1 van 4", 8),
        picture(20, 20, 550, 800) + at(400, 810, "Ingekomen 3 feb 2025 nr. 12"),
        "".join(picture(0, 84 * strip, 595, 84) for strip in range(10)),
        "".join(f"{60 + n % 30 * 10} {700 - n // 30 * 12} 6 8 re f\n" for n in range(400)),
    ],
)
def test_pages_that_are_pictures_are_refused_as_a_scan(page: str) -> None:
    with pytest.raises(UnreadableFile, match="OCR"):
        source_of(pdf([page, page]))


def test_text_over_a_picture_is_read_and_pictures_in_a_text_are_no_scans() -> None:
    source = source_of(pdf([picture() + lines([*HEAD, "En nog een zin die volgt. " * 3])]))
    assert "Er voeren 1.388 schepen" in source.text
    assert source_of(pdf([at(60, 700, "Ja.")])).text == "Ja."
    assert not source_of(pdf([picture(60, 400, 200, 100) + lines(HEAD), "", lines(HEAD)])).warnings


@pytest.mark.parametrize(
    ("pages", "named"),
    [
        ([HEAD[:5], None, HEAD[5:]], "bladzijde 2 is een beeld (scan)"),
        ([None, HEAD], "bladzijde 1 is een beeld (scan)"),
        ([HEAD, None, None, None, HEAD, None], "bladzijden 2 tot en met 4, 6 zijn beeld (scans)"),
    ],
)
def test_a_scan_among_pages_of_text_is_named(pages: list[list[str] | None], named: str) -> None:
    stamped = picture() + at(300, 20, "Pagina", 8)
    source = source_of(pdf([stamped if page is None else lines(page) for page in pages]))
    assert [warning.split(":")[0] for warning in cut(source).warnings][:1] == [named]
    small = picture(100, 300, 200, 100)  # without any text a small picture is enough
    source = source_of(pdf([small if page is None else lines(page) for page in pages]))
    assert source.warnings[0].startswith(named)


def test_an_xfa_form_is_named() -> None:
    form = b"/AcroForm << /Fields [] /XFA [(template) 5 0 R] >>"

    def xfa(page: str) -> bytes:
        return pdf([page]).replace(b"/Pages 2 0 R ", b"/Pages 2 0 R " + form)

    source = source_of(xfa(lines(["Dit formulier vraagt om een ander programma."])))
    assert source.text == "Dit formulier vraagt om een ander programma."
    assert any("XFA" in warning for warning in source.warnings)
    assert not source_of(pdf([lines(["Gewone tekst."])])).warnings
    with pytest.raises(UnreadableFile, match="XFA"):
        source_of(xfa(""))


# --- marks of notes -----------------------------------------------------------------------------


def test_a_mark_is_no_part_of_a_number_or_word() -> None:
    page = at(60, 740, "Vraag 1") + at(60, 726, "Kent u het rapport over de sluis?")
    page += at(60, 700, "Antwoord 1") + at(60, 686, "Ja.")
    page += raised(60, 660, "Vraag 2", "1") + at(60, 646, "Wat staat er in het rapport van 2022?")
    page += raised(60, 620, "Antwoord 2", "2")
    page += raised(60, 606, "Het tussenrapport", "3", " van 4 mei gaat over 2022")
    page += raised(60, 592, "en 2023", "4", " en telt 1.388 schepen.")
    source = source_of(pdf([page]))
    found = said(cut(source))
    assert list(found) == [(1,), (2,)]
    assert found[1,] == "Ja."
    assert "tussenrapport[3] van 4 mei" in found[2,]
    assert "en 2023[4] en telt" in found[2,]


@pytest.mark.parametrize("rise", [2.0, 6.0])
def test_a_mark_stands_in_its_line_however_high(rise: float) -> None:
    page = at(60, 700, "In 2022") + at(93.6, 700 + rise, "4", 6) + at(99.5, 700, "en later.")
    assert source_of(pdf([page])).text == "In 2022[4] en later."


def test_a_power_is_no_mark() -> None:
    page = raised(60, 700, "Een vloer van 120 m", "2", " en een dosis van")
    page += raised(60, 686, "3 x 10", "-5", " gram.")
    assert source_of(pdf([page])).text == "Een vloer van 120 m² en een dosis van 3 x 10⁻⁵ gram."


# --- tables -------------------------------------------------------------------------------------

FIGURES = [
    ["Land", "2022", "2023"],
    ["Ierland", "1.122", "1.388"],
    ["Frankrijk", "88.711", "91.004"],
    ["Malta", "9", "12"],
]


def answered(drawn: str) -> str:
    """A page with something between two answers."""
    before = "".join(at(60, 760 - 14 * n, text) for n, text in enumerate(HEAD[:5]))
    return before + drawn + "".join(at(60, 400 - 14 * n, text) for n, text in enumerate(HEAD[5:]))


@pytest.mark.parametrize("columns", [(60, 200, 340), (60, 110, 145)])
def test_a_row_of_figures_is_a_line_with_tabs(columns: tuple[float, ...]) -> None:
    drawn = "".join(
        table_row([[cell] for cell in row], 660 - 18 * n, columns) for n, row in enumerate(FIGURES)
    )
    source = source_of(pdf([answered(drawn)]))
    assert "\n\n" + "\n".join("\t".join(row) for row in FIGURES) + "\n\n" in source.text
    found = said(cut(source))
    assert "Frankrijk\t88.711\t91.004" in found[1,]
    assert found[2,] == HEAD[-1]


def test_tables_keep_their_cells_and_rows() -> None:
    width = {".": 2.78}
    drawn = ""
    for n, row in enumerate(FIGURES[:3]):
        drawn += at(60, 660 - 13 * n, row[0])
        for right, cell in ((140, row[1]), (173, row[2])):
            drawn += at(right - sum(width.get(char, 5.56) for char in cell), 660 - 13 * n, cell)
    assert "Frankrijk\t88.711\t91.004\n" in source_of(pdf([answered(drawn)])).text
    rows = [["", "2022", "2023"], ["Spanje", "", "12"], ["Malta", "9", "10"]]
    drawn = "".join(
        at(x, 660 - 18 * n, cell)
        for n, row in enumerate(rows)
        for x, cell in zip((60, 200, 340), row, strict=True)
        if cell
    )
    text = source_of(pdf([answered(drawn)])).text
    assert "\t2022\t2023\nSpanje\t\t12\nMalta\t9\t10\n" in text
    drawn = "".join(
        table_row([[cell] for cell in row], 400 - 18 * n, (60, 200, 340))
        for n, row in enumerate(FIGURES)
    )
    source = source_of(pdf([lines(HEAD), turn(drawn, 90, 595, 0)]))
    assert "Land\t2022\t2023\nIerland\t1.122\t1.388\n" in source.text
    drawn = "".join(
        at(x, 300 - 14 * n, cell, 8)
        for n, row in enumerate(FIGURES)
        for x, cell in zip((60, 200, 340), row, strict=True)
    )
    source = source_of(pdf([lines(HEAD) + drawn]))
    assert not source.asides
    assert source.text.endswith("Malta\t9\t12")


WRAPPED = [
    [["Maatregel"], ["Toelichting"], ["Bedrag"]],
    [["Herstel van", "de pijlers"], ["Begint in september en", "duurt negen maanden"], ["1.200"]],
    [["Verf"], ["Twee lagen, na de aanleg", "van de nieuwe leuningen", "en trappen"], ["88"]],
]


@pytest.mark.parametrize("align", [0.0, 0.5, 1.0, None], ids=["top", "middle", "bottom", "by line"])
def test_cells_of_several_lines_stay_in_their_row(align: float | None) -> None:
    drawn, y = "", 660.0
    for row in WRAPPED:
        most = max(map(len, row))
        for x, cell in zip((60, 160, 320), row, strict=True):
            if align is not None:
                drawn += table_row([cell], y - 12 * align * (most - len(cell)), [x])
        if align is None:  # drawn line by line
            for n in range(most):
                for x, cell in zip((60, 160, 320), row, strict=True):
                    drawn += at(x, y - 12 * n, cell[n]) if n < len(cell) else ""
        y -= 12 * most + (7 if align is None else 8)
    text = source_of(pdf([answered(drawn)])).text
    assert "Herstel van de pijlers\tBegint in september en duurt negen maanden\t1.200\n" in text
    assert "Verf\tTwee lagen, na de aanleg van de nieuwe leuningen en trappen\t88\n" in text


def test_paragraphs_end_where_the_lines_of_their_own_pages_end() -> None:
    long = "Deze bladzijde ligt en heeft zeer lange regels van tekst, tot aan de rand ervan. " * 2
    wide = turn(lines([long] * 9), 90, 800, 0)
    upright = [
        "De sluis wordt in het voorjaar hersteld door Aannemingsbedrijf",
        "Voorbeeld, dat ook de brug bouwt en daar in mei mee klaar is.",
    ] * 4
    text = source_of(pdf([wide, lines(upright)])).text
    assert text.count("Aannemingsbedrijf Voorbeeld, dat") == 4


def test_a_table_goes_on_over_the_page_and_its_rows_are_no_page_header() -> None:
    def page(rows: Sequence[Sequence[str]]) -> str:
        return "".join(
            table_row([[cell] for cell in row], 780 - 18 * n, (60, 200, 340))
            for n, row in enumerate(rows)
        )

    same = ["Onbekend", "0", "0"]
    source = source_of(pdf([page([same, *FIGURES]), page([same, *FIGURES[1:3]])]))
    assert not source.asides
    assert source.text.count("Onbekend\t0\t0") == 2
    assert "\n\n" not in source.text


def test_labels_that_are_drawn_before_all_that_stands_beside_them() -> None:
    labels = ["Datum", "Betreft", "Kenmerk"]
    beside = ["3 februari 2025", "Sluis bij Testdorp", "2025-12"]
    drawn = "".join(at(60, 660 - 12 * n, text) for n, text in enumerate(labels))
    drawn += "".join(at(140, 660 - 12 * n, text) for n, text in enumerate(beside))
    drawn += at(60, 610, "Bijlagen") + at(140, 610, "2")
    text = source_of(pdf([answered(drawn)])).text
    assert "Datum\t3 februari 2025\nBetreft\tSluis bij Testdorp\nKenmerk\t2025-12\n" in text


def test_a_running_head_is_no_row_of_the_table_below_it() -> None:
    pages = [
        at(60, 790, "Bijlage met cijfers")
        + at(400, 790, f"Pagina {n} van 2")
        + "".join(
            table_row([[cell] for cell in row], 765 - 18 * k, (60, 200, 340))
            for k, row in enumerate(FIGURES[n:] * 4)
        )
        for n in (1, 2)
    ]
    source = source_of(pdf(pages))
    assert len(source.asides) == 2
    assert source.text.startswith("Ierland\t1.122\t1.388\nFrankrijk")


def test_white_space_and_lists_make_no_table() -> None:
    texts = [
        ("Op 20 augustus heeft", 175, "per e-mail gemeld dat het niet lukte."),
        ("Op 4 september 2020 heeft mevrouw", 262, "al een document gestuurd."),
        ("Uw verzoek is van", 148, "en is ontvangen op 3 mei."),
    ]
    drawn = "".join(
        at(60, 660 - 13 * n, a) + at(x, 660 - 13 * n, b) for n, (a, x, b) in enumerate(texts)
    )
    assert "\t" not in source_of(pdf([answered(drawn)])).text
    items = ["Kent u het bericht over de sluis?", "Wat vindt u daarvan?", "Gaat de sluis dicht?"]
    numbered = "".join(
        at(60, 700 - 14 * n, f"{n + 1}.") + at(80, 700 - 14 * n, item)
        for n, item in enumerate(items)
    )
    assert source_of(pdf([numbered])).text.startswith("1. Kent u het bericht over de sluis?\n2. ")


def test_what_recurs_at_the_edge_of_pages_is_an_answer_where_it_is_a_sentence() -> None:
    pages = [
        at(60, 760, "Dat is juist.") + at(60, 720, f"Vraag {n}") + at(60, 706, f"Klopt zin {n}?")
        for n in (2, 3)
    ]
    assert not source_of(pdf(pages)).asides


# --- columns ------------------------------------------------------------------------------------

LEFT = [
    "De beheerder begint in september met het her-",
    "stel van de pijlers. Het werk duurt ongeveer",
    "negen maanden. In die tijd is de brug dicht",
    "voor al het verkeer, behalve voor voetgangers",
    "en fietsers.",
]
RIGHT = [
    "Wij hebben de gemeente gevraagd om een",
    "omleiding langs de vaart. Die is in mei klaar.",
    "Tot die tijd rijdt het verkeer door de kern,",
    "waar een maximum van dertig geldt.",
]


def test_columns_that_are_drawn_line_by_line_are_read_one_after_the_other() -> None:
    drawn = at(60, 760, "Antwoord 1")
    for n, left in enumerate(LEFT):
        drawn += at(60, 730 - 13 * n, left)
        drawn += at(320, 730 - 13 * n, RIGHT[n]) if n < len(RIGHT) else ""
    text = source_of(pdf([drawn])).text
    assert "met het herstel van de pijlers. Het werk duurt ongeveer negen maanden." in text
    assert "behalve voor voetgangers en fietsers.\n\nWij hebben de gemeente gevraagd om" in text


def test_questions_in_columns_that_are_drawn_line_by_line() -> None:
    left = ["Vraag 1", "Bent u bekend met het bericht over de brug", "bij Testdorp?", "Antwoord 1"]
    left += ["Ja. Dat bericht is mij bekend en ik heb het", "gelezen.", "Vraag 2"]
    left += ["Hoeveel meldingen kwamen er binnen bij het", "loket van de beheerder?"]
    right = ["Antwoord 2", "Er kwamen 118 meldingen binnen bij het loket", "van de beheerder."]
    right += ["Vraag 3", "Wanneer wordt de brug hersteld en wie betaalt", "dat herstel?"]
    right += ["Antwoord 3", "De beheerder begint in september met het", "herstel van de pijlers."]
    drawn = "".join(
        at(60, 760 - 13 * n, a) + at(310, 760 - 13 * n, b)
        for n, (a, b) in enumerate(zip(left, right, strict=True))
    )
    found = said(cut(source_of(pdf([drawn]))))
    assert found == {
        (1,): "Ja. Dat bericht is mij bekend en ik heb het gelezen.",
        (2,): "Er kwamen 118 meldingen binnen bij het loket van de beheerder.",
        (3,): "De beheerder begint in september met het herstel van de pijlers.",
    }


# --- forms --------------------------------------------------------------------------------------


def test_what_was_filled_in_or_typed_over_a_page_stands_where_it_was() -> None:
    field = (
        "7 0 obj\n<< /Type /Annot /Subtype /Widget /FT /Tx /T (naam) /V (J. Jansen) /F 4 "
        "/Rect [150 696 300 712] >>\nendobj\n"
    )
    page = at(60, 740, "Formulier voor vragen") + at(60, 700, "Naam:") + at(60, 660, "Einde.")
    text = source_of(pdf([page], more=field)).text
    assert text == "Formulier voor vragen\n\nNaam: J. Jansen\n\nEinde."
    field = (
        "7 0 obj\n<< /Type /Annot /Subtype /FreeText /Contents (Ja, dat bericht is mij bekend.) "
        "/Rect [60 400 500 420] >>\nendobj\n"
    )
    assert "dat bericht is mij bekend" in source_of(pdf([lines(HEAD[:4])], more=field)).text


# --- the shared cases ---------------------------------------------------------------------------


def test_shared_cases_of_turned_pages_and_of_scans() -> None:
    if not CASES.is_dir():
        pytest.skip("the shared cases are not here")
    found = said(cut_file(CASES / "P04_rotate90.pdf"))
    assert list(found) == [(1,), (2,), (3,)]
    assert found[2,].startswith("In 2024 kwamen er 118 meldingen binnen bij het loket van de")
    text = cut_file(CASES / "P20_liggende_tabel_tussen.pdf").text
    assert "Bijlage: meldingen per maand\n\nJanuari 2024: 14 meldingen\nFebruari 2024: 22" in text
    document = cut_file(CASES / "P08_scan_tussen_tekst.pdf")
    assert list(said(document)) == [(1,), (2,), (3,)]
    assert ["bladzijde 2" in warning for warning in document.warnings] == [True]
    with pytest.raises(UnreadableFile, match="OCR"):
        cut_file(CASES / "P08b_alleen_stempel_op_scan.pdf")
