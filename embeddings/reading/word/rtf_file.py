"""RTF -> a stream of texts and controls, in the characters that its fonts and code pages stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_TOKEN = re.compile(
    rb"\\bin(\d{1,9}) ?|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])"
    rb"|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)"
)
_CHARSETS = {
    **{134: "gb18030", 136: "big5hkscs", 128: "cp932", 129: "cp949", 77: "mac_roman", 161: "cp1253", 162: "cp1254"},
    **{163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"},
}
_PAGES = {936: "gb18030", 950: "big5hkscs", 10008: "gb18030", 54936: "gb18030", 65001: "utf-8", 10000: "mac_roman"}
_WORDS = {
    **{"tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’"},
    **{"ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " "},
}
_SYMBOLS = {
    b"~": "\xa0",
    b"_": "-",
    b"{": "{",
    b"}": "}",
    b"\\": "\\",
    b"\n": "\npar",
    b"\r": "\npar",
    b"-": "",
    b"*": "*",
}
_MOST_DEPTH = 1000


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for a text: the group that it stands in (footnote, header, ...), raised, or not shown."""

    group: str = "text"
    raised: bool = False
    hidden: bool = False
    font: int = -1
    skip: int = 1  # characters that stand in for one that is given by its number


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text and its setting."""

    text: str
    setting: Setting


@dataclass(frozen=True, slots=True)
class Control:
    """A control word with its number (None where it has none), or "{" and "}"."""

    word: str
    value: int | None
    setting: Setting


def tokens(data: bytes, groups: frozenset[str], left_out: frozenset[str]) -> Iterator[Text | Control]:
    """The texts and controls of a file. Groups named in `groups` are told by name; those in `left_out` are left out.

    So is every other group that begins with a star (which marks what only some programs know).
    """
    return _Tokens(data, groups, left_out).read()


class _Tokens:
    def __init__(self, data: bytes, groups: frozenset[str], left_out: frozenset[str]) -> None:
        self._data = data
        self._groups = groups
        self._left_out = left_out
        self._page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._default_font = -1
        self._bytes = bytearray()
        self._setting = Setting()
        self._stack: list[Setting] = []
        self._skip = 0  # characters still to be passed over
        self._star = False
        self._first = False  # whether a group has just begun
        self._font_entry = -1

    def read(self) -> Iterator[Text | Control]:
        at = 0
        while found := _TOKEN.search(self._data, at):
            at = found.end()
            binary, word, number, code, symbol, brace, plain = found.groups()
            if binary is not None:
                at += int(binary)
            elif code is not None:
                self._add(bytes([int(code, 16)]))
            elif plain is not None:
                self._add(plain)
            elif word is None and symbol is None and brace is None:
                continue
            else:
                yield from self._flushed()
                if brace is not None:
                    yield Control(brace.decode(), None, self._braced(brace))
                elif symbol is not None:
                    yield from self._symbol(symbol)
                else:
                    yield from self._word(word.decode("ascii"), None if number is None else int(number))
        yield from self._flushed()

    def _add(self, content: bytes) -> None:
        self._first = False
        if self._skip:
            passed = min(self._skip, len(content))
            self._skip -= passed
            content = content[passed:]
        self._bytes += content

    def _flushed(self) -> Iterator[Text]:
        """What was gathered, as text: two codes may be one character."""
        if not self._bytes:
            return
        encoding = self._fonts.get(self._setting.font if self._setting.font >= 0 else self._default_font, self._page)
        data = bytes(self._bytes)
        self._bytes.clear()
        if self._setting.group == "fonttbl":
            return
        if not self._setting.hidden and self._setting.group not in self._left_out:
            yield Text(_decoded(data, encoding, self._page), self._setting)

    def _braced(self, brace: bytes) -> Setting:
        self._skip = 0
        self._star = False
        if brace == b"{":
            if len(self._stack) > _MOST_DEPTH:
                raise ValueError("groups in groups without end")
            self._stack.append(self._setting)
            self._first = True
            return self._setting
        ended = self._setting
        self._setting = self._stack.pop() if self._stack else Setting()
        self._first = False
        return ended

    def _symbol(self, symbol: bytes) -> Iterator[Text | Control]:
        if symbol == b"*":
            self._star = True
            return
        self._first = False
        if self._skip:
            self._skip -= 1
            return
        shown = _SYMBOLS.get(symbol, "")
        if shown == "\npar":
            yield Control("par", None, self._setting)
        elif shown and not self._setting.hidden and self._setting.group not in self._left_out:
            yield Text(shown, self._setting)

    def _word(self, word: str, value: int | None) -> Iterator[Text | Control]:
        first, self._first = self._first, False
        if first and (word in self._groups or word in self._left_out or word == "fonttbl"):
            self._setting = replace(self._setting, group=word, hidden=self._setting.hidden)
        elif first and self._star:
            self._setting = replace(self._setting, hidden=True)
        self._star = False
        shown = _WORDS.get(word)
        if word == "u" and value is not None:
            self._skip = self._setting.skip
            shown = chr(value & 0xFFFF)
        if shown is not None:
            if not self._setting.hidden and self._setting.group not in self._left_out:
                yield Text(shown, self._setting)
            return
        self._set(word, value)
        yield Control(word, value, self._setting)

    def _set(self, word: str, value: int | None) -> None:
        is_on = value != 0
        if word == "ansicpg" and value:
            self._page = _page(value)
        elif word == "deff" and value is not None:
            self._default_font = value
        elif word == "f" and value is not None:
            if self._setting.group == "fonttbl":
                self._font_entry = value
            self._setting = replace(self._setting, font=value)
        elif word == "fcharset" and self._setting.group == "fonttbl":
            if value in _CHARSETS:
                self._fonts[self._font_entry] = _CHARSETS[value]
        elif word == "uc" and value is not None:
            self._setting = replace(self._setting, skip=min(max(value, 0), 9))
        elif word == "super":
            self._setting = replace(self._setting, raised=is_on)
        elif word in ("nosupersub", "sub"):
            self._setting = replace(self._setting, raised=False)
        elif word in ("v", "deleted"):
            self._setting = replace(self._setting, hidden=is_on)
        elif word == "plain":
            self._setting = replace(self._setting, raised=False, hidden=False, font=-1)


def _page(number: int) -> str:
    name = _PAGES.get(number, f"cp{number}")
    try:
        b"".decode(name)
    except LookupError:
        return "cp1252"
    return name


def _decoded(data: bytes, encoding: str, page: str) -> str:
    """The text of bytes: in the font's code page, or in the file's where that does not fit."""
    if data.isascii():
        return data.decode("ascii")
    for name in (encoding, page):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return data.decode(page if page in ("gb18030", "big5hkscs") else encoding, "replace")
