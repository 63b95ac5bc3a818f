"""What the documentation names exists, and its tables are those of the code."""

from __future__ import annotations

import contextlib
import inspect
import io
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from eval.cli import main as evaluate
from index import errors
from index.errors import VraagbaakError
from index.opendata import OpenDataError
from rag.cli.main import INTERRUPTED, main
from rag.serving import create_app
from rag.settings import CONFIG_VARIABLE, PREFIX, Settings, settings_table

ROOT = Path(__file__).resolve().parents[2]
README, DUTCH_README = ROOT / "README.md", ROOT / "README.nl.md"
CONTRIBUTING, CHANGELOG = ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [README, DUTCH_README, CONTRIBUTING, CHANGELOG, *DOCS]
LANGUAGES = {"In English": "en", "In het Nederlands": "nl"}
COMMON_WORDS = {
    "en": set("the of and a to is that it by for are with which not from where".split()),
    "nl": set("de het een van en dat niet zijn met wordt voor die waar ook wat staat".split()),
}
LONGEST_PAGE = 2_000  # words, blocks of code left out: some ten minutes
LOOKED_UP = {"api-reference.md"}  # nobody reads these from top to bottom


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def without_blocks(text: str) -> str:
    return re.sub(r"(?ms)^```.*?^```", "", text)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def stated_language(page: Path) -> str | None:
    """The language that a page says it is in, in italics below its title."""
    stated = re.search(r"\A# .+\n\n\*(In [\w ]+?)[.;]", read(page))
    return LANGUAGES.get(stated[1]) if stated else None


def spoken_language(text: str) -> str | None:
    """The language whose commonest words a text holds most of; None where there are too few."""
    prose = re.sub(r"(?m)^\|.*$|`[^`\n]*`|\[[^\]]*\]\([^)]*\)", " ", without_blocks(text))
    words = re.findall(r"[^\W\d_]+", re.sub(r"[\"“][^\"”\n]*[\"”]", " ", prose).lower())
    counts = {
        language: sum(word in common for word in words) for language, common in COMMON_WORDS.items()
    }
    return max(counts, key=counts.__getitem__) if max(counts.values()) >= 5 else None


def linked(page: Path) -> set[Path]:
    """The pages of the project that a page links to."""
    targets = re.findall(r"\]\(([^)\s#]+)", without_blocks(read(page)))
    return {(page.parent / target).resolve() for target in targets if "://" not in target}


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
def help_of(program: str, *command: str) -> str:
    """What `--help` of a command prints; fails where the command does not exist."""
    run = {"vraagbaak": main, "vraagbaak-eval": evaluate}[program]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.raises(SystemExit) as left:
        run([*command, "--help"])
    assert left.value.code == 0, f"{program} {command}"
    return printed.getvalue()


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as they are made from them by forges."""
    headings = re.findall(r"(?m)^#+ (.*)$", without_blocks(read(page)))
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def test_commands_settings_and_variables_of_the_pages_are_those_of_the_code():
    assert settings_table() in read(ROOT / "docs" / "settings.md")
    known = {PREFIX + name.upper() for name in Settings.__dataclass_fields__} | {CONFIG_VARIABLE}
    for page in PAGES:
        assert set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", read(page))) <= known, name_of(page)
    table = read(ROOT / "docs" / "commands.md")
    printed = help_of("vraagbaak")
    commands = set(re.findall(r"(?m)^ {4}([a-z]+) +\w", printed.split("OPDRACHT\n")[-1]))
    assert {"ask", "serve", "version"} <= commands
    assert commands == set(re.findall(r"(?m)^\| `vraagbaak ([a-z]+)", table))


def test_the_exit_codes_are_those_of_the_errors():
    kinds = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, VraagbaakError)
    ] + [OpenDataError]
    page = read(ROOT / "docs" / "commands.md")
    stated = re.findall(r"(?m)^\| (\d+) \| `([a-z-]+)` \| (\d+) \|", page)
    assert {(int(exit_code), name, int(status)) for exit_code, name, status in stated} == {
        (kind.exit_code, kind.code, kind.status) for kind in kinds
    }
    assert re.search(rf"(?m)^\| {INTERRUPTED} \|", page)


def test_links_lead_somewhere():
    wrong = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(read(page))):
            if target.startswith("https://"):
                continue
            path, _, anchor = target.partition("#")
            found = (page.parent / path).resolve() if path else page
            if not found.exists() or (anchor and anchor not in anchors(found)):
                wrong.append((name_of(page), target))
    assert not wrong


def test_commands_and_their_options_exist():
    wrong = []
    for page in PAGES:
        for program in ("vraagbaak", "vraagbaak-eval"):
            for command, options in invocations(read(page), program):
                shown = help_of(program, command)
                wrong += [
                    (name_of(page), program, command, option)
                    for option in options
                    if not re.search(rf"(?<![\w-]){option}(?![\w-])", shown)
                ]
    assert not wrong


def test_files_that_are_named_exist():
    missing = []
    for page in PAGES:
        # Elsewhere the blocks of code also name files that their user is to make.
        text = read(page) if page in (README, DUTCH_README) else without_blocks(read(page))
        named = {
            word.rstrip(".,:;")
            for line in code(text)
            for word in re.findall(
                r"(?<![\w/.$-])(?:scripts|docs|samples|prompts|tests|index|rag|eval)/[\w./-]*", line
            )
        }
        named |= set(
            re.findall(
                r"`(Dockerfile|Makefile|[\w-]+\.yml|[A-Z]+\.md|pyproject\.toml)`", read(page)
            )
        )
        missing += [(name_of(page), name) for name in named if not (ROOT / name).exists()]
    # A reader that is to be written.
    assert [each for each in missing if not each[1].endswith("/NAME.py")] == []


def test_the_routes_of_the_api_page_are_those_of_the_service(tmp_path):
    routes = create_app(Settings(data_dir=tmp_path)).openapi()["paths"]
    known = {
        (verb.upper(), re.sub(r"\{\w+\}", "{}", path)) for path in routes for verb in routes[path]
    }
    listed = {
        (verb, re.sub(r"\{\w+\}", "{}", path))
        for verbs, path in re.findall(
            r"(?m)^\| ((?:GET|POST|DELETE)[^|]*) \| `([^`]+)` \|", read(ROOT / "docs" / "api.md")
        )
        for verb in verbs.split(", ")
    }
    # Not for a program that reads the description: the page, and a protocol of its own.
    assert listed == known | {("GET", "/"), ("POST", "/mcp")}


def test_pages_are_reached_short_and_told_alike_in_both_readmes():
    decisions = ROOT / "docs" / "decisions" / "README.md"
    for readme in (README, DUTCH_README):
        reached = linked(readme) | linked(decisions)
        assert {page for page in PAGES if page not in (*linked(readme), readme)} <= reached
    words = {
        name_of(page): len(without_blocks(read(page)).split())
        for page in set(PAGES) - {CHANGELOG}
        if page.name not in LOOKED_UP
    }
    assert {name: count for name, count in words.items() if count > LONGEST_PAGE} == {}
    english, dutch = read(README), read(DUTCH_README)
    assert re.findall(r"(?m)^#+ ", english) == re.findall(r"(?m)^#+ ", dutch)
    assert linked(README) - {DUTCH_README} == linked(DUTCH_README) - {README}
    for pattern in (r"(?m)^\|", r"(?m)^- ", r"(?m)^(?:\. |\$ |curl |make |vraagbaak |VRAAGBAAK_)"):
        assert len(re.findall(pattern, english)) == len(re.findall(pattern, dutch)), pattern


def test_every_page_says_its_language_and_keeps_to_it():
    wrong = []
    for page in set(PAGES) - {CHANGELOG}:
        language = stated_language(page)
        sections = re.split(r"(?m)^## ", read(page))
        spoken = {spoken_language(section) for section in sections} - {None}
        if page.name in LOOKED_UP:
            continue  # the service describes itself in Dutch, and the page says so
        if language is None or not spoken <= {language}:
            wrong.append((name_of(page), language, spoken))
    assert not wrong
    assert (
        spoken_language("Wat niet in de documenten staat, wordt geweigerd; ook een naam.") == "nl"
    )


def test_every_decision_has_the_same_parts_and_is_listed():
    folder = ROOT / "docs" / "decisions"
    pages = sorted(folder.glob("0*.md"))
    assert len(pages) >= 12
    for number, page in enumerate(pages, 1):
        assert page.name.startswith(f"{number:04}-")
        assert re.findall(r"(?m)^#+ (.*)$", read(page))[1:] == [
            "Context",
            "Choice",
            "What was measured",
            "What would change our mind",
        ], page.name
        title = re.match(rf"# {number}\. (.+)\n", read(page))
        assert title, page.name
        assert f"[{title[1]}]({page.name})" in read(folder / "README.md")


# --- make, and the hooks of a commit


def make(*arguments: str) -> str:
    """What make would run, or prints; fails where it would."""
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_target_of_make_is_listed_and_runs_what_exists():
    targets = set(re.findall(r"(?m)^([a-z]+):", read(ROOT / "Makefile")))
    assert {line.split()[0] for line in make("help").splitlines()} == targets
    run = make("--dry-run", *sorted(targets), "DATA=reading", "VERSION=0.0.0")
    scripts = set(re.findall(r"scripts/\w+\.\w+", run))
    assert {"scripts/setup.sh", "scripts/demo.sh", "scripts/test.sh"} <= scripts
    assert all((ROOT / script).exists() for script in scripts)
    assert all((ROOT / script).stat().st_mode & 0o100 for script in scripts if ".sh" in script)
    for program in ("vraagbaak", "vraagbaak-eval"):
        for command, options in invocations(f"```\n{run}```\n", program):
            assert all(option in help_of(program, command) for option in options), command


def test_targets_of_make_that_pages_name_exist():
    targets = set(re.findall(r"(?m)^([a-z]+):", read(ROOT / "Makefile")))
    named = {
        target
        for page in PAGES
        for line in code(read(page))
        if (match := re.match(r"(?:[A-Z_]+=\S+ )*make((?: [a-z]+)+)(?= |$)", line))
        for target in match[1].split()
    }
    assert {"demo", "test", "train", "release"} <= named <= targets
    for page in (README, DUTCH_README):
        block = re.search(r"(?ms)^```sh\n(.*?)^```", read(page))
        assert block
        assert re.findall(r"(?m)^make (\w+)", block[1]) == ["demo", "test"]


def test_the_hooks_run_the_checks_of_the_lint_script():
    hooks = yaml.safe_load(read(ROOT / ".pre-commit-config.yaml"))["repos"][0]["hooks"]
    entries = [re.sub(r" --(?:fix|force-exclude)", "", hook["entry"]) for hook in hooks]
    lint = [
        re.sub(r" --check| \.$", "", line)
        for line in read(ROOT / "scripts" / "lint.sh").splitlines()
        if line.startswith(".venv/bin/")
    ]
    assert entries == lint
