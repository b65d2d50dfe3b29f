"""Pictures of text: scans and photographs, read from what was recognised in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embeddings.errors import PagesUnread, Unreadable
from embeddings.reading.picture_files import count_pictures
from embeddings.types import Line, ReadingNote, Spot

if TYPE_CHECKING:
    from embeddings.types import PlacedText, Recognised


def read_pictures(data: bytes, recognised: Recognised | None) -> tuple[tuple[Line, ...], tuple[ReadingNote, ...]]:
    """Lines, numbered by picture, and what was read and left out.

    Raises PagesUnread where `recognised` is None, Unreadable where nothing was recognised, or what opening it does.
    """
    count = count_pictures(data)
    if recognised is None:
        raise PagesUnread(tuple(range(1, count + 1)))
    lines: list[Line] = []
    for number in range(1, count + 1):
        texts = _in_order(recognised.get(number, ()))
        if lines and texts:
            lines.append(Line(lines[-1].number, ""))
        lines += [Line(number, item.text, None, Spot(box=item.box, scanned=True)) for item in texts]
    lacking = [number for number in range(1, count + 1) if number not in recognised]
    if not lines and lacking:
        raise Unreadable("图片中的文字未能识别。", "The text of the picture was not recognised.")
    if not lines:
        raise Unreadable("图片中没有认出文字。", "No text was recognised in the picture.")
    return tuple(lines), _notes(count, lacking)


def _in_order(items: tuple[PlacedText, ...]) -> list[PlacedText]:
    return sorted(items, key=lambda item: (item.box.top, item.box.left))


def _notes(count: int, lacking: list[int]) -> tuple[ReadingNote, ...]:
    done = count - len(lacking)
    notes = [ReadingNote(f"识别图片 {done} 张", f"{done} picture{'s' * (done != 1)} recognised")]
    if lacking:
        numbers = ", ".join(map(str, lacking))
        notes.append(ReadingNote(f"未能识别的图片：{numbers}", f"pictures not recognised: {numbers}", left_out=True))
    return tuple(notes)
