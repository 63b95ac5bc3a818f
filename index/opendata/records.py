"""Parse and check the service's record of a document, by its information model.

opendata.tweedekamer.nl/documentatie: Document, Zaak, Kamerstukdossier. Version 5 of the interface
renames `DocumentNummer` to `Nummer` and `Volgnummer` to `Ondernummer`; both names are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from index.documents import Origin
from index.opendata.errors import OpenDataError

# Media types of the formats that index.reading reads.
_SUFFIXES = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "text/plain": ".txt",
    "text/markdown": ".md",
}
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Za-z0-9][\w-]{0,40}")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """A document at the service; None for attributes that it does not give.

    `changed` is when it last changed (ISO 8601, as given), `date` its own date (YYYY-MM-DD), `kind`
    the value of `Soort`, `length` the size of its file in bytes. `dossiers` are written "36800-X",
    `cases` "2025Z18743", `paper` "kst-36800-X-11".
    """

    id: str
    changed: str
    number: str
    kind: str | None
    date: str | None
    title: str | None
    content_type: str | None
    length: int | None
    cases: tuple[str, ...]
    dossiers: tuple[str, ...]
    paper: str | None

    @property
    def suffix(self) -> str | None:
        """The suffix of a file of this content type that can be read, else None."""
        return suffix_of(self.content_type)

    def origin(self, url: str) -> Origin:
        """What the index keeps of the record, with the link to its file."""
        papers = [self.paper] if self.paper else []
        return Origin(
            url=url,
            identifiers=tuple(dict.fromkeys([*papers, self.number, *self.cases])),
            title=self.title,
            date=self.date,
        )


def suffix_of(content_type: str | None) -> str | None:
    """The suffix for a media type (parameters are passed over), None for one that is not read."""
    return _SUFFIXES.get((content_type or "").partition(";")[0].strip().lower())


def record_id(row: Any) -> str:
    """The `Id` of a row, in lower case. Raises OpenDataError: without it nothing can be told."""
    if not isinstance(row, Mapping):
        raise _unlike("een document", "a document", f"{row!r:.60}")
    found = row.get("Id")
    if not isinstance(found, str) or not _GUID.fullmatch(found):
        raise _unlike("Id", "Id", f"{found!r:.60}")
    return found.lower()


def is_deleted(row: Row) -> bool:
    """Whether the service marks the document as removed; it may have emptied its attributes."""
    found = row.get("Verwijderd", False)
    if not isinstance(found, bool):
        raise _unlike("Verwijderd", "Verwijderd", f"{found!r:.60}")
    return found


def read_record(row: Row) -> Record:
    """The record of a document that was not removed. Raises OpenDataError, naming the attribute."""
    length = _first(row, "ContentLength")
    if length is not None and (not isinstance(length, int) or isinstance(length, bool)):
        raise _unlike("ContentLength", "ContentLength", f"{length!r:.60}")
    number = _required(row, "DocumentNummer", "Nummer")
    if not _NUMBER.fullmatch(number):
        raise _unlike("DocumentNummer", "DocumentNummer", f"{number!r:.60}")
    files = [file for file in _related(row, "Kamerstukdossier") if not is_deleted(file)]
    dossiers = [_dossier(file) for file in files]
    return Record(
        id=record_id(row),
        changed=_required(row, "ApiGewijzigdOp", "GewijzigdOp"),
        number=number,
        kind=_text(row, "Soort"),
        date=_day(row),
        title=_text(row, "Onderwerp") or _text(row, "Titel"),
        content_type=_text(row, "ContentType"),
        length=length,
        cases=tuple(
            _required(case, "Nummer") for case in _related(row, "Zaak") if not is_deleted(case)
        ),
        dossiers=tuple(dossiers),
        paper=_paper(row, files, dossiers),
    )


def _paper(row: Row, files: list[Row], dossiers: list[str]) -> str | None:
    """The number as a Kamerstuk, as officielebekendmakingen.nl writes it.

    Only for a document in exactly one dossier: it has another number in another one, which the
    service does not give. A number below 1 stands for none; an addition as "(R2114)" is no part of
    the code.
    """
    number = _first(row, "Volgnummer", "Ondernummer")
    if not re.fullmatch(r"[1-9]\d*", str(number)) or len(files) != 1:
        return None
    if "Toevoeging" not in files[0] or "(" in dossiers[0]:
        return None
    return f"kst-{dossiers[0]}-{number}"


def _dossier(file: Row) -> str:
    number, addition = _first(file, "Nummer"), _text(file, "Toevoeging")
    if not re.fullmatch(r"\d{1,6}", str(number)):
        raise _unlike("Kamerstukdossier/Nummer", "Kamerstukdossier/Nummer", f"{number!r:.60}")
    return f"{number}-{addition}" if addition else str(number)


def _related(row: Row, name: str) -> list[Row]:
    found = row.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise _unlike(name, name, f"{found!r:.60}")
    return found


def _day(row: Row) -> str | None:
    found = _text(row, "Datum")
    if found is None:
        return None
    try:
        return date.fromisoformat(found[:10]).isoformat()
    except ValueError as error:
        raise _unlike("Datum", "Datum", f"{found!r:.60}") from error


def _first(row: Row, *names: str) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _required(row: Row, *names: str) -> str:
    found = _first(row, *names)
    if not isinstance(found, str) or not found.strip():
        raise _unlike(names[0], names[0], f"{found!r:.60}")
    return found.strip()


def _text(row: Row, name: str) -> str | None:
    found = row.get(name)
    if found is not None and not isinstance(found, str):
        raise _unlike(name, name, f"{found!r:.60}")
    return " ".join(found.split()) or None if found else None


def _unlike(nl: str, en: str, found: str) -> OpenDataError:
    return OpenDataError(
        f"De open-datadienst geeft voor {nl} iets anders dan beschreven is: {found}.",
        f"The open data service gives for {en} something other than documented: {found}.",
    )
