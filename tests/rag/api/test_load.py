"""The load test, small: users at the same time get their own answers. Never how fast."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import subprocess
import sys

import pytest
from running_service import ROOT, environment, filled, served, settings_of
from surface_parts import encoder

from index import paths
from index.index import open_index
from rag.serving import create_app

QUESTIONS = (
    "Hoeveel reizigers vervoerde de veerdienst in 2023?",
    "Hoeveel subsidie ontvangt de veerdienst in 2024?",
    "Hoeveel gerst is er in 2022 geoogst?",
    "Wanneer komt er een brug?",
    "Hoeveel kernreactoren staan er op Mars?",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder with two documents, and questions about them."""
    folder = tmp_path_factory.mktemp("load")
    filled(folder, encoder()).close()
    (folder / "models").symlink_to(paths.models_dir(paths.data_dir()))
    gold = [
        {"id": f"v{number}", "question": question, "answerable": False, "gold": [], "facts": []}
        for number, question in enumerate(QUESTIONS)
    ]
    lines = "\n".join(json.dumps(each) for each in gold)
    (folder / "gold.jsonl").write_text(lines, encoding="utf-8")
    return folder


def load(data, *arguments):
    """The exit code of a load test, its table, and what it said on stderr."""
    ended = subprocess.run(
        [sys.executable, "scripts/load.py", str(data), str(data / "gold.jsonl"), *arguments],
        cwd=ROOT,
        env=environment(data, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    rows = dict(re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \|$", ended.stdout))
    return ended.returncode, rows, ended.stderr


def test_users_at_the_same_time_get_their_own_answers(data):
    code, rows, said = load(data, "--users", "12", "--requests", "36", "--stream")
    assert (code, said) == (0, "")
    assert (rows["answers"], rows["other errors"], rows["mixed up"]) == ("36", "0", "0")
    assert int(rows["citations looked up"]) > 0
    assert "first event, p50 / p95 / max" in rows


def test_more_users_than_there_are_places_hear_that_it_is_busy_and_nothing_else(data, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    script = importlib.import_module("load")
    index = open_index(data, encoder(), create=False)
    # In this process: what a process of its own adds is seen above.
    with served(create_app(settings_of(data, max_asks=1, rate_limit=0), index)) as url:
        seen = asyncio.run(script._ask_all(url, QUESTIONS, users=12, requests=24, stream=False))
    assert seen.complaints == []
    rows = dict(seen.rows())
    refused = int(rows["refused with 503"])
    assert refused > 0
    assert refused + int(rows["answers"]) == 24
    assert rows["mixed up"] == "0"


def test_a_data_folder_without_an_index_is_an_error_at_once(data, tmp_path):
    (tmp_path / "gold.jsonl").write_text((data / "gold.jsonl").read_text())
    code, rows, said = load(tmp_path, "--users", "1", "--requests", "1")
    assert code != 0
    assert not rows
    assert said.startswith("load: ")
    assert said.count("\n") == 1
