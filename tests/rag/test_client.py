"""The Python client, over a real server."""

from __future__ import annotations

import dataclasses
import json
import re
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from answering_parts import ScriptedModel
from replying import replying
from service_parts import (
    LONG_S,
    RIDERS,
    TRAVELLED,
    UNKNOWN,
    FailingModel,
    HeldModel,
    filled,
    queue_of,
    reading_app,
    serving,
    settings_of,
    until,
)
from surface_parts import BARLEY, FERRY, LOCK, encoder

from index.errors import ModelUnavailable
from index.index import open_index
from rag.client import (
    NEW,
    Answer,
    CitationEvent,
    Client,
    Filters,
    HitsEvent,
    InShort,
    SentenceEvent,
    ServiceError,
)
from rag.service.keys import Keys

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def client_of(folder, model=None, index=None, **more):
    """A client of a service over `folder`, and the plain client of that service."""
    settings = settings_of(folder, rate_limit=0, **{"model": "auto"} if model else {}, **more)
    with (
        serving(reading_app(settings, index or filled(folder), model)) as plain,
        Client(str(plain.base_url), timeout=LONG_S) as client,
    ):
        yield client, plain


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A client of a service that no test changes."""
    with client_of(tmp_path_factory.mktemp("client")) as (client, _):
        yield client


@pytest.fixture
def own(tmp_path):
    """A client of a service of one test."""
    with client_of(tmp_path) as (client, _):
        yield client


def named(client, source):
    return next(each for each in client.documents() if each.source == source)


# --- asking


def test_an_answer_has_its_sentences_citations_and_hits_and_cannot_be_changed(client):
    answer = client.ask(RIDERS)
    assert answer.text == TRAVELLED
    assert not answer.abstained
    assert answer.reason is None
    assert [(each.text, each.citations) for each in answer.sentences] == [(answer.text, (0,))]
    (citation,) = answer.citations
    assert citation.document == named(client, "veer.txt")
    assert citation.questions == (3, 4)
    assert FERRY[citation.start : citation.end] == citation.quote
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))
    assert answer.hits[0].document.source == "veer.txt"
    assert answer.notes
    assert answer.conversation is None
    answer = client.ask(RIDERS)
    assert answer.raw["timings_ms"]["total"] > 0
    assert answer.hits[0].raw["question_texts"]["3"]
    assert "raw" not in repr(answer)
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.text = "iets anders"


def test_a_sentence_in_short_is_in_the_answer_and_comes_after_the_sentences(tmp_path):
    written = "In 2023 waren er 48.000 reizigers op de veerdienst."
    model = ScriptedModel(*[{"zin": written}] * 2)
    with client_of(tmp_path, model, in_short=True) as (client, _):
        short = client.ask(RIDERS).in_short
        assert (short.text, short.citations, short.model) == (written, (0,), "fake:model")
        *_, sentence, came, answer = client.ask_stream(RIDERS)
        assert isinstance(sentence, SentenceEvent)
        assert came == answer.in_short == short
        assert isinstance(came, InShort)
        assert written.encode() in client.export([answer], "markdown")


def test_the_answer_of_a_service_without_sentences_in_short_has_none(client):
    raw = dict(client.ask(RIDERS).raw)
    del raw["in_short"]
    with replying(200, json.dumps(raw).encode()) as url, Client(url) as other:
        assert other.ask(RIDERS).in_short is None


def test_a_refusal_has_no_text_and_a_reason(client):
    answer = client.ask(UNKNOWN)
    assert (answer.abstained, answer.text, answer.sentences) == (True, None, ())
    assert answer.reason
    assert answer.hits


def test_a_conversation_is_kept_by_the_caller_or_by_the_service(client):
    first = client.ask(RIDERS)
    expected = "Hoeveel reizigers vervoerde de veerdienst in 2022?"
    assert first.turn.documents == (named(client, "veer.txt").id,)
    assert client.ask("En in 2022?", history=[first.turn]).read_as == expected
    begun = client.ask(RIDERS, conversation=NEW).conversation
    second = client.ask("En in 2022?", conversation=begun)
    assert (second.read_as, second.conversation) == (expected, begun)
    client.forget(begun)
    with pytest.raises(ServiceError) as caught:
        client.ask("En in 2022?", conversation=begun)
    assert (caught.value.status, caught.value.code) == (404, "niet-gevonden")


def test_filters_choose_the_documents(client):
    barley = named(client, "gerst.txt")
    for filters in (
        Filters(document=[barley.id]),
        Filters(document=(barley.id,), kind=["answers"], to="2030-01-01"),
    ):
        hits = client.search(RIDERS, filters=filters)
        assert {hit.document for hit in hits} <= {barley}
    assert client.ask(RIDERS, filters=Filters(document=[barley.id])).abstained
    assert client.search(RIDERS, k=1, filters=Filters(from_="2024-01-01"))[0].questions == (3, 4)
    assert client.search(RIDERS, filters=Filters(from_="2024-04-01")) == ()
    with pytest.raises(ServiceError, match="2024-02-30"):
        client.ask(RIDERS, filters=Filters(to="2024-02-30"))


def test_search_gives_as_many_hits_as_asked(client):
    assert [len(client.search("veerdienst", k=k)) for k in (1, 3)] == [1, 3]
    with pytest.raises(ServiceError) as caught:
        client.search("veerdienst", k=0)
    assert caught.value.code == "ongeldige-invoer"


# --- streams


def found(given):
    """The passages of an event or answer in an order that says nothing."""
    return sorted((hit.document.id, hit.start, hit.end, hit.text) for hit in given.hits)


def test_a_stream_ends_with_what_a_plain_call_gives(client):
    for question in (RIDERS, UNKNOWN):
        hits, *between, last = client.ask_stream(question)
        plain = client.ask(question)
        assert isinstance(last, Answer)
        assert last == plain
        assert isinstance(hits, HitsEvent)
        assert hits.read_as == plain.read_as
        # As they were found; in the answer they stand in the order in which they were read.
        assert found(hits) == found(plain)
        told = {each.index: each.citation for each in between if isinstance(each, CitationEvent)}
        assert tuple(told[at] for at in sorted(told)) == plain.citations
        sentences = [each for each in between if isinstance(each, SentenceEvent)]
        assert tuple(each.sentence for each in sentences) == plain.sentences
        assert [each.index for each in sentences] == list(range(len(sentences)))


def test_a_stream_carries_a_conversation_on(client):
    *_, first = client.ask_stream(RIDERS, conversation=NEW)
    hits, *_, last = client.ask_stream("En in 2022?", conversation=first.conversation)
    assert hits.read_as == last.read_as == "Hoeveel reizigers vervoerde de veerdienst in 2022?"


def test_a_stream_that_is_refused_or_fails_raises(client, tmp_path):
    with pytest.raises(ServiceError) as caught:
        next(client.ask_stream(" "))
    assert (caught.value.status, caught.value.code) == (422, "ongeldige-invoer")
    model = FailingModel(ModelUnavailable("Het model is weg.", "The model is gone."))
    with client_of(tmp_path, model) as (failing, _):
        seen = []
        with pytest.raises(ServiceError, match="Het model is weg") as caught:
            seen.extend(failing.ask_stream(RIDERS))
        with pytest.raises(ServiceError) as plain:
            failing.ask(RIDERS)
    assert (caught.value.status, caught.value.code) == (503, "model-niet-beschikbaar")
    assert (plain.value.status, plain.value.code) == (503, "model-niet-beschikbaar")


def test_closing_a_stream_closes_the_connection(tmp_path):
    with HeldModel() as model, client_of(tmp_path, model) as (client, plain):
        events = client.ask_stream(RIDERS)
        assert isinstance(next(events), HitsEvent)
        model.began.get(timeout=LONG_S)
        events.close()
        assert model.ended.get(timeout=LONG_S) == "Stopped"
        until(lambda: queue_of(plain) == (0, 0))


def test_keep_alive_comments_are_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.api.streaming.KEEP_ALIVE_S", 0.05)
    with HeldModel() as model, client_of(tmp_path, model) as (client, _):
        events = client.ask_stream(RIDERS)
        first = next(events)
        model.began.get(timeout=LONG_S)
        threading.Timer(0.3, model.go.set).start()
        assert [type(each) for each in (first, *events)] == [
            *(HitsEvent, CitationEvent, SentenceEvent, Answer)
        ]


def test_a_stream_that_breaks_off_is_no_answer_and_other_ends_of_lines_do_not_cut_it():
    half = b'event: hits\ndata: {"read_as": "Wat?", "hits": []}\n\nevent: sent'
    with replying(200, half) as url, Client(url) as client:
        events = client.ask_stream("Wat?")
        assert next(events) == HitsEvent("Wat?", ())
        with pytest.raises(ServiceError) as caught:
            next(events)
    assert (caught.value.status, caught.value.code) == (0, "afgebroken")
    hits = 'event: hits\ndata: {"read_as": "een\u2028twee\x85drie", "hits": []}\n\n'
    more = 'event: later\ndata: {"nieuw": 1}\n\n'
    with replying(200, (more + hits).encode()) as url, Client(url) as client:
        assert next(client.ask_stream("Wat?")) == HitsEvent("een\u2028twee\x85drie", ())


# --- documents


def test_documents_are_added_read_and_removed(own, tmp_path):
    path = tmp_path / "haver en ander graan.txt"
    path.write_text(BARLEY.replace("gerst", "haver"), encoding="utf-8")
    for given in ((path,), (str(path),), (path.read_bytes(), path.name)):
        added = own.add_document(*given)
        assert (added.source, added.kind) == (path.name, "answers")
        assert len(own.documents()) == 3
    whole = own.document(added.id)
    assert whole.document == added
    assert whole.text == path.read_text(encoding="utf-8")
    assert whole.passages[0]["questions"] == [1]
    own.remove_document(added.id)
    assert len(own.documents()) == 2
    with pytest.raises(ServiceError) as caught:
        own.remove_document(added.id)
    assert caught.value.status == 404


def test_a_verdict_is_kept_and_a_file_that_cannot_be_used_is_refused(own, tmp_path):
    with pytest.raises(ServiceError) as caught:
        own.add_document(b"", "leeg.txt")
    assert (caught.value.status, caught.value.code) == (422, "onleesbaar-bestand")
    with pytest.raises(ValueError, match="name"):
        own.add_document(b"tekst")
    with pytest.raises(FileNotFoundError):
        own.add_document(tmp_path / "weg.txt")
    assert len(own.documents()) == 2
    answer = own.ask(RIDERS, conversation=NEW)
    ids = {own.feedback(answer, "up"), own.feedback(answer, "down", "Te kort.")}
    ids.add(own.feedback(own.ask(UNKNOWN), "down"))
    assert len(ids) == 3
    with pytest.raises(ServiceError):
        own.feedback(answer, "sideways")


def test_the_answer_to_a_numbered_question_is_verbatim(client):
    ferry = named(client, "veer.txt")
    third = client.read_answer(ferry.id, 3)
    assert third.document == ferry
    assert third.text == FERRY[third.start : third.end]
    assert (third.questions, third.previous, third.next) == ((3, 4), 2, 4)
    assert third.question_texts[4].startswith("Hoeveel reizigers") or third.question_texts[3]
    assert "vraag 3 en 4" in third.label
    assert client.read_answer(ferry.id, 5).next is None
    for document, number in ((ferry.id, 9), ("weg/../" + ferry.id, 1)):
        with pytest.raises(ServiceError) as caught:
            client.read_answer(document, number)
        assert caught.value.status == 404


def test_sub_questions_and_lists_are_read(own):
    lock = own.add_document(LOCK.encode(), "sluis.txt")
    part = own.read_answer(lock.id, "2b")
    assert (part.questions, part.previous, part.next) == (("2b",), "2a", None)
    assert part.question_texts["2b"].startswith("Hoeveel schepen")
    assert own.read_answer(lock.id, 1, 2).text == "De sluis is 5 meter diep."


# --- the rest


def test_a_conversation_is_exported(client):
    answers = [client.ask(RIDERS), client.ask(UNKNOWN)]
    text = client.export(answers, "markdown").decode()
    assert "48.000 reizigers" in text
    assert "kernraketten" in text
    assert client.export(answers, "docx").startswith(b"PK")


def test_ready_or_why_not(client, tmp_path):
    ready = client.ready()
    assert (ready.ready, ready.reasons, ready.raw["documents"]) == (True, (), 2)
    with client_of(tmp_path, index=open_index(tmp_path, encoder(), create=True)) as (empty, _):
        not_ready = empty.ready()
    assert not not_ready.ready
    assert any("geen documenten" in reason for reason in not_ready.reasons)


def test_messages_are_in_the_language_of_the_client(client):
    with Client(str(client._http.base_url), language="en") as english:
        with pytest.raises(ServiceError, match="The question is empty"):
            english.ask("")
        assert english.ask(UNKNOWN).reason != client.ask(UNKNOWN).reason
    with pytest.raises(ServiceError, match="De vraag is leeg"):
        client.ask("")


def test_a_key_opens_what_it_is_for(tmp_path):
    with client_of(tmp_path) as (nobody, plain):
        reading, _ = Keys(tmp_path).create("lezer", ["read"])
        with pytest.raises(ServiceError) as caught:
            nobody.documents()
        assert (caught.value.status, caught.value.code) == (401, "geen-toegang")
        with Client(str(plain.base_url), key=reading) as reader:
            assert len(reader.documents()) == 2
            with pytest.raises(ServiceError) as caught:
                reader.add_document(b"tekst", "x.txt")
            assert (caught.value.status, caught.value.code) == (403, "geen-recht")


def test_a_busy_service_says_when_to_come_back(tmp_path):
    with (
        client_of(tmp_path, model := HeldModel(), queue_size=0) as (client, _),
        ThreadPoolExecutor() as pool,
        model,
    ):
        first = pool.submit(client.ask, RIDERS)
        model.began.get(timeout=LONG_S)
        for ask in (client.ask, lambda question: next(client.ask_stream(question))):
            with pytest.raises(ServiceError) as caught:
                ask(RIDERS)
            assert (caught.value.status, caught.value.code) == (503, "bezet")
            assert caught.value.retry_after >= 1
        model.go.set()
        assert "48.000" in first.result().text


def test_nobody_there_is_an_error_of_the_client():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with Client(url) as client:
        for call in (client.documents, client.ready, lambda: next(client.ask_stream("Wat?"))):
            with pytest.raises(ServiceError, match=url) as caught:
                call()
            assert (caught.value.status, caught.value.code) == (0, "onbereikbaar")


@pytest.mark.parametrize(
    ("status", "body"),
    [(502, b"<h1>Bad Gateway</h1>"), (200, b"<h1>Welkom</h1>"), (404, b'"weg"'), (307, b"")],
)
def test_the_reply_of_something_else_is_an_error_too(status, body):
    with replying(status, body, {"Location": "/"}) as url, Client(url) as client:
        with pytest.raises(ServiceError) as caught:
            client.documents()
        assert (caught.value.status, caught.value.code) == (status, "onbekend")
        assert url in caught.value.detail


def test_this_machine_is_reached_without_the_proxy_of_the_environment(client, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    url = str(client._http.base_url)
    for address in (url, url.replace("127.0.0.1", "localhost")):
        with Client(address) as direct:
            assert len(direct.documents()) == 2
    with Client("http://vraagbaak.example") as far, pytest.raises(ServiceError) as caught:
        far.documents()
    # Refused by the proxy: the name was never looked up.
    assert "refused" in caught.value.detail


def test_the_example_of_the_documentation_runs(client):
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"(?ms)^```python\n(from rag.client .*?)^```", page)
    example = example.replace("http://127.0.0.1:8765", str(client._http.base_url))
    run = subprocess.run(
        [sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "ongeldige-invoer" in run.stdout


def test_an_id_is_a_part_of_the_path_whatever_it_holds(client):
    for id in ("../documents", "a b", "?q=1", quote("é")):
        with pytest.raises(ServiceError) as caught:
            client.document(id)
        assert caught.value.code == "niet-gevonden"
