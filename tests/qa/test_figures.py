from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from embeddings import Index
from embeddings.building.build import rebuild_with
from embeddings.types import Source
from qa.figures.searching.conditions import RESULTS, TARGETS
from qa.figures.searching.search import find_figures
from qa.question.question import QuestionError
from tests.qa.support import ENCODER
from tests.qa.told_figures import CORPUS, TOLD, ToldFigures
from tests.support import counting_qa, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa import QA


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("told")
    corpus = write_corpus(folder / "corpus", CORPUS)
    rebuild_with(ToldFigures(TOLD), corpus, folder / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(folder / "index")) as opened:
        yield opened


@pytest.fixture(scope="module")
def qa(index: Index) -> QA:
    return counting_qa(index, ENCODER)


def texts(qa: QA, words: str, **more: Any) -> list[str]:
    return [figure.text for figure in qa.figures(words, **more)]


def test_a_measure_is_found_by_other_words_and_what_has_another_head_noun_is_not(qa: QA) -> None:
    found = texts(qa, "引进项目数")
    assert sorted(found) == ["280个", "326个", "400个", "95个"]
    assert found[:2] == ["95个", "400个"], "the measure that says no more than was asked for comes first"


def test_the_words_of_its_clause_say_what_a_measure_leaves_out(qa: QA) -> None:
    assert "280个" in texts(qa, "引进文旅项目"), "引进各类|文旅项目"
    assert texts(qa, "签约文旅项目") == [], "no sentence says 签约 of 文旅项目"


def test_a_measure_of_several_names_is_found_by_each_and_a_word_before_it_makes_it_another(qa: QA) -> None:
    assert texts(qa, "GDP") == texts(qa, "地区生产总值") == ["128.6亿元"]
    assert texts(qa, "海洋生产总值") == ["31亿元"]
    assert texts(qa, "社零总额") == texts(qa, "社会消费品零售总额") == ["45亿元"]


def test_growth_shares_and_figures_by_head_are_found_where_they_are_asked_for(qa: QA) -> None:
    assert texts(qa, "GDP增速") == ["6.1%"]
    assert texts(qa, "人均GDP") == ["8.1万元"]
    assert texts(qa, "研发投入占比") == ["4.2%"]
    assert texts(qa, "研发投入") == []
    assert texts(qa, "GDP", modes=("change",)) == ["6.1%"], "a mode asked for alone"


def test_amounts_and_numbers_of_one_thing_are_told_apart(qa: QA) -> None:
    assert texts(qa, "项目投资额") == ["356亿元"]
    assert texts(qa, "藏书量") == ["12万册"]
    assert texts(qa, "新能源汽车销量") == ["1.1万辆"]


@pytest.mark.parametrize(
    ("places", "found"),
    [
        (("青云高新区",), ["280个", "326个", "400个"]),
        (("青云经开区",), []),
        (("青云",), []),
        (("白石经开区",), ["95个"]),
        (("白石经济技术开发区",), ["95个"]),
        (("经开区",), ["95个"]),
        (("青云高新区", "白石经开区"), ["280个", "326个", "400个", "95个"]),
    ],
)
def test_of_a_place_core_and_kind_both_count(qa: QA, places: tuple[str, ...], found: list[str]) -> None:
    assert sorted(texts(qa, "引进项目", places=places)) == found


def test_what_is_of_no_place_counts_where_its_article_is_of_the_place_alone(qa: QA) -> None:
    assert texts(qa, "藏书", places=("青云高新区",)) == ["12万册"]
    assert texts(qa, "藏书", places=("白石经开区",)) == []
    assert texts(qa, "接待游客", places=("海安县",)) == ["90万人次"]
    assert texts(qa, "接待游客", places=("云溪县",)) == []


@pytest.mark.parametrize(
    ("periods", "found"),
    [
        (("2023", "2023"), ["326个", "95个"]),
        (("2022", "2023"), ["280个", "326个", "95个"]),
        (("2024", ""), ["400个"]),
        (("", "2022-06"), ["280个"]),
        (("2025", "2026"), []),
    ],
)
def test_times_are_kept_by_the_days_they_share(qa: QA, periods: tuple[str, str], found: list[str]) -> None:
    assert sorted(texts(qa, "引进项目", periods=periods)) == found


def test_a_part_of_a_year_lies_in_it_and_what_has_no_time_is_kept_only_where_none_is_asked(qa: QA) -> None:
    assert texts(qa, "粮食产量", periods=("2023-05", "2023-08")) == ["3.2万吨"]
    assert texts(qa, "粮食产量", periods=("2023-07", "2023-08")) == []
    assert texts(qa, "藏书", periods=("2000", "2100")) == []
    assert texts(qa, "藏书") == ["12万册"]


def test_place_and_year_among_the_words_count_where_none_are_given(qa: QA) -> None:
    assert texts(qa, "青云高新区 2023年 引进项目") == ["326个"]
    assert texts(qa, "云溪县2023年GDP是多少?") == ["128.6亿元"]
    assert texts(qa, "青云高新区引进项目", places=("白石经开区",)) == ["95个"], "what is given goes before"


def test_results_and_targets_are_kept_apart(qa: QA) -> None:
    assert sorted(texts(qa, "引进项目", modes=RESULTS)) == ["280个", "326个", "95个"]
    assert texts(qa, "引进项目", modes=TARGETS) == texts(qa, "引进项目目标") == ["400个"]


def test_a_word_of_the_same_meaning_finds_a_measure_and_one_near_it_does_not(qa: QA) -> None:
    assert texts(qa, "接待旅客") == ["90万人次"], "游客"
    assert texts(qa, "原油产量") == texts(qa, "接待学生") == texts(qa, "海洋人口") == []


def test_english_words_find_chinese_measures(qa: QA) -> None:
    assert sorted(texts(qa, "projects attracted in 2023")) == ["326个", "95个"]
    assert texts(qa, "number of projects attracted", modes=TARGETS) == ["400个"]
    assert texts(qa, "GDP growth") == ["6.1%"]
    assert texts(qa, "R&D spending share") == ["4.2%"]
    assert texts(qa, "resident population") == ["18.8万人"]


def test_copies_of_a_sentence_are_there_once_with_all_sources(qa: QA) -> None:
    (figure,) = qa.figures("签约项目")
    assert (figure.sentence, figure.sentence[figure.start : figure.end]) == (
        "2023年，白石经开区引进项目95个，签约项目120个。",
        "120个",
    )
    assert figure.sources == (Source("dev.txt", "line", 5, 5), Source("dev_copy.txt", "line", 5, 5))


def test_a_source_names_the_line_of_the_sentence_not_of_its_passage(qa: QA) -> None:
    (figure,) = qa.figures("粮食产量")
    assert figure.sources == (Source("town.txt", "line", 7, 7),)
    assert (figure.title, figure.date) == ("云溪县统计公报", "2024-03-01")


def test_nothing_is_found_where_the_corpus_has_no_such_measure(qa: QA) -> None:
    assert qa.figures("火箭发射次数") == ()
    assert qa.figures("青云高新区") == (), "a place is no measure"


def test_the_contract_without_a_qa_finds_the_same(index: Index, qa: QA) -> None:
    assert find_figures(index, ENCODER, "引进项目数") == qa.figures("引进项目数")
    assert find_figures(index, ENCODER, "GDP growth", ("云溪县",), ("2023", "2023")) == qa.figures("GDP growth")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"words": " "}, "Write a few words"),
        ({"words": 5}, "5"),
        ({"words": "项" * 1001}, "1001"),
        ({"words": "项目", "periods": ("2024", "2020")}, "2024, is after the last, 2020"),
        ({"words": "项目", "periods": ("去年", "2020")}, "去年"),
        ({"words": "项目", "periods": ("2020-13", "")}, "2020-13"),
        ({"words": "项目", "periods": "2020"}, "2020"),
        ({"words": "项目", "modes": ("actual",)}, "actual"),
        ({"words": "项目", "modes": "result"}, "result"),
        ({"words": "项目", "modes": ()}, "There are: before"),
        ({"words": "项目", "places": "青云"}, "青云"),
        ({"words": "项目", "places": ("",)}, "list of names"),
    ],
)
def test_what_cannot_be_asked_names_the_value(qa: QA, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        qa.figures(**arguments)


def test_measures_are_offered_as_one_types_the_corpus_s_own(qa: QA) -> None:
    assert qa.measures("引进")[:2] == ("引进项目", "新引进文旅项目")
    assert qa.measures("研发投") == ("研发投入占GDP比重",)
    assert qa.measures("粮") == ("粮食产量",)
    assert qa.measures("招引项目数")[0] == "引进项目", "other words for it"
    assert qa.measures("火箭") == ()
    assert len(qa.measures("", 3)) == 3
    assert "引进项目" in qa.measures("projects attracted")
    with pytest.raises(QuestionError, match="51"):
        qa.measures("引进", 51)
