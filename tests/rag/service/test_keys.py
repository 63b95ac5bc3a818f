"""API keys: hashed at rest, scopes as stated, revoked at once, and a damaged file opens nothing."""

from __future__ import annotations

import base64
import json
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from index.errors import BadRequest, NotFound
from rag.service.errors import DamagedKeys
from rag.service.keys import FILE_NAME, MAX_NAME, Keys


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
    assert datetime.fromisoformat(made.created).tzinfo == UTC
    assert keys.check(text) == made
    assert keys.all() == [made]
    for scope in ("read", "write"):  # neither implies the other
        found = keys.check(keys.create("x" * MAX_NAME, [scope])[0])
        assert found is not None
        assert found.scopes == (scope,)


def test_the_secret_has_256_bits_and_is_in_no_file_and_only_the_owner_reads_that(tmp_path):
    keys = Keys(tmp_path)
    before = os.umask(0)
    try:
        texts = [keys.create("x", ["read"])[0] for _ in range(20)]
    finally:
        os.umask(before)
    secrets = {text.split("_", 2)[2] for text in texts}
    assert len(secrets) == 20
    assert {len(base64.urlsafe_b64decode(each + "=")) for each in secrets} == {32}
    raw = (tmp_path / FILE_NAME).read_text(encoding="utf-8")
    assert not [each for each in secrets if each in raw]
    assert all(each.id in raw and "sha256" not in repr(each) for each in keys.all())
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert files(tmp_path) == {FILE_NAME}


def test_what_is_no_key_is_not_known(tmp_path):
    keys = Keys(tmp_path)
    text, made = keys.create("x", ["read"])
    other, _ = keys.create("y", ["read"])
    secret = text.split("_", 2)[2]
    wrong = "A" if secret[0] != "A" else "B"
    for each in (
        "",
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
        f"vb_{made.id}_{content(tmp_path)['keys'][0]['sha256']}",
    ):
        assert keys.check(each) is None, each
    assert keys.check(text) == made


def test_a_revoked_key_is_shown_and_holds_no_longer_and_the_last_opens_nothing(tmp_path):
    keys = Keys(tmp_path)
    assert not keys.any()
    text, made = keys.create("x", ["read"])
    other, last = keys.create("y", ["read"])
    keys.revoke(made.id)
    assert keys.check(text) is None
    assert keys.check(other) is not None
    first = keys.all()[0]
    assert first.revoked is not None
    assert datetime.fromisoformat(first.revoked).tzinfo == UTC
    keys.revoke(made.id)
    assert keys.all()[0] == first
    keys.revoke(last.id)
    assert keys.any()
    assert Keys(tmp_path).any()


def test_what_cannot_be_made_or_revoked_is_refused_and_leaves_nothing_behind(tmp_path):
    keys = Keys(tmp_path)
    for id in ("00000000", "../x", "a\nb"):
        with pytest.raises(NotFound) as caught:
            keys.revoke(id)
        assert "\n" not in caught.value.nl + caught.value.en
    for name in ("", "  ", "x" * (MAX_NAME + 1), "a\nb", "a\x1b[31m"):
        with pytest.raises(BadRequest, match="100 tekens"):
            keys.create(name, ["read"])
    for scopes in ([], ["read", "admin"], "read"):
        with pytest.raises(BadRequest, match="read, write"):
            keys.create("x", scopes)
    assert not files(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadRequest, match=str(tmp_path / "file")):
        Keys(tmp_path / "file").create("x", ["read"])


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
    return [b"", b"\xff\xfe", whole + whole] + [json.dumps(fault).encode() for fault in faults]


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


def test_a_write_that_fails_leaves_the_keys_as_they_were(tmp_path, monkeypatch):
    keys = Keys(tmp_path)
    text, made = keys.create("x", ["read"])
    before = (tmp_path / FILE_NAME).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("rag.service.keys.os.fsync", full)
        with pytest.raises(BadRequest, match="No space left"):
            keys.revoke(made.id)
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert keys.check(text) == made
    assert files(tmp_path) == {FILE_NAME}


def test_keys_made_at_the_same_time_are_all_kept(tmp_path):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: Keys(tmp_path).create("x", ["read"]), range(20)))
    assert {each.id for each in Keys(tmp_path).all()} == {key.id for _, key in made}
    assert len(made) == 20
