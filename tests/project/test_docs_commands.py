"""The commands of the documentation run as they stand there, page by page and in their order.

Left out is what needs a network, a model that writes, reading data or more than a moment.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from surface_parts import FERRY, encoder

from eval.cli import main as evaluate
from index import paths
from rag.cli.main import main
from rag.service.feedback import FeedbackStore
from rag.service.keys import Keys

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
PROGRAMS = {"vraagbaak": main, "vraagbaak-eval": evaluate}
LEFT_OUT = {
    *("serve", "mcp", "chat"),  # run until they are stopped, or ask for a terminal
    *("sync", "judge"),  # a network, or a model
    *("train", "reader"),  # reading data, and hours or minutes
}
GOLD = [
    ("subsidie", "hoeveel subsidie krijgt de veerdienst?", [2], [["1,2 miljoen"]]),
    ("reizigers", "hoeveel reizigers vervoert de veerdienst?", [3, 4], [["48[.]000"]]),
    ("kaas", "hoeveel kaas wordt er in Gouda gemaakt?", [], []),
    ("zweden", "wie bouwt er scholen in Zweden?", [], []),
]


def blocks(page: Path, kind: str) -> list[str]:
    """The blocks of code of a page in one language."""
    found = re.findall(r"(?ms)^```(\w*)\n(.*?)^```", page.read_text(encoding="utf-8"))
    return [block for named, block in found if named == kind]


def commands(page: Path) -> Iterator[tuple[str, list[str]]]:
    """(program, arguments) of each line of the page's blocks of code that a test can run."""
    for block in (*blocks(page, ""), *blocks(page, "sh")):
        for line in block.splitlines():
            # With variables before it, it is about a model server.
            if not re.match(r"(?:\$ )?vraagbaak(?:-eval)? \w", line) or "[" in line:
                continue
            program, *arguments = shlex.split(line.removeprefix("$ "), comments=True)
            needs_model = {"embedded", "samples-embedded", "fetch"} & {
                part for argument in arguments for part in re.split("[/=]", argument)
            }
            if arguments[0] not in LEFT_OUT and not needs_model and "&" not in arguments:
                yield program, arguments


RUN = [page for page in PAGES if any(commands(page))]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with what the pages speak of: documents, gold sets, a verdict; the index is empty."""
    loaded, models = encoder(), paths.models_dir(paths.data_dir())
    data = tmp_path / ".local" / "share" / "vraagbaak"
    for folder in (
        data,
        tmp_path / "MAP",
        tmp_path / "goud",
        tmp_path / "runs",
        tmp_path / "backup",
    ):
        folder.mkdir(parents=True)
    for name, value in {
        "HOME": tmp_path,
        "VRAAGBAAK_DATA_DIR": data,
        "VRAAGBAAK_MODEL": "none",
        "VRAAGBAAK_READER": "none",
    }.items():
        monkeypatch.setenv(name, str(value))
    (data / "models").symlink_to(models)
    monkeypatch.setattr("index.encoders.embedding.load_encoder", lambda *_: loaded)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "MAP" / "veer.txt").write_text(FERRY, encoding="utf-8")
    lines = [
        {
            "id": name,
            "question": question,
            "answerable": bool(numbers),
            "gold": [{"file": "veer.txt", "questions": numbers}] if numbers else [],
            "facts": facts,
        }
        for name, question, numbers, facts in GOLD
    ]
    dialogue = {"id": "gesprek", "turns": [{**lines[0]}]}
    del dialogue["turns"][0]["id"], dialogue["turns"][0]["answerable"]  # type: ignore[index]
    for name, held in {"goud": lines, "gesprekken": [dialogue]}.items():
        written = "".join(json.dumps(line) + "\n" for line in held)
        (tmp_path / f"{name}.jsonl").write_text(written, encoding="utf-8")
    return tmp_path


def filled_in(argument: str, home: Path) -> str:
    """A command's argument with something for what its reader is to fill in."""
    argument = re.sub(r"^~/|^/(?=backup/)", f"{home}/", argument)
    argument = re.sub(r"^(?:FOLDER|PAD/NAAR/documenten|PATH/TO/documents)$", "MAP", argument)
    for theirs, ours in (("gold", "goud"), ("dialogues", "gesprekken")):
        argument = re.sub(rf"^PATH/TO/{theirs}\.jsonl$", f"{ours}.jsonl", argument)
    argument = re.sub(r"^PAD/NAAR/", "", argument)
    return {
        "...": "hoeveel subsidie krijgt de veerdienst?",
        "ID": next((key.id for key in Keys(paths.data_dir()).all()), "ID"),
    }.get(argument, argument)


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_the_commands_of_a_page_do_what_they_are_shown_for(page, home, capfd):
    assert main(["index", "MAP"]) == 0
    for block in blocks(page, "toml"):
        (home / "toleranties.toml").write_text(block, encoding="utf-8")
    capfd.readouterr()
    assert main(["ask", GOLD[0][1], "--json"]) == 0
    FeedbackStore(paths.data_dir()).add("up", None, json.loads(capfd.readouterr().out))
    made: set[str] = set()
    for program, arguments in commands(page):
        given = [filled_in(each, home) for each in arguments]
        if given[0] in ("run", "calibrate", "derive") and given[given.index("--out") + 1] in made:
            continue  # the same again, under another heading
        if "--out" in given:
            made.add(given[given.index("--out") + 1])
        code = PROGRAMS[program](given)
        assert code == 0, f"{program} {shlex.join(given)}\n{capfd.readouterr().err}"


def test_the_pages_that_show_commands_are_not_all_left_out():
    run = {(page.name, arguments[0]) for page in RUN for _, arguments in commands(page)}
    assert ("evaluation.md", "compare") in run
    assert ("README.md", "ask") in run
    assert ("gold-sets.md", "derive") in run
    assert len(run) > 12
