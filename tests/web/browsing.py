"""Chromium for tests, and pages that must not ask anything of another machine."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, FloatRect, Locator, Page

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE = 90_000
"""Milliseconds that a page may take on a machine that does much else."""
_BLOCKED = "Content Security Policy"
_IN_VIEW = """
(item) => {
  const box = item.getBoundingClientRect();
  const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const starts = box.width > 0 && box.left >= 0 && box.top >= 0;
  const ends = box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
  // What lets presses through, as a mark on a page does, is not found at a point: what holds it is.
  const own = getComputedStyle(item).pointerEvents === "none" ? item.parentElement : item;
  return starts && ends && Boolean(there) && (own.contains(there) || there.contains(own));
}
"""
_LOCAL = re.compile(r"data:|blob:")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; the test is left out, saying why, where there is none, and fails where WENJU_TEST_BROWSER is set."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: pip install playwright"
    )
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        missing = "Chromium is not installed: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("WENJU_TEST_BROWSER"):
            pytest.fail(missing)
        pytest.skip(missing)
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def opening(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens pages; at the end, asserts that no request left this machine, no script failed and none was blocked."""
    requests: list[str] = []
    errors: list[str] = []
    blocked: list[str] = []
    pages: list[Page] = []

    def open_page(locale: str = "zh-CN", width: int = 1280, height: int = 900, dark: bool = False) -> Page:
        page = browser.new_context(
            locale=locale,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        ).new_page()
        page.context.set_default_timeout(_PATIENCE)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: blocked.append(said.text) if _BLOCKED in said.text else None)
        page.goto(address)
        # What the load events fill in is there: the page listens.
        page.locator("#wj-welcome h2").wait_for(state="attached")
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.context.close()
    assert requests
    assert {urlparse(url).hostname for url in requests if not _LOCAL.match(url)} == {"127.0.0.1"}
    assert errors == [], errors
    assert blocked == [], "the page's own policy keeps something of it out"


def in_view(page: Page, item: Locator) -> FloatRect:
    """Where an item is; asserts that a person sees all of it: it is in the window, and nothing lies over its middle.

    What is scrolled to is there a moment later, and is waited for.
    """
    item.wait_for()
    try:
        page.wait_for_function(_IN_VIEW, arg=item.element_handle(), timeout=15_000)
    except Exception as error:
        raise AssertionError(f"not in view: {item} at {item.bounding_box()} of {page.viewport_size}") from error
    box = item.bounding_box()
    assert box is not None
    return box
