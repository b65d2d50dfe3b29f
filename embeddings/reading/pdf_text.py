"""PDF: the text of its pages in reading order, with what is recognised on those that are pictures."""

from __future__ import annotations

from ctypes import c_char
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from embeddings.errors import PagesUnread, Unreadable
from embeddings.reading.markup import plausible_title
from embeddings.reading.page_lines import lines_of, recognised_page
from embeddings.reading.pdf_page import read_page
from embeddings.reading.pdf_pages import opened
from embeddings.types import ReadingNote

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pypdfium2

    from embeddings.reading.placed_page import PlacedPage
    from embeddings.types import Line, Recognised

MOST_PAGES = 2_000
"""Pages of a PDF that are read; what follows is left out, and said so."""
_MOST_CHARACTERS = 4_000_000
_LONGEST_LABEL = 64  # bytes


def read_pdf(
    data: bytes, recognised: Recognised | None = None
) -> tuple[tuple[Line, ...], str | None, str | None, tuple[ReadingNote, ...]]:
    """Lines, numbered by page, the title, no date, and what was read and what was not.

    Raises PagesUnread where pages are pictures or garbage and nothing is given for them, Unreadable where the file
    needs a password or holds no text, and on damage PdfiumError.
    """
    with opened(data) as document:
        title = plausible_title(document.get_metadata_value("Title"))
        pages, unread, total = _pages(document)
    if unread and recognised is None:
        raise PagesUnread(tuple(unread))
    given = recognised or {}
    read: list[PlacedPage] = []
    for page in pages:
        if page.number not in unread:
            read.append(page)
        elif page.number in given:
            read.append(recognised_page(page.number, given[page.number], page.label))
    lines, tables = lines_of(read)
    missing = [number for number in unread if number not in given]
    if not lines:
        raise _nothing(missing, bool(given))
    notes = [*_notes(read, tables), *_left_out(missing, bool(given)), *_cut(total, len(pages))]
    return tuple(lines), title, None, tuple(notes)


def _pages(document: pypdfium2.PdfDocument) -> tuple[list[PlacedPage], list[int], int]:
    """The pages, the numbers of those whose text has to be recognised, and how many pages there are in all.

    A damaged page counts as one without text, where another can be read.
    """
    pages: list[PlacedPage] = []
    unread: list[int] = []
    characters = 0
    damage: Exception | None = None
    total = len(document)
    for number in range(1, min(total, MOST_PAGES) + 1):
        try:
            page = document[number - 1]
            try:
                found = read_page(page, number, _label(document, number))
            finally:
                page.close()
        except MemoryError:
            raise
        except Exception as error:
            damage = error
            continue
        pages.append(found.page)
        if found.unread:
            unread.append(number)
        characters += sum(len(item.text) for item in found.page.items)
        if characters > _MOST_CHARACTERS:
            break
    if damage is not None and not unread and not any(page.items or page.tables or page.aside for page in pages):
        raise damage
    return pages, unread, total


def _label(document: pypdfium2.PdfDocument, number: int) -> str:
    """What a page calls itself (iv), "" where that is its number."""
    buffer = (c_char * _LONGEST_LABEL)()
    size = pdfium.FPDF_GetPageLabel(document, number - 1, buffer, _LONGEST_LABEL)
    if not 2 < size <= _LONGEST_LABEL:
        return ""
    label = bytes(buffer)[: size - 2].decode("utf-16-le", "replace").strip()
    return "" if label == str(number) else label


def _nothing(missing: Sequence[int], recognised: bool) -> Unreadable:
    if recognised:
        return Unreadable(
            "PDF 没有文字层，也没有识别出文字。", "The PDF has no text layer, and no text was recognised on its pages."
        )
    if missing:
        return Unreadable(
            'PDF 没有文字层，多半是扫描件；要识别其中的文字（OCR），请安装：pip install "wenju[ocr]"。',
            "The PDF has no text layer, probably a scan; to have its text recognised (OCR), install: "
            'pip install "wenju[ocr]".',
        )
    return Unreadable("PDF 里没有文字。", "The PDF holds no text.")


def _notes(pages: Sequence[PlacedPage], tables: int) -> list[ReadingNote]:
    """How much was read."""
    scanned = sum(page.scanned for page in pages)
    zh, en = f"{len(pages)} 页", f"{len(pages)} page{'s' * (len(pages) != 1)}"
    if scanned:
        zh, en = f"{zh}（其中 {scanned} 页经文字识别）", f"{en} ({scanned} by text recognition)"
    notes = [ReadingNote(zh, en)]
    if tables:
        notes.append(ReadingNote(f"{tables} 张表格", f"{tables} table{'s' * (tables != 1)}"))
    return notes


def _left_out(missing: Sequence[int], recognised: bool) -> list[ReadingNote]:
    if not missing:
        return []
    zh, en = f"第 {_ranges(missing, '、')} 页", f"page{'s' * (len(missing) != 1)} {_ranges(missing, ', ')}"
    if recognised:
        return [
            ReadingNote(f"{zh}是图像，未能识别出文字", f"{en}: a picture in which no text could be recognised", True)
        ]
    return [
        ReadingNote(
            f'{zh}是图像，没有读；要识别其中的文字（OCR），请安装：pip install "wenju[ocr]"',
            f'{en}: a picture, not read; to have its text recognised (OCR), install: pip install "wenju[ocr]"',
            True,
        )
    ]


def _ranges(numbers: Sequence[int], mark: str) -> str:
    """Numbers in short: 3, 5-9."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return mark.join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)


def _cut(total: int, read: int) -> list[ReadingNote]:
    last = min(total, MOST_PAGES)
    if total <= last:
        return []
    return [
        ReadingNote(
            f"共 {total} 页，只读到第 {last} 页（上限）；请把文件拆分成几个",
            f"of {total} pages only the first {last} were read, which is the limit; split the file",
            True,
        )
    ]
