"""Rewrite a follow-up question to stand alone: by a model that composes, else by rules.

A model's rewriting is checked against the conversation: it may not bring in a figure, year, name or
abbreviation that does not occur there.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.errors import BadRequest
from rag.conversation.query_rewriting import MAX_CHARACTERS, Turn, leans_back, stand_alone
from rag.dutch.names import names_in, same_name
from rag.dutch.phrases import VERBS, is_closed, words
from rag.dutch.quantities import carries, figures
from rag.llm import LanguageModel
from rag.llm.one_text import complete_text
from rag.llm.prompts import load_prompt, room
from rag.pipeline.query import clean_question

_TURNS = 4  # turns of the conversation that the model reads
_ANSWER_CHARACTERS = 400  # characters of an earlier answer
_TOKENS = 160  # a question of MAX_CHARACTERS in JSON


def read(question: str, history: Sequence[Turn], model: LanguageModel | None) -> str:
    """`question` rewritten to stand alone; unchanged if it does not depend on `history`.

    A model that composes rewrites it. Without one, or if its rewriting is refused, the rules do.
    Raises ModelUnavailable if the model fails.
    """
    by_rules = stand_alone(question, history)
    if by_rules == question or model is None or not model.composes:
        return by_rules
    return rewrite(question, history, model) or by_rules


def rewrite(question: str, history: Sequence[Turn], model: LanguageModel) -> str | None:
    """`question` rewritten by `model` to stand alone, or None if the rewriting cannot be used.

    It is refused if it is empty, longer than `MAX_CHARACTERS` or still depends on the history, if
    it holds a figure, date, name or abbreviation that occurs neither in the question, the history
    nor the rules' rewriting, and if it lost one of the question's. Raises ModelUnavailable.
    """
    prompt = load_prompt("herschrijf")
    turns = [_shown(turn) for turn in history[-_TURNS:]]
    messages = prompt.messages(gesprek="\n".join(turns), vraag=question)
    while len(turns) > 1 and room(model, messages, _TOKENS) < 0:
        turns = turns[1:]
        messages = prompt.messages(gesprek="\n".join(turns), vraag=question)
    text, _ = complete_text(
        model, messages, "vraag", most_characters=MAX_CHARACTERS, max_tokens=_TOKENS
    )
    written = _question(text)
    if written is None or leans_back(written):
        return None
    said = [question, stand_alone(question, history)]
    said += [text for turn in history for text in (turn.question, turn.answer or "")]
    kept = _adds_nothing(written, said) and _adds_nothing(question, [written])
    return written if kept else None


def _shown(turn: Turn) -> str:
    """A turn on two lines: its text must not look like another turn."""
    asked = " ".join(turn.question.split())[:MAX_CHARACTERS]
    answer = " ".join((turn.answer or "(geen antwoord)").split())[:_ANSWER_CHARACTERS]
    return f"Vraag: {asked}\nAntwoord: {answer}"


def _question(text: str | None) -> str | None:
    """The cleaned question; None if it is none that can be asked."""
    try:
        return clean_question(text, MAX_CHARACTERS) if text is not None else None
    except BadRequest:
        return None


def _adds_nothing(text: str, said: Sequence[str]) -> bool:
    """Whether every figure, date, name and abbreviation of `text` stands in one of `said`."""
    known_figures = [figure for each in said for figure in figures(each)]
    if not all(any(carries(new, old) for old in known_figures) for new in figures(text)):
        return False
    known = {word for each in said for word in words(each)}
    return all(any(same_name(name, word) for word in known) for name in _names(text))


def _names(text: str) -> list[str]:
    """The names and abbreviations of a question, in lower case.

    The first word always has a capital: it counts unless it is a word that opens a question.
    """
    found = [word for _, name in names_in(text) for word in words(name)]
    first = words(text)[0]
    if text[0].isupper() and not (is_closed(first) or first in VERBS):
        found.append(first)
    return found
