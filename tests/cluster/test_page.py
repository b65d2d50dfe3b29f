"""A served page over a store: it answers from there, builds into it, and says what is wrong with it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from qa.finding.articles import search_articles
from tests.qa.support import CORPUS
from tests.support import page, write_corpus
from web.chat.article import Place as ArticlePlace
from web.chat.article import find_article
from web.desk import Desk
from web.documents.library import Catalogue
from web.door.access import ServeSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cluster.support import Place

FRUIT = "果农今年收获苹果多少吨?"


@pytest.mark.parametrize("kind", ["lite", "server"])
def test_the_page_answers_from_a_store_and_builds_into_it(
    kind: str, place_of: Callable[[str, dict[str, str]], Place]
) -> None:
    place = place_of(kind, CORPUS)
    place.build()
    qa = place.qa()
    with closing(qa.index):
        desk = Desk.of(qa, ServeSettings(corpus=place.corpus, index=place.index, store=place.uri))
        index = desk.index()
        assert index is not None
        assert desk.ask(FRUIT, (), "zh").text == "30吨"
        assert [hit.title for hit in search_articles(index, "码头")] == ["港口扩建"]
        article = find_article(index, ArticlePlace("port.txt", 3, 3))
        assert article is not None
        assert article.title == "港口扩建"
        write_corpus(place.corpus, {"fruit.txt": page("苹果丰收", "果农今年收获苹果33吨。")})
        assert [row.file for row in Catalogue(place.corpus).library(index).rows if row.status != "indexed"] == [
            "fruit.txt"
        ]
        assert desk.builder is not None
        assert desk.builder.start("en")
        assert desk.builder.wait(300)
        assert desk.builder.state().phase == "done", desk.builder.state().en
        assert desk.ask(FRUIT, (), "zh").text == "33吨"
        assert {row.status for row in Catalogue(place.corpus).library(desk.index()).rows} == {"indexed"}
