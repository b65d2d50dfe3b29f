"""What the styles of a Word file say of a paragraph: whether and of which level it is a heading, and its numbering."""

from __future__ import annotations

import re
from dataclasses import dataclass

from embeddings.reading.containers.xml_tree import Element
from embeddings.reading.word.docx.package import W, value

_DEPTH = 10  # styles may be based on each other in a circle
_LONGEST_OUTLINED = 60
"""Characters of a paragraph that its outline level makes a heading: longer ones carry it by mistake."""


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    base: str | None
    outline: str | None
    num: str | None
    ilvl: str | None


class Styles:
    """The paragraph styles of a Word file, by their ids; `root` is its part of styles."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, _Style] = {}
        for style in () if root is None else root.iter(W + "style"):
            self._styles[style.get(W + "styleId") or ""] = _Style(
                (value(style, "name") or "").lower(),
                value(style, "basedOn"),
                value(style, "pPr/outlineLvl"),
                value(style, "pPr/numPr/numId"),
                value(style, "pPr/numPr/ilvl"),
            )

    def level(self, paragraph: Element, length: int) -> int | None:
        """The heading level of a paragraph of so many characters; 0 for the document's title, None for no heading."""
        outline = value(paragraph, "pPr/outlineLvl")
        for style in self._based(paragraph):
            if style.name in ("title", "标题"):
                return 0
            if found := re.fullmatch(r"(?:heading|标题) ?([1-9])", style.name):
                return int(found[1])
            outline = outline or style.outline
        if outline is None or length > _LONGEST_OUTLINED or not re.fullmatch(r"[0-8]", outline):
            return None
        return int(outline) + 1

    def is_contents(self, paragraph: Element) -> bool:
        """Whether it is a line of a table of contents."""
        return next((style.name for style in self._based(paragraph)), "").startswith(("toc ", "table of figures"))

    def number(self, paragraph: Element) -> tuple[str, str | None, str | None] | None:
        """The numbering that the paragraph's style gives it: its id, its level, and the style it comes from."""
        style_id = value(paragraph, "pPr/pStyle")
        for style in self._based(paragraph):
            if style.num is not None:
                return style.num, style.ilvl, style_id
            style_id = style.base
        return None

    def list_number(self, style_id: str) -> str | None:
        """The numbering of a list style."""
        style = self._styles.get(style_id)
        return None if style is None else style.num

    def _based(self, paragraph: Element) -> list[_Style]:
        """Its style, the one that is based on, and so on."""
        found: list[_Style] = []
        style = self._styles.get(value(paragraph, "pPr/pStyle") or "")
        while style is not None and len(found) < _DEPTH:
            found.append(style)
            style = self._styles.get(style.base or "")
        return found
