"""Check the years, months, quarters and names that a question states against the evidence.

The figure of 2023 does not answer "hoeveel klachten waren er in 2021?", and a passage about another
country does not answer a question about Litouwen, however similar the words. Only exact things are
checked here: whether a passage means what was asked is for the reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

import simplemma

from index.analyzer import tokens, words
from index.documents import Hit
from rag.dutch.dates import MONTHS
from rag.dutch.demonyms import COUNTRIES, HOME, demonyms
from rag.pipeline.answerability import Refusal, not_together, nothing_about
from rag.pipeline.citations import dutch_date, who

_PERIOD = re.compile(rf"\b(?:(?P<month>{'|'.join(MONTHS)})\s+)?(?P<year>(?:19|20)\d\d)\b", re.I)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_QUARTER = re.compile(r"\b(?:(?:eerste|tweede|derde|vierde|[1-4]e) kwartaal|q[1-4])\b", re.I)
_ORDINALS = ("eerste", "tweede", "derde", "vierde")
_CAPITAL = re.compile(r"(?<=[\w,] )[A-Z]\w+")
# Who holds an office, and which: "minister Tuin", "de minister van Economische Zaken". Who answered
# is known of a document, or not; its text need not say it.
_OFFICE = re.compile(
    r"\b(?:minister|staatssecretaris|ministerie|bewindspersoon)s?\s+(?:(?:van|voor)\s+)?"
    r"(?-i:[A-Z][\w-]+)(?:(?:,?\s+(?:en\s+)?)(?-i:[A-Z][\w-]+))*",
    re.I,
)
_RUN = re.compile(r"(?:\b[A-Z]\w+[ -]){1,5}[A-Z]\w+")
# Share of a word's 4-grams from which it counts as present, in another form or a compound.
_SAME = 0.6
_SHORTEST = 4  # fewest letters of a name


def unmet(
    question: str,
    shown: str,
    cited: Sequence[Hit],
    hits: Sequence[Hit],
    *,
    certain: bool = False,
    heads: Callable[[], Collection[str]] = tuple,
) -> Refusal | None:
    """Why `shown`, quoted from the hits `cited` among `hits`, cannot answer `question`; else None.

    Either no hit of a cited document mentions a name in the question, nor do `heads`, the heads of
    these documents; or neither a cited hit nor these heads mention the period asked about. A name is
    not looked for where the reader is `certain` that it is answered: what a name is, is told by its
    capital, and a passage may call it otherwise.
    """
    documents = {hit.document.id for hit in cited}
    short = _abbreviations(question)
    everywhere = [_said_in(hit) for hit in hits]
    of_cited = [
        said for said, hit in zip(everywhere, hits, strict=True) if hit.document.id in documents
    ]
    missing = [
        (_as_written(name, question), _is_among(name, everywhere))
        for name in (() if certain else names(question))
        if not _is_among(name, of_cited)
        and not any(re.search(rf"\b{short[name]}\b", said) for said in of_cited if name in short)
        and not _is_among(name, heads())
    ]
    missing += [
        (period, any(_holds_period(period, _said_of(hit)) for hit in hits))
        for period in periods(question)
        if not _is_of_time(period, shown, cited, heads)
    ]
    missing += [
        (written, any(_names_quarter(number, hit) for hit in hits))
        for written, number in _quarters(question)
        if not any(_names_quarter(number, hit) for hit in cited)
    ]
    # What is nowhere says most; of the rest it must not be said.
    nowhere = [written for written, elsewhere in missing if not elsewhere]
    if nowhere:
        return nothing_about(nowhere)
    return not_together([written for written, _ in missing]) if missing else None


def periods(question: str) -> tuple[str, ...]:
    """The years, and months of a year, that a question names: ("december 2025",)."""
    return tuple(dict.fromkeys(m[0].lower() for m in _PERIOD.finditer(question)))


def names(question: str) -> tuple[str, ...]:
    """The words of a question that are names, in lower case.

    Those with a capital within the question, but for offices and who holds them; those that simplemma's Dutch list knows with a capital
    only, and countries: users write names in lower case too. The Netherlands are no name: every
    document is about them.
    """
    offices = {word for each in _OFFICE.findall(question) for word in words(each)}
    capitals = {word for each in _CAPITAL.findall(question) for word in words(each)}
    return tuple(
        dict.fromkeys(
            word
            for word in words(question)
            if len(word) >= _SHORTEST
            and word.isalpha()
            and word not in HOME
            and word not in offices
            and (
                word in capitals
                or word in COUNTRIES
                or simplemma.lemmatize(word, lang="nl")[:1].isupper()
            )
        )
    )


def _abbreviations(question: str) -> dict[str, str]:
    """For each word of a name of several capitals what it is short: "Joint Strike Fighter", "JSF"."""
    found: dict[str, str] = {}
    for run in _RUN.findall(question):
        parts = re.findall(r"\w+", run)
        found |= {word: "".join(part[0] for part in parts) for p in parts for word in words(p)}
    return found


def speaks_of(hit: Hit, period: str) -> bool:
    """Whether a hit names `period` in its answer, question, heading or title, or is of that year.

    For a month of a year both words must be there.
    """
    day = hit.document.metadata.date
    return _holds_period(period, f"{_said_of(hit)} {dutch_date(day) if day else ''}")


def _holds_period(period: str, text: str) -> bool:
    """Whether `text` has all words of `period`."""
    said = text.lower()
    return all(re.search(rf"(?<!\d){re.escape(word)}(?!\d)", said) for word in period.split())


def _as_written(name: str, question: str) -> str:
    """A word that is in lower case and without accents, as the question spells it."""
    return next((each for each in re.findall(r"\w+", question) if words(each) == [name]), name)


def _is_of_time(
    period: str, shown: str, cited: Sequence[Hit], heads: Callable[[], Collection[str]]
) -> bool:
    """Whether cited hits name `period`; a document of that time will do where no other is shown."""
    if period.isdigit() and _YEAR.search(shown):
        return any(_holds_period(period, _said_of(hit)) for hit in cited)
    if any(speaks_of(hit, period) for hit in cited):
        return True
    return any(_holds_period(period, head) for head in heads())


def _quarters(text: str) -> Iterator[tuple[str, int]]:
    """The quarters in `text`: as written, in lower case, and the number."""
    for match in _QUARTER.finditer(text):
        written = match[0].lower()
        figure = re.search(r"[1-4]", written)
        yield written, int(figure[0]) if figure else _ORDINALS.index(written.split()[0]) + 1


def _names_quarter(number: int, hit: Hit) -> bool:
    return any(number == each for _, each in _quarters(_said_of(hit)))


def _said_of(hit: Hit) -> str:
    """The text of a hit, with its question or speaker, heading and title."""
    passage = hit.passage
    around = [passage.speaker, passage.before, passage.heading, hit.document.metadata.title]
    asked = [question.text for question in passage.questions]
    return " ".join([passage.reading_text(), *asked, *(each or "" for each in around)])


def _said_in(hit: Hit) -> str:
    """The text of `_said_of`, with who asked and who answered."""
    meta = hit.document.metadata
    people = [*who(hit.document), *meta.askers, *meta.identifiers, meta.answered_by or ""]
    return " ".join([_said_of(hit), *people])


def _is_among(name: str, texts: Collection[str]) -> bool:
    """Whether a text has the name, in another form, or the name that it is made from ("Luikse")."""
    if name.endswith(("se", "aren")) and len(name) > _SHORTEST + 1:
        # "Nijmeegse" is of Nijmegen, "Luikse" of Luik, "Diemenaren" live in Diemen: the last
        # letters differ.
        stem = name[: max(_SHORTEST, len(name) - 4)]
        if any(word.startswith(stem) for text in texts for word in words(text)):
            return True
    others = demonyms(name) - {name}
    if others and any(not others.isdisjoint(words(text)) for text in texts):
        return True
    grams = tokens(name)
    return any(
        sum(gram in said for gram in grams) >= _SAME * len(grams)
        for said in (set(tokens(text)) for text in texts)
    )
