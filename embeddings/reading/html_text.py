"""HTML -> numbered lines, title and date."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from embeddings.reading.markup import Lines, Markup, find_iso_date, visible
from embeddings.reading.tables import LONGEST_REPEATED, table_rows

Attributes = dict[str, str | None]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = _HEADINGS.keys() | _words(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_VOID = _words("area base br col embed hr img input link meta param source track wbr")
_DROPPED = _words("aside button footer form iframe nav noscript rp rt script select style svg template textarea")
_ENDS_HEADING = _words("article blockquote ol p section table ul")
_TABLE_DEPTH = 8  # more tables inside tables than this are no layout, and would be copied out level by level
_COLUMNS = 64  # of a table; cells that claim to span more would fill the memory
_LAYOUT_CELL = 200  # characters; a longer cell holds an article, not a value
_TITLES = ("og:title", "articletitle")
_DATES = ("article:published_time", "pubdate", "publishdate", "publish_date", "publish-date", "date")
_WIDE = "[\u2014\u2018-\u201d\u2026\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"


@dataclass(slots=True)
class _Cell:
    columns: int
    rows: int
    head: bool
    content: Lines = field(default_factory=Lines)

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.content.lines if line.text)


@dataclass(slots=True)
class _Table:
    """An HTML table in the making, and where the text around it goes."""

    outer: Lines
    rows: list[list[_Cell]] = field(default_factory=list)
    layout: bool = False

    @property
    def is_data(self) -> bool:
        """False for a table that only places text on the page: its cells are then read one after the other."""
        cells = [cell for row in self.rows for cell in row]
        if self.layout or max(map(len, self.rows), default=0) < 2:
            return False
        if any(cell.head for cell in cells):
            return True
        return len(self.rows) > 1 and not any(
            len(cell.text) > _LAYOUT_CELL or any(line.level for line in cell.content.lines) for cell in cells
        )

    @property
    def header(self) -> bool | None:
        if any(len(row) > 1 and all(cell.head for cell in row) for row in self.rows):
            return True
        return False if any(row[0].head and len(row) == 2 for row in self.rows if row) else None

    def grid(self) -> list[list[str]]:
        """Texts by row and column. What spans rows is said in each; what spans columns, once."""
        below: dict[int, tuple[int, str]] = {}
        grid: list[list[str]] = []
        for row in self.rows:
            texts: list[str] = []
            for cell in [*row, None]:
                while len(texts) in below:
                    left, text = below.pop(len(texts))
                    if left > 1:
                        below[len(texts)] = (left - 1, text)
                    texts.append(text)
                if cell is None or len(texts) > _COLUMNS:
                    break
                spanned = [cell.text, *[""] * (cell.columns - 1)]
                if cell.rows > 1 and len(cell.text) <= LONGEST_REPEATED:
                    below |= {len(texts) + offset: (cell.rows - 1, text) for offset, text in enumerate(spanned)}
                texts += spanned
            grid.append(texts)
        return grid


class _HtmlReader(HTMLParser):
    """Collects the visible text of a page. Elements named in `dropped`, and hidden ones, are left out."""

    def __init__(self, dropped: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.out = Lines()
        self._titles: list[str] = []
        self.metadata: dict[str, str] = {}
        self.time = ""
        self.in_forms = 0
        self._dropped = dropped
        self._skipping = ""
        self._depth = 0
        self._in_title = False
        self._in_pre = False
        self._level: int | None = None
        self._pieces: list[str] = []
        self._start = 0
        self._tables: list[_Table] = []

    @property
    def title(self) -> str:
        """What stands in the first `<title>` that holds anything."""
        return "".join(self._titles)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin, skip or note an element."""
        given: Attributes = dict(attrs)
        if tag == "meta":
            name = given.get("property") or given.get("name") or ""
            self.metadata.setdefault(name.lower(), given.get("content") or "")
        if self._skipping == "p" and tag in _BLOCKS:
            self._skipping = ""  # a paragraph ends where the next block begins, closed or not
        if self._skipping:
            self._depth += tag == self._skipping
        elif tag in _VOID:
            self._void(tag)
        elif tag == "title":
            self._in_title = not any(self._titles)
        elif tag in self._dropped or (tag not in ("html", "body") and _is_hidden(given)):
            self._block_if(tag in _BLOCKS)
            self._skipping, self._depth = tag, 1
        else:
            self._open(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if self._skipping:
            self._depth -= tag == self._skipping
            self._skipping = self._skipping if self._depth else ""
        elif tag == "title":
            self._in_title = False
        else:
            self._block_if(tag in _BLOCKS)
            self._in_pre = self._in_pre and tag != "pre"
            self._level = None if tag in _HEADINGS else self._level
            if tag == "table":
                self._end_table()

    def handle_data(self, data: str) -> None:
        """Collect text, remembering the line on which its first visible character stands."""
        if self._skipping:
            self.in_forms += len(data.strip()) if self._skipping == "form" else 0
        elif self._in_title:
            self._titles.append(data)
        elif self._in_pre:
            for offset, text in enumerate(data.split("\n")):
                self._block_if(offset > 0, gap=False)
                self._collect(text, self.getpos()[0] + offset)
        else:
            text = data.lstrip()
            self._collect(data, self.getpos()[0] + data.count("\n", 0, len(data) - len(text)))

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Pass over `<![...]>`: the library's own reading raises on names that it does not know."""
        end = self.rawdata.find(">", i)
        return end + 1

    def finish(self) -> None:
        """Write out what is still open at the end of the page."""
        self.close()
        self._block_if(True)
        while self._tables:
            self._end_table()

    def _void(self, tag: str) -> None:
        if tag == "br":
            # two in a row are how old pages set paragraphs
            self._block_if(True, gap=not "".join(self._pieces).strip())
        else:
            self._block_if(tag == "hr")

    def _open(self, tag: str, given: Attributes) -> None:
        self._block_if(tag in _BLOCKS)
        self._in_title = self._in_title and tag not in _BLOCKS
        self._in_pre = self._in_pre or tag == "pre"
        if tag in _HEADINGS:
            self._level = _HEADINGS[tag]
        elif tag in _ENDS_HEADING:
            self._level = None
        if tag == "time":
            self.time = self.time or given.get("datetime") or ""
        elif tag == "table" and len(self._tables) < _TABLE_DEPTH:
            for table in self._tables:
                table.layout = True
            self._tables.append(_Table(self.out))
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in ("td", "th") and self._tables:
            cell = _Cell(_span(given, "colspan", _COLUMNS), _span(given, "rowspan", 1000), tag == "th")
            rows = self._tables[-1].rows or [[]]
            rows[-1].append(cell)
            self._tables[-1].rows = rows
            self.out = cell.content

    def _end_table(self) -> None:
        if not self._tables:
            return
        table = self._tables.pop()
        self.out = table.outer
        self.out.gap()
        if table.is_data:
            for cells, sentence in zip(
                table.rows, table_rows(table.grid(), table.header, above=self.out.last()), strict=True
            ):
                numbers = [line.number for cell in cells for line in cell.content.lines]
                if sentence is not None and numbers:
                    self.out.add(numbers[0], sentence)
        else:
            for cell in (cell for row in table.rows for cell in row):
                self.out.append(cell.content.lines)
        self.out.gap()

    def _collect(self, text: str, number: int) -> None:
        if not self._start and text.strip():
            self._start = number
        self._pieces.append(text)

    def _block_if(self, ends: bool, gap: bool = True) -> None:
        if not ends:
            return
        text = re.sub(rf"(?<={_WIDE})[ \t\f\xa0]*\n[ \t\n\f\xa0]*(?={_WIDE})", "", "".join(self._pieces))
        self.out.add(self._start, re.sub(r"[ \t\n\f\xa0]+", " ", text), self._level)
        self._pieces, self._start = [], 0
        if gap:
            self.out.gap()


def _is_hidden(given: Attributes) -> bool:
    return "hidden" in given or re.search(r"display\s*:\s*none", given.get("style") or "", re.IGNORECASE) is not None


def _span(given: Attributes, name: str, most: int) -> int:
    value = given.get(name) or ""
    return min(max(int(value), 1), most) if re.fullmatch(r"[0-9]{1,4}", value) else 1


def read_html(text: str) -> Markup:
    """Give the visible text of a page, one line for each block or line break, numbered by where it begins.

    Left out: navigation, forms, asides, footers, scripts and hidden elements. The title is that of the
    metadata (og:title, ArticleTitle), else of `<title>`, which often names the site as well; the date is
    that of the metadata, else of the first `<time>`.
    """
    reader = _HtmlReader(_DROPPED)
    # Some sites wrap the whole page in a form: then the form is the page.
    for dropped in (_DROPPED, _DROPPED - {"form"}):
        reader = _HtmlReader(dropped)
        reader.feed(_closed(text))
        reader.finish()
        if reader.in_forms <= sum(len(line.text) for line in reader.out.lines):
            break
    title = next((reader.metadata[name] for name in _TITLES if reader.metadata.get(name)), reader.title)
    dates = (find_iso_date(value) for value in (*(reader.metadata.get(name, "") for name in _DATES), reader.time))
    return Markup(
        tuple(reader.out.lines), visible(" ".join(title.split())) or None, next((date for date in dates if date), None)
    )


def _closed(text: str) -> str:
    """Set line feeds only, and drop tags and comments that never end.

    The library looks for the end of each of those through all the rest of the page, which takes hours on a
    page made of nothing else.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    comments = text.rfind("-->") + 1
    text = text[:comments] + text[comments:].replace("<!--", "")
    tags = text.rfind(">") + 1
    return text[:tags] + text[tags:].replace("<", "&lt;")
