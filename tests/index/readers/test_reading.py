"""Files of every format -> text: what must arrive, what must be refused."""

from __future__ import annotations

import io
import time
from pathlib import Path

import docx
import pytest
from made_files import at, numbered, par, pdf, use, word

from index.documents import Source
from index.errors import UnreadableFile
from index.readers.dehyphenation import joined
from index.reading import read, read_bytes


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
        (pdf([""]), "a.pdf", "OCR"),
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


def _page(number: int, lines: list[str], notes: tuple[str, ...] = ()) -> str:
    page = at(72, 800, "Ministerie van Voorbeelden", 8)
    page += "".join(at(72, 740 - 13 * row, line, 11) for row, line in enumerate(lines) if line)
    for row, note in enumerate(notes):
        mark, text = note.split(" ", 1)
        page += at(72, 93 - 10 * row, mark, 5) + at(78, 90 - 10 * row, text, 8)
    return page + at(300, 40, f"Pagina {number} van 2", 8)


FULL = "Deze regel vult de hele breedte van de kolom zodat er geen woord meer bij past"


def test_pdf_lines_become_paragraphs_across_pages_and_furniture_and_notes_follow_them() -> None:
    wide = "Nieuwe alinea van een woord of tien, die op de volgende pagina met " + "iii" * 13
    first = ["Vraag 1", "Wat is dat?", "", "Antwoord 1", FULL + " en demon-", "streren mag.", wide]
    second = ["verder gaat, bij mkb-" + " " * 3, "bedrijven.", "", "Vraag 2", "En dit?"]
    notes = ("1 Zie www.voorbeeld.nl/een-", "2 Tweede noot."), ("3 Derde noot.",)
    source = read_bytes(pdf([_page(1, first, notes[0]), _page(2, second, notes[1])]), "a.pdf")
    assert running_text(source).split("\n") == [
        "Vraag 1",
        "Wat is dat?",
        "",
        "Antwoord 1",
        FULL + " en demonstreren mag.",
        wide + " verder gaat, bij mkb-bedrijven.",
        "",
        "Vraag 2",
        "En dit?",
    ]
    found = [(note.mark, source.text[note.start : note.end]) for note in source.footnotes]
    assert found == [(note[0], note) for note in notes[0] + notes[1]]
    assert [(aside.why, source.text[aside.start : aside.end]) for aside in source.asides] == [
        ("paginakop", "Ministerie van Voorbeelden"),
        ("paginanummer", "Pagina 1 van 2"),
        ("paginakop", "Ministerie van Voorbeelden"),
        ("paginanummer", "Pagina 2 van 2"),
    ]


def test_pdf_numbers_marks_and_columns_are_read_in_their_order() -> None:
    pages = [
        at(72, 780, f"Vraag {n}", 11) + at(72, 750, "Klopt dit bericht wel?", 11) for n in (1, 2, 3)
    ]
    assert not read_bytes(pdf(pages), "a.pdf").asides
    page = at(72, 700, "Rijksoverheid.", 11) + at(141.1, 704, "3", 6)
    assert read_bytes(pdf([page]), "a.pdf").text == "Rijksoverheid.3"
    left = "".join(at(72, 700 - 13 * n, f"Linker kolom, zin {n} is uit.", 11) for n in range(4))
    right = "".join(at(320, 700 - 13 * n, f"Rechter kolom, zin {n} is uit.", 11) for n in range(4))
    text = read_bytes(pdf([left + right]), "a.pdf").text
    assert text.index("Linker kolom, zin 3") < text.index("Rechter kolom, zin 0")


def test_encrypted_pdf_is_refused() -> None:
    secret = f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>"
    data = pdf([at(72, 700, "geheim")], trailer=f"/Encrypt {secret} /ID [<41> <41>] ")
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


# --- docx -----------------------------------------------------------------------------------


def test_docx_body_order_tables_headings_lists_and_the_header_of_a_page() -> None:
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "Datum 25 juli 2024"
    made.add_heading("Inleiding", 1)
    made.add_paragraph("Voor\u00a0de tabel, zacht\u00adaardig.")
    table = made.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Datum", "6 oktober 2025"
    made.add_paragraph("Na de tabel.")
    made.add_paragraph().add_run("Vraag 1").bold = True
    for text, style in (
        ("Eerste vraag?", "List Number"),
        ("Ja.", None),
        ("Tweede vraag?", "List Number"),
        ("punt", "List Bullet"),
    ):
        made.add_paragraph(text, style=style)
    buffer = io.BytesIO()
    made.save(buffer)
    source = read_bytes(buffer.getvalue(), "a.docx")
    assert [line for line in source.text.split("\n") if line] == [
        "Inleiding",
        "Voor de tabel, zachtaardig.",
        "Datum\t6 oktober 2025",
        "Na de tabel.",
        "Vraag 1",
        "1. Eerste vraag?",
        "Ja.",
        "2. Tweede vraag?",
        "punt",
    ]
    assert "oktober 2025\n\nNa de tabel.\n\nVraag 1\n" in source.text
    assert [source.text[h.start : h.end] for h in source.headings] == ["Inleiding", "Vraag 1"]
    assert source.edge_text == "Datum 25 juli 2024"


def test_docx_numbering_levels_and_restarts() -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{shape}"/>'
        f'<w:lvlText w:val="{template}"/></w:lvl>'
        for n, start, shape, template in (
            (0, 3, "decimal", "Vraag %1"),
            (1, 1, "lowerLetter", "%1.%2)"),
        )
    )
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = f'<w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum>{use(1)}'
    numbering += f'<w:num w:numId="2"><w:abstractNumId w:val="1"/>{restart}</w:num>'
    body = "".join(
        par("x", properties=numbered(number).replace('ilvl w:val="0"', f'ilvl w:val="{level}"'))
        for number, level in ((1, 0), (1, 1), (1, 1), (1, 0), (1, 1), (2, 0), (2, 0))
    )
    text = read_bytes(word(body, numbering=numbering), "a.docx").text
    assert [line.removesuffix(" x") for line in text.split("\n")] == [
        *("Vraag 3", "3.a)", "3.b)", "Vraag 4", "4.a)", "Vraag 1", "Vraag 2")
    ]


def test_docx_tracked_changes_links_and_text_boxes() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    box = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="wps"><w:drawing><w:txbxContent>{}</w:txbxContent></w:drawing></mc:Choice>'
        "<mc:Fallback><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    body = par(
        "Wij ",
        f'<w:ins w:id="1" w:author="a">{run.format("wel")}</w:ins>',
        '<w:del w:id="2" w:author="a"><w:r><w:delText>niet</w:delText></w:r></w:del>',
        f'<w:hyperlink w:anchor="x">{run.format("!")}</w:hyperlink>',
        box.format(par("In het kader."), par("Dubbel")),
    )
    assert read_bytes(word(body), "a.docx").text == "Wij wel!\nIn het kader."


def test_truncated_docx_is_refused() -> None:
    data = word(par("Tekst."))
    with pytest.raises(UnreadableFile, match="beschadigd"):
        read_bytes(data[: len(data) // 2], "a.docx")


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


@pytest.mark.parametrize(
    "declared",
    ['<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">', '<!ENTITY b SYSTEM "file:///etc/hostname">'],
)
def test_xml_entities_are_refused(declared: str) -> None:
    with pytest.raises(UnreadableFile, match="entiteiten"):
        read_bytes(f"<!DOCTYPE r [{declared}]><r>&b;</r>".encode(), "a.xml")


# --- everything -----------------------------------------------------------------------------


CORPUS = sorted((Path(__file__).resolve().parents[4] / "shared/corpus").glob("*/*"))


@pytest.mark.skipif(not CORPUS, reason="the shared corpus is not here")
def test_files_of_the_corpus_are_read_quickly_with_spans_that_lie_within_them() -> None:
    started = time.process_time()
    sources = {path.name: read(path) for path in CORPUS}
    assert time.process_time() - started < 20
    for name, source in sources.items():
        for span in (*source.headings, *source.asides, *source.footnotes):
            assert source.text[span.start : span.end].strip() == source.text[span.start : span.end]
            assert span.start < span.end <= len(source.text)
        if name.endswith(".pdf"):
            marks = [int(note.mark) for note in source.footnotes]
            assert marks == list(range(1, len(marks) + 1)), name
            assert "Tweede Kamer, vergaderjaar" not in running_text(source), name
