"""Markdown -> numbered lines, title and date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from chinese.surnames import SURNAMES
from embeddings.reading.markup.front_matter import read_front_matter
from embeddings.reading.markup.html_text import read_html
from embeddings.reading.tables.rows import table_rows
from embeddings.reading.text.lines import Lines, Markup, struck_out
from embeddings.reading.text.list_numbers import Numbering, entry
from embeddings.reading.text.raised import from_latex, lowered, raised
from embeddings.types import Line

_STEP = "\u205f"  # marks a source line: Markdown takes it for a space, and keeps it in code where a line feed is lost
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NOTE = re.compile(r"( {0,3})\[\^[^\]\s]{1,60}\]:[ \t]*")
_NOTE_MARK = re.compile(r"(?<!\\)\[\^[^\]\s]{1,60}\]")
_INLINE_NOTE = re.compile(r"(?<!\\)\^\[([^\[\]\n]{1,400})\]")
# CommonMark takes [说明]: 其中… for the address of a link, of which nothing is shown.
_NO_LINK = re.compile(r"( {0,3})(?=\[[^\]\n]{1,80}\]:[ \t]*(?!https?:|[./#<])\S*[\u3400-\u9fff])")
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_STRUCK = re.compile(r"<(/?)(?:del|s|strike)\b[^>]*>", re.IGNORECASE)
# Money has a $ before each figure, formulas have a command or a power between two.
_FORMULA = re.compile(
    r"\$\$(?=[^$\n]*[\\^_])([^$\n]{1,300})\$\$|(?<![\\$])\$(?=[^$\n]*[\\^_])(\S[^$\n]{0,200}?)(?<=\S)\$(?![\d$])"
)
_BOLD = re.compile(r"(?<!\*)\*\*(?!\*)([^*]+)\*\*(?!\*)")
_SMALL = re.compile(r"<(/?)(su[pb])\b[^>]*>", re.IGNORECASE)


def read_markdown(text: str) -> Markup:
    """Give the text of CommonMark with tables, one line for each line of the source, markup removed.

    Footnotes stand where they are written, list entries have their numbers, what is struck out goes. Title and date
    are those of a front matter in YAML or TOML, of which the title gives no line itself.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(_STEP, " ")
    front = read_front_matter(text)
    if front.end:
        text = "\n" * text.count("\n", 0, front.end) + text[front.end :]
    reader = _MarkdownReader()
    reader.out.append(front.lines)
    reader.read(_prepared(text))
    return Markup(tuple(reader.out.lines), front.title, front.date, struck_out(reader.struck))


def _prepared(text: str) -> str:
    """The text, line for line, with footnotes as entries of a list and without the marks that point to them."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark is not None and (not fence or (mark[1].startswith(fence) and not line.strip(" `~"))):
            fence = "" if fence else mark[1]
        elif not fence and ("[" in line or "$" in line):
            line = _NO_LINK.sub(r"\1\\", _NOTE.sub(r"\1- ", line, count=1), count=1) if line[:4] != "    " else line
            parts = re.split(r"(`+[^`]*`+)", line)
            line = "".join([part if part[:1] == "`" else _without_notes(part) for part in parts])
        lines.append(line)
    return "\n".join(lines)


def _without_notes(text: str) -> str:
    text = _FORMULA.sub(lambda match: from_latex(match[1] or match[2]), text)
    return _NOTE_MARK.sub("", _INLINE_NOTE.sub(r"（\1）", text))


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.core.ruler.before("inline", "mark_source_lines", _mark_source_lines)
    return parser


def _mark_source_lines(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline":
            token.content = token.content.replace("\n", f"\n{_STEP}")


@dataclass(slots=True)
class _MarkdownReader:
    """Collects the lines of a text from Markdown's tokens."""

    out: Lines = field(default_factory=Lines)
    struck: int = 0
    _level: int | None = None
    _rows: list[list[str]] | None = None
    _numbers: list[int] = field(default_factory=list)
    _lists: Numbering = field(default_factory=Numbering)
    _mark: str = ""
    _is_entry: bool = False

    def read(self, text: str) -> None:
        """Go through the tokens of a text."""
        for token in _markdown().parse(text):
            number = token.map[0] + 1 if token.map else 1
            if token.type.startswith(("table", "tr_")):
                self._table(token, number)
            elif token.type == "inline" and self._rows is not None:
                self._rows[-1].append(self._inline(token))
            elif token.nesting:
                self._nest(token)
            else:
                self.out.append(self._block(token, number))

    def _nest(self, token: Token) -> None:
        """Note that a heading or a list begins or ends."""
        self.out.gap()
        if token.type.startswith("heading"):
            self._level = int(token.tag[1]) if token.nesting > 0 else None
        elif token.type == "ordered_list_open":
            start = token.attrGet("start")
            self._lists.begin(True, 1 if start is None else int(start))
        elif token.type == "bullet_list_open":
            self._lists.begin(False)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            self._lists.end()
        elif token.type.startswith("list_item"):
            self._is_entry = token.nesting > 0
            self._mark = self._lists.next() if self._is_entry else ""

    def _table(self, token: Token, number: int) -> None:
        if token.type == "table_open":
            self._rows, self._numbers = [], []
        elif self._rows is None:
            return
        elif token.type == "tr_open":
            self._rows.append([])
            self._numbers.append(number)
        elif token.type == "table_close":
            header = None if _is_form(self._rows) else True
            sentences = zip(self._numbers, table_rows(self._rows, header, above=self.out.last()), strict=True)
            self.out.append(Line(at, sentence) for at, sentence in sentences if sentence)
            self._rows = None

    def _block(self, token: Token, number: int) -> Iterable[Line]:
        if token.type == "html_block":
            markup = read_html(token.content)
            self.struck += sum(note.left_out for note in markup.notes)
            return [Line(line.number + number - 1, line.text, line.level) for line in markup.lines]
        first = number + 1 if token.type == "fence" else number
        if token.type in ("fence", "code_block"):
            return [Line(first + offset, text) for offset, text in enumerate(token.content.split("\n"))]
        if token.type != "inline":
            return []
        text = self._inline(token)
        if self._is_entry and self._level is None:
            first_line, *more = re.split(rf"(?=\n?{_STEP})", _TASK.sub(_ticked, text, count=1), maxsplit=1)
            text = "".join([entry(self._mark, first_line), *more])
        self._mark, self._is_entry = "", False
        return [
            Line(number + offset, part, self._level)
            for offset, line in enumerate(text.split(_STEP))
            for part in line.split("\n")
        ]

    def _inline(self, token: Token) -> str:
        pieces: list[str] = []
        held = ""  # the lines that a link's title runs over end after the link
        struck = 0
        opened: list[int] = []
        small: tuple[str, int] | None = None  # <sup> or <sub>, and the piece from which on it goes
        for child in token.children or ():
            if child.type in ("s_open", "s_close"):
                struck += child.nesting
                self.struck += child.nesting > 0
            elif child.type in ("strong_open", "em_open"):
                opened.append(len(pieces))
            elif child.type in ("strong_close", "em_close") and opened:
                _keep_hidden(pieces, opened.pop(), child.markup)
            elif child.type == "link_open":
                held = _STEP * str(child.attrGet("title") or "").count(_STEP)
            elif child.type == "link_close":
                pieces.append(held)
            elif child.type == "html_inline":
                if (tag := _STRUCK.fullmatch(child.content)) is not None:
                    struck = max(0, struck + (-1 if tag[1] else 1))
                    self.struck += not tag[1]
                elif (tag := _SMALL.fullmatch(child.content)) is not None:
                    if tag[1] and small is not None:
                        _set_small(pieces, *small)
                    small = None if tag[1] else (tag[2].lower(), len(pieces))
                pieces.append("\n" if re.match(r"<br\b", child.content, re.IGNORECASE) else "")
                pieces.append(_STEP * child.content.count(_STEP))
            elif struck:
                pieces.append(_STEP * child.content.count(_STEP))
            else:
                pieces.append(self._inline(child) if child.type == "image" else child.content)
        # Beside Chinese punctuation CommonMark does not take ** for bold, though its author did.
        return _BOLD.sub(_bold, "".join(pieces))


def _is_form(rows: list[list[str]]) -> bool:
    """Whether the header that Markdown asks of every table is empty, or the first pair of a form: |编号|0537-12|."""
    head = rows[0] if rows else []
    pair = len(head) == 2 and re.search(r"\d", re.sub(r"(?:19|20)\d{2}\s?年?", "", head[1])) is not None
    return not any(cell.strip() for cell in head) or pair


def _keep_hidden(pieces: list[str], start: int, mark: str) -> None:
    """Put stars back that hide parts of names or numbers, and set nothing in bold."""
    before, inside = "".join(pieces[max(0, start - 4) : start])[-1:], "".join(pieces[start:])
    if mark[0] == "*" and _hides(before, inside):
        pieces[start:] = [mark + inside + mark]


def _bold(match: re.Match[str]) -> str:
    return match.group() if _hides(match.string[: match.start()][-1:], match[1]) else match[1]


def _hides(before: str, inside: str) -> bool:
    """Whether stars around `inside` hide what follows: 何**和吕**, 6222**8801**."""
    names = before in SURNAMES and inside[-1:] in SURNAMES
    return names or (before.isdigit() and inside[:1].isdigit())


def _set_small(pieces: list[str], tag: str, start: int) -> None:
    """Set what stands between <sup> and </sup>, from the piece `start` on, as it stands there."""
    text = "".join(pieces[start:])
    pieces[start:] = [lowered(text) if tag == "sub" else raised(text, "".join(pieces[max(0, start - 4) : start])[-8:])]


def _ticked(match: re.Match[str]) -> str:
    return "☐ " if match[1] == " " else "☑ "
