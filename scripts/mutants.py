#!/usr/bin/env python3
"""Mutation testing of the exact rules: change one thing in a rule, and see a test fail.

    scripts/mutants.py --sample 100 --seed 1        # survivors on stdout, exit code 1 below 80 %
    scripts/mutants.py --sample 50 rag/dutch/dates.py

A mutant is a comparison, boolean operator, number, sign, condition, returned value or dropped
statement (never a docstring or an annotation). A worker imports the libraries once and forks for
each mutant, which puts the changed module in the place of its own and runs the tests of it.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# A rule's module -> the tests that must hold it.
RULES = {
    **{f"rag/dutch/{name}.py": f"tests/rag/dutch/test_{name}.py" for name in (
        "comparators", "dates", "demonyms", "names", "numerals", "phrases", "quantities")},
    "rag/verification/exact.py": "tests/rag/verification/test_exact.py",
    "rag/pipeline/stated.py": "tests/rag/pipeline/test_stated.py",
    "index/segmentation/question_numbers.py": "tests/index/segmentation/test_question_numbers.py",
    "index/identifiers.py": "tests/index/test_identifiers.py",
}  # fmt: skip
ENOUGH = 0.8
SECONDS = 120  # for the tests of one mutant; one that takes longer is killed
OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}  # fmt: skip


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node, each with one thing changed."""
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            if type(operator) in OTHER:
                ops = [*node.ops[:at], OTHER[type(operator)](), *node.ops[at + 1 :]]
                yield ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(OTHER[type(node.op)](), node.values)
    elif isinstance(node, ast.BinOp) and type(node.op) in OTHER:
        yield ast.BinOp(node.left, OTHER[type(node.op)](), node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
        yield ast.Constant(not node.value if isinstance(node.value, bool) else node.value + 1)
    elif isinstance(node, ast.Return) and node.value is not None:
        empty = isinstance(node.value, ast.Constant) and node.value.value is None
        yield ast.Return(ast.Constant(True if empty else None))
    elif isinstance(node, ast.If | ast.IfExp):
        other = copy.copy(node)
        other.test = ast.UnaryOp(ast.Not(), node.test)
        yield other
    elif isinstance(node, ast.Assign | ast.AugAssign | ast.Break | ast.Continue) or (
        isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
    ):
        yield ast.Pass()


def places(tree: ast.Module) -> Iterator[tuple[ast.AST, str, int | None]]:
    """(parent, field, place in the field) of every node within a function, annotations apart, and
    of every value of the module's own names."""
    for each in tree.body:
        if isinstance(each, ast.Assign | ast.AugAssign):
            yield from below(each)
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    inner = {id(f) for each in functions for f in ast.walk(each) if f is not each}
    for function in (each for each in functions if id(each) not in inner):
        yield from ((function, "body", at) for at in range(len(function.body)))
        for statement in function.body:
            yield from below(statement)


def below(root: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """(parent, field, place in the field) of every node under `root`."""
    for name, value in ast.iter_fields(root):
        if name in ("annotation", "returns"):
            continue
        for at, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.AST):
                yield root, name, at if isinstance(value, list) else None
                yield from below(child)


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """(line, what it is in place of what, source) of every mutant of a module."""
    tree = ast.parse(source)
    for parent, name, at in list(places(tree)):
        held = getattr(parent, name)
        node = held if at is None else held[at]
        for changed in changes(node):
            put(parent, name, at, ast.copy_location(changed, node))
            ast.fix_missing_locations(tree)
            shown = [" ".join(ast.unparse(each).split())[:60] for each in (node, changed)]
            yield node.lineno, " -> ".join(shown), ast.unparse(tree)  # type: ignore[attr-defined]
            put(parent, name, at, node)


def put(parent: ast.AST, name: str, at: int | None, node: ast.AST) -> None:
    """Set a child of `parent`."""
    if at is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[at] = node


def worker(module: str, test: str, folder: Path) -> None:
    """Print "killed" or "survived" for each source in `folder`; heavy imports are made once."""
    import pytest

    name = module.removesuffix(".py").replace("/", ".")
    run = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header", test]
    ours = {"index", "rag", "eval", "prompts", "tests"}
    ours |= {path.stem for path in (ROOT / "tests" / "support").glob("*.py")}
    # Once without a mutant, and here, so that no child imports pytest's plugins and libraries again.
    print("survived" if quietly(pytest.main, run) == 0 else "killed", flush=True)
    for path in sorted(folder.glob("*.py")):
        child = os.fork()
        if child == 0:
            os.setsid()
            signal.alarm(SECONDS)
            for known in [each for each in sys.modules if each.split(".")[0] in ours]:
                del sys.modules[known]
            sys.meta_path.insert(0, _Instead(name, path))
            os._exit(0 if quietly(pytest.main, run) == 0 else 1)
        _, status = os.waitpid(child, 0)
        print("survived" if status == 0 else "killed", flush=True)


def quietly(run: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Run without a word on stdout and stderr, whoever writes there."""
    kept = os.dup(1), os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    try:
        return run(arguments)
    finally:
        for number, before in enumerate(kept, start=1):
            os.dup2(before, number)


class _Instead:
    """Finds one module at another place."""

    def __init__(self, name: str, path: Path) -> None:
        self.name, self.path = name, path

    def find_spec(self, name: str, *_: object) -> object:
        from importlib.util import spec_from_file_location

        return spec_from_file_location(name, self.path) if name == self.name else None


def main() -> int:
    """Run a sample of the mutants of all rules, or of those named."""
    parser = argparse.ArgumentParser(description="Mutation testing of the exact rules.")
    parser.add_argument("rules", nargs="*", default=list(RULES), metavar="MODULE")
    parser.add_argument("--sample", type=int, default=100, metavar="N", help="mutants in all")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--worker", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    os.chdir(ROOT)
    if given.worker:
        sys.path.insert(0, str(ROOT))
        worker(given.worker[0], given.worker[1], Path(given.worker[2]))
        return 0
    every = [(rule, *each) for rule in given.rules for each in mutants(Path(rule).read_text())]
    chosen = random.Random(given.seed).sample(every, min(given.sample, len(every)))  # noqa: S311
    killed = 0
    for rule in given.rules:
        mine = sorted(each for each in chosen if each[0] == rule)
        if not mine:
            continue
        with tempfile.TemporaryDirectory() as folder:
            for number, each in enumerate(mine):
                (Path(folder) / f"{number:04}.py").write_text(each[3], encoding="utf-8")
            asked = [sys.executable, __file__, "--worker", rule, RULES[rule], folder]
            done = subprocess.run(asked, capture_output=True, text=True, check=True)
        unchanged, *verdicts = done.stdout.split()
        if unchanged != "survived":
            sys.exit(f"{RULES[rule]} fails without a mutant")
        for (_, line, change, _), verdict in zip(mine, verdicts, strict=True):
            if verdict == "survived":
                print(f"{rule}:{line}: {change}")
        killed += verdicts.count("killed")
        print(f"{rule}: {verdicts.count('killed')} of {len(verdicts)}", flush=True)
    share = killed / len(chosen)
    print(f"killed {killed} of {len(chosen)} ({share:.0%}), of {len(every)} mutants in all")
    return 0 if share >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
