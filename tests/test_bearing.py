"""Whether evidence bears on what is asked: amounts of something else, deeds, names."""

from __future__ import annotations

import pytest

from rag.bearing import amount_of_something_else, deed, tells_of, unnamed

BRIDGE = "De brug over de Waal wordt vervangen. De bouw kost 12 miljoen euro."


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("wat kost de brug?", BRIDGE),
        ("wat gaat de nieuwe brug kosten?", BRIDGE),
        ("hoeveel geld kost een fietsbrug?", BRIDGE),
        ("hoeveel subsidie kreeg de rederij?", "De rederij ontving in 2024 2 miljoen euro."),
        ("wat kosten zonneauto's per jaar?", "Voor waterstofauto’s is 3 miljoen euro betaald."),
        ("wat kost de brug-app voor een kleintje?", "De brug-app kost 3 euro."),
        ("wat kost een uur varen?", "De kosten per vaaruur zijn 3 euro per mijl."),
        ("hoeveel euro?", "Er is 3 miljoen euro."),
        ("hoeveel bruggen zijn er?", BRIDGE),
    ],
)
def test_an_amount_beside_words_of_the_question_is_of_what_is_asked(
    question: str, shown: str
) -> None:
    assert not amount_of_something_else(question, shown, (), "")


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("wat kost een brugwachter per uur?", "De pont kost 3 euro. De overtocht duurt lang."),
        ("wat verdient een schipper?", BRIDGE),
        ("hoeveel subsidie krijgt het museum?", "De subsidie bedraagt 4 miljoen euro."),
        ("wat kost het contract met de bakker?", f"{BRIDGE} Het weer is goed."),
    ],
)
def test_an_amount_far_from_the_words_of_the_question_is_of_something_else(
    question: str, shown: str
) -> None:
    assert amount_of_something_else(question, shown, (), "")


def test_that_an_amount_is_not_known_is_read_with_what_was_asked() -> None:
    shown, question = "Hierover zijn geen cijfers.", "wat kost een schipper?"
    assert not amount_of_something_else(question, shown, (), "Wat kost een schipper de staat?")
    assert amount_of_something_else(question, shown, (), "Hoe hoog is de dijk?")


def test_a_bare_amount_is_read_with_the_question_that_it_answers() -> None:
    shown, question = "De uitgaven bedragen 3 miljoen euro.", "wat kost een schipper?"
    assert not amount_of_something_else(question, shown, ("Wat is de prijs van schippers?",), "")
    assert amount_of_something_else(question, shown, ("Hoe oud zijn de schippers?",), "")


def test_a_sentence_of_nothing_but_an_amount_is_read_with_its_whole_answer() -> None:
    assert not amount_of_something_else(
        "wat kost de pont?", "Dat kost 3 euro.", (), "De pont vaart."
    )


def test_an_amount_of_the_years_that_are_asked_about_bears_on_them() -> None:
    question = "hoeveel geld is er in 2024 en 2025 voor wie slecht ter been is?"
    said = "In 2024 en 2025 is er 3 miljoen euro beschikbaar."
    assert not amount_of_something_else(question, said, (), said)
    assert amount_of_something_else(question, "Er is 3 miljoen euro beschikbaar.", (), said)


@pytest.mark.parametrize(
    ("question", "verb"),
    [
        ("wie organiseert de markt?", "organiseert"),
        ("Wie kan de bouw stilleggen?", "stilleggen"),
        ("door wie wordt de sluis gerepareerd?", "gerepareerd"),
        ("hoeveel mensen werken er bij de sluis?", "werken"),
        ("hoeveel schapen zijn er in 2023 verdronken?", "verdronken"),
        ("waarom is de sluiswachter vertrokken?", "vertrokken"),
        ("wie krijgt voorrang als een schip werkt?", None),
        ("wie is de sluiswachter?", None),
        ("hoeveel schepen zijn er?", None),
        ("hoeveel vrouwen zochten een technische baan?", None),
        ("waarom is de sluis dicht?", None),
        ("hoeveel sluizen waren er tien jaar geleden?", None),
        ("wanneer wordt de sluis gebouwd?", None),
        ("hoeveel schippers werken er bij het ministerie van volksgezondheid?", "werken"),
        ("hoeveel schippers komen er bij de volksgezondheid", None),
        ("hoeveel schippers weten zeker dat het geld terechtkomt?", None),
        ("hoeveel schepen voeren waarvan de lading was afgekeurd?", None),
        ("binnen hoeveel tijd moet de schipper dat doorgeven?", None),
        ("hoeveel schepen zijn er in 2023 opgeleverd?", "opgeleverd"),
        ("hoeveel schepen zijn er in 2023 bijgekomen?", None),
        ("wie stapte naar de rechter?", None),
        ("wie", None),
        ("hoeveel", None),
        ("", None),
    ],
)
def test_the_deed_that_who_how_many_or_why_asks_after_is_found(
    question: str, verb: str | None
) -> None:
    assert deed(question) == verb


@pytest.mark.parametrize(
    ("verb", "text"),
    [
        ("betaalt", "De gemeente neemt de kosten voor haar rekening."),
        ("werken", "De formatie telt 30 plaatsen."),
        ("werken", "Er zijn 30 medewerkers."),
        ("stopzetten", "De inspectie kan de proef stilleggen."),
        ("beheert", "Het nummer is in beheer bij de provincie."),
        ("organiseert", "De organisatie ligt bij de stad."),
        ("bouwt", "De bouw begint in mei."),
        ("uitgesteld", "Het antwoord komt later dan de gewone termijn."),
        ("weggevlucht", "De schippers zijn de haven ontvlucht."),
        ("gepraat", "Met 17 schippers is een interview gehouden."),
        ("bekrachtigd", "De ratificatie van het verdrag duurt voort."),
    ],
)
def test_a_deed_is_told_in_another_form_or_by_its_kin(verb: str, text: str) -> None:
    assert tells_of(verb, text)


@pytest.mark.parametrize(
    ("verb", "text"),
    [
        ("betaalt", "De sluis wordt gemaakt in de fabriek."),
        ("werken", "Elke maand ontvangen 30 mensen een brief."),
        ("verdronken", "Van de kinderen had 8 procent geen diploma."),
    ],
)
def test_another_deed_tells_nothing(verb: str, text: str) -> None:
    assert not tells_of(verb, text)


@pytest.mark.parametrize(
    "text",
    [
        "Volgens schipper Van Dalen is het water hoog.",
        "De boot is van Anna Wiersma, schipper sinds 2010.",
        "Hij noemde de schipper, Jan Bos, een vakman.",
    ],
)
def test_a_name_beside_the_role_names_who_has_it(text: str) -> None:
    assert unnamed("wie is de schipper van de pont?", [text]) is None


@pytest.mark.parametrize(
    ("question", "text", "role"),
    [
        ("wie is de schipper van de pont?", "De schipper vaart elke dag.", "schipper"),
        ("wie is schipper van de pont?", "Schipper zijn is een vak.", "schipper"),
        ("hoe heet de pont?", "De pont ligt stil. Jan Bos kijkt ernaar.", "pont"),
        ("hoe heet de schipper in Oudsteden?", "De schipper in Oudsteden is ziek.", "schipper"),
        ("hoe heet de schipper?", "De Nederlandse schipper is ziek.", "schipper"),
    ],
)
def test_a_role_without_a_name_beside_it_is_unnamed(question: str, text: str, role: str) -> None:
    assert unnamed(question, [text]) == role


@pytest.mark.parametrize(
    "question",
    ["wie is de minister van defensie?", "wie betaalt de pont?", "hoe hoog is de pont?"],
)
def test_only_who_somebody_is_asks_for_a_name_beside_a_role(question: str) -> None:
    assert unnamed(question, ["De pont ligt stil."]) is None
