"""Office files are zip archives of XML: what is looked at before one is opened."""

from __future__ import annotations

import zipfile
from io import BytesIO

from embeddings.errors import Unreadable

_MEBIBYTE = 1 << 20
LARGEST_UNPACKED = 256 * _MEBIBYTE
"""Bytes that all parts of an archive may have, pictures included."""
LARGEST_XML = 64 * _MEBIBYTE
"""Bytes that a part may have: a tree in memory takes some ten times as much."""
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def check_archive(data: bytes, media: str, largest_part: int = LARGEST_XML) -> None:
    """Refuse what would fill the memory, before any of it is kept. Parts under the folder `media` are no XML.

    Raises Unreadable, and zipfile.BadZipFile on damage.
    """
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        largest = max((part.file_size for part in parts if not part.filename.startswith(media)), default=0)
        if sum(part.file_size for part in parts) > LARGEST_UNPACKED or largest > largest_part:
            raise Unreadable("文件解压后过大。", "The file is too large when unpacked.")
        if archive.testzip() is not None:  # as it is where a part unpacks to more than it says
            raise zipfile.BadZipFile


def is_ole(data: bytes) -> bool:
    """Whether the bytes are an OLE file: an old Office format, or a new one under a password."""
    return data.startswith(_OLE)


def is_encrypted(data: bytes) -> bool:
    """Whether an OLE file is a newer Office file (.docx, .xlsx, .pptx) under a password."""
    return is_ole(data) and _ENCRYPTED in data


def protected() -> Unreadable:
    """Why a file under a password is not read, and the way out."""
    return Unreadable("有密码保护；请去掉密码后另存。", "It is protected by a password; save it without one.")
