"""Errors of a service in operation: who may ask, how often, and when it is too busy."""

from __future__ import annotations

from typing import ClassVar

from index.errors import VraagbaakError


class _Later(VraagbaakError):
    """Not now: `retry_after_s` is the number of whole seconds after which to try again."""

    def __init__(self, nl: str, en: str, retry_after_s: int) -> None:
        super().__init__(nl, en)
        self.retry_after_s = retry_after_s


class Busy(_Later):
    """Every place is taken by other questions."""

    code: ClassVar[str] = "bezet"
    status: ClassVar[int] = 503


class TooOften(_Later):
    """One caller asks more than the rate limit allows."""

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


class OutOfTime(VraagbaakError):
    """An answer that took longer than it may."""

    code: ClassVar[str] = "te-traag"
    status: ClassVar[int] = 503


class Stopped(VraagbaakError):
    """The client has gone: nobody reads this answer any more. 499 is nginx's status for it."""

    code: ClassVar[str] = "afgebroken"
    status: ClassVar[int] = 499


class DamagedKeys(VraagbaakError):
    """The file of keys cannot be read as one. Never taken for "no keys": that would let all in."""

    code: ClassVar[str] = "beschadigde-sleutels"
    status: ClassVar[int] = 500
