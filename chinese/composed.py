"""One text for what can be written as different code points: é as one, or as e and an accent."""

from __future__ import annotations

import unicodedata

__all__ = ["composed"]

# No language has more on one character; "stream-safe" text has not (Unicode Standard Annex 15).
_MOST_MARKS = 30


def composed(text: str) -> str:
    """The text in normal form C. With more marks on one character than any language has, it stays as it is.

    Python puts such marks in order in a time that grows with the square of how many there are.
    """
    return unicodedata.normalize("NFC", text) if _is_written(text) else text


def _is_written(text: str) -> bool:
    if text.isascii():
        return True
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _MOST_MARKS:
            return False
    return True
