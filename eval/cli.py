"""`vraagbaak-eval`: score the system on a gold set, compare runs, and report on them.

Help, errors and reports are in Dutch, or in English by `--lang en` or the setting `language`.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from eval.arguments import make as arguments_of
from eval.calibrate import calibrate, calibration_json
from eval.compare import compare_runs, load_tolerances
from eval.comparison_report import comparison_markdown, write_comparison
from eval.feedback import draft_line, gold_of_feedback
from eval.gold import gold_line, load_gold, remarks
from eval.judge import JUDGE, judge_run, judgement_text
from eval.metrics import Corpus
from eval.natural_pairs import derive, index_without_questions
from eval.report import write_report
from eval.runs import Ask, environment, gold_hashes, read_run, run, to_json, write_atomically
from eval.shown import held_by
from index.documents import Document
from index.errors import BadRequest, NotFound, VraagbaakError
from index.index import FILE_NAME, Index
from rag.cli.bilingual import asked_language
from rag.conversation.followups import Turn
from rag.service.feedback import FeedbackStore
from rag.settings import Settings, load_settings

if TYPE_CHECKING:
    from rag.llm import LanguageModel
    from rag.reader.reader import Reader

INTERRUPTED = 130  # 128 + SIGINT, as shells have it
REGRESSED = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0, 1 for a regression, else that of the error."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    language = asked_language(arguments)
    try:
        given = arguments_of(language).parse_args(arguments)
        settings = load_settings({**_settings(given), "language": getattr(given, "language", None)})
        language = settings.language
        return _COMMANDS[given.command](given, settings)
    except VraagbaakError as error:
        print(f"vraagbaak-eval: {error.message(language)}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        told = (
            "afgebroken; een run gaat verder met dezelfde opdracht"
            if language == "nl"
            else "interrupted; a run goes on with the same command"
        )
        print(f"vraagbaak-eval: {told}", file=sys.stderr)
        return INTERRUPTED


# --- the commands


def _run(given: argparse.Namespace, settings: Settings) -> int:
    questions = load_gold(given.gold)
    index = _open_index(given, settings)
    from rag.service.resources import connect_model, open_reader

    model, reader = connect_model(settings), open_reader(settings)
    try:
        documents = tuple(index.document(info.id) for info in index.documents())
        config = {
            "settings": _public(settings),
            "model": _described(model),
            "reader": reader.card.sha256 if reader else None,
            "prompts": _prompt_hashes(),
            "manifest": index.stats(),
            "documents": {document.id: document.source for document in documents},
            "gold": gold_hashes(given.gold),
            **environment(),
        }
        with tqdm(total=len(questions), unit="vraag") as bar:
            finished = run(
                given.out,
                questions,
                documents,
                _ask(index, model, reader, settings),
                config,
                workers=given.workers,
                progress=_shown_on(bar),
                hold=None if reader is None else held_by(reader, Corpus(documents)),
            )
    finally:
        index.close()
        if model is not None:
            model.close()
    pages = write_report(finished, given.out, settings.language)
    print(pages[1].read_text(encoding="utf-8"))
    print(pages[0])
    return 0


def _compare(given: argparse.Namespace, settings: Settings) -> int:
    tolerances = None if given.tolerances is None else load_tolerances(given.tolerances)
    comparison = compare_runs(read_run(given.base), read_run(given.new), tolerances)
    if given.html:
        write_comparison(comparison, given.html, settings.language)
    print(comparison_markdown(comparison, settings.language), end="")
    return REGRESSED if comparison.regressions else 0


def _report(given: argparse.Namespace, settings: Settings) -> int:
    finished = read_run(given.run)
    directory = given.out or given.run
    directory.mkdir(parents=True, exist_ok=True)
    for path in write_report(finished, directory, settings.language):
        print(path)
    return 0


def _derive(given: argparse.Namespace, settings: Settings) -> int:
    index = _open_index(given, settings)
    try:
        infos = index.documents()
        questions = derive([index.document(info.id) for info in infos])
        if not questions:
            raise BadRequest(
                "De index bevat geen vragen met antwoorden; voeg beantwoorde Kamervragen toe.",
                "The index holds no answered questions; add answers to parliamentary questions.",
            )
        with tqdm(total=len(infos), unit="document") as bar:
            index_without_questions(index, given.out, _shown_on(bar))
    finally:
        index.close()
    gold = given.out / "gold.jsonl"
    write_atomically(gold, "".join(f"{gold_line(question)}\n" for question in questions))
    kinds = {question.type for question in questions}
    counts = ", ".join(
        f"{kind} {sum(question.type == kind for question in questions)}" for kind in sorted(kinds)
    )
    print(f"{gold}: {len(questions)} ({counts})")
    print(f"vraagbaak-eval run {gold} --index {given.out} --out {given.out / 'run'}")
    return 0


def _feedback(given: argparse.Namespace, settings: Settings) -> int:
    folder = given.data_dir or settings.data_dir
    todo = given.out.with_suffix(".todo.jsonl")
    for path in (given.out, todo):
        if path.exists():
            raise BadRequest(
                f"{path} bestaat al en kan met de hand zijn aangevuld; kies een andere naam.",
                f"{path} exists already and may have been finished by hand; choose another name.",
            )
    questions, drafts = gold_of_feedback(FeedbackStore(folder).all(), _documents(folder))
    if given.verdict == "down":
        questions = ()
    drafts = tuple(each for each in drafts if given.verdict in ("all", each.verdict))
    if not questions and not drafts:
        raise NotFound(
            f"In {folder} staat nog geen zo'n oordeel van een gebruiker.",
            f"There is no such verdict of a user in {folder} yet.",
        )
    given.out.parent.mkdir(parents=True, exist_ok=True)
    for path, lines in (
        (given.out, [gold_line(each) for each in questions]),
        (todo, [draft_line(each) for each in drafts]),
    ):
        if lines:
            write_atomically(path, "".join(f"{line}\n" for line in lines))
            print(f"{path}: {len(lines)}")
    return 0


def _calibrate(given: argparse.Namespace, settings: Settings) -> int:
    finished = read_run(given.run)
    calibration = calibrate(finished, given.max_wrongly_refused)
    write_atomically(given.out, to_json(calibration_json(calibration, finished)))
    names = (
        ("drempel", "terecht geweigerd", "ten onrechte geweigerd", "op vragen buiten de bepaling")
        if settings.language == "nl"
        else ("threshold", "rightly refused", "wrongly refused", "on questions held out")
    )
    print(f"{names[0]}: {calibration.threshold:.6g}")
    for label, rates in (("", calibration.fitted), (f" ({names[3]})", calibration.leave_one_out)):
        print(f"{names[1]} {rates.refused:.1%}, {names[2]} {rates.wrongly_refused:.1%}{label}")
    print(given.out)
    return 0


def _train(given: argparse.Namespace, settings: Settings) -> int:
    # Late: torch takes seconds to import.
    from eval.training.loop import Recipe
    from eval.training.run import train_reader
    from index.paths import models_dir

    if not 0 <= given.keep < 1 or (given.keep and given.begin is None):
        raise BadRequest(
            "--keep is een deel van 0 tot 1 van de gewichten van --begin.",
            "--keep is a share from 0 to 1 of the weights of --begin.",
        )
    recipe = Recipe() if given.epochs is None else Recipe(epochs=given.epochs)
    models = models_dir(settings.data_dir)
    about = train_reader(given.data, given.out, recipe, models, given.begin, given.keep)
    for name, value in about["development"].items():
        print(f"{name:<22} {value:.3f}")
    print(given.out)
    return 0


def _reader(given: argparse.Namespace, settings: Settings) -> int:
    from eval.reading import measure_reader, reading_html, reading_json, reading_text, worsened
    from index.paths import models_dir
    from rag.service.resources import open_reader

    reader = open_reader(settings)
    if reader is None:
        raise BadRequest(
            "Er is geen leesmodel om te meten: de instelling is reader=none.",
            "There is no reader to measure: the setting is reader=none.",
        )
    measured = measure_reader(reader, given.data, models_dir(settings.data_dir))
    print(reading_text(measured, settings.language))
    if given.out is not None:
        write_atomically(given.out, to_json(reading_json(measured, reader.card.sha256)))
    if given.html is not None:
        write_atomically(given.html, reading_html(measured, settings.language))
    if given.base is None:
        return 0
    found = worsened(measured.measures, _json_of(given.base), given.allowed)
    for name, (was, now) in found.items():
        print(f"{name}: {was:.3f} -> {now:.3f}")
    return REGRESSED if found else 0


def _json_of(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadRequest(
            f"{path} is niet te lezen: {error}.", f"{path} cannot be read: {error}."
        ) from error


def _judge(given: argparse.Namespace, settings: Settings) -> int:
    from rag.service.resources import connect_model

    finished = read_run(given.run)
    model = connect_model(settings)
    if model is None:
        raise BadRequest(
            "Oordelen vraagt een taalmodel en de instelling is model=none; geef bijvoorbeeld "
            "--set model=ollama.",
            "Judging takes a language model and the setting is model=none; give for example "
            "--set model=ollama.",
        )
    try:
        with tqdm(unit="vraag") as bar:
            judgement = judge_run(finished, model, _shown_on(bar))
    finally:
        model.close()
    print(judgement_text(judgement, settings.language))
    print(given.run / JUDGE)
    return 0


def _check_gold(given: argparse.Namespace, settings: Settings) -> int:
    questions = load_gold(given.gold)
    answerable = sum(question.answerable for question in questions)
    unanswerable = len(questions) - answerable
    if settings.language == "nl":
        print(f"{len(questions)} vragen: {answerable} te beantwoorden, {unanswerable} niet")
    else:
        print(f"{len(questions)} questions: {answerable} answerable, {unanswerable} not")
    told = remarks(questions, _documents(given.index)) if given.index else ()
    for name, remark in told:
        print(f"{name}: {remark}")
    return 0


_COMMANDS: dict[str, Callable[[argparse.Namespace, Settings], int]] = {
    "run": _run,
    "compare": _compare,
    "report": _report,
    "derive": _derive,
    "feedback": _feedback,
    "calibrate": _calibrate,
    "train": _train,
    "reader": _reader,
    "judge": _judge,
    "check-gold": _check_gold,
}


def _shown_on(bar: Any) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    return progress


# --- the system under test


def _ask(
    index: Index, model: LanguageModel | None, reader: Reader | None, settings: Settings
) -> Ask:
    from rag.pipeline.answering import answer
    from rag.pipeline.answers import answer_json

    def ask(question: str, history: Sequence[Turn]) -> dict[str, Any]:
        return answer_json(
            answer(
                question,
                index=index,
                model=model,
                reader=reader,
                settings=settings,
                history=history,
            )
        )

    return ask


def _open_index(given: argparse.Namespace, settings: Settings) -> Index:
    # The models stay in the data folder, also where the index is another one.
    from index.encoders.embedding import load_encoder
    from index.index import open_index
    from index.paths import models_dir

    encoder = load_encoder(settings.embedding_model, models_dir(settings.data_dir))
    if given.index:
        return open_index(given.index, encoder, create=False)
    return open_index(
        settings.data_dir,
        encoder,
        create=False,
        engine=settings.engine,
        token=settings.engine_token,
    )


def _documents(folder: Path) -> tuple[Document, ...]:
    """The documents of an index, without loading its embedding model."""
    from index.store import Store

    store = Store(folder / FILE_NAME, {}, create=False)
    try:
        with store.reading():
            return tuple(store.document(key) for key in store.infos())
    finally:
        store.close()


def _described(model: LanguageModel | None) -> dict[str, Any]:
    if model is None:
        return {"name": "none", "digest": None}
    return {"name": model.name, "digest": model.digest, "context_tokens": model.context_tokens}


def _prompt_hashes() -> dict[str, str]:
    from rag.llm.prompts import load_prompt

    files = resources.files("prompts").iterdir()
    names = sorted(file.name.removesuffix(".md") for file in files if file.name.endswith(".md"))
    return {name: load_prompt(name).hash for name in names}


def _public(settings: Settings) -> dict[str, Any]:
    """The settings without secrets (fields that their `repr` leaves out) and without the data
    folder, which says where it was and not what was measured."""
    return {
        each.name: value if isinstance(value, int | float | str | None) else str(value)
        for each in dataclasses.fields(settings)
        if each.repr and each.name != "data_dir"
        for value in [getattr(settings, each.name)]
    }


def _settings(given: argparse.Namespace) -> dict[str, str]:
    overrides = {}
    for pair in given.set:
        name, is_pair, value = pair.partition("=")
        if not is_pair:
            raise BadRequest(
                f"--set {pair}: geef NAAM=WAARDE, bijvoorbeeld model=none.",
                f"--set {pair}: give NAME=VALUE, for example model=none.",
            )
        overrides[name] = value
    return overrides
