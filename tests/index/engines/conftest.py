"""One index of the samples, searched by either engine; Milvus is Milvus Lite with the real client."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hashing import HashingEncoder
from milvus_lite.server_manager import server_manager_instance as milvus_lite

from index.engines import LOCAL
from index.index import FILE_NAME, Index, open_index

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
DIMENSION = 64

Opened = Callable[..., Index]


@pytest.fixture(scope="session")
def indexed(tmp_path_factory) -> Path:
    """The database of an index of the samples."""
    folder = tmp_path_factory.mktemp("indexed")
    index = open_index(folder, HashingEncoder(DIMENSION), create=True)
    index.add([SAMPLES])
    index.close()
    return folder / FILE_NAME


@pytest.fixture
def milvus(tmp_path):
    """The address of a Milvus of this test's own."""
    path = tmp_path / "milvus.db"
    yield str(path)
    milvus_lite.release_server(str(path))


@pytest.fixture
def data(indexed, tmp_path) -> Path:
    """A data folder with the samples in it, in no engine yet."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(indexed, folder)
    return folder


@pytest.fixture
def opened(data):
    """Open `data`, or another folder, with an engine and another encoder if need be."""
    held: list[Index] = []

    def open_it(engine: str = LOCAL, folder: Path = data, fingerprint: str = "hashing-1") -> Index:
        encoder = HashingEncoder(DIMENSION, fingerprint)
        held.append(open_index(folder, encoder, create=False, engine=engine))
        return held[-1]

    yield open_it
    for index in held:
        index.close()
