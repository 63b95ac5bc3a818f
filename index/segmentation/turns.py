"""Cut the record of a debate by who speaks: what one says is never quoted as another's.

A turn begins with a line of the form that such records have: "De heer Jansen (PVV):", "Minister De
Vries:", "De voorzitter:". What is said stands behind it or below it. Short turns would be no passage
to find or to read: they stay at the end of the passage before them, with the line that says whose
they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.documents import Passage, Span, Speaker
from index.segmentation.sections import MAX_SECTION, cut_stretch, pieces
from index.sentences import split_sentences

_FEWEST = 5  # turns in a document that is a record of a debate
_FEWEST_SPEAKERS = 3
_SHARE = 0.5  # of its text that must be said in turns
_CHAIRED = 400  # characters; what a chairman says to go on to the next speaker is shorter
_ASKED = 300  # of what is asked before a turn, that is kept with it
_SHORT = 60  # characters of an interruption that says nothing by itself

_GAP = r"[ \t*_]+"  # between words; Markdown may set the name in bold
_PARTICLE = (
    r"(?:[Vv]an|[Vv]on|[Dd]e|[Dd]en|[Dd]er|[Tt]en|[Tt]er|[Tt]e|[Ee]l|[Aa]l|[Ii]n|[’']t|c\.s\.)"
)
_NAME = rf"(?:{_PARTICLE}{_GAP})*[A-ZÀ-ÞŞŻŠČ][\w’'.-]*"
_TURN = re.compile(
    r"^[ \t#*_>]*(?P<speaker>"
    rf"De{_GAP}(?:[a-z]+{_GAP})?[Vv]oorzitter"
    rf"|(?:De{_GAP}[Hh]eer|Mevrouw|(?:[Vv]ice-)?Minister(?:-[Pp]resident)?|Staatssecretaris|Kamerlid)"
    rf"{_GAP}{_NAME}(?:{_GAP}{_NAME}){{0,4}}(?:[ \t*_]*\([^()\n:]{{1,60}}\))?"
    r")[ \t*_]*:[ \t*_]*(?=\S|$)",
    re.M,
)
_CHAIRMAN = re.compile(r"De (?:\w+ )?voorzitter", re.I)
_PRESIDES = re.compile(r"\W*Voorzitter: ")
# How a motion begins, which is read out under a heading of its own.
_MOTION = re.compile(r"\s*De Kamer,")


@dataclass(frozen=True, slots=True)
class _Turn:
    """What `speaker` says at `start`..`end`; the line that says who speaks begins at `mark`.

    `speaker` is "" for what stands between turns under a `heading`.
    """

    speaker: str
    mark: int
    start: int
    end: int
    heading: str | None


def cut_turns(text: str, headings: Sequence[Span] = ()) -> list[Passage]:
    """The passages of a debate, in order; [] where `text` is no record of one.

    `text` has page boilerplate and notes masked, `headings` are stretches that the format marks so.
    """
    turns = _turns(text, headings)
    spoken = [turn for turn in turns if turn.speaker]
    if len(spoken) < _FEWEST or len({turn.speaker for turn in spoken}) < _FEWEST_SPEAKERS:
        return []
    if sum(turn.end - turn.start for turn in spoken) < _SHARE * len(text.strip()):
        return []
    passages: list[Passage] = []
    earlier: _Turn | None = None  # of whoever is no chairman
    for turn in turns:
        last = passages[-1] if passages else None
        if not turn.speaker:
            passages += [
                replace(each, heading=turn.heading)
                for each in cut_stretch(text, turn.start, turn.end)
            ]
        elif last is not None and last.heading == turn.heading and _joins(text, turn, last):
            end = turn.start + len(text[turn.start : turn.end].rstrip())
            passages[-1] = replace(
                last,
                text=text[last.start : end],
                end=end,
                speakers=(*last.speakers, Speaker(turn.speaker, turn.mark)),
            )
        else:
            before = _asked(text, earlier) if earlier and earlier.speaker != turn.speaker else ""
            passages += [
                Passage(
                    (),
                    text[piece.start : piece.end],
                    piece.start,
                    piece.end,
                    heading=turn.heading,
                    speakers=(Speaker(turn.speaker, piece.start),),
                    before="" if at else before,
                )
                for at, piece in enumerate(pieces(text, turn.start, turn.end))
            ]
        if not _CHAIRMAN.fullmatch(turn.speaker):
            earlier = turn if turn.speaker else None
    return passages


def _asked(text: str, turn: _Turn) -> str:
    """The end of a turn, where it asks something."""
    said = text[turn.start : turn.end]
    kept: list[str] = []
    for span in reversed(split_sentences(said)):
        sentence = " ".join(said[span.start : span.end].split())
        if kept and len(" ".join([sentence, *kept])) > _ASKED:
            break
        kept.insert(0, sentence)
    ending = " ".join(kept)
    return ending if "?" in ending else ""


def _turns(text: str, headings: Sequence[Span]) -> list[_Turn]:
    """All turns, and what stands before the first one and under the headings between them."""
    marks = list(_TURN.finditer(text))
    starts = {mark.start("speaker") for mark in marks}
    tops = [
        heading
        for heading in headings
        if not _MOTION.match(text, heading.end)
        and not _PRESIDES.match(text, heading.start)
        and not any(heading.start <= start < heading.end for start in starts)
    ]
    edges = sorted(
        [(mark.start(), mark.end(), _spelled(mark["speaker"])) for mark in marks]
        + [(top.start, top.end, "") for top in tops]
    )
    turns: list[_Turn] = []
    heading: str | None = None
    stops = [*(edge[0] for edge in edges), len(text)]
    if stops[0] > 0:
        turns.append(_Turn("", 0, 0, stops[0], None))
    for (mark, start, speaker), stop in zip(edges, stops[1:], strict=True):
        if not speaker:
            heading = " ".join(text[mark:start].strip(" \t#*_\n").split()) or heading
        turns.append(_Turn(speaker, mark, start, max(start, stop), heading))
    return turns


def _joins(text: str, turn: _Turn, last: Passage) -> bool:
    """Whether a turn stays with the passage before it."""
    length = len(text[turn.start : turn.end].strip())
    most = _CHAIRED if _CHAIRMAN.fullmatch(turn.speaker) else _SHORT
    return bool(last.speakers) and length <= most and turn.end - last.start <= MAX_SECTION


def _spelled(speaker: str) -> str:
    return " ".join(re.sub(r"[*_]", " ", speaker).split())
