"""Metadata lines: what they say, that they are neither title nor section, and which of them stay as text."""

from __future__ import annotations

import pytest

from embeddings.splitting.articles import split_articles
from embeddings.splitting.imprint import read_imprint
from embeddings.types import Article, Document, Line

DAY = "2020年3月9日"
NUMBER = "高水发〔2020〕3号"
TITLE = "高台县2019年水利公报"
LONG = "关于高台县2019年国民经济和社会发展计划水利部分执行情况及2020年国民经济和社会发展计划草案的报告"
TEXT = "全年供水1.2亿立方米，比上年增长3.1%。"


def article(*texts: str) -> Article:
    lines = tuple(Line(number, text) for number, text in enumerate(texts, 1))
    (only,) = split_articles(Document("a.txt", "line", lines))
    return only


def parts(found: Article) -> dict[str, str]:
    return {section.heading: "\n".join(sentence.text for sentence in section.sentences) for section in found.sections}


@pytest.mark.parametrize(
    "line",
    [
        "发布时间:2020-03-09 来源:高台县水务局",
        "发布时间:2020-03-09 08:30信息来源:高台县水务局",
        "发布日期：2020年3月9日",
        "发布日期 2020-03-09",
        "【发布日期】2020-03-09",
        "[ 发 布 日 期 ] 2020/03/09",
        "时间:2020-03-09来源:水利园",
        "日期：2020.03.09 编辑：孟川 审核：吕宁",
        "2020-03-09 10:00 来源：高台县水务局 浏览次数：32 字号：大 中 小",
        "2020年3月9日 10:00:12 来自高台",
        "[2020/03/09 16:16]",
        "来源：高台日报 | 2020年03月09日 09:16:30",
        "高台日报 2020年3月9日 星期一 第02版",
        "高台水务 2020年3月9日",
        "信息来源：高台县水务局发布时间：2020-03-09浏览次数：12",
        "发佈日期：2020年3月9日",
        "Published: 2020-03-09",
        "Published on March 9, 2020",
        "Posted: 9 March 2020 10:00 Source: Gaotai Daily",
        "二〇二〇年三月九日",
        "（记者 孟川）2020-03-09 10:00",
        "發佈日期：中華民國109年3月9日",
        "發佈日期：2020/03/09 點閱數：123",
        "Release date: 2020-03-09  Font size: A A A  Print  Share",
        "Updated: 2020-03-09 10:32 (Gaotai County Daily)",
        "By Meng Chuan | Published: 2020-03-09",
        "发布时间：２０２０－０３－０９　【字体：大 中 小】　打印",
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_a_line_of_metadata_dates_the_article_and_is_neither_headline_nor_subhead(line: str, place: int) -> None:
    texts = [TITLE, "一、供水", TEXT]
    texts.insert(place, line)
    found = article(*texts)
    assert (found.headline, found.date) == (TITLE, "2020-03-09")
    assert parts(found) == {"一、供水": TEXT}


@pytest.mark.parametrize(
    "line",
    [
        "时间：3月5日上午9时",
        "资金来源：县财政拨款",
        "2020年3月9日，水库开工",
        "编辑部设在县城",
        "名称：青石水库",
        "来源地：高台",
        "文号管理办法",
        "时间安排：2020年3月",
        "发布时间：近日",
        "第3号",
        "水库2020年3月9日开工。工期两年。 来源：高台日报 【编辑：孟川】",
        "高台县水务局2020年3月9日开会 编辑：孟川",
    ],
)
def test_other_lines_are_no_metadata(line: str) -> None:
    imprint = read_imprint(line)
    assert imprint is None or not imprint.sure


@pytest.mark.parametrize(
    "line",
    [
        "首页 > 政务公开 > 通知公告",
        "网站首页 >> 新闻中心 >> 正文",
        "首页 / 新闻 / 详情",
        "首页 | 要闻 | 政务服务 | 繁體",
        "无障碍 | 长者模式 | English",
        "Home > News > Notices",
        "网站首页",
        "字級：小 中 大",
        "A+ A-",
        "语音播报",
        "扫一扫在手机打开当前页",
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_a_line_of_the_site_is_neither_headline_nor_subhead(line: str, place: int) -> None:
    texts = [TITLE, "发布时间：2020-03-09", TEXT]
    texts.insert(place, line)
    found = article(*texts)
    assert (found.headline, found.date, parts(found)) == (TITLE, "2020-03-09", {"": TEXT})


def test_names_of_columns_above_the_headline_are_not_it() -> None:
    found = article("网站首页", "政务公开", "通知公告", "", DAY, TITLE, TEXT)
    assert (found.headline, parts(found)) == (TITLE, {"": TEXT})


def test_who_signed_a_paper_and_who_passed_a_law_stay_as_text() -> None:
    found = article(TITLE, "签发人：孟川", "发布日期：2020-03-09", TEXT)
    assert parts(found) == {"": TEXT, "签发人": "签发人：孟川"}
    passed = "（2020年3月9日高台县人民代表大会第三次会议通过）"
    found = article("高台县节水条例", passed, "第一条 为节约用水，制定本条例。")
    assert (found.headline, found.date) == ("高台县节水条例", "2020-03-09")
    assert parts(found)["日期"] == passed


def test_the_time_of_what_is_to_be_stays_in_an_announcement() -> None:
    found = article("水利知识讲座", "时间：2020年3月9日 14:00", "地点：高台县图书馆", "讲座免费，欢迎参加。")
    assert "时间：2020年3月9日 14:00" in f"{parts(found)}"


def test_a_table_of_metadata_stands_behind_the_text_and_can_be_found() -> None:
    table = (
        "[ 索引号 ] 0537-2020-00012",
        "[ 发文字号 ]",
        "[ 主题分类 ] 水利",
        "[ 发布机构 ] 高台县水务局",
        "[ 有效性 ]",
    )
    found = article(*table, "[ 成文日期 ] 2020-03-08", "[ 发布日期 ] 2020-03-09", TITLE, TEXT)
    assert (found.headline, found.date) == (TITLE, "2020-03-08")
    assert list(parts(found)) == ["", "索引号、发文机关、日期、分类"]
    assert parts(found)[""] == TEXT
    assert "[ 发布机构 ] 高台县水务局" in parts(found)["索引号、发文机关、日期、分类"]


@pytest.mark.parametrize(
    "table",
    [
        ("索引号：0537-2020-00012", f"发文字号：{NUMBER}", "发布机构：高台县水务局", "成文日期：2020年3月9日"),
        ("索引号：", "0537-2020-00012", "发文字号：", NUMBER, "发布机构：", "高台县水务局", "成文日期：", DAY),
        ("索引号 0537-2020-00012 发布机构 高台县水务局", f"文号 {NUMBER} 成文日期 2020-03-09"),
        ("索引号 | 0537-2020-00012 | 发文机关 | 高台县水务局 |", f"发文字号 | {NUMBER} | 成文日期 | 2020-03-09 |"),
        ("索引号：0537-2020-00012；发布机构：高台县水务局；文号：高水发〔2020〕3号；成文日期：2020-03-09",),
    ],
)
def test_a_table_is_one_in_every_layout(table: tuple[str, ...]) -> None:
    found = article(*table, TITLE, TEXT)
    assert (found.headline, found.date) == (TITLE, "2020-03-09")
    (text, (name, kept)) = parts(found)[""], list(parts(found).items())[-1]
    assert text == TEXT
    assert name == "文号、索引号、发文机关、日期"
    assert "高水发〔2020〕3号" in kept
    assert "高台县水务局" in kept


@pytest.mark.parametrize(
    "number", ["高水发〔2020〕3号", "（高水发[2020]3号）", "高水办字﹝2020﹞第3号", "2020年第3号", "（第十二号）"]
)
def test_a_documents_number_is_no_headline_and_stays_as_text(number: str) -> None:
    found = article("高台县水务局关于印发《水费办法》的通知", number, "各乡镇：", "现将办法印发给你们，请遵照执行。")
    assert found.headline == "高台县水务局关于印发《水费办法》的通知"
    assert parts(found)["文号"] == number


def test_what_closes_a_letter_stays_as_text_and_dates_it() -> None:
    found = article("水费办法的通知", "请遵照执行。", "", "高台县水务局", "2020年3月9日")
    assert parts(found) == {"": "请遵照执行。", "发文机关、日期": "高台县水务局\n2020年3月9日"}
    assert found.date == "2020-03-09"
    assert article("水费办法的通知", "请遵照执行。", "高台县水务局 二〇二〇年三月九日").date == "2020-03-09"


def test_an_office_and_its_day_below_the_headline_are_not_part_of_it() -> None:
    found = article(TITLE, "高台县水务局", "2020年3月9日", TEXT)
    assert (found.headline, found.date) == (TITLE, "2020-03-09")


def test_the_day_of_writing_comes_before_that_of_publication_and_of_a_change() -> None:
    assert article("更新时间：2021-01-01", TITLE, TEXT, "发布日期：2020-04-01").date == "2020-04-01"
    assert article("发布日期：2020-04-01", "成文日期：2020-03-09", TITLE, TEXT).date == "2020-03-09"
    assert article("更新时间：2021-01-01", TITLE, TEXT).date == "2021-01-01"
    assert article("发布日期：2020-04-01", TITLE, "本报高台2020年3月9日讯 水库开工。").date == "2020-03-09"


def test_metadata_before_the_text_on_its_line_is_cut_off() -> None:
    found = article("2020-03-09 10:00:12，正文：高台县水库开工，总投资3亿元。工期两年。")
    assert (found.headline, found.date) == ("高台县水库开工，总投资3亿元。", "2020-03-09")
    assert article("3-09 10:00，正文：水库开工。工期两年。").headline == "水库开工。"


@pytest.mark.parametrize(
    ("lines", "headline"),
    [
        (("【民生关注】", TITLE), TITLE),
        (("要闻", TITLE), TITLE),
        (("本报记者 孟川", TITLE), TITLE),
        (("关于高台县2019年水利工作", "与2020年水利计划的报告"), "关于高台县2019年水利工作 与2020年水利计划的报告"),
        ((LONG,), LONG),
    ],
)
def test_the_headline_is_the_headline(lines: tuple[str, ...], headline: str) -> None:
    found = article("发布日期：2020-03-09", *lines, TEXT)
    assert found.headline == headline
    assert parts(found) == {"": TEXT}


@pytest.mark.parametrize(
    "pair",
    [("孟川", "高台县水务局局长"), ("高台县水文站站长", "吕宁"), ("孟川 高台县水务局副局长",), ("孟 川", "县文联主席")],
)
@pytest.mark.parametrize("gap", [(), ("",)])
def test_a_name_and_the_title_beside_it_are_one_sentence(pair: tuple[str, ...], gap: tuple[str, ...]) -> None:
    found = article("水库昨日开工。", "水库工期两年。", *gap, *pair, *gap, "这座水库建成后，全县都用得上水。")
    texts = [sentence.text for section in found.sections for sentence in section.sentences]
    assert "\n".join(pair) in texts
    assert [section.heading for section in found.sections] == [""]


@pytest.mark.parametrize("title", ["高台县供水情况通报", "高台县水务工作简报", "高台供水捷报"])
def test_a_headline_that_ends_as_the_name_of_a_paper_does_stays(title: str) -> None:
    found = article(title, "2020年3月9日", TEXT)
    assert (found.headline, found.date) == (title, "2020-03-09")
