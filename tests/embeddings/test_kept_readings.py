"""What has not changed is not read again, and an index is the same as if all of it had been read."""

from __future__ import annotations

import importlib
import json
import sqlite3
import tempfile
import zlib
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese import tokens
from embeddings import Index, rebuild
from embeddings.building import taking_over
from embeddings.building.build import rebuild_with
from embeddings.building.kept_readings import FILE, FORMAT
from embeddings.building.pipeline import PIPELINE
from embeddings.figures.reading import FigureReader
from embeddings.guarding.cutting import read_pieces
from embeddings.guarding.guarded import GuardedReader
from embeddings.store.generation import IndexLayout
from tests.faults.support import DAMAGES, content
from tests.figures import CountingFigures
from tests.support import CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

    from embeddings.guarding.pieces import Pieces

TEXTS = {
    "bridge.txt": page("大桥通车", "本报2023年4月6日讯 柳河大桥今年通车,全长820米,投资3.4亿元。"),
    "school.txt": page("学校扩建", "柳河小学新建教室18间,去年招生240人。"),
    "mill.txt": page("面粉厂投产", "面粉厂日产面粉35吨,工人62名。"),
}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that builds read, in order."""
    found: list[str] = []

    def reads(_: GuardedReader, corpus: Path, file: str) -> Any:
        found.append(file)
        return read_pieces(corpus, file)

    monkeypatch.setattr(GuardedReader, "read", reads)
    return found


def count_cut(patched: pytest.MonkeyPatch) -> list[str]:
    """The texts that are cut into words from now on, in order, whoever asks for it."""
    found: list[str] = []
    cuts = tokens.tokens_of

    def noted(folded: str) -> list[str]:
        found.append(folded)
        return cuts(folded)

    patched.setattr(tokens, "tokens_of", noted)
    return found


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", TEXTS)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


def build(corpus: Path, place: Path) -> None:
    rebuild(corpus, place, progress=False, encoder=CountingEncoder())


def change(corpus: Path) -> None:
    write_corpus(corpus, {"mill.txt": page("面粉厂投产", "面粉厂日产面粉41吨,工人62名。")})


def whole(place: Path) -> tuple[object, ...]:
    """All that an index answers from, with where copies of its texts stand, and what each word finds."""
    with closing(Index.open(place)) as index:
        query = CountingEncoder().encode_queries(["柳河大桥全长"])[0]
        found = index.search_dense(query, 50), index.search_lexical([[("柳河", 1.0)], [("投资", 0.7)]], 50)
        by_word = {word: sorted(index.search_lexical([[(word, 1.0)]], 50)) for word in index.vocabulary()}
        return content(place), list(index.copies()), list(index.all_figures()), found, by_word


def as_from_nothing(corpus: Path, place: Path, beside: Path) -> bool:
    build(corpus, beside)
    return whole(place) == whole(beside)


def test_only_what_has_changed_is_read_again(corpus: Path, place: Path, tmp_path: Path, read: list[str]) -> None:
    build(corpus, place)
    assert sorted(read) == sorted(TEXTS)
    read.clear()
    change(corpus)
    build(corpus, place)
    assert read == ["mill.txt"]
    assert as_from_nothing(corpus, place, tmp_path / "beside")


def test_a_file_under_another_name_says_so_in_its_sources(corpus: Path, place: Path, read: list[str]) -> None:
    build(corpus, place)
    (corpus / "mill.txt").rename(corpus / "flour.txt")
    read.clear()
    build(corpus, place)
    assert read == ["flour.txt"]
    with closing(Index.open(place)) as index:
        assert {source.file for chunk in index.all_chunks() for source in chunk.sources} == {
            "bridge.txt",
            "flour.txt",
            "school.txt",
        }


@pytest.mark.parametrize(
    ("module", "name", "other"),
    [
        ("build", "PIPELINE", PIPELINE + 1),
        ("build", "TOKENIZER", "another-1"),
        ("build", "fold_tables", lambda: "opencc-9 unicode-99"),
        ("reading_files", "FORMAT", FORMAT + 1),
    ],
)
def test_what_another_build_would_read_or_cut_otherwise_is_read_and_cut_again(
    corpus: Path,
    place: Path,
    read: list[str],
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    name: str,
    other: object,
) -> None:
    build(corpus, place)
    change(corpus)
    read.clear()
    cut = count_cut(monkeypatch)
    monkeypatch.setattr(importlib.import_module(f"embeddings.building.{module}"), name, other)
    build(corpus, place)
    assert sorted(read) == sorted(TEXTS)
    assert len(cut) == 3


def test_figures_of_a_reader_that_may_read_otherwise_are_read_again(corpus: Path, place: Path, read: list[str]) -> None:
    rebuild_with(CountingFigures(), corpus, place, progress=False, encoder=CountingEncoder())
    change(corpus)
    read.clear()
    figures = CountingFigures()
    rebuild_with(figures, corpus, place, progress=False, encoder=CountingEncoder())
    assert read == ["mill.txt"]
    assert len(figures.chunks) == 3


def test_figures_that_are_kept_are_not_read_again(
    corpus: Path, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus, place)
    change(corpus)
    seen: list[str] = []
    with monkeypatch.context() as patched:
        reads = FigureReader.read

        def noted(self: FigureReader, chunk: Any) -> Any:
            seen.append(chunk.title)
            return reads(self, chunk)

        patched.setattr(FigureReader, "read", noted)
        build(corpus, place)
    assert seen == ["面粉厂投产"]
    assert as_from_nothing(corpus, place, tmp_path / "beside")


def test_words_that_are_kept_are_not_cut_again(corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(corpus, place)
    change(corpus)
    cut = count_cut(monkeypatch)
    build(corpus, place)
    assert ["41吨" in text for text in cut] == [True]
    with closing(Index.open(place)) as index:
        assert index.document_frequency("大桥") == index.document_frequency("41") == 1
        assert index.document_frequency("35") == 0
        assert not [name for name in index.manifest.files if "words" in name]  # they have no place in an index


def test_the_year_of_articles_that_say_none_follows_the_others(corpus: Path, place: Path, tmp_path: Path) -> None:
    """Twenty dated articles tell the year of one that has only month and day; with other years it is another's."""
    undated = page("集市开张", "本报5月7日讯 镇上集市开张,摊位260个。")

    def dated(year: int) -> dict[str, str]:
        return {
            f"{number:02}.txt": page(
                f"第{number}村", f"本报{year}年3月{number + 1}日讯 第{number}村种树{number + 50}棵。"
            )
            for number in range(20)
        }

    (corpus / "bridge.txt").unlink()
    write_corpus(corpus, {"market.txt": undated, **dated(2021)})
    for year in (2021, 2022, 2022):
        write_corpus(corpus, dated(year))
        write_corpus(corpus, {"more.txt": page("添了一篇", f"添一篇,共{year}字。")})
        build(corpus, place)
        with closing(Index.open(place)) as index:
            (stalls,) = [figure for figure in index.all_figures() if figure.facts.value == 260]
        assert stalls.facts.period.startswith(str(year))
        assert as_from_nothing(corpus, place, tmp_path / f"beside-{year}")


def test_what_was_read_of_a_document_that_is_gone_is_gone(corpus: Path, place: Path) -> None:
    build(corpus, place)
    (corpus / "mill.txt").unlink()
    build(corpus, place)
    with closing(sqlite3.connect(IndexLayout(place).readings / FILE)) as connection:
        assert connection.execute("SELECT count(DISTINCT key) FROM readings").fetchone() == (2,)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_costs_a_reading_and_no_more(
    damage: Callable[[Path], None], corpus: Path, place: Path, tmp_path: Path
) -> None:
    build(corpus, place)
    damage(IndexLayout(place).readings / FILE)
    change(corpus)
    build(corpus, place)
    assert as_from_nothing(corpus, place, tmp_path / "beside")
    assert [path.name for path in IndexLayout(place).readings.iterdir()] == [FILE]


def test_a_part_that_is_not_as_it_was_written_is_read_again(
    corpus: Path, place: Path, tmp_path: Path, read: list[str]
) -> None:
    build(corpus, place)
    with closing(sqlite3.connect(IndexLayout(place).readings / FILE)) as connection, connection:
        (known,) = connection.execute("SELECT content FROM readings WHERE part = '0' ORDER BY key LIMIT 1").fetchone()
        connection.execute("UPDATE readings SET content = ? WHERE part = '0'", (known,))  # each a sound part, of one
    write_corpus(corpus, {"new.txt": page("新路", "新路长12公里。")})
    IndexLayout(place).current.unlink()  # nothing to take chunks over from
    read.clear()
    build(corpus, place)
    assert sorted(read) == sorted({*TEXTS, "new.txt"} - {_untouched(place, known)})
    assert as_from_nothing(corpus, place, tmp_path / "beside")


def _untouched(place: Path, known: bytes) -> str:
    """The file whose part this is."""
    found: str = json.loads(json.loads(zlib.decompress(known))[0][0][6])[0][0]
    return found


# --- whatever changes, in whatever order

_TITLES = ("河道清淤", "果园丰收")
_BODIES = (
    "清淤12公里。",
    "去年收梨30吨,今年35吨。",
    "本报2022年8月9日讯 去年收梨30吨,今年35吨。",
    "本报2023年8月9日讯 去年收梨30吨,今年35吨。",
    "本报8月9日讯 柳河大桥全长820米,投资3.4亿元,由县里和镇上一同出资,共用工两千三百人,历时十四个月,今日通车。",
    "柳河大桥全长820米,投资3.4亿元,由县里和镇上一同出资,共用工两千三百人,历时十四个月,今日通车。",
)
_NAMES = st.sampled_from(["a.txt", "b.txt", "c.txt", "d.txt"])
_CONTENTS = st.lists(st.tuples(st.sampled_from(_TITLES), st.sampled_from(_BODIES)), min_size=1, max_size=3)
_CHANGES = st.dictionaries(_NAMES, st.none() | _CONTENTS, min_size=1, max_size=3)


@given(steps=st.lists(_CHANGES, min_size=1, max_size=4))
@settings(max_examples=15, deadline=None)
def test_after_any_changes_the_index_is_that_of_a_build_from_nothing(
    steps: list[dict[str, list[tuple[str, str]] | None]],
) -> None:
    """Copies of a text, whichever of its files is gone; ties, and how rare a word is. What is kept is not cut again."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        read: list[int] = []  # chunks

        def reads(_: GuardedReader, corpus: Path, file: str) -> Pieces:
            pieces = read_pieces(corpus, file)
            read.append(pieces.count)
            return pieces

        patched.setattr(GuardedReader, "read", reads)
        patched.setattr(taking_over, "LEAST_KEPT", 0)  # whatever has not changed is taken over
        corpus = write_corpus(Path(folder) / "corpus", {"kept.txt": page("果园丰收", _BODIES[1], _BODIES[5])})
        build(corpus, Path(folder) / "index")
        for number, step in enumerate(steps):
            for name, articles in step.items():
                if articles is None:
                    (corpus / name).unlink(missing_ok=True)
                else:
                    write_corpus(corpus, {name: "\n\n".join(page(*article) for article in articles)})
            read.clear()
            with pytest.MonkeyPatch.context() as counting:
                cut = count_cut(counting)
                build(corpus, Path(folder) / "index")
            assert len(cut) == sum(read)
            assert as_from_nothing(corpus, Path(folder) / "index", Path(folder) / f"beside-{number}")
