"""The arguments of `vraagbaak-eval`, with their help in Dutch or English."""

from __future__ import annotations

import argparse
from pathlib import Path

from index.errors import BadRequest
from rag.cli.bilingual import Parser, in_language, make_parser


def make(language: str) -> argparse.ArgumentParser:
    """The parser, in Dutch or English; what it gives has the name of the command in `command`."""
    say = in_language(language)
    parser = make_parser(
        language,
        Parser,
        prog="vraagbaak-eval",
        description=say(
            "Meet hoe goed Vraagbaak antwoordt.", "Measure how well Vraagbaak answers."
        ),
    )
    commands = parser.add_subparsers(
        title=say("opdrachten", "commands"), metavar=say("OPDRACHT", "COMMAND"), required=True
    )

    def add_language(command: argparse.ArgumentParser) -> None:
        command.add_argument(
            "--taal",
            "--lang",
            dest="language",
            metavar="nl|en",
            default=argparse.SUPPRESS,
            help=say("taal van hulp, meldingen en rapporten", "language of help and reports"),
        )

    add_language(parser)
    folder, file = say("MAP", "FOLDER"), say("BESTAND", "FILE")
    gold_set = say("GOUDSET", "GOLD_SET")

    def add(name: str, nl: str, en: str) -> argparse.ArgumentParser:
        text = say(nl, en)
        command = make_parser(language, commands.add_parser, name, help=text, description=text)
        command.set_defaults(command=name, set=[])
        add_language(command)
        return command

    def add_index(command: argparse.ArgumentParser) -> None:
        command.add_argument(
            "--index",
            type=Path,
            metavar=folder,
            help=say(
                "map met de index (standaard: de gegevensmap)",
                "folder of the index (default: the data folder)",
            ),
        )
        add_set(command)

    def add_set(command: argparse.ArgumentParser) -> None:
        command.add_argument(
            "--set",
            action="append",
            metavar=say("NAAM=WAARDE", "NAME=VALUE"),
            help=say(
                "een instelling voor deze keer, bijvoorbeeld model=none; mag vaker",
                "a setting for this once, for example model=none; repeatable",
            ),
        )

    asked = add(
        "run",
        "Stel alle vragen van een goudset en geef de antwoorden cijfers.",
        "Ask all questions of a gold set and score the answers.",
    )
    asked.add_argument(
        "gold",
        nargs="+",
        type=Path,
        metavar=gold_set,
        help=say("JSON Lines-bestand", "JSON Lines file"),
    )
    asked.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar=folder,
        help=say("map voor de run", "folder for the run"),
    )
    asked.add_argument(
        "--workers",
        type=_positive,
        default=1,
        metavar="N",
        help=say("vragen tegelijk (standaard 1)", "questions at once (default 1)"),
    )
    add_index(asked)

    compared = add(
        "compare",
        "Vergelijk twee runs; afsluitcode 1 bij achteruitgang.",
        "Compare two runs; exit code 1 where something regressed.",
    )
    compared.add_argument("base", type=Path, metavar=say("BASIS", "BASE"))
    compared.add_argument("new", type=Path, metavar=say("NIEUW", "NEW"))
    compared.add_argument(
        "--tolerances",
        type=Path,
        metavar="TOML",
        help=say("toegestane daling", "how far metrics may fall"),
    )
    compared.add_argument(
        "--html",
        type=Path,
        metavar=file,
        help=say("schrijf ook een HTML-pagina", "write an HTML page too"),
    )

    reported = add(
        "report",
        "Maak report.html, report.md, junit.xml en report.json.",
        "Make report.html, report.md, junit.xml and report.json.",
    )
    reported.add_argument("run", type=Path, metavar="RUN")
    reported.add_argument(
        "--out",
        type=Path,
        metavar=folder,
        help=say("map (standaard: die van de run)", "folder (default: that of the run)"),
    )

    derived = add(
        "derive",
        "Maak van een index een goudset met een eigen index.",
        "Make a gold set, with an index of its own, out of an index.",
    )
    derived.add_argument(
        "--out", required=True, type=Path, metavar=folder, help=say("nieuwe map", "new folder")
    )
    add_index(derived)

    from_users = add(
        "feedback",
        "Maak van oordelen van gebruikers een goudset.",
        "Make a gold set of the verdicts of users.",
    )
    from_users.add_argument(
        "--data-dir",
        type=Path,
        metavar=folder,
        help=say(
            "map met index en oordelen (standaard: de gegevensmap)",
            "folder of index and verdicts (default: the data folder)",
        ),
    )
    from_users.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar=file,
        help=say(
            "goudset; wat nog af moet komt in BESTAND met de uitgang .todo.jsonl",
            "gold set; what is still to be finished goes to FILE with the ending .todo.jsonl",
        ),
    )
    from_users.add_argument(
        "--verdict",
        choices=("up", "down", "all"),
        default="all",
        help=say(
            "duim omhoog, omlaag of beide (standaard)", "thumb up, down or both (the default)"
        ),
    )

    calibrated = add(
        "calibrate",
        "Bepaal de drempel waaronder geweigerd wordt.",
        "Fit the threshold below which a question is refused.",
    )
    calibrated.add_argument("run", type=Path, metavar="RUN")
    calibrated.add_argument("--out", required=True, type=Path, metavar=file, help="JSON")
    calibrated.add_argument(
        "--max-wrongly-refused",
        type=_share,
        default=0.05,
        metavar=say("DEEL", "SHARE"),
        help=say(
            "grootste deel van de te beantwoorden vragen dat geweigerd mag worden (0.05)",
            "largest share of the answerable questions that may be refused (0.05)",
        ),
    )

    data_help = say("map met leesgegevens", "folder of reading data")
    trained = add(
        "train",
        "Train het leesmodel op leesgegevens; gaat verder waar het was.",
        "Train the reader on reading data; goes on where it was.",
    )
    trained.add_argument("data", nargs="+", type=Path, metavar=folder, help=data_help)
    trained.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar=folder,
        help=say("map van de run", "folder of the run"),
    )
    trained.add_argument(
        "--epochs",
        type=float,
        metavar="N",
        help=say("keren dat alle gegevens langskomen", "times that all data are seen"),
    )
    trained.add_argument(
        "--begin",
        type=Path,
        metavar=say("MAP", "FOLDER"),
        help=say("begin met de gewichten in deze map", "begin with the weights in this folder"),
    )
    trained.add_argument(
        "--keep",
        type=float,
        default=0.0,
        metavar="N",
        help=say(
            "deel (0-1) van die gewichten dat erin blijft",
            "share (0-1) of these weights that stays",
        ),
    )
    add_set(trained)

    measured = add(
        "reader",
        "Meet het leesmodel zelf, op leesgegevens apart gehouden.",
        "Measure the reader by itself, on reading data kept apart.",
    )
    measured.add_argument("data", nargs="+", type=Path, metavar=folder, help=data_help)
    measured.add_argument(
        "--out", type=Path, metavar=file, help=say("schrijf ook JSON", "write JSON too")
    )
    measured.add_argument(
        "--html",
        type=Path,
        metavar=file,
        help=say("schrijf ook een HTML-pagina", "write an HTML page too"),
    )
    measured.add_argument(
        "--base",
        type=Path,
        metavar="JSON",
        help=say(
            "eerdere --out; afsluitcode 1 bij achteruitgang",
            "an earlier --out; exit code 1 where something regressed",
        ),
    )
    measured.add_argument(
        "--allowed",
        type=_share,
        default=0.02,
        metavar=say("DEEL", "SHARE"),
        help=say("toegestane daling (0.02)", "how far a measure may fall (0.02)"),
    )
    add_set(measured)

    judged = add(
        "judge",
        "Laat een taalmodel de antwoorden van een run beoordelen.",
        "Have a language model judge the answers of a run.",
    )
    judged.add_argument("run", type=Path, metavar="RUN")
    add_set(judged)

    checked = add(
        "check-gold",
        "Controleer een goudset, desgewenst tegen een index.",
        "Check a gold set, against an index if wanted.",
    )
    checked.add_argument("gold", nargs="+", type=Path, metavar=gold_set)
    checked.add_argument(
        "--index",
        type=Path,
        metavar=folder,
        help=say("map met de index", "folder of the index"),
    )
    return parser


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise BadRequest(
            f"{text}: geef een geheel getal vanaf 1.", f"{text}: give a whole number from 1."
        )
    return int(text)


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < 1:
        raise BadRequest(
            f"{text}: geef een getal van 0 tot 1, bijvoorbeeld 0.05.",
            f"{text}: give a number from 0 to 1, for example 0.05.",
        )
    return value
