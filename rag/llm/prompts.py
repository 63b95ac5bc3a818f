"""Load the prompts in `prompts/` (Dutch, with $placeholders) and fill them in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Template

from index.errors import VraagbaakError
from rag.llm import LanguageModel, Message

_TEMPLATE_TOKENS = 64  # roles and separators that a chat template adds
_PARTS = re.compile(r"^## (system|user)\s*$", re.M)

# The marks of chat templates: in a question or a document they are plain text.
_TEMPLATE_MARK = re.compile(
    r"<\|[^|>]{0,40}\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|</?s>", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file: system and user part, and the first 12 hex digits of its SHA-256."""

    system: Template
    user: Template
    hash: str

    def messages(self, **values: str) -> list[Message]:
        """The prompt with its placeholders filled in; a missing value is a bug."""
        return [
            Message("system", self.system.substitute(values).strip()),
            Message("user", self.user.substitute(values).strip()),
        ]


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt `prompts/NAME.md`: a part headed `## system` and one headed `## user`."""
    text = resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    parts = _PARTS.split(text)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    if set(found) != {"system", "user"}:
        raise VraagbaakError(
            f"Prompt {name}.md mist een deel '## system' of '## user'.",
            f"Prompt {name}.md lacks a part '## system' or '## user'.",
        )
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Prompt(Template(found["system"]), Template(found["user"]), digest)


def neutral(text: str) -> str:
    """`text` without marks that a chat template would interpret."""
    return _TEMPLATE_MARK.sub(" ", text)


def room(model: LanguageModel, messages: Sequence[Message], max_tokens: int) -> int:
    """Tokens of the model's context left beside a prompt and a completion of `max_tokens`."""
    said = sum(model.count_tokens(message.content) for message in messages)
    return model.context_tokens - max_tokens - _TEMPLATE_TOKENS - said
