"""The official client of OpenAI's API, of a service in a test."""

from __future__ import annotations

import openai


def openai_of(url: object, key: str = "geen") -> openai.OpenAI:
    """The client of the service at `url`."""
    return openai.OpenAI(
        base_url=f"{str(url).rstrip('/')}/v1",
        api_key=key,
        max_retries=0,
        timeout=60,
        http_client=openai.DefaultHttpxClient(trust_env=False),
    )
