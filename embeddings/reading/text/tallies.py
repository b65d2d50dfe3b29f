"""What was read of a text and what was left out of it, counted, as notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from embeddings.errors import Unreadable
from embeddings.types import Line, ReadingNote

_LEFT_OUT = {
    "picture": ("{} 张图片里的文字", "text in pictures ({})"),
    "chart": ("{} 个图表", "charts ({})"),
    "object": ("{} 个嵌入的对象", "embedded objects ({})"),
    "comment": ("{} 条批注", "comments ({})"),
    "imported": ("{} 个嵌入的文档", "embedded documents ({})"),
}


def tally(paragraphs: int, tables: int, left_out: Mapping[str, int], macros: bool = False) -> tuple[ReadingNote, ...]:
    """Notes of what was read, and of each kind that was not: "picture", "chart", "object", "comment", "imported".

    `macros`: the file has some.
    """
    zh, en = (f"，{tables} 个表格", f", tables: {tables}") if tables else ("", "")
    notes = [ReadingNote(f"{paragraphs} 段{zh}。", f"Paragraphs: {paragraphs}{en}.")]
    notes += [unread(kind, count) for kind in _LEFT_OUT if (count := left_out.get(kind, 0))]
    if macros:
        notes.append(ReadingNote("宏没有读，也不会运行。", "Macros were neither read nor run.", left_out=True))
    return tuple(notes)


def unread(kind: str, count: int) -> ReadingNote:
    """That so many of a kind were not read."""
    zh, en = _LEFT_OUT[kind]
    return ReadingNote(f"未读 {zh.format(count)}。", f"Not read: {en.format(count)}.", left_out=True)


def check_text(lines: Sequence[Line], pictures: int) -> None:
    """Raise Unreadable where a file has pictures and no text: as PDF, its pages are recognised."""
    if pictures and not any(line.text.strip() for line in lines):
        raise Unreadable(
            f"里面只有图片（{pictures} 张），没有文字；请另存为 PDF，图片中的文字即可识别。",
            f"It holds no text, only pictures ({pictures}); save it as PDF, of which pictures are recognised.",
        )
