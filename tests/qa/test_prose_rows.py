"""Sentences as rows: what is told of each member belongs to that one, and mere prose is no table."""

from __future__ import annotations

import pytest

from chinese.prose_rows import respective, rows_in_prose


def test_sentences_made_alike_are_rows_with_the_words_that_they_share_as_columns() -> None:
    sentences = [
        "岫坪乡户籍人口20341人,耕地27410亩,书记为马远舟。",
        "沅桥镇户籍人口36127人,耕地22085亩,书记为韩立秋。",
        "棠泉镇户籍人口52210人,耕地61730亩,书记为吴静峰。",
    ]
    rows = rows_in_prose(sentences)
    assert [[(cell.column, cell.text) for cell in rows[number]] for number in (0, 2)] == [
        [("", "岫坪乡"), ("户籍人口", "20341人"), ("耕地", "27410亩"), ("书记", "马远舟")],
        [("", "棠泉镇"), ("户籍人口", "52210人"), ("耕地", "61730亩"), ("书记", "吴静峰")],
    ]
    assert all(sentences[n][cell.start : cell.end] == cell.text for n, cells in rows.items() for cell in cells)


@pytest.mark.parametrize(
    "sentences",
    [
        ["今天很好,我去玩。", "明天下雨,他不来。", "后天再说,你等着。"],
        ["岫坪乡有31户,会计是何芷。", "沅桥镇有3户,会计是孟川。"],
        [],
    ],
)
def test_mere_prose_has_no_rows(sentences: list[str]) -> None:
    assert rows_in_prose(sentences) == {}


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "长跑节设成人组、少年组和亲子组三个组别,参赛名额分别为800人、600人和40人。",
            [("成人组", "参赛名额", "800人"), ("少年组", "参赛名额", "600人"), ("亲子组", "参赛名额", "40人")],
        ),
        ("东渠和西渠的降雨量分别为3毫米、4.5毫米。", [("东渠", "降雨量", "3毫米"), ("西渠", "降雨量", "4.5毫米")]),
        (
            "石桥镇、白沙镇、东渠镇茶叶产量分别为3吨、4吨和5吨。",
            [("石桥镇", "茶叶产量", "3吨"), ("白沙镇", "茶叶产量", "4吨"), ("东渠镇", "茶叶产量", "5吨")],
        ),
        ("3号线、5号线日均客流分别为3万、5万人次。", [("3号线", "日均客流", "3万"), ("5号线", "日均客流", "5万人次")]),
        ("甲站、乙站分别投资5亿元和6亿元。", [("甲站", "投资", "5亿元"), ("乙站", "投资", "6亿元")]),
        (
            "2021年工业税收31亿元,其中车船税收7.5亿元,分别增长4.2%和下降1.5%。",
            [("工业税收", "增长", "4.2%"), ("车船税收", "增长", "下降1.5%")],
        ),
        (
            "其中,棉花12吨,油菜7吨,芝麻2吨,分别增长1%、2%和3%。",
            [("棉花", "增长", "1%"), ("油菜", "增长", "2%"), ("芝麻", "增长", "3%")],
        ),
    ],
)
def test_of_figures_in_turn_each_has_its_member(sentence: str, rows: list[tuple[str, str, str]]) -> None:
    found = respective(sentence)
    assert found is not None
    assert [(label.text, value.column, value.text) for label, value in found.rows] == rows


@pytest.mark.parametrize(
    "sentence", ["甲站、乙站分别投资5亿元。", "两站分别位于东渠和西渠。", "共有3站。", "棉花产量12吨,分别增长1%和2%。"]
)
def test_where_members_and_figures_are_not_equally_many_nothing_is_told(sentence: str) -> None:
    assert respective(sentence) is None
