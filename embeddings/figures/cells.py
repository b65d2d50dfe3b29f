"""The figures of a table's row: of its two headings one says whose or when, the other what is measured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from chinese.quantities import find_quantities
from chinese.table_rows import label_of, named_cells
from embeddings.figures.names import names_in
from embeddings.figures.periods import times_in
from embeddings.figures.values import Worth, worth_of, worth_under
from embeddings.types import FigureFacts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chinese.table_rows import Cell
    from embeddings.figures.periods import Time
    from embeddings.figures.sentences import Figures
    from embeddings.types import FigureMode

_BARE = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
_UNIT = re.compile(r"[(（](?:单位[:：])?(?P<unit>[^()（）]{1,8})[)）]$")
# 填报单位:… is who filled it in; of 单位:亩、公斤 none is every column's.
_UNIT_ABOVE = re.compile(r"(?<![\u4e00-\u9fff])单位[:：]\s?(?P<unit>[^\s()（）、,，;；。]{1,8})(?![、,，;；])")
_WHICH = re.compile(r"指标|科目|类别|分类|内容|事项|统计项|项目名称|^项目$|名目|品种")
"""Headings of a column whose cells say what is measured."""
_WHOSE = re.compile(
    r"乡|镇|村|区|县|市|省|地|单位|企业|公司|学校|名称|街道|园|国家|部门|项目|机构|姓名|站|所|行业|断面|线路|路线|港|场"
    r"|馆|院|桥|河|湖|水库|品牌|班级|代表团|队"
)
_NUMBERED = re.compile(r"序号|编号|排名|名次|电话|代码|邮编|证号|年龄")
_PLAIN = re.compile(r"数值|数量|数据|合计|金额|本年|本期|值|完成|实绩")
_WORD = 2
_MODES: tuple[tuple[re.Pattern[str], FigureMode], ...] = (
    (re.compile(r"目标|力争"), "target"),
    (re.compile(r"计划|预算|规划"), "plan"),
    (re.compile(r"增速|增长|增幅|增减|同比|环比|比上年|涨幅|降幅"), "change"),
    (re.compile(r"占比|比重|占.*比例|份额"), "share"),
    (re.compile(r"人均|户均|亩均"), "per head"),
    (re.compile(r"累计|合计|总计"), "total"),
    (re.compile(r"新增|新引进|新建|新设"), "new"),
)


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading without its unit, and what it is: a time, a name, or words; `dated` is a time that it says beside."""

    words: str
    unit: str
    period: str
    is_name: bool
    dated: str = ""


def figures_of_row(
    index: int, sentence: Figures, caption: str, written: str | None, year: str = ""
) -> Iterator[FigureFacts]:
    """The figures of a sentence that is a row: 村名:东渠;户数:31. Nothing of any other sentence.

    `caption` is what stands above the table, `written` the article's ISO date, `year` the one that it reports, of which
    are months and quarters without one. Whose and when is empty where the table does not say.
    """
    cells = named_cells(sentence.folded)
    label = label_of(cells) if cells else None
    if label is None or label > 1:
        label = 0 if cells and times_in(_year_written(cells[0].text), written, year) else label
    if label is None or len(cells) - label < 2:
        return
    row = _heading(cells[label].text, written, year)
    which = cells[label].column
    shared = _UNIT_ABOVE.search(caption)
    unit_above = shared["unit"] if shared is not None else ""
    captioned = _captioned(caption, written)
    for cell in cells[label + 1 :]:
        if _NUMBERED.search(cell.column):
            continue
        column = _heading(cell.column, written, year)
        worth, unit = _worth(cell, column.unit or row.unit or unit_above)
        if worth is None:
            continue
        whose, measure, part = _said(row, column, which, captioned)
        yield FigureFacts(
            sentence=index,
            start=cell.start,
            end=cell.end,
            measure=measure,
            whose=whose,
            period=column.period or column.dated or row.period,
            part=part,
            mode=_mode(f"{measure} {cell.column}"),
            value=worth.value,
            low=worth.low,
            high=worth.high,
            unit=worth.unit,
            heading_unit=unit,
        )


def _year_written(words: str) -> str:
    """A year as a column of years has it, 2021, in the form of a text."""
    return f"{words}年" if re.fullmatch(r"(?:19|20)\d\d", words) else words


def _heading(words: str, written: str | None, year: str) -> _Heading:
    match = _UNIT.search(words)
    unit = match["unit"] if match is not None else ""
    bare = words[: match.start()] if match is not None else words
    text = _year_written(bare)
    times = times_in(text, written, year)
    period = times[0].iso if times and _is_time(text, times) else ""
    if not period and times and times[0].start == 0 and times[0].iso and len(text) - times[0].end >= _WORD:
        # 2023年专利授权, beside a column of another year
        return _Heading(text[times[0].end :].strip(), unit, "", False, times[0].iso)
    return _Heading(bare.strip(), unit, period, _is_name(bare))


def _is_time(text: str, times: Sequence[Time]) -> bool:
    """Whether a heading says nothing but a time: 2022年, 2022年实绩; not 全年入园."""
    rest = "".join(" " if any(time.start <= at < time.end for time in times) else text[at] for at in range(len(text)))
    return len(rest.strip()) < _WORD or _PLAIN.fullmatch(rest.strip()) is not None


def _is_name(words: str) -> bool:
    return any(name.kind in ("place", "name") and name.end - name.start >= len(words) - 1 for name in names_in(words))


_FILED = re.compile(
    r"^[表图]\s?[\d一二三四五六七八九十]+(?:[-—.]\d+)*|[(（][^()（）]*[)）]|单位[:：].*$|(?:19|20)\d\d\s?[-—–~至到]\s?(?:19|20)\d\d年?"
    r"|(?:按|分|各)(?:月|年|季度|行业|地区|区县|县市区?|港区|乡镇|村|园区|部门|企业|单位|品种|类别)(?:划分)?(?:的)?"
    r"|历年|逐年|年度|主要|^\s*(?:全[省市区县镇乡]|各)|^(?:乡镇|区县|县区|市县|街道|园区|港区)(?=..)|\s"
)
_LISTED = re.compile(r"(?:基本|完成|运行|变化)?(?:情况|数据)?(?:统计|汇总|明细|一览|对比|比较)*表?$|(?:情况|数据|数)$")
_SAYS_NOTHING = re.compile(r"指标|概况|情况|统计|资料|信息|公报|年鉴|报告|总结|工作|通报|成绩|台账|数据")
_LONGEST_CAPTION = 16


@lru_cache(maxsize=64)
def _captioned(caption: str, written: str | None) -> str:
    """What a table measures by its caption, without place, time and what any table is called: 各县粮食产量统计表."""
    line = next((line for line in reversed(caption.split("\n")) if _FILED.sub("", line)), "")
    taken = [(time.start, time.end) for time in times_in(line, written)]
    taken += [(name.start, name.end) for name in names_in(line) if name.kind in ("place", "name")]
    kept = "".join(mark for at, mark in enumerate(line) if not any(start <= at < end for start, end in taken))
    words = _LISTED.sub("", _FILED.sub("", kept))
    says = _WORD <= len(words) <= _LONGEST_CAPTION and re.fullmatch(r"(?:\d[a-z]|[\u4e00-\u9fffa-z&])+", words)
    return words if says and not _SAYS_NOTHING.search(words) else ""


def _said(row: _Heading, column: _Heading, which: str, captioned: str) -> tuple[str, str, str]:
    """Whose, what is measured, and of what part, by the headings of row and column, or by what stands above them."""
    if row.period and not row.is_name:
        return "", column.words, ""
    if column.period and captioned and (row.is_name or _WHOSE.search(which)) and not _WHICH.search(which):
        return row.words, captioned, ""  # a place a row, a year a column
    if column.period or _WHICH.search(which):
        if column.is_name:
            return column.words, row.words, ""
        return "", row.words, "" if column.period or _PLAIN.search(column.words) else column.words
    if row.is_name or _WHOSE.search(which):
        return row.words, column.words, ""
    if column.is_name:
        return column.words, row.words, ""
    return ("", row.words, "") if _PLAIN.fullmatch(column.words) else ("", column.words, row.words)


def _worth(cell: Cell, unit: str) -> tuple[Worth | None, str]:
    """What a cell is worth, and the unit above it where it has none of its own."""
    if _BARE.fullmatch(cell.text):
        found = worth_under(cell.text, unit) if unit else None
        if found is None:
            value = float(cell.text.replace(",", "").replace("−", "-"))
            found = Worth(value, value, value, unit)
        return found, unit
    quantities = [item for item in find_quantities(cell.text) if item.kind not in ("date", "ordinal")]
    if len(quantities) == 1 and quantities[0].end - quantities[0].start >= len(cell.text) - 1:
        return worth_of(quantities[0]), ""
    return None, ""


def _mode(words: str) -> FigureMode:
    return next((mode for pattern, mode in _MODES if pattern.search(words)), "result")
