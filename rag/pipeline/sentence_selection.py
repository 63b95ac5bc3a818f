"""Choose the sentences that are the answer: few, whole, and in the document's order."""

from __future__ import annotations

from collections.abc import Sequence

from rag.pipeline.reading import PassageReading, ScoredSentence

BELONGS = 0.3  # score from which a sentence is part of the answer
MOST = 5  # sentences of one passage
CLOSE = 0.2  # of the best passage's probability, from which another one is shown beside it
MOST_BESIDE = 1


def answer_sentences(reading: PassageReading) -> list[ScoredSentence]:
    """The sentences of a passage that belong to the answer, in its order; at least the best one.

    A single sentence between two that belong is kept with them: what it says joins them.
    """
    if not reading.sentences:
        return []
    ranked = sorted(range(len(reading.sentences)), key=lambda at: -reading.sentences[at].score)
    chosen = {ranked[0]} | {at for at in ranked[:MOST] if reading.sentences[at].score >= BELONGS}
    between = {at + 1 for at in chosen if at + 2 in chosen}
    return [reading.sentences[at] for at in sorted(chosen | between)]


def beside_sentences(readings: Sequence[PassageReading]) -> list[ScoredSentence]:
    """What other passages than the first say that came near it, likeliest first."""
    if not readings:
        return []
    near = [each for each in readings[1:] if each.answers >= CLOSE * readings[0].answers]
    return [sentence for each in near[:MOST_BESIDE] for sentence in answer_sentences(each)]


def likeliest(readings: Sequence[PassageReading], limit: int) -> list[ScoredSentence]:
    """The `limit` sentences of all passages that are likeliest part of an answer, best first."""
    ranked = sorted(
        (
            (reading.answers * sentence.score, sentence)
            for reading in readings
            for sentence in reading.sentences
        ),
        key=lambda pair: (-pair[0], pair[1].hit, pair[1].start),
    )
    return [sentence for _, sentence in ranked[:limit]]
