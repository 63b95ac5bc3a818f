from __future__ import annotations

import json
import random
import re
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.checks import by_kind, load_cases, main, rates, score
from index.documents import Passage, Question
from index.errors import BadRequest, NotFound
from index.reading import read
from index.segmenting import segment
from index.sentences import split_sentences
from rag.checking import check
from rag.dates import Date
from rag.figures import bounded_alike, carries, figures

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
CASES = sorted((ROOT / "tests/data/checks").glob("*.jsonl"))


def passage(answer: str, *questions: str) -> Passage:
    asked = tuple(Question(number, text, 0, 1) for number, text in enumerate(questions, start=1))
    return Passage(asked, answer, 0, len(answer))


@cache
def sample_sentences() -> list[tuple[str, Passage]]:
    found = []
    for path in sorted(SAMPLES.iterdir()):
        if path.name == "README.md":
            continue
        for part in segment(read(path), name=path.name, document_id=path.name).passages:
            text = part.reading_text()
            found += [(text[span.start : span.end], part) for span in split_sentences(text)]
    return [pair for pair in found if any(char.isalnum() for char in pair[0])]


# What is written differently and says the same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0,5 miljoen euro", "500.000 euro"),
        ("een half miljoen euro", "€ 500.000"),
        ("dertig procent", "30%"),
        ("30 procent", "30%"),
        ("€ 40 mln", "40 miljoen euro"),
        ("EUR 40 miljoen", "40 miljoen euro"),
        ("1,2 mld euro", "1.200 miljoen euro"),
        ("10 juni 2025", "10-6-2025"),
        ("10 juni 2025", "2025-06-10"),
        ("Q4 2027", "het vierde kwartaal van 2027"),
        ("2025/26", "2025-2026"),
        ("vierentwintig bedrijven", "24 bedrijven"),
        ("tweehonderdvijftig scholen", "250 scholen"),
        ("anderhalf jaar", "1,5 jaar"),
        ("een derde", "1 op de 3"),
        ("driekwart", "75%"),
        ("tweemaal", "2 keer"),
        ("14.30 uur", "14:30"),
        ("35.000 m2", "35.000 vierkante meter"),
    ],
)
def test_a_figure_written_otherwise_is_the_same_figure(one, other):
    (a,), (b,) = figures(one), figures(other)
    assert carries(a, b)
    assert carries(b, a)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 miljoen euro", "5 miljard euro"),
        ("5%", "5 procentpunt"),
        ("5%", "5 jaar"),
        ("3 maanden", "3 weken"),
        ("10 juni 2025", "10 juli 2025"),
        ("10 juni 2025", "10 juni 2024"),
        ("eind 2025", "begin 2025"),
        ("Q3 2027", "Q4 2027"),
        ("een derde", "een kwart"),
        ("1.150", "1,150"),
        ("2025/26", "2024/25"),
        ("de tweede meting", "de derde meting"),
    ],
)
def test_a_figure_that_says_something_else_is_another_figure(one, other):
    (a,), (b,) = figures(one), figures(other)
    assert not carries(a, b)


@pytest.mark.parametrize(
    ("claim", "source", "kept"),
    [
        ("minder dan 50 werknemers", "meer dan 50 werknemers", False),
        ("ten hoogste 30%", "maximaal 30%", True),
        ("ten hoogste 30%", "ten minste 30%", False),
        ("30%", "ten hoogste 30%", False),
        ("85 miljoen euro", "ruim 85 miljoen euro", True),
        ("circa 45%", "ongeveer 45%", True),
        ("meer dan 604 monteurs", "604 monteurs", False),
        ("67 jaar en jonger", "67 jaar en ouder", False),
        ("naar 34%", "34%", False),
        ("vanaf 31 december 2025", "tot en met 31 december 2025", False),
        ("na 1 september 2024", "vóór 1 september 2024", False),
        ("uiterlijk 1 juli 2027", "op zijn vroegst op 1 juli 2027", False),
    ],
)
def test_limits_of_a_figure_are_kept(claim, source, kept):
    (a,), (b,) = figures(claim), figures(source)
    assert bounded_alike(a, b) is kept


def test_marks_and_words_that_look_like_figures_are_none():
    assert not figures("een volledige vergoeding acht ik niet wenselijk")
    assert not figures("1) de tekst van een opsomming")
    assert not figures("in de Tweede Kamer")
    assert [f.value for f in figures("prijspeil 2025).1) en tussenrapport2")] == [Date(2025)]


def test_a_pair_of_figures_shares_the_unit_of_the_second():
    low, high = figures("het daalde van 2,3 naar 1,6 miljoen euro")
    assert (low.value, low.unit, high.unit) == (2_300_000, "euro", "euro")
    assert [f.kind for f in figures("tussen 1,5 en 4%")] == ["share", "share"]


# What must be refused and what must pass


DIKE = "Is de dijk bij Oud-Leer veilig?"


@pytest.mark.parametrize(
    ("answer", "sentence", "carried"),
    [
        ("Ja.", "Ja, de dijk bij Oud-Leer is veilig.", True),
        ("Ja.", "De dijk bij Oud-Leer is veilig.", True),
        ("Ja.", "De dijk bij Oud-Leer is niet veilig.", False),
        ("Nee.", "De dijk bij Oud-Leer is veilig.", False),
        ("Nee.", "Ja, de dijk bij Oud-Leer is veilig.", False),
        ("Nee.", "Nee, de dijk bij Oud-Leer is niet veilig.", True),
        ("Dat wordt nog onderzocht.", "De dijk bij Oud-Leer is veilig.", False),
        ("Ja, mits het water niet stijgt.", "De dijk bij Oud-Leer is veilig.", False),
    ],
)
def test_a_question_serves_only_as_its_answer_settles_it(answer, sentence, carried):
    assert check(sentence, passage(answer, DIKE)).carried is carried


def test_knowing_an_article_does_not_assert_what_it_says():
    known = passage("Ja.", "Bent u bekend met het bericht «Dijk Oud-Leer staat op instorten»?")
    assert check("De minister kent het bericht «Dijk Oud-Leer staat op instorten».", known).carried
    assert not check("De dijk bij Oud-Leer staat op instorten.", known).carried


INDUSTRY = passage(
    "Er is 3 miljard euro besteed bij de Nederlandse industrie en 6,5 miljard euro bij de "
    "Europese industrie. Van de orders is 12% vertraagd."
)


@pytest.mark.parametrize(
    ("sentence", "carried"),
    [
        ("Bij de Nederlandse industrie is 3 miljard euro besteed.", True),
        ("Bij de Europese industrie is € 6,5 mld besteed.", True),
        ("Bij de Nederlandse industrie is 6,5 miljard euro besteed.", False),
        (
            "Er is 6,5 miljard euro besteed bij de Nederlandse en 3 miljard euro bij de "
            "Europese industrie.",
            False,
        ),
        ("Bij de Nederlandse industrie is 3 miljoen euro besteed.", False),
        ("Bij de Duitse industrie is 3 miljard euro besteed.", False),
        ("Van de orders is 12% niet vertraagd.", False),
        ("Van de orders is 12% vertraagd en voor het overige geannuleerd door Brussel.", False),
    ],
)
def test_figures_and_names_stay_with_what_they_are_said_of(sentence, carried):
    assert check(sentence, INDUSTRY).carried is carried


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("De minister is voornemens de wet te wijzigen.", "De minister wijzigt de wet."),
        ("De pont kan in mei weer varen.", "De pont vaart in mei weer."),
        ("Het kabinet onderzoekt een verbod op loodgieterij.", "Er komt een verbod."),
        ("De schade is deels vergoed.", "De schade is vergoed."),
        ("De subsidie is vergoed.", "Alle subsidie is altijd vergoed."),
        ("Scholen kunnen zwemles geven.", "Scholen moeten zwemles geven."),
        ("Het loket is niet geopend.", "Het loket is geopend."),
        ("Het loket is geopend.", "Het loket is niet geopend."),
        ("Het aantal controles is gestegen.", "Het aantal controles is gedaald."),
        ("Betaling vindt plaats vóór levering.", "Betaling vindt plaats na levering."),
        ("Dit kost 5 euro per maand.", "Dit kost 5 euro per jaar."),
        ("De stichting heet «Schoon Water».", "De stichting heet «Diep Water»."),
    ],
)
def test_negation_modality_and_limits_do_not_flip(source, sentence):
    verdict = check(sentence, passage(source))
    assert not verdict.carried
    assert verdict.why


def test_not_only_but_also_is_no_negation():
    source = passage("De regeling geldt niet alleen voor scholen maar ook voor musea.")
    assert check("De regeling geldt voor scholen.", source).carried


@pytest.mark.parametrize("sentence", ["", "  ", "—", "...", "Dat is zo."])
def test_a_sentence_without_content_is_refused(sentence):
    assert not check(sentence, passage("De dijk is veilig.")).carried


def test_the_reason_names_what_is_wrong():
    verdict = check("Er is 0,6 miljoen euro betaald.", passage("Er is 0,5 miljoen euro betaald."))
    assert verdict.why == "bedrag 0,6 miljoen euro staat niet in de bron"


def test_similarity_and_level_decide_on_what_is_only_weakly_supported():
    source = passage("De oplevering van de werkplaats is vertraagd door het stroomnet.")
    sentence = "De werkplaats loopt vertraging op, zeiden omwonenden boos."
    plain = check(sentence, source)
    assert not check(sentence, source, level=0.99).carried
    assert check(sentence, source, similarity=1.0).support > plain.support
    assert check(sentence, source, similarity=0.0).support < plain.support


# Properties over the sample documents


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_verbatim_sentence_always_passes(data):
    sentence, source = data.draw(st.sampled_from(sample_sentences()))
    spaced = data.draw(st.sampled_from([sentence, sentence.upper(), sentence.replace(" ", "  ")]))
    verdict = check(spaced, source)
    assert verdict.carried, verdict.why
    assert verdict.support == 1.0


def test_a_figure_changed_in_a_verbatim_sentence_is_always_refused():
    chance = random.Random(7)
    tried = 0
    for sentence, source in sample_sentences():
        if "\n" in sentence.strip() and "\t" in sentence:
            continue
        for match in re.finditer(r"(?<![\w.,/(\[])\d[\d.]*(?:,\d+)?(?![\w)\]])", sentence):
            # The day or the number becomes another one that the passage does not hold.
            other = str(chance.randint(100_000, 999_999))
            changed = sentence[: match.start()] + other + sentence[match.end() :]
            if not figures(sentence[match.start() :]) or len(figures(changed)) < 1:
                continue
            tried += 1
            assert not check(changed, source).carried, changed
    assert tried > 150


def test_a_sentence_of_another_passage_with_its_own_figures_is_refused():
    pairs = sample_sentences()
    refused = tried = 0
    for (sentence, own), (_, other) in zip(pairs, pairs[40:] + pairs[:40], strict=True):
        if own is other or not figures(sentence):
            continue
        tried += 1
        refused += not check(sentence, other).carried
    assert tried > 80
    assert refused == tried


# The written sentences


@cache
def outcomes(half):
    return score(load_cases(CASES, SAMPLES, half))


@pytest.mark.parametrize(
    ("half", "refused", "passed"), [("development", 0.95, 0.92), ("test", 0.85, 0.84)]
)
def test_the_written_sentences_are_judged_as_well_as_documented(half, refused, passed):
    found = rates(outcomes(half))
    assert found.recall >= refused
    assert found.pass_rate >= passed


@pytest.mark.parametrize("half", ["development", "test"])
@pytest.mark.parametrize("kind", ["date", "unit", "abbreviation", "quote", "yesno", "table"])
def test_a_wrong_date_unit_or_stance_is_always_refused(half, kind):
    right, count = by_kind(outcomes(half)).get((False, kind), (0, 0))
    assert right == count


def test_the_sentences_are_enough_and_each_has_its_own_id():
    cases = load_cases(CASES, SAMPLES)
    for carried in (True, False):
        ids = [case.id for case in cases if case.carried is carried]
        assert len(ids) >= 260
        assert len(set(ids)) == len(ids)


def test_a_check_takes_a_few_milliseconds():
    cases = load_cases(CASES, SAMPLES, "test")
    start = time.process_time()
    for case in cases:
        check(case.sentence, case.passage)
    assert (time.process_time() - start) / len(cases) < 0.02


def test_a_case_that_is_not_one_is_refused_with_its_line(tmp_path):
    file = tmp_path / "kapot.jsonl"
    file.write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(BadRequest, match="regel 1"):
        load_cases([file], SAMPLES)


def test_a_case_without_its_passage_is_refused(tmp_path):
    file = tmp_path / "weg.jsonl"
    row = {"id": 1, "file": "2025Z99208.txt", "questions": [99], "sentence": "x", "carried": True}
    file.write_text(json.dumps(row | {"kind": "x"}), encoding="utf-8")
    with pytest.raises(NotFound):
        load_cases([file], SAMPLES)


def test_the_scores_are_printed(capsys):
    assert main([str(SAMPLES), *map(str, CASES), "--half", "test"]) == 0
    assert "geweigerd" in capsys.readouterr().out
