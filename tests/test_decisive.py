"""Which sentences decide a question, without a language model."""

from __future__ import annotations

from typing import Any

import pytest
from answering_parts import cut, hits_of, indexed

from index.documents import DocumentInfo, Hit, Metadata, Passage
from rag.decisive import (
    Unit,
    best_stretch,
    best_units,
    is_pointer,
    score_sentences,
    supporting,
)

MILL = """\
Antwoord op vragen over de molen

Vraag 1
Wat kost de molen?

Antwoord 1
De molen staat sinds 1850 aan de dijk. Het herstel van de molen kost 310.000 euro. Dat bedrag \
betaalt de provincie in 2025.

De vrijwilligers draaien elke zaterdag. Zij geven ook rondleidingen.

Vraag 2
Wie betaalt?

Antwoord 2
Zie het antwoord op vraag 1.
"""


def scored(question: str) -> list[Any]:
    hits = hits_of(cut(MILL))
    return score_sentences(question, hits, indexed(hits))


def test_every_sentence_is_scored_in_reading_order_and_is_where_it_says() -> None:
    hits = hits_of(cut(MILL))
    units = scored("Wat kost het herstel van de molen?")
    assert len(units) == 6
    assert [(unit.hit, unit.start) for unit in units] == sorted((u.hit, u.start) for u in units)
    for unit in units:
        assert hits[unit.hit].passage.reading_text()[unit.start : unit.end] == unit.text
        assert 0 <= unit.coverage <= 1


def test_the_sentence_with_the_figure_asked_for_is_best() -> None:
    best = best_units(scored("Hoeveel kost het herstel van de molen?"), 2)
    assert "310.000 euro" in best[0].text
    assert best[0].score >= best[1].score


def test_a_sentence_that_leans_on_the_one_before_it_comes_with_it() -> None:
    (best,) = best_units(scored("Wie geven rondleidingen?"), 1)
    assert best.text == "De vrijwilligers draaien elke zaterdag. Zij geven ook rondleidingen."


def test_a_pointer_decides_nothing() -> None:
    units = scored("Wat is het antwoord op de vraag wat het herstel kost?")
    assert not is_pointer(best_units(units, 1)[0].text)


def test_the_best_stretch_is_a_run_within_one_passage_and_within_its_length() -> None:
    units = scored("Wat kost het herstel van de molen en wie betaalt dat bedrag?")
    stretch = best_stretch(units, 130)
    assert len({unit.hit for unit in stretch}) == 1
    at = units.index(stretch[0])
    assert units[at : at + len(stretch)] == stretch
    assert stretch[-1].end - stretch[0].start <= 130
    assert any("310.000" in unit.text for unit in stretch)


def test_a_single_sentence_longer_than_the_stretch_is_still_given() -> None:
    assert len(best_stretch(scored("Wat kost het herstel van de molen?"), 5)) == 1


def test_nothing_found_holds_nothing_decisive() -> None:
    assert score_sentences("Wat kost de molen?", (), indexed(())) == []
    assert best_units([], 8) == []
    assert best_stretch([], 700) == []


def test_the_same_question_is_scored_alike_every_time() -> None:
    assert scored("Wie betaalt de molen?") == scored("Wie betaalt de molen?")


def test_the_span_that_supports_a_sentence_is_the_sentence_that_it_repeats() -> None:
    hit = hits_of(cut(MILL))[0]
    text = hit.passage.reading_text()
    span = supporting("Het herstel kost 310.000 euro.", hit)
    assert text[span.start : span.end] == "Het herstel van de molen kost 310.000 euro."
    span = supporting("Het herstel van de molen kost 310.000 euro, betaald door de provincie.", hit)
    assert "310.000" in text[span.start : span.end]
    assert "provincie" in text[span.start : span.end]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("Zie het antwoord op vraag 3.", True),
        ("Ja, zie antwoord op de vragen 1 tot en met 4.", True),
        ("Voor het antwoord verwijs ik u naar de beantwoording van vraag 2.", True),
        ("De zee is bij vraag 3 al genoemd.", False),
    ],
)
def test_a_pointer_is_told_from_an_answer(text: str, points: bool) -> None:
    assert is_pointer(text) is points


def test_a_stance_towards_the_member_does_not_open_an_answer_to_something_else() -> None:
    text = "Nee, dat is niet juist. De garantie geldt boven 3 miljoen euro. Zij vervalt daarna."
    open_question = _units("vanaf welk bedrag geldt de garantie?", text)
    assert best_stretch(open_question, 800)[0].text.startswith("De garantie")
    yes_or_no = _units("is dat juist?", text)
    assert best_stretch(yes_or_no, 800)[0].text.startswith("Nee")


def _units(question: str, text: str) -> list[Unit]:
    passage = Passage((), text, 0, len(text))
    hit = Hit(DocumentInfo("0" * 16, "stuk.txt", "answers", Metadata()), 1, passage, 1.0, 1)
    return score_sentences(question, [hit], indexed([hit]))
