from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinese.radicals import with_bullet, without_radicals
from embeddings.splitting.cleaning import (
    LOST_CHARACTER,
    clean_document,
    clean_line,
    has_bullet,
    is_rule,
    without_bullet,
    without_markup,
    without_note_marks,
    without_readings,
)
from embeddings.splitting.website import is_boilerplate
from embeddings.types import Document, Line


def cleaned(text: str) -> str:
    return clean_line(Line(1, text)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("濟南市中區(qū)人民政府", "濟南市中區人民政府"),
        ("推進(jìn)中國(guó)式現(xiàn)代化", "推進中國式現代化"),
        ("沈阳（yáng）", "沈阳"),
        ("西安( xī ān )城墙", "西安城墙"),
        ("Lǜ(绿)", "Lǜ(绿)"),
        ("人工智能(AI)产业", "人工智能(AI)产业"),
        ("康诺瑞德(KannoRed)公司", "康诺瑞德(KannoRed)公司"),
        ("远航创新(北京)公司", "远航创新(北京)公司"),
    ],
)
def test_readings_in_brackets_go_and_other_brackets_stay(text: str, expected: str) -> None:
    assert without_readings(text) == expected


def test_toneless_readings_and_lost_characters_are_dealt_with_on_spoilt_pages_only() -> None:
    assert without_readings("我們(men)的(de)", spoilt=True) == "我們的"
    assert without_readings("我們(men)的(de)") == "我們(men)的(de)"
    assert without_readings("日?qǐng)", spoilt=True) == "日" + LOST_CHARACTER
    assert without_readings("燃鈾C(jī)組", spoilt=True) == "燃鈾□組"


def test_toneless_readings_are_noticed_by_themselves_and_go_where_they_stand_twice() -> None:
    lines = ("高(gao)台(tai)河(he)长80公里", "流(liu)域(yu)(yu)面（mian）积(ji)达(da)46平(ping)方公里(压力pa)")
    document = clean_document(Document("a.txt", "line", tuple(Line(1, text) for text in lines)))
    assert [line.text for line in document.lines] == ["高台河长80公里", "流域面积达46平方公里(压力pa)"]
    assert without_readings("高台市(shì)(shì)区") == "高台市区"


def test_units_in_brackets_do_not_spoil_a_page() -> None:
    text = "压强(pa)与流量(a)"
    assert clean_document(Document("a.txt", "line", (Line(1, text), Line(2, text)))).lines[0].text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("馆长为林芷[2]，副馆长为孟川①。", "馆长为林芷，副馆长为孟川。"),
        ("全县常住人口6.2万人 [14] 。", "全县常住人口6.2万人 。"),
        ("依据高政发[2024]12号文件", "依据高政发[2024]12号文件"),
        ("依据高政发[12]号文件", "依据高政发[12]号文件"),
        ("见[3]", "见[3]"),
        ("如图①所示", "如图①所示"),
        ("措施有①清淤②护坡", "措施有①清淤②护坡"),
        ("[1] 高台县志", "[1] 高台县志"),
    ],
)
def test_marks_of_notes_go_and_numbers_stay(text: str, expected: str) -> None:
    assert without_note_marks(text) == expected


def test_radicals_become_characters() -> None:
    assert cleaned("⻓⼭县⻘⽯镇⻢⽥村") == "长山县青石镇马田村"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\uf902间", "車间"),
        ("\uf032\uf030\uf032\uf030年", "2020年"),
        ("\uf06c 第一项", "• 第一项"),
        ("\uf0b7第一项", "•第一项"),
        ("\uf0fe 同意 \uf0a3 不同意", "☑ 同意 ☐ 不同意"),
        ("\ue863水", "䶮水"),
        ("㇐月", "一月"),
    ],
)
def test_what_fonts_put_in_other_characters_places_is_read(text: str, expected: str) -> None:
    assert cleaned(text) == expected
    assert len(without_radicals(text)) == len(text)


def test_a_page_counts_as_spoilt_from_three_readings_on() -> None:
    def text(readings: int) -> str:
        lines = [Line(number, "區(qū)") for number in range(readings)]
        return clean_document(Document("a.txt", "line", (*lines, Line(9, "的(de)")))).lines[-1].text

    assert text(2) == "的(de)"
    assert text(3) == "的"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**增强**创新活力", "增强创新活力"),
        ("最美志愿者:**", "最美志愿者:"),
        ("### 小标题", "小标题"),
        ("__加粗__文字", "加粗文字"),
        ("用`code`表示", "用code表示"),
        ("~~删除~~", "删除"),
        ("#话题", "#话题"),
        ("3*4=12", "3*4=12"),
        ("**注意：先登记，后入场。**", "注意：先登记，后入场。"),
        ("共评出**三等奖**12名", "共评出三等奖12名"),
        ("热线137****2468", "热线137****2468"),
        ("孙**，电话136****1357。", "孙**，电话136****1357。"),
        ("获奖者有何**和吕**两人", "获奖者有何**和吕**两人"),
        ("账号6222**8801", "账号6222**8801"),
        ("车牌A**12", "车牌A**12"),
        ("气温10~~20度", "气温10~~20度"),
    ],
)
def test_marks_of_markdown_go(text: str, expected: str) -> None:
    assert without_markup(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("- 甲", "甲"), ("* 乙", "乙"), ("•丙", "丙"), ("● 丁", "丁"), ("-5℃", "-5℃"), ("1. 戊", "1. 戊")],
)
def test_a_bullet_goes_and_a_minus_or_a_number_stays(text: str, expected: str) -> None:
    assert without_bullet(text) == expected
    assert has_bullet(text) == (text != expected)


def test_a_stray_and_between_chinese_words_is_translated() -> None:
    assert cleaned("企业 and 评审专家组") == "企业和评审专家组"
    assert cleaned("R and D") == "R and D"


def test_blanks_of_every_kind_become_one() -> None:
    assert cleaned("\u3000\u3000改革：\u3000 加快\t调整\xa0") == "改革： 加快 调整"


@pytest.mark.parametrize("text", ["“", "-----", "****", "***  ***", "· · ·", "（）", "", "   ", "—— ——", "||"])
def test_a_line_of_punctuation_becomes_blank(text: str) -> None:
    assert is_rule(text)
    assert cleaned(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "请输入验证码",
        "請輸入驗證碼",
        "请完成安全验证后继续访问",
        "点击查看全文",
        "返回顶部",
        "上一篇：某某新闻",
        "相关阅读",
        "分享到：微信 微博",
        "分享",
        "分享 收藏 打印",
        "字号：大 中 小",
        "微信扫一扫分享",
        "扫描二维码关注公众号",
        "当前位置：首页 > 新闻 > 正文",
        "您的位置: 首页 > 要闻",
        "版权所有 某某网 2024",
        "Copyright © 2010-2025",
        "鲁ICP备12345号",
        "登录",
        "登录 / 注册",
        "发表评论",
        "Read more",
        "广告",
        "首页 > 政务公开 > 通知公告",
        "首页 | 要闻 | 招商引资 | 繁体",
        "新闻 公告 服务",
        "语音播报",
        "字体大小：大 中 小",
    ],
)
def test_a_line_of_the_website_becomes_blank(text: str) -> None:
    assert is_boilerplate(text)
    assert cleaned(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "分享经济发展迅速",
        "首页改版后访问量增长",
        "新闻 | 东渠昨日开工",
        "服务 水库 12座",
        "朗读者大赛",
        "收藏市场升温",
        "打印机产业园开工",
        "短信验证码诈骗频发",
        "扫码入园更便捷",
        "广告产业园招商",
        "登录创业板",
        "评论员文章",
        "下一步,要继续抓好。",
        "验证码短信平台日发送量达1亿条",
        "注册商户增长35%",
        "关闭落后产能",
        "位置优越",
        "收藏于县档案馆的家谱有52册",
        "分享到各村的农机有12台",
        "转发给网格员的线索共86条",
        "收藏：青铜器19件",
        "打印3D模型的学生有240名",
        "看不清路牌的路口有7处",
        "扫码阅读的读者有8.2万人",
        "请勿向他人泄露验证码",
        "版权所有权纠纷案件412件",
        "ICP备案网站37万个",
        "所在位置：县城东5公里",
        "返回首页岗位的员工",
        "Copyright cases rose in 2023",
    ],
)
def test_a_headline_that_begins_like_a_button_stays(text: str) -> None:
    assert not is_boilerplate(text)
    assert cleaned(text) == text


def test_numbers_and_levels_of_lines_stay() -> None:
    lines = (Line(3, "**甲**", 2), Line(4, "-----"), Line(4, "乙"))
    document = clean_document(Document("a.md", "line", lines, "题", "2024-01-02"))
    assert document == Document("a.md", "line", (Line(3, "甲", 2), Line(4, ""), Line(4, "乙")), "题", "2024-01-02")


@given(st.text(max_size=80), st.booleans())
def test_cleaning_adds_nothing_but_lost_characters(text: str, spoilt: bool) -> None:
    shown = clean_line(Line(1, text), spoilt).text
    assert set(shown) <= set(without_radicals(with_bullet(text))) | {LOST_CHARACTER, "和", " "}
    assert shown == shown.strip()


@pytest.mark.parametrize("unit", ["字(", "分享到", "分享 ", "**", "字(a", "?a", "验证码"])
def test_a_long_run_of_dirt_is_cleaned_in_passing(unit: str) -> None:
    before = time.process_time()
    clean_line(Line(1, unit * 10_000), spoilt=True)
    assert time.process_time() - before < 5


SPACED = (
    "云溪县 召开 供水 座谈会",
    "2023 年 ,全 县 供 水 量 86 万 吨 。 其中 ,石坪乡 21 万吨 。 会上 使用 Excel 2019 表 。",
)


def test_a_page_with_blanks_between_its_words_loses_them() -> None:
    lines = tuple(Line(number, text) for number, text in enumerate(SPACED, 1))
    assert [line.text for line in clean_document(Document("a.txt", "line", lines)).lines] == [
        "云溪县召开供水座谈会",
        "2023年,全县供水量86万吨。其中,石坪乡21万吨。会上使用Excel 2019表。",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "出席的有 李某 王某 周某 何某，都是 代表。",
        "第一章 总则 第二章 分则 , 附则",
        "用 Python 3 写的 程序，有 5 个 文件。",
        "One , two , three ; four , five .",
    ],
)
def test_blanks_that_part_names_or_chapters_stay(text: str) -> None:
    assert clean_document(Document("a.txt", "line", (Line(1, text),))).lines[0].text == text
