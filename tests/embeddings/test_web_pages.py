"""Web pages as they are written: tags left open, deletions, exponents, lists, forms; and where each line stands."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from embeddings.guarding.cutting import read_pieces
from embeddings.reading.markup.html_text import read_html
from embeddings.reading.markup.html_tree import Element, End, Text, read_page
from embeddings.reading.text.lines import without_site
from embeddings.reading.text.raised import lowered, raised
from embeddings.splitting.articles import split_articles
from embeddings.types import Document


def texts(page: str) -> list[str]:
    return [line.text for line in read_html(page).lines if line.text]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            "<ul><li>站长由孟川担任<li hidden>样例<li>投资40万元</ul><p>后文。",
            ["• 站长由孟川担任", "• 投资40万元", "后文。"],
        ),
        (
            "<table><tr hidden><td>样例<td>1<tr><th>项目<th>投资<tr><td>东渠<td>3万元</table>后",
            ["项目：东渠；投资：3万元。", "后"],
        ),
        ("<nav><a>栏目</a><h1>公告</h1><p>东渠开工。", ["栏目", "公告", "东渠开工。"]),
        ("<div><nav><a>栏目</a></div><div>东渠开工。", ["东渠开工。"]),
        ("<div style='display: none'>样例<p>东渠开工。", ["样例", "东渠开工。"]),
        ("<p hidden>样例<p>东渠开工。", ["东渠开工。"]),
        ("<dl><dt hidden>样例<dd>东渠开工。</dl>", ["东渠开工。"]),
        ("<h2>小题</h3>东渠开工。", ["小题", "东渠开工。"]),
        ("<span hidden>样例</div></span>东渠", ["东渠"]),
        ("<table><tr><td>甲<td hidden>样例<td>乙<tr><td>丙<td>丁</table>", ["甲：乙。", "丙：丁。"]),
        ("<form>查找<input></form>东渠", ["东渠"]),
        ("<form>查找<input></p><div>东渠", ["查找", "东渠"]),
        ("<template><p>样例</p></template><noscript>样例</noscript>东渠", ["东渠"]),
        ("<svg><title>图</title></svg>东渠", ["东渠"]),
    ],
)
def test_a_tag_that_is_left_open_takes_nothing_with_it(page: str, expected: list[str]) -> None:
    assert texts(page) == expected


def test_a_deleted_price_is_not_read_and_that_is_said() -> None:
    page = read_html("<p>门票<del>45元</del> 30元，<s>旧</s><span style='text-decoration:line-through'>旧</span>新。")
    assert [line.text for line in page.lines] == ["门票 30元，新。"]
    (note,) = page.notes
    assert (note.zh, note.en) == ("划去的文字 3 处，未读入。", "3 struck-out texts were left out.")
    assert note.left_out
    assert texts("<p>门票<del>45元 30元") == ["门票45元 30元"]  # a browser strikes all the rest out; it is not lost


def test_what_is_raised_or_lowered_is_not_run_together_with_its_figure() -> None:
    page = "<p>库容4.7×10<sup>8</sup>m<sup>3</sup>，10<sup>-3</sup>，CO<sub>2</sub>，宽3米<sup>2</sup>，5<sup>th</sup>"
    assert texts(page) == ["库容4.7×10⁸m³，10⁻³，CO₂，宽3米²，5th"]
    assert texts("<p>库容<math><mn>4.7</mn><mo>×</mo><msup><mn>10</mn><mn>8</mn></msup></math>方") == ["库容4.7×10⁸方"]


@pytest.mark.parametrize(
    "mark", ["<sup>[1]</sup>", "<sup>1</sup>", "<sup><a href=#n>1</a></sup>", "<sup>①</sup>", "<sup>注2</sup>"]
)
def test_the_mark_of_a_note_is_no_figure(mark: str) -> None:
    assert texts(f"<p>站长为孟川{mark}，任期三年。") == ["站长为孟川，任期三年。"]


def test_what_has_no_small_characters_is_set_behind_a_mark() -> None:
    assert raised("n+K", "x") == "^(n+K)"
    assert lowered("Q") == "_Q"
    assert (raised("x", "e"), raised("注", "库")) == ("ˣ", "")


def test_entries_of_lists_have_the_numbers_that_a_reader_sees() -> None:
    page = "<ol><li>取号<li>填表</ol><p>等候。<ol start=3><li>缴费5元<li value=9>领证</ol><ol type=a><li>附件</ol>"
    assert texts(page) == ["• 1. 取号", "• 2. 填表", "等候。", "• 3. 缴费5元", "• 9. 领证", "• a. 附件"]
    assert texts("<ol reversed start=2><li>甲<li>乙</ol>") == ["• 2. 甲", "• 1. 乙"]
    assert texts("<ol><li>1、已有号<li><p>长文。</p><p>续。</p></ol>") == ["• 1、已有号", "2. 长文。", "续。"]
    assert texts("<ol style='list-style: none'><li>甲</ol><ul><li>乙</ul>") == ["• 甲", "• 乙"]


def test_what_a_definition_list_defines_stands_with_what_it_is() -> None:
    assert texts("<dl><dt>投资<dd>3万元<dt>工期：<dd>两年<dd>至秋天<dt>要多久？<dd>5天</dl>") == [
        *("投资：3万元", "工期：两年", "工期：至秋天"),
        *("要多久？", "5天"),
    ]
    assert texts("<dl><dt>投资<dt>工期<dd>两年<dt>其他</dl>后文") == ["投资", "工期：两年", "其他", "后文"]
    assert texts("<dl><dt>投资<dd></dd></dl>") == ["投资"]


def test_cells_that_span_rows_and_columns_keep_what_is_beside_them_in_its_column() -> None:
    page = """<table><tr><th>村<th>人口<th>面积
<tr><td rowspan=2>东村<td>12<td rowspan=0>3
<tr><td>15
<tr><td colspan=2>合计</table>"""
    assert texts(page) == ["村：东村；人口：12；面积：3。", "村：东村；人口：15；面积：3。", "村：合计；面积：3。"]


def test_a_form_that_holds_an_article_is_read() -> None:
    article = "东渠去年开工，投资3万元。" * 10
    assert texts(f"<p>公告</p><form><p>{article}</p><select><option>全部</select></form>{'后' * 300}")[1] == article


def test_lines_keep_their_numbers_through_comments_scripts_and_attributes() -> None:
    page = "<!-- 一\n二 -->\n<script>\nvar a;\n</script>\n<p\nclass=x>东渠\n<br>西渠<del>\n</del>\n<sup>\n2</sup></p>"
    page += "\n<ol>\n<li>取号"
    assert [(line.number, line.text) for line in read_html(page).lines if line.text] == [
        (7, "东渠"),
        (8, "西渠"),
        (13, "• 1. 取号"),
    ]


@pytest.mark.parametrize(
    ("title", "headings", "expected"),
    [
        ("东渠开工_高台新闻网", [], "东渠开工"),
        ("东渠开工 - 通知公告 - 高台县人民政府", [], "东渠开工"),
        ("东渠开工通知-高台县水务局", [], "东渠开工通知"),
        ("东渠开工 | 高台在线 | www.example.com", [], "东渠开工"),
        ("高台县人民政府 东渠昨日开工", ["东渠昨日开工"], "东渠昨日开工"),
        ("高台县2020-2025年水利规划", [], "高台县2020-2025年水利规划"),
        ("高台县人民政府", [], "高台县人民政府"),
    ],
)
def test_a_title_does_not_name_the_site(title: str, headings: list[str], expected: str) -> None:
    assert without_site(title, headings) == expected


def test_the_name_of_a_site_in_its_first_heading_is_no_headline() -> None:
    page = read_html(
        "<title>东渠昨日开工 - 高台县人民政府</title><h1>高台县人民政府网站</h1>"
        "<div>东渠昨日开工</div><p>投资3万元。</p>"
    )
    assert [line.level for line in page.lines] == [None] * 5
    (article,) = split_articles(Document("a.html", "line", page.lines, page.title))
    assert article.headline == "东渠昨日开工"


def test_a_menu_above_the_headline_is_no_text_and_does_not_date_it() -> None:
    menu = "<ul><li>首页<li>5月1日专题<li>服务</ul>"
    for headline in ("<h1>东渠昨日开工</h1>", "<div>东渠昨日开工</div>"):
        page = read_html(
            f"<title>东渠昨日开工_高台网</title>{menu}{headline}<div>2020-03-09 10:00</div><p>投资3万元。</p>"
        )
        (article,) = split_articles(Document("a.html", "line", page.lines, page.title))
        assert (article.headline, article.date) == ("东渠昨日开工", "2020-03-09")
        assert [sentence.text for section in article.sections for sentence in section.sentences] == ["投资3万元。"]


@pytest.mark.parametrize(
    "meta",
    [
        '<meta name="PubDate" content="2020-03-09 10:00">',
        '<meta property="og:published_time" content="2020-03-09">',
        '<meta itemprop="datePublished" content="2020-03-09T10:00:00+08:00">',
        '<script type="application/ld+json">{"datePublished": "2020-03-09T10:00"}</script>',
        '<meta name="DC.date.issued" content="20200309">',
        "<time datetime=2020-03-09>昨天</time>",
    ],
)
def test_the_day_is_in_the_metadata(meta: str) -> None:
    assert read_html(f"{meta}<p>东渠开工。").date == "2020-03-09"


def test_the_title_of_a_page_is_its_headline_whatever_stands_above_the_text() -> None:
    page = read_html(
        "<title>高台县2020年水利数据公布</title><div>首页 | 要闻 | 政务服务 | 繁体</div><div>水利工作</div>"
        "<div>2020年，全县新建水闸12座。</div>"
    )
    (article,) = split_articles(Document("a.html", "line", page.lines, page.title))
    assert article.headline == "高台县2020年水利数据公布"
    page = read_html("<title>东渠昨日开工_高台网</title><div>要闻</div><div>东渠昨日开工</div><p>投资3万元。</p>")
    (article,) = split_articles(Document("a.html", "line", page.lines, page.title))
    assert (article.headline, [section.heading for section in article.sections]) == ("东渠昨日开工", [""])


@pytest.mark.parametrize(
    "page",
    [
        "<li><p>" * 20_000,
        "<article><table><td>" + "<i>" * 20_000 + "</article>" * 20_000,
        "<span>" * 20_000 + "</b>" * 20_000,
        "<form>" * 20_000,
        "<sup>" * 20_000 + "<del>" * 20_000,
        "<dl><dt>甲" * 5_000,
        "<ol>" * 20_000 + "<li>",
        "<p hidden>" * 20_000 + "<p>",
    ],
)
def test_a_page_of_nothing_but_tags_is_read_in_passing(page: str) -> None:
    before = time.process_time()
    assert "字" in texts(page + "字")[-1]
    assert time.process_time() - before < 10


def test_items_are_well_nested() -> None:
    page = read_page("<div><p>一<b>二<p>三</b></div></i><td>四")
    open_elements: list[Element] = []
    for place, item in enumerate(page.items):
        if isinstance(item, Element):
            open_elements.append(item)
        elif isinstance(item, End):
            assert open_elements.pop() is item.element
            assert item.element.end == place
    assert not open_elements
    assert "".join(item.text for item in page.items if isinstance(item, Text)) == "一二三四"


def test_a_long_page_is_cut_at_the_limit_and_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.reading.documents.LONGEST_MARKED", 1000)
    (tmp_path / "a.html").write_text("<p>东渠开工，投资3万元。\n" * 100)
    (note,) = read_pieces(tmp_path, "a.html").notes
    assert note.left_out
    assert "只读了前 " in note.zh
