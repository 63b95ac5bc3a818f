"""Write superscript text: a footnote mark, an exponent, or just small letters.

In formats that mark superscript, a footnote mark can be told from the number or word before it.
While a line is being written a mark is "[3]" between two noncharacters, which `Draft` removes;
after punctuation it is written as it is ("?3"), since it cannot be mistaken there.
"""

from __future__ import annotations

import re

OPEN, CLOSE = "\ufdd0", "\ufdd1"  # noncharacters: never part of a text
SIGNS = str.maketrans("", "", OPEN + CLOSE)

_MARK = re.compile(r"[\[(]?(\d{1,3}|\*{1,3}|[a-z])[\])]?")
_MARKS = re.compile(r"[\[(]?\d{1,3}[\])]?(?:\s?[,;]\s?[\[(]?\d{1,3}[\])]?)+")
_POWER = re.compile(r"[-+−–]?\s?\d{1,3}|\d?[+−–-]|n")
_SIGNED = re.compile(r"[+−–-]\w+")
_RAISED = str.maketrans("0123456789+-−–n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")
# What can have an exponent: ten (in a product or before a sign), a unit of length, a variable.
_TEN = re.compile(r"(?<![\d.,])10\Z")
_PRODUCT = re.compile(r"[×x*·∙]\s?10\Z")
_ONLY_NAMED = re.compile(r"\s*[^\W\d_]+\s10\Z")  # "Vraag 10": a heading
_UNIT = re.compile(r"(?<![^\W_])(?:[kcdmnhµμ]|da)?m\Z")
_VARIABLE = re.compile(r"(?<![^\W_])(?![uUO])[A-Za-z]\Z")
# A mark written as it is, after punctuation: "gemeld.1, 2".
_AFTER_MARK = re.compile(r"(?<=[^\d\s])[?!.,;:»”’)\]]\d{1,3}(?:[ ,]{1,2}\d{1,3})*,?\Z")
_WORD = re.compile(r"[^\W\d_]{3,}\Z")


def raised(content: str, before: str, *, linked: bool = False) -> str:
    """The written form of superscript `content` after the text `before` on its line.

    `linked` says that the format ties it to a note.
    """
    text = " ".join(content.split())
    if not text:
        return content
    before = before.translate(SIGNS)
    if not linked and (_is_power(text, before) or _SIGNED.fullmatch(text)):
        return power(text)
    match = _MARK.fullmatch(text)
    if match is None and not _MARKS.fullmatch(text):
        return content
    letter = match is not None and match[1].isalpha()
    if letter and not linked and not _WORD.search(before):
        return content  # "19e"
    return mark(text if match is None else match[1], before)


def power(text: str) -> str:
    """The written form of an exponent."""
    text = "".join(text.split())
    return text.translate(_RAISED) if _POWER.fullmatch(text) else f"^({text})"


def mark(text: str, before: str) -> str:
    """The written form of a footnote mark after the text `before` on its line."""
    apart = before[-1:].isspace()
    before = before.translate(SIGNS).rstrip()
    if not text or not before:
        return f"{text} " if text else ""
    if _AFTER_MARK.search(before):
        return text if apart else f" {text}"
    return f"{OPEN}[{text}]{CLOSE}" if before[-1].isalnum() else text


def _is_power(text: str, before: str) -> bool:
    if not _POWER.fullmatch(text):
        return False
    if not text.isdigit():
        return bool(re.search(r"[^\W_]\Z|[)\]]\Z", before))
    if _PRODUCT.search(before):
        return True
    if _TEN.search(before):
        return not _ONLY_NAMED.fullmatch(before)
    if _UNIT.search(before):
        return text in "234"
    return bool(_VARIABLE.search(before)) and len(text) == 1
