from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.splitting.chunks import SETTINGS, SLACK, TARGET_LENGTH, chunk_article, sources_of
from embeddings.types import Article, Chunk, Section, Sentence, Source, join_sentences


def sentence(index: int, length: int, line: int | None = None, lead: str = "") -> Sentence:
    number = index + 1 if line is None else line
    return Sentence(index, chr(0x4E00 + index) * (length - 1) + "。", number, number, lead)


def article(*sections: Section, page_title: str = "", headline: str = "标题") -> Article:
    return Article("a.txt", "line", page_title, headline, "作者", "2024-01-02", sections)


def chunked(*lengths: int) -> list[list[int]]:
    """Give the numbers of the sentences in each chunk of an article whose sentences have these lengths."""
    section = Section("", tuple(sentence(index, length) for index, length in enumerate(lengths)))
    return [[item.index for item in chunk.sentences] for chunk in chunk_article(article(section), 0)]


def test_the_settings_name_the_sizes() -> None:
    assert (
        SETTINGS
        == {"target": TARGET_LENGTH, "slack": SLACK, "overlap": 1}
        == {"target": 200, "slack": 40, "overlap": 1}
    )


def test_a_short_section_is_one_chunk() -> None:
    assert chunked(50, 60, 70) == [[0, 1, 2]]


def test_the_last_sentence_of_a_chunk_is_the_first_of_the_next() -> None:
    assert chunked(100, 100, 100, 50) == [[0, 1], [1, 2], [2, 3]]


def test_a_chunk_may_be_longer_by_the_slack_for_a_whole_sentence() -> None:
    assert chunked(150, 90) == [[0, 1]]
    assert chunked(150, 91) == [[0], [0, 1]]


def test_nothing_is_repeated_at_the_end() -> None:
    assert chunked(100, 100) == [[0, 1]]


def test_a_long_sentence_is_a_chunk_of_its_own() -> None:
    assert chunked(450) == [[0]]
    assert chunked(450, 450) == [[0], [1]]


@pytest.mark.parametrize(("first", "second", "chunks"), [(150, 250, [[0], [0, 1]]), (150, 251, [[0], [1]])])
def test_no_overlap_where_the_two_would_be_longer_than_two_chunks(
    first: int, second: int, chunks: list[list[int]]
) -> None:
    assert chunked(first, second) == chunks


def test_no_overlap_after_a_full_chunk_where_the_two_would_be_longer_than_two_chunks() -> None:
    assert chunked(240, 440, 20) == [[0], [1], [2]]


def test_sections_share_no_chunk() -> None:
    sections = (Section("", (sentence(0, 20),)), Section("小标题", (sentence(1, 20),)))
    chunks = chunk_article(article(*sections), 3)
    assert [(chunk.section, [item.index for item in chunk.sentences]) for chunk in chunks] == [
        ("", [0]),
        ("小标题", [1]),
    ]


def test_a_chunk_carries_title_section_date_and_context() -> None:
    (chunk,) = chunk_article(article(Section("小标题", (sentence(0, 3),)), page_title="版面"), 3)
    assert chunk == Chunk(
        id=0,
        article=3,
        title="标题",
        section="小标题",
        date="2024-01-02",
        context="版面\n标题\n小标题",
        sentences=(Sentence(0, "一一。", 1, 1),),
        sources=(Source("a.txt", "line", 1, 1),),
    )
    assert chunk.text == "一一。"
    assert chunk.indexed == chunk.encoded == "版面\n标题\n小标题\n一一。"


def test_what_is_embedded_is_in_simplified_characters_and_what_is_shown_is_not() -> None:
    section = Section("", (Sentence(0, "創新產業。", 1, 1),))
    (chunk,) = chunk_article(article(section, headline="標題"), 0)
    assert chunk.text == "創新產業。"
    assert chunk.indexed == "标题\n创新产业。"


def test_a_first_sentence_that_stands_in_for_a_headline_is_encoded_once() -> None:
    section = Section("小标题", tuple(sentence(number, 90) for number in range(4)))
    first, second, *_ = chunk_article(article(section, headline=sentence(0, 90).text), 0)
    assert first.encoded == f"小标题\n{first.text}"
    assert first.indexed == f"{first.sentences[0].text}\n小标题\n{first.text}"
    assert second.encoded == second.indexed == f"{first.sentences[0].text}\n小标题\n{second.text}"


def test_the_lead_of_the_first_sentence_is_not_shown() -> None:
    assert join_sentences((sentence(0, 2, lead="\n"), sentence(1, 2, lead="\n"))) == "一。\n丁。"
    assert join_sentences(()) == ""


def test_sources_are_one_range_unless_the_sentences_stand_far_apart() -> None:
    lines = [Sentence(0, "甲", 5, 7), Sentence(1, "乙", 9, 9), Sentence(2, "丙", 40, 41), Sentence(3, "丁", 2, 2)]
    assert sources_of(article(), lines) == (Source("a.txt", "line", 2, 9), Source("a.txt", "line", 40, 41))


def test_an_article_without_sections_has_no_chunks() -> None:
    assert chunk_article(article(), 0) == []


@given(st.lists(st.integers(min_value=2, max_value=450), max_size=30))
def test_every_sentence_is_in_a_chunk_in_order_with_at_most_one_shared(lengths: list[int]) -> None:
    chunks = chunked(*lengths)
    seen = -1
    for chunk in chunks:
        assert chunk == list(range(chunk[0], chunk[-1] + 1))
        assert chunk[0] in (seen, seen + 1)
        assert chunk[-1] > seen
        seen = chunk[-1]
    assert seen == len(lengths) - 1
    for chunk in chunks:
        total = sum(lengths[index] for index in chunk)
        assert len(chunk) == 1 or total <= 2 * TARGET_LENGTH
        assert len(chunk) <= 2 or total <= TARGET_LENGTH + SLACK
