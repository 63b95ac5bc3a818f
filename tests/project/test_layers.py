"""Imports go `eval -> rag -> index`, never back, and the leaves do not know one another."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "index": {"index"},
    "rag": {"rag", "index", "prompts"},
    "eval": {"eval", "rag", "index", "prompts"},
    "prompts": {"prompts"},
}
FILES = sorted(
    path
    for package in [*MAY_IMPORT, "tests", "scripts"]
    for path in (ROOT / package).rglob("*.py")
    if "__pycache__" not in path.parts
)


@cache
def imports(path: Path) -> tuple[tuple[str, bool], ...]:
    return tuple(read_imports(path))


def read_imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(full name of each module imported, whether by `import x`), also inside functions."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, True) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(parts[: -node.level]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            yield module, False
            # `from rag import cli` imports the package rag.cli.
            yield from ((f"{module}.{alias.name}", False) for alias in node.names)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_packages_import_only_what_lies_below_them():
    assert {path.relative_to(ROOT).parts[0] for path in FILES} >= {*MAY_IMPORT, "tests"}
    for path in FILES:
        allowed = MAY_IMPORT.get(path.relative_to(ROOT).parts[0], set(MAY_IMPORT))
        ours = {name.split(".")[0] for name, _ in imports(path)} & set(MAY_IMPORT)
        assert ours <= allowed, relative(path)
    path = ROOT / "index" / "documents.py"
    assert not {name.split(".")[0] for name, _ in imports(path)} & set(MAY_IMPORT)
    path = ROOT / "rag" / "client.py"
    assert not {name.split(".")[0] for name, _ in imports(path)} & set(MAY_IMPORT)


def test_eval_is_never_bound_as_a_name():
    # `eval` is a builtin: `import eval.x` would shadow it.
    for path in FILES:
        plain = {name.split(".")[0] for name, plain in imports(path) if plain}
        assert "eval" not in plain, relative(path)


SURFACES = ("api", "cli", "client", "mcp")


def test_no_room_imports_a_surface_and_they_not_one_another():
    for surface in SURFACES:
        files = [path for path in FILES if path.is_relative_to(ROOT / "rag" / surface)]
        files = files or [ROOT / "rag" / f"{surface}.py"]
        others = {f"rag.{other}" for other in SURFACES if other != surface}
        for path in files:
            named = {".".join(name.split(".")[:2]) for name, _ in imports(path)}
            assert not named & others, relative(path)
    for room in ROOMS_BELOW:
        files = list((ROOT / "rag" / room).rglob("*.py"))
        assert files, room
        for path in files:
            named = {".".join(name.split(".")[:2]) for name, _ in imports(path)}
            assert not named & {f"rag.{surface}" for surface in SURFACES}, relative(path)


ROOMS_BELOW = (
    "pipeline",
    "reader",
    "verification",
    "dutch",
    "conversation",
    "llm",
    "service",
    "formatting",
)


def test_what_knows_dutch_knows_no_passage_and_no_answer():
    for path in (ROOT / "rag" / "dutch").glob("*.py"):
        named = {name for name, _ in imports(path) if name.startswith(("rag.", "index."))}
        assert all(
            name.startswith(("rag.dutch", "index.analyzer", "index.segmentation.question_numbers"))
            for name in named
        ), relative(path)


def test_the_reader_knows_no_dutch_and_nothing_of_the_path_around_it():
    for path in (ROOT / "rag" / "reader").glob("*.py"):
        named = {name for name, _ in imports(path) if name.startswith("rag.")}
        assert all(name.startswith("rag.reader") for name in named), relative(path)


def test_only_prompting_reads_the_prompts():
    readers = {
        relative(path)
        for path in FILES
        if path.parts[len(ROOT.parts)] in ("index", "rag", "eval")
        and any(name.split(".")[0] == "prompts" for name, _ in imports(path))
    }
    assert readers <= {"rag/llm/prompts.py"}


def test_the_import_reader_sees_nested_relative_and_plain_imports(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    package = tmp_path / "rag"
    package.mkdir()
    file = package / "x.py"
    file.write_text(
        "import eval.gold\ndef f():\n    from . import cli\n    from eval import runs\n"
    )
    found = set(imports(file))
    assert {("eval.gold", True), ("rag.cli", False), ("eval.runs", False)} <= found
