"""The binary Word format (.doc, .wps of WPS Writer): its text by character, and what is set for characters.

After [MS-DOC]. The text lies in pieces all over a stream; what is set for it lies in pages of 512 bytes, by the place
where the text lies. Word 6 and 95 keep their text in one piece, in the code page of their language.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

import olefile

from embeddings.errors import Unreadable
from embeddings.reading.containers.ole_files import protected
from embeddings.reading.text.raised import raised

_WORDS = frozenset((0xA5EC, 0xA5DC, 0xA5DB, 0xA5DD, 0xA697, 0xA698, 0xA699))
_FIRST_OF_97 = 0xC1
_ENCRYPTED, _SECOND_TABLE = 0x100, 0x200
_COMPRESSED = 0x40000000
_PAIRS = 0x9A  # where the places and lengths of the tables begin, 8 bytes each
_STYLES, _NOTE_MARKS, _NOTE_TEXTS, _COMMENT_MARKS, _MARGINS, _CHARACTERS, _PARAGRAPHS = 1, 2, 3, 4, 11, 12, 13
_CLX, _ENDNOTE_MARKS, _ENDNOTE_TEXTS = 33, 46, 47
_LISTS, _OVERRIDES = 73, 74
_LENGTHS = {"text": 0x4C, "footnotes": 0x50, "margins": 0x54, "comments": 0x5C, "endnotes": 0x60, "boxes": 0x64}
_PAGE = 512
_CODE_PAGES = {
    **{0x04: "gb18030", 0x11: "cp932", 0x12: "cp949", 0x1E: "cp874", 0x01: "cp1256", 0x0D: "cp1255", 0x08: "cp1253"},
    **dict.fromkeys((0x02, 0x19, 0x22, 0x23), "cp1251"),
    **dict.fromkeys((0x05, 0x0E, 0x15, 0x18, 0x1A, 0x1B), "cp1250"),
}
"""By the low byte of the language; else Latin."""
_TRADITIONAL = (0x0404, 0x0C04, 0x1404)
_DELETED, _HIDDEN, _RAISED = 0x0800, 0x083C, 0x2A48
_SHOWN_OTHERWISE = frozenset((_DELETED, _HIDDEN, _RAISED))
_MARKS = "\r\x07\x0c\x13\x14\x15"  # ends of paragraphs and cells, and what is around fields
_NEAR = 20  # characters before a raised one that say what it stands on
_MOST_PIECES = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """Bytes of the stream from `start` to `end` that share what is set for them: a style and operations on it."""

    start: int
    end: int
    style: int
    operations: dict[int, bytes]


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int  # of its characters in the document
    last: int
    place: int  # of its first byte in the stream
    width: int  # bytes a character


class Word97:
    """A binary Word file: `texts` has the text of each of its stories ("text", "footnotes", "boxes", ...)."""

    def __init__(self, data: bytes) -> None:
        with olefile.OleFileIO(BytesIO(data), raise_defects=olefile.DEFECT_FATAL) as ole:
            if ole.exists("EncryptedPackage"):
                raise protected()
            if not ole.exists("WordDocument"):
                raise Unreadable(
                    "不是 Word 文档（可能是 Works 或别的旧格式）；请另存为 .docx。",
                    "No Word document inside (perhaps of Works, or another old program); save it as .docx.",
                )
            self.stream: bytes = ole.openstream("WordDocument").read()
            magic, self._version = struct.unpack_from("<HH", self.stream)
            flags: int = struct.unpack_from("<H", self.stream, 0x0A)[0]
            if magic not in _WORDS:
                raise ValueError("no Word document")
            if flags & _ENCRYPTED:
                raise protected()
            self.has_macros: bool = ole.exists("Macros") or ole.exists("_VBA_PROJECT_CUR")
            name = "1Table" if flags & _SECOND_TABLE else "0Table"
            self._table: bytes = ole.openstream(name).read() if self.is_new else b""
        self._pieces = self._all_pieces() if self.is_new else self._one_piece()
        self._firsts = [piece.first for piece in self._pieces]
        self._paragraphs = self._runs(_PARAGRAPHS, 13)
        self._starts = [run.start for run in self._paragraphs]
        whole = self._whole()
        self.texts: dict[str, str] = {}
        at = 0
        for story, place in _LENGTHS.items():
            length = self._u32(place) if self.is_new else len(whole) if story == "text" else 0
            self.texts[story] = whole[at : at + length]
            at += length

    @property
    def is_new(self) -> bool:
        """Whether it is of Word 97 or later."""
        return bool(self._version >= _FIRST_OF_97)

    def paragraph(self, character: int) -> Run | None:
        """What is set for the paragraph that a character of the document stands in."""
        index = bisect_right(self._firsts, character) - 1
        if index < 0:
            return None
        piece = self._pieces[index]
        place = piece.place + (character - piece.first) * piece.width
        at = bisect_right(self._starts, place) - 1
        return self._paragraphs[at] if at >= 0 and place < self._paragraphs[at].end else None

    def notes(self, story: str) -> list[tuple[int, str]]:
        """Footnotes or endnotes: the character of the text that refers to each, and what it says."""
        marks, bounds = (_NOTE_MARKS, _NOTE_TEXTS) if story == "footnotes" else (_ENDNOTE_MARKS, _ENDNOTE_TEXTS)
        return list(zip(_characters(self._part(marks), 2), self._cut(story, bounds), strict=False))

    def margins(self) -> tuple[list[str], list[str]]:
        """The texts of headers and of footers, section by section; there are six kinds a section."""
        texts = self._cut("margins", _MARGINS)[6:]  # the first are the lines above notes
        headers = [text for place, text in enumerate(texts) if place % 6 in (0, 1, 4)]
        return headers, [text for place, text in enumerate(texts) if place % 6 in (2, 3, 5)]

    def comments(self) -> int:
        """How many comments there are."""
        return max(0, (len(self._part(_COMMENT_MARKS)) - 4) // 34)

    def _cut(self, story: str, index: int) -> list[str]:
        bounds = _characters(self._part(index), 0)
        return [self.texts[story][first:last] for first, last in pairwise(bounds)]

    def part(self, name: str) -> bytes:
        """The bytes of a table: "styles", "lists" (with what follows them) or "overrides"."""
        if name == "lists":
            place, length = self._pair(_LISTS)
            return self._table[place:] if length else b""
        return self._part(_STYLES if name == "styles" else _OVERRIDES)

    def _u32(self, place: int) -> int:
        value: int = struct.unpack_from("<I", self.stream, place)[0]
        return value

    def _pair(self, index: int) -> tuple[int, int]:
        place = _PAIRS + 8 * index
        if not self.is_new or place + 8 > len(self.stream):
            return 0, 0
        return self._u32(place), self._u32(place + 4)

    def _part(self, index: int) -> bytes:
        place, length = self._pair(index)
        return self._table[place : place + length]

    def _one_piece(self) -> list[_Piece]:
        first, end = self._u32(0x18), min(self._u32(0x1C), len(self.stream))
        return [_Piece(0, max(0, end - first), first, 1)]

    def _all_pieces(self) -> list[_Piece]:
        clx = self._part(_CLX)
        at = 0
        while at < len(clx) and clx[at] == 1:  # properties that pieces share
            at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
        if at >= len(clx) or clx[at] != 2:
            raise ValueError("no table of pieces")
        plc = clx[at + 5 : at + 5 + struct.unpack_from("<I", clx, at + 1)[0]]
        count = (len(plc) - 4) // 12
        if not 0 < count <= _MOST_PIECES:
            raise ValueError("no pieces")
        bounds = struct.unpack_from(f"<{count + 1}I", plc)
        pieces: list[_Piece] = []
        for index in range(count):
            place: int = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)[0]
            width = 1 if place & _COMPRESSED else 2
            place = (place & ~_COMPRESSED) // (2 if width == 1 else 1)
            room = max(0, len(self.stream) - place) // width
            last = min(bounds[index + 1], bounds[index] + room)
            if last > bounds[index] and (not pieces or bounds[index] >= pieces[-1].last):
                pieces.append(_Piece(bounds[index], last, place, width))
        return pieces

    def _whole(self) -> str:
        texts: list[str] = []
        at = 0
        language: int = struct.unpack_from("<H", self.stream, 6)[0]
        for piece in self._pieces:
            data = self.stream[piece.place : piece.place + (piece.last - piece.first) * piece.width]
            texts.append(" " * min(piece.first - at, 1))
            if piece.width == 2:
                # One character for each two bytes, so that places stay what they are.
                texts.append("".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data))))
            elif self.is_new:
                texts.append(data.decode("cp1252", "replace"))
            else:
                page = "big5hkscs" if language in _TRADITIONAL else _CODE_PAGES.get(language & 0xFF, "cp1252")
                texts.append(data.decode(page, "replace"))
            at = piece.last
        return "".join(self._marked(list("".join(texts)))) if self.is_new else "".join(texts)

    def _marked(self, characters: list[str]) -> list[str]:
        """Take out what is deleted or hidden (a NUL stays for each), and raise figures."""
        runs = [run for run in self._runs(_CHARACTERS, 1) if not _SHOWN_OTHERWISE.isdisjoint(run.operations)]
        starts = [run.start for run in runs]
        for piece in self._pieces:
            end = piece.place + (piece.last - piece.first) * piece.width
            at = max(0, bisect_right(starts, piece.place) - 1)
            while at < len(runs) and runs[at].start < end:
                low, high = max(runs[at].start, piece.place), min(runs[at].end, end)
                first = piece.first + (low - piece.place) // piece.width
                last = piece.first + (high - piece.place) // piece.width
                if last > first:
                    before = "".join(characters[max(0, first - _NEAR) : first])
                    characters[first:last] = _shown(characters[first:last], before, runs[at].operations)
                at += 1
        return characters

    def _runs(self, index: int, width: int) -> list[Run]:
        """What is set for characters or paragraphs, from the pages that the table at `index` names."""
        plc = self._part(index)
        count = max(0, (len(plc) - 4) // 8)
        pages = struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)) if count else ()
        runs: list[Run] = []
        for number in dict.fromkeys(pages):
            page = self.stream[(number & 0x3FFFFF) * _PAGE :][:_PAGE]
            if len(page) == _PAGE:
                runs += _page_runs(page, width)
        return sorted(runs, key=lambda run: (run.start, run.end))


def _shown(characters: list[str], before: str, operations: dict[int, bytes]) -> list[str]:
    if operations.get(_DELETED, b"\0")[:1] == b"\1" or operations.get(_HIDDEN, b"\0")[:1] == b"\1":
        return [char if char in _MARKS else "\0" for char in characters]
    if operations.get(_RAISED, b"\0")[:1] == b"\1" and not any(char in _MARKS for char in characters):
        up = raised("".join(characters), before.replace("\0", ""))
        # Places must stay what they are: ^(n+m), which is longer, is left as it was.
        return list(up.ljust(len(characters), "\0")) if len(up) <= len(characters) else characters
    return characters


def _characters(plc: bytes, size: int) -> list[int]:
    """The places of a table that has `size` bytes for each of them but the last."""
    count = max(0, (len(plc) - 4) // (4 + size)) + 1 if len(plc) >= 4 else 0
    return list(struct.unpack_from(f"<{count}I", plc))


def _page_runs(page: bytes, width: int) -> list[Run]:
    count = page[-1]
    if 4 * (count + 1) + width * count > _PAGE - 1:
        return []
    bounds = struct.unpack_from(f"<{count + 1}I", page)
    runs: list[Run] = []
    for index in range(count):
        at = page[4 * (count + 1) + width * index] * 2
        style, operations = 0, b""
        if at and width == 1:
            operations = page[at + 1 : at + 1 + page[at]]
        elif at:
            begin, size = (at + 2, page[at + 1] * 2) if page[at] == 0 else (at + 1, page[at] * 2 - 1)
            content = page[begin : begin + size]
            if len(content) >= 2:
                style, operations = struct.unpack_from("<H", content)[0], content[2:]
        if bounds[index + 1] > bounds[index]:
            runs.append(Run(bounds[index], bounds[index + 1], style, operations_of(operations)))
    return runs


def operations_of(data: bytes) -> dict[int, bytes]:
    """Operations (sprm) by their number, each with its operand; of those that are repeated the last."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 2 <= len(data):
        number: int = struct.unpack_from("<H", data, at)[0]
        at += 2
        size = (1, 1, 2, 4, 2, 2, -1, 3)[number >> 13]
        if number == 0xD608 and at + 2 <= len(data):  # the definition of a row is long
            size = struct.unpack_from("<H", data, at)[0] + 1
        elif size < 0:
            if at >= len(data) or data[at] == 255:
                break
            size = data[at] + 1
        found[number] = data[at : at + size]
        at += size
    return found
