"""Whether a sentence is carried by what it cites: verbatim, exact things, and the reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import cast

import pytest
from answering_parts import SAMPLES, cut, hits_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index.documents import DocumentInfo, Hit, Metadata, Passage, Question, Span
from index.reading import read
from index.sentences import split_sentences
from rag.pipeline.reading import asked_text, sigmoid
from rag.reader.reader import Reader, Reading, Text
from rag.verification import LEVEL, Verdict, checker, verify
from rag.verification.entailment import Judgement
from rag.verification.exact import conflict, fold

HEATH = """\
Er zijn 4.200 schapen op de heide. De “herder” waakt: altijd!

Dat kost ten hoogste 38.000 euro
per jaar. De aan-
besteding loopt tot mei 2025."""
HERD, SHEPHERD, PRICE, TENDER = (
    "Er zijn 4.200 schapen op de heide.",
    "De “herder” waakt: altijd!",
    "Dat kost ten hoogste 38.000 euro\nper jaar.",
    "De aan-\nbesteding loopt tot mei 2025.",
)


def hit(text: str = HEATH, asked: str = "") -> Hit:
    questions = (Question(1, asked, 0, 0),) if asked else ()
    document = DocumentInfo("0" * 16, "stuk.txt", "answers", Metadata())
    return Hit(document, 1, Passage(questions, text, 0, len(text)), score=1.0, rank=1)


class ScriptedReader:
    """Has what `verify` uses of a reader: gives every statement the same logits."""

    def __init__(self, carries: float, *sentences: float) -> None:
        self.found = Reading(carries, sentences)
        self.asked: list[tuple[str, Text]] = []

    def check(self, statements: Sequence[tuple[str, Text]]) -> list[Reading]:
        """The same for each."""
        self.asked += statements
        return [self.found for _ in statements]


def read_by(reader: ScriptedReader, sentence: str, level: float = LEVEL) -> Verdict:
    return verify(sentence, hit(), cast(Reader, reader), level=level)


def eager() -> ScriptedReader:
    """A reader to whom everything is carried."""
    return ScriptedReader(50.0, 1.0, 2.0, 0.0, 0.0)


# --- what stands there as it is


@pytest.mark.parametrize("sentence", [HERD, SHEPHERD, PRICE, TENDER])
def test_a_verbatim_sentence_is_carried_where_it_stands_without_a_reader(sentence):
    verdict = verify(sentence, hit(), None)
    start = HEATH.index(sentence)
    assert verdict == Verdict(True, None, 1.0, Span(start, start + len(sentence)))


@pytest.mark.parametrize(
    "sentence",
    [
        HERD.upper(),
        f"  {HERD.replace(' ', chr(10))}\t",
        SHEPHERD.replace("“", "«").replace("”", "»"),
        SHEPHERD.replace("“", '"').replace("”", '"'),
        PRICE.replace("\n", " "),
        TENDER.replace("-\n", ""),
        f"{HERD} {SHEPHERD}",
        f"{SHEPHERD} {PRICE}",
        f"{SHEPHERD} {PRICE} {TENDER}",
        " ".join(HEATH.replace("-\n", "").split()),
    ],
)
def test_white_space_capitals_and_quotes_apart_and_several_in_a_row(sentence):
    verdict = verify(sentence, hit(), None)
    assert verdict.carried
    assert verdict.support == 1.0
    assert fold(HEATH[verdict.place.start :]).startswith(fold(sentence)[:12])


@pytest.mark.parametrize(
    "sentence",
    [
        "200 schapen op de heide.",
        "Er zijn 4.200 schapen",
        "Er zijn 4.200 schapen op de heide",
        "zijn 4.200 schapen op de heide.",
        f"{HERD} De “herder” waakt",
        f"{HERD} {PRICE}",  # one between is left out
        f"{SHEPHERD} {HERD}",
        f"{HERD} {HERD}",
        "Er zijn 4 200 schapen op de heide.",
    ],
)
def test_a_part_and_another_order_are_not_verbatim(sentence):
    verdict = verify(sentence, hit(), None)
    assert not verdict.carried
    assert verdict.why == "er is geen leesmodel om dit na te lezen"
    assert verdict.support == 0.0
    assert verdict.place == Span(0, len(HEATH))


def test_a_part_of_a_figure_is_another_figure_whatever_the_reader_says():
    verdict = read_by(eager(), "200 schapen op de heide.")
    assert not verdict.carried
    assert verdict.why == "getal 200 staat niet in de bron"
    assert read_by(eager(), "4.200 schapen op de heide.").carried


def test_a_verbatim_sentence_needs_no_reading_and_stands_where_it_stands_first():
    reader = ScriptedReader(-50.0, 0.0, 0.0, 0.0, 0.0)
    assert read_by(reader, HERD).carried
    assert reader.asked == []
    text = "Ja. Dat is zo. Ja. Nee."
    assert verify("Ja.", hit(text), None).place == Span(0, 3)
    assert verify("Ja. Nee.", hit(text), None).place.start == 15
    verdict = verify("Er zijn schapen.", hit(" \n"), cast(Reader, eager()))
    assert not verdict.carried
    assert verdict.place == Span(0, 2)


@pytest.mark.parametrize("sentence", ["", "  ", "—", "...", "\n«»"])
def test_a_sentence_without_a_word_is_refused_as_empty(sentence):
    reader = eager()
    verdict = read_by(reader, sentence)
    assert verdict == Verdict(False, "de zin is leeg", 0.0, Span(0, len(HEATH)))
    assert reader.asked == []


# --- what the reader makes of it


def test_the_reader_is_shown_the_sentence_and_the_passage_by_its_sentences():
    reader = ScriptedReader(3.0, 0.0, 0.0)
    verify("Schapen grazen.", hit("Ja. Zij grazen.", "Grazen er schapen?"), cast(Reader, reader))
    assert reader.asked == [("Schapen grazen.", Text(("Ja.", "Zij grazen."), "Grazen er schapen?"))]


def test_the_place_of_a_verdict_is_the_sentence_that_carries_it_best():
    for carries in (3.0, -3.0):
        verdict = read_by(ScriptedReader(carries, -4.0, -2.0, -1.0, -3.0), "Dat kost geld.")
        assert HEATH[verdict.place.start : verdict.place.end] == PRICE
        assert verdict.support == sigmoid(carries)
        assert verdict.carried is (carries > 0)


def test_support_of_just_the_level_is_enough_and_below_it_the_reason_says_how_much():
    reader = ScriptedReader(0.4, 0.0, 0.0, 0.0, 0.0)  # a probability of 0.599
    assert read_by(reader, "De heide is vol.", level=0.59).carried
    refused = read_by(reader, "De heide is vol.", level=0.6)
    assert not refused.carried
    assert refused.why == "te weinig steun in de bron (0.60)"
    assert read_by(ScriptedReader(0.0, 0.0, 0.0, 0.0, 0.0), "De heide is vol.", level=0.5).carried
    assert sigmoid(-0.1) < LEVEL == 0.5
    assert not read_by(ScriptedReader(-0.1, 0.0, 0.0, 0.0, 0.0), "De heide is vol.").carried


def test_what_is_exactly_wrong_is_told_before_what_has_little_support():
    verdict = read_by(ScriptedReader(-50.0, 0.0, 0.0, 0.0, 0.0), "Er zijn 5.200 schapen.")
    assert verdict.why == "getal 5.200 staat niet in de bron"
    sure = read_by(eager(), "Er zijn 5.200 schapen.")
    assert not sure.carried
    assert sure.support > 0.99
    assert HEATH[sure.place.start : sure.place.end] == SHEPHERD


def test_a_checker_holds_its_reader_and_its_judge():
    sentence = "De heide is vol schapen."
    assert not checker(None)(sentence, hit()).carried
    assert checker(None)(HERD, hit()).carried
    reader = cast(Reader, eager())
    assert checker(reader)(sentence, hit()).carried
    opposed = checker(reader, lambda *_: Judgement(0.1, 0.9))(sentence, hit())
    assert opposed.why == "het entailmentmodel leest het tegendeel in de bron"
    seen: list[tuple[str, str]] = []

    def judge(premise: str, said: str) -> Judgement:
        seen.append((premise, said))
        return Judgement(0.9, 0.0)

    assert checker(reader, judge)(sentence, hit()).carried
    assert seen == [(HEATH, sentence)]


# --- figures


def differs(claim: str, source: str) -> str | None:
    return conflict(f"Het gaat om {claim} daar.", f"Het gaat om {source} daar.", "")


SAME = [
    ("0,5 miljoen euro", "500.000 euro"),
    ("een half miljoen euro", "€ 500.000"),
    ("4200", "4.200"),
    ("dertig procent", "30%"),
    ("30 procent", "30%"),
    ("€ 40 mln", "40 miljoen euro"),
    ("1,2 mld euro", "1.200 miljoen euro"),
    ("10 juni 2025", "10-6-2025"),
    ("10 juni 2025", "2025-06-10"),
    ("2025/26", "2025-2026"),
    ("vierentwintig bedrijven", "24 bedrijven"),
    ("tweehonderdvijftig scholen", "250 scholen"),
    ("anderhalf jaar", "1,5 jaar"),
    ("een derde", "1 op de 3"),
    ("driekwart", "75%"),
    ("tweemaal", "2 keer"),
    ("14.30 uur", "14:30"),
    ("35.000 m2", "35.000 vierkante meter"),
    ("een half jaar", "zes maanden"),
    ("72 uur", "drie dagen"),
]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        *SAME,
        *[(source, claim) for claim, source in SAME],
        ("40 miljoen euro", "EUR 40 miljoen"),
        ("het vierde kwartaal van 2027", "Q4 2027"),
        ("EUR 40 miljoen", "40 miljoen euro"),
        ("Q4 2027", "het vierde kwartaal van 2027"),
    ],
)
def test_a_figure_may_be_written_otherwise(claim, source):
    assert differs(claim, source) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 miljoen euro", "5 miljard euro"),
        ("200 euro", "4.200 euro"),
        ("200", "4.200"),
        ("4,2", "4.200"),
        ("12 euro", "12 ton"),
        ("twaalf euro", "elf euro"),
        ("dertig procent", "veertig procent"),
        ("5%", "5 procentpunt"),
        ("5%", "5 jaar"),
        ("3 maanden", "3 weken"),
        ("drie maanden", "drie weken"),
        ("een derde", "een kwart"),
        ("1.150 ton", "1,150 ton"),
        ("de 2e meting", "de 3e meting"),
        ("14.30 uur", "15.30 uur"),
        ("10 juni 2025", "10 juli 2025"),
        ("10 juni 2025", "11 juni 2025"),
        ("10 juni 2025", "10 juni 2024"),
        ("eind 2025", "begin 2025"),
        ("Q3 2027", "Q4 2027"),
        ("2025/26", "2024/25"),
    ],
)
def test_another_figure_is_refused_both_ways_and_told_in_dutch(one, other):
    for claim, source in ((one, other), (other, one)):
        why = differs(claim, source)
        assert why is not None
        assert why.endswith(" staat niet in de bron")


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("Een van de gemeenten doet niet mee.", "Oud-Leer doet niet mee."),
        ("Eén gemeente doet niet mee.", "De gemeente doet niet mee."),
        ("Beide boten varen.", "De boten varen."),
        ("Dat acht ik niet wenselijk.", "Dat is niet wenselijk."),
        ("1) De boten varen.", "De boten varen."),
    ],
)
def test_words_that_look_like_figures_are_none(sentence, text):
    assert conflict(sentence, text, "") is None


BOUNDED = "is in de bron anders begrensd (ten minste, ten hoogste, voor, na)"


@pytest.mark.parametrize(
    ("claim", "source", "kept"),
    [
        ("ten hoogste 30%", "maximaal 30%", True),
        ("ten hoogste 30%", "ten minste 30%", False),
        ("67 jaar en jonger", "67 jaar en ouder", False),
        ("circa 45%", "ongeveer 45%", True),
        ("bijna de helft", "48%", True),
        ("vanaf 31 december 2025", "tot en met 31 december 2025", False),
        ("uiterlijk 1 juli 2027", "op zijn vroegst op 1 juli 2027", False),
    ],
)
def test_a_figure_keeps_its_limit(claim, source, kept):
    why = differs(claim, source)
    assert (why is None) is kept
    assert kept or (why or "").endswith(BOUNDED)


def test_figures_that_recur_are_rounded_or_end_a_sentence():
    text = "Ten hoogste 30 boten varen, en 30 boten liggen stil."
    assert conflict("Er liggen 30 boten stil.", text, "") is None
    assert conflict("Ten hoogste 30 boten varen.", text, "") is None
    assert (conflict("Ten minste 30 boten varen.", text, "") or "").endswith(BOUNDED)
    assert differs("ruim 30 kilometer", "29 kilometer") is not None
    assert differs("bijna de helft", "53%") is not None
    assert conflict("Dat was in 2025/26.", "Dat was in 2025-2026.", "") is None


@pytest.mark.parametrize(
    ("claim", "source", "carried"),
    [
        ("10 juni", "10 juni 2025", True),
        ("10 juni 2025", "10 juni", False),
        ("eind mei 2024", "3 mei 2024", False),
        ("het eerste halfjaar van 2025", "mei 2025", True),
    ],
)
def test_a_date_may_say_less_than_the_source_and_never_more(claim, source, carried):
    assert (differs(claim, source) is None) is carried


# --- names and quoted words


@pytest.mark.parametrize(
    ("sentence", "text", "missing"),
    [
        ("Dat zegt Kloosterboer.", "Dat zegt minister Kloosterboer.", None),
        ("Dat zegt Kloosterboer.", "Dat zegt de minister.", "Kloosterboer"),
        ("Dat is Kloosterboers plan.", "Dat is het plan van minister Kloosterboer.", None),
        ("Dat doet Rijkswaterstaat.", "Dat doet Rijks-\nwaterstaat.", None),
        ("Dat zegt minister Kok, zei Bos.", "Dat zegt minister Kok.", "Bos"),
        ("Volgens het RIVM kan het.", "Het instituut (RIVM) zegt het.", None),
        ("Volgens het RIVM kan het.", "Volgens het instituut kan het.", "RIVM"),
        ("NVWA keurt het goed.", "De inspectie keurt het goed.", "NVWA"),
        ("Dit betaalt Nieuw-Leer.", "Dit betaalt Oud-Leer.", "Nieuw-Leer"),
        ("Er is geld uit Den Haag.", "Er is geld uit den haag.", None),
        ("Van de Duitse boeren.", "Van de boeren in Duitsland.", None),
        ("Dat wil ook Polen.", "De Poolse regering wil dat.", None),
        ("Volgens de Europese regels.", "Brussel eist dat.", None),
        ("Van de Duitse boeren.", "Van de Franse boeren.", "Duitse"),
        ("Dat is Oekraïne.", "Dat is de Oekraiense boer.", None),
        ("De boeren betalen.", "Zij betalen.", None),
    ],
)
def test_a_name_or_abbreviation_stands_in_the_source(sentence, text, missing):
    why = conflict(sentence, text, "")
    assert why == (f"naam {missing} staat niet in de bron" if missing else None)


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("De zaak heet «Schoon Water».", None),
        ('De zaak heet "Schoon Water".', None),
        ("De zaak heet “schoon\nwater.”", None),
        ("De zaak heet ‘Schoon Water’.", None),
        ("De zaak heet „water”.", None),
        ("De zaak heet 'aanbesteding'.", None),
        ("De zaak heet “water schoon”.", "water schoon"),
        ("De zaak heet ‘vuil water’.", "vuil water"),
        ("Er zijn foto's en video's van 's avonds.", None),
    ],
)
def test_quoted_words_stand_in_the_source(sentence, missing):
    why = conflict(sentence, "De zaak heet «Schoon Water». Het is een aan-\nbesteding.", "")
    assert why == (f"aanhaling “{missing}” staat niet in de bron" if missing else None)


@pytest.mark.parametrize(
    ("sentence", "asked", "lent"),
    [
        ("Dat stopt in mei 2024.", "Stopt het in mei 2024?", True),
        ("Dat stopt in 2024.", "Stopt het in mei 2024?", True),
        ("Dat stopt op 3 mei 2024.", "Stopt het in mei 2024?", False),
        ("Dat geldt in Friesland.", "Geldt het in Friesland?", True),
        ("Dat geldt volgens de NVWA.", "Geldt het volgens de NVWA?", True),
        ("Dat geldt in Drenthe.", "Geldt het in Friesland?", False),
        ("Dat kost 5 euro.", "Kost het 5 euro?", False),
        ("Dat is 30%.", "Is het 30%?", False),
        ("Dat zijn er 12.", "Zijn het er 12?", False),
        ("Dat is de 4e keer.", "Is het de 4e keer?", False),
        ("Dat begint om 14.30 uur.", "Begint het om 14.30 uur?", False),
    ],
)
def test_the_question_lends_its_dates_and_names_and_no_other_figures(sentence, asked, lent):
    assert (conflict(sentence, "Ja.", asked) is None) is lent
    assert conflict(sentence, "Ja.", "") is not None
    verdict = verify(sentence, hit("Ja.", asked), cast(Reader, ScriptedReader(50.0, 0.0)))
    assert verdict.carried is lent


# --- properties over the samples

_FIGURE = re.compile(r"(?<![\w.,/(\[-])\d[\d.]*(?:,\d+)?(?![\w)\]])")


@cache
def sample_sentences() -> tuple[tuple[str, Hit], ...]:
    """Every sentence of the text files among the samples with its passage."""
    found = []
    for path in sorted(SAMPLES.glob("*.txt")):
        for each in hits_of(cut(read(path).text, path.name)):
            text = each.passage.reading_text()
            found += [(text[span.start : span.end], each) for span in split_sentences(text)]
    return tuple(pair for pair in found if any(char.isalnum() for char in pair[0]))


@cache
def sample_figures() -> tuple[tuple[str, Span, Hit], ...]:
    """The same, once for each number in digits: where it stands in the sentence."""
    return tuple(
        (sentence, Span(*match.span()), each)
        for sentence, each in sample_sentences()
        for match in _FIGURE.finditer(sentence)
    )


def test_every_verbatim_sentence_of_the_samples_is_carried_without_a_reader():
    pairs = sample_sentences()
    assert len(pairs) > 100
    for sentence, each in pairs:
        verdict = verify(sentence, each, None)
        assert verdict.carried, sentence
        text = each.passage.reading_text()
        assert fold(text[verdict.place.start : verdict.place.end]) == fold(sentence)
        assert conflict(sentence, each.passage.reading_text(), asked_text(each.passage)) is None, (
            sentence
        )


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_verbatim_sentence_passes_in_any_case_and_spacing(data):
    sentence, each = data.draw(st.sampled_from(sample_sentences()))
    blank = data.draw(st.sampled_from([" ", "  ", "\n", "\u00a0", "\t "]))
    upper = data.draw(st.booleans())
    spaced = blank.join((sentence.upper() if upper else sentence).split(" "))
    assert verify(spaced, each, None).carried


@given(
    st.integers(2, 99).map(str)
    | st.integers(1_900, 2_100).map(str)
    | st.integers(1_000, 10**9).map(lambda number: f"{number:,}".replace(",", "."))
    | st.tuples(st.integers(0, 99), st.integers(1, 9)).map(lambda pair: f"{pair[0]},{pair[1]}"),
    st.data(),
)
@settings(max_examples=150, deadline=None)
def test_a_number_changed_in_a_verbatim_sentence_is_always_refused(number, data):
    sentence, place, each = data.draw(st.sampled_from(sample_figures()))
    text, asked = each.passage.reading_text(), asked_text(each.passage)
    assume(not re.search(rf"(?<!\d){number}(?!\d)", f"{text} {asked}"))
    changed = f"{sentence[: place.start]}{number}{sentence[place.end :]}"
    assert conflict(changed, text, asked) is not None, changed
