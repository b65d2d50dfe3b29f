from __future__ import annotations

import pytest

from qa.deciding.candidates import Found
from qa.deciding.members import is_count, members_of, row_of_count, split_members
from qa.question.question import parse_question
from qa.reading.prepared import Span


def _members(question: str, marked: str) -> tuple[list[str], int | None]:
    """What is made of the candidate that stands between two | in a text."""
    before, inside, after = marked.split("|")
    text = before + inside + after
    best = Found(0, Span(len(before), len(before) + len(inside)), 1.0, 1.0)
    found, of = members_of(parse_question(question), best, text)
    return [text[item.span.start : item.span.end] for item in found], of


@pytest.mark.parametrize(
    ("text", "expected", "members"),
    [
        ("水产养殖、茶叶加工、乡村旅游", 0, ["水产养殖", "茶叶加工", "乡村旅游"]),
        ("水产养殖、茶叶加工和乡村旅游", 0, ["水产养殖", "茶叶加工", "乡村旅游"]),
        ("水产养殖和茶叶加工", 0, ["水产养殖和茶叶加工"]),
        ("水产养殖和茶叶加工", 2, ["水产养殖", "茶叶加工"]),
        ("远洋捕捞及海产养殖、茶叶加工", 2, ["远洋捕捞及海产养殖", "茶叶加工"]),
        ("“大干、快上”、“稳中求进”", 0, ["大干、快上", "稳中求进"]),
        ("晨光(东、西两厂)、远山", 0, ["晨光(东、西两厂)", "远山"]),
        ("1,200家、3,400人", 0, ["1,200家", "3,400人"]),
        ("晨光制造", 0, ["晨光制造"]),
    ],
)
def test_a_list_falls_into_its_members(text: str, expected: int, members: list[str]) -> None:
    assert [text[start:end] for start, end in split_members(text, expected)] == members


BRIDGES = ["望月桥", "迎仙桥", "卧波桥"]


@pytest.mark.parametrize(
    "marked",
    [
        "白沙镇|现有望月桥、迎仙桥、卧波桥3座古桥|。",
        "白沙镇现有|望月桥、迎仙桥、卧波桥3座|古桥。",
        "白沙镇现有|望月桥、迎仙桥、卧波桥|3座古桥。",
        "|白沙镇现有望月桥、迎仙桥和卧波桥3座古桥|。",
        "白沙镇现有|望月桥|、迎仙桥、卧波桥3座古桥。",
        "白沙镇现有望月桥、|迎仙桥|、卧波桥。",
        "白沙镇现有望月桥、迎仙桥和|卧波桥|三座古桥。",
        "白沙镇古桥|包括望月桥、迎仙桥以及卧波桥等|。",
        "白沙镇的古桥|分别为望月桥、迎仙桥与卧波桥|。",
        "镇上先后修缮|了望月桥、迎仙桥和卧波桥三座古桥|。",
        "白沙镇共有3座古桥,|分别是望月桥、迎仙桥、卧波桥|。",
        "|望月桥、迎仙桥、卧波桥均|已修缮。",
        "全镇有3座古桥,|即望月桥、迎仙桥和卧波桥,其中2座可通车|。",
        "古桥有|“望月桥”、“迎仙桥”和“卧波桥”|。",
        "白沙镇古桥有“望月桥”“迎仙桥”“|卧波桥|”三座。",
        "白沙镇古桥有|“望月桥”“迎仙桥”“卧波桥”三座古桥|。",
        "白沙镇新修了“|望月桥|”“迎仙桥”和“卧波桥”。",
        "白沙镇古桥|共分望月桥、迎仙桥、卧波桥三座|。",
        "白沙镇古桥名录:\n1. 望月桥\n2. |迎仙桥|\n3. 卧波桥\n以上由文物局公布。",
        "白沙镇古桥:(一)望月桥;(二)|迎仙桥|;(三)卧波桥。",
        "白沙镇有三种古桥:|一是望月桥,二是迎仙桥,三是卧波桥|。",
        "古桥|一是望月桥;二是迎仙桥|;三是卧波桥。",
        "白沙镇古桥名录如下:\n|望月桥|\n迎仙桥\n卧波桥",
    ],
)
def test_the_members_are_complete_and_nothing_but_members(marked: str) -> None:
    assert _members("白沙镇有哪些古桥?", marked) == (BRIDGES, None)


@pytest.mark.parametrize(
    ("marked", "members", "of"),
    [
        ("白沙镇现有|望月桥、迎仙桥|等5座古桥。", ["望月桥", "迎仙桥"], 5),
        ("白沙镇共有四座古桥,其中|有望月桥和迎仙桥|。", ["望月桥", "迎仙桥"], None),
        ("白沙镇共有四座古桥,分别为|望月桥、迎仙桥、卧波桥|。", BRIDGES, 4),
        ("全镇下辖|幸福村、新民村、红星二村|。", ["幸福村", "新民村", "红星二村"], None),
        ("全镇下辖|幸福、新民、红星三村|。", ["幸福", "新民", "红星"], None),
        ("入选的是|晨光(东、西两厂)、远山制药2家企业|。", ["晨光(东、西两厂)", "远山制药"], None),
    ],
)
def test_where_the_text_names_more_than_were_found_the_answer_says_so(
    marked: str, members: list[str], of: int | None
) -> None:
    assert _members("白沙镇有哪些?", marked) == (members, of)


@pytest.mark.parametrize(
    ("question", "marked", "same"),
    [
        ("除了望月桥,还有哪一座古桥?", "修缮了望月桥、|迎仙桥|。", "迎仙桥"),
        ("采取了哪些措施?", "镇里|加强巡查,清理河道,设立警示牌|。", "加强巡查,清理河道,设立警示牌"),
        ("采取了哪些措施?", "镇里|为企业减税、给商户补贴|。", "为企业减税、给商户补贴"),
    ],
)
def test_what_is_no_row_of_names_loses_nothing(question: str, marked: str, same: str) -> None:
    assert "、".join(_members(question, marked)[0]) == same


def test_fewer_than_the_question_names_are_said_to_be_incomplete() -> None:
    assert _members("哪四家企业获奖?", "获奖的有|晨光制造、远山制药|。") == (["晨光制造", "远山制药"], 4)


@pytest.mark.parametrize(
    ("question", "marked", "names"),
    [
        ("谁获得了金犁奖?", "金犁奖2人:分别授予|季青山|院士、穆秋池院士;", ["季青山", "穆秋池"]),
        ("Who received the award?", "金犁奖分别授予|季青山|和穆秋池。", ["季青山", "穆秋池"]),
        ("金犁奖授予了谁?", "金犁奖授予两位学者:|季青山|教授、穆秋池教授。", ["季青山", "穆秋池"]),
        ("哪位学者获得了金犁奖?", "金犁奖分别授予|季青山|、穆秋池。", ["季青山"]),
        ("该镇管辖哪些村?", "|该镇辖柏坪村、松溪村和竹沟村|。", ["柏坪村", "松溪村", "竹沟村"]),
        ("谁主持会议?", "会议由|季青山|主持,穆秋池、方大同出席。", ["季青山"]),
        ("谁出席会议?", "|季青山|、穆秋池出席会议。", ["季青山"]),
    ],
)
def test_several_to_whom_something_is_given_are_all_the_answer(question: str, marked: str, names: list[str]) -> None:
    assert _members(question, marked) == (names, None)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("4家", True),
        ("共有3个街道", True),
        ("三个街道、两个社区", True),
        ("望月桥、迎仙桥", False),
        ("第三中学", False),
        ("", False),
    ],
)
def test_a_bare_count_is_told_from_names(text: str, count: bool) -> None:
    assert is_count(text) is count


@pytest.mark.parametrize(
    ("marked", "row"),
    [
        ("白沙镇现有望月桥、迎仙桥|2座|古桥。", "白沙镇现有望月桥、迎仙桥"),
        ("白沙镇共有|2座|古桥,分别为望月桥和迎仙桥。", "望月桥和迎仙桥"),
        ("白沙镇共有|2座|古桥(望月桥、迎仙桥)。", "望月桥、迎仙桥"),
        ("白沙镇共有|2座|古桥。", None),
    ],
)
def test_beside_a_bare_count_stands_its_row(marked: str, row: str | None) -> None:
    before, inside, after = marked.split("|")
    text = before + inside + after
    found = row_of_count(text, len(before), len(before) + len(inside))

    assert (None if found is None else text[slice(*found)]) == row


@pytest.mark.parametrize("together", ["联合|主办", "共同|主办", "联合主办|"])
def test_two_that_do_something_together_are_two(together: str) -> None:
    marked = f"灯会由|白沙镇文化服务中心和云溪县旅游局{together}。"
    assert _members("灯会的主办方有哪些?", marked)[0] == ["白沙镇文化服务中心", "云溪县旅游局"]
    alone = f"灯会由|白沙镇文化服务中心|和云溪县旅游局{together.replace('|', '')}。"
    assert _members("灯会的主办方是哪两家?", alone)[0] == ["白沙镇文化服务中心", "云溪县旅游局"]
