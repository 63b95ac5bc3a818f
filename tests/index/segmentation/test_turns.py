"""The record of a debate is cut by who speaks: nobody's words are another's."""

from __future__ import annotations

import re

import pytest
from cut_documents import cut, squash
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Document, Source, Span
from index.readers.xml import read_xml
from index.reading import read_bytes
from index.segmentation.sections import MAX_SECTION

OPENS = "Aan de orde is het debat over het veer tussen Aalmond en Bieswoud, met de minister."
ASKS = (
    "Voorzitter. De minister heeft het veer op 3 mei stilgelegd zonder de gemeente iets te zeggen. "
    "Waarom is dat zo gegaan, en wanneer vaart het weer?"
)
SAYS = (
    "De gemeente is op 28 april ingelicht. De kade bleek toen al onveilig. Ik verwacht dat het veer "
    "op 1 juli weer vaart."
)
AGAIN = (
    "Dat is wel erg laat, want de scholen beginnen eerder, en de bus rijdt daar niet. Kan het niet "
    "twee weken eerder?"
)
THANKS = "Dank u wel. Het woord is aan mevrouw Van der Zee."
OFFERS = (
    "Voor ons telt de fiets. Laat in de tussentijd een kleine boot varen, zoals in 2019 ook gebeurde "
    "toen de motor stuk was."
)
DEBATE = (
    ("De voorzitter", OPENS),
    ("De heer Jansen (PvdV)", ASKS),
    ("Minister De Vries", SAYS),
    ("De heer Jansen (PvdV)", AGAIN),
    ("Minister De Vries", "Nee."),
    ("De voorzitter", THANKS),
    ("Mevrouw Van der Zee (De Brug)", OFFERS),
    ("Staatssecretaris 't Hart-Bos", SAYS.replace("1 juli", "2 juli")),
    ("De voorzitter", "Ik sluit de vergadering."),
)


SPEECH = "".join(f"{who}:\n{what}\n\n" for who, what in DEBATE)


def said(document: Document) -> list[tuple[str | None, str]]:
    return [(p.speaker, squash(p.reading_text())) for p in document.passages]


WHOLE = [
    ("De voorzitter", OPENS),
    ("De heer Jansen (PvdV)", ASKS),
    ("Minister De Vries", SAYS),
    ("De heer Jansen (PvdV)", f"{AGAIN} Minister De Vries: Nee. De voorzitter: {THANKS}"),
    ("Mevrouw Van der Zee (De Brug)", OFFERS),
    (
        "Staatssecretaris 't Hart-Bos",
        f"{SAYS.replace('1 juli', '2 juli')} De voorzitter: Ik sluit de vergadering.",
    ),
]


BOLD = [re.sub(r"^(De heer|De|\w+) ([^(]*\w)", r"\1 **\2**", who) for who, _ in DEBATE]


@pytest.mark.parametrize("form", ["{}: {}\n", "{}:\n{}\n\n", "{}:\n\n{}\n\n", "bold"])
def test_a_turn_is_a_passage_of_its_speaker_and_short_ones_stay_with_the_one_before(form) -> None:
    turns = DEBATE
    if form == "bold":
        assert BOLD[1] == "De heer **Jansen** (PvdV)"
        form, turns = "{}:  \n{}\n\n", tuple(zip(BOLD, (what for _, what in DEBATE), strict=True))
    document = cut("".join(form.format(*turn) for turn in turns))
    assert document.kind == "debate"
    # Names are spelled without the markup.
    assert [who for who, _ in said(document)] == [who for who, _ in WHOLE]
    assert turns is not DEBATE or said(document) == WHOLE


def test_who_says_a_sentence_is_known_also_of_a_short_turn_and_where_characters_are_invisible():
    unseen = SPEECH.replace("De heer Jansen", "De\xa0heer\u200b Jansen").replace("veer", "ve\xader")
    for document in (cut(SPEECH), cut(unseen)):
        assert [who for who, _ in said(document)] == [who for who, _ in WHOLE]
        # A sentence that begins with the line that says who speaks is theirs.
        turn = "Minister De Vries:\nNee."
        places = [document.text.index(words) for words in (AGAIN, turn, "Nee.", THANKS)]
        assert [document.passages[3].speaker_at(at) for at in places] == [
            "De heer Jansen (PvdV)",
            "Minister De Vries",
            "Minister De Vries",
            "De voorzitter",
        ]


def test_what_another_asked_right_before_is_kept_with_a_turn() -> None:
    """As the question stands beside an answer, for who reads it; it is none of what is said."""
    document = cut(SPEECH)
    long = "Voorzitter. De minister heeft het veer op 3 mei stilgelegd zonder de gemeente iets te zeggen."
    assert [p.before for p in document.passages] == ["", "", ASKS, "", "", ""]
    replies = [
        *DEBATE[:2],
        ("De heer Jansen (PvdV)", f"{long} {long} {long} {AGAIN}"),
        DEBATE[2],
        *DEBATE[5:],
    ]
    document = cut("".join(f"{who}:\n{what}\n\n" for who, what in replies))
    asked = next(p.before for p in document.passages if p.speaker == "Minister De Vries")
    whole = f"{long} {long} {long} {AGAIN}"
    assert len(asked) <= 300
    assert whole.endswith(f". {asked}")  # its end, in whole sentences
    assert asked.endswith(AGAIN)


def test_a_long_turn_is_cut_between_paragraphs_and_stays_its_speakers() -> None:
    long = "\n".join([SAYS] * 40)
    document = cut("".join(f"{who}:\n{long if what is SAYS else what}\n\n" for who, what in DEBATE))
    theirs = [p for p in document.passages if p.speaker == "Minister De Vries"]
    assert len(theirs) > 1
    assert all(len(p.text) <= MAX_SECTION for p in theirs)
    assert " ".join(" ".join(p.text.split()) for p in theirs) == " ".join([SAYS] * 40)


def test_a_heading_ends_a_turn_but_not_that_of_a_motion() -> None:
    motion = "De Kamer,\ngehoord de beraadslaging,\nverzoekt de regering een boot te laten varen."
    parts = [("", "Veren"), *((f"{who}:", what) for who, what in DEBATE[:3])]
    parts += [("Mevrouw Van der Zee (De Brug):", f"Ik dien een motie in.\nMotie\n{motion}")]
    parts += [("", "Bruggen"), ("", "Het debat over bruggen volgt.")]
    parts += [(f"{who}:", what) for who, what in DEBATE[:3]]
    text = "\n".join("\n".join(filter(None, part)) for part in parts)
    headings = [(text.index(f"{each}\n"), len(each)) for each in ("Veren", "Motie", "Bruggen")]
    spans = tuple(Span(start, start + length) for start, length in headings)
    document = cut(Source(text, headings=spans))
    own = [(p.heading, p.speaker, " ".join(p.text.split())) for p in document.passages]
    assert own == [
        *(("Veren", who, what) for who, what in DEBATE[:3]),
        (
            "Veren",
            "Mevrouw Van der Zee (De Brug)",
            f"Ik dien een motie in. Motie {' '.join(motion.split())}",
        ),
        ("Bruggen", None, "Het debat over bruggen volgt."),
        *(("Bruggen", who, what) for who, what in DEBATE[:3]),
    ]


def test_answers_that_quote_a_debate_stay_answers() -> None:
    quoted = "\n".join(f"{who}: {what}" for who, what in DEBATE)
    asked = "\n\n".join(
        f"Vraag {number}\nKunt u vertellen hoe het met veer {number} gaat?\n\nAntwoord {number}\n"
        + ("Het veer vaart. De kade is hersteld en de boot is nagekeken. " * 12)
        for number in range(1, 5)
    )
    document = cut(f"{asked}\n\nIn het debat is hierover gezegd:\n{quoted}\n")
    assert document.kind == "answers"
    assert not any(p.speakers for p in document.passages)


def test_a_few_turns_or_two_speakers_make_no_record() -> None:
    few = cut("".join(f"{who}:\n{what}\n\n" for who, what in DEBATE[:4]))
    two = cut("".join(f"{who}:\n{what}\n\n" for who, what in DEBATE[1:5] * 3))
    assert not any(p.speakers for document in (few, two) for p in document.passages)


SPOKEN = """<spreekbeurt><spreker><voorvoegsels>{}</voorvoegsels> <naam><achternaam>{}</achternaam>
</naam>{}:</spreker><tekst><al-groep><al>{}</al></al-groep></tekst></spreekbeurt>"""


def test_the_xml_of_the_proceedings() -> None:
    turns = "".join(
        SPOKEN.format(
            "De" if who == "De voorzitter" else "De heer" if "heer" in who else who.split()[0],
            who.split(" (")[0].removeprefix("De heer ").split(" ", who.count("De heer") == 0)[-1],
            f" (<politiek>{who.split('(')[1][:-1]}</politiek>)" if "(" in who else "",
            what,
        )
        for who, what in DEBATE
    )
    xml = f"<officiele-publicatie><handelingen>{turns}</handelingen></officiele-publicatie>"
    assert said(cut(read_xml(xml.encode(), "h-tk-20252026-1-2.xml"))) == WHOLE


def test_the_xml_of_the_houses_own_reports_and_its_fields() -> None:
    turns = "".join(
        "<activiteitdeel soort='Spreekbeurt'><spreker><fractie>PvdV</fractie><aanhef>De heer</aanhef>"
        f"<verslagnaam>Jansen</verslagnaam></spreker><titel>Spreekbeurt - {number}</titel>"
        "<markeertijdbegin>2025-07-03T18:03:26</markeertijdbegin><woordvoerder><spreker><fractie>PvdV"
        "</fractie><verslagnaam>Jansen</verslagnaam></spreker><isvoorzitter>false</isvoorzitter>"
        "<draadboekfragment><tekst><alinea>"
        f"<alineaitem>{who}:</alineaitem><alineaitem>{what}</alineaitem></alinea></tekst><zaken><zaak>"
        "<titel>de motie-Jansen over veren</titel><stuknummer>499</stuknummer></zaak></zaken>"
        "</draadboekfragment></woordvoerder></activiteitdeel>"
        for number, (who, what) in enumerate(DEBATE)
    )
    xml = f"<vergaderverslag><titel>Veren</titel>{turns}</vergaderverslag>"
    document = cut(read_xml(xml.encode(), "verslag.xml"))
    assert said(document) == WHOLE
    asides = {document.text[a.start : a.end] for a in document.set_aside if "spreekbeurt" in a.why}
    assert {"Spreekbeurt - 3", "PvdV De heer Jansen", "2025-07-03T18:03:26", "false"} <= asides


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["De voorzitter", "De heer Jansen (PvdV)", "Minister De Vries", "Mevrouw El Bos"]
            ),
            st.integers(1, 400),
        ),
        min_size=3,
        max_size=30,
    ),
    st.sampled_from([": ", ":\n"]),
)
def test_every_word_is_its_speakers(turns: list[tuple[str, int]], colon: str) -> None:
    """Each word of a record names its turn: the passage that holds it says whose turn that was."""
    text = "\n".join(
        f"{who}{colon}" + "".join(f"woord{at} zegt het. " for _ in range(count // 10 + 1))
        for at, (who, count) in enumerate(turns)
    )
    document = cut(text)
    if not any(p.speakers for p in document.passages):
        return
    for passage in document.passages:
        for at, (who, _) in enumerate(turns):
            if (place := passage.text.find(f"woord{at} ")) >= 0:
                assert passage.speaker_at(passage.start + place) == who


OLD = """<handeling><frontm><vergjaar>1999-2000</vergjaar></frontm><part><item><titel>Veren</titel>
<voorz><al>Het woord is aan de heer Aal.</al></voorz>
<spreker><wie><aanspr>De heer</aanspr><naam>Aal</naam><partij>VVD</partij></wie><al>{asked}</al></spreker>
<spreker><wie><aanspr>Minister</aanspr> <naam>Baars</naam>:</wie><al>{said}</al></spreker>
<spreker><wie><aanspr>Mevrouw</aanspr> <naam>Bot</naam> (<partij>CDA</partij>):</wie><al>{asked}</al>
</spreker><spreker><wie><naam>Minister Baars</naam></wie><al>{said}</al><al>Ja.</al></spreker>
<voorz><al>Ik sluit de vergadering.</al></voorz></item></part></handeling>"""


def test_reports_of_before_2011_are_cut_by_who_speaks() -> None:
    asked, said = "Wie betaalt het veer? " * 5, "De provincie betaalt het veer al jaren. " * 5
    xml = OLD.format(asked=asked, said=said)
    document = cut(read_bytes(xml.encode(), "h-tk-19992000-1-2.xml"))
    assert document.kind == "debate"
    turns = [p for p in document.passages if p.heading == "Veren"]
    assert [(p.speaker, " ".join(p.text.split())[:24]) for p in turns] == [
        ("De voorzitter", "Het woord is aan de heer"),
        ("De heer Aal (VVD)", "Wie betaalt het veer? Wi"),
        ("Minister Baars", "De provincie betaalt het"),
        ("Mevrouw Bot (CDA)", "Wie betaalt het veer? Wi"),
        ("Minister Baars", "De provincie betaalt het"),
    ]
    assert [each.name for each in turns[-1].speakers] == ["Minister Baars", "De voorzitter"]
