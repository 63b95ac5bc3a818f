"""Split a Dutch text into words, and tell which of them say what it is about.

The lists hold closed classes only (pronouns, prepositions, auxiliaries, particles), after the
grammar of Dutch (ANS, ch. 5-8).
"""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W_]+(?:[-.,'’][^\W_]+)*")

QUESTION_WORDS = frozenset(
    "wie wat waar wanneer waarom hoe hoezo hoeveel welk welke wiens waaraan waarbij waardoor waarheen "
    "waarin waarmee waarnaar waarom waarop waarover waartegen waartoe waaruit waarvan waarvoor".split()
)
PREPOSITIONS = frozenset(
    "aan af bij binnen boven buiten door in langs met na naar namens onder om op over per rond sinds "
    "te tegen tijdens tot tussen uit van vanaf vanuit vanwege via volgens voor vóór wegens zonder".split()
)
DETERMINERS = frozenset(
    "de het een één dit dat deze die alle elke elk iedere ieder mijn je jouw uw onze ons hun haar "
    "zijn zulke zo'n".split()
)
AUXILIARIES = frozenset(
    "ben bent is zijn was waren geweest word wordt worden werd werden geworden heb hebt heeft hebben "
    "had hadden gehad kan kun kunt kunnen kon konden mag mogen mocht mochten moet moeten moest moesten "
    "wil wilt willen wilde wilden zal zult zullen zou zouden ga gaat gaan ging gingen gegaan kom komt "
    "komen kwam kwamen doe doet doen deed deden gedaan laat laten liet lieten blijft blijven bleef "
    "bleven hoeft hoeven".split()
)
_PARTICLES = frozenset(
    "al alleen allemaal altijd alsnog anders bijna dan dus echt eens eerder eigenlijk en er erg even "
    "ja later maar meer minder misschien naartoe nee niet niets nog nooit nou nu of ook ongeveer "
    "ooit precies samen soms steeds toch toen toe vaak veel verder wel weer weinig zelf zelfs zo zoveel "
    "geen iets iemand niemand heel hele zeker juist open dicht dezelfde hetzelfde dergelijke lang als om eerst "
    "ander andere anderen rest overige waar binnenkort meteen vroeger nu".split()
)
_PRONOUNS = frozenset(
    "ik je jij jullie u wij we hij ze zij hem haar hen hun diens men mij me ons elkaar zich".split()
)
PRONOMINAL = re.compile(
    r"(?:daar|hier|er)(?:aan|achter|bij|door|heen|in|langs|mee|na|naar|naartoe|naast|om|onder|op|over|"
    r"tegen|toe|tussen|uit|van|voor|vóór)?"
)
_CLOSED = QUESTION_WORDS | PREPOSITIONS | DETERMINERS | AUXILIARIES | _PARTICLES | _PRONOUNS


def words(text: str) -> list[str]:
    """The words of `text` in lower case."""
    return [match[0].lower() for match in WORD.finditer(text)]


def own_words(text: str) -> list[str]:
    """The words of `text` that are in no closed class: what it is about."""
    return [word for word in words(text) if not is_closed(word)]


def is_closed(word: str) -> bool:
    """Whether a word (lower case) is of a closed class: pronoun, preposition, auxiliary, ..."""
    return word in _CLOSED or bool(PRONOMINAL.fullmatch(word))
