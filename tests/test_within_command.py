"""`wenju ask --in` and `wenju figures --in`: asked within chosen documents from a shell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support import page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Ran

    Wenju = Callable[..., Ran]

QUESTION = "青溪镇引进了多少个产业项目?"


@pytest.fixture
def corpus(tmp_path: Path, wenju: Wenju) -> Path:
    folder = write_corpus(
        tmp_path / "papers",
        {
            "north/a.txt": page("云岭县简报", "2023年5月8日 本报记者 何云", "云岭县引进产业项目31个,完成投资12亿元。"),
            "south/b.txt": page("青溪镇简报", "2024年1月9日 本报记者 何云", "青溪镇引进产业项目47个,完成投资15亿元。"),
        },
    )
    assert wenju("rebuild", folder).code == 0
    return folder


def test_a_question_is_asked_within_files_folders_and_dates(wenju: Wenju, corpus: Path) -> None:
    def told(*options: str | Path) -> str:
        ran = wenju("ask", QUESTION, "-k", "1", *options)
        assert ran.err == ""
        assert ran.code == (0 if ran.out.startswith("47个\n") else 1)
        return ran.out.splitlines()[0]

    assert told("--in", "south") == told("--in", "north", "--in", "south/b.txt") == "47个"
    # As a shell completes it.
    assert told("--in", corpus / "south" / "b.txt") == told("--in", "papers/south/") == "47个"
    assert told("--from", "2023", "--to", "2024") == "47个"
    assert told("--in", "north").startswith("没有答案：所选文档里")
    assert told("--to", "2023-12").startswith("没有答案：所选文档里")

    figures = json.loads(wenju("figures", "产业项目", "--in", "north", "--json").out)
    assert {source["file"] for figure in figures for source in figure["sources"]} == {"north/a.txt"}
    assert wenju("figures", "--conflicts", "--in", "north").out == "No figures disagree.\n"

    for options, said in (
        (("--in", "nort"), 'no file or folder "nort" among the documents. Write its path relative'),
        (("--from", "May"), "'May' is no date"),
        (("--from", "2024", "--to", "2023"), "The first date, 2024, is after the last, 2023."),
        (("--in", ""), "it is empty"),
    ):
        ran = wenju("ask", QUESTION, *options)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err


def test_what_is_wrong_is_said_in_chinese_too(wenju: Wenju, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "zh")
    said = wenju("ask", QUESTION, "--in", "nort").err
    assert "文档里没有文件或文件夹“nort”。请写相对于文档目录的路径，如“north”" in said
    assert "'五月' 不是日期" in wenju("ask", QUESTION, "--from", "五月").err
