"""Figures as they are read when an index is built: of what, whose, when, in what way, and worth how much."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from chinese.text import Text
from embeddings.building.build import rebuild
from embeddings.figures.periods import times_in
from embeddings.figures.reading import FigureReader
from embeddings.figures.sentences import Figures
from embeddings.figures.years import common_year
from embeddings.reading.documents import read_document
from embeddings.splitting.articles import split_articles
from embeddings.splitting.chunks import chunk_article
from embeddings.store.folder.index import Index
from tests.support import CountingEncoder, write_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from embeddings.types import FigureFacts

BULLETIN = """苍浦高新区经济运行情况
发布时间：2024-01-15
2023年，苍浦高新区新引进文旅项目326个，总投资352亿元，其中20亿元以上项目7个。去年，全区新增规上企业46家，累计达到309家。
果园鲜果产量同比增长7.4%。力争2024年新建泵站26座以上。镇上民宿由2020年的17家增加到2023年的59家。
"""
TABLE = """# 黎川县2023年统计公报

表1 各乡镇主要指标（单位：万元）

| 乡镇 | 工业产值 | 财政收入 | 人口（人） | 增速(%) |
|---|---|---|---|---|
| 石坪乡 | 3,215 | 231.6 | 18,726 | 5.7 |
| 东渠镇 | 4,105 | 331.6 | 28,726 | -1.7 |

| 指标 | 2022年 | 2023年 |
|---|---|---|
| 地区生产总值（亿元） | 120.6 | 131.4 |
"""


def read(folder: Path, name: str, text: str) -> dict[str, FigureFacts]:
    """The figures of a document by their words."""
    (folder / name).write_text(text, encoding="utf-8")
    found = {}
    reader = FigureReader()
    for number, article in enumerate(split_articles(read_document(folder, name))):
        sentences: dict[int, str] = {}
        for chunk in chunk_article(article, number):
            sentences |= {item.index: item.text for item in chunk.sentences}
            for facts in reader.read(chunk):
                words = sentences[facts.sentence][facts.start : facts.end]
                assert words not in found, "a sentence that two chunks share is read once"
                found[words] = facts
    return found


def test_a_bulletin_says_of_each_figure_what_whose_when_and_how(tmp_path: Path) -> None:
    found = read(tmp_path, "bulletin.txt", BULLETIN)
    said = {
        words: (facts.measure, facts.whose, facts.period, facts.mode, facts.value, facts.unit)
        for words, facts in found.items()
    }
    assert said["326个"] == ("新引进文旅项目", "苍浦高新区", "2023", "new", 326.0, "个")
    assert said["352亿元"] == ("总投资", "苍浦高新区", "2023", "result", 352e8, "元")
    assert said["7个"][0] == "20亿元以上项目"
    assert said["46家"][2:4] == ("2023", "new")
    assert said["309家"][0] == "规上企业"
    assert said["309家"][3] == "total"
    assert said["7.4%"][0] == "果园鲜果产量"
    assert said["7.4%"][3:] == ("change", 7.4, "%")
    assert said["26座以上"][2:4] == ("2024", "target")
    assert said["17家"][2:4] == ("2020", "before")
    assert said["59家"][2:4] == ("2023", "result")


def test_what_only_says_which_are_counted_is_no_figure_of_its_own(tmp_path: Path) -> None:
    assert "20亿元以上" not in read(tmp_path, "bulletin.txt", BULLETIN)


def test_a_cell_takes_owner_measure_time_and_unit_from_its_headings(tmp_path: Path) -> None:
    found = read(tmp_path, "table.md", TABLE)
    cell = found["231.6"]
    assert (cell.measure, cell.whose, cell.period) == ("财政收入", "石坪乡", "2023")
    assert (cell.value, cell.unit, cell.heading_unit) == (2_316_000.0, "元", "万元")
    assert (found["28,726"].whose, found["28,726"].value, found["28,726"].unit) == ("东渠镇", 28726.0, "人")
    assert (found["-1.7"].mode, found["-1.7"].value, found["-1.7"].unit) == ("change", -1.7, "%")
    years = {found[words].period: found[words] for words in ("120.6", "131.4")}
    assert set(years) == {"2022", "2023"}
    assert {facts.measure for facts in years.values()} == {"地区生产总值"}
    assert years["2022"].whose == "黎川县"


def test_a_table_of_places_by_years_measures_what_its_caption_says(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "years.md",
        "# 黎川县2022—2023年分乡镇茶叶产量统计表\n\n填报单位：黎川县农业局\n\n单位：吨\n\n"
        "| 乡镇 | 2022年 | 2023年 |\n|---|---|---|\n| 石坪乡 | 310 | 342 |\n| 合计 | 585 | 630 |\n",
    )
    cell = found["342"]
    assert (cell.measure, cell.whose, cell.period, cell.heading_unit) == ("茶叶产量", "石坪乡", "2023", "吨")
    assert found["630"].whose == "合计"


@pytest.mark.parametrize("above", ["填报单位：黎川县农业局", "单位：亩、公斤"])
def test_who_filled_in_a_table_and_one_of_several_units_are_no_unit_of_its_cells(tmp_path: Path, above: str) -> None:
    found = read(tmp_path, "a.txt", f"石坪乡各村情况\n\n{above}\n村\t茶园\n东渠村\t310\n西渠村\t295\n")
    assert {facts.heading_unit for facts in found.values()} == {""}


def test_a_row_is_about_what_has_a_number_for_its_name(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "lines.md",
        "# 公交线路\n\n| 线路 | 起讫站 | 日均客流（人次） |\n|---|---|---|\n| 3路 | 石桥镇—东渠村 | 9370 |\n"
        "| k2路 | 东渠村—石坪乡 | 6980 |\n",
    )
    assert (found["9370"].whose or found["9370"].part, found["9370"].measure) == ("3路", "日均客流")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "2023年一、二、三季度，石桥镇茶叶产量分别为31吨、34吨和28吨，累计93吨。",
            {"31吨": "2023-01/2023-03", "34吨": "2023-04/2023-06", "28吨": "2023-07/2023-09"},
        ),
        (
            "2023年1至3月，石桥镇各月茶叶产量分别为11吨、9吨和12吨，累计32吨。",
            {"11吨": "2023-01", "9吨": "2023-02", "12吨": "2023-03"},
        ),
    ],
)
def test_of_figures_in_turn_each_has_its_time(tmp_path: Path, text: str, expected: dict[str, str]) -> None:
    found = read(tmp_path, "a.txt", f"石桥镇茶叶\n\n{text}\n")
    assert {words: found[words].period for words in expected} == expected


def test_where_a_title_names_the_year_the_whole_year_is_that_one(tmp_path: Path) -> None:
    found = read(
        tmp_path, "a.txt", "石坪剧院2023年年报\n2024年1月17日\n\n全年接待观众3.1万人次，比上年增加0.4万人次。\n"
    )
    assert found["3.1万人次"].period == "2023"


def test_a_sentence_that_begins_with_its_parts_measures_what_the_one_above_does(tmp_path: Path) -> None:
    found = read(tmp_path, "a.txt", "2023年，全市商标注册量1430件。其中，黎川县310件，石桥镇95件。\n")
    assert {found[words].measure for words in ("1430件", "310件", "95件")} == {"商标注册量"}


def test_bounds_and_ranges_stay_open_where_the_words_leave_them_open(tmp_path: Path) -> None:
    found = read(tmp_path, "a.txt", "黎川县2023年招聘教师300至400名，新建学校超12所，投入近5亿元。\n")
    assert (found["300至400名"].value, found["300至400名"].low, found["300至400名"].high) == (None, 300.0, 400.0)
    assert (found["超12所"].value, found["超12所"].low, found["超12所"].high) == (12.0, 12.0, None)
    assert (found["近5亿元"].value, found["近5亿元"].low, found["近5亿元"].high) == (5e8, None, None)


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("今年上半年", "2023-01/2023-06"),
        ("去年前三季度", "2022-01/2022-09"),
        ("今年前7个月", "2023-01/2023-07"),
        ("1月份至7月份", "2023-01/2023-07"),
        ("2015年至2022年", "2015/2022"),
        ("7月29日20时至8月1日6时", "2023-07-29/2023-08-01"),
        ("截至2022年底", "2022"),
        ("截至6月30日", "2023-06"),
        ("“十四五”期间", "2021/2025"),
        ("昨日", "2023-08-04"),
        ("上月", "2023-07"),
        ("2022年半年报", "2022-01/2022-06"),
    ],
)
def test_a_time_is_resolved_by_the_date_of_its_article(words: str, iso: str) -> None:
    assert [time.iso for time in times_in(words, "2023-08-05")] == [iso]


def test_a_year_that_is_only_compared_with_is_told_from_that_of_the_figure() -> None:
    now, base = times_in("2023年产值为5亿元,比2022年增长3%", None)
    assert (now.iso, now.is_base) == ("2023", False)
    assert (base.iso, base.is_base) == ("2022", True)


def test_without_a_date_a_day_is_of_no_year_that_is_known() -> None:
    assert [time.iso for time in times_in("7月28日", None)] == [""]


def test_an_article_without_a_year_takes_the_one_that_all_dated_articles_of_its_folder_share(tmp_path: Path) -> None:
    assert common_year(["2023-05-01"] * 20 + [None, "--08-15"]) == "2023"
    assert common_year(["2023-05-01"] * 19) == "", "few say nothing of the others"
    assert common_year(["2023-05-01"] * 20 + ["2022-12-30"] * 2) == "", "of several years, none is certain"
    corpus, index = tmp_path / "texts", tmp_path / "index"
    write_corpus(
        corpus,
        {f"{number:02}.txt": f"云岭县开工\n发布时间：2023-05-{number + 1:02}\n云岭县开工。" for number in range(20)}
        | {"00-first.txt": "石桥镇丰收\n本报8月15日讯 8月15日，石桥镇收购稻谷370吨。"},
    )
    rebuild(corpus, index, progress=False, encoder=CountingEncoder())
    with closing(Index.open(index)) as opened:
        assert {stored.facts.period for stored in opened.all_figures()} == {"2023-08-15"}


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("8月15日，石桥镇收粮。", ["2023-08-15"]),
        ("7月收粮3吨，当月售出。", ["2023-07", "2023-07"]),
        ("2021年8月3日开工，当日投入5万元。", ["2021-08-03", "2021-08-03"]),
    ],
)
def test_words_that_point_back_mean_the_time_said_last(text: str, times: list[str]) -> None:
    assert [time.iso for time in times_in(text, "2023-08-20")] == times


def test_a_day_after_an_old_year_may_be_of_the_year_of_writing_too() -> None:
    (time,) = times_in("7月29日，石桥镇收粮。", "2023-08-20", "2016")
    assert (time.iso, time.other) == ("2016-07-29", "2023-07-29")


def test_what_has_no_name_that_is_known_is_spoken_of_as_a_noun_phrase() -> None:
    sentence = Figures(
        Text("石桥快线全长12公里，山区农村居民人均收入3万元。", "石桥快线全长12公里,山区农村居民人均收入3万元。"), ()
    )
    assert any(phrase.text.startswith("石桥快线") for phrase in sentence.phrases)
    assert any(phrase.text.startswith("山区农村居民") for phrase in sentence.phrases)


def test_what_befell_people_is_what_a_count_of_them_measures(tmp_path: Path) -> None:
    found = read(tmp_path, "flood.txt", "石桥镇暴雨\n发布时间：2023-08-02\n8月1日，暴雨造成石桥镇14人受伤。")
    assert found["14人"].measure.endswith("受伤")


LISTS = """苍浦市2023年文旅市场运行情况
发布时间：2024-01-15
2023年，全市共接待游客620.5万人次，同比增长8.1%。其中，苍浦动物园210.4万人次，增长6.2%；榆滩湿地131.7万人次；竹溪镇98.3万人次，下降1.5%。
市一院门诊96.2万人次，出院4.7万人次；市中医院门诊61.5万人次，出院2.9万人次；市三院门诊30.8万人次，出院1.1万人次。
三家园区中，苍浦经开区产值312.6亿元，榆滩高新区205.4亿元，竹溪工业园88.9亿元。
苍浦经开区、榆滩高新区、竹溪工业园税收分别为28.4亿元、31.6亿元和9.7亿元，苍浦经开区税收首次突破25亿元。
恒洲精工、云杉光电、榆木轴承全年研发投入分别为1.25亿元、0.98亿元、0.64亿元，增长11.3%、9.4%、2.8%。
全年粮食产量48.3万吨，油料产量2.4万吨，蔬菜产量63.9万吨。
"""


@pytest.mark.parametrize(
    ("figure", "whose", "measure"),
    [
        ("210.4万人次", "苍浦动物园", "接待游客"),
        ("131.7万人次", "榆滩湿地", "接待游客"),
        ("98.3万人次", "竹溪镇", "接待游客"),
        ("1.5%", "竹溪镇", "接待游客"),
        ("61.5万人次", "市中医院", "门诊"),
        ("2.9万人次", "市中医院", "出院"),
        ("1.1万人次", "市三院", "出院"),
        ("205.4亿元", "榆滩高新区", "产值"),
        ("88.9亿元", "竹溪工业园", "产值"),
        ("31.6亿元", "榆滩高新区", "税收"),
        ("9.7亿元", "竹溪工业园", "税收"),
        ("0.98亿元", "云杉光电", "研发投入"),
        ("0.64亿元", "榆木轴承", "研发投入"),
    ],
)
def test_a_figure_of_a_list_is_of_the_name_before_it_and_of_what_the_list_measures(
    tmp_path: Path, figure: str, whose: str, measure: str
) -> None:
    facts = read(tmp_path, "a.txt", LISTS)[figure]
    assert (facts.whose, facts.measure) == (whose, measure)


def test_what_one_figure_measures_is_not_whose_the_next_is(tmp_path: Path) -> None:
    found = read(tmp_path, "a.txt", LISTS)
    assert {found[text].whose for text in ("48.3万吨", "2.4万吨", "63.9万吨")} & {"粮食产量", "油料产量"} == set()


def test_parts_told_in_a_sentence_of_their_own_are_of_the_year_above(tmp_path: Path) -> None:
    text = "苍浦市外贸\n发布时间：2024-01-15\n2023年，苍浦市进出口总值318.7亿元。其中，出口206.4亿元，进口112.3亿元。\n"
    found = read(tmp_path, "a.txt", text)
    assert found["206.4亿元"].period == found["112.3亿元"].period == "2023"


QUARTERS = """# 苍浦市2023年分季度用电情况

| 季度 | 用电量（亿千瓦时） | 2022年用电量（亿千瓦时） |
|---|---|---|
| 一季度 | 6.42 | 6.11 |
| 二季度 | 5.98 | 5.73 |
"""


def test_a_quarter_in_a_table_is_of_the_year_in_its_title_unless_its_column_names_another(tmp_path: Path) -> None:
    found = read(tmp_path, "a.md", QUARTERS)
    assert found["5.98"].period == "2023-04/2023-06"
    assert (found["5.73"].measure, found["5.73"].period) == ("用电量", "2022")
