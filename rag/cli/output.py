"""Output of commands: JSON or text on stdout, remarks on stderr."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from rag.settings import Settings


def emit(given: argparse.Namespace, data: Any, text: str) -> None:
    """Write `data` as JSON if that was asked for, else `text`."""
    if given.json:
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        print_text(text)


def print_text(text: str) -> None:
    """Print `text` without terminal control characters: it comes from other people's documents."""
    print("".join(c if c in "\n\t" or unicodedata.category(c) != "Cc" else "�" for c in text))


def note(nl: str, en: str, settings: Settings) -> None:
    """A remark on stderr, in the language of the settings."""
    print(nl if settings.language == "nl" else en, file=sys.stderr)


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int, str], None]]:
    """A bar on stderr, where that is a terminal; what it yields tells how many are done of all,
    and which is next."""
    with tqdm(unit="doc", file=sys.stderr, disable=None, leave=False) as bar:

        def progress(done: int, total: int, source: str) -> None:
            bar.total, bar.n = total, done
            bar.set_postfix_str(Path(source).name)

        yield progress
