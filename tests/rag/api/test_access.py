"""Who may come in and what they can learn: keys, Host and Origin, limits, headers, log, metrics."""

from __future__ import annotations

import io
import json
import logging
import socket
import sys
import threading
import time

import pytest
from local_service import serving
from running_service import client_of, process
from service_parts import HeldModel, filled, until

from index import paths
from rag.api.middleware import MAX_JSON_BYTES
from rag.cli.main import main
from rag.service import logs
from rag.service.keys import Keys

PROBLEM = "application/problem+json"
QUESTION = "Hoeveel reizigers vervoerde de veerdienst in 2023?"
ASK = {"question": QUESTION}
TOLD = "In 2023 vervoerde de veerdienst 48.000 reizigers."
OATS = {"file": ("haver.txt", b"Vraag 1\nIs er haver?\n\nAntwoord 1\nJa, 12 ton.\n")}
OPEN = ("/", "/web/main.js", "/healthz", "/readyz", "/openapi.json")


@pytest.fixture
def log(monkeypatch):
    """What a service in this process writes to its log, as text."""
    names = ("vraagbaak", "uvicorn", "uvicorn.access")
    before = [(logging.getLogger(name), vars(logging.getLogger(name)).copy()) for name in names]
    written = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written)
        logs.configure("debug", "text")
    yield written
    for logger, was in before:
        logger.handlers, logger.propagate = was["handlers"], was["propagate"]
        logger.setLevel(was["level"])


def key_of(folder, *scopes):
    """A new key as a header, and its id."""
    text, made = Keys(folder).create("iemand", scopes)
    return {"Authorization": f"Bearer {text}"}, made.id


def problem(response, status, code):
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    assert response.json()["code"] == code
    return response.json()["detail"]


def every_request(client, headers=None):
    """A request of every kind that belongs to all: name -> response."""
    return {
        "list": client.get("/v1/documents", headers=headers),
        "ask": client.post("/v1/ask", json=ASK, headers=headers),
        "stream": client.post("/v1/ask", json=ASK | {"stream": True}, headers=headers),
        "search": client.get("/v1/search", params={"q": QUESTION}, headers=headers),
        "models": client.get("/v1/models", headers=headers),
        "metrics": client.get("/metrics", headers=headers),
        "add": client.post("/v1/documents", files=OATS, headers=headers),
        "remove": client.delete("/v1/documents/0123456789abcdef", headers=headers),
        "verdicts": client.get("/v1/feedback", headers=headers),
        "remove verdict": client.delete("/v1/feedback/0123456789abcdef", headers=headers),
        "forget": client.delete("/v1/conversations/x", headers=headers),
    }


CHANGES = {"add", "remove", "verdicts", "remove verdict"}


# --- keys


def test_once_there_is_a_key_only_the_page_and_signs_of_life_need_none_until_it_is_revoked(
    service, tmp_path
):
    client = service()
    assert client.get("/v1/documents").status_code == 200
    given, id = key_of(tmp_path, "read")
    wrong = ("", "Bearer", "Bearer x", "Basic dXNlcjpwYXNz", "Bearer vb_00000000_" + "A" * 43)
    for headers in ({}, *({"Authorization": each} for each in wrong)):
        response = client.get("/v1/documents", headers=headers)
        problem(response, 401, "geen-toegang")
        assert response.headers["www-authenticate"] == "Bearer"
    assert {path: client.get(path).status_code for path in OPEN} == dict.fromkeys(OPEN, 200)
    assert client.get("/v1/documents", headers=given).status_code == 200
    Keys(tmp_path).revoke(id)
    for headers in (given, {}):
        problem(client.get("/v1/documents", headers=headers), 401, "geen-toegang")


def test_a_key_opens_what_its_scopes_say_and_nothing_else(service, tmp_path):
    reader, _ = key_of(tmp_path, "read")
    writer, _ = key_of(tmp_path, "write")
    client = service()
    by_reader, by_writer = every_request(client, reader), every_request(client, writer)
    assert {name for name, each in by_reader.items() if each.status_code == 403} == CHANGES
    assert {name for name, each in by_writer.items() if each.status_code != 403} == CHANGES
    refused = client.post("/v1/documents", files=OATS, headers=reader)
    assert "`write`" in problem(refused, 403, "geen-recht")


# --- Host and Origin


def test_this_machine_is_let_in_by_its_own_names_only(client):
    for host in ("elders.example", "127.0.0.1.elders.example", "[", "", "localhost@elders.example"):
        for path in ("/v1/documents", "/healthz", "/"):
            problem(client.get(path, headers={"Host": host}), 403, "geen-recht")
    for host in ("localhost", "LOCALHOST:1234", "127.0.0.1:8765", "[::1]:8765"):
        assert client.get("/v1/documents", headers={"Host": host}).status_code == 200, host


@pytest.mark.parametrize(
    ("settings", "allowed", "refused"),
    [
        (
            {"allowed_hosts": "vragen.example, www.vragen.example"},
            ("vragen.example", "www.vragen.example:443"),
            "localhost",
        ),
        ({"host": "0.0.0.0", "without_keys": True}, ("elders.example",), "["),
    ],
)
def test_names_can_be_allowed_or_all_that_are_names(service, settings, allowed, refused):
    client = service(**settings)
    for host in allowed:
        assert client.get("/v1/documents", headers={"Host": host}).status_code == 200
    problem(client.get("/v1/documents", headers={"Host": refused}), 403, "geen-recht")


def test_only_its_own_page_can_change_and_ask_and_no_other_reads(client):
    for origin in ("https://elders.example", "null", "http://[", "http://localhost", "", "x"):
        headers = {"Origin": origin}
        problem(client.post("/v1/ask", json=ASK, headers=headers), 403, "geen-recht")
        problem(client.post("/v1/documents", files=OATS, headers=headers), 403, "geen-recht")
        problem(client.delete("/v1/documents/x", headers=headers), 403, "geen-recht")
    assert len(client.get("/v1/documents").json()["documents"]) == 3
    own = str(client.base_url).rstrip("/")
    assert client.post("/v1/ask", json=ASK, headers={"Origin": own}).status_code == 200
    for method, path in (("GET", "/v1/documents"), ("GET", "/"), ("OPTIONS", "/v1/ask")):
        response = client.request(method, path, headers={"Origin": "https://elders.example"})
        assert not [name for name in response.headers if name.startswith("access-control-")]


def test_a_page_whose_address_is_set_may_ask_and_read_with_a_key(service, tmp_path):
    headers, _ = key_of(tmp_path, "read")
    client = service(cors_origins="https://vragen.example")
    asks = {
        "Origin": "https://vragen.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    preflight = client.options("/v1/ask", headers=asks)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "https://vragen.example"
    assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
    origin = {"Origin": "https://vragen.example"}
    for response, status in (
        (client.post("/v1/ask", json=ASK, headers=headers | origin), 200),
        (client.post("/v1/ask", json=ASK, headers=origin), 401),
    ):
        assert response.status_code == status
        assert response.headers["access-control-allow-origin"] == "https://vragen.example"
        assert "access-control-allow-credentials" not in response.headers
    other = client.options("/v1/ask", headers=asks | {"Origin": "https://elders.example"})
    assert "access-control-allow-origin" not in other.headers
    elsewhere = headers | {"Origin": "https://elders.example"}
    problem(client.post("/v1/ask", json=ASK, headers=elsewhere), 403, "geen-recht")


# --- limits


def test_each_key_has_a_rate_of_its_own(service, tmp_path):
    first, second = (key_of(tmp_path, "read")[0] for _ in range(2))
    client = service(rate_limit=2)
    statuses = [client.get("/v1/models", headers=first).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = client.get("/v1/models", headers=first)
    problem(refused, 429, "te-vaak")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert client.get("/v1/models", headers=second).status_code == 200
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        *(
            ("/v1/ask", b""),
            ("/v1/ask", b"{"),
            ("/v1/documents", b""),
            ("/v1/documents", b"--x\r\n"),
        ),
        *(("/v1/chat/completions", b"{"), ("/mcp", b"")),
    ],
)
def test_a_body_that_does_not_come_ends_its_request_and_connection(client, monkeypatch, path, sent):
    monkeypatch.setattr("rag.api.middleware.BODY_S", 0.2)
    monkeypatch.setattr("rag.api.middleware.BYTES_PER_S", 10**12)
    kind = "multipart/form-data; boundary=x" if path == "/v1/documents" else "application/json"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {client.base_url.host}\r\nContent-Type: {kind}\r\n"
        "Accept: application/json, text/event-stream\r\nContent-Length: 100\r\n\r\n"
    )
    address = (client.base_url.host, client.base_url.port)
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(head.encode() + sent)
        with connection.makefile("rb") as file:
            reply = file.read()  # to the end: the service closes the connection
    status, _, rest = reply.partition(b"\r\n")
    assert status.split()[1] == b"408", reply
    headers, _, body = rest.partition(b"\r\n\r\n")
    assert PROBLEM.encode() in headers
    assert json.loads(body)["code"] == "onvolledig-verzoek"


def test_a_body_that_comes_slowly_but_in_time_is_answered(client, monkeypatch):
    monkeypatch.setattr("rag.api.middleware.BODY_S", 60)
    body = json.dumps(ASK).encode()

    def slowly():
        for at in range(0, len(body), 20):
            time.sleep(0.05)
            yield body[at : at + 20]

    json_type = {"Content-Type": "application/json"}
    assert client.post("/v1/ask", content=slowly(), headers=json_type).status_code == 200


def test_an_answer_that_takes_longer_than_a_body_may_is_given(service, monkeypatch):
    monkeypatch.setattr("rag.api.middleware.BODY_S", 0.0)
    monkeypatch.setattr("rag.api.middleware.BYTES_PER_S", 10 * MAX_JSON_BYTES)  # 0.1 s
    with HeldModel() as model:
        client = service(model)
        threading.Timer(0.5, model.go.set).start()
        assert client.post("/v1/ask", json=ASK).status_code == 200
        assert model.ended.get_nowait() == ""


# --- what goes along with every response


def test_every_response_has_security_headers_and_an_id_of_its_own(client):
    responses = [
        client.get("/"),
        client.get("/web/main.js"),
        client.get("/v1/documents"),
        client.post("/v1/ask", json=ASK | {"stream": True}),
        client.get("/niets"),
        client.post("/v1/ask", json={}),
        client.get("/v1/documents", headers={"Host": "elders.example"}),
        client.get("/metrics"),
    ]
    for response in responses:
        policy = dict(
            each.strip().partition(" ")[::2]
            for each in response.headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert "unsafe" not in str(policy)
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert "server" not in response.headers or "uvicorn" in response.headers["server"]
    assert len({response.headers["x-request-id"] for response in responses}) == len(responses)
    given = client.get("/healthz", headers={"X-Request-ID": "van-mij"})
    assert given.headers["x-request-id"] != "van-mij"
    for number in (2, 3):  # documents and answers are not kept by caches
        assert responses[number].headers["cache-control"] == "no-store"


def test_a_fault_of_the_service_has_them_too_and_a_line_with_its_id(service, tmp_path, log):
    index = filled(tmp_path)
    index.document = index.is_empty = lambda *_: 1 / 0
    response = service(index=index).get("/v1/documents/x")
    assert "ZeroDivision" not in response.text
    problem(response, 500, "fout")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    lines = lines_of(log, response)
    assert ["ZeroDivisionError" in line for line in lines] == [True, False]
    assert "status=500" in lines[1]
    until(lambda: "warm-up failed" in log.getvalue())  # no caller to raise it to


def lines_of(log, response):
    """The two lines of a request; the second is written once the response has been sent."""
    id = f"request_id={response.headers['x-request-id']}"
    until(lambda: log.getvalue().count(id) == 2)
    return [line for line in log.getvalue().splitlines() if id in line]


# --- what it tells of those who ask


SECRET = "zeekomkommer"


def ask_about_the_secret(client, headers=None):
    question = f"Hoeveel {SECRET}s vervoerde de veerdienst?"
    for body in (
        {"question": question},
        {"question": question, "stream": True},
        {"question": question, "filters": {"document": [SECRET]}},
        {"question": question + "\x00"},
        {"vraag": question},
    ):
        client.post("/v1/ask", json=body, headers=headers)
    client.get("/v1/search", params={"q": question}, headers=headers)
    chat = {"model": "vraagbaak", "messages": [{"role": "user", "content": question}]}
    client.post("/v1/chat/completions", json=chat, headers=headers)


def test_the_log_and_the_metrics_hold_no_word_of_a_question_and_no_key(service, tmp_path, log):
    headers, id = key_of(tmp_path, "read")
    client = service()
    ask_about_the_secret(client, headers)
    every_request(client, headers)
    told = log.getvalue() + client.get("/metrics", headers=headers).text
    assert "vraagbaak.answers answer" in told
    assert id in told
    assert SECRET not in told
    assert headers["Authorization"].split("_", 2)[2] not in told


def test_the_log_holds_questions_where_that_is_set_and_no_path_can_forge_a_line(service, log):
    client = service(log_questions=True)
    ask_about_the_secret(client)
    assert SECRET in log.getvalue()
    forged = "2026-01-01T00:00:00Z info vraagbaak.answers vervalst"
    inside = ["%0A", "%0d%0a", "%E2%80%A8", "%1b[2J", "%C2%85"]
    for each in inside:
        client.get(f"/v1/documents/x{each}{forged.replace(' ', '%20')}")
    client.post("/v1/ask", json={"question": f"wat?\r\n{forged}\u2028{forged}"})
    lines = log.getvalue().splitlines()
    assert not [line for line in lines if line.startswith(forged)]
    found = [line for line in lines if "vervalst" in line and "status=404" in line]
    assert len(found) == len(inside)
    assert "\x1b" not in log.getvalue()


def test_the_id_of_a_response_finds_its_line_in_the_log(service, log):
    lines = lines_of(log, service().post("/v1/ask", json=ASK))
    assert [line.split()[2:4] for line in lines] == [
        ["vraagbaak.answers", "answer"],
        ["vraagbaak.requests", "request"],
    ]


def test_metrics_count_what_was_asked(service):
    client = service()
    for _ in range(3):
        client.post("/v1/ask", json=ASK)
    client.get("/v1/documents/0123456789abcdef")
    client.get("/geheim/pad")
    counted = client.get("/metrics").text
    for sample in (
        'questions_total{mode="verbatim",outcome="answered",surface="api"} 3.0',
        'requests_total{method="POST",route="/v1/ask",status="200"} 3.0',
        *("index_documents 2.0", "queue_waiting 0.0"),
    ):
        assert f"\nvraagbaak_{sample}\n" in counted
    assert "0123456789abcdef" not in counted
    assert "geheim" not in counted


# --- the process


def test_a_service_for_other_machines_does_not_start_without_keys(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", str(tmp_path))
    assert main(["serve", "--host", "0.0.0.0", "--port", "0"]) == 2
    said = capsys.readouterr().err
    assert "--zonder-sleutels" in said
    assert said.count("\n") == 1


def test_where_everyone_may_come_in_nobody_is_somebody_else_by_a_header(tmp_path):
    everyone = ["--host", "0.0.0.0", "--zonder-sleutels"]
    with process(tmp_path, everyone, VRAAGBAAK_RATE_LIMIT="10") as running:
        assert running.url.startswith("http://0.0.0.0:")
        with client_of(running.url.replace("0.0.0.0", "127.0.0.1")) as client:
            statuses = [
                client.get("/v1/models", headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
                for n in range(14)
            ]
    assert statuses[:10] == [200] * 10
    assert 429 in statuses[10:]


class SlowModel:
    """A service that speaks OpenAI's chat completions, and ends an answer only when told to."""

    def __init__(self):
        self.asked, self.go_on = threading.Event(), threading.Event()
        self.routes = {
            "/v1/models": lambda exchange: exchange.give({"data": [{"id": "traag"}]}),
            "/v1/chat/completions": self._chat,
        }

    def _chat(self, exchange):
        exchange.begin("text/event-stream")
        self.asked.set()
        assert self.go_on.wait(60)
        for text in (json.dumps({"zinnen": [{"tekst": TOLD, "bronnen": [1]}]}), None):
            finish = None if text else "stop"
            choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
            exchange.write(f"data: {json.dumps({'choices': [choice]})}\n\n")
        exchange.write("data: [DONE]\n\n")


def test_a_service_for_other_machines_needs_a_key_and_finishes_its_answer_when_stopped(tmp_path):
    filled(tmp_path).close()
    (tmp_path / "models").symlink_to(paths.models_dir(paths.data_dir()))
    headers, _ = key_of(tmp_path, "read")
    model = SlowModel()
    with (
        serving(model.routes) as server,
        process(
            tmp_path,
            ["--host", "0.0.0.0"],
            VRAAGBAAK_MODEL="openai",
            VRAAGBAAK_OPENAI_URL=f"{server.url}/v1",
            VRAAGBAAK_OPENAI_MODEL="traag",
            VRAAGBAAK_READER="default",  # without a reader no model writes
        ) as running,
        client_of(running.url.replace("0.0.0.0", "127.0.0.1")) as client,
    ):
        assert client.get("/v1/models").status_code == 401
        client.headers = headers
        with client.stream("POST", "/v1/ask", json=ASK | {"stream": True}) as response:
            lines = response.iter_lines()
            assert next(lines) == "event: hits"
            assert model.asked.wait(60)
            running.terminate()
            until(lambda: refuses(client.base_url))
            model.go_on.set()
            rest = list(lines)
        assert [line for line in rest if line.startswith("event: ")][-1] == "event: done"
        assert "48.000" in json.loads(rest[-2].removeprefix("data: "))["answer"]
        running.ended()
    assert "Traceback" not in "".join(running.lines)


def refuses(url):
    """Whether nobody listens at `url` any more."""
    try:
        socket.create_connection((url.host, url.port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False


def test_keys_that_cannot_be_read_are_a_reason_not_to_be_ready_and_say_no_path(service, tmp_path):
    client = service()
    assert client.get("/readyz").status_code == 200
    (tmp_path / "keys.json").write_text("{", encoding="utf-8")
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert [each["code"] for each in ready.json()["reasons"]] == ["beschadigde-sleutels"]
    refused = client.post("/v1/ask", json=ASK)
    problem(refused, 500, "beschadigde-sleutels")
    assert str(tmp_path) not in refused.text + ready.text
