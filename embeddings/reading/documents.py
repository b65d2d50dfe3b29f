"""A file of any supported format -> Document: its text as lines that know where they stand on disk.

Whatever a file holds, reading it gives a Document with text or raises Unreadable, which says why.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from itertools import accumulate
from pathlib import Path

from chinese.errors import say
from embeddings.errors import CorpusError, PagesUnread, Unreadable
from embeddings.reading.tables.plain import with_tables
from embeddings.reading.text.encodings import decode
from embeddings.reading.text.lines import Markup, split_lines, visible
from embeddings.types import Document, Line, ReadingNote, Recognised

_MEBIBYTE = 1 << 20
LARGEST_FILE = 64 * _MEBIBYTE
"""Bytes that a document may have."""
LONGEST_TEXT = 3_000_000
"""Characters of a text that are read: a log that has more is cut there, and its note says so.

Cutting a million into passages takes 3 s, on a machine with six other programs at work 10 s; reading has a minute.
"""
LONGEST_MARKED = 2_000_000
"""Characters of a Markdown or HTML file, which takes twice as long."""
_WIDE_GAP = 2
_ARCHIVES = frozenset((".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst", ".cab", ".arj", ".lzh"))


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
        # Paths as texts: of ten thousand files the objects would take most of the time.
        within = Path(folder).relative_to(corpus).as_posix()
        before = "" if within == "." else f"{within}/"
        found += [
            f"{before}{name}"
            for name in names
            if _is_listed(name) and _is_file_within(root, os.path.join(folder, name))
        ]
    return tuple(sorted(found))


def _is_file_within(root: Path, path: str) -> bool:
    """Whether it is a file, and no link that leads out; the folders on the way are none, for none was followed."""
    try:
        mode = os.lstat(path).st_mode
        if not stat.S_ISLNK(mode):
            return stat.S_ISREG(mode)
        return Path(path).is_file() and Path(path).resolve().is_relative_to(root)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # reading it says why


def _is_listed(name: str) -> bool:
    return not name.startswith((".", "~$")) and name != "__MACOSX"


def read_document(corpus: Path, file: str, recognised: Recognised | None = None) -> Document:
    """Read one file, named relative to `corpus` as list_files does.

    `recognised` is the text of its pages that are pictures, as far as there is any. Where there are such pages and it
    is None, PagesUnread is raised. The document has at least one line that is not blank; else, and for whatever else
    stands in the way, Unreadable is raised, and nothing but these and MemoryError.
    """
    suffix = Path(file).suffix.lower()
    if not file.isprintable() and any("\ud800" <= char <= "\udfff" for char in file):
        # Neither the index nor a terminal could take it.
        raise Unreadable("文件名的编码不是 UTF-8，请改名。", "Its name is not in UTF-8; rename it.")
    try:
        data = _read_bytes(corpus / file, suffix)
    except (Unreadable, MemoryError):
        raise
    except OSError as error:
        raise of_system(error) from error
    except Exception as error:  # a name that the system does not take
        raise _damaged() from error
    return _read(file, suffix, data, recognised)


def load_library(file: str) -> None:
    """Load what reads files of this name: who has no such files need not wait for it."""
    if module := _LIBRARIES.get(Path(file).suffix.lower()):
        import_module(f"embeddings.reading.{module}")


def _read(file: str, suffix: str, data: bytes, recognised: Recognised | None) -> Document:
    try:
        document = _READERS[suffix](file, data, recognised)
    except (Unreadable, PagesUnread, MemoryError):
        raise
    except Exception as error:  # parsers meet hostile bytes with any exception at all: KeyError, RecursionError, ...
        raise _damaged() from error
    if not any(line.text.strip() for line in document.lines):
        raise Unreadable("里面没有文字。", "It holds no text.")
    return _within_limits(document)


def _within_limits(document: Document) -> Document:
    """The document, cut where it has more characters than are read, with a note that says so.

    Lines and rows are limited where they are read.
    """
    if document.unit in ("line", "row"):
        return document
    ends = accumulate(len(line.text) for line in document.lines)
    most = next((at for at, end in enumerate(ends) if end > LONGEST_TEXT), None)
    if most is None:
        return document
    zh = f"全文太长，只读了前 {LONGEST_TEXT} 个字符；请把文件拆小。"
    en = f"Too long: only the first {LONGEST_TEXT} characters were read; split the file."
    note = ReadingNote(zh, en, left_out=True)
    return replace(document, lines=document.lines[: max(most, 1)], notes=(*document.notes, note))


def _damaged() -> Unreadable:
    return Unreadable("文件已损坏，或并非其后缀所示的格式。", "Damaged, or not what its suffix says.")


def _read_bytes(path: Path, suffix: str) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        next(path.iterdir(), None)
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("不是普通文件。", "Not an ordinary file.")
    _check_suffix(suffix)
    if status.st_size > LARGEST_FILE:
        size, limit = -(-status.st_size // _MEBIBYTE), LARGEST_FILE // _MEBIBYTE
        raise Unreadable(f"文件太大（{size} MiB，上限 {limit}）。", f"Too large ({size} MiB, at most {limit}).")
    with path.open("rb") as opened:
        # No more than there is: as much is set aside at once as is asked for.
        data = opened.read(min(LARGEST_FILE, max(status.st_size + 1, _MEBIBYTE)))
    if not data:
        raise Unreadable("文件是空的。", "The file is empty.")
    return data


def _check_suffix(suffix: str) -> None:
    if suffix in _ARCHIVES:
        raise Unreadable("是压缩包；请解压后放入里面的文件。", "An archive; unpack it and add the files in it.")
    if suffix in _SAVED_AS:
        other = _SAVED_AS[suffix]
        raise Unreadable(f"旧格式“{suffix}”，请另存为 {other}。", f"An old format, {suffix}; save it as {other}.")
    if suffix not in SUPPORTED:
        known = " ".join(sorted(SUPPORTED))
        raise Unreadable(
            f"不支持的格式“{suffix}”，可读的有：{known}。",
            f"Unsupported format {suffix!r}; these can be read: {known}.",
        )


def of_system(error: OSError) -> Unreadable:
    """Why the system gave no file, in both languages; what it has no wording for here is in its own."""
    if isinstance(error, PermissionError):
        return Unreadable("没有读取权限。", "No permission to read it.")
    if isinstance(error, FileNotFoundError):
        return Unreadable("文件已不存在。", "The file is gone.")
    detail = error.strerror or str(error)
    return Unreadable(f"读取失败：{detail}。", f"Cannot be read: {detail}.")


def _decoded(data: bytes, most: int, declared: str | None = None) -> tuple[str, tuple[ReadingNote, ...]]:
    """The text, no more than `most` characters of it, and what is missing."""
    text = decode(data, declared)
    if text is None:
        raise Unreadable("不是文本文件，或编码无法识别。", "Not text, or in an unknown encoding.")
    notes: list[ReadingNote] = []
    if len(text) > most:
        end = max(text.rfind("\n", 0, most), text.rfind("\r", 0, most)) + 1 or most
        lines, read = (len(split_lines(part.rstrip("\r\n"))) for part in (text, text[:end]))
        zh = f"全文 {len(text)} 个字符，只读了前 {end} 个（共 {lines} 行，读到第 {read} 行）；请把文件拆小。"
        en = f"Of {len(text)} characters the first {end} were read (to line {read} of {lines}); split the file."
        notes.append(ReadingNote(zh, en, left_out=True))
        text = text[:end]
    if lost := text.count("\ufffd"):
        zh, en = f"有 {lost} 个字符无法辨认，显示为 �。", f"{lost} characters could not be told and are shown as �."
        notes.append(ReadingNote(zh, en, left_out=True))
    return text, tuple(notes)


def _read_text(file: str, data: bytes, _: Recognised | None) -> Document:
    text, notes = _decoded(data, LONGEST_TEXT)
    lines = split_lines(text)
    if not lines[-1]:
        lines.pop()
    return Document(file, "line", tuple(with_tables(tuple(_numbered(lines)))), notes=notes)


def _numbered(texts: list[str]) -> Iterator[Line]:
    """The lines with their numbers; of a row of blank ones two, which is as wide as a gap needs to be."""
    blank = 0
    for number, text in enumerate(texts, 1):
        blank = 0 if text and not text.isspace() else blank + 1
        if blank <= _WIDE_GAP:
            yield Line(number, visible(text))


# Imported by whoever reads such a file: a question has no need of any, and of all of them costs a second.
def _read_html(file: str, data: bytes, _: Recognised | None) -> Document:
    from embeddings.reading.markup.html_text import read_html

    found = re.search(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*(gb|big5)""", data[:4096], re.IGNORECASE)
    declared = {b"gb": "gb18030", b"big5": "big5hkscs"}[found[1].lower()] if found else None
    text, notes = _decoded(data, LONGEST_MARKED, declared)
    return _from_markup(file, read_html(text), notes)


def _read_markdown(file: str, data: bytes, _: Recognised | None) -> Document:
    from embeddings.reading.markup.markdown_text import read_markdown

    text, notes = _decoded(data, LONGEST_MARKED)
    return _from_markup(file, read_markdown(text), notes)


def _from_markup(file: str, markup: Markup, notes: tuple[ReadingNote, ...]) -> Document:
    return Document(file, "line", markup.lines, markup.title, markup.date, notes + markup.notes)


def _read_pdf(file: str, data: bytes, recognised: Recognised | None) -> Document:
    from embeddings.reading.pdf.pdf_text import read_pdf

    return Document(file, "page", *read_pdf(data, recognised))


def _read_office(file: str, data: bytes, _: Recognised | None) -> Document:
    from embeddings.reading.word.office_files import read_office

    return read_office(file, data)


def _read_ofd(file: str, data: bytes, _: Recognised | None) -> Document:
    from embeddings.reading.pages.ofd_text import read_ofd

    return read_ofd(file, data)


def _read_epub(file: str, data: bytes, _: Recognised | None) -> Document:
    from embeddings.reading.markup.epub_text import read_epub

    return read_epub(file, data)


def _read_web_archive(file: str, data: bytes, _: Recognised | None) -> Document:
    from embeddings.reading.markup.mail_text import read_web_archive

    return read_web_archive(file, data)


def _read_mail(file: str, data: bytes, _: Recognised | None) -> Document:
    from embeddings.reading.markup.mail_text import read_mail

    def attached(name: str, content: bytes) -> Document:
        suffix = Path(name).suffix.lower()
        if suffix not in SUPPORTED or suffix == ".eml":  # a mail in a mail in a mail
            raise Unreadable("请单独存为可读的格式。", "Save it as a file of its own, in a format that can be read.")
        return _read(name, suffix, content, None)

    return read_mail(file, data, attached)


def _read_pictures(file: str, data: bytes, recognised: Recognised | None) -> Document:
    from embeddings.reading.pages.picture_text import read_pictures

    lines, notes = read_pictures(data, recognised)
    return Document(file, "page", lines, notes=notes)


def _read_workbook(file: str, data: bytes, _: Recognised | None) -> Document:
    from embeddings.reading.sheets.sheet_text import is_workbook, read_workbook

    if is_workbook(data):
        lines, title, notes = read_workbook(data)
        return _named(Document(file, "row", lines, title, notes=notes))
    # What a program exports as .xls is often a page, or a text with tabs.
    text, _notes = _decoded(data, LARGEST_FILE)
    start = text[:4096].lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise Unreadable("是 XML 表格（2003），请另存为 .xlsx。", "An XML spreadsheet of 2003; save it as .xlsx.")
    return (
        _read_html(file, data, None) if re.search(r"<(?:html|table|!doctype)", start) else _read_csv(file, data, None)
    )


def _read_csv(file: str, data: bytes, _: Recognised | None) -> Document:
    from embeddings.reading.sheets.csv_text import read_csv

    text, notes = _decoded(data, LARGEST_FILE)
    lines, read = read_csv(text)
    return _named(Document(file, "row", lines, notes=(*read, *notes)))


def _named(document: Document) -> Document:
    """A table that nothing names is called as its file is: its first row would be its headline otherwise."""
    if document.title or any(line.level is not None for line in document.lines):
        return document
    return replace(document, title=visible(Path(document.file).stem))


def _read_pptx(file: str, data: bytes, _: Recognised | None) -> Document:
    from embeddings.reading.slides.slide_text import read_slides

    lines, title, notes = read_slides(data)
    return Document(file, "slide", lines, title, notes=notes)


_FORMATS: tuple[tuple[str, str | None, Callable[[str, bytes, Recognised | None], Document]], ...] = (
    (".txt .log", None, _read_text),
    (".md .markdown", "markup.markdown_text", _read_markdown),
    (".html .htm", "markup.html_text", _read_html),
    (".pdf", "pdf.pdf_text", _read_pdf),
    (".docx .docm .dotx .dotm", "word.docx.docx_text", _read_office),
    (".doc .dot .wps .wpt", "word.word97_text", _read_office),
    (".rtf", "word.rtf_text", _read_office),
    (".odt", "word.odt_text", _read_office),
    (".ofd", "pages.ofd_text", _read_ofd),
    (".epub", "markup.epub_text", _read_epub),
    (".eml", "markup.mail_text", _read_mail),
    (".mhtml .mht", "markup.mail_text", _read_web_archive),
    (".png .jpg .jpeg .tif .tiff .bmp .webp", "pages.picture_text", _read_pictures),
    (".xlsx .xlsm .xlsb .xls .et .ods", "sheets.sheet_text", _read_workbook),
    (".csv .tsv", "sheets.csv_text", _read_csv),
    (".pptx .pptm .ppsx .potx", "slides.slide_text", _read_pptx),
)
"""Suffixes, the module below this room that takes a while to load for them, and what reads such a file."""
_READERS = {suffix: read for suffixes, _, read in _FORMATS for suffix in suffixes.split()}
_LIBRARIES = {suffix: module for suffixes, module, _ in _FORMATS for suffix in suffixes.split()}
SUPPORTED = frozenset(_READERS)
_SAVED_AS = {".ppt": ".pptx", ".pps": ".pptx", ".dps": ".pptx"}
"""Formats that are not read, and what the programs that write them can save them as."""
