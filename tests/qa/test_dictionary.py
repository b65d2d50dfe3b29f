"""What the number of the prepared dictionary stands for."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from chinese import dictionary
from chinese.dictionary import Dictionary

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PINNED = {1: "f4ea33e56dfee8fa937eea6fcd287cbec8866e60ace563124c4ea1e8b2ac4f39"}
"""The digest of ENTRIES as they are prepared, by the number. A new number is a new line: no line is changed."""


def entry(simplified: str, pinyin: str, *definitions: str) -> dict[str, Any]:
    return {"simplified": simplified, "pinyin": pinyin, "definitions": list(definitions)}


ENTRIES = [
    entry("青溪", "Qing1 xi1", "Qingxi district of Linshan City", "Qingxi, town in Linshan county"),
    entry("招商", "zhao1 shang1", "to attract investment", "to seek business partners (abbr.)"),
    entry("高新技术", "gao1 xin1 ji4 shu4", "high tech", "high technology"),
    entry("女", "nu:3", "female", "woman", "daughter"),
    entry("城市", "cheng2 shi4", "city", "town", "CL:座[zuo4]"),
    entry("行", "hang2", "row", "line", "profession"),
    entry("行", "xing2", "to walk", "to go", "OK!"),
    entry("杨桃", "Yang2 tao2", "Yang Tao (1901-1980), engineer"),
    entry("杨桃", "yang2 tao2", "carambola", "star fruit", "see also 五敛子[wu3 lian4 zi3]"),
]


def prepared(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    dictionary.write_words(file, ENTRIES)
    with closing(sqlite3.connect(file)) as connection:
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in ("words", "names")}


def test_what_is_prepared_is_what_the_number_stands_for(tmp_path: Path) -> None:
    rows = json.dumps(prepared(tmp_path / "words.sqlite"), ensure_ascii=False)
    found = hashlib.sha256(rows.encode()).hexdigest()
    assert found == PINNED.get(dictionary.PREPARED), (
        f"The same dictionary is prepared otherwise than by number {dictionary.PREPARED}. If that is meant, raise it "
        f"by one and pin {found} for the new number; otherwise users would keep the file they have."
    )


def test_words_names_and_readings_are_in_it(tmp_path: Path) -> None:
    tables = prepared(tmp_path / "words.sqlite")
    words = {row[0]: row for row in tables["words"]}
    assert sorted(words) == sorted({item["simplified"] for item in ENTRIES})
    assert (words["青溪"][1], words["青溪"][2]) == (1, 0)  # a name and no ordinary word
    assert (words["杨桃"][1], words["杨桃"][2]) == (0, 0)  # both
    assert json.loads(words["行"][4]) == ["hang", "xing"]
    assert json.loads(words["女"][4]) == ["nv"]
    assert ("qingxi",) in tables["names"]


def test_another_dictionary_is_looked_up_where_it_is_put_in_the_place_of_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not dictionary.is_proper_noun("青溪")
    file = tmp_path / "words.sqlite"
    dictionary.write_words(file, ENTRIES)
    monkeypatch.setattr(dictionary, "DEFAULT", Dictionary(lambda: file))

    assert dictionary.is_proper_noun("青溪")
    assert dictionary.word_help("招商") == "to attract investment; to seek business partners (abbr.)"
    assert dictionary.readings_of("青溪") == ("qingxi",)
    assert dictionary.entry("物流") is None
