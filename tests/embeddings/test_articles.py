from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.reading.documents import read_document
from embeddings.splitting.articles import CAPTIONS, names_actor, split_articles
from embeddings.splitting.dating import lead_date
from embeddings.splitting.parts import LONGEST_SENTENCE
from embeddings.types import Document, Line, join_sentences
from tests.embeddings.reading import (
    articles_of,
    assert_nothing_lost_or_doubled,
    core,
    headings_of,
    only_article,
    sentences_of,
    text_document,
    texts_of,
)

if TYPE_CHECKING:
    from embeddings.types import Article

BRIEFS = """产业园新闻

沈河区发布年度报告

□本报记者 陈立轩

本报讯 3月5日,沈河区发布报告,营收12.6亿元。园区企业增加到47家。

铁西区开通线上审批

□本报记者 周亚楠 通讯员 祝志远

本报讯 铁西区审批时间由18天减少到6天。
"""
SIGNED = """沈阳某园再添两家绿色工厂

近日,园区两家企业获评绿色工厂。

韩琳琳

沈阳某园首次开通线上评审

近日,园区首次采用远程评审,完成评审工作。

方 舟
"""
SINGLE = """园区发布成绩单

2024年1月18日,园区召开大会,发布经济运行情况。全年营收突破300亿元。

民生保障同步推进

全年新建学校11所,新增学位1.58万个。
"""
WRAPPED = """滨海新区:向海图强

2024年,滨海新区牢牢抓住协同发展这个机遇,全年地区生产总值突破7600亿元
同比增长百分之五点六,固定资产投资增长百分之六,外贸进出口总额达5
218亿元,占全市的六成以上,科技园全年新增注册企业1126家并且不断
增长。港口智慧绿色转型提速,全年吞吐量达2329万标箱,岸线长一千多米。

本报记者 陈立轩
"""
MARKDOWN = """---
title: 某县:一片叶子富一方
---
# 某县:一片叶子富一方

> 来源:某县融媒体中心 | 发布日期:2024-02-06

某县面积1987平方公里。**户籍人口**31.6万人。

## 茶产业

- 茶园面积26.5万亩
- 干毛茶产量2.1万吨

## 几个数

### 工业

规上企业71家。

| 指标 | 2022年 | 2023年 |
|---|---|---|
| 游客(万人次) | 387 | 655 |

## 附录
"""
HTML = """<html><head><title>某港再创新高 - 某新闻网</title></head><body>
<div><a>首页</a></div><div>当前位置:首页 &gt; 正文</div>
<h1>某港再创新高</h1>
<p>2025-01-09 08:15 来源:某日报 记者:陈立轩</p>
<p>某港完成吞吐量2.12亿吨。增长8.9%。</p>
<p><strong>航线网络持续加密</strong></p>
<p>开通航线83条。</p>
<p>分享到:微信</p>
</body></html>
"""
EMAIL = """发件人: 张三 <zhang@example.cn>
收件人: 李四
主题: 关于项目进度

李四,你好:

项目已完成60%,预计6月底竣工。附件为明细,请查收。

祝好
张三
"""
ENGLISH = """Zone Marks Three Years of Cross-Border Integration Between the Two Sides

By Grace Leong, Delta Business Herald
20 September 2024

The zone ended its third year with 58,462 registered entities. Its founder, Dr. Vincent Ho, agreed.

"My commute took ninety minutes. Now it takes thirty," said a resident.
"""


def read(folder: Path, name: str, text: str) -> Document:
    (folder / name).write_text(text, encoding="utf-8")
    return read_document(folder, name)


def outline(articles: tuple[Article, ...]) -> list[tuple[str, str, str, str | None]]:
    return [(article.page_title, article.headline, article.byline, article.date) for article in articles]


# --- pages of several articles ---


def test_a_page_with_leading_bylines_is_cut_at_its_headlines() -> None:
    articles = assert_nothing_lost_or_doubled(text_document(BRIEFS))
    assert outline(articles) == [
        ("", "产业园新闻 沈河区发布年度报告", "本报记者 陈立轩", "--03-05"),
        ("", "铁西区开通线上审批", "本报记者 周亚楠 通讯员 祝志远", None),
    ]
    assert texts_of(articles[0]) == ["本报讯 3月5日,沈河区发布报告,营收12.6亿元。", "园区企业增加到47家。"]
    assert [(sentence.start, sentence.end) for sentence in sentences_of(articles[1])] == [(13, 13)]


def test_a_page_headline_that_stands_apart_is_each_articles_page_title() -> None:
    articles = assert_nothing_lost_or_doubled(text_document(BRIEFS.replace("产业园新闻\n", "产业园新闻\n\n\n\n")))
    assert outline(articles)[0][:2] == ("产业园新闻", "沈河区发布年度报告")
    assert outline(articles)[1][:2] == ("产业园新闻", "铁西区开通线上审批")


def test_a_page_with_trailing_names_is_cut_behind_them() -> None:
    articles = assert_nothing_lost_or_doubled(text_document(SIGNED))
    assert outline(articles) == [
        ("", "沈阳某园再添两家绿色工厂", "韩琳琳", None),
        ("", "沈阳某园首次开通线上评审", "方 舟", None),
    ]


def test_a_latin_masthead_is_no_part_of_a_headline() -> None:
    (article, _) = articles_of("JIN RI\n\n" + BRIEFS)
    assert article.headline == "产业园新闻 沈河区发布年度报告"


def test_photo_news_of_a_headline_alone_is_an_article() -> None:
    text = BRIEFS + "\n沈阳举行长跑赛\n\n□本报记者 李青\n"
    articles = assert_nothing_lost_or_doubled(text_document(text))
    assert [article.headline for article in articles][2:] == []
    assert "沈阳举行长跑赛" in [text for article in articles for text in texts_of(article)]


# --- single articles ---


def test_a_plain_article_has_headline_sections_and_date() -> None:
    (article,) = assert_nothing_lost_or_doubled(text_document(SINGLE))
    assert outline((article,)) == [("", "园区发布成绩单", "", "2024-01-18")]
    assert headings_of(article) == ["", "民生保障同步推进"]
    assert [sentence.start for sentence in sentences_of(article)] == [3, 3, 7]


def test_a_text_without_headline_takes_its_first_sentence() -> None:
    (article,) = assert_nothing_lost_or_doubled(text_document("12月25日,某区召开发布会。会上介绍了成绩。"))
    assert outline((article,)) == [("", "12月25日,某区召开发布会。", "", "--12-25")]
    assert texts_of(article) == ["12月25日,某区召开发布会。", "会上介绍了成绩。"]


def test_a_wrapped_text_is_put_together_again() -> None:
    (article,) = assert_nothing_lost_or_doubled(text_document(WRAPPED))
    assert outline((article,)) == [("", "滨海新区:向海图强", "本报记者 陈立轩", None)]
    (first, second) = sentences_of(article)
    assert "总额达5218亿元" in first.text
    assert (first.start, first.end) == (3, 6)
    assert (second.text[:4], second.start, second.end) == ("港口智慧", 6, 6)


def test_a_bare_list_of_lines_is_one_article_with_a_sentence_for_each() -> None:
    lines = [f"第{number}企业" for number in "甲乙丙丁戊己"]
    (article,) = assert_nothing_lost_or_doubled(text_document("\n".join(lines)))
    assert article.headline == lines[0]
    assert texts_of(article) == lines
    (apart,) = assert_nothing_lost_or_doubled(text_document("\n\n".join(lines)))
    assert texts_of(apart) == lines


def test_an_email_keeps_all_its_words() -> None:
    (article,) = assert_nothing_lost_or_doubled(text_document(EMAIL))
    assert "项目已完成60%,预计6月底竣工。" in texts_of(article)


def test_an_english_text_has_headline_byline_and_date() -> None:
    (article,) = articles_of(ENGLISH)
    assert outline((article,)) == [
        (
            "",
            "Zone Marks Three Years of Cross-Border Integration Between the Two Sides",
            "By Grace Leong, Delta Business Herald",
            "2024-09-20",
        )
    ]
    assert texts_of(article) == [
        "The zone ended its third year with 58,462 registered entities.",
        "Its founder, Dr. Vincent Ho, agreed.",
        '"My commute took ninety minutes.',
        'Now it takes thirty," said a resident.',
    ]


@pytest.mark.parametrize("marks", ["■", "■\n■\n■", "■\n\n■ \n\n□"])
def test_the_mark_of_a_caption_with_nothing_behind_it_is_no_text(marks: str) -> None:
    """Found by `make fuzz`: it ended the build."""
    article = only_article(f"港口扩建\n\n{marks}\n东港今年建成码头3座,总投资12.6亿元。")
    assert "东港今年建成码头3座,总投资12.6亿元。" in "".join(texts_of(article))
    assert all(texts_of(article))


def test_captions_are_a_section_at_the_end() -> None:
    article = only_article("园区发布成绩单\n\n■会场一角。\n\n全年营收突破300亿元,增长5%。\n")
    assert headings_of(article) == ["", CAPTIONS]
    assert [(sentence.text, sentence.start) for sentence in sentences_of(article)] == [
        ("全年营收突破300亿元,增长5%。", 5),
        ("会场一角。", 3),
    ]


def test_a_source_line_does_not_cut_an_article() -> None:
    article = only_article(SINGLE.replace("民生保障", "(稿件来源“某传媒”)\n\n民生保障"))
    assert headings_of(article) == ["", "民生保障同步推进"]


def test_a_sentence_longer_than_the_limit_is_cut() -> None:
    article = only_article("园区建设" * 150 + "。")
    assert max(len(text) for text in texts_of(article)) == LONGEST_SENTENCE
    assert "".join(texts_of(article)) == "园区建设" * 150 + "。"


def test_a_paragraph_begins_with_a_line_feed_and_a_sentence_within_one_with_nothing() -> None:
    article = only_article("园区发布成绩单\n\n甲企业开工,进展好。乙企业投产。\n\n丙企业竣工。")
    assert [sentence.lead for sentence in sentences_of(article)] == ["", "", "\n"]


def test_a_subhead_with_nothing_under_it_still_says_something() -> None:
    (article,) = assert_nothing_lost_or_doubled(
        text_document(SINGLE + "\n\n\n产业升级\n\n\n\n开放引领\n\n园区开放。\n")
    )
    assert headings_of(article) == ["", "民生保障同步推进", "产业升级 开放引领"]
    (closing,) = assert_nothing_lost_or_doubled(text_document(SINGLE + "\n未完待续\n"))
    assert texts_of(closing)[-1] == "未完待续"


@pytest.mark.parametrize("text", ["", "\n\n", "-----", "请输入验证码", "(稿件来源“某传媒”)", "2024-01-05"])
def test_a_text_that_says_nothing_has_no_articles(text: str) -> None:
    assert articles_of(text) == ()


@pytest.mark.parametrize("text", ["园区", "本报记者 陈立轩", "营收12.6亿元。", "■会场。", "- 甲", "？好"])
def test_a_text_of_one_line_is_an_article(text: str) -> None:
    (article,) = assert_nothing_lost_or_doubled(text_document(text))
    assert article.headline
    assert len(sentences_of(article)) == 1


# --- formats that mark headings ---


def test_markdown_gives_sections_lists_and_tables_with_their_lines(tmp_path: Path) -> None:
    (article,) = assert_nothing_lost_or_doubled(read(tmp_path, "a.md", MARKDOWN))
    assert (article.headline, article.page_title, article.date) == ("某县:一片叶子富一方", "", "2024-02-06")
    assert [
        (section.heading, [(item.text, item.start) for item in section.sentences]) for section in article.sections
    ] == [
        ("", [("某县面积1987平方公里。", 8), ("户籍人口31.6万人。", 8)]),
        ("茶产业", [("茶园面积26.5万亩", 12), ("干毛茶产量2.1万吨", 13)]),
        (
            "几个数 工业",
            [
                ("规上企业71家。", 19),
                ("指标：游客(万人次)；2022年：387；2023年：655。", 23),
                ("附录", 25),
            ],
        ),
    ]


def test_each_top_heading_of_several_opens_an_article(tmp_path: Path) -> None:
    text = "---\ntitle: 周报\n---\n# 甲\n\n甲文。\n\n# 乙\n\n# 丙\n\n丙文。\n"
    articles = assert_nothing_lost_or_doubled(read(tmp_path, "a.md", text))
    assert [(article.page_title, article.headline, texts_of(article)) for article in articles] == [
        ("周报", "甲", ["甲文。"]),
        ("周报", "乙", ["乙"]),
        ("周报", "丙", ["丙文。"]),
    ]


def test_second_level_headings_without_a_title_are_no_sections_of_the_first(tmp_path: Path) -> None:
    articles = assert_nothing_lost_or_doubled(read(tmp_path, "a.md", "## 甲\n\n甲文。\n\n## 乙\n\n乙文。\n"))
    assert [(article.headline, headings_of(article)) for article in articles] == [("甲", [""]), ("乙", [""])]


def test_a_web_page_loses_its_navigation_and_keeps_subheads_set_by_hand(tmp_path: Path) -> None:
    (article,) = split_articles(read(tmp_path, "a.html", HTML))
    assert outline((article,)) == [("", "某港再创新高", "2025-01-09 08:15 来源:某日报 记者:陈立轩", "2025-01-09")]
    assert [(section.heading, [item.text for item in section.sentences]) for section in article.sections] == [
        ("", ["某港完成吞吐量2.12亿吨。", "增长8.9%。"]),
        ("航线网络持续加密", ["开通航线83条。"]),
    ]


# --- small parts ---


@pytest.mark.parametrize(
    ("lead", "date"),
    [
        ("本报3月5日讯 园区开工。", "--03-05"),
        ("新华社北京2024年3月5日电 园区开工。", "2024-03-05"),
        ("12月25日,某区召开发布会。", "--12-25"),
        ("2024年1月18日，园区召开大会。", "2024-01-18"),
        ("比赛将于5月21日开赛。", None),
        ("截至2023年12月31日,园区有企业10家。", None),
        ("园区开工。5月1日竣工。", None),
        ("13月45日", None),
        ("本报2月30日讯 园区开工。", None),
        ("本报2月29日讯 园区开工。", "--02-29"),
        ("本报2023年2月29日讯 园区开工。", None),
        ("2024年4月31日，园区召开大会。", None),
        ("近日,园区开工。", None),
        ("去年8月30日，园区获批。", None),
        ("自7月22日起，园区开放。", None),
        ("23-08-15 06:38，园区开工。", "2023-08-15"),
        ("08-15 11:05，园区开工。", "--08-15"),
        ("202308/15 11:05:00，园区开工。", "2023-08-15"),
        ("本报讯(记者 甲乙 通讯员 丙丁)5月6日,园区开工。", "--05-06"),
        ("本报讯 记者甲乙 记者丙丁 通讯员戊己 2024年5月6日,园区开工。", "2024-05-06"),
        (f"本报讯({'记者' * 400}", None),  # reading it in every possible way would take years
        (f"本报讯{'记者甲(乙)' * 200}", None),
        (f"本报讯{'通讯员 甲 ' * 200}", None),
        ("", None),
    ],
)
def test_the_first_words_give_a_date_as_far_as_they_name_one(lead: str, date: str | None) -> None:
    assert lead_date(lead) == date


@pytest.mark.parametrize(
    "heading", ["沈阳再添绿色工厂", "市某某协会聘任专家", "全市评选先进", "沈河区发布报告", "某某公司投产"]
)
def test_a_headline_names_who_acts(heading: str) -> None:
    assert names_actor(heading)


@pytest.mark.parametrize("heading", ["产业升级 构筑新优势", "开放引领", "聚焦数字赋能", ""])
def test_a_subhead_names_nobody(heading: str) -> None:
    assert not names_actor(heading)


# --- whatever comes ---

LINES = st.one_of(
    st.sampled_from(
        [
            *("本报记者 陈立轩", "□本报记者 李青", "韩琳琳", "方 舟", "文/王铮 图/李四", "By Ann Lee"),
            *("■图为会场一角。", "会场内景。", "PAGE ONE", "2024", "**", "---", "“", "请输入验证码"),
            *("(稿件来源“某传媒”)", "2024-01-05 08:00 来源:某报", "20 September 2024"),
            *("产业升级 构筑新优势", "沈阳某公司发布年度报告", "沈河区开通审批", "思路：抓重点", "改革：促发展"),
            *("- 第一项目", "* 第二项目", "名单如下:", "某某社区", "会议强调,要加快推进,", "在建设中,始终,推"),
            *("同时,各项工作继续。", "动发展。", "与企业对接", "时。", "他说:“好", "。”", "3家企业入选。"),
            *("园区坚持项目为王,不断优化服务,推动高质量发展。这是第二句。", "营收达12.6亿元", "A line. And on."),
        ]
    ),
    st.text(max_size=40),
    st.just(""),
    st.just(""),
)


def unlike(lines: list[str]) -> list[str]:
    """Leave out lines whose words stood before, so that what is doubled can be told."""
    seen: set[str] = set()
    kept = []
    for line in (line.replace("\n", "").replace("\r", "") for line in lines):
        if not core(line) or core(line) not in seen:
            kept.append(line)
        seen.add(core(line))
    return kept


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=14))
def test_no_word_of_any_text_is_lost_or_doubled(lines: list[str]) -> None:
    assert_nothing_lost_or_doubled(text_document("\n".join(unlike(lines))))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(LINES, st.sampled_from([None, None, None, 1, 2, 3]), st.booleans()), max_size=14),
    st.sampled_from([None, "站点标题"]),
)
def test_no_word_of_any_marked_up_text_is_lost_or_doubled(
    rows: list[tuple[str, int | None, bool]], title: str | None
) -> None:
    kept = set(unlike([text for text, _, _ in rows]))
    lines: list[Line] = []
    for number, (text, level, gap) in enumerate(rows, start=1):
        plain = text.strip("-*■□ ")
        if plain in kept and core(plain) and not any(plain == line.text for line in lines):
            lines += [Line(number, plain, level), *([Line(number, "")] if gap else [])]
    assert_nothing_lost_or_doubled(Document("a.md", "line", tuple(lines), title))


@settings(max_examples=50, deadline=None)
@given(st.lists(LINES, max_size=14))
def test_any_text_is_split_the_same_way_twice(lines: list[str]) -> None:
    document = text_document("\n".join(lines))
    assert split_articles(document) == split_articles(document)


def test_a_blank_stays_between_the_sentences_of_an_english_paragraph() -> None:
    sentences = sentences_of(only_article("A Bridge\n\nIt opened in May. It cost 4 million. It is long."))

    assert join_sentences(tuple(sentences)) == "It opened in May. It cost 4 million. It is long."


def test_a_headline_that_every_passage_would_have_to_repeat_is_text(tmp_path: Path) -> None:
    long = "港口扩建工程" * 60
    html = f"<h1>{long}</h1><p>港口今年建成码头3座。</p><h2>{long}</h2><p>医院今年接诊12万人次。</p>"
    (article,) = split_articles(read(tmp_path, "a.html", html))
    assert max(len(article.headline), *map(len, headings_of(article))) <= 450
    assert texts_of(article).count("港口今年建成码头3座。") == 1
    assert "".join(texts_of(article)).count(long) == 2
