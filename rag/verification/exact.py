"""Compare what must agree exactly: figures with unit and limit, dates, names and quoted words."""

from __future__ import annotations

import re

from index.analyzer import words
from rag.dutch.demonyms import demonyms
from rag.dutch.names import names_in, same_name
from rag.dutch.quantities import Figure, bounded_alike, carries, figures

_QUOTED = re.compile(r'"([^"]{2,}?)"|(?<!\w)\'([^\']{2,}?)\'(?!\w)')
_PER = re.compile(r"\bper (jaar|maand|week|dag|uur|persoon|huishouden|inwoner|stuk|keer)\b")
_EVERY = {
    "jaar": ("jaarlijks",),
    "maand": ("maandelijks",),
    "week": ("wekelijks",),
    "dag": ("dagelijks",),
}
_DENIED = re.compile(r"\b(?:geen|niet|nooit)\s+$", re.IGNORECASE)
_BROKEN = re.compile(r"(?<=[a-zà-ÿ])-\n\s*(?=[a-zà-ÿ])")
_PLAIN = str.maketrans(dict.fromkeys('«»“”„"', '"') | dict.fromkeys("‘’‚`´", "'"))


def conflict(sentence: str, text: str, asked: str) -> str | None:
    """Why `text` does not support `sentence` (short, Dutch); None if nothing exact differs.

    `asked` is the question that `text` answers: its names and dates count as stated, not its
    figures.
    """
    joined = _BROKEN.sub("", text)
    return (
        _missing_figure(sentence, joined, asked)
        or _other_rate(sentence, joined)
        or _missing_name(sentence, joined, asked)
        or _missing_quote(sentence, joined)
    )


def fold(text: str) -> str:
    """`text` in lower case with single spaces and plain quotes, so that equal text compares
    equal."""
    return " ".join(_BROKEN.sub("", text.casefold().translate(_PLAIN)).split())


def _missing_figure(sentence: str, text: str, asked: str) -> str | None:
    there = figures(text)
    lent = [each for each in figures(asked) if each.kind == "date"]
    for figure in figures(sentence):
        written = sentence[figure.start : figure.end].strip()
        found = [each for each in (*there, *lent) if carries(figure, each)]
        if not found and not _is_article(figure, written):
            return f"{_kind(figure)} {written} staat niet in de bron"
        if found and not any(bounded_alike(figure, each) for each in found):
            return f"{written} is in de bron anders begrensd (ten minste, ten hoogste, voor, na)"
        stated = [each for each in found if each in there]
        denied = _is_denied(sentence, figure)
        if stated and all(_is_denied(text, each) != denied for each in stated):
            return f"{written} staat in de bron {'zonder' if denied else 'met'} ontkenning"
    return None


def _is_denied(text: str, figure: Figure) -> bool:
    """Whether a figure stands right behind a denial: "geen 38.000 euro"."""
    return _DENIED.search(text, 0, figure.start) is not None


def _is_article(figure: Figure, written: str) -> bool:
    """Whether a figure may be the article "een" and no number: "een van de gemeenten"."""
    return figure.value == 1 and figure.unit is None and not written[0].isdigit()


def _kind(figure: Figure) -> str:
    if figure.kind == "number":
        return "bedrag" if figure.unit == "euro" else "getal"
    kinds = {"share": "aandeel", "ordinal": "rangtelwoord", "time": "tijdstip", "date": "datum"}
    return kinds[figure.kind]


def _other_rate(sentence: str, text: str) -> str | None:
    """Why a rate in `sentence` is not in `text`: "per maand" is not "per jaar", but "jaarlijks"
    is."""
    said = fold(text)
    for what in _PER.findall(fold(sentence)):
        if not any(form in said for form in (f"per {what}", f"per{what}", *_EVERY.get(what, ()))):
            return f"“per {what}” staat zo niet in de bron"
    return None


def _missing_name(sentence: str, text: str, asked: str) -> str | None:
    known = set(words(f"{text} {asked}"))
    counted = [(figure.start, figure.end) for figure in figures(sentence)]
    for start, written in names_in(sentence):
        if any(begin <= start < end for begin, end in counted):
            continue  # the "EUR" and "Q4" of a figure are compared with the figure
        for name in words(written):
            alike = any(same_name(name, other) for other in known)
            if not alike and demonyms(name).isdisjoint(known):
                return f"naam {written} staat niet in de bron"
    return None


def _missing_quote(sentence: str, text: str) -> str | None:
    said = fold(text)
    for match in _QUOTED.finditer(sentence.translate(_PLAIN)):
        quoted = fold(match[1] or match[2]).strip(" .,;:!?")
        if quoted not in said:
            return f"aanhaling “{quoted}” staat niet in de bron"
    return None
