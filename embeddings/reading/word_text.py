"""Word (.docx): paragraphs, headings and tables in their order."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO

import docx
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.styles.style import ParagraphStyle
from lxml.etree import LxmlError

from embeddings.errors import Unreadable
from embeddings.reading.markup import Lines, plausible_title, split_lines
from embeddings.reading.tables import LONGEST_REPEATED, table_rows
from embeddings.types import Line

_MEBIBYTE = 1 << 20
_LARGEST_UNPACKED = 256 * _MEBIBYTE  # pictures included
_LARGEST_XML = 64 * _MEBIBYTE  # a tree in memory takes some ten times as much

# Content controls (w:sdt) hold paragraphs and rows as the body and a table do.
_BODY = "w:p | w:tbl | w:sdt/w:sdtContent/w:p | w:sdt/w:sdtContent/w:tbl"
_ROWS = "w:tr | w:sdt/w:sdtContent/w:tr"
_UNSEEN = "ancestor::w:del or ancestor::w:moveFrom or ancestor::w:txbxContent or ancestor::w:rt or w:rPr/w:vanish"
_RUNS = f".//w:r[not({_UNSEEN})]"
_STYLE_DEPTH = 10  # styles may be based on each other in a circle
_WORD_COLUMNS = 63  # the most that Word allows


def read_word(data: bytes) -> tuple[tuple[Line, ...], str | None]:
    """Lines, numbered by paragraph, and the title. Raises Unreadable, and on damage whatever its parsers do."""
    _check_archive(data)
    try:
        return _lines_and_title(data)
    except LxmlError as error:
        if "unknown error" in str(error):  # what it says where it got no memory
            raise MemoryError from error
        raise


def _lines_and_title(data: bytes) -> tuple[tuple[Line, ...], str | None]:
    document = docx.Document(BytesIO(data))
    styles = {style.style_id: style for style in document.styles if isinstance(style, ParagraphStyle)}
    levels = {name: _level(name, styles) for name in styles}
    out = Lines()
    number = 0
    for block in document.element.body.xpath(_BODY):
        if block.tag.endswith("}tbl"):
            rows = block.xpath(_ROWS)
            _add_rows(out, number + 1, rows)
            number += len(rows)
        else:
            number += 1
            style_id = block.xpath("string(w:pPr/w:pStyle/@w:val)")
            style = styles.get(style_id)
            is_contents = style is not None and (style.name or "").lower().startswith("toc ")
            for line in split_lines("" if is_contents else _text(block)):
                out.add(number, line, levels.get(style_id))
        out.gap()
    if any(line.level == 0 for line in out.lines):  # a title stands above the headings of the first level
        out.lines = [line if line.level is None else replace(line, level=line.level + 1) for line in out.lines]
    title = plausible_title(document.core_properties.title)
    body = "".join("".join(line.text.split()) for line in out.lines)
    if title and "".join(title.split()) not in body:
        title = None  # most likely left over from the file that this one was made from
    return tuple(out.lines), title


def _check_archive(data: bytes) -> None:
    """Refuse what would fill the memory, before any of it is kept."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            "是旧版 Word（.doc）文件或有密码保护；请去掉密码，另存为 .docx。",
            "An old Word (.doc) file, or protected by a password; save it as .docx without one.",
        )
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        largest = max((part.file_size for part in parts if not part.filename.startswith("word/media/")), default=0)
        if sum(part.file_size for part in parts) > _LARGEST_UNPACKED or largest > _LARGEST_XML:
            raise Unreadable("Word 文件解压后过大。", "The Word file is too large when unpacked.")
        if archive.testzip() is not None:  # as it is where a part unpacks to more than it says
            raise zipfile.BadZipFile


def _level(style_id: str | None, styles: dict[str, ParagraphStyle]) -> int | None:
    """Give the heading level of a style, or of one that it is based on; 0 for the document's title."""
    for _ in range(_STYLE_DEPTH):
        style = styles.get(style_id or "")
        if style is None:
            break
        name = (style.name or "").lower()
        if name in ("title", "标题"):
            return 0
        if found := re.fullmatch(r"(?:heading|标题) ?([1-9])", name):
            return int(found[1])
        style_id = style.element.basedOn_val  # python-docx would look for it among all styles
    return None


def _text(element: BaseOxmlElement) -> str:
    return "".join(run.text for run in element.xpath(_RUNS))


def _add_rows(out: Lines, number: int, rows: list[BaseOxmlElement]) -> None:
    """Add the rows of a table, each under a number of its own. What spans rows is said in each; columns, once."""
    grid: list[list[str]] = []
    for row in rows:
        above = grid[-1] if grid else []
        texts = [""] * _number(row, "w:trPr/w:gridBefore")
        for cell in row.xpath("w:tc | w:sdt/w:sdtContent/w:tc"):
            text = "\n".join(_text(paragraph) for paragraph in cell.xpath(".//w:p"))
            if cell.xpath("w:tcPr/w:vMerge[not(@w:val='restart')]") and len(texts) < len(above):
                text = above[len(texts)] if len(above[len(texts)]) <= LONGEST_REPEATED else ""
            texts += [text, *[""] * (_number(cell, "w:tcPr/w:gridSpan") - 1)]
        grid.append(texts)
    header = True if rows and rows[0].xpath("w:trPr/w:tblHeader") else None
    for offset, sentence in enumerate(table_rows(grid, header, above=out.last())):
        for line in split_lines(sentence or ""):
            out.add(number + offset, line)
            if sentence and "\n" in sentence:  # a box around paragraphs
                out.gap()


def _number(element: BaseOxmlElement, path: str) -> int:
    value = element.xpath(f"string({path}/@w:val)")
    return min(int(value), _WORD_COLUMNS) if re.fullmatch(r"[0-9]{1,4}", value) else 0
