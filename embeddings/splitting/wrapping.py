"""Lines broken at a fixed width become paragraphs again."""

from __future__ import annotations

import re
import statistics
from typing import TYPE_CHECKING

from embeddings.splitting.blocks import is_ended
from embeddings.splitting.cleaning import has_bullet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from embeddings.splitting.imprint import Imprint
    from embeddings.types import Line

_STAMPED = re.compile(r"[\[(<]?(?:\d{2,4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}:\d{2}:\d{2}|\d{10,13}\b)")
_PAUSE = re.compile(r"[，。；、：！？]|[,.;:!?](?:\s|$)")
_SHORTEST_FULL = 16  # columns of a line that its column's width breaks; what is shorter is a name, a date, a cell
_FULL_SHARE = 0.75  # of its column's width that a line has which is broken before a long word or figure
_ENUMERATED = re.compile(
    r"(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、．]|\d{1,2}[.．](?!\d)|第[一二三四五六七八九十百]{1,4}[条章节款])"
)
CAPTION_MARK = re.compile(r"^[■▲▼△▽★☆◆]\s*")


def unwrap(
    lines: Sequence[Line], imprints: Mapping[int, Imprint], paged: bool
) -> Iterator[tuple[list[tuple[int, str]], int | None, Imprint | None]]:
    """Paragraphs of a text whose lines are broken at a fixed width; other texts line by line.

    A text counts as wrapped when most of its longer lines are about equally long and stop in mid-sentence.
    """
    is_full = _wrapped([line.text for line in lines if line.text and line.level is None])
    placed = _full_by_place(lines)
    row: tuple[list[tuple[int, str]], int | None, Imprint | None] = [], None, None
    open_paragraph = False
    for position, line in enumerate(lines):
        # A PDF's paragraphs run on over the page's end, marked by a blank line.
        turned = paged and not line.text and open_paragraph and position + 1 < len(lines)
        if turned:
            continue
        imprint = imprints.get(position)
        starts_new = line.level is not None or has_bullet(line.text) or CAPTION_MARK.match(line.text) or imprint
        if (imprint is not None and imprint.is_value and row[2] is not None) or (
            open_paragraph and line.text and not starts_new
        ):
            row[0].append((line.number, line.text))
        else:
            if row[0]:
                yield row
            row = [(line.number, line.text)], None if imprint is not None else line.level, imprint
        full = line.level is None and imprint is None and (position in placed or is_full(line.text))
        open_paragraph = bool(full and not is_ended(line.text))
    if row[0]:
        yield row


def _full_by_place(lines: Sequence[Line]) -> set[int]:
    """The lines, by their position, that reach the end of their column, where it is known where they stand.

    What is looked at is a block of lines between two blank ones. It is prose where it has pauses and most of its
    lines are full. A line before one with a number of its own (二、, 第三条) ends there, however long it is.
    """
    full: set[int] = set()
    block: list[int] = []
    for position, line in enumerate(lines):
        if line.text and line.level is None and line.spot is not None and line.spot.box is not None:
            block.append(position)
        else:
            full |= _full_of_block(lines, block)
            block = []
    return full | _full_of_block(lines, block)


def _full_of_block(lines: Sequence[Line], block: Sequence[int]) -> set[int]:
    boxes = {place: spot.box for place in block if (spot := lines[place].spot) is not None and spot.box is not None}
    if len(boxes) < 2:
        return set()
    edge, end = min(box.left for box in boxes.values()), max(box.right for box in boxes.values())
    reaching = [
        place
        for place, box in boxes.items()
        if box.right - edge >= _FULL_SHARE * (end - edge) and _columns(lines[place].text) >= _SHORTEST_FULL
    ]
    pauses = sum(_PAUSE.search(lines[place].text) is not None for place in block)
    if len(reaching) < 0.4 * len(block) or pauses < 0.25 * len(block):
        return set()
    return {place for place in reaching if place == block[-1] or not _ENUMERATED.match(lines[place + 1].text)}


def _wrapped(texts: Sequence[str]) -> Callable[[str], bool]:
    """What tells a full line; none is where the text is not wrapped. Some programs count columns, some characters."""
    widths = [(measure, width) for measure in (_columns, len) if (width := _wrap_width(texts, measure)) is not None]
    return lambda text: any(measure(text) >= width for measure, width in widths)


def _wrap_width(texts: Sequence[str], measure: Callable[[str], int]) -> float | None:
    """The width from which a line counts as full; None where the text is not wrapped."""
    widths = [measure(text) for text in texts]
    if len(widths) < 4 or _are_records(texts):
        return None
    widest = statistics.quantiles(widths, n=20)[-1]
    if not 24 <= widest <= 160:
        return None
    full = [text for text, width in zip(texts, widths, strict=True) if width >= 0.85 * widest]
    torn = sum(not is_ended(text) for text in full)
    return 0.85 * widest if len(full) >= 0.4 * len(texts) and torn >= 0.5 * len(full) else None


def _are_records(texts: Sequence[str]) -> bool:
    """Whether most lines are a log's, or a table's, parted into equally many cells by one mark: 1月,12,3.5万元."""
    if sum(_STAMPED.match(text) is not None for text in texts) >= 0.8 * len(texts):
        return True
    for mark in ",\t;|":
        counts = [text.count(mark) for text in texts if not is_ended(text)]
        common = statistics.mode(counts) if counts else 0
        if common >= 2 and counts.count(common) >= 0.8 * len(texts):
            return True
    return False


def _columns(text: str) -> int:
    return 2 * len(text) - len(text.encode("ascii", "ignore"))
