"""Is all of it whole: the index, the encoder that it was made with, the reader."""

from __future__ import annotations

from index.errors import DamagedIndex, IndexMismatch, ModelUnavailable, VraagbaakError
from rag.service.resources import load_encoder, open_store
from rag.settings import Settings


def verify(settings: Settings) -> tuple[dict[str, int], list[VraagbaakError]]:
    """How much was checked (documents, passages, windows), and what is wrong, the worst first:
    damage to the index, then another encoder than it was made with, then models.

    Raises NoIndex, and DamagedIndex or IndexMismatch where the index cannot be opened at all.
    """
    from index.checking import faults
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
        if settings.reader != reader.NONE:
            try:
                read_card(reader.weights_file(settings.reader))
            except ModelUnavailable as error:
                found.append(error)
    finally:
        store.close()
    return counts, found
