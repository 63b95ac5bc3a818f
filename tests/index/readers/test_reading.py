"""Files of every format -> text: what must arrive, what must be refused."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from index.documents import Source
from index.errors import UnreadableFile
from index.readers.dehyphenation import joined
from index.reading import read, read_bytes

SHARED = Path(__file__).resolve().parents[4] / "shared"
CORPUS = SHARED / "corpus" / "kamervragen"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not here")

Piece = tuple[float, float, float, str]  # x, y, type size in points; text


def pdf_bytes(pages: Iterable[Iterable[Piece]], trailer: str = "") -> bytes:
    """A pdf in Helvetica with each piece of text where it is asked for (no parentheses)."""
    pages = [list(page) for page in pages]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        shown = "\n".join(
            f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET" for x, y, size, text in page
        )
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer}>>\n"
        f"startxref\n{len(out)}\n%%EOF"
    )
    return out.encode("cp1252")


def docx_bytes(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def running_text(source: Source) -> str:
    """The text without what the reader took out of it."""
    cuts = [span.start for span in (*source.asides, *source.footnotes)]
    return source.text[: min(cuts, default=len(source.text))].rstrip()


# --- text -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_arrives_in_every_usual_encoding(encoding: str) -> None:
    assert read_bytes("één €\r\ntwee\rdrie".encode(encoding), "a.txt").text == "één €\ntwee\ndrie"


def test_text_is_left_as_it_is_but_for_line_ends_controls_and_double_encoding() -> None:
    text = "  1.\tVraag  \n\n\n  Antwoord\u00a0x\n"
    assert read_bytes(text.encode(), "a.txt").text == text
    assert read_bytes(b"a\x07b\fc", "a.txt").text == "a b\nc"
    twice = "\ufeffcliënt ’s".encode().decode("latin-1").encode()
    assert read_bytes(twice, "a.txt").text == "cliënt ’s"


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.txt", "leeg"),
        (b" \n ", "a.txt", "leeg"),
        (b"a\0b" * 9, "a.txt", "binair"),
        (bytes(range(1, 256)) * 3, "a.txt", "binair"),
        ("geïnformeerd cliënt één".encode() + b"\xc3", "a.txt", "UTF-8"),
        (b"\xff\xfea", "a.txt", "UTF-16"),
        (b"tekst", "a.odt", ".docx"),
        (b"tekst", "zonder-punt", "geen extensie"),
        (b"%PDF-1.4\nniets", "a.pdf", "beschadigd"),
        (b"PK\x03\x04 niets", "a.docx", "beschadigd"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99), "a.docx", ".doc"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "a.docx",
            "versleuteld",
        ),
        (b"<a><b></a>", "a.xml", "regel 1"),
        (b"<a></a>", "a.xml", "leeg"),
        (b"<b>" * 9000 + b"diep", "a.html", "diep genest"),
        (pdf_bytes([[]]), "a.pdf", "OCR"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(data: bytes, name: str, says: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data, name)
    assert says in caught.value.nl
    assert caught.value.nl.startswith(name)
    assert "\n" not in caught.value.nl + caught.value.en
    assert caught.value.nl != caught.value.en


def test_missing_files_directories_and_large_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "groot.txt").write_text("x" * 100)
    (tmp_path / "map.txt").mkdir()
    for name, says in (("weg.txt", "bestaat niet"), ("map.txt", "map"), ("groot.txt", "te groot")):
        with pytest.raises(UnreadableFile, match=says):
            read(tmp_path / name, max_bytes=99)
    assert read(tmp_path / "groot.txt", max_bytes=100).text == "x" * 100


def test_a_suffix_in_capitals_is_known() -> None:
    assert read_bytes(b"tekst", "A.TXT").text == "tekst"


# --- markdown -------------------------------------------------------------------------------


def test_markdown_keeps_its_text_and_marks_headings() -> None:
    text = "\n # Eerste\n\ntekst\n\nTweede\nregel\n======\n\n```\n# geen kop\n```\n### Derde ###\n"
    source = read_bytes(text.encode(), "a.md")
    assert source.text == text
    headings = [text[span.start : span.end] for span in source.headings]
    assert headings == ["# Eerste", "Tweede\nregel\n======", "### Derde ###"]


# --- pdf ------------------------------------------------------------------------------------


def _page(number: int, lines: list[str], notes: tuple[str, ...] = ()) -> list[Piece]:
    page: list[Piece] = [(72, 800, 8, "Ministerie van Voorbeelden")]
    page += [(72, 740 - 13 * row, 11, line) for row, line in enumerate(lines) if line]
    for row, note in enumerate(notes):
        mark, text = note.split(" ", 1)
        page += [(72, 93 - 10 * row, 5, mark), (78, 90 - 10 * row, 8, text)]
    return [*page, (300, 40, 8, f"Pagina {number} van 2")]


FULL = "Deze regel vult de hele breedte van de kolom zodat er geen woord meer bij past"


@pytest.fixture(scope="module")
def two_pages() -> Source:
    first = ["Vraag 1", "Wat is dat?", "", "Antwoord 1", FULL + " en demon-", "streren mag."]
    first += ["Nieuwe alinea van een woord of tien, die op de volgende pagina met " + "iii" * 13]
    second = ["verder gaat, bij mkb-" + " " * 3, "bedrijven.", "", "Vraag 2", "En dit?"]
    return read_bytes(
        pdf_bytes(
            [
                _page(1, first, ("1 Zie www.voorbeeld.nl/een-", "2 Tweede noot.")),
                _page(2, second, ("3 Derde noot.",)),
            ]
        ),
        "a.pdf",
    )


def test_pdf_lines_become_paragraphs_across_pages(two_pages: Source) -> None:
    assert running_text(two_pages).split("\n") == [
        "Vraag 1",
        "Wat is dat?",
        "",
        "Antwoord 1",
        FULL + " en demonstreren mag.",
        "Nieuwe alinea van een woord of tien, die op de volgende pagina met "
        + "iii" * 13
        + " verder gaat, bij mkb-bedrijven.",
        "",
        "Vraag 2",
        "En dit?",
    ]


def test_pdf_page_furniture_and_notes_follow_the_running_text(two_pages: Source) -> None:
    text = two_pages.text
    notes = [(note.mark, text[note.start : note.end]) for note in two_pages.footnotes]
    assert notes == [
        ("1", "1 Zie www.voorbeeld.nl/een-"),
        ("2", "2 Tweede noot."),
        ("3", "3 Derde noot."),
    ]
    asides = [(aside.why, text[aside.start : aside.end]) for aside in two_pages.asides]
    assert asides == [
        ("paginakop", "Ministerie van Voorbeelden"),
        ("paginanummer", "Pagina 1 van 2"),
        ("paginakop", "Ministerie van Voorbeelden"),
        ("paginanummer", "Pagina 2 van 2"),
    ]


def test_pdf_numbers_marks_and_columns_are_read_in_their_order() -> None:
    pages = [
        [(72.0, 780.0, 11.0, f"Vraag {n}"), (72.0, 750.0, 11.0, "Klopt dit bericht wel?")]
        for n in (1, 2, 3)
    ]
    assert not read_bytes(pdf_bytes(pages), "a.pdf").asides
    page = [(72.0, 700.0, 11.0, "Rijksoverheid."), (141.1, 704.0, 6.0, "3")]
    assert read_bytes(pdf_bytes([page]), "a.pdf").text == "Rijksoverheid.3"
    left = [(72.0, 700.0 - 13 * n, 11.0, f"Linker kolom, zin {n} is uit.") for n in range(4)]
    right = [(320.0, 700.0 - 13 * n, 11.0, f"Rechter kolom, zin {n} is uit.") for n in range(4)]
    text = read_bytes(pdf_bytes([left + right]), "a.pdf").text
    assert text.index("Linker kolom, zin 3") < text.index("Rechter kolom, zin 0")


def test_encrypted_pdf_is_refused() -> None:
    secret = f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>"
    data = pdf_bytes([[(72, 700, 11, "geheim")]], f"/Encrypt {secret} /ID [<41> <41>] ")
    with pytest.raises(UnreadableFile, match="versleuteld"):
        read_bytes(data, "a.pdf")


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("demon-", "streren", "demonstreren"),
        ("Noord-", "Holland", "Noord-Holland"),
        ("mkb-", "bedrijven", "mkb-bedrijven"),
        ("massa-", "explosies", "massa-explosies"),
        ("financi-", "eel", "financieel"),
        ("be-", "invloeding", "beïnvloeding"),
        ("NAVO-", "top", "NAVO-top"),
        ("2021-", "2024", "2021-2024"),
        ("kwaliteits-", "en transporteisen", "kwaliteits- en transporteisen"),
        ("zie www.a.nl/een-", "twee", "zie www.a.nl/een-twee"),
        ("de bis-", "periode", "de bis-periode"),
        ("de vroeg-", "interventie", "de vroeginterventie"),
    ],
)
def test_hyphen_at_a_line_end(first: str, second: str, whole: str) -> None:
    assert joined(first, second, {"bis-periode", "vroeginterventie"}) == whole


@needs_corpus
def test_corpus_pdfs_hold_every_answer_and_are_read_quickly() -> None:
    def letters(text: str) -> str:
        return re.sub(r"[\W_]+", "", text)

    lines = (SHARED / "gold" / "segments.jsonl").read_text(encoding="utf-8").splitlines()
    gold = [each for each in map(json.loads, lines) if each["file"].endswith((".pdf", ".docx"))]
    started = time.perf_counter()
    sources = {each["file"]: read(CORPUS / each["file"]) for each in gold}
    assert time.perf_counter() - started < 20
    missing = [
        (each["file"], segment["questions"], part)
        for each in gold
        for segment in each["segments"]
        for part in ("answer_head", "answer_tail")
        if letters(segment[part]) not in letters(running_text(sources[each["file"]]))
    ]
    assert not missing
    for name, source in sources.items():
        if name.endswith(".pdf"):
            marks = [int(note.mark) for note in source.footnotes]
            assert marks == list(range(1, len(marks) + 1)), name
            assert "Tweede Kamer, vergaderjaar" not in running_text(source), name


# --- docx -----------------------------------------------------------------------------------


@pytest.fixture
def document() -> docx.document.Document:
    return docx.Document()


def test_docx_body_order_tables_and_headings(document: docx.document.Document) -> None:
    document.add_heading("Inleiding", 1)
    document.add_paragraph("Voor\u00a0de tabel, zacht\u00adaardig.")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Datum", "6 oktober 2025"
    document.add_paragraph("Na de tabel.")
    document.add_paragraph().add_run("Vraag 1").bold = True
    source = read_bytes(docx_bytes(document), "a.docx")
    assert source.text.split("\n") == [
        "Inleiding",
        "Voor de tabel, zachtaardig.",
        "Datum\t6 oktober 2025",
        "",
        "Na de tabel.",
        "",
        "Vraag 1",
    ]
    assert [source.text[h.start : h.end] for h in source.headings] == ["Inleiding", "Vraag 1"]


def test_docx_automatic_numbers_are_put_before_the_text(document: docx.document.Document) -> None:
    document.add_paragraph("Eerste vraag?", style="List Number")
    document.add_paragraph("Ja.")
    document.add_paragraph("Tweede vraag?", style="List Number")
    document.add_paragraph("punt", style="List Bullet")
    text = read_bytes(docx_bytes(document), "a.docx").text
    assert text == "1. Eerste vraag?\nJa.\n2. Tweede vraag?\npunt"


def test_docx_numbering_levels_and_restarts(document: docx.document.Document) -> None:
    numbering = document.part.numbering_part.element
    for old in list(numbering):
        numbering.remove(old)
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{shape}"/>'
        f'<w:lvlText w:val="{template}"/></w:lvl>'
        for n, start, shape, template in (
            (0, 3, "decimal", "Vraag %1"),
            (1, 1, "lowerLetter", "%1.%2)"),
        )
    )
    numbering.append(
        parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="1">{levels}</w:abstractNum>')
    )
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    for number, inner in ((1, ""), (2, restart)):
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="1"/>'
                f"{inner}</w:num>"
            )
        )
    for number, level in ((1, 0), (1, 1), (1, 1), (1, 0), (1, 1), (2, 0), (2, 0)):
        properties = document.add_paragraph("x")._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val, properties.get_or_add_ilvl().val = number, level
    text = read_bytes(docx_bytes(document), "a.docx").text
    assert [line.removesuffix(" x") for line in text.split("\n")] == [
        "Vraag 3",
        "3.a)",
        "3.b)",
        "Vraag 4",
        "4.a)",
        "Vraag 1",
        "Vraag 2",
    ]


def test_docx_page_header_is_edge_text_only(document: docx.document.Document) -> None:
    document.sections[0].header.paragraphs[0].text = "Datum 25 juli 2024"
    document.add_paragraph("Tekst.")
    source = read_bytes(docx_bytes(document), "a.docx")
    assert (source.text, source.edge_text) == ("Tekst.", "Datum 25 juli 2024")


def test_docx_tracked_changes_links_and_text_boxes(document: docx.document.Document) -> None:
    paragraph = document.add_paragraph("Wij ")._p
    run = "<w:r><w:t>{}</w:t></w:r>"
    deleted = "<w:r><w:delText>niet</w:delText></w:r>"
    for xml in (
        f"<w:ins {nsdecls('w')} w:id='1' w:author='a'>{run.format('wel')}</w:ins>",
        f"<w:del {nsdecls('w')} w:id='2' w:author='a'>{deleted}</w:del>",
        f"<w:hyperlink {nsdecls('w')} w:anchor='x'>{run.format('!')}</w:hyperlink>",
    ):
        paragraph.append(parse_xml(xml))
    box = (
        f"<w:r {nsdecls('w')} "
        "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><w:txbxContent><w:p>"
        f"{run.format('In het kader.')}</w:p></w:txbxContent></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><w:txbxContent><w:p>{run.format('Dubbel')}</w:p></w:txbxContent>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    paragraph.append(parse_xml(box))
    assert read_bytes(docx_bytes(document), "a.docx").text == "Wij wel!\nIn het kader."


def test_docx_footnotes_follow_the_text(document: docx.document.Document) -> None:
    run = document.add_paragraph("Zie de brief").add_run()
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), "7")
    run._r.append(reference)
    data = docx_bytes(document)
    notes = (
        f"<w:footnotes {nsdecls('w')}><w:footnote w:id='7'><w:p><w:r><w:footnoteRef/></w:r>"
        "<w:r><w:t>Kamerstuk 1.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for item in old.namelist():
            content = old.read(item)
            if item == "[Content_Types].xml":
                content = content.replace(
                    b"</Types>",
                    b'<Override PartName="/word/footnotes.xml" ContentType="application/vnd.'
                    b'openxmlformats-officedocument.wordprocessingml.footnotes+xml"/></Types>',
                )
            if item == "word/_rels/document.xml.rels":
                content = content.replace(
                    b"</Relationships>",
                    b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument'
                    b'/2006/relationships/footnotes" Target="footnotes.xml"/></Relationships>',
                )
            new.writestr(item, content)
        new.writestr("word/footnotes.xml", notes)
    source = read_bytes(buffer.getvalue(), "a.docx")
    assert source.text == "Zie de brief[1]\n\n1 Kamerstuk 1."
    assert [(note.mark, source.text[note.start : note.end]) for note in source.footnotes] == [
        ("1", "1 Kamerstuk 1.")
    ]


def test_truncated_and_bombed_docx_are_refused(document: docx.document.Document) -> None:
    document.add_paragraph("Tekst.")
    data = docx_bytes(document)
    with pytest.raises(UnreadableFile, match="beschadigd"):
        read_bytes(data[: len(data) // 2], "a.docx")
    buffer = io.BytesIO(data)
    with (
        zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package,
        package.open("word/bom.bin", "w", force_zip64=True) as part,
    ):
        for _ in range(310):
            part.write(bytes(1_000_000))
    with pytest.raises(UnreadableFile, match="te groot"):
        read_bytes(buffer.getvalue(), "a.docx")


# --- html -----------------------------------------------------------------------------------


def test_html_of_an_official_publication() -> None:
    page = """<html><head><title>x</title><meta name="DC.identifier" content="ah-tk-20162017-9">
    <script>var a = 1</script></head><body><nav><a href="/">Home</a></nav><div class="vraag">
    <h2 class="stuktitel">Vraag 1 </h2><p>Klopt
      het?<a class="nootnum" href="#n1">1</a></p></div><div class="antwoord"><h2>Antwoord 1</h2>
    <p>Ja.</p><ol start="4"><li>vier</li><li><p>vijf</p></li></ol></div>
    <div class="voet noot"><h5 class="note-close"><a class="note-close">X</a> Noot</h5>
    <sup><span class="nootnum">1</span></sup><p>Trouw, 1 mei</p></div>
    <footer>Over deze site</footer></body></html>"""
    source = read_bytes(page.encode(), "a.html")
    assert source.text == (
        "Vraag 1\nKlopt het?1\n\nAntwoord 1\nJa.\n4. vier\n5. vijf\n\n1 Trouw, 1 mei\n\n"
        "Home\nOver deze site"
    )
    assert [source.text[h.start : h.end] for h in source.headings] == ["Vraag 1", "Antwoord 1"]
    assert [(a.why, source.text[a.start : a.end]) for a in source.asides] == [
        ("navigatie", "Home"),
        ("paginavoet", "Over deze site"),
    ]
    assert source.footnotes[0].mark == "1"
    assert source.stated.identifiers == ("ah-tk-20162017-9",)


def test_plain_html_and_other_xml_keep_all_text_in_order() -> None:
    page = "<h1>Kop</h1>los <b>ve</b>t<br>nieuw<table><tr><td>a</td><td>b</td></tr></table><p>z</p>"
    assert read_bytes(page.encode(), "a.htm").text == "Kop\nlos vet\nnieuw\na\tb\nz"
    assert read_bytes(b"<r><a>een</a><b><c>twee <i>en</i> drie</c></b></r>", "a.xml").text == (
        "een\ntwee en drie"
    )


# --- xml ------------------------------------------------------------------------------------


def test_xml_questions_become_lines_that_can_be_cut() -> None:
    xml = """<officiele-publicatie><metadata><meta name="DC.title" content="Vragen over iets"/>
    <meta name="OVERHEIDop.datumOntvangst" content="2024-01-26"/></metadata><kamervragen>
    <kamervraagomschrijving type="vraag">Vragen van het lid
      <naam><achternaam>Klaver</achternaam></naam> over iets.</kamervraagomschrijving>
    <vraag><nr>1</nr><al>Klopt <nadruk>het</nadruk>?<noot id="a"><noot.nr>1</noot.nr><noot.al>Trouw
    </noot.al></noot></al></vraag>
    <antwoord><nr>Antwoord 1</nr><al>Ja.</al><lijst><li><li.nr>a.</li.nr><al>punt</al></li></lijst>
    </antwoord></kamervragen></officiele-publicatie>"""
    source = read_bytes(xml.encode(), "a.xml")
    assert source.text == (
        "Vragen van het lid Klaver over iets.\n\nVraag 1\nKlopt het?1\n\n"
        "Antwoord 1\nJa.\na. punt\n\n1 Trouw"
    )
    assert source.stated.date == "2024-01-26"
    assert source.footnotes[0].mark == "1"


def test_xml_marks_stand_where_an_empty_note_element_refers_to_a_note() -> None:
    xml = """<vragen><vraag nummer="1">Vaart het veer <voetnoot nummer="1"/>in mei?
    <voetnoot nummer="2"/></vraag><noten><noot nummer="1">De Veerbode</noot>
    <noot nummer="2">Kamerstuk 1</noot></noten></vragen>"""
    source = read_bytes(xml.encode(), "a.xml")
    assert source.text == "Vraag 1\nVaart het veer[1] in mei?2\n\n1 De Veerbode\n2 Kamerstuk 1"
    assert [note.mark for note in source.footnotes] == ["1", "2"]


def test_other_xml_gives_its_text_in_element_order() -> None:
    assert read_bytes(b"<r><a>een</a><b><c>twee <i>en</i> drie</c></b></r>", "a.xml").text == (
        "een\ntwee en drie"
    )


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">',
        '<!ENTITY b SYSTEM "file:///etc/hostname">',
    ],
)
def test_xml_entities_are_refused(declared: str) -> None:
    with pytest.raises(UnreadableFile, match="entiteiten"):
        read_bytes(f"<!DOCTYPE r [{declared}]><r>&b;</r>".encode(), "a.xml")


# --- everything -----------------------------------------------------------------------------


@needs_corpus
@pytest.mark.parametrize("path", sorted(SHARED.glob("corpus/*/*")), ids=lambda path: path.name)
def test_every_span_of_a_corpus_file_holds_text_and_lies_within_it(path: Path) -> None:
    source = read(path)
    for span in (*source.headings, *source.asides, *source.footnotes):
        assert source.text[span.start : span.end].strip() == source.text[span.start : span.end]
        assert span.start < span.end <= len(source.text)
