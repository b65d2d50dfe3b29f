"""Questions over several figures asked of an index: from documents to an answer, its evidence, and what is printed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from chinese.quantities import find_quantities
from embeddings import Index, rebuild
from embeddings.types import Source
from qa.engine import QA
from qa.evaluation.cases import Case, is_exact
from qa.figures.several.asked_singly import work_out_singly
from qa.figures.several.asking import several_asked
from qa.finding.stages import Stages
from qa.question.question import parse_question
from qa.types import Answer, Figure
from terminal.printing import format_answer
from tests.qa.support import ENCODER, index_of, texts_stand_at_highlights
from tests.support import AS_THE_READER, BY_RULES, CountingReader, counting_qa, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CORPUS = {
    "early.txt": page("云溪县招商回顾", "2020年，云溪县引进产业项目28个。", "2021年，云溪县引进产业项目35个。"),
    "late.txt": page("云溪县招商再创佳绩", "2022年，云溪县引进产业项目52个。", "2023年，云溪县引进产业项目47个。"),
    "port.txt": page("东港生产快报", "2023年东港旅客吞吐量为96万人次，比上年增加8万人次。"),
    "river.txt": page(
        "清河县水利公报", "2022年清河县水库蓄水量为历年最多，达到3.1亿立方米。", "2021年蓄水量2.8亿立方米。"
    ),
}
MOST = "云溪县哪一年引进产业项目最多?"
MORE = "云溪县2022年引进产业项目比2021年增加多少个?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with index_of(tmp_path_factory.mktemp("several"), CORPUS) as opened:
        yield opened


@pytest.fixture(scope="module")
def asked(index: Index) -> QA:
    return counting_qa(index, ENCODER)


def marked(answer: Answer) -> list[str]:
    return [passage.text[start:end] for passage in answer.passages for start, end in passage.highlights]


def test_the_year_of_the_most_is_worked_out_from_two_articles(asked: QA) -> None:
    answer = asked.ask(MOST)
    assert answer.text == "2022年"
    assert answer.worked_out is not None
    assert [figure.text for figure in answer.worked_out.figures] == ["28个", "35个", "52个", "47个"]
    assert sorted(marked(answer)) == ["28个", "35个", "47个", "52个"]


def test_what_was_worked_out_stands_in_no_text_and_is_not_said_to(asked: QA) -> None:
    answer = asked.ask(MORE)
    assert (answer.text, answer.texts, answer.reason) == ("17个", (), None)
    assert texts_stand_at_highlights(answer)
    assert sorted(marked(answer)) == ["35个", "52个"]


def test_however_few_passages_are_wanted_each_figure_is_shown(asked: QA) -> None:
    for k in (1, 2, 5):
        answer = asked.ask(MOST, k)
        assert (answer.text, answer.confidence) == ("2022年", asked.ask(MOST).confidence)
        assert len(marked(answer)) == 4


def test_the_first_passages_are_those_with_the_figures(asked: QA) -> None:
    answer = asked.ask(MORE)
    holding = [bool(passage.highlights) for passage in answer.passages]
    assert holding == sorted(holding, reverse=True)


def test_a_lacking_year_is_named_and_nothing_is_extrapolated(asked: QA) -> None:
    answer = asked.ask("云溪县2019年到2021年一共引进产业项目多少个?")
    assert answer.text is None
    assert answer.reason is not None
    assert "2019年" in answer.reason.zh
    assert "2019" in answer.reason.en


def test_what_a_text_says_itself_is_the_answer(asked: QA) -> None:
    answer = asked.ask("东港2023年旅客吞吐量比上年增加多少?")
    assert answer.worked_out is None
    assert answer.texts == ("8万人次",)


def test_an_answer_that_no_text_states_and_no_figures_give_is_refused(asked: QA) -> None:
    answer = asked.ask("东港2023年旅客吞吐量比2019年增加多少?")
    assert answer.text is None


def test_in_english_the_figure_is_said_in_english(asked: QA) -> None:
    answer = asked.ask("How many more 产业项目 did 云溪县 have in 2022 than in 2021?")
    assert answer.worked_out is not None
    assert (answer.text, answer.gloss) == ("17个", "17")


def test_a_part_of_a_question_is_worked_out_by_itself(asked: QA) -> None:
    answer = asked.ask(f"{MORE}东港2023年旅客吞吐量是多少?")
    assert len(answer.parts) == 2
    assert answer.parts[0].worked_out is not None
    assert answer.text == "17个、96万人次"
    first = answer.of_part(answer.parts[0])
    assert first.text == "17个"
    held = {text for place in answer.parts[0].passages for text in [answer.passages[place].text]}
    assert any("35个" in text for text in held)
    assert texts_stand_at_highlights(answer)


def test_an_answer_comes_back_from_json_as_it_was(asked: QA) -> None:
    for question in (MOST, MORE, f"{MORE}东港2023年旅客吞吐量是多少?"):
        answer = asked.ask(question)
        data = answer.to_dict()
        assert data["text"] == answer.text
        assert Answer.from_dict(data) == answer


def test_it_is_printed_with_the_way_and_the_sources(asked: QA) -> None:
    printed = format_answer(asked.ask(MORE))
    first, sure, how = printed.splitlines()[:3]
    assert (first, "把握" in sure) == ("17个", True)
    assert how == "由 2 个数字算出：2022年52个 − 2021年35个 = 17个。"
    assert "【35个】" in printed
    assert "late.txt" in printed
    english = format_answer(asked.ask("How many more 产业项目 did 云溪县 have in 2022 than in 2021?"))
    assert "Worked out from 2 figures: 52 (2022) − 35 (2021) = 17." in english


def test_an_evaluation_counts_what_was_worked_out(asked: QA) -> None:
    case = Case("a", MORE, (("17个",),), None, ("35个",), True)
    assert is_exact(case, asked.ask(MORE))


def test_it_can_be_turned_off(index: Index) -> None:
    plain = QA(index, ENCODER, CountingReader(), Stages(figures=False), AS_THE_READER, BY_RULES)
    assert plain.ask(MORE).worked_out is None


def test_what_the_table_lacks_is_asked_for_figure_by_figure() -> None:
    asked: list[str] = []
    given = {
        "2022": said("清河县", "2022年，县里种茶树的人家有三千多户，产干茶52吨。", "52吨"),
        "2023": said("清河县", "2023年，产干茶47吨。", "47吨"),
    }

    def ask(question: str) -> tuple[Figure, float] | None:
        asked.append(question)
        return given[question[:4]], 0.8

    question = parse_question("清河县2023年干茶比2022年减少多少吨?")
    several = several_asked(question)
    assert several is not None
    found = work_out_singly(question, several, ask)
    assert found is not None
    assert (found[0].results, found[1]) == (("5吨",), 0.8)
    assert asked == ["2022年清河县干茶是多少?", "2023年清河县干茶是多少?"]


@pytest.mark.parametrize(
    ("title", "sentence", "text"),
    [
        ("清河县", "2023年，产鲜叶47吨。", "47吨"),  # not what is asked for
        ("青云县", "2023年，产干茶47吨。", "47吨"),  # not who is asked about
        ("清河县", "2023年，产干茶47万元。", "47万元"),  # not in the same unit
        ("清河县", "2024年，产干茶47吨。", "47吨"),  # not then
        ("清河县", "2022年，产干茶52吨。", "52吨"),  # the same figure twice
    ],
)
def test_a_figure_that_is_not_the_one_asked_for_stands_for_nothing(title: str, sentence: str, text: str) -> None:
    first, second = said("清河县", "2022年，产干茶52吨。", "52吨"), said(title, sentence, text)
    question = parse_question("清河县2023年干茶比2022年减少多少吨?")
    several = several_asked(question)
    assert several is not None
    assert work_out_singly(question, several, lambda asked: (first if "2022" in asked else second, 0.8)) is None


def said(title: str, sentence: str, text: str) -> Figure:
    """A figure of a sentence of an article of its own."""
    (quantity,) = find_quantities(text)
    assert quantity.amount is not None
    assert quantity.amount.value is not None
    start, value = sentence.index(text), float(quantity.amount.value)
    return Figure(
        text, value, value, value, quantity.amount.unit, "", "", sentence[:4], "", "result", sentence, start,
        start + len(text), title, None, (Source(f"{title}.txt", "line", 1, 1),),
    )  # fmt: skip


SITES = {
    "museums.txt": page(
        "Visitor figures", "Larkfield Museum had 12,400 visitors in 2023.", "Hazel Park had 9,800 visitors in 2023."
    ),
    "budget.txt": page(
        "云岭县2023年支出情况",
        "2023年，云岭县教育支出9.8亿元，卫生健康支出5.1亿元，累计兑付奖补资金2.2亿元。",
    ),
    "wards.txt": page("云岭县疗养院情况", "东山疗养院有护工31人，床位210张。", "西泉疗养院有护工18人，床位96张。"),
}


@pytest.mark.parametrize(
    "question",
    [
        "Which sites had more than 9,000 visitors in 2023?",
        "Which site had the most visitors in 2023?",
        "By how many did visitors of Hazel Park rise from 2022 to 2023?",
        "云岭县2023年教育、农林水、卫生健康三项支出一共多少?",
        "云岭县三家疗养院平均有多少张床位?",
        "云岭县三家疗养院各有多少护工?",
        "云岭县几处疗养院的床位加起来有多少张?",
    ],
)
def test_one_of_several_figures_is_not_the_answer_to_a_question_over_all(tmp_path: Path, question: str) -> None:
    rebuild(write_corpus(tmp_path / "corpus", SITES), tmp_path / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(tmp_path / "index")) as opened:
        assert counting_qa(opened, ENCODER).ask(question).text is None


def test_the_years_of_one_measure_are_one_question(asked: QA) -> None:
    answer = asked.ask("云溪县2021年和2022年引进产业项目各有多少个?")
    assert answer.worked_out is not None
    assert answer.worked_out.results == ("2021年35个", "2022年52个")
