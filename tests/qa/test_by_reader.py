"""Answers as they are shipped: chosen by a reader, as sure as a calibration says, refused below its threshold.

The reader counts (see CountingReader), so that every confidence can be worked out.
"""

from __future__ import annotations

import math
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from embeddings import Index, rebuild
from qa import QA
from qa.deciding.confidence import Calibration
from qa.deciding.ranking import Ranker
from tests.qa.support import ENCODER, texts_stand_at_highlights
from tests.support import AS_THE_READER, BY_RULES, CountingReader, counting_qa, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.types import Answer

PIERS = "东港2023年建成了多少座码头?"


def _sigmoid(log_odds: float) -> float:
    return round(1 / (1 + math.exp(-log_odds)), 4)


@pytest.fixture
def reader() -> CountingReader:
    return CountingReader()


@pytest.fixture
def by_reader(small_index: Index, reader: CountingReader) -> QA:
    return QA(small_index, ENCODER, reader, calibration=AS_THE_READER, ranker=BY_RULES)


def test_the_answer_is_as_sure_as_the_calibration_makes_of_the_reader(by_reader: QA, reader: CountingReader) -> None:
    answer = by_reader.ask(PIERS)

    # Of the pairs of 东港2023年建成了 and 码头, only 成了 stands nowhere.
    pairs = len({"东港", "港2", "20", "02", "23", "3年", "年建", "建成", "成了", "码头"})
    assert answer.texts == ("3座",)
    assert answer.passages[0].signals.reader == pairs - 1 - pairs / 2
    assert answer.confidence == _sigmoid(pairs - 1 - pairs / 2)
    assert texts_stand_at_highlights(answer)
    ((question, texts),) = reader.read_texts
    assert (question, len(texts), reader.loads) == (PIERS, 4, 1)


def test_the_figure_beside_the_words_of_the_question_wins_and_what_stands_farther_counts_less(by_reader: QA) -> None:
    answer = by_reader.ask("东港2023年总投资多少亿元?")

    # 总投 and 投资 stand in its clause, 东港, 港2, 20, 02, 23 and 3年 in the one before, 年总 nowhere.
    assert answer.texts == ("12.6亿元",)
    assert answer.passages[0].signals.reader == 2 + 0.75 * 6 - 9 / 2


def test_where_no_rule_finds_a_phrase_the_words_that_the_reader_found_are_the_answer(by_reader: QA) -> None:
    answer = by_reader.ask("东港2023年建成了什么?")

    assert answer.texts == ("码头3座",)
    assert answer.passages[0].highlights == ((9, 13),)
    assert texts_stand_at_highlights(answer)


def test_below_the_threshold_nothing_is_called_an_answer(small_index: Index, reader: CountingReader) -> None:
    sure = QA(small_index, ENCODER, reader, calibration=AS_THE_READER, ranker=BY_RULES).ask(PIERS).confidence
    just = Calibration(AS_THE_READER.weights, 0.0, sure)
    above = Calibration(AS_THE_READER.weights, 0.0, sure + 0.0001)

    given = QA(small_index, ENCODER, reader, calibration=just, ranker=BY_RULES).ask(PIERS)
    refused = QA(small_index, ENCODER, reader, calibration=above, ranker=BY_RULES).ask(PIERS)

    assert (given.texts, given.reason, given.confidence) == (("3座",), None, sure)
    assert refused.reason is not None
    assert (refused.reason.code, refused.texts, refused.confidence) == ("weak", (), sure)


def test_another_year_is_refused_however_sure_the_reader_is(small_index: Index, reader: CountingReader) -> None:
    certain = Calibration({}, 30.0, 0.5)

    answer = QA(small_index, ENCODER, reader, calibration=certain, ranker=BY_RULES).ask("东港2021年建成了多少座码头?")

    assert answer.reason is not None
    assert (answer.reason.code, answer.texts) == ("year", ())


def test_what_the_reader_likes_best_is_nearest_where_nothing_is_an_answer(
    small_index: Index, reader: CountingReader
) -> None:
    never = Calibration(AS_THE_READER.weights, 0.0, 1.01)
    qa = QA(small_index, ENCODER, reader, calibration=never, ranker=BY_RULES)

    for question, file in ((PIERS, "port.txt"), ("果农今年收获苹果多少吨?", "fruit.txt")):
        refused = qa.ask(question)
        assert refused.reason is not None
        assert refused.passages[0].sources[0].file == file
        assert [passage.highlights for passage in refused.passages] == [()] * 4


def test_without_its_own_a_qa_takes_the_ranker_and_the_calibration_of_the_project(
    small_index: Index, reader: CountingReader
) -> None:
    shipped = QA(small_index, ENCODER, reader, calibration=Calibration.load(), ranker=Ranker.load())

    assert QA(small_index, ENCODER, reader).ask(PIERS) == shipped.ask(PIERS)


# --- the same answer whatever k

_STREETS = "甲乙丙丁戊己庚辛壬癸"


def _articles() -> dict[str, str]:
    """Six articles of a hundred paragraphs each, so alike that many compete; one names each figure."""
    made = {}
    for number, name in enumerate(("南河", "北河", "中河", "上河", "下河", "新河")):
        paragraphs = [
            f"{name}镇{_STREETS[place // 10]}{_STREETS[place % 10]}街道今年建成桥梁{place + 2 + 100 * number}座,"
            f"道路{place + 7}公里,居民说出行比从前方便得多了。沿街的商铺也重新开张,来往的行人一天比一天多。"
            for place in range(100)
        ]
        made[f"{number}.txt"] = page(f"{name}镇建设记", *paragraphs)
    return made


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("many")
    rebuild(write_corpus(folder / "corpus", _articles()), folder / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(folder / "index")) as index:
        yield index


QUESTIONS = (
    "南河镇丙丁街道今年建成桥梁多少座?",
    "北河镇庚己街道建成道路多少公里?",
    "中河镇哪个街道建成桥梁203座?",
    "东河镇建成桥梁多少座?",
    "沿街的商铺怎么样了?",
    "南河镇丙丁街道建成桥梁多少座,北河镇庚己街道建成道路多少公里?",
    "How many bridges were built?",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_k_only_says_how_many_passages_are_shown(many: Index, question: str) -> None:
    assert len(many) > 150
    qa = counting_qa(many, ENCODER)
    answers = {k: qa.ask(question, k=k) for k in (1, 2, 5, 6, 7, 13, 14, 33, 34, 50)}
    most = answers[50]

    for k, answer in answers.items():
        assert (answer.texts, answer.reason, answer.confidence) == (most.texts, most.reason, most.confidence), k
        assert len(answer.passages) == max(k, len([part for part in answer.parts if part.passages]))
        assert _unmarked(answer, k) == _unmarked(most, k)
        assert texts_stand_at_highlights(answer)
    sentences = [line for passage in most.passages for line in passage.text.split("。") if "桥梁" in line]
    assert len(sentences) == len(set(sentences))


def _unmarked(answer: Answer, k: int) -> list[tuple[str, float, object]]:
    """The first passages without what is marked in them: another figure is marked where its passage is shown too."""
    return [(passage.text, passage.score, passage.sources) for passage in answer.passages[:k]]


def test_all_passages_come_back_where_there_are_fewer_than_k(by_reader: QA) -> None:
    answers = [by_reader.ask(PIERS, k=k) for k in (4, 5, 50)]

    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0].passages) == 4


# --- as few passages read as settle it

_READ_AT_ONCE = 2


def _as_sure_as_needed(settled: float) -> Calibration:
    return Calibration(AS_THE_READER.weights, 0.0, 0.5, settled)


def test_what_two_passages_settle_is_answered_without_reading_the_others(
    small_index: Index, reader: CountingReader, by_reader: QA
) -> None:
    in_full = by_reader.ask(PIERS)
    assert [len(texts) for _, texts in reader.read_texts] == [4]

    reader.read_texts.clear()
    qa = QA(small_index, ENCODER, reader, calibration=_as_sure_as_needed(in_full.confidence), ranker=BY_RULES)

    assert qa.ask(PIERS) == in_full
    assert [len(texts) for _, texts in reader.read_texts] == [_READ_AT_ONCE]


def test_what_two_passages_do_not_settle_is_answered_as_if_all_had_been_read_at_once(
    small_index: Index, reader: CountingReader, by_reader: QA
) -> None:
    in_full = by_reader.ask(PIERS)
    ((_, every),) = reader.read_texts

    reader.read_texts.clear()
    qa = QA(small_index, ENCODER, reader, calibration=_as_sure_as_needed(1.0), ranker=BY_RULES)

    assert qa.ask(PIERS) == in_full
    assert [texts for _, texts in reader.read_texts] == [every[:_READ_AT_ONCE], every[_READ_AT_ONCE:]]


def test_an_article_that_is_not_read_still_agrees(tmp_path: Path, reader: CountingReader) -> None:
    corpus = write_corpus(
        tmp_path / "corpus",
        {
            "first.txt": page("柳河港上半年成绩单", "柳河港今年上半年新开航线7条。"),
            "second.txt": page("柳河港新开航线", "柳河港今年上半年新开航线7条,均通往海外。"),
            "third.txt": page("港口动态", "据了解,今年上半年柳河港已新开航线7条,货船往来不断,码头工人说比往年忙得多。"),
        },
    )
    rebuild(corpus, tmp_path / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(tmp_path / "index")) as index:
        qa = QA(index, ENCODER, reader, calibration=_as_sure_as_needed(0.0), ranker=BY_RULES)

        answer = qa.ask("柳河港今年上半年新开航线多少条?")

    assert [len(texts) for _, texts in reader.read_texts] == [_READ_AT_ONCE]
    assert (answer.texts, answer.agreeing) == (("7条",), 3)
