"""Text from outside as it can be told: names of files, values of arguments, in messages, reports and on the terminal.

A file may have any name. A terminal obeys what some characters order, in others a line ends and another seems to begin,
and some are not seen but turn what is seen around.
"""

from __future__ import annotations

import re
import unicodedata

STAND_IN = "\N{REPLACEMENT CHARACTER}"
"""What is shown for a character that is not."""

_LONGEST_VALUE = 40
"""Characters of a value that a message repeats."""

# What a spreadsheet takes for a formula, or for the end of a cell before one; in East Asia the wide signs too.
_ACTS = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
# The same where it splits a cell at what parts cells in other countries' files.
_ACTS_WITHIN = re.compile(r"(?<=[;\t])(?=[\s\"']*[=+\-@＝＋－＠])")

_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Controls, direction marks and other formats, halves of surrogate pairs, ends of lines and paragraphs."""


def shown(text: str) -> str:
    """A name, or a message of one line: whatever would not be seen as a character is STAND_IN."""
    return text if text.isprintable() else "".join(map(_shown_character, text))


def shown_json(text: str) -> str:
    """JSON that means the same, with what would not be seen written as escapes; the ends of its lines stay."""
    return re.sub(r"[^\n\x20-\x7e]", lambda found: _escape(found[0]) if _is_hidden(found[0]) else found[0], text)


def harmless(cell: str) -> str:
    """A cell of a table that a spreadsheet shows as text: an apostrophe stands before what would act."""
    parted = _ACTS_WITHIN.sub("'", cell)
    return f"'{parted}" if _ACTS.match(cell) else parted


def shown_value(value: object) -> str:
    """A value of any type, for the message that refuses it: the start of a text, a number, else only its type."""
    if isinstance(value, str):
        return shown(repr(value[:_LONGEST_VALUE])) + ("…" if len(value) > _LONGEST_VALUE else "")
    if value is None or isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 10**_LONGEST_VALUE):
        return str(value)
    return type(value).__name__[:_LONGEST_VALUE]


def _shown_character(character: str) -> str:
    return STAND_IN if _is_hidden(character) else character


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN


def _escape(character: str) -> str:
    """As JSON has it: in UTF-16, four hexadecimal digits each."""
    return "".join(f"\\u{unit:04x}" for unit in memoryview(character.encode("utf-16-le", "surrogatepass")).cast("H"))
