"""The command `sync`: fetch documents from the open data of the Tweede Kamer."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from index.errors import BadRequest
from rag.cli.output import emit, progress_bar
from rag.formatting.render import listed_json
from rag.service.resources import open_index, program_version
from rag.settings import Settings

if TYPE_CHECKING:
    from index.opendata import SyncReport


def sync(given: argparse.Namespace, settings: Settings) -> int:
    """Fetch and index what is new; the exit code is that of the first thing that went wrong."""
    from index.opendata import BASE_URL, DEFAULT_KINDS
    from index.opendata import sync as fetch

    since = _day(given.since)
    opened = open_index(settings, create=True)
    with progress_bar() as progress:
        report = fetch(
            opened,
            settings.data_dir,
            since=since,
            kinds=given.kind or DEFAULT_KINDS,
            dossiers=given.dossier,
            base_url=given.url or BASE_URL,
            on_progress=progress,
            version=program_version(),
        )
    opened.close()
    emit(given, sync_json(report, settings.language), sync_text(report, settings.language))
    wrong = [report.stopped] if report.stopped else [error for _, error in report.failed]
    return wrong[0].exit_code if wrong else 0


def sync_text(report: SyncReport, language: str) -> str:
    """The result of a sync, naming every document that was left out or failed."""
    nl = language == "nl"
    counts = (
        (len(report.added), "toegevoegd" if nl else "added"),
        (len(report.updated), "bijgewerkt" if nl else "updated"),
        (report.unchanged, "ongewijzigd" if nl else "unchanged"),
        (len(report.removed), "verwijderd" if nl else "removed"),
        (len(report.skipped), "overgeslagen" if nl else "skipped"),
        (len(report.failed), "mislukt" if nl else "failed"),
    )
    said = [f"{count} {word}" for count, word in counts if count]
    lines = [", ".join(said) or ("niets gevonden" if nl else "nothing found")]
    lines += [
        f"verwijderd: {number} (ingetrokken door de dienst)"
        if nl
        else f"removed: {number} (withdrawn by the service)"
        for number in report.removed
    ]
    lines += [f"{'let op' if nl else 'note'}: {name}: {why}" for name, why in report.warnings]
    lines += [
        f"overgeslagen: {each.source}: {each.nl}" if nl else f"skipped: {each.source}: {each.en}"
        for each in report.skipped
    ]
    lines += [
        f"{'mislukt' if nl else 'failed'}: {name}: {error.message(language)}"
        for name, error in report.failed
    ]
    if report.stopped is not None:
        why, left = report.stopped.message(language), report.left
        lines.append(
            f"Gestopt: {why} Nog {left} documenten niet bereikt; dezelfde opdracht gaat verder."
            if nl
            else f"Stopped: {why} {left} documents were not reached; the same command goes on."
        )
    return "\n".join(lines)


def sync_json(report: SyncReport, language: str) -> dict[str, Any]:
    """The same as JSON; `stopped` is null, or why the service was given up on."""
    nl = language == "nl"
    return {
        "added": [listed_json(each) for each in report.added],
        "updated": [listed_json(each) for each in report.updated],
        "unchanged": report.unchanged,
        "removed": list(report.removed),
        "skipped": [
            {"source": each.source, "message": each.nl if nl else each.en}
            for each in report.skipped
        ],
        "failed": [
            {"source": name, "code": error.code, "message": error.message(language)}
            for name, error in report.failed
        ],
        "warnings": [{"source": name, "message": why} for name, why in report.warnings],
        "stopped": report.stopped.message(language) if report.stopped else None,
        "left": report.left,
    }


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError as error:
        raise BadRequest(
            "Geef met --since vanaf welke dag, als 2025-01-31.",
            "Give the day to begin at with --since, as 2025-01-31.",
        ) from error
