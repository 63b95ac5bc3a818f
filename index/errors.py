"""Errors that a user can act on: each says what was wrong and what to do, in Dutch and English.

The same for every surface: `exit_code` for the command line, `status` and `code` for the API's
problem+json (RFC 9457).
"""

from __future__ import annotations

from typing import ClassVar


class VraagbaakError(Exception):
    """Base of all errors shown to users; `nl` and `en` are one line each, without a newline."""

    code: ClassVar[str] = "fout"
    exit_code: ClassVar[int] = 1
    status: ClassVar[int] = 500
    field: str | None = None
    """The field of a request that it is about, where that is known."""

    def __init__(self, nl: str, en: str) -> None:
        super().__init__(nl)
        self.nl = nl
        self.en = en

    def message(self, language: str = "nl") -> str:
        """The message in `language` ("nl" or "en")."""
        return self.en if language == "en" else self.nl


class BadRequest(VraagbaakError):
    """A question, option or setting that cannot be used as given."""

    code = "ongeldige-invoer"
    exit_code = 2
    status = 422


class UnreadableFile(VraagbaakError):
    """A file that is missing, empty, binary, encrypted, truncated or too large."""

    code = "onleesbaar-bestand"
    exit_code = 3
    status = 422


class NotFound(VraagbaakError):
    """A document or question number that is not in the index."""

    code = "niet-gevonden"
    exit_code = 4
    status = 404


class NoIndex(VraagbaakError):
    """Nothing has been indexed yet."""

    code = "geen-index"
    exit_code = 5
    status = 409


class IndexMismatch(VraagbaakError):
    """The index was made with another model or another version of our own rules."""

    code = "andere-index"
    exit_code = 6
    status = 409


class DamagedIndex(VraagbaakError):
    """The index file is not readable as an index (damaged, or another file)."""

    code = "beschadigde-index"
    exit_code = 8
    status = 500


class ModelUnavailable(VraagbaakError):
    """A model that is missing, corrupt, down or too slow, or whose output is invalid."""

    code = "model-niet-beschikbaar"
    exit_code = 7
    status = 503


class EngineUnavailable(VraagbaakError):
    """The server that searches is down, refuses, or holds nothing of this index."""

    code = "zoekserver-niet-beschikbaar"
    exit_code = 10
    status = 503
