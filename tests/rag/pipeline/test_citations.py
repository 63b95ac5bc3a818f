"""References as a Dutch civil servant writes them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any, get_args

import pytest
from answering_parts import SAMPLE_FILES

from index.documents import (
    DocumentInfo,
    Kind,
    Metadata,
    Number,
    Office,
    Passage,
    Question,
    Span,
    Speaker,
)
from index.reading import read_bytes
from index.segmentation.segmenting import segment
from rag.pipeline.citations import (
    document_label,
    dutch_date,
    label,
    label_in,
    official_number,
    who,
)


def info(kind: Kind = "answers", source: str = "map/stuk.txt", **stated: Any) -> DocumentInfo:
    return DocumentInfo("0" * 16, source, kind, Metadata(**stated))


def passage(*numbers: Number, heading: str | None = None) -> Passage:
    return Passage(tuple(Question(n, "?", 0, 1) for n in numbers), "Ja.", 0, 3, heading=heading)


def test_a_turn_is_cited_by_who_says_the_quoted_words():
    spoken = (Speaker("Minister Tuin", 0), Speaker("Mevrouw El Bos (PvdV)", 40))
    turn = Passage((), "", 0, 80, heading="Veren", speakers=spoken)
    debate = info("debate", title="Vragenuur")
    assert label(debate, turn) == "Vragenuur, onder ‘Veren’, Minister Tuin"
    said = [label(debate, turn, Span(at, 80)).rsplit(", ", 1)[1] for at in (39, 40)]
    assert said == ["Minister Tuin", "Mevrouw El Bos (PvdV)"]
    # A heading that is the title says nothing more.
    assert label(info("debate", title="Veren"), turn) == "Veren, Minister Tuin"


@pytest.mark.parametrize(
    ("identifier", "day", "written"),
    [
        (
            "ah-tk-20232024-2367",
            "2024-09-02",
            "Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 2367 (2 september 2024)",
        ),
        (
            "kst-36800-X-11",
            "2025-10-06",
            "Kamerstukken II 2025/26, 36800 X, nr. 11 (6 oktober 2025)",
        ),
        ("kst-36800-11", None, "Kamerstukken II, 36800, nr. 11"),
        (
            "kst-21501-02-2345",
            "2021-05-01",
            "Kamerstukken II 2020/21, 21501-02, nr. 2345 (1 mei 2021)",
        ),
        ("kst-36600-XVI-12-h1", None, "Kamerstukken II, 36600 XVI, nr. 12"),
        ("kst-35925-A", "2021-12-01", "Kamerstukken I 2021/22, 35925, A (1 december 2021)"),
        # A parliamentary year begins on the third Tuesday of September.
        ("kst-36800-1", "2025-09-15", "Kamerstukken II 2024/25, 36800, nr. 1 (15 september 2025)"),
        ("kst-36800-1", "2025-09-16", "Kamerstukken II 2025/26, 36800, nr. 1 (16 september 2025)"),
        (
            "h-tk-20172018-70-4",
            "2018-03-13",
            "Handelingen II 2017/18, nr. 70, item 4 (13 maart 2018)",
        ),
        ("h-tk-19992000-3-4", None, "Handelingen II 1999/00, nr. 3, item 4"),
        ("kv-tk-2024Z18561", "2024-11-12", "Kamervragen 2024Z18561 (12 november 2024)"),
    ],
)
def test_an_official_number_is_written_in_its_official_form(identifier, day, written):
    stated = info(date=day, identifiers=("2024D00001", identifier), ministers=("De Vries",))
    assert document_label(stated) == written


def test_an_official_number_stands_by_itself_without_a_date():
    numbered = info(identifiers=("2024D00001", "ah-tk-20232024-1076"), date="2024-02-20")
    assert official_number(numbered) == "Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 1076"
    assert official_number(info()) is None


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        (
            info(title="de brug", date="2024-07-25", ministers=("Van Weel",), identifiers=("2024Z1",)),
            "Antwoorden van bewindspersoon Van Weel over de brug (2024Z1, 25 juli 2024)",
        ),
        (
            info(ministers=("Brekel", "Tuin"), date="2025-06-10"),
            "Antwoorden van bewindspersonen Brekel en Tuin (10 juni 2025)",
        ),
        (
            info(title="Vastgoed", answered_by="Algemene Rekenkamer"),
            "Antwoorden van de Algemene Rekenkamer over Vastgoed",
        ),
        (info(answered_by="Presidium", identifiers=("2024Z1",)), "Antwoorden van het Presidium (2024Z1)"),
        (info(answered_by="De Nederlandsche Bank", date="2024-01-02"), "Antwoorden van De Nederlandsche Bank (2 januari 2024)"),
        (info("letter", ministers=("Tuin",), title="Voortgang"), "Brief van bewindspersoon Tuin ‘Voortgang’"),
        (info("letter", ministers=("Tuin",)), "Brief van bewindspersoon Tuin (stuk.txt)"),
        (
            info(
                "letter",
                ministers=("Brekel", "Tuin"),
                offices=(Office("Brekel", "minister", "Werk"), Office("Tuin", "staatssecretaris", "Werk")),
            ),
            "Brief van minister Brekel en staatssecretaris Tuin (stuk.txt)",
        ),
        (info("postponement", title="ganzen", date="2026-01-09"), "Uitstelbericht over ganzen (9 januari 2026)"),
        (info("answers"), "Antwoorden (stuk.txt)"),
        (info("other"), "stuk.txt"),
        (info("other", title="Verslag", date="2026-01-09"), "Verslag (9 januari 2026)"),
    ],
)  # fmt: skip
def test_a_document_without_official_number_is_named_so_that_it_can_be_found(stated, written):
    assert document_label(stated) == written


def test_a_label_cuts_a_long_title():
    written = document_label(info(title=f"het feit dat {'woordenreeks ' * 12}".strip()))
    assert written.endswith(" woordenreeks…")
    assert len(written) < 120


@pytest.mark.parametrize(
    ("shown", "end"),
    [
        (passage("2a"), ", vraag 2a"),
        (passage("2b", 2, "2a"), ", vraag 2, 2a en 2b"),
        (passage("2a", "2b", "2c"), ", vraag 2a tot en met 2c"),
        (passage(5, 4), ", vraag 4 en 5"),
        (passage(1, 2, 3, 4), ", vraag 1 tot en met 4"),
        (passage(10, 12), ", vraag 10 en 12"),
        (passage(9, 3, 8), ", vraag 3, 8 en 9"),
        (passage(heading="Vraag 2a"), ", vraag 2a"),
        (passage(heading="Vervolg"), ", onder ‘Vervolg’"),
        (passage(), ""),
    ],
)
def test_a_label_ends_with_numbers_or_heading(shown, end):
    stated = info("letter", identifiers=("kst-36800-X-11",))
    assert label(stated, shown) == f"Kamerstukken II, 36800 X, nr. 11{end}"


def test_every_reference_shows_the_date_of_its_document_once():
    for kind, title in product(get_args(Kind), [None, "de brug", "woordenreeks " * 20]):
        for identifiers in ((), ("2025Z12345", "2024D00001"), ("ah-ek-20232024-3",)):
            stated = info(kind, title=title, date="2025-06-10", identifiers=identifiers)
            for shown in (passage(4, 5), passage(heading="Vervolg"), passage()):
                assert label(stated, shown).count("10 juni 2025") == 1, (stated, shown.numbers)


def test_the_samples_are_all_labelled_apart():
    seen: dict[str, str] = {}
    for path in SAMPLE_FILES:
        document = segment(
            read_bytes(path.read_bytes(), path.name), name=path.name, document_id="0" * 16
        )
        about = DocumentInfo(document.id, document.source, document.kind, document.metadata)
        assert document.passages
        written = document_label(about)
        assert seen.setdefault(written, path.name) == path.name
        assert written.count(dutch_date(document.metadata.date or "2000-01-01")) <= 1
        numbered = [label(about, each) for each in document.passages if each.numbers]
        assert len(numbered) == len(set(numbered))
        assert label(replace(about, source="elders"), document.passages[0]).startswith(written)


def test_who_answers_is_named_with_the_office_where_that_is_stated():
    held = (Office("Brekel", "minister", "Werk"), Office("Schoof", "minister-president"))
    stated = info(ministers=("Brekel", "Schoof", "Tuin"), offices=held)
    assert who(stated) == ("minister Brekel (Werk)", "minister-president Schoof", "Tuin")
    assert who(info(answered_by="Algemene Rekenkamer")) == ("Algemene Rekenkamer",)
    assert who(info()) == ()


def test_a_reference_says_what_was_recognised_on_a_picture():
    typed = passage(4)
    scanned = replace(typed, questions=(Question(5, "?", 10, 12),), start=14, end=30)
    about = info(title="de brug", recognised=(Span(11, 20),))
    mark = " (herkende tekst)"
    assert not label(about, typed).endswith(mark)
    assert label(about, scanned).endswith("vraag 5" + mark)
    assert label(about, replace(scanned, start=20)).endswith(mark), "its question was recognised"
    assert not label(about, scanned, Span(20, 30)).endswith(mark), "but this quote was not"
    assert label(about, scanned, Span(19, 30)).endswith(mark)
    assert label(info(title="de brug"), scanned).endswith("vraag 5")
    assert label_in("en", label(about, scanned)).endswith("vraag 5 (recognised text)")
    assert label_in("nl", label(about, scanned)) == label(about, scanned)
    assert label_in("en", label(about, typed)) == label(about, typed)
