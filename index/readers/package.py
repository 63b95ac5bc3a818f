"""Convert Word packages (strict Open XML, macros, templates) to the form that python-docx reads.

Sources: ISO/IEC 29500-1 annex A (namespaces of strict), [MS-OFFMACRO2] (content types).
"""

from __future__ import annotations

import io
import zipfile

_STRICT = b"http://purl.oclc.org/ooxml/"
_NAMES = {  # prefix of a namespace in strict -> in transitional
    b"http://purl.oclc.org/ooxml/officeDocument/": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/"
    ),
    b"http://purl.oclc.org/ooxml/wordprocessingml/": (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/"
    ),
    b"http://purl.oclc.org/ooxml/drawingml/": (
        b"http://schemas.openxmlformats.org/drawingml/2006/"
    ),
    b"http://purl.oclc.org/ooxml/": b"http://schemas.openxmlformats.org/",
}
_DOCUMENT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_KINDS = (
    b"application/vnd.ms-word.document.macroEnabled.main+xml",
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
_TYPES = "[Content_Types].xml"


def plain_package(data: bytes) -> bytes:
    """`data`, converted if python-docx could not read it."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if not _is_other(package):
            return data
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as plain:
            for part in package.infolist():
                content = package.read(part)
                if part.filename.lower().endswith((".xml", ".rels")):
                    content = _transitional(content)
                plain.writestr(part.filename, content)
    return written.getvalue()


def _is_other(package: zipfile.ZipFile) -> bool:
    names = set(package.namelist())
    if _TYPES in names and any(kind in package.read(_TYPES) for kind in _KINDS):
        return True
    return "_rels/.rels" in names and _STRICT in package.read("_rels/.rels")


def _transitional(content: bytes) -> bytes:
    for strict, transitional in _NAMES.items():
        content = content.replace(strict, transitional)
    for kind in _KINDS:
        content = content.replace(kind, _DOCUMENT)
    return content
