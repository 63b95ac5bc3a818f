"""Rewrite a follow-up question, by rules, to a question that stands alone.

A follow-up is recognised by its form (`rag.conversation.followup_detection`). What it leaves out is
filled in: the earlier question with one phrase replaced ("en in 2023?"), the earlier question with
another question word ("waarom niet?"), the referent of a pronoun (`rag.conversation.coreference`),
or else the earlier question behind it. The result is shown to the user ("gelezen als: ..."), so
that a wrong one is seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.conversation.coreference import names_more, resolved
from rag.conversation.courtesy import reply_to
from rag.conversation.followup_detection import ASKS_OF_OTHER, OPENS, has_verb_first, leans_back
from rag.conversation.period_shifts import PERIOD, shifted
from rag.dutch.phrases import DETERMINERS, VERBS, is_closed, noun_phrases, own_words, words
from rag.pipeline.answers import Answer

__all__ = ["MAX_CHARACTERS", "Turn", "leans_back", "stand_alone", "turn_of"]

MAX_CHARACTERS = 400  # characters of the result: a long conversation must not drown the question
_LEAST_CHARACTERS = 20  # characters; a shorter piece of an earlier question is not worth adding
_TURNS = 6  # turns back that a chain of follow-ups may reach


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation (as it was read) and its answer, None if refused.

    `documents` are the ids of the documents that the answer cited.
    """

    question: str
    answer: str | None
    documents: tuple[str, ...] = ()


# Can stand before a question that opens with its verb: "sinds wanneer" + "is de brug dicht".
_BARE = re.compile(
    r"^(?P<asks>(?:(?:sinds|tot|vanaf|per|tegen)\s+)?wanneer|waarom|hoezo|waardoor|waarmee|waarvoor|waar|"
    r"hoe(?:\s+(?:vaak|lang|dan|snel))?|(?:tot\s+)?hoe\s+laat|(?:voor|tot)\s+hoe\s+lang|"
    r"(?:door|voor|met|van|bij|aan|namens)\s+wie)"
    r"(?:\s+(?P<not>niet))?(?:\s+(?:dan|precies|eigenlijk|is\s+dat|was\s+dat|ook))*\s*$",
    re.I,
)
# Question words without which the rest is still a question.
_ADVERBIAL = re.compile(
    r"^(?:(?:(?:sinds|tot|vanaf|per|tegen)\s+)?wanneer|waarom|waardoor|(?:voor\s+)?hoe\s+(?:vaak|lang|laat)|"
    r"(?:door|voor|met|van|bij)\s+wie|waar|hoe)\s+",
    re.I,
)
_PREPOSITION = re.compile(
    r"^(?:(?:dat|die|deze|de)\s+)?(?P<preposition>van|voor|met|bij|in|te|aan|over|op|naar|uit|door)\s+"
    r"(?P<rest>.+)$",
    re.I,
)
# A question of a document: "vraag 3", "vragen 4 en 5", "vraag 2a".
_NUMBERED = re.compile(
    r"\bvra(?:ag|gen)\s+\d+(?:\.?[a-m]\b|\.\d+)?(?:(?:,|\s+en|\s+t/m|\s+tot en met)\s+\d+(?:\.?[a-m]\b|\.\d+)?)*",
    re.I,
)
_POSSESSIVE = re.compile(r"\b(?:zijn|haar|hun|diens)\s+\w", re.I)
_SUBJECTS = ("er", "ik", "je", "u", "we", "wij", "men", "ze", "zij", "hij")
_PLACES = ("in", "bij", "te", "op")
_ABOUT = re.compile(r"\s*\(over: (?P<topic>.*)\)\s*$")


def turn_of(answer: Answer) -> Turn:
    """What a conversation keeps of an answer or refusal."""
    cited = dict.fromkeys(citation.document.id for citation in answer.citations)
    return Turn(answer.read_as, answer.text, tuple(cited))


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """`question` rewritten to stand alone; unchanged if it does not depend on `history`.

    Turns may hold questions as asked or as rewritten. What is filled in is cut to fit
    `MAX_CHARACTERS`; the question itself never is.
    """
    past: list[Turn] = []
    for turn in history[-_TURNS:]:
        asked = " ".join(turn.question.split())[: 2 * MAX_CHARACTERS]
        if _ended(asked) and reply_to(asked, "nl") is None:
            past.append(Turn(_read(asked, past), turn.answer))
    return _read(question, past)


def _read(question: str, past: Sequence[Turn]) -> str:
    """`question` completed from the last question of `past`, which stands alone."""
    if not past or _about(question) or not leans_back(question):
        return question
    before = past[-1].question
    about = _about(before)
    earlier = _ended(before[: about.start()] if about else before)
    if about and not _names_something(earlier):
        # Of "hoe zijn die gekozen? (over: ...)" only its own subject is passed on.
        earlier, about = _ended(about["topic"]), None
    asked = _ended(question)
    rest = OPENS.sub("", ASKS_OF_OTHER.sub("", asked)).strip() or asked
    kept = _shortened(earlier, MAX_CHARACTERS - len(rest))
    if not kept:
        return question
    read = _with_question_word(kept, rest)
    if read is None and len(rest) < len(asked):
        if _BARE.match(rest):
            read = f"{kept}, en {rest}"
        elif not has_verb_first(rest):
            read = _with_other(kept, rest)
    if read is None:
        named, whole = resolved(rest, kept, past[-1].answer)
        if not whole or leans_back(named):
            return _beside(named, f"{earlier}; {about['topic']}" if about else earlier)
        read = named
    return f"{_cased(read, kept)}?"


def _names_something(question: str) -> bool:
    """Whether a follow-up names something that the next follow-up can refer to."""
    named = [p for p in noun_phrases(question) if p.determiner not in ("die", "dat", "deze", "dit")]
    return bool(named) or len(own_words(question)) > 1


def _with_question_word(earlier: str, rest: str) -> str | None:
    """The earlier question asked with another question word: "waarom is de brug dicht"."""
    bare = _BARE.match(rest)
    if bare is None:
        return None
    whole = _ADVERBIAL.sub("", earlier)
    if not _opens_with_verb(whole) or leans_back(earlier):
        return None
    whole = whole[0].lower() + whole[1:]
    if bare["not"]:
        whole = _denied(whole)
    return f"{bare['asks'].lower()} {whole}"


def _opens_with_verb(text: str) -> bool:
    """Whether `text` opens with a verb: a known one, or a word before what looks like a subject."""
    said = words(text)
    if len(said) < 2 or (is_closed(said[0]) and said[0] not in VERBS):
        return False
    return said[0] in VERBS or (
        said[0].endswith(("t", "en", "de", "te"))
        and (said[1] in DETERMINERS or said[1] in _SUBJECTS)
    )


def _denied(clause: str) -> str:
    """A clause that opens with its verb, negated: "niet" behind its subject, or "geen" for
    "een"."""
    if re.search(r"\b(?:niet|geen|nooit)\b", clause, re.I):
        return clause
    verb, _, after = clause.partition(" ")
    subject, _, rest = after.partition(" ")
    for phrase in noun_phrases(clause):
        if phrase.start == len(verb) + 1:
            # A modifier belongs to the subject, unless nothing would be left to negate.
            end = phrase.end if phrase.end < len(clause) else phrase.core_end
            subject, rest = clause[phrase.start : end], clause[end:].lstrip()
    if re.match(r"een\s", rest, re.I):
        return f"{verb} {subject} g{rest}"
    return f"{verb} {subject} niet {rest}".rstrip()


def _with_other(earlier: str, rest: str) -> str:
    """The earlier question with `rest` for the phrase of the same kind, or added at its end."""
    moved = shifted(earlier, rest)
    if moved is not None:
        return moved
    period, new = PERIOD.search(earlier), PERIOD.match(rest)
    if period and new:
        # "en 2023?" keeps the preposition of "in 2022", "en in mei?" the year of "in april 2022".
        bare = new.start("month" if new["month"] else "year") == 0
        begin = period.start("month" if period["month"] else "year") if bare else period.start()
        year = f" {period['of']}" if new["month"] and not new["of"] and period["of"] else ""
        rest = f"{rest[: new.end()]}{year}{rest[new.end() :]}"
        return f"{earlier[:begin].rstrip()} {rest}{earlier[period.end() :]}".lstrip()
    numbered = _NUMBERED.search(earlier)
    if numbered and (other := _NUMBERED.search(rest)):
        return earlier[: numbered.start()] + other[0] + earlier[numbered.end() :]
    phrase = _PREPOSITION.match(rest)
    if phrase:
        return _with_phrase(earlier, phrase["preposition"].lower(), phrase["rest"])
    replaced = _counterpart(earlier, rest)
    return f"{earlier}, en {rest}" if replaced is None else replaced


def _with_phrase(earlier: str, preposition: str, rest: str) -> str:
    """The earlier question with "PREPOSITION REST" for its last phrase with that preposition."""
    same = list(re.finditer(rf"\b{preposition}\s+", earlier, re.I))
    if not same and preposition in _PLACES:
        places = [p for p in noun_phrases(earlier) if p.preposition in _PLACES and not p.determiner]
        same = (
            list(re.finditer(rf"\b(?:{'|'.join(_PLACES)})\s+(?=[A-Z])", earlier)) if places else []
        )
    if not same:
        return f"{earlier}, en {preposition} {rest}"
    last = same[-1]
    end = _phrase_end(earlier, last.end(), preposition)
    replaced = earlier[last.end() : end]
    owner = f" (van {replaced})" if _POSSESSIVE.match(rest) else ""
    return f"{earlier[: last.start()]}{preposition} {rest}{owner}{earlier[end:]}"


_NOUN_PHRASE = re.compile(
    r"(?:(?:de|het|een|mijn|uw|alle)\s+)?(?:[\w’'-]+e\s+)?[\w’'-]+(?:\s+(?-i:[A-Z])[\w’'-]+)*", re.I
)
_OF = re.compile(r"\s+van\s+", re.I)


def _phrase_end(text: str, start: int, preposition: str) -> int:
    """Where the noun phrase at `start` ends, its complement included ("een doolhof van maïs")."""
    match = _NOUN_PHRASE.match(text, start)
    end = match.end() if match else start
    further = _OF.match(text, end) if preposition != "van" else None
    inner = _NOUN_PHRASE.match(text, further.end()) if further else None
    return inner.end() if inner else end


def _counterpart(earlier: str, rest: str) -> str | None:
    """The earlier question with `rest` for its only noun phrase of that kind; None without one."""
    if _POSSESSIVE.match(rest) or not own_words(rest):
        return None
    determiner = words(rest)[0]
    fitting = [p for p in noun_phrases(earlier) if not p.preposition]
    if len(fitting) != 1 or determiner not in ("de", "het", "een"):
        return None
    if names_more(earlier, fitting[0]):
        return None
    return earlier[: fitting[0].start] + rest + earlier[fitting[0].core_end :]


def _beside(asked: str, topic: str) -> str:
    about = _shortened(topic, MAX_CHARACTERS - len(asked))
    return f"{asked}? (over: {about})" if about else f"{asked}?"


def _cased(text: str, like: str) -> str:
    """`text` with a capital first where `like` has one."""
    return text[:1].upper() + text[1:] if like[:1].isupper() else text


def _about(text: str) -> re.Match[str] | None:
    """What stands in "(over: ...)" at the end. The end is checked first: a full search is slow."""
    return _ABOUT.search(text) if text.rstrip().endswith(")") else None


def _ended(text: str) -> str:
    """`text` without its final punctuation."""
    return text.rstrip("?. ")


def _shortened(text: str, limit: int) -> str:
    """`text` cut between words to at most `limit` characters; empty if too little is left."""
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0] if limit >= _LEAST_CHARACTERS else ""
