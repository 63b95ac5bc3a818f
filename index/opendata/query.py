"""What to ask the service for: kinds, dossiers and a date, as OData 4.0 query options.

OData 4.0 part 2 (URL conventions), 5.1: `$filter`, `$expand`, `$orderby`, and 5.1.1.6.1 for literals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.errors import BadRequest
from index.opendata.records import Record

# Our names of kinds, and the values of `Soort` in the service's information model
# (opendata.tweedekamer.nl/documentatie/document).
KINDS: dict[str, tuple[str, ...]] = {
    "antwoorden": ("Antwoord schriftelijke vragen", "Antwoord schriftelijke vragen (nader)"),
    "lijsten": (
        "Lijst van vragen en antwoorden",
        "Verslag houdende een lijst van vragen en antwoorden",
    ),
    "overleg": ("Verslag van een schriftelijk overleg",),
    "vragen": ("Schriftelijke vragen",),
    "uitstel": ("Mededeling (uitstel antwoord)",),
    "brieven": ("Brief regering",),
}
DEFAULT_KINDS = ("antwoorden", "lijsten")

_DOSSIER = re.compile(r"(?P<file>\d\d\s?\d{3})(?:[\s-]+(?P<part>\(?[A-Za-z]+\d*\)?|\d{2}))?")


@dataclass(frozen=True, slots=True)
class Query:
    """Documents of these `kinds` (values of `Soort`), dated `since` or later.

    `dossiers` holds (number, addition); an addition of None stands for any. None of them: all.
    """

    since: date
    kinds: tuple[str, ...]
    dossiers: tuple[tuple[int, str | None], ...] = ()

    def options(self) -> list[dict[str, str]]:
        """The query options of each request to make.

        One request for each dossier, since the service refuses a filter of more than 100 nodes.
        Without `$top`: with it the service returns one page and no link to the next.
        """
        return [
            {
                "$filter": self._filter(dossier),
                "$orderby": "Datum asc,Id asc",
                "$expand": "Zaak,Kamerstukdossier",
            }
            for dossier in self.dossiers or (None,)
        ]

    def covers(self, kind: str | None, day: str | None, dossiers: Sequence[str]) -> bool:
        """Whether a document of this `Soort`, date (ISO 8601) and dossiers is asked for."""
        return (
            kind in self.kinds
            and day is not None
            and date.fromisoformat(day) >= self.since
            and (not self.dossiers or any(map(self._names, dossiers)))
        )

    def asks_for(self, record: Record) -> bool:
        """Whether `record` matches this query, as far as its attributes tell."""
        return self.covers(record.kind, record.date, record.dossiers)

    def _names(self, written: str) -> bool:
        number, _, addition = written.partition("-")
        return any(
            number == str(wanted) and part in (None, addition) for wanted, part in self.dossiers
        )

    def _filter(self, dossier: tuple[int, str | None] | None) -> str:
        kinds = " or ".join(f"Soort eq {literal(kind)}" for kind in self.kinds)
        # Dates there are midnight in the Netherlands: 22.00 UTC the day before in summer, 23.00 in
        # winter.
        eve = date.fromordinal(max(1, self.since.toordinal() - 1))
        start = f"{eve.isoformat()}T22:00:00Z"
        terms = [f"({kinds})", f"Datum ge {start}"]
        if dossier is not None:
            number, addition = dossier
            part = "" if addition is None else f" and d/Toevoeging eq {literal(addition)}"
            terms.append(f"Kamerstukdossier/any(d: d/Nummer eq {number}{part})")
        return " and ".join(terms)


def make_query(since: date, kinds: Sequence[str], dossiers: Sequence[str]) -> Query:
    """Make a query of keys of `KINDS` and dossiers written "36800", "36800-X" or "36 800 X".

    Raises BadRequest for a kind or dossier that is neither.
    """
    for kind in kinds:
        if kind not in KINDS:
            known = ", ".join(KINDS)
            raise BadRequest(
                f"Onbekende soort {kind!r}: kies uit {known}.",
                f"Unknown kind {kind!r}: choose from {known}.",
            )
    if not kinds:
        raise BadRequest("Geef ten minste één soort op.", "Give at least one kind.")
    values = dict.fromkeys(value for kind in kinds for value in KINDS[kind])
    return Query(since, tuple(values), tuple(dict.fromkeys(map(_dossier, dossiers))))


def literal(text: str) -> str:
    """`text` as a string literal of OData: in single quotes, those inside it doubled."""
    return "'" + text.replace("'", "''") + "'"


def _dossier(written: str) -> tuple[int, str | None]:
    match = _DOSSIER.fullmatch(written.strip())
    if match is None:
        raise BadRequest(
            f"{written!r} is geen dossiernummer; schrijf het als 36800 of 36800-X.",
            f"{written!r} is no dossier number; write it as 36800 or 36800-X.",
        )
    number = int(re.sub(r"\s", "", match["file"]))
    return number, match["part"].upper() if match["part"] else None
