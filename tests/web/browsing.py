"""Chromium for tests, and pages that must not ask anything of another machine."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Literal

    from playwright.sync_api import Browser, BrowserContext, FloatRect, Locator, Page
    from playwright.sync_api._generated import LocatorAssertions

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-gpu-compositing",  # without a graphics card either costs a quarter of what opening a page takes
    "--disable-software-rasterizer",
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
  if (!item.isConnected) return {gone: true};
  const box = item.getBoundingClientRect();
  const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const starts = box.width > 0 && box.left >= 0 && box.top >= 0;
  const ends = box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
  // What lets presses through, as a mark on a page does, is not found at a point: what holds it is.
  const own = getComputedStyle(item).pointerEvents === "none" ? item.parentElement : item;
  const seen = starts && ends && Boolean(there) && (own.contains(there) || there.contains(own));
  return seen && {x: box.x, y: box.y, width: box.width, height: box.height};
}
"""
_AT_REST = """
() => document.getAnimations().every((one) =>
  one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity)
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
        _kept[browser] = _Kept(browser, program)
        try:
            yield browser
        finally:
            _kept.pop(browser).close()
            browser.close()


class _Kept:
    """A profile for each language, with what it has fetched and compiled: that is most of what opening a page takes.

    Who opens a page finds nothing else of those before: it is cleared away, and a page that is opened while another of
    its language is open has a profile of its own.
    """

    def __init__(self, browser: Browser, program: str) -> None:
        self._browser = browser
        self._program = program
        self._profiles: dict[str, tuple[BrowserContext, tempfile.TemporaryDirectory[str]]] = {}
        self._taken: set[str] = set()

    def take(self, locale: str, width: int, height: int, dark: bool) -> Page:
        """A new page, which `give_back` closes."""
        scheme: Literal["dark", "light"] = "dark" if dark else "light"
        if locale in self._taken:
            return self._browser.new_context(
                locale=locale,
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                accept_downloads=True,
            ).new_page()
        if locale not in self._profiles:
            folder = tempfile.TemporaryDirectory(prefix="wenju-browser-", ignore_cleanup_errors=True)
            profile = self._browser.browser_type.launch_persistent_context(
                folder.name,
                executable_path=self._program,
                args=list(_ARGUMENTS),
                locale=locale,
                accept_downloads=True,
            )
            self._profiles[locale] = profile, folder
        page = self._profiles[locale][0].new_page()
        self._taken.add(locale)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        return page

    def give_back(self, page: Page, address: str) -> None:
        """Close a page, and whatever its context keeps of its address."""
        context = page.context
        named = [locale for locale, (profile, _) in self._profiles.items() if profile is context]
        if not named:
            context.close()
            return
        context.new_cdp_session(page).send(
            "Storage.clearDataForOrigin", {"origin": address.rstrip("/"), "storageTypes": "cookies,local_storage"}
        )
        page.close()
        context.clear_cookies()
        context.clear_permissions()
        self._taken.discard(named[0])

    def close(self) -> None:
        """Close them all."""
        for profile, folder in self._profiles.values():
            profile.close()
            folder.cleanup()


_kept: dict[Browser, _Kept] = {}


@contextmanager
def opening(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens pages; at the end, asserts that no request left this machine, no script failed and none was blocked."""
    requests: list[str] = []
    errors: list[str] = []
    blocked: list[str] = []
    pages: list[Page] = []

    def open_page(locale: str = "zh-CN", width: int = 1280, height: int = 900, dark: bool = False) -> Page:
        page = _kept[browser].take(locale, width, height, dark)
        pages.append(page)
        page.context.set_default_timeout(_PATIENCE)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: blocked.append(said.text) if _BLOCKED in said.text else None)
        page.goto(address)
        # What the load events fill in is there: the page listens.
        page.locator("#wj-welcome h2").wait_for(state="attached")
        return page

    try:
        yield open_page
    finally:
        for page in pages:
            _kept[browser].give_back(page, address)
    assert requests
    assert {urlparse(url).hostname for url in requests if not _LOCAL.match(url)} == {"127.0.0.1"}
    assert errors == [], errors
    assert blocked == [], "the page's own policy keeps something of it out"


def in_view(page: Page, item: Locator) -> FloatRect:
    """Where an item is; asserts that a person sees all of it: it is in the window, and nothing lies over its middle.

    What is scrolled to is there a moment later, and is waited for; so is what the page makes anew meanwhile.
    """
    while True:
        item.wait_for()
        try:
            seen = page.wait_for_function(_IN_VIEW, arg=item.element_handle(), timeout=_PATIENCE).json_value()
        except Exception as error:
            raise AssertionError(f"not in view: {item} at {item.bounding_box()} of {page.viewport_size}") from error
        if "gone" not in seen:
            box: FloatRect = seen
            return box


def at_rest(page: Page) -> None:
    """Wait until nothing in the page changes its colour or place by itself, for whoever looks at these."""
    page.wait_for_function(_AT_REST)


def found_by_axe(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds in a page that is at rest; the test is left out where axe is not installed."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    at_rest(page)
    found: list[dict[str, Any]] = axe.run(page).response["violations"]
    return found


def serious(page: Page) -> list[tuple[str, str, str]]:
    """What of that keeps people out."""
    return [
        (item["id"], node["html"][:200], node["failureSummary"][:300])
        for item in found_by_axe(page)
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"]
    ]


def sees(item: Locator, why: str | None = None) -> LocatorAssertions:
    """What is soon to be seen of an item: on a busy machine a page takes its time."""
    from playwright.sync_api import expect

    expect.set_options(timeout=_PATIENCE)
    return expect(item, why)
