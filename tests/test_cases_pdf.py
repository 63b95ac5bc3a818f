"""Trouble that pdf files really give, one small file of each kind, made here or shared."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from index.documents import Document, Source
from index.errors import UnreadableFile
from index.reading import read, read_bytes
from index.segmenting import segment

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"

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


def pdf(
    pages: Iterable[str], *, turned: int = 0, size: str = "0 0 595 842", more: str = ""
) -> bytes:
    """A pdf in Helvetica (F1) and bold (F2); a page is its content as pdf writes it.

    `turned` is how a viewer turns each page; an image that can be drawn is Im1. `more` are objects
    for the catalog, from object 7 on.
    """
    pages = list(pages)
    first = 7 + more.count(" obj")
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    form = "/AcroForm << /Fields [7 0 R] >>" if more else ""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {form} >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
        "/BitsPerComponent 8 /Length 1 >>\nstream\nx\nendstream",
        "<< /F1 3 0 R /F2 4 0 R >>",
    ]
    objects += [part.split(" obj\n", 1)[1] for part in more.split("\nendobj\n") if part]
    for number, content in enumerate(pages):
        annotations = "/Annots [7 0 R]" if more and number == 0 else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{size}] /Rotate {turned} {annotations} "
            "/Resources << /Font 6 0 R /XObject << /Im1 5 0 R >> >> "
            f"/Contents {first + 2 * number + 1} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    )
    return out.encode("cp1252")


def at(x: float, y: float, text: str, size: float = 10, font: str = "F1") -> str:
    """Text at a place of the page."""
    return f"BT /{font} {size} Tf {x} {y} Td ({text}) Tj ET\n"


def lines(texts: Sequence[str], x: float = 60, y: float = 760, step: float = 14) -> str:
    """Lines of text below each other, with more space before a question."""
    content = ""
    for text in texts:
        y -= step * (1.8 if text.startswith(("Vraag", "Antwoord")) else 1)
        content += at(x, y, text)
    return content


def turn(content: str, degrees: int, x: float, y: float) -> str:
    """What is drawn, turned to the left around the origin and moved."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return f"q {cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {x} {y} cm\n{content}Q\n"


def picture(x: float = 0, y: float = 0, width: float = 595, height: float = 842) -> str:
    return f"q {width} 0 0 {height} {x} {y} cm /Im1 Do Q\n"


def source_of(data: bytes) -> Source:
    return read_bytes(data, "a.pdf")


def cut(source: Source) -> Document:
    return segment(source, name="a.pdf", document_id="0" * 16)


def said(document: Document) -> dict[tuple[int, ...], str]:
    """What each answer says, by the numbers of its questions."""
    return {p.numbers: p.reading_text() for p in document.passages if p.questions}


def shared_case(name: str) -> Path:
    path = CASES / name
    if not path.exists():
        pytest.skip(f"the shared case {name} is not here")
    return path


# --- turned pages and turned text ---------------------------------------------------------------


@pytest.mark.parametrize(("degrees", "x", "y"), [(90, 842, 0), (270, 0, 842), (180, 595, 842)])
@pytest.mark.parametrize("viewed", [0, 90, 270])
def test_turned_text_reads_as_upright_text(degrees: int, x: float, y: float, viewed: int) -> None:
    size = "0 0 595 842" if degrees == 180 else "0 0 842 842"
    straight = source_of(pdf([lines(HEAD)]))
    turned = source_of(pdf([turn(lines(HEAD), degrees, x, y)], turned=viewed, size=size))
    assert turned.text == straight.text
    assert said(cut(turned)) == {(1,): "Ja.", (2,): HEAD[-1]}


def test_a_page_that_is_a_little_askew_reads_as_straight() -> None:
    assert source_of(pdf([turn(lines(HEAD), 2, 20, 0)])).text == source_of(pdf([lines(HEAD)])).text


def test_a_turned_page_between_pages_keeps_its_place() -> None:
    table = turn(lines(["Bijlage: schepen", "Januari 2024: 14 schepen"], y=500), 90, 595, 0)
    source = source_of(pdf([lines(HEAD[:5]), table, lines(HEAD[5:])]))
    at_ = [source.text.index(part) for part in ("Ja.", "Januari 2024: 14 schepen", "Vraag 2")]
    assert at_ == sorted(at_)


def test_what_stands_turned_in_the_margin_is_set_aside() -> None:
    stamp = turn(at(0, 0, "Ontvangen ter griffie op 3 februari"), 90, 580, 200)
    source = source_of(pdf([stamp + lines(HEAD[:7]), stamp + lines(HEAD[7:])]))
    assert said(cut(source)) == {(1,): "Ja.", (2,): HEAD[-1]}
    assert [a.why for a in source.asides] == ["marge", "marge"]
    watermark = turn(at(0, 0, "CONCEPT", 60), 45, 150, 250)
    source = source_of(pdf([watermark + lines(HEAD)]))
    assert said(cut(source)) == {(1,): "Ja.", (2,): HEAD[-1]}
    assert "CONCEPT" in source.text


def test_shared_case_of_a_turned_page() -> None:
    answers = said(cut(read(shared_case("P04_rotate90.pdf"))))
    assert list(answers) == [(1,), (2,), (3,)]
    assert answers[2,].startswith("In 2024 kwamen er 118 meldingen binnen bij het loket van de")
    text = read(shared_case("P20_liggende_tabel_tussen.pdf")).text
    assert "Bijlage: meldingen per maand\n\nJanuari 2024: 14 meldingen\nFebruari 2024: 22" in text


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


def test_text_over_a_picture_is_read() -> None:
    source = source_of(pdf([picture() + lines([*HEAD, "En nog een zin die volgt. " * 3])]))
    assert "Er voeren 1.388 schepen" in source.text
    assert source_of(pdf([at(60, 700, "Ja.")])).text == "Ja."


def test_shared_case_of_stamps_on_scans() -> None:
    with pytest.raises(UnreadableFile, match="OCR"):
        read(shared_case("P08b_alleen_stempel_op_scan.pdf"))
