"""Files that were made to harm who reads them, and files that were broken at random."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LAUGHS = "<!DOCTYPE a [<!ENTITY b0 'ha'>" + "".join(
    f"<!ENTITY b{n} '{f'&b{n - 1};' * 10}'>" for n in range(1, 10)
)
SECRET = "<!DOCTYPE a [<!ENTITY b9 SYSTEM 'file:///etc/passwd'>"
ASKED = "Vraag 1\nHoe hoog is de dijk?\n\nAntwoord vraag 1\nDe dijk is 9 meter hoog.\n"


def word(body: str, head: str = "", **parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        package.writestr(
            "word/document.xml",
            f'{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        )
        for name, data in parts.items():
            package.writestr(name, data)
    return written.getvalue()


def par(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(objects: list[bytes], root: int = 1) -> bytes:
    """A pdf of these objects (numbered from 1), with a table of where they stand."""
    data, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    at = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer << /Size %d /Root %d 0 R >>\n" % (len(objects) + 1, root)
    return bytes(data + b"startxref\n%d\n%%%%EOF" % at)


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


def page(content: bytes, font: bytes = b"", count: bytes = b"1", kids: bytes = b"[3 0 R]") -> bytes:
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids %s /Count %s >>" % (kids, count),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> /XObject << /X1 6 0 R >> >> >>",
            content,
            font or b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            # A form that draws itself.
            stream(
                b"/X1 Do /X1 Do",
                b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]"
                b" /Resources << /XObject << /X1 6 0 R >> >>",
            ),
            stream(bytes(range(256)) * 50, b"/Length1 12800"),
        ]
    )


SAID = b"BT /F1 11 Tf 50 700 Td (Vraag 1 Hoe hoog is de dijk? Antwoord 1 Negen meter.) Tj ET"


def made() -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """(what it does, its name, what makes its bytes)."""
    yield (
        "a zip that unpacks to 400 MB",
        "a.docx",
        lambda: word(par("Ja."), **{"word/media/x.bin": bytes(400_000_000)}),
    )
    yield ("a text of 200 MB in a small zip", "a.docx", lambda: word(par("a" * 200000000)))
    yield ("a zip of paragraphs", "a.docx", lambda: word(par("Ja.") * 300000))
    inner = word(par("Ja."))
    yield (
        "a zip in a zip in a zip",
        "a.docx",
        lambda: word(par(ASKED), **{"word/embeddings/y.docx": inner}),
    )
    yield (
        "names that climb",
        "a.docx",
        lambda: word(par(ASKED), **{"../../../tmp/klim.xml": b"<a/>"}),
    )
    yield ("a part twice", "a.docx", lambda: _twice())
    yield (
        "deep nesting in word",
        "a.docx",
        lambda: word("<w:sdt><w:sdtContent>" * 5000 + par("Ja.")),
    )
    nested = "<w:tbl><w:tr><w:tc>" * 200 + par("Ja.") + "</w:tc></w:tr></w:tbl>" * 200
    yield ("tables in tables", "a.docx", lambda: word(nested))
    yield ("entities in word", "a.docx", lambda: word(par("&b9;"), LAUGHS + "]>"))
    yield ("a file of ours in word", "a.docx", lambda: word(par("&b9;"), SECRET + "]>"))
    yield ("entities that grow", "a.xml", lambda: f"{LAUGHS}]><a>{ASKED}&b9;</a>".encode())
    yield ("a file of ours", "a.xml", lambda: f"{SECRET}]><a>{ASKED}&b9;</a>".encode())
    yield (
        "an address",
        "a.xml",
        lambda: b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a>Ja.</a>",
    )
    yield ("entities in html", "a.html", lambda: f"{LAUGHS}]><p>{ASKED}&b9;</p>".encode())
    for depth in (200, 250, 20_000):
        yield (
            f"xml {depth} deep",
            "a.xml",
            lambda depth=depth: b"<p>" * depth + b"Ja." + b"</p>" * depth,
        )
        yield (
            f"html {depth} deep",
            "a.html",
            lambda depth=depth: b"<div>" * depth + b"Ja." + b"</div>" * depth,
        )
        yield (f"html lists {depth} deep", "a.html", lambda depth=depth: b"<ul><li>a" * depth)
        yield (
            f"html tables {depth} deep",
            "a.html",
            lambda depth=depth: b"<table><tr><td>a" * min(depth, 1000),
        )
    attributes = " ".join(f'a{n}="{n}"' for n in range(100000))
    yield ("attributes without end", "a.html", lambda: f"<p {attributes}>Ja.</p>".encode())
    yield (
        "cells that reach far",
        "a.html",
        lambda: b"<table><tr><td colspan=1000000 rowspan=1000000>a<td colspan=65534>b</table>" * 50,
    )
    yield (
        "cells that reach far in xml",
        "a.xml",
        lambda: (
            b"<table><tgroup cols='99999999'><row><entry morerows='99999999' namest='c1' nameend='c99999999'>a</entry></row><row><entry>b</entry></row></tgroup></table>"
        ),
    )
    yield ("a million pages", "a.pdf", lambda: page(stream(SAID), count=b"1000000"))
    yield (
        "pages without end",
        "a.pdf",
        lambda: page(stream(SAID), kids=b"[2 0 R 2 0 R]", count=b"2000000000"),
    )
    yield ("fewer than no pages", "a.pdf", lambda: page(stream(SAID), count=b"-5"))
    many = b"[" + b"3 0 R " * 100000 + b"]"
    yield (
        "one page a hundred thousand times",
        "a.pdf",
        lambda: page(stream(SAID), kids=many, count=b"100000"),
    )
    yield ("a form that draws itself", "a.pdf", lambda: page(stream(SAID + b" /X1 Do")))
    yield ("a font of noise", "a.pdf", lambda: page(stream(SAID), _font(b"/FontFile2 7 0 R")))
    yield ("a font without end", "a.pdf", lambda: page(stream(SAID), _font(b"/FontFile3 5 0 R")))
    huge = b"<< /Type /Font /Subtype /Type1 /BaseFont /X /FirstChar 0 /LastChar 2147483647 >>"
    yield ("a font of two billion signs", "a.pdf", lambda: page(stream(SAID), huge))
    bomb = zlib.compress(zlib.compress(b"q " * 50000000))
    packed = stream(bomb, b"/Filter [/FlateDecode /FlateDecode]")
    yield ("a page that unpacks to 100 MB", "a.pdf", lambda: page(packed))
    rows = b"".join(
        b"BT /F1 11 Tf %d %d Td (a%d) Tj ET " % (n % 500, n % 800, n) for n in range(20000)
    )
    yield ("a page of twenty thousand pieces", "a.pdf", lambda: page(stream(rows)))
    lines = b"".join(b"%d 0 m %d 800 l S 0 %d m 500 %d l S " % (n, n, n, n) for n in range(3000))
    yield ("a page of six thousand rules", "a.pdf", lambda: page(stream(lines + SAID)))
    yield (
        "numbers too large",
        "a.pdf",
        lambda: page(stream(b"BT /F1 1e38 Tf 1e38 -1e38 Td (Ja) Tj ET")),
    )
    yield (
        "a table of contents that is none",
        "a.pdf",
        lambda: b"%PDF-1.7\nstartxref\n9\n%%EOF" + b"1" * 9999,
    )
    for name in ("a.txt", "a.md", "a.html", "a.xml"):
        open_, close = ("<p>", "</p>") if name[2] in "hx" else ("", "")
        for what, text in texts():
            yield (
                f"{what} in {name[2:]}",
                name,
                lambda close=close, open_=open_, text=text: f"{open_}{text}{close}".encode(),
            )
    yield ("quotes in quotes", "a.md", lambda: b"> " * 20000 + b"Ja.")
    yield ("brackets in brackets", "a.md", lambda: b"[" * 50000 + b"Ja." + b"](b)" * 50000)
    yield ("stars", "a.md", lambda: b"*a_ " * 50000)
    yield ("lists in lists", "a.md", lambda: b"".join(b" " * n + b"- a\n" for n in range(2000)))
    yield ("ticks", "a.md", lambda: b"".join(b"`" * n + b" " for n in range(1000)))
    yield (
        "two encodings",
        "a.txt",
        lambda: ASKED.encode() + "Één dijk".encode("cp1252") + "é".encode(),
    )
    yield ("utf-16 cut off", "a.txt", lambda: ASKED.encode("utf-16")[:-1])
    yield ("utf-16 without a mark", "a.txt", lambda: ASKED.encode("utf-16-be"))
    yield ("half a pair", "a.txt", lambda: b"\xff\xfe" + b"\x00\xd8" * 100)
    yield ("a charset that is none", "a.html", lambda: b"<meta charset='zip'><p>" + ASKED.encode())
    yield (
        "a charset that is code",
        "a.xml",
        lambda: b"<?xml version='1.0' encoding='rot13'?><a>Ja.</a>",
    )


def texts() -> Iterator[tuple[str, str]]:
    yield "one line of two million", "dijk " * 400_000
    yield "one word of a million", "a" * 1_000_000
    yield "a hundred thousand questions", "".join(f"Vraag {n}\nHoe?\n" for n in range(20_000))
    yield (
        "questions and answers",
        "".join(f"Vraag {n}\nHoe?\nAntwoord vraag {n}\nZo.\n" for n in range(5000)),
    )
    yield "one number again and again", "Vraag 1\nHoe?\nAntwoord 1\nZo.\n" * 1000
    yield "a number too long", f"Vraag {'9' * 10_000}\nHoe?\nAntwoord {'9' * 10_000}\nZo.\n"
    yield "a hundred thousand spaces", "Vraag 1" + " " * 100_000 + "Hoe?\nAntwoord" + " " * 100_000
    yield "white lines", "Vraag 1\nHoe?" + "\n" * 300_000 + "Antwoord 1\nZo."
    yield "dots", "Vraag 1\nHoe?\nAntwoord 1\n" + ". " * 100_000 + "." * 100_000
    yield "brackets", "Vraag 1\nHoe?\nAntwoord 1\n" + "(" * 50_000 + "[" * 50_000
    yield "marks of notes", "Antwoord 1\n" + "a[1] " * 20_000 + "\n" + "[1] Kamerstuk.\n" * 5000
    yield "dates", "1 januari 2024, " * 20_000
    yield "numbers of documents", "2024Z00001 36800-X-12 " * 20_000
    yield "pointers", "Vraag 1\nHoe?\nAntwoord 1\n" + "Zie het antwoord op vraag 2 en 3. " * 5000
    yield "names", "van den van der van de " * 20_000 + "De Minister van " * 20_000
    yield "rows of a table", "| a | b | c |\n" * 20_000
    yield "right to left", ("\u202e" + ASKED + "\u2066שלום مرحبا\u2069\u202c") * 200
    yield "controls", ASKED + "\x0b\x0c\x1c\x1d\x85\u2028\u2029\u200b\ufeff\u00ad" * 300 + ASKED
    yield "marks upon marks", "e" + "\u0301" * 50_000 + ASKED
    yield "signs beyond the first plane", "\U0001f600\U000e0001\U0010ffff" * 5000 + ASKED


def broken(data: bytes, seed: int) -> bytes:
    """`data` with a few stretches changed, lost, doubled or moved."""
    pick, made = random.Random(seed), bytearray(data)
    for _ in range(pick.randrange(1, 9)):
        at, size = pick.randrange(len(made) + 1), pick.choice((1, 2, 8, 64, 1024))
        part = made[at : at + size]
        kind = pick.randrange(5)
        if kind == 0:
            made[at : at + size] = pick.randbytes(len(part))
        elif kind == 1:
            del made[at : at + size]
        elif kind == 2:
            made[at:at] = part * pick.randrange(1, 50)
        elif kind == 3:
            to = pick.randrange(len(made) + 1)
            made[to:to] = part
        else:
            del made[pick.randrange(len(made) // 2, len(made) + 1) :]
    return bytes(made)


def broken_inside(data: bytes, seed: int) -> bytes:
    """A Word file with its parts broken and packed again: past what a checksum catches."""
    pick, written = random.Random(seed), io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as package,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as other,
    ):
        for name in package.namelist():
            part = package.read(name)
            if pick.random() < 0.3:
                part = broken(part, pick.randrange(10**9))
            if pick.random() < 0.97:
                other.writestr(name, part)
    return written.getvalue()


def _font(file: bytes) -> bytes:
    return (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /X /FirstChar 32 /LastChar 126 /Widths 7 0 R"
        b" /FontDescriptor << /Type /FontDescriptor /FontName /X /Flags 4 %s >> /ToUnicode 7 0 R >>"
        % file
    )


def _twice() -> bytes:
    written = io.BytesIO(word(par("Ja.")))
    with zipfile.ZipFile(written, "a") as package:
        package.writestr("word/Document.xml", b"<a/>")
    return written.getvalue()
