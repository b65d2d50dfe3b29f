from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from chinese.facts import Said, facts_of
from chinese.tokens import fold
from qa.deciding import reasons
from qa.deciding.comparing import Conflict, compare
from qa.question.question import parse_question
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from qa.question.question import Question
    from qa.types import Reason


def _compared(
    question: Question, sentence: str, date: str | None, place: int, above: tuple[str, ...] = ()
) -> tuple[Conflict, ...]:
    facts = facts_of(Said(fold(sentence)), place, place + 1, date, [Said(fold(text)) for text in above])
    return compare(question.wanted, facts, question.asked)


def _conflicts(
    question: str, sentence: str, date: str | None = None, at: str = "", above: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    """Kind and found words of what speaks against the answer `at`."""
    found = _compared(parse_question(question), sentence, date, sentence.index(at), above)
    return [(item.kind, item.found) for item in found]


def test_a_figure_of_another_place_in_the_article_is_not_taken() -> None:
    sentence = "沈阳经开区引进项目31个,深圳经开区引进项目35个。"

    assert _conflicts("沈阳经开区引进了多少个项目?", sentence, at="31") == []
    assert _conflicts("沈阳经开区引进了多少个项目?", sentence, at="35") == [("place", "深圳经开区")]


@pytest.mark.parametrize("sentence", ["与深圳经开区合作引进项目31个。", "引进项目31个。", "经开区引进项目31个。"])
def test_a_place_that_is_only_mentioned_contradicts_nothing(sentence: str) -> None:
    assert _conflicts("沈阳经开区引进了多少个项目?", sentence, at="31") == []


def test_a_figure_of_the_whole_town_is_not_the_districts() -> None:
    assert _conflicts("清河区有多少家企业?", "全市有企业620家。", at="620") == [("place", "全市")]
    assert _conflicts("清河区有多少家企业?", "全区有企业62家。", at="62") == []


@pytest.mark.parametrize(
    ("sentence", "at", "found"),
    [
        ("从2020年的38家增长到2023年的51家。", "38", [("year", "2020")]),
        ("从2020年的38家增长到2023年的51家。", "51", []),
        ("2022年有38家,2023年有51家。", "38", [("year", "2022")]),
        ("2022年和2023年都有51家。", "51", []),
        ("去年有38家。", "38", [("year", "2022")]),
        ("今年有51家。", "51", []),
        ("有51家,比2022年多5家。", "51", []),
    ],
)
def test_a_figure_belongs_to_the_year_beside_it(sentence: str, at: str, found: list[tuple[str, str]]) -> None:
    assert _conflicts("云溪县2023年有多少家企业?", sentence, "2023-11-01", at) == found


def test_this_year_is_not_last_year_even_where_neither_has_a_figure() -> None:
    assert _conflicts("去年引进了多少个项目?", "今年引进项目31个。", at="31") == [("year", "今年")]


@pytest.mark.parametrize(
    ("question", "sentence", "at", "kinds"),
    [
        ("2023年有多少家企业?", "力争到2025年达到100家。", "100", ["target", "year"]),
        ("云溪县引进了多少个项目?", "云溪县力争全年引进项目40个。", "40", ["target"]),
        ("云溪县引进了多少个项目?", "云溪县计划引进项目40个。", "40", ["target"]),
        ("云溪县引进了多少个项目?", "云溪县完成年度目标的一半,引进项目20个。", "20", []),
        ("云溪县引进了多少个项目?", "云溪县已引进项目20个,力争全年引进40个。", "20", []),
        ("云溪县引进了多少个项目?", "云溪县已引进项目20个,力争全年引进40个。", "40", ["target"]),
        ("云溪县2025年的目标是多少家?", "云溪县现有企业62家。", "62", ["result"]),
        ("云溪县2025年的目标是多少家?", "云溪县力争到2025年达到100家。", "100", []),
        ("云溪县派出了多少名专家?", "为确保供水安全,云溪县派出40名专家。", "40", []),
        ("云溪县派出了多少名专家?", "确保安全度夏,5月9日,云溪县共有40名专家到场。", "40", []),
        ("云溪县投资多少?", "为进一步确保用电,云溪县投资40万元购置了设备。", "40", []),
        ("云溪县引进了多少个项目?", "确保开局良好,项目达到40个。", "40", ["target"]),
        ("云溪县引进了多少个项目?", "为确保完成任务,云溪县力争引进40个项目。", "40", ["target"]),
        ("第二届大赛收到多少份作品?", "本届大赛收到作品40份,比第一届多。", "40", []),
        ("云溪县引进了多少个项目?", "每年引进2个以上的目标,已引进20个。", "2个", ["target"]),
    ],
)
def test_a_plan_is_no_evidence_for_a_result_and_the_reverse(
    question: str, sentence: str, at: str, kinds: list[str]
) -> None:
    assert sorted(kind for kind, _ in _conflicts(question, sentence, at=at) if kind != "limit") == kinds


def test_the_cost_of_a_planned_project_still_answers_what_it_costs() -> None:
    assert _conflicts("晨光工厂的总投资是多少?", "项目计划总投资12.6亿元。", at="12.6") == []


@pytest.mark.parametrize(
    ("question", "sentence", "at", "kinds"),
    [
        ("累计引进多少个项目?", "全年新引进项目31个。", "31", ["new"]),
        ("新增多少家企业?", "累计培育企业62家。", "62", ["total"]),
        ("有多少家企业?", "企业比上年增加5家,达到62家。", "5", ["change"]),
        ("有多少家企业?", "企业比上年增加5家,达到62家。", "62", []),
        ("企业增加了多少家?", "企业比上年增加5家。", "5", []),
        ("有多少家企业?", "企业增加到62家。", "62", []),
    ],
)
def test_sums_and_differences_are_told_from_levels(question: str, sentence: str, at: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in _conflicts(question, sentence, at=at)] == kinds


@pytest.mark.parametrize(
    ("question", "at", "found"),
    [
        ("引进了多少个项目?", "31", []),
        ("引进了多少个项目?", "4个", [("limit", "8亿元以上")]),
        ("8亿元以上项目有多少个?", "4个", []),
        ("12亿元以上项目有多少个?", "4个", [("limit", "8亿元以上")]),
    ],
)
def test_a_part_is_not_the_whole(question: str, at: str, found: list[tuple[str, str]]) -> None:
    assert _conflicts(question, "引进项目31个,其中8亿元以上项目4个。", at=at) == found


@pytest.mark.parametrize(
    ("question", "at", "found"),
    [
        ("云溪县有多少家规上企业?", "13", [("class", "专精特新")]),
        ("云溪县有多少家规上企业?", "41", [("class", "")]),
        ("云溪县有多少家规模以上企业?", "51", []),
        ("云溪县专精特新企业有多少家?", "13", []),
        ("云溪县有多少家企业?", "41", []),
        ("云溪县有多少家企业?", "51", [("class", "规上")]),
        ("云溪县有多少人?", "51", []),
    ],
)
def test_a_figure_of_another_class_of_firms_is_a_conflict(question: str, at: str, found: list[tuple[str, str]]) -> None:
    firms = "云溪县招引企业41家、“专精特新”企业13家。"
    sentence = "云溪县规上企业达到51家。" if at == "51" else firms

    assert _conflicts(question, sentence, at=at) == found


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("引进了多少个项目?", [("part", "百亿")]),
        ("引进了多少个百亿级项目?", []),
        ("百亿元以上项目有多少个?", [("limit", "")]),
    ],
)
def test_what_stands_behind_of_these_is_a_part(question: str, found: list[tuple[str, str]]) -> None:
    assert _conflicts(question, "引进项目31个,其中百亿级项目3个。", at="3个") == found


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("规上企业由38家增加到|51家。", "规上企业由增加到"),
        ("规上企业数量,从2020年的38家增长到2023年的|51家。", "规上企业数量从的增长到的"),
        ("收入54亿元,同比增长|23%。", "收入同比增长"),
        ("引进项目31个、总投资|5亿元。", "总投资"),
        ("全市共有专精特新企业|62家。", "全市共有专精特新企业"),
        ("2002年沅江县修路92公里;2003年为|7公里。", "修路为"),
        ("沅江县有茶厂9家,清水县有|8家。", "有茶厂有"),
        ("引进1名院士和|340名人才。", "引进"),
    ],
)
def test_what_a_figure_measures_is_said_where_the_change_begins(text: str, measure: str) -> None:
    before, after = text.split("|")

    assert facts_of(Said(before + after), len(before), len(before) + 1).measure == measure


def test_a_figure_that_something_became_is_of_the_class_that_it_was_of_before() -> None:
    sentence = "规上企业由38家增加到51家。"

    assert _conflicts("云溪县有多少家高新技术企业?", sentence, at="51") == [("class", "规上")]
    assert _conflicts("云溪县有多少家规上企业?", sentence, at="51") == []


def test_a_class_named_for_the_whole_sentence_holds_for_all_of_its_figures() -> None:
    assert _conflicts("云溪县有多少家规上企业?", "规上企业快速增长,全县企业达到51家。", at="51") == []


@pytest.mark.parametrize(
    ("question", "at", "kinds"),
    [
        ("云溪县有多少家规上企业?", "38", ["before"]),
        ("云溪县有多少家规上企业?", "51", []),
        ("云溪县原来有多少家规上企业?", "38", []),
        ("云溪县2020年有多少家规上企业?", "38", []),
        ("云溪县2020年有多少家规上企业?", "51", ["year"]),
    ],
)
def test_what_a_figure_was_before_it_changed_is_not_what_it_is(question: str, at: str, kinds: list[str]) -> None:
    sentence = "云溪县规上企业从2020年的38家增长到2023年的51家。"

    assert [kind for kind, _ in _conflicts(question, sentence, at=at)] == kinds


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("云溪县2023年一季度引进了多少个项目?", "二季度引进项目31个。", [("period", "二季度")]),
        ("云溪县2023年一季度引进了多少个项目?", "1-3月引进项目31个。", []),
        ("云溪县2023年引进了多少个项目?", "2023年上半年引进项目31个。", [("period", "上半年")]),
        ("云溪县第三批项目有多少个?", "第二批项目有31个。", [("ordinal", "第二批")]),
    ],
)
def test_another_part_of_the_year_or_row_is_a_conflict(
    question: str, sentence: str, found: list[tuple[str, str]]
) -> None:
    assert _conflicts(question, sentence, at="31") == found


def test_an_encyclopaedic_sentence_that_names_other_countries_has_no_conflict() -> None:
    sentence = "德国东邻波兰和捷克,南面是奥地利和瑞士,西部是荷兰。"

    assert _conflicts("德国的西边是哪一个国家?", sentence, at="荷兰") == []


HOSTILE = ("力争" * 5000, "1" * 20_000, "、" * 20_000, "第一二三" * 5000, "以上5亿" * 5000, "经开区" * 3000)


def test_a_hostile_sentence_holds_nothing_up() -> None:
    """In a process of its own, which can be ended while a pattern is at it; a tenth of a second is what it takes."""
    program = (
        "from tests.qa.test_comparing import HOSTILE, _compared, parse_question\n"
        "question = parse_question('云溪经开区2023年引进了多少个项目?')\n"
        "for sentence in HOSTILE:\n"
        "    print(len(_compared(question, sentence, '2023-02-01', len(sentence) - 1)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, check=True, timeout=120, capture_output=True, text=True
    )
    assert len(ran.stdout.split()) == len(HOSTILE)


@pytest.mark.parametrize(
    ("at", "found"),
    [("5家", []), ("8家", [("member", "东厂")]), ("3家", [("member", "西厂")])],
)
def test_of_a_row_with_figures_in_turn_each_has_its_own(at: str, found: list[tuple[str, str]]) -> None:
    sentence = "南厂、东厂和西厂的分店分别为5家、8家和3家。"

    assert _conflicts("南厂有多少家分店?", sentence, at=at) == found


# --- in words


@pytest.mark.parametrize(
    ("reason", "zh", "en"),
    [
        (
            reasons.contradiction(Conflict("place", "深圳经开区", "沈阳经开区")),
            "最接近的内容讲的是沈阳经开区，不是深圳经开区。",
            "The nearest passages are about 沈阳经开区, not about 深圳经开区.",
        ),
        (
            reasons.contradiction(Conflict("year", "2025", "2022、2023")),
            "最接近的内容说的是2022年、2023年，不是2025年。",
            "The nearest passages say this for 2022, 2023, not for 2025.",
        ),
        (
            reasons.contradiction(Conflict("ordinal", "第三批", "第二批")),
            "最接近的内容讲的是第二批，不是第三批。",
            "The nearest passages are about 第二批, not about 第三批.",
        ),
        (
            reasons.contradiction(Conflict("period", "一季度", "上半年")),
            "最接近的内容讲的是上半年，不是一季度。",
            "The nearest passages are about the first half of the year, not about the first quarter.",
        ),
        (
            reasons.contradiction(Conflict("place", "云溪县", "")),
            "最接近的内容没有讲云溪县。",
            "The nearest passages say nothing about 云溪县.",
        ),
        (
            reasons.contradiction(Conflict("limit", "", "8亿元以上")),
            "最接近的内容只有8亿元以上的，没有整体的。",
            "The nearest passages have this only for 8亿元以上.",
        ),
        (
            reasons.contradiction(Conflict("class", "规上", "专精特新")),
            "最接近的内容讲的是专精特新，不是规上。",
            "The nearest passages are about 专精特新, not about 规上.",
        ),
        (
            reasons.contradiction(Conflict("before", "", "从2020年的38家")),
            "最接近的内容只有变化之前的数（“从2020年的38家”），没有现在的。",
            'The nearest passages have only what it was before it changed ("从2020年的38家"), not what it is.',
        ),
        (
            reasons.contradiction(Conflict("target", "", "力争达到100家")),
            "最接近的内容只有目标或计划（“力争达到100家”），没有实际结果。",
            'The nearest passages have only a plan ("力争达到100家"), not the result.',
        ),
    ],
)
def test_a_reason_says_what_is_asked_and_what_is_there(reason: Reason, zh: str, en: str) -> None:
    assert (reason.zh, reason.en) == (zh, en)


@pytest.mark.parametrize("sentence", ["柳林乡有耕地3100亩。", "柳林街道有耕地3100亩。"])
def test_a_township_is_not_the_town_beside_it(sentence: str) -> None:
    assert _conflicts("青杉镇有耕地多少亩?", sentence, at="3100")[0][0] == "place"


ROWS = ("项目:东渠;投资:3亿元;负责人:孙立。", "项目:西渠;投资:5亿元;负责人:周平。")


@pytest.mark.parametrize(
    ("question", "at", "found"),
    [
        ("东渠的投资是多少?", "5亿", [("member", "西渠")]),
        ("西渠的投资是多少?", "5亿", []),
        ("北渠的投资是多少?", "5亿", [("member", "西渠")]),
        ("东渠的负责人是谁?", "周平", [("member", "西渠")]),
    ],
)
def test_a_row_of_a_table_is_about_what_it_begins_with(question: str, at: str, found: list[tuple[str, str]]) -> None:
    assert _conflicts(question, ROWS[1], at=at, above=ROWS[:1]) == found


def test_the_rows_below_are_rows_too() -> None:
    first, second = (Said(fold(row)) for row in ROWS)
    place = first.folded.index("3亿")
    facts = facts_of(first, place, place + 3, below=[second])

    assert (facts.member, facts.members) == ("东渠", ("西渠",))


@pytest.mark.parametrize(
    ("row", "above", "about"),
    [
        ("红茶 | -1.5 |", "绿茶 | 0.6 |", "红茶"),
        ("栗坪组 31 207 孙立", "组名 户数 人数 组长", "栗坪组"),
        ("1;2;3", "4;5;6", ""),
        ("电话:0531-1;地址:南街。", "欢迎来访。", ""),
        ("The park has 12 firms and 3 schools.", "The town has 10 firms and 2 schools.", ""),
    ],
)
def test_a_line_is_a_row_only_beside_another_of_the_same_make(row: str, above: str, about: str) -> None:
    figure = row.rindex(next(character for character in reversed(row) if character.isdigit()))

    assert facts_of(Said(fold(row)), figure, figure + 1, None, [Said(fold(above))]).member == about


def test_a_rank_counts_in_its_own_part_of_a_sentence() -> None:
    sentence = "松风排名第一,产茶9吨;鹤鸣排名第二,产茶8吨。"

    assert _conflicts("排名第二的是哪家?", sentence, at="松风") == [("ordinal", "第一名")]
    assert _conflicts("排名第二的是哪家?", sentence, at="鹤鸣") == []


def test_offices_within_an_answer_are_those_of_its_person() -> None:
    sentence = "松江市委副书记、市长方大同到会。"
    facts = facts_of(Said(sentence), sentence.index("副书记"), sentence.index("到会"))

    assert [role.name for role in facts.roles] == ["市长", "松江市委副书记"]


@pytest.mark.parametrize(
    ("question", "kind"),
    [("站长方大同是谁?", "text"), ("方大同是什么人?", "text"), ("站长是谁?", "person"), ("冠军是谁?", "person")],
)
def test_who_a_named_person_is_asks_for_no_other_person(question: str, kind: str) -> None:
    assert parse_question(question).asked == kind


FIRMS = "岚谷制药有限公司投资3亿元,松风食品公司投资5亿元。"


@pytest.mark.parametrize(
    ("question", "at", "found"),
    [
        ("岚谷制药公司投资多少?", "3亿", []),
        ("岚谷制药公司投资多少?", "5亿", [("body", "松风食品公司")]),
        ("松风食品有限公司投资多少?", "3亿", [("body", "岚谷制药有限公司")]),
        ("松江第一医院投资多少?", "3亿", []),
    ],
)
def test_a_figure_of_another_organisation_of_the_sort_is_not_taken(
    question: str, at: str, found: list[tuple[str, str]]
) -> None:
    assert _conflicts(question, FIRMS, at=at) == found


def test_an_organisation_named_above_holds_until_another_is() -> None:
    above = ("松风食品公司开工。",)

    assert _conflicts("岚谷制药公司投资多少?", "总投资5亿元。", at="5亿", above=above) == [("body", "松风食品公司")]
    assert _conflicts("松风食品公司投资多少?", "总投资5亿元。", at="5亿", above=above) == []


def test_a_figure_of_the_year_is_not_that_of_its_half() -> None:
    assert _conflicts("2023年上半年引进项目多少个?", "2023年引进项目31个。", at="31") == [("period", "全年")]
