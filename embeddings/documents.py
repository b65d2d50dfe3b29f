"""A file of any supported format -> Document: its text as lines that know where they stand on disk.

Whatever a file holds, reading it gives a Document with text or raises Unreadable, which says why.
"""

from __future__ import annotations

import logging
import os
import re
import stat
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.styles.style import BaseStyle, ParagraphStyle
from pypdf import PdfReader
from pypdf.errors import DependencyError

from .encodings import decode
from .errors import CorpusError, say
from .html_text import read_html
from .markdown_text import read_markdown
from .markup import Lines, Markup, visible
from .tables import table_rows
from .types import Document, Line

_MEBIBYTE = 1 << 20
_LARGEST_FILE = 64 * _MEBIBYTE
_LARGEST_UNPACKED = 256 * _MEBIBYTE  # pictures included
_LARGEST_XML = 64 * _MEBIBYTE  # a tree in memory takes some ten times as much

_NUMBERED = r"(?:第|page|p\.)?\s*\d{1,3}\s*(?:页|頁)?(?:\s*(?:[/／]|of|[,，]?\s*共)\s*\d{1,4}\s*(?:页|頁)?)?"
_PAGE_NUMBER = re.compile(rf"[-–—·•~\s]*{_NUMBERED}[-–—·•~\s]*", re.IGNORECASE)
_NO_TITLE = re.compile(
    r"\.[a-z]{2,4}$|[\x80-\xff]{2}"
    r"|^(?:microsoft word|powerpoint|untitled|word document|无标题|未命名|文档 ?\d*$|幻灯片 ?\d*$)",
    re.IGNORECASE,
)

# Content controls (w:sdt) hold paragraphs and rows as the body and a table do.
_BODY = "w:p | w:tbl | w:sdt/w:sdtContent/w:p | w:sdt/w:sdtContent/w:tbl"
_ROWS = "w:tr | w:sdt/w:sdtContent/w:tr"
_UNSEEN = "ancestor::w:del or ancestor::w:moveFrom or ancestor::w:txbxContent or ancestor::w:rt or w:rPr/w:vanish"
_RUNS = f".//w:r[not({_UNSEEN})]"
_STYLE_DEPTH = 10  # styles may be based on each other in a circle
_WORD_COLUMNS = 63  # the most that Word allows

# pypdf reports each repair of a damaged file, which would reach the terminal
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class Unreadable(Exception):
    """A file that cannot be read; `zh` and `en` are the reason in words a user reads, str() is one of them."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return say(self.zh, self.en)


def list_files(corpus: Path) -> tuple[str, ...]:
    """List all files of a folder and its sub-folders, supported or not, as sorted posix paths relative to it.

    Left out: hidden files and folders, Office lock files, `__MACOSX`, and links that lead out of the
    folder. A sub-folder that cannot be opened is listed itself, so that reading it says why. Raises
    CorpusError where `corpus` is no folder or cannot be opened.
    """
    if not corpus.is_dir():
        raise CorpusError(
            say(
                f"找不到文档文件夹：{corpus}。请新建它并放入文档，或指明另一个文件夹。",
                f"No such folder of documents: {corpus}. Create it and put documents in, or name another folder.",
            )
        )
    root = corpus.resolve()
    found: list[str] = []

    def unopened(error: OSError) -> None:
        folder = Path(error.filename)
        if folder == corpus:
            raise CorpusError(
                say(
                    f"打不开文档文件夹：{corpus}（{error.strerror}）。请检查访问权限。",
                    f"Cannot open the folder of documents: {corpus} ({error.strerror}). Check its permissions.",
                )
            ) from error
        found.append(folder.relative_to(corpus).as_posix())

    for folder, folders, names in os.walk(corpus, onerror=unopened):
        folders[:] = [name for name in folders if _is_listed(name)]
        for name in names:
            path = Path(folder, name)
            if _is_listed(name) and _is_file_within(root, path):
                found.append(path.relative_to(corpus).as_posix())
    return tuple(sorted(found))


def _is_file_within(root: Path, path: Path) -> bool:
    try:
        return path.is_file() and path.resolve().is_relative_to(root)
    except OSError:
        return True  # reading it says why


def _is_listed(name: str) -> bool:
    return not name.startswith((".", "~$")) and name != "__MACOSX"


def read_document(corpus: Path, file: str) -> Document:
    """Read one file, named relative to `corpus` as list_files does.

    The document has at least one line that is not blank; else, and for whatever else stands in the way,
    Unreadable is raised, and nothing but that and MemoryError.
    """
    suffix = Path(file).suffix.lower()
    if not file.isprintable() and any("\ud800" <= char <= "\udfff" for char in file):
        # Neither the index nor a terminal could take it.
        raise Unreadable("文件名的编码不是 UTF-8，请改名。", "Its name is not in UTF-8; rename it.")
    try:
        data = _read_bytes(corpus / file, suffix)
        document = _READERS[suffix](file, data)
    except (Unreadable, MemoryError):
        raise
    except OSError as error:
        raise of_system(error) from error
    except Exception as error:  # parsers meet hostile bytes with any exception at all: KeyError, RecursionError, ...
        raise Unreadable("文件已损坏，或并非其后缀所示的格式。", "Damaged, or not what its suffix says.") from error
    if not any(line.text.strip() for line in document.lines):
        raise Unreadable("里面没有文字。", "It holds no text.")
    return document


def _read_bytes(path: Path, suffix: str) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        next(path.iterdir(), None)
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("不是普通文件。", "Not an ordinary file.")
    if suffix not in SUPPORTED:
        known = " ".join(sorted(SUPPORTED))
        raise Unreadable(
            f"不支持的格式“{suffix}”，可读的有：{known}。",
            f"Unsupported format {suffix!r}; these can be read: {known}.",
        )
    if status.st_size > _LARGEST_FILE:
        size, limit = -(-status.st_size // _MEBIBYTE), _LARGEST_FILE // _MEBIBYTE
        raise Unreadable(f"文件太大（{size} MiB，上限 {limit}）。", f"Too large ({size} MiB, at most {limit}).")
    with path.open("rb") as opened:
        data = opened.read(_LARGEST_FILE)
    if not data:
        raise Unreadable("文件是空的。", "The file is empty.")
    return data


def of_system(error: OSError) -> Unreadable:
    """Why the system gave no file, in both languages; what it has no wording for here is in its own."""
    if isinstance(error, PermissionError):
        return Unreadable("没有读取权限。", "No permission to read it.")
    if isinstance(error, FileNotFoundError):
        return Unreadable("文件已不存在。", "The file is gone.")
    detail = error.strerror or str(error)
    return Unreadable(f"读取失败：{detail}。", f"Cannot be read: {detail}.")


def _decoded(data: bytes, declared: str | None = None) -> str:
    text = decode(data, declared)
    if text is None:
        raise Unreadable("不是文本文件，或编码无法识别。", "Not text, or in an unknown encoding.")
    return text


def _split_lines(text: str) -> list[str]:
    # str.splitlines would end a line where no editor does, and numbers would drift
    return re.split(r"\r\n|\r|\n", text)


def _read_text(file: str, data: bytes) -> Document:
    lines = _split_lines(_decoded(data))
    if not lines[-1]:
        lines.pop()
    return Document(file, "line", tuple(Line(number, visible(text)) for number, text in enumerate(lines, 1)))


def _read_html(file: str, data: bytes) -> Document:
    found = re.search(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*(gb|big5)""", data[:4096], re.IGNORECASE)
    declared = {b"gb": "gb18030", b"big5": "big5hkscs"}[found[1].lower()] if found else None
    return _from_markup(file, read_html(_decoded(data, declared)))


def _read_markdown(file: str, data: bytes) -> Document:
    return _from_markup(file, read_markdown(_decoded(data)))


def _from_markup(file: str, markup: Markup) -> Document:
    return Document(file, "line", markup.lines, markup.title, markup.date)


def _read_pdf(file: str, data: bytes) -> Document:
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
    return Document(file, "page", tuple(lines), title)


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
            pages.append(_trimmed([visible(line).strip() for line in _split_lines(text)]))
        title = _plausible_title(reader.metadata.title if reader.metadata else None)
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
                if page
                and (_PAGE_NUMBER.fullmatch(page[edge]) if numbers else repeats[_digitless(page[edge])] >= needed)
                else page
                for page in rest
            ]
    return rest if any(rest) else pages


def _without_edge(page: list[str], edge: int) -> list[str]:
    return _trimmed(page[1:] if edge == 0 else page[:-1])


def _digitless(line: str) -> str:
    return re.sub(r"[\d\s]+", "", line)


def _plausible_title(title: object) -> str | None:
    """Keep a metadata title unless it is a file name, a program's default or mojibake."""
    text = visible(" ".join(title.split())) if isinstance(title, str) else ""
    if _NO_TITLE.search(text) or not re.search(r"[\s\u3400-\u9fff]", text):
        return None
    return text


def _read_docx(file: str, data: bytes) -> Document:
    _check_archive(data)
    document = docx.Document(BytesIO(data))
    styles = {style.style_id: style for style in document.styles if isinstance(style, ParagraphStyle)}
    out = Lines()
    number = 0
    for block in document.element.body.xpath(_BODY):
        if block.tag.endswith("}tbl"):
            rows = block.xpath(_ROWS)
            _add_docx_rows(out, number + 1, rows)
            number += len(rows)
        else:
            number += 1
            style = styles.get(block.xpath("string(w:pPr/w:pStyle/@w:val)"))
            is_contents = style is not None and (style.name or "").lower().startswith("toc ")
            for line in _split_lines("" if is_contents else _docx_text(block)):
                out.add(number, line, _docx_level(style))
        out.gap()
    if any(line.level == 0 for line in out.lines):  # a title stands above the headings of the first level
        out.lines = [line if line.level is None else replace(line, level=line.level + 1) for line in out.lines]
    title = _plausible_title(document.core_properties.title)
    body = "".join("".join(line.text.split()) for line in out.lines)
    if title and "".join(title.split()) not in body:
        title = None  # most likely left over from the file that this one was made from
    return Document(file, "paragraph", tuple(out.lines), title)


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


def _docx_level(style: BaseStyle | None) -> int | None:
    """Give the heading level of a style, or of one that it is based on; 0 for the document's title."""
    for _ in range(_STYLE_DEPTH):
        if not isinstance(style, ParagraphStyle):
            break
        name = (style.name or "").lower()
        if name in ("title", "标题"):
            return 0
        if found := re.fullmatch(r"(?:heading|标题) ?([1-9])", name):
            return int(found[1])
        style = style.base_style
    return None


def _docx_text(element: BaseOxmlElement) -> str:
    return "".join(run.text for run in element.xpath(_RUNS))


def _add_docx_rows(out: Lines, number: int, rows: list[BaseOxmlElement]) -> None:
    """Add the rows of a table, each under a number of its own. What spans rows is said in each; columns, once."""
    grid: list[list[str]] = []
    for row in rows:
        above = grid[-1] if grid else []
        texts = [""] * _docx_number(row, "w:trPr/w:gridBefore")
        for cell in row.xpath("w:tc | w:sdt/w:sdtContent/w:tc"):
            text = "\n".join(_docx_text(paragraph) for paragraph in cell.xpath(".//w:p"))
            if cell.xpath("w:tcPr/w:vMerge[not(@w:val='restart')]") and len(texts) < len(above):
                text = above[len(texts)]
            texts += [text, *[""] * (_docx_number(cell, "w:tcPr/w:gridSpan") - 1)]
        grid.append(texts)
    header = True if rows and rows[0].xpath("w:trPr/w:tblHeader") else None
    for offset, sentence in enumerate(table_rows(grid, header)):
        for line in _split_lines(sentence or ""):
            out.add(number + offset, line)
            if sentence and "\n" in sentence:  # a box around paragraphs
                out.gap()


def _docx_number(element: BaseOxmlElement, path: str) -> int:
    value = element.xpath(f"string({path}/@w:val)")
    return min(int(value), _WORD_COLUMNS) if re.fullmatch(r"[0-9]{1,4}", value) else 0


_READERS: dict[str, Callable[[str, bytes], Document]] = {
    ".txt": _read_text,
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".pdf": _read_pdf,
    ".docx": _read_docx,
}
SUPPORTED = frozenset(_READERS)
