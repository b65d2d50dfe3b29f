"""OLE files: what an old Office format is kept in, and a new one that has a password."""

from __future__ import annotations

from embeddings.errors import Unreadable

_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def is_ole(data: bytes) -> bool:
    """Whether the bytes are an OLE file: an old Office format, or a new one under a password."""
    return data.startswith(_OLE)


def is_encrypted(data: bytes) -> bool:
    """Whether an OLE file is a newer Office file (.docx, .xlsx, .pptx) under a password."""
    return is_ole(data) and _ENCRYPTED in data


def protected() -> Unreadable:
    """Why a file under a password is not read, and the way out."""
    return Unreadable("有密码保护；请去掉密码后另存。", "It is protected by a password; save it without one.")
