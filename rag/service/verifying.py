"""Is all of it whole: the index, the encoder that it was made with, the reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.errors import (
    DamagedIndex,
    EngineUnavailable,
    IndexMismatch,
    ModelUnavailable,
    VraagbaakError,
)
from rag.service.resources import load_encoder, open_store
from rag.settings import Settings

if TYPE_CHECKING:
    from index.store import Store


def verify(settings: Settings) -> tuple[dict[str, int], list[VraagbaakError]]:
    """How much was checked (documents, passages, windows), and what is wrong, the worst first:
    damage to the index, then another encoder than it was made with, then a server that searches, then
    models.

    Raises NoIndex, and DamagedIndex or IndexMismatch where the index cannot be opened at all.
    """
    from index.checking import faults
    from index.engines import LOCAL
    from index.index import manifest
    from rag import reader
    from rag.reader.weight_file import read_card

    store = open_store(settings)
    try:
        found: list[VraagbaakError] = [
            DamagedIndex(
                f"{nl}; zet een reservekopie terug, of maak hem opnieuw (`index --rebuild`)",
                f"{en}; put a backup back, or make it again (`index --rebuild`)",
            )
            for nl, en in faults(store)
        ]
        with store.reading():
            counts = store.counts()
        try:
            made_with = manifest(load_encoder(settings))
            with store.reading():
                store.check(made_with)
        except (IndexMismatch, ModelUnavailable) as error:
            found.append(error)
        if settings.engine != LOCAL:
            found.extend(_of_engine(settings, store))
        if settings.reader != reader.NONE:
            try:
                read_card(reader.weights_file(settings.reader))
            except ModelUnavailable as error:
                found.append(error)
    finally:
        store.close()
    return counts, found


def _of_engine(settings: Settings, store: Store) -> Iterator[VraagbaakError]:
    """What is wrong with the server that searches."""
    from index.engines import open_engine

    with store.reading():
        made_with = store.manifest()
    try:
        engine = open_engine(settings.engine, store, made_with, settings.engine_token)
    except VraagbaakError as error:
        yield error
        return
    try:
        missing = engine.missing()
        if missing:
            yield EngineUnavailable(
                f"Milvus mist {missing} documenten van de index: geef `vraagbaak index`.",
                f"Milvus lacks {missing} documents of the index: run `vraagbaak index`.",
            )
    except EngineUnavailable as error:
        yield error
    finally:
        engine.close()
