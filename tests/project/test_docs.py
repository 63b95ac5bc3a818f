"""What the documentation names exists, and its tables are those of the code."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from eval.cli import main as evaluate
from index import errors
from index.errors import VraagbaakError
from index.opendata import OpenDataError
from rag.cli.main import INTERRUPTED, main
from rag.serving import create_app
from rag.settings import CONFIG_VARIABLE, PREFIX, Settings, settings_table

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
README = PAGES[0]

by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def without_blocks(text: str) -> str:
    return re.sub(r"(?ms)^```.*?^```", "", text)


def code(text: str) -> Iterator[str]:
    """Every line of a code block and every stretch between backticks."""
    for block in re.findall(r"(?ms)^```\w*\n(.*?)^```", text):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", without_blocks(text))


def invocations(text: str, program: str) -> Iterator[tuple[str, list[str]]]:
    """(command, options) of each line that runs `program`."""
    for line in code(text):
        stripped = re.sub(r"^(?:\$ )?(?:[A-Z_]+=\S+ )*", "", line.strip())
        stripped = stripped.removeprefix(".venv/bin/").split(" #")[0]
        if match := re.match(rf"{program} (\w[\w-]*)(.*)", stripped):
            yield match[1], re.findall(r"(?<=\s)--?[a-z][\w-]*", match[2])


@cache
def help_of(program: str, command: str) -> str:
    """What `--help` of a command prints; fails where the command does not exist."""
    import contextlib
    import io

    run = {"vraagbaak": main, "vraagbaak-eval": evaluate}[program]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.raises(SystemExit) as left:
        run([command, "--help"])
    assert left.value.code == 0, f"{program} {command}"
    return printed.getvalue()


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as they are made from them by forges."""
    headings = re.findall(r"(?m)^#+ (.*)$", without_blocks(read(page)))
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def test_the_table_of_settings_is_that_of_the_code():
    assert settings_table() in read(ROOT / "docs" / "settings.md")


def test_the_exit_codes_are_those_of_the_errors():
    kinds = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, VraagbaakError)
    ] + [OpenDataError]
    stated = re.findall(r"(?m)^\| (\d+) \| `([a-z-]+)` \| (\d+) \|", read(README))
    assert {(int(exit_code), name, int(status)) for exit_code, name, status in stated} == {
        (kind.exit_code, kind.code, kind.status) for kind in kinds
    }
    assert re.search(rf"(?m)^\| {INTERRUPTED} \|", read(README))


@by_page
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(read(page))):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


@by_page
@pytest.mark.parametrize("program", ["vraagbaak", "vraagbaak-eval"])
def test_commands_and_their_options_exist(page, program):
    for command, options in invocations(read(page), program):
        shown = help_of(program, command)
        for option in options:
            assert re.search(rf"(?<![\w-]){option}(?![\w-])", shown), f"{command} {option}"


@by_page
def test_files_that_are_named_exist(page):
    # Elsewhere the blocks of code also name files that their user is to make.
    text = read(page) if page == README else without_blocks(read(page))
    named = {
        word.rstrip(".,:;")
        for line in code(text)
        for word in re.findall(
            r"(?<![\w/.$-])(?:scripts|docs|samples|prompts|tests|index|rag|eval)/[\w./-]*", line
        )
    }
    named |= set(re.findall(r"`(Dockerfile|[\w-]+\.yml|[A-Z]+\.md|pyproject\.toml)`", read(page)))
    missing = {name for name in named if not (ROOT / name).exists()}
    assert not missing


@by_page
def test_environment_variables_that_are_named_exist(page):
    known = {PREFIX + name.upper() for name in Settings.__dataclass_fields__} | {CONFIG_VARIABLE}
    assert set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", read(page))) <= known


def test_the_routes_of_the_readme_are_those_of_the_service(tmp_path):
    routes = create_app(Settings(data_dir=tmp_path)).openapi()["paths"]
    known = {
        (verb.upper(), re.sub(r"\{\w+\}", "{}", path)) for path in routes for verb in routes[path]
    }
    listed = {
        (verb, re.sub(r"\{\w+\}", "{}", path))
        for verbs, path in re.findall(
            r"(?m)^\| ((?:GET|POST|DELETE)[^|]*) \| `([^`]+)` \|", read(README)
        )
        for verb in verbs.split(", ")
    }
    # Not for a program that reads the description: the page, and a protocol of its own.
    assert listed == known | {("GET", "/"), ("POST", "/mcp")}


def test_every_page_is_reached_from_the_readme():
    linked = {target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", read(README))}
    assert {f"docs/{page.name}" for page in PAGES if page.parent.name == "docs"} <= linked


def test_the_two_commands_of_the_quick_start_can_be_run():
    block = re.search(r"(?ms)^```sh\n(.*?)^```", read(README))
    assert block
    scripts = re.findall(r"(?m)^(scripts/\w+\.sh)", block[1])
    assert len(scripts) == 2
    assert all((ROOT / script).stat().st_mode & 0o100 for script in scripts)
