"""What the dialog shows of a document: its original at the place that was asked for, or its text to be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from embeddings.errors import Unreadable
from embeddings.guarding.originals.sheet_rows import ROWS
from web.chat.article import Place, find_article, is_tidied, render_article, render_head
from web.chat.hits import hits_of, line_boxes, passage_hits
from web.chat.original import (
    hit_steps,
    page_steps,
    render_page,
    render_rows,
    row_steps,
    sheet_tabs,
    stepper,
    zoom_buttons,
)
from web.documents.originals import WIDTHS, shows_pages, shows_rows
from web.look.marks import escape
from web.look.words import html_language, said_in, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.errors import Language
    from embeddings.store.stores import Generation
    from embeddings.types import Box, Chunk
    from qa.finding.articles import ArticleText
    from web.chat.hits import Hit
    from web.chat.original import Reading
    from web.documents.originals import Originals

__all__ = ["Reader"]

_ABOVE = 8  # rows that are shown above a hit
_TEXTS = frozenset((".txt", ".log", ".md", ".markdown"))
"""Formats that have no layout of their own."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A view: the tools that lead through it, and the view itself."""

    tools: str
    body: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one index; `originals` None where its files are not at hand; `downloads`: whether they may be had whole."""

    index: Generation
    originals: Originals | None
    downloads: bool

    def html(self, reading: Reading, language: Language) -> str | None:
        """The dialog's content; None where the index has nothing at that place.

        Where the original cannot be shown, its text is, and a line says why.
        """
        chunks = self.index.file_chunks(reading.file)
        article = self._article(reading, chunks)
        if article is None:
            return None
        notice = ""
        has_original = self.originals is not None and (shows_pages(reading.file) or shows_rows(reading.file))
        view = "original" if has_original and reading.view != "text" else "text"
        if self.originals is not None and view == "original":
            try:
                found = _Original(self.index, self.originals, reading, chunks, article.article).shown(language)
                return self._whole(reading, article, chunks, view, has_original, found, language)
            except Unreadable as reason:
                said = word("not_shown", language).format(said_in(language, reason))
                notice, view = f'<p class="wj-notice" role="status">{escape(said)}</p>', "text"
        found = self._text(reading, article, notice, language)
        return self._whole(reading, article, chunks, view, has_original, found, language)

    def _article(self, reading: Reading, chunks: Sequence[Chunk]) -> ArticleText | None:
        """The article at the place; of a document that is opened as a whole, its first."""
        if reading.start > 0 or not chunks:
            place = Place(reading.file, reading.start, reading.end, reading.sheet)
            return find_article(self.index, place, reading.phrase)
        first = next(source for source in chunks[0].sources if source.file == reading.file)
        return find_article(self.index, Place(reading.file, first.start, first.start, first.sheet or ""))

    def _text(self, reading: Reading, article: ArticleText, notice: str, language: Language) -> _Shown:
        place = Place(reading.file, reading.start, reading.end, reading.sheet)
        note = self._note(reading.file, article, language)
        body = render_article(article, place, reading.phrase, language, reading.typed, note)
        # The script counts the marks, and leads from one to the next.
        steps = stepper("", ("hit_back", "hit_on"), ("mark=-1", "mark=1"), language)
        return _Shown(f'<span class="wj-marks" hidden>{steps}</span>', notice + body)

    def _note(self, file: str, article: ArticleText, language: Language) -> str:
        """How a text differs from its document; "" where it stands so on disk."""
        if not is_tidied(self.index.article_chunks(article.article), file):
            return ""
        if shows_pages(file) or shows_rows(file) or Path(file).suffix.lower() in _TEXTS:
            return word("tidied", language)
        said = [word("text_only", language), *([word("see_file", language)] if self._has_file else [])]
        return (" " if language == "en" else "").join(said)

    @property
    def _has_file(self) -> bool:
        return self.downloads and self.originals is not None

    def _whole(
        self,
        reading: Reading,
        article: ArticleText,
        chunks: Sequence[Chunk],
        view: str,
        has_original: bool,
        found: _Shown,
        language: Language,
    ) -> str:
        address = {
            "file": reading.file, "start": reading.start, "end": reading.end, "sheet": reading.sheet,
            "phrase": reading.phrase, "view": view, "number": reading.number, "hit": reading.hit,
            "typed": reading.typed,
        }  # fmt: skip
        head = render_head(article, language) if view == "original" else ""
        tools = "".join(
            (
                _views(view, language) if has_original else "",
                self._article_steps(article.article, reading.file, chunks, language),
                found.tools,
                _finder(reading.typed, language),
                self._own(reading.file, language),
            )
        )
        return (
            f'<div class="wj-reader" data-address="{escape(urlencode(address))}" lang="{html_language(language)}">'
            f'<div class="wj-tools">{tools}</div>{head}{found.body}</div>'
        )

    def _own(self, file: str, language: Language) -> str:
        """What can be done with the document itself."""
        ask = (
            f'<button type="button" class="wj-within" data-name="{quote(file)}" hidden>'
            f"{word('ask_within', language)}</button>"
        )
        if not self._has_file:
            return ask
        address = escape("wenju/file?" + urlencode({"file": file}))
        return f'{ask}<a class="wj-download" href="{address}" download>{word("download_file", language)}</a>'

    def _article_steps(self, number: int, file: str, chunks: Sequence[Chunk], language: Language) -> str:
        """From one article of a document to the next."""
        firsts: dict[int, str] = {}
        for chunk in chunks:
            source = next(source for source in chunk.sources if source.file == file)
            place = {
                "start": source.start, "end": source.end, "sheet": source.sheet or "", "phrase": "", "typed": "",
                "number": 0, "hit": -1,
            }  # fmt: skip
            firsts.setdefault(chunk.article, urlencode(place))
        order = list(firsts)
        if len(order) < 2 or number not in firsts:
            return ""
        at = order.index(number)
        back, on = firsts[order[at - 1]] if at else "", firsts[order[at + 1]] if at + 1 < len(order) else ""
        label = word("article_of", language).format(at + 1, len(order))
        return stepper(label, ("article_back", "article_on"), (back, on), language)


@dataclass(frozen=True, slots=True)
class _Original:
    """The original of one document at one place."""

    index: Generation
    originals: Originals
    reading: Reading
    chunks: Sequence[Chunk]
    article: int

    def shown(self, language: Language) -> _Shown:
        """The page, or the rows. Raises Unreadable where they cannot be shown."""
        hits = self._hits()
        current = self._current(hits)
        hit = hits[current] if 0 <= current < len(hits) else None
        if shows_pages(self.reading.file):
            return self._page(hits, current, hit, language)
        return self._rows(hits, current, hit, language)

    def _hits(self) -> list[Hit]:
        reading = self.reading
        if not reading.phrase and not reading.typed:
            return passage_hits(self.chunks, reading.file, reading.start, reading.end, reading.sheet)
        found = hits_of(self.chunks, reading.file, reading.phrase, reading.typed)
        # What was typed is looked for in all of the document, a phrase in its own article.
        own = found if reading.typed else [hit for hit in found if hit.article == self.article]
        return own or ([] if reading.typed else passage_hits(self.chunks, *self._place))

    @property
    def _place(self) -> tuple[str, int, int, str]:
        return self.reading.file, self.reading.start, self.reading.end, self.reading.sheet

    def _current(self, hits: Sequence[Hit]) -> int:
        """The hit that was turned to, else the first at the place."""
        reading = self.reading
        if 0 <= reading.hit < len(hits):
            return reading.hit
        if reading.typed:
            return 0
        there = (
            place
            for place, hit in enumerate(hits)
            if reading.start <= hit.number <= reading.end and hit.sheet in (reading.sheet, "")
        )
        return next(there, 0)

    def _page(self, hits: Sequence[Hit], current: int, hit: Hit | None, language: Language) -> _Shown:
        reading = self.reading
        first = min((source.start for chunk in self.chunks for source in chunk.sources), default=1)
        page = reading.number or (hit.number if hit else reading.start or first)
        drawn = self.originals.page(self.index, reading.file, page, WIDTHS[0], self.lines(page))
        digest = next(entry.sha256 for entry in self.index.manifest.documents if entry.file == reading.file)
        marks = hit.boxes if hit is not None and hit.number == page else self._others(hits, page)
        tools = (
            page_steps(page, drawn.pages, language)
            + hit_steps(hits, current, reading.typed, language)
            + zoom_buttons(language)
        )
        return _Shown(tools, render_page(reading, drawn, digest, page, marks, language))

    def lines(self, page: int) -> tuple[Box, ...]:
        """The lines of a scan's page, by which it is turned upright."""
        return line_boxes(self.chunks, self.reading.file, page)

    def _others(self, hits: Sequence[Hit], page: int) -> tuple[Box, ...]:
        return tuple(box for hit in hits if hit.number == page for box in hit.boxes)

    def _rows(self, hits: Sequence[Hit], current: int, hit: Hit | None, language: Language) -> _Shown:
        reading = self.reading
        row = reading.number or (hit.number if hit else reading.start or 1)
        sheet = hit.sheet if hit is not None and not reading.number else reading.sheet
        first = row if reading.number else max(1, row - _ABOVE)
        rows = self.originals.rows(self.index, reading.file, sheet, first)
        own = hit is not None and hit.sheet in (rows.sheet, "")
        marked = hit.cells if hit is not None and own else ()
        tools = hit_steps(hits, current, reading.typed, language) + row_steps(rows, ROWS, language)
        body = sheet_tabs(rows, language) + render_rows(rows, marked, hit.number if hit and own else 0, language)
        return _Shown(tools, body)


def _views(view: str, language: Language) -> str:
    buttons = "".join(
        f'<button type="button" class="wj-go" aria-pressed="{str(view == name).lower()}"'
        f' data-go="view={name}">{word(f"view_{name}", language)}</button>'
        for name in ("original", "text")
    )
    return f'<span class="wj-views" role="group" aria-label="{word("views", language)}">{buttons}</span>'


def _finder(typed: str, language: Language) -> str:
    label = word("find_here", language)
    return (
        f'<form class="wj-finder" role="search"><input type="search" name="typed" maxlength="100"'
        f' value="{escape(typed)}" placeholder="{label}" aria-label="{label}"></form>'
    )
