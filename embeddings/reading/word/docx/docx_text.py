"""Word (.docx and its variants): all that it says, in its order.

That is paragraphs with the numbers that Word sets before them, headings, tables, text boxes, notes, equations, headers
and footers. Comments, pictures and macros are not read, and the notes of the document say so.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from functools import cached_property

from embeddings.errors import Unreadable
from embeddings.reading.containers.archives import check_archive
from embeddings.reading.containers.xml_tree import Element, children, local
from embeddings.reading.tables.rows import table_rows
from embeddings.reading.text.lines import Lines, plausible_title, split_lines
from embeddings.reading.text.list_counting import BULLET, marked
from embeddings.reading.text.margins import with_margins
from embeddings.reading.text.tallies import check_text, tally
from embeddings.reading.word.docx.drawings import chart_grid, diagram_lines
from embeddings.reading.word.docx.numbers import Numbers
from embeddings.reading.word.docx.package import R, W, WordPackage, is_on
from embeddings.reading.word.docx.runs import Said, checkbox, read_paragraph
from embeddings.reading.word.docx.styles import Styles
from embeddings.reading.word.docx.tables import CellText, cells_of, has_header, held, placed, rows_of, span
from embeddings.reading.word.exported import read_exported
from embeddings.types import Line, ReadingNote


def read_word(data: bytes) -> tuple[tuple[Line, ...], str | None, tuple[ReadingNote, ...]]:
    """Lines, numbered by paragraph, the title, and what was read and left out.

    Raises Unreadable, and on damage whatever its parsers do.
    """
    check_archive(data)
    package = WordPackage(data)
    reader = _WordReader(package)
    body = package.body()
    reader.blocks(body, counted=True)
    margins = (_margin(reader, body, kind) for kind in ("header", "footer"))
    lines = with_margins(reader.out.lines, *margins)
    check_text(lines, reader.unread["picture"])
    if any(line.level == 0 for line in lines):  # a title stands above the headings of the first level
        lines = [line if line.level is None else replace(line, level=line.level + 1) for line in lines]
    return tuple(lines), _title(package, lines), _notes(reader, package)


class _WordReader:
    """Collects the lines of one Word file."""

    def __init__(self, package: WordPackage) -> None:
        self.package = package
        self.out = Lines()
        self.number = 0
        self.paragraphs = 0
        self.tables = 0
        self.unread: Counter[str] = Counter()
        self._styles = Styles(package.part("styles"))
        self._numbers = Numbers(package.part("numbering"), self._styles)
        self._noted: set[tuple[str, str]] = set()

    def blocks(self, container: Element, counted: bool) -> None:
        """Add the paragraphs and tables of a body, a cell or a text box; `counted`: under numbers of their own."""
        for block in held(container, "p", "tbl", "altChunk"):
            if block.tag == W + "tbl":
                self._table(block, counted)
            elif block.tag == W + "altChunk":
                self.number += counted
                self._imported(block)
            else:
                self.number += counted
                self._paragraph(block)
            self.out.gap()

    def _paragraph(self, paragraph: Element) -> None:
        said, mark = self._said(paragraph)
        text = "" if self._styles.is_contents(paragraph) else said.text
        if text.strip():
            self.paragraphs += 1
            level = self._styles.level(paragraph, len(text))
            for line in split_lines(marked(mark, text) if level is None else mark.strip(BULLET) + text.lstrip()):
                self.out.add(self.number, line, level)
        self._attached([said])

    def _said(self, paragraph: Element) -> tuple[Said, str]:
        """What a paragraph says and the number before it."""
        if paragraph.tag == W + "sdt":
            return Said([checkbox(paragraph) or ""]), ""
        said = read_paragraph(paragraph)
        self.unread += said.unread
        return said, self._numbers.of(paragraph)

    def _attached(self, all_said: list[Said]) -> None:
        """Add the text boxes and notes that belong to paragraphs, under the number that stands now."""
        for said in all_said:
            for box in said.boxes:
                self.out.gap()
                self.blocks(box, counted=False)
            for kind, relation in said.drawings:
                self.out.gap()
                self._drawing(kind, relation)
                self.out.gap()
            for note in said.notes:
                if note not in self._noted:  # a footnote that refers to itself, or is referred to twice
                    self._noted.add(note)
                    self._note(*note)

    def _drawing(self, kind: str, relation: str) -> None:
        """Add the figures of a chart or the words of a diagram."""
        part = self.package.named(kind, relation)
        grid = [] if part is None or kind != "chart" else chart_grid(part)
        lines = [] if part is None or kind == "chart" else diagram_lines(part)
        self.unread["chart"] += not (grid or lines)
        for sentence in table_rows(grid, True) if grid else lines:
            self.out.add(self.number or 1, sentence or "")

    def _imported(self, chunk: Element) -> None:
        """Add a page or an RTF that stands in the file as it was brought in; a Word file in it is not read."""
        data = self.package.data("aFChunk", chunk.get(R + "id"))
        document = None
        with suppress(Unreadable):
            document = None if data is None else read_exported("", data)
        if document is None:
            self.unread["imported"] += 1
        else:
            self.out.append(replace(line, number=self.number or 1) for line in document.lines)

    def _note(self, kind: str, note_id: str) -> None:
        note = self._all_notes.get((kind, note_id))
        if note is not None:
            self.out.gap()
            self.blocks(note, counted=False)

    @cached_property
    def _all_notes(self) -> dict[tuple[str, str], Element]:
        found: dict[tuple[str, str], Element] = {}
        for kind in ("footnotes", "endnotes"):
            part = self.package.part(kind)
            for note in () if part is None else children(part):
                if note.get(W + "type") in (None, "normal"):
                    found[kind, note.get(W + "id") or ""] = note
        return found

    def _table(self, table: Element, counted: bool) -> None:
        """Add the rows of a table, each under a number of its own where they are `counted`."""
        rows = rows_of(table)
        cells = [cells_of(row) for row in rows]
        if len(rows) == 1 and len(cells[0]) == 1:  # a box around paragraphs
            self.number += counted
            self.blocks(cells[0][0], counted=False)
            return
        self.tables += 1
        texts: list[list[CellText]] = []
        attached: list[list[Said]] = []
        nested: list[list[Element]] = []
        for row in cells:
            attached.append([])
            nested.append([])
            texts.append([CellText(cell, self._cell(cell, attached[-1], nested[-1])) for cell in row])
        grid = placed(texts, [span(row, "trPr/gridBefore") for row in rows])
        sentences = table_rows(grid, has_header(rows, grid), above=self.out.last())
        for index, sentence in enumerate(sentences):
            self.number += counted
            for line in split_lines(sentence or ""):
                self.out.add(self.number, line)
                if sentence and "\n" in sentence:  # a column of boxes around paragraphs
                    self.out.gap()
            for inner in nested[index]:
                self.out.gap()
                self._table(inner, counted=False)
                self.out.gap()
        for said in attached:
            self._attached(said)

    def _cell(self, cell: Element, attached: list[Said], nested: list[Element]) -> str:
        texts: list[str] = []
        for block in held(cell, "p", "tbl"):
            if block.tag == W + "tbl":
                nested.append(block)
                continue
            said, mark = self._said(block)
            texts.append(mark.strip(BULLET) + said.text)
            attached.append(said)
        return "\n".join(text for text in texts if text.strip())


def _margin(reader: _WordReader, body: Element, kind: str) -> list[str]:
    """The lines of the headers or footers that are shown, by section."""
    settings = reader.package.part("settings")
    even = settings is not None and is_on(settings, "evenAndOddHeaders")
    inside = _WordReader(reader.package)
    for section in body.iter(W + "sectPr"):
        shown = {"default", *(("even",) if even else ()), *(("first",) if is_on(section, "titlePg") else ())}
        for reference in section.findall(f"{W}{kind}Reference"):
            if reference.get(W + "type", "default") in shown:
                part = reader.package.named(kind, reference.get(R + "id"))
                if part is not None:
                    inside.blocks(part, counted=False)
    reader.unread += inside.unread
    return [line.text for line in inside.out.lines if line.text]


def _plain(text: str) -> str:
    return "".join(text.split())


def _title(package: WordPackage, lines: list[Line]) -> str | None:
    core = package.core()
    texts = [] if core is None else [item.text for item in children(core) if local(item) == "title"]
    title = plausible_title(texts[0]) if texts else None
    if title and _plain(title) not in "".join(_plain(line.text) for line in lines):
        return None  # most likely left over from the file that this one was made from
    return title


def _notes(reader: _WordReader, package: WordPackage) -> tuple[ReadingNote, ...]:
    """What was read, and what was left out."""
    comments = package.part("comments")
    left_out = reader.unread + Counter(comment=0 if comments is None else len(comments.findall(W + "comment")))
    return tally(reader.paragraphs, reader.tables, left_out, package.has("word/vbaProject.bin"))
