"""Split a Dutch question into words and noun phrases, and tell which words name a subject.

The lists hold closed classes only (pronouns, prepositions, auxiliaries, particles), after the
grammar of Dutch (ANS, ch. 5-8). There is no parser: what is not recognised is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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
# Verbs that open a question or stand second in it.
VERBS = AUXILIARIES | frozenset(
    "begint beginnen begon begonnen bepaalt bepalen beslist beslissen bestaat bestaan bestond betaalt "
    "betalen betaalde betekent betreft biedt bouwt bouwen daalt daalde deelt doet duurt duren duurde "
    "eindigt eist gebeurt gebeurde geeft geven gaf gaven geldt gelden gold haalt heet helpt houdt "
    "houden hield huurt kent kiest klopt koopt kost kosten kostte krijg krijgt krijgen kreeg kregen "
    "levert ligt liggen lag loopt lopen liep lukt maakt maken maakte neemt nemen nam onderhoudt "
    "ontvangt ontvangen ontving regelt rijdt rijden reed sluit sluiten staat staan stond stonden "
    "start startte steeg stijgt stopt stoppen stopte telt telde trok verandert verbiedt verbruikt "
    "verdient verdienen verklaart verliest verloopt vervalt vervoert vervoerde vindt vinden vond vraagt "
    "vragen vroeg werkt werken weet weten wist wint wonen woont zegt zeggen zei ziet zien zit zitten "
    "zorgt zorgen".split()
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
# Nouns that ask for a property of a subject without naming the subject: "wat zijn de kosten?".
_LIGHT = frozenset(
    "aantal alternatief alternatieven antwoord bedoel bedoelt bedrag begint beslist betaalt betalen "
    "betekent bestaat boete boetes bron bronnen controleert datum details deadline doel duurt duren duur "
    "effect effecten eind einde eindigt exact gebeurt gebeurd gebeuren geef geldt gelden gevolg gevolgen "
    "groot hoog houdt inhoud kost kosten koste kostte klopt leg lever limiet lukt maximum minimum nadeel "
    "nadelen noem oorzaak oorzaken oud plan planning precies prijs procedure reden redenen regelt regelen resultaat "
    "resultaten risico risico's sanctie sancties snel start stopt straf tarief termijn tijdpad "
    "toelichten toelichting toezicht totaal uitkomst uitkomsten uitleg uitleggen uitzondering "
    "uitzonderingen vaak ver verandert veranderd verantwoordelijk verschil verschillen vertel vervolg "
    "voordeel voordelen voorbeeld voorbeelden voorwaarde voorwaarden wanneer werkt werken zeker zwaar "
    "verdienen verdient vinden vindt vind doorgaan kom krijgen krijgt weten weet vragen".split()
)
_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
# Nouns that end in -e and so look like adjectives: "de gemeente Elst".
_NOUN_IN_E = re.compile(
    r".*ie|.*(?:gemeente|ziekte|hoogte|lengte|breedte|ruimte|rente|route|waarde|schade|keuze|boete|"
    r"premie|einde|mede|methode|periode|bode|garantie|aanvrage|brigade|tribune|olie)"
)
_ATTACHING = frozenset("aan bij in naar op over tegen tussen uit van voor met".split())


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun phrase at `start`..`end` of its text, with what attaches to it ("van de haven").

    `determiner` and `head` (the noun) are in lower case; `core_end` is where the phrase ends without
    what attaches. `preposition` stands before it, "" if none.
    """

    start: int
    end: int
    core_end: int
    determiner: str
    head: str
    preposition: str


def words(text: str) -> list[str]:
    """The words of `text` in lower case."""
    return [match[0].lower() for match in WORD.finditer(text)]


def own_words(text: str) -> list[str]:
    """The words of `text` that name a subject: in no closed class, and no property ("kosten")."""
    return [word for word in words(text) if not (is_closed(word) or word in _LIGHT)]


def is_closed(word: str) -> bool:
    """Whether a word (lower case) is of a closed class: pronoun, preposition, auxiliary, ..."""
    return word in _CLOSED or bool(PRONOMINAL.fullmatch(word))


def is_period(word: str) -> bool:
    """Whether a word (lower case) is a month or a year of four digits."""
    return word in _MONTHS or bool(re.fullmatch(r"(?:19|20)\d\d", word))


def noun_phrases(text: str) -> list[NounPhrase]:
    """The noun phrases of `text` that open with a determiner, a preposition or a capital.

    What modifies a phrase is part of it, not a phrase of its own. Periods ("in 2022") do not count.
    """
    tokens = list(WORD.finditer(text))
    found: list[NounPhrase] = []
    at = 0
    while at < len(tokens):
        end = _core(text, tokens, at)
        if end is None:
            at += 1
            continue
        first = tokens[at][0].lower()
        before = tokens[at - 1][0].lower() if at else ""
        core = end
        while end < len(tokens) and tokens[end][0].lower() in _ATTACHING:
            further = _core(text, tokens, end + 1) if _joined(text, tokens, end) else None
            if further is None or not _joined(text, tokens, end + 1):
                break
            end = further
        named = [t[0] for t in tokens[at:core] if t[0].lower() not in DETERMINERS]
        common = [word for word in named if word[0].islower()]
        found.append(
            NounPhrase(
                tokens[at].start(),
                tokens[end - 1].end(),
                tokens[core - 1].end(),
                first if first in DETERMINERS else "",
                (common[-1] if common else named[0]).lower(),
                before if before in PREPOSITIONS else "",
            )
        )
        at = end
    return found


def _core(text: str, tokens: list[re.Match[str]], at: int) -> int | None:
    """Where the noun phrase at token `at` ends, without its modifiers; None if there is none."""
    if at >= len(tokens):
        return None
    first = tokens[at][0].lower()
    place = at
    if first in DETERMINERS:
        place += 1
    elif not (_is_name(tokens, at) or (at and tokens[at - 1][0].lower() in PREPOSITIONS)):
        return None
    while _nominal(text, tokens, place, at) and _nominal(text, tokens, place + 1, at):
        word = tokens[place][0]
        if not (word.endswith("e") and word.islower() and not _NOUN_IN_E.fullmatch(word)):
            break
        place += 1
    if not _nominal(text, tokens, place, at):
        return None
    place += 1
    while place < len(tokens) and tokens[place][0][0].isupper() and _joined(text, tokens, place):
        place += 1
    return place


def _nominal(text: str, tokens: list[re.Match[str]], place: int, first: int) -> bool:
    """Whether the token may be a noun or adjective of a phrase that began at token `first`."""
    if place >= len(tokens) or (place > first and not _joined(text, tokens, place)):
        return False
    word = tokens[place][0].lower()
    # "kosten" after a determiner is a noun.
    verb = word in VERBS and not (word == "kosten" and place > first)
    return not (is_closed(word) or verb or is_period(word) or word[0].isdigit())


def _is_name(tokens: list[re.Match[str]], at: int) -> bool:
    return at > 0 and tokens[at][0][0].isupper()


def _joined(text: str, tokens: list[re.Match[str]], place: int) -> bool:
    """Whether only spaces separate a token from the one before it."""
    return not text[tokens[place - 1].end() : tokens[place].start()].strip()
