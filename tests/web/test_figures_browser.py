"""The figures tab in a real browser, over bulletins that are really read; in both languages, wide and narrow."""

from __future__ import annotations

import csv
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from embeddings import Index, rebuild
from tests.support import CountingEncoder, counting_qa, write_corpus
from tests.web.answers import HOSTILE
from tests.web.browsing import in_view, opening, sees, serious
from tests.web.conftest import free_port
from tests.web.told_figures import BULLETINS, FiguresQA
from web.door.access import ServeSettings
from web.look.marks import show_controls
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

SAID = {
    "zh-CN": {
        "tab": "数字", "count": "找到 8 个数字", "differ": "文档中说法不一", "hint": "点表中的数字", "whose": "主体",
        "target": "目标",
    },
    "en-US": {
        "tab": "Figures", "count": "Figures found: 8", "differ": "The documents disagree", "hint": "Click a figure",
        "whose": "Whose", "target": "target",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def bulletins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a read-only page over the bulletins."""
    folder, encoder = tmp_path_factory.mktemp("bulletins"), CountingEncoder()
    corpus = write_corpus(folder / "corpus", BULLETINS)
    rebuild(corpus, folder / "index", progress=False, encoder=encoder)
    settings = ServeSettings(corpus=corpus, index=folder / "index", read_only=True)
    with closing(Index.open(folder / "index")) as index:
        served = launch(counting_qa(index, encoder), "127.0.0.1", free_port(), settings=settings)
        yield served.local_url
        served.close()


@pytest.fixture
def opened(browser: Browser, bulletins: str) -> Iterator[Callable[..., Page]]:
    with opening(browser, bulletins) as open_page:
        yield open_page


def enter(page: Page, tab: str = "数字") -> None:
    page.get_by_role("tab", name=tab).click()
    page.locator("#wj-figures-form form").wait_for()


def find(page: Page, words: str) -> None:
    page.locator("#wj-figures-form input[name=words]").fill(words)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_from_a_measure_of_the_corpus_to_both_sentences_that_disagree_and_the_article(
    opened: Callable[..., Page], locale: str, width: int
) -> None:
    said = SAID[locale]
    page = opened(locale, width)
    enter(page, said["tab"])
    sees(page.locator(".wj-measure")).to_have_count(3)
    page.locator(".wj-measure", has_text="新签约项目").click()
    page.get_by_text(said["count"]).wait_for()
    table = page.locator(".wj-figures table")
    table.wait_for()
    assert table.locator("thead th").all_inner_texts()[0] == said["whose"]
    assert table.locator("tbody tr").first.locator(".wj-value").count() >= 3
    assert said["target"] in table.inner_text()
    assert page.get_by_text(said["hint"]).count() == 1
    value = table.locator(".wj-value[data-against]").first
    value.click()
    panel = page.locator("#wj-figure")
    assert said["differ"] in panel.inner_text()
    assert panel.locator(".wj-card mark").all_inner_texts() == ["311个", "320个"]
    assert value.get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.activeElement.closest('#wj-figure') !== null")
    panel.locator(".wj-open").first.click()
    page.locator("#wj-article .wj-here mark").first.wait_for()
    assert page.locator("#wj-article mark").first.inner_text() == "311个"
    page.keyboard.press("Escape")
    page.locator("#wj-article").wait_for(state="hidden")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_marks_of_a_text_are_counted_and_gone_through(opened: Callable[..., Page]) -> None:
    page = opened()
    enter(page)
    find(page, "出口额")
    page.locator(".wj-value").first.click()
    page.locator("#wj-figure .wj-open").first.click()
    page.locator("#wj-article .wj-finder input").fill("年")
    page.keyboard.press("Enter")
    page.locator("#wj-article .wj-marks").wait_for()
    sees(page.locator("#wj-article .wj-body mark").first).to_have_text("年")  # no longer those it was opened with
    number, current = page.locator("#wj-article .wj-body mark").count(), page.locator("#wj-article mark.wj-current")
    assert number > 1
    back, on = page.locator("#wj-article .wj-marks button").all()
    said = page.locator("#wj-article .wj-marks .wj-step > span")
    while back.is_enabled():
        back.click()
    for place in range(1, number + 1):
        assert said.inner_text() == f"{place} / {number}"
        assert current.count() == 1
        assert on.is_enabled() == (place < number)
        if place < number:
            on.click()


def test_on_a_phone_the_table_stays_in_sight_above_the_sentence(opened: Callable[..., Page]) -> None:
    page = opened(width=390, height=844)
    enter(page)
    find(page, "新签约项目")
    value = page.locator(".wj-value").first
    value.wait_for()
    value.scroll_into_view_if_needed()
    value.click()
    card, button = page.locator("#wj-figure .wj-card").first.bounding_box(), value.bounding_box()
    assert card is not None
    assert button is not None
    assert 0 <= button["y"] < card["y"] < 844


def test_on_a_phone_turned_sideways_what_is_found_and_its_sentence_are_in_view(opened: Callable[..., Page]) -> None:
    page = opened(width=844, height=390)
    enter(page)
    find(page, "新签约项目")
    value = page.locator(".wj-value").first
    in_view(page, value)
    value.click()
    in_view(page, page.locator("#wj-figure mark").first)
    in_view(page, value)
    in_view(page, page.locator("#wj-figure .wj-back"))


def test_it_is_done_by_keyboard_alone(opened: Callable[..., Page]) -> None:
    page = opened()
    enter(page)
    find(page, "出口额")
    page.locator(".wj-figures caption", has_text="出口额").wait_for()
    assert page.locator(".wj-figures .wj-value").all_inner_texts() == ["4.1", "4.553", "4.6"]
    page.locator(".wj-value").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.locator("#wj-figure mark").inner_text() == "45530万元"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "4.553"


def test_a_new_search_clears_the_sentence_of_the_one_before(opened: Callable[..., Page]) -> None:
    page = opened()
    enter(page)
    find(page, "出口额")
    page.locator(".wj-value").first.click()
    page.locator("#wj-figure .wj-card").wait_for()
    find(page, "新签约项目")
    page.locator(".wj-figures caption", has_text="新签约项目").wait_for()
    assert page.locator("#wj-figure .wj-card").count() == 0


def test_places_years_and_kind_narrow_the_table(opened: Callable[..., Page]) -> None:
    page = opened()
    enter(page)
    form = page.locator("#wj-figures-form")
    form.locator("[name=place]").fill("碧水高新区")
    form.locator("[name=first]").fill("2022")
    find(page, "新签约项目")
    page.locator(".wj-figures tbody th").first.wait_for()
    assert page.locator(".wj-figures .wj-value").all_inner_texts() == ["186", "240"]
    form.locator("[name=place]").fill("")
    form.locator("[name=mode]").select_option("targets")
    find(page, "新签约项目")
    page.locator(".wj-planned .wj-value").wait_for()
    assert page.locator(".wj-figures .wj-value").all_inner_texts() == ["400"]
    form.locator("[name=first]").fill("soon")
    find(page, "新签约项目")
    assert "soon" in page.get_by_role("alert").inner_text()


def test_what_is_not_there_offers_what_is(opened: Callable[..., Page]) -> None:
    page = opened("en-US")
    enter(page, "Figures")
    page.locator("#wj-figures-form [name=place]").fill("远方市")
    find(page, "出口额")
    page.get_by_text("give no figure").wait_for()
    page.get_by_role("button", name="Show the 3").click()
    page.locator(".wj-value").first.wait_for()
    assert page.locator("#wj-figures-form [name=place]").input_value() == ""


def test_the_measures_of_the_corpus_are_offered_as_one_types(opened: Callable[..., Page]) -> None:
    page = opened()
    enter(page)
    page.locator("#wj-figures-form input[name=words]").press_sequentially("签约")
    page.wait_for_function("document.querySelectorAll('#wj-measures option').length > 0")
    assert "新签约项目" in page.locator("#wj-measures option").evaluate_all("all => all.map(one => one.value)")


def test_the_csv_file_opens_in_a_spreadsheet_as_chinese(opened: Callable[..., Page]) -> None:
    page = opened()
    enter(page)
    find(page, "出口额")
    page.locator(".wj-value").first.wait_for()
    for _ in range(2):  # and the same once more
        with page.expect_download() as download:
            page.locator(".wj-csv").click()
    assert download.value.suggested_filename == "出口额.csv"
    text = download.value.path().read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    assert [(line["主体"], line["时期"], line["数值"], line["单位"]) for line in lines][1] == (
        "云岭开发区", "2022年", "4.553", "亿元",
    )  # fmt: skip
    assert all("第" in line["出处"] for line in lines)


def test_a_mark_of_the_plot_shows_its_sentence(opened: Callable[..., Page]) -> None:
    page = opened()
    enter(page)
    find(page, "出口额")
    page.locator(".wj-plot .wj-dot").last.click()
    assert page.locator("#wj-figure mark").inner_text() == "4.6亿元"
    assert page.locator(".wj-value[aria-pressed]").inner_text() == "4.6"


def test_the_first_view_asks_nothing_more_than_a_page_without_the_tab(
    browser: Browser, bulletins: str, address: str
) -> None:
    def asked(url: str) -> list[str]:
        sent: list[str] = []
        with closing(browser.new_context(locale="zh-CN")) as context:
            page = context.new_page()
            page.on("request", lambda request: sent.append(request.url.removeprefix(url).split("?")[0]))
            page.goto(url)
            page.locator("#wj-welcome h2").wait_for()
        return [path for path in sent if path.startswith(("wenju/", "gradio_api/queue/join"))]

    with_tab, without = asked(bulletins), asked(address)
    assert len(with_tab) <= len(without) + 1, "one for the documents tab, none for the figures"


@pytest.mark.parametrize(("dark", "width", "locale"), [
    (False, 1280, "zh-CN"), (True, 1280, "en-US"), (False, 390, "en-US"), (True, 390, "zh-CN"),
])  # fmt: skip
def test_nothing_serious_keeps_anyone_from_the_figures(
    opened: Callable[..., Page], dark: bool, width: int, locale: str
) -> None:
    page = opened(locale, width, dark=dark)
    enter(page, SAID[locale]["tab"])
    page.locator(".wj-measure").first.wait_for()
    assert serious(page) == []
    find(page, "新签约项目")
    value = page.locator(".wj-value[data-against]").first
    value.wait_for()
    value.click()
    page.locator("#wj-figure summary").first.click()
    assert serious(page) == []


def test_hostile_text_is_only_text(browser: Browser) -> None:
    with (
        closing(launch(FiguresQA(), "127.0.0.1", free_port())) as served,
        opening(browser, served.local_url) as open_page,
    ):
        page = open_page()
        enter(page)
        find(page, "危险")
        page.locator(".wj-value").last.click()
        assert page.evaluate("window.hacked") is None
        for place in ("#wj-figures-shown", "#wj-figure"):
            assert page.locator(f"{place} :is(script, img, .katex)").count() == 0
        assert page.locator("#wj-figure mark").first.inner_text() == show_controls(HOSTILE)
        find(page, f"没有{HOSTILE}")
        page.get_by_text("没有找到").wait_for()
        assert page.locator("#wj-figures-shown :is(script, img)").count() == 0
