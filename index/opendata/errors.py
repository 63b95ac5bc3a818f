"""Errors of the open data service."""

from __future__ import annotations

from index.errors import VraagbaakError


class OpenDataError(VraagbaakError):
    """The open data service gave something else than its documented format."""

    code = "open-data"
    exit_code = 9
    status = 502


class ServiceDown(OpenDataError):
    """The open data service does not answer, or asks to wait."""
