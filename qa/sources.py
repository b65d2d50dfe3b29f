"""Where a text stands, in words: a.txt 第 3–5 行, or a.txt, lines 3–5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.shown import shown

if TYPE_CHECKING:
    from embeddings.types import Source

_UNITS_ZH = {"line": "行", "page": "页", "paragraph": "段", "row": "行", "slide": "张幻灯片"}


def source_text(source: Source, english: bool) -> str:
    """Say a source in words: a.txt 第 3–5 行, a.xlsx 表“收入” B5, a.pptx 第 3 张幻灯片, or a.txt, lines 3–5."""
    file = shown(source.file)
    sheet, remarks = shown(source.sheet or ""), _page_remarks(source, english)
    if english:
        said = f'{file}, sheet "{sheet}"' if sheet else file
        return f"{said}, {_place(source, english)}{f' ({remarks})' if remarks else ''}"
    said = f"{file} 表“{sheet}”" if sheet else file
    return f"{said} {_place(source, english)}{f'（{remarks}）' if remarks else ''}"


def _place(source: Source, english: bool) -> str:
    """The cells of a sheet where they are known, else lines, pages, paragraphs, rows or slides."""
    if source.cells and source.unit == "row":
        return (", " if english else "、").join(shown(source.cells).split(","))
    several = source.start != source.end
    places = f"{source.start}–{source.end}" if several else f"{source.start}"
    return f"{source.unit}{'s' if several else ''} {places}" if english else f"第 {places} {_UNITS_ZH[source.unit]}"


def _page_remarks(source: Source, english: bool) -> str:
    """What a page calls itself, and that its text was recognised in a picture."""
    label = shown(source.label or "")
    said = [f'labelled "{label}"' if english else f"页码“{label}”"] if label else []
    said += ["scan" if english else "扫描件"] if source.scanned else []
    return (", " if english else "，").join(said)
