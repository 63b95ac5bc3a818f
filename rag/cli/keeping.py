"""Commands that keep an index: check it, copy it, put a copy back."""

from __future__ import annotations

import argparse

from rag.cli.output import emit, progress_bar
from rag.service.resources import settle_engine
from rag.service.verifying import verify as check
from rag.settings import Settings


def verify(given: argparse.Namespace, settings: Settings) -> int:
    """Say what is wrong with index and models; the exit code is that of the first of it."""
    counts, found = check(settings)
    nl = settings.language == "nl"
    checked = ", ".join(f"{count} {word}" for word, count in counts.items())
    messages = [each.message(settings.language) for each in found]
    lines = [f"{'fout' if nl else 'wrong'}: {message}" for message in messages]
    lines = lines or ["alles in orde" if nl else "all is well"]
    faults = [
        {"code": each.code, "message": message}
        for each, message in zip(found, messages, strict=True)
    ]
    text = "\n".join([f"{'nagekeken' if nl else 'checked'}: {checked}", *lines])
    emit(given, {"checked": counts, "faults": faults}, text)
    return found[0].exit_code if found else 0


def backup(given: argparse.Namespace, settings: Settings) -> int:
    """Write the index to a file, also while a service uses it."""
    from index.backup import back_up

    back_up(settings.data_dir, given.file)
    nl = settings.language == "nl"
    emit(given, {"file": str(given.file)}, f"{given.file}: {'geschreven' if nl else 'written'}")
    return 0


def restore(given: argparse.Namespace, settings: Settings) -> int:
    """Let the index be what a backup holds, also while a service uses it."""
    from index.backup import restore as put_back

    aside = put_back(settings.data_dir, given.file)
    nl = settings.language == "nl"
    text = f"{given.file}: {'teruggezet' if nl else 'restored'}"
    if aside is not None:
        text += (
            f"; de index die er stond was niet te lezen en heet nu {aside.name}: herstart de dienst"
            if nl
            else f"; the index that was there could not be read and is now {aside.name}: restart "
            "the service"
        )
    emit(given, {"file": str(given.file), "put_aside": aside and str(aside)}, text)
    return 0


def merge(given: argparse.Namespace, settings: Settings) -> int:
    """Copy what the indexes in other folders hold into this one."""
    from index.merging import merge as bring_in

    with progress_bar() as progress:
        done = bring_in(settings.data_dir, given.folders, progress)
    settle_engine(settings)
    text = (
        f"toegevoegd: {done.added}; stonden er al: {done.present}"
        if settings.language == "nl"
        else f"added: {done.added}; there already: {done.present}"
    )
    emit(given, {"added": done.added, "present": done.present}, text)
    return 0
