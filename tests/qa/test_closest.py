"""Where an answer stands more closely than its passage: the cell of a sheet, the part of a page."""

from __future__ import annotations

from embeddings.types import Box, Chunk, Sentence, Source, Spot
from qa.finding.closest import closest, surely_read
from qa.sources import source_text

ROW = "项目：东渠；投资：3亿元。"
CELLS = (("A5", "东渠"), ("B5", "3亿元"))


def chunk_of(sentences: tuple[Sentence, ...], *sources: Source) -> Chunk:
    return Chunk(0, 0, "表", "", None, "表", sentences, sources)


def test_a_marked_value_has_its_cell_in_both_languages() -> None:
    row = Sentence(0, ROW, 5, 5, spots=(Spot("收入", CELLS),))
    next_row = Sentence(1, "项目：西渠；投资：4亿元。", 6, 6, "\n", (Spot("收入", (("A6", "西渠"), ("B6", "4亿元"))),))
    place = Source("a.xlsx", "row", 5, 6, sheet="收入")
    chunk = chunk_of((row, next_row), place)
    start = chunk.text.index("4亿元")

    (found,) = closest(chunk, [(start, start + 3)])

    assert (source_text(found, english=False), source_text(found, english=True)) == (
        "a.xlsx 表“收入” B6",
        'a.xlsx, sheet "收入", B6',
    )


def test_a_part_of_a_cell_is_in_that_cell() -> None:
    chunk = chunk_of((Sentence(0, ROW, 5, 5, spots=(Spot("收入", CELLS),)),), Source("a.xlsx", "row", 5, 5, "收入"))
    start = ROW.index("3亿")
    assert closest(chunk, [(start, start + 2)])[0].cells == "B5"


def test_a_sentence_of_a_page_has_its_own_part_of_it() -> None:
    upper, lower = Box(0.1, 0.1, 0.9, 0.12), Box(0.1, 0.2, 0.9, 0.22)
    sentences = (
        Sentence(0, "建成码头3座。", 2, 2, spots=(Spot(box=upper, scanned=True),)),
        Sentence(1, "投资5亿元。", 2, 2, spots=(Spot(box=lower, scanned=True),)),
    )
    chunk = chunk_of(sentences, Source("a.pdf", "page", 2, 2, boxes=(upper, lower), scanned=True))

    (found,) = closest(chunk, [(9, 12)])

    assert found.boxes == (lower,)
    assert source_text(found, english=False) == "a.pdf 第 2 页（扫描件）"


def test_nothing_marked_keeps_the_whole_place() -> None:
    place = Source("a.xlsx", "row", 5, 5, "收入")
    assert closest(chunk_of((Sentence(0, ROW, 5, 5, spots=(Spot("收入", CELLS),)),), place), []) == (place,)


def test_what_is_marked_is_as_surely_read_as_the_least_sure_line_of_its_sentence() -> None:
    lines = (Spot(scanned=True, sure=0.9), Spot(scanned=True, sure=0.6))
    chunk = chunk_of(
        (Sentence(0, "西渠长30里。", 1, 1), Sentence(1, "东渠长40里。", 1, 1, "", lines)), Source("a.png", "page", 1, 1)
    )
    assert surely_read(chunk, (3, 5)) == 1.0
    assert surely_read(chunk, (10, 12)) == 0.6
