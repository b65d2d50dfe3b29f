"""What stands near and is not what is asked: another season's course, another office's head, a form's other field."""

from __future__ import annotations

import pytest

from chinese.apart import kinds_apart
from chinese.facts import NOTHING_SAID
from chinese.offices import role_asked, roles_at
from chinese.places import places_of
from qa.deciding.candidates import Found
from qa.deciding.features import member_asked_for
from qa.deciding.members import is_count, members_of, row_of_count
from qa.finding.kept_chunks import read_all
from qa.question import forms
from qa.question.question import parse_question
from qa.question.siblings import exchanged
from qa.reading import spans
from qa.reading.prepared import Span
from qa.reading.rules import read
from qa.reading.spans import figures, name_alone
from qa.reading.table_cells import cells_asked
from tests.qa.support import chunk


@pytest.mark.parametrize(
    ("question", "article", "found"),
    [
        ("春季班什么时候报名", "石桥镇秋季班9月1日报名", [("春季", "秋季")]),
        ("春季班什么时候报名", "石桥镇秋季班9月1日报名,春季班另行通知", []),
        ("云岭县有多少个4g基站", "云岭县建成5g基站312个", [("4G", "5G")]),
        ("哪天停电", "11月3日全镇停水", [("停电", "停水")]),
        ("哪天停电", "11月3日全镇通车", []),
        ("二级医院报销多少", "一级医疗机构报销六成", [("二级", "一级")]),
        ("体育馆造价多少", "体育馆门票20元", [("造价", "票价")]),
        ("体育馆造价多少", "体育馆投资3亿元,门票20元", []),
    ],
)
def test_an_article_on_one_kind_says_nothing_of_another(
    question: str, article: str, found: list[tuple[str, str]]
) -> None:
    assert list(kinds_apart(question, article, article)) == found


APPOINTED = "决定:任命卢见秋为云岭县水利局党组书记、局长;云岭县教育局局长由江一帆担任,前任局长为杜若衡。"


@pytest.mark.parametrize(
    ("asked", "name", "is_other"),
    [
        ("云岭县教育局局长", "江一帆", False),
        ("云岭县体育局局长", "江一帆", True),
        ("云岭县教育局前任局长", "江一帆", True),
        ("云岭县教育局前任局长", "杜若衡", False),
        ("云岭县教育局局长", "杜若衡", True),
        ("云岭县水利局前任局长", "杜若衡", True),
        ("局长", "江一帆", False),
    ],
)
def test_the_head_of_one_office_is_not_that_of_another_nor_its_former_head(
    asked: str, name: str, is_other: bool
) -> None:
    role = role_asked(asked)
    start = APPOINTED.index(name)
    assert role is not None
    assert all(role.is_other(other) for other in roles_at(APPOINTED, start, start + len(name))) == is_other


def test_a_short_name_of_an_office_is_the_office() -> None:
    asked, found = role_asked("云岭县文旅局局长"), role_asked("云岭县文化和旅游局局长")
    assert asked is not None
    assert found is not None
    assert not asked.is_other(found)


def test_two_towns_counted_together_are_two_towns() -> None:
    assert [place.name for place in places_of("其中,东川、南浦两市进出口分别为3亿元、5亿元")][-1:] != ["南浦两市"]


def _members(question: str, marked: str) -> list[str]:
    before, inside, after = marked.split("|")
    text = before + inside + after
    best = Found(0, Span(len(before), len(before) + len(inside)), 1.0, 1.0)
    found, _ = members_of(parse_question(question), best, text)
    return [text[item.span.start : item.span.end] for item in found]


NOTICE = "一、停驶时间:5月2日\n二、停驶线路:|8路、12路|、环城专线临时停驶\n三、咨询电话:5588123\n"


@pytest.mark.parametrize(
    ("question", "marked", "members"),
    [
        ("哪些公交线路临时停驶?", NOTICE, ["8路", "12路", "环城专线"]),
        (
            "哪些人获评敬业奖?",
            "|教师何静宜、退休工人贺长河、快递员孟小满获评“敬业奖”|,另有两人获特别奖。",
            ["何静宜", "贺长河", "孟小满"],
        ),
        ("书展由谁主办?", "书展由|云岭县文化馆|、石桥县图书馆主办,新知书店承办。", ["云岭县文化馆", "石桥县图书馆"]),
        ("书展由谁承办?", "书展由云岭县文化馆、石桥县图书馆主办,|新知书店|承办。", ["新知书店"]),
        (
            "驿站有哪些功能?",
            "驿站是|集休息避雨、手机充电、法律咨询|等功能于一体的站点。",
            ["休息避雨", "手机充电", "法律咨询"],
        ),
    ],
)
def test_the_row_that_is_asked_for_is_not_the_fields_of_the_form_around_it(
    question: str, marked: str, members: list[str]
) -> None:
    assert _members(question, marked) == members


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("乡村医生何清源", "何清源"),
        ("何清源", "何清源"),
        ("教师何清源、江一帆", "教师何清源、江一帆"),
        ("云岭县文旅局", "云岭县文旅局"),
    ],
)
def test_a_person_is_named_without_the_occupation(text: str, name: str) -> None:
    assert text[slice(*name_alone(text, 0, len(text)))] == name


def test_an_office_is_no_person_and_a_verb_no_part_of_a_name() -> None:
    text = "活动由云岭县委宣传部、市文旅局主办,组长由窦宁担任。"
    assert [text[start:end] for (start, end), _ in spans.persons(text)] == ["窦宁"]


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("报名什么时候截止?", "报名时间为8月21日至9月3日", ["9月3日"]),
        ("什么时候开始报名?", "报名时间为8月21日至9月3日", ["8月21日"]),
        ("政策执行到什么时候?", "自2023-03-01起执行,至2025-12-31止", ["2023-03-01", "2025-12-31"]),
        ("纪念馆周几闭馆?", "每周一闭馆,5月2日照常开放", ["周一"]),
        ("纪念馆开放时间", "农历三月初三起开放,9:00至17:00免费参观", ["9:00至17:00"]),
        ("年龄放宽到多少周岁?", "可放宽至40周岁", ["40周岁"]),
    ],
)
def test_of_a_date_what_is_asked_for(question: str, text: str, said: list[str]) -> None:
    asked = parse_question(question)
    assert [quantity.text for quantity, _ in figures(text, asked.asked, asked.unit)] == said


@pytest.mark.parametrize(
    ("question", "kind", "unit"),
    [
        ("云岭县衣着类价格变化如何?", "share", forms.CHANGE),
        ("石桥镇进出口同比变化?", "share", forms.CHANGE),
        ("石桥镇纠纷调解成功率", "share", ""),
        ("书展是谁主办的?", "organisation", ""),
        ("停水通知是谁发布的?", "organisation", ""),
        ("纪念馆星期几闭馆?", "date", forms.WEEKDAY),
    ],
)
def test_what_kind_of_answer_is_asked_for(question: str, kind: str, unit: str) -> None:
    asked = parse_question(question)
    assert (asked.asked, asked.unit) == (kind, unit)


def test_more_than_another_is_a_difference() -> None:
    assert parse_question("石桥镇每百户汽车比全县平均多几辆?").wanted.is_change
    assert not parse_question("石桥镇汽车有几辆?").wanted.is_change


def test_of_members_counted_in_a_row_each_has_its_own_figure() -> None:
    text = "本次招聘医师2名、护士5名、检验士1名。"
    question = parse_question("石桥镇卫生院招聘护士几名?")
    found = [(Span(quantity.start, quantity.end), NOTHING_SAID) for quantity, _ in figures(text, "quantity", "名")]
    conflicts = member_asked_for(question, text, found)
    assert [bool(of_one) for of_one in conflicts] == [True, False, True]


def test_a_date_of_birth_is_no_day_of_an_examination() -> None:
    text = "报考者须在1988年1月1日以后出生,10月12日笔试。"
    assert [said for said in _dates(text, "什么时候笔试?")] == ["10月12日"]
    assert "1988年1月1日" in _dates(text, "要求哪年以后出生?")


def _dates(text: str, question: str) -> list[str]:
    asked = parse_question(question)
    reading, found = read(read_all([chunk(text)])[0], asked)
    return [reading.folded[span.start : span.end] for span in found]


def test_a_latin_name_is_not_said_twice_in_a_follow_up() -> None:
    assert "5g5g" not in exchanged("5G用户", "云岭县累计建成5G基站多少个?", measure=False).lower()


SIGNED = "为保障会议举行,5月2日滨河路封闭。\n石桥镇交通管理站\n2023年4月27日"


@pytest.mark.parametrize(
    ("question", "title", "said"),
    [
        ("滨河路封闭的通告是谁发布的?", "关于滨河路封闭的通告", ["石桥镇交通管理站"]),
        ("滨河路封闭的通告哪天发布的?", "关于滨河路封闭的通告", ["2023年4月27日"]),
        ("解放路封闭的通告哪天发布的?", "关于滨河路封闭的通告", []),
        ("滨河路哪天封闭?", "关于滨河路封闭的通告", []),
    ],
)
def test_a_notice_is_issued_by_whom_it_is_signed(question: str, title: str, said: list[str]) -> None:
    (passage,) = read_all([chunk(SIGNED, title)])
    cells = cells_asked(passage, parse_question(question))
    assert [passage.text.folded[cell.start : cell.end] for cell in cells if cell.share == 1.0] == said


def test_the_row_before_a_sum_is_the_list() -> None:
    text = "开设书法、国画、古筝,共3个班,每班限24人。"
    start = text.index("共3")
    assert is_count(text[start : start + 4])
    row = row_of_count(text, start, start + 4)
    assert row is not None
    assert "书法、国画、古筝" in text[slice(*row)]


def test_a_row_of_figures_with_nothing_but_blanks_between_counts_nothing() -> None:
    text = "甲  2名、  5名、\t\t1名。"
    found = [(Span(quantity.start, quantity.end), NOTHING_SAID) for quantity, _ in figures(text, "quantity", "名")]
    assert all(not of_one for of_one in member_asked_for(parse_question("护士几名?"), text, found))
