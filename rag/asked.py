"""What kind of thing a question asks for, and whether a text holds one: a figure, a date, a name."""

from __future__ import annotations

import re
from typing import Literal

from index.lexical import words
from rag.dutch.figures import Figure, figures
from rag.dutch.terms import ALIKE, likeness

Kind = Literal["amount", "share", "duration", "measure", "count", "date", "person", "reason"]

_TIME_UNITS = frozenset({"jaar", "maand", "week", "dag", "uur", "minuut", "seconde"})
# In this order: "hoeveel procent" is a share and "hoeveel geld" an amount before either is a count.
_ASKS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "share",
        re.compile(r"\b(?:hoeveel (?:procent|%)|welk (?:deel|gedeelte)|percentage)\b", re.I),
    ),
    (
        "amount",
        re.compile(
            r"\b(?:hoeveel (?:geld|euro|subsidie|belasting|budget|schadevergoeding|kost\w*|betaal\w*|"
            r"verdien\w*|(?:miljoen|miljard)(?!\s+\w+en\b))|hoe duur|welk (?:bedrag|budget)|"
            r"wat (?:kost(?:te)?n?|betaal\w*|verdien\w*)|wat (?:gaat|gaan|zal|zullen|heeft|hebben|"
            r"zou\w*)\b.{0,80}\b(?:kosten|gekost|betaald|betalen)|"
            r"hoe hoog (?:is|was|zijn|waren) (?:het|de) (?:\w+ )?\w*(?:bedrag|budget|boete|subsidie|huur|"
            r"kosten|vergoeding))\b",
            re.I,
        ),
    ),
    (
        "duration",
        re.compile(
            r"\b(?:hoe (?:lang|oud|snel|vaak)|hoeveel (?:jaar|jaren|maand(?:en)?|we(?:ek|ken)|dagen|"
            r"uur|uren|minuten|tijd))\b",
            re.I,
        ),
    ),
    (
        "measure",
        re.compile(
            r"\b(?:hoe (?:groot|hoog|ver|dicht|breed|zwaar|diep|warm)|hoeveel (?:kilo\w*|meters?|"
            r"hectaren?|liters?|ton|graden|vierkante|kubieke|ruimte|grond)|"
            # What is not in the plural is not counted: "hoeveel gerst", "hoeveel is er verbruikt".
            r"hoeveel (?!van\b|\w*en\b|\w{4,}s\b)\w+)\b",
            re.I,
        ),
    ),
    ("count", re.compile(r"\b(?:hoeveel|welk aantal)\b", re.I)),
    (
        "date",
        re.compile(
            r"\b(?:wanneer(?! \w+ (?:ik|je|jij|u|we|wij|men|iemand|mensen)\b)|hoe laat|(?:op|in|sinds|vanaf|tot|tot en met|per|binnen|uit) welke? "
            r"(?:dag|datum|jaar|maand|termijn|periode|moment)|welke? (?:datum|dag|jaar|maand))\b",
            re.I,
        ),
    ),
    (
        "person",
        re.compile(
            r"\b(?:wie|welke? (?:minister|bedrij\w+|organisatie\w*|land(?:en)?|partij\w*|bureau|"
            r"instantie\w*))\b",
            re.I,
        ),
    ),
    ("reason", re.compile(r"\b(?:waarom|hoezo|waardoor|hoe komt|reden|oorzaak)\b", re.I)),
)
# What an extraction glued together: "de vierOostelijke burgers".
_GLUED = re.compile(r"(?<=[a-zà-ÿ]{2})(?=[A-ZÀ-Ý][a-zà-ÿ])")
# What tells a quantity without a figure.
_COUNT = r"niemand|tientallen|honderden|duizenden|miljoenen|merendeel|meerderheid"
_AMOUNT = (
    r"gratis|kosteloos|niets|geen (?:\w+ ){0,2}\w*(?:middelen|geld|kosten|subsidie|vergoeding|budget|"
    r"bijdrage|euro)"
)
# That nobody knows it is an answer too.
_UNKNOWN = (
    r"onbekend|vertrouwelijk\w*|geen (?:mededelingen?|uitspra\w+)|geen (?:\w+ ){0,2}(?:inzicht|cijfers?|gegevens|zicht|informatie|inschatting|schatting|raming|opgave)|niet (?:\w+ ){0,3}"
    r"(?:bekend|bijgehouden|geregistreerd|beschikbaar|gemonitord|te zeggen|te geven)"
)
_TIME = (
    r"voorjaar|najaar|zomer|winter|herfst|lente|kwartaal|q[1-4]|jaar|jaren|maand(?:en)?|"
    r"we(?:ek|ken)|dagen|eind|begin|medio|uiterlijk|prinsjesdag|morgen|vandaag|nog (?:niet|geen)|"
    r"dagelijks|wekelijks|maandelijks|jaarlijks|spoedig|binnenkort"
)
_WORDS: dict[Kind, re.Pattern[str]] = {
    "amount": re.compile(rf"\b(?:{_AMOUNT}|{_UNKNOWN})\b", re.I),
    "share": re.compile(rf"\b(?:merendeel|meerderheid|{_UNKNOWN})\b", re.I),
    "measure": re.compile(rf"\b(?:{_UNKNOWN})\b", re.I),
    "date": re.compile(rf"\b(?:{_TIME}|{_UNKNOWN})\b", re.I),
    "duration": re.compile(rf"\b(?:{_TIME}|{_UNKNOWN})\b", re.I),
    "count": re.compile(rf"\b(?:{_COUNT}|{_UNKNOWN})\b", re.I),
}
_COUNTED = re.compile(r"\b(?:hoeveel|welk aantal)\s+(?P<what>[\w-]+)", re.I)
_PART = re.compile(r"\bwelk (?:deel|gedeelte)\b", re.I)
# "geen (nieuwe) schepen": of what is counted, or of something else.
_NONE_OF = re.compile(r"\b(?:geen|nul|enkele|meerdere)\s+(?:[\w-]+\s+){0,2}[\w-]+", re.I)
_SAYS_UNKNOWN = re.compile(rf"\b(?:{_UNKNOWN})\b", re.I)
# The name of a case is no name: a capital counts within a sentence only.
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][\w’'-]+|\b[A-Z]{2,}\b|\b(?:minister|staatssecretaris)")
_REASON = re.compile(
    r"\b(?:omdat|doordat|vanwege|wegens|aangezien|daarom|reden\w*|oorza\w+|waardoor|door|immers|"
    r"gevolg|verklaring|zodat|namelijk|want)\b",
    re.I,
)
# What numbers a place in a paper, a rule or a list counts nothing.
_LABELS = re.compile(
    r"\b(?:artikel(?:en)?|lid|leden|vra(?:ag|gen)|antwoord(?:en)?(?: op)?|nr\.?|nummers?|bijlagen?|"
    r"paragraaf|hoofdstuk|kamerstuk\w*|bladzijde|pagina|klasse|categorie|fase|punt|voetnoot|"
    r"richtlijn|verordening|motie|niveaus?)\s*\(?$",
    re.I,
)
# Nor does the mark of a note between two sentences, or the "één" of "één van de redenen".
_AFTER_SENTENCE = re.compile(r"[.?!:;)»”’]\s*$")
_BEFORE_SENTENCE = re.compile(r"\d{1,2}\s+[A-ZÀ-Þ]")
_ONE_OF = re.compile(r"(?:een|één)\s+(?:van|of)\b", re.I)


def asked_kind(question: str) -> Kind | None:
    """The kind of thing that `question` asks for; None where its form does not tell."""
    return next((kind for kind, asks in _ASKS if asks.search(question)), None)


def holds(kind: Kind, text: str) -> bool:
    """Whether `text` holds a thing of `kind`: without one it can hardly be the answer.

    That nothing of it is known counts for figures and dates: that is an answer too.
    """
    text = _GLUED.sub(" ", text)
    if kind == "person":
        return bool(_NAME.search(text))
    if kind == "reason":
        return bool(_REASON.search(text))
    if _WORDS[kind].search(text):
        return True
    return any(_is_of(kind, f) for f in figures(text) if not _counts_nothing(text, f.start))


def _is_of(kind: Kind, figure: Figure) -> bool:
    """Whether a figure can be what is asked for by `kind`."""
    number, share = figure.kind == "number", figure.kind == "share"
    match kind:
        case "date":
            return figure.kind in ("date", "time")
        case "duration":
            return share or figure.kind == "date" or figure.unit in _TIME_UNITS
        case "amount":
            return figure.unit == "euro"
        case "share":
            return share
        case "measure":
            return share or (number and figure.unit not in _TIME_UNITS)
    return share or (number and figure.unit in (None, "euro"))


def _counts_nothing(text: str, at: int) -> bool:
    """Whether the figure at `at` numbers a place or a note, or is the "één" of one of many."""
    before = text[max(0, at - 40) : at]
    return (
        bool(_LABELS.search(before))
        or bool(_ONE_OF.match(text, at))
        or (bool(_BEFORE_SENTENCE.match(text, at)) and bool(_AFTER_SENTENCE.search(before)))
    )


def holds_asked(question: str, text: str) -> bool:
    """Whether `text` holds what `question` asks for, if that is a kind of thing at all.

    Wider than `holds`: that there is none of what is counted is an answer, and a part may be told
    by an amount or a number.
    """
    kind = asked_kind(question)
    if kind is None or holds(kind, text):
        return True
    if kind == "share" and _PART.search(question):
        return holds("amount", text) or holds("count", text)
    return kind == "count" and _says_none(question, text)


def _says_none(question: str, text: str) -> bool:
    counted = _COUNTED.search(question)
    if counted is None:
        return False
    denied = {word for match in _NONE_OF.finditer(text) for word in words(match[0])[1:]}
    return any(likeness(counted["what"].lower(), word) >= ALIKE for word in denied)


def says_unknown(text: str) -> bool:
    """Whether `text` says that something is not known, kept or told."""
    return bool(_SAYS_UNKNOWN.search(text))
