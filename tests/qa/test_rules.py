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


PARK = "累计引进文旅项目36个,其中8亿元以上项目4个,总投资63.5亿元,总建筑面积72.4万平方米。"
CYCLE = "产品交付周期由原来18天减少到6天,整个包装效率提高15%、分拣效率提高25%以上。"
GROWTH = "西城高新区规上企业数量,从2020年的38家增长到2023年的51家。"
FAIR = "展会5月17日在东湖会展中心举行,来自12个国家的300余家企业参展。"
TOWER = "这座塔高174米,耗时3个月建成,绕塔步道长2公里。"


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (PARK, "引进了多少个文旅项目?", "36个"),
        (PARK, "总投资是多少?", "63.5亿元"),
        (PARK, "总建筑面积是多少?", "72.4万平方米"),
        (CYCLE, "包装效率提高了多少?", "15%"),
        (CYCLE, "分拣效率提高了多少?", "25%以上"),
        (FAIR, "多少家企业参展?", "300余家"),
        (FAIR, "展会有来自多少个国家的企业?", "12个"),
        (TOWER, "这座塔有多高?", "174米"),
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
    [("2023年有多少家规上企业?", "51家"), ("2020年有多少家规上企业?", "38家"), ("规上企业增长到多少家?", "51家")],
)
def test_a_figure_belongs_to_the_year_before_it(question: str, answer: str) -> None:
    assert _best(GROWTH, question) == answer


def test_the_end_of_a_change_is_its_result_where_no_year_is_asked_for() -> None:
    assert _best(GROWTH, "规上企业有多少家?") == "51家"


@pytest.mark.parametrize(
    ("question", "answer"),
    [("交付周期减少到几天?", "6天"), ("交付周期是几天?", "6天"), ("原来的交付周期是几天?", "18天")],
)
def test_the_end_of_a_change_is_its_result_and_its_beginning_what_was(question: str, answer: str) -> None:
    assert _best(CYCLE, question) == answer


def test_a_part_is_not_taken_for_the_whole_and_is_found_when_asked_for() -> None:
    text = "引进项目36个,其中8亿元以上项目4个。"

    assert _best(text, "引进了多少个项目?") == "36个"
    assert _best(text, "8亿元以上项目有几个?") == "4个"


def test_what_the_question_says_itself_is_no_answer() -> None:
    assert "8亿元以上" not in _texts(PARK, "8亿元以上的项目总投资是多少?")
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
        ("项目什么时候对外开放?", "2025年年中"),
        ("项目何时开工?", "2023年4月9日"),
    ],
)
def test_dates_are_found(question: str, answer: str) -> None:
    assert _best(FAIR + "项目计划2025年年中对外开放,2023年4月9日开工。", question) == answer


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
        ("“项目将于年底投产。”这家公司董事长黄岚说。县委书记李建国出席仪式。", "公司董事长是谁?", "黄岚"),
        ("“项目将于年底投产。”这家公司董事长黄岚说。县委书记李建国出席仪式。", "县委书记是谁?", "李建国"),
        ("论文由教授欧阳明完成。课题组由副教授陈立带领。", "课题组由谁带领?", "陈立"),
        ("新馆由设计师林青主持设计。", "新馆由谁设计?", "林青"),
        ("新馆由设计师林青主持设计。", "新馆的设计师是谁?", "林青"),
    ],
)
def test_persons_are_found_by_their_title_or_what_they_do(text: str, question: str, answer: str) -> None:
    assert _best(text, question) == answer


@pytest.mark.parametrize(
    ("text", "office"),
    [
        ("石坪县茶业局局长是白露,副局长是温如玉。", "石坪县茶业局局长"),
        ("会上,白露任石坪县茶业局局长。", "石坪县茶业局局长"),
        ("主持人:白露(石坪县茶业局局长)", "石坪县茶业局局长"),
        ("茶业局副局长、党组成员白露到场。", "茶业局副局长、党组成员"),
    ],
)
def test_who_somebody_is_is_the_office_and_not_another_person(text: str, office: str) -> None:
    assert _texts(text, "白露是谁?") == [office]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("站长:孙立和。", "孙立和"),
        ("站长孙立、副站长周和,都到了现场。", "周和"),
        ("站长孙立和周平表示欢迎。", "孙立"),
    ],
)
def test_a_word_that_joins_ends_a_name_where_nothing_follows(text: str, name: str) -> None:
    assert name in _texts(text, "检查站站长叫什么?")


TEA = "青杉镇茶叶产量9.6万吨,居全县第一。\n柳林乡产量8.3万吨,居全县第二。\n东渠乡产量7.1万吨,位列第三。"


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (TEA, "全县茶叶产量排名第三的是哪个乡镇?", "东渠乡"),
        (TEA, "全县茶叶产量最高的是哪个乡镇?", "青杉镇"),
        ("县里最大的茶厂是松风制茶;其次是鹤鸣制茶;第三是云顶制茶。", "第三大茶厂是哪家?", "云顶制茶"),
    ],
)
def test_what_has_a_rank_is_named_beside_it(text: str, question: str, answer: str) -> None:
    passage = looked_into(chunk(text))
    ranked = [span for span in read(passage, parse_question(question))[1] if span.signs.get("ranked")]

    assert [passage.text.shown[span.start : span.end] for span in ranked] == [answer]


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
    text = "位于城南的晨光制造有限公司、远山制药有限公司名列其中,获评绿色工厂。"
    two = _spans(text, "哪两家企业获评绿色工厂?")

    assert {text[span.start : span.end] for span in two} == {"晨光制造有限公司", "远山制药有限公司"}
    assert len({span.group for span in two}) == 1
    assert two[0].group > 0
    assert {span.group for span in _spans(text, "哪家企业获评绿色工厂?")} == {0}
    assert {span.group for span in _spans(text, "哪三家企业获评绿色工厂?")} == {0}


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("所谓零跑腿,是指在家在线不出门。", "什么是零跑腿?", "在家在线不出门"),
        ("所谓零跑腿,是指在家在线不出门。", "零跑腿是什么意思?", "在家在线不出门"),
        ("智慧港是一种无人值守的码头。它占地500亩。", "智慧港是什么?", "一种无人值守的码头"),
        ("园区提出了“在家在线不出门”的“零跑腿”发展理念。", "“零跑腿”理念是什么?", "在家在线不出门"),
        ("锚定“苦干两年、跻身前列”目标,加快建设。", "锚定的目标是什么?", "苦干两年、跻身前列"),
        ("在这片田里我们重点培育抗旱水稻品种,这种稻子产量稳定。", "公司重点培育什么?", "抗旱水稻品种"),
        ("李村报送的冷链物流基地获评省级示范。", "李村获评省级示范的是什么基地?", "冷链物流基地"),
    ],
)
def test_names_and_definitions_are_found(text: str, question: str, answer: str) -> None:
    assert _best(text, question) == answer


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("围绕建设成绿色样板区、科普体验区“两大目标”,全面推进。", "“两大目标”是什么?", "绿色样板区、科普体验区"),
        ("围绕建设成绿色样板区、科普体验区“两大目标”,全面推进。", "两大目标分别是什么?", "绿色样板区、科普体验区"),
        ("实施城乡互补、科技兴农,品牌富民“三大战略”。", "“三大战略”是哪些?", "城乡互补、科技兴农,品牌富民"),
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
        (PARK, "引进了多少个项目?", ["36个", "4个"]),
        (FAIR, "多少家企业参展?", ["300余家"]),
        ("5个。6个。7个。", "有几个?", ["5个", "6个", "7个"]),
    ],
)
def test_what_is_found_comes_in_the_order_of_the_text(text: str, question: str, found: list[str]) -> None:
    assert _texts(text, question) == found


def test_a_figure_before_another_noun_counts_something_else() -> None:
    text = "每村配备1名科级联络员,负责宣传政策、报送信息、调解纠纷,全县40名辅导教师走村入户。"

    assert [span.signs.get("counts_other", 0) for span in _spans(text, "全县有多少名辅导教师?")] == [1, 0]


def test_the_words_found_are_those_shown_and_not_the_folded_ones() -> None:
    assert _best("引進項目３１個,總投資６３．５億元。", "引进了多少个项目?") == "３１個"


def test_words_in_the_title_bring_a_figure_closer() -> None:
    near = _first("引进31个。", "东港引进了多少个?", "东港成绩单")
    far = _first("引进31个。", "东港引进了多少个?", "成绩单")

    assert near.score > far.score


def test_the_figure_before_the_whole_noun_wins() -> None:
    assert _best("建成6个公共停车场与8个临时停车场。", "建了几个公共停车场?") == "6个"


def test_a_name_after_the_role_and_a_verb_is_read_and_a_place_is_none() -> None:
    assert _best("校长是王建国，学校成立于1956年。", "校长是谁?") == "王建国"
    assert "沈河区" not in _texts("最美志愿者：任远山 沈河区便民服务岗队长。", "最美志愿者是谁?")


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("第1步 取号。第2步 填表。第3步 缴费25元。", "第3步是什么?", "缴费25元"),
        ("第一步:取号。第二步:到三号窗口填表。第三步:领证。", "办证第二步做什么?", "到三号窗口填表"),
        ("第三条 馆内不得拍照。第四条 周一闭馆。", "第四条规定了什么?", "周一闭馆"),
    ],
)
def test_an_entry_that_is_asked_for_by_its_number_is_given_whole(text: str, question: str, answer: str) -> None:
    assert answer in _texts(text, question)
