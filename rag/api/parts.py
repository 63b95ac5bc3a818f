"""What the endpoints of one service share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from fastapi import Request

from rag.api import problems
from rag.conversation.conversations import Conversations
from rag.desk import Desk
from rag.operations.keys import Keys
from rag.operations.limits import RateLimiter
from rag.operations.metrics import Metrics
from rag.operations.queue import Queue
from rag.service import Service
from rag.settings import Settings

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Parts:
    """`pool` makes answers; `writers` add documents, of which `uploads` bounds how many wait."""

    settings: Settings
    service: Service
    desk: Desk
    metrics: Metrics
    keys: Keys
    limiter: RateLimiter
    conversations: Conversations
    pool: ThreadPoolExecutor
    writers: ThreadPoolExecutor
    uploads: Queue

    def language(self, request: Request) -> str:
        """The language that the client wants, else that of the settings."""
        return problems.language_of(request, self.settings.language)
