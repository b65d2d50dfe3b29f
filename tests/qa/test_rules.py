"""What rules find in a passage, and that what they see there tells the answer from the rest of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qa.question.question import parse_question
from qa.reading.prepared import Span
from qa.reading.rules import read
from tests.qa.support import all_alike, chunk, find_in, looked_into

if TYPE_CHECKING:
    from qa.deciding.candidates import Found


def _spans(text: str, question: str) -> list[Span]:
    """What the rules find."""
    return read(looked_into(chunk(text)), parse_question(question))[1]


def _texts(text: str, question: str) -> list[str]:
    return [text[span.start : span.end] for span in _spans(text, question)]


def _first(text: str, question: str, title: str = "") -> Found:
    """The best of what the rules find, by what they see there alone."""
    return find_in(question, [(chunk(text, title=title), all_alike(text))])[0]


def _best(text: str, question: str) -> str:
    span = _first(text, question).span
    return text[span.start : span.end]


PARK = "累计引进重点项目31个,其中5亿元以上项目3个,总投资77.5亿元,总建筑面积81.6万平方米。"
CYCLE = "产品生产周期由原来20天减少到7天,整个生产效率提高20%、管理效率提高30%以上。"
GROWTH = "西城高新区规上企业数量,已从2020年的42家增加到2023年的47家。"
FAIR = "展会5月17日在东湖会展中心举行,来自12个国家的300余家企业参展。"
TOWER = "这座塔高186米,耗时3个月建成,绕塔步道长2公里。"


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (PARK, "引进了多少个重点项目?", "31个"),
        (PARK, "总投资是多少?", "77.5亿元"),
        (PARK, "总建筑面积是多少?", "81.6万平方米"),
        (CYCLE, "生产效率提高了多少?", "20%"),
        (CYCLE, "管理效率提高了多少?", "30%以上"),
        (FAIR, "多少家企业参展?", "300余家"),
        (FAIR, "展会有来自多少个国家的企业?", "12个"),
        (TOWER, "这座塔有多高?", "186米"),
        (TOWER, "步道有多长?", "2公里"),
        (TOWER, "建成用了多长时间?", "3个月"),
        ("投资12.6亿元建设码头3座,吞吐量达30万吨。", "建设了多少座码头?", "3座"),
        ("投资12.6亿元建设码头3座,吞吐量达30万吨。", "投资多少?", "12.6亿元"),
        ("投资12.6亿元建设码头3座,吞吐量达30万吨。", "吞吐量是多少吨?", "30万吨"),
        ("约有25%的学校参加,占全市学生总数的三分之一。", "占全市学生总数的比例是多少?", "三分之一"),
        ("新厂占地500亩,绿地1.2万平方米。", "新厂占地多少亩?", "500亩"),
    ],
)
def test_among_several_figures_the_one_beside_the_words_of_the_question_wins(
    text: str, question: str, answer: str
) -> None:
    assert _best(text, question) == answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [("2023年有多少家规上企业?", "47家"), ("2020年有多少家规上企业?", "42家"), ("规上企业增加到多少家?", "47家")],
)
def test_a_figure_belongs_to_the_year_before_it(question: str, answer: str) -> None:
    assert _best(GROWTH, question) == answer


def test_the_end_of_a_change_is_its_result_where_no_year_is_asked_for() -> None:
    assert _best(GROWTH, "规上企业有多少家?") == "47家"


@pytest.mark.parametrize(
    ("question", "answer"),
    [("生产周期减少到几天?", "7天"), ("生产周期是几天?", "7天"), ("原来的生产周期是几天?", "20天")],
)
def test_the_end_of_a_change_is_its_result_and_its_beginning_what_was(question: str, answer: str) -> None:
    assert _best(CYCLE, question) == answer


def test_a_part_is_not_taken_for_the_whole_and_is_found_when_asked_for() -> None:
    text = "引进项目31个,其中5亿元以上项目3个。"

    assert _best(text, "引进了多少个项目?") == "31个"
    assert _best(text, "5亿元以上项目有几个?") == "3个"


def test_what_the_question_says_itself_is_no_answer() -> None:
    assert "5亿元以上" not in _texts(PARK, "5亿元以上的项目总投资是多少?")
    assert _best("蓝海科技有限公司与远山制药有限公司签约。", "蓝海科技有限公司与哪家公司签约?") == "远山制药有限公司"


@pytest.mark.parametrize(
    ("question", "answer"),
    [("产量2023年是多少?", "619"), ("2024年产量是多少?", "640"), ("2022年产量是多少?", "588")],
)
def test_the_cell_of_a_table_is_read_in_its_row(question: str, answer: str) -> None:
    assert _best("历年产量如下。2022年：588；2023年：619；2024年：640。", question) == answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("展会什么时候举行?", "5月17日"),
        ("项目什么时候投入运营?", "2024年年中"),
        ("项目何时开工?", "2023年2月8日"),
    ],
)
def test_dates_are_found(question: str, answer: str) -> None:
    assert _best(FAIR + "项目计划2024年年中投入运营,2023年2月8日开工。", question) == answer


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (FAIR, "展会在哪里举行?", "东湖会展中心"),
        ("新工厂位于临江市滨河路,占地500亩。", "新工厂位于哪里?", "临江市滨河路"),
        ("图书馆新馆坐落于湖滨街道,昨日开放。", "图书馆新馆在什么地方?", "湖滨街道"),
    ],
)
def test_places_are_found(text: str, question: str, answer: str) -> None:
    assert _best(text, question) == answer


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("“项目将于年底投产。”该公司董事长黄宁说。县委书记李建国出席仪式。", "公司董事长是谁?", "黄宁"),
        ("“项目将于年底投产。”该公司董事长黄宁说。县委书记李建国出席仪式。", "县委书记是谁?", "李建国"),
        ("论文由教授欧阳明完成。课题组由副教授陈立带领。", "课题组由谁带领?", "陈立"),
        ("新馆由设计师林青主持设计。", "新馆由谁设计?", "林青"),
        ("新馆由设计师林青主持设计。", "新馆的设计师是谁?", "林青"),
    ],
)
def test_persons_are_found_by_their_title_or_what_they_do(text: str, question: str, answer: str) -> None:
    assert _best(text, question) == answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [("论坛由谁承办?", "海风文化公司"), ("论坛由哪家公司承办?", "海风文化公司"), ("论坛由谁主办?", "市文联")],
)
def test_who_does_it_stands_after_you(question: str, answer: str) -> None:
    assert _best("论坛由海风文化公司承办,由市文联主办。", question) == answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("哪家企业登陆创业板?", "蓝海科技"),
        ("哪家企业获评绿色工厂?", "远山制药"),
        ("哪家企业成功登陆创业板?", "蓝海科技"),
    ],
)
def test_who_does_what_the_question_says_is_the_subject_of_the_clause(question: str, answer: str) -> None:
    assert _best("蓝海科技成功登陆创业板,远山制药获评绿色工厂。", question) == answer


def test_as_many_organisations_as_the_question_names_belong_together() -> None:
    text = "位于城南的晨光制造有限公司、远山制药有限公司榜上有名,获评绿色工厂。"
    two = _spans(text, "哪两家企业获评绿色工厂?")

    assert {text[span.start : span.end] for span in two} == {"晨光制造有限公司", "远山制药有限公司"}
    assert len({span.group for span in two}) == 1
    assert two[0].group > 0
    assert {span.group for span in _spans(text, "哪家企业获评绿色工厂?")} == {0}
    assert {span.group for span in _spans(text, "哪三家企业获评绿色工厂?")} == {0}


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("所谓零增地,是指增产增效不增地。", "什么是零增地?", "增产增效不增地"),
        ("所谓零增地,是指增产增效不增地。", "零增地是什么意思?", "增产增效不增地"),
        ("智慧港是一种无人值守的码头。它占地500亩。", "智慧港是什么?", "一种无人值守的码头"),
        ("园区提出了“增产增效不增地”的“零增地”发展理念。", "“零增地”理念是什么?", "增产增效不增地"),
        ("锚定“奋战三年、再上台阶”目标,加快建设。", "锚定的目标是什么?", "奋战三年、再上台阶"),
        ("在这里我们重点研发组织工程角膜,这项技术国际领先。", "公司重点研发什么?", "组织工程角膜"),
        ("李村申报的大数据服务基地获评省级示范。", "李村获评省级示范的是什么基地?", "大数据服务基地"),
    ],
)
def test_names_and_definitions_are_found(text: str, question: str, answer: str) -> None:
    assert _best(text, question) == answer


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("围绕打造成绿色示范区、创新先导区“两大目标”,全面推进。", "“两大目标”是什么?", "绿色示范区、创新先导区"),
        ("围绕打造成绿色示范区、创新先导区“两大目标”,全面推进。", "两大目标分别是什么?", "绿色示范区、创新先导区"),
        ("实施全域统筹、创新驱动,产业育成“三大战略”。", "“三大战略”是哪些?", "全域统筹、创新驱动,产业育成"),
        ("东区、西区、南区、北区四大片区同步开工。", "四大片区是哪些?", "东区、西区、南区、北区"),
    ],
)
def test_a_list_stands_before_its_name(text: str, question: str, answer: str) -> None:
    assert _best(text, question) == answer


@pytest.mark.parametrize(
    "question", ["多少家企业参展?", "投资多少钱?", "什么时候开工?", "增长了百分之几?", "塔有多高?", "介绍一下天气"]
)
def test_a_passage_without_that_kind_of_answer_gives_none(question: str) -> None:
    assert _spans("天气很好,大家都很高兴。", question) == []


@pytest.mark.parametrize(
    ("text", "question", "found"),
    [
        (PARK, "引进了多少个项目?", ["31个", "3个"]),
        (FAIR, "多少家企业参展?", ["300余家"]),
        ("5个。6个。7个。", "有几个?", ["5个", "6个", "7个"]),
    ],
)
def test_what_is_found_comes_in_the_order_of_the_text(text: str, question: str, found: list[str]) -> None:
    assert _texts(text, question) == found


def test_the_words_found_are_those_shown_and_not_the_folded_ones() -> None:
    assert _best("引進項目３１個,總投資７７．５億元。", "引进了多少个项目?") == "３１個"


def test_words_in_the_title_bring_a_figure_closer() -> None:
    near = _first("引进31个。", "东港引进了多少个?", "东港成绩单")
    far = _first("引进31个。", "东港引进了多少个?", "成绩单")

    assert near.score > far.score


def test_the_figure_before_the_whole_noun_wins() -> None:
    assert _best("建成4个基础数据库与9个专题数据库。", "建了几个基础数据库?") == "4个"


def test_a_name_after_the_role_and_a_verb_is_read_and_a_place_is_none() -> None:
    assert _best("校长是王建国，学校成立于1956年。", "校长是谁?") == "王建国"
    assert "李沧区" not in _texts("最美志愿者：任均山 李沧区便民服务岗队长。", "最美志愿者是谁?")
