"""Where an answer points: "zie antwoord op vraag 16" in this document, or in another one."""

from __future__ import annotations

import re
from collections.abc import Collection

from index.numbers import NUMBERS, parse_numbers

# "vraag 4", "de vragen 1 tot en met 4", "vraag (4)"; a capital counts too, and a space
# that an extraction lost ("beantwoording vanvraag 3").
_MENTION = re.compile(
    rf"(?:\b|(?<=van)|(?<=op)|(?<=bij))[Vv]ra(?:ag|gen)\s+(?:nummers?\s+|nrs?\.\s*)?\(?({NUMBERS})"
)
# "het antwoord op 3", "zie antwoord 4", "mijn antwoorden op 2 en 6"
_ANSWER = re.compile(
    rf"\b(?:[Aa]ntwoord(?:en)?|[Bb]eantwoording|[Rr]eactie)\s+(?:(?:op|onder|bij)\s+)?({NUMBERS})"
)
# The answer to questions of other members, without a number.
_OTHERS = re.compile(
    r"\b(?:beantwoording|antwoord(?:en)?)\s+(?:van|op)\s+(?:de\s+|eerdere\s+|schriftelijke\s+)*"
    r"(?:Kamer)?vragen\s+(?:van|door)\s+(?:de\s+|het\s+)?(?:\S+[- ])?(?:lid|leden|Kamerlid|Kamerleden)\b",
    re.I,
)
# What makes a mention one of another document's questions: an identifier or an addressee nearby.
_FOREIGN_BEFORE = re.compile(
    r"(?:Kamerstuk|vergaderjaar|Aanhangsel|Handelingen|\bnr\.|\bverslag\b|lijst van vragen|"
    r"schriftelijk overleg|\d{4}[ZD]\d{4,5})[^.;?!]{0,80}$",
    re.IGNORECASE,
)
# "vanwege de samenhang tussen de vragen 4 en 5": says what is joint, points nowhere.
_TOGETHER = re.compile(r"samenhang\b[^.;]{0,40}$", re.I)
_FOREIGN_AFTER = re.compile(
    r"^\s*(?:\)\s*)?(?:,\s*)?(?:uit|van|in|bij)\s+(?:"
    r"(?:de\s+)?(?:\w+\s+)?(?:set\s+)?(?:schriftelijke\s+|eerdere\s+|Kamer)?vragen\b|"
    r"(?:de|het|mijn|uw|die|dat|een)\s+(?:\w+\s+){0,3}?(?:leden|lid|Kamerleden|Kamerlid|verslag|brief|"
    r"Kamerbrief|lijst|feitelijke|schriftelijk|fractie|commissie|Kamervragen|Aanhangsel|inbreng)\b|"
    r"(?:Kamerlid|lid|leden|Kamerstuk|Aanhangsel)\b)",
)
_FOREIGN_PAREN = re.compile(
    r"^[^.()]{0,60}\((?:[^()]{0,60})(?:Kamerstuk|Aanhangsel|vergaderjaar|\d{4}[ZD]\d{4,5})", re.I
)


def find_pointers(
    text: str, own: Collection[int], known: Collection[int]
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Question numbers of this document that `text` points to, and pointers elsewhere as written.

    `own` are the numbers that the answer itself answers (never a pointer), `known` all numbers of
    the document. A mention beside another document's identifier or addressee is external.
    """
    internal: list[int] = []
    external: list[str] = []
    seen_at: set[int] = set()
    for pattern in (_MENTION, _ANSWER):
        for mention in pattern.finditer(text):
            if mention.start(1) in seen_at:
                continue
            seen_at.add(mention.start(1))
            before = text[max(0, mention.start() - 160) : mention.start()]
            after = text[mention.end() : mention.end() + 160]
            if _TOGETHER.search(before):
                continue
            numbers = parse_numbers(mention[1])
            if (
                _FOREIGN_BEFORE.search(before)
                or _FOREIGN_AFTER.match(after)
                or _FOREIGN_PAREN.match(after)
            ):
                external.append(_quote(text, mention.start(), mention.end()))
                continue
            internal.extend(n for n in numbers if n in known and n not in own)
    external += [_quote(text, m.start(), m.end()) for m in _OTHERS.finditer(text)]
    return tuple(sorted(set(internal))), tuple(dict.fromkeys(external))


def _quote(text: str, start: int, end: int) -> str:
    """The words around a pointer, within its sentence, for showing."""
    start = max(text.rfind(mark, 0, start) for mark in (". ", "\n", "? ", "! ")) + 1
    stop = min(
        (at for at in (text.find(m, end) for m in (". ", "\n", ".\n")) if at >= 0), default=-1
    )
    return " ".join(text[start : stop if stop >= 0 else len(text)].split())[:300]
