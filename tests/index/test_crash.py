"""`kill -9` at any moment: the index opens in a complete state, and the next run ends the work."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import crash_child
import numpy as np
import pytest
from crash_child import STEPS, states
from hashing import HashingEncoder

from index.analyzer import count_terms
from index.checking import faults
from index.chunking import text_to_search
from index.errors import NoIndex
from index.index import Index, open_index
from index.ingest import entry
from index.search import search

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = ROOT / "tests" / "support"


def test_it_can_be_killed_at_any_of_a_few_moments(tmp_path):
    killed_at_random(tmp_path, seed=1, kills=5)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 150))
def test_it_can_be_killed_at_any_of_many_moments(tmp_path, seed):
    killed_at_random(tmp_path, seed=seed, kills=20)


def killed_at_random(tmp_path: Path, seed: int, kills: int) -> None:
    data, folder = tmp_path / "data", tmp_path / "stukken"
    pick, expected = random.Random(seed), states(seed)
    done = 0
    for _ in range(kills):
        done = killed(data, folder, seed, done, pick)
        found = check(data)
        # Killed between a commit and the line that tells of it: then one step further.
        reached = [n for n in (done, done + 1) if n <= STEPS and expected[n] == found]
        assert reached, (done, found)
        done = reached[0]
        if done == STEPS:
            break
    for number in crash_child.run(data, folder, seed, done):
        assert check(data) == expected[number]
    assert check(data) == expected[STEPS]


def killed(data: Path, folder: Path, seed: int, first: int, pick: random.Random) -> int:
    """Run the steps from `first` on in a process that is killed somewhere, while others search;
    returns how many it said were done."""
    process = subprocess.Popen(
        [sys.executable, crash_child.__file__, str(data), str(folder), str(seed), str(first)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{SUPPORT}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    stop = threading.Event()
    wrong: list[BaseException] = []
    searching = threading.Thread(target=search_on, args=(data, stop, wrong))
    searching.start()
    done = first
    try:
        assert process.stdout.readline() == "begin\n"
        wanted = first + pick.randrange(4)
        while done < wanted and (line := process.stdout.readline()):
            done = int(line)
        time.sleep(pick.random() * 0.1)
        process.kill()
        for line in process.stdout:  # what it had said before
            done = int(line)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        stop.set()
        searching.join()
    assert wrong == []
    return done


def search_on(data: Path, stop: threading.Event, wrong: list[BaseException]) -> None:
    """Search as a service does, until told to stop; whatever is found is whole."""
    index: Index | None = None
    try:
        while not stop.is_set():
            if index is None:
                try:
                    index = open_index(data, HashingEncoder(), create=False)
                except NoIndex:
                    time.sleep(0.01)
                    continue
            for hit in search(index, "Hoeveel fietsen en bomen zijn er?", 5).hits:
                assert hit.passage.text.strip()
                assert hit.document.passages > 0
    except BaseException as error:  # noqa: BLE001  (raised in the test's own thread)
        wrong.append(error)
    finally:
        if index is not None:
            index.close()


def check(data: Path) -> dict[str, str]:
    """What stands in the index, by name; every passage, vector and term of it checked."""
    encoder = HashingEncoder()
    try:
        index = open_index(data, encoder, create=False)
    except NoIndex:
        return {}
    try:
        assert list(faults(index.store)) == []
        found = {}
        with index.state():
            documents = index.store.infos()
            for key, info in documents.items():
                document, bytes_ = index.store.document(key), index.store.original(key)
                made = entry(encoder, document, bytes_)
                ((_, ids, vectors),) = index.store.vectors([key], encoder.dimension)
                assert np.array_equal(vectors, np.concatenate(made.vectors))
                passages = index.store.passages_of(key)
                assert list(dict.fromkeys(ids.tolist())) == list(passages)
                held = index.store.sentences(passages, encoder.dimension)
                for number, spans, rows in zip(
                    passages, made.sentences, made.sentence_vectors, strict=True
                ):
                    assert held[number][0] == spans
                    assert np.allclose(held[number][1], rows, atol=1e-3)
                for _, number, terms, counts in index.store.terms([key]):
                    expected = count_terms(text_to_search(passages[number]))
                    assert np.array_equal(terms, expected[0])
                    assert np.array_equal(counts, expected[1])
                assert bytes_.decode() == document.text
                found[Path(info.source).name] = document.text
        return found
    finally:
        index.close()
