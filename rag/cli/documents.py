"""The commands about documents: `index`, `documents` and `inspect`."""

from __future__ import annotations

import argparse
import hashlib
from typing import TYPE_CHECKING, Any

from index.engines import LOCAL
from index.errors import BadRequest, NotFound
from rag.cli.output import emit, progress_bar
from rag.formatting.render import (
    documents_text,
    inspect_json,
    inspect_text,
    listed_json,
    report_json,
    report_text,
)
from rag.service.resources import (
    ensure_ocr,
    load_encoder,
    open_index,
    open_store,
    settle_engine,
)
from rag.settings import Settings

if TYPE_CHECKING:
    from index.ingest import AddReport


def index(given: argparse.Namespace, settings: Settings) -> int:
    """Add files and folders; the exit code is that of the first file that failed."""
    if not given.paths and not given.rebuild and settings.engine == LOCAL:
        raise BadRequest(
            "Geef een bestand of map om toe te voegen, of --rebuild.",
            "Give a file or folder to add, or --rebuild.",
        )
    reports = []
    with progress_bar() as progress:
        if given.rebuild:
            reports.append(_rebuild(settings, progress))
        if given.paths:
            opened = open_index(settings, create=True)
            reports.append(opened.add(given.paths, progress))
            opened.close()
    if not given.paths:
        settle_engine(settings)
    language = settings.language
    if not reports:  # what is in the index was brought to where it is searched
        from index.ingest import AddReport

        reports.append(AddReport())
    text = "\n".join(report_text(report, language) for report in reports)
    emit(given, report_json(reports[-1], language), text)
    failed = [error for report in reports for _, error in report.failed]
    return failed[0].exit_code if failed else 0


def documents(given: argparse.Namespace, settings: Settings) -> int:
    """List the documents, or remove some: all of those named, or none."""
    if bool(given.ids) != (given.action == "remove"):
        raise BadRequest(
            "Noem na `documents remove` de id's van wat weg moet; `documents` alleen toont ze.",
            "Name the ids to remove after `documents remove`; `documents` alone lists them.",
        )
    store = open_store(settings)
    try:
        if given.action == "remove":
            with store.writing():
                for document_id in dict.fromkeys(given.ids):
                    key = store.key_of(document_id)
                    if key is None:
                        raise NotFound(
                            f"Document {document_id} staat niet in de index; er is niets "
                            "verwijderd. `vraagbaak documents` toont wat er is.",
                            f"Document {document_id} is not in the index; nothing was removed. "
                            "`vraagbaak documents` lists what is.",
                        )
                    store.remove(key)
            settle_engine(settings)
        with store.reading():
            left = list(store.infos().values())
    finally:
        store.close()
    data = {"documents": [listed_json(each) for each in left]}
    emit(given, data, documents_text(left, settings.language))
    return 0


def inspect(given: argparse.Namespace, settings: Settings) -> int:
    """Show how a file is cut, without adding it."""
    from index.reading import read
    from index.segmentation.segmenting import segment

    source = read(given.file, ocr=settings.ocr)
    digest = hashlib.sha256(given.file.read_bytes()).hexdigest()
    document = segment(source, name=str(given.file), document_id=digest[:16])
    emit(given, inspect_json(document), inspect_text(document, settings.language))
    return 0


def _rebuild(settings: Settings, progress: Any) -> AddReport:
    from index.index import rebuild_index

    open_store(settings).close()  # a missing index is reported before the model is loaded
    ensure_ocr(settings)
    return rebuild_index(settings.data_dir, load_encoder(settings), progress, ocr=settings.ocr)
