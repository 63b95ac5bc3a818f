"""Questions to begin with, out of the index."""

from __future__ import annotations

from service_parts import filled

from rag.service.starters import Starters

LONG = (
    "De provincie heeft in 2023 besloten om de sluis bij Waterkant te vernieuwen. Dat besluit volgt "
    "op een onderzoek naar de veiligheid van de deuren. De bouw begint in het voorjaar van 2025 en "
    "duurt naar verwachting twee jaar, waarin schepen een omweg maken."
)
QUESTION = "Wanneer begint de vernieuwing van de sluis bij Waterkant?"


def document(question, answer=LONG, title="de sluis bij Waterkant"):
    return f"Betreft: {title}\n\nVraag 1\n{question}\n\nAntwoord 1\n{answer}\n"


def test_a_question_that_names_its_subject_and_has_a_real_answer_is_a_starter_and_no_other(
    tmp_path,
):
    index = filled(
        tmp_path,
        vaag=document("Wanneer begint dat dan en wie heeft daarover besloten?", title="de dijk"),
        kort=document(
            "Kent u het bericht over de kade bij Hoogstroom?", "Ja.", "de kade bij Hoogstroom"
        ),
        twee=document(
            "Komt er een brug bij Laagwater? En wanneer is dat dan?", LONG, "de brug bij Laagwater"
        ),
    )
    starters = Starters()
    assert starters.of(index) == ()
    (lock,) = index.add_bytes(document(QUESTION).encode(), "sluis.txt").added
    (starter,) = starters.of(index)
    assert (starter.text, starter.number, starter.document.source) == (QUESTION, 1, "sluis.txt")
    assert starters.of(index) is starters.of(index)  # until the index changes
    index.remove(lock.id)
    assert starters.of(index) == ()
