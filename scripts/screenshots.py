"""Makes the pictures of docs/images anew, from a running service over the sample documents.

    python scripts/screenshots.py [FOLDER]

Needs the development extra and Chromium (on the path, or named by CHROMIUM). The service answers
without a language model, so that the pictures are the same everywhere.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from index import paths

ROOT = Path(__file__).resolve().parents[1]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
DESKTOP, PHONE = (1280, 800), (390, 844)

ASKED = "wanneer moet een leverancier een bankgarantie geven?"
FOLLOW_UP = "en wanneer vervalt die?"
NOT_THERE = "hoeveel monteurs werken er in litouwen?"


def main() -> None:
    """Make every picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.exit("No Chromium found: install it, or let CHROMIUM name one.")
    with serving() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = opened(browser, url, DESKTOP)
        ask(page, ASKED)
        take(page, folder / "answer.png")
        page.locator(".said .mark").first.click()
        page.locator("#source mark").first.wait_for()
        take(page, folder / "source.png")
        page.keyboard.press("Escape")
        ask(page, FOLLOW_UP)
        take(page, folder / "follow-up.png")
        ask(page, NOT_THERE)
        take(page, folder / "refusal.png")
        page.locator("#open-documents").click()
        page.locator("#documents-list li").first.wait_for()
        take(page, folder / "documents.png")
        phone = opened(browser, url, PHONE, dark=True)
        ask(phone, ASKED)
        take(phone, folder / "phone.png")
        browser.close()


@contextmanager
def serving() -> Iterator[str]:
    """The address of a service over the samples, in a data folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        (data / "models").symlink_to(paths.models_dir(paths.data_dir()).resolve())
        environment = os.environ | {"VRAAGBAAK_DATA_DIR": folder, "VRAAGBAAK_MODEL": "none"}
        program = [sys.executable, "-m", "rag.cli"]
        subprocess.run([*program, "index", "samples"], cwd=ROOT, env=environment, check=True)
        with subprocess.Popen(
            [*program, "serve", "--port", "0"],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        ) as service:
            try:
                said = service.stderr.readline() if service.stderr else ""
                found = re.search(r"http://\S+", said)
                if found is None:
                    sys.exit(f"The service did not start: {said}")
                yield found[0]
            finally:
                service.terminate()


def opened(browser: Browser, url: str, size: tuple[int, int], *, dark: bool = False) -> Page:
    """The page, at this size, once the service is ready."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        locale="nl-NL",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("fetch('/readyz').then((response) => response.ok)")
    page.reload()
    return page


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the end of the answer."""
    count = page.locator(".turn").count()
    page.locator("#question").fill(question)
    page.keyboard.press("Enter")
    page.locator(".turn").nth(count).locator(".answer:not(.busy)").wait_for()
    page.wait_for_timeout(300)


def take(page: Page, path: Path) -> None:
    """A picture of what is in view."""
    page.screenshot(path=path)
    print(path.name)


if __name__ == "__main__":
    main()
