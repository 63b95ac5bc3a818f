"""Keep a watched folder in the index while the service runs, if the settings name one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from index.watching import WatchReport, watch
from rag.api.app_state import AppState
from rag.service.logs import log_event

log = logging.getLogger("vraagbaak.watching")


@contextmanager
def watching(state: AppState) -> Iterator[None]:
    """Watch the folder inside the block; on leaving, the file being read is finished first."""
    folder = state.settings.watch_dir
    if folder is None:
        yield
        return

    def tell(report: WatchReport) -> None:
        for event, documents in (
            ("document added", report.added),
            ("document updated", report.updated),
            ("document removed", report.removed),
        ):
            for each in documents:
                log_event(log, event, document=each.id, source=each.source)
        failed = [(name, why.message(state.settings.language)) for name, why in report.failed]
        for name, why in [*report.warnings, *failed]:
            log_event(log, "document warning", level=logging.WARNING, source=name, why=why)

    stop = threading.Event()
    thread = threading.Thread(
        target=watch,
        args=(state.resources.index, folder),
        kwargs={"every_s": state.settings.watch_s, "stop": stop, "on_report": tell},
        name="watching",
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
