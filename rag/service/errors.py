"""Errors of a running service: no access, too many requests, too busy, too slow."""

from __future__ import annotations

from typing import ClassVar

from index.errors import ModelUnavailable, VraagbaakError


class _Later(VraagbaakError):
    """Base of errors that pass: try again after `retry_after_s` whole seconds."""

    def __init__(self, nl: str, en: str, retry_after_s: int) -> None:
        super().__init__(nl, en)
        self.retry_after_s = retry_after_s


class Busy(_Later):
    """All places in the queue are taken."""

    code: ClassVar[str] = "bezet"
    status: ClassVar[int] = 503


class TooOften(_Later):
    """A caller exceeds the rate limit."""

    code: ClassVar[str] = "te-vaak"
    status: ClassVar[int] = 429


class NoAccess(VraagbaakError):
    """No key, or one that is unknown or revoked."""

    code: ClassVar[str] = "geen-toegang"
    status: ClassVar[int] = 401


class NotAllowed(VraagbaakError):
    """A key without the scope that this needs."""

    code: ClassVar[str] = "geen-recht"
    status: ClassVar[int] = 403


class OutOfTime(ModelUnavailable):
    """An answer that took longer than it may: what a model should still write does not come."""

    code: ClassVar[str] = "te-traag"
    status: ClassVar[int] = 503


class Stopped(VraagbaakError):
    """The client has disconnected: nobody reads this answer. 499 is nginx's status for it."""

    code: ClassVar[str] = "afgebroken"
    status: ClassVar[int] = 499


class DamagedKeys(VraagbaakError):
    """The file of keys cannot be read.

    It is never treated as "no keys": that would admit everyone.
    """

    code: ClassVar[str] = "beschadigde-sleutels"
    status: ClassVar[int] = 500
