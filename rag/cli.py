"""The command line: arguments, help and errors in Dutch or English; `commands` does the work."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from index.errors import BadRequest, VraagbaakError
from rag import commands
from rag.settings import PREFIX, Settings, load_settings

INTERRUPTED = 130  # 128 + SIGINT, as shells have it

EXIT_CODES = {
    "nl": """afsluitcodes: 0 gelukt, 1 fout, 2 ongeldige invoer, 3 onleesbaar bestand,
  4 niet gevonden, 5 geen index, 6 index past niet, 7 model niet beschikbaar,
  8 beschadigde index, 130 afgebroken""",
    "en": """exit codes: 0 done, 1 error, 2 invalid input, 3 unreadable file,
  4 not found, 5 no index, 6 index does not match, 7 model not available,
  8 damaged index, 130 interrupted""",
}

# What argparse says, in Dutch. What is not here comes through in English.
_ARGPARSE_NL = (
    (r"the following arguments are required: (.*)", r"er ontbreekt: \1"),
    (r"unrecognized arguments: (.*)", r"onbekend: \1"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"\1: \2 kan niet, wel: \3"),
    (r"argument (.*): expected (?:one|at least one) argument", r"\1: hier hoort iets achter"),
    (r"ambiguous option: (.*) could match (.*)", r"\1 kan meer betekenen: \2"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. `--help` and `--version` leave by SystemExit(0)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    language = _language(arguments)
    try:
        given = _parser(language).parse_args(arguments)
        wanted = {name: getattr(given, name, None) for name in _OVERRIDES}
        settings = load_settings({**wanted, "language": getattr(given, "language", None)})
        language = settings.language
        run: Callable[[argparse.Namespace, Settings], int] = given.run
        return run(given, settings)
    except VraagbaakError as error:
        _complain(error.message(language))
        return error.exit_code
    except KeyboardInterrupt:
        _complain("afgebroken" if language == "nl" else "interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Who reads has seen enough (`| head`); Python must not complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


# Options that are settings: the settings check and explain them.
_OVERRIDES = ("model", "top_k", "host", "port")


def _language(arguments: Sequence[str]) -> str:
    """The language asked for, before anything is parsed: help and errors are in it too."""
    chosen = os.environ.get(PREFIX + "LANGUAGE", "")
    for at, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name in ("--taal", "--lang"):
            chosen = value or "".join(arguments[at + 1 : at + 2])
    return "en" if chosen == "en" else "nl"


class _Parser(argparse.ArgumentParser):
    """argparse whose errors are VraagbaakErrors of one line, in two languages."""

    def error(self, message: str) -> NoReturn:
        dutch = message
        for pattern, words in _ARGPARSE_NL:
            dutch = re.sub(f"^{pattern}$", words, dutch)
        raise BadRequest(
            f"{dutch}; zie `{self.prog} --help`.", f"{message}; see `{self.prog} --help`."
        )


def _parser(language: str) -> argparse.ArgumentParser:
    def say(nl: str, en: str) -> str:
        return nl if language == "nl" else en

    def parser_of(make: Callable[..., Any], *args: Any, **more: Any) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = make(*args, add_help=False, allow_abbrev=False, **more)
        made._positionals.title = say("argumenten", "arguments")
        made._optionals.title = say("opties", "options")
        made.add_argument("-h", "--help", action="help", help=say("toon deze hulp", "show help"))
        return made

    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument(
        "--taal",
        "--lang",
        dest="language",
        metavar="nl|en",
        default=argparse.SUPPRESS,
        help=say("taal van hulp en meldingen", "language of help and messages"),
    )
    shown = argparse.ArgumentParser(add_help=False)
    shown.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS,
        help=say("schrijf JSON", "write JSON"),
    )
    found = argparse.ArgumentParser(add_help=False)
    found.add_argument(
        "-k", dest="top_k", metavar="N", help=say("aantal passages", "number of passages")
    )
    date = say("JJJJ-MM-DD", "YYYY-MM-DD")
    for name, dest, metavar, text in (
        ("--document", "document", "ID", say("alleen dit document", "only this document")),
        ("--kind", "kind", say("SOORT", "KIND"), say("alleen deze soort", "only this kind")),
    ):
        found.add_argument(name, dest=dest, metavar=metavar, action="append", default=[], help=text)
    found.add_argument("--from", dest="from_", metavar=date, help=say("vanaf", "from this date"))
    found.add_argument("--to", metavar=date, help=say("tot en met", "up to this date"))
    found.add_argument(
        "--minister",
        metavar=say("NAAM", "NAME"),
        help=say("alleen antwoorden van deze minister", "only answers of this minister"),
    )
    asked = argparse.ArgumentParser(add_help=False)
    asked.add_argument(
        "--model",
        metavar="auto|ollama|openai|embedded|none",
        help=say("taalmodel voor deze keer", "language model for this once"),
    )

    parser = parser_of(
        _Parser,
        prog="vraagbaak",
        description=say(
            "Vragen over documenten van het parlement, beantwoord met vindplaatsen.",
            "Questions about documents of parliament, answered with citations.",
        ),
        epilog=EXIT_CODES[language],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[everywhere],
    )
    subparsers = parser.add_subparsers(
        title=say("opdrachten", "commands"), metavar=say("OPDRACHT", "COMMAND"), required=True
    )

    def command(
        name: str, run: Callable[..., int], text: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        made = parser_of(
            subparsers.add_parser,
            name,
            help=text,
            description=text,
            parents=[*parents, everywhere],
        )
        made.set_defaults(run=run, json=False)
        return made

    question = say("VRAAG", "QUESTION")
    made = command("index", commands.index, say("voeg documenten toe", "add documents"), shown)
    made.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar=say("PAD", "PATH"),
        help=say("bestanden of mappen", "files or folders"),
    )
    made.add_argument(
        "--rebuild",
        action="store_true",
        help=say(
            "maak de index opnieuw uit wat hij bewaart, en voeg dan PAD toe",
            "make the index again from what it keeps, then add PATH",
        ),
    )
    text = say("stel een vraag", "ask a question")
    made = command("ask", commands.ask, text, asked, found, shown)
    made.add_argument("question", nargs="+", metavar=question)
    text = say("zoek passages, zonder taalmodel", "find passages, without a language model")
    made = command("search", commands.search, text, found, shown)
    made.add_argument("question", nargs="+", metavar=question)
    text = say("stel vragen en vraag door", "ask questions and follow up")
    command("chat", commands.chat, text, asked, found)
    made = command(
        "documents",
        commands.documents,
        say("toon of verwijder documenten", "list or remove documents"),
        shown,
    )
    made.add_argument("action", nargs="?", choices=("list", "remove"), default="list")
    made.add_argument("ids", nargs="*", metavar="ID")
    made = command(
        "inspect",
        commands.inspect,
        say("toon hoe een bestand gesneden wordt", "show how a file is cut"),
        shown,
    )
    made.add_argument("file", type=Path, metavar=say("BESTAND", "FILE"))
    made = command("serve", commands.serve, say("start de dienst", "start the service"))
    made.add_argument("--host", help=say("adres om op te luisteren", "address to listen on"))
    made.add_argument("--port", help=say("poort om op te luisteren", "port to listen on"))
    made = command(
        "models", commands.models, say("toon modellen of haal ze op", "list or fetch models"), shown
    )
    made.add_argument("action", nargs="?", choices=("list", "fetch"), default="list")
    command("version", commands.version, say("toon de versie", "show the version"), shown)
    return parser


def _complain(message: str) -> None:
    print(f"vraagbaak: {message}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
