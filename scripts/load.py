"""Many users at once: does the service keep their answers apart, and how long do they wait?

    python scripts/load.py DATA_FOLDER PATH/TO/gold.jsonl [--users 50] [--requests 500]
                           [--model none|embedded] [--stream]

Starts `vraagbaak serve` over the data folder on a free port of this machine, lets every user ask
questions of the gold file (schema: eval/gold.py; of a dialogue only the first turn) one after the
other, and prints a Markdown table. An answer is mixed up where its question is not the one asked,
where a quote is not in what its url serves (looked up for one answer in five), or where it differs
from another answer to the same question. The exit code is 1 where any answer was mixed up, or
failed with anything but 429 and 503. Times are wall clock, from sending the question; "first event"
is that of a stream. Memory is the largest resident set of the service (VmHWM of /proc, Linux).

All users come from one address: without `VRAAGBAAK_RATE_LIMIT` the rate is not limited.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import math
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from eval.gold import load_gold
from index.errors import ModelUnavailable, VraagbaakError

ANSWER_S = 900.0  # an answer that waits longer than this is an error
READY_S = 300.0
LOOK_UP_ONE_IN = 5
LATER = (429, 503)


def main() -> int:
    """Print the table; returns the exit code."""
    parser = argparse.ArgumentParser(description="many users at once on one service")
    parser.add_argument("data", type=Path, help="data folder with an index and models")
    parser.add_argument("gold", type=Path, help="gold file (JSON Lines)")
    parser.add_argument("--users", type=int, default=50, help="users at the same time")
    parser.add_argument("--requests", type=int, default=500, help="questions of all users together")
    parser.add_argument("--model", choices=("none", "embedded"), default="none")
    parser.add_argument("--stream", action="store_true", help="take answers as they are made")
    given = parser.parse_args()
    try:
        questions = [each.question for each in load_gold([given.gold]) if not each.after]
        with _service(given.data, given.model) as (url, process):
            seen = asyncio.run(_ask_all(url, questions, given.users, given.requests, given.stream))
            peak = _peak_mb(process)
    except VraagbaakError as error:
        print(f"load: {error.en}", file=sys.stderr)
        return error.exit_code
    print(f"{given.users} users, {given.requests} requests, model {given.model}, {_machine()}\n")
    print("| what | measured |\n| --- | --- |")
    for what, value in [*seen.rows(), ("peak memory of the service", f"{peak:,.0f} MB")]:
        print(f"| {what} | {value} |")
    for each in seen.complaints[:10]:
        print(each, file=sys.stderr)
    return 1 if seen.complaints else 0


@dataclass
class Seen:
    """What the users saw. Times are in seconds; `answers` is what each question got."""

    statuses: Counter[int] = field(default_factory=Counter)
    firsts: list[float] = field(default_factory=list)
    dones: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed_up: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    looked_up: int = 0
    elapsed: float = 0.0

    @property
    def complaints(self) -> list[str]:
        """Everything that may never happen."""
        return [*self.errors, *self.mixed_up]

    def rows(self) -> list[tuple[str, str]]:
        """The table."""
        return [
            ("answers", str(len(self.dones))),
            *((f"refused with {status}", str(self.statuses[status])) for status in LATER),
            ("other errors", str(len(self.errors))),
            ("mixed up", str(len(self.mixed_up))),
            ("citations looked up", str(self.looked_up)),
            *([("first event, p50 / p95 / max", _spread(self.firsts))] if self.firsts else []),
            ("whole answer, p50 / p95 / max", _spread(self.dones)),
            ("answers a second", f"{len(self.dones) / self.elapsed:.1f}"),
        ]


async def _ask_all(
    url: str, questions: Sequence[str], users: int, requests: int, stream: bool
) -> Seen:
    seen = Seen()
    # Everyone starts elsewhere in the list, and nobody's next question is the next one's.
    numbers = iter(range(requests))
    began = time.perf_counter()
    await asyncio.gather(
        *(_user(url, questions, user, numbers, stream, seen) for user in range(users))
    )
    seen.elapsed = time.perf_counter() - began
    return seen


async def _user(
    url: str,
    questions: Sequence[str],
    user: int,
    numbers: Iterator[int],
    stream: bool,
    seen: Seen,
) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=ANSWER_S, trust_env=False) as client:
        for at in itertools.count(user * 7):
            number = next(numbers, None)
            if number is None:
                return
            question = questions[at % len(questions)]
            try:
                answer = await _ask(client, question, stream, seen)
                if answer is None:
                    continue
                _compare(question, answer, seen)
                if number % LOOK_UP_ONE_IN == 0:
                    await _look_up(client, answer, seen)
            except (httpx.HTTPError, ValueError, KeyError) as error:
                seen.errors.append(f"{question!r}: {type(error).__name__} {error}")


async def _ask(
    client: httpx.AsyncClient, question: str, stream: bool, seen: Seen
) -> dict[str, Any] | None:
    """The answer; None where the service says: later (after having waited as it says)."""
    began = time.perf_counter()
    body = {"question": question, "stream": stream}
    async with client.stream("POST", "/v1/ask", json=body) as response:
        seen.statuses[response.status_code] += 1
        if response.status_code != 200:
            text = (await response.aread()).decode()
            if response.status_code not in LATER:
                seen.errors.append(f"{question!r}: {response.status_code} {text}")
            await asyncio.sleep(min(5.0, float(response.headers.get("Retry-After", 1))))
            return None
        answer: dict[str, Any] | None = None
        if not stream:
            answer = json.loads(await response.aread())
        else:
            name = ""
            async for line in response.aiter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: ") and name == "hits":
                    seen.firsts.append(time.perf_counter() - began)
                elif line.startswith("data: ") and name in ("done", "error"):
                    answer = json.loads(line.removeprefix("data: "))
            if name != "done":
                seen.errors.append(f"{question!r}: the stream ended with {name} {answer}")
                return None
    seen.dones.append(time.perf_counter() - began)
    return answer


def _compare(question: str, answer: dict[str, Any], seen: Seen) -> None:
    """Hold an answer to its own question and to the other answers to it."""
    if answer["question"] != " ".join(question.split()):
        seen.mixed_up.append(f"{question!r} got the answer to {answer['question']!r}")
    places = [[each["document"]["id"], each["start"], each["end"]] for each in answer["citations"]]
    told = [answer["answer"], places]
    if seen.answers.setdefault(question, told) != told:
        seen.mixed_up.append(f"{question!r} got another answer than before")


async def _look_up(client: httpx.AsyncClient, answer: dict[str, Any], seen: Seen) -> None:
    """Whether each quote is in the document, at the url that the citation names."""
    for citation in answer["citations"]:
        source = (await client.get(citation["url"])).json()
        seen.looked_up += 1
        # Of what answers no question the url serves the whole document.
        if not any(citation["quote"] in _read(each) for each in source.get("passages", [source])):
            seen.mixed_up.append(f"{citation['url']} does not hold {citation['quote']!r}")


def _read(passage: dict[str, Any]) -> str:
    """The text of a passage as it is quoted: without the page boilerplate in its midst."""
    text, at, pieces = passage["text"], 0, []
    for gap in passage["gaps"]:
        pieces.append(text[at : gap["start"] - passage["start"]])
        at = gap["end"] - passage["start"]
    return "".join([*pieces, text[at:]])


@contextmanager
def _service(data: Path, model: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A service over `data` that is ready, and its url. Raises ModelUnavailable."""
    given = {"DATA_DIR": str(data), "MODEL": model, "PORT": "0", "LANGUAGE": "nl"}
    own = {f"VRAAGBAAK_{name}": value for name, value in given.items()}
    command = [sys.executable, "-m", "rag.cli", "serve"]
    with subprocess.Popen(
        command,
        env={"VRAAGBAAK_RATE_LIMIT": "0", "VRAAGBAAK_LOG_LEVEL": "error", **os.environ, **own},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            line = process.stderr.readline() if process.stderr else ""
            found = re.search(r"http://\S+", line)
            if found is None:
                raise _not_started(line.strip())
            _wait(found[0])
            yield found[0], process
        finally:
            process.terminate()


def _wait(url: str) -> None:
    """Wait until the service says that it is ready. Raises ModelUnavailable."""
    until = time.monotonic() + READY_S
    ready = f"{url}/readyz"
    while (response := httpx.get(ready, trust_env=False, timeout=READY_S)).status_code != 200:
        problem = response.json()
        opening = all(each["code"] == ModelUnavailable.code for each in problem["reasons"])
        if not opening or time.monotonic() > until:
            raise _not_started(problem["detail"])
        time.sleep(0.2)


def _not_started(why: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"De dienst is niet klaar om te antwoorden: {why}",
        f"The service is not ready to answer: {why}",
    )


def _peak_mb(process: subprocess.Popen[str]) -> float:
    """Largest resident set of `process` so far, in MB (proc_pid_status(5): KiB)."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def _spread(seconds: list[float]) -> str:
    """Median, 95th percentile (nearest rank) and maximum."""
    if not seconds:
        return "no answer"
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

    return f"{at(0.5):.2f} / {at(0.95):.2f} / {ordered[-1]:.2f} s"


def _machine() -> str:
    return f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the end"


if __name__ == "__main__":
    sys.exit(main())
