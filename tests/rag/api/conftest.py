"""Services for the tests of the API."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from openai_client import openai_of
from running_service import client_of, served
from service_parts import filled, reading_app, settings_of

from rag.serving import create_app

OATS = """\
Betreft: Antwoord op vragen over haver

Datum: 1 februari 2022

Vraag 1
Hoeveel haver is er?

Antwoord 1
Er is 12 ton haver.
"""


@pytest.fixture(scope="session")
def client(tmp_path_factory):
    """A client of a service with three documents and without a reader, that no test changes."""
    folder = tmp_path_factory.mktemp("api")
    app = create_app(settings_of(folder, rate_limit=0), filled(folder, haver=OATS))
    with served(app) as url, client_of(url) as client:
        yield client


@pytest.fixture(scope="session")
def ai(client):
    """OpenAI's client of the same."""
    with openai_of(client.base_url) as ai:
        yield ai


@pytest.fixture
def service(tmp_path):
    """A function (writer, index, settings) -> client of a service of one test over `tmp_path`.

    With a writer, a language model, it has the reader too: without that no model writes.
    """
    with ExitStack() as running:

        def start(writer=None, index=None, **more):
            given = {"rate_limit": 0, **({"model": "auto"} if writer else {}), **more}
            settings = settings_of(tmp_path, **given)
            index = filled(tmp_path) if index is None else index
            made = reading_app(settings, index, writer) if writer else create_app(settings, index)
            return running.enter_context(client_of(running.enter_context(served(made))))

        yield start
