"""When passages state another value for the same thing; and the many times that they do not."""

from __future__ import annotations

import pytest
from answering_parts import SAMPLES

from index.documents import DocumentInfo, Hit, Kind, Metadata, Passage, Question, Span
from index.reading import read_bytes
from index.segmenting import segment
from index.sentences import split_sentences
from rag.disagreement import Disagreement, disagreements, note


def hit(
    text: str,
    *,
    day: str | None = None,
    asked: str = "",
    heading: str | None = None,
    kind: Kind = "answers",
    title: str | None = None,
    document: str | None = None,
) -> Hit:
    """A passage that says `text`; one document each, unless named."""
    questions = (Question(1, asked, 0, 1),) if asked else ()
    passage = Passage(questions, text, 0, len(text), heading=heading)
    about = DocumentInfo(document or text, "stuk.txt", kind, Metadata(title=title, date=day))
    return Hit(about, hash((text, document)), passage, 1.0, 1)


def found(question: str, *hits: Hit) -> tuple[Disagreement, ...]:
    """What is reported when the whole of the first hit is shown."""
    return disagreements(question, [(0, Span(0, len(hits[0].passage.text)))], hits)


def values(question: str, one: str, other: str) -> list[tuple[str, str]]:
    """The values reported for an answer of 2023 that is shown and a letter of 2025."""
    sides = hit(one, day="2023-06-10"), hit(other, day="2025-11-03", kind="letter")
    return [(d.first.written, d.second.written) for d in found(question, *sides)]


@pytest.mark.parametrize(
    ("question", "one", "other", "reported"),
    [
        (
            "hoeveel geld zit er in het Bruggenfonds?",
            "Voor het Bruggenfonds is 42 miljoen euro beschikbaar.",
            "Het budget van het Bruggenfonds bedraagt inmiddels 36,5 miljoen euro.",
            ("36,5 miljoen euro", "42 miljoen euro"),
        ),
        (
            "hoe groot is het Bruggenfonds?",
            "Voor het Bruggenfonds is tot en met 2028 in totaal 42 miljoen euro beschikbaar.",
            "Het budget van het Bruggenfonds tot en met 2028 is verlaagd naar 36,5 miljoen euro.",
            ("36,5 miljoen euro", "42 miljoen euro"),
        ),
        (
            "hoeveel agenten had de Haveneenheid in 2022?",
            "In 2022 telde de Haveneenheid 612 agenten.",
            "De Haveneenheid telde in 2022 640 agenten.",
            ("640", "612"),
        ),
        (
            "wanneer is het algoritmeregister verplicht?",
            "Het algoritmeregister wordt naar verwachting in 2026 verplicht.",
            "Het algoritmeregister wordt in 2028 verplicht.",
            ("2028", "2026"),
        ),
        (
            "wat kost een scanauto per jaar?",
            "Een scanauto kost een gemeente 185.000 euro per jaar.",
            "Een scanauto kost een gemeente jaarlijks 210.000 euro.",
            ("210.000 euro", "185.000 euro"),
        ),
        (
            "welk deel van de naheffingen wordt vernietigd?",
            "Van de naheffingen door scanauto's werd 2,7% vernietigd.",
            "Van de naheffingen door scanauto's werd 4,1 procent vernietigd.",
            ("4,1 procent", "2,7%"),
        ),
    ],
)
def test_another_value_for_the_same_thing_is_reported_newest_first(
    question: str, one: str, other: str, reported: tuple[str, str]
) -> None:
    assert values(question, one, other) == [reported]


@pytest.mark.parametrize(
    ("why", "question", "one", "other"),
    [
        ("ander jaar", "hoeveel meldingen kreeg de inspectie?", "In 2023 kreeg de Havendienst 612 meldingen.", "In 2024 kreeg de Havendienst 709 meldingen."),
        ("ander peilmoment", "hoeveel bedrijven doen mee aan het Bruggenfonds?", "Op 1 mei 2023 deden 11 bedrijven mee aan het Bruggenfonds.", "Op 1 november 2025 deden 38 bedrijven mee aan het Bruggenfonds."),
        ("jaar maar aan een kant", "hoeveel meldingen kreeg de Havendienst?", "De Havendienst kreeg 612 meldingen.", "De Havendienst kreeg in 2024 709 meldingen."),
        ("dit jaar", "hoeveel meldingen kreeg de Havendienst?", "De Havendienst kreeg dit jaar 612 meldingen.", "De Havendienst kreeg dit jaar 709 meldingen."),
        ("andere plaats", "hoeveel scanauto's zijn er?", "In Vlierbeek rijden 12 scanauto's.", "In Oudsteden rijden 15 scanauto's."),
        ("waarvan", "hoeveel geld zit er in het Bruggenfonds?", "Voor het Bruggenfonds is 42 miljoen euro beschikbaar.", "Het Bruggenfonds loopt, waarvan 12 miljoen euro beschikbaar is."),
        ("deel", "hoeveel geld zit er in het Bruggenfonds?", "Voor het Bruggenfonds is 42 miljoen euro beschikbaar.", "Een deel van het Bruggenfonds, 12 miljoen euro, is beschikbaar."),
        ("andere post", "hoeveel geld is er beschikbaar?", "Voor onderhoud van bruggen is 42 miljoen euro beschikbaar.", "Voor vervanging van bruggen is 36 miljoen euro beschikbaar."),
        ("ander fonds", "hoeveel geld zit er in het fonds?", "Voor het Bruggenfonds is 42 miljoen euro beschikbaar.", "Voor het Havenfonds is 36 miljoen euro beschikbaar."),
        ("het fonds, elders een ander", "hoeveel geld zit er in het fonds?", "Voor het Bruggenfonds is 42 miljoen euro beschikbaar.", "Voor het fonds is 36 miljoen euro beschikbaar."),
        ("maximaal en gemiddeld", "wat kost een bankgarantie?", "Een bankgarantie kost maximaal 20.000 euro.", "Een bankgarantie kost gemiddeld 8.000 euro."),
        ("gemiddeld en gewoon", "wat kost een bankgarantie?", "Een bankgarantie kost 20.000 euro.", "Een bankgarantie kost gemiddeld 8.000 euro."),
        ("raming en uitkomst", "wat kost de havenbrug?", "De kosten van de havenbrug worden geraamd op 118 miljoen euro.", "De kosten van de havenbrug bedragen 124 miljoen euro."),
        ("per jaar en totaal", "wat kost de meldknop?", "De meldknop kost 640.000 euro per jaar.", "De meldknop kost 2.500.000 euro."),
        ("verhoogd met", "hoe groot is het Bruggenfonds?", "Het budget van het Bruggenfonds bedraagt 42 miljoen euro.", "Het budget van het Bruggenfonds is verhoogd met 5 miljoen euro."),
        ("van .. naar", "hoe groot is het Bruggenfonds?", "Het budget van het Bruggenfonds bedraagt 42 miljoen euro.", "Het budget van het Bruggenfonds is verhoogd van 30 naar 45 miljoen euro."),
        ("andere eenheid", "hoe groot is het Bruggenfonds?", "Het Bruggenfonds bedraagt 42 miljoen euro.", "Het Bruggenfonds bedraagt 12%."),
        ("iets anders geteld", "hoeveel zijn er toegelaten tot het Bruggenfonds?", "Tot het Bruggenfonds zijn 24 bedrijven toegelaten.", "Tot het Bruggenfonds zijn 38 werkmeesters toegelaten."),
        ("aangemeld en toegelaten", "hoeveel bedrijven doen mee aan het Bruggenfonds?", "Bij het Bruggenfonds zijn 38 bedrijven aangemeld.", "Tot het Bruggenfonds zijn 24 bedrijven toegelaten."),
        ("toegezegd en uitbetaald", "hoeveel geld is er uit het Bruggenfonds betaald?", "Uit het Bruggenfonds is 14,2 miljoen euro toegezegd.", "Uit het Bruggenfonds is 9,8 miljoen euro uitbetaald."),
        ("hiervoor", "hoeveel geld is er voor het Bruggenfonds?", "Hiervoor is 42 miljoen euro beschikbaar.", "Hiervoor is 36 miljoen euro beschikbaar."),
        ("andere grens", "hoeveel woningen komen er in de Havenwijk?", "In de Havenwijk komen ten minste 300 woningen.", "In de Havenwijk komen hooguit 400 woningen."),
        ("afronding", "hoeveel geld zit er in het Bruggenfonds?", "Voor het Bruggenfonds is 42 miljoen euro beschikbaar.", "Voor het Bruggenfonds is 41,9 miljoen euro beschikbaar."),
        ("circa", "hoeveel geld zit er in het Bruggenfonds?", "Voor het Bruggenfonds is circa 40 miljoen euro beschikbaar.", "Voor het Bruggenfonds is 42,3 miljoen euro beschikbaar."),
        ("zelfde waarde anders geschreven", "hoeveel geld zit er in het Bruggenfonds?", "Voor het Bruggenfonds is 42 miljoen euro beschikbaar.", "Voor het Bruggenfonds is 42.000.000 euro beschikbaar."),
        ("tabel", "hoeveel meldingen kreeg de Havendienst?", "De Havendienst kreeg 612 meldingen.", "Havendienst\tmeldingen\n2023\t709\nDe Havendienst kreeg meldingen\t800 meldingen."),
        ("lijst", "hoeveel bedrijven in de Kustregio?", "In de Kustregio zijn 7 bedrijven toegelaten.", "• Kustregio: 9 bedrijven toegelaten."),
        ("artikel", "wat zegt de Brandweerwet?", "Volgens artikel 6 Brandweerwet geldt een vergunning.", "Volgens artikel 8 Brandweerwet geldt een vergunning."),
        ("eerder genoemd", "hoeveel geld zit er in het Bruggenfonds?", "Voor het Bruggenfonds is 36 miljoen euro beschikbaar.", "Voor het Bruggenfonds was eerder 42 miljoen euro beschikbaar."),
        ("extra", "hoeveel geld is er voor het Bruggenfonds?", "Voor het Bruggenfonds is 42 miljoen euro beschikbaar.", "Voor het Bruggenfonds is 5 miljoen euro extra beschikbaar."),
        ("ontkend", "hoeveel bedrijven doen mee aan het Bruggenfonds?", "Aan het Bruggenfonds nemen 38 bedrijven deel.", "Aan het Bruggenfonds nemen 112 bedrijven niet deel."),
        ("mannen en vrouwen", "hoeveel sollicitanten zijn er?", "Bij de Rijkswerkplaatsen solliciteerden 612 mannen.", "Bij de Rijkswerkplaatsen solliciteerden 97 vrouwen."),
        ("begin en einde", "wanneer is de proefperiode?", "De proefperiode met de meldknop begint in 2024.", "De proefperiode met de meldknop eindigt in 2026."),
        ("grove en precieze datum", "wanneer is het algoritmeregister verplicht?", "Het algoritmeregister wordt in 2026 verplicht.", "Het algoritmeregister wordt op 1 juli 2026 verplicht."),
        ("steeds een nieuwe brief", "wanneer komt de volgende voortgangsbrief?", "De volgende voortgangsbrief over het Bruggenfonds komt in juni 2024.", "De volgende voortgangsbrief over het Bruggenfonds komt in juni 2026."),
        ("jaartal is periode, geen antwoord", "hoeveel kost het algoritmeregister?", "Het algoritmeregister wordt in 2026 verplicht.", "Het algoritmeregister wordt in 2028 verplicht."),
        ("naar een eerder jaar gevraagd", "hoeveel geld zat er in 2023 in het Bruggenfonds?", "Voor het Bruggenfonds is 42 miljoen euro beschikbaar.", "Voor het Bruggenfonds is 36 miljoen euro beschikbaar."),
        ("iets anders gevraagd", "hoeveel bedrijven zijn toegelaten tot het Bruggenfonds?", "Voor het Bruggenfonds is 42 miljoen euro beschikbaar.", "Voor het Bruggenfonds is 36 miljoen euro beschikbaar."),
        ("niet gevraagd", "wie is de burgemeester van Vlierbeek?", "Voor het Bruggenfonds is 42 miljoen euro beschikbaar.", "Voor het Bruggenfonds is 36 miljoen euro beschikbaar."),
    ],
    ids=lambda value: value if len(value) < 34 else "",
)  # fmt: skip
def test_what_only_looks_like_a_disagreement_is_not_reported(
    why: str, question: str, one: str, other: str
) -> None:
    assert values(question, one, other) == []
    assert values(question, other, one) == []


def test_the_fund_of_the_samples_is_reported_from_either_side() -> None:
    hits = []
    for name in ("2025Z99208.txt", "2025D99562.txt"):
        whole = segment(
            read_bytes((SAMPLES / name).read_bytes(), name), name=name, document_id=name
        )
        info = DocumentInfo(name, name, whole.kind, whole.metadata)
        hits += [Hit(info, n, passage, 1.0, 1) for n, passage in enumerate(whole.passages)]
    for sentence in ("42 miljoen euro beschikbaar.", "uit op 36,5 miljoen euro"):
        shown = [
            (at, span)
            for at, each in enumerate(hits)
            for span in split_sentences(each.passage.reading_text())
            if sentence in each.passage.reading_text()[span.start : span.end]
        ]
        reported = disagreements("hoeveel geld zit er in het werkplaatsfonds?", shown, hits)
        assert [note(each) for each in reported] == [
            "Let op: de documenten verschillen: 36,5 miljoen euro (brief van 27 november 2025) en "
            "42 miljoen euro (antwoord van 18 juni 2025); het nieuwste staat eerst."
        ]
        for stated in (reported[0].first, reported[0].second):
            text = hits[stated.hit].passage.reading_text()
            assert stated.written in text[stated.span.start : stated.span.end]
    everything = [(n, Span(0, len(h.passage.reading_text()))) for n, h in enumerate(hits)]
    assert len(disagreements("hoeveel geld zit er in het werkplaatsfonds?", everything, hits)) == 1


def test_two_figures_in_one_letter_are_reported_as_such() -> None:
    one = hit("Het Bruggenfonds bedraagt 42 miljoen euro.", document="brief", kind="letter", day="2025-11-03", heading="Bruggenfonds")  # fmt: skip
    other = hit("Het Bruggenfonds bedraagt 36,5 miljoen euro.", document="brief", kind="letter", day="2025-11-03", heading="Dekking")  # fmt: skip
    (reported,) = found("hoe groot is het bruggenfonds?", one, other)
    assert reported.one_document
    assert not reported.dated
    assert note(reported) == (
        "Let op: één document noemt zowel 42 miljoen euro als 36,5 miljoen euro "
        "(brief van 3 november 2025)."
    )
    assert note(reported, "en") == (
        "Note: one document gives both 42 miljoen euro and 36,5 miljoen euro "
        "(letter of 2025-11-03)."
    )


def test_sections_of_one_letter_about_different_places_do_not_disagree() -> None:
    north = hit("Er zijn 12 noodopvanglocaties geopend.", document="brief", heading="Noord")
    south = hit("Er zijn 15 noodopvanglocaties geopend.", document="brief", heading="Zuid")
    assert not found("hoeveel noodopvanglocaties zijn er geopend?", north, south)


def test_answers_about_different_places_do_not_disagree() -> None:
    text = "Er zijn {} noodopvanglocaties geopend."
    for title in (True, False):
        sides = [
            hit(text.format(n), asked="Hoeveel?" if title else f"Hoeveel in {place}?", title=f"opvang in {place}" if title else None)
            for n, place in ((12, "Vlierbeek"), (15, "Oudsteden"))
        ]  # fmt: skip
        assert not found("hoeveel noodopvanglocaties zijn er in vlierbeek geopend?", *sides)


@pytest.mark.parametrize(("one_day", "other_day"), [("2025-01-01", "2025-01-01"), (None, "2025-01-01"), (None, None)])  # fmt: skip
def test_without_two_different_dates_nothing_is_called_newer(
    one_day: str | None, other_day: str | None
) -> None:
    one = hit("Het Bruggenfonds bedraagt 42 miljoen euro.", day=one_day)
    other = hit("Het Bruggenfonds bedraagt 36,5 miljoen euro.", day=other_day, kind="other")
    (reported,) = found("hoe groot is het bruggenfonds?", one, other)
    assert (reported.first.written, reported.dated) == ("42 miljoen euro", False)
    assert "nieuwste" not in note(reported)
    assert ("zonder datum" in note(reported)) == (one_day is None)
    assert "newest" not in note(reported, "en")


def test_what_only_a_question_or_a_debate_asserts_does_not_disagree() -> None:
    said = hit("Het Bruggenfonds bedraagt 42 miljoen euro.", day="2025-01-01")
    text = "Het Bruggenfonds bedraagt 36,5 miljoen euro."
    for kind in ("questions_only", "debate", "postponement"):
        assert not found("hoe groot is het bruggenfonds?", said, hit(text, kind=kind))
    asked = hit("Ja.", asked=f"Klopt het dat {text.lower()}")
    assert not found("hoe groot is het bruggenfonds?", said, asked)


def test_only_what_is_shown_is_held_against_the_rest() -> None:
    one = hit("De brug is mooi. Het Bruggenfonds bedraagt 42 miljoen euro.")
    other = hit("Het Bruggenfonds bedraagt 36,5 miljoen euro.")
    assert not disagreements("hoe groot is het bruggenfonds?", [(0, Span(0, 17))], [one, other])


ASKED = "Bent u bereid scanauto's in woonwijken te verbieden?"


def test_yes_and_no_to_the_same_question_are_reported() -> None:
    no = hit("Nee. Een verbod gaat mij te ver.", asked=ASKED, day="2023-02-01")
    yes = hit("Ja. Ik bereid een verbod voor.", asked=ASKED, day="2025-02-01")
    (reported,) = found("worden scanauto's in woonwijken verboden?", no, yes)
    assert note(reported) == (
        "Let op: de documenten verschillen: ja (antwoord van 1 februari 2025) en nee (antwoord van "
        "1 februari 2023); het nieuwste staat eerst."
    )


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (ASKED, "Nee. Dat blijft zo."),
        (ASKED, "Ja, mits gemeenten daarom vragen."),
        ("Bent u bereid scanauto's in woonwijken niet te verbieden?", "Ja. Dat blijft zo."),
        ("Bent u bereid scanauto's in binnensteden te verbieden?", "Ja. Dat komt er."),
        ("Bent u bekend met het verbod op scanauto's in woonwijken?", "Ja."),
        ("Waarom bent u niet bereid scanauto's in woonwijken te verbieden?", "Ja. Dat komt er."),
    ],
)
def test_another_question_or_a_condition_is_no_disagreement(asked: str, answered: str) -> None:
    no = hit("Nee. Een verbod gaat mij te ver.", asked=ASKED, day="2023-02-01")
    assert not found("worden scanauto's in woonwijken verboden?", no, hit(answered, asked=asked))
