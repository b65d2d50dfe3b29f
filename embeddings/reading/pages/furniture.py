"""Running heads, running feet and page numbers: what stands at the edge of page after page is no text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from embeddings.reading.pages.reading_order import joined, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.reading.pages.placed_page import PlacedPage
    from embeddings.reading.pages.reading_order import Row

_NUMBERED = (
    r"(?:第|page|p\.)?\s*(?:\d{1,4}|[ivxlc]{1,7})\s*(?:页|頁)?(?:\s*(?:[/／]|of|[,，]?\s*共)\s*\d{1,4}\s*(?:页|頁)?)?"
)
_LONGEST_PAGE_NUMBER = 60
_PAGE_NUMBER = re.compile(rf"[-–—·•~\s]*{_NUMBERED}[-–—·•~\s]*", re.IGNORECASE)
_FIGURE = re.compile(r"\d{1,9}")
_STATEMENT = re.compile(
    r"[。！？；，：:]|\d(?![年月日页頁章节條条卷期号號册冊])[\u3400-\u9fff]|\d\s*[%％‰万亿元吨人户亩个台件米]"
)
"""What a line has that says something of a figure: a mark of a sentence or a label, a unit. § 12.3 is but a head."""
_YEAR = re.compile(r"\D*\d{4}\D*")  # of a few pages none has such a number
_FEWEST = 3  # pages on which a head stands; what two share may be text
_PASSES = (False, False, True, False)
"""What is looked for, from the edge inwards: a head of two lines above the number (True), or one below it."""
_EDGE = 0.15  # of the page's height: a number so near to its edge is the page's


def without_furniture(pages: Sequence[PlacedPage]) -> None:
    """Take running heads, running feet and page numbers off the pages; one that is nothing else stays as it is."""
    kept = [list(page.items) for page in pages]
    for top in (True, False):
        for numbers in _PASSES:
            _strip(pages, top, numbers)
    _strip_aside(pages)
    if not any(page.items or page.tables or page.aside for page in pages):
        for page, items in zip(pages, kept, strict=True):
            page.items = items


def _strip(pages: Sequence[PlacedPage], top: bool, numbers: bool) -> None:
    """Take the outermost row off the pages where it repeats, or off those where it is the page's number."""
    rows = [_outermost(page, top) for page in pages]
    texts = [joined(row).text if row else "" for row in rows]
    taken = _numbers(pages, rows, texts, top) if numbers else _repeated(_keys(pages, texts))
    for page, row, take in zip(pages, rows, taken, strict=True):
        if take:
            gone = set(map(id, row))
            page.items = [item for item in page.items if id(item) not in gone]


def _strip_aside(pages: Sequence[PlacedPage]) -> None:
    """Take what is printed up the side of most pages off them."""
    counted = Counter(text for page in pages for text in {_digitless(item.text) for item in page.aside})
    needed = max(_FEWEST, len(pages) // 2 + 1)
    for page in pages:
        page.aside = [item for item in page.aside if counted[_digitless(item.text)] < needed]


def _outermost(page: PlacedPage, top: bool) -> Row:
    """The row at a page's top or foot; none where a table stands there."""
    if not page.items:
        return []
    if top:
        edge = min(page.items, key=lambda item: item.box.top)
        beyond = any(table.box.bottom <= edge.box.top for table in page.tables)
    else:
        edge = max(page.items, key=lambda item: item.box.bottom)
        beyond = any(table.box.top >= edge.box.bottom for table in page.tables)
    if beyond:
        return []
    near = [item for item in page.items if item.box.bottom > edge.box.top and item.box.top < edge.box.bottom]
    return next((row for row in rows_of(near) if any(item is edge for item in row)), [])


def _numbers(pages: Sequence[PlacedPage], rows: Sequence[Row], texts: Sequence[str], top: bool) -> list[bool]:
    """Which rows are page numbers: they look like one, and stand near the page's edge or on most of the pages."""
    alike = [
        len(text) <= _LONGEST_PAGE_NUMBER
        and _PAGE_NUMBER.fullmatch(text) is not None
        and (len(pages) >= 1000 or _YEAR.fullmatch(text) is None)
        for text in texts
    ]
    usual = sum(alike) >= max(_FEWEST, sum(map(bool, texts)) // 2 + 1)
    return [
        number and (usual or _is_near_edge(page, row, top))
        for page, row, number in zip(pages, rows, alike, strict=True)
    ]


def _is_near_edge(page: PlacedPage, row: Row, top: bool) -> bool:
    box = row[0].box
    return box.bottom * page.down <= _EDGE if top else box.top * page.down >= 1 - _EDGE


def _keys(pages: Sequence[PlacedPage], texts: Sequence[str]) -> list[str | None]:
    """What rows have in common that are the same but for the page's number in them; None for a page without text.

    Where they say something of figures and another figure differs, as in forms of which each page is one, they are text
    and have nothing in common.
    """
    alike: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        if text:
            alike[_digitless(text)].append(index)
    keys = [f"{index}\n{text}" if text else None for index, text in enumerate(texts)]
    for key, own in alike.items():
        figures = [_FIGURE.findall(texts[index]) for index in own]
        numbers = [pages[index].number for index in own]
        same = Counter((place, figure) for row in figures for place, figure in enumerate(row))
        ahead = Counter(
            (place, int(figure) - number)
            for row, number in zip(figures, numbers, strict=True)
            for place, figure in enumerate(row)
        )
        usual = max(_FEWEST, len(own) // 2)
        for index, row, number in zip(own, figures, numbers, strict=True):
            if _STATEMENT.search(texts[index]) is None or all(
                max(same[place, figure], ahead[place, int(figure) - number]) >= usual
                for place, figure in enumerate(row)
            ):
                keys[index] = key
    return keys


def _repeated(keys: Sequence[str | None]) -> list[bool]:
    """Which rows stand on most pages, or on most of the left or the right pages of a book."""
    taken = [False] * len(keys)
    for own in (range(len(keys)), range(0, len(keys), 2), range(1, len(keys), 2)):
        counted = Counter(keys[index] for index in own if keys[index] is not None)
        needed = max(_FEWEST, counted.total() // 2 + 1)
        for index in own:
            taken[index] = taken[index] or (keys[index] is not None and counted[keys[index]] >= needed)
    return taken


def _digitless(text: str) -> str:
    return re.sub(r"[\d\s]+", "", text)
