"""A font of one empty box, for fonts that a PDF names and does not bring and this machine does not have.

The library leaves out a text of one character (男, in a cell) that has no shape, because it covers no place. With a
shape, whichever, it is read; its box is right anyway, because its width comes from the PDF.
"""

from __future__ import annotations

import ctypes
import re
import struct

from pypdfium2 import PdfSysfontBase

_HANDLE = 0x626F78  # no address: what the system's own handles are
_CHINESE = 134
_CHARSETS = frozenset((2, 128, 129, _CHINESE, 136))
"""Symbols, Japanese, Korean, simplified and traditional Chinese, in Windows' numbers: for others the library has fonts.
"""
_CHINESE_NAME = re.compile(rb"song|hei|kai|fang|ming|deng", re.IGNORECASE)  # what such fonts are called
_NAME = b"Box\0"
_EM = 1000
_SIDE = 40  # so that it reaches beyond no character
_FIRST, _LAST = 0x20, 0x2FFFF  # the characters that are drawn as the box


class BoxFont(PdfSysfontBase):  # type: ignore[misc]
    """Gives the fonts of the system, and where it has none, the box. `setup` puts it in force for the process."""

    def __init__(self) -> None:
        super().__init__()
        self._data = box_font()

    def MapFont(  # noqa: N802
        self, _: object, weight: int, italic: int, charset: int, pitch: int, face: ctypes.c_char_p | None, exact: object
    ) -> int | None:
        found: int | None = self.default.MapFont(self.default, weight, italic, charset, pitch, face, exact)
        chinese = charset in _CHARSETS or _CHINESE_NAME.search(ctypes.string_at(face) if face else b"") is not None
        return found or (_HANDLE if chinese else None)

    def GetFontData(self, _: object, font: int, table: int, buffer: int | None, size: int) -> int:  # noqa: N802
        if font != _HANDLE:
            data: int = self.default.GetFontData(self.default, font, table, buffer, size)
            return data
        return _copied(self._data, buffer, size) if table == 0 else 0

    def GetFaceName(self, _: object, font: int, buffer: int | None, size: int) -> int:  # noqa: N802
        if font != _HANDLE:
            name: int = self.default.GetFaceName(self.default, font, buffer, size)
            return name
        return _copied(_NAME, buffer, size)

    def GetFontCharset(self, _: object, font: int) -> int:  # noqa: N802
        if font != _HANDLE:
            charset: int = self.default.GetFontCharset(self.default, font)
            return charset
        return _CHINESE

    def DeleteFont(self, _: object, font: int) -> None:  # noqa: N802
        if font != _HANDLE:
            self.default.DeleteFont(self.default, font)


def _copied(data: bytes, buffer: int | None, size: int) -> int:
    """Copy the data where the library wants it, if there is room; how long it is."""
    if buffer and size >= len(data):
        ctypes.memmove(buffer, data, len(data))
    return len(data)


def box_font() -> bytes:
    """The font, as a TrueType file: all characters are one rectangle."""
    box = _rectangle(_SIDE, _SIDE)
    tables = {
        b"cmap": _one_for_all(),
        b"glyf": box,
        b"head": struct.pack(
            ">4I2H2q4h2H3h", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _EM, 0, 0, 0, 0, _SIDE, _SIDE, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">I3hH11hH", 0x10000, 800, -200, 0, _EM, 0, _EM - _SIDE, _SIDE, 1, 0, 0, 0, 0, 0, 0, 0, 2),
        b"hmtx": struct.pack(">HhHh", _EM, 0, _EM, 0),
        b"loca": struct.pack(">3I", 0, 0, len(box)),
        b"maxp": struct.pack(">I14H", 0x10000, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    place = 12 + 16 * len(tables)
    head, body = struct.pack(">I4H", 0x10000, len(tables), 64, 2, 16 * len(tables) - 64), b""
    for tag, data in sorted(tables.items()):
        head += struct.pack(">4s3I", tag, 0, place + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return head + body


def _rectangle(width: int, height: int) -> bytes:
    """A glyph: its one contour ends at point 3; four points on the line, each as the step from the one before."""
    frame = struct.pack(">5h", 1, 0, 0, width, height)
    ends = struct.pack(">2H", 3, 0)
    flags = bytes([1, 1, 1, 1])
    across = struct.pack(">4h", 0, width, 0, -width)
    up = struct.pack(">4h", 0, 0, height, 0)
    return frame + ends + flags + across + up


def _one_for_all() -> bytes:
    """The table of characters, in the format (13) that gives many the same glyph."""
    groups = struct.pack(">2H4I", 13, 0, 28, 0, 1, _FIRST) + struct.pack(">2I", _LAST, 1)
    return struct.pack(">2H2HI", 0, 1, 3, 10, 12) + groups
