"""Official numbers: their parts, and how they are written in running text."""

from __future__ import annotations

import pytest

from index.documents import DocumentInfo, Metadata
from index.identifiers import Identifier, is_named, mentions, parliamentary_year, parse_identifier


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("ah-tk-20232024-9104", "ah-tk-20232024-9104"),
        ("AH-TK-20232024-9104", "ah-tk-20232024-9104"),
        ("Aanhangsel 9104", "ah-tk-20232024-9104"),
        ("aanhangsel nr. 9104", "ah-tk-20232024-9104"),
        ("aanhangsel nummer 9104", "ah-tk-20232024-9104"),
        ("Aanhangsel van de Handelingen, nr 9104", "ah-tk-20232024-9104"),
        ("Aanhangsel der Handelingen 9104", "ah-tk-20232024-9104"),
        ("Aanhangsel 9104 van de Handelingen", "ah-tk-20232024-9104"),
        ("Aanhangsel 9104 van het lid Brugmans", "ah-tk-20232024-9104"),
        ("Aanhangsel Handelingen, vergaderjaar 2023–2024, nr. 9104", "ah-tk-20232024-9104"),
        ("Aanhangsel Handelingen II 2023/24, nr. 9104", "ah-tk-20232024-9104"),
        ("Aanhangsel van de Handelingen tk 2023-2024, 9104", "ah-tk-20232024-9104"),
        ("Aanhangsel 9104 (2023-2024)", "ah-tk-20232024-9104"),
        ("Aanhangsel 9104 uit vergaderjaar 2023/24", "ah-tk-20232024-9104"),
        ("Handelingen II 2023/24, Aanhangsel 9104", "ah-tk-20232024-9104"),
        ("AH 9104, vraag 3", "ah-tk-20232024-9104"),
        ("kst-99120-X-7", "kst-99120-X-7"),
        ("KST-99120-X-7", "kst-99120-X-7-h1"),
        ("99120 X nr. 7", "kst-99120-X-7"),
        ("99120 X nr 7", "kst-99120-X-7"),
        ("99 120-x, nummer 7", "kst-99120-X-7"),
        ("99120-X-7", "kst-99120-X-7"),
        ("Kamerstukken II 2025/26, 99120 X, nr. 7", "kst-99120-X-7"),
        ("Kamerstuk 99120-7", "kst-99120-7"),
        ("Kamerstuk 21501-02, nr. 45", "kst-21501-02-45"),
        ("Kamerstuk 21501-02-45", "kst-21501-02-45"),
        ("Kamerstukken I 2024/25, 99600, A", "kst-99600-A"),
        ("Handelingen II 2017/18, nr. 70, item 4", "h-tk-20172018-70-4"),
        ("2025d99310", "2025D99310"),
        ("zaak 2026Z99071", "kv-tk-2026Z99071"),
    ],
)
def test_a_number_is_known_in_every_form_in_which_it_is_written(written, code):
    (mention,) = mentions(f"Wat staat er in {written}?")
    assert mention.identifier.names(parse_identifier(code))


@pytest.mark.parametrize(
    "text",
    [
        "Zijn er 36800 woningen gebouwd?",
        "Dat kostte 36 800 euro, nr. 1 op de lijst was duurder.",
        "Bel 12345-678 of kom naar huisnummer 12.",
        "Wat staat er in aanhangsel 3 van het verdrag?",
        "Zie aanhangsel 12 bij de overeenkomst.",
        "Hoeveel winkels heeft AH 1200 werknemers?",
        "Het aanhangsel 2023-2024 is er nog niet.",
        "In 2023-2024 waren het er 2367.",
        "De Z9 van 2025 reed 12 keer.",
    ],
)
def test_other_figures_are_no_official_number(text):
    assert mentions(text) == ()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Aanhangsel Handelingen, vergaderjaar 2022-2023, nr. 9104", "ah-tk-20232024-9104"),
        ("Aanhangsel Handelingen I 2023/24, nr. 9104", "ah-tk-20232024-9104"),
        ("Aanhangsel 910", "ah-tk-20232024-9104"),
        ("99120, nr. 7", "kst-99120-X-7"),
        ("99120 XVI, nr. 7", "kst-99120-X-7"),
        ("99120 X, nr. 7", "kst-99120-X-71"),
        ("2025Z99310", "2025D99310"),
    ],
)
def test_what_is_stated_otherwise_is_another_document(written, code):
    (mention,) = mentions(written)
    assert not mention.identifier.names(parse_identifier(code))


def test_mentions_are_in_order_and_a_document_is_named_by_any_of_its_numbers():
    text = "Zie 2025Z99208 en Kamerstukken II 2025/26, 99120 X, nr. 7 (Aanhangsel 9104)."
    assert [text[m.start : m.end] for m in mentions(text)] == [
        "2025Z99208",
        "Kamerstukken II 2025/26, 99120 X, nr. 7",
        "Aanhangsel 9104",
    ]
    stated = Metadata(identifiers=("ah-tk-20232024-9104", "2024Z99001"))
    document = DocumentInfo("0" * 16, "stuk.txt", "answers", stated)
    assert is_named(document, parse_identifier("2024Z99001"))
    assert is_named(document, Identifier("annex", "9104"))
    assert not is_named(document, Identifier("annex", "9105"))
    assert parse_identifier("blg-99").names(parse_identifier("BLG-99"))
    assert not parse_identifier("blg-99").names(parse_identifier("blg-98"))


@pytest.mark.parametrize(
    ("day", "year"),
    [("2025-09-15", 2024), ("2025-09-16", 2025), ("2026-09-01", 2025), ("2024-09-17", 2024)],
)
def test_a_parliamentary_year_begins_on_the_third_tuesday_of_september(day, year):
    assert parliamentary_year(day) == year
