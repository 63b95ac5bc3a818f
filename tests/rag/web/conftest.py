"""Fixtures of the tests of the page: a browser, pages in it, and services to open."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from browser import ARGUMENTS, SIZES, Watch, chromium_path
from playwright.sync_api import BrowserContext, Page, sync_playwright
from service_parts import filled, reading_app, serving, settings_of


# Of a module, not of the session: Playwright leaves an event loop running in this thread, under
# which no other test could start one.
@pytest.fixture(scope="module")
def browser():
    """A Chromium without a window."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """A function (url, size, color scheme) -> page, of a visitor of its own.

    At the end no script may have failed and no other host may have been asked.
    """
    watch = Watch()
    contexts: list[BrowserContext] = []
    hosts: set[str] = set()

    def open_page(url: str, size: str = "desktop", scheme: Any = "light", **more: Any) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            locale="nl-NL",
            **more,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        hosts.add(urlsplit(url).netloc)
        page = context.new_page()
        watch.look_at(page)
        page.goto(url)
        page.wait_for_selector("#examples button", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.errors == []
    assert watch.hosts <= hosts


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
