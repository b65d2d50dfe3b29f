from __future__ import annotations

import itertools
from random import Random

import pytest

from benchmarks.squad import SETS, load_squad
from qa.question.followup import MOST_QUESTIONS, complete, latest
from qa.question.naming import subject_of
from qa.question.question import LONGEST_QUESTION

BEFORE = "沈阳经开区2023年引进了多少个项目?"
ENGLISH = "How many projects did Shenyang attract in 2023?"


@pytest.mark.parametrize(
    "question", ["那2022年呢?", "2022年呢？", "那么，2022年?", "２０２２年呢?", "那2022呢", "还有2022年呢?"]
)
def test_a_question_of_only_a_year_takes_the_one_before_with_that_year(question: str) -> None:
    assert complete(question, [BEFORE]) == "沈阳经开区2022年引进了多少个项目?"


@pytest.mark.parametrize("question", ["What about 2022?", "And in 2022?", "how about 2022", "In 2022?"])
def test_an_english_year_does_the_same(question: str) -> None:
    assert complete(question, [ENGLISH]) == "How many projects did Shenyang attract in 2022?"


def test_a_chain_of_years_goes_back_to_the_question_that_said_it_all() -> None:
    assert complete("那2021年呢?", [BEFORE, "那2022年呢?"]) == "沈阳经开区2021年引进了多少个项目?"
    assert complete("And in 2021?", [ENGLISH, "What about 2022?"]) == "How many projects did Shenyang attract in 2021?"


def test_a_year_is_put_into_a_question_that_has_none() -> None:
    assert complete("那2022年呢?", ["沈阳有多少个项目?"]) == "沈阳2022年有多少个项目?"
    assert complete("And in 2022?", ["How many projects are there?"]) == "How many projects are there in 2022?"


@pytest.mark.parametrize(
    ("question", "completed"),
    [
        ("总投资是多少?", "沈阳经开区2023年总投资是多少?"),
        ("那总投资呢?", "沈阳经开区2023年总投资是多少?"),
        ("它的总投资是多少?", "沈阳经开区2023年总投资是多少?"),
        ("其总投资是多少?", "沈阳经开区2023年总投资是多少?"),
        ("该区有多少家企业?", "沈阳经开区2023年有多少家企业?"),
        ("那里有多少人?", "沈阳经开区2023年有多少人?"),
        ("其中10亿元以上的有几个?", "沈阳经开区2023年其中10亿元以上的有几个?"),
        ("其他项目呢?", "沈阳经开区2023年其他项目呢?"),
    ],
)
def test_a_question_without_a_subject_gets_the_one_of_the_last(question: str, completed: str) -> None:
    assert complete(question, [BEFORE]) == completed


@pytest.mark.parametrize("question", ["那沈河区呢?", "沈河区呢？", "还有沈河区呢"])
def test_a_question_of_only_a_place_takes_the_one_before_with_that_place(question: str) -> None:
    assert complete(question, [BEFORE]) == "沈河区2023年引进了多少个项目?"
    assert complete("那2022年呢?", [BEFORE, question]) == "沈河区2022年引进了多少个项目?"


def test_a_subject_comes_without_its_year_where_the_question_has_its_own() -> None:
    assert complete("2022年引进了多少个项目?", [BEFORE]) == "沈阳经开区2022年引进了多少个项目?"


def test_a_subject_is_handed_down_over_several_questions() -> None:
    assert complete("那2022年呢?", [BEFORE, "总投资是多少?"]) == "沈阳经开区2022年总投资是多少?"


@pytest.mark.parametrize(
    "question",
    [
        "沈河区有多少名农技推广专员?",
        "“兴农贷”授信多少?",
        "沈阳的总投资是多少?",
        "How many people live in Shenhe?",
    ],
)
def test_a_question_that_stands_on_its_own_stays_as_it_is(question: str) -> None:
    assert complete(question, [BEFORE]) == question
    assert complete(question, [ENGLISH]) == question


def test_without_history_nothing_is_changed() -> None:
    assert complete("那2022年呢?", []) == "那2022年呢?"
    assert complete("总投资是多少?", []) == "总投资是多少?"


def test_the_last_question_counts_not_the_first() -> None:
    assert complete("总投资是多少?", ["沈河区有多少人?", BEFORE]) == "沈阳经开区2023年总投资是多少?"


def test_a_last_question_without_a_subject_gives_none() -> None:
    assert complete("他是谁?", ["谁是书记?"]) == "他是谁?"


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        (BEFORE, "沈阳经开区2023年"),
        ("康诺瑞德缓释片工厂的总投资是多少?", "康诺瑞德缓释片工厂"),
        ("星河天地的沈河区第一高楼有多高?", "星河天地的沈河区第一高楼"),
        ("林州智能制造园近年来引进了多少个项目?", "林州智能制造园近年来"),
        ("谁是书记?", ""),
        ("哪家企业上市?", ""),
    ],
)
def test_the_subject_is_what_stands_before_the_verb_or_question_word(question: str, subject: str) -> None:
    assert subject_of(question) == subject


PROJECTS = "云溪经开区2023年引进了多少个项目?"
FIRMS = "林州市清河区有多少家规上企业?"
COST = "晨光制造有限公司的总投资是多少?"
BRIDGE = "云溪大桥什么时候通车?"
LIBRARY = "春城图书馆新馆由谁设计?"
LISTED = "哪家企业2023年在云溪县上市?"
ZONE = "How many projects did Yunxi High-tech Zone attract in 2023?"
OUTPUT = "What was the total output value of Linzhou in 2021?"


@pytest.mark.parametrize(
    ("before", "question", "completed"),
    [
        # another time
        (PROJECTS, "那上一年呢?", "云溪经开区2022年引进了多少个项目?"),
        (PROJECTS, "那去年呢？", "云溪经开区去年引进了多少个项目?"),
        (PROJECTS, "那21年呢?", "云溪经开区2021年引进了多少个项目?"),
        (PROJECTS, "上半年呢?", "云溪经开区2023年上半年引进了多少个项目?"),
        (PROJECTS, "那2022年上半年呢?", "云溪经开区2022年上半年引进了多少个项目?"),
        ("云溪县2023年一季度引进了多少个项目?", "二季度呢?", "云溪县2023年二季度引进了多少个项目?"),
        (FIRMS, "2023年呢?", "林州市清河区2023年有多少家规上企业?"),
        (LISTED, "那2022年呢?", "哪家企业2022年在云溪县上市?"),
        # another place
        (PROJECTS, "那深圳经开区呢?", "深圳经开区2023年引进了多少个项目?"),
        (PROJECTS, "林州经济技术开发区呢?", "林州经济技术开发区2023年引进了多少个项目?"),
        (PROJECTS, "那清河区2022年呢?", "清河区2022年引进了多少个项目?"),
        (PROJECTS, "沈阳市云溪区呢", "沈阳市云溪区2023年引进了多少个项目?"),
        (FIRMS, "那东河区呢?", "东河区有多少家规上企业?"),
        (FIRMS, "林州市呢?", "林州市有多少家规上企业?"),
        (BRIDGE, "那清河大桥呢?", "清河大桥什么时候通车?"),
        # another organisation
        (COST, "远山制药有限公司呢?", "远山制药有限公司的总投资是多少?"),
        (COST, "远山制药呢?", "远山制药的总投资是多少?"),
        # another measure
        (PROJECTS, "总投资呢?", "云溪经开区2023年总投资是多少?"),
        (PROJECTS, "好的,那总投资呢?", "云溪经开区2023年总投资是多少?"),
        (PROJECTS, "请问总投资是多少?", "云溪经开区2023年总投资是多少?"),
        (PROJECTS, "增长率呢?", "云溪经开区2023年增长率是多少?"),
        (PROJECTS, "清河区的总投资呢?", "清河区2023年总投资是多少?"),
        (PROJECTS, "投产时间呢?", "云溪经开区投产时间是什么时候?"),
        (PROJECTS, "负责人呢?", "云溪经开区负责人是谁?"),
        (COST, "投产时间呢?", "晨光制造有限公司投产时间是什么时候?"),
        (COST, "董事长呢?", "晨光制造有限公司董事长是谁?"),
        (FIRMS, "人口呢?", "林州市清河区人口是多少?"),
        (LIBRARY, "总投资呢", "春城图书馆新馆总投资是多少?"),
        (LISTED, "总市值是多少?", "云溪县2023年总市值是多少?"),
        # another thing counted, or a part of it
        (PROJECTS, "人才呢?", "云溪经开区2023年引进了多少人才?"),
        (FIRMS, "高新技术企业呢?", "林州市清河区有多少高新技术企业?"),
        (PROJECTS, "其中10亿元以上的呢?", "云溪经开区2023年引进了多少个10亿元以上的项目?"),
        ("云溪县有多少个5亿元以上的项目?", "10亿元以上的呢?", "云溪县有多少个10亿元以上的项目?"),
        (PROJECTS, "第二批呢?", "云溪经开区2023年引进了多少个第二批项目?"),
        ("云溪县第一批项目有多少个?", "第二批呢?", "云溪县第二批项目有多少个?"),
        # what points back
        (COST, "它在哪里?", "晨光制造有限公司在哪里?"),
        (COST, "这家公司的负责人是谁?", "晨光制造有限公司负责人是谁?"),
        (FIRMS, "它的区长是谁?", "林州市清河区区长是谁?"),
        (PROJECTS, "谁负责它?", "谁负责云溪经开区?"),
        (PROJECTS, "那里有多少人?", "云溪经开区2023年有多少人?"),
        (BRIDGE, "谁设计的?", "云溪大桥谁设计的?"),
        (BRIDGE, "有多长?", "云溪大桥有多长?"),
        (LIBRARY, "什么时候开放?", "春城图书馆新馆什么时候开放?"),
        # English
        (ZONE, "and in Shenhe?", "How many projects did Shenhe attract in 2023?"),
        (ZONE, "how about Shizhong district?", "How many projects did Shizhong District attract in 2023?"),
        (ZONE, "what about Linzhou in 2022?", "How many projects did Linzhou attract in 2022?"),
        (ZONE, "And the total investment?", "What was the total investment of Yunxi High-tech Zone in 2023?"),
        (ZONE, "What is its total investment?", "What is Yunxi High-tech Zone's total investment?"),
        (ZONE, "Who leads it?", "Who leads Yunxi High-tech Zone?"),
        (ZONE, "How many people work there?", "How many people work in Yunxi High-tech Zone?"),
        (ZONE, "And how many companies?", "How many companies are there in Yunxi High-tech Zone in 2023?"),
        (
            ZONE,
            "What about those above 1 billion yuan?",
            "How many projects above 1 billion yuan did Yunxi High-tech Zone attract in 2023?",
        ),
        (OUTPUT, "And in Yunxi?", "What was the total output value of Yunxi in 2021?"),
        (OUTPUT, "And the population?", "What was the population of Linzhou in 2021?"),
        # another language
        (ZONE, "那2022年呢?", "How many projects did Yunxi High-tech Zone attract in 2022?"),
        (ZONE, "那清河区呢?", "How many projects did Qinghe District attract in 2023?"),
        (PROJECTS, "What about 2022?", "云溪经开区2022年引进了多少个项目?"),
    ],
)
def test_what_a_follow_up_leaves_out_is_filled_in(before: str, question: str, completed: str) -> None:
    assert complete(question, [before]) == completed


CROPS = "云溪县2021年茶叶产量是多少?"
CHIEF = "云溪经开区管委会主任是谁?"
TRAIN = "3号线首班车几点?"
MUSEUM = "林州博物馆几点开门?"


@pytest.mark.parametrize(
    ("before", "question", "completed"),
    [
        # its like, which ends with the same kind
        ("云溪孵化器2021年瞪羚企业有几家?", "独角兽企业呢?", "云溪孵化器2021年独角兽企业有几家?"),
        ("哪些企业在云溪独角兽名单上?", "瞪羚呢?", "哪些企业在云溪瞪羚名单上?"),
        (TRAIN, "末班车呢?", "3号线末班车几点?"),
        (TRAIN, "末班车几点?", "3号线末班车几点?"),
        (TRAIN, "5号线呢?", "5号线首班车几点?"),
        (MUSEUM, "图书馆呢?", "林州图书馆几点开门?"),
        (MUSEUM, "清河图书馆呢?", "清河图书馆几点开门?"),
        ("林州马拉松男子组冠军是谁?", "女子组呢?", "林州马拉松女子组冠军是谁?"),
        ("云溪县2021年第一产业增加值是多少?", "第二产业呢?", "云溪县2021年第二产业增加值是多少?"),
        ("林州动物园成人票多少钱?", "学生票呢?", "林州动物园学生票多少钱?"),
        ("《林州市养犬管理条例》何时施行?", "《林州市节水条例》呢?", "《林州市节水条例》何时施行?"),
        # another bridge, what is asked of it kept
        ("云溪大桥主跨多长?", "清河大桥呢?", "清河大桥主跨多长?"),
        ("云溪水库总投资多少?", "清河大桥呢?", "清河大桥总投资多少?"),
        # another crop or group of the same measure, another measure, the same measure otherwise
        (CROPS, "蔬菜呢?", "云溪县2021年蔬菜产量是多少?"),
        (CROPS, "茶园面积呢?", "云溪县2021年茶园面积是多少?"),
        (CROPS, "增速呢?", "云溪县2021年茶叶产量增速是多少?"),
        ("云溪县2021年粮食种植面积是多少?", "产量呢?", "云溪县2021年粮食产量是多少?"),
        ("云溪县2021年出口额是多少?", "进口额呢?", "云溪县2021年进口额是多少?"),
        ("林州市2021年GDP是多少?", "人均呢?", "林州市2021年人均GDP是多少?"),
        (
            "林州市2021年城镇居民人均可支配收入是多少?",
            "农村呢?",
            "林州市2021年农村居民人均可支配收入是多少?",
        ),
        ("林州市2021年小学有多少所?", "初中呢?", "林州市2021年初中有多少所?"),
        ("林州市2021年有多少所小学?", "在校生呢?", "林州市2021年有多少在校生?"),
        ("林州市2021年进出口总值是多少?", "出口呢?", "林州市2021年出口是多少?"),
        ("林州市第一阶梯电价每度多少钱?", "第二阶梯呢?", "林州市第二阶梯电价每度多少钱?"),
        # another zone of the same city, and not the 地区 of a measure
        ("林州经开区2021年地区生产总值是多少?", "高新区呢?", "林州高新区2021年地区生产总值是多少?"),
        ("林州市高新区有多少家企业?", "经开区呢?", "林州市经开区有多少家企业?"),
        # another office
        (CHIEF, "副主任呢?", "云溪经开区管委会副主任是谁?"),
        (CHIEF, "副主任是谁?", "云溪经开区管委会副主任是谁?"),
        (CHIEF, "总面积是多少?", "云溪经开区总面积是多少?"),
        ("林州市市长是谁?", "市委书记呢?", "林州市市委书记是谁?"),
        ("谁是林州市市委书记?", "副书记呢?", "谁是林州市市委副书记?"),
        # another day
        (MUSEUM, "周一呢?", "林州博物馆周一几点开门?"),
        (MUSEUM, "几点关门?", "林州博物馆几点关门?"),
        ("国庆假期林州市接待游客多少人次?", "春节呢?", "春节林州市接待游客多少人次?"),
        # English
        ("What was the GDP of Linzhou City in 2021?", "And Yunxi?", "What was the GDP of Yunxi in 2021?"),
        ("How many stations does Line 3 have?", "And Line 5?", "How many stations does Line 5 have?"),
        ("What time does Route 66 start?", "How many stops does it have?", "How many stops does Route 66 have?"),
        (
            "Who is the director of the Yunxi High-tech Zone?",
            "And the deputy?",
            "Who is the deputy director of the Yunxi High-tech Zone?",
        ),
        ("Who is the mayor of Linzhou?", "And the party secretary?", "Who is the party secretary of Linzhou?"),
        (
            "How many gazelle companies are there in Linzhou?",
            "And unicorns?",
            "How many unicorns are there in Linzhou?",
        ),
        (
            "What was the tea output of Yunxi in 2020?",
            "What about vegetables?",
            "What was the vegetable output of Yunxi in 2020?",
        ),
        ("What were the exports of Yunxi in 2020?", "And imports?", "What were the imports of Yunxi in 2020?"),
        ("What was the tea output of Yunxi in 2020?", "What about its area?", "What was the area of Yunxi in 2020?"),
        ("When does the first train of Line 3 leave?", "The last train?", "When does the last train of Line 3 leave?"),
        (
            "How many projects did Yunxi Zone sign in the first half of the year?",
            "What was the total investment?",
            "What was the total investment of Yunxi Zone in the first half of the year?",
        ),
        ("How much tea did Yunxi sell in 2020?", "And the year before?", "How much tea did Yunxi sell in 2019?"),
        ("How much tea did Yunxi sell in March 2020?", "And in April?", "How much tea did Yunxi sell in April 2020?"),
        ("What time does Line 3 start on weekdays?", "On weekends?", "What time does Line 3 start on weekends?"),
        ("What is the population of Yunxi?", "What was it in 2010?", "What is the population of Yunxi in 2010?"),
    ],
)
def test_what_a_follow_up_names_takes_the_place_of_its_like(before: str, question: str, completed: str) -> None:
    assert complete(question, [before]) == completed


@pytest.mark.parametrize(
    "question",
    [
        "清河区有多少名农技推广专员?",
        "“暖企贷”授信多少?",
        "《奖励办法》有几条?",
        "什么是碳汇?",
        "碳中和是什么意思?",
        "远山制药有限公司有多少员工?",
        "春城图书馆什么时候开放?",
        "谁是云溪县委书记?",
        "李白是哪里人?",
        "唐朝有多少个皇帝?",
        "POWER6什么时候推出?",
        "哪家企业获评绿色工厂?",
        "谢谢",
        "How many people live in Linzhou?",
        "Who founded the Yunxi museum?",
        # a name that no dictionary has
        "丰禾集团智能化升级后交货周期缩短到几天?",
        "青智禾源争取到了多少补助资金?",
        "星湾药谷2022年营收多少?",
        "朗润生物重点培育什么?",
        # a thing that is named seldom, or with what it belongs to
        "蒸汽机的性能用什么来检查?",
        "恒星的星斑为什么会变光?",
        "搜索雷达的有效距离是多少?",
        # enough words to be found by
        "2022年农技推广专员实地走访农户多少次?",
        "规定外来人口可以落户的是哪一个文件?",
    ],
)
def test_a_new_subject_is_not_mixed_with_the_old_one(question: str) -> None:
    assert complete(question, [PROJECTS]) == question
    assert complete(question, [ZONE]) == question


@pytest.mark.parametrize("question", ["How long does it take?", "Is it true that projects moved?", "总投资呢?"])
def test_what_cannot_be_completed_from_an_english_question_stays(question: str) -> None:
    assert complete(question, [ZONE]) == question


@pytest.mark.parametrize(
    "question",
    [
        "投产后年产值多少?",
        "建成后可容纳多少人?",
        "规上工业增加值增长多少?",
        "专利有多少件?",
        "高新技术企业有多少家?",
        "常住人口是多少?",
        "主导产业是什么?",
        "注册资本是多少?",
        "研发投入强度是多少?",
        "产品销往哪些地区?",
        "引进了多少个项目?",
        "有哪些企业入驻?",
    ],
)
def test_what_any_zone_or_firm_has_is_asked_of_the_one_before(question: str) -> None:
    assert complete(question, [COST]) == f"晨光制造有限公司{question}"


def test_thanks_and_refused_questions_between_do_not_break_a_chain() -> None:
    history = [PROJECTS, "谢谢!", "那2030年呢?", "好的"]

    assert complete("总投资呢?", history) == "云溪经开区2030年总投资是多少?"
    assert complete("And in 2021?", [ZONE, "And in Shenhe?", "thanks"]) == (
        "How many projects did Shenhe attract in 2021?"
    )


def test_a_chain_takes_each_part_from_where_it_was_last_said() -> None:
    assert complete("那清河区呢?", [PROJECTS, "总投资呢?", "那2022年呢?"]) == "清河区2022年总投资是多少?"


def test_of_a_long_conversation_the_latest_questions_are_looked_at() -> None:
    said = [f"第{number}天呢?" for number in range(500)]

    assert latest(said) == tuple(said[-MOST_QUESTIONS:])
    assert complete("那2021年呢?", [*said, PROJECTS, "那2022年呢?"]) == complete(
        "那2021年呢?", [PROJECTS, "那2022年呢?"]
    )


def test_long_questions_are_looked_at_up_to_two_thousand_characters_the_latest_first() -> None:
    assert latest(["甲" * 1000, "乙" * 1000, "丙" * 1000]) == ("乙" * 1000, "丙" * 1000)
    assert latest([PROJECTS, "甲" * 1001, "乙"]) == (PROJECTS, "乙"), "what is too long to be asked was never asked"


def test_a_question_that_completing_would_make_too_long_is_asked_as_it_is() -> None:
    long = "How many projects did the " + "Yunxi" * 180 + " District attract?"
    question = "And what is its total investment in the years after the " + "very " * 10 + "first one?"

    assert len(complete(question, [long])) <= LONGEST_QUESTION
    assert complete(question, [long]) == question
    assert complete(question, [long.replace("Yunxi" * 180, "Yunxi")]) != question


def test_a_new_subject_is_what_the_next_follow_up_is_about() -> None:
    assert complete("它的面积有多大?", [PROJECTS, "清河区有多少家企业?"]) == "清河区面积有多大?"


COMPLETE = (
    "云溪经开区2023年引进了多少个项目?",
    "林州市2022年地区生产总值是多少?",
    "清河大桥主跨多长?",
    "春城图书馆新馆在哪里?",
    "林州市市长是谁?",
    "《林州市养犬管理条例》什么时候施行?",
    "3号线首班车几点?",
    "云溪县有哪些国家级湿地公园?",
    "什么是碳汇?",
    "林州面粉厂旧址有没有拆除?",
    "云溪物流港 2019 引进项目数",
    "林州市人均可支配收入",
    "林州经济发展如何?",
    "惠农贷累计发放多少?",
    "婚姻登记在哪里办?",
    "陈澜和她的学生是哪一年认识的?",
    "How many projects did Yunxi High-tech Zone attract in 2023?",
    "Who is the mayor of Linzhou?",
    "What is a carbon sink and how does it work?",
    "Linzhou Bridge length",
)


def test_of_twenty_complete_questions_none_is_rewritten_after_any_other() -> None:
    pairs = list(itertools.permutations(COMPLETE, 2))

    assert len(pairs) == 380
    assert [(before, question) for before, question in pairs if complete(question, [before]) != question] == []


@pytest.mark.parametrize(
    "question",
    [
        "205路末班车几点?",
        "8号楼什么时候拆除?",
        "林州医院能不能用异地医保?",
        "林州市电话区号",
        "介绍一下云溪经开区",
        "启明行动支持多少名青年?",
        "一海里等于多少米?",
        "林州港起源于那里?",
        "云溪经开区的定位是?",
        "禾丰农机 注册资本",
        "PMU系统何时上线?",
        "林州县志的编者在他几岁时开始动笔?",
        "Linzhou County population 2020",
        "What is photosynthesis and why is it important?",
    ],
)
def test_what_names_its_subject_in_any_way_is_asked_as_it_stands(question: str) -> None:
    for before in (PROJECTS, COST, ZONE, "3号线首班车几点?"):
        assert complete(question, [before]) == question


@pytest.mark.parametrize(
    ("question", "completed"),
    [
        ("首班车几点?", "云溪动物园首班车几点?"),
        ("几点开门?", "云溪动物园几点开门?"),
        ("能不能带狗?", "云溪动物园能不能带狗?"),
        ("园长是谁?", "云溪动物园园长是谁?"),
        ("总投资是?", "云溪动物园总投资是?"),
    ],
)
def test_a_short_question_of_any_kind_gets_its_subject(question: str, completed: str) -> None:
    assert complete(question, ["云溪动物园几点关门?"]) == completed


def test_in_a_conversation_few_questions_that_stand_by_themselves_are_changed() -> None:
    if not (SETS / "drcd_dev.json").is_file():
        pytest.skip(f"no question sets in {SETS}")
    questions = [question.text for paragraph in load_squad("drcd_dev") for question in paragraph.questions]
    Random(5).shuffle(questions)
    pairs = list(itertools.pairwise(questions[:401]))

    changed = [question for before, question in pairs if complete(question, [before]) != question]

    assert len(changed) < 0.02 * len(pairs)
