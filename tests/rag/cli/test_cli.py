"""The command line on real data folders: what it prints, and how it ends."""

import io
import json
import os
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
def run(monkeypatch, capsys, tmp_path, indexed):
    """Run a command in a copy of the indexed folder, without a reader unless `VRAAGBAAK_READER`
    names one; gives (exit code, stdout, stderr)."""
    shutil.copytree(indexed / "data", tmp_path / "data")
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("VRAAGBAAK_READER", "none")
    loaded = encoder()
    monkeypatch.setattr(embedding, "load_encoder", lambda *_: loaded)
    capsys.readouterr()

    def run(*argv):
        code = main([str(argument) for argument in argv])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def empty(monkeypatch, tmp_path):
    """A data folder without an index."""
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", str(tmp_path / "nergens"))
    return tmp_path / "nergens"


def one_line(err):
    assert err.startswith("vraagbaak: ")
    assert err.count("\n") == 1
    return err


# --- help, usage, settings


def test_help_is_dutch_loads_nothing_heavy_and_is_there_at_once():
    code = (
        "import sys\nfrom rag.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit as end: assert end.code == 0\n"
        "heavy = {'torch', 'faiss', 'fastapi', 'numpy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    for word in ("opdrachten:", "stel een vraag", "afsluitcodes", "130"):
        assert word in done.stdout
    # Seconds of the processor, not of the clock: that depends on what else the machine does.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5


def test_listing_documents_loads_nothing_that_searches_or_embeds(tmp_path):
    code = (
        "import sys\nfrom rag.cli.main import main\nassert main(['documents']) == 5\n"
        "heavy = {'torch', 'faiss', 'fastapi', 'transformers', 'lxml'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"VRAAGBAAK_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


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
    ],
)
def test_wrong_usage_ends_with_2_and_one_line(argv, said, empty, capsys):
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert said in one_line(err)
    assert not out
    assert not empty.exists()


def test_errors_are_english_on_request(empty, capsys, monkeypatch):
    assert main(["ask", "", "--taal", "en"]) == 2
    assert "The question is empty" in one_line(capsys.readouterr().err)
    monkeypatch.setenv("VRAAGBAAK_LANGUAGE", "en")
    assert main(["ask", "wat?"]) == 5
    assert "Nothing has been indexed" in one_line(capsys.readouterr().err)


def test_an_unknown_environment_variable_ends_with_2(empty, capsys, monkeypatch):
    monkeypatch.setenv("VRAAGBAAK_TOPK", "3")
    assert main(["version"]) == 2
    assert "VRAAGBAAK_TOP_K" in one_line(capsys.readouterr().err)


def test_version_is_shown_as_text_and_json(capsys):
    assert main(["version"]) == 0
    assert capsys.readouterr().out.startswith("vraagbaak ")
    assert main(["version", "--json"]) == 0
    assert "version" in json.loads(capsys.readouterr().out)


# --- questions


@pytest.mark.usefixtures("empty")
def test_a_question_that_cannot_be_used_ends_with_2(capsys):
    too_long = ("a" * 2001, "2001 tekens, meer dan de 2000")
    for question, said in (("", "leeg"), ("   ", "leeg"), too_long, ("a\x1bb", "U+001B")):
        for verb in ("ask", "search"):
            assert main([verb, question]) == 2
            assert said in one_line(capsys.readouterr().err)


# --- the index


@pytest.mark.parametrize(
    "argv",
    [
        *(["ask", "wat?"], ["search", "wat?"], ["chat"], ["documents"]),
        *(["documents", "remove", "x"], ["verify"]),
    ],
)
def test_without_an_index_every_command_ends_with_5_and_makes_nothing(argv, empty, capsys):
    assert main(argv) == 5
    assert "vraagbaak index" in one_line(capsys.readouterr().err)
    assert not (empty / "index.sqlite").exists()


def test_files_that_cannot_be_read_are_named_and_the_others_go_in(run, tmp_path):
    bad = bad_files(tmp_path)
    good = tmp_path / "nieuw.txt"
    good.write_text(BARLEY.replace("2022", "2021"), encoding="utf-8")
    code, out, _ = run("index", *bad.values(), good, "--json")
    report = json.loads(out)
    assert code == 3
    assert {failed["path"] for failed in report["failed"]} == {str(path) for path in bad.values()}
    assert {failed["code"] for failed in report["failed"]} == {"onleesbaar-bestand"}
    assert [added["source"] for added in report["added"]] == [str(good)]
    assert len(json.loads(run("documents", "--json")[1])["documents"]) == 3


def test_the_summary_names_the_files_that_failed(run, tmp_path):
    (tmp_path / "leeg.txt").write_bytes(b"")
    code, out, _ = run("index", tmp_path / "leeg.txt")
    assert code == 3
    assert "1 mislukt" in out
    assert str(tmp_path / "leeg.txt") in out


def test_indexing_again_changes_nothing(run, indexed):
    code, out, _ = run("index", indexed / "documenten")
    assert (code, out) == (0, "2 ongewijzigd\n")


def test_rebuild_needs_no_files(run):
    code, out, _ = run("index", "--rebuild")
    assert (code, out.splitlines()[0]) == (0, "2 bijgewerkt")
    assert json.loads(run("search", "subsidie veerdienst", "--json")[1])["hits"]


def test_an_index_of_another_model_ends_with_6_and_names_the_way_out(run, monkeypatch):
    other = other_encoder()
    monkeypatch.setattr(embedding, "load_encoder", lambda *_: other)
    code, _, err = run("search", "subsidie")
    assert code == 6
    assert "vraagbaak index --rebuild" in one_line(err)


def test_a_damaged_index_ends_with_8(run, tmp_path):
    (tmp_path / "data" / "index.sqlite").write_bytes(b"geen database" * 1000)
    for leftover in (tmp_path / "data").glob("index.sqlite-*"):
        leftover.unlink()
    code, _, err = run("documents")
    assert code == 8
    one_line(err)


def test_documents_are_listed_and_removed_all_or_none(run):
    listed = json.loads(run("documents", "--json")[1])["documents"]
    ferry = next(each["id"] for each in listed if each["source"].endswith("veer.txt"))
    assert ferry in run("documents")[1]
    code, _, err = run("documents", "remove", ferry, "bestaatniet")
    assert code == 4
    assert "bestaatniet" in one_line(err)
    assert len(json.loads(run("documents", "--json")[1])["documents"]) == 2
    code, out, _ = run("documents", "remove", ferry, "--json")
    assert code == 0
    assert ferry not in out
    hits = json.loads(run("search", "subsidie veerdienst", "--json")[1])["hits"]
    assert all(hit["document"]["id"] != ferry for hit in hits)


# --- finding and answering


def test_search_finds_the_answer_as_text_and_json(run):
    code, out, _ = run(
        "search", "hoeveel", "subsidie", "krijgt", "het", "veer?", "-k", "2", "--json"
    )
    result = json.loads(out)
    assert code == 0
    assert len(result["hits"]) == 2
    first = result["hits"][0]
    assert (first["rank"], first["questions"]) == (1, [2])
    assert "1,2 miljoen euro" in first["text"]
    assert {"id", "source", "title", "date"} <= first["document"].keys()
    assert "total" in result["timings_ms"]
    _, text, _ = run("search", "hoeveel subsidie krijgt het veer?", "-k", "2")
    assert "vraag 2" in text.splitlines()[0]
    assert "1,2 miljoen euro" in text


def test_filters_hold_and_an_unknown_document_ends_with_4(run):
    listed = json.loads(run("documents", "--json")[1])["documents"]
    barley = next(each["id"] for each in listed if each["source"].endswith("gerst.txt"))
    hits = json.loads(run("search", "subsidie", "--document", barley, "--json")[1])["hits"]
    assert {hit["document"]["id"] for hit in hits} == {barley}
    code, _, err = run("search", "subsidie", "--document", "bestaatniet")
    assert code == 4
    one_line(err)


def test_ask_without_a_model_gives_a_cited_passage(run):
    question = "Hoeveel reizigers vervoerde de veerdienst in 2023?"
    code, out, _ = run("ask", question, "--model", "none", "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["question"] == question
    assert not answer["abstained"]
    assert "48.000" in answer["answer"]
    assert answer["citations"][0]["questions"] == [3, 4]
    fields = {"read_as", "mode", "sentences", "hits", "model", "timings_ms", "tokens"}
    assert fields <= answer.keys()
    _, text, _ = run("ask", question, "--model", "none")
    assert "48.000" in text
    assert "[1]" in text
    assert "vraag 3 en 4" in text
    assert "Zonder leesmodel beantwoord" in text


def test_ask_reads_with_the_reader_of_the_settings(run, monkeypatch):
    monkeypatch.setenv("VRAAGBAAK_READER", "default")
    given = {"default": reader()}
    monkeypatch.setattr("rag.reader.open_reader", lambda name, _: given[name])
    question = "Hoeveel reizigers vervoerde de veerdienst in 2023?"
    code, out, _ = run("ask", question, "--model", "none")
    assert code == 0
    assert "48.000" in out
    assert "Zonder taalmodel beantwoord" in out
    assert "leesmodel" not in out
    refused = run("ask", "Hoeveel kernraketten staan er op de maan?", "--model", "none", "--json")
    assert json.loads(refused[1])["abstained"]


def test_ask_with_a_server_that_is_down_ends_with_7(run, monkeypatch):
    monkeypatch.setenv("VRAAGBAAK_OLLAMA_URL", "http://127.0.0.1:9")
    code, out, err = run("ask", "Hoeveel subsidie?", "--model", "ollama")
    assert code == 7
    assert "http://127.0.0.1:9" in one_line(err)
    assert not out


def test_chat_remembers_what_was_asked(run, monkeypatch):
    lines = "Hoeveel reizigers vervoerde de veerdienst in 2023?\n\nEn in 2022?\nstop\nnooit\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    code, out, _ = run("chat", "--model", "none")
    assert code == 0
    assert "48.000" in out
    assert "Gelezen als: Hoeveel reizigers vervoerde de veerdienst in 2022?" in out
    assert out.count("Gelezen als:") == 1


def test_chat_ends_at_the_end_of_its_input_and_marks_no_prompt_in_a_pipe(run, monkeypatch):
    lines = "Hoeveel gerst is er in 2022 geoogst?\nen het jaar daarna?\nen waarom?"
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    code, out, err = run("chat", "--model", "none")
    assert code == 0
    assert "Gelezen als: Hoeveel gerst is er in 2023 geoogst?" in out
    assert "Gelezen als: Hoeveel gerst is er in 2023 geoogst, en waarom?" in out
    assert ">" not in out
    assert "stop" not in err


def test_chat_in_a_terminal_asks_and_says_how_to_stop(run, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("stop\n"))
    code, out, err = run("chat", "--model", "none")
    assert code == 0
    assert out == "> "
    assert "stop" in err


def test_chat_goes_on_after_a_question_that_cannot_be_used(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("?\nHoeveel gerst is er geoogst?\n"))
    code, out, err = run("chat", "--model", "none")
    assert code == 0
    assert "leeg" in err
    assert "210.000" in out


# --- inspect


def test_inspect_shows_how_a_file_is_cut(indexed, capsys):
    path = indexed / "documenten" / "veer.txt"
    assert main(["inspect", str(path)]) == 0
    out = capsys.readouterr().out
    for shown in (str(path), "vraag 3 en 4", "→ 2", "Kent u het bericht", "apart gezet"):
        assert shown in out


def test_inspect_json_has_exact_spans(indexed, capsys):
    path = indexed / "documenten" / "veer.txt"
    assert main(["inspect", str(path), "--json"]) == 0
    cut = json.loads(capsys.readouterr().out)
    assert set(cut) == {"document", "text", "passages", "set_aside", "recognised", "warnings"}
    assert cut["document"]["source"] == str(path)
    assert [passage["questions"] for passage in cut["passages"]] == [[1], [2], [3, 4], [5]]
    for passage in cut["passages"]:
        assert cut["text"][passage["start"] : passage["end"]] == passage["text"]
        assert set(passage["question_texts"]) == {str(n) for n in passage["questions"]}
        assert len(passage["question_spans"]) == len(passage["questions"])
    assert cut["passages"][-1]["refers_to"] == [2]


def test_inspect_of_a_file_that_cannot_be_read_ends_with_3(tmp_path, capsys):
    for path in bad_files(tmp_path).values():
        assert main(["inspect", str(path)]) == 3
        assert path.name in one_line(capsys.readouterr().err)


def test_what_a_document_says_does_not_steer_the_terminal(tmp_path, capsys):
    path = tmp_path / "esc\x1b[31m.txt"
    path.write_text(BARLEY, encoding="utf-8")
    assert main(["inspect", str(path)]) == 0
    assert "\x1b" not in capsys.readouterr().out


# --- as a process


def test_a_reader_that_stops_reading_is_no_error(indexed):
    path = str(indexed / "documenten" / "veer.txt")
    shell = f"{sys.executable} -m rag.cli inspect {path} --json | head -c 1"
    done = subprocess.run(shell, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S602
    assert (done.stdout, done.stderr) == ("{", "")


@pytest.mark.usefixtures("empty")
def test_a_port_in_use_ends_with_2(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", port]) == 2
    assert port in one_line(capsys.readouterr().err)


def test_ctrl_c_ends_with_130_and_one_line(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "rag.cli", "serve", "--port", "0"],
        cwd=ROOT,
        env={
            **os.environ,
            "VRAAGBAAK_DATA_DIR": str(tmp_path),
            "VRAAGBAAK_EMBEDDING_MODEL": "/nee",
            "VRAAGBAAK_READER": "/nee",
        },
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


def test_models_lists_what_is_not_there(empty, capsys):
    assert main(["models", "--json"]) == 0
    models = json.loads(capsys.readouterr().out)["models"]
    assert [(each["present"], each["intact"]) for each in models] == [
        (False, False),
        (False, False),
        (True, True),  # the reader comes with the program
    ]
    assert not empty.exists()


# --- verify, backup, restore


def test_verify_says_that_all_is_well(run):
    code, out, _ = run("verify")
    assert code == 0
    assert out.startswith("nagekeken: 2 documents")
    assert "alles in orde" in out
    code, out, _ = run("verify", "--json")
    assert json.loads(out)["faults"] == []
    assert json.loads(out)["checked"]["documents"] == 2


def test_verify_names_damage_first_and_ends_with_its_code(run, tmp_path, monkeypatch):
    with sqlite3.connect(tmp_path / "data" / "index.sqlite") as raw:
        raw.execute("UPDATE documents SET text = 'x' || text WHERE key = 1")
        raw.execute("UPDATE manifest SET value = 'other' WHERE key = 'fingerprint'")
    raw.close()
    code, out, _ = run("verify", "--taal", "en")
    assert code == 8
    assert "does not stand where it says" in out
    assert "index --rebuild" in out.splitlines()[-1]


def test_verify_names_another_encoder_and_a_reader_that_is_missing(run, tmp_path, monkeypatch):
    monkeypatch.setenv("VRAAGBAAK_READER", str(tmp_path / "nergens"))
    code, out, _ = run("verify")
    assert code == 7
    assert "nergens" in out
    with sqlite3.connect(tmp_path / "data" / "index.sqlite") as raw:
        raw.execute("UPDATE manifest SET value = 'other' WHERE key = 'fingerprint'")
    raw.close()
    assert run("verify")[0] == 6


def test_a_backup_is_written_and_put_back(run, tmp_path):
    code, out, _ = run("backup", tmp_path / "kopie")
    assert (code, "geschreven" in out) == (0, True)
    assert run("backup", tmp_path / "kopie")[0] == 2
    listed = json.loads(run("documents", "--json")[1])["documents"]
    assert run("documents", "remove", listed[0]["id"])[0] == 0
    code, out, _ = run("restore", tmp_path / "kopie", "--json")
    assert (code, json.loads(out)["put_aside"]) == (0, None)
    assert json.loads(run("documents", "--json")[1])["documents"] == listed
    assert run("restore", tmp_path / "nergens")[0] == 2
