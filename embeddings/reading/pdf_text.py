"""PDF: its text layer, page by page, without running heads and page numbers."""

from __future__ import annotations

import logging
import re
import warnings
from collections import Counter
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import DependencyError

from embeddings.errors import Unreadable
from embeddings.reading.markup import plausible_title, split_lines, visible
from embeddings.types import Line

_NUMBERED = r"(?:第|page|p\.)?\s*\d{1,3}\s*(?:页|頁)?(?:\s*(?:[/／]|of|[,，]?\s*共)\s*\d{1,4}\s*(?:页|頁)?)?"
_LONGEST_PAGE_NUMBER = 60
_PAGE_NUMBER = re.compile(rf"[-–—·•~\s]*{_NUMBERED}[-–—·•~\s]*", re.IGNORECASE)

# pypdf reports each repair of a damaged file, which would reach the terminal
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read_pdf(data: bytes) -> tuple[tuple[Line, ...], str | None]:
    """Lines, numbered by page, and the title. Raises Unreadable, and on damage whatever pypdf does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pages, title = _pdf_pages(data)
    lines: list[Line] = []
    for number, page in enumerate(_without_furniture(pages), 1):
        if lines and page:
            lines.append(Line(lines[-1].number, ""))
        lines += [Line(number, text) for text in page]
    if not lines:
        raise Unreadable(
            "PDF 没有文字层，多半是扫描件；请先做文字识别（OCR）。",
            "The PDF has no text layer, probably a scan; run text recognition (OCR) first.",
        )
    return tuple(lines), title


def _pdf_pages(data: bytes) -> tuple[list[list[str]], str | None]:
    """Give the lines of each page, none for one without text, and the title. A damaged page counts as one without."""
    pages: list[list[str]] = []
    damage: Exception | None = None
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("PDF 有密码保护。", "The PDF is protected by a password.")
        for page in reader.pages:
            try:
                text = page.extract_text()
            except (DependencyError, MemoryError):
                raise
            except Exception as error:
                text, damage = "", error
            pages.append(_trimmed([visible(line).strip() for line in split_lines(text)]))
        title = plausible_title(reader.metadata.title if reader.metadata else None)
    except DependencyError as error:
        raise Unreadable(
            f"PDF 已加密，需先安装解密组件（{error}）。",
            f"The PDF is encrypted; a package that decrypts it has to be installed ({error}).",
        ) from error
    if damage is not None and not any(pages):
        raise damage
    return pages, title


def _trimmed(lines: list[str]) -> list[str]:
    filled = [index for index, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _without_furniture(pages: list[list[str]]) -> list[list[str]]:
    """Drop running heads, running feet and page numbers; a document that is nothing else stays as it is."""
    needed = max(3, sum(map(bool, pages)) // 2 + 1)
    rest = pages
    for edge in (0, -1):
        for numbers in (False, False, True, False):  # a head of two lines above the number, or one below it
            repeats = Counter(_digitless(page[edge]) for page in rest if page)
            rest = [
                _without_edge(page, edge)
                if page and (_is_page_number(page[edge]) if numbers else repeats[_digitless(page[edge])] >= needed)
                else page
                for page in rest
            ]
    return rest if any(rest) else pages


def _is_page_number(line: str) -> bool:
    return len(line) <= _LONGEST_PAGE_NUMBER and _PAGE_NUMBER.fullmatch(line) is not None


def _without_edge(page: list[str], edge: int) -> list[str]:
    return _trimmed(page[1:] if edge == 0 else page[:-1])


def _digitless(line: str) -> str:
    return re.sub(r"[\d\s]+", "", line)
