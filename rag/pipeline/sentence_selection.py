"""Choose the sentences that are the answer: few, whole, and the one with the fact first."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag.pipeline.reading import PassageReading, ScoredSentence

BELONGS = 0.12  # lowest score of a sentence that is part of the answer
MOST = 5  # most sentences of one passage, not counting the items of a list
MOST_ITEMS = 10  # items of a list
LEADS = 0.25  # score from which a sentence stands in front with the best one
BARE_LEADS = 0.6  # the same, of a sentence that only says yes or no
LEAD_WORDS = 80  # in front, the best sentence apart
LIST_WORDS = 120  # in front, with the items of a list
BACK_WORDS = 100  # in front, with what its sentences point back to
BARE_WORDS = 5  # a sentence of so few ("Nee, dat is niet juist.") says little without another one
ALSO = 0.3  # probability from which a second passage answers together with the first
EQUAL = 0.7  # of the first one's probability, from which it does
NEAR = 0.2  # probability from which another passage is shown beside the answer
CLOSE = 0.4  # of the best passage's probability, from which it is
MOST_BESIDE = 1

_ITEM = re.compile(r"\s*(?:[-–—•*▪]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s")
# Opens with a pronoun that means something said before: "Dit bedrag", "Daarvan is 4 miljoen".
_POINTS_BACK = re.compile(
    r"\W*(?:(?:en|maar|ook|want|dus)\s+)?(?:(?:in|van|met|voor|door|op|bij|aan|over|uit|naar|onder|binnen|"
    r"tegen)\s+)?(?:dit|deze|die|dat|dergelijke|hij|zij|ze|(?:daar|hier)(?:aan|door|in|mee|om|op|over|toe|"
    r"tegen|uit|van|voor|onder|tussen|naar))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Selection:
    """An answer out of one passage: what is said first, what stands around it, both in its order.

    `items_left` counts the items of a list that were not taken.
    """

    lead: tuple[ScoredSentence, ...] = ()
    context: tuple[ScoredSentence, ...] = ()
    items_left: int = 0


def select(reading: PassageReading) -> Selection:
    """The sentences of a passage that belong to the answer; at least the best one.

    A single sentence between two that belong is kept with them: what it says joins them. A list is
    taken whole, or it is counted what is left of it. A bare "Ja." brings what follows it.
    """
    sentences = reading.sentences
    if not sentences:
        return Selection()
    ranked = sorted(
        range(len(sentences)), key=lambda at: (_is_aside(sentences[at].text), -sentences[at].score)
    )
    chosen = {ranked[0]} | {at for at in ranked[:MOST] if sentences[at].score >= BELONGS}
    chosen |= {at + 1 for at in chosen if at + 2 in chosen}
    items, left = _lists(sentences, chosen)
    chosen |= items
    lead = _lead(sentences, [at for at in ranked if at in chosen])
    lead = _with_its_list(sentences, _with_what_it_points_to(sentences, lead))
    chosen = lead | {at for at in chosen if not is_bare(sentences[at].text)}
    return Selection(
        tuple(sentences[at] for at in sorted(lead)),
        tuple(sentences[at] for at in sorted(chosen - lead)),
        left,
    )


def also_answers(readings: Sequence[PassageReading]) -> tuple[ScoredSentence, ...]:
    """What the second passage says first, where it answers about as likely as the first one.

    Which of the two is meant is then not for us to decide: both are said, each with its source.
    """
    if len(readings) < 2 or readings[1].answers < max(ALSO, EQUAL * readings[0].answers):
        return ()
    lead = select(readings[1]).lead
    return lead if _words(lead) > BARE_WORDS else ()


def beside_sentences(
    readings: Sequence[PassageReading], shown: Collection[ScoredSentence] = ()
) -> list[ScoredSentence]:
    """Sentences of passages that may answer too, likeliest first, those `shown` already left out.

    A passage whose answer is a bare "Ja." or "Nee." says it of another question and is left out.
    """
    if not readings:
        return []
    least = max(NEAR, CLOSE * readings[0].answers)
    near = [select(each).lead for each in readings[1:] if each.answers >= least]
    said = [lead for lead in near if _words(lead) > BARE_WORDS and not set(lead) & set(shown)]
    return [sentence for lead in said[:MOST_BESIDE] for sentence in lead]


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


def _lead(sentences: Sequence[ScoredSentence], ranked: Sequence[int]) -> set[int]:
    """The best of the `ranked` sentences, with others as good while they are short together."""
    lead = {ranked[0]}
    for at in ranked[1:]:
        more = [sentences[each] for each in lead | {at}]
        text = sentences[at].text
        if sentences[at].score < LEADS or _is_aside(text) or _words(more) > LEAD_WORDS:
            break
        if sentences[at].score >= BARE_LEADS or not is_bare(text):
            lead.add(at)
    if _words([sentences[at] for at in lead]) <= BARE_WORDS:
        following = max(lead) + 1
        lead |= {following} if following < len(sentences) else set()
    return lead


def _lists(sentences: Sequence[ScoredSentence], chosen: Collection[int]) -> tuple[set[int], int]:
    """The items of the lists that `chosen` touches, and how many of them are too many to take."""
    taken: set[int] = set()
    left = 0
    for run in _runs_of_items(sentences):
        opens = _opens(sentences, run) and run[0] - 1 in chosen
        if opens or sum(at in chosen for at in run) > 1:
            taken |= set(run[:MOST_ITEMS])
            left += max(0, len(run) - MOST_ITEMS)
    return taken, left


def _with_what_it_points_to(sentences: Sequence[ScoredSentence], lead: Collection[int]) -> set[int]:
    """`lead`, with the sentence before each that points back, where all together are short enough.

    Without it "Dit bedrag" seems to be that of the sentence in front of it.
    """
    more = set(lead)
    for at in sorted(lead):
        if at > 0 and _POINTS_BACK.match(sentences[at].text):
            whole = more | {at - 1}
            more = whole if _words([sentences[each] for each in whole]) <= BACK_WORDS else more
    return more


def _with_its_list(sentences: Sequence[ScoredSentence], lead: Collection[int]) -> set[int]:
    """`lead`, with the line ("Drie pijlers:") that opens the list of which it holds an item, and
    with the items of a list that it opens, where all together are short enough."""
    more = set(lead)
    for run in _runs_of_items(sentences):
        if not _opens(sentences, run):
            continue
        if run[0] - 1 in lead:
            whole = more | set(run[:MOST_ITEMS])
            more = whole if _words([sentences[at] for at in whole]) <= LIST_WORDS else more
        elif not set(lead).isdisjoint(run):
            more.add(run[0] - 1)
    return more


def _opens(sentences: Sequence[ScoredSentence], run: Sequence[int]) -> bool:
    """Whether the line before a run of items announces them."""
    return run[0] > 0 and sentences[run[0] - 1].text.rstrip().endswith(":")


def _runs_of_items(sentences: Sequence[ScoredSentence]) -> list[list[int]]:
    """Stretches of at least two sentences that are marked as items of a list."""
    runs: list[list[int]] = [[]]
    for at, sentence in enumerate(sentences):
        if _ITEM.match(sentence.text):
            runs[-1].append(at)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def is_bare(text: str) -> bool:
    """Whether a sentence only says yes, no or the like, to a question not shown with it."""
    few = len(text.split()) <= BARE_WORDS
    return few and not _ITEM.match(text) and not any(letter.isdigit() for letter in text)


def _is_aside(text: str) -> bool:
    """Whether a sentence stands wholly in brackets."""
    said = text.strip().rstrip(".")
    return said.startswith("(") and said.endswith(")")


def _words(sentences: Sequence[ScoredSentence]) -> int:
    return sum(len(sentence.text.split()) for sentence in sentences)
