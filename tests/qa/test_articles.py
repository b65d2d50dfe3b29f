from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from embeddings import Index, rebuild
from qa.finding.articles import read_article, search_articles
from qa.question.question import QuestionError
from tests.support import CountingEncoder, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = "".join(f"第{number}座码头位于东港南岸，2023年建成，可停靠万吨货轮。" for number in range(1, 40))
CORPUS = {
    "port.txt": f"东港码头建设\n\n{LONG}\n",
    "school.txt": "新学校开学\n\n新学校有学生1200人。校长介绍，学校设有图书馆。\n",
    "copy/school.txt": "新学校开学\n\n新学校有学生1200人。校长介绍，学校设有图书馆。\n",
}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    rebuild(write_corpus(tmp_path / "corpus", CORPUS), tmp_path / "index", progress=False, encoder=CountingEncoder())
    with closing(Index.open(tmp_path / "index")) as opened:
        yield opened


def test_an_article_is_found_once_with_the_sentence_that_has_most_of_the_words(index: Index) -> None:
    hits = search_articles(index, "图书馆 學校", 5)
    assert [hit.snippet for hit in hits] == ["校长介绍，学校设有图书馆。"]
    assert set(hits[0].matched) >= {"图书馆", "学校"}
    assert len(search_articles(index, "码头 货轮", 5)) == 1


def test_english_words_find_what_they_mean_and_mark_it(index: Index) -> None:
    """Who reads only English can look for what was answered in English."""
    hits = search_articles(index, "library of a school")
    assert [hit.snippet for hit in hits] == ["校长介绍，学校设有图书馆。"]
    assert "图书馆" in hits[0].matched
    assert search_articles(index, "rocket") == []


def test_words_that_no_article_has_find_none_and_no_words_are_an_error(index: Index) -> None:
    assert search_articles(index, "火箭") == []
    with pytest.raises(QuestionError):
        search_articles(index, "  ")
    with pytest.raises(QuestionError):
        search_articles(index, "码头", 51)


def test_an_article_is_read_whole_and_no_sentence_twice(index: Index) -> None:
    article = read_article(index, search_articles(index, "码头")[0].article)
    text = "".join(part.text for part in article.parts)
    assert len(article.parts) > 1
    assert text.replace("\n", "") == LONG
    assert [source.file for source in article.sources] == ["port.txt"]


def test_an_article_that_stands_in_two_files_names_both(index: Index) -> None:
    article = read_article(index, search_articles(index, "图书馆")[0].article)
    assert {source.file for source in article.sources} == {"school.txt", "copy/school.txt"}


def test_an_article_that_is_not_there_is_an_error(index: Index) -> None:
    with pytest.raises(ValueError, match="No such article in the index: 99"):
        read_article(index, 99)
