"""Find the files to read in what a user gave, and refuse what cannot be read as one.

A name may be no UTF-8, a folder may be inaccessible, and what looks like a file may be an endless
pipe. Each of these is an error of that file only.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from index.errors import UnreadableFile

LOCK = "~$"  # Word's lock file beside an open document


def shown(name: str) -> str:
    """`name` in a form that can be printed and stored: bytes that are not UTF-8 become escapes."""
    return name.encode(errors="backslashreplace").decode()


def is_lock(name: str) -> bool:
    """Whether a file of this name is a lock file of an open document."""
    return name.startswith(LOCK)


def find_files(paths: Iterable[Path], suffixes: Collection[str]) -> Iterator[Path]:
    """The files given, and those with one of `suffixes` in folders given, by name.

    Hidden files in folders are skipped, lock files everywhere. A folder without a file to read is
    returned itself, so that it is reported as an error.
    """
    for path in paths:
        if is_lock(path.name):
            continue
        if not is_folder(path):
            yield path
            continue
        empty = True
        for file in _inside(path):
            if file.suffix.lower() in suffixes and not is_lock(file.name):
                empty = False
                yield file
        if empty:
            yield path


def _inside(folder: Path) -> list[Path]:
    """The files in `folder` and below; folders that cannot be listed are skipped."""
    found = []
    for above, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            file
            for name in names
            if not name.startswith(".") and _is_file(file := Path(above, name))
        ]
    return sorted(found)


def is_folder(path: Path) -> bool:
    """Whether `path` is a folder, as far as can be known."""
    try:
        return path.is_dir()
    except OSError:  # inside a folder without access
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def place_of(path: Path) -> str:
    """The resolved path, which identifies a file. Raises UnreadableFile."""
    name = str(path)
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise no_utf8(name) from error
    try:
        return str(path.resolve())
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise _closed(name, error) from error


def check_is_file(path: Path) -> int:
    """The size of a file in bytes. Raises UnreadableFile for a pipe, a device or a socket."""
    name = str(path)
    try:
        about = path.stat()
    except ValueError as error:  # a null character in the name
        raise _closed(shown(name), error) from error
    if not stat.S_ISREG(about.st_mode):
        raise UnreadableFile(
            f"{shown(name)}: dit is geen gewoon bestand maar een pijp, apparaat of socket; "
            "sla de inhoud eerst op als bestand.",
            f"{shown(name)}: this is no regular file but a pipe, device or socket; save what "
            "comes out of it to a file first.",
        )
    return about.st_size


def no_utf8(name: str) -> UnreadableFile:
    """The error for a file whose name cannot be stored or shown."""
    return UnreadableFile(
        f"{shown(name)}: deze bestandsnaam is geen UTF-8; geef het bestand een andere naam.",
        f"{shown(name)}: this file name is not UTF-8; give the file another name.",
    )


def unexpected(name: str, error: Exception) -> UnreadableFile:
    """The error for an unexpected exception (a bug) while reading a file."""
    name = shown(name)
    why = shown(" ".join(f"{type(error).__name__}: {error}".split()))
    return UnreadableFile(
        f"{name}: lezen mislukte onverwacht ({why}); het logboek heeft meer. Is het bestand heel?",
        f"{name}: reading failed unexpectedly ({why}); the log has more. Is the file whole?",
    )


def _closed(name: str, error: Exception) -> UnreadableFile:
    why = " ".join(str(error).split())
    return UnreadableFile(
        f"{shown(name)}: kan niet worden gevonden ({why}); controleer de naam.",
        f"{shown(name)}: cannot be found ({why}); check the name.",
    )
