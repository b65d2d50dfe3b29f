"""HTML -> its elements and texts in order, well nested, with the line that each stands on.

Pages leave tags open, some by HTML's own rules (`<li>`, `<tr>`, `<p>` end where the next one begins), some by mistake.
What is open ends here as it does in a browser, so that what is hidden or navigation does not run on to the page's end.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeAlias

DEEPEST = 512
"""Elements within each other; a browser sets deeper ones side by side too."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = frozenset(HEADINGS) | _words(
    "address article aside blockquote caption center dd details dialog div dl dt fieldset figcaption figure footer "
    "form header hgroup hr li main menu nav ol p pre search section summary table tbody td tfoot th thead tr ul"
)
RAW = _words("script style")
_VOID = _words("area base basefont bgsound br col embed hr img input link meta param source track wbr")
_PAGE = _words("html head body")
_CELLS = _words("td th caption")
_ROWS = _words("tr thead tbody tfoot colgroup")
_SCOPE = _words("table td th caption template button object")
_CLOSING: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (_words("li"), BLOCKS - _words("address div p li") | _SCOPE),
    "dt": (_words("dt dd"), BLOCKS - _words("address div p dt dd") | _SCOPE),
    "dd": (_words("dt dd"), BLOCKS - _words("address div p dt dd") | _SCOPE),
    "option": (_words("option"), _words("select optgroup")),
    "optgroup": (_words("option optgroup"), _words("select")),
    "rt": (_words("rt rp"), _words("ruby")),
    "rp": (_words("rt rp"), _words("ruby")),
    "td": (_CELLS, _words("table template")),
    "th": (_CELLS, _words("table template")),
    "tr": (_CELLS | _words("tr colgroup"), _words("table template")),
    **{tag: (_CELLS | _ROWS, _words("table template")) for tag in ("thead", "tbody", "tfoot", "caption", "colgroup")},
}
"""What a start tag ends, and what it does not end it through."""
_STRUCK = _words("del s strike sup sub")
_IN_TABLE = _CELLS | _ROWS | {"table"}


@dataclass(slots=True)
class Element:
    """A start tag and what it holds: the items up to `end`, the place of its End. `closed`: before the page ended."""

    tag: str
    attrs: dict[str, str | None]
    line: int
    end: int = 0
    closed: bool = True


@dataclass(slots=True)
class Text:
    """A text, from the line on which it begins."""

    text: str
    line: int


@dataclass(slots=True)
class End:
    """The end of an element."""

    element: Element


Item: TypeAlias = Element | Text | End


@dataclass(slots=True)
class Page:
    """A page as read: its items in order."""

    items: list[Item] = field(default_factory=list)

    def text_of(self, place: int) -> str:
        """All text in the element at `place`."""
        element = self.items[place]
        assert isinstance(element, Element)
        return "".join([item.text for item in self.items[place : element.end] if isinstance(item, Text)])


def read_page(text: str) -> Page:
    """The items of a page; none is left open."""
    parser = _Parser()
    parser.feed(_ended(text))
    parser.close()
    parser.finish()
    return Page(parser.items)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.items: list[Item] = []
        self._open: list[tuple[int, Element]] = []
        self._count: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element, and end what it ends."""
        if tag in _PAGE or (tag == "form" and self._count[tag]):
            return
        if tag in BLOCKS:
            self._close_up_to(frozenset({"p"}), _SCOPE)
            self._close_up_to(frozenset({"title"}), frozenset())
        if tag in HEADINGS and self._open and self._open[-1][1].tag in HEADINGS:
            self._pop(len(self._open) - 1)
        if tag in _CLOSING:
            self._close_up_to(*_CLOSING[tag])
        element = Element(tag, dict(attrs), self.getpos()[0])
        # A form between the rows of a table, as old pages have it, holds nothing.
        empty = tag == "form" and bool(self._open) and self._open[-1][1].tag in _IN_TABLE - _CELLS
        self.items.append(element)
        if tag in _VOID or empty or (len(self._open) >= DEEPEST and tag not in RAW):
            element.end = len(self.items)
            self.items.append(End(element))
            return
        self._open.append((len(self.items) - 1, element))
        self._count[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        """End an element and what is open in it; an end tag of nothing is passed over."""
        if tag == "br":
            self.handle_starttag("br", [])
        elif tag in HEADINGS:
            self._close_up_to(frozenset(HEADINGS), _SCOPE)
        elif tag == "table":
            self._close_up_to(frozenset({tag}), frozenset())
        elif tag in _IN_TABLE:
            self._close_up_to(frozenset({tag}), frozenset({"table"}))
        elif tag == "li":
            self._close_up_to(frozenset({tag}), _SCOPE | _words("ul ol menu"))
        elif tag in BLOCKS or tag in _STRUCK or tag in _SCOPE:
            self._close_up_to(frozenset({tag}), _SCOPE - frozenset({tag}))
        else:
            self._close_up_to(frozenset({tag}), BLOCKS | _SCOPE)

    def handle_data(self, data: str) -> None:
        """Note a text and its line."""
        self.items.append(Text(data, self.getpos()[0]))

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Pass over `<![...]>`: the library's own reading raises on names that it does not know."""
        end = self.rawdata.find(">", i)
        return end + 1

    def finish(self) -> None:
        """End what is still open at the end of the page."""
        for _, element in self._open:
            element.closed = False
        self._pop(0)

    def _close_up_to(self, tags: frozenset[str], barrier: frozenset[str]) -> None:
        """End the outermost of `tags` that is open within the innermost `barrier`, and all that is open in it."""
        if not any(self._count[tag] for tag in tags):
            return
        found = None
        for place in range(len(self._open) - 1, -1, -1):
            tag = self._open[place][1].tag
            if tag in tags:
                found = place
                if len(tags) == 1:
                    break
            elif tag in barrier:
                break
        if found is not None:
            self._pop(found)

    def _pop(self, place: int) -> None:
        while len(self._open) > place:
            _, element = self._open.pop()
            element.end = len(self.items)
            self.items.append(End(element))
            self._count[element.tag] -= 1


def _ended(text: str) -> str:
    """Set line feeds only, and drop tags and comments that never end.

    The library looks for the end of each of those through all the rest of the page, which takes hours on a
    page made of nothing else.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    comments = text.rfind("-->") + 1
    text = text[:comments] + text[comments:].replace("<!--", "")
    tags = text.rfind(">") + 1
    return text[:tags] + text[tags:].replace("<", "&lt;")
