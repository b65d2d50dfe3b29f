from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from embeddings import Index, rebuild
from embeddings.reading.documents import list_files
from tests.support import CountingEncoder, page, write_corpus
from web.documents.library import Catalogue, FileRow, Library, Refused, Removed, remove

TEXTS = {
    "a.txt": page("港口扩建", "本报讯(记者张三) 2023年5月17日,港口建成码头3座。"),
    "sub/b.txt": page("医院开业", "医院今年接诊12万人次。"),
    "c.txt": page("苹果丰收", "果农今年收获苹果30吨。"),
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", {**TEXTS, "empty.txt": "", "photo.jpg": "no picture"})


@pytest.fixture
def place(corpus: Path, tmp_path: Path) -> Path:
    build(corpus, tmp_path / "index")
    return tmp_path / "index"


def build(corpus: Path, place: Path) -> None:
    rebuild(corpus, place, progress=False, encoder=CountingEncoder())


def listed(corpus: Path, place: Path) -> Library:
    with closing(Index.open(place)) as index:
        return Catalogue(corpus).library(index)


def statuses(library: Library) -> dict[str, str]:
    return {row.file: row.status for row in library.rows}


def row(library: Library, file: str) -> FileRow:
    (found,) = [row for row in library.rows if row.file == file]
    return found


def everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


# --- the list


def test_before_the_first_build_every_file_is_new(corpus: Path, tmp_path: Path) -> None:
    library = Catalogue(corpus).library(None)
    assert set(statuses(library).values()) == {"new"}
    assert library.changed == library.files == 5
    assert Catalogue(tmp_path / "missing").library(None) == Library(())


def test_after_a_build_nothing_is_changed_and_counts_are_those_of_the_index(corpus: Path, place: Path) -> None:
    library = listed(corpus, place)
    assert statuses(library) == {
        "a.txt": "indexed",
        "c.txt": "indexed",
        "empty.txt": "skipped",
        "photo.jpg": "skipped",
        "sub/b.txt": "indexed",
    }
    assert library.changed == 0
    assert (library.articles, library.chunks) == (3, 3)
    assert library.bytes == sum(path.stat().st_size for path in corpus.rglob("*") if path.is_file())
    assert row(library, "a.txt").bytes == (corpus / "a.txt").stat().st_size


def test_a_skipped_file_says_why_in_both_languages(corpus: Path, place: Path) -> None:
    library = listed(corpus, place)
    assert "空" in row(library, "empty.txt").zh
    assert "empty" in row(library, "empty.txt").en
    assert row(library, "a.txt").zh == row(library, "a.txt").en == ""


def test_the_date_of_a_file_is_that_of_its_latest_article(corpus: Path, tmp_path: Path) -> None:
    write_corpus(corpus, {"a.md": "# 一\n\n2021年3月2日,港口建成。\n"})
    place = tmp_path / "index"
    build(corpus, place)
    with closing(Index.open(place)) as index:
        dates = {source.file: chunk.date for chunk in index.all_chunks() for source in chunk.sources}
        library = Catalogue(corpus).library(index)
    assert any(dates.values())
    assert {row.file: row.date for row in library.rows if row.articles} == dates
    assert row(library, "photo.jpg").date is None


def test_what_came_changed_and_went_is_counted_until_the_next_build(corpus: Path, place: Path) -> None:
    write_corpus(corpus, {"new.txt": page("新闻", "新馆开放。"), "a.txt": page("港口扩建", "港口建成码头4座。")})
    (corpus / "c.txt").unlink()
    (corpus / "empty.txt").unlink()
    library = listed(corpus, place)
    assert {file: status for file, status in statuses(library).items() if status not in ("indexed", "skipped")} == {
        "a.txt": "changed",
        "c.txt": "removed",
        "empty.txt": "removed",
        "new.txt": "new",
    }
    assert library.changed == 4
    assert row(library, "c.txt").bytes == len(TEXTS["c.txt"].encode())
    assert row(library, "c.txt").chunks == 1, "it still answers"
    assert library.files == 4
    build(corpus, place)
    assert listed(corpus, place).changed == 0


def test_a_change_that_keeps_the_size_and_the_time_is_seen(corpus: Path, place: Path) -> None:
    file = corpus / "c.txt"
    before = file.stat()
    file.write_text(TEXTS["c.txt"].replace("30", "31"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert statuses(listed(corpus, place))["c.txt"] == "changed"


def test_an_older_file_of_the_same_size_moved_into_the_place_is_seen(corpus: Path, place: Path, tmp_path: Path) -> None:
    assert listed(corpus, place).changed == 0
    other = tmp_path / "other.txt"
    other.write_text(TEXTS["c.txt"].replace("30", "31"), encoding="utf-8")
    os.utime(other, (1_000_000_000, 1_000_000_000))
    other.rename(corpus / "c.txt")
    assert statuses(listed(corpus, place))["c.txt"] == "changed"


def test_a_file_that_is_only_touched_is_not_changed(corpus: Path, place: Path) -> None:
    later = 4_000_000_000  # seconds: far beyond any build
    for file in list_files(corpus):
        os.utime(corpus / file, (later, later))
    assert listed(corpus, place).changed == 0


def test_a_skipped_file_whose_name_is_no_utf8_is_not_changed_by_a_touch(corpus: Path, tmp_path: Path) -> None:
    odd = corpus / os.fsdecode(b"\xd0\xc2.txt")
    odd.write_text(TEXTS["c.txt"], encoding="utf-8")
    build(corpus, tmp_path / "index")
    os.utime(odd, (4_000_000_000, 4_000_000_000))
    assert listed(corpus, tmp_path / "index").changed == 0


def test_a_skipped_file_that_can_be_read_now_is_changed(corpus: Path, place: Path) -> None:
    (corpus / "empty.txt").write_text(page("新闻", "新馆开放。"), encoding="utf-8")
    os.utime(corpus / "empty.txt", (4_000_000_000, 4_000_000_000))
    library = listed(corpus, place)
    assert statuses(library)["empty.txt"] == "changed"
    assert statuses(library)["photo.jpg"] == "skipped"
    assert row(library, "empty.txt").zh == "", "the reason no longer holds"


def test_bytes_are_read_once_and_not_at_all_where_times_can_tell(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    real = Path.open

    def counting(path: Path, *args: object, **kwargs: object) -> object:
        read.append(path)
        return real(path, *args, **kwargs)  # type: ignore[call-overload]

    listed(corpus, place)
    with closing(Index.open(place)) as index:
        catalogue = Catalogue(corpus)
        catalogue.library(index)
        monkeypatch.setattr(Path, "open", counting)
        assert catalogue.library(index).changed == 0
    assert [path for path in read if path.is_relative_to(corpus)] == []


def test_a_name_that_is_not_utf8_can_be_told_and_taken_out(corpus: Path, tmp_path: Path) -> None:
    (corpus / os.fsdecode(b"\xd0\xc2.txt")).write_text(TEXTS["c.txt"], encoding="utf-8")
    place = tmp_path / "index"
    build(corpus, place)
    library = listed(corpus, place)
    (name,) = [row.file for row in library.rows if "\ufffd" in row.file]
    assert statuses(library)[name] == "skipped"
    (result,) = remove(corpus, [name])
    assert isinstance(result, Removed)
    assert len(list_files(corpus)) == 5


# --- taking out


def test_what_is_taken_out_is_kept_where_the_result_says_and_no_longer_listed(corpus: Path) -> None:
    results = remove(corpus, ["a.txt", "sub/b.txt"])
    kept = [result.kept for result in results if isinstance(result, Removed)]
    assert [Path(name).parts[0] for name in kept] == [".removed", ".removed"]
    assert [(corpus / name).read_text(encoding="utf-8") for name in kept] == [TEXTS["a.txt"], TEXTS["sub/b.txt"]]
    assert list_files(corpus) == ("c.txt", "empty.txt", "photo.jpg")


def test_a_file_taken_out_twice_in_a_second_is_kept_twice(corpus: Path) -> None:
    (first,) = remove(corpus, ["a.txt"])
    write_corpus(corpus, {"a.txt": "another"})
    (second,) = remove(corpus, ["a.txt"])
    assert isinstance(first, Removed)
    assert isinstance(second, Removed)
    assert (corpus / first.kept).read_text(encoding="utf-8") == TEXTS["a.txt"]
    assert (corpus / second.kept).read_text(encoding="utf-8") == "another"


def test_a_file_named_twice_is_moved_once(corpus: Path) -> None:
    first, second = remove(corpus, ["a.txt", "a.txt"])
    assert isinstance(first, Removed)
    assert isinstance(second, Refused)


@pytest.mark.parametrize(
    "file",
    [
        "../outside.txt",
        "sub/../../outside.txt",
        "sub/../a.txt",
        "./a.txt",
        "sub//b.txt",
        "sub\\b.txt",
        "..\\outside.txt",
        "/etc/hostname",
        "a.txt\0",
        "a.txt\0.md",
        "a.txt/",
        "sub",
        "",
        ".",
        "..",
        ".hidden.txt",
        "~$a.docx",
        "．．/outside.txt",
        "..\u2215outside.txt",
        "ａ.txt",
        "A.TXT",
        "%2e%2e/outside.txt",
        "a.txt\u200b",
        "link/outside.txt",
        "out.txt",
        "\udc80",
    ],
)
def test_nothing_but_a_listed_file_is_touched(corpus: Path, tmp_path: Path, file: str) -> None:
    write_corpus(tmp_path, {"outside.txt": "outside", "beyond/outside.txt": "beyond"})
    write_corpus(corpus, {".hidden.txt": "hidden", "~$a.docx": "lock"})
    (corpus / "link").symlink_to(tmp_path / "beyond")
    (corpus / "out.txt").symlink_to(tmp_path / "outside.txt")
    before = everything(tmp_path)
    (result,) = remove(corpus, [file])
    assert isinstance(result, Refused)
    assert result.zh
    assert result.en
    assert everything(tmp_path) == before


def test_an_absolute_path_of_a_listed_file_is_refused(corpus: Path) -> None:
    (result,) = remove(corpus, [str(corpus / "a.txt")])
    assert isinstance(result, Refused)
    assert (corpus / "a.txt").exists()


def test_a_link_within_the_folder_is_moved_itself(corpus: Path) -> None:
    (corpus / "alias.txt").symlink_to(corpus / "a.txt")
    (result,) = remove(corpus, ["alias.txt"])
    assert isinstance(result, Removed)
    assert (corpus / "a.txt").read_text(encoding="utf-8") == TEXTS["a.txt"]
    assert (corpus / result.kept).is_symlink()


def test_nothing_is_moved_through_a_link_in_the_place_of_the_hidden_folder(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (corpus / ".removed").symlink_to(tmp_path / "elsewhere")
    (result,) = remove(corpus, ["a.txt"])
    assert isinstance(result, Refused)
    assert ".removed" in result.zh
    assert (corpus / "a.txt").exists()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_folder_whose_path_is_a_link_itself_works(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(corpus)
    (result,) = remove(tmp_path / "alias", ["sub/b.txt"])
    assert isinstance(result, Removed)
    assert (corpus / result.kept).exists()
