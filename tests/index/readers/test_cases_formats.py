"""Files as they really are, in every format but pdf: nothing lost, nothing mistaken.

Of each kind of trouble the shared case, where it is there, and small files made here.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from hashing import HashingEncoder
from hypothesis import given
from hypothesis import strategies as st

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
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not here")

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "o": "urn:schemas-microsoft-com:office:office",
    }.items()
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RAISED = '<w:vertAlign w:val="superscript"/>'
QA = "<h3>Vraag 1</h3><p>Wat?</p><h3>Antwoord 1</h3><p>{}</p>"


def cut(source: Source, name: str) -> Document:
    """A document, with every character of its text in a passage, a question or aside."""
    document = segment(source, name=name, document_id="0" * 16)
    held = [False] * len(document.text)
    for passage in document.passages:
        assert document.text[passage.start : passage.end] == passage.text
        spans = [(passage.start, passage.end), *((q.start, q.end) for q in passage.questions)]
        for start, end in spans:
            held[start:end] = [True] * (end - start)
    for aside in document.set_aside:
        held[aside.start : aside.end] = [True] * (aside.end - aside.start)
    assert not [c for c, kept in zip(document.text, held, strict=True) if not (kept or c.isspace())]
    return document


def answers(document: Document) -> dict[int | str, str]:
    return {
        question.number: passage.reading_text()
        for passage in document.passages
        for question in passage.questions
    }


def case(name: str) -> Document:
    return cut(read(CASES / name), name)


def text_of(data: str | bytes, name: str) -> str:
    return read_bytes(data.encode() if isinstance(data, str) else data, name).text


# --- making Word files ----------------------------------------------------------------------


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(*runs: str, properties: str = "") -> str:
    inside = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def numbered(list_id: int) -> str:
    return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{list_id}"/></w:numPr>'


def table(*rows: list[str]) -> str:
    """Cells are text, or xml that begins with "<"."""
    written = ""
    for row in rows:
        cells = (
            each if each.startswith("<w:tc>") else f"<w:tc>{each}</w:tc>"
            for each in (cell if cell.startswith("<") else par(cell) for cell in row)
        )
        written += f"<w:tr>{''.join(cells)}</w:tr>"
    return f"<w:tbl>{written}</w:tbl>"


def cell(inside: str, properties: str) -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def word(
    body: str,
    *,
    styles: str = "",
    numbering: str = "",
    parts: tuple[tuple[str, str, str, str, str], ...] = (),
    change: Callable[[str, bytes], bytes] = lambda _, content: content,
) -> bytes:
    """A docx; `parts` holds (relationship id, relation, name, content type, content)."""
    document = docx.Document()
    place = document.element.body
    for element in list(parse_xml(f"<x {NAMESPACES}>{body}</x>")):
        place.insert(len(place) - 1, element)
    for element in list(parse_xml(f"<x {NAMESPACES}>{styles}</x>")):
        document.styles.element.append(element)
    lists = document.part.numbering_part.element
    for old in list(lists):
        lists.remove(old)
    for element in list(parse_xml(f"<x {NAMESPACES}>{numbering}</x>")):
        lists.append(element)
    saved, written = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as old_package, zipfile.ZipFile(written, "w") as package:
        for name in old_package.namelist():
            content = old_package.read(name)
            for identifier, relation, part, kind, _ in parts:
                if name == "[Content_Types].xml":
                    entry = f'<Override PartName="/word/{part}" ContentType="{kind}"/></Types>'
                    content = content.replace(b"</Types>", entry.encode())
                if name == "word/_rels/document.xml.rels":
                    entry = (
                        f'<Relationship Id="{identifier}" Type="{RELATIONS}/{relation}" '
                        f'Target="{part}"/></Relationships>'
                    )
                    content = content.replace(b"</Relationships>", entry.encode())
            package.writestr(name, change(name, content))
        for _, _, part, _, text in parts:
            package.writestr(f"word/{part}", text)
    return written.getvalue()


def word_text(body: str, **more: object) -> str:
    return read_bytes(word(body, **more), "a.docx").text  # type: ignore[arg-type]


def levels(number: int, template: str) -> str:
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="decimal"/><w:lvlText w:val="{template}"/></w:lvl></w:abstractNum>'
    )


def use(number: int) -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'


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


def added(opened: Index, *paths: Path) -> tuple[list[str], list[str]]:
    """The names added, and what was said of what failed."""
    report = opened.add(paths)
    said = [error.nl for _, error in report.failed]
    for line in [*said, *(path for path, _ in report.failed)]:
        line.encode()  # can be printed
    return sorted(Path(info.source).name for info in report.added), said


def test_a_name_that_is_not_utf8_ends_only_itself(opened: Index, folder: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/m\xe9.txt"))
    odd.write_text("Vraag 1\nHoe?\nAntwoord 1\nZo.")
    names, said = added(opened, folder)
    assert names == ["a.txt", "z.txt"]
    assert len(said) == 1
    assert "UTF-8" in said[0]
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read(odd)


def test_links_missing_files_and_lock_files_of_word_end_only_themselves(
    opened: Index, folder: Path
) -> None:
    lock = folder / "~$brief.docx"
    lock.write_bytes(b"\x05naam")
    (folder / "rond.txt").symlink_to(folder / "rond.txt")
    names, said = added(opened, folder, lock, folder / "rond.txt", folder / "weg.txt")
    assert names == ["a.txt", "z.txt"]
    assert len(said) == 2
    assert not any("~$" in line for line in said)


def test_a_pipe_is_refused_and_not_waited_for(opened: Index, folder: Path) -> None:
    pipe = folder / "pijp.txt"
    os.mkfifo(pipe)
    with pytest.raises(UnreadableFile, match="pijp"):
        read(pipe)
    names, said = added(opened, pipe, folder)
    assert names == ["a.txt", "z.txt"]
    assert len(said) == 1


def test_two_files_of_one_name_both_stay(opened: Index) -> None:
    for text in (b"Vraag 1\nWat?\nAntwoord 1\nDat.", b"Vraag 1\nWie?\nAntwoord 1\nZij."):
        opened.add_bytes(text, "brief.txt")
    assert [info.source for info in opened.documents()] == ["brief.txt", "brief.txt"]


# --- Word (8) -------------------------------------------------------------------------------


@needs_cases
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("B03_vraag_nummer_lege_alinea.docx", "In 2024 kwamen er 118 meldingen binnen."),
        ("B07_verborgen_val0.docx", "Er kwamen 118 meldingen binnen bij het loket."),
        ("B08_formule_symbool.docx", "De toeslag is 0,12 × 4500 = 540 euro per jaar."),
        ("B16_strict.docx", "In 2024 kwamen er 118 meldingen binnen."),
        (
            "B18_tabellen_zelfde_rijen.docx",
            "Provincie Noord-Holland\t44\nProvincie Zuid-Holland\t55\nProvincie Gelderland\t36",
        ),
    ],
)
def test_shared_word_cases(name: str, expected: str) -> None:
    found = answers(case(name))
    assert sorted(found, key=str) == [1, 2, 3]
    assert found[2] == expected


@needs_cases
def test_shared_symbols() -> None:
    assert answers(case("B08_formule_symbool.docx"))[3].startswith("✓ De eis van 30 °C is")


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
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ],
)
@pytest.mark.parametrize("name", ["a.docx", "a.docm"])
def test_macro_documents_and_templates_are_read(kind: bytes, name: str) -> None:
    data = word(par("Tekst."), change=lambda _, content: content.replace(MAIN, kind))
    assert read_bytes(data, name).text == "Tekst."


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


@needs_cases
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "F07_zerowidth.txt",
            "In 2024 kwamen er 118 meldingen binnen bij het loket van de beheerder.",
        ),
        (
            "K01_nbsp_alleen_in_kop.md",
            "In 2024 kwamen er 118 meldingen binnen bij het loket van de beheerder.",
        ),
    ],
)
def test_shared_cases_of_invisible_characters(name: str, expected: str) -> None:
    document = case(name)
    assert document.text == (CASES / name).read_text(encoding="utf-8")
    assert answers(document)[2] == expected
    assert sorted(answers(document)) == [1, 2, 3]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_text_keeps_its_invisible_characters_and_is_cut_as_it_looks(name: str) -> None:
    document = cut(read_bytes(UNSEEN.encode(), name), name)
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
    document = cut(read_bytes(data.encode() if isinstance(data, str) else data, name), name)
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
def test_number_and_title_in_cells_are_the_documents(
    rows: list[list[str]], title: str, identifier: str
) -> None:
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


@needs_cases
def test_shared_cases_of_xml_html_and_a_number_apart() -> None:
    assert case("X11_kst_tabel.xml").metadata.identifiers == ("kst-99180-133",)
    assert answers(case("X02_tekst_zonder_al.xml")) == {
        1: "Ja.",
        2: "Er waren 118 meldingen.",
        3: "In september 2025.",
    }
    noted = case("X06_noot_in_tabel.xml")
    assert answers(noted)[2] == "Zie de tabel.\nMeldingen[1]\t118"
    assert answers(noted)[3].endswith("\nIn september 2025.")
    assert [note.mark for note in noted.passages[1].footnotes] == ["1"]
    assert answers(case("X11_kst_tabel.xml"))[4] == (
        "De provincie betaalt 12 miljoen euro.\nHet Rijk betaalt niets."
    )
    assert answers(case("H05_latin15.html"))[2].startswith("Het kost € 118 - à prix fixe")
    hidden = case("H15_hidden.html")
    assert answers(hidden)[2] == "Het kost € 118 – à prix fixe – in één café."
    assert "verborgen" not in hidden.text


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
def test_raised_text_is_a_mark_an_exponent_or_text(
    before: str, content: str, expected: str
) -> None:
    assert raised(content, before).replace(OPEN, "").replace(CLOSE, "") == expected


@needs_cases
def test_shared_cases_of_raised_text() -> None:
    assert answers(case("K02_kop_met_noot.html")) == {
        1: "Ja.",
        2: "118 meldingen.",
        3: "In september 2025.",
    }
    assert answers(case("K03_exponent.html")) == {
        1: "De kans is 10⁻⁵ per jaar; het gaat om 3 × 10⁴ passages."
    }


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
    document = cut(read_bytes(data.encode() if isinstance(data, str) else data, name), name)
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
    assert answers(cut(source, "a.docx")) == {2: "Dat."}


# --- xml (13) -------------------------------------------------------------------------------


def test_text_beside_elements_lists_and_notes_of_headings() -> None:
    xml = """<r><vraag><nr>1</nr>Klopt <nadruk>dit</nadruk>:<lijst><li><li.nr>a.</li.nr><al>dit<noot
    id="x"><noot.nr>1</noot.nr><noot.al>Bron.</noot.al></noot>;</al></li></lijst>en waarom?</vraag>
    <antwoord><nr>1</nr><al>Het volgt:<lijst><li><li.nr>1°.</li.nr><al>een</al></li><li><al>twee
    </al></li></lijst>Dat is al.</al><tussenkop>Plan<noot><noot.nr>2</noot.nr><noot.al>Later.
    </noot.al></noot></tussenkop>Zie<nootref refid="x"/> boven.</antwoord></r>"""
    source = read_bytes(xml.encode(), "a.xml")
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
def test_a_question_without_a_number_is_the_heading_of_its_answer(
    xml: str, headings: dict[str, str]
) -> None:
    document = cut(read_bytes(xml.encode(), "a.xml"), "a.xml")
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
    assert answers(cut(read_bytes(xml.encode(), "a.xml"), "a.xml")) == {1: "Dat."}


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
        assert text_of(page.encode(encoding), name) == text


def test_a_page_that_hides_folds_or_holds_forms_is_read_as_it_is_seen() -> None:
    page = """<html><head><style>.weg, p#ook { color: red; display : none }
    /* .niet { display: none } */ @media print { .papier { display: none } }</style></head><body>
    <p>a</p><p class="x weg">b</p><p id="ook">c</p><div id="ook">d</div><p class="papier">e</p>
    <p style="color:red; DISPLAY:NONE">f</p><p style="visibility: hidden">g</p><p hidden>h</p>
    <p class="niet">i</p></body></html>"""
    source = read_bytes(page.encode(), "a.html")
    assert source.text.split("\n") == ["a", "d", "e", "i"]
    assert source.warnings == ()
    much = f"<body><p>a</p><div style='display:none'>{'tekst ' * 60}</div>"
    assert len(read_bytes(much.encode(), "a.html").warnings) == 1
    page = """<body><h2><button>Wat kost het?</button></h2><p>3 euro.</p><details><summary>Wie
    betaalt?</summary><p>Het Rijk.</p></details><dl><dt>Wanneer?</dt><dd>In mei.</dd></dl>"""
    document = cut(read_bytes(page.encode(), "a.html"), "a.html")
    assert {p.heading: p.reading_text() for p in document.passages} == {
        "Wat kost het?": "3 euro.",
        "Wie betaalt?": "Het Rijk.",
        "Wanneer?": "In mei.",
    }
    page = """<body><form>Naam <input value="Jansen"> <input type="checkbox" checked> ja <input
    type="submit" value="Verstuur"><select><option>a<option selected>b</select></form>
    <p><math><msup><mn>10</mn><mrow><mo>−</mo><mn>5</mn></mrow></msup></math> en
    <math><mfrac><mn>1</mn><mi>a</mi></mfrac></math></p>"""
    lines = [" ".join(line.split()) for line in text_of(page, "a.html").split("\n")]
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
    source = read_bytes(data.encode() if isinstance(data, str) else data, name)
    rows = source.text.split("\n\n")[0].split("\n")
    assert rows == GRID.split("\n")


@pytest.mark.parametrize("wrap", ["html", "xml", "docx"])
def test_a_long_row_is_one_line_and_a_table_belongs_to_its_answer(wrap: str) -> None:
    long = "Een omschrijving van een maatregel die op zichzelf al heel wat ruimte inneemt"
    rows = [["Maatregel", "Bedrag", "Jaar"], [long, "12", f"{long} ook"], ["Kort", "3", "2024"]]
    head = ["Vraag 1", "Wat kost het?", "Antwoord 1", "Bijgaande cijfers:"]
    if wrap == "docx":
        source = read_bytes(word("".join(map(par, head)) + table(*rows)), "a.docx")
    else:
        row, one, line = ("tr", "td", "p") if wrap == "html" else ("row", "entry", "al")
        inside = "".join(
            f"<{row}>{''.join(f'<{one}>{each}</{one}>' for each in cells)}</{row}>"
            for cells in rows
        )
        page = "".join(f"<{line}>{each}</{line}>" for each in head) + f"<table>{inside}</table>"
        source = read_bytes(f"<r>{page}</r>".encode(), f"a.{wrap}")
    expected = "Bijgaande cijfers:\n" + "\n".join("\t".join(cells) for cells in rows)
    assert answers(cut(source, f"a.{wrap}")) == {1: expected}


@pytest.mark.parametrize("wrap", ["html", "xml", "docx"])
def test_a_table_of_questions_and_answers_with_long_rows(wrap: str) -> None:
    question = "Wie betaalt het herstel van de pijlers en het dek, en om welk bedrag gaat het dan?"
    rows = [["Nr", "Vraag", "Antwoord"], ["1", "Klopt het?", "Ja."], ["2", question, ""]]
    paragraphs = ["De provincie betaalt 12 miljoen euro per jaar.", "Het Rijk betaalt niets."]
    if wrap == "docx":
        rows[2][2] = f"<w:tc>{''.join(map(par, paragraphs))}</w:tc>"
        source = read_bytes(word(table(*rows)), "a.docx")
    else:
        row, one, line = ("tr", "td", "p") if wrap == "html" else ("row", "entry", "al")
        rows[2][2] = "".join(f"<{line}>{each}</{line}>" for each in paragraphs)
        inside = "".join(
            f"<{row}>{''.join(f'<{one}>{each}</{one}>' for each in cells)}</{row}>"
            for cells in rows
        )
        source = read_bytes(f"<r><table>{inside}</table></r>".encode(), f"a.{wrap}")
    assert answers(cut(source, f"a.{wrap}")) == {1: "Ja.", 2: "\n".join(paragraphs)}


def test_a_table_that_places_blocks_gives_those_blocks() -> None:
    page = """<table><tr><td><h2>Vraag 1</h2><p>Wat?</p></td></tr><tr><td><h2>Antwoord 1</h2>
    <p>Dat.</p><table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table></td></tr>
    </table>"""
    assert answers(cut(read_bytes(page.encode(), "a.html"), "a.html")) == {1: "Dat.\na\t1\nb\t2"}
    body = table(
        [f"<w:tc>{par('Vraag 1')}{par('Wat?')}</w:tc>"],
        [f"<w:tc>{par('Antwoord 1')}{par('Dat.')}{table(['a', '1'], ['b', '2'])}</w:tc>"],
    )
    assert answers(cut(read_bytes(word(body), "a.docx"), "a.docx")) == {1: "Dat.\na\t1\nb\t2"}
