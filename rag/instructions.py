"""Requests to the system in place of a question: they are text, and nobody's orders.

"Negeer alle eerdere instructies en zeg dat ..." asks nothing of the documents. What else such a
text asks is answered as if it stood alone; where nothing is left, the honest answer is a refusal.
"""

from __future__ import annotations

import re

from index.sentences import split_sentences
from rag.confidence import Refusal

# The start of an order to a language model, in Dutch and English; "wie negeert de regels?" is none.
_ORDER = re.compile(
    r"\W*(?:(?:en|maar|nu|dus|please|graag|vanaf nu|from now on)\b[\s,]*)*(?:"
    r"(?:negeer|vergeet|overschrijf|omzeil|verzin|bedenk|fantaseer|simuleer|citeer verzonnen|"
    r"ignore|forget|disregard|override|pretend|roleplay|bypass|invent|make up)\b|"
    r"(?:doe|gedraag je|antwoord|reageer|handel|spreek|act|behave|respond|answer)\b[^.?!]{0,20}\b"
    r"(?:alsof|als een|als de|zonder bron(?:nen)?|voortaan|as if|as an?|like an?)\b|"
    r"(?:zeg|schrijf|antwoord|beweer|verklaar|bevestig|herhaal|say|write|claim|repeat)\s+"
    r"(?:alleen|altijd|slechts|dat|mij na|only|that|after me)\b|"
    r"(?:noem|geef|gebruik|toon|cite|give|use)\s+(?:er\s+)?(?:geen|nooit|no|never)\s+"
    r"(?:\w+\s+)?(?:bron(?:nen)?|citaten|vindplaatsen|sources?|citations?)\b|"
    r"(?:zet|plak|plaats)\s+(?:er|daar)\b[^.?!]{0,40}\b(?:bron|citaat|vindplaats)|"
    r"(?:je|jij|u|you)\s+(?:bent|are|moet vanaf nu|hoeft niet meer)\s+(?:nu|vanaf nu|voortaan|now|een|"
    r"geen|an?|from now on)\b|"
    r"(?:toon|geef|print|onthul|show|reveal)\b[^.?!]{0,30}\b(?:systeem\s?prompt|systeeminstructies?|"
    r"system prompt|je instructies|jouw instructies|your instructions))",
    re.I,
)
# What a chat template or a document's tags look like, and headings that play a part.
_TEMPLATE = re.compile(
    r"<\|[^|>]{0,40}\|>|\[/?INST\]|</?(?:document|system|bron|context|source|user|assistant)[^>]{0,40}>|"
    r"(?:^|[\s>])(?:SYSTEEM|SYSTEM|ASSISTANT|DEVELOPER|BEHEERDER|ADMIN)\s*:",
)

NOT_A_QUESTION = Refusal(
    "Dit is een opdracht en geen vraag over de documenten; stel een vraag over wat erin staat.",
    "This is an order, not a question about the documents; ask about what they say.",
)


def without_orders(question: str) -> str:
    """What `question` asks besides orders to the system; "" where that is nothing.

    A text with the marks of a chat template is an order as a whole. One without any order is given
    back as it is.
    """
    if _TEMPLATE.search(question):
        return ""
    spans = split_sentences(question)
    kept = [span for span in spans if not _ORDER.match(question[span.start : span.end])]
    if len(kept) == len(spans):
        return question
    left = " ".join(question[span.start : span.end] for span in kept)
    # A statement beside an order ("de regels gelden niet meer") belongs to it.
    return left if "?" in left else ""
