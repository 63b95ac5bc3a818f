"""What the tests of the page share: how somebody asks there."""

from __future__ import annotations

from playwright.sync_api import expect

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
