"""What a process that will be killed does: the same changes to an index, in the same order.

`python crash_child.py DATA FOLDER SEED FROM` prints a line when it begins, and one after every step.
Steps are files written to FOLDER and then added, removed or made again; they can be computed
without doing them (`states`).
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hashing import HashingEncoder

from index.index import Index, open_index, rebuild_index

STEPS = 24
FILES = 6
WORDS = "fietsen bomen schepen vissen wegen bruggen sluizen dijken molens treinen".split()


@dataclass(frozen=True)
class Step:
    do: Literal["put", "remove", "rebuild"]
    name: str = ""
    text: str = ""


def steps(seed: int) -> list[Step]:
    """Puts (new files and changed ones), removals and rebuilds; all by `seed`."""
    pick = random.Random(seed)
    there: set[str] = set()
    made = []
    for number in range(STEPS):
        what = pick.random()
        if what < 0.12:
            made.append(Step("rebuild"))
        elif what < 0.3 and there:
            name = pick.choice(sorted(there))
            there.remove(name)
            made.append(Step("remove", name))
        else:
            name = f"{pick.randrange(FILES)}.txt"
            there.add(name)
            made.append(Step("put", name, _text(pick, number)))
    return made


def states(seed: int) -> list[dict[str, str]]:
    """What stands in the index (name -> text) before the first step and after each."""
    found: list[dict[str, str]] = [{}]
    for step in steps(seed):
        now = dict(found[-1])
        if step.do == "put":
            now[step.name] = step.text
        elif step.do == "remove":
            del now[step.name]
        found.append(now)
    return found


def run(data: Path, folder: Path, seed: int, first: int) -> Iterator[int]:
    """Do the steps from `first` on; yields how many are done after each."""
    encoder = HashingEncoder()
    folder.mkdir(exist_ok=True)
    index = open_index(data, encoder, create=True)
    for number, step in enumerate(steps(seed)):
        if number < first:
            continue
        if step.do == "put":
            (folder / step.name).write_text(step.text, encoding="utf-8")
            report = index.add([folder / step.name])
            assert not report.failed, report.failed
        elif step.do == "remove":
            _remove(index, step.name)
        else:
            rebuild_index(data, encoder)
        yield number + 1
    index.close()


def _remove(index: Index, name: str) -> None:
    for info in index.documents():
        if Path(info.source).name == name:
            index.remove(info.id)


def _text(pick: random.Random, number: int) -> str:
    parts = [f"Stuk {number}\n"]
    for question in range(1, pick.randrange(2, 30)):
        about = pick.choice(WORDS)
        parts.append(
            f"Vraag {question}\nHoeveel {about} zijn er?\n\nAntwoord vraag {question}\n"
            f"In 2024 waren er {pick.randrange(10**6)} {about}. {' '.join(pick.choices(WORDS, k=30))}.\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    print("begin", flush=True)
    for done in run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])):
        print(done, flush=True)
