"""Metadata that official publications state in meta elements (html and xml)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.documents import Metadata

# Names of the metadata of officielebekendmakingen.nl (standard OWMS), in lower case.
_TITLE = ("dc.title", "dcterms.title", "overheidop.documenttitel")
_DATE = (
    "overheidop.datumontvangst",
    "overheidop.datumbrief",
    "overheidop.datumvergadering",
    "dcterms.date",
    "dcterms.issued",
)
_IDENTIFIER = ("dc.identifier", "dcterms.identifier")
_RECORD = "overheidop.externmetadatarecord"
_ASKERS = "overheidop.indiener"
_IN_RECORD = re.compile(r"/((?:ah|blg|h|kst|kv|nds)-[\w-]+)/")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DUTCH = re.compile(r"(\d\d)-(\d\d)-(\d{4})")


def stated(metas: Iterable[tuple[str, str]]) -> Metadata:
    """Metadata from (name, content) pairs; unknown names are passed over."""
    values: dict[str, list[str]] = {}
    for name, content in metas:
        if content.strip():
            values.setdefault(name.strip().lower(), []).append(content.strip())
    titles = [title for name in _TITLE for title in values.get(name, [])]
    dates = [_iso(date) for name in _DATE for date in values.get(name, [])]
    identifiers = [each for name in _IDENTIFIER for each in values.get(name, [])]
    identifiers += [
        match.group(1) for record in values.get(_RECORD, []) if (match := _IN_RECORD.search(record))
    ]
    return Metadata(
        title=titles[0] if titles else None,
        date=next((date for date in dates if date), None),
        askers=tuple(dict.fromkeys(values.get(_ASKERS, []))),
        identifiers=tuple(dict.fromkeys(identifiers)),
    )


def _iso(date: str) -> str | None:
    if match := _ISO.match(date):
        return match.group()
    if match := _DUTCH.match(date):
        return "-".join(reversed(match.groups()))
    return None
