"""Texts of office programs, told by what is in the file: a suffix often says another format than the content.

What systems export as .doc is RTF, HTML or .docx as often as not; WPS Writer saves .doc and .docx as .wps.
"""

from __future__ import annotations

import zipfile
from io import BytesIO

from embeddings.errors import Unreadable
from embeddings.reading.word.exported import read_exported
from embeddings.types import Document

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLDER_WORD = (b"\xdb\xa5", b"\x31\xbe", b"\x9b\xa5")
_XML_OF_WORD = (b"schemas.microsoft.com/office/word/2003/wordml", b"schemas.microsoft.com/office/2006/xmlPackage")
_HEAD = 4096


def read_office(file: str, data: bytes) -> Document:
    """Read a text of Word, WPS Writer, OpenOffice or RTF, whichever its content is.

    Raises Unreadable where it is none of them, and on damage whatever the readers do.
    """
    if data.startswith(b"PK"):
        return _read_zip(file, data)
    if data.startswith(_OLE):
        from embeddings.reading.word.word97_text import read_word97

        lines, notes = read_word97(data)
        return Document(file, "paragraph", lines, notes=notes)
    if any(name in data[:_HEAD] for name in _XML_OF_WORD):
        raise Unreadable("是 Word 的 XML 文件；请另存为 .docx。", "A Word file in XML; save it as .docx.")
    if data.startswith(_OLDER_WORD):
        raise Unreadable("是更旧的 Word 格式；请另存为 .docx。", "Of a Word before 6.0; save it as .docx.")
    document = read_exported(file, data)
    if document is not None:
        return document
    raise Unreadable("文件已损坏，或并非其后缀所示的格式。", "Damaged, or not what its suffix says.")


def _read_zip(file: str, data: bytes) -> Document:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = {name.lower() for name in archive.namelist()}
    if "content.xml" in names and "mimetype" in names:
        from embeddings.reading.word.odt_text import read_odt

        return read_odt(file, data)
    if "ofd.xml" in names:
        from embeddings.reading.pages.ofd_text import read_ofd

        return read_ofd(file, data)
    if "[content_types].xml" not in names and "word/document.xml" not in names:
        raise Unreadable(
            "是压缩包，不是文档；请解压后放入里面的文件。",
            "An archive, no document; unpack it and add the files in it.",
        )
    from embeddings.reading.word.docx.docx_text import read_word

    lines, title, notes = read_word(data)
    return Document(file, "paragraph", lines, title, notes=notes)
