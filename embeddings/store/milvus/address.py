"""Where a Milvus store is: `milvus://host:19530/name`, or a file of milvus-lite."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from chinese.errors import say
from embeddings.errors import StoreError

PORT = 19530
FILE_NAME = "wenju"
"""The name of the store in a file of milvus-lite, which holds one."""

# Milvus takes letters, digits and underscores; two of these in a row stand before the name of a generation.
_NAME = re.compile(r"(?!.*__)[A-Za-z][A-Za-z0-9_]{0,63}(?<!_)")
_SCHEMES = {"milvus": "http", "milvus+tls": "https"}


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """A store's name, what pymilvus is to connect to, and how both are written, the password left out."""

    name: str
    uri: str
    user: str
    password: str
    shown: str

    @property
    def is_file(self) -> bool:
        """Whether it is a file of milvus-lite."""
        return "://" not in self.uri

    @property
    def folder(self) -> str:
        """The name of the folder in which an index keeps what stays on this machine, the same for all users."""
        place = self.uri.rpartition("://")[2]
        return f"{self.name}-{hashlib.sha256(place.encode()).hexdigest()[:8]}"


def parse_address(text: str) -> StoreAddress:
    """Read what stands after --store; StoreError says what is wrong with it.

    `milvus://[user:password@]host[:port]/name`, with `milvus+tls` for an encrypted connection; or the path of a file
    that ends in .db.
    """
    if "://" not in text and text.endswith(".db"):
        path = str(Path(text).expanduser().absolute())
        return StoreAddress(FILE_NAME, path, "", "", path)
    try:
        parts = urlsplit(text)
        port = parts.port or PORT
    except ValueError as error:
        raise _bad(text, str(error), str(error)) from error
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise _bad(_without_password(text), "既非 milvus:// 地址，也非 .db 文件", "neither milvus:// nor a .db file")
    name = parts.path.strip("/")
    if _NAME.fullmatch(name) is None:
        raise _bad(
            _without_password(text),
            f"名称 {name!r} 应为字母开头的字母、数字和单个下划线，最多 64 个",
            f"its name {name!r} must be letters, digits and single underscores, a letter first, 64 at most",
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = f"{host}:{port}"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    shown = f"{parts.scheme}://{f'{parts.username}@' if user else ''}{place}/{name}"
    return StoreAddress(name, f"{_SCHEMES[parts.scheme]}://{place}", user, password, shown)


def _without_password(text: str) -> str:
    return re.sub(r"(?<=://)([^/@:]*):[^/@]*@", r"\1@", text)


def _bad(shown: str, zh: str, en: str) -> StoreError:
    return StoreError(
        say(
            f"--store 的值 {shown} 不对：{zh}。请写成 milvus://主机:{PORT}/名称，或以 .db 结尾的文件路径。",
            f"The store {shown} cannot be read: {en}. Write milvus://HOST:{PORT}/NAME, or a path that ends in .db.",
        )
    )
