from __future__ import annotations

import pytest

from qa.deciding.comparing import Conflict
from qa.deciding.support import Support, Surroundings, examine
from qa.finding.retrieval import Candidate
from qa.question.question import parse_question
from tests.qa.support import chunk, looked_into


def _support(question: str, passage: str, title: str = "", date: str | None = None, article: str = "") -> Support:
    parsed = parse_question(question)
    held = chunk(passage, title, date=date)
    return examine(
        parsed,
        Candidate(looked_into(held), 0.5, 1.0, 1.0),
        {term.text: 1.0 for term in parsed.terms},
        Surroundings.of([looked_into(chunk(article) if article else held)], date),
        lambda _: True,
    )


@pytest.mark.parametrize(
    ("question", "passage", "said"),
    [
        (
            "深圳高新区引进了多少个项目?",
            "沈阳高新区引进项目31个。",
            Conflict("place", "深圳高新区", "沈阳高新区"),
        ),
        ("清河区有多少家企业?", "东河区有企业62家。", Conflict("place", "清河区", "东河区")),
        ("云溪县有多少家企业?", "企业有62家。", Conflict("place", "云溪县", "")),
        ("沈阳有多少家企业?", "深圳有企业62家。", Conflict("place", "沈阳", "深圳")),
    ],
)
def test_another_place_of_the_same_sort_is_named_beside_the_one_asked_for(
    question: str, passage: str, said: Conflict
) -> None:
    found = _support(question, passage)

    assert said in (*found.contradicted, *found.missing)
    assert said.asked in found.missing_names or said.asked[:2] in found.missing_names


@pytest.mark.parametrize(
    ("question", "passage", "article"),
    [
        ("沈阳高新区引进了多少个项目?", "高新区引进项目31个。", "沈阳高新区召开大会。高新区引进项目31个。"),
        ("沈河区有多少家企业?", "沈河有企业62家。", ""),
        ("沈阳市沈河区有多少家企业?", "沈河区有企业62家。沈阳很美。", ""),
        ("沈阳有多少家企业?", "沈阳市有企业62家。", ""),
        ("高新区有多少家企业?", "沈阳高新区有企业62家。", ""),
        ("沈阳晨光制造有限公司有多少员工?", "晨光制造在沈阳有员工62人。", ""),
    ],
)
def test_a_short_name_or_a_wider_place_contradicts_nothing(question: str, passage: str, article: str) -> None:
    found = _support(question, passage, article=article)

    assert [item for item in found.contradicted if item.kind == "place"] == []
    assert found.missing_names == ()


def test_an_organisation_that_the_article_does_not_name_is_missing() -> None:
    found = _support("远山制药有限公司有多少员工?", "晨光制造有限公司有员工62人。")

    assert "远山制药有限公司" in found.missing_names


def test_last_year_is_the_year_before_the_article_was_written() -> None:
    question = "云溪县2022年引进了多少个项目?"

    assert _support(question, "云溪县去年引进项目31个。", date="2023-02-01").missing_years == ()
    assert _support(question, "云溪县今年引进项目31个。", date="2023-02-01").missing_years == ("2022",)


def test_a_date_without_a_year_neither_confirms_nor_contradicts_one() -> None:
    found = _support("云溪县2022年引进了多少个项目?", "云溪县去年引进项目31个。", date="--12-25")

    assert (found.missing_years, found.other_years) == (("2022",), ())
    assert [item for item in found.contradicted if item.kind == "year"] == []


def test_a_chinese_numeral_is_the_year_that_is_asked_for() -> None:
    assert _support("云溪县2023年引进了多少个项目?", "云溪县二〇二三年引进项目31个。").missing_years == ()
    assert _support("云溪县23年引进了多少个项目?", "云溪县2023年引进项目31个。").missing_names == ()


@pytest.mark.parametrize(
    ("question", "passage", "missing"),
    [
        ("云溪县第三批项目有多少个?", "云溪县第二批项目有31个。", ("第三批",)),
        ("云溪县第三批项目有多少个?", "云溪县第3批项目有31个。", ()),
        ("云溪县第一家上市公司是哪家?", "云溪县率先上市的公司是晨光。", ()),
        ("云溪县5月17日签约了多少个项目?", "云溪县6月12日签约项目31个。", ("17", "5月17日")),
    ],
)
def test_another_of_a_row_is_no_evidence(question: str, passage: str, missing: tuple[str, ...]) -> None:
    assert _support(question, passage).missing_names == missing


@pytest.mark.parametrize(
    "passage",
    [
        "云溪县2023年05月07日签约项目31个。",
        "云溪县5月6日开会，7日签约项目31个。",
        "云溪县7日签约项目31个。",
        "五月七日，云溪县签约项目31个。",
        "5月6日至7日，云溪县签约项目31个。",
        "云溪县（2023-05-07）签约项目31个。",
    ],
)
def test_a_day_is_the_same_however_it_is_written(passage: str) -> None:
    asked, other = "云溪县5月7日签约了多少个项目?", passage.replace("7", "9").replace("七", "九")
    found = _support(asked, passage, date="2023-05-08")

    assert found.missing == found.contradicted == ()
    assert [item.asked for item in _support(asked, other, date="2023-05-08").missing] == ["5月7日"]


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("考察团去沣南新城是谁带的队?", "王明带领考察团来到沣南新城。"),
        ("云溪县消防往刁坪镇一共拉去多少吨水?", "云溪县消防向刁坪镇运水31吨。"),
        ("在云溪县公园的湖里救人的是谁?", "在云溪县公园，王明跳入湖中救人。"),
        ("云溪县自己花钱买水泵的是谁?", "云溪县村民王明自费购置水泵。"),
        ("云溪县法庭一共帮保险公司要回多少钱?", "云溪县法庭协助保险公司追回31万元。"),
    ],
)
def test_a_verb_before_a_name_or_words_of_everyday_are_no_name_that_is_missing(question: str, passage: str) -> None:
    found = _support(question, passage)

    assert found.missing_names == ()
    assert found.missing == found.contradicted == ()
