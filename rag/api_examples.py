"""Examples in the API's description; invented, like the documents of the tests."""

from __future__ import annotations

from typing import Any

from index.errors import (
    BadRequest,
    DamagedIndex,
    IndexMismatch,
    ModelUnavailable,
    NoIndex,
    NotFound,
    UnreadableFile,
    VraagbaakError,
)
from rag.problems import Contradiction, TooLarge, problem

QUESTION = "Hoeveel subsidie krijgt de veerdienst?"
TEXT = "De veerdienst ontvangt in 2024 een subsidie van 1,2 miljoen euro."

DOCUMENT: dict[str, Any] = {
    "id": "5f0c2a9b7d3e4816",
    "source": "veerdienst.docx",
    "title": "Antwoord op vragen over de veerdienst",
    "kind": "answers",
    "date": "2024-03-05",
    "ministers": ["De Vries"],
    "askers": ["Jansen"],
    "answered_by": None,
    "identifiers": ["ah-tk-20232024-9999"],
}
LISTED = DOCUMENT | {"passages": 7, "warnings": []}
HIT = {
    "document": DOCUMENT,
    "questions": [4, 5],
    "question_texts": {"4": QUESTION, "5": "Is dat genoeg?"},
    "heading": None,
    "text": TEXT,
    "start": 1840,
    "end": 1905,
    "score": 0.032787,
    "rank": 1,
}
ANSWER = {
    "question": QUESTION,
    "read_as": QUESTION,
    "answer": TEXT,
    "abstained": False,
    "reason": None,
    "mode": "select",
    "sentences": [{"text": TEXT, "status": "quoted", "citations": [0]}],
    "citations": [
        {
            "document": DOCUMENT,
            "questions": [4, 5],
            "label": "Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 9999, vraag 4 en 5",
            "quote": TEXT,
            "start": 1840,
            "end": 1905,
            "url": f"/v1/documents/{DOCUMENT['id']}/vragen/4",
        }
    ],
    "hits": [HIT],
    "notes": [],
    "dropped": [],
    "model": "ollama:gemma3:4b",
    "prompt_hash": "1c9f33d2",
    "timings_ms": {"search": 21.4, "first_sentence": 1840.0, "total": 1846.2},
    "tokens": {"prompt": 412, "completion": 14},
    "conversation": "pK3vXh0n4rT9bQzE1mLwcg",
}
ASK: dict[str, Any] = {
    "question": QUESTION,
    "conversation": "new",
    "filters": {"minister": "De Vries"},
}
SEARCH = {"hits": [HIT], "timings_ms": {"embed": 14.2, "dense": 1.1, "lexical": 3.9, "total": 21.4}}
DOCUMENTS = {"documents": [LISTED]}
ADDED = {"status": "added", "document": LISTED}
UNCHANGED = {"status": "unchanged", "document": LISTED}
PASSAGE = {
    "questions": [4, 5],
    "question_texts": HIT["question_texts"],
    "question_spans": [{"start": 1700, "end": 1738}, {"start": 1741, "end": 1755}],
    "text": TEXT,
    "start": 1840,
    "end": 1905,
    "refers_to": [],
    "external_refs": [],
    "heading": None,
    "footnotes": [],
    "gaps": [],
}
INSPECTED = {
    "document": DOCUMENT,
    "text": f"… {TEXT} …",
    "passages": [PASSAGE],
    "set_aside": [{"start": 0, "end": 120, "why": "briefhoofd"}],
    "warnings": [],
}
VERBATIM = PASSAGE | {
    "document": DOCUMENT,
    "label": "Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 9999, vraag 4 en 5",
    "previous": 3,
    "next": 5,
}
HEALTH = {"status": "ok"}
READY = {
    "status": "ready",
    "documents": 12,
    "embedding_model": "multilingual-e5-small",
    "model": "ollama:gemma3:4b",
}

_DETAILS: dict[type[VraagbaakError], str] = {
    VraagbaakError: "Er ging iets mis in Vraagbaak zelf; het logboek van de dienst zegt wat.",
    BadRequest: "De vraag is leeg; stel een vraag in woorden.",
    Contradiction: "Geef history of conversation, niet allebei: een gesprek met een id bewaart zijn "
    "eigen beurten.",
    UnreadableFile: "veerdienst.docx: het bestand is leeg; er staat geen tekst in.",
    TooLarge: "Het verzoek is groter dan 50 MB; splits het bestand, of verhoog max_upload_mb.",
    NotFound: "Document 5f0c2a9b7d3e4816 heeft geen vraag 9; wel: 1-7.",
    NoIndex: "Er is nog niets geïndexeerd: begin met `vraagbaak index MAP`.",
    IndexMismatch: "De index is gemaakt met een ander model: maak hem opnieuw met "
    "`vraagbaak index --rebuild`.",
    DamagedIndex: "De index is beschadigd: verplaats dat bestand en indexeer opnieuw.",
    ModelUnavailable: "Ollama antwoordt niet op http://127.0.0.1:11434: start het met "
    "`ollama serve`.",
}


def refusal(error: type[VraagbaakError]) -> dict[str, Any]:
    """An error of this type as the API gives it."""
    return problem(error.code, error.status, _DETAILS[error], "/v1/…", "nl")
