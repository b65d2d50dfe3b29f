"""What a build did with each file, as a table that Excel opens: a CSV file in the user's language."""

from __future__ import annotations

import csv
import io
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from chinese.errors import WenjuError, say
from chinese.shown import harmless, shown
from embeddings.types import in_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from embeddings.types import ReadFile, Skipped


def check_place(file: Path, corpus: Path) -> None:
    """Raise WenjuError where no report could be written: asked before a build that may take hours."""
    place = file.resolve()
    if place.is_relative_to(corpus.resolve()):
        raise WenjuError(
            say(
                f"报告 {file} 位于文档目录 {corpus} 之内，会被当作文档。请用 --report 另选位置。",
                f"The report {file} would lie inside the corpus {corpus}, and be one of its documents. "
                "Choose another place with --report.",
            )
        )
    if place.exists() and not place.is_file():
        raise _unwritable(file, say("不是普通文件", "not an ordinary file"))
    beside = _beside(place)
    try:
        beside.touch(exist_ok=False)
        beside.unlink()
    except OSError as error:
        raise _unwritable(file, error.strerror or str(error)) from error


def write_report(files: Sequence[ReadFile], skipped: Sequence[Skipped], file: Path) -> None:
    """Write a row for every file, by name: what of it was read, what was not, and why.

    In UTF-8 with a byte order mark, by which Excel knows it. A cell that Excel would take for a formula begins with an
    apostrophe. The file is there whole or, where WenjuError is raised, as it was.
    """
    text = io.StringIO()
    csv.writer(text).writerows(_rows(files, skipped))
    place = file.resolve()
    beside = _beside(place)
    try:
        with beside.open("x", encoding="utf-8-sig", newline="") as opened:
            opened.write(text.getvalue())
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(place)
    except OSError as error:
        raise _unwritable(file, error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            beside.unlink()


def _beside(place: Path) -> Path:
    return place.with_name(f".{os.getpid()}.report")


def _unwritable(file: Path, reason: str) -> WenjuError:
    return WenjuError(
        say(
            f"报告写不进 {file}：{reason}。请用 --report 另选位置。",
            f"The report cannot be written to {file}: {reason}. Choose another place with --report.",
        )
    )


def _rows(files: Iterable[ReadFile], skipped: Iterable[Skipped]) -> Iterator[list[str]]:
    yield [
        say("文件", "file"),
        say("状态", "status"),
        say("文章", "articles"),
        say("段落", "passages"),
        say("读到的内容", "what was read"),
        say("没有读的内容和原因", "what was not, and why"),
    ]
    read, part, out = say("已读", "read"), say("读了一部分", "read in part"), say("没有读", "left out")
    rows = [(item.file, out, "0", "0", "", item.reason) for item in skipped]
    for item in files:
        found, left = in_one(item.notes, left_out=False).text, in_one(item.notes, left_out=True).text
        counts = str(item.articles), str(item.chunks)
        rows.append((item.file, part if left else read, *counts, found or ("" if left else say("文字", "text")), left))
    for row in sorted(rows):
        yield [_cell(text) for text in row]


def _cell(text: str) -> str:
    """A text that is one line, and no formula to whoever opens the table."""
    return harmless(shown(text))
