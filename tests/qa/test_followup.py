from __future__ import annotations

import pytest

from qa.followup import complete, subject_of

BEFORE = "青岛高新区2023年引进了多少个项目?"
ENGLISH = "How many projects did Qingdao attract in 2023?"


@pytest.mark.parametrize(
    "question", ["那2022年呢?", "2022年呢？", "那么，2022年?", "２０２２年呢?", "那2022呢", "还有2022年呢?"]
)
def test_a_question_of_only_a_year_takes_the_one_before_with_that_year(question: str) -> None:
    assert complete(question, [BEFORE]) == "青岛高新区2022年引进了多少个项目?"


@pytest.mark.parametrize("question", ["What about 2022?", "And in 2022?", "how about 2022", "In 2022?"])
def test_an_english_year_does_the_same(question: str) -> None:
    assert complete(question, [ENGLISH]) == "How many projects did Qingdao attract in 2022?"


def test_a_chain_of_years_goes_back_to_the_question_that_said_it_all() -> None:
    assert complete("那2021年呢?", [BEFORE, "那2022年呢?"]) == "青岛高新区2021年引进了多少个项目?"
    assert complete("And in 2021?", [ENGLISH, "What about 2022?"]) == "How many projects did Qingdao attract in 2021?"


def test_a_year_is_put_into_a_question_that_has_none() -> None:
    assert complete("那2022年呢?", ["青岛有多少个项目?"]) == "青岛2022年有多少个项目?"
    assert complete("And in 2022?", ["How many projects are there?"]) == "How many projects are there in 2022?"


@pytest.mark.parametrize(
    ("question", "completed"),
    [
        ("总投资是多少?", "青岛高新区2023年总投资是多少?"),
        ("那总投资呢?", "青岛高新区2023年总投资呢?"),
        ("它的总投资是多少?", "青岛高新区2023年总投资是多少?"),
        ("其总投资是多少?", "青岛高新区2023年总投资是多少?"),
        ("该区有多少家企业?", "青岛高新区2023年有多少家企业?"),
        ("那里有多少人?", "青岛高新区2023年有多少人?"),
        ("其中10亿元以上的有几个?", "青岛高新区2023年其中10亿元以上的有几个?"),
        ("其他项目呢?", "青岛高新区2023年其他项目呢?"),
    ],
)
def test_a_question_without_a_subject_gets_the_one_of_the_last(question: str, completed: str) -> None:
    assert complete(question, [BEFORE]) == completed


@pytest.mark.parametrize("question", ["那李沧区呢?", "李沧区呢？", "还有李沧区呢"])
def test_a_question_of_only_a_place_takes_the_one_before_with_that_place(question: str) -> None:
    assert complete(question, [BEFORE]) == "李沧区2023年引进了多少个项目?"
    assert complete("那2022年呢?", [BEFORE, question]) == "李沧区2022年引进了多少个项目?"


def test_a_subject_comes_without_its_year_where_the_question_has_its_own() -> None:
    assert complete("2022年引进了多少个项目?", [BEFORE]) == "青岛高新区2022年引进了多少个项目?"


def test_a_subject_is_handed_down_over_several_questions() -> None:
    assert complete("那2022年呢?", [BEFORE, "总投资是多少?"]) == "青岛高新区2022年总投资是多少?"


@pytest.mark.parametrize(
    "question",
    [
        "李沧区有多少名企业服务专员?",
        "“高新贷”授信多少?",
        "青岛的总投资是多少?",
        "How many people live in Licang?",
    ],
)
def test_a_question_that_stands_on_its_own_stays_as_it_is(question: str) -> None:
    assert complete(question, [BEFORE]) == question
    assert complete(question, [ENGLISH]) == question


def test_without_history_nothing_is_changed() -> None:
    assert complete("那2022年呢?", []) == "那2022年呢?"
    assert complete("总投资是多少?", []) == "总投资是多少?"


def test_the_last_question_counts_not_the_first() -> None:
    assert complete("总投资是多少?", ["李沧区有多少人?", BEFORE]) == "青岛高新区2023年总投资是多少?"


def test_a_last_question_without_a_subject_gives_none() -> None:
    assert complete("他是谁?", ["谁是书记?"]) == "他是谁?"


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        (BEFORE, "青岛高新区2023年"),
        ("阿斯利康气雾剂工厂的总投资是多少?", "阿斯利康气雾剂工厂"),
        ("信联天地的李沧区第一高楼有多高?", "信联天地的李沧区第一高楼"),
        ("谁是书记?", ""),
        ("哪家企业上市?", ""),
    ],
)
def test_the_subject_is_what_stands_before_the_verb_or_question_word(question: str, subject: str) -> None:
    assert subject_of(question) == subject
