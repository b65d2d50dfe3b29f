"""Tables as sentences: what would cost a cell its row's or its column's heading, its unit, or itself."""

from __future__ import annotations

import pytest

from embeddings.reading.tables.plain import with_tables
from embeddings.reading.tables.rows import caption_of, table_rows, unit_of
from embeddings.types import Line


def said(text: str) -> list[str]:
    """The lines of a plain text as they are read."""
    return [line.text for line in with_tables([Line(number, row) for number, row in enumerate(text.split("\n"), 1)])]


def test_a_column_under_two_header_rows_is_called_by_both() -> None:
    rows = [
        ["村名", "2023年", "", "2024年", ""],
        ["村名", "户数", "人口", "户数", "人口"],
        ["东渠", "31", "102", "33", "110"],
    ]
    assert table_rows(rows) == [
        None,
        None,
        "村名：东渠；2023年户数：31；2023年人口：102；2024年户数：33；2024年人口：110。",
    ]


def test_the_unit_of_a_spanning_heading_stands_behind_what_is_below_it() -> None:
    rows = [["村名", "人口（人）", "", "耕地"], ["", "2023年", "2024年", "耕地"], ["东渠", "31", "33", "110亩"]]
    assert table_rows(rows)[2] == "村名：东渠；2023年人口（人）：31；2024年人口（人）：33；耕地：110亩。"


def test_a_row_of_units_is_part_of_the_header() -> None:
    rows = [["村名", "户数", "产量"], ["", "（户）", "（吨）"], ["东渠", "31", "102"]]
    assert table_rows(rows) == [None, None, "村名：东渠；户数（户）：31；产量（吨）：102。"]


def test_a_row_of_data_below_a_header_without_spans_stays_data() -> None:
    rows = [["村名", "支书", "会计"], ["", "周启", "孟川"], ["西渠", "何芷", "蔺明"]]
    assert table_rows(rows)[1:] == ["支书：周启；会计：孟川。", "村名：西渠；支书：何芷；会计：蔺明。"]


def test_the_unit_line_holds_for_columns_of_figures_without_a_unit() -> None:
    rows = [
        ["项目", "序号", "投资", "占比（%）", "联系人"],
        ["东渠", "1", "310", "31", "周启"],
        ["西渠", "2", "40", "4", "孟川"],
    ]
    expected = "项目：东渠；序号：1；投资（万元）：310；占比（%）：31；联系人：周启。"
    assert table_rows(rows, above=["2023年投资表", "（单位：万元）"])[1] == expected
    assert table_rows([["单位：万元", "", "", "", ""], *rows])[2] == expected


def test_unit_and_caption_are_read_from_the_lines_above() -> None:
    assert unit_of(["表3 投资", "单位：亿元"]) == "亿元"
    assert unit_of(["投资情况（单位：万元、%）"]) == ""
    assert caption_of(["表3 投资（单位：亿元）"]) == "表3 投资"
    assert caption_of(["以上为各镇情况。"]) == ""


def test_an_empty_first_cell_goes_on_from_the_row_above() -> None:
    rows = [["片区", "村", "户数"], ["东片", "东渠", "5"], ["", "西渠", "6"]]
    assert table_rows(rows)[2] == "片区：东片；村：西渠；户数：6。"


def test_a_note_below_and_a_repeated_header_are_no_rows() -> None:
    rows = [
        ["村", "户数", "人口"],
        ["东渠", "5", "9"],
        ["村", "户数", "人口"],
        ["西渠", "6", "8"],
        ["注：年末数", "", ""],
    ]
    assert table_rows(rows) == [
        None,
        "村：东渠；户数：5；人口：9。",
        None,
        "村：西渠；户数：6；人口：8。",
        "注：年末数",
    ]


@pytest.mark.parametrize("header", [None, True])
def test_a_form_of_four_or_six_columns_is_read_as_pairs(header: bool | None) -> None:
    rows = [["姓 名", "周启", "性别", "女"], ["出生年月", "1980年3月", "民族", "汉族"], ["住址", "东渠12号", "", ""]]
    assert table_rows(rows, header) == [
        "姓名：周启；性别：女。",
        "出生年月：1980年3月；民族：汉族。",
        "住址：东渠12号。",
    ]
    assert table_rows([["姓名", "周启", "性别", "女", "年龄", "40"]], header) == ["姓名：周启；性别：女；年龄：40。"]


def test_a_form_is_told_by_figures_that_stand_in_every_other_cell_only() -> None:
    rows = [["坝高", "61米", "坝长", "310米"], ["库容", "3亿立方米", "灌溉面积", "5万亩"]]
    assert table_rows(rows) == ["坝高：61米；坝长：310米。", "库容：3亿立方米；灌溉面积：5万亩。"]


def test_a_header_of_labels_is_no_form() -> None:
    rows = [["姓名", "性别", "职务", "电话"], ["周启", "女", "站长", "5588"], ["孟川", "男", "会计", "5589"]]
    assert table_rows(rows)[1] == "姓名：周启；性别：女；职务：站长；电话：5588。"


def test_a_long_row_becomes_sentences_that_each_say_what_they_are_about() -> None:
    names = ["编号", "站点", *(f"指标{number}" for number in range(60))]
    (row,) = table_rows([names, ["1", "东渠站", *(str(number * 13) for number in range(60))]])[1:]
    assert row is not None
    sentences = row.split("。")[:-1]
    assert len(sentences) > 2
    assert all("站点：东渠站" in sentence and len(sentence) < 240 for sentence in sentences)
    assert all(f"指标{number}：{number * 13}" in row for number in range(60))


def test_a_cell_of_several_sentences_stands_by_itself() -> None:
    rows = [["部门", "职责", "电话"], ["水务站", "巡查河道。上报险情", "5588"]]
    assert table_rows(rows)[1] == "部门：水务站；职责：巡查河道。上报险情。部门：水务站；电话：5588。"


def test_a_long_table_says_its_caption_again_about_once_a_chunk() -> None:
    rows = [["村名", "户数", "人口"], *([f"东渠{number}村", "31", "102"] for number in range(100))]
    found = [row for row in table_rows(rows, above=["2023年各村户数"]) if row is not None]
    assert not found[0].startswith("2023年")
    assert 8 <= sum(row.startswith("2023年各村户数。") for row in found) < 30


@pytest.mark.parametrize("mark", ["\t", " ", "  ", " | "])
def test_a_table_laid_out_in_plain_text_is_a_table(mark: str) -> None:
    rows = [["村名", "户数", "人口", "支书"], ["东渠", "31", "102", "周启"], ["西渠", "3", "10", "孟川"]]
    assert said("\n".join(["各村情况", "", *(mark.join(row) for row in rows), "", "以上。"])) == [
        "各村情况",
        "",
        "",
        "村名：东渠；户数：31；人口：102；支书：周启。",
        "村名：西渠；户数：3；人口：10；支书：孟川。",
        "",
        "以上。",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "他说 你好 吗\n我说 好的 吧\n今天 天气 好",
        "1 2 3\n4 5 6",
        "今天\t晴",
        "甲方：东渠站  乙方：西渠站\n日期：5月1日",
    ],
)
def test_what_is_no_table_is_left_as_it_is(text: str) -> None:
    assert said(text) == text.split("\n")


def test_a_row_below_a_header_with_an_empty_corner_stays_data_where_it_is_like_the_others() -> None:
    rows = [["", "学生", ""], ["停车", "免费", "全天"], ["寄存", "免费", "上午"]]
    assert table_rows(rows)[1] == "停车；学生：免费；全天。"
    two = [["", "2023年", ""], ["村名", "男", "女"], ["东渠", "31", "33"]]
    assert table_rows(two)[1:] == [None, "村名：东渠；2023年男：31；2023年女：33。"]


def test_a_unit_at_the_right_above_the_header_is_the_units_line() -> None:
    rows = [["各镇收入", "", ""], ["", "", "单位：万元"], ["镇", "收入", "负责人"], ["东渠", "31", "周启"]]
    assert table_rows(rows) == ["各镇收入", "单位：万元", None, "镇：东渠；收入（万元）：31；负责人：周启。"]
