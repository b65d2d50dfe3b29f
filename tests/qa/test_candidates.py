from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qa.deciding.confidence import EVIDENCE, Calibration, evidence_for
from qa.deciding.ranking import Ranker
from qa.finding.retrieval import Candidate
from qa.question.question import parse_question
from qa.reading.reader import ReaderSpan, SpanScores
from tests.qa.support import all_alike, chunk, find_in, looked_into
from tests.support import BY_RULES

if TYPE_CHECKING:
    from embeddings.types import Chunk
    from qa.deciding.candidates import Found


def _find(question: str, passages: list[tuple[Chunk, dict[str, float]]], ranker: Ranker = BY_RULES) -> list[Found]:
    """Candidates of passages in retrieval order; each comes with what a reader would say of phrases in it."""
    return find_in(question, [(item, _said(item, scores)) for item, scores in passages], ranker)


def _said(item: Chunk, scores: dict[str, float]) -> SpanScores:
    spans = []
    for phrase, score in scores.items():
        start = item.text.index(phrase)
        spans.append(ReaderSpan(start, start + len(phrase), score))
    return SpanScores(tuple(sorted(spans, key=lambda span: -span.score)))


def _texts(found: list[Found], *chunks: Chunk) -> list[str]:
    return [chunks[item.passage].text[item.span.start : item.span.end] for item in found]


WEST = chunk("西城高新区引进项目31个、总投资63.5亿元,其中在建项目12个。", file="west.txt")


def test_a_figure_is_whole_where_the_reader_found_a_part_of_it_or_more() -> None:
    assert _texts(_find("西城高新区引进了多少个项目?", [(WEST, {"31": 4.0})]), WEST)[0] == "31个"
    assert _texts(_find("西城高新区引进项目总投资多少?", [(WEST, {"总投资63.5亿元": 4.0})]), WEST)[0] == "63.5亿元"


def test_the_kind_asked_for_beats_a_phrase_of_another_kind_that_the_reader_likes_better() -> None:
    found = _find("西城高新区引进项目总投资多少?", [(WEST, {"31个": 3.0, "63.5亿元": 1.5})])

    assert _texts(found, WEST)[0] == "63.5亿元"


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("西城来了多少位老人?", "西城社区请七十岁以上的老人喝茶。", "七十岁以上"),
        ("西城案涉案金额到底多少?", "西城一名会计12年里挪用公款。", "12年"),
        ("西城公司一年营业额有多少?", "西城公司有38名员工。", "38名"),
        ("西城2022年生产总值的增速?", "西城2022年生产总值812亿元。", "812亿元"),
        ("西城2022年生产总值的增速?", "西城2022年总值812亿元，已提出到2025年破千亿。", "812亿元，已提出到2025年"),
        ("How much will a ticket to Xicheng cost?", "到西城的铁路全长约140公里。", "140公里"),
    ],
)
def test_a_figure_of_another_dimension_is_no_answer(question: str, text: str, said: str) -> None:
    held = chunk(text, file="west.txt")

    assert said not in "".join(_texts(_find(question, [(held, {said: 8.0})]), held))


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("西城来了多少位老人?", "西城社区来了31位老人。", "31位"),
        ("西城公司一年营业额有多少?", "西城公司一年营业额27万元。", "27万元"),
        ("西城房价上涨了多少?", "西城房价上涨3.1%。", "3.1%"),
        ("西城生产总值增长多少?", "西城生产总值增长30亿元。", "30亿元"),
        ("西城股份占多大比例?", "西城持有股份的8.5%。", "8.5%"),
    ],
)
def test_a_figure_of_the_dimension_asked_for_stays_one(question: str, text: str, said: str) -> None:
    held = chunk(text, file="west.txt")

    assert said in _texts(_find(question, [(held, {said: 8.0})]), held)[0]


@pytest.mark.parametrize(("asked", "kinds"), [("第一届", ["ordinal"]), ("第二届", [])])
def test_what_is_said_of_this_one_is_of_that_named_above(asked: str, kinds: list[str]) -> None:
    held = chunk("第二届西城设计大赛落幕。本届大赛收到作品280份,比第一届多。", file="west.txt")
    best = _find(f"{asked}西城设计大赛收到多少份作品?", [(held, {"280份": 6.0})])[0]

    assert [item.kind for item in best.conflicts] == kinds


def test_what_a_firm_was_called_before_is_no_other_firm() -> None:
    held = chunk("西城控股集团的前身是东港市政建设有限公司。", file="west.txt")
    best = _find("西城控股集团以前叫什么公司?", [(held, {"东港市政建设有限公司": 6.0})])[0]

    assert [item.kind for item in best.conflicts] == []


def test_where_a_year_is_asked_for_the_year_of_a_date_is_the_answer() -> None:
    bridge = chunk("大桥于1987年8月建成,2019年3月14日大修。", file="bridge.txt")
    said = {"1987年": 5.0, "2019年": -1.0}

    assert _texts(_find("大桥是哪一年建成的?", [(bridge, said)]), bridge)[0] == "1987年"
    assert _texts(_find("大桥是什么时候建成的?", [(bridge, said)]), bridge)[0] == "1987年8月"


def test_the_reader_chooses_among_figures_of_one_kind() -> None:
    found = _find("西城高新区在建项目有多少个?", [(WEST, {"12个": 5.0, "31个": -2.0})])

    assert _texts(found, WEST)[0] == "12个"


def test_a_passage_further_down_wins_where_the_reader_is_sure_of_it() -> None:
    other = chunk("园区今年天气很好,西城的项目不少。", file="other.txt")
    found = _find("西城高新区引进了多少个项目?", [(other, {"不少": -6.0}), (WEST, {"31个": 5.0})])

    assert (found[0].passage, _texts(found, other, WEST)[0]) == (1, "31个")


def test_a_sentence_about_another_year_loses() -> None:
    years = chunk("2022年西城高新区引进项目25个。2023年西城高新区引进项目31个。", file="years.txt")
    found = _find("2023年西城高新区引进了多少个项目?", [(years, {"25个": 5.0, "31个": 4.0})])

    assert _texts(found, years)[0] == "31个"
    assert found[0].conflicts == ()


def _years_against(question: str, text: str, title: str = "") -> dict[str, list[str]]:
    """The years that speak against each figure of a text."""
    item = chunk(text, title=title)
    return {
        text[one.span.start : one.span.end]: [conflict.found for conflict in one.conflicts if conflict.kind == "year"]
        for one in find_in(question, [(item, all_alike(text))])
    }


def test_a_figure_of_another_year_is_marked_as_such() -> None:
    growth = "西城高新区规上企业数量,从2020年的38家增长到2023年的51家。"

    assert _years_against("2023年有多少家规上企业?", growth) == {"51家": [], "38家": ["2020"]}
    assert _years_against("2021年有多少家规上企业?", growth) == {"51家": ["2023"], "38家": ["2020"]}
    assert _years_against("有多少家规上企业?", growth) == {"51家": [], "38家": []}


@pytest.mark.parametrize(
    ("text", "title", "against"),
    [
        ("引进项目31个。", "2022年成绩单", ["2022"]),
        ("引进项目31个。", "2023年成绩单", []),
        ("2022年形势很好。引进项目31个。", "2023年成绩单", ["2022"]),
        ("引进项目31个。", "", []),
    ],
)
def test_a_year_of_the_title_or_of_an_earlier_sentence_counts_too(text: str, title: str, against: list[str]) -> None:
    assert _years_against("2023年引进了多少个项目?", text, title) == {"31个": against}


def test_where_nothing_else_is_weighed_the_reader_has_the_last_word() -> None:
    passages = [(WEST, {"31个": 3.0, "63.5亿元": 1.5})]

    assert _texts(_find("西城高新区引进项目总投资多少?", passages, Ranker({"reader": 1.0})), WEST) == [
        "31个",
        "63.5亿元",
    ]


def test_of_two_phrases_the_shorter_wins_unless_a_text_is_asked_for() -> None:
    two = chunk("甲厂生产棉布和毛巾,产品远销各地。", file="two.txt")
    said = {"甲厂生产棉布和毛巾": 2.1, "产品": 2.0}
    short = Ranker({"reader": 1.0, "length": -1.0})

    assert _texts(_find("什么远销各地?", [(two, said)], short), two)[0] == "产品"
    assert _texts(_find("介绍一下甲厂", [(two, said)], short), two)[0] == "甲厂生产棉布和毛巾"


def test_candidates_of_equal_score_come_in_the_order_of_the_text() -> None:
    two = chunk("甲厂生产。乙厂生产。", file="two.txt")
    found = _find("什么在生产?", [(two, {"乙厂": 2.0, "甲厂": 2.0})])

    assert _texts(found, two)[:2] == ["甲厂", "乙厂"]


# --- confidence


def test_probability_grows_with_what_speaks_for_an_answer_and_stays_one() -> None:
    model = Calibration({"reader": 0.5, "covered": 2.0}, -2.0, 0.5)

    assert model.probability({"reader": 0.0, "covered": 1.0}) == 0.5
    assert model.probability({"reader": 4.0, "covered": 1.0}) > 0.8
    assert (
        0
        <= model.probability({"reader": -1e9, "covered": 0.0})
        <= model.probability({"reader": 1e9, "covered": 1})
        <= 1
    )


def test_the_evidence_for_an_answer_is_complete_and_what_is_less_sure_is_less_likely() -> None:
    question = "西城高新区引进了多少个项目?"
    candidates = [Candidate(looked_into(WEST), 0.5, 1.0, 4.0)]
    sure, unsure = (
        evidence_for(parse_question(question), candidates, _find(question, [(WEST, {"31个": reader})]))
        for reader in (4.0, -8.0)
    )

    assert tuple(sure) == tuple(unsure) == EVIDENCE
    assert (sure["reader"], unsure["reader"]) == (4.0, -8.0)
    assert Calibration.load().probability(sure) > Calibration.load().probability(unsure)


def _features(question: str, text: str, at: str) -> dict[str, float]:
    found = _find(question, [(chunk(text), {at: 0.0})])
    return dict(next(item for item in found if item.span.start == text.index(at)).features)


@pytest.mark.parametrize(
    ("question", "text", "right", "wrong"),
    [
        ("产值增长多少?", "用电62万千瓦时,同比增长4%;实现产值5亿元,同比增长7%。", "7%", "4%"),
        ("银杏有多少株?", "现有古树86株,其中银杏35株、香樟51株。", "35株", "86株"),
        ("引进项目多少个?", "引进优质项目90个,包含龙头企业项目12个。", "90个", "12个"),
        ("引进了多少名人才?", "引进1名院士和340名人才。", "340名", "1名"),
    ],
)
def test_a_figure_whose_measure_another_of_the_sentence_names_better_is_marked(
    question: str, text: str, right: str, wrong: str
) -> None:
    assert _features(question, text, wrong).get("measure_rival", 0) > 0
    assert _features(question, text, right).get("measure_rival", 0) == 0


def test_a_place_and_a_word_that_only_links_are_no_measure() -> None:
    features = _features("松江县产量同比增长多少?", "松江县产值同比增长14%。", "14%")

    assert features.get("measure_said", 0) == 0


@pytest.mark.parametrize(
    ("text", "at"), [("涨幅(%)|-1.5。", "%"), ("站长方大同到会。", "大同"), ("站长方大同到会。", "同到会")]
)
def test_a_mark_alone_and_a_part_of_a_name_are_no_candidates(text: str, at: str) -> None:
    found = _find("站长是谁?", [(chunk(text), {at: 9.0})])

    assert text.index(at) not in [item.span.start for item in found]


def test_no_figure_goes_on_behind_the_end_of_its_sentence() -> None:
    text = "引进项目31个。投资2亿元。"
    found = _find("引进了多少个项目?", [(chunk(text), {"31个。投资2亿元": 9.0})])

    assert "31个。投资2亿元" not in [text[item.span.start : item.span.end] for item in found]
    assert text[found[0].span.start : found[0].span.end] == "31个"


def test_what_a_word_of_means_leads_in_is_marked_where_it_is_asked_how() -> None:
    text = "开发区通过错峰检修减少了停电时间。"

    assert _features("开发区怎样减少停电时间?", text, "错峰检修")["introduced"] == 1
    assert "introduced" not in _features("开发区减少了什么?", text, "错峰检修")


@pytest.mark.parametrize(
    ("question", "text", "phrase"),
    [
        ("灯会在哪天举行?", "每年腊月初八办灯会,为期五天。", "五天"),
        ("灯会在公历几月?", "每年腊月初八办灯会,为期五天。", "腊月初八"),
    ],
)
def test_a_duration_or_a_day_of_the_other_calendar_is_no_date(question: str, text: str, phrase: str) -> None:
    passage = chunk(text)
    assert phrase not in _texts(_find(question, [(passage, {phrase: 6.0})]), passage)


def test_the_whole_gives_way_to_the_part_that_is_named() -> None:
    passage = chunk("书楼现藏旧籍86帙,其中抄本35帙、刻本51帙。")
    found = _find("书楼的抄本旧籍有多少帙?", [(passage, {"86帙": 7.0, "35帙": 1.0})])
    kinds = {_texts([item], passage)[0]: {conflict.kind for conflict in item.conflicts} for item in found}
    assert "part" in kinds["86帙"]
    assert "part" not in kinds["35帙"]
