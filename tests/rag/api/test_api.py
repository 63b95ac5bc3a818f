"""The REST service over a real server: what it gives, and how it refuses."""

import json
import re
import threading
import time

import pytest
from local_service import serving as local_service
from service_parts import RIDERS, filled, serving, settings_of
from surface_parts import BARLEY, FERRY, LOCK, bad_files, encoder, other_encoder

from index.index import open_index
from rag.serving import create_app

PROBLEM = "application/problem+json"
NOWHERE = "/v1/documents/0123456789abcdef"
IS_JSON = {"Content-Type": "application/json"}

# Stable: programs are generated from them.
OPERATIONS = {
    *("ask", "search", "forgetConversation"),
    *("listDocuments", "addDocument", "getDocument", "removeDocument", "readAnswer"),
    *("addFeedback", "listFeedback", "removeFeedback", "exportAnswers"),
    *("listModels", "getModel", "createChatCompletion", "createEmbedding"),
    *("getHealth", "getReadiness", "getMetrics"),
    *("readOriginal", "findOnPages", "readPage", "listStarters"),
}


@pytest.fixture
def own(service):
    """A service with two documents for one test, that takes files of 1 MB."""
    return service(max_upload_mb=1)


def ferry_id(client):
    listed = client.get("/v1/documents").json()["documents"]
    return next(each["id"] for each in listed if each["source"] == "veer.txt")


def ask(client, question, **more):
    return client.post("/v1/ask", json={"question": question, **more}).raise_for_status().json()


def upload(client, name, data):
    return client.post("/v1/documents", files={"file": (name, data)})


def problem(response, status, code):
    """The body of an error, held to the one shape that all have."""
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    body = response.json()
    assert {"type", "title", "status", "detail", "code", "instance"} <= body.keys()
    assert (body["status"], body["code"]) == (status, code)
    assert body["instance"] == response.request.url.path
    assert body["detail"]
    assert "\n" not in body["detail"]
    return body


# --- what it gives


def test_a_question_gets_a_cited_answer_whose_address_serves_the_source(client):
    answer = ask(client, f"  {RIDERS}\n")
    assert answer["question"] == RIDERS
    assert not answer["abstained"]
    assert "48.000" in answer["answer"]
    citation = answer["citations"][0]
    assert citation["url"].startswith(f"{str(client.base_url).rstrip('/')}/v1/documents/")
    source = client.get(citation["url"]).json()
    assert source["questions"] == citation["questions"] == [3, 4]
    assert citation["label"] == source["label"]
    assert citation["quote"] in source["text"]
    exported = {"format": "markdown", "answers": [answer]}
    assert f"<{citation['url']}>" in client.post("/v1/export", json=exported).text


def test_behind_a_proxy_citations_have_the_address_that_is_set(service):
    client = service(public_url="https://vraagbaak.example/diep/")
    (citation,) = ask(client, RIDERS, k=1)["citations"]
    chat = {"model": "vraagbaak-letterlijk", "messages": [{"role": "user", "content": RIDERS}]}
    made = client.post("/v1/chat/completions", json=chat).json()["choices"][0]["message"]
    assert citation["url"].startswith("https://vraagbaak.example/diep/v1/documents/")
    place = made["annotations"][0]["url_citation"]["url"]
    assert place.startswith("https://vraagbaak.example/diep/#document=")


def test_a_conversation_keeps_its_turns_under_an_id_until_it_is_forgotten(client):
    read_as = "Hoeveel reizigers vervoerde de veerdienst in 2022?"
    begun = ask(client, RIDERS, conversation="new")["conversation"]
    assert len(begun) >= 20
    second = ask(client, "En in 2022?", conversation=begun)
    assert (second["read_as"], second["conversation"]) == (read_as, begun)
    # A question that fails changes nothing.
    bad = {"question": "wat?", "conversation": begun, "filters": {"document": ["weg"]}}
    problem(client.post("/v1/ask", json=bad), 404, "niet-gevonden")
    third = ask(client, "en een jaar eerder?", conversation=begun)
    assert third["read_as"] == "Hoeveel reizigers vervoerde de veerdienst in 2021?"
    other = ask(client, "En in 2022?", conversation="new")
    assert other["read_as"] == "En in 2022?"
    assert other["conversation"] != begun
    assert ask(client, "Wat?")["conversation"] is None
    response = client.delete(f"/v1/conversations/{begun}")
    assert (response.status_code, response.content) == (204, b"")
    gone = client.post("/v1/ask", json={"question": "wat?", "conversation": begun})
    assert "conversation=new" in problem(gone, 404, "niet-gevonden")["detail"]
    problem(client.delete(f"/v1/conversations/{begun}"), 404, "niet-gevonden")
    history = [{"question": RIDERS, "answer": "48.000."}]
    assert ask(client, "En in 2022?", history=history)["read_as"] == read_as
    for conversation in ("new", "iets"):
        both = {"question": "En?", "history": history, "conversation": conversation}
        detail = problem(client.post("/v1/ask", json=both), 400, "ongeldige-invoer")["detail"]
        assert "history" in detail
        assert "conversation" in detail


def test_search_finds_and_filters(client):
    (hit,) = client.get("/v1/search", params={"q": RIDERS, "k": 1}).json()["hits"]
    assert (hit["rank"], hit["questions"]) == (1, [3, 4])
    assert hit["question_texts"].keys() == {"3", "4"}
    assert all(hit["question_texts"].values())
    for k in (1, 2):
        found = ask(client, RIDERS, k=k)["hits"]
        assert len(found) == k
        assert found[0]["question_texts"] == hit["question_texts"]
    only = {"q": "gerst", "document": ferry_id(client), "kind": "answers", "from": "2024-01-01"}
    hits = client.get("/v1/search", params=only).json()["hits"]
    assert {hit["document"]["source"] for hit in hits} == {"veer.txt"}
    nothing = client.get("/v1/search", params={"q": "veer", "to": "1999-01-01"}).json()
    assert nothing["hits"] == []


def sources(client, **params):
    body = client.get("/v1/documents", params=params).raise_for_status().json()
    return [each["source"] for each in body["documents"]], body["total"]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"words": "txt HAVER"}, ["haver.txt"]),
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
        ("-title", ["haver.txt", "gerst.txt", "veer.txt"]),
    ],
)
def test_documents_are_sorted_and_then_paged(client, sort, order):
    assert sources(client, sort=sort) == (order, 3)
    assert sources(client, sort=sort, limit=1, offset=1) == (order[1:2], 3)
    assert sources(client, sort=sort, limit=2, offset=4) == ([], 3)


def test_a_document_is_given_as_it_was_cut_and_its_answers_by_their_number(client):
    place = f"/v1/documents/{ferry_id(client)}"
    whole = client.get(place).json()
    assert whole["text"] == FERRY
    for passage in whole["passages"]:
        assert whole["text"][passage["start"] : passage["end"]] == passage["text"]
    first, third, last = (client.get(f"{place}/vragen/{n}").json() for n in (1, 3, 5))
    assert third["text"] == FERRY[third["start"] : third["end"]]
    assert third["text"].startswith("In 2023 vervoerde")
    assert (third["questions"], third["previous"], third["next"]) == ([3, 4], 2, 4)
    assert "vraag 3 en 4" in third["label"]
    assert len(third["question_spans"]) == 2
    assert (first["previous"], last["next"], last["refers_to"]) == (None, None, [2])


def test_sub_questions_and_lists_have_their_own_place(own):
    added = upload(own, "sluis.txt", LOCK.encode()).json()
    base = f"/v1/documents/{added['document']['id']}/vragen"
    part = own.get(f"{base}/2b").json()
    assert (part["questions"], part["previous"]) == (["2b"], "2a")
    assert part["text"].startswith("In 2023 waren het 940")
    assert own.get(f"{base}/2%20B").json() == part
    depth = own.get(f"{base}/1", params={"lijst": 2}).json()
    assert depth["text"] == "De sluis is 5 meter diep."
    for each, text in zip(depth["lists"], ("12 meter breed", "5 meter diep"), strict=True):
        assert text in own.get(each["url"]).json()["text"]
    problem(own.get(f"{base}/1", params={"lijst": 3}), 404, "niet-gevonden")
    problem(own.get(f"{base}/1", params={"lijst": "x"}), 422, "ongeldige-invoer")
    problem(own.get(f"{base}/2ab"), 422, "ongeldige-invoer")
    for asked, place in (
        ("Hoeveel schepen voeren er in 2023 door de sluis?", "2b?lijst=1"),
        ("Hoe diep is de sluis?", "1?lijst=2"),
    ):
        assert any(each["url"].endswith(f"{base}/{place}") for each in ask(own, asked)["citations"])


def test_documents_are_found_as_soon_as_they_are_added_and_gone_when_removed(own):
    text = BARLEY.replace("gerst", "haver").encode()
    first = upload(own, "C:\\map\\haver.txt", text)
    assert first.status_code == 201
    added = first.json()
    assert (added["status"], added["document"]["source"]) == ("added", "haver.txt")
    assert own.get(first.headers["location"]).json()["text"] == text.decode()
    hits = own.get("/v1/search", params={"q": "oogst van haver", "k": 1}).json()["hits"]
    assert hits[0]["document"]["id"] == added["document"]["id"]
    again = upload(own, "haver.txt", text)
    assert (again.status_code, again.json()["status"]) == (200, "unchanged")
    gone = ferry_id(own)
    response = own.delete(f"/v1/documents/{gone}")
    assert (response.status_code, response.content) == (204, b"")
    hits = own.get("/v1/search", params={"q": "subsidie veerdienst"}).json()["hits"]
    assert all(hit["document"]["id"] != gone for hit in hits)
    problem(own.get(f"/v1/documents/{gone}"), 404, "niet-gevonden")
    problem(own.delete(f"/v1/documents/{gone}"), 404, "niet-gevonden")


def test_of_files_that_are_sent_together_none_is_dropped(own):
    files = [
        ("file", ("een.txt", b"Vraag 1\nHoeveel eiken?\n\nAntwoord 1\nDat zijn er 12.\n")),
        ("file", ("stuk.xyz", b"niet te lezen")),
        ("file", ("twee.txt", b"Vraag 1\nHoeveel beuken?\n\nAntwoord 1\nDat zijn er 30.\n")),
    ]
    response = own.post("/v1/documents", files=files)
    assert response.status_code == 201
    made = response.json()
    names = [each["document"]["source"] for each in made["documents"]]
    assert names == ["een.txt", "twee.txt"]
    assert made["document"] == made["documents"][0]["document"]
    ((failed),) = made["failed"]
    assert failed["name"] == "stuk.xyz"
    assert ".xyz" in failed["detail"]
    assert {"een.txt", "twee.txt"} <= set(sources(own)[0])
    again = own.post("/v1/documents", files=[files[0], files[2]])
    assert (again.status_code, again.json()["failed"]) == (200, [])


def test_a_verdict_counts_also_where_its_document_was_removed_and_507_says_what_to_do(
    own, monkeypatch
):
    def judged(answer):
        return own.post("/v1/feedback", json={"verdict": "up", "answer": answer})

    answer = ask(own, RIDERS)
    for in_index in (True, False):
        kept = judged(answer)
        assert kept.status_code == 201
        assert [each["in_index"] for each in kept.json()["citations"]] == [in_index]
        own.delete(f"/v1/documents/{ferry_id(own)}" if in_index else NOWHERE)
    monkeypatch.setattr("rag.service.feedback.MOST_FILE", 10)
    assert "feedback.jsonl" in problem(judged(answer), 507, "feedback-vol")["detail"]
    assert len(own.get("/v1/feedback").json()["feedback"]) == 2


# --- how it refuses


def test_a_question_that_cannot_be_used_is_refused_and_one_too_long_by_its_own_code(client):
    for question, said, code in (
        ("", "leeg", "ongeldige-invoer"),
        (" \n", "leeg", "ongeldige-invoer"),
        ("a\x00b" * 1000, "U+0000", "ongeldige-invoer"),
        ("a" * 2001, "2001 tekens", "vraag-te-lang"),
    ):
        for response in (
            client.post("/v1/ask", json={"question": question}),
            client.post("/v1/ask", json={"question": question, "stream": True}),
            client.get("/v1/search", params={"q": question}),
        ):
            assert said in problem(response, 422, code)["detail"]
    chat = {"model": "vraagbaak", "messages": [{"role": "user", "content": "a" * 2001}]}
    problem(client.post("/v1/chat/completions", json=chat), 400, "vraag-te-lang")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"question": 3}, "question"),
        ({"question": "wat?", "conversation": 3}, "conversation"),
        ({"question": "wat?", "conversation": "x" * 65}, "conversation"),
        ({"question": "wat?", "k": 101}, "k"),
        (["wat?"], "body moet een JSON-object zijn"),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused_naming_the_field(client, body, field):
    refused = problem(client.post("/v1/ask", json=body), 422, "ongeldige-invoer")
    assert refused["errors"][0]["field"] == field.split()[0]
    assert field in refused["detail"]


def test_what_is_wrong_with_a_field_has_a_code_beside_its_message(client):
    body = {"k": 0, "filters": {"kind": ["boek"]}, "history": [{}], "model": "x"}
    refused = problem(client.post("/v1/ask", json=body), 422, "ongeldige-invoer")
    said = {each["field"]: (each["code"], each["message"]) for each in refused["errors"]}
    kinds = said.pop("filters.kind")
    assert kinds[0] == "literal_error"
    assert said == {
        "question": ("missing", "question ontbreekt"),
        "k": ("greater_than_equal", "k moet minstens 1 zijn"),
        "history.question": ("missing", "history.question ontbreekt"),
        "model": ("extra_forbidden", "model is onbekend"),
    }
    assert refused["detail"] == "; ".join(each["message"] for each in refused["errors"]) + "."
    english = {"Accept-Language": "en"}
    told = client.post("/v1/ask", json=body, headers=english).json()["detail"]
    assert told.startswith("question: Field required; ")
    assert told.count(";") == 4
    k = client.post("/v1/ask", content=b'{"question": "x", "k": Infinity}', headers=IS_JSON)
    assert k.json()["detail"].startswith("k klopt niet (")


def test_other_unusable_input_is_refused(client):
    for content in (b"{", b"\xff", b""):
        response = client.post("/v1/ask", content=content, headers=IS_JSON)
        assert problem(response, response.status_code, "ongeldige-invoer")["status"] in (400, 422)
    for more in ({}, {"q": "veer", "k": "0"}, {"q": "veer", "k": "x"}, {"q": "veer", "from": "nu"}):
        problem(client.get("/v1/search", params=more), 422, "ongeldige-invoer")
    problem(client.post("/v1/documents", files={"file": (None, "tekst")}), 422, "ongeldige-invoer")
    late = client.post("/v1/ask", json={"question": "wat?", "filters": {"to": "2024-02-30"}})
    assert "2024-02-30" in problem(late, 422, "ongeldige-invoer")["detail"]
    for half in (  # of a character
        {"question": "wat?", "filters": {"document": ["\ud800"]}},
        {"question": "wat?", "history": [{"question": "wat?", "documents": ["\ud800"]}]},
        {"question": "wat \ud800?"},
    ):
        response = client.post("/v1/ask", content=json.dumps(half), headers=IS_JSON)
        problem(response, 422, "ongeldige-invoer")


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/v1/documents?soort=answers", "words, kind, from"),
        ("/v1/documents/x?taal=nl", "hier zijn er geen"),
        ("/v1/search?q=veer&from_=2024-01-01", "q, k, document"),
    ],
)
def test_an_unknown_query_parameter_is_refused_with_those_there_are(client, path, known):
    detail = problem(client.get(path), 422, "ongeldige-invoer")["detail"]
    assert repr(re.split("[?&]", path)[-1].split("=")[0]) in detail
    assert known in detail


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        *(("/v1/ask", None), ("/v1/ask", "text/plain"), ("/v1/feedback", "/")),
        *(("/v1/export", "application/x-www-form-urlencoded"), ("/v1/documents", None)),
        ("/v1/documents", "text/plain"),
    ],
)
def test_a_body_of_no_or_another_type_is_415(client, path, kind):
    headers = {} if kind is None else {"Content-Type": kind}
    response = client.post(path, content=b'{"question": "wat?"}', headers=headers)
    detail = problem(response, 415, "verkeerd-inhoudstype")["detail"]
    wanted = "multipart/form-data" if path == "/v1/documents" else "application/json"
    assert wanted in detail
    assert (kind or "niet gegeven") in detail


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/vnd.x+json"])
def test_json_by_other_names_is_json(client, kind):
    body = b'{"question": "Hoeveel gerst is er geoogst?"}'
    assert client.post("/v1/ask", content=body, headers={"Content-Type": kind}).status_code == 200


def test_what_is_not_there_is_404_and_a_wrong_method_405(client):
    ferry = f"/v1/documents/{ferry_id(client)}/vragen"
    for path, said in (
        ("/v2/niets", ""),
        (NOWHERE, "0123456789abcdef"),
        (f"{NOWHERE}/vragen/1", ""),
        ("/v1/search?q=veer&document=weg", "weg"),
        (f"{ferry}/9", "vraag 9"),
    ):
        assert said in problem(client.get(path), 404, "niet-gevonden")["detail"]
    problem(client.get(f"{ferry}/drie"), 422, "ongeldige-invoer")
    wrong = client.put("/v1/ask", json={})
    assert "POST" in problem(wrong, 405, "methode-niet-toegestaan")["detail"]


def test_messages_follow_the_accepted_language(client):
    def detail(header):
        headers = {"Accept-Language": header}
        response = client.post("/v1/ask", json={"question": ""}, headers=headers)
        return response.headers["content-language"], response.json()["detail"]

    for header in ("en", "en-GB, nl;q=0.5", "fr, en;q=0.3"):
        language, text = detail(header)
        assert (language, text[:12]) == ("en", "The question")
    for header in ("nl", "nl-NL, en;q=0.9", "fr", "*"):
        language, text = detail(header)
        assert (language, text[:8]) == ("nl", "De vraag")


def test_a_file_that_cannot_be_read_is_422_and_one_over_the_limit_413_stated_or_not(own, tmp_path):
    (tmp_path / "slecht").mkdir()
    for why, path in bad_files(tmp_path / "slecht").items():
        if why not in ("missing", "oversized"):
            refused = upload(own, path.name, path.read_bytes())
            assert path.name in problem(refused, 422, "onleesbaar-bestand")["detail"]
    large = b"Vraag 1 " * 150_000
    problem(upload(own, "g.txt", large), 413, "te-groot")

    def in_pieces(data):
        return (data[at : at + 60_000] for at in range(0, len(data), 60_000))

    request = own.build_request("POST", "/v1/documents", files={"file": ("g.txt", large * 2)})
    headers = {"Content-Type": request.headers["content-type"]}
    response = own.post("/v1/documents", content=in_pieces(request.read()), headers=headers)
    problem(response, 413, "te-groot")
    huge = json.dumps({"question": "wat?", "history": [{"question": "x" * 90_000}] * 20}).encode()
    for content in (huge, in_pieces(huge)):
        problem(own.post("/v1/ask", content=content, headers=IS_JSON), 413, "te-groot")
    assert len(own.get("/v1/documents").json()["documents"]) == 2


# --- ready or not


def test_not_ready_without_documents_but_they_can_be_added(service, tmp_path):
    client = service(index=open_index(tmp_path, encoder(), create=True))
    for path in ("/healthz", "/readyz"):  # signs of life can be had without a body
        response = client.head(path)
        assert (response.status_code, response.content) == (200 if path == "/healthz" else 503, b"")
    assert client.get("/healthz").json() == {"status": "ok"}
    body = problem(client.get("/readyz"), 503, "niet-gereed")
    assert [reason["code"] for reason in body["reasons"]] == ["geen-index"]
    problem(client.post("/v1/ask", json={"question": "wat?"}), 409, "geen-index")
    problem(client.post("/v1/ask", json={"question": "wat?", "stream": True}), 409, "geen-index")
    problem(client.get("/v1/search", params={"q": "wat?"}), 409, "geen-index")
    assert client.get("/v1/documents").json() == {"documents": [], "total": 0}
    upload(client, "gerst.txt", BARLEY.encode())
    assert client.get("/readyz").json()["documents"] == 1


def reasons(client):
    """The reasons why a service is not ready, once it has tried everything."""
    for _ in range(600):
        body = problem(client.get("/readyz"), 503, "niet-gereed")
        if "opent" not in body["detail"]:
            return body["reasons"]
        time.sleep(0.1)
    raise AssertionError(body)


def test_not_ready_without_the_reader_that_is_set(service, tmp_path):
    client = service(reader=str(tmp_path / "lezer"))
    (reason,) = reasons(client)
    assert reason["code"] == "model-niet-beschikbaar"
    assert str(tmp_path / "lezer") in reason["message"]
    problem(client.post("/v1/ask", json={"question": "wat?"}), 503, "model-niet-beschikbaar")


def test_not_ready_while_the_embedding_model_is_not_there(tmp_path):
    settings = settings_of(tmp_path, embedding_model=str(tmp_path / "geen-model"))
    with serving(create_app(settings)) as client:
        assert [reason["code"] for reason in reasons(client)] == ["model-niet-beschikbaar"]
        problem(client.get("/v1/documents"), 503, "model-niet-beschikbaar")
        assert client.get("/healthz").status_code == 200


def test_a_language_model_that_is_down_is_named_and_found_when_it_comes_until_it_goes(service):
    routes = {
        "/api/version": lambda exchange: exchange.give({"version": "0.12.0"}),
        "/api/tags": lambda exchange: exchange.give({"models": []}),
        "/api/show": lambda exchange: exchange.give(
            {"details": {"parameter_size": "4.3B"}, "model_info": {}}
        ),
    }
    with local_service({}) as ollama:
        client = service(model="ollama", ollama_url=ollama.url, ollama_model="gemma3:4b")
        refused = client.post("/v1/ask", json={"question": "Hoeveel subsidie?"})
        assert ollama.url in problem(refused, 503, "model-niet-beschikbaar")["detail"]
        assert client.get("/v1/search", params={"q": "subsidie"}).status_code == 200
        (reason,) = reasons(client)
        assert reason["code"] == "model-niet-beschikbaar"
        assert ollama.url in reason["message"]
        ollama.routes |= routes
        for _ in range(600):
            ready = client.get("/readyz")
            if ready.status_code == 200:
                break
            time.sleep(0.1)
        assert (ready.json()["model"], ready.json()["documents"]) == ("ollama:gemma3:4b", 2)
    assert [reason["code"] for reason in reasons(client)] == ["model-niet-beschikbaar"]
    assert client.get("/healthz").status_code == 200


def test_an_index_of_another_model_is_409(tmp_path, monkeypatch):
    filled(tmp_path).close()
    other = other_encoder()
    monkeypatch.setattr("index.encoders.embedding.load_encoder", lambda *_: other)
    with serving(create_app(settings_of(tmp_path))) as client:
        for path in ("/v1/documents", "/v1/search?q=veer"):
            assert "--rebuild" in problem(client.get(path), 409, "andere-index")["detail"]
        assert [reason["code"] for reason in reasons(client)] == ["andere-index"]


# --- the description


def test_every_operation_is_described_with_examples_under_a_name_that_stays(client):
    described = client.get("/openapi.json").json()
    names = []
    for path, verbs in described["paths"].items():
        for verb, operation in verbs.items():
            assert operation["summary"]
            names.append(operation["operationId"])
            for status, response in operation["responses"].items():
                where = (path, verb, status)
                content = response.get("content", {})
                if status == "204":
                    assert not content, where
                elif status.startswith("2") and "application/json" in content:
                    assert "example" in content["application/json"], where
                elif status.startswith("2"):
                    assert content, where
                else:
                    assert list(content) == [PROBLEM], where
                    assert content[PROBLEM]["examples"], where
            # Clients of OpenAI's API know no 422.
            is_openai = path.startswith(("/v1/chat", "/v1/embeddings", "/v1/models"))
            assert ("422" in operation["responses"]) is not is_openai, path
            assert "400" in operation["responses"] or not is_openai
    assert sorted(names) == sorted(OPERATIONS)
    assert described["components"]["schemas"]["AskIn"]["examples"]
    assert "Problem" in described["components"]["schemas"]
    assert "HTTPValidationError" not in described["components"]["schemas"]


# --- what waits and what is too much


def test_uploads_that_wait_hold_up_nothing_else_and_too_many_are_refused(
    service, tmp_path, monkeypatch
):
    index = filled(tmp_path)
    go_on, real = threading.Event(), index.add_bytes

    def slow(data, name):
        go_on.wait(60)
        return real(data, name)

    monkeypatch.setattr(index, "add_bytes", slow)
    statuses = []
    client = service(index=index, queue_size=3)

    def add(year):
        response = upload(client, f"{year}.txt", BARLEY.replace("2022", str(year)).encode())
        statuses.append((response.status_code, "retry-after" in response.headers))

    threads = [threading.Thread(target=add, args=(year,)) for year in range(1980, 2000)]
    for thread in threads:
        thread.start()
    while len(statuses) < 15:  # two are being read, three wait
        time.sleep(0.05)
    assert statuses == [(503, True)] * 15
    assert client.get("/healthz").status_code == 200
    assert "210.000 ton" in ask(client, "Hoeveel gerst is er in 2022 geoogst?")["answer"]
    go_on.set()
    for thread in threads:
        thread.join()
    assert statuses[15:] == [(201, False)] * 5
    assert len(client.get("/v1/documents").json()["documents"]) == 7
