from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from chinese.tokens import tokenize
from embeddings.types import Source
from qa.deciding.answering import Evidence, Policy, answer
from qa.finding.retrieval import Candidate
from qa.question.parts import understand
from qa.question.question import parse_question
from qa.types import Alternative
from tests.qa.support import chunk, looked_into, texts_stand_at_highlights
from tests.support import AS_THE_READER, BY_RULES, CountingReader

if TYPE_CHECKING:
    from embeddings.types import Chunk
    from qa import QA
    from qa.types import Answer

WEST = chunk("西城高新区引进项目31个,总投资63.5亿元。", title="2023年成绩单", file="west.txt")
REVIEW = chunk("西城高新区全年引进项目35个。", title="2023年盘点", article=1, file="review.txt")
FRUIT = chunk("果农今年收获苹果30吨。", title="苹果丰收", article=2, file="fruit.txt")
HARVEST = chunk("今年收获苹果。", title="果农丰收", file="harvest.txt")
FIRMS = chunk("晨光制造有限公司、远山制药有限公司名列其中,获评绿色工厂。", article=3, file="firms.txt")
QUESTION = "西城高新区引进了多少个项目?"


def _answer(question: str, *chunks: Chunk, k: int = 5) -> Answer:
    """Answer from chunks in retrieval order, their scores 4, 3, 2 ..., every word of equal weight."""
    parts = [parse_question(part) for part in understand(question).parts]
    tokens = {token for item in chunks for token in tokenize(item.indexed)}
    evidence = [
        Evidence(
            question=part,
            candidates=[Candidate(looked_into(item), 0.5, 1.0, 4.0 - place) for place, item in enumerate(chunks)],
            weights={term.text: 1.0 for term in part.terms},
            article=lambda number: [looked_into(item) for item in chunks if item.article == number],
            known=lambda token: token in tokens,
        )
        for part in parts
    ]
    return answer(question, question, evidence, k, Policy(CountingReader(), BY_RULES, AS_THE_READER))


def _files(found: Answer) -> list[str]:
    return [passage.sources[0].file for passage in found.passages]


# --- the answer


def test_the_figure_is_the_answer_and_is_marked_in_its_passage() -> None:
    found = _answer(QUESTION, WEST, FRUIT)

    assert (found.question, found.asked, found.texts, found.reason) == (QUESTION, QUESTION, ("31个",), None)
    first, second = found.passages
    assert (first.text, first.title, first.section, first.date) == (WEST.text, "2023年成绩单", "", None)
    assert (first.highlights, first.sources, first.score) == (((9, 12),), (Source("west.txt", "line", 1, 1),), 4.0)
    assert first.signals.matched == ("西城", "高新区", "引进", "项目")
    assert (first.signals.dense, first.signals.lexical) == (0.5, 1.0)
    assert first.signals.reader is not None
    assert (second.highlights, second.signals.matched, second.signals.reader) == ((), (), None)
    assert 0.5 < found.confidence <= 1


def test_the_passage_with_the_answer_comes_first_and_the_rest_as_retrieved() -> None:
    assert _files(_answer(QUESTION, FRUIT, FIRMS, WEST)) == ["west.txt", "fruit.txt", "firms.txt"]
    assert _files(_answer(QUESTION, FRUIT, FIRMS, WEST, k=1)) == ["west.txt"]
    assert _files(_answer(QUESTION, FRUIT, FIRMS, WEST, k=2)) == ["west.txt", "fruit.txt"]


def test_another_figure_for_the_same_thing_is_an_alternative_in_its_own_passage() -> None:
    found = _answer(QUESTION, WEST, REVIEW, FRUIT)

    assert found.texts == ("31个",)
    assert found.alternatives == (Alternative("35个", 1),)
    assert [passage.highlights for passage in found.passages] == [((9, 12),), ((11, 14),), ()]


def test_the_same_figure_again_is_no_alternative_nor_one_whose_passage_is_not_shown() -> None:
    again = chunk("西城高新区去年引进项目31个。", article=1, file="again.txt")

    assert _answer(QUESTION, WEST, again).alternatives == ()
    assert _answer(QUESTION, WEST, REVIEW, k=1).alternatives == ()


def test_what_a_figure_was_before_it_changed_is_no_other_figure() -> None:
    change = chunk("西城高新区规上企业数量,从2020年的38家增长到2023年的51家。", title="西城高新区", file="west.txt")
    again = chunk("西城高新区规上企业达到45家。", title="西城高新区", article=1, file="again.txt")

    found = _answer("西城高新区规上企业数量是多少?", change, again)

    assert (found.texts, found.alternatives) == (("51家",), (Alternative("45家", 1),))
    assert _answer("西城高新区规上企业原来有多少家?", change).texts == ("38家",)


def test_as_many_names_as_the_question_wants_come_back_in_the_order_of_the_text() -> None:
    found = _answer("哪两家企业获评绿色工厂?", FIRMS, FRUIT)

    assert found.texts == ("晨光制造有限公司", "远山制药有限公司")
    assert found.text == "晨光制造有限公司、远山制药有限公司"
    assert found.passages[0].highlights == ((0, 8), (9, 17))


def test_a_question_for_two_things_gets_both() -> None:
    found = _answer("西城高新区引进了多少个项目,总投资是多少?", WEST, FRUIT)

    assert found.texts == ("31个", "63.5亿元")
    assert found.passages[0].highlights == ((9, 12), (16, 22))


def test_the_passages_of_both_answers_are_shown_before_those_of_none() -> None:
    money = chunk("西城高新区项目总投资63.5亿元。", article=5, file="money.txt")
    count = chunk("西城高新区引进项目31个。", article=6, file="count.txt")

    found = _answer("西城高新区引进了多少个项目,西城高新区项目总投资是多少?", count, FRUIT, money, k=2)

    assert found.texts == ("31个", "63.5亿元")
    assert _files(found) == ["count.txt", "money.txt"]


# --- refusals


@pytest.mark.parametrize(
    ("question", "chunks", "code", "said"),
    [
        ("西城高新区2021年引进了多少个项目?", (WEST, REVIEW), "year", "2021年"),
        ("东城高新区引进了多少个项目?", (WEST, REVIEW), "name", "东城"),
        ("深圳引进了多少个项目?", (WEST, REVIEW), "name", "深圳"),
        ("西城高新区引进的第三批项目有多少个?", (WEST,), "name", "第三批"),
        ("果农收获苹果卖了多少钱?", (FRUIT,), "words", "卖"),
        ("果农今年收获苹果多少亩?", (FRUIT,), "weak", "不够贴切"),
        ("果农今年收获苹果多少亩?", (HARVEST,), "kind", "面积"),
        ("的了吗?", (FRUIT,), "weak", "不够贴切"),
        ("骆驼赛跑冠军属于什么?", (FRUIT,), "words", "骆驼"),
        ("西城高新区引进了多少个项目?", (), "empty", "没有任何段落"),
    ],
)
def test_a_refusal_says_why_and_names_what_is_missing(
    question: str, chunks: tuple[Chunk, ...], code: str, said: str
) -> None:
    found = _answer(question, *chunks)

    assert found.reason is not None
    assert found.reason.code == code
    assert said in found.reason.zh
    assert (found.texts, found.text, found.alternatives, found.gloss) == ((), None, (), None)


def test_where_nothing_is_found_the_passage_that_lacks_least_says_why() -> None:
    old = chunk("果农收获苹果。", title="2021年丰收", article=8, file="old.txt")
    new = chunk("果农收获苹果。", title="2023年丰收", article=9, file="new.txt")
    question = "果农2023年收获苹果多少亩?"

    for chunks, code in (((old,), "year"), ((new,), "kind"), ((old, new), "kind"), ((new, old), "kind")):
        reason = _answer(question, *chunks).reason
        assert reason is not None
        assert reason.code == code


def test_another_year_is_named_beside_the_one_asked_for() -> None:
    reason = _answer("西城高新区2021年引进了多少个项目?", WEST).reason

    assert reason is not None
    assert "2023年" in reason.zh
    assert reason.en == "The nearest passages say this for 2023, not for 2021."


def test_a_refusal_shows_what_the_reader_likes_best_and_the_rest_as_retrieved_without_marks() -> None:
    found = _answer("东城高新区引进了多少个项目?", FRUIT, WEST, REVIEW)

    assert found.reason is not None
    assert _files(found) == ["west.txt", "fruit.txt", "review.txt"]
    assert [passage.highlights for passage in found.passages] == [(), (), ()]
    assert _files(_answer("东城高新区引进了多少个项目?", FRUIT, WEST, REVIEW, k=2)) == ["west.txt", "fruit.txt"]


def test_a_name_may_stand_elsewhere_in_the_article() -> None:
    head = chunk("西城高新区召开大会。", article=7, file="long.txt")
    tail = chunk("全年引进项目31个。", article=7, first=4, number=1, file="long.txt")
    question = "西城全年引进项目多少个?"

    assert _answer(question, tail, head).texts == ("31个",)
    alone = _answer(question, tail).reason
    assert alone is not None
    assert alone.code == "name"


def test_a_refusal_is_less_sure_than_an_answer() -> None:
    answered, refused = _answer(QUESTION, WEST), _answer("东城高新区引进了多少个项目?", WEST)

    assert 0 <= refused.confidence < answered.confidence <= 1


# --- what holds for every answer

_SUBJECTS = (
    "",
    "东港",
    "北港",
    "西城高新区",
    "春城图书馆",
    "果农",
    "项目",
    "2023年东港",
    "西城高新区2020年",
    "总投资12.6亿元的",
)
_ASKED = (
    "有多少?",
    "建成了多少座码头?",
    "有多少家规上企业?",
    "的总投资是多少?",
    "引进了多少个项目,总投资是多少?",
    "由谁承办?",
    "的负责人是谁?",
    "在哪里?",
    "是什么?",
    "什么时候开放?",
    "工期是几天?",
    "增长了多少?",
    "有哪些?",
    "哪两家企业获评?",
    "哪家公司承办扩建?",
    "怎么样",
    "“新馆”有多少册藏书?",
    " How many piers were built?",
    " Who designed the new library?",
)


@pytest.mark.parametrize("k", [1, 4])
def test_every_text_of_every_answer_stands_at_a_highlight(small: QA, k: int) -> None:
    answered = 0
    for subject, asked in itertools.product(_SUBJECTS, _ASKED):
        found = small.ask(subject + asked, k=k)
        answered += found.reason is None
        assert texts_stand_at_highlights(found), (subject + asked, found)
        assert (found.reason is None) == bool(found.texts), (subject + asked, found)
        assert 0 <= found.confidence <= 1
        assert 1 <= len(found.passages) <= max(k, len(found.parts))
        for passage in found.passages:
            assert all(0 <= start < end <= len(passage.text) for start, end in passage.highlights)
            assert list(passage.highlights) == sorted(set(passage.highlights))
    assert answered > 40
