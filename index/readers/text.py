"""Decode bytes, and read the plain text formats: .txt and .md."""

from __future__ import annotations

import codecs
import re

from markdown_it import MarkdownIt

from index.documents import Source, Span
from index.readers.source_builder import refused

_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_MOST_CONTROLS = 0.01  # share of control characters; with more it is no text
_HEAD = 4096  # bytes at the start of a page in which it may declare its encoding
_XML_DECLARES = re.compile(rb"""\s*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]+)["']""")
_HTML_DECLARES = re.compile(rb"""<meta[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_ONE_BYTE = re.compile(r"(?:iso|latin|l\d|windows|cp|ibm|mac|koi8|us-ascii|ascii|\d)[\w.-]*")
_LABELS = {  # names on the web that Python has under another, or that mean Windows-1252
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "macintosh": "mac-roman",
    "mac": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-ce": "mac-latin2",
    "iso-8859-8-i": "iso-8859-8",
    "ibm00858": "cp858",
    "pc850": "cp850",
    "dos-850": "cp850",
}
_C1 = re.compile("[\x80-\x9f]")
_WITHOUT_MARK = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_AS_CP1252 = "vraagbaak.cp1252"  # an error handler, see below
_BOM_MISREAD = "\xef\xbb\xbf"  # a UTF-8 byte order mark that was read as Latin-1


def declared_in_xml(data: bytes) -> str | None:
    """The encoding in the declaration of an xml file."""
    match = _XML_DECLARES.match(data)
    return None if match is None else match[1].decode("ascii")


def declared_in_html(data: bytes) -> str | None:
    """The encoding that a page declares: in a meta element, else as xml."""
    match = _HTML_DECLARES.search(data[:_HEAD])
    return declared_in_xml(data) if match is None else match[1].decode("ascii")


def decode(data: bytes, name: str, declared: str | None = None) -> str:
    """The text of `data`: UTF-8, UTF-16, else the encoding `declared`, else Windows-1252.

    Line ends become "\\n" (a form feed or line separator too); any other control character
    becomes a space. Text that starts with a byte order mark read as Latin-1 was encoded twice,
    and is decoded twice. Raises UnreadableFile for binary data and for damaged UTF-8.
    """
    text = _undo_double_encoding(_decoded(data, name, declared))
    text = _LINE_ENDS.sub("\n", text.removeprefix("\ufeff"))
    text, controls = _CONTROLS.subn(" ", text)
    if controls > _MOST_CONTROLS * len(text) + 2:
        raise _binary(name)
    return text


def _as_cp1252(error: UnicodeError) -> tuple[bytes, int]:
    """An error handler: characters that Latin-1 has not, as Windows-1252 writes them."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].encode("cp1252"), error.end


codecs.register_error(_AS_CP1252, _as_cp1252)


def read_text(data: bytes, name: str) -> Source:
    """A text file, left as it is."""
    return Source(text=decode(data, name))


def read_markdown(data: bytes, name: str) -> Source:
    """A Markdown file, left as it is, with its headings ("#" and underlined) marked."""
    text = decode(data, name)
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    headings = []
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "heading_open" and token.map is not None:
            first, past = token.map
            stretch = text[starts[first] : starts[past]]
            if stretch.strip(" #=-\n"):
                indent = len(stretch) - len(stretch.lstrip())
                start = starts[first] + indent
                headings.append(Span(start, start + len(stretch.strip())))
    return Source(text=text, headings=tuple(headings))


def _decoded(data: bytes, name: str, declared: str | None) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise _damaged(name, "UTF-16", error.start) from error
    for start, encoding in _WITHOUT_MARK.items():
        if data.startswith(start):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise _damaged(name, "UTF-16", error.start) from error
    if b"\0" in data:
        raise _binary(name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        lenient = data.decode("utf-8", errors="replace")
        broken = lenient.count("\ufffd")
        if sum(char > "\x7f" for char in lenient) > 2 * broken:  # UTF-8, but not whole
            raise _damaged(name, "UTF-8", error.start) from error
    if declared is not None and (text := _as_declared(data, declared)) is not None:
        return text
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _binary(name) from error


def _as_declared(data: bytes, declared: str) -> str | None:
    """`data` in a declared encoding of one byte a character; None for any other."""
    label = _LABELS.get(declared.lower(), declared.lower())
    if not _ONE_BYTE.fullmatch(label):
        return None
    try:
        text = data.decode(label)
    except (LookupError, UnicodeDecodeError):
        return None
    # Latin encodings have control characters where Windows-1252 has letters; letters are meant.
    return _C1.sub(lambda m: m[0].encode("latin-1").decode("cp1252", "replace"), text)


def _undo_double_encoding(text: str) -> str:
    if not text.startswith(_BOM_MISREAD):
        return text
    try:
        return text.encode("latin-1", _AS_CP1252).decode("utf-8")
    except UnicodeError:
        return text  # something was appended after the second encoding


def _binary(name: str) -> Exception:
    return refused(
        name,
        "dit is geen tekst maar een binair bestand; kies een txt-, md-, docx-, pdf-, html- of "
        "xml-bestand",
        "this is a binary file, not text; choose a txt, md, docx, pdf, html or xml file",
    )


def _damaged(name: str, encoding: str, byte: int) -> Exception:
    return refused(
        name,
        f"de tekst is afgebroken of beschadigd (ongeldige {encoding} bij byte {byte}); haal het "
        "bestand opnieuw op",
        f"the text is cut off or damaged (invalid {encoding} at byte {byte}); fetch the file again",
    )
