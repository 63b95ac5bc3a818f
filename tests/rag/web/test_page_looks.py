"""The chat page in a real Chromium: its languages, sizes, keys of the keyboard, and axe."""

from __future__ import annotations

import re

import pytest
from browser import violations
from page_parts import TRAVELLERS, UNKNOWN, ask, asked, url_of
from playwright.sync_api import expect
from service_parts import filled

# --- language, looks, reach


def test_english_is_a_button_away_and_a_refusal_keeps_the_language_it_came_in(client, open_page):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS)
    reason = ask(page, UNKNOWN, "refused").locator(".reason")
    expect(reason).to_have_attribute("lang", "nl")
    said = reason.inner_text()
    page.get_by_role("button", name="English (EN)").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".answer .status").first).to_have_text("Verbatim quote, no language model")
    expect(page.locator(".refused .status")).to_have_text("Not found in the documents")
    expect(reason).to_have_text(said)
    expect(reason).to_have_attribute("lang", "nl")
    page.get_by_label("Your question").fill(UNKNOWN)
    page.get_by_role("button", name="Ask", exact=True).click()
    later = page.locator(".turn").last.locator(".refused .reason")
    expect(later).to_contain_text(re.compile("passage", re.I))
    expect(later).not_to_contain_text(re.compile("geen|niets|staat"))
    page.reload()
    expect(page.get_by_role("button", name="New conversation")).to_be_visible()
    expect(reason).to_have_attribute("lang", "nl")


def test_both_languages_have_every_text_of_the_page_and_a_chosen_theme_outlives_a_reload(
    client, open_page
):
    page = open_page(url_of(client), scheme="light")
    keys = page.evaluate(
        """async () => {
          const { TEXTS } = await import("/web/words.js");
          return ["nl", "en"].map((language) => Object.keys(TEXTS[language]).sort());
        }"""
    )
    assert keys[0] == keys[1]
    empty = "[...document.querySelectorAll('[data-word]')].filter(e => !e.textContent.trim() || e.textContent === 'undefined').map(e => e.dataset.word)"
    assert page.evaluate(empty) == []
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Donker of licht").click()
    dark = page.evaluate(paper)
    assert dark != light
    page.reload()
    assert page.evaluate(paper) == dark
    page.get_by_role("button", name="English (EN)").click()
    assert page.evaluate(empty) == []


def test_the_source_covers_a_small_screen(client, open_page):
    page = open_page(url_of(client), size="small")
    turn = ask(page, TRAVELLERS)
    turn.locator(".said .mark").first.click()
    expect(page.locator("#source mark.this")).to_be_visible()
    box = page.locator("#source").bounding_box()
    assert (box["x"], box["y"], box["width"]) == (0, 0, page.viewport_size["width"])
    # Modal: what lies under it cannot be reached.
    assert page.evaluate("document.getElementById('source').matches(':modal')")
    page.keyboard.press("Escape")
    expect(turn.locator(".said .mark").first).to_be_focused()


LONG = "Pensioenuitvoeringsorganisatiesamenwerkingsverbanden"


@pytest.mark.parametrize("size", ["phone", "small"])
def test_nothing_runs_off_a_small_screen(service, open_page, tmp_path, size):
    text = (
        f"Antwoord van minister {LONG} (Volkshuisvesting) op vragen over {LONG}{LONG}\n\n"
        f"2024Z99003\n\nVraag 1\nHoeveel {LONG} zijn er?\n\n"
        f"Antwoord 1\nEr zijn 12 {LONG}, waaronder {LONG}{LONG}{LONG}.\n"
    )
    index = filled(tmp_path)
    index.add_bytes(text.encode(), f"{LONG}{LONG}.txt")
    page = open_page(url_of(service(index=index)), size=size)

    def fits(*parts):
        for part in ("html", *parts):
            for each in page.locator(part).all():
                wide = each.evaluate("each => [each.scrollWidth, each.clientWidth, innerWidth]")
                assert wide[0] <= min(wide[1:]), part

    turn = ask(page, f"Hoeveel {LONG}{LONG} zijn er?")
    turn.locator(".evidence summary").click()
    fits("main")
    turn.locator(".evidence .card").first.click()
    expect(page.locator("#source .whole")).to_be_visible()
    fits(".source-body")
    page.keyboard.press("Escape")
    for name in ("Documenten", "Filters", "Gesprekken"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        if name == "Documenten":
            page.locator("#documents-list .bare").first.click()
            fits("#confirm")
            page.keyboard.press("Escape")
        fits("dialog[open]")
        page.keyboard.press("Escape")


def test_the_page_works_by_keyboard_alone(client, open_page):
    page = open_page(url_of(client))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar het vraagveld")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Uw vraag")).to_be_focused()
    page.keyboard.type(TRAVELLERS)
    page.keyboard.press("Enter")
    mark = page.locator(".said .mark").first
    expect(mark).to_be_visible()
    expect(page.get_by_label("Uw vraag")).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if mark.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#source-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "dark"), ("phone", "light")])
def test_axe_finds_nothing_against_wcag(client, open_page, size, scheme):
    page = open_page(url_of(client), size=size, scheme=scheme)
    assert violations(page) == []
    turn = ask(page, TRAVELLERS)
    ask(page, UNKNOWN, "refused")
    page.route("**/v1/ask", lambda route: route.abort())
    asked(page, "Wat kost de veerdienst?")
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator(".example").first.evaluate("example => example.click()")
    page.keyboard.press("Enter")
    expect(page.locator("#hint")).to_be_visible()
    assert violations(page) == []
    turn.get_by_role("button", name="Geen goed antwoord").click()
    turn.locator(".evidence summary").click()
    turn.locator(".said .mark").first.click()
    expect(page.locator("#source mark.this")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    for name in ("Documenten", "Filters", "Gesprekken"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        assert violations(page) == []
        if name == "Documenten":
            page.locator("#documents-list .bare").first.click()
            expect(page.locator("#confirm")).to_be_visible()
            assert violations(page) == []
            page.keyboard.press("Escape")
        page.keyboard.press("Escape")
