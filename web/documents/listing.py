"""A page of the list of documents: found, sorted and filtered among any number of files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

from chinese.shown import shown
from chinese.tokens import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from web.documents.library import FileRow, Library

__all__ = ["PER_PAGE", "SHOWN", "SORTED_BY", "ListQuery", "Listing", "list_page"]

PER_PAGE = 50
Shown = Literal["all", "unread", "pending", "kept"]
SortedBy = Literal["file", "date", "pages", "size", "status"]
SHOWN: tuple[Shown, ...] = get_args(Shown)
SORTED_BY: tuple[SortedBy, ...] = get_args(SortedBy)
_ORDER = ("skipped", "changed", "new", "removed", "indexed")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What of the list is asked for: words of names and titles, which files, by what they are sorted, which page."""

    words: str = ""
    shown: Shown = "all"
    by: SortedBy = "file"
    down: bool = False
    page: int = 1

    @classmethod
    def of(cls, words: str, which: str, by: str, down: bool, page: int) -> ListQuery:
        """From what a browser sends; what is not known counts as not said."""
        known: Shown = next((name for name in SHOWN if name == which), "all")
        return cls(words.strip(), known, next((name for name in SORTED_BY if name == by), "file"), down, max(page, 1))


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a page, its number (the last where there are fewer) of how many, and how many rows there are in all.

    `unread` and `pending` count the files of these kinds among all.
    """

    rows: tuple[FileRow, ...]
    page: int
    pages: int
    found: int
    total: int
    unread: int
    pending: int


def list_page(library: Library, query: ListQuery) -> Listing:
    """A page of the files that fit."""
    words = fold(query.words).split()
    rows = [row for row in library.rows if _fits(row, query.shown) and _has(row, words)]
    rows.sort(key=lambda row: _folded(row.file))
    if query.by != "file" or query.down:
        rows.sort(key=_KEYS[query.by], reverse=query.down)
    pages = max(1, -(-len(rows) // PER_PAGE))
    page = min(query.page, pages)
    first = (page - 1) * PER_PAGE
    unread = sum(row.is_unread for row in library.rows)
    return Listing(
        tuple(rows[first : first + PER_PAGE]), page, pages, len(rows), len(library.rows), unread, library.changed
    )


def _fits(row: FileRow, which: Shown) -> bool:
    if which == "unread":
        return row.is_unread
    return which != "pending" or row.status in ("new", "changed", "removed")


def _has(row: FileRow, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = f"{_folded(row.file)}\n{_folded(row.title)}"
    return all(word in text for word in words)


@lru_cache(maxsize=100_000)
def _folded(text: str) -> str:
    """A name or a title as it is compared; kept, for whoever turns pages of ten thousand compares all of them."""
    return fold(shown(text))


_KEYS: dict[SortedBy, Callable[[FileRow], tuple[int | str, ...]]] = {
    "file": lambda row: (_folded(row.file),),
    "date": lambda row: (row.date or "",),
    "pages": lambda row: (row.pages, row.articles),
    "size": lambda row: (row.bytes,),
    "status": lambda row: (_ORDER.index(row.status), 0 if row.is_unread else 1),
}
