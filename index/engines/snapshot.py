"""What is derived from the store, on disk: so that a large index opens without reading it all.

A snapshot is a folder beside the database with the vectors (index.engines.vectors) and postings
(index.engines.bm25) of all documents of one state of the store. It is never changed; the store's manifest
names the one that counts, so that one of another generation (the database was put back) is not
taken for it. Small indexes have none. One that is missing or truncated is made again.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from index.engines.bm25 import Segment, load_segment, write_segment
from index.engines.vectors import Base, load_base, write_base
from index.store import Store

FORMAT = 1
# Passages outside the snapshot, in number and as a share of it, from which on one is made.
LEAST, SHARE = 20_000, 0.25
_FOLDER, _SIZES, _PART = "derived", "sizes.json", ".part"

log = logging.getLogger("vraagbaak.index")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot holds, mapped into memory."""

    name: str
    vectors: Base
    lexical: Segment


def load(store: Store, name: str, made_with: Mapping[str, str]) -> Snapshot | None:
    """The snapshot `name`; None, said in the log, where it is not whole or not of `made_with`."""
    folder = store.path.parent / _FOLDER / name
    wrong = _wrong(folder, made_with)
    if wrong is not None:
        fields = {"snapshot": name, "why": wrong}
        log.warning("derived files not used, made again", extra={"fields": fields})
        return None
    return Snapshot(name, load_base(folder), load_segment(folder))


def _wrong(folder: Path, made_with: Mapping[str, str]) -> str | None:
    try:
        about = json.loads((folder / _SIZES).read_text(encoding="utf-8"))
        if about["format"] != FORMAT or about["made_with"] != dict(made_with):
            return "made by another version"
        for name, size in about["sizes"].items():
            if (folder / name).stat().st_size != size:
                return f"{name} is truncated"
    except (OSError, ValueError, KeyError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def is_due(outside: int, inside: int) -> bool:
    """Whether so many passages outside a snapshot of so many ask for a new one."""
    return outside >= max(LEAST, SHARE * inside)


def write(path: Path, made_with: Mapping[str, str], dimension: int) -> None:
    """Make a snapshot of the database at `path`, and let it count.

    Through a connection of its own, so that searches go on. Where another process is making one,
    nothing is done. Raises OSError or VraagbaakError where it cannot be written.
    """
    derived = path.parent / _FOLDER
    derived.mkdir(exist_ok=True)
    try:
        with FileLock(derived / ".lock", timeout=0):
            _write(path, derived, made_with, dimension)
    except Timeout:
        log.info("derived files are being made by another process")


def _write(path: Path, derived: Path, made_with: Mapping[str, str], dimension: int) -> None:
    began = time.perf_counter()
    for left in derived.glob(f"*{_PART}"):
        shutil.rmtree(left)
    name = secrets.token_hex(8)
    part, folder = derived / f"{name}{_PART}", derived / name
    part.mkdir()
    store = Store(path, {}, create=False)
    try:
        with store.reading():
            store.check(made_with)
            keys, before = store.keys(), store.snapshot()
            fields = {"documents": len(keys), "snapshot": name}
            log.info("making derived files", extra={"fields": fields})
            write_segment(part, store, keys)
            about = write_base(part, store, keys, dimension)
        sizes = dict(_synced(part))
        made = {"format": FORMAT, "made_with": dict(made_with), "sizes": sizes}
        (part / _SIZES).write_text(json.dumps(made), encoding="utf-8")
        part.rename(folder)
        with store.writing():
            # Made again with something else meanwhile: then what was written is of no use.
            store.check(made_with)
            store.put_snapshot(name)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        store.close()
    # The one before stays: another process may be about to open it.
    for old in derived.iterdir():
        if old.is_dir() and old.name not in (name, before):
            shutil.rmtree(old, ignore_errors=True)
    seconds = round(time.perf_counter() - began, 1)
    fields = fields | {"windows": about.windows, "effort": about.effort, "recall": about.recall}
    log.info("derived files made", extra={"fields": fields | {"seconds": seconds}})


def _synced(folder: Path) -> Iterator[tuple[str, int]]:
    """Name and size of every file in `folder`, once it is on the disk."""
    for file in sorted(folder.iterdir()):
        with file.open("rb+") as opened:
            os.fsync(opened.fileno())
        yield file.name, file.stat().st_size
