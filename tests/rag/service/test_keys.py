"""API keys: hashed at rest, scopes as stated, revoked at once, and a damaged file opens nothing."""

from __future__ import annotations

import base64
import json
import os
import re
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from index.errors import BadRequest, NotFound
from rag.service.errors import DamagedKeys
from rag.service.keys import FILE_NAME, MAX_NAME, Keys

ROOT = Path(__file__).resolve().parents[3]


def content(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    return loaded


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.endswith(".lock")}


def test_a_key_that_was_made_is_known_by_its_text_and_what_it_may(tmp_path):
    keys = Keys(tmp_path / "new folder")
    text, made = keys.create(" griffie ", ["write", "read", "read"])
    assert (made.name, made.scopes, made.revoked) == ("griffie", ("read", "write"), None)
    assert re.fullmatch(rf"vb_{made.id}_[\w-]+", text)
    at = datetime.fromisoformat(made.created)
    assert at.tzinfo == UTC
    assert keys.check(text) == made
    assert keys.all() == [made]


@pytest.mark.parametrize("scope", ["read", "write"])
def test_a_scope_implies_no_other(tmp_path, scope):
    text, _ = Keys(tmp_path).create("x", [scope])
    found = Keys(tmp_path).check(text)
    assert found is not None
    assert found.scopes == (scope,)


def test_the_secret_has_256_bits_and_every_one_is_another(tmp_path):
    keys = Keys(tmp_path)
    texts = [keys.create("x", ["read"])[0] for _ in range(20)]
    secrets = {text.split("_", 2)[2] for text in texts}
    assert len(secrets) == 20
    assert {len(base64.urlsafe_b64decode(each + "=")) for each in secrets} == {32}


def test_the_file_holds_no_secret_and_only_its_owner_can_read_it(tmp_path):
    keys = Keys(tmp_path)
    before = os.umask(0)
    try:
        text, made = keys.create("x", ["read"])
    finally:
        os.umask(before)
    raw = (tmp_path / FILE_NAME).read_text(encoding="utf-8")
    assert text.split("_", 2)[2] not in raw
    assert made.id in raw
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert "sha256" not in repr(made)
    assert files(tmp_path) == {FILE_NAME}


def test_what_is_no_key_is_not_known(tmp_path):
    keys = Keys(tmp_path)
    text, made = keys.create("x", ["read"])
    other, _ = keys.create("y", ["read"])
    secret = text.split("_", 2)[2]
    wrong = "A" if secret[0] != "A" else "B"
    for each in (
        "",
        "vb_",
        made.id,
        secret,
        text + "x",
        text + "\n",
        text[:-1],
        text.upper(),
        f"vb_{made.id}_{wrong}{secret[1:]}",
        f"vb_{made.id}_{other.split('_', 2)[2]}",
        f"vb_00000000_{secret}",
        f"vb_{made.id}_{'é' * 43}",
        content(tmp_path)["keys"][0]["sha256"],
        f"vb_{made.id}_{content(tmp_path)['keys'][0]['sha256']}",
    ):
        assert keys.check(each) is None, each
    assert keys.check(text) == made


def test_a_revoked_key_is_shown_and_holds_no_longer(tmp_path):
    keys = Keys(tmp_path)
    text, made = keys.create("x", ["read"])
    other, _ = keys.create("y", ["read"])
    keys.revoke(made.id)
    assert keys.check(text) is None
    assert keys.check(other) is not None
    first = keys.all()[0]
    assert first.revoked is not None
    assert datetime.fromisoformat(first.revoked).tzinfo == UTC
    keys.revoke(made.id)
    assert keys.all()[0] == first


def test_revoking_the_last_key_does_not_open_the_service(tmp_path):
    keys = Keys(tmp_path)
    assert not keys.any()
    _, made = keys.create("x", ["read"])
    assert keys.any()
    keys.revoke(made.id)
    assert keys.any()
    assert Keys(tmp_path).any()


@pytest.mark.parametrize("id", ["00000000", "", "../x", "a\nb"])
def test_a_key_that_is_not_there_cannot_be_revoked(tmp_path, id):
    with pytest.raises(NotFound) as caught:
        Keys(tmp_path).revoke(id)
    assert "\n" not in caught.value.nl + caught.value.en
    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * (MAX_NAME + 1), "a\nb", "a\x1b[31m"])
def test_a_name_that_cannot_be_used_leaves_nothing_behind(tmp_path, name):
    with pytest.raises(BadRequest):
        Keys(tmp_path).create(name, ["read"])
    assert not files(tmp_path)


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "admin"], "read"])
def test_scopes_that_do_not_exist_are_refused(tmp_path, scopes):
    with pytest.raises(BadRequest) as caught:
        Keys(tmp_path).create("x", scopes)
    assert "read, write" in caught.value.nl
    assert not files(tmp_path)


def test_a_running_service_sees_at_once_what_another_process_makes_and_revokes(tmp_path):
    service = Keys(tmp_path)
    assert not service.any()

    def elsewhere(code: str) -> str:
        run = subprocess.run(
            [
                sys.executable,
                "-c",
                "import sys; from pathlib import Path\n"
                "from rag.service.keys import Keys\n"
                f"keys = Keys(Path(sys.argv[1])); {code}",
                str(tmp_path),
            ],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        return run.stdout.strip()

    text = elsewhere("print(keys.create('cli', ['read'])[0])")
    made = service.check(text)
    assert made is not None
    elsewhere(f"keys.revoke('{made.id}')")
    assert service.check(text) is None


def test_a_change_within_one_tick_of_the_clock_and_of_the_same_size_is_seen(tmp_path):
    service, cli = Keys(tmp_path), Keys(tmp_path)
    path = tmp_path / FILE_NAME
    first, _ = cli.create("x", ["read"])
    tick = path.stat()
    assert service.check(first)
    path.rename(tmp_path / "old")
    second, _ = Keys(tmp_path).create("x", ["read"])
    os.utime(path, ns=(tick.st_atime_ns, tick.st_mtime_ns))
    assert path.stat().st_size == tick.st_size
    assert service.check(first) is None
    assert service.check(second)


def damaged(data: dict[str, Any]) -> list[bytes]:
    """The file as it must not be."""
    key = data["keys"][0]
    faults: list[Any] = [
        [],
        {},
        None,
        data | {"version": 2},
        data | {"keys": {}},
        data | {"keys": [key, key]},
        data | {"keys": [None]},
        data | {"keys": [key | {"more": 1}]},
        data | {"keys": [key | {"scopes": ["all"]}]},
        data | {"keys": [key | {"scopes": "read"}]},
        data | {"keys": [key | {"scopes": [["read"]]}]},
        data | {"keys": [key | {"sha256": key["sha256"][:-1]}]},
        data | {"keys": [key | {"revoked": False}]},
        data | {"keys": [key | {"id": 1}]},
        data | {"keys": [{name: key[name] for name in key if name != "sha256"}]},
    ]
    whole = json.dumps(data).encode()
    return [b"", b"\0" * 40, b"\xff\xfe", whole[:-1], whole + whole] + [
        json.dumps(fault).encode() for fault in faults
    ]


def test_a_damaged_file_is_an_error_for_every_use_and_is_never_written_over(tmp_path):
    service = Keys(tmp_path)
    text, made = service.create("x", ["read"])
    path = tmp_path / FILE_NAME
    for data in damaged(content(tmp_path)):
        path.write_bytes(data)
        for keys in (service, Keys(tmp_path)):
            for use in (
                keys.any,
                keys.all,
                lambda keys=keys: keys.check(text),
                lambda keys=keys: keys.check(""),
                lambda keys=keys: keys.create("y", ["read"]),
                lambda keys=keys: keys.revoke(made.id),
            ):
                with pytest.raises(DamagedKeys) as caught:
                    use()
                assert str(path) in caught.value.nl
                assert "\n" not in caught.value.nl + caught.value.en
        assert path.read_bytes() == data
    assert files(tmp_path) == {FILE_NAME}


def test_a_file_that_is_gone_or_no_file_does_not_open_a_running_service(tmp_path):
    service = Keys(tmp_path)
    text, _ = service.create("x", ["read"])
    path = tmp_path / FILE_NAME
    whole = path.read_bytes()
    path.unlink()
    for use in (service.any, lambda: service.check(text)):
        with pytest.raises(DamagedKeys):
            use()
    path.mkdir()
    with pytest.raises(DamagedKeys):
        Keys(tmp_path).any()
    path.rmdir()
    path.write_bytes(whole)
    assert service.check(text)


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadRequest) as caught:
        Keys(tmp_path / "file").create("x", ["read"])
    assert str(tmp_path / "file") in caught.value.nl


def test_a_write_that_fails_leaves_the_keys_as_they_were(tmp_path, monkeypatch):
    keys = Keys(tmp_path)
    text, made = keys.create("x", ["read"])
    before = (tmp_path / FILE_NAME).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rag.service.keys.os.fsync", full)
    with pytest.raises(BadRequest, match="No space left"):
        keys.revoke(made.id)
    monkeypatch.undo()
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert keys.check(text) == made
    assert files(tmp_path) == {FILE_NAME}


def test_keys_made_at_the_same_time_are_all_kept(tmp_path):
    texts: list[str] = []

    def make() -> None:
        for _ in range(5):
            texts.append(Keys(tmp_path).create("x", ["read"])[0])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    keys = Keys(tmp_path)
    assert len(texts) == 20
    assert all(keys.check(text) for text in texts)
