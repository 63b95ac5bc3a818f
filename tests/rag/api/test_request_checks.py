"""What requests are held to, and what their answers give to programs, over a real server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running_service import client_of, filled, served, settings_of

from rag.client import Client, Filters
from rag.serving import create_app

RIDERS = "Hoeveel reizigers vervoerde de veerdienst in 2023?"
OATS = """\
Betreft: Antwoord op vragen over haver

Datum: 1 februari 2022

Vraag 1
Hoeveel haver is er?

Antwoord 1
Er is 12 ton haver.
"""

# Stable: programs are generated from them.
OPERATIONS = {
    *("ask", "search", "forgetConversation"),
    *("listDocuments", "addDocument", "getDocument", "removeDocument", "readAnswer"),
    *("addFeedback", "listFeedback", "removeFeedback", "exportAnswers"),
    *("listModels", "getModel", "createChatCompletion", "createEmbedding"),
    *("getHealth", "getReadiness", "getMetrics"),
    *("readOriginal", "findOnPages", "readPage", "listStarters"),
}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checks")
    index = filled(folder)
    index.add_bytes(OATS.encode(), "haver.txt")
    with served(create_app(settings_of(folder, rate_limit=0), index)) as url:
        yield url


@pytest.fixture(scope="module")
def client(url):
    with client_of(url) as client:
        yield client


def sources(client, **params):
    body = client.get("/v1/documents", params=params).raise_for_status().json()
    return [each["source"] for each in body["documents"]], body["total"]


# --- the list of documents


def test_documents_come_in_pages_with_their_total(client):
    everything, total = sources(client)
    assert (len(everything), total) == (3, 3)
    paged = [sources(client, limit=2, offset=offset) for offset in (0, 2, 4)]
    assert paged == [(everything[:2], 3), (everything[2:], 3), ([], 3)]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"words": "txt HAVER"}, ["haver.txt"]),
        ({"words": "gerst"}, ["gerst.txt"]),
        ({"words": "2024Z99001"}, ["veer.txt"]),
        ({"kind": "answers", "from": "2024-01-01"}, ["veer.txt"]),
        ({"to": "2022-12-31"}, ["haver.txt"]),
        ({"kind": "debate"}, []),
        ({"minister": "Niemand"}, []),
    ],
)
def test_documents_are_filtered(client, params, found):
    assert sources(client, **params) == (found, len(found))


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("date", ["haver.txt", "veer.txt", "gerst.txt"]),  # that of gerst is not stated
        ("-date", ["veer.txt", "haver.txt", "gerst.txt"]),
        ("source", ["gerst.txt", "haver.txt", "veer.txt"]),
        ("-title", ["haver.txt", "veer.txt", "gerst.txt"]),  # that of haver only is stated
    ],
)
def test_documents_are_sorted_before_they_are_paged(client, sort, order):
    assert sources(client, sort=sort)[0] == order
    assert sources(client, sort=sort, limit=1, offset=1)[0] == order[1:2]


def test_the_python_client_lists_in_the_same_ways(url):
    with Client(url) as vraagbaak:
        assert len(vraagbaak.documents()) == 3
        page = vraagbaak.documents(sort="-date", limit=1)
        assert [each.source for each in page] == ["veer.txt"]
        later = vraagbaak.documents(words="2024Z99001", filters=Filters(from_="2023-01-01"))
        assert [each.source for each in later] == ["veer.txt"]


# --- what is refused


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/v1/documents?soort=answers", "words, kind, from"),
        ("/v1/documents/x?taal=nl", "hier zijn er geen"),
        ("/v1/search?q=veer&limit=3", "q, k, document"),
        ("/v1/search?q=veer&from_=2024-01-01", "q, k, document"),
        ("/v1/feedback?page=2", "hier zijn er geen"),
    ],
)
def test_an_unknown_query_parameter_is_refused_with_those_there_are(client, path, known):
    response = client.get(path)
    assert (response.status_code, response.json()["code"]) == (422, "ongeldige-invoer")
    name = path.partition("?")[2].split("&")[-1].split("=")[0]
    assert repr(name) in response.json()["detail"]
    assert known in response.json()["detail"]


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "/"])
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/feedback", "/v1/export", "/v1/documents"])
def test_a_body_of_no_or_another_type_is_415(client, path, kind):
    headers = {} if kind is None else {"Content-Type": kind}
    response = client.post(path, content=b'{"question": "wat?"}', headers=headers)
    assert (response.status_code, response.json()["code"]) == (415, "verkeerd-inhoudstype")
    wanted = "multipart/form-data" if path == "/v1/documents" else "application/json"
    assert wanted in response.json()["detail"]
    assert (kind or "niet gegeven") in response.json()["detail"]


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/vnd.x+json"])
def test_json_by_other_names_is_json(client, kind):
    body = b'{"question": "Hoeveel gerst is er geoogst?"}'
    assert client.post("/v1/ask", content=body, headers={"Content-Type": kind}).status_code == 200


def test_what_is_wrong_with_a_field_has_a_code_beside_its_message(client):
    body = {"k": 0, "filters": {"kind": ["boek"]}, "history": [{}], "model": "x"}
    errors = client.post("/v1/ask", json=body).json()["errors"]
    assert {(each["field"], each["code"]) for each in errors} == {
        ("question", "missing"),
        ("k", "greater_than_equal"),
        ("filters.kind", "literal_error"),
        ("history.question", "missing"),
        ("model", "extra_forbidden"),
    }
    assert "k moet minstens 1 zijn" in [each["message"] for each in errors]


# --- what programs get


def test_a_question_may_say_how_many_passages_are_searched(url, client):
    for k in (1, 2):
        found = client.post("/v1/ask", json={"question": RIDERS, "k": k}).json()
        assert len(found["hits"]) == k
    assert client.post("/v1/ask", json={"question": RIDERS, "k": 101}).status_code == 422
    with Client(url) as vraagbaak:
        assert len(vraagbaak.ask(RIDERS, k=1).hits) == 1


def test_citations_have_an_address_that_can_be_followed_as_it_stands(url, client):
    (citation,) = client.post("/v1/ask", json={"question": RIDERS, "k": 1}).json()["citations"]
    assert citation["url"].startswith(f"{url}/v1/documents/")
    assert citation["quote"] in client.get(citation["url"]).json()["text"]
    with Client(url) as vraagbaak:
        *_, whole = vraagbaak.ask_stream(RIDERS, k=1)
    assert whole.citations[0].url == citation["url"]
    exported = {"format": "markdown", "answers": [dict(whole.raw)]}
    assert f"<{citation['url']}>" in client.post("/v1/export", json=exported).text


def test_behind_a_proxy_citations_have_the_address_that_is_set(tmp_path):
    settings = settings_of(tmp_path, public_url="https://vraagbaak.example/diep/")
    with served(create_app(settings, filled(tmp_path))) as url, client_of(url) as client:
        (citation,) = client.post("/v1/ask", json={"question": RIDERS, "k": 1}).json()["citations"]
        message = {"role": "user", "content": RIDERS}
        chat = {"model": "vraagbaak-letterlijk", "messages": [message]}
        made = client.post("/v1/chat/completions", json=chat).json()["choices"][0]["message"]
    assert citation["url"].startswith("https://vraagbaak.example/diep/v1/documents/")
    place = made["annotations"][0]["url_citation"]["url"]
    assert place.startswith("https://vraagbaak.example/diep/#document=")


def test_hits_have_the_questions_that_their_passage_answers(url, client):
    texts = {"3": "Hoeveel reizigers vervoert de veerdienst?", "4": "Neemt dat aantal toe?"}
    (hit,) = client.get("/v1/search", params={"q": RIDERS, "k": 1}).json()["hits"]
    assert hit["questions"] == [3, 4]
    asked = client.post("/v1/ask", json={"question": RIDERS, "k": 1}).json()["hits"][0]
    with Client(url) as vraagbaak:
        (found,) = vraagbaak.search(RIDERS, k=1)
    assert hit["question_texts"] == asked["question_texts"] == found.question_texts
    assert set(hit["question_texts"]) == set(texts)
    assert all(hit["question_texts"].values())


def test_operations_have_names_that_programs_can_be_generated_from():
    paths = create_app(settings_of(Path("nowhere"))).openapi()["paths"]
    names = [each["operationId"] for verbs in paths.values() for each in verbs.values()]
    assert sorted(names) == sorted(OPERATIONS)
    assert all(re.fullmatch("[a-z][A-Za-z]+", name) for name in names)
