"""Make the pictures of this folder: `make screenshots`. Serves the chat over seeds/ and looks at it in Chromium."""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from embeddings import rebuild
from qa.engine import QA
from tests.support import write_corpus
from tests.web.told_figures import BULLETINS
from web.chat.talks.talk import talks_beside
from web.door.access import ServeSettings
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
SEEDS = HERE.parent / "seeds"
DESKTOP, PHONE = (1280, 820), (390, 844)
COUNTED = "青岛高新区2023年引进了多少个项目?"
ENGLISH = "How many projects did Qingdao High-tech Zone attract in 2023?"
ABSENT = "深圳高新区2023年引进了多少个项目?"
MEASURE = "新签约项目"
DISAGREED = "高新贷累计授信多少?"


def open_page(browser: Browser, address: str, size: tuple[int, int], dark: bool = False, locale: str = "zh-CN") -> Page:
    """The page, loaded, in a window of this size."""
    width, height = size
    page = browser.new_context(
        locale=locale,
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        device_scale_factor=1.5,
    ).new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    page.locator("#wj-welcome h2").wait_for()
    return page


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the answer with what to ask next, where there is something."""
    page.locator("#wj-box").get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    page.locator("#wj-chat [data-turn]").last.wait_for()
    page.wait_for_timeout(4000)
    page.evaluate("document.activeElement.blur()")


def shoot(browser: Browser, address: str) -> None:
    """All pictures."""
    for name, question, dark, locale in (
        ("chat", COUNTED, False, "zh-CN"),
        ("chat-dark", ENGLISH, True, "en-US"),
        ("refusal", ABSENT, False, "zh-CN"),
        ("disagree", DISAGREED, False, "zh-CN"),
    ):
        page = open_page(browser, address, DESKTOP, dark, locale)
        ask(page, question)
        page.screenshot(path=HERE / f"{name}.png")
        if name == "chat":
            page.locator("#wj-evidence .wj-open").first.click()
            page.locator("#wj-article .wj-here").first.wait_for()
            page.screenshot(path=HERE / "article.png")
        page.context.close()
    page = open_page(browser, address, PHONE)
    ask(page, COUNTED)
    page.screenshot(path=HERE / "phone.png")
    page.context.close()
    page = open_page(browser, address, DESKTOP)
    page.get_by_role("tab", name="文档").click()
    page.locator("#wj-files table").wait_for()
    page.locator("#wj-find input").fill("营商环境")
    page.keyboard.press("Enter")
    page.locator("#wj-found .wj-card").first.wait_for()
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=HERE / "documents.png")
    page.context.close()


def shoot_figures(browser: Browser, address: str) -> None:
    """The table of figures, over bulletins that are made up: those of seeds/ tell hardly any measure for two years."""
    for name, size, dark, locale, tab in (
        ("figures", DESKTOP, False, "zh-CN", "数字"),
        ("figures-phone", PHONE, True, "en-US", "Figures"),
    ):
        page = open_page(browser, address, size, dark, locale)
        page.get_by_role("tab", name=tab).click()
        page.locator(".wj-measure", has_text=MEASURE).click()
        page.locator(".wj-value[data-against]").first.click()
        page.locator("#wj-figure .wj-card").first.wait_for()
        page.wait_for_timeout(500)
        page.screenshot(path=HERE / f"{name}.png")
        page.context.close()


def look(corpus: Path, index: Path, shoot_all: Callable[[Browser, str], None]) -> None:
    """Index a folder, serve the chat over it, and look at it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is not installed: apt-get install chromium fonts-noto-cjk")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    rebuild(corpus, index)
    qa = QA.open(index)
    qa.warm_up()
    settings = ServeSettings(corpus=corpus, index=index, talks=talks_beside(index))
    with closing(launch(qa, "127.0.0.1", port, settings=settings)) as served, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shoot_all(browser, served.local_url)
        browser.close()


def main() -> None:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as folder:
        look(SEEDS, Path(folder, "index"), shoot)
        look(write_corpus(Path(folder, "made"), BULLETINS), Path(folder, "made index"), shoot_figures)


if __name__ == "__main__":
    main()
