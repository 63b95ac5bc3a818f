"""The REST service over a real server: what it gives, and how it refuses."""

import json
import threading
import time

import pytest
from local_service import serving as local_service
from service_parts import RIDERS, filled, serving, settings_of
from surface_parts import BARLEY, FERRY, LOCK, IdleModel, bad_files, encoder, other_encoder

from index.errors import VraagbaakError
from index.index import open_index
from rag.api.problem_details import TITLES
from rag.serving import create_app

PROBLEM = "application/problem+json"
NOWHERE = "/v1/documents/0123456789abcdef"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A service with two documents that no test changes."""
    folder = tmp_path_factory.mktemp("api")
    with serving(create_app(settings_of(folder), filled(folder))) as client:
        yield client


@pytest.fixture
def own(tmp_path):
    """A service with two documents for one test, that takes files of 1 MB."""
    settings = settings_of(tmp_path / "data", max_upload_mb=1)
    with serving(create_app(settings, filled(tmp_path / "data"))) as client:
        yield client


def ferry_id(client):
    listed = client.get("/v1/documents").json()["documents"]
    return next(each["id"] for each in listed if each["source"] == "veer.txt")


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


def test_a_question_gets_a_cited_answer_whose_url_serves_the_source(client):
    response = client.post("/v1/ask", json={"question": f"  {RIDERS}\n"})
    assert response.status_code == 200
    answer = response.json()
    assert answer["question"] == RIDERS
    assert not answer["abstained"]
    assert "48.000" in answer["answer"]
    citation = answer["citations"][0]
    source = client.get(citation["url"]).json()
    assert source["questions"] == citation["questions"] == [3, 4]
    assert citation["label"] == source["label"]
    assert citation["quote"] in source["text"]


def test_a_follow_up_question_is_read_with_its_history(client):
    history = [{"question": RIDERS, "answer": "48.000."}]
    response = client.post("/v1/ask", json={"question": "En in 2022?", "history": history})
    assert response.json()["read_as"] != "En in 2022?"


def test_a_conversation_keeps_its_turns_under_an_id(client):
    begin = {"question": RIDERS, "conversation": "new"}
    first = client.post("/v1/ask", json=begin).json()
    assert len(first["conversation"]) >= 20
    asked = {"question": "En in 2022?", "conversation": first["conversation"]}
    second = client.post("/v1/ask", json=asked).json()
    assert second["read_as"] == "Hoeveel reizigers vervoerde de veerdienst in 2022?"
    assert second["conversation"] == first["conversation"]
    third = client.post("/v1/ask", json=asked | {"question": "en een jaar eerder?"}).json()
    assert third["read_as"] == "Hoeveel reizigers vervoerde de veerdienst in 2021?"
    other = client.post("/v1/ask", json=asked | {"conversation": "new"}).json()
    assert other["read_as"] == "En in 2022?"
    assert other["conversation"] != first["conversation"]
    assert client.post("/v1/ask", json={"question": "Wat?"}).json()["conversation"] is None


def test_a_conversation_is_forgotten_at_once(client):
    asked = {"question": "Hoeveel gerst is er geoogst?", "conversation": "new"}
    begun = client.post("/v1/ask", json=asked).json()["conversation"]
    response = client.delete(f"/v1/conversations/{begun}")
    assert (response.status_code, response.content) == (204, b"")
    gone = client.post("/v1/ask", json=asked | {"conversation": begun})
    assert "conversation=new" in problem(gone, 404, "niet-gevonden")["detail"]
    problem(client.delete(f"/v1/conversations/{begun}"), 404, "niet-gevonden")


def test_search_finds_and_filters(client):
    found = client.get("/v1/search", params={"q": "subsidie van het veer", "k": 1}).json()
    assert [(hit["rank"], hit["questions"]) for hit in found["hits"]] == [(1, [2])]
    only = {"q": "gerst", "document": ferry_id(client), "kind": "answers", "from": "2024-01-01"}
    hits = client.get("/v1/search", params=only).json()["hits"]
    assert {hit["document"]["source"] for hit in hits} == {"veer.txt"}
    nothing = client.get("/v1/search", params={"q": "veer", "to": "1999-01-01"}).json()
    assert nothing["hits"] == []


def test_a_document_is_given_as_it_was_cut(client):
    whole = client.get(f"/v1/documents/{ferry_id(client)}").json()
    assert whole["text"] == FERRY
    for passage in whole["passages"]:
        assert whole["text"][passage["start"] : passage["end"]] == passage["text"]


def test_a_question_number_gives_the_verbatim_answer_and_its_neighbours(client):
    base = f"/v1/documents/{ferry_id(client)}/vragen"
    third = client.get(f"{base}/3").json()
    assert third["text"] == FERRY[third["start"] : third["end"]]
    assert third["text"].startswith("In 2023 vervoerde")
    assert (third["questions"], third["previous"], third["next"]) == ([3, 4], 2, 4)
    assert "vraag 3 en 4" in third["label"]
    assert len(third["question_spans"]) == 2
    assert client.get(f"{base}/1").json()["previous"] is None
    assert client.get(f"{base}/5").json()["next"] is None
    assert client.get(f"{base}/5").json()["refers_to"] == [2]


def test_sub_questions_and_lists_have_their_own_place(own):
    added = own.post("/v1/documents", files={"file": ("sluis.txt", LOCK.encode())}).json()
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
        cited = own.post("/v1/ask", json={"question": asked}).json()["citations"]
        assert any(each["url"].endswith(f"{base}/{place}") for each in cited)


def test_an_upload_is_found_at_once_and_a_second_time_unchanged(own):
    text = BARLEY.replace("gerst", "haver").encode()
    first = own.post("/v1/documents", files={"file": ("C:\\map\\haver.txt", text)})
    assert first.status_code == 201
    added = first.json()
    assert (added["status"], added["document"]["source"]) == ("added", "haver.txt")
    assert own.get(first.headers["location"]).json()["text"] == text.decode()
    hits = own.get("/v1/search", params={"q": "oogst van haver", "k": 1}).json()["hits"]
    assert hits[0]["document"]["id"] == added["document"]["id"]
    again = own.post("/v1/documents", files={"file": ("haver.txt", text)})
    assert (again.status_code, again.json()["status"]) == (200, "unchanged")


def test_a_removed_document_is_gone_at_once(own):
    gone = ferry_id(own)
    response = own.delete(f"/v1/documents/{gone}")
    assert (response.status_code, response.content) == (204, b"")
    hits = own.get("/v1/search", params={"q": "subsidie veerdienst"}).json()["hits"]
    assert all(hit["document"]["id"] != gone for hit in hits)
    problem(own.get(f"/v1/documents/{gone}"), 404, "niet-gevonden")
    problem(own.delete(f"/v1/documents/{gone}"), 404, "niet-gevonden")


def test_uploads_at_the_same_time_all_go_in(own):
    def upload(year):
        text = BARLEY.replace("2022", str(year)).encode()
        statuses.append(own.post("/v1/documents", files={"file": ("g.txt", text)}).status_code)

    statuses = []
    threads = [threading.Thread(target=upload, args=(year,)) for year in range(2010, 2014)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 4
    assert len(own.get("/v1/documents").json()["documents"]) == 6


# --- verdicts


def verdict_on(client, answer):
    """A verdict on an answer, as it is kept."""
    response = client.post("/v1/feedback", json={"verdict": "up", "answer": answer})
    assert response.status_code == 201
    return response.json()


def test_a_verdict_counts_also_where_its_document_was_removed_meanwhile(own):
    answer = own.post("/v1/ask", json={"question": RIDERS}).json()
    assert [each["in_index"] for each in verdict_on(own, answer)["citations"]] == [True]
    assert own.delete(f"/v1/documents/{ferry_id(own)}").status_code == 204
    assert [each["in_index"] for each in verdict_on(own, answer)["citations"]] == [False]
    assert len(own.get("/v1/feedback").json()["feedback"]) == 2


def test_where_feedback_is_full_a_verdict_is_507_and_says_what_to_do(own, monkeypatch):
    answer = own.post("/v1/ask", json={"question": "Kent u het bericht?"}).json()
    monkeypatch.setattr("rag.service.feedback.MOST_FILE", 10)
    response = own.post("/v1/feedback", json={"verdict": "up", "answer": answer})
    assert "feedback.jsonl" in problem(response, 507, "feedback-vol")["detail"]
    assert own.get("/v1/feedback").json() == {"feedback": []}


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
        ({}, "question"),
        ({"question": 3}, "question"),
        ({"question": "wat?", "model": "x"}, "model"),
        ({"question": "wat?", "history": [{}]}, "history.question"),
        ({"question": "wat?", "conversation": 3}, "conversation"),
        ({"question": "wat?", "conversation": "x" * 65}, "conversation"),
        ({"question": "wat?", "filters": {"kind": ["boek"]}}, "filters.kind"),
        (["wat?"], "body"),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused_naming_the_field(client, body, field):
    refused = problem(client.post("/v1/ask", json=body), 422, "ongeldige-invoer")
    assert refused["errors"][0]["field"] == field
    assert field in refused["detail"]


def test_other_unusable_input_is_refused(client):
    is_json = {"Content-Type": "application/json"}
    for content in (b"{", b"\xff", b""):
        response = client.post("/v1/ask", content=content, headers=is_json)
        assert problem(response, response.status_code, "ongeldige-invoer")["status"] in (400, 422)
    for params in (
        {},
        *({"q": "veer"} | each for each in ({"k": "0"}, {"k": "x"}, {"from": "nu"})),
    ):
        problem(client.get("/v1/search", params=params), 422, "ongeldige-invoer")
    filters = {"question": "wat?", "filters": {"to": "2024-02-30"}}
    refused = problem(client.post("/v1/ask", json=filters), 422, "ongeldige-invoer")
    assert "2024-02-30" in refused["detail"]
    problem(client.post("/v1/documents", files={"file": (None, "tekst")}), 422, "ongeldige-invoer")


def test_history_and_a_conversation_cannot_both_be_given(client):
    body = {"question": "En in 2022?", "history": [{"question": "Hoeveel gerst?"}]}
    for conversation in ("new", "iets"):
        refused = client.post("/v1/ask", json=body | {"conversation": conversation})
        detail = problem(refused, 400, "ongeldige-invoer")["detail"]
        assert "history" in detail
        assert "conversation" in detail


def test_a_question_that_fails_begins_no_conversation_and_ends_none(client):
    asked = {"question": "Hoeveel gerst is er geoogst?", "conversation": "new"}
    begun = client.post("/v1/ask", json=asked).json()["conversation"]
    bad = asked | {"conversation": begun, "filters": {"document": ["weg"]}}
    problem(client.post("/v1/ask", json=bad), 404, "niet-gevonden")
    after = client.post("/v1/ask", json={"question": "waarom?", "conversation": begun}).json()
    assert after["read_as"] == "Hoeveel gerst is er geoogst? waarom?"


def test_what_is_not_there_is_404(client):
    problem(client.get("/v2/niets"), 404, "niet-gevonden")
    problem(client.get(NOWHERE), 404, "niet-gevonden")
    problem(client.get(f"{NOWHERE}/vragen/1"), 404, "niet-gevonden")
    problem(client.get("/v1/search", params={"q": "veer", "document": "weg"}), 404, "niet-gevonden")
    ferry = ferry_id(client)
    missing = problem(client.get(f"/v1/documents/{ferry}/vragen/9"), 404, "niet-gevonden")
    assert "vraag 9" in missing["detail"]
    problem(client.get(f"/v1/documents/{ferry}/vragen/drie"), 422, "ongeldige-invoer")


def test_the_wrong_method_is_405_and_says_which(client):
    response = client.put("/v1/ask", json={})
    assert "POST" in problem(response, 405, "methode-niet-toegestaan")["detail"]
    assert response.headers["allow"] == "POST"


def test_messages_follow_the_accepted_language(client):
    def detail(header):
        response = client.post(
            "/v1/ask", json={"question": ""}, headers={"Accept-Language": header}
        )
        return response.headers["content-language"], response.json()["detail"]

    for header in ("en", "en-GB, nl;q=0.5", "fr, en;q=0.3"):
        language, text = detail(header)
        assert (language, text[:12]) == ("en", "The question")
    for header in ("nl", "nl-NL, en;q=0.9", "fr", "*"):
        language, text = detail(header)
        assert (language, text[:8]) == ("nl", "De vraag")
    missing = client.post("/v1/ask", json={}, headers={"Accept-Language": "en"}).json()
    assert "Field required" in missing["detail"]


def test_a_file_that_cannot_be_read_is_422_and_changes_nothing(client, tmp_path):
    for why, path in bad_files(tmp_path).items():
        if why not in ("missing", "oversized"):
            refused = client.post("/v1/documents", files={"file": (path.name, path.read_bytes())})
            assert path.name in problem(refused, 422, "onleesbaar-bestand")["detail"]
    assert len(client.get("/v1/documents").json()["documents"]) == 2


def test_a_body_over_the_limit_is_413_stated_or_not(own):
    large = b"Vraag 1 " * 150_000
    problem(own.post("/v1/documents", files={"file": ("g.txt", large)}), 413, "te-groot")
    larger = {"file": ("g.txt", large * 2)}
    request = own.build_request("POST", "/v1/documents", files=larger)
    chunks = (request.read()[at : at + 60_000] for at in range(0, len(request.read()), 60_000))
    headers = {"Content-Type": request.headers["content-type"]}
    problem(own.post("/v1/documents", content=chunks, headers=headers), 413, "te-groot")
    huge = {"question": "wat?", "history": [{"question": "x" * 90_000}] * 20}
    problem(own.post("/v1/ask", json=huge), 413, "te-groot")
    pieces = (json.dumps(huge).encode()[at : at + 60_000] for at in range(0, 1_900_000, 60_000))
    is_json = {"Content-Type": "application/json"}
    problem(own.post("/v1/ask", content=pieces, headers=is_json), 413, "te-groot")
    assert len(own.get("/v1/documents").json()["documents"]) == 2


# --- ready or not


def test_ready_with_documents_and_models(tmp_path):
    app = create_app(settings_of(tmp_path, model="auto"), filled(tmp_path), IdleModel())
    with serving(app) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["model"]) == (200, "fake:model")
        assert ready.json()["documents"] == 2


def test_not_ready_without_documents_but_they_can_be_added(tmp_path):
    index = open_index(tmp_path, encoder(), create=True)
    with serving(create_app(settings_of(tmp_path), index)) as client:
        assert client.get("/healthz").status_code == 200
        body = problem(client.get("/readyz"), 503, "niet-gereed")
        assert [reason["code"] for reason in body["reasons"]] == ["geen-index"]
        problem(client.post("/v1/ask", json={"question": "wat?"}), 409, "geen-index")
        problem(client.get("/v1/search", params={"q": "wat?"}), 409, "geen-index")
        assert client.get("/v1/documents").json() == {"documents": [], "total": 0}
        client.post("/v1/documents", files={"file": ("gerst.txt", BARLEY.encode())})
        assert client.get("/readyz").status_code == 200


def reasons(client):
    """The reasons why a service is not ready, once it has tried everything."""
    for _ in range(100):
        body = problem(client.get("/readyz"), 503, "niet-gereed")
        if "opent" not in body["detail"]:
            return body["reasons"]
        time.sleep(0.1)
    raise AssertionError(body)


def test_not_ready_without_the_reader_that_is_set(tmp_path):
    settings = settings_of(tmp_path, reader=str(tmp_path / "lezer"))
    with serving(create_app(settings, filled(tmp_path))) as client:
        (reason,) = reasons(client)
        assert reason["code"] == "model-niet-beschikbaar"
        assert str(tmp_path / "lezer") in reason["message"]
        problem(client.post("/v1/ask", json={"question": "wat?"}), 503, "model-niet-beschikbaar")


def test_not_ready_while_the_models_are_not_there(tmp_path):
    settings = settings_of(
        tmp_path,
        model="ollama",
        ollama_url="http://127.0.0.1:9",
        embedding_model=str(tmp_path / "geen-model"),
    )
    with serving(create_app(settings)) as client:
        codes = [reason["code"] for reason in reasons(client)]
        assert codes == ["model-niet-beschikbaar"] * 2
        problem(client.get("/v1/documents"), 503, "model-niet-beschikbaar")
        assert client.get("/healthz").status_code == 200


def test_a_language_model_that_is_down_is_503_naming_it(tmp_path):
    settings = settings_of(tmp_path, model="ollama", ollama_url="http://127.0.0.1:9")
    with serving(create_app(settings, filled(tmp_path))) as client:
        refused = client.post("/v1/ask", json={"question": "Hoeveel subsidie?"})
        assert "127.0.0.1:9" in problem(refused, 503, "model-niet-beschikbaar")["detail"]
        assert client.get("/v1/search", params={"q": "subsidie"}).status_code == 200
        assert "127.0.0.1:9" in reasons(client)[0]["message"]


def test_an_index_of_another_model_is_409(tmp_path, monkeypatch):
    filled(tmp_path).close()

    other = other_encoder()
    monkeypatch.setattr("index.encoders.embedding.load_encoder", lambda *_: other)
    with serving(create_app(settings_of(tmp_path))) as client:
        for path in ("/v1/documents", "/v1/search?q=veer"):
            assert "--rebuild" in problem(client.get(path), 409, "andere-index")["detail"]
        assert [reason["code"] for reason in reasons(client)] == ["andere-index"]


def test_an_unforeseen_error_is_500_without_its_details(tmp_path):
    class Broken:
        def documents(self):
            raise RuntimeError("geheim pad /etc")

        def close(self):
            pass

    with serving(create_app(settings_of(tmp_path), Broken())) as client:
        body = problem(client.get("/v1/documents"), 500, "fout")
        assert "geheim" not in json.dumps(body)


# --- the description


def test_every_operation_is_described_with_examples(client):
    described = client.get("/openapi.json").json()
    operations = [
        (path, verb, operation)
        for path, verbs in described["paths"].items()
        for verb, operation in verbs.items()
    ]
    assert len(operations) == 23
    for path, verb, operation in operations:
        assert operation["summary"]
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
    assert described["components"]["schemas"]["AskIn"]["examples"]
    assert "Problem" in described["components"]["schemas"]
    assert "HTTPValidationError" not in described["components"]["schemas"]


def test_every_error_has_a_title():
    def codes(kind):
        return {kind.code}.union(*map(codes, kind.__subclasses__()))

    assert codes(VraagbaakError) <= TITLES.keys()


def test_a_model_that_comes_later_is_found_by_asking_for_readiness(tmp_path):
    with local_service({}) as ollama:
        settings = settings_of(
            tmp_path, model="ollama", ollama_url=ollama.url, ollama_model="gemma3:4b"
        )
        with serving(create_app(settings, filled(tmp_path))) as client:
            found = reasons(client)
            assert [reason["code"] for reason in found] == ["model-niet-beschikbaar"]
            ollama.routes |= {
                "/api/version": lambda exchange: exchange.give({"version": "0.12.0"}),
                "/api/tags": lambda exchange: exchange.give({"models": []}),
                "/api/show": lambda exchange: exchange.give(
                    {"details": {"parameter_size": "4.3B"}, "model_info": {}}
                ),
            }
            for _ in range(100):
                ready = client.get("/readyz")
                if ready.status_code == 200:
                    break
                time.sleep(0.1)
            assert ready.json()["model"] == "ollama:gemma3:4b"


# --- what waits and what is too much


def test_uploads_that_wait_hold_up_nothing_else_and_too_many_are_refused(tmp_path, monkeypatch):
    index = filled(tmp_path)
    go_on, real = threading.Event(), index.add_bytes

    def slow(data, name):
        go_on.wait(60)
        return real(data, name)

    monkeypatch.setattr(index, "add_bytes", slow)
    statuses = []
    with serving(create_app(settings_of(tmp_path, queue_size=3), index)) as client:

        def upload(year):
            text = BARLEY.replace("2022", str(year)).encode()
            response = client.post("/v1/documents", files={"file": (f"{year}.txt", text)})
            statuses.append((response.status_code, "retry-after" in response.headers))

        threads = [threading.Thread(target=upload, args=(year,)) for year in range(1950, 2000)]
        for thread in threads:
            thread.start()
        while len(statuses) < 45:  # two are being read, three wait
            time.sleep(0.05)
        assert statuses == [(503, True)] * 45
        assert client.get("/healthz").status_code == 200
        asked = client.post("/v1/ask", json={"question": "Hoeveel gerst is er in 2022 geoogst?"})
        assert "210.000 ton" in asked.json()["answer"]
        go_on.set()
        for thread in threads:
            thread.join()
    assert statuses[45:] == [(201, False)] * 5


def test_signs_of_life_can_be_had_without_a_body(client):
    for path in ("/healthz", "/readyz"):
        response = client.head(path)
        assert (response.status_code, response.content) == (200, b"")


def test_half_a_character_is_refused(client):
    for body in (
        {"question": "wat?", "filters": {"document": ["\ud800"]}},
        {"question": "wat?", "history": [{"question": "wat?", "documents": ["\ud800"]}]},
        {"question": "wat \ud800?"},
    ):
        is_json = {"Content-Type": "application/json"}
        response = client.post("/v1/ask", content=json.dumps(body), headers=is_json)
        problem(response, 422, "ongeldige-invoer")


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
    held = {each["source"] for each in own.get("/v1/documents").json()["documents"]}
    assert {"een.txt", "twee.txt"} <= held
    again = own.post("/v1/documents", files=[files[0], files[2]])
    assert (again.status_code, again.json()["failed"]) == (200, [])
