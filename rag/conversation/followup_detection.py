"""Tell by its form alone whether a question depends on an earlier one."""

from __future__ import annotations

import re

from rag.dutch.phrases import (
    AUXILIARIES,
    PREPOSITIONS,
    PRONOMINAL,
    QUESTION_WORDS,
    VERBS,
    own_words,
    words,
)

OPENS = re.compile(
    r"^(?:(?:en|of|maar|dus|nou|oké|ok|ook|alleen)\b[\s,]*)+(?:dan\s+)?(?:ook\s+)?", re.I
)
# Asks the earlier question about something else: "hoe zit het met X", "geldt dat ook voor X".
ASKS_OF_OTHER = re.compile(
    r"^(?:(?:en|maar)\s+)?(?:hoe (?:zit|staat) (?:het|dat)(?:\s+dan)?(?:\s+met)?|"
    r"(?:geldt|is) (?:dat|dit|het) ook(?:\s+zo)?)\s+(?=\w)",
    re.I,
)
_LONG = 14  # words; a longer question names its own subject
_EARLY = 3  # a pronoun among the first words has nothing before it in the question to refer to
_OWN_SUBJECT = 2  # with this many words of its own, a weak sign does not count
_COMPLETE = 3  # with this many words of its own, "en ..." is a complete question
_FRAGMENT = 5
_MAY = ("kan", "kun", "kunt", "kunnen", "mag", "mogen", "moet", "moeten")
_SUBJECTS = ("ik", "je", "u", "we", "wij", "men")
_PARTICLES = "op|af|aan|door|uit|in|mee|over|om|voorbij|klaar|open|dicht|af"
_OPENS_CLAUSE = r"(?:de|het|een|er|ik|wij|we|ze|zij|hij|je|u|dit|deze|die|mensen|alle|veel)\b"
_NOW = (
    r"(?:jaar|week|maand|zomer|winter|herfst|lente|eeuw|dagen|weken|kabinet\w*|regering|periode)\b"
)
# "er ... aan per", "er ... op?": a preposition without a noun behind it.
_STRANDED = re.compile(
    r"\b(?:er|daar|hier)\b(?:\s+[\w'’-]+){0,5}?\s+(?:aan|bij|in|mee|van|tegen|voor|over|uit|door|onder|op|"
    r"af|achter|naartoe|heen|na)(?=\s*[?.!]*$|\s+(?:per|te|om|en|als|worden|gaan|komen)\b)"
    r"(?!\s+te\s+zorgen)",
    re.I,
)
# "ervan dat ...", "ervoor te zorgen": points forward, not back.
_FORWARD = re.compile(
    r"\s+(?:dat|of|om|hoe|wat|als|wanneer|wie|waarom|te\s+zorgen|te\s+letten)\b", re.I
)
_OBJECT = re.compile(
    r"\bd(?:at|it)(?:\s+(?:zelf|ook|nu|nog|wel|niet|al|zomaar|altijd|dan|echt|eigenlijk|allemaal|"
    r"goed|genoeg|samen|weer|even|eens|gewoon))*(?:\s+[\w-]*en|\s+ge\w+)?\s*[?.!]*$",
    re.I,
)
_IT = re.compile(
    rf"\bhet(?=\s*[?.!]*$|\s+(?:{_PARTICLES})\s*[?.!]*$|\s+(?:al|nog|nu|dan|ook|eigenlijk|precies|niet|wel|weer|allemaal|"
    r"eerst|per|worden|moeten|kunnen|mogen|zo|begonnen|gelukt|duur|gratis|verplicht|veilig|verboden|"
    r"strafbaar|toegestaan|mogelijk|nodig|genoeg|gevaarlijk|ge\w+[dtn])(?![\w-])(?!.*\b(?:dat|om|of)\b))",
    re.I,
)
# "hoeveel krijg je dan?", not "meer dan" and "als ..., dan".
_THEN = re.compile(
    r"(?:[\w’'-]+\s+){1,3}(?<!meer\s)(?<!minder\s)(?<!anders\s)(?<![a-z]{2}er\s)dan\b", re.I
)
_WEAK = re.compile(
    r"\b(?:nog (?:een|één|meer|iets|iemand|andere?)|de (?:rest|anderen?|overige)|zo['’]n|dezelfde|"
    r"hetzelfde|dan|toen|sindsdien|zelf|hij|ze|zij|hun|diens|haar|"
    r"(?:de|het) (?:eerste|tweede|derde|laatste)(?=\s*[?.!]*$)|er (?:ook |nog )?(?:een|geen|uitzonderingen))\b"
    rf"(?!\s+{_OPENS_CLAUSE})",
    re.I,
)


def leans_back(question: str) -> bool:
    """Whether a question depends on an earlier one to be understood."""
    said = words(question)
    own = own_words(question)
    if not own or ASKS_OF_OTHER.match(question):
        return True
    points = len(said) <= _LONG and _points_back(question, said)
    if OPENS.match(question):
        return points or len(own) < _COMPLETE or not has_verb_first(OPENS.sub("", question))
    if _is_fragment(said):
        return True
    return points or (bool(_WEAK.search(question)) and len(own) < _OWN_SUBJECT)


def _is_fragment(said: list[str]) -> bool:
    """Whether a question is a fragment without a verb: "voor kinderen?", "welke minister?"."""
    if set(said) & VERBS:
        return False
    if said[0] in PREPOSITIONS:
        return len(said) <= _FRAGMENT
    return said[0] in ("welk", "welke", "hoeveel") and len(said) <= _EARLY


def has_verb_first(text: str) -> bool:
    """Whether a text opens like a question: with a question word or a verb."""
    said = words(text)
    if said and said[0] in PREPOSITIONS:
        said = said[1:]
    if len(said) == 2 and said[0] == "zijn":  # "zijn opvolger"
        return False
    return bool(said) and (said[0] in QUESTION_WORDS or said[0] in VERBS)


def _points_back(question: str, said: list[str]) -> bool:
    """Whether a word of the question refers to something outside the question."""
    signs = [_STRANDED.search(question), _IT.search(question), _THEN.match(question)]
    if said[0] in AUXILIARIES | QUESTION_WORDS:
        signs.append(_OBJECT.search(question))
    if any(sign and not _said_before(question[: sign.start()]) for sign in signs):
        return True
    for match in re.finditer(r"[\w’'-]+", question):
        before, after = question[: match.start()], question[match.end() :]
        if _refers(match[0].lower(), words(before), after) and not _said_before(before):
            return True
    return False


def _refers(word: str, before: list[str], after: str) -> bool:
    """Whether `word`, with what stands before and after it, refers back."""
    follows = before[-1] if before else ""
    if word in ("die", "dat", "deze", "dit"):
        if not after.strip(" ?.!"):
            return True
        if word == "dat" and re.match(rf"\s+{_OPENS_CLAUSE}", after, re.I):
            return False
        if word in ("dit", "deze") and re.match(rf"\s+{_NOW}", after, re.I):
            return False
        if len(own_words(" ".join([*before, after]))) >= _COMPLETE:
            return False  # "die Russische vakantiegangers" says enough
        asked = len(before) == 1 and follows in QUESTION_WORDS  # not "is het waar dat"
        # "te zorgen dat ...": only a verb near the start is the question's own.
        verb = follows in VERBS and (word != "dat" or len(before) <= _EARLY)
        subject = follows in _SUBJECTS and (word != "dat" or before[0] in _MAY)
        return not follows or asked or verb or subject or follows in PREPOSITIONS
    if word in ("hij", "hem", "hen", "ze", "zij"):
        return len(before) <= _EARLY
    if word in ("zijn", "haar", "hun", "diens"):
        owned = follows in PREPOSITIONS or follows in ("is", "was", "zijn")
        return owned and len(before) <= _EARLY and bool(words(after))
    pronominal = PRONOMINAL.fullmatch(word) and word not in ("er", "hier")
    return bool(pronominal) and not _FORWARD.match(after)


def _said_before(before: str) -> bool:
    """Whether an earlier clause of the question names a subject: "wat kost X en wie betaalt "."""
    clauses = re.split(r",|\b(?:en|maar)\b", before)
    return any(own_words(clause) for clause in clauses[:-1])
