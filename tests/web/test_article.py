"""The article that a passage opens, found by the place it stands at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from embeddings.types import Chunk, Sentence, Source
from web.chat.article import Place, find_article, render_article

if TYPE_CHECKING:
    from embeddings.store.stores import Generation

FILE = "账目.xlsx"


def chunk(article: int, text: str, *sources: Source) -> Chunk:
    return Chunk(article, article, f"表{article}", "", None, "", (Sentence(0, text, 5, 5),), sources)


@dataclass(frozen=True)
class Chunks:
    """An index, as far as an article is looked up in it."""

    chunks: tuple[Chunk, ...]

    def file_chunks(self, file: str) -> list[Chunk]:
        return [item for item in self.chunks if any(source.file == file for source in item.sources)]

    def article_chunks(self, number: int) -> list[Chunk]:
        return [item for item in self.chunks if item.article == number]


def index_of(*chunks: Chunk) -> Generation:
    return cast("Generation", Chunks(chunks))


def test_rows_of_the_same_number_are_told_apart_by_their_sheet() -> None:
    index = index_of(
        chunk(0, "东渡乡的收入为312元。", Source(FILE, "row", 2, 9, "收入")),
        chunk(1, "东渡乡的支出为208元。", Source(FILE, "row", 2, 9, "支出")),
    )
    place = Place(FILE, 5, 5, "支出")
    article = find_article(index, place)
    assert article is not None
    assert article.article == 1
    shown = render_article(article, place, "208元", "zh")
    assert shown.count("账目.xlsx 表“支出” 第 2–9 行") == 2
    assert "<mark>208元</mark>" in shown
    assert find_article(index, Place(FILE, 5, 5, "草稿")) is None


def test_of_an_article_on_two_sheets_the_sheet_that_was_asked_for_is_marked() -> None:
    index = index_of(
        chunk(0, "东渡乡的收入为312元。", Source(FILE, "row", 5, 5, "收入")),
        chunk(0, "东渡乡的支出为208元。", Source(FILE, "row", 5, 5, "支出")),
    )
    article = find_article(index, Place(FILE, 5, 5, "支出"))
    assert article is not None
    assert [source.sheet for source in article.sources] == ["收入", "支出"]


def test_of_two_articles_on_a_page_the_one_with_the_phrase_is_opened() -> None:
    index = index_of(
        chunk(0, "东渡乡建成码头3座。", Source("a.pdf", "page", 4, 4)),
        chunk(1, "西渡乡建成水厂2座。", Source("a.pdf", "page", 4, 4)),
    )
    place = Place("a.pdf", 4, 4)
    found = [find_article(index, place, phrase) for phrase in ("2座", "3座", "", "9座")]
    assert [None if item is None else item.article for item in found] == [1, 0, 0, 0]
