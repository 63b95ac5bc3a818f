"""What the tests of the page share: its service, and how somebody asks there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from service_parts import filled, reading_app, serving, settings_of

TRAVELLERS = "Hoeveel reizigers vervoerde de veerdienst in 2023?"
EVENTS = "text/event-stream"
UNKNOWN = "Hoeveel kangoeroes wonen er in Australië?"
MARKUP = """\
Antwoord op vragen over <img src=x onerror="window.broken=1">

2024Z99002

Vraag 1
Hoeveel <b>tegels</b><script>window.broken=1</script> heeft het plein van Waterkant?

Antwoord 1
Het plein van Waterkant 🏛️🧑‍⚖️ telt. <img src=x onerror="window.broken=1"> Het plein van Waterkant \
heeft 7.300 tegels <script>window.broken=1</script>&amp; <a href="javascript:window.broken=1">meer</a>.
"""


def url_of(client):
    return str(client.base_url).rstrip("/") + "/"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A service with two documents that no test changes."""
    folder = tmp_path_factory.mktemp("page")
    with serving(reading_app(settings_of(folder), filled(folder))) as client:
        yield client


@pytest.fixture
def service(tmp_path):
    """A function (model, settings) -> client of a service of one test, and its index."""
    open_ones = []

    def start(model=None, index=None, **settings):
        index = index or filled(tmp_path)
        opened = serving(reading_app(settings_of(tmp_path, **settings), index, model))
        open_ones.append(opened)
        return opened.__enter__()

    yield start
    for each in open_ones:
        each.__exit__(None, None, None)


def ask(page, question, kind="answer"):
    """Ask, and wait for the end of the answer; gives the turn."""
    turn = asked(page, question)
    expect(turn.locator(f".{kind} .actions")).to_be_visible()
    return turn


def asked(page, question):
    page.get_by_label("Uw vraag").fill(question)
    page.keyboard.press("Enter")
    turns = page.locator(".turn")
    expect(turns.last.locator("h2")).to_have_text(question)
    return turns.nth(turns.count() - 1)


def open_documents(page):
    page.get_by_role("button", name="Documenten", exact=True).click()
    return page.get_by_role("dialog", name="Documenten")
