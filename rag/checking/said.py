"""What a passage gives to check against: what the answer says, and what its question may add.

What a member of parliament asserts in a question is not what the government answers. A question
serves in two ways only: the words of an open question ("hoeveel", "welke") say what an answer is
about, and a yes/no question answered with yes or no states itself or its denial.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index.documents import Passage
from index.sentences import split_sentences
from rag.dutch.statements import CONDITION, Statement, state
from rag.instructions import is_order

Stance = Literal["ja", "nee"]

_YES = re.compile(
    r"^(?:ja\b|dat\s+(?:klopt|is\s+(?:juist|correct|waar))(?!\s+niet)\b|inderdaad\b|zeker\b|"
    r"daartoe\s+ben\s+ik\s+bereid|(?:die|deze)\s+(?:mening|opvatting|analyse)\s+deel\s+ik(?!\s+niet))",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^(?:nee[n]?\b|dat\s+(?:klopt|is)\s+niet\b|ik\s+ben\s+(?:daartoe\s+|daarvan\s+)?(?:niet|geen)\b|"
    r"(?:die|deze)\s+(?:mening|opvatting|analyse)\s+deel\s+ik\s+niet|daartoe\s+ben\s+ik\s+niet)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:hoeveel|hoe|wat|wie|welke?|waarom|wanneer|waar|waardoor|waarmee|waaraan|wiens)\b",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"^(?:klopt\s+het|is\s+het\s+(?:juist|waar|correct)|deelt\s+u\s+de\s+\w+|erkent\s+u|"
    r"herkent\s+u\s+het\s+beeld|betekent\s+d(?:it|at)|bent\s+u\s+het\s+\w*\s*eens|"
    r"kunt\s+u\s+(?:toezeggen|bevestigen))\s*,?\s*dat\s+|^kunt\s+u\s+",
    re.IGNORECASE,
)
_ACQUAINTED = re.compile(
    r"^(?:bent\s+u\s+(?:ermee\s+)?bekend|kent\s+u|(?:heeft|hebt)\s+u\s+(?:kennis|\w+\s+gelezen)|"
    r"bent\s+u\s+op\s+de\s+hoogte)",
    re.IGNORECASE,
)
_POINTS = re.compile(r"(?:daar|hier)\w+\b|dat\b|dit\b|deze\b|die\b", re.IGNORECASE)
_BROKEN = re.compile(r"(?<=[a-zà-ÿ])-\n\s*(?=[a-zà-ÿ])")
_ROW = re.compile(r"\d")
_NOTE_MARK = re.compile(r"(?<=[.!?])\s?\d{1,2}\)?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """`said` are the sentences of the answer; `about` what the open questions, the heading and a
    list's first line say it is about; `answered` the yes/no question as the answer settles it, and
    `asked` one that it does not settle. `only_asks`: the passage is itself a question,
    and `said` its sentences. `acquainted`: it only asks whether something is known.
    `conditional`: yes, but on a condition. `points_at_question`: the answer
    begins with a word for what was asked ("daarover"). `verbatim` are sentences as `fold` writes them;
    `everything` is the whole passage, folded, with its questions; `text` is the answer as it
    stands."""

    said: tuple[Statement, ...]
    only_asks: bool
    about: tuple[Statement, ...]
    answered: Statement | None
    asked: tuple[Statement, ...]
    stance: Stance | None
    acquainted: bool
    conditional: bool
    points_at_question: bool
    verbatim: frozenset[str]
    answer: str
    everything: str
    text: str


def fold(text: str) -> str:
    """`text` in lower case with single blanks and plain quotes, for comparing what is the same."""
    folded = text.casefold().translate(_PLAIN)
    return " ".join(_BROKEN.sub("", folded).split())


_PLAIN = str.maketrans(dict.fromkeys('«»“”„"', '"') | dict.fromkeys("‘’‚`´", "'"))


@lru_cache(maxsize=512)
def evidence(passage: Passage) -> Evidence:
    """Take a passage apart, once."""
    text = passage.reading_text()
    joined = _BROKEN.sub("", text)
    # An order to a language model that somebody put into a document states nothing.
    stated = (sentence for sentence in _split(joined) if not is_order(sentence))
    sentences = [piece for sentence in stated for piece in _rows(sentence)]
    first = sentences[0] if sentences else ""
    asks = [s for s in sentences if s.endswith("?")]
    if asks and (len(asks) == len(sentences) or (not passage.questions and _is_question(passage))):
        asks, sentences = sentences, []
    stance: Stance | None = "nee" if _NO.match(first) else "ja" if _YES.match(first) else None
    about = [_quoteless(s) for s in sentences if s.endswith(":")]
    if passage.heading:
        about.append(passage.heading)
    asked = list(asks)
    only_asks = bool(asks) and not sentences
    for question in passage.questions:
        for sentence in _split(_BROKEN.sub("", question.text)):
            if re.match(r"zo\s+(?:ja|nee)", sentence, re.IGNORECASE):
                continue
            is_open = _OPEN.search(" ".join(sentence.split()[:4]))
            (about if is_open else asked).append(sentence)
    settles = stance is not None and len(asked) > len(asks)
    answered = asked.pop(len(asks)).rstrip("?") if settles else None
    return Evidence(
        said=tuple(state(_NOTE_MARK.sub("", s)) for s in (asks if only_asks else sentences)),
        only_asks=only_asks,
        about=tuple(state(sentence) for sentence in about),
        answered=state(_FRAME.sub("", answered), stance == "nee") if answered else None,
        asked=tuple(state(sentence) for sentence in asked),
        stance=stance,
        acquainted=bool(answered and _ACQUAINTED.match(answered)),
        conditional=stance == "ja" and bool(CONDITION.search(first)),
        points_at_question=bool(_POINTS.match(first)),
        verbatim=frozenset(fold(piece) for source in (text, joined) for piece in _split(source)),
        answer=fold(text),
        everything=fold(
            " ".join([passage.heading or "", *(q.text for q in passage.questions), text])
        ),
        text=text,
    )


def _is_question(passage: Passage) -> bool:
    """Whether a passage without an answer is a question: by its heading ("Vraag 4") or its end."""
    heading = (passage.heading or "").lower()
    return heading.startswith("vraag ") or passage.reading_text().rstrip().endswith("?")


def _quoteless(sentence: str) -> str:
    return sentence.rstrip(":")


def _split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


def _rows(sentence: str) -> list[str]:
    """The sentence, or each cell of a table in it, with the heads of its row and column."""
    lines = [line for line in sentence.split("\n") if line.strip()]
    if len(lines) < 2:
        return [sentence]
    pieces: list[str] = []
    running: list[str] = []
    heads: list[str] | None = None
    for line in lines:
        cells = re.split(r"\t" if "\t" in line else r"\s+", line.strip())
        if "\t" in line.strip() and not _ROW.search(line):
            heads = cells
        elif _is_row(line):
            if running:
                pieces.append("\n".join(running))
                running = []
            titles = heads if heads and len(heads) == len(cells) else [""] * len(cells)
            columns = list(zip(titles, cells, strict=True))[1:]
            pieces.extend(f"{cells[0]} {title} {cell}" for title, cell in columns)
        else:
            running.append(line)
    if running:
        pieces.append("\n".join(running))
    return pieces


def _is_row(line: str) -> bool:
    if "\t" in line.strip():
        return bool(_ROW.search(line))
    return bool(re.fullmatch(r"\s*\d[\d.,]*(?:\s+\d[\d.,%]*)+\s*", line))
