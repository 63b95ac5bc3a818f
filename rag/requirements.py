"""What a question demands and evidence may not slide past: else the honest answer is a refusal.

"hoeveel klachten waren er in 2021?" is not answered by the figure of 2023, nor "wat kost een
vlieguur in Litouwen?" by one of elsewhere, however near the words. Rules that know no document.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

import simplemma

from index.documents import Hit
from index.lexical import tokens, words
from rag.asked import Kind, asked_kind, holds_asked, says_unknown
from rag.bearing import amount_of_something_else, deed, tells_of, unnamed
from rag.citations import dutch_date
from rag.confidence import FUNCTION_WORDS, Refusal
from rag.dutch.peoples import kin

_MONTH = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_PERIOD = re.compile(rf"\b(?:(?P<month>{_MONTH})\s+)?(?P<year>(?:19|20)\d\d)\b", re.I)
_DAY = re.compile(rf"\b[1-3]?\d\s+(?:{_MONTH})\b", re.I)
# The earlier question, behind a follow-up that could not be read as one question.
_BESIDE = re.compile(r"\s*\(over: .*\)\s*$", re.S)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_QUARTER = re.compile(r"\b(?:(?:eerste|tweede|derde|vierde|[1-4]e) kwartaal|q[1-4])\b", re.I)
# Of these a text without one holds no answer; a person or a reason may be told in any words.
_TELLING: dict[Kind, tuple[str, str]] = {
    "amount": ("geen bedrag", "no amount"),
    "share": ("geen percentage of aandeel", "no percentage or share"),
    "duration": ("geen duur of tijd", "no duration or time"),
    "measure": ("geen maat of getal", "no measure or number"),
    "count": ("geen aantal", "no number"),
    "date": ("geen datum of tijd", "no date or time"),
}
# Asked of the delay itself, which the letter that announces it does answer.
_OF_DELAY = re.compile(
    r"\b(?:uitstel|uitgesteld|later|laat|termijn|wacht\w*|reactie|antwoord\w*|beantwoord\w*|op tijd|"
    r"tijdig|gereageerd|reageert|wanneer|vertraging)\b",
    re.I,
)
# Of who asked, or whether: that stands in questions without an answer too.
_OF_ASKING = re.compile(
    r"\b(?:stel(?:t|de|den|len)|gesteld|gevraagd|vr(?:oeg|oegen)|vragenstellers?)\b", re.I
)
_BEFORE_NAMES = frozenset(
    (
        "in uit naar te nabij rond van door tegen minister staatssecretaris burgemeester gemeente "
        "provincie stad dorp firma bedrijf stichting partij bank stam eiland"
    ).split()
)
_TITLES = frozenset({"minister", "staatssecretaris"})
_CAPITAL = re.compile(r"(?<=[\w,] )[A-Z]\w+")
_VOWEL = re.compile(r"[aeiouy]")
_PLACE_ENDINGS = frozenset(
    (
        "beek berg bosch broek brug burg daal dijk donk dorp drecht gaarde haven hage heide heim hoek "
        "horst hout hoven huizen kamp kapelle kerk land laar loon lust meer monde muiden oever oord "
        "poort recht rijk rode sloot sluis stad steen veen veld voorde voort waard wald werf wijk "
        "woude zand zande zijl"
    ).split()
)
_SAME = 0.6  # share of a word's 4-grams, from which it is there in another form or a compound
_SHORTEST = 4  # letters; shorter unknown words are slips or codes more often than names


def periods(question: str) -> tuple[str, ...]:
    """The years, and months of a year, that a question names: ("december 2025",)."""
    return tuple(dict.fromkeys(m[0].lower() for m in _PERIOD.finditer(question)))


def days(text: str) -> frozenset[str]:
    """The days of the year that `text` names: "19 februari"."""
    return frozenset(" ".join(m[0].lower().split()) for m in _DAY.finditer(text))


def speaks_of(hit: Hit, period: str) -> bool:
    """Whether a hit names `period` in its answer, question, heading or title, or is of that year.

    For a month of a year both words must be there.
    """
    day = hit.document.metadata.date
    said = f"{_said_of(hit)} {dutch_date(day) if day else ''}".lower()
    return all(re.search(rf"(?<!\d){re.escape(word)}(?!\d)", said) for word in period.split())


# "wat doet de minister daaraan?": written as one word, it is in no list.
_PRONOMINAL = re.compile(
    r"(?:daar|hier|waar|er)(?:aan|achter|af|bij|binnen|boven|door|in|langs|mee|naar|naast|om|onder|op|"
    r"over|tegen|toe|tussen|uit|van|voor)"
)


def names(question: str) -> tuple[str, ...]:
    """Words of a question that are names, in lower case: no Dutch word, and no compound of some.

    Users write names without capitals, and no word list is complete: so one counts only where it
    stands as names do, right behind "in", "van", "minister", has a capital or no vowel; or if the list has it
    with a capital; behind "een" it is one of many ("een duitser"). The list is that of simplemma; words with a figure in them are left out.
    """
    found = words(question)
    capitals = {word for each in _CAPITAL.findall(question) for word in words(each)}
    return tuple(
        dict.fromkeys(
            word
            for before, word in zip(["", *found], found, strict=False)
            if len(word) >= _SHORTEST
            and word.isalpha()
            and word not in FUNCTION_WORDS
            and before != "een"
            and not _PRONOMINAL.fullmatch(word)
            and (
                _is_proper(word)
                or (before in _TITLES and not _is_listed(word))
                or (
                    (before in _BEFORE_NAMES or word in capitals or not _VOWEL.search(word))
                    and not _is_dutch(word)
                )
            )
        )
    )


def unmet(question: str, shown: str, cited: Sequence[Hit], hits: Sequence[Hit]) -> Refusal | None:
    """Why `shown`, quoted from the hits `cited` among `hits`, cannot answer `question`; else None.

    That is: it stands only in questions that are not answered yet, the hits of no cited document
    mention a name of the question, none of the cited ones speaks of the time asked about, it holds
    no figure or date where one is asked for or an amount of something else, or nothing cited tells
    of the deed or name that is asked for (`rag.bearing`).
    """
    if cited and all(_is_unanswered(hit, question) for hit in cited):
        return NOT_ANSWERED_YET
    documents = {hit.document.id for hit in cited}
    of_cited = [_said_in(hit) for hit in hits if hit.document.id in documents]
    missing = [
        _as_written(name, question) for name in names(question) if not _is_among(name, of_cited)
    ]
    missing += [p for p in periods(question) if not _is_of_time(p, shown, cited)]
    missing += [q for q in _quarters(question) if not any(_names_quarter(q, hit) for hit in cited)]
    if missing:
        return nothing_about(missing)
    kind = asked_kind(question)
    if kind in _TELLING and not holds_asked(question, shown):
        return without(kind)
    question = _BESIDE.sub("", question)
    said = [_said_of(hit) for hit in cited]
    asked = [q.text for hit in cited for q in hit.passage.questions]
    if amount_of_something_else(question, shown, asked, " ".join(said)):
        return AMOUNT_OF_SOMETHING_ELSE
    verb = deed(question)
    # Who did it, or why, may stand in another answer of the document; how many stands with the deed.
    near = of_cited if kind in ("person", "reason") else said
    if verb and not says_unknown(shown) and not tells_of(verb, " ".join(near)):
        return without_word(verb)
    role = unnamed(question, said)
    return without_name(role) if role else None


def _as_written(name: str, question: str) -> str:
    """A word in lower case as the question has it."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", question, re.I)
    return found[0] if found else name


NOT_ANSWERED_YET = Refusal(
    "Wat hier het dichtst bij ligt, is wel gevraagd maar in deze documenten nog niet beantwoord.",
    "What comes nearest was asked, but these documents do not answer it yet.",
)


def nothing_about(missing: Sequence[str]) -> Refusal:
    """The refusal where no passage speaks of a period or name that was asked about."""
    return Refusal(
        f"Over {' en '.join(missing)} staat niets in de gevonden passages.",
        f"The passages found say nothing about {' and '.join(missing)}.",
    )


def without(kind: Kind) -> Refusal:
    """The refusal where what is near holds nothing of the kind that is asked for."""
    nl, en = _TELLING[kind]
    return Refusal(
        f"De passages die het dichtst bij de vraag liggen, noemen {nl}.",
        f"The passages nearest to the question give {en}.",
    )


AMOUNT_OF_SOMETHING_ELSE = Refusal(
    "De passages die het dichtst bij de vraag liggen, noemen alleen een bedrag van iets anders.",
    "The passages nearest to the question only give an amount of something else.",
)


def without_word(word: str) -> Refusal:
    """The refusal where what is near does not tell of what somebody is asked to have done."""
    return Refusal(
        f"De passages die het dichtst bij de vraag liggen, zeggen niets over ‘{word}’.",
        f"The passages nearest to the question say nothing about ‘{word}’.",
    )


def without_name(role: str) -> Refusal:
    """The refusal where a name is asked and none stands beside whose it is."""
    return Refusal(
        f"De passages die het dichtst bij de vraag liggen, noemen geen naam bij ‘{role}’.",
        f"The passages nearest to the question give no name for ‘{role}’.",
    )


def _is_of_time(period: str, shown: str, cited: Sequence[Hit]) -> bool:
    """Whether cited hits name `period`; a document of that year will do where no other year is shown."""
    if period.isdigit() and _YEAR.search(shown):
        return any(re.search(rf"(?<!\d){period}(?!\d)", _said_of(hit)) for hit in cited)
    return any(speaks_of(hit, period) for hit in cited)


def _quarters(question: str) -> tuple[str, ...]:
    return tuple(match[0].lower() for match in _QUARTER.finditer(question))


def _names_quarter(quarter: str, hit: Hit) -> bool:
    number = _quarter_number(quarter)
    return any(_quarter_number(match[0]) == number for match in _QUARTER.finditer(_said_of(hit)))


def _quarter_number(written: str) -> int:
    figure = re.search(r"[1-4]", written)
    ordinals = ("eerste", "tweede", "derde", "vierde")
    return int(figure[0]) if figure else ordinals.index(written.split()[0].lower()) + 1


def _is_unanswered(hit: Hit, question: str) -> bool:
    kind = hit.document.kind
    if _OF_ASKING.search(question):
        return False
    return kind == "questions_only" or (kind == "postponement" and not _OF_DELAY.search(question))


def _said_of(hit: Hit) -> str:
    """What a hit says and what is said of it."""
    passage = hit.passage
    asked = (question.text for question in passage.questions)
    title = hit.document.metadata.title or ""
    return " ".join([passage.reading_text(), *asked, passage.heading or "", title])


def _said_in(hit: Hit) -> str:
    """That, and who asked and answered."""
    meta = hit.document.metadata
    people = [*meta.ministers, *meta.askers, *meta.identifiers, meta.answered_by or ""]
    return " ".join([_said_of(hit), *people])


def _is_among(name: str, texts: Collection[str]) -> bool:
    others = kin(name) - {name}
    if others and any(not others.isdisjoint(words(text)) for text in texts):
        return True
    grams = tokens(name)
    return any(
        sum(gram in said for gram in grams) >= _SAME * len(grams)
        for said in (set(tokens(text)) for text in texts)
    )


@cache
def _is_dutch(word: str) -> bool:
    """Whether `word` is in the list, or a compound whose last part is ("cybercursus").

    What places are called after ("Schoonebeek") makes no Dutch word of what is before it.
    """
    return _is_listed(word) or any(
        _is_listed(word[at:]) and (_is_listed(word[:at].removesuffix("s")) or _is_head(word[at:]))
        for at in range(4, len(word) - 3)
    )


def _is_head(word: str) -> bool:
    """Whether a last part makes a Dutch word of anything before it: "-hulp", not "-uwen"."""
    whole = len(word) > 4 or simplemma.lemmatize(word, lang="nl") == word
    return whole and word not in _PLACE_ENDINGS


def _is_listed(word: str) -> bool:
    return bool(simplemma.is_known(word, lang="nl"))


def _is_proper(word: str) -> bool:
    """Whether the list knows `word` with a capital only: Duitsland."""
    return bool(simplemma.lemmatize(word, lang="nl")[:1].isupper())
