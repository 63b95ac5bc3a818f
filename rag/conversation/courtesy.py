"""Greetings and thanks: a few fixed forms that ask nothing of the documents."""

from __future__ import annotations

from index.analyzer import words

_THANKS = frozenset(
    "dank|dank je|dank je wel|dankje|dankjewel|dank u|dank u wel|dankuwel|bedankt|hartelijk dank"
    "|hartelijk bedankt|heel erg bedankt|veel dank|thanks|thank you|thank you very much".split("|")
)
_GREETINGS = frozenset(
    "hallo|hoi|hey|hi|hello|dag|goedendag|goedemorgen|goedemiddag|goedenavond|good morning"
    "|good afternoon|good evening".split("|")
)
_OPENINGS = ("ok", "oke", "prima", "top", "goed", "mooi", "helder")
_REPLIES = {
    "thanks": {
        "nl": "Graag gedaan. Stel gerust nog een vraag over de documenten.",
        "en": "You are welcome. Feel free to ask another question about the documents.",
    },
    "greeting": {
        "nl": "Goedendag. Stel een vraag, dan zoek ik het antwoord in de documenten.",
        "en": "Hello. Ask a question and I look the answer up in the documents.",
    },
}


def reply_to(text: str, language: str) -> str | None:
    """What is said to a greeting or thanks; None where `text` is anything else."""
    said = words(text)
    if len(said) > 1 and said[0] in _OPENINGS:
        said = said[1:]
    plain = " ".join(said)
    if plain in _THANKS:
        return _REPLIES["thanks"][language]
    return _REPLIES["greeting"][language] if plain in _GREETINGS else None
