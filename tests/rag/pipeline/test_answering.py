"""Questions to answers over the samples, with a scripted model at the edge."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from answering_parts import (
    SAMPLES,
    ScriptedModel,
    assert_sound,
    labelled,
    samples_index,
    words_index,
    writing,
)
from surface_parts import reader

from index.errors import BadRequest, ModelUnavailable
from index.index import Index
from rag.conversation.followups import Turn
from rag.formatting.render import answer_text
from rag.pipeline.answerability import CALIBRATION_NAME, DOUBTFUL, THRESHOLD
from rag.pipeline.answering import answer
from rag.pipeline.answers import Answer, answer_json
from rag.settings import Settings

DEPOSIT = "Tot welk bedrag hoeft een leverancier geen zekerheid te geven bij betaling vooraf?"
FERRY = "Wanneer vaart het Zwaneveer weer?"
SCANS = "In hoeveel gemeentes rijden scanauto's?"  # one sentence says it
COMPOSE = Settings(mode="compose")
SHORT = Settings(in_short=True)
CARRIED = "Tot en met 0,75 miljoen euro hoeft een bedrijf geen zekerheid te geven."
FALSE = "Tot en met 2,5 miljoen euro hoeft een bedrijf geen zekerheid te geven."
RULE = "0,75 miljoen euro"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    opened = samples_index(tmp_path_factory.mktemp("answering"))
    yield opened
    opened.close()


def ask(
    index: Index,
    question: str,
    model: ScriptedModel | None = None,
    settings: Settings = Settings(),
    **more: Any,
) -> Answer:
    more.setdefault("reader", reader())
    found = answer(question, index=index, model=model, settings=settings, **more)
    assert_sound(index, found)
    return found


def told(*given: Any, **more: Any) -> tuple[Answer, list[tuple[str, Any]]]:
    """As `ask`, with the events on the way."""
    events: list[tuple[str, Any]] = []
    found = ask(*given, on_event=lambda kind, what: events.append((kind, what)), **more)
    return found, events


def kinds(events: list[tuple[str, Any]]) -> list[str]:
    return [kind for kind, _ in events]


def cited(found: Answer) -> list[tuple[str, tuple[int, ...]]]:
    return [(Path(c.document.source).name, c.questions) for c in found.citations]


# --- verbatim


@pytest.mark.parametrize("question", [DEPOSIT, "wat is de aanbetalingsregel?"])
def test_without_a_model_sentences_of_the_documents_are_quoted(index, question):
    found = ask(index, question)
    assert found.mode == "verbatim"
    assert found.model == "none"
    assert found.tokens == {"prompt": 0, "completion": 0}
    assert {sentence.status for sentence in found.sentences} == {"quoted"}
    assert "0,75 miljoen euro" in (found.text or "")
    assert cited(found)[0] == ("2025Z99208.txt", (3,))
    assert found.citations[0].label == (
        "Antwoorden van minister Hoogesteger (2025Z99208, 18 juni 2025), vraag 3"
    )
    assert found.notes


def test_what_stands_in_another_passage_comes_after_what_decides_and_is_called_so(
    index, monkeypatch
):
    # The two answers about the ferry differ much in how likely they answer this.
    monkeypatch.setattr("rag.pipeline.sentence_selection.NEAR", 0.0)
    monkeypatch.setattr("rag.pipeline.sentence_selection.CLOSE", 0.1)
    found = ask(index, FERRY)
    first, *_, last = found.sentences
    beside = [sentence.beside for sentence in found.sentences]
    assert beside == sorted(beside)
    assert (first.beside, last.beside) == (False, True)
    assert found.text == " ".join(s.text for s in found.sentences if not s.beside)
    decisive = {found.citations[n].passage_id for n in first.citations}
    for sentence in found.sentences:
        of = {found.citations[n].passage_id for n in sentence.citations}
        assert of.isdisjoint(decisive) == sentence.beside
    assert [each["beside"] for each in answer_json(found)["sentences"]] == beside
    shown = answer_text(found)
    parts = (first.shown[:20], "Mogelijk ook van belang:", last.shown[:20])
    assert sorted(parts, key=shown.index) == list(parts)


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("Vanaf welk bedrag gold de eis van zekerheid vóór 1 maart 2025?", "0,25 miljoen"),
        ("Welk deel van de bijdrage aan de rederij ging naar onderhoud?", "62%"),
    ],
)
def test_a_quote_over_a_page_break_has_no_page_header_and_offsets_that_hold(
    index, question, phrase
):
    found = ask(index, question)
    assert "Aanhangsel" not in (found.text or "")
    (citation,) = (each for each in found.citations if phrase in each.quote)
    gaps = next(h.passage.gaps for h in found.hits if h.passage_id == citation.passage_id)
    assert any(gap.end < citation.end for gap in gaps)
    text = index.document(citation.document.id).text[citation.start : citation.end]
    assert phrase in text


def test_only_a_model_that_writes_is_asked_and_only_with_a_reader(index):
    model = ScriptedModel()
    found = ask(index, DEPOSIT, model)
    assert (found.mode, found.model) == ("verbatim", "none")
    assert found.sentences == ask(index, DEPOSIT).sentences
    assert ask(index, DEPOSIT, model, COMPOSE, reader=None).mode == "verbatim"
    assert ask(index, DEPOSIT, model, SHORT, reader=None).in_short is None
    assert model.prompts == []
    for mode in ("auto", "verbatim", "compose"):  # a mode does not bring a model
        assert ask(index, DEPOSIT, settings=Settings(mode=mode)).mode == "verbatim"


@pytest.mark.parametrize(("language", "said"), [("nl", "Zonder leesmodel"), ("en", "No reader")])
def test_without_a_reader_the_answer_says_so(index, language, said):
    settings = Settings(language=language)
    found = ask(index, DEPOSIT, settings=settings, reader=None)
    assert any(note.startswith(said) for note in found.notes)
    assert not any(note.startswith(said) for note in ask(index, DEPOSIT, settings=settings).notes)


class Sure:
    """A reader that holds every passage to answer with the same `probability`."""

    def __init__(self, probability: float) -> None:
        self.calibration = {"reader": 0.0, "cosine": 0.0, "search": 0.0}
        self.calibration["bias"] = math.log(probability / (1 - probability))

    def __getattr__(self, name: str) -> object:
        return getattr(reader(), name)


@pytest.mark.parametrize(("language", "said"), [("nl", "Niet zeker"), ("en", "Not sure")])
def test_an_answer_that_may_be_none_says_so(index, language, said):
    settings = Settings(language=language)
    doubtful = ask(index, DEPOSIT, settings=settings, reader=Sure(DOUBTFUL - 0.01))
    assert not doubtful.abstained
    assert doubtful.notes[0].startswith(said)
    sure = ask(index, DEPOSIT, settings=settings, reader=Sure(DOUBTFUL + 0.01))
    assert not any(note.startswith(said) for note in sure.notes)
    refused = ask(index, DEPOSIT, settings=settings, reader=Sure(THRESHOLD - 0.01))
    assert refused.abstained
    assert not any(note.startswith(said) for note in refused.notes)


def test_a_name_that_stands_in_the_head_of_the_document_alone_is_not_missed(tmp_path):
    head = "Klachten over de veerdienst\n\nJanna Wiersinga (over de veren)\n\n"
    text = (
        "Vraag 1\nHoeveel klachten waren er?\n\nAntwoord 1\nEr waren 12 klachten over het veer.\n"
    )
    opened = words_index(tmp_path, veer=head + text)
    question = "hoeveel klachten over het veer telde {}?"
    there = ask(opened, question.format("Wiersinga"), reader=Sure(0.5))
    other = ask(opened, question.format("Tuinstra"), reader=Sure(0.5))
    opened.close()
    assert not there.abstained
    assert other.abstained
    assert other.reason == "Geen van de gevonden passages noemt Tuinstra."


# --- in short


@pytest.mark.parametrize("composes", [True, False])
def test_a_model_writes_one_sentence_above_what_is_quoted(index, composes):
    model = ScriptedModel({"zin": f"  {CARRIED} "}, composes=composes)
    found, events = told(index, DEPOSIT, model, SHORT)
    without = ask(index, DEPOSIT)
    assert (found.mode, found.model, found.notes) == ("verbatim", "none", ())
    for field in ("sentences", "text", "citations"):
        assert getattr(found, field) == getattr(without, field)
    assert found.in_short is not None
    short = {"text": CARRIED, "citations": [0], "model": "fake:model"}
    assert answer_json(found)["in_short"] == short
    assert found.tokens["prompt"] > 0
    assert kinds(events) == ["hits", *["sentence"] * len(found.sentences), "in_short"]
    assert events[-1][1] == (found.in_short, [found.citations[0]])
    shown = " ".join(answer_text(found).split())
    head = f"In het kort, geschreven door fake:model: {CARRIED} [1]"
    assert shown.index(head) < shown.index(found.sentences[0].shown[:20])
    english = " ".join(answer_text(found, "en").split())
    assert f"In short, written by fake:model: {CARRIED} [1]" in english


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (FALSE, ""),
        ("Nee, dat hoeft niet.", "te weinig"),
        (f"Zo is het. {CARRIED}", "niet één zin"),
        (None, "letterlijk"),
        ("", None),
    ],
)
def test_what_does_not_pass_is_not_shown_and_nothing_in_its_place(index, written, why):
    question = SCANS if written is None else DEPOSIT
    without = ask(index, question)
    text = without.sentences[0].text if written is None else written
    found, events = told(index, question, ScriptedModel({"zin": text}), SHORT)
    assert found.in_short is answer_json(found)["in_short"] is None
    assert "in_short" not in kinds(events)
    for field in ("sentences", "citations", "notes"):
        assert getattr(found, field) == getattr(without, field)
    assert answer_text(found) == answer_text(without)
    assert [each.text for each in found.dropped] == [text] * (why is not None)
    assert all(why in each.why for each in found.dropped)


@pytest.mark.parametrize(
    "script", [ModelUnavailable("Het model is weg.", "The model is gone."), {"antwoord": 3}]
)
def test_what_is_quoted_stands_where_the_model_fails_and_a_note_says_so(index, script):
    found = ask(index, DEPOSIT, ScriptedModel(script), SHORT)
    assert (found.sentences, found.in_short) == (ask(index, DEPOSIT).sentences, None)
    (note,) = found.notes
    assert note.startswith("Het taalmodel schreef geen zin boven het antwoord: ")
    assert "fake:model" in note or "Het model is weg." in note


def test_evidence_does_not_wait_for_a_model_that_reads_the_follow_up(index):
    events = []
    history = [Turn("Hoeveel veren zijn er bij het Zwaneveer?", "Eén.", ())]
    model = ScriptedModel({"zin": ""}, composes=True)
    ask(
        index,
        "en wanneer vaart het weer?",
        model,
        SHORT,
        history=history,
        on_event=lambda kind, _: events.append(kind if not model.prompts else f"late {kind}"),
    )
    assert events
    assert not any(event.startswith("late") for event in events)


# --- compose


@pytest.mark.parametrize(("language", "said"), [("nl", "geen zin gevonden"), ("en", "passages")])
def test_a_model_that_finds_nothing_to_write_makes_a_refusal_with_a_reason(index, language, said):
    settings = replace(COMPOSE, language=language)
    found, events = told(index, DEPOSIT, ScriptedModel({"zinnen": []}), settings)
    assert found.abstained
    assert found.sentences == found.citations == found.notes == ()
    assert found.hits
    assert said in (found.reason or "")
    assert found.tokens["prompt"] > 0
    assert kinds(events) == ["hits"]


@pytest.mark.parametrize(("named", "status"), [("right", "carried"), ("wrong", "repointed")])
def test_a_carried_sentence_is_kept_and_cites_the_source_that_carries_it(index, named, status):
    said = (
        "Tot en met een bedrag van 0,75 miljoen euro hoeft daar geen zekerheid tegenover te staan."
    )

    def attributed(prompt: str) -> dict[str, Any]:
        right = labelled(prompt, RULE)
        wrong = 1 if right != 1 else 2
        return {"zinnen": [{"tekst": said, "bronnen": [right if named == "right" else wrong]}]}

    found = ask(index, DEPOSIT, ScriptedModel(attributed), COMPOSE)
    assert found.mode == "compose"
    assert [(s.text, s.status) for s in found.sentences] == [(said, status)]
    assert cited(found) == [("2025Z99208.txt", (3,))]
    assert RULE in found.citations[0].quote
    assert found.dropped == ()


def test_a_sentence_with_a_wrong_figure_is_replaced_once_by_what_the_source_says(index):
    model = ScriptedModel(writing((FALSE, RULE), (FALSE, RULE)))
    found, events = told(index, DEPOSIT, model, COMPOSE)
    assert [s.status for s in found.sentences] == ["replaced"]
    assert "2,5 miljoen" not in repr(events)
    assert RULE in (found.text or "")
    assert [dropped.text for dropped in found.dropped] == [FALSE, FALSE]
    assert "2,5 miljoen" in found.dropped[0].why


@pytest.mark.parametrize("nonsense", ["Het antwoord is 3.", ModelUnavailable("weg", "gone")])
def test_nonsense_of_a_model_is_an_error_and_nothing_of_it_is_shown(index, nonsense):
    seen: list[str] = []
    model = ScriptedModel(nonsense)
    with pytest.raises(ModelUnavailable):
        ask(index, DEPOSIT, model, COMPOSE, on_event=lambda kind, _: seen.append(kind))
    assert seen == ["hits"]


# --- events


@pytest.mark.parametrize("piece", [1, 0])
def test_hits_come_first_and_then_exactly_the_checked_sentences(index, piece):
    true = "Tot 5 miljoen euro beslist het hoofd Inkoop van het betrokken onderdeel."
    question = "Wie beslist over betaling vooraf, en tot welk bedrag zonder zekerheid?"
    model = ScriptedModel(writing((true, "hoofd Inkoop"), (FALSE, RULE)), piece=piece)
    asked: list[int] = []
    events: list[tuple[str, Any]] = []

    def seen(*event: Any) -> None:
        asked.append(len(model.prompts))
        events.append(event)

    found = ask(index, question, model, COMPOSE, on_event=seen)
    assert kinds(events) == ["hits", "sentence", "sentence"]
    assert asked == [0, 1, 1]
    read_as, hits = events[0][1]
    assert read_as == found.read_as
    # Reading them may change their order, not what was found.
    assert {hit.passage_id for hit in hits} == {hit.passage_id for hit in found.hits}
    assert [what[0] for _, what in events[1:]] == list(found.sentences)
    for sentence, citations in (what for _, what in events[1:]):
        assert citations == [found.citations[n] for n in sentence.citations]


# --- what is asked


def test_a_follow_up_is_read_searched_and_asked_with_its_subject(index):
    found = ask(index, "en waarom?", history=[Turn(FERRY, "Op 17 juni.")])
    assert found.question == "en waarom?"
    assert found.read_as == f"{FERRY} en waarom?"
    assert "9104" in found.hits[0].document.source
    assert ask(index, FERRY).read_as == FERRY
    model = ScriptedModel({"zinnen": []})
    history = [Turn("Waarom is het Zwaneveer uit de vaart genomen?", None)]
    found = ask(index, "en wanneer?", model, COMPOSE, history=history)
    assert model.prompts[0][1].content.endswith(f"Vraag: {found.read_as}")


def test_a_follow_up_on_another_subject_is_found_by_itself(index):
    found = ask(index, DEPOSIT, history=[Turn(FERRY, "Op 17 juni.")])
    assert found.read_as == DEPOSIT
    assert RULE in (found.text or "")


@pytest.mark.parametrize("question", ["", "  \n", "?!", "\x00waarom", "waarom " * 400])
def test_a_question_that_cannot_be_used_is_refused_before_anything_is_done(index, question):
    events: list[str] = []
    model = ScriptedModel()
    with pytest.raises(BadRequest):
        ask(index, question, model, on_event=lambda kind, _: events.append(kind))
    assert events == []
    assert model.prompts == []


def test_a_question_about_something_else_is_refused_without_asking_a_model(index):
    for question in ("Hoe maak je pannenkoeken met spek?", "qwrtz plmkj vbnxq?"):
        model = ScriptedModel()
        found = ask(index, question, model, SHORT)
        assert found.abstained
        assert (model.prompts, found.in_short) == ([], None)
        assert found.confidence < ask(index, DEPOSIT).confidence


@pytest.mark.parametrize(
    ("mode", "in_short", "composes", "asked"),
    [
        ("auto", False, False, 0),
        ("auto", False, True, 1),
        ("verbatim", False, True, 0),
        ("compose", False, False, 1),
        ("compose", True, False, 1),  # what writes the answer writes nothing above it
    ],
)
def test_settings_choose_whether_a_model_writes_and_else_the_model_does(
    index, mode, in_short, composes, asked
):
    model = ScriptedModel(writing((CARRIED, RULE)), composes=composes)
    found = ask(index, DEPOSIT, model, Settings(mode=mode, in_short=in_short))
    assert (len(model.prompts), found.in_short) == (asked, None)
    assert found.mode == ("compose" if asked else "verbatim")


# --- answers that send on

ABROAD = """\
Antwoord op vragen over het viaduct bij Oeverdam

Vraag 1
Wat kost het viaduct bij Oeverdam?
Antwoord 1
Zie het antwoord op vraag 2 van de vragen van het lid Kok (2024Z99777).

Vraag 2
Wie onderhoudt het viaduct bij Oeverdam?
Antwoord 2
Zie het antwoord op vraag 3.

Vraag 3
Kunt u dat toelichten?
Antwoord 3
De provincie betaalt en onderhoudt het viaduct.
"""


@pytest.fixture(scope="module")
def abroad(tmp_path_factory):
    folder = tmp_path_factory.mktemp("abroad")
    opened = words_index(folder, **{"ah-tk-20232024-9311": ABROAD})
    (folder / CALIBRATION_NAME).write_text('{"threshold": 0}', encoding="utf-8")
    yield opened, Settings(data_dir=folder)
    opened.close()


@pytest.mark.parametrize(("language", "said"), [("nl", "Verwijst naar"), ("en", "Points to")])
def test_a_pointer_to_a_document_that_is_not_there_is_said(abroad, language, said):
    index, settings = abroad
    settings = replace(settings, language=language, in_short=True)
    model = ScriptedModel()  # what is looked up is not put in short
    found = ask(index, "vraag 1 van Aanhangsel 9311", model, settings)
    assert [c.questions for c in found.citations] == [(1,)]
    (note,) = found.notes
    assert note.startswith(f"{said} 2024Z99777")
    assert ask(index, "vraag 3 van Aanhangsel 9311", model, settings).notes == ()
    assert model.prompts == []


@pytest.mark.parametrize("mode", ["verbatim", "compose"])
def test_what_a_pointer_leads_to_is_cited_with_the_answer_that_points(abroad, mode):
    index, settings = abroad
    text = "De provincie betaalt en onderhoudt het viaduct."
    model = {"verbatim": None, "compose": ScriptedModel(writing((text, text)))}[mode]
    settings = replace(settings, mode="auto" if mode == "verbatim" else mode)
    found = ask(index, "Wie onderhoudt het viaduct bij Oeverdam?", model, settings)
    (sentence,) = (s for s in found.sentences if s.text == text)
    assert [found.citations[n].questions for n in sentence.citations] == [(3,), (2,)]


# --- looked up


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "staat geen vraag 99"), ("en", "There is no question 99")]
)
def test_of_several_questions_the_one_that_is_not_there_is_said(index, language, said):
    model = ScriptedModel()
    settings = Settings(language=language)
    found = ask(index, "vraag 3 en 99 van 2025Z99208", model, settings)
    assert cited(found) == [("2025Z99208.txt", (3,))]
    assert {s.status for s in found.sentences} == {"quoted"}
    (note,) = found.notes
    assert said in note
    found = ask(index, "wat is het antwoord op vraag 99 van 2025Z99208?", model, settings)
    assert found.abstained
    assert said in (found.reason or "")
    assert model.prompts == []


# --- refused before a model is asked


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("hoeveel reizigers had het zwaneveer in 2016?", "noemt 2016"),
        ("wat kost een scanauto in litouwen?", "noemt litouwen"),
    ],
)
@pytest.mark.parametrize("mode", ["verbatim", "compose"])
def test_what_the_evidence_does_not_meet_is_refused_without_a_model(index, mode, question, why):
    model = ScriptedModel()
    found, events = told(index, question, model, Settings(mode=mode))
    assert found.abstained
    assert f"Geen van de gevonden passages {why}" in (found.reason or "")
    assert found.citations == ()
    assert kinds(events) == ["hits"]
    assert model.prompts == []


def test_what_is_only_asked_is_refused_and_not_written_as_an_answer(index):
    found = ask(index, "Klopt het dat huishoudens in Polderwijde 412 euro betalen?")
    assert found.abstained
    assert "bevat alleen vragen" in (found.reason or "")
    model = ScriptedModel()
    question = "Hoeveel betalen huishoudens in Polderwijde voor stadswarmte?"
    assert ask(index, question, model, COMPOSE).abstained
    assert model.prompts == []


# --- always


@pytest.mark.parametrize("mode", ["verbatim", "compose"])
def test_the_same_question_has_the_same_answer(index, mode):
    first, second = (
        answer_json(
            ask(
                index,
                DEPOSIT,
                ScriptedModel(writing((FALSE, RULE)), piece=piece),
                Settings(mode=mode),
            )
        )
        for piece in (7, 3)
    )
    assert first.pop("timings_ms") != {}
    assert second.pop("timings_ms") != {}
    assert first == second


def test_a_removed_document_never_answers_again(tmp_path):
    files = [SAMPLES / name for name in ("2025Z99208.txt", "2025D99310.txt")]
    opened = samples_index(tmp_path, files)
    (gone,) = {c.document.id for c in ask(opened, DEPOSIT).citations}
    opened.remove(gone)
    found = ask(opened, DEPOSIT)
    assert gone not in {hit.document.id for hit in found.hits}
    assert RULE not in (found.text or "")
    opened.add(files)
    assert RULE in (ask(opened, DEPOSIT).text or "")
    opened.close()
