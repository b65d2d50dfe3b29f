"""OpenDocument text (.odt): paragraphs with their numbers, headings, tables, notes, headers and footers."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO

from embeddings.errors import Unreadable
from embeddings.reading.containers.archives import check_archive
from embeddings.reading.containers.xml_tree import Element, children, local, parse_xml
from embeddings.reading.tables.rows import LONGEST_REPEATED, table_rows
from embeddings.reading.text.counting import counted
from embeddings.reading.text.lines import Lines, plausible_title, split_lines
from embeddings.reading.text.list_counting import BULLET, marked
from embeddings.reading.text.margins import with_margins
from embeddings.reading.text.raised import raised
from embeddings.reading.text.tallies import tally
from embeddings.types import Document, ReadingNote

_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _STYLE = _SPACE + "text:1.0}", _SPACE + "table:1.0}", _SPACE + "style:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_COLUMNS = 64  # a cell may be repeated to the end of the sheet
_MOST_SPACES = 100
_NEAR = 8  # pieces before a raised one that say what it stands on
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_HAN = {
    "一": "chineseCounting",
    "壹": "chineseLegalSimplified",
    "甲": "ideographTraditional",
    "①": "decimalEnclosedCircle",
}
_LEFT_OUT = frozenset(
    "tracked-changes annotation annotation-end sequence-decls forms table-of-content alphabetical-index "
    "user-index illustration-index table-index object-index bibliography title desc ruby-text page-number page-count "
    "meta script event-listeners".split()
)


def read_odt(file: str, data: bytes) -> Document:
    """Lines, numbered by paragraph and row.

    Raises Unreadable where it is locked or no OpenDocument text, and on damage whatever its parsers do.
    """
    check_archive(data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise Unreadable("文件有密码保护，请去掉密码。", "It is protected by a password; save it without one.")
        content = parse_xml(archive.read("content.xml"))
        styles = parse_xml(archive.read("styles.xml")) if "styles.xml" in names else None
        meta = parse_xml(archive.read("meta.xml")) if "meta.xml" in names else None
    body = next((part for part in _below(content, "body") for part in children(part) if local(part) == "text"), None)
    if body is None:
        raise Unreadable("不是 OpenDocument 文本，或已损坏。", "Not an OpenDocument text, or a damaged one.")
    looks = _Looks([tree for tree in (styles, content) if tree is not None])
    reader = _OdtReader(looks)
    reader.blocks(body, counted=True)
    margins = (_margin(looks, styles, kind) for kind in ("header", "footer"))
    lines = with_margins(reader.out.lines, *margins)
    if any(line.level == 0 for line in lines):
        lines = [line if line.level is None else replace(line, level=line.level + 1) for line in lines]
    titles = [] if meta is None else [item.text for item in meta.iter() if item.tag == f"{_DC}title"]
    title = plausible_title(titles[0]) if titles else None
    said = "".join("".join(line.text.split()) for line in lines)
    return Document(
        file,
        "paragraph",
        tuple(lines),
        title if title and "".join(title.split()) in said else None,
        notes=reader.notes(),
    )


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A level of a list: how it counts, from where, what stands around, how many levels it shows."""

    style: str
    before: str
    after: str
    start: int
    shown: int


_UNREAD = {"image": "picture", "object": "object", "object-ole": "object", "annotation": "comment"}


class _Looks:
    """What the styles of a document say: which texts are raised or hidden, and how lists are numbered."""

    def __init__(self, trees: list[Element]) -> None:
        self.raised: set[str] = set()
        self.hidden: set[str] = set()
        self.titles: set[str] = {"Title"}
        self.lists: dict[str, dict[int, _Numbered]] = {}
        self.outline: dict[int, _Numbered] = {}
        self.list_of: dict[str, str] = {}
        for style in (item for tree in trees for item in tree.iter() if isinstance(item.tag, str)):
            name = style.get(_STYLE + "name") or ""
            if style.tag == _STYLE + "style":
                self._style(name, style)
            elif style.tag == _TEXT + "list-style":
                self.lists[name] = _levels(style)
            elif style.tag == _TEXT + "outline-style":
                self.outline = _levels(style)

    def _style(self, name: str, style: Element) -> None:
        if style.get(_STYLE + "parent-style-name") in self.titles:
            self.titles.add(name)
        if style.get(_STYLE + "list-style-name"):
            self.list_of[name] = style.get(_STYLE + "list-style-name")
        for properties in children(style):
            position = properties.get(_STYLE + "text-position") or ""
            if position.startswith("super") or re.match(r"[1-9]", position):
                self.raised.add(name)
            if properties.get(_TEXT + "display") == "none":
                self.hidden.add(name)


def _levels(style: Element) -> dict[int, _Numbered]:
    found: dict[int, _Numbered] = {}
    for level in children(style):
        depth = level.get(_TEXT + "level") or ""
        form = level.get(_STYLE + "num-format") or ""
        if local(level) == "list-level-style-bullet" and re.fullmatch(r"[1-9]|10", depth):
            found[int(depth)] = _Numbered("bullet", "", "", 1, 1)
        elif re.fullmatch(r"[1-9]|10", depth) and form:
            way = _FORMATS.get(form) or next((name for char, name in _HAN.items() if form.startswith(char)), "decimal")
            start, shown = (level.get(_TEXT + name) or "1" for name in ("start-value", "display-levels"))
            found[int(depth)] = _Numbered(
                way,
                level.get(_STYLE + "num-prefix") or "",
                level.get(_STYLE + "num-suffix") or "",
                int(start) if re.fullmatch(r"[0-9]{1,5}", start) else 1,
                int(shown) if re.fullmatch(r"[1-9]", shown) else 1,
            )
    return found


@dataclass(slots=True)
class _Counts:
    """Where a list stands, by its depth."""

    at: dict[int, int] = field(default_factory=dict)

    def next(self, levels: dict[int, _Numbered], depth: int, start: str | None) -> str:
        level = levels.get(depth)
        if level is None:
            return ""
        if level.style == "bullet":
            return BULLET
        given = int(start) if start is not None and re.fullmatch(r"[0-9]{1,5}", start) else None
        self.at[depth] = given if given is not None else self.at.get(depth, level.start - 1) + 1
        for deeper in [other for other in self.at if other > depth]:
            del self.at[deeper]
        shown = [
            counted(self.at.get(above, levels[above].start), levels[above].style)
            for above in range(max(1, depth - level.shown + 1), depth + 1)
            if above in levels
        ]
        said = f"{level.before}{'.'.join(shown)}{level.after}".strip()
        return said if re.search(r"[、，。：．）〕】》）]$", said) else f"{said} "


class _OdtReader:
    def __init__(self, looks: _Looks) -> None:
        self.out = Lines()
        self._looks = looks
        self._number = self._paragraphs = self._tables = 0
        self._unread: Counter[str] = Counter()
        self._counts: dict[str, _Counts] = {}
        self._outline = _Counts()
        self._attached: list[Element] = []  # notes and text boxes of the paragraph at hand

    def notes(self) -> tuple[ReadingNote, ...]:
        """What was read and left out."""
        return tally(self._paragraphs, self._tables, self._unread)

    def blocks(self, container: Element, counted: bool) -> None:
        """Add paragraphs, lists and tables; `counted`: under numbers of their own."""
        for block in children(container):
            name = local(block)
            if name in _LEFT_OUT:
                continue
            if name in ("p", "h"):
                self._number += counted
                self._paragraph(block, self._outline_number(block) if name == "h" else "")
            elif name == "list":
                self._list(block, 1, "", counted)
            elif name == "table":
                self._table(block, counted)
            else:
                self.blocks(block, counted)
            self.out.gap()

    def _outline_number(self, heading: Element) -> str:
        level = heading.get(_TEXT + "outline-level") or "1"
        if heading.get(_TEXT + "is-list-header") == "true" or not re.fullmatch(r"[1-9]", level):
            return ""
        return self._outline.next(self._looks.outline, int(level), None)

    def _list(self, block: Element, depth: int, style: str, counted: bool) -> None:
        style = block.get(_TEXT + "style-name") or style
        name = block.get(_TEXT + "continue-list") or style
        counts = self._counts.setdefault(name, _Counts())
        if depth == 1 and block.get(_TEXT + "continue-numbering") != "true" and not block.get(_TEXT + "continue-list"):
            counts.at.clear()
        levels = self._looks.lists.get(style, {})
        for item in children(block):
            is_first = local(item) == "list-item"
            for part in children(item):
                if local(part) == "list":
                    self._list(part, depth + 1, style, counted)
                elif local(part) in ("p", "h"):
                    self._number += counted
                    mark = counts.next(levels, depth, item.get(_TEXT + "start-value")) if is_first else ""
                    self._paragraph(part, mark)
                    is_first = False
                    self.out.gap()

    def _paragraph(self, paragraph: Element, mark: str) -> None:
        text = self._said(paragraph)
        attached, self._attached = self._attached, []
        if text.strip():
            self._paragraphs += 1
            for line in split_lines(marked(mark, text)):
                self.out.add(max(self._number, 1), line, self._level(paragraph))
        for part in attached:
            self.out.gap()
            self.blocks(part, counted=False)

    def _level(self, paragraph: Element) -> int | None:
        if paragraph.get(_TEXT + "style-name") in self._looks.titles:
            return 0
        level = paragraph.get(_TEXT + "outline-level") or "1"
        return (int(level) if re.fullmatch(r"[1-9]", level) else 9) if local(paragraph) == "h" else None

    def _said(self, element: Element) -> str:
        """The text of an element; what is anchored in it waits in `_attached`."""
        pieces = [element.text or ""]
        for child in element:
            if isinstance(child.tag, str):
                said = self._inside(child)
                is_raised = local(child) == "span" and child.get(_TEXT + "style-name") in self._looks.raised
                pieces.append(raised(said, "".join(pieces[-_NEAR:])) if is_raised else said)
            pieces.append(child.tail or "")
        return "".join(pieces)

    def _inside(self, child: Element) -> str:
        name = local(child)
        if name in _LEFT_OUT:
            self._unread[_UNREAD.get(name, "")] += 1
            return ""
        if name == "s":
            count = child.get(_TEXT + "c") or "1"
            return " " * (min(int(count), _MOST_SPACES) if re.fullmatch(r"[0-9]{1,4}", count) else 1)
        if name in ("tab", "line-break"):
            return "\t" if name == "tab" else "\n"
        if name in ("note-body", "text-box"):
            self._attached.append(child)
            return ""
        if name in ("image", "object", "object-ole"):
            self._unread[_UNREAD[name]] += 1
        style = child.get(_TEXT + "style-name") if name == "span" else None
        if name == "note-citation" or style in self._looks.hidden:
            return ""
        return self._said(child)

    def _table(self, table: Element, counted: bool) -> None:
        grid: list[list[str]] = []
        header: bool | None = None
        below: dict[int, tuple[int, str]] = {}
        nested: list[Element] = []
        attached: list[Element] = []
        for row, is_header in _rows(table):
            header = header or (True if is_header and not grid else None)
            texts: list[str] = []
            for cell in children(row):
                if local(cell) == "table-cell" and len(texts) <= _COLUMNS:
                    self._place(texts, below, cell, nested)
                elif local(cell) == "covered-table-cell":
                    for _ in range(_span(cell, "number-columns-repeated", _COLUMNS)):
                        left, text = below.pop(len(texts), (0, ""))
                        if left > 1:
                            below[len(texts)] = (left - 1, text)
                        texts.append(text)
            while texts and not texts[-1] and len(texts) > max(map(len, grid), default=1):
                texts.pop()
            grid.append(texts)
        attached, self._attached = self._attached, []
        self._tables += 1
        for sentence in table_rows(grid, header, above=self.out.last()):
            self._number += counted
            for line in split_lines(sentence or ""):
                self.out.add(max(self._number, 1), line)
        for part in nested:
            self.out.gap()
            self._table(part, counted=False)
        for part in attached:
            self.out.gap()
            self.blocks(part, counted=False)

    def _place(self, texts: list[str], below: dict[int, tuple[int, str]], cell: Element, nested: list[Element]) -> None:
        said: list[str] = []
        for part in _cell_parts(cell):
            if local(part) == "table":
                nested.append(part)
            else:
                said.append(self._said(part))
        text = "\n".join(part for part in said if part.strip())
        rows, columns = (_span(cell, f"number-{name}-spanned", _COLUMNS) for name in ("rows", "columns"))
        if rows > 1 and len(text) <= LONGEST_REPEATED:
            below |= {len(texts) + at: (rows - 1, text if at == 0 else "") for at in range(columns)}
        texts += [text] * _span(cell, "number-columns-repeated", _COLUMNS)


def _cell_parts(cell: Element) -> Iterator[Element]:
    """The paragraphs and tables of a cell, in lists too."""
    for part in children(cell):
        if local(part) in ("p", "h", "table"):
            yield part
        elif local(part) not in _LEFT_OUT:
            yield from _cell_parts(part)


def _rows(table: Element) -> Iterator[tuple[Element, bool]]:
    """The rows of a table, each with whether it is one of the header."""
    for part in children(table):
        name = local(part)
        if name == "table-row":
            yield part, False
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            for row, is_header in _rows(part):
                yield row, is_header or name == "table-header-rows"


def _span(cell: Element, name: str, most: int) -> int:
    said = cell.get(_TABLE + name) or "1"
    return min(max(int(said), 1), most) if re.fullmatch(r"[0-9]{1,6}", said) else 1


def _margin(looks: _Looks, styles: Element | None, kind: str) -> list[str]:
    """The lines of the headers or footers of the pages."""
    inside = _OdtReader(looks)
    for part in (
        () if styles is None else styles.iter(f"{_STYLE}{kind}", f"{_STYLE}{kind}-first", f"{_STYLE}{kind}-left")
    ):
        inside.blocks(part, counted=False)
    return [line.text for line in inside.out.lines if line.text]


def _below(element: Element, name: str) -> Iterator[Element]:
    return (part for part in children(element) if local(part) == name)
