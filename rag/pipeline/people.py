"""Who said it: the minister or state secretary that a question names, by what documents state.

An office has a closed form: minister, staatssecretaris, minister-president or premier, then "van" or
"voor" a portfolio, or a name. Portfolios and names are those that stand in the documents' metadata;
a portfolio may be written by the capitals of its words ("OCW").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence, Set
from dataclasses import dataclass
from typing import TypeVar

from index.analyzer import words
from index.directory import Directory, Names
from index.documents import DocumentInfo, Hit, Metadata, Office
from rag.pipeline.answerability import Refusal
from rag.pipeline.citations import who

K = TypeVar("K", bound=Hashable)

_TITLE = r"(?P<title>minister[- ]president|premier|minister|staatssecretaris)\b"
_OFFICE = re.compile(
    rf"(?:(?:de|een)\s+)?(?:(?:huidige|demissionaire?)\s+)?{_TITLE}", re.IGNORECASE
)
_OF = re.compile(r"\s+(?:van|voor)\s+", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+(?:[-’'&][^\W_]+)*")
_PARTICLES = r"(?:(?:[Vv]an|[Dd]e|[Dd]en|[Dd]er|[Tt]en|[Tt]er|[Tt]e|[Ee]l|[Aa]l|’t|'t)\s+)*"
# What a name or portfolio that no document states is written like.
CAPITALS = re.compile(
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
    that this person or office answered, () where none is known to be; of who `asks`, those with
    their questions.
    """

    written: str
    start: int
    end: int
    documents: tuple[DocumentInfo, ...]
    name: str = ""
    title: str = ""
    portfolio: str = ""
    asks: bool = False

    def holds(self, office: Office) -> bool:
        """Whether this is who holds `office`, or the office itself."""
        if self.name:
            return set(words(self.name)) <= set(words(office.holder))
        if office.title != self.title:
            return False
        return not self.portfolio or _is_portfolio(self.portfolio, office.portfolio or "")


def find_speaker(question: str, directory: Directory) -> Person | None:
    """Whose words `question` asks for; None where it asks for nobody's in particular."""
    for match in _ACCORDING.finditer(question):
        if person := person_at(question, match.end(), directory):
            return person
    for match in _ASKED_OF.finditer(question):
        person = person_at(question, match.end(), directory)
        if person and (_OF_IT.match(question, person.end) or _ABOUT.search(question, person.end)):
            return person
    opening = _SAYS_THINGS.match(question)
    person = person_at(question, opening.end(), directory) if opening else None
    if person and _SOMETHING.match(question, person.end):
        return person
    person = person_at(question, 0, directory)
    return person if person and re.match(r"\s+over\s", question[person.end :]) else None


def asked_who(question: str, directory: Directory) -> Person | None:
    """Whom "wie is de minister van ...?" asks for; None where that is not what is asked."""
    opening = _WHO_IS.match(question)
    person = person_at(question, opening.end(), directory) if opening else None
    return person if person and _ENDS.fullmatch(question, person.end) else None


def offices_of(person: Person, document: DocumentInfo) -> tuple[Office, ...]:
    """The offices of `document` that `person` names."""
    return tuple(office for office in document.metadata.offices if person.holds(office))


def speaks(person: Person, hit: Hit) -> bool:
    """Whether a passage may be cited as said by `person`: in a debate, only where it is their turn.

    A name after an office is no member's.
    """
    speaker = hit.passage.speaker
    if speaker is None or person.asks:
        return True
    named = [person.name] if person.name else []
    named += [office.holder for office in offices_of(person, hit.document) if not person.name]
    if _OFFICE.match(person.written) and not _OFFICE.match(speaker):
        return False
    return any(set(words(name)) <= set(words(speaker)) for name in named)


def may_be_by(person: Person, directory: Directory) -> Set[int]:
    """The keys of the documents that `person` may have answered, or asked: they do not say who did,
    or in what office."""
    if person.asks:
        return directory.kept(_unasked)
    return directory.kept(_unsigned)[bool(person.name)]


def with_anybody(question: str, person: Person) -> str:
    """`question` without who is asked: what is read for, and what passages need not name."""
    anybody = "het lid" if person.asks else "de minister"
    return f"{question[: person.start]}{anybody}{question[person.end :]}"


def no_answers_of(person: Person) -> Refusal:
    """The refusal where no document that may answer is known to be answered by `person`, or to hold
    their questions."""
    they, asks = person.written, person.asks
    if person.documents:
        return Refusal(
            f"De documenten {f'met vragen van {they}' if asks else f'die {they} beantwoordde,'} vallen "
            "buiten de gekozen tijd of het filter.",
            f"The documents {f'with questions of {they}' if asks else f'that {they} answered'} are "
            "outside the chosen time or filter.",
        )
    return Refusal(
        f"Van geen document hier is bekend dat {they} "
        f"{'de vragen stelde' if asks else 'het beantwoordde'}.",
        f"No document here is known to {'hold questions of' if asks else 'be answered by'} {they}.",
    )


def silent(person: Person) -> Refusal:
    """The refusal where the answers of `person`, or to them, say nothing about what is asked."""
    they, asks, number = person.written, person.asks, len(person.documents)
    return Refusal(
        f"In {f'de antwoorden op vragen van {they}' if asks else f'wat {they} hier beantwoordde'} "
        f"({number} document{'en' if number > 1 else ''}) is hierover niets gevonden.",
        f"Nothing about this was found in {f'the answers to {they}' if asks else f'what {they} answered'} "
        f"here ({number} document{'s' if number > 1 else ''}).",
    )


def said_by(refused: Refusal, person: Person, other: DocumentInfo) -> Refusal:
    """`refused`, and whose answer, or whose questions, the reader holds to be about it instead of
    those of `person`."""
    names = other.metadata.askers if person.asks else who(other)
    nl, en = "een antwoord van", "an answer of"
    if person.asks:
        nl, en = "een document met vragen van", "a document with questions of"
    nl = f"{nl} {' en '.join(names)}" if names else "een ander document"
    en = f"{en} {' and '.join(names)}" if names else "another document"
    return Refusal(
        f"{refused.nl} Wel in de buurt komt {nl}: zie hieronder.",
        f"{refused.en} What does come near is {en}: see below.",
    )


def person_at(question: str, at: int, directory: Directory) -> Person | None:
    """The person whom the words at `at` name; None where that is nobody."""
    office = _OFFICE.match(question, at)
    if office is None:
        return _body_at(question, at, directory) or _named(question, at, at, directory)
    title = office["title"].lower().replace(" ", "-")
    title = "minister-president" if title == "premier" else title
    if person := _named(question, at, office.end(), directory):
        return person
    of = _OF.match(question, office.end())
    end = _portfolio_end(question, of.end(), directory) if of else None
    if of and end:
        return _holder(question, at, end, directory, title, question[of.end() : end])
    if title == "minister-president":
        return _holder(question, at, office.end(), directory, title, "")
    unknown = _UNKNOWN.match(question, office.end())
    if unknown is None:
        return None
    written = question[at : unknown.end()]
    return Person(written, at, unknown.end(), (), name=unknown[0].strip())


def _named(question: str, start: int, at: int, directory: Directory) -> Person | None:
    """A minister whose name stands at `at`; without an office before it, with a capital only."""
    ministers = directory.ministers
    end = _longest(question, at, lambda said: bool(ministers.holding(said)))
    name = question[at : end or at].strip()
    if not name or (start == at and not re.match(rf"{_PARTICLES}[A-ZÀ-Þ]", name)):
        return None
    those = directory.documents(ministers.keys(ministers.holding(words(name))))
    return Person(question[start:end], start, end or at, those, name=name)


def _holder(
    question: str, start: int, end: int, directory: Directory, title: str, portfolio: str
) -> Person:
    offices = directory.kept(_offices)
    if portfolio:
        held = [(title, each) for each in _portfolios(words(portfolio), directory)]
    else:
        held = [each for each in offices if each[0] == title]
    those = directory.documents(key for each in held for key in offices.get(each, ()))
    return Person(question[start:end], start, end, those, title=title, portfolio=portfolio)


def _body_at(question: str, at: int, directory: Directory) -> Person | None:
    """The answering body that is no minister ("de Algemene Rekenkamer") that stands at `at`."""
    for body, keys in directory.kept(_bodies).items():
        pattern = re.compile(rf"(?:(?:de|het)\s+)?{re.escape(body)}\b", re.IGNORECASE)
        if match := pattern.match(question, at):
            return Person(match[0], at, match.end(), directory.documents(keys), name=match[0])
    return None


def _portfolio_end(question: str, at: int, directory: Directory) -> int | None:
    """Where the portfolio at `at` ends: a known one, else what is written with capitals."""
    end = _longest(question, at, lambda said: bool(_portfolios(said, directory)))
    if end is None and (unknown := CAPITALS.match(question, at)):
        return unknown.end()
    return end


def _longest(question: str, at: int, is_one: Callable[[Sequence[str]], bool]) -> int | None:
    """Where the longest run of words from `at` on that `is_one` ends; None where there is none."""
    end, said = None, []
    for match in WORD.finditer(question, at):
        said += words(match[0])
        if set(said) <= _SMALL:
            continue
        if not is_one(said):
            break
        if words(match[0])[-1:] != ["en"]:
            end = match.end()
    return end


# --- what the documents of an index state, made once for each of its states


def _offices(directory: Directory) -> dict[tuple[str, str], list[int]]:
    """The keys of the documents in which each office, (title, portfolio), answers."""
    return keys_by(directory, lambda meta: ((o.title, o.portfolio or "") for o in meta.offices))


def _bodies(directory: Directory) -> dict[str, list[int]]:
    return keys_by(directory, lambda meta: filter(None, [meta.answered_by]))


def keys_by(directory: Directory, stated: Callable[[Metadata], Iterable[K]]) -> dict[K, list[int]]:
    """The keys of the documents for each thing that they state, by what `stated` gives of one."""
    found: dict[K, list[int]] = defaultdict(list)
    for key, each in directory.infos.items():
        for what in stated(each.metadata):
            found[what].append(key)
    return dict(found)


def _portfolio_names(directory: Directory) -> Names:
    return Names(((name, 0) for _, name in directory.kept(_offices) if name), _abbreviations)


def _portfolios(said: Sequence[str], directory: Directory) -> list[str]:
    """The portfolios of the index that `said` names."""
    wanted = set(said) - _SMALL
    found = directory.kept(_portfolio_names).holding(wanted) if wanted else ()
    return [name for name in found if _is_portfolio(said, name)]


def _unsigned(directory: Directory) -> dict[bool, set[int]]:
    """The answers that do not say who gave them (True), or in what office (False)."""
    answers = {
        key: each.metadata
        for key, each in directory.infos.items()
        if each.kind == "answers" and each.metadata.answered_by is None
    }
    return {
        True: {key for key, meta in answers.items() if not meta.ministers},
        False: {key for key, meta in answers.items() if not meta.offices},
    }


def _unasked(directory: Directory) -> set[int]:
    """The documents with questions that do not say whose those are."""
    return {
        key
        for key, each in directory.infos.items()
        if not each.metadata.askers and each.kind in ("answers", "questions_only")
    }


def _is_portfolio(asked: str | Sequence[str], portfolio: str) -> bool:
    """Whether `asked` names `portfolio`: words of it, or the capitals that it is made of."""
    said = words(asked) if isinstance(asked, str) else list(asked)
    wanted = set(said) - _SMALL
    if wanted and wanted <= set(words(portfolio)):
        return True
    return len(said) == 1 and len(said[0]) > 1 and said[0] in _abbreviations(portfolio)


def _abbreviations(portfolio: str) -> tuple[str, str]:
    """How `portfolio` is written by its capitals.

    "IenW" and "I&W" are written for "Infrastructuur en Waterstaat".
    """
    capitals = "".join(re.findall(r"\b[A-ZÀ-Þ]", portfolio)).lower()
    with_and = "".join(re.findall(r"\b[A-ZÀ-Þ]|\ben\b", portfolio)).lower()
    return capitals, with_and
