"""Examples in the API's description; invented, like the documents of the tests."""

from __future__ import annotations

from typing import Any

from index.errors import (
    BadRequest,
    DamagedIndex,
    EngineUnavailable,
    IndexMismatch,
    ModelUnavailable,
    NoIndex,
    NotFound,
    UnreadableFile,
    VraagbaakError,
)
from rag.api.problem_details import (
    Contradiction,
    Incomplete,
    Malformed,
    TooLarge,
    WrongContentType,
    problem,
)
from rag.pipeline.query import QuestionTooLong
from rag.service.errors import Busy, NoAccess, NotAllowed, OutOfTime, TooOften
from rag.service.feedback import FeedbackFull

QUESTION = "Hoeveel subsidie krijgt de veerdienst?"
TEXT = "De veerdienst ontvangt in 2024 een subsidie van 1,2 miljoen euro."
SHORT = "In 2024 is de subsidie 1,2 miljoen euro."
NUMBER = "Aanhangsel Handelingen, vergaderjaar 2023-2024, nr. 9999"
LABEL = f"{NUMBER}, vraag 4 en 5"

DOCUMENT: dict[str, Any] = {
    "id": "5f0c2a9b7d3e4816",
    "source": "veerdienst.docx",
    "title": "Antwoord op vragen over de veerdienst",
    "kind": "answers",
    "date": "2024-03-05",
    "ministers": ["De Vries"],
    "askers": ["Jansen"],
    "answered_by": None,
    "who": ["minister De Vries (Infrastructuur en Waterstaat)"],
    "number": NUMBER,
    "identifiers": ["ah-tk-20232024-9999"],
    "url": None,
}
LISTED = DOCUMENT | {"passages": 7, "warnings": []}
HIT = {
    "document": DOCUMENT,
    "label": LABEL,
    "questions": [4, 5],
    "question_texts": {"4": QUESTION, "5": "Is dat genoeg?"},
    "heading": None,
    "speaker": None,
    "text": TEXT,
    "display": TEXT,
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
    "mode": "verbatim",
    "in_short": {"text": SHORT, "citations": [0], "model": "ollama:gemma3:4b"},
    "sentences": [
        {"text": TEXT, "status": "quoted", "citations": [0], "beside": False, "display": TEXT}
    ],
    "citations": [
        {
            "document": DOCUMENT,
            "questions": [4, 5],
            "label": LABEL,
            "quote": TEXT,
            "start": 1840,
            "end": 1905,
            "url": f"http://127.0.0.1:8765/v1/documents/{DOCUMENT['id']}/vragen/4",
            "speaker": None,
        }
    ],
    "hits": [HIT],
    "notes": [],
    "dropped": [],
    "model": "none",
    "prompt_hash": "1c9f33d2",
    "timings_ms": {"search": 21.4, "first_sentence": 1840.0, "total": 1846.2},
    "tokens": {"prompt": 412, "completion": 14},
    "conversation": "pK3vXh0n4rT9bQzE1mLwcg",
}
SEARCH = {"hits": [HIT], "timings_ms": {"embed": 14.2, "dense": 1.1, "lexical": 3.9, "total": 21.4}}
DOCUMENTS = {"documents": [LISTED], "total": 1}
ADDED: dict[str, Any] = {"status": "added", "document": LISTED}
UNCHANGED: dict[str, Any] = {"status": "unchanged", "document": LISTED}
ADDED |= {"documents": [dict(ADDED)], "failed": []}
UNCHANGED |= {"documents": [dict(UNCHANGED)], "failed": []}
PASSAGE = {
    "questions": [4, 5],
    "question_texts": HIT["question_texts"],
    "question_spans": [{"start": 1700, "end": 1738}, {"start": 1741, "end": 1755}],
    "text": TEXT,
    "start": 1840,
    "end": 1905,
    "refers_to": [],
    "list": None,
    "lists": [],
    "external_refs": [],
    "heading": None,
    "speaker": None,
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
PAGES = {"pages": 3, "places": [{"page": 2, "boxes": [[0.12, 0.31, 0.76, 0.014]]}]}
STARTERS = {"questions": [{"text": QUESTION, "number": 4, "document": DOCUMENT}]}
VERBATIM = PASSAGE | {
    "document": DOCUMENT,
    "label": LABEL,
    "previous": 3,
    "next": 5,
}
FEEDBACK = {
    "id": "b1946ac92492d234",
    "at": "2026-03-05T09:14:02Z",
    "verdict": "up",
    "remark": "Precies wat ik zocht.",
    "question": QUESTION,
    "read_as": QUESTION,
    "answer": TEXT,
    "citations": [
        {
            "document": DOCUMENT["id"],
            "source": DOCUMENT["source"],
            "questions": [4, 5],
            "quote": TEXT,
            "in_index": True,
        }
    ],
    "model": "ollama:gemma3:4b",
    "mode": "verbatim",
}
FEEDBACK_LIST = {"feedback": [FEEDBACK]}
MODELS = {
    "object": "list",
    "data": [{"id": "vraagbaak", "object": "model", "created": 0, "owned_by": "vraagbaak"}],
}
EMBEDDINGS = {
    "object": "list",
    "model": "vraagbaak-embeddings",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.0421, -0.0187, 0.0933]}],
    "usage": {"prompt_tokens": 12, "total_tokens": 12},
}
MODEL = MODELS["data"][0]
COMPLETION: dict[str, Any] = {
    "id": "chatcmpl-5a1d0c2e9b7f4d3386c1e0aa",
    "object": "chat.completion",
    "created": 1772702042,
    "model": "vraagbaak",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": f"{TEXT} [1]\n\nBronnen:\n\n[1] {LABEL}: “{TEXT}”",
                "refusal": None,
                "annotations": [
                    {
                        "type": "url_citation",
                        "url_citation": {
                            "start_index": len(TEXT) + 1,
                            "end_index": len(TEXT) + 4,
                            "title": LABEL,
                            "url": f"http://127.0.0.1:8765/#document={DOCUMENT['id']}&vraag=4",
                        },
                    }
                ],
            },
            "finish_reason": "stop",
            "logprobs": None,
        }
    ],
    "usage": {"prompt_tokens": 412, "completion_tokens": 14, "total_tokens": 426},
    "vraagbaak": ANSWER,
}
HEALTH = {"status": "ok"}
READY = {
    "status": "ready",
    "documents": 12,
    "embedding_model": "kamer-e5-small",
    "model": "ollama:gemma3:4b",
}

_DETAILS: dict[type[VraagbaakError], str] = {
    VraagbaakError: "Er ging iets mis in Vraagbaak zelf; het logboek van de dienst zegt wat.",
    BadRequest: "De vraag is leeg; stel een vraag in woorden.",
    Contradiction: "Geef history of conversation, niet allebei: een gesprek met een id bewaart zijn "
    "eigen beurten.",
    Incomplete: "Het verzoek was na 40 s nog niet helemaal binnen; stuur het opnieuw.",
    QuestionTooLong: "De vraag telt 2001 tekens, meer dan de 2000 die mogen; maak haar korter of "
    "verhoog max_question_chars.",
    FeedbackFull: "Er is geen plaats meer voor feedback (50 MB): verwerk feedback.jsonl in de "
    "gegevensmap en zet het weg.",
    Malformed: "POST /v1/… is niet te lezen: There was an error parsing the body.",
    WrongContentType: "Content-Type is niet gegeven; stuur de inhoud als application/json.",
    UnreadableFile: "veerdienst.docx: het bestand is leeg; er staat geen tekst in.",
    TooLarge: "Het verzoek is groter dan 50 MB; splits het bestand, of verhoog max_upload_mb.",
    NotFound: "Document 5f0c2a9b7d3e4816 heeft geen vraag 9; wel: 1-7.",
    NoIndex: "Er is nog niets geïndexeerd: begin met `vraagbaak index MAP`.",
    IndexMismatch: "De index is gemaakt met een ander model: maak hem opnieuw met "
    "`vraagbaak index --rebuild`.",
    DamagedIndex: "De index is beschadigd: verplaats dat bestand en indexeer opnieuw.",
    EngineUnavailable: "Milvus op http://milvus:19530 antwoordt niet of weigert: start het.",
    ModelUnavailable: "Ollama antwoordt niet op http://127.0.0.1:11434: start het met "
    "`ollama serve`.",
    Busy: "Er wachten al 16 vragen op het taalmodel; probeer het over 20 s weer.",
    TooOften: "Meer dan 300 verzoeken per minuut; probeer het over 1 s weer.",
    OutOfTime: "Het antwoord duurde langer dan 300 s; probeer het later weer.",
    NoAccess: "Geef een sleutel mee: Authorization: Bearer vb_…; `vraagbaak keys create` maakt er een.",
    NotAllowed: "Deze sleutel heeft het recht `write` niet.",
}


def refusal(error: type[VraagbaakError]) -> dict[str, Any]:
    """An error of this type as the API gives it."""
    return problem(error.code, error.status, _DETAILS[error], "/v1/…", "nl")
