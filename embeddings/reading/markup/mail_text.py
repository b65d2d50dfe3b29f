"""Mail (.eml) and web archives (.mhtml): messages of parts, of which some are what is read."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from itertools import accumulate, islice
from pathlib import Path

from embeddings.errors import PagesUnread, Unreadable
from embeddings.reading.markup.html_text import read_html
from embeddings.reading.text.encodings import decode
from embeddings.reading.text.lines import Lines, Markup, split_lines, visible
from embeddings.types import Document, Line, ReadingNote

_MOST_ATTACHMENTS = 50
_MOST_PARTS = 1000  # looking at one takes a millisecond
_DEEPEST = 3  # messages in messages
_HEAD = (("发件人", "from"), ("收件人", "to"), ("抄送", "cc"), ("时间", "date"))

Attached = Callable[[str, bytes], Document]
"""Reads an attachment, named as the mail names it; raises as read_document does."""


def read_mail(file: str, data: bytes, attached: Attached) -> Document:
    """A mail: its subject as title, who wrote to whom and when, its text, and its attachments as far as they are read.

    Lines are numbered as they are given: what stands in the file is encoded. Raises Unreadable where it is no mail.
    """
    message = _message(data)
    if not any(message.get(name) for name in ("from", "to", "subject", "date", "received")):
        raise Unreadable("不是电子邮件，或已损坏。", "Not a mail, or a damaged one.")
    reader = _MailReader(attached)
    reader.read(message, 1)
    return Document(
        file,
        "paragraph",
        tuple(reader.out.lines),
        _header(message, "subject") or None,
        _date(message),
        tuple(reader.notes),
    )


def read_web_archive(file: str, data: bytes) -> Document:
    """The page of a .mhtml file, its lines numbered as they follow each other: in the file they are encoded.

    Raises Unreadable where there is no page in it.
    """
    message = _message(data)
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise Unreadable("里面没有网页，或已损坏。", "No page in it, or damaged.")
    # The first may only hold the frames in which the others are shown.
    read = (read_html(_text(page)) for page in pages)
    page = next((page for page in read if page.lines), Markup(()))
    numbers = accumulate(int(bool(line.text)) for line in page.lines)
    lines = tuple(replace(line, number=max(number, 1)) for line, number in zip(page.lines, numbers, strict=True))
    return Document(file, "paragraph", lines, page.title, page.date)


class _MailReader:
    def __init__(self, attached: Attached) -> None:
        self.out = Lines()
        self.notes: list[ReadingNote] = []
        self._attached = attached
        self._number = 0
        self._left = _MOST_ATTACHMENTS

    def read(self, message: EmailMessage, depth: int) -> None:
        """Add a message; `depth` counts the messages that it stands in."""
        subject = _header(message, "subject")
        if subject:
            self._add(subject, 1)
            self.out.gap()
        for label, name in _HEAD:
            said = _moment(message) if name == "date" else _header(message, name)
            if said:
                self._add(f"{label}：{said}")
        self.out.gap()
        inside: list[EmailMessage] = []
        files: list[EmailMessage] = []
        for line in _body(message, inside, files):
            if line.text:
                self._add(line.text, None if line.level is None else line.level + 1)
            else:
                self.out.gap()
        for file in files:
            self._attachment(file)
        for inner in inside:
            self.out.gap()
            if depth < _DEEPEST:
                self.read(inner, depth + 1)
            else:
                self._note("未读更深处的邮件。", "Not read: mails deeper inside.")

    def _add(self, text: str, level: int | None = None) -> None:
        self._number += 1
        self.out.add(self._number, text, level)

    def _note(self, zh: str, en: str) -> None:
        self.notes.append(ReadingNote(zh, en, left_out=True))

    def _attachment(self, part: EmailMessage) -> None:
        name = Path(visible((part.get_filename() or "").replace("\\", "/"))).name
        if not name:
            return
        self._left -= 1
        if self._left < 0:
            if self._left == -1:
                zh, en = (
                    f"只读了前 {_MOST_ATTACHMENTS} 个附件",
                    f"only the first {_MOST_ATTACHMENTS} attachments were read",
                )
                self.notes.append(ReadingNote(zh, en, True))
            return
        content = part.get_payload(decode=True)
        try:
            document = self._attached(name, content if isinstance(content, bytes) else b"")
        except PagesUnread:
            zh, en = "各页是图片，请单独存为文件。", "its pages are pictures; save it as a file of its own."
            self._note(f"未读附件“{name}”：{zh}", f"Attachment not read: {name}: {en}")
        except Unreadable as error:
            self._note(f"未读附件“{name}”：{error.zh}", f"Attachment not read: {name}: {error.en}")
        else:
            self.notes.append(ReadingNote(f"附件“{name}”。", f"Attachment {name}."))
            self.out.gap()
            self._add(f"附件：{name}", 2)
            self.out.gap()
            for line in document.lines:
                if line.text:
                    self._add(line.text, None if line.level is None else line.level + 2)
                else:
                    self.out.gap()
            self.out.gap()


def _message(data: bytes) -> EmailMessage:
    message = message_from_bytes(data.lstrip(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _body(message: EmailMessage, inside: list[EmailMessage], files: list[EmailMessage]) -> Iterator[Line]:
    """The lines of a message's own text; the messages in it and the files of it are added to the lists."""
    alternatives: dict[str, EmailMessage] = {}
    texts: list[EmailMessage] = []
    for part in islice(_parts(message), _MOST_PARTS):
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inside += [inner for inner in part.iter_parts() if isinstance(inner, EmailMessage)]
        elif part.get_filename():
            files.append(part)
        elif kind in ("text/plain", "text/html"):
            texts.append(part)
            alternatives.setdefault(kind, part)
    # What is said twice is said in both kinds: the plain one is read where it says about as much.
    plain = [part for part in texts if part.get_content_type() == "text/plain"]
    for part in plain or texts:
        if part.get_content_type() == "text/html":
            yield from read_html(_text(part)).lines
        else:
            for number, text in enumerate(split_lines(_text(part)), 1):
                yield Line(number, text.strip())


def _parts(message: Message) -> Iterator[EmailMessage]:
    """The parts that hold something, without those of messages inside."""
    waiting: list[Message] = [message]
    while waiting:
        part = waiting.pop()
        content = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(content, list):
            waiting += [inner for inner in reversed(content) if isinstance(inner, Message)]
        elif isinstance(part, EmailMessage):
            yield part


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    declared = (part.get_content_charset() or "").lower()
    try:
        known = codecs.lookup("gb18030" if declared.startswith("gb") else declared).name
    except LookupError:
        known = None
    text = decode(data, known) if data.strip() else ""
    return (text or "").replace("\0", "")


def _header(message: EmailMessage, name: str) -> str:
    try:
        said = str(message.get(name, ""))
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):  # the library's own, on odd headers
        said = ""
    return visible(" ".join(re.sub(r"[\ud800-\udfff]", "", said).split()))


def _moment(message: EmailMessage) -> str:
    """When it was sent, as it is said where it was sent: 2024-03-05 09:30."""
    said = _header(message, "date")
    try:
        return parsedate_to_datetime(said).strftime("%Y-%m-%d %H:%M")
    except (ValueError, TypeError, IndexError):
        return said


def _date(message: EmailMessage) -> str | None:
    found = re.match(r"\d{4}-\d\d-\d\d", _moment(message))
    return found[0] if found else None
