"""A zone with a wrong character in its kind is found, and the question shows what was asked."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from chinese.misspelt import zones_misspelt
from embeddings import Index, rebuild
from tests.qa.support import ENCODER
from tests.support import counting_qa, page, write_corpus

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "written", "meant"),
    [
        ("石坪高薪区有几家企业?", "高薪区", "高新区"),
        ("石坪高星区有几家企业?", "高星区", "高新区"),
        ("石坪经开曲有几家企业?", "经开曲", "经开区"),
        ("石坪软件圆有几家企业?", "软件圆", "软件园"),
    ],
)
def test_a_kind_of_zone_with_one_character_of_the_same_sound_is_noticed(text: str, written: str, meant: str) -> None:
    (found,) = zones_misspelt(text)

    assert (found.written, found.meant, text[found.start :].startswith(written)) == (written, meant, True)


@pytest.mark.parametrize(
    "text", ["石坪高新区", "石坪中心区", "石坪开放区", "石坪科技院", "石坪县经济开发区", "新区", ""]
)
def test_what_sounds_otherwise_or_is_a_word_is_left(text: str) -> None:
    assert list(zones_misspelt(text)) == []


def _ask(tmp_path: Path, text: str, question: str) -> tuple[str, tuple[str, ...]]:
    corpus = write_corpus(tmp_path / "corpus", {"a.txt": page("园区消息", text)})
    rebuild(corpus, tmp_path / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(tmp_path / "index")) as index:
        answer = counting_qa(index, ENCODER).ask(question)
        return answer.asked, answer.texts


def test_the_question_is_asked_as_the_documents_write_it(tmp_path: Path) -> None:
    asked, texts = _ask(tmp_path, "2021年,石坪高新区引进项目17个。", "石坪高薪区2021年引进了多少个项目?")

    assert (asked, texts) == ("石坪高新区2021年引进了多少个项目?", ("17个",))


def test_a_zone_that_the_documents_write_so_is_left(tmp_path: Path) -> None:
    text = "2021年,石坪高薪区引进项目17个。石坪高新区引进项目9个。"
    asked, _ = _ask(tmp_path, text, "石坪高薪区2021年引进了多少个项目?")

    assert asked == "石坪高薪区2021年引进了多少个项目?"
