"""`QA` as another program uses it: many questions, a search, what is in the index, an article, the end of it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from chinese.errors import WenjuError
from embeddings.building.build import rebuild
from embeddings.store.folder.index import Index
from qa.question.many import Reply, ask_each
from tests.support import CountingEncoder, counting_qa, page, write_corpus
from wenju import QuestionError, Scope, to_frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.engine import QA
    from qa.types import Answer

ENCODER = CountingEncoder()
TEA, BRIDGE, MARKET = "松岭茶场去年产茶多少吨?", "双河大桥全长多少米?", "集市每月逢几开市?"
CORPUS = {
    "north/tea.txt": page("松岭茶场丰收", "2024年3月2日 本报记者 何云", "松岭茶场去年产茶45吨,比前年多6吨。"),
    "bridge.txt": page("双河大桥通车", "2023年8月1日 本报记者 何云", "双河大桥全长820米,桥面宽24米。"),
    "again.txt": page("双河大桥通车", "2023年8月1日 本报记者 何云", "双河大桥全长820米,桥面宽24米。"),
}


@pytest.fixture
def qa(tmp_path: Path) -> Iterator[QA]:
    rebuild(write_corpus(tmp_path / "corpus", CORPUS), tmp_path / "index", progress=False, encoder=ENCODER)
    with counting_qa(Index.open(tmp_path / "index"), ENCODER) as opened:
        yield opened


def test_replies_come_in_the_order_of_the_questions_and_say_what_asking_one_says(qa: QA) -> None:
    questions = [TEA, BRIDGE] * 4
    replies = list(qa.ask_many(questions, workers=3, progress=False))
    assert [reply.question for reply in replies] == questions
    assert [reply.answer for reply in replies] == [qa.ask(question) for question in questions]
    assert all(replies)
    assert {reply.answer.text for reply in replies if reply.answer is not None} == {"45吨", "820米"}


def test_an_error_of_one_question_stands_in_its_place_and_the_others_are_answered(qa: QA) -> None:
    first, wrong, last = qa.ask_many([TEA, "？", BRIDGE], progress=False)
    assert first.answer is not None
    assert last.answer is not None
    assert (wrong.question, wrong.answer, bool(wrong)) == ("？", None, False)
    assert isinstance(wrong.error, QuestionError)
    assert "no words" in wrong.error.en


def test_whoever_leaves_the_loop_stops_the_asking() -> None:
    asked: list[str] = []

    def ask(question: str) -> Answer:
        asked.append(question)
        raise WenjuError("none")

    endless = (f"第{number}个问题?" for number in iter(lambda: len(asked), None))
    with closing(ask_each(ask, endless, 2)) as replies:
        assert isinstance(next(replies), Reply)
    count = len(asked)
    assert 1 <= count <= 4
    assert len(asked) == count


def test_a_wish_to_stop_ends_the_replies_though_questions_are_left(qa: QA) -> None:
    stop = threading.Event()
    got = []
    for reply in qa.ask_many([TEA] * 50, workers=1, progress=False, stop=stop):
        got.append(reply)
        stop.set()
    assert 1 <= len(got) < 5


def test_a_bar_counts_the_replies_on_standard_error(qa: QA, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(list(qa.ask_many([TEA, BRIDGE], progress=True))) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "2/2" in err


def test_what_cannot_be_asked_is_refused_at_once(qa: QA) -> None:
    with pytest.raises(QuestionError, match="workers"):
        qa.ask_many([TEA], workers=0)
    with pytest.raises(QuestionError, match="questions"):
        qa.ask_many(TEA)
    with pytest.raises(QuestionError, match="k"):
        qa.ask_many([TEA], k=0)


def test_an_event_loop_goes_on_while_a_question_is_answered(qa: QA) -> None:
    async def both() -> list[Answer]:
        return list(await asyncio.gather(qa.ask_async(TEA), qa.ask_async(BRIDGE)))

    assert [answer.text for answer in asyncio.run(both())] == ["45吨", "820米"]


def test_a_search_finds_the_nearest_passage_first_with_its_words_marked(qa: QA) -> None:
    first, *others = qa.search("大桥全长")
    assert "双河大桥全长820米" in first.text
    assert {source.file for source in first.sources} == {"bridge.txt", "again.txt"}
    assert {first.text[start:end] for start, end in first.highlights} == {"大桥全长"}
    assert first.signals.reader is None
    assert len(others) == 1
    assert len(qa.search("大桥全长", 1)) == 1
    (inside,) = qa.search("大桥全长", within=Scope(files=("north",)))
    assert inside.sources[0].file == "north/tea.txt"
    with pytest.raises(QuestionError, match="empty"):
        qa.search(" ")


def test_documents_are_listed_with_their_articles_and_each_article_can_be_read(qa: QA) -> None:
    documents = {document.file: document for document in qa.documents()}
    assert set(documents) == set(CORPUS)
    tea = documents["north/tea.txt"]
    assert (tea.title, tea.date, tea.passages) == ("松岭茶场丰收", "2024-03-02", 1)
    assert tea.bytes == len(CORPUS["north/tea.txt"].encode())
    assert tea.to_dict()["articles"][0]["source"]["file"] == "north/tea.txt"
    assert documents["again.txt"].title == "双河大桥通车"
    for document in documents.values():
        for listed in document.articles:
            assert qa.article(listed.source).title == listed.title


def test_a_document_that_repeats_a_paragraph_of_another_has_its_own_articles_only(tmp_path: Path) -> None:
    date, shared = "2024年3月2日 本报记者 何云", "青溪水厂日供水八万吨,供应城区的三个街道。" * 12
    texts = {
        "a.txt": page("水厂扩建", date, shared, "扩建工程于昨日开工。" * 20),
        "b.txt": page("供水五年规划", date, shared, "规划期为五年。" * 20),
    }
    rebuild(write_corpus(tmp_path / "corpus", texts), tmp_path / "index", progress=False, encoder=ENCODER)
    with counting_qa(Index.open(tmp_path / "index"), ENCODER) as qa:
        listed = {document.file: document.articles for document in qa.documents()}
        assert {file: [article.title for article in articles] for file, articles in listed.items()} == {
            "a.txt": ["水厂扩建"],
            "b.txt": ["供水五年规划"],
        }
        assert {article.source.file for article in listed["b.txt"]} == {"b.txt"}


def test_an_article_is_read_by_a_source_of_an_answer_or_the_name_of_its_file(qa: QA) -> None:
    article = qa.article(qa.ask(TEA).passages[0].sources[0])
    assert article == qa.article("north/tea.txt")
    assert "松岭茶场去年产茶45吨,比前年多6吨。" in article.lines
    assert (article.title, article.date) == ("松岭茶场丰收", "2024-03-02")
    with pytest.raises(QuestionError, match=r"tea\.txt"):
        qa.article("north/te.txt")


def test_a_file_of_several_articles_needs_the_source_of_one(tmp_path: Path) -> None:
    text = "".join(
        page(title, "2024年3月2日 本报记者 何云", f"{title}的会议昨日召开,{people}人参加,会上通过了三项决定。") + "\n\n"
        for title, people in (("茶农协会年会举行", 52), ("渔业协会年会举行", 61))
    )
    rebuild(write_corpus(tmp_path / "corpus", {"a.txt": text}), tmp_path / "index", progress=False, encoder=ENCODER)
    with counting_qa(Index.open(tmp_path / "index"), ENCODER) as qa:
        (document,) = qa.documents()
        assert len(document.articles) == 2
        with pytest.raises(QuestionError, match="has 2 articles"):
            qa.article("a.txt")
        assert [qa.article(item.source).title for item in document.articles] == ["茶农协会年会举行", "渔业协会年会举行"]


def test_an_article_of_several_passages_is_found_by_each_of_them(tmp_path: Path) -> None:
    sentences = [
        f"第{number}号泵站位于第{number}条渠道的北岸,每年向周边的村庄供水三百万立方米。" for number in range(1, 41)
    ]
    text = page("泵站名录", "2024年3月2日 本报记者 何云", *sentences)
    rebuild(write_corpus(tmp_path / "corpus", {"a.txt": text}), tmp_path / "index", progress=False, encoder=ENCODER)
    with counting_qa(Index.open(tmp_path / "index"), ENCODER) as qa:
        found = qa.search("泵站", 5)
        assert len({passage.sources for passage in found}) > 2
        assert {qa.article(passage.sources[0]).title for passage in found} == {"泵站名录"}


def test_what_is_closed_cannot_be_asked(qa: QA) -> None:
    with qa as same:
        assert same is qa
    for work in (lambda: qa.ask(TEA), lambda: qa.search("茶场"), lambda: qa.documents()):
        with pytest.raises(WenjuError, match="closed"):
            work()
    qa.close()


def test_answers_and_replies_make_a_table(qa: QA) -> None:
    frame = to_frame(qa.ask_many([TEA, "？", "海港有多少艘船?"], progress=False))
    assert list(frame["question"]) == [TEA, "？", "海港有多少艘船?"]
    assert frame["text"][0] == "45吨"
    assert frame["file"][0] == "north/tea.txt"
    assert frame["sentence"][0].startswith("松岭茶场去年产茶45吨")
    assert "no words" in frame["error"][1]
    assert frame["reason"][2]
    assert list(to_frame([qa.ask(BRIDGE)])["text"]) == ["820米"]
