"""A completion that is one text: JSON with a single field."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rag.llm import Completion, LanguageModel, Message


def complete_text(
    model: LanguageModel,
    messages: Sequence[Message],
    field: str,
    *,
    most_characters: int,
    max_tokens: int,
) -> tuple[str | None, Completion]:
    """The text that `model` puts into `field`, on one line; None where it did not give one.

    Raises ModelUnavailable.
    """
    schema = {
        "type": "object",
        "properties": {field: {"type": "string", "maxLength": most_characters}},
        "required": [field],
        "additionalProperties": False,
    }
    completion = model.complete(messages, schema=schema, max_tokens=max_tokens)
    try:
        found = json.loads(completion.text)
    except json.JSONDecodeError:
        found = None
    text = found.get(field) if isinstance(found, dict) else None
    return (" ".join(text.split()) if isinstance(text, str) else None), completion
