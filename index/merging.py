"""Bring what other indexes hold into this one, without reading or embedding it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import BadRequest, IndexMismatch, NoIndex
from index.ingest import Progress
from index.paths import make_folder
from index.store import FILE_NAME, Store


@dataclass(frozen=True, slots=True)
class Merged:
    """How many documents came in, and how many were there already."""

    added: int = 0
    present: int = 0


def merge(data_dir: Path, others: Sequence[Path], progress: Progress | None = None) -> Merged:
    """Copy the documents of the indexes in `others` into the one in `data_dir`, made if need be.

    One transaction a document, so that one that was stopped goes on where it was. What is here
    stays: a document that is here too is skipped, and one whose place is taken gets the place of an
    upload. Raises NoIndex, BadRequest, or IndexMismatch where one was made with something else,
    before anything is copied.
    """
    made_with = {folder: _made_with(folder, data_dir) for folder in others}
    make_folder(data_dir)
    store = Store(data_dir / FILE_NAME, made_with[others[0]], create=True)
    try:
        with store.reading():
            own = store.manifest()
        for folder, other in made_with.items():
            _same(data_dir, own, folder, other)
        added = present = 0
        for folder in others:
            with store.beside(folder / FILE_NAME) as ids:
                for done, document_id in enumerate(ids, start=1):
                    if store.copy_document(document_id):
                        added += 1
                    else:
                        present += 1
                    if progress:
                        progress(done, len(ids), str(folder))
    finally:
        store.close()
    return Merged(added, present)


def _made_with(folder: Path, data_dir: Path) -> dict[str, str]:
    path = folder / FILE_NAME
    if not path.is_file():
        raise NoIndex(
            f"In {folder} staat geen index: noem een map met {FILE_NAME}.",
            f"There is no index in {folder}: name a folder with {FILE_NAME}.",
        )
    if folder.resolve() == data_dir.resolve():
        raise BadRequest(
            f"{folder} is de index zelf: noem de mappen van andere.",
            f"{folder} is the index itself: name the folders of others.",
        )
    store = Store(path, {}, create=False)  # brings an older layout to the present one
    try:
        with store.reading():
            return store.manifest()
    finally:
        store.close()


def _same(ours: Path, own: dict[str, str], theirs: Path, other: dict[str, str]) -> None:
    wrong = sorted(key for key in own | other if own.get(key) != other.get(key))
    if wrong:
        here = ", ".join(f"{key} {own.get(key)}" for key in wrong)
        there = ", ".join(f"{key} {other.get(key)}" for key in wrong)
        raise IndexMismatch(
            f"De index in {ours} is gemaakt met {here}, die in {theirs} met {there}: maak een van "
            "beide opnieuw met `vraagbaak index --rebuild`.",
            f"The index in {ours} was made with {here}, the one in {theirs} with {there}: make "
            "one of them again with `vraagbaak index --rebuild`.",
        )
