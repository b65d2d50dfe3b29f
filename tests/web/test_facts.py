"""What the page says of the documents before anything is asked: read from the index once, however much shows it."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING

from embeddings import Index, rebuild
from tests.support import CountingEncoder, counting_qa, page, write_corpus
from web.desk import Desk
from web.documents.facts import FactsOfIndex
from web.door.access import ServeSettings
from web.serving.first_view import welcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from embeddings.types import Chunk

CORPUS = {
    "a.txt": page("云岭县简报", "2021年5月8日 本报记者 何云", "云岭县引进产业项目31个。"),
    "b.txt": page("青溪镇简报", "2024年1月9日 本报记者 何云", "青溪镇引进产业项目47个。"),
    "c.txt": page("白塔区简报", "白塔区引进产业项目58个。"),
}


def test_the_first_view_and_the_list_of_documents_read_the_index_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, encoder = write_corpus(tmp_path / "corpus", CORPUS), CountingEncoder()
    rebuild(corpus, tmp_path / "index", progress=False, encoder=encoder)
    readings: list[str] = []
    read = Index.all_chunks

    def counted(index: Index) -> Iterator[Chunk]:
        readings.append(index.generation)
        return read(index)

    monkeypatch.setattr(Index, "all_chunks", counted)
    settings = ServeSettings(corpus=corpus, index=tmp_path / "index")
    with closing(Index.open(tmp_path / "index")) as index:
        # The models are not loaded, so that no examples are made, which reads as far as there are some.
        desk = Desk.of(counting_qa(index, encoder), settings, ready=threading.Event())
        with closing(desk):
            assert desk.shelf is not None
            for _ in range(2):
                assert "3 个文件，3 篇文章，2021年5月 至 2024年1月" in welcome(desk, "zh")
                rows = {row.file: row for row in desk.shelf.library(afresh=True)[0].rows}
                assert (rows["b.txt"].date, rows["b.txt"].title, rows["c.txt"].date) == (
                    "2024-01-09",
                    "青溪镇简报",
                    None,
                )
        assert readings == [index.generation]


def test_an_index_that_is_still_being_read_keeps_no_visitor_waiting_and_is_let_go(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    rebuild(write_corpus(tmp_path / "corpus", CORPUS), tmp_path / "index", progress=False, encoder=encoder)
    goes_on = threading.Event()

    with closing(Index.open(tmp_path / "index")) as index:

        class Slow:
            path, generation, manifest = index.path, index.generation, index.manifest

            def all_chunks(self) -> Iterator[Chunk]:
                for chunk in index.all_chunks():
                    assert goes_on.wait(30)
                    yield chunk

        facts, slow = FactsOfIndex(), Slow()
        told = facts.of_corpus(slow)  # type: ignore[arg-type]
        assert (told.files, told.articles, told.first) == (3, 3, "")
        goes_on.set()
        assert facts.of_files(slow)["a.txt"].first == "2021-05-08"  # type: ignore[arg-type]
        assert facts.of_corpus(slow).last == "2024-01-09"  # type: ignore[arg-type]
        facts.close(10)
        assert facts.of_files(slow)["a.txt"].title == "云岭县简报"  # type: ignore[arg-type]


def test_a_list_made_before_a_file_came_is_asked_for_again(tmp_path: Path) -> None:
    corpus, encoder = write_corpus(tmp_path / "corpus", CORPUS), CountingEncoder()
    rebuild(corpus, tmp_path / "index", progress=False, encoder=encoder)
    settings = ServeSettings(corpus=corpus, index=tmp_path / "index")
    with closing(Index.open(tmp_path / "index")) as index:
        desk = Desk.of(counting_qa(index, encoder), settings, ready=threading.Event())
        with closing(desk):
            assert desk.shelf is not None
            assert desk.shelf.library(afresh=True)[1] is False
            write_corpus(corpus, {"d.txt": page("北桥乡简报", "北桥乡引进产业项目12个。")})
            assert desk.shelf.library()[1] is True
            assert desk.shelf.library(afresh=True)[0].changed == 1
