"""The API against its own description: whatever is sent, it gives what `/openapi.json` promises.

Generated requests (valid, invalid, and with methods, headers and bodies that no client should send)
come from schemathesis, always the same ones; the rest is one good request an operation, and every
refusal that the API has in common.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema
import pytest
import schemathesis
from running_service import client_of, filled, served, settings_of
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import positive_data_acceptance, response_schema_conformance
from service_parts import LONG_S, HeldModel
from surface_parts import encoder

from index.index import open_index
from rag.service.keys import Keys
from rag.serving import create_app

DESCRIPTION = create_app(settings_of(Path("nowhere"))).openapi()
API = schemathesis.openapi.from_dict(DESCRIPTION)
API.config.generation.update(max_examples=20, deterministic=True)
# A body that breaks its schema by its length may be too large before it is read.
API.config.checks.negative_data_rejection.expected_statuses.append("413")

# What stands in a path where it does not matter.
SOME = {"id": "x", "name": "x", "n": 1}

PDF = Path(__file__).parents[3] / "samples" / "ah-tk-20232024-9160.pdf"
QUESTION = "Hoeveel reizigers vervoerde de veerdienst in 2023?"
OPERATIONS = sorted(
    f"{verb.upper()} {path}" for path, verbs in DESCRIPTION["paths"].items() for verb in verbs
)


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contract")
    with served(create_app(settings_of(folder, rate_limit=0), filled(folder))) as url:
        yield url


@pytest.fixture
def client(url):
    with client_of(url) as client:
        yield client


def as_described(operation, response, *excluded):
    """Hold `response` to what the description says of `operation` ("GET /v1/search")."""
    method, path = operation.split()
    case = API[path][method].Case(path_parameters=SOME)
    response.request.read()  # an upload has not kept what it sent
    is_stream = response.headers.get("content-type", "").startswith("text/event-stream")
    case.validate_response(response, excluded_checks=[*left_out(is_stream), *excluded])


def left_out(is_stream):
    """Checks that cannot hold."""
    # JSON Schema cannot say which question is blank, which file holds text, which answer is whole;
    # and it takes the schema of a stream for that of one event: these have a test of their own.
    return [positive_data_acceptance, *([response_schema_conformance] if is_stream else [])]


def valid(value, schema):
    jsonschema.validate(value, schema | {"components": DESCRIPTION["components"]})


# --- whatever is sent


@API.parametrize()
def test_any_request_gets_a_described_response_and_never_a_fault(case, url):
    response = case.call(base_url=url)
    is_stream = "text/event-stream" in response.headers.get("content-type", [""])[0]
    case.validate_response(response, excluded_checks=left_out(is_stream))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Type", "application/json; charset=klinkklaar"),
        ("Content-Type", "multipart/form-data"),
        ("Content-Type", "multipart/form-data; boundary=x"),
        ("Content-Type", "/"),
        ("Content-Encoding", "gzip"),
        ("Accept", "text/html;q=x"),
        ("Accept-Language", "nl;q=9, en;q=, ,;"),
        ("Accept-Language", "n" * 4000),
        ("Authorization", "Basic \xe9\xff"),
        ("Origin", "http://["),
        ("Host", "localhost:poort"),
        ("Host", "\xe9\xff"),
        ("Cookie", "a=b; \xff"),
    ],
)
def test_odd_headers_get_a_described_response(client, name, value):
    for operation in OPERATIONS:
        method, path = operation.split()
        headers = {name: value.encode("latin-1")}
        response = client.request(
            method, path.format(**SOME), headers=headers, content=b'{"question": "\xff'
        )
        if response.text == "Invalid HTTP request received.":
            # What is not HTTP at all does not reach the service.
            assert response.status_code == 400
        else:
            as_described(operation, response)


# --- what is asked well


def good(client):
    """One good request an operation, in an order in which each can do its work."""
    oats = {"file": ("haver.txt", b"Vraag 1\nIs er haver?\n\nAntwoord 1\nJa, 12 ton.\n")}
    added = yield "POST /v1/documents", 201, client.post("/v1/documents", files=oats)
    place = f"/v1/documents/{added['document']['id']}"
    yield "POST /v1/documents", 200, client.post("/v1/documents", files=oats)
    yield "GET /v1/documents", 200, client.get("/v1/documents")
    yield "GET /v1/documents/{id}", 200, client.get(place)
    yield "GET /v1/documents/{id}/vragen/{n}", 200, client.get(f"{place}/vragen/1")
    yield "GET /v1/documents/{id}/origineel", 200, client.get(f"{place}/origineel")
    yield "DELETE /v1/documents/{id}", 204, client.delete(place)
    pdf = {"file": (PDF.name, PDF.read_bytes())}
    added = yield "POST /v1/documents", 201, client.post("/v1/documents", files=pdf)
    pages = f"/v1/documents/{added['document']['id']}/bladzijden"
    wanted = {"start": 900, "end": 1200}
    yield "GET /v1/documents/{id}/bladzijden", 200, client.get(pages, params=wanted)
    yield "GET /v1/documents/{id}/bladzijden/{n}", 200, client.get(f"{pages}/1")
    yield "DELETE /v1/documents/{id}", 204, client.delete(pages.removesuffix("/bladzijden"))
    yield "GET /v1/starters", 200, client.get("/v1/starters")
    yield "GET /v1/search", 200, client.get("/v1/search", params={"q": QUESTION})
    asked = {"question": QUESTION, "conversation": "new"}
    answer = yield "POST /v1/ask", 200, client.post("/v1/ask", json=asked)
    assert answer["citations"]
    refused = {"question": QUESTION, "filters": {"to": "1999-01-01"}}
    refusal = yield "POST /v1/ask", 200, client.post("/v1/ask", json=refused)
    assert refusal["abstained"]
    begun = f"/v1/conversations/{answer['conversation']}"
    yield "DELETE /v1/conversations/{id}", 204, client.delete(begun)
    verdict = {"verdict": "down", "remark": "te kort", "answer": answer}
    kept = yield "POST /v1/feedback", 201, client.post("/v1/feedback", json=verdict)
    yield "GET /v1/feedback", 200, client.get("/v1/feedback")
    yield "DELETE /v1/feedback/{id}", 204, client.delete(f"/v1/feedback/{kept['id']}")
    for format in ("markdown", "docx"):
        wanted = {"format": format, "answers": [answer, refusal]}
        yield "POST /v1/export", 200, client.post("/v1/export", json=wanted)
    models = yield "GET /v1/models", 200, client.get("/v1/models")
    name = models["data"][0]["id"]
    yield "GET /v1/models/{name}", 200, client.get(f"/v1/models/{name}")
    vectors = {"model": "vraagbaak-embeddings", "input": [QUESTION]}
    yield "POST /v1/embeddings", 200, client.post("/v1/embeddings", json=vectors)
    chat = {"model": name, "messages": [{"role": "user", "content": QUESTION}]}
    yield "POST /v1/chat/completions", 200, client.post("/v1/chat/completions", json=chat)
    yield "GET /healthz", 200, client.get("/healthz")
    yield "GET /readyz", 200, client.get("/readyz")
    yield "GET /metrics", 200, client.get("/metrics")


def test_every_operation_succeeds_as_described(client):
    done = set()
    requests = good(client)
    operation, status, response = next(requests)
    while True:
        assert response.status_code == status, (operation, response.text)
        as_described(operation, response)
        assert ("content-type" in response.headers) == (status != 204), operation
        is_json = response.content.startswith(b"{")
        done.add(operation)
        try:
            operation, status, response = requests.send(response.json() if is_json else None)
        except StopIteration:
            break
    assert sorted(done) == OPERATIONS


def test_examples_in_the_description_are_what_it_describes():
    operations = [each for verbs in DESCRIPTION["paths"].values() for each in verbs.values()]
    answers = [answer for each in operations for answer in each["responses"].values()]
    checked = 0
    for content in (each for answer in answers for each in answer.get("content", {}).values()):
        given = [each["value"] for each in content.get("examples", {}).values()]
        for example in [*given, *([content["example"]] if "example" in content else [])]:
            valid(example, content["schema"])
            checked += 1
    assert checked > 100


# --- how it refuses


def test_without_documents_what_needs_them_is_refused_as_described(service, tmp_path):
    client = service(index=open_index(tmp_path, encoder(), create=True))
    refused = {
        "POST /v1/ask": client.post("/v1/ask", json={"question": QUESTION}),
        "GET /v1/search": client.get("/v1/search", params={"q": QUESTION}),
        "GET /readyz": client.get("/readyz"),
    }
    assert [each.status_code for each in refused.values()] == [409, 409, 503]
    for operation, response in refused.items():
        as_described(operation, response, not_a_server_error)


def test_a_full_service_refuses_as_described(service):
    chat = {"model": "vraagbaak", "messages": [{"role": "user", "content": QUESTION}]}
    with HeldModel() as model, ThreadPoolExecutor() as pool, model:
        client = service(model, model_slots=1, queue_size=0)
        first = pool.submit(client.post, "/v1/ask", json={"question": QUESTION})
        model.began.get(timeout=LONG_S)
        asked = client.post("/v1/ask", json={"question": QUESTION})
        chatted = client.post("/v1/chat/completions", json=chat)
        model.go.set()
        assert first.result().status_code == 200
    for operation, response in (("POST /v1/ask", asked), ("POST /v1/chat/completions", chatted)):
        assert (response.status_code, response.json()["code"]) == (503, "bezet")
        assert int(response.headers["retry-after"]) >= 1
        as_described(operation, response, not_a_server_error)


def test_a_request_without_a_key_from_elsewhere_or_too_soon_is_refused_as_described(
    service, tmp_path
):
    key, _ = Keys(tmp_path).create("iemand", ["read"])
    client = service(rate_limit=1)
    for operation in OPERATIONS:
        method, path = operation.split()
        unknown = client.request(method, path.format(**SOME))
        elsewhere = client.request(method, path.format(**SOME), headers={"Host": "elders.example"})
        is_open = path in ("/healthz", "/readyz")
        assert (unknown.status_code, elsewhere.status_code) == (200 if is_open else 401, 403)
        as_described(operation, unknown)
        as_described(operation, elsewhere)
    asked = [
        client.get("/v1/documents", headers={"Authorization": f"Bearer {key}"}) for _ in range(2)
    ]
    assert [each.status_code for each in asked] == [200, 429]
    as_described("GET /v1/documents", asked[1])


def test_every_path_names_all_its_methods_where_one_is_not_allowed(client):
    for path, verbs in DESCRIPTION["paths"].items():
        response = client.request("PATCH", path.format(**SOME))
        assert response.status_code == 405
        # HEAD goes with GET where it is there, and is not described apart.
        allowed = set(response.headers["allow"].split(", ")) - {"HEAD"}
        assert allowed == {verb.upper() for verb in verbs}
