"""A copy of the index while it is used, and the way back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from index.errors import BadRequest, DamagedIndex, IndexMismatch, NoIndex, VraagbaakError
from index.store import FILE_NAME, Store

BESIDE = ("-wal", "-shm", "-journal")


def back_up(data_dir: Path, target: Path) -> None:
    """Write one state of the index in `data_dir` to `target`, a file that is not there yet.

    Others may search and write meanwhile. `target` is there when all of it is, or not at all.
    """
    if target.exists():
        raise BadRequest(
            f"{target} bestaat al: kies een bestand dat er nog niet is.",
            f"{target} exists already: choose a file that is not there yet.",
        )
    part = target.with_name(target.name + ".part")
    store = Store(data_dir / FILE_NAME, {}, create=False)
    try:
        _copied(store, part)
        part.replace(target)
    except OSError as error:
        raise _not_written(target, error.strerror or str(error)) from error
    finally:
        store.close()
        _unlink(part)


def restore(data_dir: Path, backup: Path) -> Path | None:
    """Let the index in `data_dir` be what `backup` holds; all of it or nothing.

    One transaction, so that a running service sees it before or after. An index that is there and
    cannot be read is put aside; returns where, if so. Raises NoIndex, DamagedIndex or
    IndexMismatch where `backup` is none, before anything is changed.
    """
    path, part = data_dir / FILE_NAME, data_dir / f"{FILE_NAME}.restore"
    if not backup.is_file() or (path.exists() and backup.samefile(path)):
        raise BadRequest(
            f"{backup} is geen reservekopie: geef het bestand dat `vraagbaak backup` schreef.",
            f"{backup} is no backup: give the file that `vraagbaak backup` wrote.",
        )
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        _checked_copy(backup, part)
        if not path.exists():
            for suffix in BESIDE:  # of an index that is gone: SQLite would take them for this one's
                _unlink(path.with_name(path.name + suffix))
            part.replace(path)
            return None
        try:
            store = Store(path, {}, create=False)
            try:
                store.take_over(part)
            finally:
                store.close()
        except (DamagedIndex, IndexMismatch, NoIndex):
            aside = _put_aside(path)
            part.replace(path)
            return aside
        return None
    except OSError as error:
        raise _not_written(path, error.strerror or str(error)) from error
    finally:
        for suffix in (*BESIDE, ""):
            _unlink(part.with_name(part.name + suffix))


def _checked_copy(backup: Path, part: Path) -> None:
    """A copy of `backup` in the present layout. Raises where it is none or not whole."""
    _unlink(part)
    # The backup itself stays as it is: only the copy is brought to the present layout.
    original = Store.for_reading(backup)
    try:
        _copied(original, part)
    finally:
        original.close()
    copy = Store(part, {}, create=False)
    try:
        with copy.reading():
            wrong = copy.integrity()
        if wrong:
            raise DamagedIndex(
                f"{backup} is beschadigd ({wrong[0]}): neem een andere reservekopie.",
                f"{backup} is damaged ({wrong[0]}): take another backup.",
            )
    finally:
        copy.close()


def _copied(store: Store, target: Path) -> None:
    _unlink(target)
    try:
        with closing(sqlite3.connect(target)) as copy:
            store.copy_to(copy)
            # One file, without others beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise _not_written(target, str(error)) from error


def _put_aside(path: Path) -> Path:
    """Rename an index with what SQLite keeps beside it; returns its new name."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    aside = path.with_name(f"{path.name}.{now}")
    for suffix in (*BESIDE, ""):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + suffix))
    return aside


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)


def _not_written(path: Path, why: str) -> VraagbaakError:
    return VraagbaakError(
        f"{path} is niet te schrijven ({why}): controleer map, rechten en schijfruimte. "
        "De index is zoals hij was.",
        f"{path} cannot be written ({why}): check folder, permissions and disk space. "
        "The index is as it was.",
    )
