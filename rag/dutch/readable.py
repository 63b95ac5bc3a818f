"""Text as people read it: what a page or an extraction did to it mended, where that is certain.

Verbatim text stays what it is; this is for showing it. Left alone is what could be meant so.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import simplemma

from rag.dutch.phrases import DETERMINERS, PREPOSITIONS

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Not "CO2", "km2" or "nr.2", whatever notes there are.
_NOTE = re.compile(r"(?:(?<=[a-zà-ÿ]{3})|(?<=[a-zà-ÿ]{4}[.,;:)]))(\d{1,3})(?=[\s.,;:)]|$)")
_WEB = re.compile(r"://|www\.|@")
# "gedaan.Daarom": a full stop within a word, before a capital.
_GLUED_SENTENCE = re.compile(r"(?<=[a-zà-ÿ]{3})([.!?;:])(?=[A-ZÀ-Þ][a-zà-ÿ]*(?:\s|,|$))")
_GLUED_WORD = re.compile(r"\b([a-zà-ÿ]{2,})([A-ZÀ-Þ][a-zà-ÿ]{2,})")
_FUNCTION_WORDS = (PREPOSITIONS | DETERMINERS | {"en", "of"}) - frozenset(
    "mijn je jouw uw onze ons zo'n".split()
)
_TORN = re.compile(r"([^\W\d_]{2,})-[ \t]*(?:\n\s*|[ ]+)([a-zà-ÿ]{2,})\b")
_SUSPENDED = re.compile(r"en|of|tot|dan|noch|als|maar|naar|ook|en/of")
# A line's end in a document is mostly where its page ended; lists, rows of a table and blank lines
# are meant.
_WRAPPED = re.compile(r"[ \t]*\n[ \t]*(?![ \t]*(?:\n|[-–•*] |\w{1,2}[.)][ \t]))")


def readable(text: str, notes: Collection[str] = ()) -> str:
    """`text` for showing; `notes` are the marks of the notes in it.

    Line ends stay before items of a list and rows of a table, whose cells a tab parts.
    """
    blocks: list[str] = []
    for line in map(str.strip, _mended(text, notes).split("\n")):
        is_row = "\t" in line
        if blocks and not is_row and "\t" not in blocks[-1]:
            blocks[-1] = f"{blocks[-1]}\n{line}"
        else:
            blocks.append(line)
    shown = (
        "\t".join(" ".join(cell.split()) for cell in block.split("\t"))
        if "\t" in block
        else _on_few_lines(block)
        for block in blocks
    )
    return "\n".join(filter(None, shown))


def on_one_line(text: str) -> str:
    """`text` with single blanks; cells of a table stay apart ("2023 | 612; 2024 | 709")."""
    rows = re.sub(r"[^\S\n]*\t+[^\S\n]*", " | ", text)
    return " ".join(re.sub(r"(\|[^\n]*\S)\s*\n", r"\1; ", rows).split())


def _on_few_lines(block: str) -> str:
    lines = _WRAPPED.sub(" ", block.strip()).split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _mended(text: str, notes: Collection[str]) -> str:
    known = frozenset(word.lower() for word in re.findall(r"[^\W\d_]+", text))
    text = _TORN.sub(lambda match: _joined(match, known), text)
    pieces = re.split(r"(\s+)", text)
    return "".join(
        piece if not piece.strip() or _WEB.search(piece) else _apart(piece, notes)
        for piece in pieces
    )


def _joined(match: re.Match[str], known: Collection[str]) -> str:
    """A word that was broken at a line's end, where it is a word in one piece."""
    first, second = match[1], match[2]
    whole = first + second
    if _SUSPENDED.fullmatch(second) or not (
        whole.lower() in known or simplemma.is_known(whole.lower(), lang="nl")
    ):
        return match[0]
    return whole


def _apart(word: str, notes: Collection[str]) -> str:
    """What stands between blanks, with the blanks that it lacks and its note mark raised."""
    word = _NOTE.sub(lambda m: m[1].translate(_SUPERSCRIPT) if m[1] in notes else m[1], word)
    word = _GLUED_SENTENCE.sub(r"\1 ", word)
    return _GLUED_WORD.sub(lambda m: f"{m[1]} {m[2]}" if m[1] in _FUNCTION_WORDS else m[0], word)
