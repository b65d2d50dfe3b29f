"""Shapes of tables for the fit: in plain text, so that their rows are read as those of any other table are.

The sets that are fitted on have hardly any tables. What is asked is one cell, or one that the table has not.
"""

from __future__ import annotations

from benchmarks.made_shapes import Ask, Shape

TABLE_SHAPES = (
    Shape(
        "a table of three columns under a title",
        {
            "t": "city", "y": "year", "a": "village", "b": "village", "c": "village", "d": "户", "e": "亩",
            "p": "person", "f": "户", "g": "亩", "q": "person", "h": "户", "i": "亩", "r": "person", "x": "village",
        },
        (
            "{t}镇{y}各村情况\n村名\t农户\t耕地\t会计\n{a}\t{d}\t{e}\t{p}\n{b}\t{f}\t{g}\t{q}\n{c}\t{h}\t{i}\t{r}\n",
            "{t}镇{y}各村情况\n村名 农户 耕地 会计\n{a} {d} {e} {p}\n{b} {f} {g} {q}\n{c} {h} {i} {r}\n",
            "{t}镇{y}各村情况\n村名|农户|耕地|会计\n{a}|{d}|{e}|{p}\n{b}|{f}|{g}|{q}\n{c}|{h}|{i}|{r}\n",
        ),
        (
            Ask("d", ("{t}镇{a}有多少农户", "{t}镇{a}住着多少户人家", "{t}镇{y}{a}农户是多少", "{t}镇{a} 农户")),
            Ask("g", ("{t}镇{b}有多少亩耕地", "{y}{t}镇{b}耕地是多少", "{t}镇{b}的耕地有多少亩")),
            Ask("r", ("{t}镇{c}的会计是谁", "谁是{t}镇{c}的会计", "{t}镇{c}会计叫什么名字")),
            Ask("q", ("{t}镇{b}的会计是谁", "{y}{t}镇{b}会计是谁")),
            Ask("", ("{t}镇{a}有多少亩鱼塘", "{t}镇{b}的支书是谁", "{t}镇{c}出栏了多少头猪", "{t}镇{x}有多少农户")),
        ),
    ),
    Shape(
        "a turned table with a unit line",
        {
            "t": "city", "c": "crop", "d": "crop", "e": "crop", "y": "year", "z": "year",
            "a": "吨", "b": "吨", "f": "吨", "g": "吨", "h": "吨", "i": "吨",
        },
        ("{t}县主要作物产量\n作物\t{y}\t{z}\n{c}\t{a}\t{b}\n{d}\t{f}\t{g}\n{e}\t{h}\t{i}\n",),
        (
            Ask("a", ("{t}县{y}{c}产量是多少", "{t}县{y}{c}产了多少吨")),
            Ask("g", ("{t}县{z}{d}产量", "{t}县{d}{z}产量是多少吨")),
            Ask("h", ("{t}县{y}{e}产量是多少",)),
            Ask("", ("{t}县{y}海带产量是多少", "{t}县{z}{c}的出口额是多少")),
        ),
    ),
    Shape(
        "a form",
        {"p": "person", "b": "day", "w": "work", "f": "firm", "q": "person"},
        ("人员登记表\n姓名\t{p}\t工作单位\t{f}\n出生日期\t{b}\t部门\t{w}\n",),
        (
            Ask("f", ("{p}的工作单位是什么", "{p}在哪个单位工作", "{p}在哪里上班")),
            Ask("b", ("{p}的出生日期是哪天", "{p}是哪天出生的")),
            Ask("w", ("{p}在哪个部门",)),
            Ask("", ("{p}的学历是什么", "{p}的电话是多少", "{q}的工作单位是什么")),
        ),
    ),
    Shape(
        "a statement",
        {"f": "firm", "y": "year", "a": "万元", "b": "万元", "c": "%", "d": "万元", "e": "万元", "g": "%"},
        ("{f}{y}主要数据\n项目 本期 上期 增减\n租金收入 {a} {b} {c}\n检修费用 {d} {e} {g}\n",),
        (
            Ask("a", ("{f}{y}租金收入是多少", "{f}租金收入多少万元")),
            Ask("e", ("{f}上期检修费用是多少",)),
            Ask("g", ("{f}{y}检修费用增减多少", "{f}检修费用同比变化多少")),
            Ask("", ("{f}{y}净利润是多少", "{f}税金是多少")),
        ),
    ),
    Shape(
        "numbers behind their labels",
        {"w": "work", "a": "张", "b": "张", "c": "张", "p": "person", "q": "person"},
        ("{w}\n成人票：{a}；学生票：{b}；团体票：{c}。\n负责人：{p} 联络员：{q}\n",),
        (
            Ask("a", ("{w}成人票有多少", "{w}有多少张成人票")),
            Ask("b", ("{w}学生票有多少张", "{w} 学生票")),
            Ask("q", ("{w}联络员是谁",)),
            Ask("p", ("{w}负责人是谁",)),
            Ask("", ("{w}老人票有多少张", "{w}会计是谁")),
        ),
    ),
    Shape(
        "sentences of the same make",
        {
            "a": "place", "b": "place", "c": "place", "d": "户", "e": "亩", "p": "person", "f": "户", "g": "亩",
            "q": "person", "h": "户", "i": "亩", "r": "person", "x": "place",
        },
        ("{a}移民{d}，复垦{e}，站长为{p}。\n{b}移民{f}，复垦{g}，站长为{q}。\n{c}移民{h}，复垦{i}，站长为{r}。\n",),
        (
            Ask("d", ("{a}移民多少户",)),
            Ask("g", ("{b}复垦了多少亩", "{b}复垦多少")),
            Ask("r", ("{c}站长是谁",)),
            Ask("q", ("{b}的站长叫什么",)),
            Ask("", ("{x}站长是谁", "{a}养鱼多少亩")),
        ),
    ),
)  # fmt: skip
