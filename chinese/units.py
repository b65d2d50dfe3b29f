"""Units and classifiers of Chinese quantities: of which kind each is, and what it is in a base unit."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Kind = Literal["count", "money", "share", "date", "duration", "length", "area", "measure", "ordinal"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit's kind, the base unit that it is compared in, and how many of those one of it is, exactly."""

    kind: Kind
    base: str
    factor: Fraction


# Each line: a kind, a base unit, and units with the number of base units in one of them (1 where none is given).
# A unit that is not the same everywhere (里, 度, 分, 马克) or in lower case (MW, mW) is a base of its own: nothing is
# converted by guess.
_CONVERTED = """
money CNY 元 人民币 块钱
money USD 美元 美金
money EUR 欧元
money JPY 日元 日圆
money HKD 港元 港币
money GBP 英镑
money KRW 韩元
money TWD 新台币
money AUD 澳元
money CAD 加元
money SGD 新加坡元
money CHF 瑞士法郎
money RUB 卢布
money THB 泰铢
length 米 米 公里=1000 千米=1000 厘米=1/100 毫米=1/1000 微米=1/1000000 纳米=1/1000000000 海里=1852 英里=1609344/1000
length 米 km=1000 cm=1/100 mm=1/1000
area 平方米 平方米 平米 ㎡ 平方公里=1000000 平方千米=1000000 平方厘米=1/10000 公顷=10000 亩=2000/3
measure 千克 公斤 千克 kg 吨=1000 克=1/1000 斤=1/2
measure 升 升 毫升=1/1000
measure 瓦 瓦 千瓦=1000 kw=1000 兆瓦=1000000 万千瓦=10000000 gw=1000000000
measure 千瓦时 千瓦时 kwh
measure 伏 伏 kv=1000
measure ℃ ℃ 摄氏度 °c
measure 标准箱 标准箱 标箱
duration 天 天 日 周=7 星期=7 个星期=7
duration 工作日 工作日 个工作日
duration 个月 个月 个多月 个半月 年=12 周年=12 季度=3 世纪=1200
duration 秒 秒 分钟=60 小时=3600 个小时=3600 个多小时=3600 个半小时=3600
count 人 人 名 位
count 倍 倍
"""
_AS_THEY_ARE: tuple[tuple[Kind, str], ...] = (
    ("money", "金马克 马克 法郎 比索 卢比 克朗 里拉 第纳尔"),
    ("length", "里"),
    ("area", "立方米"),
    ("measure", "度 分贝 赫兹 兆 mw tb gb mb km/h 公里/小时 米/秒"),
    ("duration", "岁"),
    (
        "count",
        "人次 家 个 项 户 条 座 栋 幢 场 次 件 台 套 辆 艘 架 只 头 棵 株 所 处 批 类 种 支 笔 份 张 间 届 "
        "期 级 层 门 款 本 部 篇 首 枚 颗 块 片 面 对 双 组 队 班 孔 根 口 眼 盏 台套 台次 户次 车次 架次 例 起 宗 "
        "单 票 字 页 册 卷 集 轮 步 点 分 代 遍 趟 顿 桌 箱 袋 瓶 杯 盒 朵 群 团 帮 股 席",
    ),
)


def _table() -> dict[str, Unit]:
    table: dict[str, Unit] = {}
    kinds: dict[str, Kind] = {"money": "money", "length": "length", "area": "area", "measure": "measure"}
    kinds |= {"duration": "duration", "count": "count"}
    for line in _CONVERTED.strip().splitlines():
        kind, base, *units = line.split()
        for unit in units:
            name, _, factor = unit.partition("=")
            table[name] = Unit(kinds[kind], base, Fraction(factor or 1))
    for kind_as_is, names in _AS_THEY_ARE:
        for name in names.split():
            table[name] = Unit(kind_as_is, name, Fraction(1))
    table["万"] = Unit("count", "", Fraction(10_000))  # a figure that nothing follows: 突破300万
    return table


UNITS = _table()
"""Every unit that makes a numeral a quantity, by its folded name."""

ANY_UNIT = "|".join(sorted(UNITS, key=lambda unit: (-len(unit), unit)))
"""All of them as a regular expression, longest first."""

CURRENCIES = {name: unit.base for name, unit in UNITS.items() if unit.kind == "money" and name != "元"} | {
    "台币": "TWD",
    "人民币": "CNY",
}
"""Words before a figure that say in which currency its 元 is: 新台币186亿元."""
