"""A question in several parts: each is completed, and answered or refused, by itself."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from embeddings import Index, rebuild
from qa import QA, Answer
from qa.question.parts import split_parts, understand
from qa.question.question import QuestionError
from tests.qa.support import ENCODER, texts_stand_at_highlights
from tests.support import counting_qa, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CORPUS = {
    "dam.txt": page(
        "清水县水库竣工", "清水县水库2022年竣工,坝高86米,总投资7.5亿元。", "工程由大成水利集团承建,安置移民320户。"
    ),
    "mill.txt": page("云岭纸厂投产", "云岭纸厂2021年投产,年产纸张12万吨,总投资3亿元。", "纸厂招收工人450名。"),
    "fruit.txt": page("苹果丰收", "果农今年收获苹果30吨。"),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("parts")
    rebuild(write_corpus(folder / "corpus", CORPUS), folder / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(folder / "index")) as found:
        yield found


@pytest.fixture
def qa(index: Index) -> QA:
    return counting_qa(index, ENCODER)


# --- taking a question apart


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("项目有多少个,总投资是多少?", ("项目有多少个", "总投资是多少")),
        ("项目有多少个，总投资呢？", ("项目有多少个", "总投资呢")),
        ("项目有多少个?总投资是多少?", ("项目有多少个", "总投资是多少")),
        ("项目有多少个、总投资是多少?", ("项目有多少个", "总投资是多少")),
        ("项目有多少个以及总投资是多少?", ("项目有多少个", "总投资是多少")),
        ("项目有多少个。总投资是多少!", ("项目有多少个", "总投资是多少")),
        ("项目有多少个\n总投资是多少\n由谁负责", ("项目有多少个", "总投资是多少", "由谁负责")),
        ("项目有多少个,总投资,负责人,投产时间?", ("项目有多少个", "总投资", "负责人", "投产时间")),
        ("在2023年,项目有多少个,总投资是多少?", ("在2023年,项目有多少个", "总投资是多少")),
        ("项目有多少个,在2022年,总投资是多少?", ("项目有多少个", "在2022年,总投资是多少")),
        ("项目有多少个,总投资是多少,单位为亿元?", ("项目有多少个", "总投资是多少,单位为亿元")),
        ("有哪些企业、学校,总投资是多少?", ("有哪些企业、学校", "总投资是多少")),
        ("企业、学校有多少家,总投资是多少?", ("企业、学校有多少家", "总投资是多少")),
        ("项目有多少个,还有多少没建成?", ("项目有多少个", "还有多少没建成")),
        ("西城还有多少个项目,总投资是多少?", ("西城还有多少个项目", "总投资是多少")),
        ("项目有多少个?总投资是多少?谢谢", ("项目有多少个", "总投资是多少")),
        ("你好!项目有多少个?总投资是多少?非常感谢!", ("项目有多少个", "总投资是多少")),
        ("您好,项目有多少个?谢谢您", ("项目有多少个?",)),
        ("项目有多少个?谢谢", ("项目有多少个?",)),
        ("How many are there? When was it built? Thanks a lot!", ("How many are there", "When was it built")),
        ("Hello, how many mills are there?", ("how many mills are there?",)),
        ("How many are there, and where? What is a dam?", ("How many are there, and where", "What is a dam")),
    ],
)  # fmt: skip
def test_a_question_for_several_things_is_taken_apart_and_thanks_are_no_part(text: str, parts: tuple[str, ...]) -> None:
    assert split_parts(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "在2023年,引进了多少个项目?",
        "引进了多少个项目?",
        "引进了多少个项目,请列出名单?",
        "引进了1,200家企业的园区总投资是多少?",
        "有哪些企业、学校以及医院?",
        "企业、学校以及医院有多少家?",
        "西城还有多少个项目?",
        "西城几百年来,最大的工厂是哪一家?",
        "十几家企业里,哪一家最大?",
        "《水去了哪里,人在何方?》的作者是谁?",
        "“谁知盘中餐,粒粒皆辛苦”是谁写的?",
        "哪一年工厂建成,它成为最大的工厂?",
        "How many projects are there, and where?",
        "In 2023, how many projects were there?",
        "谢谢",
        "谢谢,再见!",
    ],
)
def test_any_other_question_stays_as_it_is(text: str) -> None:
    assert split_parts(text) == (text,)
    assert understand(text) == understand(text, ["谢谢"])
    assert (understand(text).asked, understand(text).parts) == (text, (text,))


def test_a_question_of_very_many_parts_stays_whole() -> None:
    """Three hundred parts, each read on its own, took a second even without the reader."""
    assert len(split_parts("?".join(["总投资是多少"] * 8))) == 8
    many = "?".join(["总投资是多少"] * 9)
    assert split_parts(many) == (many,)


def test_each_part_is_completed_from_the_one_before_it_and_the_first_from_earlier_questions() -> None:
    found = understand("清水县水库坝高多少米,总投资呢?云岭纸厂的呢?谢谢")
    assert found.parts[:2] == ("清水县水库坝高多少米", "清水县水库总投资是多少?")
    assert "云岭纸厂" in found.parts[2]
    assert found.asked.startswith("清水县水库坝高多少米,清水县水库总投资是多少?")
    assert found.asked.endswith("?谢谢")

    later = understand("总投资是多少?由谁承建?", ["清水县水库坝高多少米?"])
    assert later.parts == ("清水县水库总投资是多少", "清水县水库由谁承建")
    assert later.asked == "清水县水库总投资是多少?清水县水库由谁承建?"


@pytest.mark.parametrize(
    ("question", "second"),
    [
        ("云岭纸厂总投资是多少,负责人?", "云岭纸厂负责人是谁?"),
        ("云岭纸厂占地面积多少亩,年产量是多少?", "云岭纸厂年产量是多少"),
        ("清水县水库坝高多少米,安置移民多少户?", "清水县水库安置移民多少户"),
        ("云岭纸厂投产时间是什么时候,有多少工人?", "云岭纸厂有多少工人"),
        ("云岭纸厂有多少工人,它的总投资?", "云岭纸厂总投资是多少?"),
    ],
)
def test_the_subject_of_a_measure_is_what_it_is_measured_of(question: str, second: str) -> None:
    assert understand(question).parts[1] == second


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("云溪县茶园面积和茶叶产量是多少?", ("云溪县茶园面积是多少?", "云溪县茶叶产量是多少?")),
        ("清水县水库的坝高、总投资各是多少?", ("清水县水库的坝高是多少?", "清水县水库的总投资是多少?")),
        ("云溪县2021年出口额及增速分别是多少", ("云溪县2021年出口额是多少", "云溪县2021年出口额增速是多少")),
        ("云溪县2022年和2023年茶叶产量各有多少?", ("云溪县2022年和2023年茶叶产量各有多少?",)),
        ("林州市市长和市委书记是谁?", ("林州市市长是谁?", "林州市市委书记是谁?")),
        ("林州市瞪羚企业和独角兽企业各有几家?", ("林州市瞪羚企业有几家?", "林州市独角兽企业有几家?")),
        (
            "What are the area and population of Yunxi County?",
            ("What is the area of Yunxi County?", "What is the population of Yunxi County?"),
        ),
    ],
)
def test_several_measures_of_one_thing_are_asked_each_by_itself(question: str, parts: tuple[str, ...]) -> None:
    assert understand(question).parts == parts
    assert understand(question).asked == question


@pytest.mark.parametrize(
    "question",
    [
        "云溪和林州的人口是多少?",
        "云溪县收入和支出的差额是多少?",
        "云溪县人口和面积最大的镇是什么?",
        "和平区人口是多少?",
        "云溪县与邻县的界河是什么?",
        "陈澜和总投资是多少?",
    ],
)
def test_what_and_joins_otherwise_stays_one_question(question: str) -> None:
    assert understand(question).parts == (question,)


@pytest.mark.parametrize("thanks", ["thx", "Thanks for your help!", "谢谢你的帮助", "3q"])
def test_thanks_of_any_kind_are_no_part(thanks: str) -> None:
    assert understand(f"清水县水库坝高多少米? {thanks}").parts == ("清水县水库坝高多少米?",)


# --- meant in two ways


@pytest.mark.parametrize("question", ["总投资呢?", "退休年龄是多少岁?", "坝高多少米,总投资呢?"])
def test_a_question_is_asked_as_it_is_written_where_one_wishes(index: Index, question: str) -> None:
    answer = counting_qa(index, ENCODER).ask(question, history=["清水县水库坝高多少米?"], as_written=True)

    assert (answer.question, answer.asked, answer.parts) == (question, question, ())


@pytest.mark.parametrize("wrong", ["yes", 1, None])
def test_as_written_is_true_or_false(index: Index, wrong: object) -> None:
    with pytest.raises(QuestionError, match="as_written"):
        counting_qa(index, ENCODER).ask("总投资呢?", as_written=wrong)  # type: ignore[arg-type]


def test_where_two_readings_are_possible_the_one_that_is_answered_is_kept(tmp_path: Path) -> None:
    texts = {
        "dam.txt": page("清水县水库竣工", "清水县水库2022年竣工,坝高86米,总投资7.5亿元。"),
        "rule.txt": page("缴费新规", "医保缴费比例为8%,由单位代缴。"),
    }
    folder = write_corpus(tmp_path / "corpus", texts)
    rebuild(folder, tmp_path / "index", progress=False, encoder=ENCODER)
    before = ["清水县水库坝高多少米?"]
    with closing(Index.open(tmp_path / "index")) as opened:
        qa = counting_qa(opened, ENCODER)
        ruled = qa.ask("医保缴费比例是多少?", history=before)
        assert (ruled.asked, ruled.texts) == ("医保缴费比例是多少?", ("8%",))
        assert qa.ask("总投资是多少?", history=before).asked == "清水县水库总投资是多少?"


def test_only_what_opens_with_a_matter_may_be_meant_in_two_ways() -> None:
    before = ["清水县水库坝高多少米?"]

    assert understand("医保缴费比例是多少?", before).other == "医保缴费比例是多少?"
    for question in (
        "总投资是多少?",
        "有多少工人?",
        "专利有多少件?",
        "高新技术企业有多少家?",
        "它的面积多大?",
        "2021年呢?",
    ):
        assert understand(question, before).other == ""
    assert understand("医保缴费比例是多少?").other == ""


# --- answering each part


def test_two_parts_about_two_things_get_each_its_own(qa: QA) -> None:
    answer = qa.ask("清水县水库坝高多少米,云岭纸厂总投资是多少?")

    assert answer.texts == ("86米", "3亿元")
    assert [part.texts for part in answer.parts] == [("86米",), ("3亿元",)]
    assert [part.asked for part in answer.parts] == ["清水县水库坝高多少米", "云岭纸厂总投资是多少"]
    assert [answer.passages[place].sources[0].file for part in answer.parts for place in part.passages] == [
        "dam.txt",
        "mill.txt",
    ]
    assert answer.confidence == min(part.confidence for part in answer.parts)
    assert texts_stand_at_highlights(answer)


@pytest.mark.parametrize(
    ("question", "answered", "code"),
    [
        ("清水县水库总投资是多少,深圳水库总投资是多少?", 0, "name"),
        ("深圳水库总投资是多少,清水县水库总投资是多少?", 1, "name"),
        ("云岭纸厂2021年投产,年产纸张多少万吨?2019年呢?", 0, "year"),
        ("清水县水库坝高多少米?2015年总投资是多少?", 0, "year"),
    ],
)
def test_a_part_about_another_place_or_year_is_refused_wherever_it_stands(
    qa: QA, question: str, answered: int, code: str
) -> None:
    answer = qa.ask(question)

    assert answer.reason is None
    assert len(answer.parts) == 2
    given, refused = answer.parts[answered], answer.parts[1 - answered]
    assert given.reason is None
    assert refused.reason is not None
    assert (refused.reason.code, refused.texts, refused.passages) == (code, (), ())
    assert (answer.texts, answer.confidence) == (given.texts, given.confidence)
    alone = qa.ask(refused.asked)
    assert (alone.reason, alone.confidence) == (refused.reason, refused.confidence)


def test_where_every_part_is_refused_the_whole_is_and_each_says_why(qa: QA) -> None:
    answer = qa.ask("深圳水库总投资是多少,清水县水库2015年总投资是多少?谢谢!")

    assert (answer.texts, answer.alternatives, answer.gloss) == ((), (), None)
    assert [part.reason.code for part in answer.parts if part.reason] == ["name", "year"]
    assert answer.reason == answer.parts[0].reason
    assert answer.confidence == min(part.confidence for part in answer.parts)
    assert answer.passages
    assert not any(passage.highlights for passage in answer.passages)


def test_each_part_says_what_it_would_say_alone(qa: QA) -> None:
    for first, second in (
        ("清水县水库坝高多少米", "清水县水库安置移民多少户"),
        ("果农今年收获苹果多少吨", "云岭纸厂招收工人多少名"),
        ("云岭纸厂哪一年投产", "深圳水库坝高多少米"),
    ):
        both = qa.ask(f"{first}?{second}?")
        for part in both.parts:
            alone = qa.ask(part.asked)
            assert (part.texts, part.reason, part.confidence) == (alone.texts, alone.reason, alone.confidence)


def test_two_parts_from_one_passage_show_it_once_with_both_marks(qa: QA) -> None:
    answer = qa.ask("清水县水库坝高多少米,安置移民多少户?")

    assert answer.texts == ("86米", "320户")
    assert [part.passages for part in answer.parts] == [(0,), (0,)]
    (passage, *others) = answer.passages
    assert {passage.text[start:end] for start, end in passage.highlights} == {"86米", "320户"}
    assert all(other.text not in passage.text for other in others)


def test_the_same_text_for_two_parts_is_said_for_both(qa: QA) -> None:
    answer = qa.ask("清水县水库坝高多少米,清水县水库坝高是多少米?")

    assert answer.texts == ("86米", "86米")
    assert [part.texts for part in answer.parts] == [("86米",)] * 2


@pytest.mark.parametrize("k", [1, 2, 50])
def test_no_part_is_dropped_where_few_passages_are_shown(qa: QA, k: int) -> None:
    answer = qa.ask("清水县水库坝高多少米,云岭纸厂总投资是多少?", k=k)

    assert answer.texts == ("86米", "3亿元")
    assert texts_stand_at_highlights(answer)
    assert len(answer.passages) == max(2, min(k, len(CORPUS)))


def test_a_question_with_thanks_is_answered_as_without(qa: QA) -> None:
    plain = qa.ask("清水县水库坝高多少米?")
    for written in ("清水县水库坝高多少米?谢谢", "你好,清水县水库坝高多少米?", "您好!清水县水库坝高多少米?多谢!"):
        polite = qa.ask(written)
        assert (polite.question, polite.asked, polite.parts) == (written, written, ())
        assert (polite.texts, polite.confidence, polite.passages) == (plain.texts, plain.confidence, plain.passages)


def test_a_question_in_english_sentences_is_answered_sentence_by_sentence(qa: QA) -> None:
    answer = qa.ask("How many tonnes of apples were harvested? How high is the dam of Xanadu? Thanks!")

    assert [part.asked for part in answer.parts] == [
        "How many tonnes of apples were harvested",
        "How high is the dam of Xanadu",
    ]
    assert (answer.parts[0].texts, answer.parts[0].gloss) == (("30吨",), answer.gloss)
    assert answer.parts[1].reason is not None


def test_an_answer_in_parts_survives_the_way_through_json(qa: QA) -> None:
    answer = qa.ask("清水县水库总投资是多少,深圳水库总投资是多少?")
    data = json.loads(json.dumps(answer.to_dict()))

    assert Answer.from_dict(data) == answer
    assert [part["texts"] for part in data["parts"]] == [["7.5亿元"], []]
    assert data["parts"][1]["reason"]["code"] == "name"
    del data["parts"]  # as an earlier version wrote it
    assert Answer.from_dict(data).parts == ()
