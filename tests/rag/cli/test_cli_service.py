"""Commands about the service: keys, the open data, and a folder that it watches."""

import json

import pytest
from opendata_server import open_data
from service_parts import serving, settings_of, until
from surface_parts import BARLEY, FERRY, encoder

from index.index import open_index
from rag.service.keys import Keys
from rag.serving import create_app

# --- keys


def test_a_key_is_shown_once_listed_and_revoked(run, tmp_path):
    keys = Keys(tmp_path / "data")
    code, out, err = run("keys", "create", "redactie", "--scope", "read", "--scope", "write")
    text = out.strip()
    assert (code, text[:3]) == (0, "vb_")
    assert "niet meer" in err
    assert keys.check(text).scopes == ("read", "write")
    listed = run("keys")[1]
    assert "redactie" in listed
    assert text not in listed
    made = json.loads(run("keys", "create", "meting", "--json")[1])
    assert (made["scopes"], made["name"]) == (["read"], "meting")
    assert keys.check(made["key"]) is not None
    code, out, _ = run("keys", "revoke", made["id"])
    assert code == 0
    assert "herroepen" in out
    assert keys.check(made["key"]) is None
    assert run("keys", "revoke", "weg")[0] == 4


@pytest.mark.parametrize(
    "argv", [("create",), ("revoke",), ("list", "iets"), ("create", "x", "--scope", "alles")]
)
def test_keys_that_cannot_be_made_are_refused(run, argv):
    code, out, err = run("keys", *argv)
    assert (code, out) == (2, "")
    assert err.startswith("vraagbaak: ")
    assert run("keys")[1] == "Geen sleutels.\n"


# --- open data


def test_sync_fetches_what_is_new_and_says_so(run):
    with open_data() as server:
        server.publish("2025D90001", FERRY.encode(), content_type="text/plain")
        code, out, _ = run("sync", "--since", "2025-01-01", "--url", server.url)
        assert (code, out) == (0, "1 toegevoegd\n")
        server.publish("2025D90002", BARLEY.encode(), content_type="text/plain")
        report = json.loads(run("sync", "--since", "2025-01-01", "--url", server.url, "--json")[1])
    assert [each["source"] for each in report["added"]] == ["2025D90002.txt"]
    assert report["added"][0]["url"].startswith(server.url)
    assert (report["unchanged"], report["stopped"]) == (1, None)
    assert "2025D90001" in run("documents")[1]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ((), "--since"),
        (("--since", "gisteren"), "--since"),
        (("--since", "2025-01-01", "--kind", "boeken"), "boeken"),
        (("--since", "2025-01-01", "--dossier", "tien"), "tien"),
    ],
)
def test_a_sync_that_cannot_be_is_refused_in_one_line(run, argv, said):
    code, out, err = run("sync", *argv)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


# --- a watched folder


def test_a_running_service_keeps_the_folder_that_it_watches_in_its_index(tmp_path):
    folder = tmp_path / "documenten"
    folder.mkdir()
    (folder / "veer.txt").write_text(FERRY, encoding="utf-8")
    (folder / "gerst.txt").write_text(BARLEY, encoding="utf-8")
    settings = settings_of(tmp_path / "data", watch_dir=folder, watch_s=1, rate_limit=0)
    index = open_index(tmp_path / "data", encoder(), create=True)

    with serving(create_app(settings, index)) as client:

        def sources():
            listed = client.get("/v1/documents").json()["documents"]
            return sorted(each["source"].rpartition("/")[2] for each in listed)

        until(lambda: sources() == ["gerst.txt", "veer.txt"])
        (folder / "gerst.txt").unlink()
        until(lambda: sources() == ["veer.txt"])
