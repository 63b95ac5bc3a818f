"""Read a file: plain text and what the format itself states. One reader for each format."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePath

from index.documents import Source
from index.files import check_is_file, is_folder, no_utf8, shown
from index.readers.docx import read_docx
from index.readers.html import read_html
from index.readers.pdf import read_pdf
from index.readers.source_builder import refused
from index.readers.text import read_markdown, read_text
from index.readers.xml import read_xml

MOST_CHARACTERS = 5_000_000  # characters of a document; the longest debates have about one million

READERS: dict[str, Callable[[bytes, str], Source]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".docx": read_docx,
    ".docm": read_docx,
    ".pdf": read_pdf,
    ".html": read_html,
    ".htm": read_html,
    ".xml": read_xml,
}


def read(path: Path, max_bytes: int = 50_000_000, *, ocr: bool = False) -> Source:
    """The text of a file; see `read_bytes`."""
    name = str(path)
    if shown(name) != name:
        raise no_utf8(name)
    if is_folder(path):
        raise refused(
            name,
            "dit is een map; geef een bestand op",
            "this is a directory; give a file",
        )
    _reader(name)  # an unknown suffix is refused before a large file is read
    try:
        size = check_is_file(path)
        if size > max_bytes:
            raise refused(
                name,
                f"te groot ({size / 1e6:.0f} MB; ten hoogste {max_bytes / 1e6:.0f} MB); "
                "splits het bestand",
                f"too large ({size / 1e6:.0f} MB; at most {max_bytes / 1e6:.0f} MB); "
                "split the file",
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise refused(
            name,
            "dit bestand bestaat niet; controleer de naam",
            "this file does not exist; check the name",
        ) from error
    except OSError as error:
        raise refused(
            name,
            f"kan niet worden gelezen ({error.strerror}); controleer de rechten",
            f"cannot be read ({error.strerror}); check its permissions",
        ) from error
    return read_bytes(data, name, ocr=ocr)


def read_bytes(data: bytes, name: str, *, ocr: bool = False) -> Source:
    """The text of a file's bytes; the suffix of `name` says which format.

    With `ocr` text on pages of a pdf that are pictures is recognised. Raises UnreadableFile, and
    ModelUnavailable where recognising is needed and not installed.
    """
    reader = _reader(name)
    if ocr and reader is read_pdf:
        reader = partial(read_pdf, ocr=True)
    if not data:
        raise _empty(name)
    source = reader(data, name)
    if not source.text.strip():
        raise _empty(name)
    if len(source.text) > MOST_CHARACTERS:
        raise refused(
            name,
            f"{len(source.text)} tekens tekst, meer dan {MOST_CHARACTERS}; splits het bestand",
            f"{len(source.text)} characters of text, more than {MOST_CHARACTERS}; split the file",
        )
    return source


def _reader(name: str) -> Callable[[bytes, str], Source]:
    suffix = PurePath(name).suffix.lower()
    if suffix not in READERS:
        known = ", ".join(READERS)
        raise refused(
            name,
            f"onbekend soort bestand ({suffix or 'geen extensie'}); ondersteund: {known}",
            f"unknown kind of file ({suffix or 'no suffix'}); supported: {known}",
        )
    return READERS[suffix]


def _empty(name: str) -> Exception:
    return refused(
        name,
        "het bestand is leeg; er staat geen tekst in",
        "the file is empty; there is no text in it",
    )
