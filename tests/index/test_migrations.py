"""An index made by an earlier layout opens, is whole, and is written on."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from store_parts import MADE_WITH, document, put

from index.migrations import LAYOUT
from index.store import Store

# Literally what version 0.1.0 made: never to be changed. A later layout gets a list of its own.
LAYOUT_2 = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
    kind TEXT NOT NULL, passages INTEGER NOT NULL, metadata TEXT NOT NULL,
    warnings TEXT NOT NULL, set_aside TEXT NOT NULL, text TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE sources (
    place TEXT PRIMARY KEY, source TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE);
CREATE INDEX sources_document ON sources (document);
CREATE TABLE removed (place TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE);
CREATE INDEX passages_document ON passages (document);
CREATE TABLE windows (
    passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL);
CREATE INDEX windows_passage ON windows (passage);
CREATE TABLE sentences (
    passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    spans BLOB NOT NULL, vectors BLOB NOT NULL);
CREATE TABLE terms (
    passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    terms BLOB NOT NULL, counts BLOB NOT NULL);
INSERT INTO manifest VALUES ('schema', '2'), ('generation', '1'), ('embedding', 'a-model'),
    ('fingerprint', 'f1');
INSERT INTO documents VALUES (3, '00000000000000aa',
    '00000000000000aa000000000000000000000000000000000000000000000000', 'answers', 1,
    '{"title": "Over geld", "date": "2024-03-01", "ministers": ["De Boer"], "askers": [],
      "identifiers": [], "answered_by": null, "origin": null}',
    '[]', '[{"start": 0, "end": 7, "why": "kop"}]', 'Vraag 1
Twaalf euro.', X'6162');
INSERT INTO sources VALUES ('/een.txt', 'een.txt', 3);
INSERT INTO passages VALUES (5, '{"questions": [], "text": "Twaalf euro.", "start": 8, "end": 20,
    "refers_to": [], "external_refs": [], "heading": null, "footnotes": [], "gaps": []}', 3);
INSERT INTO windows VALUES (5, 0, 12, X'0000803F00000000');
INSERT INTO sentences VALUES (5, X'000000000C000000', X'003C0000');
INSERT INTO terms VALUES (5, X'01000000', X'02000000');
"""


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "index.sqlite"
    with sqlite3.connect(path) as raw:
        raw.executescript(LAYOUT_2)
    raw.close()
    return path


def test_an_index_of_layout_2_opens_whole_and_is_written_on(old):
    store = Store(old, MADE_WITH, create=False)
    with store.reading():
        store.check(MADE_WITH)
        (key,) = store.infos()
        found = store.document(key)
        assert (found.id, found.metadata.title) == ("00000000000000aa", "Over geld")
        assert found.passages[0].text == found.text[8:20] == "Twaalf euro."
        ((_, ids, vectors),) = store.vectors([key], 2)
        assert (ids.tolist(), vectors.tolist()) == ([5], [[1.0, 0.0]])
        assert store.sentences([5], 2)[5][1].tolist() == [[1.0, 0.0]]
    assert put(store, document(), "/twee.txt") == 4
    with store.writing():
        store.note_removal(key)
        store.remove(key)
    store.close()


def test_the_layouts_that_a_database_has_had_are_noted_in_it(old, tmp_path):
    Store(old, MADE_WITH, create=False).close()
    Store(old, MADE_WITH, create=False).close()  # not a second time
    Store(tmp_path / "new.sqlite", MADE_WITH, create=True).close()
    for path in (old, tmp_path / "new.sqlite"):
        with sqlite3.connect(path) as raw:
            assert raw.execute("SELECT layout FROM migrations").fetchall() == [(LAYOUT,)]
            query = "SELECT value FROM manifest WHERE key = 'schema'"
            assert raw.execute(query).fetchone() == (str(LAYOUT),)
        raw.close()


def test_an_old_and_a_new_database_have_the_same_tables(old, tmp_path):
    shapes = []
    for path in (old, tmp_path / "new.sqlite"):
        Store(path, MADE_WITH, create=True).close()
        with sqlite3.connect(path) as raw:
            names = "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
            shapes.append(
                {
                    n: raw.execute(f"PRAGMA table_info({n})").fetchall()
                    for (n,) in raw.execute(names)
                }
            )
        raw.close()
    assert shapes[0] == shapes[1]


def test_a_migration_that_breaks_off_changes_nothing(old, monkeypatch):
    steps = {2: ("CREATE TABLE half (x)", "no such statement")}
    with monkeypatch.context() as broken:
        broken.setattr("index.migrations._STEPS", steps)
        with pytest.raises(Exception, match="syntax"):
            Store(old, MADE_WITH, create=False)
    with sqlite3.connect(old) as raw:
        assert (
            raw.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").fetchone()[0] == 0
        )
    raw.close()
    Store(old, MADE_WITH, create=False).close()


def test_many_that_open_an_old_index_at_once_migrate_it_once(old):
    wrong: list[BaseException] = []

    def opened() -> None:
        try:
            Store(old, MADE_WITH, create=False).close()
        except BaseException as error:  # noqa: BLE001
            wrong.append(error)

    threads = [threading.Thread(target=opened) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_index_opens_while_another_process_writes(old):
    first = Store(old, MADE_WITH, create=False)
    with first.writing():
        first.describe({"embedding": "b-model"})
        second = Store(old, MADE_WITH, create=True)  # as a service does, also during a rebuild
        with second.reading():
            assert second.manifest()["embedding"] == "a-model"
    second.close()
    first.close()
