"""Output of commands: JSON or text on stdout, remarks on stderr."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from typing import Any

from rag.settings import Settings


def emit(given: argparse.Namespace, data: Any, text: str) -> None:
    """Write `data` if JSON was asked for, else `text`."""
    if given.json:
        print_json(data)
    else:
        print_text(text)


def print_json(data: Any) -> None:
    """Write `data` as JSON."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def print_text(text: str) -> None:
    """Print `text` without terminal control characters: it comes from other people's documents."""
    print("".join(c if c in "\n\t" or unicodedata.category(c) != "Cc" else "�" for c in text))


def note(nl: str, en: str, settings: Settings) -> None:
    """A remark on stderr, in the language of the settings."""
    print(nl if settings.language == "nl" else en, file=sys.stderr)
