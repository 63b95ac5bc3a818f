"""Answers as server-sent events: their order and shape, how they fail, and how they are stopped."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import jsonschema
import pytest
from answering_parts import ScriptedModel
from service_parts import (
    LONG_S,
    RIDERS,
    UNKNOWN,
    FailingModel,
    HeldModel,
    asked,
    events_of,
    filled,
    posted,
    queue_of,
    reading_app,
    serving,
    settings_of,
    until,
)

from index.errors import ModelUnavailable

POINTED = "Wat is het antwoord op vraag 5 van 2024Z99001?"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A client of a service that reads, and that no test changes."""
    folder = tmp_path_factory.mktemp("streaming")
    with serving(reading_app(settings_of(folder, rate_limit=0), filled(folder))) as client:
        yield client


@pytest.fixture
def held():
    """A model that is let go when the test is over, whatever became of it."""
    with HeldModel() as model:
        yield model


def without_ranks(hits):
    """Hits in an order that says nothing: of an answer they stand in that of the reader."""
    assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))
    unranked = [{name: value for name, value in hit.items() if name != "rank"} for hit in hits]
    return sorted(unranked, key=lambda hit: (hit["document"]["id"], hit["start"]))


def without_chance(answer):
    """An answer without what differs from one time to the next."""
    return {name: value for name, value in answer.items() if name != "timings_ms"}


# --- order and shape


def test_hits_come_first_the_whole_answer_last_and_nothing_holds_the_stream_up(client):
    events = asked(client, RIDERS)
    names = [name for name, _ in events]
    assert names[0] == "hits"
    assert names[-1] == "done"
    assert names.count("hits") == names.count("done") == 1
    assert set(names) == {"hits", "citation", "sentence", "done"}
    body = {"question": RIDERS, "stream": True}
    with client.stream("POST", "/v1/ask", json=body) as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"
        assert "content-length" not in response.headers


def test_a_citation_comes_before_the_first_sentence_that_names_it_and_once(client):
    told, sentences = {}, []
    for name, data in asked(client, POINTED)[1:-1]:
        if name == "citation":
            assert data["index"] not in told
            told[data.pop("index")] = data
        else:
            assert data.pop("index") == len(sentences)
            assert data["citations"]
            assert set(data["citations"]) <= told.keys()
            sentences.append(data)
    done = asked(client, POINTED)[-1][1]
    assert len(told) > 1
    assert [told[number] for number in sorted(told)] == done["citations"]
    assert sentences == done["sentences"]


@pytest.mark.parametrize(
    "body",
    [
        *({"question": RIDERS}, {"question": UNKNOWN}, {"question": POINTED}),
        {"question": "En in 2022?", "history": [{"question": RIDERS, "answer": "48.000."}]},
        {"question": RIDERS, "filters": {"to": "2024-01-01"}},
    ],
    ids=str,
)
def test_the_last_event_is_what_a_plain_call_gives(client, body):
    plain = client.post("/v1/ask", json=body).raise_for_status().json()
    (_, hits), *between, (_, done) = asked(client, **body)
    assert without_chance(done) == without_chance(plain)
    assert done["abstained"] is (body["question"] == UNKNOWN or "filters" in body)
    assert bool(between) is not done["abstained"]
    assert hits["read_as"] == plain["read_as"]
    assert without_ranks(hits["hits"]) == without_ranks(plain["hits"])


def test_every_event_keeps_to_the_schema_of_the_description(client, service):
    described = client.get("/openapi.json").json()
    operation = described["paths"]["/v1/ask"]["post"]
    schemas = operation["responses"]["200"]["content"]["text/event-stream"]["schema"]["x-events"]
    broken = service(FailingModel(RuntimeError("stuk")))
    seen = [*asked(client, RIDERS), *asked(client, UNKNOWN), *asked(broken, RIDERS)]
    # "in_short" has a test of its own.
    assert {name for name, _ in seen} == schemas.keys() - {"in_short"}
    for name, data in seen:
        schema = {**schemas[name], "components": described["components"]}
        jsonschema.validate(data, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({}, schema)


# --- conversations


def test_conversations_are_carried_on_in_streams(client):
    read_as = "Hoeveel reizigers vervoerde de veerdienst in 2022?"
    begun = asked(client, RIDERS, conversation="new")[-1][1]["conversation"]
    (_, hits), *_, (_, done) = asked(client, "En in 2022?", conversation=begun)
    assert hits["read_as"] == done["read_as"] == read_as
    assert (done["question"], done["conversation"]) == ("En in 2022?", begun)
    plain = client.post("/v1/ask", json={"question": "En in 2021?", "conversation": begun})
    assert plain.json()["read_as"] == "Hoeveel reizigers vervoerde de veerdienst in 2021?"


# --- errors


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": ""}, 422, "ongeldige-invoer"),
        ({"question": RIDERS, "taal": "nl"}, 422, "ongeldige-invoer"),
        ({"question": RIDERS, "filters": {"to": "2024-02-30"}}, 422, "ongeldige-invoer"),
        ({"question": RIDERS, "filters": {"document": ["weg"]}}, 404, "niet-gevonden"),
        ({"question": RIDERS, "conversation": "weg"}, 404, "niet-gevonden"),
    ],
)
def test_what_fails_before_the_first_event_keeps_its_status(client, body, status, code):
    response = client.post("/v1/ask", json={**body, "stream": True})
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    assert response.json()["code"] == code


def test_what_fails_after_the_first_event_is_the_last_event(service):
    model = FailingModel(RuntimeError())
    client = service(model)
    for model.error, code, said in (
        (ModelUnavailable("Het model is weg.", "It is gone."), "model-niet-beschikbaar", "weg"),
        (RuntimeError("geheim pad"), "fout", "logboek"),
        (TimeoutError("geheim pad"), "fout", "logboek"),
    ):
        events = asked(client, RIDERS)
        assert [name for name, _ in events].count("error") == 1
        name, data = events[-1]
        assert (name, data["code"]) == ("error", code)
        assert said in data["detail"]
        assert "geheim" not in json.dumps(events)
        assert data["instance"] == "/v1/ask"
        plain = client.post("/v1/ask", json={"question": RIDERS})
        assert (plain.status_code, plain.json()["code"]) == (data["status"], code)
        client.headers["Accept-Language"] = "en"
        assert asked(client, RIDERS)[-1][1]["detail"] != data["detail"]
        del client.headers["Accept-Language"]


def test_an_answer_that_takes_too_long_ends_as_too_slow(service, held):
    client = service(held, max_answer_s=1)
    plain = client.post("/v1/ask", json={"question": RIDERS})
    assert (plain.status_code, plain.json()["code"]) == (503, "te-traag")
    assert held.ended.get(timeout=LONG_S) == "OutOfTime"
    events = asked(client, RIDERS)
    assert events[0][0] == "hits"
    assert (events[-1][0], events[-1][1]["code"]) == ("error", "te-traag")
    assert queue_of(client) == (0, 0)


# --- connections


def test_comments_keep_a_connection_alive_while_nothing_is_known(service, held, monkeypatch):
    monkeypatch.setattr("rag.api.streaming.KEEP_ALIVE_S", 0.05)
    body = {"question": RIDERS, "stream": True}
    with (
        service(held).stream("POST", "/v1/ask", json=body) as response,
        closing(response.iter_lines()) as lines,
    ):
        comments = 0
        while comments < 3:
            comments += next(lines) == ": keep-alive"
        held.go.set()
        assert list(events_of(lines))[-1][0] == "done"


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_stops_the_model(service, held, stream):
    client = service(held)
    with posted(client, "/v1/ask", {"question": RIDERS, "stream": stream}) as connection:
        held.began.get(timeout=LONG_S)
        connection.settimeout(LONG_S if stream else 0.2)
        if stream:
            while b"event: hits" not in connection.recv(10_000):
                pass
        else:
            with pytest.raises(TimeoutError):
                connection.recv(1)
        assert held.ended.empty()
    assert held.ended.get(timeout=LONG_S) == "Stopped"
    until(lambda: queue_of(client) == (0, 0))


@pytest.mark.parametrize("stream", [False, True])
def test_who_waits_and_goes_leaves_the_line(service, held, stream):
    client = service(held)
    with ThreadPoolExecutor() as pool, held:
        first = pool.submit(client.post, "/v1/ask", json={"question": RIDERS})
        held.began.get(timeout=LONG_S)
        with posted(client, "/v1/ask", {"question": RIDERS, "stream": stream}):
            until(lambda: queue_of(client) == (1, 1))
        until(lambda: queue_of(client) == (1, 0))
        held.go.set()
        assert first.result().status_code == 200
        assert held.began.empty()


@pytest.mark.parametrize("full", [{"queue_size": 1}, {"max_asks": 2}])
def test_a_full_service_refuses_with_when_to_come_back_and_the_others_are_answered(
    service, held, full
):
    client = service(held, **full)
    with ThreadPoolExecutor() as pool, held:
        first = pool.submit(client.post, "/v1/ask", json={"question": RIDERS})
        held.began.get(timeout=LONG_S)
        second = pool.submit(asked, client, RIDERS)
        until(lambda: queue_of(client) == (1, 1))
        for stream in (False, True):
            body = {"question": RIDERS, "stream": stream}
            busy = client.post("/v1/ask", json=body, timeout=LONG_S / 4)
            assert (busy.status_code, busy.headers["content-type"]) == (503, PROBLEM)
            assert busy.json()["code"] == "bezet"
            assert int(busy.headers["retry-after"]) >= 1
        held.go.set()
        assert first.result().status_code == 200
        assert second.result()[-1][0] == "done"
        assert client.post("/v1/ask", json={"question": RIDERS}).status_code == 200


FRONTS = ("Aal", "Berk", "Cor", "Duin", "Elst", "Gors", "Hazel", "Itter")
BACKS = ("dijk", "zijl")


def test_answers_that_are_made_at_the_same_time_do_not_mix(service, tmp_path):
    places = [front + back for front in FRONTS for back in BACKS]
    texts = {
        place: f"Antwoord op vragen over de brug bij {place}\n\nVraag 1\nWat kost de brug bij "
        f"{place}?\n\nAntwoord 1\nDe brug bij {place} kost {number} miljoen euro.\n"
        for number, place in enumerate(places, start=101)
    }
    client = service(index=filled(tmp_path, **texts))
    with ThreadPoolExecutor(len(places)) as pool:
        streams = [pool.submit(asked, client, f"Wat kost de brug bij {each}?") for each in places]
    for number, (place, stream) in enumerate(zip(places, streams, strict=True), start=101):
        events = stream.result()
        done = events[-1][1]
        assert done["question"] == f"Wat kost de brug bij {place}?"
        # Without a reader, what another document says comes near: it stands apart.
        said = [each["text"] for each in done["sentences"] if not each["beside"]]
        assert said == [f"De brug bij {place} kost {number} miljoen euro."]
        told = [data["text"] for name, data in events if name == "sentence"]
        assert told == [each["text"] for each in done["sentences"]]
        assert done["citations"][0]["document"]["source"] == f"{place}.txt"


# --- in short


def test_a_sentence_in_short_comes_after_the_sentences_and_in_the_answer(service):
    written = "In 2023 waren er 48.000 reizigers op de veerdienst."
    client = service(ScriptedModel({"zin": written}), in_short=True)
    events = asked(client, RIDERS)
    names = [name for name, _ in events]
    assert names[-2:] == ["in_short", "done"]
    assert names.index("sentence") < names.index("in_short")
    short = events[-2][1]
    assert short == {"text": written, "citations": [0], "model": "fake:model"}
    assert events[-1][1]["in_short"] == short
    assert written not in events[-1][1]["answer"]
    assert 'vraagbaak_sentences_total{status="in_short"} 1.0' in client.get("/metrics").text


def test_an_answer_that_waits_too_long_for_its_sentence_in_short_is_given_without(service, held):
    *events, (last, done) = asked(service(held, in_short=True, max_answer_s=8), RIDERS)
    assert last == "done"
    assert "sentence" in [name for name, _ in events]
    assert done["in_short"] is None
    assert "langer dan 8 s" in done["notes"][0]
    assert held.ended.get(timeout=LONG_S) == "OutOfTime"


def test_nobody_is_sent_away_for_a_sentence_in_short(service, held):
    client = service(held, in_short=True, queue_size=0)
    with ThreadPoolExecutor() as pool, held:
        first = pool.submit(client.post, "/v1/ask", json={"question": RIDERS})
        held.began.get(timeout=LONG_S)
        second = client.post("/v1/ask", json={"question": RIDERS}).json()
        assert second["sentences"]
        assert second["in_short"] is None
        assert held.began.empty()
        held.go.set()
        assert first.result().status_code == 200
