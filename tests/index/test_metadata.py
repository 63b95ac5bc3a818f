"""What documents state about themselves, over the corpus and over forms that it does not hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from index.documents import Metadata, Office, Source, Span
from index.metadata import state_metadata
from index.reading import read, read_bytes

SHARED = Path(__file__).resolve().parents[3] / "shared"
GOLD = SHARED / "gold" / "segments.jsonl"
needs_gold = pytest.mark.skipif(not GOLD.is_file(), reason="the shared gold data is not here")


def state(text: str, name: str = "stuk.txt") -> Metadata:
    return state_metadata(Source(text=text), name)


@pytest.fixture(scope="module")
def corpus() -> list[tuple[str, Metadata, dict[str, object]]]:
    lines = GOLD.read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    folder = SHARED / "corpus" / "kamervragen"
    return [
        (entry["file"], state_metadata(read(folder / entry["file"]), entry["file"]), entry)
        for entry in entries
    ]


@needs_gold
@pytest.mark.parametrize(
    "field", ["title", "date", "ministers", "askers", "identifier", "answered_by"]
)
def test_corpus_metadata_is_as_stated(field, corpus):
    def letters(title: object) -> str:
        return re.sub(r"\W+", "", str(title))  # the reader of a scan may have split a word

    misses = []
    for file, found, entry in corpus:
        gold = entry["metadata"]
        assert isinstance(gold, dict)
        wanted = gold.get(field)
        if field == "identifier":
            right = wanted is None or wanted in found.identifiers
        elif field == "title":
            right = letters(found.title) == letters(wanted)
        elif field in ("ministers", "askers"):
            right = list(getattr(found, field)) == wanted
        else:
            right = getattr(found, field) == wanted
        if not right:
            misses.append((file, wanted, found))
    assert not misses


def test_an_official_answer_of_several_ministers() -> None:
    found = state(
        "Tweede Kamer der Staten-Generaal 2\nVergaderjaar 2022–2023 Aanhangsel van de "
        "Handelingen\n\nVragen gesteld door de leden der Kamer\n\n77\n\n"
        "Vragen van de leden Van der Plas (BBB), El Yassini (VVD) en De Groot (D66) aan de "
        "Ministers van Infrastructuur en Waterstaat en "
        "voor Natuur en Stikstof over het bericht «Over de "
        "grens» (ingezonden 1 september 2022).\nAntwoord van Minister Harbers (Infrastructuur en "
        "Waterstaat), Minister Van der Wal-Zeggelink (Natuur en Stikstof) en Staatssecretaris "
        "Heijnen (Infrastructuur en Waterstaat), mede namens Minister Adema (Landbouw) (ontvangen "
        "10 oktober 2022). Zie ook Aanhangsel Handelingen, vergaderjaar 2021–2022, nr. 3456.\n"
        "Vraag 1\nKent u de vragen van het lid Dassen (Volt) over iets (2022Z01234)?"
    )
    assert found == Metadata(
        title="het bericht «Over de grens»",
        date="2022-10-10",
        ministers=("Harbers", "Van der Wal-Zeggelink", "Heijnen"),
        askers=("Van der Plas", "El Yassini", "De Groot"),
        identifiers=("ah-tk-20222023-77",),
        offices=(
            Office("Harbers", "minister", "Infrastructuur en Waterstaat"),
            Office("Van der Wal-Zeggelink", "minister", "Natuur en Stikstof"),
            Office("Heijnen", "staatssecretaris", "Infrastructuur en Waterstaat"),
        ),
    )


@pytest.mark.parametrize(
    ("line", "ministers"),
    [
        (
            "Antwoord van Minister Göks¸ever-Boer (Defensie) (ontvangen 1 mei 2023)",
            ["Gökşever-Boer"],
        ),
        ("Antwoord van minister van Weel (Justitie) (ontvangen 1 mei 2025)", ["Van Weel"]),
        (
            "Antwoord van Minister-President Rutte (Algemene Zaken) (ontvangen 1 mei 2023)",
            ["Rutte"],
        ),
        ("Antwoord van de minister van Defensie (ontvangen 1 mei 2023)", []),
        ("Antwoord van de Minister voor Medische Zorg (ontvangen 1 mei 2023)", []),
        ("Mededeling van Staatssecretaris Szabó (Binnenlandse Zaken)", ["Szabó"]),
        ("Nader antwoord van minister ’t Hart (Defensie) (ontvangen 1 mei 2023)", ["’t Hart"]),
    ],
)
def test_the_answering_minister_is_named_by_surname(line: str, ministers: list[str]) -> None:
    assert list(state(f"AH 12\n{line}\n\nVraag 1\nTekst?").ministers) == ministers


@pytest.mark.parametrize(
    ("text", "ministers", "offices"),
    [
        (
            "Antwoord van Minister De Jonge (Binnenlandse Zaken en\nKoninkrijksrelaties), mede namens"
            " de Minister van Financiën (ontvangen 1 mei 2023)",
            ["De Jonge"],
            [Office("De Jonge", "minister", "Binnenlandse Zaken en Koninkrijksrelaties")],
        ),
        (
            "Antwoord van de Ministers Yeşilgöz-Zegerius (Justitie en Veiligheid) en Weerwind "
            "(Rechtsbescherming) en Staatssecretaris Tuin (Werk) (ontvangen 1 mei 2023)",
            ["Yeşilgöz-Zegerius", "Weerwind", "Tuin"],
            [
                Office("Yeşilgöz-Zegerius", "minister", "Justitie en Veiligheid"),
                Office("Weerwind", "minister", "Rechtsbescherming"),
                Office("Tuin", "staatssecretaris", "Werk"),
            ],
        ),
        (
            "Antwoord van Minister-President Schoof (ontvangen 1 mei 2025)",
            ["Schoof"],
            [Office("Schoof", "minister-president")],
        ),
        ("Antwoord van minister Tuin (ontvangen 1 mei 2025)", ["Tuin"], []),
        (
            "Datum 6 mei 2025\n\nTekst.\n\nDE STAATSSECRETARIS VAN BUITENLANDSE ZAKEN EN WERK,\n\nGijs Tuin\n",
            ["Tuin"],
            [Office("Tuin", "staatssecretaris", "Buitenlandse Zaken en Werk")],
        ),
        (
            "Datum 6 mei 2025\n\nTekst.\n\nDe minister voor Langdurige Zorg en Sport,\nC. Helder\n",
            ["Helder"],
            [Office("Helder", "minister", "Langdurige Zorg en Sport")],
        ),
    ],
)
def test_the_office_of_who_answers_is_read_where_it_is_stated(text, ministers, offices) -> None:
    found = state(f"AH 12\n{text}\n")
    assert (list(found.ministers), list(found.offices)) == (ministers, offices)


@pytest.mark.parametrize(
    ("block", "ministers"),
    [
        ("DE MINISTER VAN DEFENSIE\n\nRuben Brekelmans", ["Brekelmans"]),
        ("De Minister van Justitie en Veiligheid,\n\n\n\nD.M. van Weel", ["Van Weel"]),
        ("de minister van Buitenlandse Zaken,\nDrs. H.G.J. Bruins Slot", ["Bruins Slot"]),
        ("De minister van Financiën,\ndhr. dr. E. (Eelco) Heinen", ["Heinen"]),
        (
            "DE MINISTER VAN DEFENSIE\nRuben Brekelmans\n\nDE STAATSSECRETARIS VAN DEFENSIE\n"
            "Gijs Tuinman",
            ["Brekelmans", "Tuinman"],
        ),
        ("De minister van Financiën is van mening\ndat het zo kan.", []),
        ("De minister van Financiën,\n7 mei 2024", []),
    ],
)
def test_a_letter_is_signed_by_ministers(block: str, ministers: list[str]) -> None:
    head = "Datum 6 oktober 2025\nBetreft Stand van zaken\n\nGeachte voorzitter,\n\nTekst.\n\n"
    found = state(f"{head}{block}\n")
    assert list(found.ministers) == ministers
    assert (found.date, found.title) == ("2025-10-06", "Stand van zaken")


def test_a_letter_with_answers_states_title_askers_and_case_number() -> None:
    found = state(
        "Datum: 3 juni 2024\nOnderwerp: Antwoorden op Kamervragen\n\nGeachte voorzitter,\n\n"
        "Hierbij stuur ik u de antwoorden op de schriftelijke vragen van de leden Kröger en Bromet "
        "(beiden GroenLinks-PvdA) over de stikstofruimte (ingezonden 2 mei 2024, met kenmerk "
        "2024Z07890).\n\nDe minister voor Natuur en Stikstof,\nChristianne van der Wal-Zeggelink"
    )
    assert found == Metadata(
        title="de stikstofruimte",
        date="2024-06-03",
        ministers=("Van der Wal-Zeggelink",),
        askers=("Kröger", "Bromet"),
        identifiers=("2024Z07890",),
        offices=(Office("Van der Wal-Zeggelink", "minister", "Natuur en Stikstof"),),
    )


STUK = (
    "Tweede Kamer der Staten-Generaal 2\nVergaderjaar 2023–2024\n\n36 410 VIII Vaststelling van de "
    "begrotingsstaten van het Ministerie van Onderwijs (VIII) voor het jaar 2024\n\nNr. 106 {}\n\n"
)


def test_a_list_of_questions_and_answers_of_a_committee() -> None:
    found = state(
        STUK.format("LIJST VAN VRAGEN EN ANTWOORDEN\n\nVastgesteld 5 juni 2024")
        + "De vaste commissie voor Onderwijs, Cultuur en Wetenschap heeft een aantal vragen "
        "voorgelegd aan de Minister van Onderwijs, Cultuur en Wetenschap over de brief van 3 mei "
        "2024 inzake het jaarverslag (Kamerstuk 36 560 VIII, nr. 1).\nDe Minister heeft deze "
        "vragen beantwoord bij brief van 31 mei 2024. Vragen en antwoorden zijn hierna afgedrukt.\n"
        "De voorzitter van de commissie,\nTielen"
    )
    assert found.title == "de brief van 3 mei 2024 inzake het jaarverslag"
    assert found.date == "2024-05-31"
    assert found.askers == ("vaste commissie voor Onderwijs, Cultuur en Wetenschap",)
    assert found.identifiers == ("kst-36410-VIII-106",)
    assert found.ministers == ()


@pytest.mark.parametrize(
    ("head", "said", "day"),
    [
        (
            "VERSLAG VAN EEN SCHRIFTELIJK OVERLEG\n\nVastgesteld 14 juni 2024",
            "Bij brief van 12 juni 2024 zijn de vragen beantwoord.",
            "2024-06-12",
        ),
        ("NOTA NAAR AANLEIDING VAN HET VERSLAG\n\nOntvangen 3 juni 2024", "", "2024-06-03"),
        ("MOTIE VAN HET LID VAN NISPEN C.S.\n\nVoorgesteld 16 mei 2024", "", "2024-05-16"),
        ("BRIEF VAN DE MINISTER VAN DEFENSIE\n\nDen Haag, 7 mei 2024", "", "2024-05-07"),
    ],
)
def test_a_parliamentary_paper_states_number_dossier_and_the_date_of_the_answer(
    head, said, day
) -> None:
    committee = (
        "Binnen de vaste commissie voor Financiën hebben de onderstaande fracties de behoefte "
    )
    found = state(f"{STUK.format(head)}{committee}vragen voor te leggen.\n{said}")
    assert (found.date, found.askers) == (day, ("vaste commissie voor Financiën",))
    assert found.identifiers == ("kst-36410-VIII-106",)
    assert str(found.title).startswith("Vaststelling van de begrotingsstaten")


def test_the_day_of_asking_is_no_date() -> None:
    assert state("Vragen van het lid Dijk (SP) over X (ingezonden 3 mei 2024).").date is None


ANNEX = "AH 604\n2024Z18294\nAntwoord van minister Van Weel (JenV) (ontvangen {})"
OTHERS = (
    "Geachte voorzitter,\n\nEerder schreef ik u (2022D22285, Kamerstuk 36 410, nr. 3) over de vragen "
    "van het lid Dijk (2023Z04321) en ah-tk-20222023-5.\n"
)
FILE = "map/ah-tk-20232024-878.pdf"


@pytest.mark.parametrize(
    ("text", "name", "identifiers"),
    [
        # The parliamentary year turns on the third Tuesday of September.
        (ANNEX.format("16 september 2024"), "a.txt", ("ah-tk-20232024-604", "2024Z18294")),
        (ANNEX.format("17 september 2024"), "a.txt", ("ah-tk-20242025-604", "2024Z18294")),
        (ANNEX.format("1 mei 2026"), "a.txt", ("ah-tk-20252026-604", "2024Z18294")),
        # Numbers of other documents are not its own; a name counts where the text gives none.
        (OTHERS, "a.txt", ()),
        ("Tekst.", FILE, ("ah-tk-20232024-878",)),
        ("2024Z18294\nTekst.", FILE, ("2024Z18294",)),
        ("Tekst.", "kv-2016-fragment.html", ()),
    ],
)
def test_the_numbers_of_a_document_are_its_own(text, name, identifiers) -> None:
    assert state(text, name).identifiers == identifiers


@pytest.mark.parametrize("number", ["2024Z18294", "ah-tk-20232024-878"])
def test_a_number_that_ends_a_wrapped_sentence_is_not_the_documents_own(number: str) -> None:
    assert state(f"Zie het antwoord op de vragen van het lid Kok\n({number}).").identifiers == ()
    assert state(f"Zie de vragen van het lid Kok,\n{number}.").identifiers == ()
    assert state(f"Tekst.\n**{number}** \nTekst.").identifiers == (number,)


def test_page_headers_are_searched_and_an_impossible_date_is_no_date() -> None:
    source = Source(text="Tekst.", edge_text="Datum\n31 februari 2024\nBetreft\nHet onderwerp")
    assert state_metadata(source, "a.docx") == Metadata(title="Het onderwerp")


def test_what_the_format_states_is_used_where_the_text_is_silent() -> None:
    stated = Metadata(
        title="Antwoord op vragen van het lid Klaver over de winter",
        date="2024-01-26",
        askers=("J.F. Klaver",),
        identifiers=("ah-tk-20232024-9",),
    )
    found = state_metadata(Source(text="Vraag 1\nTekst?", stated=stated), "a.xml")
    assert found == Metadata(
        title="de winter", date="2024-01-26", askers=("Klaver",), identifiers=("ah-tk-20232024-9",)
    )


def test_a_heading_is_the_title_of_a_document_without_a_subject() -> None:
    text = "Inleiding\nTekst.\nWet langdurige zorg\nTekst."
    start = text.index("Wet")
    source = Source(text=text, headings=(Span(0, 9), Span(start, start + 19)))
    assert state_metadata(source, "a.docx").title == "Wet langdurige zorg"


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("De sluiting van de sluis\n\nVraag 1\nWaarom?", "a.txt", "De sluiting van de sluis"),
        ("Kamerstuk 31444-XVI nr. 6\nOver de sluis\n1. Waarom?", "a.md", "Over de sluis"),
        ("Het bericht ‘Sluis dicht’\nVraag 1", "a.txt", "Het bericht ‘Sluis dicht’"),
        ("Datum: 5 maart 2024\nDe sluiting van de sluis", "a.txt", "De sluiting van de sluis"),
        ("Antwoord op vragen over de sluis\n\nVraag 1", "a.txt", "de sluis"),
        ("Vraag 1\nWaarom gaat de sluis dicht?", "a.txt", None),
        ("Waarom gaat de sluis dicht?\nAntwoord: zo", "a.txt", None),
        ("Geachte voorzitter,\nDe sluis gaat dicht", "a.txt", None),
        ("De sluis " * 40, "a.txt", None),
        ("De sluiting van de sluis\n\nVraag 1\nWaarom?", "a.docx", None),
    ],
)
def test_the_first_line_of_a_plain_text_is_its_title(text, name, title) -> None:
    assert state_metadata(Source(text=text), name).title == title


ARCHIVE = """<kvr><meta><metadata>
<item attribuut="Bibliografische_omschrijving">Vragen van de leden Van Rijn en Maas (beiden X)
 aan de minister van Verkeer en Waterstaat over het sluiten van de sluis. (Ingezonden 3 mei 2004);
 Antwoord</item><item attribuut="Datum_reaktie">{reaction}</item></metadata>
<header kamer="{chamber}" vergaderjaar="Vergaderjaar  2 0 0 3 – 2004" typehandeling="{kind}"/>
<vraagdata vraagnummer="{number}"><vrager partij="X">Van Rijn</vrager><vrager>Maas</vrager></vraagdata>
<antwoorddata antwoorddatum="{day}"><antwoorder functie="{title}" ministerie="Verkeer en Waterstaat"
>{who}</antwoorder></antwoorddata></meta>
<vragen><vraag nummer="1">Gaat de sluis dicht?</vraag></vragen>
<antwoorden><antwoord nummer="1">Ja, in mei.</antwoord></antwoorden></kvr>"""
STATED = {
    "reaction": "",
    "chamber": "2",
    "kind": "Aanhangsel van de Handelingen",
    "number": "99",
    "day": "2004-06-2",
    "title": "minister",
    "who": "Van Sluis",
}


def archived(**changes: str) -> Metadata:
    data = ARCHIVE.format(**STATED | changes).encode()
    return state_metadata(read_bytes(data, "KVR1.xml"), "KVR1.xml")


def test_xml_of_the_archive_says_who_when_and_which_number() -> None:
    assert archived() == Metadata(
        title="het sluiten van de sluis",
        date="2004-06-02",
        ministers=("Van Sluis",),
        askers=("Van Rijn", "Maas"),
        identifiers=("ah-tk-20032004-99",),
        offices=(Office("Van Sluis", "minister", "Verkeer en Waterstaat"),),
    )


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"day": "10 juni 2004)", "reaction": "2004-06-12"}, "date", "2004-06-12"),
        ({"day": "2004-02-31"}, "date", None),
        ({"chamber": "1"}, "identifiers", ("ah-ek-20032004-99",)),
        ({"kind": ""}, "identifiers", ()),
        ({"number": "2030499999"}, "identifiers", ()),
        ({"title": "mmister"}, "offices", ()),
        ({"title": "mmister"}, "ministers", ("Van Sluis",)),
        ({"title": "", "who": ""}, "ministers", ()),
    ],
)
def test_what_xml_of_the_archive_states_badly_is_left_out(changes, field, expected) -> None:
    assert getattr(archived(**changes), field) == expected
