"""What the figures and dates of a passage are said of: each with the words, period and limits around it.

Only figures that stand by themselves: not those of a table, a list, a note, or a sentence that says
what it speaks of in another sentence ("hiervoor is 12 miljoen euro beschikbaar").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from index.documents import Passage, Span
from index.sentences import split_sentences
from rag.dutch.dates import Date
from rag.dutch.figures import Figure
from rag.dutch.rates import rates
from rag.dutch.statements import Anchored, Statement, state
from rag.dutch.terms import is_content

# A row, a list item, a note, a heading or a question: what its figures are said of stands elsewhere.
_NO_SENTENCE = re.compile(
    r"\t|\A\s*(?:[-–•·▪*▸]|o\s|\(?\d{1,3}[.)]|[a-z][.)]|\d{1,3}\s+[A-Z«‘'\"])|[^.!]\Z|\?"
    r"|^\s*\d[\d.,]*(?:\s+\d[\d.,%]*)+\s*$",
    re.MULTILINE,
)
_LEANS = re.compile(
    r"\b(?:(?:hier|daar|waar|er)(?:voor|van|bij|in|op|aan|over|toe|uit|onder|binnen|tussen|naast|"
    r"boven|bovenop|tegenover)|(?<!door )(?<!op )(?:dit|deze)|zij|ze|hun|hen|zulke|dergelijke|zo['’]n|beide|elke?|iedere?|"
    r"respectievelijk|eerste|tweede|dezelfde|hetzelfde|(?:des)?betreffende|betrokken|(?:voor)?genoemde)\b",
    re.IGNORECASE,
)
_OPENS_LEANING = re.compile(
    r"\W*(?:dat|die|daar|hier|hij|het\s+(?:gaat|betreft|betrof|ging)|er\s+(?:zijn|waren)\s+(?:dan|dus)|"
    r"ook|tevens|verder|daarnaast|bovendien|namelijk|zo)\b",
    re.IGNORECASE,
)
# Said of another moment than that of the document, which this does not work out.
_OTHER_TIME = re.compile(
    r"\b(?:destijds|eerdere?|voorheen|oorspronkelijke?|aanvankelijke?|daarv[oó][oó]r|toen|"
    r"toenmalige?|indertijd|vroeger|meldde|schreef|noemde|zei|gemeld|"
    r"(?:vorige?|dit|komende?|volgende?|afgelopen|lopende?|laatste)\s+(?:\w+\s+)?"
    r"(?:jaar|jaren|half\s?jaar|kwartaal|maand(?:en)?|we(?:ek|ken)|periode|zomer|winter|voorjaar|"
    r"najaar))\b",
    re.IGNORECASE,
)
# A step or the number of something, not how much there is: "met 5 miljoen", "artikel 6".
_NO_LEVEL = re.compile(
    r"\b(?:met|artikel|art\.|nrs?\.|nummer|vra(?:ag|gen)|bijlage|paragraaf|hoofdstuk|lid|leden|pagina|"
    r"tabel|figuur|fase|groep|categorie|motie|amendement|richtlijn|verordening|model|versie|route|code|"
    r"[an])\s+(?:ruim\s+|bijna\s+|circa\s+|ongeveer\s+|nog\s+)?(?:€\s*)?\Z",
    re.IGNORECASE,
)
_HOLDS_FIGURE = re.compile(
    r"\d|miljo|miljard|duizend|honderd|procent|derde|kwart|helft|tig\b|tien\b|\b(?:twee|drie|vier|"
    r"vijf|zes|zeven|acht|negen|elf|twaalf)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:was|waren|bedroeg|bedroegen|had|hadden|werd|werden|kwam|kostte)\b", re.IGNORECASE
)
_CODE = re.compile(r"\b(?=\w*\d)(?=\w*[A-Z])\w+\b")
_COUNTED = re.compile(r"\s+([^\W\d_]+(?:[-'’][^\W\d_]+)*)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DIGITS = re.compile(r"(\d[\d.]*)(?:,(\d+))?")
_SCALES = {"duizend": 10**3, "miljoen": 10**6, "mln": 10**6, "miljard": 10**9, "mld": 10**9}
# What two statements must both say, or neither: what is measured, and of how much of it.
_MARKS = tuple(
    re.compile(rf"\b(?:{form})\b", re.IGNORECASE)
    for form in (
        r"gemiddeld\w*|doorgaans|mediaan|mediane",
        r"maxima\w*|maximum|plafond|ten\s+hoogste|hooguit|hoogstens|bovengrens",
        r"minima\w*|minimum|ten\s+minste|tenminste|minstens|ondergrens",
        r"extra|aanvullend\w*|additione\w+|bovenop|erbij|nieuwe?|resterende?|nog",
        r"andere?|overige?|verschil|toename|afname|stijging|daling|groei|krimp|meer|minder|"
        r"langer|korter|ouder|jonger|hoger|lager|groter|kleiner",
        r"deel|gedeelte|aandeel|helft|alleen|uitsluitend|slechts|enkel",
        r"structure\w+|incidente\w+|eenmalige?",
        r"bruto",
        r"netto",
        r"inclusief",
        r"exclusief|zonder|afgezien",
        r"raming\w*|geraamd\w*|begroot|begrotingen?|verwacht\w*|prognose\w*|doel\w*|streef\w*|"
        r"gepland\w*|planning|voorzien\w*|beoogd\w*|ambitie\w*|norm|schatting\w*|geschat\w*",
        r"gerealiseerd\w*|realisatie\w*|(?:daad)?werkelijke?|feitelijke?|uitgegeven|besteed\w*",
        r"volgens|stelt|stellen|zegt|artikel|bericht",
        r"na",
        r"vóór|voordat",
        r"uit\s+(?:de|het|een)|binnen",
        r"als|indien|wanneer|mits|tenzij|zodra|bij",
        r"cumulatie\w+|opgeteld|samen|gezamenlijk\w*|tezamen",
    )
)
_PLAN = 11  # of _MARKS
_SHORT = 7  # content words: all of so short a sentence is said of its figure
_SHARE_OF = re.compile(r"\s+(?:van|deel)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Around:
    """What a passage is about: words of its title, questions and heading; the names of title, and of
    questions and heading; the words of the heading; and the years named in questions and heading."""

    words: frozenset[str]
    titled: frozenset[str]
    names: frozenset[str]
    heading: frozenset[str]
    years: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure, in the sentence at `span` of the passage's reading text.

    `written` is the figure as it stands there, `step` half the precision that it is written with.
    `near` are the content words of its clause, `said` and `names` those of its sentence; `when` are
    the dates of the sentence with their limits, `earlier` the years of the sentence before it;
    `beside` are the other figures of the clause, and codes ("A12"). `counted` is the word behind a
    number without a unit. `marks` says which kinds of measure are named (mean, maximum, extra,
    ...); `modal` and `negated` are the clause's.
    """

    span: Span
    figure: Figure
    written: str
    step: Fraction
    near: tuple[str, ...]
    said: frozenset[str]
    names: frozenset[str]
    when: frozenset[tuple[Date, str | None]]
    earlier: frozenset[str]
    beside: frozenset[str]
    counted: str | None
    marks: tuple[bool, ...]
    rates: frozenset[str]
    past: bool
    negated: bool
    modal: frozenset[str]
    around: Around

    @property
    def is_date(self) -> bool:
        """Whether what is claimed is a date."""
        return self.figure.kind == "date"

    @property
    def years(self) -> set[int]:
        """The years that are named with it, its own among them."""
        days = [day for day, _ in self.when]
        if isinstance(self.figure.value, Date):
            days.append(self.figure.value)
        named = {year for day in days for year in (day.year, day.last) if year is not None}
        return named | {int(year) for year in self.earlier | self.around.years}

    @property
    def measures(self) -> tuple[bool, ...]:
        """`marks`; of a date without whether it is a plan: plans are what changes."""
        return self.marks[:_PLAN] + self.marks[_PLAN + 2 :] if self.is_date else self.marks


@lru_cache(maxsize=2048)
def claims(passage: Passage, title: str) -> tuple[Claim, ...]:
    """The figures and dates of `passage`, of the document called `title`, that stand by themselves."""
    text = passage.reading_text()
    around = _around(passage, title)
    found: list[Claim] = []
    before = ""
    for span in split_sentences(text):
        sentence = text[span.start : span.end]
        if _stands_alone(sentence):
            found += _claims_of(sentence, span, before, around)
        before = sentence
    return tuple(found)


def _stands_alone(sentence: str) -> bool:
    return bool(_HOLDS_FIGURE.search(sentence)) and not (
        _NO_SENTENCE.search(sentence)
        or _OPENS_LEANING.match(sentence)
        or _OTHER_TIME.search(sentence)
    )


def _claims_of(sentence: str, span: Span, before: str, around: Around) -> Iterator[Claim]:
    statement = state(sentence)
    days = [a for a in statement.figures if a.figure.kind == "date"]
    for anchored in statement.figures:
        figure = anchored.figure
        if figure.kind not in ("number", "share", "date") or anchored.whole or figure.value == 1:
            continue
        clause = statement.clauses[anchored.clause]
        if _LEANS.search(clause.text) or _NO_LEVEL.search(sentence[: figure.start]):
            continue
        counted = _counted(sentence, figure)
        if figure.kind == "date":
            if len(statement.figures) > 1 or not _has_year(figure):
                continue
        elif _has_rival(statement, anchored, counted) or not _measures(sentence, figure):
            continue
        yield Claim(
            span=span,
            figure=figure,
            written=" ".join(sentence[figure.start : figure.end].split()).rstrip("."),
            step=_step(sentence, figure),
            near=tuple(
                t.text
                for t in statement.terms
                if t.clause == anchored.clause or len(statement.terms) <= _SHORT
            ),
            said=frozenset(t.text for t in statement.terms),
            names=frozenset(t.text for t in statement.terms if t.name),
            when=frozenset(
                (a.figure.value, a.figure.bound)
                for a in days
                if a is not anchored and isinstance(a.figure.value, Date)
            ),
            earlier=frozenset(_YEAR.findall(before)),
            beside=frozenset(
                sentence[a.figure.start : a.figure.end].lower()
                for a in statement.figures
                if a is not anchored and a.clause == anchored.clause and a.figure.kind != "date"
            )
            | frozenset(_CODE.findall(sentence)),
            counted=counted,
            marks=tuple(bool(mark.search(sentence)) for mark in _MARKS),
            rates=rates(sentence),
            past=bool(_PAST.search(clause.text)),
            negated=clause.negated,
            modal=clause.modal,
            around=around,
        )


def _has_rival(statement: Statement, anchored: Anchored, counted: str | None) -> bool:
    """Whether the sentence holds another figure of the same kind: which of them it is, is then
    between the words."""
    figure = anchored.figure
    return any(
        other is not anchored
        and (other.figure.kind, other.figure.unit) == (figure.kind, figure.unit)
        and (
            figure.unit is not None
            or figure.kind == "share"
            or other.clause == anchored.clause
            or _counted(statement.text, other.figure) == counted
        )
        for other in statement.figures
    )


def _measures(sentence: str, figure: Figure) -> bool:
    """Whether a figure has a unit, counts something, or is a share of something ("een derde partij"
    is not)."""
    if figure.kind == "share" and not re.search(r"\d", sentence[figure.start : figure.end]):
        return bool(_SHARE_OF.match(sentence, figure.end))
    return figure.kind == "share" or figure.unit is not None or bool(_counted(sentence, figure))


def _has_year(figure: Figure) -> bool:
    return isinstance(figure.value, Date) and figure.value.year is not None


def _counted(sentence: str, figure: Figure) -> str | None:
    """The content word right behind a number without a unit, else None."""
    if figure.kind != "number" or figure.unit is not None:
        return None
    behind = _COUNTED.match(sentence, figure.end)
    return behind[1].lower() if behind and is_content(behind[1].lower()) else None


def _step(sentence: str, figure: Figure) -> Fraction:
    """Half of what the last written digit stands for: 500,000 for "42 miljoen", 50,000 for "42,1"."""
    digits = _DIGITS.search(sentence, figure.start, figure.end)
    if digits is None:
        return Fraction(0)
    scale = next(
        (v for word, v in _SCALES.items() if word in sentence[digits.end() : figure.end].lower()), 1
    )
    whole = digits[1].replace(".", "")
    zeros = 0 if digits[2] or scale > 1 else len(whole) - len(whole.rstrip("0"))
    step = Fraction(scale * 10 ** max(zeros - 1, 0), 10 ** len(digits[2] or "")) / 2
    return step / 100 if figure.kind == "share" else step


def _around(passage: Passage, title: str) -> Around:
    asked = " ".join(question.text for question in passage.questions)
    heading = state(passage.heading or "")
    questions = state(asked)
    terms = [*heading.terms, *questions.terms]
    titled = state(title).terms
    return Around(
        words=frozenset(t.text for t in (*terms, *titled)),
        titled=frozenset(t.text for t in titled if t.name),
        names=frozenset(t.text for t in terms if t.name),
        heading=frozenset(t.text for t in heading.terms),
        years=frozenset(_YEAR.findall(f"{asked} {passage.heading or ''}")),
    )
