"""Markdown -> numbered lines, title and date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from embeddings.reading.html_text import read_html
from embeddings.reading.markup import Lines, Markup, find_iso_date, visible
from embeddings.reading.tables import table_rows
from embeddings.types import Line

_STEP = "\u205f"  # marks a source line: Markdown takes it for a space, and keeps it in code where a line feed is lost


def read_markdown(text: str) -> Markup:
    """Give the text of CommonMark with tables, one line for each line of the source, markup removed.

    Title and date are those of a YAML front matter, which gives no lines itself.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(_STEP, " ")
    found = re.match(r"---[ \t]*\n((?:[ \t]*\n)*[\w-]+[ \t]*:.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", text, re.DOTALL)
    front = found[1] if found else ""
    if found:
        text = "\n" * found[0].count("\n") + text[found.end() :]
    values = {name: _front_value(front, name) for name in ("title", "date")}
    return Markup(_markdown_lines(text), values["title"] or None, find_iso_date(values["date"]))


def _front_value(front: str, name: str) -> str:
    found = re.search(rf"^{name}[ \t]*:[ \t]*(.+)$", front, re.MULTILINE | re.IGNORECASE)
    return visible(found[1]).strip().strip("\"'").strip() if found else ""


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.core.ruler.before("inline", "mark_source_lines", _mark_source_lines)
    return parser


def _mark_source_lines(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline":
            token.content = token.content.replace("\n", f"\n{_STEP}")


def _markdown_lines(text: str) -> tuple[Line, ...]:
    out = Lines()
    level: int | None = None
    rows: list[list[str]] | None = None
    numbers: list[int] = []
    for token in _markdown().parse(text):
        number = token.map[0] + 1 if token.map else 1
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = None
        elif token.type == "table_open":
            rows, numbers = [], []
        elif token.type == "tr_open" and rows is not None:
            rows.append([])
            numbers.append(number)
        elif token.type == "table_close" and rows is not None:
            sentences = zip(numbers, table_rows(rows, header=True, above=out.last()), strict=True)
            out.append(Line(at, sentence) for at, sentence in sentences if sentence)
            rows = None
        elif token.type == "inline" and rows is not None:
            rows[-1].append(_inline_text(token))
        else:
            out.append(_block_lines(token, number, level))
    return tuple(out.lines)


def _block_lines(token: Token, number: int, level: int | None) -> Iterable[Line]:
    if token.type == "html_block":
        return [Line(line.number + number - 1, line.text, line.level) for line in read_html(token.content).lines]
    first = number + 1 if token.type == "fence" else number
    if token.type in ("fence", "code_block"):
        return [Line(first + offset, text) for offset, text in enumerate(token.content.split("\n"))]
    if token.type != "inline":
        return []
    return [
        Line(number + offset, part, level)
        for offset, text in enumerate(_inline_text(token).split(_STEP))
        for part in text.split("\n")
    ]


def _inline_text(token: Token) -> str:
    pieces: list[str] = []
    held = ""  # the lines that a link's title runs over end after the link
    for child in token.children or ():
        if child.type == "link_open":
            held = _STEP * str(child.attrGet("title") or "").count(_STEP)
        elif child.type == "link_close":
            pieces.append(held)
        elif child.type == "html_inline":
            pieces.append("\n" if re.match(r"<br\b", child.content, re.IGNORECASE) else "")
            pieces.append(_STEP * child.content.count(_STEP))
        else:
            pieces.append(_inline_text(child) if child.type == "image" else child.content)
    # Beside Chinese punctuation CommonMark does not take ** for bold, though its author did.
    return re.sub(r"\*\*([^*]+)\*\*", r"\1", "".join(pieces))
