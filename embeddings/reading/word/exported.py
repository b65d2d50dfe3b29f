"""What programs export as a Word file, or put into one, without its being any: RTF, a page, a web archive."""

from __future__ import annotations

import re

from embeddings.reading.text.encodings import decode
from embeddings.types import Document

_MAIL = re.compile(rb"(?:MIME-Version|From|Content-Type|Date|Subject|X-[\w-]+)[ \t]*:", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table|div|p|h[1-6])\b", re.IGNORECASE)
_HEAD = 4096


def read_exported(file: str, data: bytes) -> Document | None:
    """The document, or None where the bytes are none of these. Raises Unreadable, and on damage what readers do."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"{\\rt"):
        from embeddings.reading.word.rtf_text import read_rtf

        lines, notes = read_rtf(data)
        return Document(file, "paragraph", lines, notes=notes)
    if _MAIL.match(head):
        from embeddings.reading.markup.mail_text import read_web_archive

        return read_web_archive(file, data)
    if _HTML.search(head) and (text := decode(data)) is not None:
        from embeddings.reading.markup.html_text import read_html

        page = read_html(text)
        return Document(file, "line", page.lines, page.title, page.date)
    return None
