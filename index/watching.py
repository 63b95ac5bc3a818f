"""Keep the index in step with a folder: files put in it are added, files taken out are removed.

By polling: that works on every mount, also where the system reports no changes (network drives,
folders mounted into a container).
"""

from __future__ import annotations

import logging
import os
import stat
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from index.documents import DocumentInfo
from index.errors import UnreadableFile, VraagbaakError
from index.files import LOCK, no_utf8, shown, unexpected
from index.index import Index

PARTIAL = (".part", ".crdownload", ".tmp")
# System folders at the top of a disk; only administrators can read them.
SYSTEM_FOLDERS = frozenset({"lost+found", "$RECYCLE.BIN", "System Volume Information"})

log = logging.getLogger("vraagbaak.watching")

Stamp = tuple[int, int, int]
"""Size in bytes, time of change in nanoseconds, and mode: another one is another file."""


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What one step did: the fields of AddReport, and `removed`.

    `failed` holds (path, error) of a file that cannot be read, of a folder that cannot be listed,
    and of the watched folder itself if the index fails.
    """

    added: tuple[DocumentInfo, ...] = ()
    updated: tuple[DocumentInfo, ...] = ()
    removed: tuple[DocumentInfo, ...] = ()
    failed: tuple[tuple[str, VraagbaakError], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


OnReport = Callable[[WatchReport], None]


def watch(
    index_of: Callable[[], Index],
    folder: Path,
    *,
    every_s: float,
    stop: threading.Event,
    on_report: OnReport,
) -> None:
    """Follow `folder` until `stop` is set, looking every `every_s` seconds; for a thread.

    `index_of` is asked for the index at every look, so that one that cannot be opened yet is found
    later. `on_report` is called after every step that changed or found something, never to repeat
    it. See `Watched.look`.
    """
    watched = Watched(folder)
    while not stop.is_set():
        watched.look(index_of, stop=stop, on_report=on_report)
        stop.wait(every_s)


class Watched:
    """A watched folder and what was seen in it so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[str, Stamp] = {}
        self._done: dict[str, Stamp] = {}
        self._gone: set[str] = set()
        self._troubles: frozenset[tuple[str, str]] = frozenset()

    def look(
        self,
        index_of: Callable[[], Index],
        *,
        stop: threading.Event,
        on_report: OnReport,
    ) -> None:
        """Look once, and bring the index up to what was seen.

        A file goes in when it looks the same as at the look before (one that is being written does
        not), and is read again only when it has changed. One whose document was removed by hand
        does not go in while it holds the same bytes. A document goes out when its file was not
        there at two looks, but not where its folder cannot be listed, and not when no file is left
        at all: a disk that is not mounted looks just like that. Trouble is reported once.
        """
        listing = _list(self.folder)
        troubles = list(listing.troubles)
        try:
            index = index_of()
            self._add(index, listing, stop, on_report)
            troubles += self._remove(index, listing, stop, on_report)
        except VraagbaakError as error:
            # An error of the index, not of a file: try again at the next look.
            troubles.append((str(self.folder), error))
        self._seen = listing.stamps
        new = [(path, error) for path, error in troubles if (path, error.nl) not in self._troubles]
        self._troubles = frozenset((path, error.nl) for path, error in troubles)
        if new:
            on_report(WatchReport(failed=tuple(new)))

    def _add(
        self,
        index: Index,
        listing: _Listing,
        stop: threading.Event,
        on_report: OnReport,
    ) -> None:
        self._done = {place: each for place, each in self._done.items() if place in listing.stamps}
        for place, stamp in listing.stamps.items():
            if stop.is_set():
                return
            if self._done.get(place) == stamp or self._seen.get(place) != stamp:
                continue
            report = _add(index, listing.paths[place])
            self._done[place] = stamp
            if report.added or report.updated or report.failed:
                on_report(report)

    def _remove(
        self,
        index: Index,
        listing: _Listing,
        stop: threading.Event,
        on_report: OnReport,
    ) -> list[tuple[str, VraagbaakError]]:
        """Remove documents whose files are gone; returns why nothing was removed, if something
        failed."""
        ours = {
            place: info
            for place, info in index.places().items()
            if Path(place).is_relative_to(listing.root)
        }
        gone = {place for place in ours if place not in listing.stamps and listing.lists(place)}
        if gone and not listing.stamps:
            self._gone = set()
            return [(str(self.folder), _empty(self.folder, len(ours)))]
        for place in sorted(gone & self._gone):
            if stop.is_set():
                break
            if index.withdraw(place):
                on_report(WatchReport(removed=(ours[place],)))
        self._gone = gone
        return []


@dataclass(frozen=True, slots=True)
class _Listing:
    """The files of a folder by resolved path, and the folders in it that could not be listed."""

    root: Path
    paths: Mapping[str, Path]
    stamps: dict[str, Stamp]
    unlisted: tuple[Path, ...]
    troubles: tuple[tuple[str, VraagbaakError], ...]

    def lists(self, place: str) -> bool:
        """Whether a file at `place` would be in this listing."""
        return not any(Path(place).is_relative_to(folder) for folder in self.unlisted)


def _list(folder: Path) -> _Listing:
    """The files in `folder` now, by name; without hidden and partial files and links to outside."""
    root = folder.resolve()
    errors: list[OSError] = []
    paths: dict[str, Path] = {}
    stamps: dict[str, Stamp] = {}
    for above, folders, files in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not _passed_over(name))
        for name in sorted(files):
            path = Path(above, name)
            if _passed_over(name):
                continue
            try:
                resolved = path.resolve(strict=True)
                about = resolved.stat()
            except OSError:
                continue  # The file disappeared since it was listed, or is a broken link.
            if stat.S_ISREG(about.st_mode) and resolved.is_relative_to(root):
                paths[str(resolved)] = path
                stamps[str(resolved)] = (about.st_size, about.st_mtime_ns, about.st_mode)
    return _Listing(
        root=root,
        paths=paths,
        stamps=stamps,
        unlisted=tuple(Path(error.filename).resolve() for error in errors),
        troubles=tuple((str(error.filename), _unlisted(error)) for error in errors),
    )


def _passed_over(name: str) -> bool:
    return name.startswith((".", LOCK)) or name.endswith(PARTIAL) or name in SYSTEM_FOLDERS


def _add(index: Index, path: Path) -> WatchReport:
    """Add one file. Raises VraagbaakError for trouble that is not the file's."""
    name = str(path)
    try:
        name.encode()
        if index.is_unwanted(path):
            return WatchReport()
        report = index.add([path])
    except UnicodeEncodeError:
        return WatchReport(failed=((shown(name), no_utf8(name)),))
    except UnreadableFile as error:
        return WatchReport(failed=((name, error),))
    except VraagbaakError:
        raise
    except Exception as error:
        # A bug in reading one file must not end the watch over all others.
        log.exception("watched file failed", extra={"fields": {"path": name}})
        return WatchReport(failed=((name, unexpected(name, error)),))
    return WatchReport(report.added, report.updated, (), report.failed, report.warnings)


def _unlisted(error: OSError) -> UnreadableFile:
    return UnreadableFile(
        f"{error.filename}: deze map kan niet worden bekeken ({error.strerror}); wat eruit in de "
        "index staat blijft staan. Controleer of zij er is en leesbaar is.",
        f"{error.filename}: this folder cannot be listed ({error.strerror}); what the index has of "
        "it stays. Check that it is there and readable.",
    )


def _empty(folder: Path, documents: int) -> UnreadableFile:
    return UnreadableFile(
        f"{folder}: deze map is leeg; wat eruit in de index staat blijft staan (documenten: "
        f"{documents}). Is de schijf aangekoppeld? Weghalen kan met `vraagbaak documents remove ID`.",
        f"{folder}: this folder is empty; what the index has of it stays (documents: {documents}). "
        "Is the disk mounted? `vraagbaak documents remove ID` removes them.",
    )
