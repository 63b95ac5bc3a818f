"""The Python client, over a real server."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from answering_parts import ScriptedModel
from local_service import closed_url
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


def named(client, source):
    return next(each for each in client.documents() if each.source == source)


# --- asking


def failing(status, code, **more):
    """Holds that a ServiceError is raised with this status and code."""
    check = {"check": lambda error: (error.status, error.code) == (status, code), **more}
    return pytest.raises(ServiceError, **check)


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
    assert answer.hits[0].question_texts.keys() == answer.hits[0].raw["question_texts"].keys()
    assert answer.notes
    assert answer.conversation is None
    assert answer.raw["timings_ms"]["total"] > 0
    assert "raw" not in repr(answer)
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.text = "iets anders"
    refusal = client.ask(UNKNOWN)
    assert (refusal.abstained, refusal.text, refusal.sentences) == (True, None, ())
    assert refusal.reason
    assert refusal.hits
    assert client.export([answer, refusal], "docx").startswith(b"PK")
    # An older service says nothing of a sentence in short.
    raw = {name: value for name, value in answer.raw.items() if name != "in_short"}
    with replying(200, json.dumps(raw).encode()) as url, Client(url) as other:
        assert other.ask(RIDERS).in_short is None


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


def test_a_conversation_is_kept_by_the_caller_or_by_the_service(client):
    first = client.ask(RIDERS)
    expected = "Hoeveel reizigers vervoerde de veerdienst in 2022?"
    assert first.turn.documents == (named(client, "veer.txt").id,)
    assert client.ask("En in 2022?", history=[first.turn]).read_as == expected
    begun = client.ask(RIDERS, conversation=NEW).conversation
    second = client.ask("En in 2022?", conversation=begun)
    assert (second.read_as, second.conversation) == (expected, begun)
    hits, *_, streamed = client.ask_stream("En in 2021?", conversation=begun)
    assert hits.read_as == streamed.read_as == expected.replace("2022", "2021")
    client.forget(begun)
    with failing(404, "niet-gevonden"):
        client.ask("En in 2022?", conversation=begun)


def test_filters_and_numbers_choose_what_is_searched_and_listed(client):
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
    with failing(422, "ongeldige-invoer", match="2024-02-30"):
        client.ask(RIDERS, filters=Filters(to="2024-02-30"))
    assert [len(client.search("veerdienst", k=k)) for k in (1, 3)] == [1, 3]
    assert len(client.ask(RIDERS, k=1).hits) == 1
    assert [each.source for each in client.documents(sort="-date", limit=1)] == ["veer.txt"]
    later = client.documents(words="2024Z99001", filters=Filters(from_="2023-01-01"))
    assert [each.source for each in later] == ["veer.txt"]


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


def test_a_stream_that_is_refused_or_fails_raises(client, tmp_path):
    with failing(422, "ongeldige-invoer"):
        next(client.ask_stream(" "))
    model = FailingModel(ModelUnavailable("Het model is weg.", "The model is gone."))
    with client_of(tmp_path, model) as (broken, _):
        for ask in (broken.ask, lambda question: list(broken.ask_stream(question))):
            with failing(503, "model-niet-beschikbaar", match="Het model is weg"):
                ask(RIDERS)


def test_closing_a_stream_closes_the_connection(tmp_path):
    with HeldModel() as model, client_of(tmp_path, model) as (client, plain):
        events = client.ask_stream(RIDERS)
        assert isinstance(next(events), HitsEvent)
        model.began.get(timeout=LONG_S)
        events.close()
        assert model.ended.get(timeout=LONG_S) == "Stopped"
        until(lambda: queue_of(plain) == (0, 0))


def test_a_stream_that_breaks_off_is_no_answer_and_only_ends_of_lines_and_comments_cut_it():
    half = b'event: hits\ndata: {"read_as": "Wat?", "hits": []}\n\nevent: sent'
    with replying(200, half) as url, Client(url) as client:
        events = client.ask_stream("Wat?")
        assert next(events) == HitsEvent("Wat?", ())
        with failing(0, "afgebroken"):
            next(events)
    hits = 'event: hits\ndata: {"read_as": "een\u2028twee\x85drie", "hits": []}\n\n'
    more = ': keep-alive\n\nevent: later\ndata: {"nieuw": 1}\n\n: keep-alive\n\n'
    with replying(200, (more + hits).encode()) as url, Client(url) as client:
        assert next(client.ask_stream("Wat?")) == HitsEvent("een\u2028twee\x85drie", ())


# --- documents


def test_documents_are_added_read_judged_and_removed(tmp_path):
    path = tmp_path / "haver en ander graan.txt"
    path.write_text(BARLEY.replace("gerst", "haver"), encoding="utf-8")
    with client_of(tmp_path / "data") as (client, _):
        for given in ((path,), (str(path),), (path.read_bytes(), path.name)):
            added = client.add_document(*given)
            assert (added.source, added.kind) == (path.name, "answers")
            assert len(client.documents()) == 3
        whole = client.document(added.id)
        assert whole.document == added
        assert whole.text == path.read_text(encoding="utf-8")
        assert whole.passages[0]["questions"] == [1]
        client.remove_document(added.id)
        assert len(client.documents()) == 2
        with failing(404, "niet-gevonden"):
            client.remove_document(added.id)
        with failing(422, "onleesbaar-bestand"):
            client.add_document(b"", "leeg.txt")
        with pytest.raises(ValueError, match="name"):
            client.add_document(b"tekst")
        with pytest.raises(FileNotFoundError):
            client.add_document(tmp_path / "weg.txt")
        answer = client.ask(RIDERS)
        ids = {client.feedback(answer, "up"), client.feedback(answer, "down", "Te kort.")}
        assert len(ids) == 2
        with pytest.raises(ServiceError, match="verdict"):
            client.feedback(answer, "sideways")
        lock = client.add_document(LOCK.encode(), "sluis.txt")
        part = client.read_answer(lock.id, "2b")
        assert (part.questions, part.previous, part.next) == (("2b",), "2a", None)
        assert part.question_texts["2b"].startswith("Hoeveel schepen")
        assert client.read_answer(lock.id, 1, 2).text == "De sluis is 5 meter diep."


def test_the_answer_to_a_numbered_question_is_verbatim_and_an_id_a_part_of_the_path(client):
    ferry = named(client, "veer.txt")
    third = client.read_answer(ferry.id, 3)
    assert third.document == ferry
    assert third.text == FERRY[third.start : third.end]
    assert (third.questions, third.previous, third.next) == ((3, 4), 2, 4)
    assert "vraag 3 en 4" in third.label
    assert third.question_texts[3].startswith("Hoeveel reizigers")
    assert client.read_answer(ferry.id, 5).next is None
    for document, number in ((ferry.id, 9), ("weg/../" + ferry.id, 1)):
        with failing(404, "niet-gevonden"):
            client.read_answer(document, number)
    for id in ("../documents", "a b", "?q=1", quote("é")):
        with failing(404, "niet-gevonden"):
            client.document(id)


# --- the rest


def test_ready_or_why_not(client, tmp_path):
    ready = client.ready()
    assert (ready.ready, ready.reasons, ready.raw["documents"]) == (True, (), 2)
    with client_of(tmp_path, index=open_index(tmp_path, encoder(), create=True)) as (empty, _):
        not_ready = empty.ready()
    assert not not_ready.ready
    assert any("geen documenten" in reason for reason in not_ready.reasons)


def test_messages_are_in_the_language_of_the_client(client):
    with Client(str(client._http.base_url), language="en") as english:
        with failing(422, "ongeldige-invoer", match="The question is empty"):
            english.ask("")
        assert english.ask(UNKNOWN).reason != client.ask(UNKNOWN).reason
    with failing(422, "ongeldige-invoer", match="De vraag is leeg"):
        client.ask("")


def test_a_key_opens_what_it_is_for(tmp_path):
    with client_of(tmp_path) as (nobody, plain):
        reading, _ = Keys(tmp_path).create("lezer", ["read"])
        with failing(401, "geen-toegang"):
            nobody.documents()
        with Client(str(plain.base_url), key=reading) as reader:
            assert len(reader.documents()) == 2
            with failing(403, "geen-recht"):
                reader.add_document(b"tekst", "x.txt")


def test_a_busy_service_says_when_to_come_back(tmp_path):
    with (
        client_of(tmp_path, model := HeldModel(), queue_size=0) as (client, _),
        ThreadPoolExecutor() as pool,
        model,
    ):
        first = pool.submit(client.ask, RIDERS)
        model.began.get(timeout=LONG_S)
        for ask in (client.ask, lambda question: next(client.ask_stream(question))):
            with failing(503, "bezet") as caught:
                ask(RIDERS)
            assert caught.value.retry_after >= 1
        model.go.set()
        assert "48.000" in first.result().text


def test_nobody_there_is_an_error_of_the_client():
    url = closed_url()
    with Client(url) as client:
        for call in (client.documents, client.ready, lambda: next(client.ask_stream("Wat?"))):
            with failing(0, "onbereikbaar", match=url):
                call()


@pytest.mark.parametrize(
    ("status", "body"),
    [(502, b"<h1>Bad Gateway</h1>"), (200, b"<h1>Welkom</h1>"), (404, b'"weg"'), (307, b"")],
)
def test_the_reply_of_something_else_is_an_error_too(status, body):
    with replying(status, body, {"Location": "/"}) as url, Client(url) as client:
        with failing(status, "onbekend") as caught:
            client.documents()
        assert url in caught.value.detail


def test_this_machine_is_reached_without_the_proxy_of_the_environment(client, monkeypatch):
    for name in ("HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    url = str(client._http.base_url)
    for address in (url, url.replace("127.0.0.1", "localhost")):
        with Client(address) as direct:
            assert len(direct.documents()) == 2
    # Refused by the proxy: the name was never looked up.
    with Client("http://vraagbaak.example") as far, pytest.raises(ServiceError, match="refused"):
        far.documents()


def test_the_example_of_the_documentation_runs(client):
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"(?ms)^```python\n(from rag.client .*?)^```", page)
    example = example.replace("http://127.0.0.1:8765", str(client._http.base_url))
    run = subprocess.run(
        [sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "ongeldige-invoer" in run.stdout
