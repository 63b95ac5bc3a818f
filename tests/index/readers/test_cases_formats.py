"""Files as they really are, in every format but pdf: nothing lost, nothing mistaken.

Of each kind of trouble the shared case, where it is there, and small files made here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cut_documents import cut, cut_file
from docx.oxml import parse_xml
from hashing import HashingEncoder
from hypothesis import given
from hypothesis import strategies as st
from made_files import MAIN, NAMESPACES, RAISED, cell, levels, numbered, par, run, table, use, word

from index.documents import Document, Source
from index.errors import UnreadableFile
from index.index import Index, open_index
from index.readers.formulas import formula
from index.readers.marks import CLOSE, OPEN, raised
from index.readers.symbols import symbol
from index.reading import read, read_bytes
from index.segmentation.segmenting import segment
from index.segmentation.unseen import as_seen, plain

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"

QA = "<h3>Vraag 1</h3><p>Wat?</p><h3>Antwoord 1</h3><p>{}</p>"


def answers(document: Document) -> dict[int | str, str]:
    return {
        question.number: passage.reading_text()
        for passage in document.passages
        for question in passage.questions
    }


def read_one(data: str | bytes, name: str) -> Source:
    return read_bytes(data.encode() if isinstance(data, str) else data, name)


def word_text(body: str, **more: object) -> str:
    return read_bytes(word(body, **more), "a.docx").text  # type: ignore[arg-type]


# --- files that fail (7) --------------------------------------------------------------------


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Index]:
    made = open_index(tmp_path / "data", HashingEncoder(), create=True)
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "stukken"
    made.mkdir()
    (made / "a.txt").write_text("Vraag 1\nWat?\nAntwoord 1\nDat.")
    (made / "z.txt").write_text("Vraag 1\nWie?\nAntwoord 1\nZij.")
    return made


def test_a_file_that_cannot_be_read_ends_only_itself(opened: Index, folder: Path) -> None:
    lock, pipe, round_, gone = (
        folder / name for name in ("~$brief.docx", "pijp.txt", "rond.txt", "weg.txt")
    )
    lock.write_bytes(b"\x05naam")
    os.mkfifo(pipe)
    round_.symlink_to(round_)
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/m\xe9.txt"))
    odd.write_text("Vraag 1\nHoe?\nAntwoord 1\nZo.")
    report = opened.add([pipe, folder, lock, round_, gone])
    said = [error.nl for _, error in report.failed]
    for line in [*said, *(path for path, _ in report.failed)]:
        line.encode()  # can be printed
    assert sorted(Path(info.source).name for info in report.added) == ["a.txt", "z.txt"]
    assert len(said) == 4  # what Word locks a file with is no document
    assert [sum(named in line for line in said) for named in ("UTF-8", "pijp", "~$")] == [1, 1, 0]
    for path, named in ((odd, "UTF-8"), (pipe, "pijp")):
        with pytest.raises(UnreadableFile, match=named):
            read(path)


# --- Word (8) -------------------------------------------------------------------------------


def math(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (math("0,12 × 4500 = 540"), "0,12 × 4500 = 540"),
        (f"<m:f><m:num>{math('a+b')}</m:num><m:den>{math('2')}</m:den></m:f>", "(a+b)/2"),
        (f"<m:sSup><m:e>{math('10')}</m:e><m:sup>{math('-5')}</m:sup></m:sSup>", "10⁻⁵"),
        (f"<m:sSub><m:e>{math('x')}</m:e><m:sub>{math('i')}</m:sub></m:sSub>", "x_i"),
        (f"<m:rad><m:deg/><m:e>{math('x+1')}</m:e></m:rad>", "√(x+1)"),
        (
            '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>'
            f"<m:sub>{math('i=1')}</m:sub><m:sup>{math('n')}</m:sup><m:e>{math('i')}</m:e></m:nary>",
            "∑_(i=1)ⁿ i",
        ),
        (
            '<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr>'
            f"<m:e>{math('a')}</m:e></m:d>",
            "[a]",
        ),
    ],
)
def test_formulas_are_written_on_a_line(inside: str, expected: str) -> None:
    assert formula(parse_xml(f"<m:oMath {NAMESPACES}>{inside}</m:oMath>")) == expected
    assert word_text(par("Dus ", f"<m:oMath>{inside}</m:oMath>", ".")) == f"Dus {expected}."


@pytest.mark.parametrize(
    ("code", "font", "sign"),
    [
        (0xF0B0, "Symbol", "°"),
        (0x6D, "Symbol", "μ"),
        (0xF0B3, "symbol", "≥"),
        (0xF0FC, "Wingdings", "✓"),
        (0xF0E0, "Wingdings", "→"),
        (0xF0A8, "Wingdings", "☐"),
        (0xF041, "Times New Roman", "A"),
        (0x20AC, None, "€"),
        (0xF007, "Vreemd", "\ufffd"),
    ],
)
def test_symbols_are_what_their_font_shows(code: int, font: str | None, sign: str) -> None:
    assert symbol(code, font) == sign


def test_a_symbol_that_is_not_known_is_named_in_a_warning() -> None:
    sign = '<w:r><w:sym w:font="Vreemd" w:char="F001"/></w:r>'
    document = cut(read_bytes(word(par("Zie ", sign, " hier.")), "a.docx"), "a.docx")
    assert document.text == "Zie \ufffd hier."
    assert any("symbolen" in warning for warning in document.warnings)


def test_text_is_hidden_only_where_the_switch_is_on() -> None:
    hidden = '<w:style w:type="character" w:styleId="Weg"><w:rPr><w:vanish/></w:rPr></w:style>'
    body = par(
        run("a", "<w:vanish/>"),
        run("b", '<w:vanish w:val="0"/>'),
        run("c", '<w:vanish w:val="false"/>'),
        run("d", '<w:vanish w:val="1"/>'),
        run("e", '<w:rStyle w:val="Weg"/>'),
        run("f", '<w:rStyle w:val="Weg"/><w:vanish w:val="off"/>'),
    )
    assert word_text(body, styles=hidden) == "bcf"


def test_numbers_of_lists_are_written_in_empty_paragraphs_and_cells_too() -> None:
    body = "".join(
        par(properties=numbered(1)) + par(text) for text in ("Wat kost het?", "Wie betaalt?")
    ) + par("Derde?", properties=numbered(1))
    assert word_text(body, numbering=levels(1, "Vraag %1") + use(1)) == (
        "Vraag 1\nWat kost het?\nVraag 2\nWie betaalt?\nVraag 3 Derde?"
    )
    linked = (
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="S"/></w:abstractNum>'
        + levels(2, "%1").replace("<w:lvl ", '<w:styleLink w:val="S"/><w:lvl ', 1)
        + use(1)
    )
    number = par(properties=numbered(1))
    body = table(["Nr", "Vraag", "Antwoord"], [number, "Wat?", "Dat."], [number, "Wie?", "Zij."])
    source = read_bytes(word(body, numbering=linked), "a.docx")
    assert source.text == "Nr\tVraag\tAntwoord\n1\tWat?\tDat.\n2\tWie?\tZij."
    assert answers(cut(source, "a.docx")) == {1: "Dat.", 2: "Zij."}


def strict(name: str, content: bytes) -> bytes:
    for part in (b"officeDocument", b"wordprocessingml", b"drawingml"):
        content = content.replace(
            b"http://schemas.openxmlformats.org/" + part + b"/2006/",
            b"http://purl.oclc.org/ooxml/" + part + b"/",
        )
    return content


def test_strict_open_xml_is_read_as_any_docx() -> None:
    body = (
        par("Wat?", properties=numbered(1))
        + par("Antwoord")
        + table(["A", "1"], ["B", "2"])
        + par("x", "<m:oMath><m:r><m:t>y</m:t></m:r></m:oMath>")
    )
    lists = levels(1, "%1.") + use(1)
    assert word_text(body, numbering=lists, change=strict) == word_text(body, numbering=lists)
    assert word_text(body, numbering=lists, change=strict).startswith("1. Wat?\nAntwoord\nA\t1")


@pytest.mark.parametrize(
    "kind",
    [
        b"ms-word.document.macroEnabled.main",
        b"openxmlformats-officedocument.wordprocessingml.template.main",
    ],
)
def test_macro_documents_and_templates_are_read(kind: bytes) -> None:
    stated = b"application/vnd." + kind + b"+xml"
    data = word(par("Tekst."), change=lambda _, content: content.replace(MAIN, stated))
    assert read_bytes(data, "a.docx").text == read_bytes(data, "a.docm").text == "Tekst."


def test_charts_and_diagrams_are_read_and_objects_named() -> None:
    def points(tag: str, *values: str) -> str:
        inside = "".join(
            f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(values)
        )
        return f"<c:{tag}>{inside}</c:{tag}>"

    series = points("tx", "2023") + points("cat", "Ierland", "Spanje") + points("val", "1388", "7")
    chart = (
        f"<c:chartSpace {NAMESPACES}><c:title><a:p><a:r><a:t>Meldingen</a:t></a:r></a:p></c:title>"
        f"<c:ser>{series}</c:ser></c:chartSpace>"
    )
    diagram = f"<dgm:dataModel {NAMESPACES}><a:p><a:r><a:t>Stap</a:t></a:r></a:p></dgm:dataModel>"
    office = "application/vnd.openxmlformats-officedocument.drawingml."
    data = word(
        '<w:p><w:r><w:drawing><c:chart r:id="rC"/></w:drawing></w:r></w:p>'
        '<w:p><w:r><w:drawing><dgm:relIds r:dm="rD"/></w:drawing></w:r></w:p>'
        '<w:altChunk r:id="rH"/><w:altChunk r:id="rZ"/>'
        "<w:p><w:r><w:object><o:OLEObject/></w:object></w:r></w:p>",
        parts=(
            ("rC", "chart", "c.xml", office + "chart+xml", chart),
            ("rD", "diagramData", "d.xml", office + "diagramData+xml", diagram),
            ("rH", "aFChunk", "h.html", "text/html", "<p>Uit <b>html</b></p>"),
            ("rZ", "aFChunk", "z.rtf", "application/rtf", "{rtf}"),
        ),
    )
    source = read_bytes(data, "a.docx")
    lines = [line for line in source.text.split("\n") if line]
    assert lines == ["Meldingen", "\t2023", "Ierland\t1388", "Spanje\t7", "Stap", "Uit html"]
    assert len(source.warnings) == 2


def test_old_form_fields_show_what_was_chosen() -> None:
    def field(inside: str) -> str:
        return f"<w:r><w:fldChar><w:ffData>{inside}</w:ffData></w:fldChar></w:r>"

    choices = '<w:listEntry w:val="een"/><w:listEntry w:val="twee"/>'
    body = par(
        field('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>'),
        " ja ",
        field('<w:checkBox><w:default w:val="0"/></w:checkBox>'),
        " nee ",
        field(f'<w:ddList><w:result w:val="1"/>{choices}</w:ddList>'),
    )
    assert word_text(body) == "☒ ja ☐ nee twee"


# --- invisible characters (10) --------------------------------------------------------------

SEEN = "Vraag 1\nHoeveel meldingen waren er?\nAntwoord 1\nEr waren 118 meldingen."
UNSEEN = (
    "\u200bVr\u00adaag\u00a01\nHoeveel mel\u200bdingen wa\u00adren er?\u200b\n"
    "\u2060Ant\u00adwoord\u202f\u200b1\u200e\nEr waren 118 mel\u00addingen.\ufeff"
)


def test_text_keeps_its_invisible_characters_and_is_cut_as_it_looks() -> None:
    document = cut(read_bytes(UNSEEN.encode(), "a.md"), "a.md")
    assert document.text == UNSEEN
    (passage,) = document.passages
    assert passage.reading_text() == "Er waren 118 meldingen."
    assert passage.text.startswith("Er waren 118 mel\u00addingen.")
    assert passage.questions[0].text == "Hoeveel meldingen waren er?"
    for offset in range(len(passage.reading_text())):
        assert document.text[passage.reading_offset(offset)] == passage.reading_text()[offset]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", "<body>" + "".join(f"<p>{line}</p>" for line in UNSEEN.split("\n"))),
        ("a.html", "<body>" + UNSEEN.replace("\n", "<br>").replace("\u00ad", "&shy;")),
        ("a.xml", "<r>" + "".join(f"<al>{line}</al>" for line in UNSEEN.split("\n")) + "</r>"),
        ("a.docx", word("".join(map(par, UNSEEN.split("\n"))))),
    ],
)
def test_other_formats_are_read_without_invisible_characters(name: str, data: str | bytes) -> None:
    document = cut(read_one(data, name), name)
    assert document.text == SEEN
    assert answers(document) == {1: "Er waren 118 meldingen."}


def test_joiners_of_scripts_and_emoji_stay() -> None:
    for text in ("👩\u200d👧", "می\u200cخواهم"):
        assert plain(text) == text
    assert plain("so\u200cms so\u200dms") == "soms soms"


@given(st.text(alphabet="aB1 ?.\n\u200b\u00ad\u00a0\u202f\ufeff", max_size=80))
def test_no_character_is_lost_where_some_are_unseen(middle: str) -> None:
    text = f"Vraag 1\n{middle}?\nAntwoord 1\n{middle}a\n\u200bVraag 2\nWie?\nAntwoord 2\nZij."
    document = cut(Source(text=text), "a.txt")
    assert document.text == text
    assert as_seen(segment)(Source(text="a"), name="a.txt", document_id="0" * 16).text == "a"


# --- the Kamer's own template (11) ----------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "title", "identifier"),
    [
        (
            [
                ["36 800 X", "Vaststelling van de begrotingsstaten van Defensie (X) voor 2026"],
                ["Nr. 11", "LIJST VAN VRAGEN EN ANTWOORDEN"],
                ["", "Vastgesteld 20 november 2025"],
            ],
            "Vaststelling van de begrotingsstaten van Defensie (X) voor 2026",
            "kst-36800-X-11",
        ),
        (
            [["21 501-02", "Raad Algemene Zaken"], ["Nr.", "2712", "VERSLAG"]],
            "Raad Algemene Zaken",
            "kst-21501-02-2712",
        ),
        (
            [["26 448"], ["Structuur van de uitvoering"], ["Nr. 846"], ["LIJST VAN VRAGEN"]],
            "Structuur van de uitvoering",
            "kst-26448-846",
        ),
        (
            [["2025D43552", "LIJST VAN VRAGEN OVER DE SLUIS"], ["Aan", "de Minister"]],
            "LIJST VAN VRAGEN OVER DE SLUIS",
            "2025D43552",
        ),
        (
            [["Onderwerp", "De sluis bij Oord", "Bijlagen", "2"], ["Nummer", "2025D43552"]],
            "De sluis bij Oord",
            "2025D43552",
        ),
        (
            [
                ["Vergaderjaar 2024-2025", "Aanhangsel van de Handelingen"],
                ["1234", "Vragen van het lid Test (X) aan de Minister over de sluis (ingezonden 1"],
            ],
            "de sluis",
            "ah-tk-20242025-1234",
        ),
    ],
)
def test_number_and_title_in_cells_are_the_documents(rows, title, identifier):
    body = table(*rows) + par("Vraag 1") + par("Wat?") + par("Antwoord 1") + par("Dat.")
    document = cut(read_bytes(word(body), "stuk.docx"), "stuk.docx")
    assert document.metadata.title == title
    assert document.metadata.identifiers == (identifier,)
    assert answers(document) == {1: "Dat."}


def test_the_date_in_a_cell_below_the_title_is_the_documents() -> None:
    inside = par("LIJST VAN VRAGEN") + par("Vastgesteld 20 november 2025")
    body = table(["36 800", "Bruggen"], ["Nr. 7", f"<w:tc>{inside}</w:tc>"]) + par("Tekst.")
    document = cut(read_bytes(word(body), "a.docx"), "a.docx")
    assert document.metadata.date == "2025-11-20"


# --- marks of notes (12) and exponents (13) -------------------------------------------------


@pytest.mark.parametrize(
    ("before", "content", "expected"),
    [
        ("Vraag 2", "1", "[1]"),
        ("Vraag 10", "1", "[1]"),
        ("in 2022", "4", "[4]"),
        ("2.500", "2)", "[2]"),
        ("tussenrapport", "2", "[2]"),
        ("Bent u", "3", "[3]"),
        ("bekend?", "1", "1"),
        ("wet.5", "6", " 6"),
        ("tabel", "a", "[a]"),
        ("19", "e", "e"),
        ("De kans is 10", "-5", "⁻⁵"),
        ("3 × 10", "4", "⁴"),
        ("Dat is ongeveer 10", "6", "⁶"),
        ("12 km", "2", "²"),
        ("5 m", "3", "³"),
        ("R", "2", "²"),
        ("", "1", "1 "),
    ],
)
def test_raised_text_is_a_mark_an_exponent_or_text(before, content, expected):
    assert raised(content, before).replace(OPEN, "").replace(CLOSE, "") == expected


MARKED = "Er waren er in 2022[4] 12 km² volgens het tussenrapport[2] en in[3] 2023."


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "a.html",
            "<body><h3>Vraag 2<sup>1</sup></h3><p>Wat?</p><h3>Antwoord 2<sup>7</sup></h3><p>Er "
            "waren er in 2022<sup>4</sup> 12 km<sup>2</sup> volgens het tussenrapport<a "
            'href="#n2">2</a> en in<sup>3</sup>2023.</p>',
        ),
        (
            "a.xml",
            "<r><vraag><nr>2<noot><noot.nr>1</noot.nr></noot></nr><al>Wat?</al></vraag><antwoord>"
            '<nr>2<noot nr="7"/></nr>Er waren er in 2022<noot><noot.nr>4</noot.nr><noot.al>N.'
            "</noot.al></noot> 12 km<sup>2</sup> volgens het tussenrapport<noot nr='2'/> en in"
            "<noot nr='3'/>2023.</antwoord></r>",
        ),
        (
            "a.docx",
            word(
                par("Vraag 2", run("1", RAISED))
                + par("Wat?")
                + par("Antwoord 2", run("7", RAISED))
                + par(
                    *("Er waren er in 2022", run("4", RAISED), " 12 km", run("2", RAISED)),
                    *(" volgens het tussenrapport", run("2", RAISED), " en in", run("3", RAISED)),
                    "2023.",
                )
            ),
        ),
    ],
)
def test_marks_stand_apart_in_every_format(name: str, data: str | bytes) -> None:
    document = cut(read_one(data, name), name)
    assert answers(document) == {2: MARKED}
    assert document.passages[0].questions[0].text == "Wat?"


def test_a_note_of_word_on_a_heading() -> None:
    reference = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    note = f'<w:footnotes {NAMESPACES}><w:footnote w:id="7">{par("Bron.")}</w:footnote>'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    data = word(
        par("Vraag 2", reference) + par("Wat?") + par("Antwoord 2") + par("Dat."),
        parts=(("rF", "footnotes", "footnotes.xml", kind, note + "</w:footnotes>"),),
    )
    source = read_bytes(data, "a.docx")
    assert source.text == "Vraag 2[1]\nWat?\nAntwoord 2\nDat.\n\n1 Bron."
    (found,) = source.footnotes
    assert (found.mark, source.text[found.start : found.end]) == ("1", "1 Bron.")
    assert answers(cut(source, "a.docx")) == {2: "Dat."}


# --- xml (13) -------------------------------------------------------------------------------


def test_text_beside_elements_lists_and_notes_of_headings() -> None:
    xml = """<r><vraag><nr>1</nr>Klopt <nadruk>dit</nadruk>:<lijst><li><li.nr>a.</li.nr><al>dit<noot
    id="x"><noot.nr>1</noot.nr><noot.al>Bron.</noot.al></noot>;</al></li></lijst>en waarom?</vraag>
    <antwoord><nr>1</nr><al>Het volgt:<lijst><li><li.nr>1°.</li.nr><al>een</al></li><li><al>twee
    </al></li></lijst>Dat is al.</al><tussenkop>Plan<noot><noot.nr>2</noot.nr><noot.al>Later.
    </noot.al></noot></tussenkop>Zie<nootref refid="x"/> boven.</antwoord></r>"""
    source = read_one(xml, "a.xml")
    assert source.text == (
        "Vraag 1\nKlopt dit:\na. dit[1];\nen waarom?\n\nAntwoord 1\nHet volgt:\n1°. een\ntwee\n"
        "Dat is al.\n\nPlan[2]\nZie[1] boven.\n\n1 Bron.\n2 Later."
    )
    assert [note.mark for note in source.footnotes] == ["1", "2"]
    assert list(answers(cut(source, "a.xml"))) == [1]


@pytest.mark.parametrize(
    ("xml", "headings"),
    [
        (
            "<faq><item><vraag>Wat kost het?</vraag><antwoord>80 euro.</antwoord></item>"
            "<item><vraag>Waar?</vraag><antwoord>Bij de gemeente.</antwoord></item></faq>",
            {"Wat kost het?": "80 euro.", "Waar?": "Bij de gemeente."},
        ),
        (
            "<faq><q><question>Wat kost het?</question><answer><p>80 euro.</p></answer></q></faq>",
            {"Wat kost het?": "80 euro."},
        ),
        (
            "<d><question>Hoe lang?</question><answer>&lt;p&gt;Een "
            "&lt;b&gt;week&lt;/b&gt;.&lt;/p&gt;&lt;ul&gt;&lt;li&gt;x&lt;/li&gt;&lt;/ul&gt;</answer>"
            "</d>",
            {"Hoe lang?": "Een week.\nx"},
        ),
    ],
)
def test_a_question_without_a_number_is_the_heading_of_its_answer(xml, headings):
    document = cut(read_one(xml, "a.xml"), "a.xml")
    assert {p.heading: p.reading_text() for p in document.passages} == headings


@pytest.mark.parametrize(
    "xml",
    [
        "<l><vraag nummer='1'><tekst>Wat?</tekst><antwoord>Dat.</antwoord></vraag></l>",
        "<l><paar><vraag nr='1'>Wat?</vraag><antwoord nr='1'>Dat.</antwoord></paar></l>",
        "<l><vraag><nummer>1</nummer>Wat?</vraag><antwoord>Dat.</antwoord></l>",
    ],
)
def test_numbers_of_questions_in_attributes_and_other_elements(xml: str) -> None:
    assert answers(cut(read_one(xml, "a.xml"), "a.xml")) == {1: "Dat."}


ASKED = "".join(f"<vraag nummer='{n}'>Wat is {n}?</vraag>" for n in range(1, 9))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "<antwoord nummer='1'>Ja. 2, 3 e 4. Nee, nr. 3 niet. 5 Later.</antwoord>"
            "<antwoord nummer='6 t/m 8'>Op 2 mei.</antwoord>",
            {1: "Ja.", 2: "Nee, nr. 3 niet.", 5: "Later.", 6: "Op 2 mei."},
        ),
        (
            "<antwoord nummer='1'><al>Ja.</al><al>2 t/m 7</al><al>Nee.</al></antwoord>"
            "<antwoord nummer='8'>Zie 2.</antwoord>",
            {1: "Ja.", 2: "Nee.", 7: "Nee.", 8: "Zie 2."},
        ),
        (  # those have answers of their own, and 4 is not the next
            "<antwoord nummer='1'>Ja. 2 Nederlanders. 4 Belgen. 2 en 3 zijn er niet.</antwoord>"
            "<antwoord nummer='2'>Nee.</antwoord><antwoord nummer='3'>Nee.</antwoord>",
            {1: "Ja. 2 Nederlanders. 4 Belgen. 2 en 3 zijn er niet.", 2: "Nee.", 3: "Nee."},
        ),
    ],
)
def test_answers_that_run_on_in_one_element(said: str, expected: dict[int, str]) -> None:
    xml = f"<kvr><vragen>{ASKED}</vragen><antwoorden>{said}</antwoorden></kvr>"
    found = answers(cut(read_one(xml, "a.xml"), "a.xml"))
    assert {n: found.get(n) for n in expected} == expected


def test_a_figure_taken_for_the_number_of_an_answer_goes_on_with_the_sentence() -> None:
    xml = (
        f"<kvr><vragen>{ASKED}</vragen><antwoorden><antwoord nummer='1'>De brief is van 23 juni"
        "</antwoord><antwoord nummer='1997'>verzonden. Zie vraag</antwoord><antwoord nummer='4.'/>"
        "<antwoord nummer='2'>Nee.</antwoord><antwoord nummer='3'/><antwoord nummer='4'>Het veer"
        "</antwoord><antwoord nummer='12'>Nee.</antwoord></antwoorden></kvr>"
    )
    document = cut(read_one(xml, "a.xml"), "a.xml")
    said = answers(document)
    assert (said[1].split(), said[2]) == (
        "De brief is van 23 juni 1997 verzonden. Zie vraag 4.".split(),
        "Nee.",
    )
    assert "vraag 3: geen antwoord gevonden" in document.warnings
    assert "Het veer\n\nAntwoord 12\nNee." in document.text


@pytest.mark.parametrize(
    "added",
    [
        "<toelichting>Het veer voer niet.</toelichting>",
        "<toelichting><al>Het veer voer niet.</al></toelichting>",
        "<toelichting><kop>Toelichting</kop>Het veer voer niet.</toelichting>",
    ],
)
def test_what_a_member_adds_to_the_questions_in_xml(added: str) -> None:
    xml = (
        "<kvr><vragen><vraag nummer='1'>Vaart het veer.</vraag></vragen>"
        f"{added}<antwoorden><antwoord nummer='1'>Nee.</antwoord></antwoorden></kvr>"
    )
    document = cut(read_one(xml, "a.xml"), "a.xml")
    assert [(p.heading, p.text) for p in document.passages] == [
        ("Toelichting bij de vragen", "Het veer voer niet."),
        (None, "Nee."),
    ]
    assert document.passages[1].questions[0].text == "Vaart het veer."


# --- html and encodings (13) ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        ("iso-8859-15", "ISO-8859-15", "één café, € 5"),
        ("mac-roman", "macintosh", "één café – “zo”"),
        ("cp850", "cp850", "één café Ø"),
        ("cp850", "IBM850", "één café"),
        ("cp1252", "iso-8859-1", "één € – “zo”"),
        ("cp1252", "iso-8859-15", "één – “zo”"),
        ("iso-8859-2", "iso-8859-2", "Łódź"),
        ("utf-8", "iso-8859-1", "één € – “zo”"),
        ("utf-16-le", "utf-16", "één € – “zo”"),
        ("cp1252", "onbekend-42", "één € – “zo”"),
    ],
)
def test_declared_encodings(encoding: str, declared: str, text: str) -> None:
    for name, page in (
        ("a.html", f'<html><head><meta charset="{declared}"></head><body><p>{text}</p></html>'),
        (
            "a.htm",
            '<html><head><meta http-equiv="Content-Type" content="text/html; '
            f'charset={declared}"></head><body>{text}</html>',
        ),
        ("a.xml", f"<?xml version='1.0' encoding='{declared}'?><r><al>{text}</al></r>"),
    ):
        assert read_one(page.encode(encoding), name).text == text


def test_a_page_that_hides_folds_or_holds_forms_is_read_as_it_is_seen() -> None:
    page = """<html><head><style>.weg, p#ook { color: red; display : none }
    /* .niet { display: none } */ @media print { .papier { display: none } }</style></head><body>
    <p>a</p><p class="x weg">b</p><p id="ook">c</p><div id="ook">d</div><p class="papier">e</p>
    <p style="color:red; DISPLAY:NONE">f</p><p style="visibility: hidden">g</p><p hidden>h</p>
    <p class="niet">i</p></body></html>"""
    source = read_one(page, "a.html")
    assert source.text.split("\n") == ["a", "d", "e", "i"]
    assert source.warnings == ()
    much = f"<body><p>a</p><div style='display:none'>{'tekst ' * 60}</div>"
    assert len(read_bytes(much.encode(), "a.html").warnings) == 1
    page = """<body><h2><button>Wat kost het?</button></h2><p>3 euro.</p><details><summary>Wie
    betaalt?</summary><p>Het Rijk.</p></details><dl><dt>Wanneer?</dt><dd>In mei.</dd></dl>"""
    document = cut(read_one(page, "a.html"), "a.html")
    assert {p.heading: p.reading_text() for p in document.passages} == {
        "Wat kost het?": "3 euro.",
        "Wie betaalt?": "Het Rijk.",
        "Wanneer?": "In mei.",
    }
    page = """<body><form>Naam <input value="Jansen"> <input type="checkbox" checked> ja <input
    type="submit" value="Verstuur"><select><option>a<option selected>b</select></form>
    <p><math><msup><mn>10</mn><mrow><mo>−</mo><mn>5</mn></mrow></msup></math> en
    <math><mfrac><mn>1</mn><mi>a</mi></mfrac></math></p>"""
    lines = [" ".join(line.split()) for line in read_one(page, "a.html").text.split("\n")]
    assert lines == ["Naam Jansen ☒ ja b", "10⁻⁵ en 1/a"]


# --- tables ---------------------------------------------------------------------------------

GRID = "Land[1]\t2022\t2023\nIerland\t\t1.388\n\t88.711\t122\nTotaal (alle)\t\t9"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "a.html",
            "<table><tr><th>Land<sup>1</sup><th>2022<th>2023<tr><td rowspan=2>Ierland<td><td>1.388"
            "<tr><td>88.711<td>122<tr><td colspan=2><p>Totaal</p><p>(alle)</p><td>9</table>",
        ),
        (
            "a.xml",
            '<table><tgroup><colspec colname="a"/><colspec colname="b"/><colspec colname="c"/>'
            "<thead><row><entry>Land<noot><noot.nr>1</noot.nr></noot></entry><entry>2022</entry>"
            '<entry>2023</entry></row></thead><tbody><row><entry morerows="1"><al>Ierland</al>'
            '</entry><entry colname="c">1.388</entry></row><row><entry>88.711</entry><entry>122'
            '</entry></row><row><entry namest="a" nameend="b"><al>Totaal</al><al>(alle)</al>'
            "</entry><entry>9</entry></row></tbody></tgroup></table>",
        ),
        (
            "a.docx",
            word(
                table(
                    [f"{par('Land', run('1', RAISED))}", "2022", "2023"],
                    [cell(par("Ierland"), '<w:vMerge w:val="restart"/>'), "<w:p/>", "1.388"],
                    [cell("<w:p/>", "<w:vMerge/>"), "88.711", "122"],
                    [cell(par("Totaal") + par("(alle)"), '<w:gridSpan w:val="2"/>'), "9"],
                )
            ),
        ),
    ],
)
def test_rows_and_columns_are_kept_in_every_format(name: str, data: str | bytes) -> None:
    source = read_one(data, name)
    rows = source.text.split("\n\n")[0].split("\n")
    assert rows == GRID.split("\n")


def tabled(wrap: str, head: list[str], rows: list[list[str | list[str]]]) -> Document:
    """A document of paragraphs and a table, of which a cell may be several paragraphs."""
    if wrap == "docx":
        cells = [
            [
                each if isinstance(each, str) else f"<w:tc>{''.join(map(par, each))}</w:tc>"
                for each in row
            ]
            for row in rows
        ]
        return cut(read_bytes(word("".join(map(par, head)) + table(*cells)), "a.docx"), "a.docx")
    row, one, line = ("tr", "td", "p") if wrap == "html" else ("row", "entry", "al")

    def paragraphs(texts: list[str]) -> str:
        return "".join(f"<{line}>{each}</{line}>" for each in texts)

    inside = ""
    for cells_ in rows:
        written = [each if isinstance(each, str) else paragraphs(each) for each in cells_]
        inside += f"<{row}>{''.join(f'<{one}>{each}</{one}>' for each in written)}</{row}>"
    page = f"<r>{paragraphs(head)}<table>{inside}</table></r>"
    return cut(read_one(page, f"a.{wrap}"), f"a.{wrap}")


@pytest.mark.parametrize("wrap", ["html", "xml", "docx"])
def test_long_rows_are_one_line_and_a_table_belongs_to_its_answer_or_is_a_list_of_them(wrap):
    long = "Een omschrijving van een maatregel die op zichzelf al heel wat ruimte inneemt"
    rows = [["Maatregel", "Bedrag", "Jaar"], [long, "12", f"{long} ook"], ["Kort", "3", "2024"]]
    document = tabled(wrap, ["Vraag 1", "Wat kost het?", "Antwoord 1", "Bijgaande cijfers:"], rows)
    assert answers(document) == {1: "Bijgaande cijfers:\n" + "\n".join(map("\t".join, rows))}
    question = "Wie betaalt het herstel van de pijlers en het dek, en om welk bedrag gaat het dan?"
    paragraphs = ["De provincie betaalt 12 miljoen euro per jaar.", "Het Rijk betaalt niets."]
    rows = [["Nr", "Vraag", "Antwoord"], ["1", "Klopt het?", "Ja."], ["2", question, paragraphs]]
    assert answers(tabled(wrap, [], rows)) == {1: "Ja.", 2: "\n".join(paragraphs)}


def test_a_table_that_places_blocks_gives_those_blocks() -> None:
    page = """<table><tr><td><h2>Vraag 1</h2><p>Wat?</p></td></tr><tr><td><h2>Antwoord 1</h2>
    <p>Dat.</p><table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table></td></tr>
    </table>"""
    assert answers(cut(read_one(page, "a.html"), "a.html")) == {1: "Dat.\na\t1\nb\t2"}
    body = table(
        [f"<w:tc>{par('Vraag 1')}{par('Wat?')}</w:tc>"],
        [f"<w:tc>{par('Antwoord 1')}{par('Dat.')}{table(['a', '1'], ['b', '2'])}</w:tc>"],
    )
    assert answers(cut(read_bytes(word(body), "a.docx"), "a.docx")) == {1: "Dat.\na\t1\nb\t2"}


# --- the shared cases -----------------------------------------------------------------------

MANY = "In 2024 kwamen er 118 meldingen binnen bij het loket van de beheerder."
# Name: what the answers are, or begin with.
SHARED: dict[str, dict[int, str]] = {
    "B03_vraag_nummer_lege_alinea.docx": {2: "In 2024 kwamen er 118 meldingen binnen."},
    "B07_verborgen_val0.docx": {2: "Er kwamen 118 meldingen binnen bij het loket."},
    "B08_formule_symbool.docx": {
        2: "De toeslag is 0,12 × 4500 = 540 euro per jaar.",
        3: "✓ De eis van 30 °C is",
    },
    "B16_strict.docx": {2: "In 2024 kwamen er 118 meldingen binnen."},
    "B18_tabellen_zelfde_rijen.docx": {
        2: "Provincie Noord-Holland\t44\nProvincie Zuid-Holland\t55\nProvincie Gelderland\t36"
    },
    "F07_zerowidth.txt": {2: MANY},
    "K01_nbsp_alleen_in_kop.md": {2: MANY},
    "X02_tekst_zonder_al.xml": {1: "Ja.", 2: "Er waren 118 meldingen.", 3: "In september 2025."},
    "X06_noot_in_tabel.xml": {2: "Zie de tabel.\nMeldingen[1]\t118"},
    "X11_kst_tabel.xml": {4: "De provincie betaalt 12 miljoen euro.\nHet Rijk betaalt niets."},
    "H05_latin15.html": {2: "Het kost € 118 - à prix fixe"},
    "H15_hidden.html": {2: "Het kost € 118 – à prix fixe – in één café."},
    "K02_kop_met_noot.html": {1: "Ja.", 2: "118 meldingen.", 3: "In september 2025."},
    "K03_exponent.html": {1: "De kans is 10⁻⁵ per jaar; het gaat om 3 × 10⁴ passages."},
}


@pytest.mark.parametrize("name", SHARED)
def test_shared_cases(name: str) -> None:
    if not (CASES / name).is_file():
        pytest.skip(f"{name} is not here")
    found = answers(cut_file(CASES / name))
    assert sorted(found, key=str) == list(range(1, len(found) + 1))
    for number, answer in SHARED[name].items():
        assert found[number].startswith(answer)
