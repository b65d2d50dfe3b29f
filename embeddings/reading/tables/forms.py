"""A form laid out as a table: labels and values side by side, two or three pairs a row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from embeddings.reading.tables.headers import has_digit

_LONGEST_LABEL = 14
_FEWEST, _WIDEST = 4, 8
"""Columns of a form; one of two is told by the table itself."""
_LABEL = re.compile(
    r"(?:姓名|曾用名|性别|民族|籍贯|出生(?:年月|日期|地)?|出生年月日|年龄|学历|学位|文化程度|毕业(?:院校|学校|时间)|专业|所学专业|政治面貌|婚姻状况|健康状况"
    r"|身份证号?码?|证件号码|职务|职称|职业|岗位|(?:工作|所在|申报|申请|填报|主管|承办|建设|施工|设计|监理)?单位|(?:所属|所在)?部门|入职(?:时间|日期)|入党时间|参加工作时间"
    r"|联系(?:人|电话|方式|地址)|(?:办公|固定|移动|手机)?电话|手机号?码?|传真|邮箱|电子邮[箱件]|邮政?编码?|邮编|通[讯信]地址|(?:家庭|单位|现|详细)?(?:住址|地址)"
    r"|项目(?:名称|编号|类别|负责人|地点)|(?:企业|单位|产品|公司|合同|设备|课程|会议)(?:名称|编号|类型|性质)|名称|编号|类型|类别|性质|规格(?:型号)?|型号|(?:单)?价格?|数量|金额"
    r"|法定代表人|法人代表|负责人|经办人|审核人|填表人|注册(?:资本|地址|资金|日期)|成立(?:日期|时间)|经营范围|统一社会信用代码|开户(?:银行|行)|账号|户名"
    r"|总投资|投资额|建设(?:地点|规模|性质|工期)|开工(?:日期|时间)|竣工(?:日期|时间)|时间|日期|地点|备注|特长|爱好|紧急联系人|国籍|血型|身高|体重"
    r"|name|gender|sex|age|phone|telephone|email|address|title|date of birth|nationality|department|position)",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"\d{4}年?(?:度|末)?|.{0,3}\d{1,2}月(?:份)?|.{0,5}季度")


def form_rows(rows: Sequence[Sequence[str]], header: bool | None) -> list[list[tuple[str, str]]] | None:
    """The pairs of each row of a form, as (label, value); None where the rows are no form.

    A header row stands above values of one kind in each column; a form has a label before each value, in every row.
    """
    width = max(map(len, rows), default=0)
    shift = 1 if width % 2 and _is_group(rows, width) else 0
    columns = width - shift if (width - shift) % 2 == 0 else width - 1
    if not _FEWEST <= columns <= _WIDEST or not rows:
        return None
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    own = [row[shift : shift + columns] for row in padded]
    if width - shift - columns and any(row[-1] and row[-1] != padded[0][-1] for row in padded):
        return None  # one column more, that is no picture beside the form
    if not (_has_known_labels(own) or (header is not True and _has_values_beside(own))):
        return None
    return [_pairs(row) for row in own]


def _is_group(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether the first column is what spans rows: 基本情况 beside all lines about a person."""
    firsts = [row[0] for row in rows if len(row) == width]
    return len(firsts) > 1 and len(set(firsts)) < len(firsts) and not any(_LABEL.fullmatch(text) for text in firsts)


def _has_known_labels(rows: Sequence[Sequence[str]]) -> bool:
    """Whether every other cell is such as forms have before a value, and the cells between are not."""
    labels = [cell for row in rows for cell in row[::2] if cell]
    values = [cell for row in rows for cell in row[1::2] if cell]
    known = sum(_is_label(cell) for cell in labels)
    return bool(values) and 2 * known >= len(labels) and 10 * sum(map(_is_label, values)) <= len(values)


def _is_label(cell: str) -> bool:
    return len(cell) <= _LONGEST_LABEL and (
        cell.endswith(("：", ":")) or _LABEL.fullmatch(cell.rstrip("：: ")) is not None
    )


def _has_values_beside(rows: Sequence[Sequence[str]]) -> bool:
    """Whether figures stand in every other cell only, from the first row on, of different sorts in a column."""
    labels = [cell for row in rows for cell in row[::2]]
    values = [cell for row in rows for cell in row[1::2]]
    first = [cell for cell in rows[0][1::2] if has_digit(cell) and not _PERIOD.fullmatch(cell)]
    if not first or any(not cell or len(cell) > _LONGEST_LABEL or has_digit(cell) for cell in labels):
        return False
    sorts = {re.sub(r"[\d.,，\s]+", "#", cell) for cell in values if cell}
    return len(set(labels)) == len(labels) and 2 * len(sorts) > len([cell for cell in values if cell])


def _pairs(row: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of a row; a value that spans columns goes on to the end of its cell."""
    filled = [cell for cell in row if cell]
    if len(filled) == 1:
        return [("", filled[0])]
    return [
        (label.rstrip("：: "), value) if label else ("", value)
        for label, value in zip(row[::2], row[1::2], strict=True)
        if value
    ]
