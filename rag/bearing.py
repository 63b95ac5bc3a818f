"""Whether evidence bears on what is asked: the amount of that thing, that deed, the name of that one.

Near words are no answer: what a brochure costs is no price of a course, and who makes a thing is
not who pays for it. Rules over words and their kinships (`rag.dutch.terms`) that know no document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

import simplemma

from index.lexical import words
from index.sentences import split_sentences
from rag.asked import asked_kind, holds, says_unknown
from rag.dutch.terms import ALIKE, content_words, is_content, likeness, root, stem

# An amount is of what is asked where its sentences hold more than this share of the question's words.
_OF_THIS = 1 / 3
_INSIDE = 5  # letters from which a word within another is a part of it, also where no rule knows it
_HEAD = 4  # letters in which two compounds may end alike: "stekkerauto", "dienstauto"
_REACH = 3  # words between somebody's role and the name
# What asks for an amount or its rate: nothing that an amount could be of.
_ASKING = frozenset(
    (
        "kost kosten kostte kostten gekost duur geld euro bedrag prijs betaal betaalt betalen "
        "precies nodig jaar maand week maal veel"
    ).split()
)
# Verbs that say little by themselves.
_LIGHT = frozenset(
    (
        "zitten staan liggen lopen rijden krijgen houden doen gaan komen zijn hebben worden maken "
        "laten blijven nemen geven zetten stellen brengen vinden zien weten bestaan bedragen heten "
        "kunnen stappen horen hoeven leggen halen vallen steken gebeuren gelden tellen moeten mogen willen "
        "zullen kosten duren"
    ).split()
)
# Verbs, and how the words begin that tell of the same: a payment is told by who bears the costs.
_TELLS = (
    (
        "betalen vergoeden bekostigen financieren",
        "betaal betal vergoed kosten rekening bekostig financ bijdrage bijdraag subsidie premie tarie",
    ),
    (
        "werken",
        "werkt werkz medewerk werknem personeel formatie fte functies arbeidsplaats aangesteld "
        "vacature",
    ),
    ("verdienen", "verdien loon lonen salaris inkomen winst belon bezoldig"),
    ("controleren toezien inspecteren handhaven", "control toezi inspec handhaa handhav"),
    ("beheren bezitten", "behe eigena bezit"),
    ("repareren herstellen opknappen onderhouden", "onderhou herstel repar"),
    ("beslissen bepalen besluiten kiezen", "beslis beslu bepa toestemming keuze goedkeur"),
    ("stopzetten stilleggen stoppen verbieden", "stilleg stop verbied verbod beeindig slui"),
    ("uitstellen vertragen", "uitstel vertrag termijn"),
    ("onderzoeken uitzoeken", "onderzo evalu verken"),
    (
        "goedkeuren instemmen tekenen bekrachtigen",
        "goedkeur akkoord toestem instem onderteken bekrachtig ratific",
    ),
    ("praten spreken overleggen", "gesprek gesproken sprak interview geinterview overleg contact"),
)
_OF_MONEY = re.compile(
    r"\b(?:kost(?:en|te|ten)?|gekost|hoe duur|prijs|prijzen|bedrag(?:en)?|budget|euro|(?:hoeveel|welk) "
    r"(?:geld|\w*subsidie|\w*budget)|uitgaven|opbrengst\w*|inkomsten)\b",
    re.I,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ASKS_WHO = re.compile(
    r"^\W*(?:(?:en|door|aan|voor|van)\s+)?wie\b(?!\s+(?:is|zijn|was|waren)\s)", re.I
)
_ASKS_COUNT = re.compile(r"\bhoeveel\b(?!.*\bhoeveel\b)", re.I)
_ASKS_WHY = re.compile(
    r"\W*(?:en\s+)?waarom\s+(?:is|zijn|was|waren|werd(?:en)?|heeft|hebben)\b", re.I
)
_COUNTED = re.compile(r"\bhoeveel\s+(?P<what>[\w-]+)", re.I)
_AUXILIARY = re.compile(
    r"is|was|zijn|waren|heeft|hebben|had(?:den)?|word(?:t|en)|werd(?:en)?|kan|kunnen|mag|mogen|"
    r"moet(?:en)?|wil|willen|zal|zullen|zou(?:den)?|ga(?:at|an)|ging(?:en)?|hoeft"
)
# A verb of a clause within the question says what something is, not what is asked: "hoeveel procent
# weet dat het geld aankomt?"
_WITHIN = re.compile(
    r"\b(?:dat|die|waar(?:aan|bij|door|in|mee|na|om|op|over|toe|uit|van|voor)|als|omdat|nadat|voordat|terwijl)\b"
)
_PARTICLE = (
    r"(?:aan|achter|af|bij|binnen|dicht|door|in|kapot|klaar|los|mee|na|neer|om|onder|op|open|over|"
    r"rond|samen|schoon|stil|tegen|terecht|terug|toe|uit|vast|vol|voor|vrij|weg)"
)
_PARTICIPLE = re.compile(
    rf"(?:{_PARTICLE}?ge|{_PARTICLE}?(?:be|ver|ont|her|er|mis))\w+(?:(?<!hei)d|t|en)"
)
# Before the core that verbs of the same deed share: "weggevlucht", "ontvlucht".
_FRONT = re.compile(rf"^{_PARTICLE}?(?:te)?(?:ge|be|ver|ont|her|er)?(?=\w{{5}})")
_ASKS_NAME = re.compile(
    r"^\W*(?:hoe\s+he(?:et|ette|ten|etten)|wie\s+(?:is|was|zijn|waren))\s+(?:momenteel\s+|nu\s+)?"
    r"(?:(?:de|het|die|dat|deze|hun|zijn|haar)\s+|(?=\w+\s+(?:van|bij)\b))(?P<whose>.+)",
    re.I,
)
_BEHIND = re.compile(
    r"\b(?:van|in|bij|die|dat|voor|op|uit|aan|met|namens|over|waar\w*|als)\b|[,?.!]", re.I
)
# Who these are stands with a document, not in its text.
_IN_METADATA = re.compile(
    r"minister|staatssecretaris|bewinds|kamerlid|vragensteller|indiener", re.I
)
_CLAUSE = re.compile(r"[^.;:?!]+")
_NAME_PART = re.compile(r"[\w’'-]+")


def amount_of_something_else(question: str, shown: str, asked: Sequence[str], around: str) -> bool:
    """Whether an amount is asked and those in `shown` stand beside hardly a word of the question.

    A sentence with an amount is read with the one before it, and with those of `asked`, the
    questions that `shown` answers, that ask for an amount too ("De kosten bedragen 3 miljoen
    euro."); one that says that nothing is known, or only the amount, with `around`: whole answers.
    """
    sought = _subject(question)
    if asked_kind(question) != "amount" or not sought:
        return False
    # An amount of the years that are asked about bears on them.
    sought += _YEAR.findall(question)
    same = " ".join(each for each in asked if _OF_MONEY.search(each))
    sentences = [shown[span.start : span.end] for span in split_sentences(shown)]
    best = 0.0
    for at, sentence in enumerate(sentences):
        if holds("amount", sentence):
            near = " ".join(sentences[max(0, at - 1) : at + 1])
            leans = says_unknown(sentence) or _ASKING.issuperset(_parts(near))
            said = _parts(f"{near} {around if leans else same}") + _YEAR.findall(near)
            best = max(best, sum(_found(word, said) for word in sought) / len(sought))
    return best <= _OF_THIS


def deed(question: str) -> str | None:
    """The verb of a question after who did something, how many did, or why: "organiseert".

    None where it asks for none of these, or its verb says little by itself ("krijgen", "staan").
    """
    found = words(question)
    last = len(found) - 1
    if _ASKS_WHO.search(question) and "wie" in found[:last]:
        finite = found.index("wie") + 1
        places = [last if _AUXILIARY.fullmatch(found[finite]) else finite]
    elif _ASKS_COUNT.search(question) and asked_kind(question) in ("count", "measure"):
        counted = found.index("hoeveel") + 1
        if _WITHIN.search(" ".join(found[counted + 1 :])):
            return None
        # "hoeveel mensen werken er bij ...?", "hoeveel huizen heeft de stad gebouwd?"
        places = [at for at in range(counted + 1, last) if found[at + 1] == "er"] + [last]
    elif _ASKS_WHY.match(question) and _PARTICIPLE.fullmatch(found[last]):
        places = [last]
    else:
        return None
    deeds = (found[at] for at in places if at < last or _closes(found[at]))
    return next(filter(_is_deed, deeds), None)


def tells_of(verb: str, text: str) -> bool:
    """Whether `text` tells of a deed: by the verb in any form or compound, or by what is its kin."""
    said = _parts(text)
    core = stem(_FRONT.sub("", verb))
    if any(likeness(verb, word) >= ALIKE for word in said):
        return True
    if len(core) >= _INSIDE and any(stem(_FRONT.sub("", word)) == core for word in said):
        return True
    infinitive = _infinitive(verb)
    signs = [sign for verbs, kin in _TELLS if infinitive in verbs.split() for sign in kin.split()]
    return any(
        bare.startswith(sign) or (len(sign) > _INSIDE and sign in bare)
        for bare in map("".join, map(words, said))
        for sign in signs
    )


def unnamed(question: str, texts: Iterable[str]) -> str | None:
    """Whose name is asked ("ambassadeur") if none stands beside it in any of `texts`; else None."""
    match = _ASKS_NAME.search(question)
    if not match or _IN_METADATA.search(match["whose"]):
        return None
    sought = content_words(_BEHIND.split(match["whose"])[0])
    if not sought:
        return None
    known = set(words(question))
    return None if any(_is_named(sought[-1], known, text) for text in texts) else sought[-1]


def _is_named(role: str, known: set[str], text: str) -> bool:
    """Whether a name stands near `role`, in one clause: no word of `known`, nor "Nederlandse"."""
    for clause in _CLAUSE.findall(text):
        said = _NAME_PART.findall(clause)
        # A capital at the start of a clause tells nothing.
        names = [
            at
            for at, word in enumerate(said)
            if at
            and word[0].isupper()
            and not word.endswith("se")
            and known.isdisjoint(words(word))
        ]
        roles = [at for at, word in enumerate(said) if likeness(role, word.lower()) >= ALIKE]
        if any(0 < abs(name - at) <= _REACH + 1 for name in names for at in roles):
            return True
    return False


def _subject(question: str) -> list[str]:
    """The words that an amount is asked of, not what it is called ("hoeveel subsidie")."""
    called = {match["what"].lower() for match in _COUNTED.finditer(question)}
    return [
        word
        for word in _parts(question)
        if word not in _ASKING
        and not _is_light(word)
        and (word not in called or _infinitive(word) is not None)
    ]


def _parts(text: str) -> list[str]:
    """The different content words of `text`, in lower case; "apache-helikopter" is two, "a-diploma" is a "diploma"."""
    found: list[str] = []
    for word in content_words(text.replace("’", "'")):
        found += [part for part in word.split("-") if len(part) > 3] or [word]
    return list(dict.fromkeys(found))


def _found(word: str, said: Sequence[str]) -> float:
    """0..1: how far a word is among others; a compound with the same head counts half."""
    best = 0.0
    for other in said:
        alike = likeness(word, other)
        if alike < ALIKE:
            short, long = sorted((word, other), key=len)
            inside = stem(short)
            if (len(inside) >= _INSIDE and inside in long) or _is_head(short, long):
                alike = 0.7
            elif _has_same_head(word, other):
                alike = 0.5
        best = max(best, alike)
    return best


def _is_head(short: str, long: str) -> bool:
    """Whether a short word is what a compound is: "uur", "vlieguur"."""
    return len(short) > 2 and len(long) >= len(short) + _HEAD and long.endswith(short)


def _has_same_head(one: str, other: str) -> bool:
    a, b = (stem(word.removesuffix("'s"))[::-1] for word in (one, other))
    same = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)
    return same >= _HEAD and min(len(a), len(b)) >= same + 3


def _is_deed(word: str) -> bool:
    is_verb = _infinitive(word) is not None or (
        bool(_PARTICIPLE.fullmatch(word)) and not simplemma.is_known(word, lang="nl")
    )
    return is_verb and not _is_light(word) and is_content(word) and word != "geleden"


def _is_light(word: str) -> bool:
    """Whether a verb says little by itself; with a particle "komen" and "gaan": "bijgekomen"."""
    if _infinitive(word) in _LIGHT or root(word) in _LIGHT:
        return True
    return root(re.sub(rf"^{_PARTICLE}(?=\w{{4}})", "", word)) in ("komen", "gaan")


def _closes(word: str) -> bool:
    """Whether a word may be the verb at a question's end: an infinitive or participle."""
    return _infinitive(word) == word or bool(_PARTICIPLE.fullmatch(word))


@cache
def _infinitive(word: str) -> str | None:
    """The infinitive of a form of a verb, by simplemma's Dutch list; None for what is none."""
    if not simplemma.is_known(word, lang="nl"):
        return None
    lemma = str(simplemma.lemmatize(word, lang="nl")).replace("_", "")  # "uit_stellen"
    return lemma if lemma.endswith("en") and len(lemma) > 3 and lemma.islower() else None
