"""HTML -> numbered lines, title and date."""

from __future__ import annotations

import re
from dataclasses import replace

from embeddings.reading.markup.html_table import Attributes, Table
from embeddings.reading.markup.html_tree import BLOCKS, HEADINGS, RAW, Element, End, Page, Text, read_page
from embeddings.reading.text.lines import Lines, Markup, find_iso_date, names_site, struck_out, visible, without_site
from embeddings.reading.text.list_numbers import Numbering, entry
from embeddings.reading.text.raised import lowered, raised


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STRUCK = _words("del s strike")
_DROPPED = _words(
    "annotation annotation-xml aside button datalist footer form iframe nav noscript object rp rt script select style "
    "svg template textarea"
)
_CONTROLS = _words("select textarea button label option script style datalist")
_ENDS_HEADING = _words("article blockquote ol p section table ul")
_TABLE_DEPTH = 8  # more tables inside tables than this are no layout, and would be copied out level by level
_LONGEST_TERM = 40  # characters of what a definition list defines; a longer one is a text of its own
_LONGEST_SMALL = 40  # characters of what is raised or lowered
_ARTICLE = 100  # characters of a form that holds sentences: then it is no form to fill in
_TITLES = ("og:title", "articletitle", "dc.title", "citation_title", "twitter:title")
_DATES = (
    *("article:published_time", "og:published_time", "datepublished", "pubdate", "pub_date", "publishdate"),
    *("publish_date", "publish-date", "publishtime", "publish_time", "dcterms.issued", "dcterms.date"),
    *("dc.date.issued", "dc.date", "citation_publication_date", "citation_date", "sailthru.date", "date"),
)
_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_WIDE = "[\u2014\u2018-\u201d\u2026\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STRIKING = re.compile(r"text-decoration[a-z-]*\s*:[^;]*line-through", re.IGNORECASE)
_CRUMBS = re.compile(r"\b(?:bread-?crumbs?|crumbs?)\b", re.IGNORECASE)
_ENDED = re.compile(r"[。！？!?；;]$")


class _HtmlReader:
    """Collects the visible text of a page. Elements named in `dropped`, hidden and struck ones, are left out."""

    def __init__(self, page: Page, dropped: frozenset[str]) -> None:
        self.out = Lines()
        self.title = ""
        self.metadata: dict[str, str] = {}
        self.time = ""
        self.in_forms = 0
        self.struck = 0
        self._page = page
        self._dropped = dropped
        self._numbers = Numbering()
        self._term = ""
        self._term_line = 0  # of a term that nothing has been said of yet
        self._mark = ""
        self._is_entry = False
        self._in_pre = 0
        self._level: int | None = None
        self._pieces: list[str] = []
        self._start = 0
        self._tables: list[Table] = []

    def read(self) -> None:
        """Go through the page."""
        place, items = 0, self._page.items
        while place < len(items):
            item = items[place]
            if isinstance(item, Text):
                self._text(item)
            elif isinstance(item, End):
                self._close(item.element)
            elif self._is_passed(item, place):
                self._block_if(item.tag in BLOCKS)
                place = item.end
            else:
                self._open(item)
            place += 1
        self._block_if(True)
        self._flush_term()

    def _is_passed(self, item: Element, place: int) -> bool:
        """Whether an element is left out, or has been dealt with as a whole."""
        tag = item.tag
        if tag in ("title", "script", "sup", "sub", "msup", "msub"):
            return self._is_taken(item, place)
        if tag in _STRUCK or _STRIKING.search(item.attrs.get("style") or ""):
            self.struck += bool(item.closed and self._page.text_of(place).strip())
            return item.closed
        if tag == "form" and tag in self._dropped and not self._is_article(place, item):
            self.in_forms += len(self._page.text_of(place).strip())
        elif (tag == "form" or tag not in self._dropped) and not _is_hidden(item.attrs):
            return False
        # What is never closed would take the rest of the page with it.
        return item.closed or tag in RAW

    def _is_taken(self, item: Element, place: int) -> bool:
        """Take the text of an element whole, where it is one of those."""
        if item.tag in ("sup", "sub") and (not item.closed or item.end - place > _LONGEST_SMALL):
            return False
        if item.tag in ("msup", "msub"):
            return self._take_power(item, place)
        text = self._page.text_of(place)
        if item.tag == "title":
            self.title = self.title or text.strip()
        elif item.tag == "script":
            found = _PUBLISHED.search(text) if "ld+json" in (item.attrs.get("type") or "") else None
            self.metadata.setdefault("datepublished", found[1]) if found is not None else None
        elif len(text) > _LONGEST_SMALL:
            return False
        elif item.tag == "sub":
            self._collect(lowered(text), item.line)
        else:
            inside = self._page.items[place : item.end]
            linked = any(isinstance(part, Element) and part.tag == "a" for part in inside)
            self._collect(raised(text, "".join(self._pieces[-4:])[-8:], linked), item.line)
        return True

    def _take_power(self, item: Element, place: int) -> bool:
        """Take a base and what is raised or lowered behind it, as MathML has them: two elements beside each other."""
        parts: list[str] = []
        at = place + 1
        while at < item.end:
            part = self._page.items[at]
            if isinstance(part, Element):
                parts.append(self._page.text_of(at).strip())
                at = part.end
            at += 1
        if len(parts) != 2 or not item.closed:
            return False
        small = raised(parts[1], parts[0]) if item.tag == "msup" else lowered(parts[1])
        self._collect(parts[0] + small, item.line)
        return True

    def _is_article(self, place: int, form: Element) -> bool:
        """Whether a form holds sentences beside its fields."""
        size = sentences = 0
        while place < form.end:
            item = self._page.items[place]
            if isinstance(item, Text):
                size += len(item.text.strip())
                sentences += item.text.count("。")
            elif isinstance(item, Element) and (item.tag in _CONTROLS or _is_hidden(item.attrs)):
                place = item.end
            place += 1
        return sentences > 0 and size >= _ARTICLE

    def _text(self, item: Text) -> None:
        """Collect a text, remembering the line on which its first visible character stands."""
        if self._in_pre:
            for offset, text in enumerate(item.text.split("\n")):
                self._block_if(offset > 0, gap=False)
                self._collect(text, item.line + offset)
        else:
            text = item.text.lstrip()
            self._collect(item.text, item.line + item.text.count("\n", 0, len(item.text) - len(text)))

    def _open(self, item: Element) -> None:
        tag, given = item.tag, item.attrs
        if tag == "br":
            # two in a row are how old pages set paragraphs
            self._block_if(True, gap=not "".join(self._pieces).strip())
            return
        self._block_if(tag in BLOCKS)
        if tag in ("dt", "dl"):
            self._flush_term()
        self._in_pre += tag == "pre"
        if tag in HEADINGS:
            self._level = HEADINGS[tag]
        elif tag in _ENDS_HEADING:
            self._level = None
        if tag == "meta":
            name = given.get("property") or given.get("name") or given.get("itemprop") or ""
            self.metadata.setdefault(name.lower(), given.get("content") or "")
        elif tag == "time":
            self.time = self.time or given.get("datetime") or ""
        elif tag == "q":
            self._collect("“", item.line)
        elif tag in ("ol", "ul", "menu"):
            step = -1 if "reversed" in given else 1
            kind = given.get("type") or "1"
            start = _whole(given.get("start"))
            self._numbers.begin(tag == "ol" and not _is_unnumbered(given), 1 if start is None else start, step, kind)
        elif tag == "li":
            self._mark = self._numbers.next(_whole(given.get("value")))
            self._is_entry = True
        elif tag == "dd":
            self._mark, self._is_entry = self._term, False
        else:
            self._open_table(tag, given)

    def _open_table(self, tag: str, given: Attributes) -> None:
        if tag == "table" and len(self._tables) < _TABLE_DEPTH:
            for table in self._tables:
                table.layout = True
            self._tables.append(Table(self.out))
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in ("td", "th") and self._tables:
            self.out = self._tables[-1].add_cell(tag, given).content

    def _close(self, item: Element) -> None:
        tag = item.tag
        if tag == "dt":
            self._end_term()
        if tag == "q":
            self._collect("”", item.line)
        self._block_if(tag in BLOCKS and tag != "hr")
        self._in_pre -= tag == "pre"
        self._level = None if tag in HEADINGS else self._level
        if tag in ("li", "dd"):
            self._mark, self._is_entry = "", False
        elif tag == "dl":
            self._flush_term()
        elif tag in ("ol", "ul", "menu"):
            self._numbers.end()
        elif tag in ("td", "th") and self._tables:
            self.out = self._tables[-1].outer
        elif tag == "table" and self._tables:
            table = self._tables.pop()
            self.out = table.outer
            self.out.gap()
            table.write()
            self.out.gap()

    def _end_term(self) -> None:
        """Keep what a definition list defines for the line that defines it: 投资：3亿元."""
        text = " ".join("".join(self._pieces).split()).rstrip("：: ")
        if text and len(text) <= _LONGEST_TERM and not _ENDED.search(text):
            self._term, self._term_line = f"{text}：", self._start
            self._pieces, self._start = [], 0

    def _flush_term(self) -> None:
        """Write a term of which nothing was said as a line of its own."""
        if self._term_line:
            self.out.add(self._term_line, self._term.removesuffix("："))
        self._term, self._term_line = "", 0

    def _collect(self, text: str, number: int) -> None:
        if not self._start and text.strip():
            self._start = number
        self._pieces.append(text)

    def _block_if(self, ends: bool, gap: bool = True) -> None:
        if not ends:
            return
        text = re.sub(rf"(?<={_WIDE})[ \t\f\xa0]*\n[ \t\n\f\xa0]*(?={_WIDE})", "", "".join(self._pieces))
        text = re.sub(r"[ \t\n\f\xa0]+", " ", text).strip()
        if text:
            if self._mark and self._mark == self._term:
                self._term_line = 0
            in_entry = self._is_entry and self._level is None
            text = entry(self._mark, text) if in_entry else self._mark + text
            self._mark, self._is_entry = "", False
        self.out.add(self._start, text, self._level)
        self._pieces, self._start = [], 0
        if gap:
            self.out.gap()


def _is_hidden(given: Attributes) -> bool:
    if "hidden" in given or _HIDING.search(given.get("style") or "") is not None:
        return True
    return _CRUMBS.search(f"{given.get('class') or ''} {given.get('id') or ''}") is not None


def _is_unnumbered(given: Attributes) -> bool:
    return re.search(r"list-style[a-z-]*\s*:[^;]*none", given.get("style") or "", re.IGNORECASE) is not None


def _whole(value: str | None) -> int | None:
    return int(value) if value is not None and re.fullmatch(r"\s*[+-]?[0-9]{1,9}\s*", value) else None


def read_html(text: str) -> Markup:
    """Give the visible text of a page, one line for each block or line break, numbered by where it begins.

    Left out: navigation, forms, asides, footers, scripts, hidden elements, and what is struck out. The title is that
    of the metadata (og:title, ArticleTitle), otherwise of `<title>`, without the site's name; the date is that of the
    metadata, otherwise of the first `<time>`.
    """
    page = read_page(text)
    reader = _HtmlReader(page, _DROPPED)
    # Some sites wrap the whole page in a form: then the form is the page.
    for dropped in (_DROPPED, _DROPPED - {"form"}):
        reader = _HtmlReader(page, dropped)
        reader.read()
        if reader.in_forms <= sum(len(line.text) for line in reader.out.lines):
            break
    title = next((reader.metadata[name] for name in _TITLES if reader.metadata.get(name)), "")
    title = title or without_site(reader.title, [line.text for line in reader.out.lines if line.level])
    lines = (
        replace(line, level=None) if line.level == 1 and names_site(line.text, title, reader.title) else line
        for line in reader.out.lines
    )
    dates = (find_iso_date(value) for value in (*(reader.metadata.get(name, "") for name in _DATES), reader.time))
    return Markup(
        tuple(lines),
        visible(" ".join(title.split())) or None,
        next((date for date in dates if date), None),
        struck_out(reader.struck),
    )
