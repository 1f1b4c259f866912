"""Chromium for tests, controlled by Playwright."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.editors import page_files_kept
from tests.tools import require

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 320, "height": 640}
"""The narrowest screen that WCAG requires (1.4.10, Reflow)."""
SCHEMES: tuple[tuple[Literal["dark", "light"], dict[str, Any]], ...] = (
    ("dark", {"runOnly": ["color-contrast", "link-in-text-block"]}),
    ("light", {}),
)
"""Colour schemes, with options of axe-core: on a dark page only the rules whose results depend on colours."""
ON_BOTH_SCREENS = pytest.mark.parametrize(
    "viewport", [DESK, pytest.param(PHONE, marks=pytest.mark.long)], ids=["desk", "phone"]
)
"""Runs a test on both screens, of which `make test` runs that of a desk: a run of axe-core is what takes longest."""
PATIENCE = 30_000
"""The timeout in milliseconds: a first run prepares fonts, on a busy machine."""

QUIET = (
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",  # a new process for each page takes longer than most tests on it
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium. If it is not installed, the test is skipped, or fails if UCAP_REQUIRE_TOOLS is set.

    Its shell without the interface of the browser, a package of its own, takes half the processor time.
    """
    path = shutil.which("chromium-headless-shell") or require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


class SharedChromium:
    """Chromium for the tests in a browser of all modules, whose start takes longer than most tests on a page.

    While Playwright runs, other tests cannot run an event loop: `close` it before them.
    """

    def __init__(self) -> None:
        self._running = ExitStack()
        self._browser: Browser | None = None

    def browser(self) -> Browser:
        """Return the browser, which is started if it does not run."""
        if self._browser is None:
            expect.set_options(timeout=PATIENCE)
            self._browser = self._running.enter_context(chromium())
        return self._browser

    def close(self) -> None:
        """End the browser if it runs."""
        self._browser = None
        self._running.close()


SHARED_CHROMIUM = SharedChromium()


@pytest.fixture(scope="module")
def browser() -> Browser:
    """Chromium, which ends before the next test that has no browser."""
    return SHARED_CHROMIUM.browser()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A window with an empty page, in which tests open theirs.

    A page in a new window takes twice the processor time, because Chromium loads its own interface for each window.
    It keeps the files of the editor's page.
    """
    window = browser.new_context(viewport=DESK)
    window.set_default_timeout(PATIENCE)
    window.new_page()
    with page_files_kept():
        yield window
    window.close()


@pytest.fixture
def context(window: BrowserContext) -> Iterator[BrowserContext]:
    """The window, without what other tests have left in it: pages, cookies and the storage of all origins."""
    yield window
    empty, *pages = window.pages
    for page in pages:
        page.close()
    session = window.new_cdp_session(empty)
    session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "cookies,local_storage"})
    session.detach()


def accessibility_problems(page: Page, viewports: Sequence[ViewportSize] = (PHONE, DESK)) -> list[str]:
    """What axe-core reports on a page, and text that is wider than the screen: on each screen, light and dark."""
    problems = []
    for viewport in viewports:
        page.set_viewport_size(viewport)
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            problems.append(f"wider than {viewport['width']} pixels")
        for scheme, options in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            # Colours that change slowly have an end.
            page.evaluate("Promise.all(document.getAnimations().map((change) => change.finished))")
            results = Axe().run(page, options={"resultTypes": ["violations"], **options})
            if results.violations_count:
                problems.append(f"{scheme}, {viewport['width']} pixels: {results.generate_report()}")
    return problems
