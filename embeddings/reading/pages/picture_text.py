"""Pictures of text: scans and photographs, read from what was recognised in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embeddings.errors import PagesUnread, Unreadable
from embeddings.reading.pages.page_lines import lines_of, recognised_page
from embeddings.reading.pages.picture_files import count_pictures
from embeddings.types import ReadingNote

if TYPE_CHECKING:
    from embeddings.types import Line, Recognised

_HOW_TO_GET = 'pip install "wenju[ocr]"'


def read_pictures(data: bytes, recognised: Recognised | None) -> tuple[tuple[Line, ...], tuple[ReadingNote, ...]]:
    """Lines, numbered by picture, and what was read and left out.

    Raises PagesUnread where `recognised` is None, Unreadable where nothing was recognised, or what opening it does.
    """
    count = count_pictures(data)
    if recognised is None:
        raise PagesUnread(tuple(range(1, count + 1)))
    there = [number for number in range(1, count + 1) if number in recognised]
    lines, tables = lines_of([recognised_page(number, recognised[number]) for number in there])
    if not lines:
        raise _nothing(bool(recognised))
    return tuple(lines), tuple(_notes(count, len(there), tables))


def _nothing(installed: bool) -> Unreadable:
    if installed:
        return Unreadable("图片中没有认出文字。", "No text was recognised in the picture.")
    return Unreadable(
        f"要识别图片中的文字（OCR），请安装：{_HOW_TO_GET}。",
        f"To have the text in pictures recognised (OCR), install: {_HOW_TO_GET}.",
    )


def _notes(count: int, read: int, tables: int) -> list[ReadingNote]:
    notes = [ReadingNote(f"{read} 张图片经文字识别", f"{read} picture{'s' * (read != 1)} by text recognition")]
    if tables:
        notes.append(ReadingNote(f"{tables} 张表格", f"{tables} table{'s' * (tables != 1)}"))
    if left := count - read:
        notes.append(
            ReadingNote(f"{left} 张图片未能识别", f"{left} picture{'s' * (left != 1)} not recognised", left_out=True)
        )
    return notes
