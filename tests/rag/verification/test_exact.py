"""What must agree exactly between a sentence and its source."""

from __future__ import annotations

import pytest

from rag.verification.exact import conflict, fold

SOURCE = (
    "In 2024 kreeg Oeverdam ten minste 12 miljoen euro per jaar van het KNMI. "
    "Dat is 30% en om 14.30 uur de tweede keer. De minister noemt dit “een goed begin”. "
    "Een van de Duitse boten vaart maandelijks. Van 10 juni af kost het 5 dagen. "
    "Er zijn geen 7 bruggen en niet 8 sluizen, maar 9; van de 8 sluizen zijn er 4 open."
)
HOLDS = [
    "Oeverdam kreeg in 2024 ten minste 12 miljoen euro per jaar.",
    "Het is 30 procent.",
    "Eén van de boten vaart.",
    "Beide boten varen, dat acht ik niet wenselijk.",
    "Dat gebeurt per maand.",
    'De minister noemt dit "een goed begin".',
    "De minister noemt dit 'een goed begin.'",
    "De minister noemt dit «Een\ngoed begin».",
    "Foto's en video's van 's avonds.",
    "Het gaat om Duitsland.",
    "Het gaat om Oeverdamse boten.",
    "Van het KNMI komt geld.",
    "Het begint op 10 juni.",
    "Er zijn geen 7 bruggen.",
    "Van 8 sluizen zijn er 4 open.",
    "1) De boten varen.",
]
FAILS = [
    ("Oeverdam kreeg 13 miljoen euro.", "bedrag 13 miljoen euro staat niet in de bron"),
    ("Oeverdam kreeg 13 boten.", "getal 13 staat niet in de bron"),
    ("Het is 31%.", "aandeel 31% staat niet in de bron"),
    ("Het was de derde keer.", "rangtelwoord derde staat niet in de bron"),
    ("Het was om 14.31 uur.", "tijdstip 14.31 uur staat niet in de bron"),
    ("Het was op 11 juni klaar.", "datum 11 juni staat niet in de bron"),
    ("Er is 1 boot.", "getal 1 staat niet in de bron"),
    ("Het duurt één jaar.", "getal één jaar staat niet in de bron"),
    ("Het kost 12 miljoen euro.", "12 miljoen euro is in de bron anders begrensd"),
    ("Het duurt geen 5 dagen.", "5 dagen staat in de bron zonder ontkenning"),
    ("Er zijn 7 bruggen.", "7 staat in de bron met ontkenning"),
    ("Dat gebeurt per week.", "“per week” staat zo niet in de bron"),
    ("Het gaat om Zeedorp.", "naam Zeedorp staat niet in de bron"),
    ("Het gaat om Nieuw-Oeverdam.", "naam Nieuw-Oeverdam staat niet in de bron"),
    ("De NVWA keurt het goed.", "naam NVWA staat niet in de bron"),
    ("Het gaat om Franse boten.", "naam Franse staat niet in de bron"),
    ('De minister zegt "een slecht begin".', "aanhaling “een slecht begin” staat niet in de bron"),
    ("De minister zegt „begin goed”.", "aanhaling “begin goed” staat niet in de bron"),
    ("De minister zegt 'een einde'.", "aanhaling “een einde” staat niet in de bron"),
]


@pytest.mark.parametrize("sentence", HOLDS)
def test_what_the_source_says_exactly_is_no_conflict(sentence):
    assert conflict(sentence, SOURCE, "") is None


@pytest.mark.parametrize(("sentence", "why"), FAILS)
def test_what_it_says_otherwise_is_one_and_is_named(sentence, why):
    assert (conflict(sentence, SOURCE, "") or "").startswith(why)


def test_questions_lend_and_torn_words_and_names_in_figures_are_whole():
    asked = "Krijgt Zeedorp in 2021 ook 7 boten?"
    assert conflict("Zeedorp krijgt ze in 2021.", SOURCE, asked) is None
    assert conflict("Er zijn 7 boten.", SOURCE, asked) is not None
    assert conflict("Dat kostte EUR 5 in Q4 2024.", "Het kostte 5 euro in Q4 2024.", "") is None
    assert conflict("Het gaat om Oeverdam.", "Het veer van Oever-\n dam vaart.", "") is None
    assert fold("De  Boot-\nman zegt “Nee”, ’s avonds") == 'de bootman zegt "nee", \'s avonds'


def test_a_rate_may_stand_in_one_word_or_as_an_adverb():
    assert conflict("Dat is per persoon.", "Dat is perpersoon.", "") is None
    adverbs = {"jaar": "jaarlijks", "maand": "maandelijks", "week": "wekelijks", "dag": "dagelijks"}
    for what, adverb in adverbs.items():
        assert conflict(f"Dat is per {what}.", f"Dat is {adverb}.", "") is None
        assert conflict(f"Dat is per {what}.", "Dat is per uur.", "") is not None


def test_a_figure_that_recurs_may_have_each_of_its_limits_and_no_other():
    text = "Ten hoogste 30 boten varen, en 30 boten liggen stil."
    assert conflict("Er liggen 30 boten stil.", text, "") is None
    assert conflict("Ten hoogste 30 boten varen.", text, "") is None
    assert "anders begrensd" in (conflict("Ten minste 30 boten varen.", text, "") or "")
