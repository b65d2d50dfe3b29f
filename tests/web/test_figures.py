"""The figures tab without a browser: what is asked for, what is shown, and that text stays text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import gradio as gr
import pytest

from qa.figures.searching.conditions import ALL_MODES, RESULTS, TARGETS
from qa.figures.tables.plotting import panels_of
from qa.figures.tables.table import table_of
from tests.made_figures import figure, projects, values_apart
from tests.web.answers import HandMadeQA
from tests.web.told_figures import FiguresQA
from web.desk import Desk, OpenedLater
from web.door.access import ServeSettings
from web.figures.drawing import scale_of
from web.figures.query import FigureQuery
from web.figures.tables import MOST_ROWS, render_figures
from web.serving.figures import Handlers
from web.serving.page import build_page

if TYPE_CHECKING:
    from pathlib import Path

    from chinese.errors import Language


def handlers(qa: FiguresQA) -> Handlers:
    return Handlers(Desk(qa, ServeSettings()), qa)


def asked(**given: str) -> str:
    return json.dumps(given)


def found(qa: FiguresQA, language: Language = "zh", **given: str) -> str:
    *_, shown = handlers(qa).find(asked(**given), language)
    return shown


class Tags(HTMLParser):
    """Every tag with its attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, name: str = "") -> list[dict[str, str | None]]:
        return [given for own, given in self.tags if own == tag and name in (given.get("class") or "")]


def test_what_the_page_sends_becomes_a_query() -> None:
    said = asked(words=" 新签约项目 ", place="云岭、海棠湾 新区", first="2020", last="", mode="targets")
    query = FigureQuery.from_json(said)
    assert (query.words, query.places, query.periods) == ("新签约项目", ("云岭", "海棠湾", "新区"), ("2020", ""))
    assert query.modes == TARGETS
    assert (query.widened.places, query.widened.periods, query.widened.modes) == ((), None, ALL_MODES)
    assert FigureQuery.from_json(asked(mode="results")).modes == RESULTS


@pytest.mark.parametrize(
    "said", [None, "", "[]", "{", '{"words": 5, "mode": {}}', "[" * 100_000, '{"words": "\\ud800"}']
)
def test_what_the_page_never_sends_is_as_if_nothing_was_asked(said: str | None) -> None:
    query = FigureQuery.from_json(said)
    assert query.words in ("", "?")
    assert query.modes == ALL_MODES


def test_a_measure_is_asked_for_with_its_conditions_and_shown_as_a_table() -> None:
    qa = FiguresQA()
    shown = Tags(found(qa, words="新签约项目", place="云岭", first="2022", mode="all"))
    assert qa.wanted == [("新签约项目", ("云岭",), ("2022", ""), ALL_MODES)]
    assert [given.get("scope") for given in shown.all("th")] == [*["col"] * 4, *["row"] * 3]
    assert len(shown.all("caption")) == 1
    assert "找到 6 个数字" in shown.text


def test_every_value_names_the_cards_that_it_shows_and_disagreement_both_sides() -> None:
    shown = Tags(render_figures(table_of(projects(), values_apart), "新签约项目", "zh"))
    cards = [given["data-figure"] for given in shown.all("article")]
    values = shown.all("button", "wj-value")
    differing = [value for value in values if "data-against" in value]
    assert cards == [str(number) for number in range(len(projects()))]
    assert {number for value in values for number in (value["data-own"] or "").split()} == set(cards)
    assert [len((value["data-own"] or "").split()) for value in differing] == [2, 1]
    assert all("文档中说法不一" in (value["aria-label"] or "") for value in differing)
    assert "≠ 文档中说法不一" in shown.text


def test_of_a_long_table_the_first_rows_are_shown_and_the_rest_is_said_to_be_in_the_file() -> None:
    table = table_of([figure(whose=f"第{number}县") for number in range(MOST_ROWS + 5)])
    shown = Tags(render_figures(table, "新签约项目", "en"))
    assert len([given for given in shown.all("th") if given.get("scope") == "row"]) == MOST_ROWS
    assert "5 more rows are not shown" in shown.text


def test_several_measures_stand_under_their_names_with_their_units() -> None:
    table = table_of([figure("4.6亿元", 460_000_000, "元", measure="出口额"), figure()])
    shown = Tags(render_figures(table, "出口和签约", "en"))
    assert [given.get("scope") for given in shown.all("th")] == ["col", "col", "rowgroup", "row", "rowgroup", "row"]
    assert "亿元 (CNY 100 million)" in shown.text
    assert "Figures for “出口和签约”" in shown.text


def test_nothing_found_says_so_and_offers_what_is_near_and_what_there_is_elsewhere() -> None:
    elsewhere = Tags(found(FiguresQA(), words="新签约项目", place="远方市"))
    assert "文档里没有找到“新签约项目”的数字" in elsewhere.text
    assert "不限地区、时间有 12 个" in elsewhere.text
    nowhere = Tags(found(FiguresQA(), "en", words="签约额"))
    assert "give no figure for “签约额”" in nowhere.text
    assert nowhere.all("button")[0]["data-words"] == "新签约项目"


def test_without_words_nothing_is_looked_for() -> None:
    qa = FiguresQA()
    assert "排成一张表" in found(qa, words="  ")
    assert qa.wanted == []


def test_an_error_shows_a_sentence_and_logs_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    shown = found(FiguresQA(), "en", words="boom boom")
    assert 'role="alert"' in shown
    assert "secret detail" not in shown
    assert "secret detail" in caplog.text
    assert "问题有 1001 个字" in found(FiguresQA(), words="问" * 1500)


def test_while_the_model_loads_the_tab_says_so() -> None:
    first, *_ = handlers(FiguresQA()).find(asked(words="新签约项目"), "en")
    assert "Looking" in first


def test_hostile_text_is_only_text() -> None:
    shown = found(FiguresQA(), words="危险")
    tags = Tags(shown)
    assert {tag for tag, _ in tags.tags} <= {
        "div", "p", "span", "button", "table", "caption", "thead", "tbody", "tr", "th", "td", "small", "template",
        "article", "strong", "mark", "h3", "details", "summary", "dl", "dt", "dd", "figure", "figcaption", "svg", "g",
        "path", "line", "text", "title", "ul", "li",
    }  # fmt: skip
    assert not [given for _, given in tags.tags if any(name.startswith("on") for name in given)]
    assert "\u202e" not in shown
    assert not re.search(r"\$\$|\{\{|\*\*", shown)


def test_the_csv_is_the_whole_table_in_the_language_of_the_page() -> None:
    text = handlers(FiguresQA()).csv(asked(words="新签约项目"), "en")
    assert text.startswith("measure,whose,part")
    assert len(text.splitlines()) == len(projects()) + 1


def test_measures_are_offered_as_json_and_none_for_what_cannot_be_asked() -> None:
    assert json.loads(handlers(FiguresQA()).offer("签约"))[0] == "新签约项目"
    assert json.loads(handlers(FiguresQA()).offer("")) == []


def test_the_tab_is_there_only_where_figures_can_be_told() -> None:
    def tabs(qa: HandMadeQA) -> list[object]:
        page = build_page(Desk(qa, ServeSettings()))
        return [block.id for block in page.blocks.values() if isinstance(block, gr.Tab)]

    assert "figures" in tabs(FiguresQA())
    assert "figures" not in tabs(HandMadeQA())


def test_the_scale_of_a_plot_has_round_numbers_that_hold_all_values() -> None:
    assert scale_of(280, 320) == [280, 290, 300, 310, 320]
    assert scale_of(96, 350) == [0, 100, 200, 300, 400]
    assert scale_of(5, 5) == [2, 4, 6, 8]
    assert scale_of(0, 0)[0] == 0
    assert scale_of(-3.5, 2.5) == [-4, -2, 0, 2, 4]


def test_a_plot_names_what_it_shows_to_who_cannot_see_it() -> None:
    table = table_of(projects())
    assert panels_of(table)
    shown = Tags(render_figures(table, "新签约项目", "zh"))
    (label,) = [given["aria-label"] or "" for given in shown.all("svg") if given.get("role") == "img"]
    assert "随时间的变化" in label
    assert "云岭开发区（目标）" in label


def test_a_tab_that_is_opened_again_keeps_what_was_typed_and_found() -> None:
    tab = handlers(FiguresQA())
    form, start, panel, seen = tab.enter("zh", "")
    assert "<form" in form
    assert "排成一张表" in start
    assert "点表中的数字" in panel
    assert tab.enter("zh", seen) == [gr.skip()] * 4


def test_without_an_index_the_tab_says_how_to_get_one(tmp_path: Path) -> None:
    later = OpenedLater(tmp_path / "index")
    tab = Handlers(Desk(later, ServeSettings()), later)
    assert "<form" in tab.enter("zh", "")[0]
    *_, shown = tab.find(asked(words="出口额"), "zh")
    assert "还没有可问的文档" in shown
    assert str(tmp_path) not in shown
    assert tab.offer("出口") == "[]"
