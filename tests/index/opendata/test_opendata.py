"""`sync` against a local server that speaks the documented format."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest
from hashing import HashingEncoder
from local_service import closed_url
from opendata_server import DOCX, body, cut_off, guid, open_data, page, redirect, status
from surface_parts import BARLEY, FERRY

from index.errors import BadRequest, UnreadableFile, VraagbaakError
from index.index import open_index
from index.opendata import OpenDataError, ServiceDown, sync
from index.search import search

FERRY_NUMBER, BARLEY_NUMBER = "2025D90001", "2025D90002"
LISTS = "Lijst van vragen en antwoorden"


@pytest.fixture
def server():
    with open_data() as running:
        yield running


@pytest.fixture
def index(tmp_path):
    opened = open_index(tmp_path, HashingEncoder(), create=True)
    yield opened
    opened.close()


@pytest.fixture
def run(index, tmp_path, server):
    """Sync with the local server."""

    def go(**given):
        options = {"since": date(2025, 1, 1), "base_url": server.url, **given}
        return sync(index, tmp_path, pause_s=0, backoff_s=0, **options)

    return go


def sources(index) -> list[str]:
    return sorted(info.source for info in index.documents())


def numbered(count: int) -> list[tuple[str, str]]:
    """(number, text) of documents that differ."""
    return [
        (f"2025D{91000 + n}", BARLEY.replace("210.000", f"{n + 100}.000")) for n in range(count)
    ]


# --- what comes in


def test_new_documents_of_every_page_are_indexed_and_found_and_not_fetched_again(
    server, index, run
):
    made, data = docx.Document(), io.BytesIO()
    for line in FERRY.splitlines():
        made.add_paragraph(line)
    made.save(data)
    server.publish(FERRY_NUMBER, data.getvalue(), content_type=DOCX)
    for number, text in numbered(7):
        server.publish(number, text)
    server.page_size = 3
    calls = []
    report = run(version="1.2.3", on_progress=lambda *call: calls.append(call))
    expected = ["2025D90001.docx", *(f"{number}.txt" for number, _ in numbered(7))]
    assert sorted(info.source for info in report.added) == expected
    assert not report.failed
    assert not report.skipped
    assert report.stopped is None
    assert [(done, total) for done, total, _ in calls] == [(n, 8) for n in range(1, 9)]
    assert sorted(source for _, _, source in calls) == expected
    assert server.paths().count("Document") == 3
    assert server.seen[0][2]["User-Agent"] == "vraagbaak/1.2.3"
    hits = search(index, "hoeveel subsidie krijgt de veerdienst?").hits
    assert hits[0].document.source == "2025D90001.docx"
    server.seen.clear()
    report = run(version="1.2.3")
    assert (report.unchanged, report.added) == (8, ())
    assert set(server.paths()) == {"Document"}


def test_identifiers_and_the_link_of_the_service_are_kept(server, index, run):
    found = server.publish(
        BARLEY_NUMBER,
        BARLEY,
        kind=LISTS,
        cases=("2025Z90011", "2025Z90012"),
        dossiers=((36999, "X"),),
        paper=11,
        title="Lijst van vragen en antwoorden over de oogst",
    )
    (info,) = run().added
    assert info.metadata.identifiers[0] == "2025D90002"
    assert set(info.metadata.identifiers) == {
        "kst-36999-X-11",
        "2025D90002",
        "2025Z90011",
        "2025Z90012",
    }
    assert info.metadata.origin is not None
    assert info.metadata.origin.url == f"{server.url}Document({found})/resource"
    assert info.metadata.date == "2025-06-18"
    assert "oogst" in (info.metadata.title or "")


def test_what_the_document_states_comes_first_and_no_paper_is_guessed_of_two_dossiers(server, run):
    server.publish(FERRY_NUMBER, FERRY, cases=("2024Z99001", "2025Z90011"))
    server.publish(BARLEY_NUMBER, BARLEY, dossiers=((36999, "X"), (27123, None)), paper=11)
    ferry, barley = sorted(run().added, key=lambda info: info.source)
    assert ferry.metadata.identifiers == ("2024Z99001", "2025D90001", "2025Z90011")
    assert ferry.metadata.date == "2024-03-05"
    assert barley.metadata.identifiers == ("2025D90002",)


def test_version_5_of_the_interface_is_read_too(server, run):
    found = server.publish(BARLEY_NUMBER, BARLEY, dossiers=((36999, None),), paper=3)
    row = server.rows[found]
    row["Nummer"] = row.pop("DocumentNummer")
    row["Ondernummer"] = row.pop("Volgnummer")
    del row["ApiGewijzigdOp"]
    (info,) = run().added
    assert info.metadata.identifiers == ("2025D90002", "kst-36999-3")
    assert run().unchanged == 1


def test_a_document_that_was_uploaded_before_gets_its_link(server, index, run):
    index.add_bytes(FERRY.encode(), "veer.txt")
    server.publish(FERRY_NUMBER, FERRY, cases=("2025Z90011",))
    report = run()
    assert report.unchanged == 1
    (info,) = index.documents()
    assert "2025Z90011" in info.metadata.identifiers


# --- what is asked


def test_kinds_date_and_dossier_are_in_the_filter_that_is_sent(server, run):
    run(since=date(2025, 3, 1), kinds=["uitstel", "vragen"], dossiers=["36999-X", "36 123"])
    filters = [options["$filter"] for _, options, _ in server.seen]
    common = (
        "(Soort eq 'Mededeling (uitstel antwoord)' or Soort eq 'Schriftelijke vragen') "
        "and Datum ge 2025-02-28T22:00:00Z and Kamerstukdossier/any(d: d/Nummer eq "
    )
    assert filters == [f"{common}36999 and d/Toevoeging eq 'X')", f"{common}36123)"]
    assert all("$top" not in options for _, options, _ in server.seen)


def test_only_what_was_asked_for_comes_in_from_the_first_day_on(server, index, run):
    server.publish("2025D90003", FERRY, dossiers=((36999, "X"),), day="2025-01-01")
    server.publish("2025D90004", BARLEY, dossiers=((36999, "V"),))
    server.publish("2025D90005", BARLEY, kind="Motie", dossiers=((36999, "X"),))
    server.publish("2024D90006", BARLEY, day="2024-12-31", dossiers=((36999, "X"),))
    run(dossiers=["36999-x"])
    assert sources(index) == ["2025D90003.txt"]
    # A service that gives what was not asked for does not fill the index.
    server.fail("Document", page({"value": [server.rows[guid("2025D90005")]]}))
    assert [each.source for each in run().skipped] == ["2025D90005.txt"]
    assert sources(index) == ["2025D90003.txt"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"kinds": ["moties"]}, "antwoorden"),
        ({"kinds": []}, "soort"),
        ({"dossiers": ["36999' or 1 eq 1"]}, "36800-X"),
    ],
)
def test_a_bad_question_is_refused_before_anything_is_asked(server, run, given, named):
    with pytest.raises(BadRequest, match=named):
        run(**given)
    assert server.seen == []


# --- again


def test_an_interrupted_run_goes_on_where_it_was(server, index, run):
    for number, text in numbered(6):
        server.publish(number, text)

    def interrupt(done, total, source):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(on_progress=interrupt)
    assert len(index.documents()) == 3
    before = server.fetched()
    report = run()
    assert (len(report.added), report.unchanged) == (3, 3)
    assert len(server.fetched()) == len(set(server.fetched())) == len(before) + 3


def test_a_changed_document_takes_the_place_of_the_old_and_new_particulars_need_no_file(
    server, index, run
):
    server.publish(BARLEY_NUMBER, BARLEY)
    run()
    new = BARLEY.replace("210.000", "999.000")
    server.publish(BARLEY_NUMBER, new, changed="2025-07-01T09:00:00Z")
    assert [info.source for info in run().updated] == ["2025D90002.txt"]
    (info,) = index.documents()
    assert "999.000" in index.document(info.id).text
    server.publish(BARLEY_NUMBER, new, cases=("2025Z90077",), changed="2025-07-02T09:00:00Z")
    assert run().unchanged == 1
    assert "If-None-Match" in server.seen[-1][2]
    (info,) = index.documents()
    assert "2025Z90077" in info.metadata.identifiers
    server.seen.clear()
    run()
    assert server.paths() == ["Document"]


def test_what_the_service_removed_is_removed_what_it_does_not_know_stays_and_what_we_removed_comes_back(
    server, index, run
):
    third = "2025D90003"
    for number, text in (
        (FERRY_NUMBER, FERRY),
        (BARLEY_NUMBER, BARLEY),
        *[(third, numbered(1)[0][1])],
    ):
        server.publish(number, text)
    run()
    server.withdraw(FERRY_NUMBER)
    assert run().removed == (FERRY_NUMBER,)
    assert sources(index) == ["2025D90002.txt", "2025D90003.txt"]
    server.seen.clear()
    assert run().removed == ()
    assert server.paths() == ["Document"]
    server.rows[guid(third)]["Verwijderd"] = True  # listed as removed
    assert run().removed == (third,)
    index.remove(index.documents()[0].id)
    assert len(run().added) == 1
    del server.rows[guid(BARLEY_NUMBER)]
    assert [each.source for each in run().skipped] == [BARLEY_NUMBER]
    assert sources(index) == ["2025D90002.txt"]


def test_a_narrower_question_asks_nothing_about_the_other_documents(server, run):
    server.publish(FERRY_NUMBER, FERRY)
    server.publish(BARLEY_NUMBER, BARLEY, kind=LISTS)
    run()
    server.seen.clear()
    run(kinds=["lijsten"])
    assert server.paths() == ["Document"]


# --- what is left out


def test_a_type_that_is_not_read_and_a_document_without_file_are_reported(server, index, run):
    server.publish(FERRY_NUMBER, b"\xd0\xcf\x11\xe0", content_type="application/msword")
    found = server.publish(BARLEY_NUMBER, BARLEY)
    del server.files[found]
    third = server.publish("2025D90003", BARLEY)
    server.rows[third].update(ContentType=None, ContentLength=None)
    report = run()
    why = {each.source: each.nl for each in report.skipped}
    assert set(why) == {"2025D90001", "2025D90002.txt", "2025D90003"}
    assert "application/msword" in why["2025D90001"]
    assert guid(FERRY_NUMBER) not in server.fetched()
    assert sources(index) == []


def test_a_file_that_cannot_be_read_is_reported_and_not_fetched_every_time(server, index, run):
    server.publish(
        FERRY_NUMBER, b"%PDF-1.7\n1 0 obj\n<< /Type /Cat", content_type="application/pdf"
    )
    server.publish(BARLEY_NUMBER, BARLEY)
    report = run()
    ((source, error),) = report.failed
    assert source == "2025D90001.pdf"
    assert isinstance(error, UnreadableFile)
    assert sources(index) == ["2025D90002.txt"]
    server.seen.clear()
    assert [each.source for each in run().skipped] == ["2025D90001.pdf"]
    assert server.paths() == ["Document"]
    run(version="1.0")  # another version may be able to read it
    assert server.fetched() == [guid(FERRY_NUMBER)]
    server.seen.clear()
    index.ocr = True  # so may this one, which recognises text
    run(version="1.0")
    assert server.fetched() == [guid(FERRY_NUMBER)]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("ContentLength", "veel"),
        ("DocumentNummer", None),
        ("DocumentNummer", "../../x"),
        ("Soort", 3),
        ("Datum", "gisteren"),
        ("Zaak", "2025Z1"),
        ("Verwijderd", "nee"),
        ("Kamerstukdossier", [{"Nummer": "abc"}]),
    ],
)
def test_one_malformed_document_does_not_stop_the_others(server, index, run, attribute, value):
    found = server.publish(FERRY_NUMBER, FERRY)
    server.publish(BARLEY_NUMBER, BARLEY)
    rows = [{**server.rows[found], attribute: value}, server.rows[guid(BARLEY_NUMBER)]]
    server.fail("Document", page({"value": rows}))
    report = run()
    ((source, error),) = report.failed
    assert source == found
    assert attribute in error.nl
    assert error.exit_code == 9
    assert sources(index) == ["2025D90002.txt"]


@pytest.mark.parametrize(
    "length", [len(FERRY.encode()) - 1, len(FERRY.encode()) + 1, 60_000_000], ids=str
)
def test_a_file_of_another_length_than_said_is_refused(server, index, run, length):
    found = server.publish(FERRY_NUMBER, FERRY)
    server.rows[found]["ContentLength"] = length
    ((source, error),) = run().failed
    assert source == "2025D90001.txt"
    assert isinstance(error, OpenDataError)
    assert sources(index) == []
    server.rows[found]["ContentLength"] = len(FERRY.encode())
    assert len(run().added) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (body(b"<html>Storing</html>", "text/html; charset=utf-8"), "text/html"),
        (redirect("http://127.0.0.1:1/elders"), "andere dienst"),
        (status(403), "403"),
        (status(500), "500"),
    ],
    ids=["html", "redirect elsewhere", "403", "500"],
)
def test_a_file_that_is_not_given_as_it_should_be_fails_alone(server, index, run, fault, said):
    found = server.publish(FERRY_NUMBER, FERRY)
    server.publish(BARLEY_NUMBER, BARLEY)
    server.fail(f"({found})/resource", fault)
    ((source, error),) = run().failed
    assert source == "2025D90001.txt"
    assert said in error.nl
    assert sources(index) == ["2025D90002.txt"]
    assert len(run().added) == 1


def test_a_truncated_file_is_fetched_again_and_in_the_end_refused(server, index, run):
    server.publish(FERRY_NUMBER, FERRY)
    server.fail("/resource", cut_off, cut_off)
    assert len(run().added) == 1
    server.publish(BARLEY_NUMBER, BARLEY)
    server.fail("/resource", *[cut_off] * 5)
    report = run()
    assert [source for source, _ in report.failed] == ["2025D90002.txt"]
    assert report.stopped is None
    assert sources(index) == ["2025D90001.txt"]


# --- a service that is not as it should be


ROW = {"Id": guid("x"), "Verwijderd": False}


@pytest.mark.parametrize(
    "fault",
    [
        page({"waarde": []}),
        page({"value": {}}),
        page([]),
        page({"value": ["x"]}),
        page({"value": [{"DocumentNummer": "2025D1"}]}),
        page({"value": [{"Id": "../Persoon"}]}),
        page({"value": [], "@odata.nextLink": 3}),
        page({"value": [], "@odata.nextLink": "https://elders.example/OData/Document"}),
        page({"value": [], "@odata.nextLink": "http://127.0.0.1:1/Document"}),
        page({"value": [], "@odata.nextLink": "file:///etc/passwd"}),
        page({"value": [], "@odata.nextLink": ""}),
        body(b'{"value": ['),
        body(b"\xff\xfe"),
        body(b"<html></html>", "text/html"),
        redirect("https://elders.example/"),
        status(400),
        status(404),
        status(204),
    ],
)
def test_a_list_that_is_not_in_the_format_is_a_clear_error(server, index, run, fault):
    server.publish(FERRY_NUMBER, FERRY)
    server.fail("Document", fault)
    with pytest.raises(OpenDataError) as caught:
        run()
    error = caught.value
    assert (error.code, error.status, error.exit_code) == ("open-data", 502, 9)
    assert "open-datadienst" in error.nl
    assert "open data service" in error.en
    assert "\n" not in error.nl + error.en
    assert sources(index) == []
    assert len(run().added) == 1


def test_pages_or_redirects_without_end_are_an_error_and_one_redirect_is_followed(server, run):
    found = server.publish(FERRY_NUMBER, FERRY)
    first = {"value": [], "@odata.nextLink": f"{server.url}Document?round=1"}
    server.fail("Document", page(first), page(first))
    with pytest.raises(OpenDataError, match="eerdere pagina"):
        run()
    server.fail("Document", *[redirect(f"{server.url}Document")] * 9)
    with pytest.raises(OpenDataError, match="doorverwijzingen"):
        run()
    server.faults.clear()
    server.fail("/resource", redirect(f"{server.url}Document({found})/resource"))
    assert len(run().added) == 1


def test_a_service_that_is_busy_is_asked_again_and_one_that_stays_down_given_up_on(server, run):
    server.publish(FERRY_NUMBER, FERRY)
    server.fail("Document", *[status(503)] * 5)
    with pytest.raises(ServiceDown, match="5 pogingen") as caught:
        run()
    assert caught.value.exit_code == 9
    assert len(server.seen) == 5
    with pytest.raises(ServiceDown, match="netwerk"):
        run(base_url=closed_url())
    server.fail("Document", status(503), status(502), status(429), status(504))
    assert len(run().added) == 1


def test_a_service_that_goes_down_halfway_stops_the_run_and_keeps_what_came_in(server, index, run):
    made = numbered(7)
    for number, text in made:
        server.publish(number, text)
    in_order = sorted(server.rows)
    for found in in_order[2:]:
        server.fail(f"({found})/resource", *[status(503)] * 5)
    report = run()
    assert len(report.added) == 2
    assert isinstance(report.stopped, ServiceDown)
    assert len(report.failed) == 3
    assert report.left == 2
    server.faults.clear()
    again = run()
    assert (len(again.added), again.unchanged) == (5, 2)
    assert again.stopped is None


def test_failures_that_are_not_in_a_row_do_not_stop_the_run(server, index, run):
    for number, text in numbered(5):
        server.publish(number, text)
    for found in sorted(server.rows)[::2]:
        server.fail(f"({found})/resource", *[status(503)] * 5)
    report = run()
    assert (len(report.added), len(report.failed)) == (2, 3)
    assert report.stopped is None


def test_a_damaged_state_is_a_clear_error_that_says_what_to_do(tmp_path, run):
    (tmp_path / "opendata.sqlite").write_bytes(b"geen database" * 100)
    with pytest.raises(VraagbaakError, match="verwijder"):
        run()


def test_a_second_sync_at_the_same_time_is_refused(server, index, run, tmp_path):
    server.publish(FERRY_NUMBER, FERRY)

    def another(*_):
        with pytest.raises(VraagbaakError, match="loopt al een sync"):
            run()

    assert len(run(on_progress=another).added) == 1
