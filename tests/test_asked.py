"""What kind of thing a question asks for, and which texts hold one."""

from __future__ import annotations

from typing import get_args

import pytest

from rag.asked import Kind, asked_kind, holds, holds_asked, says_unknown

ASKS: dict[Kind, list[str]] = {
    "amount": [
        "hoeveel geld zit er in het fonds?",
        "Hoeveel euro kost de brug?",
        "hoeveel subsidie krijgt de rederij?",
        "hoeveel miljard euro gaat er naar de brug?",
        "hoeveel miljoen gaat er naar de brug?",
        "hoe duur is een scanauto?",
        "welk bedrag is gereserveerd?",
        "wat kost het veer per jaar?",
        "wat kostten de bruggen?",
        "wat gaat de nieuwe werkplaats kosten?",
        "wat heeft de proef met de camera's uiteindelijk gekost?",
        "hoe hoog is de boete?",
        "hoe hoog was het maximale bedrag?",
        "wat verdient een monteur?",
        "hoeveel kosten die brillen?",
    ],
    "share": [
        "hoeveel procent viel af?",
        "welk deel ging naar onderhoud?",
        "welk gedeelte mag vooraf?",
        "wat is het percentage vrouwen?",
    ],
    "duration": [
        "hoe lang duurt de bouw?",
        "hoeveel jaar loopt het contract?",
        "hoeveel weken heb ik om bezwaar te maken?",
        "hoe vaak vaart het veer?",
        "hoe oud mag de verklaring zijn?",
        "hoeveel tijd kost de keuring?",
    ],
    "measure": [
        "hoe groot is de werkplaats?",
        "hoe ver ligt het veer van de brug?",
        "hoe hoog staat het water?",
        "hoeveel hectare is besmet?",
        "hoeveel kilometer spoor is er?",
        "hoeveel gerst is er geoogst?",
        "hoeveel gas werd er gewonnen?",
    ],
    "count": [
        "hoeveel klachten waren er?",
        "welk aantal is gemeld?",
        "hoeveel van de 74 gemeenten deden mee?",
    ],
    "date": [
        "wanneer vaart het veer weer?",
        "op welke datum gaat de brug open?",
        "vanaf welk moment geldt de regel?",
        "in welk jaar begon de proef?",
        "binnen welke termijn moeten de beelden weg zijn?",
        "hoe laat gaat de post dicht?",
    ],
    "person": [
        "wie betaalt de herder?",
        "welke minister besliste dat?",
        "welke bedrijven leveren de software?",
        "welk land levert de onderdelen?",
    ],
    "reason": [
        "waarom ligt het veer stil?",
        "waardoor kwam de vertraging?",
        "hoe komt het dat de brug dicht is?",
        "wat is de reden van het uitstel?",
        "wat is de oorzaak?",
    ],
}


@pytest.mark.parametrize(
    ("kind", "question"), [(kind, question) for kind, asks in ASKS.items() for question in asks]
)
def test_the_form_of_a_question_tells_what_it_asks_for(kind: Kind, question: str) -> None:
    assert asked_kind(question) == kind
    assert asked_kind(question.upper()) == kind


def test_every_kind_is_tried() -> None:
    assert set(ASKS) == set(get_args(Kind))


@pytest.mark.parametrize(
    "question",
    [
        "komt er een brug?",
        "wat is de aanbetalingsregel?",
        "wat vindt de minister van scanauto's?",
        "hoe werkt het register?",
        "welke maatregelen neemt het kabinet?",
        "geldt er een uitzondering voor mantelzorgers?",
        "",
    ],
)
def test_a_question_whose_form_does_not_tell_asks_for_no_kind(question: str) -> None:
    assert asked_kind(question) is None


HOLDS: list[tuple[Kind, str]] = [
    ("amount", "Het herstel kost 310.000 euro."),
    ("amount", "Er is € 2,5 mln gereserveerd."),
    ("amount", "De app is gratis voor winkeliers."),
    ("amount", "Deelname is kosteloos."),
    ("amount", "Hiervoor zijn geen extra middelen beschikbaar."),
    ("amount", "De rederij krijgt geen subsidie."),
    ("amount", "De kosten zijn nog onbekend."),
    ("amount", "Dat bedrag is niet bekend."),
    ("share", "Van de kandidaten viel 54% af."),
    ("share", "De helft haalde het diploma."),
    ("share", "Een op de drie kinderen zwemt."),
    ("share", "Het merendeel stopte zelf."),
    ("share", "Dat wordt niet centraal bijgehouden."),
    ("duration", "De bouw duurt drie jaar."),
    ("duration", "De beelden moeten binnen 48 uur weg zijn."),
    ("duration", "Het contract loopt tot 1 juli 2027."),
    ("duration", "Het register wordt dagelijks bijgewerkt."),
    ("measure", "De werkplaats krijgt een vloeroppervlak van 35.000 m2."),
    ("measure", "De brug ligt op 7 kilometer."),
    ("measure", "Er is 210.000 ton geoogst."),
    ("measure", "De oppervlakte is niet bekend."),
    ("count", "Er zijn 4.200 schapen."),
    ("count", "Er zijn er veertig."),
    ("count", "Tientallen gemeenten deden mee."),
    ("count", "Het aantal wordt niet bijgehouden."),
    ("count", "Ik heb geen inzicht in het aantal klachten."),
    ("count", "Hierover zijn geen landelijke cijfers beschikbaar."),
    ("count", "Het aantal is niet te zeggen."),
    ("count", "Dit wordt niet geregistreerd."),
    ("count", "Ongeveer 54% viel af."),
    ("date", "De brug gaat op 17 juni open."),
    ("date", "Dat gebeurt in het voorjaar."),
    ("date", "In 2027 volgt een evaluatie."),
    ("date", "De post gaat om 23.30 uur dicht."),
    ("date", "Dat is nog niet bekend."),
    ("date", "De brief komt voor Prinsjesdag."),
    ("person", "De rekening gaat naar minister Hoogesteger."),
    ("person", "Dat doet de Algemene Rekenkamer."),
    ("person", "Het toezicht ligt bij de NVWA."),
    ("person", "Daarover beslist de minister."),
    ("reason", "Dat is omdat de kade zakt."),
    ("reason", "Vanwege de drukte op het net is de bouw uitgesteld."),
    ("reason", "De kade zakt; daarom is de brug dicht."),
]
LACKS: list[tuple[Kind, str]] = [
    ("amount", "Er zijn 74 gemeenten."),
    ("amount", "De brug is duur."),
    ("amount", "In 2023 was dat zo."),
    ("share", "Er waren 54 kandidaten."),
    ("share", "Het aandeel groeit."),
    ("duration", "Er zijn 74 gemeenten."),
    ("duration", "De bouw is begonnen."),
    ("measure", "De werkplaats is groot."),
    ("measure", "Dat staat in artikel 31 van de wet."),
    ("measure", "De werkplaats opent op 1 mei 2024."),
    ("measure", "De oogst duurt 3 weken."),
    ("count", "Er zijn er veel."),
    ("count", "In 2023 was dat zo."),
    ("count", "Op 1 mei 2024 ging de brug open."),
    ("count", "De bouw duurt drie jaar."),
    ("count", "Dat staat in artikel 31 van de wet."),
    ("count", "Zie het antwoord op vraag 7."),
    ("count", "Dat is in Kamerstuk 36800, nr. 11, gemeld."),
    ("count", "Zie bijlage 2 en paragraaf 4."),
    ("count", "Wij zitten in fase 2."),
    ("count", "De minister houdt het register bij."),
    ("date", "De brug gaat open."),
    ("date", "Dat staat in artikel 31."),
    ("person", "De herder wordt betaald."),
    ("person", "Zeker is dat niet."),
    ("reason", "De kade zakt."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), HOLDS)
def test_a_text_holds_what_is_asked_for(kind: Kind, text: str) -> None:
    assert holds(kind, text)


@pytest.mark.parametrize(("kind", "text"), LACKS)
def test_a_text_without_it_or_with_a_false_friend_does_not_hold_it(kind: Kind, text: str) -> None:
    assert not holds(kind, text)


def test_every_kind_is_held_somewhere_and_lacks_somewhere() -> None:
    for tried in (HOLDS, LACKS):
        assert {kind for kind, _ in tried} == set(get_args(Kind))


def test_a_number_glued_to_the_next_word_by_an_extraction_is_a_number() -> None:
    assert holds("count", "Het schip bracht de vierNoorse reizigers thuis.")
    assert not holds("count", "Het schip bracht de Noorse reizigers thuis.")


@pytest.mark.parametrize(
    "text",
    [
        "Dit wordt niet bijgehouden.",
        "Daarvan kan ik geen inschatting geven.",
        "Er is geen landelijk cijfer.",
        "Het is nog niet te zeggen.",
    ],
)
def test_that_it_is_not_known_is_recognised(text: str) -> None:
    assert says_unknown(text)
    for kind in ("count", "measure", "amount", "share", "date", "duration"):
        assert holds(kind, text)


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("hoeveel schepen zonken er?", "Er zijn geen schepen gezonken.", True),
        ("hoeveel schepen zonken er?", "Er zijn geen nieuwe scheepsrampen bekend.", True),
        ("hoeveel schepen zonken er?", "Er is geen reden tot zorg.", False),
        ("hoeveel gemeenten deden mee?", "Geen enkele gemeente deed mee.", True),
        ("hoeveel gemeenten deden mee?", "Er deden enkele kleine gemeenten mee.", True),
        ("hoeveel gemeenten deden mee?", "Dat wordt sinds enkele maanden gevraagd.", False),
        ("hoeveel schepen zonken er?", "Zij zonken. 3 De haven was dicht.", False),
        ("hoeveel schepen zonken er?", "Dat is één van de afspraken op niveau 3.", False),
        ("hoeveel schepen zonken er?", "Er zonken 3 Noorse schepen.", True),
        ("hoeveel miljard kostte de haven?", "Er zonken 3 schepen.", False),
        ("hoeveel miljoen mensen varen er?", "Er varen 3 miljoen mensen.", True),
        ("wanneer zonk het schip van Jan?", "Robert-Jan was de schipper.", False),
        ("wanneer zonk het schip van Jan?", "Dat was in jan. 2024.", True),
        (
            "welk deel van de kosten droeg de rederij?",
            "Van de kosten droeg zij € 24 miljoen.",
            True,
        ),
        ("welk deel van de kosten droeg de rederij?", "Zij droeg haar deel.", False),
        ("hoeveel procent van de kosten droeg zij?", "Zij droeg € 24 miljoen.", False),
        ("wat vindt de rederij?", "Niets.", True),
    ],
)
def test_none_of_them_is_a_number_and_a_part_may_be_told_in_euros(
    question: str, text: str, held: bool
) -> None:
    assert holds_asked(question, text) == held


def test_that_something_is_known_is_not_taken_for_its_opposite() -> None:
    assert not says_unknown("De cijfers zijn bekend.")
