"""Text as people read it: mended where that is certain, left alone elsewhere."""

from __future__ import annotations

import pytest

from rag.dutch.readable import on_one_line, readable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # note marks, of notes that are there
        ("De krijgsmacht1 is klaar.2 Toen", "De krijgsmacht¹ is klaar.² Toen"),
        ("Kamer,12 en nr.2 met CO2 op 12 km2", "Kamer,¹² en nr.2 met CO2 op 12 km2"),
        # words and sentences without the blank between them
        ("Dat is gedaan.Daarom ook.", "Dat is gedaan. Daarom ook."),
        (
            "Zie www.rijk.Overheid en a@mijn.Bedrijf nu",
            "Zie www.rijk.Overheid en a@mijn.Bedrijf nu",
        ),
        ("deNederlandse brug inUtrecht", "de Nederlandse brug in Utrecht"),
        ("mijnOverheid, DigiD en eHerkenning", "mijnOverheid, DigiD en eHerkenning"),
        # words torn at a line's end
        ("alle ge-\ntallen en de rege- ling", "alle getallen en de regeling"),
        ("wet- en regelgeving, voor-\nen nadelen", "wet- en regelgeving, voor- en nadelen"),
        ("de Zwanenveer- boot", "de Zwanenveer- boot"),
        ("Zwanenboot en zwanen-\nboot", "Zwanenboot en zwanenboot"),
        # line ends that only the page had
        ("een zin over\ntwee regels", "een zin over twee regels"),
        ("de volgende:\n- een\n- twee\n  drie", "de volgende:\n- een\n- twee drie"),
        # tables
        ("Zie:\nJaar\tAantal\n2023\t12\n\nEn\nverder", "Zie:\nJaar\tAantal\n2023\t12\nEn verder"),
        ("Een alinea\n\tmet een ingesprongen regel.\t", "Een alinea met een ingesprongen regel."),
    ],
)
def test_text_is_mended_where_that_is_certain(text: str, shown: str) -> None:
    assert readable(text, ("1", "2", "12")) == shown


def test_a_mark_that_no_note_has_stays() -> None:
    assert readable("De krijgsmacht1 is klaar.") == "De krijgsmacht1 is klaar."


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "Jaar\tAantal\n2023\t612\n2024\t97\n\nEinde.",
            "Jaar | Aantal; 2023 | 612; 2024 | 97; Einde.",
        ),
        (readable("Zie:\nJaar\tAantal\n2023\t12"), "Zie: Jaar | Aantal; 2023 | 12"),
        ("Een zin\nover  twee\u00a0regels.", "Een zin over twee regels."),
        ("een \t\ttwee", "een | twee"),
        ("", ""),
    ],
)
def test_cells_of_a_table_stay_apart_on_one_line(text: str, line: str) -> None:
    assert on_one_line(text) == line
