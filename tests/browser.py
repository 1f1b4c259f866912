"""Chromium for tests, controlled by Playwright."""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.tools import require

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 320, "height": 640}
"""The narrowest screen that WCAG requires (1.4.10, Reflow)."""

QUIET = (
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium. If it is not installed, the test is skipped, or fails if UCAP_REQUIRE_TOOLS is set."""
    path = require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


def accessibility_problems(page: Page) -> list[str]:
    """What axe-core reports on a page, and text that is wider than the screen: on both screens, light and dark."""
    problems = []
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            problems.append(f"wider than {viewport['width']} pixels")
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            results = Axe().run(page)
            if results.violations_count:
                problems.append(f"{scheme}, {viewport['width']} pixels: {results.generate_report()}")
    return problems
