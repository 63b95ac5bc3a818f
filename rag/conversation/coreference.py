"""Resolve what "die sluis", "dat bedrag", "die minister" and "daarover" refer to in a follow-up.

Only where exactly one phrase of the earlier question or answer fits; otherwise nothing changes.
"""

from __future__ import annotations

import re

from rag.dutch.phrases import DETERMINERS, NounPhrase, noun_phrases, own_words, words
from rag.dutch.quantities import figures

_DEMONSTRATIVE = re.compile(r"\b(?P<which>die|deze|dat|dit)\s+(?P<noun>[^\W\d_][\w-]{2,})", re.I)
_AMOUNT = re.compile(r"bedrag|geld|subsidie|budget", re.I)
_OFFICE = re.compile(
    r"\b(?:minister|staatssecretaris)\s+(?:van|voor)\s+[A-Z][\w-]+(?:(?:,\s+[A-Z][\w-]+)*\s+en\s+[A-Z][\w-]+)?"
)
_SOMEONE = re.compile(
    r"bedrijf|bedrijven|organisatie|instelling|instantie|stichting|vereniging|bureau|dienst|club|fonds|"
    r"gemeente|stad|dorp|plaats|provincie|land|persoon|man|vrouw|partij|bouwer|fabrikant|leverancier"
)
_ASKS_WHO = re.compile(r"(?:\w+\s+)?(?:wie|welke?|waar)\b", re.I)
_NAME = re.compile(
    r"(?<=[\w,;:] )(?:[A-Z][\w’'&-]+)(?:\s+(?:[A-Z][\w’'&-]+|van|de|der|den|en(?= [A-Z])))*"
)
_PRONOUN = re.compile(
    r"\b(?:(?:(?:daar|er)(?P<with>over|van|voor|bij|aan|in|op|uit|tegen|door|mee))(?!\w)|"
    r"(?P<it>het|hij|hem|die)(?=\s*[?.!]*$|\s+(?:op|af|aan|open|dicht|klaar|al|nog|nu|dan|eigenlijk|"
    r"precies|niet|weer|gemaakt|gebouwd|betaald)\b))",
    re.I,
)
# "wat zijn de kosten": of what?
_OF_SOMETHING = re.compile(
    r"\b(?:de|het)\s+(?:kosten|prijs|duur|reden|oorzaak|gevolgen|voorwaarden|inhoud|uitkomst|resultaten|"
    r"risico['’]s|voordelen|nadelen|planning|doel|einde)$",
    re.I,
)
_ALONE = {"mee": "met"}
_FIRST_SENTENCES = 300  # characters at the start of an answer in which a referent is sought


def resolved(question: str, earlier: str, answer: str | None) -> tuple[str, bool]:
    """`question` with its references written out, and whether these name the earlier subject.

    A referent that only the answer names ("het bedrag van 5 euro") does not.
    """
    said = _DEMONSTRATIVE.search(question)
    if said:
        meant, whole = _noun(said["which"].lower(), said["noun"], earlier, answer or "")
        if not meant:
            return question, False
        return question[: said.start()] + meant + question[said.end() :], whole
    phrase = _only(earlier)
    if phrase is None:
        return question, False
    meant = earlier[phrase.start : phrase.end]
    pronoun = _PRONOUN.search(question)
    if pronoun is None:
        definite = phrase.determiner in ("de", "het") or not phrase.determiner
        if definite and _OF_SOMETHING.search(question):
            return f"{question} van {meant}", True
        return question, False
    if pronoun["with"]:
        preposition = pronoun["with"].lower()
        meant = f"{_ALONE.get(preposition, preposition)} {meant}"
    elif names_more(earlier, phrase) or not _agree(pronoun["it"].lower(), phrase):
        return question, False
    return question[: pronoun.start()] + meant + question[pronoun.end() :], True


def names_more(text: str, phrase: NounPhrase) -> bool:
    """Whether a phrase's modifier is itself a thing: "een kaartje voor de trein"."""
    return bool(set(words(text[phrase.core_end : phrase.end])) & DETERMINERS)


def _agree(pronoun: str, phrase: NounPhrase) -> bool:
    """Whether a pronoun may refer to a phrase; "het" may refer to any singular one."""
    if phrase.determiner == "het":
        return pronoun == "het"
    one = phrase.determiner in ("een", "één") or not phrase.head.endswith(("en", "s"))
    return pronoun != "het" or one


def _noun(which: str, noun: str, earlier: str, answer: str) -> tuple[str | None, bool]:
    """What "die NOUN" refers to, and whether it stands in the earlier question itself."""
    determiner = "de" if which in ("die", "deze") else "het"
    noun = noun.lower()
    said = answer[:_FIRST_SENTENCES]
    for text in (earlier, said):
        fitting = {
            text[p.start + len(p.determiner) : p.end].strip()
            for p in noun_phrases(text)
            if _is_of(p, noun)
        }
        if len(fitting) == 1:
            return f"{determiner} {fitting.pop()}", text is earlier
    if noun in ("minister", "staatssecretaris"):
        meant = [m[0] for m in _OFFICE.finditer(f"{earlier} {said}") if m[0].startswith(noun)]
    elif _AMOUNT.fullmatch(noun):
        amounts = [said[f.start : f.end].strip() for f in figures(said) if f.unit == "euro"]
        meant = [f"{noun} van {amount}" for amount in amounts]
    elif _SOMEONE.fullmatch(noun) and _ASKS_WHO.match(earlier):
        known = set(words(earlier))
        names = [m[0] for m in _NAME.finditer(said) if not set(words(m[0])) <= known]
        meant = [f"{noun} {name}" for name in names[:1]]
    else:
        meant = []
    return (f"{determiner} {meant[0]}" if len(set(meant)) == 1 else None), False


def _is_of(phrase: NounPhrase, noun: str) -> bool:
    """Whether a phrase's head is that noun, or a compound that ends in it ("poppentheater")."""
    return phrase.head == noun or (len(noun) > 3 and phrase.head.endswith(noun))


def _only(text: str) -> NounPhrase | None:
    """The noun phrase of a question that has only one: "wanneer gaat de brug open"."""
    phrases = noun_phrases(text)
    if len(phrases) != 1:
        return None
    (phrase,) = phrases
    return None if own_words(f"{text[: phrase.start]} {text[phrase.end :]}") else phrase
