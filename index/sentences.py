"""Split Dutch text into sentences, as spans. By rules, so that quotes are reproducible."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.documents import Span

# An index keeps a vector of every sentence, so other sentences need another index.
SENTENCE_VERSION = 1

# Abbreviations of Dutch officialese after which a full stop does not end a sentence.
_ABBREVIATIONS = frozenset(
    (
        "aanh afd al art artt bijv blz bv ca c cf ch cq dd dec d dhr dr drs ds dw e e.a e.d e.v ev "
        "etc evt excl febr fig fl ggf gld gr ha hfst hr i.c i.o i.p.v i.v.m incl ing inw ir j jan "
        "jhr jl jr jur kab kst l lid m m.b.t m.i.v m.n m.u.v max mej mevr mgr mil min mln mld mr "
        "mrd mw n n.a.v nl no nov nr nrs o o.a o.b.v o.g.v o.i.v o.l.v o.m okt p p.a p.j p.m p.u "
        "pag par pct plm pp prof red resp s sept sr st stb stcrt str t t.a.v t.b.v t.g.v t.o.v t.w "
        "tav tel temp tk tnv u v v.a vb verg vgl vlg vnl voorz w wnd z z.g.n zgn zoz"
    ).split()
)
# Abbreviations that can also end a sentence; then the next word has a capital.
_MAY_END = frozenset({"jl", "j.l", "etc", "e.d", "e.v", "c.s", "a.s", "enz"})
_END = re.compile(
    r"[.!?…]+[\"'”’»)\]]*(?:\[[^\[\]\n]{1,6}\]|\d{1,2}(?=\s))?(?=\s|$)|"
    # a space lost in extraction: "in Nederland.De inspectie"
    r"(?<=[a-zà-ÿ]{3})[.?!](?=[A-ZÀ-Ý][a-zà-ÿ]+\s)"
)
_LAST_WORD = re.compile(r"([\w.]+)$")
_BLOCK = re.compile(r"[^\n]+(?:\n(?![ \t]*\n)[^\n]+)*")
_LIST_ITEM = re.compile(r"\n(?=[ \t]*(?:[-–•·▪*o]|\d{1,2}[.)]|[a-z][.)])[ \t])")


def split_sentences(text: str) -> list[Span]:
    """Cut `text` into sentences: non-empty spans in order, without surrounding white space.

    A blank line and a new list item always end a sentence; a single line break does so only where
    the line ends like a sentence or the next one starts a list item. Offsets are in `text`.
    """
    spans: list[Span] = []
    for block in _BLOCK.finditer(text):
        cuts = [block.start(), *(m.end() + block.start() for m in _LIST_ITEM.finditer(block[0]))]
        for start, end in zip(cuts, [*cuts[1:], block.end()], strict=True):
            spans.extend(_sentences_of(text, start, end))
    return spans


def _sentences_of(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for stop in _END.finditer(text, start, end):
        if not _ends_sentence(text, at, stop, end):
            continue
        yield from _trimmed(text, at, stop.end())
        at = stop.end()
    yield from _trimmed(text, at, end)


def _ends_sentence(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    following = text[stop.end() : end].lstrip()
    if not following:
        return True
    if stop[0].startswith("."):
        word = _LAST_WORD.search(text, start, stop.start())
        last = word[1].lower() if word else ""
        dotted = re.fullmatch(r"(?:[a-z]\.)+[a-z]{1,2}", last)  # "d.d.", "m.b.t."
        abbreviated = dotted or last.rstrip(".") in _ABBREVIATIONS
        if abbreviated and last not in _MAY_END and not stop[0][1:]:
            return False
        if len(last) == 1 and last.isalpha():  # an initial: "A. Visser"
            return False
        if last.isdigit() and len(last) <= 2 and text[start : stop.start()].strip() == last:
            return False  # the number of a list item
    return not following[0].islower()


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield Span(start, end)
