"""A follow-up question and what came before it -> a question that stands alone.

By rules: what leans on an earlier turn is recognised by its form (`rag.conversation.followup_detection`), and what it
leaves out is put back in: the earlier question with the new thing in its place ("en in 2023?"), a
question word before the earlier question ("waarom niet?"), what a pronoun stands for
(`rag.conversation.coreference`), or else the earlier question behind it. The reading is shown to the user
("gelezen als: ..."), so a wrong one can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.conversation.coreference import names_more, resolved
from rag.conversation.followup_detection import ASKS_OF_OTHER, OPENS, has_verb_first, leans_back
from rag.conversation.period_shifts import PERIOD, shifted
from rag.dutch.phrases import DETERMINERS, VERBS, is_closed, noun_phrases, own_words, words
from rag.pipeline.answers import Answer

__all__ = ["MAX_CHARACTERS", "Turn", "leans_back", "stand_alone", "turn_of"]

MAX_CHARACTERS = 400  # of a reading: a long conversation must not drown the question
_LEAST_CHARACTERS = 20  # less of an earlier question tells nothing
_TURNS = 6  # so far back a question may reach by way of those between


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation (as it was read) and its answer, None if refused.

    `documents` are the ids of the documents that the answer cited.
    """

    question: str
    answer: str | None
    documents: tuple[str, ...] = ()


# What can be put before a question that opens with its verb: "sinds wanneer" + "is de brug dicht".
_BARE = re.compile(
    r"^(?P<asks>(?:(?:sinds|tot|vanaf|per|tegen)\s+)?wanneer|waarom|hoezo|waardoor|waarmee|waarvoor|waar|"
    r"hoe(?:\s+(?:vaak|lang|dan|snel))?|(?:tot\s+)?hoe\s+laat|(?:voor|tot)\s+hoe\s+lang|"
    r"(?:door|voor|met|van|bij|aan|namens)\s+wie)"
    r"(?:\s+(?P<not>niet))?(?:\s+(?:dan|precies|eigenlijk|is\s+dat|was\s+dat|ook))*\s*$",
    re.I,
)
# Question words that leave a whole question behind when they are taken away.
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
# A question of a document: "vraag 3", "vragen 4 en 5".
_NUMBERED = re.compile(r"\bvra(?:ag|gen)\s+\d+(?:(?:,|\s+en|\s+t/m|\s+tot en met)\s+\d+)*", re.I)
_POSSESSIVE = re.compile(r"\b(?:zijn|haar|hun|diens)\s+\w", re.I)
_SUBJECTS = ("er", "ik", "je", "u", "we", "wij", "men", "ze", "zij", "hij")
_PLACES = ("in", "bij", "te", "op")
_ABOUT = re.compile(r"\s*\(over: (?P<topic>.*)\)\s*$")


def turn_of(answer: Answer) -> Turn:
    """What a conversation keeps of an answer or refusal."""
    cited = dict.fromkeys(citation.document.id for citation in answer.citations)
    return Turn(answer.read_as, answer.text, tuple(cited))


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """`question` as it reads without `history`; unchanged where it leans on nothing.

    Turns may hold questions as they were asked or as they were read. What is put back in is cut to
    what `MAX_CHARACTERS` leave room for; the question never is.
    """
    past: list[Turn] = []
    for turn in history[-_TURNS:]:
        asked = " ".join(turn.question.split())[: 2 * MAX_CHARACTERS]
        if _ended(asked):
            past.append(Turn(_read(asked, past), turn.answer))
    return _read(question, past)


def _read(question: str, past: Sequence[Turn]) -> str:
    """`question` with what the last of `past`, which stands alone, lends it."""
    if not past or _about(question) or not leans_back(question):
        return question
    before = past[-1].question
    about = _about(before)
    earlier = _ended(before[: about.start()] if about else before)
    if about and not _names_something(earlier):
        # "hoe zijn die gekozen? (over: ...)" lends nothing but what it is about itself.
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
    """Whether a question that leans back itself names something that a next one can lean on."""
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
    """Whether a verb opens `text`: a known one, or a word before a subject that looks like one."""
    said = words(text)
    if len(said) < 2 or (is_closed(said[0]) and said[0] not in VERBS):
        return False
    return said[0] in VERBS or (
        said[0].endswith(("t", "en", "de", "te"))
        and (said[1] in DETERMINERS or said[1] in _SUBJECTS)
    )


def _denied(clause: str) -> str:
    """A clause that opens with its verb, denied behind its subject; "een" there becomes "geen"."""
    if re.search(r"\b(?:niet|geen|nooit)\b", clause, re.I):
        return clause
    verb, _, after = clause.partition(" ")
    subject, _, rest = after.partition(" ")
    for phrase in noun_phrases(clause):
        if phrase.start == len(verb) + 1:
            # What attaches is the subject's, unless nothing would be left to deny.
            end = phrase.end if phrase.end < len(clause) else phrase.core_end
            subject, rest = clause[phrase.start : end], clause[end:].lstrip()
    if re.match(r"een\s", rest, re.I):
        return f"{verb} {subject} g{rest}"
    return f"{verb} {subject} niet {rest}".rstrip()


def _with_other(earlier: str, rest: str) -> str:
    """The earlier question with `rest` in the place of what is of its kind, or behind it."""
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
    """The earlier question with "PREPOSITION REST" in the place of its last such phrase."""
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
    """Where the noun phrase at `start` ends, with what it is of ("een doolhof van maïs")."""
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
    """What a reading has behind it. Asked of the end first: a search over all of it takes long."""
    return _ABOUT.search(text) if text.rstrip().endswith(")") else None


def _ended(text: str) -> str:
    """`text` without the signs that end it."""
    return text.rstrip("?. ")


def _shortened(text: str, limit: int) -> str:
    """`text` cut between words to at most `limit` characters; nothing where that is little."""
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0] if limit >= _LEAST_CHARACTERS else ""
