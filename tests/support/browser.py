"""What the browser tests share: a real Chromium, and pages that are watched."""

from __future__ import annotations

import os
import shutil
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

# Nothing that Chromium would send home by itself.
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
SIZES = {"desktop": (1280, 800), "phone": (390, 844), "small": (320, 640)}
# A loaded machine may take longer than Playwright's five seconds for an answer.
expect.set_options(timeout=20_000)
AXE = files("axe_playwright_python") / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def chromium_path() -> str:
    """The Chromium that CHROMIUM names, else one on the path; skips where there is none."""
    named = os.environ.get("CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found or not shutil.which(found):
        pytest.skip("no Chromium: install it, or let CHROMIUM name one")
    return found


class Watch:
    """What happened on pages that no test may ignore."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.hosts: set[str] = set()

    def look_at(self, page: Page) -> None:
        """Note errors of scripts, warnings of the console, failed files and every host asked."""
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("request", lambda request: self._asked(request.url))
        page.on("response", lambda response: self._came(response.status, response.url))

    def _said(self, kind: str, text: str) -> None:
        # A refusal by the API is for the page to show; a file that failed is seen by `_came`.
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            self.errors.append(text)

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob"):
            self.hosts.add(urlsplit(url).netloc)

    def _came(self, status: int, url: str) -> None:
        if status >= 400 and not urlsplit(url).path.startswith(("/v1/", "/readyz")):
            self.errors.append(f"{status} {url}")


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA on the page as it is now."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        """async (tags) => {
          const rules = { "target-size": { enabled: true } };
          const options = { runOnly: { type: "tag", values: tags }, rules };
          return (await axe.run(document, options)).violations;
        }""",
        AXE_TAGS,
    )
    return [
        f"{each['id']}: {node['html'][:160]} ({node.get('failureSummary')})"
        for each in found
        for node in each["nodes"]
    ]
