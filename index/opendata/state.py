"""Remember what was fetched before: a SQLite file beside the index, one row for each document."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from index.errors import VraagbaakError

FILE_NAME = "opendata.sqlite"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document that was fetched.

    `id`, `changed`, `kind`, `date` and `dossiers` are as in a Record; `document` is its id in our
    index, None if it could never be read. `etag` and `modified` are headers of the file.
    `refused_by` is the version of the program that could not read the file, None if it could.
    """

    id: str
    changed: str
    number: str
    kind: str | None
    date: str | None
    dossiers: tuple[str, ...]
    document: str | None
    etag: str | None = None
    modified: str | None = None
    refused_by: str | None = None


_NAMES = [each.name for each in fields(Entry)]


class State:
    """The stored entries; each write is committed at once. Made by `open_state`."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db

    def entries(self) -> dict[str, Entry]:
        """All entries by id."""
        with _errors(self.path):
            rows = self._db.execute(f"SELECT {', '.join(_NAMES)} FROM fetched")  # noqa: S608
            made = (dict(zip(_NAMES, row, strict=True)) for row in rows)
            return {
                row["id"]: Entry(**{**row, "dossiers": tuple(json.loads(row["dossiers"]))})
                for row in made
            }

    def put(self, entry: Entry) -> None:
        """Write an entry; replaces the one with the same id."""
        values = dict(zip(_NAMES, astuple(entry), strict=True))
        values["dossiers"] = json.dumps(entry.dossiers)
        marks = ", ".join("?" * len(_NAMES))
        with _errors(self.path):
            self._db.execute(
                f"INSERT OR REPLACE INTO fetched VALUES ({marks})",  # noqa: S608
                tuple(values.values()),
            )

    def remove(self, entry_id: str) -> None:
        """Delete an entry."""
        with _errors(self.path):
            self._db.execute("DELETE FROM fetched WHERE id = ?", (entry_id,))


@contextmanager
def open_state(data_dir: Path) -> Iterator[State]:
    """The state in `data_dir`, made there if there is none. Raises VraagbaakError."""
    path = data_dir / FILE_NAME
    with _errors(path):
        db = sqlite3.connect(path, isolation_level=None)
    with closing(db):
        with _errors(path):
            db.execute(
                "CREATE TABLE IF NOT EXISTS fetched (id TEXT PRIMARY KEY, changed TEXT NOT NULL,"
                " number TEXT NOT NULL, kind TEXT, date TEXT, dossiers TEXT NOT NULL,"
                " document TEXT, etag TEXT, modified TEXT, refused_by TEXT) WITHOUT ROWID"
            )
        yield State(path, db)


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise VraagbaakError(
            f"{path} is niet te lezen of te schrijven ({error}): controleer rechten en "
            "schijfruimte; is het beschadigd, verwijder het dan en haal alles opnieuw op.",
            f"{path} cannot be read or written ({error}): check permissions and disk space; if "
            "it is damaged, remove it and fetch everything again.",
        ) from error
