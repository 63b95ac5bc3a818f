"""How the open data service is asked: politely, and again where that helps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from opendata_server import guid, open_data, status

from index.opendata.errors import ServiceDown
from index.opendata.query import literal, make_query
from index.opendata.service import ATTEMPTS, Service

OPTIONS = make_query(datetime(2025, 1, 1, tzinfo=UTC).date(), ["antwoorden"], []).options()[0]


@pytest.fixture
def server():
    with open_data() as running:
        yield running


@pytest.fixture
def waits():
    return []


@pytest.fixture
def service(server, waits):
    given = {"user_agent": "test", "sleep": waits.append}
    with Service(server.url, pause_s=0, backoff_s=1, **given) as made:
        yield made


def in_a_minute() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)


@pytest.mark.parametrize(
    ("code", "stated", "least", "most"),
    [
        (429, lambda: "7", 7, 7),
        (503, in_a_minute, 30, 60),
        # What says nothing is passed over.
        *((503, lambda said=said: said, 0.5, 1) for said in ("straks", "-5", "", "1e9")),
    ],
)
def test_retry_after_is_waited_for(server, service, waits, code, stated, least, most):
    server.fail("Document", status(code, Retry_After=stated()))
    assert list(service.rows(OPTIONS)) == []
    (wait,) = waits
    assert least <= wait <= most


def test_a_wait_that_is_too_long_ends_the_run_at_once(server, service, waits):
    server.fail("Document", status(429, Retry_After="3600"))
    with pytest.raises(ServiceDown, match="3600 seconden"):
        list(service.rows(OPTIONS))
    assert waits == []


def test_waits_double_with_jitter_and_end(server, service, waits):
    server.fail("Document", *[status(503)] * ATTEMPTS)
    with pytest.raises(ServiceDown):
        list(service.rows(OPTIONS))
    assert len(waits) == ATTEMPTS - 1
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(waits))


def test_there_is_a_pause_between_requests(server, waits):
    with Service(server.url, user_agent="test", pause_s=50, sleep=waits.append) as service:
        list(service.rows(OPTIONS))
        assert waits == []
        list(service.rows(OPTIONS))
    assert len(waits) == 1
    assert 0 < waits[0] <= 50


def test_a_last_modified_date_makes_the_next_request_conditional(server, service):
    found = server.publish("2025D90001", "Tekst")
    server.fail("/resource", status(304))
    day = "Wed, 18 Jun 2025 08:00:00 GMT"
    assert service.file(found, ".txt", 5, modified=day) == "unchanged"
    assert server.seen[-1][2]["If-Modified-Since"] == day


def test_a_document_that_is_not_there_is_none(service):
    assert service.row(guid("weg")) is None


@pytest.mark.parametrize(
    ("text", "written"), [("Brief regering", "'Brief regering'"), ("'s avonds", "'''s avonds'")]
)
def test_quotes_inside_a_literal_are_doubled(text, written):
    assert literal(text) == written
