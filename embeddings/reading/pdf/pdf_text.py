"""PDF: the text of its pages in reading order, with what is recognised on those that are pictures."""

from __future__ import annotations

import time
from ctypes import c_char
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium
from pypdfium2 import PdfSysfontBase

from embeddings.errors import PagesUnread, Unreadable
from embeddings.reading.pages.page_lines import lines_of, recognised_page
from embeddings.reading.pages.placed_page import PlacedPage
from embeddings.reading.pdf.box_font import BoxFont
from embeddings.reading.pdf.dynamic_form import filled_in
from embeddings.reading.pdf.page import ReadPage, read_page
from embeddings.reading.pdf.pdf_file import opened
from embeddings.reading.text.lines import plausible_title, visible
from embeddings.types import Line, ReadingNote

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pypdfium2

    from embeddings.types import Recognised

MOST_PAGES = 2_000
"""Pages of a PDF that are read; what follows is left out, and said so."""
_MOST_CHARACTERS = 4_000_000
_SECONDS = 35.0  # of the minute that reading a file may take: the rest is for cutting it
_LONGEST_LABEL = 64  # bytes


def read_pdf(
    data: bytes, recognised: Recognised | None = None
) -> tuple[tuple[Line, ...], str | None, str | None, tuple[ReadingNote, ...]]:
    """Lines, numbered by page, the title, no date, and what was read and what was not.

    Raises PagesUnread where pages are pictures or garbage and nothing is given for them, Unreadable where the file
    needs a password or holds no text, and on damage PdfiumError.
    """
    if PdfSysfontBase.SINGLETON is None:
        BoxFont().setup()
    with opened(data) as document:
        title = plausible_title(document.get_metadata_value("Title"))
        pages, total = _pages(document)
        dynamic = document.get_formtype() == pdfium.FORMTYPE_XFA_FULL
        values = filled_in(document) if dynamic else []
    unread = [found.page.number for found in pages if found.unread]
    if unread and recognised is None:
        raise PagesUnread(tuple(unread))
    given = recognised or {}
    read = [page for found in pages if (page := _as_read(found, given)) is not None]
    missing = [number for number in unread if number not in given]
    lines, tables = lines_of(read) if len(missing) < len(pages) else ([], 0)
    lines = [*lines, *([Line(1, "")] if lines and values else ()), *(Line(1, visible(value)) for value in values)]
    if not lines:
        raise _nothing(missing, bool(given))
    left_out = [
        *_left_out(missing, bool(given)),
        *_cut(total, len(pages)),
        *_dynamic(dynamic, len(values)),
    ]
    return tuple(lines), title, None, (*_notes(read, tables), *left_out)


def _as_read(found: ReadPage, given: Recognised) -> PlacedPage | None:
    """A page by its own text, or by what was recognised on it; None where its text is garbage and nothing was."""
    page = found.page
    if found.unread and page.number in given:
        recognised = recognised_page(page.number, given[page.number], page.label)
        recognised.aside = found.notes
        return recognised
    return None if found.unread == "garbage" else page


def _pages(document: pypdfium2.PdfDocument) -> tuple[list[ReadPage], int]:
    """The pages, as far as the limits allow, and how many there are in all.

    A damaged page counts as one without text, where another can be read.
    """
    pages: list[ReadPage] = []
    characters = 0
    damage: Exception | None = None
    total = len(document)
    begun = time.monotonic()
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
            found = ReadPage(PlacedPage(number, 1, 1, []), "", [])
        pages.append(found)
        characters += sum(len(item.text) for item in found.page.items)
        if characters > _MOST_CHARACTERS or time.monotonic() - begun > _SECONDS:
            break
    if damage is not None and not any(_has_text(found) for found in pages):
        raise damage
    return pages, total


def _has_text(found: ReadPage) -> bool:
    return bool(found.unread or found.page.items or found.page.tables or found.page.aside)


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
    if read == total:
        return []
    return [
        ReadingNote(
            f"共 {total} 页，读了前 {read} 页（上限 {MOST_PAGES} 页、{_MOST_CHARACTERS} 字、{_SECONDS:g} 秒）；请拆开",
            f"of {total} pages the first {read} were read (limits: {MOST_PAGES} pages, {_MOST_CHARACTERS} characters, "
            f"{_SECONDS:g} s); split the file",
            True,
        )
    ]


def _dynamic(dynamic: bool, values: int) -> list[ReadingNote]:
    if not dynamic:
        return []
    zh = f"动态表单（XFA）：填写的内容读了 {values} 项，" if values else "动态表单（XFA）"
    en = f"a dynamic form (XFA): of what is filled in {values} were read; " if values else "a dynamic form (XFA): "
    zh += "表单本身的文字读不到；请在 Adobe Reader 中打印成普通 PDF"
    en += "the form's own text cannot be read; print it as an ordinary PDF from Adobe Reader"
    return [ReadingNote(zh, en, True)]
