"""Archives that are documents (.docx, .epub, .ofd): refused before they fill the memory."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from embeddings.errors import Unreadable

_MEBIBYTE = 1 << 20
_LARGEST_UNPACKED = 256 * _MEBIBYTE  # pictures included
_LARGEST_PART = 64 * _MEBIBYTE  # a tree in memory takes some ten times as much
_MOST_PARTS = 20_000
_UNREAD = re.compile(
    r"/(?:media|embeddings|fonts?)/|\.(?:png|jpe?g|gif|bmp|tiff?|webp|jb2|emf|wmf|ttf|otf|mp[34]|wav|bin)$",
    re.IGNORECASE,
)
"""Parts that no reader opens: pictures, fonts, sounds, objects of other programs."""


def check_archive(data: bytes) -> None:
    """Refuse a zip file that would fill the memory, before any of it is kept.

    Raises Unreadable where it unpacks to too much or has too many parts, zipfile.BadZipFile where it is damaged or
    unpacks to more than it says.
    """
    # What zipfile makes of a list of a million parts would fill the memory before it could be counted.
    if data.count(b"PK\x01\x02") > _MOST_PARTS:
        raise Unreadable("文件里的部件太多。", "The file has too many parts.")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        largest = max((part.file_size for part in parts if not _UNREAD.search(part.filename)), default=0)
        if sum(part.file_size for part in parts) > _LARGEST_UNPACKED or largest > _LARGEST_PART:
            raise Unreadable("文件解压后过大。", "The file is too large when unpacked.")
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable("文件有密码保护，请去掉密码。", "It is protected by a password; save it without one.")
        if archive.testzip() is not None:  # as it is where a part unpacks to more than it says
            raise zipfile.BadZipFile
