"""The command line on real data folders: what it prints, and how it ends."""

import io
import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from surface_parts import BARLEY, FERRY, bad_files, encoder, other_encoder, reader

from index.encoders import embedding
from rag.cli.main import main

ROOT = Path(__file__).resolve().parents[3]
RIDERS = "Hoeveel reizigers vervoerde de veerdienst in 2023?"


@pytest.fixture(scope="module")
def indexed(tmp_path_factory):
    """A data folder with two documents, and the folder that they came from."""
    base = tmp_path_factory.mktemp("cli")
    documents = base / "documenten"
    documents.mkdir()
    (documents / "veer.txt").write_text(FERRY, encoding="utf-8")
    (documents / "gerst.txt").write_text(BARLEY, encoding="utf-8")
    loaded = encoder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VRAAGBAAK_DATA_DIR", str(base / "data"))
        patch.setattr(embedding, "load_encoder", lambda *_: loaded)
        assert main(["index", str(documents)]) == 0
    return base


@pytest.fixture
def filled(run, indexed, tmp_path):
    """`run` in a copy of the indexed folder."""
    shutil.copytree(indexed / "data", tmp_path / "data")
    return run


@pytest.fixture
def empty(tmp_path):
    """The data folder, which is not there."""
    return tmp_path / "data"


def parsed(given):
    """The JSON of a command that succeeded."""
    code, out, _ = given
    assert code == 0
    return json.loads(out)


def one_line(err):
    assert err.startswith("vraagbaak: ")
    assert err.count("\n") == 1
    return err


# --- help, usage, settings


def in_a_process(code, data):
    return subprocess.run(
        [sys.executable, "-c", f"import sys\nfrom rag.cli.main import main\n{code}"],
        cwd=ROOT,
        env=os.environ | {"VRAAGBAAK_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        check=True,
    )


def test_help_is_dutch_loads_nothing_heavy_and_is_there_at_once(tmp_path):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = in_a_process(
        "try: main(['--help'])\nexcept SystemExit as end: assert end.code == 0\n"
        "heavy = {'torch', 'faiss', 'fastapi', 'numpy'} & set(sys.modules)\nassert not heavy, heavy",
        tmp_path,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    for word in ("opdrachten:", "stel een vraag", "afsluitcodes", "130"):
        assert word in done.stdout
    # Seconds of the processor, not of the clock: that depends on what else the machine does.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5
    in_a_process(  # listing documents searches and embeds nothing
        "assert main(['documents']) == 5\n"
        "heavy = {'torch', 'faiss', 'fastapi', 'transformers', 'lxml'} & set(sys.modules)\n"
        "assert not heavy, heavy",
        tmp_path,
    )


def test_help_is_english_on_request(capsys):
    for argv in (["--taal", "en", "ask", "--help"], ["ask", "--lang=en", "--help"]):
        with pytest.raises(SystemExit) as end:
            main(argv)
        assert end.value.code == 0
        assert "ask a question" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "er ontbreekt"),
        (["vraag"], "'vraag' kan niet"),
        (["ask"], "er ontbreekt: VRAAG"),
        (["ask", "wat?", "--nee"], "onbekend: --nee"),
        (["ask", "wat?", "--from"], "hier hoort iets achter"),
        (["index"], "Geef een bestand"),
        (["documents", "remove"], "id's"),
        (["search", "wat?", "-k", "0"], "van 1 tot en met 100"),
        (["search", "wat?", "-k", "veel"], "van 1 tot en met 100"),
        (["ask", "wat?", "--model", "gpt"], "embedded of none"),
        (["serve", "--port", "99999"], "65535"),
        (["search", "wat?", "--from", "vorig jaar"], "vorig jaar"),
        (["search", "wat?", "--kind", "boek"], "boek"),
        (["version", "--taal", "fr"], "nl of en"),
        *(([verb, ""], "leeg") for verb in ("ask", "search")),
        *(([verb, "a" * 2001], "2001 tekens, meer dan de 2000") for verb in ("ask", "search")),
        (["ask", "a\x1bb"], "U+001B"),
        (["ask", "", "--taal", "en"], "The question is empty"),
    ],
)
def test_wrong_usage_ends_with_2_and_one_line(run, empty, argv, said):
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert said in one_line(err)
    assert not empty.exists()


def test_the_version_is_shown_and_what_the_environment_sets_holds(run, monkeypatch):
    assert run("version")[1].startswith("vraagbaak ")
    assert "version" in parsed(run("version", "--json"))
    monkeypatch.setenv("VRAAGBAAK_LANGUAGE", "en")
    assert "Nothing has been indexed" in one_line(run("ask", "wat?")[2])
    monkeypatch.setenv("VRAAGBAAK_TOPK", "3")
    code, _, err = run("version")
    assert code == 2
    assert "VRAAGBAAK_TOP_K" in one_line(err)


# --- questions


# --- the index


@pytest.mark.parametrize(
    "argv",
    [
        *(["ask", "wat?"], ["search", "wat?"], ["chat"], ["documents"]),
        *(["documents", "remove", "x"], ["verify"]),
    ],
)
def test_without_an_index_every_command_ends_with_5_and_makes_nothing(run, empty, argv):
    code, _, err = run(*argv)
    assert code == 5
    assert "vraagbaak index" in one_line(err)
    assert not (empty / "index.sqlite").exists()


def test_files_that_cannot_be_read_are_named_and_the_others_go_in(filled, indexed, tmp_path):
    bad = bad_files(tmp_path)
    good = tmp_path / "nieuw.txt"
    good.write_text(BARLEY.replace("2022", "2021"), encoding="utf-8")
    code, out, _ = filled("index", *bad.values(), good, "--json")
    report = json.loads(out)
    assert code == 3
    assert {failed["path"] for failed in report["failed"]} == {str(path) for path in bad.values()}
    assert {failed["code"] for failed in report["failed"]} == {"onleesbaar-bestand"}
    assert [added["source"] for added in report["added"]] == [str(good)]
    code, out, _ = filled("index", bad["empty"])
    assert code == 3
    assert "1 mislukt" in out
    assert str(bad["empty"]) in out
    assert filled("index", indexed / "documenten")[:2] == (0, "2 ongewijzigd\n")
    assert len(parsed(filled("documents", "--json"))["documents"]) == 3


def test_an_index_of_another_model_ends_with_6_and_the_way_out_needs_no_files(filled, monkeypatch):
    other = other_encoder()
    monkeypatch.setattr(embedding, "load_encoder", lambda *_: other)
    code, _, err = filled("search", "subsidie")
    assert code == 6
    assert "vraagbaak index --rebuild" in one_line(err)
    code, out, _ = filled("index", "--rebuild")
    assert (code, out.splitlines()[0]) == (0, "2 bijgewerkt")
    assert parsed(filled("search", "subsidie veerdienst", "--json"))["hits"]


def test_a_damaged_index_ends_with_8(run, empty):
    empty.mkdir()
    (empty / "index.sqlite").write_bytes(b"geen database" * 1000)
    code, _, err = run("documents")
    assert code == 8
    one_line(err)


def test_documents_are_filtered_listed_and_removed_all_or_none(filled):
    listed = parsed(filled("documents", "--json"))["documents"]
    barley, ferry = (each["id"] for each in sorted(listed, key=lambda each: each["source"]))
    assert ferry in filled("documents")[1]
    hits = parsed(filled("search", "subsidie", "--document", barley, "--json"))["hits"]
    assert {hit["document"]["id"] for hit in hits} == {barley}
    for command in (("search", "x", "--document"), ("documents", "remove", ferry)):
        code, _, err = filled(*command, "bestaatniet")
        assert code == 4
        assert "bestaatniet" in one_line(err)
    assert len(parsed(filled("documents", "--json"))["documents"]) == 2
    code, out, _ = filled("documents", "remove", ferry, "--json")
    assert code == 0
    assert ferry not in out
    hits = parsed(filled("search", "subsidie veerdienst", "--json"))["hits"]
    assert all(hit["document"]["id"] != ferry for hit in hits)


# --- finding and answering


def test_search_finds_the_answer_as_text_and_json(filled):
    words = ("hoeveel", "subsidie", "krijgt", "het", "veer?", "-k", "2")
    result = parsed(filled("search", *words, "--json"))
    assert len(result["hits"]) == 2
    first = result["hits"][0]
    assert (first["rank"], first["questions"]) == (1, [2])
    assert "1,2 miljoen euro" in first["text"]
    assert {"id", "source", "title", "date"} <= first["document"].keys()
    assert "total" in result["timings_ms"]
    text = filled("search", "hoeveel subsidie krijgt het veer?", "-k", "2")[1]
    assert "vraag 2" in text.splitlines()[0]
    assert "1,2 miljoen euro" in text


def test_ask_without_a_model_gives_a_cited_passage(filled):
    answer = parsed(filled("ask", RIDERS, "--model", "none", "--json"))
    assert answer["question"] == RIDERS
    assert not answer["abstained"]
    assert "48.000" in answer["answer"]
    assert answer["citations"][0]["questions"] == [3, 4]
    fields = {"read_as", "mode", "sentences", "hits", "model", "timings_ms", "tokens"}
    assert fields <= answer.keys()
    _, text, _ = filled("ask", RIDERS, "--model", "none")
    for said in ("48.000", "[1]", "vraag 3 en 4", "Zonder leesmodel beantwoord"):
        assert said in text


def test_ask_reads_with_the_reader_of_the_settings(filled, monkeypatch):
    monkeypatch.setenv("VRAAGBAAK_READER", "default")
    given = {"default": reader()}
    monkeypatch.setattr("rag.reader.open_reader", lambda name, _: given[name])
    code, out, _ = filled("ask", RIDERS, "--model", "none")
    assert code == 0
    assert "48.000" in out
    assert "Zonder taalmodel beantwoord" in out
    assert "leesmodel" not in out
    unknown = "Hoeveel kernraketten staan er op de maan?"
    assert parsed(filled("ask", unknown, "--model", "none", "--json"))["abstained"]


def test_ask_with_a_server_that_is_down_ends_with_7(filled, monkeypatch):
    monkeypatch.setenv("VRAAGBAAK_OLLAMA_URL", "http://127.0.0.1:9")
    code, out, err = filled("ask", "Hoeveel subsidie?", "--model", "ollama")
    assert (code, out) == (7, "")
    assert "http://127.0.0.1:9" in one_line(err)


@pytest.mark.parametrize(
    ("lines", "read_as"),
    [
        # What cannot be used, an empty line and "stop".
        (f"?\n{RIDERS}\n\nEn in 2022?\nstop\nnooit\n", [RIDERS.replace("2023", "2022")]),
        # The end of the input.
        (
            "Hoeveel gerst is er in 2022 geoogst?\nen het jaar daarna?\nen waarom?",
            [
                "Hoeveel gerst is er in 2023 geoogst?",
                "Hoeveel gerst is er in 2023 geoogst? en waarom?",
            ],
        ),
    ],
)
def test_chat_remembers_what_was_asked_until_it_ends(filled, monkeypatch, lines, read_as):
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    code, out, err = filled("chat", "--model", "none")
    assert code == 0
    assert re.findall("Gelezen als: (.+)", out) == read_as
    assert ("48.000" if RIDERS in lines else "210.000") in out
    assert ("leeg" in err) is (RIDERS in lines)
    assert ">" not in out  # no prompt in a pipe
    assert "stop" not in err


def test_chat_in_a_terminal_asks_and_says_how_to_stop(filled, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("stop\n"))
    code, out, err = filled("chat", "--model", "none")
    assert (code, out) == (0, "> ")
    assert "stop" in err


# --- inspect


def test_inspect_shows_how_a_file_is_cut_and_does_not_steer_the_terminal(run, tmp_path):
    path = tmp_path / "esc\x1b[31m.txt"
    path.write_text(FERRY, encoding="utf-8")
    code, out, _ = run("inspect", path)
    assert code == 0
    for shown in ("/esc", "vraag 3 en 4", "→ 2", "Kent u het bericht", "apart gezet"):
        assert shown in out
    assert "\x1b" not in out
    cut = parsed(run("inspect", path, "--json"))
    assert set(cut) == {"document", "text", "passages", "set_aside", "recognised", "warnings"}
    assert cut["document"]["source"] == str(path)
    assert [passage["questions"] for passage in cut["passages"]] == [[1], [2], [3, 4], [5]]
    for passage in cut["passages"]:
        assert cut["text"][passage["start"] : passage["end"]] == passage["text"]
        assert set(passage["question_texts"]) == {str(n) for n in passage["questions"]}
        assert len(passage["question_spans"]) == len(passage["questions"])
    assert cut["passages"][-1]["refers_to"] == [2]


def test_inspect_of_a_file_that_cannot_be_read_ends_with_3(run, tmp_path):
    for path in bad_files(tmp_path).values():
        code, _, err = run("inspect", path)
        assert code == 3
        assert path.name in one_line(err)


# --- as a process


def test_a_reader_that_stops_reading_is_no_error(indexed):
    path = str(indexed / "documenten" / "veer.txt")
    shell = f"{sys.executable} -m rag.cli inspect {path} --json | head -c 1"
    done = subprocess.run(shell, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S602
    assert (done.stdout, done.stderr) == ("{", "")


def test_a_port_in_use_ends_with_2(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _, err = run("serve", "--port", port)
    assert code == 2
    assert port in one_line(err)


def test_ctrl_c_ends_with_130_and_one_line(tmp_path):
    missing = {"VRAAGBAAK_EMBEDDING_MODEL": "/nee", "VRAAGBAAK_READER": "/nee"}
    process = subprocess.Popen(
        [sys.executable, "-m", "rag.cli", "serve", "--port", "0"],
        cwd=ROOT,
        env={**os.environ, "VRAAGBAAK_DATA_DIR": str(tmp_path), **missing},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "http://127.0.0.1:" in process.stderr.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err


def test_models_lists_what_is_not_there(run, empty, monkeypatch):
    monkeypatch.delenv("VRAAGBAAK_READER")
    models = parsed(run("models", "--json"))["models"]
    assert [(each["present"], each["intact"]) for each in models] == [
        (False, False),
        (False, False),
        (True, True),  # the reader comes with the program
    ]
    assert not empty.exists()


# --- verify, backup, restore


def change(data, *statements):
    """Change an index behind its back."""
    with sqlite3.connect(data / "index.sqlite") as raw:
        for each in statements:
            raw.execute(each)
    raw.close()


OTHER = "UPDATE manifest SET value = 'other' WHERE key = 'fingerprint'"


def test_verify_says_that_all_is_well_or_what_is_missing_or_another(filled, empty, monkeypatch):
    code, out, _ = filled("verify")
    assert code == 0
    assert out.startswith("nagekeken: 2 documents")
    assert "alles in orde" in out
    report = parsed(filled("verify", "--json"))
    assert (report["faults"], report["checked"]["documents"]) == ([], 2)
    monkeypatch.setenv("VRAAGBAAK_READER", str(empty / "nergens"))
    code, out, _ = filled("verify")
    assert code == 7
    assert "nergens" in out
    change(empty, OTHER)
    assert filled("verify")[0] == 6


def test_verify_names_damage_first_and_ends_with_its_code(filled, empty):
    change(empty, "UPDATE documents SET text = 'x' || text WHERE key = 1", OTHER)
    code, out, _ = filled("verify", "--taal", "en")
    assert code == 8
    assert "does not stand where it says" in out
    assert "index --rebuild" in out.splitlines()[-1]


def test_a_backup_is_written_and_put_back(filled, tmp_path):
    code, out, _ = filled("backup", tmp_path / "kopie")
    assert (code, "geschreven" in out) == (0, True)
    assert filled("backup", tmp_path / "kopie")[0] == 2
    listed = parsed(filled("documents", "--json"))["documents"]
    assert filled("documents", "remove", listed[0]["id"])[0] == 0
    assert parsed(filled("restore", tmp_path / "kopie", "--json"))["put_aside"] is None
    assert parsed(filled("documents", "--json"))["documents"] == listed
    assert filled("restore", tmp_path / "nergens")[0] == 2
