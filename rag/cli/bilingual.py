"""argparse whose help and errors are in one language: Dutch or English."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from index.errors import BadRequest
from rag.settings import PREFIX

Say = Callable[[str, str], str]
"""The Dutch or the English of two texts."""

# What argparse says, in Dutch. What is not here comes through in English.
_DUTCH = (
    (r"the following arguments are required: (.*)", r"er ontbreekt: \1"),
    (r"unrecognized arguments: (.*)", r"onbekend: \1"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"\1: \2 kan niet, wel: \3"),
    (r"argument (.*): expected (?:one|at least one) argument", r"\1: hier hoort iets achter"),
    (r"argument (.*): invalid \w+ value: (.*)", r"\1: \2 kan hier niet"),
    (r"ambiguous option: (.*) could match (.*)", r"\1 kan meer betekenen: \2"),
)


def asked_language(arguments: Sequence[str]) -> str:
    """The language asked for, before anything is parsed: help and errors are in it too."""
    chosen = os.environ.get(PREFIX + "LANGUAGE", "")
    for at, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name in ("--taal", "--lang"):
            chosen = value or "".join(arguments[at + 1 : at + 2])
    return "en" if chosen == "en" else "nl"


def in_language(language: str) -> Say:
    """What chooses between a Dutch and an English text."""
    return lambda nl, en: nl if language == "nl" else en


class Parser(argparse.ArgumentParser):
    """argparse whose errors are VraagbaakErrors of one line, in two languages."""

    def error(self, message: str) -> NoReturn:
        dutch = message
        for pattern, words in _DUTCH:
            dutch = re.sub(f"^{pattern}$", words, dutch)
        raise BadRequest(
            f"{dutch}; zie `{self.prog} --help`.", f"{message}; see `{self.prog} --help`."
        )


class _DutchHelp(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "gebruik: " if prefix is None else prefix)


class _DutchRawHelp(_DutchHelp, argparse.RawDescriptionHelpFormatter):
    pass


def make_parser(
    language: str, make: Callable[..., Any], *names: str, raw: bool = False, **more: Any
) -> argparse.ArgumentParser:
    """A parser, or that of a command (`make` is `add_parser`), that speaks `language` only.

    `raw` keeps the lines of its description and epilogue as they are.
    """
    say = in_language(language)
    kinds = {
        ("nl", False): _DutchHelp,
        ("nl", True): _DutchRawHelp,
        ("en", False): argparse.HelpFormatter,
        ("en", True): argparse.RawDescriptionHelpFormatter,
    }
    made: argparse.ArgumentParser = make(
        *names, add_help=False, allow_abbrev=False, formatter_class=kinds[language, raw], **more
    )
    made._positionals.title = say("argumenten", "arguments")
    made._optionals.title = say("opties", "options")
    made.add_argument("-h", "--help", action="help", help=say("toon deze hulp", "show this help"))
    return made
