"""Who said it: the minister or state secretary that a question names, by what documents state.

An office has a closed form: minister, staatssecretaris, minister-president or premier, then "van" or
"voor" a portfolio, or a name. Portfolios and names are those that stand in the documents' metadata;
a portfolio may be written by the capitals of its words ("OCW").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.analyzer import words
from index.documents import DocumentInfo, Office
from rag.pipeline.answerability import Refusal
from rag.pipeline.citations import who

_TITLE = r"(?P<title>minister[- ]president|premier|minister|staatssecretaris)\b"
_OFFICE = re.compile(
    rf"(?:(?:de|een)\s+)?(?:(?:huidige|demissionaire?)\s+)?{_TITLE}", re.IGNORECASE
)
_OF = re.compile(r"\s+(?:van|voor)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[-’'&][^\W_]+)*")
_PARTICLES = r"(?:(?:[Vv]an|[Dd]e|[Dd]en|[Dd]er|[Tt]en|[Tt]er|[Tt]e|[Ee]l|[Aa]l|’t|'t)\s+)*"
# What a name or portfolio that no document states is written like.
_CAPITALS = re.compile(
    rf"{_PARTICLES}[A-ZÀ-Þ][\w’'-]*(?:(?:,\s+|\s+en\s+|\s+&\s+|\s+)[A-ZÀ-Þ][\w’'-]*)*"
)
_UNKNOWN = re.compile(rf"\s+{_PARTICLES}[A-ZÀ-Þ][\w’'-]+")
_SMALL = frozenset(("en", "de", "het", "van", "voor"))

# Where who speaks stands in a question: "wat zei X over", "volgens X", "het antwoord van X", "X over".
_ASKED_OF = re.compile(r"\b(?:wat|hoe)\s+\w+\s+(?=\S)", re.IGNORECASE)
_SAYS_THINGS = re.compile(r"\w+\s+(?=\S)", re.IGNORECASE)
_ACCORDING = re.compile(
    r"\b(?:volgens|(?:antwoord(?:en)?|brief|brieven)\s+van)\s+(?=\S)", re.IGNORECASE
)
_ABOUT = re.compile(r"\bover\b", re.IGNORECASE)
_OF_IT = re.compile(r"\s*(?:van|over)\b", re.IGNORECASE)
_SOMETHING = re.compile(r"\s+(?:ook\s+|al\s+|ooit\s+)?iets\b[^?]*\bover\b", re.IGNORECASE)
_WHO_IS = re.compile(
    r"wie\s+(?:is|was|zijn|waren)\s+(?:(?:nu|momenteel|op\s+dit\s+moment)\s+)?(?=\S)", re.IGNORECASE
)
_ENDS = re.compile(r"\s*(?:(?:nu|momenteel|op\s+dit\s+moment)\s*)?[?.!]*\s*")


@dataclass(frozen=True, slots=True)
class Person:
    """Who a question names, at `start`..`end` of it as `written`.

    By `name`, or by an office: `title` and `portfolio`, "" where none is named. `documents` are those
    that this person or office answered, () where none is known to be.
    """

    written: str
    start: int
    end: int
    documents: tuple[DocumentInfo, ...]
    name: str = ""
    title: str = ""
    portfolio: str = ""

    def holds(self, office: Office) -> bool:
        """Whether this is who holds `office`, or the office itself."""
        if self.name:
            return set(words(self.name)) <= set(words(office.holder))
        if office.title != self.title:
            return False
        return not self.portfolio or _is_portfolio(self.portfolio, office.portfolio or "")


def find_speaker(question: str, documents: Sequence[DocumentInfo]) -> Person | None:
    """Whose words `question` asks for; None where it asks for nobody's in particular."""
    for match in _ACCORDING.finditer(question):
        if person := _person_at(question, match.end(), documents):
            return person
    for match in _ASKED_OF.finditer(question):
        person = _person_at(question, match.end(), documents)
        if person and (_OF_IT.match(question, person.end) or _ABOUT.search(question, person.end)):
            return person
    opening = _SAYS_THINGS.match(question)
    person = _person_at(question, opening.end(), documents) if opening else None
    if person and _SOMETHING.match(question, person.end):
        return person
    person = _person_at(question, 0, documents)
    return person if person and re.match(r"\s+over\s", question[person.end :]) else None


def asked_who(question: str, documents: Sequence[DocumentInfo]) -> Person | None:
    """Whom "wie is de minister van ...?" asks for; None where that is not what is asked."""
    opening = _WHO_IS.match(question)
    person = _person_at(question, opening.end(), documents) if opening else None
    return person if person and _ENDS.fullmatch(question, person.end) else None


def find_person(text: str, documents: Sequence[DocumentInfo]) -> Person | None:
    """Whom `text` begins with; None where that is nobody."""
    return _person_at(text, 0, documents)


def offices_of(person: Person, document: DocumentInfo) -> tuple[Office, ...]:
    """The offices of `document` that `person` names."""
    return tuple(office for office in document.metadata.offices if person.holds(office))


def may_be_by(person: Person, document: DocumentInfo) -> bool:
    """Whether `person` may have answered `document`: it does not say who did, or in what office."""
    meta = document.metadata
    named = meta.ministers if person.name else meta.offices
    return not named and meta.answered_by is None and document.kind == "answers"


def with_anybody(question: str, person: Person) -> str:
    """`question` without who is asked: what is read for, and what passages need not name."""
    return f"{question[: person.start]}de minister{question[person.end :]}"


def no_answers_of(person: Person) -> Refusal:
    """The refusal where no document that may answer is known to be answered by `person`."""
    if person.documents:
        return Refusal(
            f"De documenten die {person.written} beantwoordde, vallen buiten de gekozen tijd of het filter.",
            f"The documents that {person.written} answered are outside the chosen time or filter.",
        )
    return Refusal(
        f"Van geen document hier is bekend dat {person.written} het beantwoordde.",
        f"No document here is known to be answered by {person.written}.",
    )


def silent(person: Person) -> Refusal:
    """The refusal where the answers of `person` say nothing about what is asked."""
    number = len(person.documents)
    return Refusal(
        f"In wat {person.written} hier beantwoordde ({number} document{'en' if number > 1 else ''}) is "
        "hierover niets gevonden.",
        f"Nothing about this was found in what {person.written} answered here "
        f"({number} document{'s' if number > 1 else ''}).",
    )


def said_by(refused: Refusal, other: DocumentInfo) -> Refusal:
    """`refused`, and whose answer the reader holds to say something about it."""
    names = who(other)
    nl = f"een antwoord van {' en '.join(names)}" if names else "een ander document"
    en = f"an answer of {' and '.join(names)}" if names else "another document"
    return Refusal(
        f"{refused.nl} Wel in de buurt komt {nl}: zie hieronder.",
        f"{refused.en} What does come near is {en}: see below.",
    )


def _person_at(question: str, at: int, documents: Sequence[DocumentInfo]) -> Person | None:
    """The person whom the words at `at` name."""
    office = _OFFICE.match(question, at)
    if office is None:
        return _body_at(question, at, documents) or _named(question, at, at, documents)
    title = office["title"].lower().replace(" ", "-")
    title = "minister-president" if title == "premier" else title
    if person := _named(question, at, office.end(), documents):
        return person
    of = _OF.match(question, office.end())
    end = _portfolio_end(question, of.end(), documents) if of else None
    if of and end:
        return _holder(question, at, end, documents, title, question[of.end() : end])
    if title == "minister-president":
        return _holder(question, at, office.end(), documents, title, "")
    unknown = _UNKNOWN.match(question, office.end())
    if unknown is None:
        return None
    written = question[at : unknown.end()]
    return Person(written, at, unknown.end(), (), name=unknown[0].strip())


def _named(question: str, start: int, at: int, documents: Sequence[DocumentInfo]) -> Person | None:
    """A minister whose name stands at `at`; without an office before it, with a capital only."""
    end = _name_end(question, at, documents)
    name = question[at : end or at].strip()
    if not name or (start == at and not re.match(rf"{_PARTICLES}[A-ZÀ-Þ]", name)):
        return None
    wanted = set(words(name))
    those = tuple(
        each
        for each in documents
        if any(wanted <= set(words(minister)) for minister in each.metadata.ministers)
    )
    return Person(question[start:end], start, end or at, those, name=name)


def _holder(
    question: str,
    start: int,
    end: int,
    documents: Sequence[DocumentInfo],
    title: str,
    portfolio: str,
) -> Person:
    person = Person(question[start:end], start, end, (), title=title, portfolio=portfolio)
    return replace(person, documents=tuple(each for each in documents if offices_of(person, each)))


def _body_at(question: str, at: int, documents: Sequence[DocumentInfo]) -> Person | None:
    """The answering body that is no minister ("de Algemene Rekenkamer") that stands at `at`."""
    for body in dict.fromkeys(each.metadata.answered_by for each in documents):
        pattern = rf"(?:(?:de|het)\s+)?{re.escape(body)}\b" if body else r"(?!)"
        if match := re.compile(pattern, re.IGNORECASE).match(question, at):
            those = tuple(each for each in documents if each.metadata.answered_by == body)
            return Person(match[0], at, match.end(), those, name=match[0])
    return None


def _name_end(question: str, at: int, documents: Sequence[DocumentInfo]) -> int | None:
    """Where the longest name of a minister that stands at `at` ends."""
    names = [set(words(name)) for each in documents for name in each.metadata.ministers]
    return _longest(question, at, lambda said: any(set(said) <= name for name in names))


def _portfolio_end(question: str, at: int, documents: Sequence[DocumentInfo]) -> int | None:
    """Where the portfolio at `at` ends: a known one, else what is written with capitals."""
    known = {o.portfolio or "" for each in documents for o in each.metadata.offices}
    end = _longest(question, at, lambda said: any(_is_portfolio(said, each) for each in known))
    if end is None and (unknown := _CAPITALS.match(question, at)):
        return unknown.end()
    return end


def _longest(question: str, at: int, is_one: Callable[[Sequence[str]], bool]) -> int | None:
    """Where the longest run of words from `at` on that `is_one` ends; None where there is none."""
    end, said = None, []
    for match in _WORD.finditer(question, at):
        said += words(match[0])
        if set(said) <= _SMALL:
            continue
        if not is_one(said):
            break
        if words(match[0])[-1:] != ["en"]:
            end = match.end()
    return end


def _is_portfolio(asked: str | Sequence[str], portfolio: str) -> bool:
    """Whether `asked` names `portfolio`: words of it, or the capitals that it is made of."""
    said = words(asked) if isinstance(asked, str) else list(asked)
    wanted = set(said) - _SMALL
    if not wanted:
        return False
    if wanted <= set(words(portfolio)):
        return True
    if len(said) != 1 or len(said[0]) < 2:
        return False
    capitals = "".join(re.findall(r"\b[A-ZÀ-Þ]", portfolio)).lower()
    # "IenW" and "I&W" are written for "Infrastructuur en Waterstaat".
    with_and = "".join(re.findall(r"\b[A-ZÀ-Þ]|\ben\b", portfolio)).lower()
    return said[0] in (capitals, with_and)
