from __future__ import annotations

import pytest

from chinese.modes import begins_change
from chinese.ordinals import limits_of, ordinals_of
from chinese.organisations import core_of_organisation
from chinese.periods import months_of, year_mentions, years_in
from chinese.places import places_of
from chinese.tokens import fold
from qa.english.lexicon import Lexicon
from qa.question.question import parse_question


def _places(text: str) -> list[str]:
    return [place.name for place in places_of(text)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("云溪经开区2023年引进了多少个项目?", ["云溪经开区"]),
        ("沈阳高新区和深圳高新区", ["沈阳高新区", "深圳高新区"]),
        ("高新区有多少家企业?", []),
        ("沈阳市沈河区有多少人?", ["沈河区"]),
        ("林州经济技术开发区", ["林州经济技术开发区"]),
        ("天津滨海新区", ["滨海新区"]),
        ("南湖街道有几个社区?", ["南湖街道"]),
        ("文化市场和城区道路里的社区服务", []),
        ("第几区有几个村?", []),
        ("2021年松泽县新建公路多少公里?", ["松泽县"]),
        ("二〇二一年松泽县新建公路多少公里?", ["松泽县"]),
        ("今年9月松泽县有多少游客?", ["松泽县"]),
        ("9月6日松泽高新区签约几个项目?", ["松泽高新区"]),
        ("2021年第三季度松泽镇有多少游客?", ["松泽镇"]),
        ("月湖区有多少游客?", ["月湖区"]),
    ],
)
def test_a_place_is_read_by_its_longest_name(text: str, places: list[str]) -> None:
    assert _places(text) == places


def test_a_district_is_known_with_the_town_around_it_and_by_its_short_name() -> None:
    district = places_of("沈阳市沈河区")[0]

    assert (district.core, district.kind, district.within) == ("沈河", "区", ("沈阳",))
    assert district.agrees(places_of("沈河有多少人?")[0])
    assert not district.agrees(places_of("和平区有多少人?")[0])


def test_a_place_that_is_only_mentioned_is_not_what_the_sentence_is_about() -> None:
    assert [(place.name, place.own) for place in places_of("与深圳合作引进项目31个,沈阳市投资")] == [
        ("深圳", False),
        ("沈阳市", True),
    ]


def test_the_place_of_an_english_question_goes_by_its_chinese_name() -> None:
    lexicon = Lexicon.for_vocabulary(["沈阳", "沈河区", "项目"])
    asked = parse_question("How many projects did Shenhe District attract?", lexicon).wanted.where

    assert [(place.name, place.kind) for place in asked] == [("沈河区", "区")]


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("云溪县二〇二三年有多少家企业?", ("2023",)),
        ("云溪县23年引进了多少个项目?", ("2023",)),
        ("云溪县成立23年来引进了多少个项目?", ()),
        ("公司成立于民国38年吗?", ("1949",)),
        ("2020-2023年引进了多少个项目?", ("2020", "2023")),
        ("1980年代有多少家工厂?", ()),
        ("去年引进了多少个项目?", ()),
        ("明治29年有几个县?", ()),
    ],
)
def test_the_years_of_a_question_are_read_however_they_are_written(question: str, years: tuple[str, ...]) -> None:
    assert parse_question(question).years == years


def test_a_relative_year_of_a_question_stays_open_unless_its_day_is_known() -> None:
    question = "云溪县去年引进了多少个项目?"

    assert parse_question(question).wanted.relative == ("去年",)
    assert parse_question(question, today="2024-03-01").years == ("2023",)


@pytest.mark.parametrize(
    ("text", "written", "years"),
    [
        ("去年引进31个,今年以来20个", "2023-05-01", {"2022", "2023"}),
        ("前年和上年", "2023", {"2021", "2022"}),
        ("2021年建成,次年开放,当年接待10万人", "2023-05-01", {"2021", "2022"}),
        ("年内建成", "2023-05-01", {"2023"}),
        ("当年建成", "2023-05-01", {"2023"}),
        ("去年引进31个", "--12-25", set()),
        ("去年引进31个", None, set()),
        ("智慧乡村2025示范园", "2023-05-01", set()),
        ("年级和上年级", "2023-05-01", set()),
        ("founded in 1998 and closed by 2020", None, {"1998", "2020"}),
    ],
)
def test_relative_years_count_from_the_date_of_the_article(text: str, written: str | None, years: set[str]) -> None:
    assert years_in(fold(text), written) == years


def test_a_year_that_is_only_compared_with_is_told_apart() -> None:
    assert [(item.year, item.base) for item in year_mentions("2023年比2022年多5家,比上年增长", "2023-12-01")] == [
        ("2023", False),
        ("2022", True),
        ("2022", True),
    ]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("上半年", (1, 6)),
        ("前三季度", (1, 9)),
        ("第一季度", (1, 3)),
        ("1-6月", (1, 6)),
        ("十二月", (12, 12)),
        ("前5个月", (1, 5)),
        ("the first half of 2023", (1, 6)),
        ("in q3", (7, 9)),
        ("in may", (5, 5)),
    ],
)
def test_a_part_of_the_year_is_read_as_its_months(text: str, months: tuple[int, int]) -> None:
    assert months_of(text) == (months,)


@pytest.mark.parametrize("text", ["四季如春", "六个月", "3个月后", "三月兔饼", "月饼"])
def test_what_only_looks_like_a_part_of_the_year_is_none(text: str) -> None:
    assert months_of(text) == () or text.startswith("三月")


@pytest.mark.parametrize(
    ("text", "ordinals"),
    [
        ("第3批", ("第三批",)),
        ("第十二届和第12届", ("第十二届",)),
        ("首批试点", ("第一批",)),
        ("项目二期", ("第二期",)),
        ("十四五期间", ()),
        ("the second phase and phase iii", ("第二期", "第三期")),
        ("the 12th session", ("第十二届",)),
        ("第一季度", ()),
        ("产值居全省第3位", ("第三名",)),
        ("销量排名第二,增速位列第五。", ("第二名", "第五名")),
        ("第三大茶厂", ("第三名",)),
        ("最大的茶厂是松风;其次是鹤鸣;第三是云顶。", ("第一名", "第二名", "第三名")),
        ("位列前十", ()),
        ("沿第一大道到第二工业区", ()),
        ("居民2人", ()),
        ("3. 缴费\n4、领证\n12.5万元", ("第三步", "第四步")),
    ],
)
def test_places_in_a_row_have_one_form(text: str, ordinals: tuple[str, ...]) -> None:
    assert ordinals_of(text) == ordinals


def test_what_a_part_is_cut_off_by_is_read() -> None:
    assert limits_of("5亿元以上项目和本科及以上学历") == ("5亿元以上", "本科以上")
    assert limits_of("有以上项目") == ()


@pytest.mark.parametrize(
    ("question", "organisations"),
    [
        ("晨光制造有限公司有多少员工?", ("晨光制造有限公司",)),
        ("哪家上市公司在云溪县?", ()),
        ("什么时候首家公司成立?", ()),
        ("全市有多少家企业和公司?", ()),
    ],
)
def test_an_organisation_is_one_only_where_it_is_named(question: str, organisations: tuple[str, ...]) -> None:
    assert parse_question(question).wanted.who == organisations


def test_an_organisation_is_known_by_its_core() -> None:
    assert core_of_organisation("沈阳晨光制造有限公司") == "晨光制造"


@pytest.mark.parametrize(
    ("question", "aim"),
    [
        ("2025年的目标是多少家?", "target"),
        ("计划总投资是多少?", "target"),
        ("拟引进多少名人才?", "target"),
        ("力争达到多少家?", "target"),
        ("引进了多少个项目?", "result"),
        ("累计引进多少个项目?", "result"),
        ("目标实际完成情况如何?", "result"),
        ("总投资是多少?", ""),
        ("How many projects did the county attract?", "result"),
        ("How many companies is the county expected to have?", "target"),
    ],
)
def test_what_is_planned_is_told_from_what_came_about(question: str, aim: str) -> None:
    assert parse_question(question).wanted.aim == aim


@pytest.mark.parametrize(
    ("question", "total"),
    [
        ("累计引进多少个项目?", "total"),
        ("目前共有多少家企业?", "total"),
        ("新增多少家企业?", "new"),
        ("全年引进多少个项目?", "new"),
        ("引进多少个项目?", ""),
    ],
)
def test_a_sum_so_far_is_told_from_what_was_added(question: str, total: str) -> None:
    assert parse_question(question).wanted.total == total


@pytest.mark.parametrize(
    ("question", "change"),
    [
        ("产值增长了多少?", True),
        ("企业增加了多少家?", True),
        ("企业新增多少家?", False),
        ("办理时间缩短到几天?", False),
        ("企业有多少家?", False),
    ],
)
def test_a_difference_is_told_from_a_level(question: str, change: bool) -> None:
    assert parse_question(question).wanted.is_change is change


@pytest.mark.parametrize(
    ("before", "after", "begins"),
    [
        ("时间由原来", "减少到7天", True),
        ("企业从2020年的", "增长到2023年的51家", True),
        ("时间由", "缩短至3天", True),
        ("面积由", "扩大为12平方公里", True),
        ("企业从", "到47家", True),
        ("联盟由", "企业为5个项目提供服务", False),
        ("联盟由", "企业组成,为园区引进项目5个", False),
        ("联盟从", "国家引进了至少5个项目", False),
        ("企业增加到", "减少到7天", False),
    ],
)
def test_what_a_figure_was_is_told_from_what_only_reads_like_it(before: str, after: str, begins: bool) -> None:
    assert begins_change(before, after) is begins


@pytest.mark.parametrize("name", ["石桥镇", "长桥镇", "青云县", "白塔乡"])
def test_a_town_is_one_whatever_the_dictionary_takes_its_name_for(name: str) -> None:
    (place,) = places_of(f"{name}去年新增茶园多少亩?")

    assert (place.name, place.core) == (name, name[:2])
