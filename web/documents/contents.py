"""What an upload is by its bytes: no archive, no program, and no other format than its suffix says.

Whether a document can be read is for its reader to say; here is only what should not come so far.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from embeddings.errors import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["archive_refused", "check_content"]

_MOST_PARTS = 10_000
_LARGEST_TYPES = 1 << 20

_ARCHIVE_STARTS = (
    b"PK\x05\x06", b"PK\x07\x08", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd", b"MSCF\x00\x00\x00\x00",
)  # fmt: skip
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_ZIP = b"PK\x03\x04"
_TAR, _TAR_AT = b"ustar", 257
_PDF = re.compile(rb"(?:\xef\xbb\xbf)?\s*%PDF-")
_PROGRAMS = (b"\x7fELF", b"MZ\x90\x00")
_OFFICE_STARTS = (b"\xd0\xcf\x11\xe0", b"{\\rtf")
_HEAD = 1024

_TEXTS = frozenset(
    (".txt", ".log", ".md", ".markdown", ".html", ".htm", ".csv", ".tsv", ".eml", ".mhtml", ".mht")
)  # fmt: skip
"""Suffixes of files that are texts to any editor."""
_FOLDERS = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}
"""Where a file of such a suffix has its content. By the suffix it has no macros, and people trust that."""
_TYPES = "[Content_Types].xml"
_PACKED = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
"""How parts of such a file may be packed (ECMA-376, part 2): the other ways fail in ways of their own."""
_PACKAGES = frozenset((_TYPES, "mimetype", "OFD.xml"))
"""What only a document has that is a ZIP file itself: of Microsoft's formats, of OpenDocument and EPUB, of OFD."""


def archive_refused() -> Unreadable:
    """Why an archive is not taken."""
    return Unreadable("不收压缩包；请解压后添加里面的文件。", "An archive; unpack it and add the files in it.")


def _otherwise(suffix: str) -> Unreadable:
    return Unreadable(
        f"内容与后缀“{suffix}”不符；请改用正确的后缀。", f"Its content is not {suffix}; give it its own suffix."
    )


def check_content(file: Path, suffix: str) -> None:
    """Raise Unreadable for an archive, a program, and for bytes of another kind than the suffix says, macros too."""
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    is_tar = head[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR
    if head.startswith(_ARCHIVE_STARTS) or _BZIP2.match(head) or is_tar:
        raise archive_refused()
    if head.startswith(_ZIP):
        _check_package(file, suffix)
        return
    others = _PROGRAMS + _OFFICE_STARTS if suffix in _TEXTS else _PROGRAMS
    if head.startswith(others) or (_PDF.match(head) is None) == (suffix == ".pdf"):
        raise _otherwise(suffix)


def _check_package(file: Path, suffix: str) -> None:
    # What zipfile makes of a list of a million parts would fill the memory before it could be counted.
    if file.read_bytes().count(b"PK\x01\x02") > _MOST_PARTS:
        raise Unreadable("文件里的部件太多。", "The file has too many parts.")
    declared = b""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if _TYPES in names:
                if archive.getinfo(_TYPES).compress_type not in _PACKED:
                    raise zipfile.BadZipFile
                with archive.open(_TYPES) as types:
                    declared = types.read(_LARGEST_TYPES)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise Unreadable("文件已损坏。", "The file is damaged.") from error
    if not names & _PACKAGES:
        raise archive_refused()
    if suffix in _TEXTS or suffix == ".pdf" or not any(name.startswith(_FOLDERS.get(suffix, "")) for name in names):
        raise _otherwise(suffix)
    has_macros = b"macroenabled" in declared.lower() or any(name.lower().endswith("vbaproject.bin") for name in names)
    if has_macros and suffix in _FOLDERS:
        raise Unreadable(
            f"文件带有宏；请另存为不带宏的 {suffix}。", f"It has macros; save it as {suffix} without them."
        )
