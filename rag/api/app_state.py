"""What the endpoints of one service share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from fastapi import Request
from starlette.requests import HTTPConnection

from rag.api import problem_details
from rag.conversation.conversations import Conversations
from rag.service.answer_service import AnswerService
from rag.service.keys import Keys
from rag.service.limits import RateLimiter
from rag.service.metrics import Metrics
from rag.service.queue import Queue
from rag.service.resources import Resources
from rag.settings import Settings

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class AppState:
    """`pool` makes answers; `writers` add documents, of which `uploads` bounds how many wait."""

    settings: Settings
    resources: Resources
    answers: AnswerService
    metrics: Metrics
    keys: Keys
    limiter: RateLimiter
    conversations: Conversations
    pool: ThreadPoolExecutor
    writers: ThreadPoolExecutor
    uploads: Queue

    def base_url(self, request: Request) -> str:
        """The address of the service as its clients know it, without a slash at its end."""
        return (self.settings.public_url or str(request.base_url)).rstrip("/")

    def language(self, request: HTTPConnection) -> str:
        """The language that the client wants, else that of the settings."""
        return problem_details.language_of(request, self.settings.language)
