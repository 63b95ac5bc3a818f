"""Find what an answer points to: "zie antwoord op vraag 16", in this document or another one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from index.documents import Number, Span
from index.identifiers import Identifier, mentions
from index.segmentation.question_numbers import NUMBERS, meant, order, parse_numbers
from index.sentences import split_sentences

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
# An identifier or addressee nearby makes a mention one of another document's questions.
_FOREIGN_BEFORE = re.compile(
    r"(?:Kamerstuk|vergaderjaar|Aanhangsel|Handelingen|\bnr\.|\bverslag\b|lijst van vragen|"
    r"schriftelijk overleg|\d{4}[ZD]\d{4,5})[^.;?!]{0,80}$",
    re.IGNORECASE,
)
# "vanwege de samenhang tussen de vragen 4 en 5": a joint answer, no pointer.
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


# "Zie Aanhangsel Handelingen ..., nr. 12": a pointer to all of another document's answers.
_SEND = re.compile(r"\b(?:zie|verwijs|verwijst|verwijzen|verwezen)\b", re.I)
_BEFORE, _AFTER = 150, 350  # characters of the sentence around a pointer to keep


def find_pointers(
    text: str,
    own: Collection[Number],
    known: Collection[Number],
    notes: Sequence[tuple[int, str]] = (),
) -> tuple[tuple[Number, ...], tuple[str, ...]]:
    """Question numbers of this document that `text` points to, and pointers elsewhere as written.

    `own` are the numbers that the answer itself answers (never a pointer), `known` all numbers of
    the document, `notes` footnotes with the offset in `text` of their mark. A mention beside another
    document's identifier or addressee is external; it is given with its sentence, and with those of
    its footnotes that name a document, in brackets.
    """
    internal: list[Number] = []
    external: list[tuple[int, int]] = []
    for start, end, numbers, foreign in _mentioned(text):
        if foreign:
            external.append((start, end))
        else:
            internal += [n for number in numbers for n in meant(number, known) if n not in own]
    external += [m.span() for m in _OTHERS.finditer(text)]
    if _SEND.search(text):
        external += [
            (named.start, named.end) for named in mentions(text) if named.identifier.kind == "annex"
        ]
    if not external:
        return tuple(sorted(set(internal), key=order)), ()
    sentences = split_sentences(text)
    quotes = [_quote(text, sentences, notes, start, end) for start, end in sorted(external)]
    return tuple(sorted(set(internal), key=order)), tuple(dict.fromkeys(quotes))


@lru_cache(maxsize=1000)  # cached: one pointer is compared with every document
def pointed_documents(pointer: str) -> tuple[tuple[Identifier, tuple[Number, ...]], ...]:
    """The identifiers that a pointer elsewhere names, each with the question numbers meant there.

    A question is one of the first document named behind it, else of the last one before it.
    """
    named = mentions(pointer)
    asked: dict[Identifier, list[Number]] = {mention.identifier: [] for mention in named}
    questions = [(start, numbers) for start, _, numbers, foreign in _mentioned(pointer) if foreign]
    for at, (start, numbers) in enumerate(questions):
        stop = questions[at + 1][0] if at + 1 < len(questions) else len(pointer)
        behind = [mention for mention in named if start < mention.start < stop]
        before = [mention for mention in named if mention.start < start]
        for mention in behind[:1] or before[-1:]:
            asked[mention.identifier].extend(numbers)
    return tuple((identifier, tuple(dict.fromkeys(ns))) for identifier, ns in asked.items())


def _mentioned(text: str) -> Iterator[tuple[int, int, tuple[Number, ...], bool]]:
    """Questions that `text` mentions: start, end, numbers, whether they are another document's."""
    seen_at: set[int] = set()
    found: list[tuple[int, int, tuple[Number, ...], bool]] = []
    for pattern in (_MENTION, _ANSWER):
        for mention in pattern.finditer(text):
            if mention.start(1) in seen_at:
                continue
            seen_at.add(mention.start(1))
            before = text[max(0, mention.start() - 160) : mention.start()]
            after = text[mention.end() : mention.end() + 160]
            if _TOGETHER.search(before):
                continue
            foreign = (
                _FOREIGN_BEFORE.search(before)
                or _FOREIGN_AFTER.match(after)
                or _FOREIGN_PAREN.match(after)
            )
            found.append((*mention.span(), parse_numbers(mention[1]), bool(foreign)))
    yield from sorted(found)


def _quote(
    text: str, sentences: Sequence[Span], notes: Sequence[tuple[int, str]], start: int, end: int
) -> str:
    """The words around a pointer, within its sentence, and its footnotes that name a document."""
    whole = next((s for s in sentences if s.start <= start < s.end), Span(start, end))
    first, last = whole.start, max(whole.end, end)
    if start - first > _BEFORE:
        first = (
            text.index(" ", start - _BEFORE) + 1 if " " in text[start - _BEFORE : start] else start
        )
    if last - end > _AFTER:
        last = max(text.rfind(" ", end, end + _AFTER), end)
    words = " ".join(text[first:last].split())
    for at, note in notes:
        if first <= at <= last and mentions(note):
            words += f" ({note})"
    return words
