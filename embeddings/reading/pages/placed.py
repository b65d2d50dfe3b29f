"""What the readers of placed texts share: the box around boxes, and what a gap between two texts is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embeddings.types import Box

if TYPE_CHECKING:
    from collections.abc import Iterable

OBJECT = "\ufffc"
"""The text that stands for a table where texts are put in order."""
_SUPERSCRIPTS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def around(boxes: Iterable[Box]) -> Box:
    """The box around boxes, of which there is at least one."""
    left, top, right, bottom = zip(*((box.left, box.top, box.right, box.bottom) for box in boxes), strict=True)
    return Box(min(left), min(top), max(right), max(bottom))


def superscript(text: str) -> str:
    """Figures and signs as they are written above the line: ⁸ for 8."""
    return text.translate(_SUPERSCRIPTS)


def blank_between(before: str, after: str) -> str:
    """What a narrow gap between two texts is: nothing beside a Chinese character, which may be set a little apart."""
    return "" if is_wide(before[-1:]) or is_wide(after[:1]) else " "


def is_wide(char: str) -> bool:
    """Whether a character is as wide as it is high: Chinese, Japanese, Korean, and their marks."""
    return char >= "\u1100" and (
        "\u2e80" <= char <= "\ua4cf"
        or "\uac00" <= char <= "\ud7a3"
        or "\uf900" <= char <= "\ufaff"
        or "\ufe30" <= char <= "\ufe4f"
        or "\uff01" <= char <= "\uff60"
        or char >= "\U00020000"
    )
