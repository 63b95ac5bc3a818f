"""Locations on disk: one data folder, chosen once."""

from __future__ import annotations

import os
from pathlib import Path

from index.errors import VraagbaakError


def data_dir() -> Path:
    """The folder of index, documents and models; it need not exist yet.

    `VRAAGBAAK_DATA_DIR`, else `vraagbaak` in the user's data folder (`XDG_DATA_HOME`, by default
    `~/.local/share`; XDG Base Directory Specification 0.8).
    """
    chosen = os.environ.get("VRAAGBAAK_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser()
    shared = os.environ.get("XDG_DATA_HOME")
    # The specification says that a relative path there is to be ignored.
    base = Path(shared) if shared and Path(shared).is_absolute() else Path.home() / ".local/share"
    return base / "vraagbaak"


def models_dir(data: Path) -> Path:
    """The folder of models in data folder `data`."""
    return data / "models"


def make_folder(data_dir: Path) -> None:
    """Make the data folder where it is not there yet. Raises VraagbaakError."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VraagbaakError(
            f"De map {data_dir} is niet te maken ({error.strerror}): "
            "kies een andere met VRAAGBAAK_DATA_DIR.",
            f"The folder {data_dir} cannot be made ({error.strerror}): "
            "choose another one with VRAAGBAAK_DATA_DIR.",
        ) from error
