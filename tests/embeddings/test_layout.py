from __future__ import annotations

import time

import pytest

from embeddings.splitting.blocks import Block, glue, is_ended
from embeddings.splitting.imprint import read_imprint
from embeddings.splitting.layout import find_blocks
from embeddings.splitting.signing import is_signature
from embeddings.types import Document, Line
from tests.embeddings.reading import text_document

BODY = "园区加快发展,实现营收一百亿元,各项工作稳步推进。"


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in find_blocks(text_document(text))]


def kind_after_text(line: str) -> str:
    """Tell the kind of a line that stands by itself behind a paragraph."""
    return find_blocks(text_document(f"{BODY}\n\n{line}"))[-1].kind


@pytest.mark.parametrize(
    "line",
    [
        "本报记者 陈立轩",
        "□沈阳日报/听海新闻记者 陈立轩 见习记者 周亚楠 通讯员 祝志远",
        "(记者 陈立轩 李青)",
        "记者张三 通讯员李四",
        "作者：陈立轩 编辑：李青",
        "文/陈立轩 图/李青",
        "本版撰稿摄影 某新闻/某早报记者 陈立轩 通讯员 邹敏",
        "新华社记者 卡里姆·本泽马",
        "本报记者 陈立轩 | 2024年1月26日",
        "2025-01-09 08:15 来源:某报 记者:陈立轩 李青",
        "本報記者 陳立軒",
        "日报/首页新闻 陈立轩",
        "By Grace Leong, Delta Business Herald",
        "韩琳琳",
        "方 舟",
        "李 青 陈立轩",
    ],
)
def test_a_line_that_names_the_writers_is_a_byline(line: str) -> None:
    assert kind_after_text(line) == "byline"


@pytest.mark.parametrize(
    "line",
    [
        "记者从某市获悉",
        "记者探访新校区",
        "作者简介",
        "编辑推荐",
        "By the way",
        "希望",
        "产业升级 构筑新优势",
        "来源广泛 渠道多样",
        "审核流程再提速",
    ],
)
def test_a_headline_with_a_word_of_the_trade_is_a_headline(line: str) -> None:
    assert kind_after_text(line) == "heading"


@pytest.mark.parametrize(
    "line",
    [
        "(稿件来源“某传媒”)",
        "来源：某某日报",
        "责任编辑：陈立轩",
        "(责任编辑:钟丽)",
        "作者：陈立轩 来源：某报",
        "发布时间：2024年1月5日 08:30 来源：某报",
        "2024-01-05",
        "20 September 2024",
    ],
)
def test_a_line_of_source_editor_or_date_is_a_note(line: str) -> None:
    assert kind_after_text(line) == "note"


@pytest.mark.parametrize("line", ["■图为会场。", "▲企业车间", "图为会场一角", "李青 摄", "张鸣摄", "车间。（资料图）"])
def test_a_line_with_a_mark_or_a_credit_is_a_caption(line: str) -> None:
    assert kind_after_text(line) == "caption"


def test_the_mark_of_a_caption_is_not_shown() -> None:
    assert kinds(f"{BODY}\n\n■园区水系。") == [("body", BODY), ("caption", "园区水系。")]


def test_a_short_line_alone_within_a_torn_sentence_is_a_caption() -> None:
    assert kinds("帮助农户在三个环节进行改良,\n\n\n\n到田间查看。\n\n\n\n收获新的品质。") == [
        ("body", "帮助农户在三个环节进行改良,"),
        ("caption", "到田间查看。"),
        ("body", "收获新的品质。"),
    ]


def test_a_short_paragraph_of_two_clauses_before_a_headline_is_text() -> None:
    assert kinds(f"{BODY}\n\n建学校11所,设学位千个。\n\n\n\n产业升级\n\n{BODY}")[1][0] == "body"


def test_a_short_sentence_between_whole_paragraphs_is_text() -> None:
    assert kinds(f"{BODY}\n\n如今变了。\n\n{BODY}")[1] == ("body", "如今变了。")


def test_a_line_without_a_full_stop_is_a_headline_up_to_its_length() -> None:
    assert kinds("甲" * 45 + "\n\n" + BODY)[0][0] == "heading"
    assert kinds("甲" * 46 + "\n\n" + BODY)[0][0] == "body"
    assert kinds("Zone Marks Three Years of Cross-Border Integration Between the Two\n\n" + BODY)[0][0] == "heading"
    assert kinds("推进建设,\n\n" + BODY)[0][0] == "body"


def test_a_level_of_the_format_makes_a_heading_of_any_line() -> None:
    document = Document("a.md", "line", (Line(1, "一句话。", 2), Line(2, BODY)))
    assert [(block.kind, block.level) for block in find_blocks(document)] == [("heading", 2), ("body", None)]


def test_labels_and_bullets_with_their_entries_are_lists() -> None:
    assert kinds(f"{BODY}\n\n- 最美志愿者:\n某某队长\n- 最佳项目:\n甲项目\n乙项目") == [
        ("body", BODY),
        ("list", "最美志愿者:某某队长"),
        ("list", "最佳项目:甲项目乙项目"),
    ]


def test_a_long_run_of_short_lines_is_a_list_and_a_short_one_a_headline_of_several_lines() -> None:
    assert [kind for kind, _ in kinds("甲公司\n乙公司\n丙公司\n丁公司")] == ["list"] * 4
    assert [kind for kind, _ in kinds(f"甲公司\n乙公司\n丙公司\n\n{BODY}")] == ["heading"] * 3 + ["body"]


def test_lines_broken_at_a_fixed_width_are_one_paragraph() -> None:
    lines = [
        "园区全年地区生产总值突破一百亿元同比增长百分之五固定资产投资也",
        "有增长外贸进出口总额占全市的六成以上全年新增注册企业1126家7",
        "6台无人驾驶电动集卡往返运输,单桥作业效率达到世界先进水平而且",
        "码头用电全部来自风电。",
    ]
    ((kind, text),) = kinds("\n".join(lines))
    assert (kind, text) == ("body", "".join(lines))
    assert "76台" in text


def test_a_width_counted_in_characters_is_known_too() -> None:
    lines = [
        "位于港区的120万吨项目于2024年10月15日一次开车成功,总投资288888",
        "亿元带动下游企业三十四家某某工厂全年下线整车二十二万辆其中出口六万",
        "八千辆主要销往多个国家和地区并且带动了园区里面其他企业的发展与进步",
        "成效明显。",
    ]
    assert len({len(line) for line in lines[1:3]}) == 1
    ((_, text),) = kinds("\n".join(lines))
    assert text == "".join(lines)


def test_paragraphs_that_are_not_wrapped_stay_apart() -> None:
    assert len(kinds(f"{BODY}\n{BODY}\n{BODY}\n{BODY}\n{BODY}")) == 5


@pytest.mark.parametrize(
    ("before", "after", "between"),
    [
        ("现代服", "务业", ""),
        ("red", "apples", " "),
        ("cross-", "border", ""),
        ("由7", "6台", ""),
        ("in 2023", "2024 too", " "),
        ("word", ", next", ""),
        ("", "a", ""),
        ("a ", "b", ""),
    ],
)
def test_a_blank_goes_between_latin_words_only(before: str, after: str, between: str) -> None:
    assert glue(before, after) == between


def test_a_block_joins_its_pieces() -> None:
    assert Block("body", [(1, "现代服"), (3, "务业板块")]).text == "现代服务业板块"
    assert Block("body", [(1, "two"), (2, "words")]).text == "two words"


@pytest.mark.parametrize("text", ["完。", "好！”", "名单如下：", "获评……", "It is done.", '"Yes."', "（见图。）"])
def test_an_end_of_a_sentence_is_one(text: str) -> None:
    assert is_ended(text)


@pytest.mark.parametrize("text", ["没有完", "提升,", "“盘石智能", "达到5%", "”", ""])
def test_other_ends_are_none(text: str) -> None:
    assert not is_ended(text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-01-05", "2024-01-05"),
        ("2024年1月5日 星期五", "2024-01-05"),
        ("发布时间：2024/1/5 08:30 来源：某报", "2024-01-05"),
        ("２０２４年１月５日", "2024-01-05"),
        ("20 September 2024", "2024-09-20"),
        ("March 5, 2024", "2024-03-05"),
        ("2024年13月5日", None),
        ("2023年4月31日", None),
        ("2023年2月29日", None),
        ("2024-02-29", "2024-02-29"),
        ("0000-01-05", None),
        ("February 30, 2024", None),
        ("2024年1月5日,园区开工", None),
        ("1月5日", None),
        ("某月某日", None),
    ],
)
def test_a_line_that_is_a_date_gives_it(text: str, date: str | None) -> None:
    imprint = read_imprint(text)
    assert (imprint.date if imprint is not None else None) == date


@pytest.mark.parametrize(
    ("text", "answer"),
    [("韩琳琳", True), ("韩琳琳 李青岩", True), ("方 舟", True), ("方舟", False), ("项目", False), ("甲乙丙丁", False)],
)
def test_a_signature_is_one_to_three_names(text: str, answer: bool) -> None:
    assert is_signature(text) is answer


def test_a_line_that_only_begins_like_a_byline_is_read_in_passing() -> None:
    before = time.process_time()
    for tail in ("，", "加快推进各项工作"):
        find_blocks(text_document("本报记者" + "王" * 60 + tail))
        find_blocks(text_document("□" + "记者王" * 25 + tail))
    assert time.process_time() - before < 5


def test_rows_of_a_table_are_not_one_wrapped_paragraph() -> None:
    rows = [f"2023-01-{day},东城{day},{day * 13},{day}.5万元" for day in range(10, 20)]

    assert kinds("\n".join(rows)) == [("list", row) for row in rows]


def test_lines_with_a_label_are_text_and_no_headings() -> None:
    text = "青石镇文化站办事须知\n站址:青石镇南街3号\n咨询电话:5588120\n监督电话:5588121\n" + BODY
    assert kinds(text) == [
        ("heading", "青石镇文化站办事须知"),
        ("list", "站址:青石镇南街3号"),
        ("list", "咨询电话:5588120"),
        ("list", "监督电话:5588121"),
        ("body", BODY),
    ]
