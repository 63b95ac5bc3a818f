"""JSON as models write it: after thinking aloud, or in a code fence of Markdown.

Some services have a model think in `<think>...</think>` before it answers, or give what it wrote
as it is where they cannot hold it to a schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_THOUGHT = "</think>"
_OPENS = re.compile(r"\s*(?:```\w*\s*)?(?=\{)")
_CLOSES = re.compile(r"\s*```\s*$")


class JsonText:
    """The JSON object in a text that comes in pieces; what stands around it is left out.

    `on_text` gets a piece for every piece, empty where nothing of it is JSON: whoever stops a model
    at its next piece does so while it thinks too. A fence that closes is passed on, and not in
    `text`.
    """

    def __init__(self, on_text: Callable[[str], None] | None) -> None:
        self._on_text = on_text
        self._all = ""
        self._begins: int | None = None

    def feed(self, piece: str) -> None:
        """The next piece of what the model writes."""
        self._all += piece
        if self._begins is None:
            self._begins = _beginning(self._all)
            piece = "" if self._begins is None else self._all[self._begins :]
        if self._on_text is not None:
            self._on_text(piece)

    @property
    def text(self) -> str:
        """The JSON; all that was written, where none has begun."""
        return self._all if self._begins is None else _CLOSES.sub("", self._all[self._begins :])


def _beginning(text: str) -> int | None:
    """Where the JSON begins, None as long as it has not."""
    opened = _OPENS.match(text)
    if opened is None and (thought := text.find(_THOUGHT)) >= 0:
        # The opening tag may stand in the prompt.
        opened = _OPENS.match(text, thought + len(_THOUGHT))
    return opened.end() if opened else None
