"""Binary Word (.doc, .wps): paragraphs with their numbers, headings, tables, notes, headers and footers."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field, replace

from embeddings.reading.tables.rows import LONGEST_REPEATED, table_rows
from embeddings.reading.text.lines import Lines
from embeddings.reading.text.list_counting import BULLET, marked
from embeddings.reading.text.margins import with_margins
from embeddings.reading.text.tallies import check_text, tally
from embeddings.reading.word.field_codes import equation_field, is_page_field
from embeddings.reading.word.word97_file import Run, Word97
from embeddings.reading.word.word97_styles import Word97Styles
from embeddings.types import Line, ReadingNote

_IN_TABLE, _ROW_END, _DEPTH, _INNER_CELL, _INNER_ROW_END = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
_ROW, _HEADER_ROW = 0xD608, 0x3404
_DEEPEST = 8
_NEAR = 90  # twentieths of a point: edges of cells nearer than this are one
_COLUMNS = 63
_LONGEST_CODE = 200
_CONTROLS = {"\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\t": "\t", "\n": "\n"}
_TEXT = re.compile(r"[^\r\x07\x0c]*[\r\x07\x0c]?")


def read_word97(data: bytes) -> tuple[tuple[Line, ...], tuple[ReadingNote, ...]]:
    """Lines, numbered by paragraph and row, and what was read and left out.

    Raises Unreadable where it is locked or no Word file, and on damage whatever struct and olefile do.
    """
    reader = _Reader(Word97(data))
    reader.read()
    lines = tuple(reader.lines())
    check_text(lines, reader.pictures)
    return lines, reader.notes()


@dataclass(slots=True)
class _Row:
    cells: list[str]
    edges: list[int]
    flags: list[int]
    header: bool
    nested: list[list[_Row]]


@dataclass(slots=True)
class _Depth:
    """A table in the making: its finished rows, and the row and the cell that are being filled."""

    rows: list[_Row] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    nested: list[list[_Row]] = field(default_factory=list)


class _Reader:
    def __init__(self, word: Word97) -> None:
        self._word = word
        self._styles = Word97Styles(word)
        self._out = Lines()
        self._number = 0
        self._paragraphs = self._tables = 0
        self._depths: list[_Depth] = []
        self._notes = sorted(word.notes("footnotes") + word.notes("endnotes"))

    def read(self) -> None:
        """Go through the text, paragraph by paragraph."""
        for found in _TEXT.finditer(self._word.texts["text"]):
            if found[0]:
                self._paragraph(found[0], found.end())
        self._close(0)
        for text in self._word.texts["boxes"].split("\r"):
            self._out.gap()
            self._add(shown(text))

    def lines(self) -> list[Line]:
        """What was read, with headers before and footers behind."""
        headers, footers = self._word.margins()
        margins = ([line for text in texts for line in shown(text).split("\n")] for texts in (headers, footers))
        lines = with_margins(self._out.lines, *margins)
        if any(line.level == 0 for line in lines):
            return [line if line.level is None else replace(line, level=line.level + 1) for line in lines]
        return lines

    @property
    def pictures(self) -> int:
        """How many pictures and objects stand in the text."""
        return self._word.texts["text"].count("\x01")

    def notes(self) -> tuple[ReadingNote, ...]:
        """What was read, and what was not."""
        left_out = {"picture": self.pictures, "comment": self._word.comments()}
        return tally(self._paragraphs, self._tables, left_out, self._word.has_macros)

    def _paragraph(self, text: str, end: int) -> None:
        run = self._word.paragraph(end - 1)
        mark = text[-1]
        depth = _depth(run, mark)
        self._close(depth)
        body = shown(text)
        number = self._styles.number(run)
        if depth == 0:
            self._number += 1
            if body.strip() and not self._styles.is_contents(run):
                self._paragraphs += 1
                level = self._styles.level(run, len(body))
                self._add(marked(number, body) if level is None else number.strip(BULLET) + body.lstrip(), level)
            self._out.gap()
            self._add_notes(end)
            return
        number = number.strip(BULLET)
        self._fill(depth, run, mark, number + body if body.strip() or number else "")

    def _fill(self, depth: int, run: Run | None, mark: str, text: str) -> None:
        while len(self._depths) < depth:
            self._depths.append(_Depth())
        table = self._depths[depth - 1]
        operations = run.operations if run is not None else {}
        if _flag(operations, _ROW_END) or _flag(operations, _INNER_ROW_END):
            edges, flags = _cells(operations.get(_ROW, b""))
            table.rows.append(_Row(table.cells, edges, flags, _flag(operations, _HEADER_ROW), table.nested))
            table.cells, table.texts, table.nested = [], [], []
            return
        table.texts.append(text)
        if mark == "\x07" or _flag(operations, _INNER_CELL):
            table.cells.append("\n".join(part for part in table.texts if part))
            table.texts = []

    def _close(self, depth: int) -> None:
        """End the tables that are deeper than a paragraph that comes."""
        while len(self._depths) > depth:
            ended = self._depths.pop()
            if ended.cells or ended.texts:  # a row that never ended
                ended.rows.append(_Row([*ended.cells, *ended.texts], [], [], False, ended.nested))
            if self._depths:
                self._depths[-1].nested.append(ended.rows)
            else:
                self._table(ended.rows, counted=True)
                self._add_notes(None)

    def _table(self, rows: list[_Row], counted: bool) -> None:
        if not rows:
            return
        boxed = len(rows) == 1 and len(rows[0].cells) == 1
        self._tables += not boxed
        self._out.gap()
        header, above = True if rows[0].header else None, self._out.last()
        sentences = [rows[0].cells[0]] if boxed else table_rows(_grid(rows), header, above=above)
        for row, sentence in zip(rows, sentences, strict=True):
            self._number += counted
            for line in (sentence or "").split("\n"):
                self._out.add(self._number, line)
                if sentence and "\n" in sentence:  # a box around paragraphs
                    self._out.gap()
            for inner in row.nested:
                self._table(inner, counted=False)
        self._out.gap()

    def _add(self, text: str, level: int | None = None) -> None:
        for line in text.split("\n"):
            self._out.add(max(self._number, 1), line, level)

    def _add_notes(self, end: int | None) -> None:
        """Add the notes that are referred to before a character, or, at the end of a table, all up to now."""
        self._passed = end if end is not None else self._passed
        while self._notes and self._notes[0][0] < self._passed:
            self._out.gap()
            self._add(shown(self._notes.pop(0)[1]))
            self._out.gap()

    _passed = 0


def shown(text: str) -> str:
    """A text as it is shown: without the codes of fields, page numbers and marks, breaks of lines as line feeds."""
    pieces: list[str] = []
    codes: list[list[str]] = []  # of the fields that are open, and whether their result has begun
    silent = 0
    for char in text:
        if char == "\x13":
            codes.append(["", "code"])
            silent += 1
        elif char == "\x14" and codes and codes[-1][1] == "code":
            shows = not is_page_field(codes[-1][0])
            codes[-1][1] = "shown" if shows else "silent"
            silent -= shows
        elif char == "\x15" and codes:
            code, state = codes.pop()
            silent -= state != "shown"
            if state == "code" and not silent:
                pieces.append(equation_field(code))
        elif codes and codes[-1][1] == "code":
            codes[-1][0] += char if len(codes[-1][0]) < _LONGEST_CODE else ""
        elif not silent:
            pieces.append(_CONTROLS.get(char, "\n" if char in "\r\x07\x0c" else char if char >= " " else ""))
    joined = "".join(pieces).strip("\n")
    return joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _depth(run: Run | None, mark: str) -> int:
    operations = run.operations if run is not None else {}
    if not _flag(operations, _IN_TABLE) and mark != "\x07":
        return 0
    depth = int.from_bytes(operations.get(_DEPTH, b"\1"), "little")
    return min(max(depth, 1), _DEEPEST)


def _flag(operations: dict[int, bytes], number: int) -> bool:
    return operations.get(number, b"\0")[:1] == b"\1"


def _cells(definition: bytes) -> tuple[list[int], list[int]]:
    """The edges of a row's cells, from left to right, and the flags of each cell."""
    if len(definition) < 3:
        return [], []
    count = min(definition[2], _COLUMNS)
    begin = 3 + 2 * (count + 1)
    if begin > len(definition):
        return [], []
    edges = list(struct.unpack_from(f"<{count + 1}h", definition, 3))
    flags = [int.from_bytes(definition[begin + 20 * at : begin + 20 * at + 2], "little") for at in range(count)]
    return edges, flags


def _grid(rows: list[_Row]) -> list[list[str]]:
    """The cells by row and column, where edges that are near to each other are one."""
    columns: list[int] = []
    for edge in sorted({edge for row in rows for edge in row.edges}):
        if not columns or edge - columns[-1] > _NEAR:
            columns.append(edge)
    grid: list[list[str]] = []
    for row in rows:
        if len(row.edges) <= len(row.cells) or len(columns) - 1 > _COLUMNS:
            grid.append(row.cells)
            continue
        above = grid[-1] if grid else []
        texts = [""] * (len(columns) - 1)
        for cell, left, flags in zip(row.cells, row.edges, row.flags, strict=False):
            at = sum(1 for column in columns if column < left - _NEAR)
            if flags & 0x20 and not flags & 0x40 and at < len(above):  # the rest of the merged cell above it
                texts[at] = above[at] if len(above[at]) <= LONGEST_REPEATED else ""
            elif not flags & 2 and at < len(texts):
                texts[at] = cell
        grid.append(texts)
    return grid
