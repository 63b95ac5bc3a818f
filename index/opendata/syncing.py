"""Synchronise: list the service's documents, fetch what is new or changed, and index it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from index.documents import DocumentInfo
from index.errors import UnreadableFile, VraagbaakError
from index.index import Index
from index.ingest import AddReport, Progress
from index.opendata.errors import OpenDataError, ServiceDown
from index.opendata.query import DEFAULT_KINDS, Query, make_query
from index.opendata.records import Record, Row, is_deleted, read_record, record_id
from index.opendata.service import BASE_URL, Service
from index.opendata.state import Entry, State, open_state

# After this many documents in a row that cannot be fetched, the service counts as down.
DOWN_AFTER = 3


@dataclass(frozen=True, slots=True)
class Skipped:
    """A document that was left out, and why in Dutch and English."""

    source: str
    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The result of a sync.

    `added` and `updated` are documents now in the index, `removed` numbers of documents that the
    service withdrew; `unchanged` counts the others that are there. `failed` holds (file name or
    id, error), `warnings` (file name, what was uncertain, in Dutch). If the service went down
    halfway, `stopped` says so and `left` counts the documents that were not reached.
    """

    added: tuple[DocumentInfo, ...] = ()
    updated: tuple[DocumentInfo, ...] = ()
    unchanged: int = 0
    removed: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    failed: tuple[tuple[str, VraagbaakError], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    stopped: OpenDataError | None = None
    left: int = 0


def sync(
    index: Index,
    data_dir: Path,
    *,
    since: date,
    kinds: Sequence[str] = DEFAULT_KINDS,
    dossiers: Sequence[str] = (),
    base_url: str = BASE_URL,
    on_progress: Progress | None = None,
    pause_s: float = 0.5,
    backoff_s: float = 1.0,
    version: str = "0",
) -> SyncReport:
    """Fetch documents dated `since` or later into `index`, but for those that are there unchanged.

    `kinds` are keys of `KINDS`, `dossiers` numbers as "36800" or "36800-X" (none: all). What was
    fetched is noted in `data_dir` document by document, so that an interrupted sync goes on where
    it was. `pause_s` is the least time between two requests, `backoff_s` the first wait before a
    retry, in seconds; `version` is the program's, named to the service.

    Raises BadRequest for an unknown kind or dossier, OpenDataError if the list of documents cannot
    be had; a document that fails is reported, and the others still go in.
    """
    query = make_query(since, kinds, dossiers)
    agent = f"vraagbaak/{version}"
    with (
        _alone(data_dir),
        open_state(data_dir) as state,
        Service(base_url, user_agent=agent, pause_s=pause_s, backoff_s=backoff_s) as service,
    ):
        rows = {record_id(row): row for options in query.options() for row in service.rows(options)}
        # What could not be read without recognising is tried again with it.
        reading = f"{version}+ocr" if index.ocr else version
        run = _Run(index, state, service, query, reading)
        jobs = [partial(run.take, row) for row in rows.values()]
        jobs += [partial(run.look_after, entry) for entry in run.expected() if entry.id not in rows]
        refusals = 0
        for done, job in enumerate(jobs, start=1):
            try:
                job()
                refusals = 0
            except ServiceDown as error:
                run.failed.append((run.at, error))
                refusals += 1
                if refusals == DOWN_AFTER:
                    return run.report(stopped=error, left=len(jobs) - done)
            except (OpenDataError, UnreadableFile) as error:
                run.failed.append((run.at, error))
                refusals = 0
            if on_progress is not None:
                on_progress(done, len(jobs), run.at)
        return run.report()


class _Run:
    """One sync; collects its SyncReport. `at` is the current document: a file name, else an id."""

    def __init__(
        self, index: Index, state: State, service: Service, query: Query, version: str
    ) -> None:
        self._index, self._state, self._service = index, state, service
        self._query, self._version = query, version
        self._entries = state.entries()
        self._added: list[DocumentInfo] = []
        self._updated: list[DocumentInfo] = []
        self._unchanged = 0
        self._removed: list[str] = []
        self._skipped: list[Skipped] = []
        self._warnings: list[tuple[str, str]] = []
        self.failed: list[tuple[str, VraagbaakError]] = []
        self.at = ""

    def report(self, stopped: OpenDataError | None = None, left: int = 0) -> SyncReport:
        """The result so far."""
        return SyncReport(
            tuple(self._added),
            tuple(self._updated),
            self._unchanged,
            tuple(self._removed),
            tuple(self._skipped),
            tuple(self.failed),
            tuple(self._warnings),
            stopped,
            left,
        )

    def expected(self) -> list[Entry]:
        """Documents in the index that the service would have listed if they had not changed."""
        return [
            entry
            for entry in self._entries.values()
            if entry.document and self._query.covers(entry.kind, entry.date, entry.dossiers)
        ]

    def take(self, row: Row) -> None:
        """Update the index for a row that the service listed."""
        self.at = record_id(row)
        entry = self._entries.get(self.at)
        if is_deleted(row):
            if entry is not None:
                self._withdraw(entry)
            return
        record = read_record(row)
        suffix = record.suffix
        self.at = f"{record.number}{suffix or ''}"
        if not self._query.asks_for(record):
            self._skip(
                f"niet gevraagd ({record.kind}, {record.date})",
                f"not asked for ({record.kind}, {record.date})",
            )
        elif record.content_type is None:
            self._skip("er is geen bestand bij", "there is no file with it")
        elif suffix is None:
            self._skip(
                f"een bestand van het soort {record.content_type} wordt niet gelezen",
                f"a file of type {record.content_type} is not read",
            )
        elif entry is None or entry.changed != record.changed:
            self._fetch(record, suffix, entry)
        elif entry.refused_by == self._version:
            self._skip(
                "was eerder niet te lezen, en is niet gewijzigd",
                "could not be read before, and has not changed",
            )
        elif entry.refused_by is None and self._held(entry):
            self._unchanged += 1
        else:
            self._fetch(record, suffix, entry)

    def look_after(self, entry: Entry) -> None:
        """Check a document that is in the index but was not listed."""
        self.at = entry.number
        row = self._service.row(entry.id)
        if row is None:
            self._skip(
                "de dienst kent het niet meer; het blijft in de index",
                "the service no longer knows it; it stays in the index",
            )
        elif is_deleted(row):
            self._withdraw(entry)
        else:
            record = read_record(row)
            kind, day, dossiers = record.kind, record.date, record.dossiers
            self._state.put(replace(entry, kind=kind, date=day, dossiers=dossiers))
            self._unchanged += 1

    def _fetch(self, record: Record, suffix: str, entry: Entry | None) -> None:
        # A document that is no longer in the index is fetched again in full.
        known = entry if entry is not None and self._held(entry) else None
        file = self._service.file(
            record.id,
            suffix,
            record.length,
            etag=known.etag if known else None,
            modified=known.modified if known else None,
        )
        if file == "none":
            self._skip("er is geen bestand bij", "there is no file with it")
            return
        noted = Entry(
            id=record.id,
            changed=record.changed,
            number=record.number,
            kind=record.kind,
            date=record.date,
            dossiers=record.dossiers,
            document=entry.document if entry else None,
            etag=entry.etag if entry else None,
            modified=entry.modified if entry else None,
        )
        origin = record.origin(self._service.link(record.id))
        if file == "unchanged":
            if known is not None and known.document is not None:
                self._index.put_origin(known.document, origin)
            self._state.put(noted)
            self._unchanged += 1
            return
        report = self._index.put(file.data, self.at, _place(record.id), origin)
        if report.failed:
            self._state.put(replace(noted, etag=None, modified=None, refused_by=self._version))
            self.failed.extend(report.failed)
            return
        (info,) = (*report.added, *report.updated, *report.unchanged)
        self._state.put(replace(noted, document=info.id, etag=file.etag, modified=file.modified))
        self._settle(report)

    def _settle(self, report: AddReport) -> None:
        self._added.extend(report.added)
        self._updated.extend(report.updated)
        self._unchanged += len(report.unchanged)
        self._warnings.extend(report.warnings)

    def _withdraw(self, entry: Entry) -> None:
        self.at = entry.number
        self._index.withdraw(_place(entry.id))
        self._state.remove(entry.id)
        self._removed.append(entry.number)

    def _held(self, entry: Entry) -> bool:
        return entry.document is not None and self._index.holds(entry.document)

    def _skip(self, nl: str, en: str) -> None:
        self._skipped.append(Skipped(self.at, nl, en))


def _place(document_id: str) -> str:
    """The place that identifies a document of the service in the index."""
    return f"opendata:{document_id}"


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Lock the data folder against other syncs."""
    lock = FileLock(data_dir / ".opendata.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise VraagbaakError(
            f"Er loopt al een sync in {data_dir}: wacht tot die klaar is.",
            f"Another sync is running in {data_dir}: wait until it is done.",
        ) from error
    try:
        yield
    finally:
        lock.release()
