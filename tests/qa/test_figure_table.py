"""The table of figures, its units and periods, and what is written into a CSV file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from chinese.errors import speaking
from qa.figures.tables.periods import order_of, period_text, stretch_of
from qa.figures.tables.table import FigureTable, table_of, to_csv
from qa.types import Source
from tests.made_figures import bounded, figure, projects, values_apart

if TYPE_CHECKING:
    from qa.types import Figure


def numbers(table: FigureTable) -> list[list[str]]:
    """The values of each row, several of a cell joined."""
    return [[" ".join(value.text(english=False) for value in cell) for cell in row.cells] for row in table.rows]


def test_rows_are_who_and_columns_are_periods_in_order_of_time() -> None:
    table = table_of(projects())
    assert table.periods == ("2021", "2022", "2023", "2023-01/2023-06", "2024", "")
    assert [(row.name(english=False), row.kind(english=False)) for row in table.rows] == [
        ("云岭开发区", ""),
        ("云岭开发区", "目标"),
        ("云岭开发区", "增速"),
        ("海棠湾新区", ""),
        ("海棠湾新区 · 外资", ""),
        ("未说明主体", ""),
    ]
    assert numbers(table)[3] == ["150", "186", "240", "130", "", ""]


def test_a_year_stands_before_its_halves_quarters_and_months() -> None:
    mixed = ["", "2023-06", "2023-01/2023-06", "2024", "2023", "2023-01/2023-03", "2021/2025", "2023-06-30", "2022"]
    assert sorted(mixed, key=order_of) == [
        "2021/2025", "2022", "2023", "2023-01/2023-06", "2023-01/2023-03", "2023-06", "2023-06-30", "2024", "",
    ]  # fmt: skip


def test_periods_are_named_in_both_languages() -> None:
    named = {
        "2023": ("2023年", "2023"),
        "2023-06": ("2023年6月", "June 2023"),
        "2023-06-30": ("2023年6月30日", "30 June 2023"),
        "2023-01/2023-06": ("2023年上半年", "H1 2023"),
        "2023-04/2023-06": ("2023年二季度", "Q2 2023"),
        "2023-01/2023-09": ("2023年前三季度", "Q1–Q3 2023"),
        "2023-01/2023-05": ("2023年1–5月", "Jan–May 2023"),
        "2021/2025": ("2021–2025年", "2021–2025"),
        "2022-10/2023-03": ("2022年10月至2023年3月", "October 2022 – March 2023"),
        "": ("未说明时间", "no period"),
        "what?": ("what?", "what?"),
    }
    assert {period: (period_text(period, False), period_text(period, True)) for period in named} == named


def test_a_period_that_is_none_has_no_place_in_time() -> None:
    assert [stretch_of(period) for period in ("", "2023-13", "2023/2024/2025", "soon")] == [None] * 4


def test_money_written_in_two_units_is_shown_in_one_and_exactly() -> None:
    table = table_of(
        [
            figure("38620万元", 386_200_000, "元", period="2022", measure="出口额"),
            figure("3.9亿元", 390_000_000, "元", period="2023", measure="出口额"),
        ]
    )
    assert table.unit_of("出口额") == "亿元"
    assert numbers(table) == [["3.862", "3.9"]]


def test_the_unit_is_that_of_the_documents_where_it_reads_well() -> None:
    people = [figure("3.2万人", 32_000, "人", period="2022"), figure("4.1万人", 41_000, "人", period="2023")]
    few = [figure("318个", 318), figure("15000个", 15_000, period="2022")]
    assert (table_of(people).rows[0].unit, numbers(table_of(people))) == ("万人", [["3.2", "4.1"]])
    assert (table_of(few).rows[0].unit, numbers(table_of(few))) == ("个", [["15,000", "318"]])


def test_areas_are_brought_together_only_where_no_decimals_are_invented() -> None:
    table = table_of([figure("100亩", 100, "亩"), figure("2公顷", 2, "公顷", period="2022")])
    assert (table.rows[0].unit, numbers(table)) == ("亩", [["30", "100"]])


def test_what_cannot_be_compared_has_a_row_of_its_own() -> None:
    table = table_of([figure("5.1%", 5.1, "%", mode="change"), figure("2.1个百分点", 2.1, "个百分点", mode="change")])
    assert [(row.kind(False), row.unit) for row in table.rows] == [("增速", "%"), ("增减", "个百分点")]
    assert table.unit_of("新签约项目") == "%"


def test_a_target_is_never_in_the_row_of_results() -> None:
    table = table_of([figure(period="2024"), figure("350个", 350, period="2024", mode="target")])
    assert [(row.mode, numbers(table)[place]) for place, row in enumerate(table.rows)] == [
        ("result", ["318"]),
        ("target", ["350"]),
    ]


def test_figures_that_say_the_same_are_one_value_with_all_their_sentences() -> None:
    (cell,) = table_of([figure(), figure("0.0318万个", file="copy.txt"), figure("320个", 320)]).rows[0].cells
    assert [(value.number, len(value.figures)) for value in cell] == [("318", 2), ("320", 1)]


def test_values_that_disagree_name_each_other() -> None:
    table = table_of(projects(), values_apart)
    cell = table.rows[0].cells[2]
    assert table.disagrees
    assert [(value.number, [other.text for other in value.against]) for value in cell] == [
        ("318", ["320个"]),
        ("320", ["318个", "318个"]),
    ]
    assert not table_of(projects(), lambda _: ()).disagrees


def test_documents_that_disagree_are_marked_without_being_asked_for() -> None:
    assert table_of(projects()).disagrees
    assert not table_of([figure(), figure(period="2022")]).disagrees


def test_bounds_stay_with_their_numbers() -> None:
    made = figure("300家", 300, "家")
    bounds = {
        (300.0, 300.0): "300",
        (None, None): "约300",
        (300.0, None): "300以上",
        (270.0, 300.0): "近300",
        (None, 300.0): "至多300",
    }
    said = {ends: numbers(table_of([bounded(made, *ends)]))[0][0] for ends in bounds}
    between = replace(made, value=None, low=10.0, high=20.0)
    assert said == bounds
    assert numbers(table_of([between])) == [["10–20"]]
    assert table_of([bounded(made, 300.0, None)]).rows[0].cells[0][0].text(english=True) == "over 300"


def test_several_measures_are_in_the_order_in_which_they_matched() -> None:
    table = table_of([figure(measure="签约金额", unit="元", text="9元", value=9), figure()])
    assert table.measures == ("签约金额", "新签约项目")
    assert [row.measure for row in table.rows] == ["签约金额", "新签约项目"]


def test_nothing_gives_an_empty_table() -> None:
    assert table_of([]) == FigureTable((), (), ())
    assert len(to_csv(table_of([])).splitlines()) == 1


def test_the_csv_has_a_line_for_each_figure_with_its_sentence_and_sources() -> None:
    with speaking("zh"):
        lines = list(csv.DictReader(io.StringIO(to_csv(table_of(projects(), values_apart)))))
    assert len(lines) == len(projects())
    copied = next(line for line in lines if line["出处"].startswith("copy.txt"))
    assert copied == {
        "指标": "新签约项目", "主体": "云岭开发区", "部分": "", "性质": "", "时期": "2023年", "数值": "318",
        "下限": "318", "上限": "318", "单位": "个", "原文": "318个", "说法不一": "是",
        "句子": "云岭开发区新签约项目318个，比上年更多。",
        "标题": "云岭开发区统计公报", "日期": "2023-03-01", "出处": "copy.txt 第 9 行",
    }  # fmt: skip


def test_the_csv_is_in_english_where_the_user_is() -> None:
    with speaking("en"):
        first = next(csv.DictReader(io.StringIO(to_csv(table_of([figure("1500万元", 15_000_000, "元")])))))
    assert (first["value"], first["unit"], first["sources"]) == ("1500", "万元", "bulletin.txt, line 3")


def test_no_cell_of_the_csv_is_a_formula_to_a_spreadsheet() -> None:
    made = replace(figure("-2%", -2, "%", whose='=HYPERLINK("x")'), title="@SUM(A1)", sources=())
    with speaking("en"):
        line = next(csv.DictReader(io.StringIO(to_csv(table_of([made])))))
    assert (line["whose"], line["title"], line["value"]) == ('\'=HYPERLINK("x")', "'@SUM(A1)", "-2")


_FIGURES = st.builds(
    figure,
    value=st.floats(-1e12, 1e12, allow_nan=False).map(lambda value: round(value, 4)),
    unit=st.sampled_from(["元", "个", "%", "亩", "平方米", "公里", "", "怪"]),
    period=st.sampled_from(["2023", "2023-06", "2021/2025", "", "20x"]),
    whose=st.sampled_from(["甲", "乙", ""]),
)


@given(st.lists(_FIGURES, max_size=12))
def test_every_figure_is_in_the_table_once_and_as_exact_as_it_was(figures: list[Figure]) -> None:
    table = table_of(figures)
    there = [(item, value, row) for row in table.rows for cell in row.cells for value in cell for item in value.figures]
    assert sorted(map(str, figures)) == sorted(str(item) for item, _, _ in there)
    assert all(len(row.cells) == len(table.periods) for row in table.rows)
    for item, value, row in there:
        if row.unit == item.unit:
            assert float(value.number.replace(",", "")) == item.value


def test_a_source_with_a_sheet_is_named_with_its_cell() -> None:
    made = replace(figure(), sources=(Source("a.xlsx", "row", 5, 5, sheet="收入", cells="B5"),))
    with speaking("zh"):
        assert "a.xlsx 表“收入” B5" in to_csv(table_of([made]))
