"""Pointers into other documents keep what names the document."""

from __future__ import annotations

from pathlib import Path

import pytest
from cut_documents import cut_file

from index.identifiers import Identifier, parse_identifier
from index.segmentation.pointers import find_pointers, pointed_documents

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


def external(text: str, notes: tuple[tuple[int, str], ...] = ()) -> tuple[str, ...]:
    return find_pointers(text, {9}, {1, 2, 3, 9}, notes)[1]


ANNEX = "Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 9104"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            f"Ja. Zie het antwoord op vraag 3 van de vragen van de leden Kok en Bos ({ANNEX}). Meer is er niet.",
            f"Zie het antwoord op vraag 3 van de vragen van de leden Kok en Bos ({ANNEX}).",
        ),
        (
            "Ik verwijs naar het antwoord op vraag 3 van de vragen\nvan het lid Kok (2024Z99001).",
            "Ik verwijs naar het antwoord op vraag 3 van de vragen van het lid Kok (2024Z99001).",
        ),
        (
            "Dat is gemeld (Tweede Kamer, vergaderjaar 2011-2012, 99 123 nr. 2, vraag 14). Nee.",
            "Dat is gemeld (Tweede Kamer, vergaderjaar 2011-2012, 99 123 nr. 2, vraag 14).",
        ),
        (f"Zie {ANNEX}.", f"Zie {ANNEX}."),
    ],
)
def test_a_pointer_is_kept_with_all_of_its_sentence(text: str, kept: str) -> None:
    assert external(text) == (kept,)


def test_a_footnote_is_kept_with_the_pointer_where_it_names_the_document() -> None:
    text = "Eerst dit.1 Zie het antwoord op vraag 3 van de vragen van het lid Kok.2 Dat volstaat."
    notes = (
        (text.index("1 Zie"), "Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 9001"),
        (text.index("2 Dat"), "Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 9104"),
    )
    (kept,) = external(text, notes)
    assert kept.endswith("Kok.2 (Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 9104)")
    assert "9001" not in kept
    text = "Zie het antwoord op vraag 3 van de vragen van het lid Kok.1 Meer niet."
    assert external(text, ((text.index("1 Meer"), "www.krant.example"),)) == (
        "Zie het antwoord op vraag 3 van de vragen van het lid Kok.1",
    )
    passages = cut_file(SAMPLES / "ah-tk-20232024-9104.txt").passages
    (pointer,) = next(p.external_refs for p in passages if p.numbers == (2,))
    assert pointed_documents(pointer) == ((Identifier("annex", "9087", year=2023), (3,)),)


def test_of_a_long_sentence_what_stands_around_the_pointer_is_kept() -> None:
    text = (
        f"Omdat {'het zo is en ' * 60}verwijs ik naar vraag 3 van de vragen van het lid Kok "
        f"(2024Z99001) {'en dat is zo ' * 60}gebleven."
    )
    (kept,) = external(text)
    assert len(kept) < 600
    assert "vraag 3 van de vragen van het lid Kok (2024Z99001)" in kept


@pytest.mark.parametrize(
    ("pointer", "documents"),
    [
        (
            f"Zie de antwoorden op de vragen 3 en 4 van de vragen van het lid Kok (2024Z99001) en op vraag 5 van de "
            f"vragen van het lid Bos ({ANNEX}).",
            (
                (parse_identifier("2024Z99001"), (3, 4)),
                (Identifier("annex", "9104", year=2023), (5,)),
            ),
        ),
        (
            "Dat is gemeld (vergaderjaar 2011-2012, 99 123 nr. 2, vraag 14).",
            ((parse_identifier("kst-99123-2"), (14,)),),
        ),
        (
            "Zie vraag 2 hierboven, en vraag 3 van de vragen van het lid Kok (2024Z99001).",
            ((parse_identifier("2024Z99001"), (3,)),),
        ),
        ("Zie het antwoord op vraag 3 van de vragen van het lid Kok.", ()),
    ],
)
def test_questions_of_another_document_are_read_with_that_document(pointer, documents) -> None:
    assert pointed_documents(pointer) == documents
