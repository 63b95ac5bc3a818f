"""Pdf files with typed and scanned pages, and what stands in for the program that reads scans."""

from __future__ import annotations

import ctypes
import io
import os
import shutil
import subprocess
from collections.abc import Container, Sequence
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from index.readers.ocr import LANGUAGE

DOTS = 200  # an inch


def typed(pages: Sequence[Sequence[str]]) -> bytes:
    """A pdf of pages of lines of text, with more space before a question and an answer."""
    with pdfium.PdfDocument.new() as made:
        for lines in pages:
            page, y = made.new_page(595, 842), 760.0
            for line in lines:
                y -= 25 if line.startswith(("Vraag", "Antwoord")) else 14
                page.insert_obj(_text(made, line, 10, 60, y))
            page.gen_content()
        return _saved(made)


def scanned(data: bytes, pages: Container[int], *, stamp: str = "", turned: int = 0) -> bytes:
    """The pdf with those of its pages (from 1) as pictures, and on each `stamp` as text.

    `turned` is how a viewer turns those pages; they lie so that they are upright then.
    """
    with pdfium.PdfDocument(data) as document, pdfium.PdfDocument.new() as made:
        for number in range(len(document)):
            if number + 1 not in pages:
                made.import_pages(document, [number])
                continue
            width, height = document[number].get_size()
            lying = -turned % 360
            drawn = document[number].render(scale=DOTS / 72, grayscale=True, rotation=lying)
            if turned % 180:
                width, height = height, width
            picture = pdfium.PdfImage.new(made)
            picture.set_bitmap(drawn)
            picture.set_matrix(pdfium.PdfMatrix().scale(width, height))
            page = made.new_page(width, height)
            page.insert_obj(picture)
            if stamp:
                page.insert_obj(_text(made, stamp, 8, 300, 20))
            page.set_rotation(turned)
            page.gen_content()
        return _saved(made)


def _saved(document: pdfium.PdfDocument) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _text(
    document: pdfium.PdfDocument, text: str, size: float, x: float, y: float
) -> pdfium.PdfObject:
    made = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", size)
    units = (text + "\0").encode("utf-16-le")
    raw.FPDFText_SetText(made, ctypes.cast(units, ctypes.POINTER(ctypes.c_ushort)))
    raw.FPDFPageObj_Transform(made, 1, 0, 0, 1, x, y)
    return pdfium.PdfObject(made, pdf=document)


def stand_in(folder: Path, does: str, languages: str = "nld") -> str:
    """A search path on which `tesseract` is a script that does so, and lists those languages."""
    folder.mkdir()
    program = folder / "tesseract"
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = --list-langs ]; then echo "{languages}"; exit; fi\n{does}\n'
    )
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def need_tesseract() -> None:
    """Skip the test where text cannot be recognised here."""
    program = shutil.which("tesseract")
    if program is None:
        pytest.skip("tesseract is not installed (tesseract-ocr)")
    known = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)
    if LANGUAGE not in known.stdout.split():
        pytest.skip(f"tesseract has no {LANGUAGE} here (tesseract-ocr-{LANGUAGE})")
