"""The page of the editor in Chromium: fixtures of tests in a browser, and what they find and wait for on it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import APIResponse, BrowserContext, Locator, Page, Route, expect

from tests.browser import DESK, PATIENCE
from tests.editors import PLAN, Editor, edited, write_project

# Chromium reports the status of each answer, and requests that tests stop.
EXPECTED_MESSAGES = re.compile("404|409|422|503|ERR_FAILED")
PICTURE = re.compile("^/pictures/")
STEP = 50
"""Milliseconds between two looks at what a test waits for."""


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    with edited(write_project(tmp_path)) as editor:
        yield editor


@pytest.fixture
def editor_page(context: BrowserContext, editor: Editor) -> Iterator[Page]:
    """A page for the editor, without errors in scripts and without messages on the console."""
    page = context.new_page()
    page.set_viewport_size(DESK)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page
    assert [text for text in told if not EXPECTED_MESSAGES.search(text)] == []
    page.close()


def opened(page: Page, editor: Editor) -> None:
    """Open the plan with its pages."""
    page.goto(editor.address.replace("/#", f"/plans/{PLAN}#"))
    # A figure is there, with its text, before its picture has arrived.
    expect(page.get_by_role("img", name="Page 1 of")).to_have_attribute("src", PICTURE)


def opened_form(page: Page, editor: Editor) -> None:
    """Open the form of the plan without waiting for its pages, which a phone does not show."""
    page.goto(editor.address.replace("/#", f"/plans/{PLAN}#"))
    expect(page.get_by_role("heading", name="Cities", exact=True)).to_be_visible()


def opened_list(page: Page, editor: Editor) -> None:
    """Open the list of all plans."""
    page.goto(editor.address)
    expect(page.get_by_role("link", name="Tianjin – Rome")).to_be_visible()


def show(page: Page, screen: str) -> None:
    """Go to a screen by its link in the header."""
    page.get_by_role("navigation", name="Screens").get_by_role("link", name=screen, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(screen)


def field(page: Page, path: str) -> Locator:
    """The input of a field."""
    return page.locator(f"[id='field-{path}']")


def saved(page: Page) -> None:
    """Wait until everything is saved."""
    expect(page.locator("#status")).to_have_class("saved")


def values(editor: Editor, plan: str = PLAN) -> Any:
    """The values in a plan file."""
    return yaml.safe_load(editor.read(plan))


def wait_until(page: Page, condition: Callable[[], object]) -> None:
    """Wait until a condition is true, while the page goes on."""
    for _ in range(PATIENCE // STEP):
        if condition():
            return
        page.wait_for_timeout(STEP)
    raise AssertionError("what the test waits for has not happened")


class HeldChange:
    """The next change that a page sends, which does not leave it before it is released."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate(
            """() => {
                const { fetch } = window;
                const wait = () => new Promise((resolve) => { window.release = resolve; });
                window.fetch = async (path, options) => {
                    if (options?.method === "PATCH" && !window.release) await wait();
                    return fetch(path, options);
                };
            }"""
        )

    def wait(self) -> None:
        """Wait until it would be sent."""
        self._page.wait_for_function("() => window.release")

    def release(self) -> None:
        """Send it."""
        self._page.evaluate("() => window.release()")


class Held:
    """The requests to an address that a test holds, and whose answers it gives in an order of its own.

    Each is asked of the server at once, so that its answer has what the server knew then; or `is_asked_late`, when its
    answer is given.
    """

    def __init__(self, page: Page, address: str, method: str = "GET", *, is_asked_late: bool = False) -> None:
        self._page = page
        self._address = address
        self._method = method
        self._is_asked_late = is_asked_late
        self._held: list[tuple[Route, APIResponse | None]] = []
        self._answered: set[int] = set()
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method == self._method:
            self._held.append((route, None if self._is_asked_late else route.fetch()))
        else:
            route.fallback()

    def __len__(self) -> int:
        return len(self._held)

    def wait(self, count: int = 1) -> None:
        """Wait until so many requests are held."""
        wait_until(self._page, lambda: len(self._held) >= count)

    def answer(self, index: int = 0, **other: Any) -> None:
        """Give the answer to one of them, or another one, and let the page take it."""
        route, answer = self._held[index]
        self._answered.add(index)
        with self._page.expect_event("requestfinished", lambda request: request == route.request):
            route.fulfill(**(other or {"response": answer or route.fetch()}))
        self._page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 100))")

    def end(self) -> None:
        """Hold no further requests, and give the answers that are left: a file may be read while it is written, too."""
        self._page.unroute(self._address)
        for index in range(len(self._held)):
            if index not in self._answered:
                self.answer(index)
