"""The layout of the database, and how one of before is brought to it.

A layout has a number. A change of the tables is a new number with its own step, never a change of
a step that stands here: an index of layout 2 opens in every later version.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime

LAYOUT = 3
OLDEST = 2

# Of what was removed by hand: its id, which is a hash of its bytes, and where it stood.
_REMOVED = """CREATE TABLE IF NOT EXISTS removed (
    place TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID"""
# Which layouts this database has had, and since when.
_MIGRATIONS = "CREATE TABLE migrations (layout INTEGER PRIMARY KEY, since TEXT NOT NULL)"

# Keys are never used twice (AUTOINCREMENT), so that what is derived can tell old from new by key.
# The original bytes stay here: the whole index can be made again without the files.
_TABLES = (
    "CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE documents (
        key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
        kind TEXT NOT NULL, passages INTEGER NOT NULL, metadata TEXT NOT NULL,
        warnings TEXT NOT NULL, set_aside TEXT NOT NULL, text TEXT NOT NULL, data BLOB NOT NULL)""",
    """CREATE TABLE sources (
        place TEXT PRIMARY KEY, source TEXT NOT NULL,
        document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE)""",
    "CREATE INDEX sources_document ON sources (document)",
    _REMOVED,
    """CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL,
        document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE)""",
    "CREATE INDEX passages_document ON passages (document)",
    """CREATE TABLE windows (
        passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
        start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL)""",
    "CREATE INDEX windows_passage ON windows (passage)",
    """CREATE TABLE sentences (
        passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
        spans BLOB NOT NULL, vectors BLOB NOT NULL)""",
    """CREATE TABLE terms (
        passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
        terms BLOB NOT NULL, counts BLOB NOT NULL)""",
    _MIGRATIONS,
)

# What brings a layout to the next one. Indexes of layout 2 have a table `removed`, or not yet.
_STEPS: Mapping[int, tuple[str, ...]] = {2: (_REMOVED, _MIGRATIONS)}


def make_tables(db: sqlite3.Connection) -> None:
    """Make the tables of the present layout in an empty database; inside a transaction."""
    for statement in _TABLES:
        db.execute(statement)
    _note(db, LAYOUT)


def migrate(db: sqlite3.Connection, found: int) -> None:
    """Bring a database of layout `found` to the present one; inside a transaction."""
    for layout in range(found, LAYOUT):
        for statement in _STEPS[layout]:
            db.execute(statement)
        _note(db, layout + 1)


def _note(db: sqlite3.Connection, layout: int) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    db.execute("INSERT INTO migrations VALUES (?, ?)", (layout, now))
    db.execute("INSERT OR REPLACE INTO manifest VALUES ('schema', ?)", (str(layout),))
