"""The commands that ask: `ask`, `search` and `chat`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from index.errors import VraagbaakError
from rag.cli.output import emit, note, print_text
from rag.formatting.render import answer_text, found_json, found_text, hits_text
from rag.pipeline.answers import Answer, answer_json
from rag.pipeline.query import clean_question
from rag.service.resources import connect_model, open_index, open_reader
from rag.settings import Settings

if TYPE_CHECKING:
    from index.search import Filters

STOP = ("stop", "exit", "quit")


def ask(given: argparse.Namespace, settings: Settings) -> int:
    """Answer one question."""
    question = clean_question(" ".join(given.question), settings.max_question_chars)
    found = _answering(given, settings)(question)
    emit(given, answer_json(found), answer_text(found, settings.language))
    return 0


def search(given: argparse.Namespace, settings: Settings) -> int:
    """Find passages."""
    question = clean_question(" ".join(given.question), settings.max_question_chars)
    if settings.service:
        from rag.cli import remote

        data = remote.search(question, given, settings)
        emit(given, data, found_text(data["hits"], settings.language))
        return 0
    filters = _filters(given)
    opened = open_index(settings)
    from index.search import search as find

    result = find(opened, question, settings.top_k, filters)
    emit(given, found_json(result), hits_text(result.hits, settings.language))
    return 0


def chat(given: argparse.Namespace, settings: Settings) -> int:
    """Questions and follow-up questions until the end of the input or "stop"."""
    answer = _answering(given, settings)
    from rag.conversation.conversations import MAX_TURNS
    from rag.conversation.followups import Turn, turn_of

    history: list[Turn] = []
    prompt = ""
    if sys.stdin.isatty():
        prompt = "> "
        note("Stel een vraag; `stop` of Ctrl-D sluit af.", "Ask; `stop` or Ctrl-D ends.", settings)
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
            found = answer(question, history=history)
        except VraagbaakError as error:
            note(error.nl, error.en, settings)
            continue
        print_text(answer_text(found, settings.language) + "\n")
        history = [*history, turn_of(found)][-MAX_TURNS:]


def _answering(given: argparse.Namespace, settings: Settings) -> Callable[..., Answer]:
    """`rag.pipeline.answering.answer` with all that it needs but the question and its history."""
    filters = _filters(given)
    index, model, reader = open_index(settings), connect_model(settings), open_reader(settings)
    from rag.pipeline.answering import answer

    return partial(
        answer, index=index, model=model, reader=reader, settings=settings, filters=filters
    )


def _filters(given: argparse.Namespace) -> Filters:
    from index.search import Filters

    return Filters(
        documents=tuple(given.document),
        kinds=tuple(given.kind),
        date_from=given.from_,
        date_to=given.to,
        minister=given.minister,
    )
