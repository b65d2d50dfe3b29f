"""What was taken out is listed, and put back where it stood; nothing else is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import write_corpus
from web.documents.library import Removed, remove
from web.documents.restoring import Restored, kept_files, restore
from web.documents.uploads import Refused

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", {"a.txt": "茶园", "简报/b.txt": "修路"})


def taken(corpus: Path, *files: str) -> list[str]:
    return [item.kept for item in remove(corpus, files) if isinstance(item, Removed)]


def test_what_was_taken_out_is_put_back_where_it_stood(corpus: Path) -> None:
    kept = taken(corpus, "a.txt", "简报/b.txt")
    (corpus / "简报").rmdir()
    assert {(item.file, item.bytes) for item in kept_files(corpus)} == {("a.txt", 6), ("简报/b.txt", 6)}
    assert all(item.when is not None for item in kept_files(corpus))
    assert restore(corpus, kept) == [Restored("a.txt"), Restored("简报/b.txt")]
    assert (corpus / "简报" / "b.txt").read_text(encoding="utf-8") == "修路"
    assert kept_files(corpus) == []
    assert list((corpus / ".removed").iterdir()) == [], "no empty folders are left"


def test_a_file_that_took_its_place_is_not_written_over(corpus: Path) -> None:
    kept = taken(corpus, "a.txt")
    write_corpus(corpus, {"a.txt": "another"})
    (refused,) = restore(corpus, kept)
    assert isinstance(refused, Refused)
    assert "already" in refused.en
    assert (corpus / "a.txt").read_text(encoding="utf-8") == "another"
    assert [item.kept for item in kept_files(corpus)] == kept


@pytest.mark.parametrize(
    "name", ["a.txt", ".removed/../a.txt", "../outside.txt", "/etc/hostname", "", ".removed", ".removed/x/../../a.txt"]
)
def test_nothing_but_what_was_taken_out_is_moved(corpus: Path, tmp_path: Path, name: str) -> None:
    write_corpus(tmp_path, {"outside.txt": "outside"})
    taken(corpus, "简报/b.txt")
    before = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    (result,) = restore(corpus, [name])
    assert isinstance(result, Refused)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == before


def test_no_link_is_followed_on_the_way_back(corpus: Path, tmp_path: Path) -> None:
    kept = taken(corpus, "简报/b.txt")
    (corpus / "简报").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (corpus / "简报").symlink_to(tmp_path / "elsewhere")
    (refused,) = restore(corpus, kept)
    assert isinstance(refused, Refused)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert [item.kept for item in kept_files(corpus)] == kept


def test_a_link_in_the_place_of_the_hidden_folder_lists_nothing(corpus: Path, tmp_path: Path) -> None:
    write_corpus(tmp_path, {"elsewhere/20260101-000000/x.txt": "x"})
    (corpus / ".removed").symlink_to(tmp_path / "elsewhere")
    assert kept_files(corpus) == []
