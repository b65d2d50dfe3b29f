"""RTF: paragraphs, headings, tables, notes, headers and footers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from embeddings.errors import Unreadable
from embeddings.reading.tables.rows import LONGEST_REPEATED, table_rows
from embeddings.reading.text.lines import Lines, split_lines
from embeddings.reading.text.margins import with_margins
from embeddings.reading.text.raised import raised
from embeddings.reading.text.tallies import tally
from embeddings.reading.word.field_codes import equation_field, is_page_field
from embeddings.reading.word.rtf_file import Control, Text, tokens
from embeddings.types import Line, ReadingNote

_HEADERS = frozenset(("header", "headerl", "headerr", "headerf"))
_FOOTERS = frozenset(("footer", "footerl", "footerr", "footerf"))
_NOTES = frozenset(("footnote",))
_BOXES = frozenset(("shptxt",))
_STYLES = frozenset(("stylesheet",))
_FIELD_CODES = frozenset(("fldinst",))
_NUMBERS = frozenset(("listtext", "pntext"))
_GROUPS = _HEADERS | _FOOTERS | _NOTES | _BOXES | _STYLES | _NUMBERS | _FIELD_CODES | {"shpinst", "shppict"}
_LEFT_OUT = frozenset(
    "colortbl info pict object objdata objclass nonshppict annotation atnid atnauthor atnref atntime atndate "
    "bkmkstart bkmkend xe tc txe rxe themedata colorschememapping datastore latentstyles listtable listoverridetable "
    "revtbl rsidtbl generator filetbl operator author company doccomm keywords subject category manager comment "
    "panose falt fontemb sp sn sv ffname ffdeftext ffl ffstattext ffhelptext mmathPr pgdsctbl pnseclvl "
    "ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn template passwordhash shprslt userprops xmlnstbl "
    "wgrffmtfilter".split()
)
_COLUMNS = 63
_NEAR = 8  # pieces before a raised one that say what it stands on


def read_rtf(data: bytes) -> tuple[tuple[Line, ...], tuple[ReadingNote, ...]]:
    """Lines, numbered by paragraph and row, and what was read and left out.

    Raises Unreadable where it is no RTF, ValueError where its groups nest without end.
    """
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rt"):
        raise Unreadable("不是 RTF 文件，或已损坏。", "Not an RTF file, or a damaged one.")
    reader = _Reader()
    for token in tokens(data, _GROUPS, _LEFT_OUT):
        if isinstance(token, Text):
            reader.text(token)
        else:
            reader.control(token)
    return tuple(reader.finished()), reader.notes()


@dataclass(slots=True)
class _Cell:
    """What the definition of a row says of one of its cells: it goes on from the one before it, or above it."""

    goes_on: bool = False
    goes_down: bool = False


@dataclass(slots=True)
class _Table:
    grid: list[list[str]] = field(default_factory=list)
    header: bool | None = None
    cells: list[str] = field(default_factory=list)
    defined: list[_Cell] = field(default_factory=list)
    coming: _Cell = field(default_factory=_Cell)


class _Reader:
    def __init__(self) -> None:
        self._out = Lines()
        self._number = self._paragraphs = self._tables = 0
        self._unread: Counter[str] = Counter()
        self._pieces: list[str] = []
        self._in_table = False
        self._level: int | None = None
        self._style = 0
        self._table = _Table()
        self._levels: dict[int, int] = {}
        self._style_name: list[str] = []
        self._beside: dict[str, list[str]] = {"header": [], "footer": [], "note": []}
        self._beside_pieces: list[str] = []
        self._field_code: list[str] = []
        self._silent_depth: int | None = None
        self._depth = 0

    def text(self, token: Text) -> None:
        """Take a piece of text to where it belongs."""
        group = token.setting.group
        said = raised(token.text, "".join(self._pieces[-_NEAR:])) if token.setting.raised else token.text
        if group in _STYLES:
            self._style_name.append(said)
        elif group in _FIELD_CODES:
            self._field_code.append(said)
        elif self._silent_depth is not None or group in ("shpinst", "shppict"):
            return
        elif self._kind(group):
            self._beside_pieces.append(said)
        else:
            self._pieces.append(said)

    def control(self, token: Control) -> None:
        """Do what a control word says."""
        word, value, group = token.word, token.value, token.setting.group
        if word == "{":
            self._depth += 1
        elif word == "}":
            self._depth -= 1
            self._end_group(group)
        elif group in _STYLES:
            self._define_style(word, value)
        elif word == "pict":
            self._unread["picture"] += 1
        elif word == "annotation":
            self._unread["comment"] += 1
        elif kind := self._kind(group):
            if word in ("par", "cell", "row", "sect", "page"):
                self._end_beside(kind)
        elif group not in _FIELD_CODES and group not in _LEFT_OUT:
            act = _ACTS.get(word)
            if act is not None:
                act(self, value)

    def finished(self) -> list[Line]:
        """The lines, with headers before and footers behind."""
        self.paragraph(None)
        self._end_table()
        return with_margins(self._out.lines, self._beside["header"], self._beside["footer"])

    def notes(self) -> tuple[ReadingNote, ...]:
        """What was read and left out."""
        return tally(self._paragraphs, self._tables, self._unread)

    @staticmethod
    def _kind(group: str) -> str:
        for kind, groups in (("header", _HEADERS), ("footer", _FOOTERS), ("note", _NOTES)):
            if group in groups:
                return kind
        return ""

    def _end_group(self, group: str) -> None:
        if self._silent_depth is not None and self._depth < self._silent_depth:
            self._silent_depth = None
        if group in _STYLES:
            self._end_style()
        elif group in _FIELD_CODES:
            if is_page_field("".join(self._field_code)):
                self._silent_depth = self._depth  # the result stands in the same group
            elif self._silent_depth is None:
                self._pieces.append(equation_field("".join(self._field_code)))
            self._field_code.clear()
        elif kind := self._kind(group):
            self._end_beside(kind)

    def _end_beside(self, kind: str) -> None:
        said = "".join(self._beside_pieces).strip()
        if said:
            self._beside[kind].append(said)
        self._beside_pieces.clear()

    def _define_style(self, word: str, value: int | None) -> None:
        if word == "s" and value is not None:
            self._style = value
        elif word == "outlinelevel" and value is not None and 0 <= value < 9:
            self._levels[self._style] = value + 1

    def _end_style(self) -> None:
        name = "".join(self._style_name).strip().rstrip(";").lower()
        self._style_name.clear()
        if found := re.fullmatch(r"(?:heading|标题) ?([1-9])", name):
            self._levels[self._style] = int(found[1])
        self._style = 0

    def start(self, _: int | None) -> None:
        """A paragraph's settings begin."""
        self._in_table, self._level = False, None

    def in_table(self, _: int | None) -> None:
        """The paragraph stands in a table."""
        self._in_table = True

    def style(self, value: int | None) -> None:
        """The paragraph's style."""
        self._level = self._levels.get(value or 0, self._level)

    def outline(self, value: int | None) -> None:
        """The paragraph's place in an outline."""
        self._level = value + 1 if value is not None and 0 <= value < 9 else self._level

    def paragraph(self, _: int | None) -> None:
        """A paragraph ends."""
        if self._in_table:
            self._pieces.append("\n")
            return
        self._end_table()
        self._number += 1
        said = "".join(self._pieces)
        self._pieces.clear()
        if said.strip():
            self._paragraphs += 1
            for line in split_lines(_whole(said)):
                self._out.add(self._number, line, self._level)
        self._out.gap()
        self._add_notes()

    def cell(self, _: int | None) -> None:
        """A cell ends."""
        self._table.cells.append(_whole("".join(self._pieces)).strip())
        self._pieces.clear()

    def row_begins(self, _: int | None) -> None:
        """The definition of a row begins."""
        self._table.defined = []
        self._table.coming = _Cell()

    def goes_on(self, _: int | None) -> None:
        """The cell that is defined is the rest of the one before it."""
        self._table.coming.goes_on = True

    def goes_down(self, _: int | None) -> None:
        """The cell that is defined is the rest of the one above it."""
        self._table.coming.goes_down = True

    def cell_defined(self, _: int | None) -> None:
        """The definition of a cell ends."""
        if len(self._table.defined) < _COLUMNS:
            self._table.defined.append(self._table.coming)
        self._table.coming = _Cell()

    def header_row(self, _: int | None) -> None:
        """The row is repeated on every page."""
        if not self._table.grid:
            self._table.header = True

    def row(self, _: int | None) -> None:
        """A row ends."""
        table = self._table
        above = table.grid[-1] if table.grid else []
        texts: list[str] = []
        for at, text in enumerate(table.cells):
            defined = table.defined[at] if at < len(table.defined) else _Cell()
            if defined.goes_down and at < len(above):
                text = above[at] if len(above[at]) <= LONGEST_REPEATED else ""
            texts.append("" if defined.goes_on else text)
        table.grid.append(texts)
        table.cells = []

    def _end_table(self) -> None:
        table, self._table = self._table, _Table()
        if table.cells:
            table.grid.append(table.cells)
        if not table.grid:
            return
        self._tables += 1
        self._out.gap()
        for sentence in table_rows(table.grid, table.header, above=self._out.last()):
            self._number += 1
            for line in split_lines(sentence or ""):
                self._out.add(self._number, line)
        self._out.gap()
        self._add_notes()

    def _add_notes(self) -> None:
        for note in self._beside["note"]:
            self._out.add(self._number, _whole(note))
            self._out.gap()
        self._beside["note"].clear()


def _whole(text: str) -> str:
    """Characters that are given as two halves, made one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


_ACTS = {
    "pard": _Reader.start,
    "intbl": _Reader.in_table,
    "s": _Reader.style,
    "outlinelevel": _Reader.outline,
    "par": _Reader.paragraph,
    "sect": _Reader.paragraph,
    "page": _Reader.paragraph,
    "cell": _Reader.cell,
    "nestcell": _Reader.cell,
    "trowd": _Reader.row_begins,
    "clmrg": _Reader.goes_on,
    "clvmrg": _Reader.goes_down,
    "cellx": _Reader.cell_defined,
    "trhdr": _Reader.header_row,
    "row": _Reader.row,
}
