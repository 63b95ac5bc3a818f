"""Summaries: the sentences of an answer that carry it, verbatim."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents import Hit
from index.index import Index
from rag.pipeline.drafts import Draft, quote_sentences
from rag.pipeline.reading import ScoredSentence, asked_text, read_hits
from rag.pipeline.sentence_selection import select
from rag.reader.reader import Reader

MOST_PASSAGES = 5  # of a whole document; each gives one sentence

_ASKS = re.compile(
    r"^(?:(?:kun|kunt|wil|wilt)\s+(?:je|u)\s+)?(?:"
    r"vat\s+(?P<split>.+?)\s+(?:(?:kort|even)\s+)*samen(?P<after>\b.*?)"
    r"|(?P<whole>.+?)\s+(?:(?:kort|even)\s+)*samenvatten"
    r"|(?:(?:geef|maak)\s+(?:(?:mij|me)\s+)?)?(?:een\s+|de\s+)?(?:korte\s+)?samenvatting\s+van\s+(?P<of>.+?)"
    r")[?.!]*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:het\s+antwoord|de\s+antwoorden)\s+over\s+", re.IGNORECASE)


def to_summarise(question: str) -> str | None:
    """What a question asks a summary of ("het antwoord op vraag 3 van ..."); None where it does not."""
    match = _ASKS.match(question.strip())
    if match is None:
        return None
    what = " ".join(filter(None, (match["split"], match["after"], match["whole"], match["of"])))
    return _ABOUT.sub("", " ".join(what.split())) or None


def key_sentences(
    hits: Sequence[Hit], places: Sequence[int], index: Index, reader: Reader | None
) -> tuple[Draft, ...]:
    """Of each passage the sentences that answer its own question best; of several only the best."""
    chosen: list[ScoredSentence] = []
    for at in places[:MOST_PASSAGES]:
        hit = hits[at]
        own = asked_text(hit.passage) or hit.document.metadata.title or hit.passage.text
        for reading in read_hits(own, hits[at : at + 1], index, reader):
            best = sorted(reading.sentences, key=lambda each: -each.score)[:1]
            selected = select(reading)
            whole = sorted([*selected.lead, *selected.context], key=lambda each: each.start)
            those = whole if len(places) == 1 else best
            chosen += [ScoredSentence(at, s.start, s.end, s.text, s.score) for s in those]
    return quote_sentences(hits, chosen)
