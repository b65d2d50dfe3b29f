from __future__ import annotations

import pytest

from chinese.text import Text
from qa.deciding.extent import extent_of
from qa.question.question import parse_question


def _extent(question: str, marked: str) -> str | None:
    """What is left, or made, of the range between two | in a text as the answer to a question."""
    before, inside, after = marked.split("|")
    text = before + inside + after
    found = extent_of(parse_question(question), Text.of(text), len(before), len(before) + len(inside))
    return None if found is None else text[slice(*found)]


@pytest.mark.parametrize(
    ("question", "marked", "answer"),
    [
        ("展品可以借出多久?", "借期不得|超过两周|。", "不得超过两周"),
        ("借期不得超过多久?", "借期不得|超过两周|。", "不得超过两周"),
        ("库房湿度是多少?", "库房湿度|不高于55%|。", "不高于55%"),
        ("游客要注意什么?", "游客不得|携带宠物入馆|。", "不得携带宠物入馆"),
        ("游客不得携带什么?", "游客不得|携带宠物|。", "携带宠物"),
        ("校舍缺少什么?", "校舍没有|电梯|。", "电梯"),
    ],
)
def test_what_is_negated_keeps_its_negation(question: str, marked: str, answer: str) -> None:
    assert _extent(question, marked) == answer


@pytest.mark.parametrize(
    ("question", "marked", "answer"),
    [
        ("全县茶叶产量是多少?", "全年|茶叶产量1.6万吨,增长2.5%|。", "1.6万吨"),
        ("全县茶叶产量增长多少?", "全年|茶叶产量1.6万吨,增长2.5%|。", "2.5%"),
        ("全县旅客有多少人?", "全年|接待旅客48万人|。", "48万人"),
        ("What was the tea output?", "全年|茶叶产量1.6万吨|。", "1.6万吨"),
        ("全县有多少游客?", "全年|至少接待旅客48万人|。", "至少接待旅客48万人"),
        ("抓获了多少人?", "当天抓获|8名嫌疑人|。", "8名嫌疑人"),
        ("铁塔高多少米?", "铁塔|高为30加减1.5米|。", "高为30加减1.5米"),
    ],
)
def test_the_figure_alone_is_the_answer_where_one_is_asked_for(question: str, marked: str, answer: str) -> None:
    assert _extent(question, marked) == answer


@pytest.mark.parametrize(
    ("question", "marked", "answer"),
    [
        ("各乡茶叶产量排名第二的是哪个乡?", "|白塔乡茶叶产量1.6万吨,排名第二|。", "白塔乡"),
        ("各区GDP排名第三的是哪个区?", "|河西区2021年GDP总量为812.5亿元,排名第三|。", "河西区"),
        ("茶叶产量位居第一的是哪个乡?", "|白塔乡以1.6万吨位居第一|。", "白塔乡"),
        ("谁获得冠军?", "|季青山|以9秒98获得冠军。", "季青山"),
        ("民国二年发生了什么变故?", "|民国二年,全县大旱|。", "民国二年,全县大旱"),
    ],
)
def test_of_a_clause_that_says_what_is_asked_the_subject_is_the_answer(question: str, marked: str, answer: str) -> None:
    assert _extent(question, marked) == answer


@pytest.mark.parametrize(
    ("question", "marked", "answer"),
    [
        ("馆长是谁?", "馆长|为季青山|。", "季青山"),
        ("大桥由哪家公司承建?", "大桥|由远航建设公司|承建。", "远航建设公司"),
        ("总部在哪里?", "总部|于南湾市|。", "南湾市"),
        ("目标是什么?", "|为减少污染|而努力。", "为减少污染"),
    ],
)
def test_a_name_begins_behind_its_copula(question: str, marked: str, answer: str) -> None:
    assert _extent(question, marked) == answer


@pytest.mark.parametrize(
    ("question", "marked", "answer"),
    [
        ("南湾最长的桥是哪座?", "昨天,望月大桥通车。|大桥|全长3公里,是南湾最长的桥。", "望月大桥"),
        ("哪家公司中标?", "远航建设公司成立于1990年。|该公司|去年中标。", "远航建设公司"),
        ("望月大桥连接哪座大桥?", "望月大桥通车。|大桥|全长3公里。", "大桥"),
        ("首都是哪里?", "古都南京。|南京|是首都。", "南京"),
    ],
)
def test_what_is_said_for_short_is_named_in_full(question: str, marked: str, answer: str) -> None:
    assert _extent(question, marked) == answer


@pytest.mark.parametrize(
    ("question", "marked", "answer"),
    [
        ("河务所的职责是什么?", "河务所的职责|是巡查河道|,清理垃圾,上报险情。", "巡查河道,清理垃圾,上报险情"),
        ("河务所有哪些职责?", "职责包括|巡查河道|、清理垃圾、上报险情。", "巡查河道、清理垃圾、上报险情"),
        ("申请条件有哪些?", "申请条件:|年满十八周岁|;无犯罪记录;身体健康。", "年满十八周岁;无犯罪记录;身体健康"),
        ("河务所的职责是什么?", "职责是|巡查河道|,但不清理垃圾。", "巡查河道"),
        ("河务所有哪些职责?", "职责是|巡查河道、清理垃圾|,目前有9人。", "巡查河道、清理垃圾"),
        ("巡查什么?", "职责是|巡查河道|,清理垃圾,上报险情。", "巡查河道"),
        ("什么是湿地?", "湿地|是指常年积水|、生长水草的地带,如沼泽。", "是指常年积水、生长水草的地带,如沼泽"),
        ("湿地是什么?", "湿地|是一种地带|,生长水草。", "一种地带"),
    ],
)
def test_a_row_of_clauses_and_a_definition_are_whole(question: str, marked: str, answer: str) -> None:
    assert _extent(question, marked) == answer


@pytest.mark.parametrize(
    ("question", "marked", "answer"),
    [
        (
            "供电所怎样减少停电时间?",
            "供电所|通过错峰检修、带电作业,大幅减少停电时间,受到好评|。",
            "通过错峰检修、带电作业",
        ),
        ("如何减少停电时间?", "供电所|通过错峰检修,带电作业|。", "通过错峰检修,带电作业"),
        ("伤亡情况如何?", "事故造成|2人受伤,无人死亡|。", "2人受伤,无人死亡"),
    ],
)
def test_the_means_end_before_their_result(question: str, marked: str, answer: str) -> None:
    assert _extent(question, marked) == answer


@pytest.mark.parametrize(
    ("question", "marked", "answer"),
    [
        ("全镇的目标是什么?", "提出“|苦干三年”目标|。", "苦干三年"),
        ("全镇发起了什么行动?", "发起“|蓝天”志愿行动|。", "“蓝天”志愿行动"),
    ],
)
def test_what_is_quoted_stands_without_the_kind_that_the_question_names(
    question: str, marked: str, answer: str
) -> None:
    assert _extent(question, marked) == answer


@pytest.mark.parametrize(
    ("marked", "answer"),
    [
        ("全镇有|3座|古桥。", None),
        ("全镇|有三座古桥、两座古塔|。", None),
        ("|去年底,全镇有三座古桥|。", None),
        ("全镇有三座古桥、|两座古塔|。", None),
        ("全镇有|古桥|。", "古桥"),
        ("全镇现有望月桥、迎仙桥|2座|古桥。", "全镇现有望月桥、迎仙桥"),
    ],
)
def test_a_list_is_not_answered_by_a_bare_count(marked: str, answer: str | None) -> None:
    assert _extent("全镇有哪些古桥?", marked) == answer
