"""API keys: who may read and who may write. Stored hashed in `keys.json` of the data folder.

A key reads `vb_<id>_<secret>`: an id to recognise it by, and 256 random bits in base64url. Only the
SHA-256 of the secret is stored. Passwords need a slow, salted hash because they can be guessed; 256
random bits cannot, and a fast hash costs a request nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast, get_args

from filelock import FileLock

from index.errors import BadRequest, NotFound
from rag.service.errors import DamagedKeys

Scope = Literal["read", "write"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

FILE_NAME = "keys.json"
MAX_NAME = 100  # characters
_VERSION = 1
_KEY = re.compile(r"vb_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
_FIELDS = {"id", "name", "scopes", "created", "revoked", "sha256"}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret.

    Times are ISO 8601 in UTC; `revoked` is None while the key is valid.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created: str
    revoked: str | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    key: ApiKey
    sha256: str


class Keys:
    """The keys in `data_dir`. Reads the file again whenever any process has changed it.

    Every method raises DamagedKeys if the file cannot be read as a list of keys, or has disappeared
    since this object first saw it.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE_NAME
        # State of the file when last read (None: never seen), and its contents.
        self._read: tuple[tuple[int, int, int] | None, Mapping[str, _Held]] = (None, {})

    def create(self, name: str, scopes: Iterable[str]) -> tuple[str, ApiKey]:
        """Make a key; returns its text, which is never shown again, and what is stored of it.

        Scopes are independent: "write" does not include "read". Raises BadRequest for a name or
        scope that cannot be used, and where the file cannot be written.
        """
        name = _name(name)
        allowed = _scopes(scopes)
        with self._changing() as held:
            id = secrets.token_hex(4)
            while id in held:
                id = secrets.token_hex(4)
            secret = secrets.token_urlsafe(32)
            key = ApiKey(id, name, allowed, _now())
            held[id] = _Held(key, _sha256(secret))
        return f"vb_{id}_{secret}", key

    def revoke(self, id: str) -> None:
        """Revoke a key from the next request on. Revoking twice changes nothing.

        Raises NotFound, and BadRequest where the file cannot be written.
        """
        with self._changing() as held:
            if id not in held:
                shown = repr(id[:40])
                raise NotFound(f"Er is geen sleutel {shown}.", f"There is no key {shown}.")
            if held[id].key.revoked is None:
                held[id] = replace(held[id], key=replace(held[id].key, revoked=_now()))

    def all(self) -> list[ApiKey]:
        """All keys, revoked ones included, oldest first."""
        return [each.key for each in self._held().values()]

    def check(self, key_text: str) -> ApiKey | None:
        """The key with text `key_text`; None if it is unknown, malformed or revoked."""
        held = self._held()
        match = _KEY.fullmatch(key_text)
        found = held.get(match[1]) if match else None
        if match is None or found is None or found.key.revoked is not None:
            return None
        return found.key if hmac.compare_digest(_sha256(match[2]), found.sha256) else None

    def any(self) -> bool:
        """Whether a key was ever made. After the last one is revoked nobody is admitted."""
        return bool(self._held())

    def _held(self) -> Mapping[str, _Held]:
        seen, held = self._read
        try:
            with self._path.open("rb") as file:
                status = os.fstat(file.fileno())
                # A file put in its place is another inode, also within one tick of the clock.
                stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
                if stamp == seen:
                    return held
                held = _parsed(file.read(), self._path)
        except FileNotFoundError as error:
            if seen is None:
                return {}
            raise _damaged(self._path, "is weg", "is gone") from error
        except OSError as error:
            nl, en = f"is niet te lezen ({error.strerror})", f"cannot be read ({error.strerror})"
            raise _damaged(self._path, nl, en) from error
        self._read = (stamp, held)
        return held

    @contextmanager
    def _changing(self) -> Iterator[dict[str, _Held]]:
        """The keys to change; written back if the block ends well, one process at a time."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._path.with_name(f".{FILE_NAME}.lock")):
                held = dict(self._held())
                yield held
                _write(self._path, held)
                self._held()
        except OSError as error:
            raise BadRequest(
                f"Kan {self._path} niet schrijven ({error.strerror}): kies een andere map of geef "
                "er rechten op.",
                f"Cannot write {self._path} ({error.strerror}): choose another folder or grant "
                "access to it.",
            ) from error


def _write(path: Path, held: Mapping[str, _Held]) -> None:
    """Replace the file atomically; readable by its owner only."""
    entries = [asdict(each.key) | {"sha256": each.sha256} for each in held.values()]
    text = json.dumps({"version": _VERSION, "keys": entries}, ensure_ascii=False, indent=2)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _parsed(data: bytes, path: Path) -> dict[str, _Held]:
    try:
        content = json.loads(data.decode("utf-8"))
    except ValueError as error:
        raise _damaged(path, "is geen JSON", "is not JSON") from error
    entries = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(entries, list) or content.get("version") != _VERSION:
        raise _damaged(path, "is geen lijst van sleutels", "is not a list of keys")
    held = {}
    for number, entry in enumerate(entries, 1):
        if not _sound(entry) or entry["id"] in held:
            raise _damaged(
                path, f"heeft een fout in sleutel {number}", f"has a fault in key {number}"
            )
        stated = {name: entry[name] for name in _FIELDS - {"sha256", "scopes"}}
        held[entry["id"]] = _Held(
            ApiKey(**stated, scopes=tuple(entry["scopes"])), sha256=entry["sha256"]
        )
    return held


def _sound(entry: Any) -> bool:
    """Whether `entry` has the form in which `_write` writes a key."""
    if not isinstance(entry, dict) or set(entry) != _FIELDS:
        return False
    texts = [entry[name] for name in ("id", "name", "created", "sha256")]
    return (
        all(isinstance(text, str) for text in texts)
        and (entry["revoked"] is None or isinstance(entry["revoked"], str))
        and re.fullmatch(r"[0-9a-f]{64}", entry["sha256"]) is not None
        and isinstance(entry["scopes"], list)
        and all(scope in SCOPES for scope in entry["scopes"])
    )


def _damaged(path: Path, nl: str, en: str) -> DamagedKeys:
    return DamagedKeys(
        f"Het sleutelbestand {path} {nl}: zet een reservekopie terug, of verwijder het terwijl de "
        "dienst niet draait en maak nieuwe sleutels.",
        f"The file of keys {path} {en}: restore a backup, or delete it while the service is not "
        "running and make new keys.",
    )


def _name(given: str) -> str:
    name = given.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise BadRequest(
            f"De naam van een sleutel is een regel van 1 tot en met {MAX_NAME} tekens.",
            f"The name of a key is a line of 1 to {MAX_NAME} characters.",
        )
    return name


def _scopes(given: Iterable[str]) -> tuple[Scope, ...]:
    asked = set(given)
    if not asked or asked - set(SCOPES):
        raise BadRequest(
            f"Geef een sleutel een of meer van deze rechten: {', '.join(SCOPES)}.",
            f"Give a key one or more of these scopes: {', '.join(SCOPES)}.",
        )
    return cast("tuple[Scope, ...]", tuple(scope for scope in SCOPES if scope in asked))


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
