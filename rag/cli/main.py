"""The command line: arguments, help and errors in Dutch or English."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import VraagbaakError
from rag.cli.bilingual import Parser, asked_language, in_language, make_parser

if TYPE_CHECKING:
    from rag.settings import Settings

INTERRUPTED = 130  # 128 + SIGINT, as shells have it

EXIT_CODES = {
    "nl": """afsluitcodes: 0 gelukt, 1 fout, 2 ongeldige invoer, 3 onleesbaar bestand,
  4 niet gevonden, 5 geen index, 6 index past niet, 7 model niet beschikbaar,
  8 beschadigde index, 9 open data, 10 zoekserver niet beschikbaar,
  130 afgebroken""",
    "en": """exit codes: 0 done, 1 error, 2 invalid input, 3 unreadable file,
  4 not found, 5 no index, 6 index does not match, 7 model not available,
  8 damaged index, 9 open data, 10 search server not available,
  130 interrupted""",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. `--help` and `--version` leave by SystemExit(0)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    language = asked_language(arguments)
    try:
        given = _parser(language).parse_args(arguments)
        # Here and not above, as all that help does without: it shows at once.
        from rag.settings import load_settings

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
        # The reader of the pipe has closed it (`| head`); Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


# Options that are settings: the settings validate and explain them.
_OVERRIDES = ("model", "top_k", "host", "port", "without_keys", "service")

# Every command as the help lists them: the module with its function, and what it does.
_COMMANDS = {
    "sync": (
        "syncing",
        "haal documenten op uit de open data van de Tweede Kamer",
        "fetch documents from the open data of the House of Representatives",
    ),
    "index": ("documents", "voeg documenten toe", "add documents"),
    "ask": ("asking", "stel een vraag", "ask a question"),
    "search": (
        "asking",
        "zoek passages, zonder taalmodel",
        "find passages, without a language model",
    ),
    "chat": ("asking", "stel vragen en vraag door", "ask questions and follow up"),
    "documents": ("documents", "toon of verwijder documenten", "list or remove documents"),
    "inspect": ("documents", "toon hoe een bestand gesneden wordt", "show how a file is cut"),
    "serve": ("running", "start de dienst", "start the service"),
    "keys": ("running", "maak, toon of herroep API-sleutels", "make, list or revoke API keys"),
    "mcp": ("running", "spreek MCP op stdin en stdout", "speak MCP on stdin and stdout"),
    "models": ("running", "toon modellen of haal ze op", "list or fetch models"),
    "verify": (
        "keeping",
        "kijk na of index en modellen heel zijn",
        "check that index and models are whole",
    ),
    "backup": ("keeping", "schrijf een reservekopie van de index", "write a backup of the index"),
    "restore": ("keeping", "zet een reservekopie terug", "put a backup back"),
    "merge": (
        "keeping",
        "breng documenten van andere indexen over, zonder ze opnieuw te lezen",
        "bring in documents of other indexes, without reading them again",
    ),
    "version": ("running", "toon de versie", "show the version"),
}


def _parser(language: str) -> argparse.ArgumentParser:
    say = in_language(language)
    date = say("JJJJ-MM-DD", "YYYY-MM-DD")
    everywhere, shown, found, asked = (argparse.ArgumentParser(add_help=False) for _ in range(4))
    everywhere.add_argument(
        "--taal",
        "--lang",
        dest="language",
        metavar="nl|en",
        default=argparse.SUPPRESS,
        help=say("taal van hulp en meldingen", "language of help and messages"),
    )
    shown.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS,
        help=say("schrijf JSON", "write JSON"),
    )
    found.add_argument(
        "-k", dest="top_k", metavar="N", help=say("aantal passages", "number of passages")
    )
    for name, metavar, text in (
        ("--document", "ID", say("alleen dit document", "only this document")),
        ("--kind", say("SOORT", "KIND"), say("alleen deze soort", "only this kind")),
    ):
        found.add_argument(name, metavar=metavar, action="append", default=[], help=text)
    found.add_argument("--from", dest="from_", metavar=date, help=say("vanaf", "from this date"))
    found.add_argument("--to", metavar=date, help=say("tot en met", "up to this date"))
    found.add_argument(
        "--minister",
        metavar=say("NAAM", "NAME"),
        help=say("alleen antwoorden van deze minister", "only answers of this minister"),
    )
    asked.add_argument(
        "--model",
        metavar="auto|ollama|openai|embedded|none",
        help=say("taalmodel voor deze keer", "language model for this once"),
    )

    parser = make_parser(
        language,
        Parser,
        raw=True,
        prog="vraagbaak",
        description=say(
            "Vragen over documenten van het parlement, beantwoord met vindplaatsen.",
            "Questions about documents of parliament, answered with citations.",
        ),
        epilog=EXIT_CODES[language],
        parents=[everywhere],
    )
    subparsers = parser.add_subparsers(
        title=say("opdrachten", "commands"), metavar=say("OPDRACHT", "COMMAND"), required=True
    )

    def command(name: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        module, *texts = _COMMANDS[name]
        text = say(*texts)
        made = make_parser(
            language,
            subparsers.add_parser,
            name,
            help=text,
            description=text,
            parents=[*parents, everywhere],
        )
        made.set_defaults(run=partial(_run, module, name), json=False)
        return made

    made = command("sync", shown)
    made.add_argument("--since", metavar=date, help=say("vanaf deze dag", "from this day"))
    made.add_argument(
        "--kind",
        action="append",
        default=[],
        metavar=say("SOORT", "KIND"),
        help=say(
            "soort, herhaalbaar: antwoorden, lijsten, overleg, vragen, uitstel of brieven; "
            "zonder: antwoorden en lijsten",
            "kind, repeatable: antwoorden, lijsten, overleg, vragen, uitstel or brieven; "
            "default: antwoorden and lijsten",
        ),
    )
    made.add_argument(
        "--dossier",
        action="append",
        default=[],
        metavar="NR",
        help=say("alleen dit dossier, als 36800 of 36800-X", "only this dossier: 36800 or 36800-X"),
    )
    made.add_argument(
        "--url", help=say("ander adres van de dienst", "another address of the service")
    )
    made = command("index", shown)
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
    question = say("VRAAG", "QUESTION")
    command("ask", asked, found, shown).add_argument("question", nargs="+", metavar=question)
    made = command("search", found, shown)
    made.add_argument("question", nargs="+", metavar=question)
    made.add_argument(
        "--service",
        metavar="URL",
        help=say(
            "vraag het aan de dienst op dit adres: dan hoeft hier niets te worden geopend",
            "ask the service at this address: then nothing needs to be opened here",
        ),
    )
    command("chat", asked, found)
    made = command("documents", shown)
    made.add_argument("action", nargs="?", choices=("list", "remove"), default="list")
    made.add_argument("ids", nargs="*", metavar="ID")
    file = say("BESTAND", "FILE")
    command("inspect", shown).add_argument("file", type=Path, metavar=file)
    made = command("serve")
    made.add_argument("--host", help=say("adres om op te luisteren", "address to listen on"))
    made.add_argument("--port", help=say("poort om op te luisteren", "port to listen on"))
    made.add_argument(
        "--zonder-sleutels",
        "--without-keys",
        dest="without_keys",
        action="store_true",
        default=None,
        help=say(
            "laat iedereen toe die de dienst kan bereiken, ook van buiten deze machine",
            "let in everyone who can reach the service, from other machines too",
        ),
    )
    made = command("keys", shown)
    made.add_argument("action", nargs="?", choices=("list", "create", "revoke"), default="list")
    made.add_argument("value", nargs="?", metavar=say("NAAM|ID", "NAME|ID"))
    made.add_argument(
        "--scope",
        action="append",
        metavar="read|write",
        help=say(
            "recht van de nieuwe sleutel, herhaalbaar: read (vragen, lezen) of write (documenten "
            "toevoegen en verwijderen); zonder: read",
            "scope of the new key, repeatable: read (ask, read) or write (add and remove "
            "documents); default: read",
        ),
    )
    command("mcp")
    made = command("models", shown)
    made.add_argument("action", nargs="?", choices=("list", "fetch"), default="list")
    command("verify", shown)
    for name in ("backup", "restore"):
        command(name, shown).add_argument("file", type=Path, metavar=file)
    command("merge", shown).add_argument(
        "folders",
        nargs="+",
        type=Path,
        metavar=say("MAP", "FOLDER"),
        help=say(
            "gegevensmappen van indexen die met hetzelfde gemaakt zijn",
            "data folders of indexes that were made with the same",
        ),
    )
    command("version", shown)
    return parser


def _run(module: str, function: str, given: argparse.Namespace, settings: Settings) -> int:
    """Run a function of a module of this package, imported only now that it is wanted."""
    run = getattr(importlib.import_module(f"rag.cli.{module}"), function)
    return int(run(given, settings))


def _complain(message: str) -> None:
    print(f"vraagbaak: {message}", file=sys.stderr)
