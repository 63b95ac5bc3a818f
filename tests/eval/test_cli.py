"""`vraagbaak-eval`: what each command does, says and returns."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from eval_case import DOCUMENTS, FERRY, QUESTIONS, System
from hashing import HashingEncoder

from eval.cli import main
from eval.runs import run
from index.index import open_index

LINE = {
    "id": "v1",
    "question": "hoe vaak gaat de boot?",
    "answerable": True,
    "gold": [{"file": "veer.txt", "questions": [1]}],
    "facts": [["elk uur"]],
}


def gold(path: Path, **change: object) -> Path:
    path.write_text(json.dumps({**LINE, **change}) + "\n", encoding="utf-8")
    return path


def test_check_gold_counts_and_tells_where_gold_and_index_disagree(tmp_path, capsys):
    index = open_index(tmp_path / "index", HashingEncoder(), create=True)  # type: ignore[arg-type]
    index.add_bytes(FERRY.encode(), "veer.txt")
    index.close()
    good = gold(tmp_path / "goed.jsonl")
    assert main(["check-gold", str(good), "--index", str(tmp_path / "index")]) == 0
    assert capsys.readouterr().out == "1 vragen: 1 te beantwoorden, 0 niet\n"
    wrong = gold(tmp_path / "fout.jsonl", facts=[["elke dag"]])
    assert main(["check-gold", str(wrong), "--index", str(tmp_path / "index")]) == 0
    assert "v1: feit staat in geen goudpassage: elke dag" in capsys.readouterr().out


def test_errors_are_one_line_in_the_language_asked_for(tmp_path, capsys):
    path = gold(tmp_path / "fout.jsonl", facts="x")
    assert main(["check-gold", str(path)]) == 2
    assert main(["check-gold", str(path), "--lang", "en"]) == 2
    dutch, english = capsys.readouterr().err.splitlines()
    assert "fout.jsonl, regel 1, veld facts: moet een lijst" in dutch
    assert "fout.jsonl, line 1, field facts: must be a list" in english


def test_an_index_that_is_not_there_is_an_error(tmp_path, capsys):
    path = gold(tmp_path / "goed.jsonl")
    assert main(["check-gold", str(path), "--index", str(tmp_path)]) == 5
    assert capsys.readouterr().err.startswith("vraagbaak-eval: ")


def test_report_writes_four_files_where_it_is_told(tmp_path, capsys):
    run(tmp_path / "run", QUESTIONS, DOCUMENTS, System(), {})
    assert main(["report", str(tmp_path / "run"), "--out", str(tmp_path / "out")]) == 0
    names = {Path(line).name for line in capsys.readouterr().out.splitlines()}
    assert names == {"report.html", "report.md", "junit.xml", "report.json"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names


def test_a_setting_that_is_no_pair_or_unknown_is_refused(tmp_path, capsys):
    path = gold(tmp_path / "goed.jsonl")
    for setting in ("model", "bestaat_niet=1"):
        given = ["run", str(path), "--out", str(tmp_path / "run"), "--set", setting]
        assert main(given) == 2
    assert not (tmp_path / "run").exists()
    assert "NAAM=WAARDE" in capsys.readouterr().err


COMMANDS = "run compare report derive feedback calibrate train reader judge check-gold".split()
ENGLISH = r"(?i)\b(usage|options|arguments|show|folder|file|default|with|the)\b"
DUTCH = r"(?i)\b(gebruik|opties|argumenten|opdracht\w*|toon|map|bestand|standaard|een|van|voor)\b"


@pytest.mark.parametrize("command", [None, *COMMANDS])
@pytest.mark.parametrize(("language", "foreign"), [("nl", ENGLISH), ("en", DUTCH)])
def test_help_is_in_one_language(command, language, foreign, capsys):
    given = [*([command] if command else []), "--help"]
    with pytest.raises(SystemExit) as left:
        main([*given, "--lang", language] if command else ["--lang", language, *given])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith("usage: " if language == "en" else "gebruik: ")
    assert re.search(foreign, shown) is None, shown


@pytest.mark.parametrize(
    ("given", "dutch", "english"),
    [
        (["run"], "er ontbreekt", "required"),
        (["calibrate", "r", "--out", "x", "--max-wrongly-refused", "2"], "geef een getal", "give"),
        (["run", "g", "--out", "r", "--workers", "0"], "geheel getal", "whole number"),
        (["bestaat-niet"], "kan niet", "invalid choice"),
    ],
)
def test_faulty_arguments_are_one_line_in_the_language_asked_for(given, dutch, english, capsys):
    assert main(given) == 2
    assert main([*given, "--lang", "en"]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert dutch in first
    assert english in second
