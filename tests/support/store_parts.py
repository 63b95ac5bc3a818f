"""A small document, and what a store keeps of one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from index.documents import Aside, Document, Footnote, Metadata, Passage, Question, Span, Window
from index.store import Entry, Store

MADE_WITH = {"embedding": "a-model", "fingerprint": "f1"}
TEXT = "Vraag 1\nHoe hoog?\nAntwoord\nTwaalf euro. [pagina 2] Per maand.\nToelichting\nNiets."


def document(document_id: str = "0" * 16, **changes: object) -> Document:
    made = Document(
        id=document_id,
        source="map/een.txt",
        kind="answers",
        metadata=Metadata(
            title="Over geld",
            date="2024-03-01",
            ministers=("De Boer",),
            askers=("Van Dijk", "Ólafsson"),
            identifiers=("2024Z00001",),
            answered_by="Algemene Rekenkamer",
        ),
        text=TEXT,
        passages=(
            Passage(
                questions=(Question(1, "Hoe hoog?", 8, 17),),
                text=TEXT[27:62],
                start=27,
                end=62,
                refers_to=(2, "3a"),
                external_refs=("vraag 4 van een andere brief",),
                footnotes=(Footnote("1", 27, 30),),
                gaps=(Span(40, 51),),
            ),
            Passage(questions=(), text=TEXT[-6:], start=76, end=82, heading="Toelichting"),
        ),
        set_aside=(Aside(0, 7, "kop"),),
        warnings=("iets onzekers",),
    )
    return replace(made, **changes)


def entry(made: Document, value: float = 1.0) -> Entry:
    vector = np.array([[value, 0.0]], np.float32)
    windows = tuple((Window(n, 0, 3, p.text[:3]),) for n, p in enumerate(made.passages))
    n = len(made.passages)
    return Entry(
        made, "ab" * 32, b"bytes \x00 of it", windows, (vector,) * n, ((),) * n, (vector[:0],) * n
    )


def put(store: Store, made: Document, place: str = "/een.txt") -> int:
    with store.writing():
        key = store.add(entry(made))
        store.put_source(place, made.source, key)
    return key
