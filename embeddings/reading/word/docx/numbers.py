"""The numbers that Word sets before paragraphs by itself: 第三条, 一、, （二）, 1.1."""

from __future__ import annotations

import re
from dataclasses import replace

from embeddings.reading.containers.xml_tree import Element, children
from embeddings.reading.text.list_counting import CountedList, Counter, Level, ListUse
from embeddings.reading.word.docx.package import MC, W, chosen, is_on, value
from embeddings.reading.word.docx.styles import Styles


class Numbers:
    """Counts the numbered paragraphs of a document: `of` has to be asked for each, in their order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, CountedList] = {}
        self._uses: dict[str, ListUse] = {}
        self._counter = Counter()
        for element in () if root is None else children(root):
            if element.tag == W + "abstractNum":
                name = element.get(W + "abstractNumId") or ""
                self._lists[name] = CountedList(_levels(element), value(element, "numStyleLink"))
            elif element.tag == W + "num":
                self._uses[element.get(W + "numId") or ""] = _use(element)

    def of(self, paragraph: Element) -> str:
        """The number before a paragraph, as it is shown, with the blank behind it; "" where there is none."""
        if is_on(paragraph, "pPr/rPr/del") or is_on(paragraph, "pPr/rPr/vanish"):
            return ""
        num_id = value(paragraph, "pPr/numPr/numId")
        ilvl = value(paragraph, "pPr/numPr/ilvl")
        style: str | None = None
        if num_id is None:
            by_style = self._styles.number(paragraph)
            if by_style is None:
                return ""
            num_id, of_style, style = by_style
            ilvl = ilvl or of_style
        use = self._uses.get(num_id)
        counting = None if use is None else self._list(use)
        if use is None or counting is None:
            return ""
        if style is not None and ilvl is None:
            ilvl = next((str(at) for at, level in counting.levels.items() if level.paragraph_style == style), None)
        if not re.fullmatch(r"[0-8]", ilvl or "0"):
            return ""
        return self._counter.next(num_id, use, counting, int(ilvl or 0))

    def _list(self, use: ListUse) -> CountedList | None:
        counting = self._lists.get(use.list_id)
        if counting is not None and counting.link and not counting.levels:
            linked = self._uses.get(self._styles.list_number(counting.link) or "")
            return self._lists.get(linked.list_id) if linked is not None else None
        return counting


def _levels(parent: Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for element in parent.findall(W + "lvl"):
        ilvl = element.get(W + "ilvl") or ""
        if re.fullmatch(r"[0-8]", ilvl):
            restart = value(element, "lvlRestart")
            found[int(ilvl)] = Level(
                _integer(value(element, "start")),
                _style(element),
                "" if is_on(element, "rPr/vanish") else value(element, "lvlText") or "",
                None if restart is None else _integer(restart),
                is_on(element, "isLgl"),
                value(element, "pStyle"),
            )
    return found


def _style(level: Element) -> str:
    """The name of its style of counting; newer ones stand in what is for new programs only."""
    for alternatives in level.findall(MC + "AlternateContent"):
        for side in reversed(chosen(alternatives)):
            if found := value(side, "numFmt"):
                return found
    return value(level, "numFmt") or "decimal"


def _use(element: Element) -> ListUse:
    starts: dict[int, int] = {}
    levels: dict[int, Level] = {}
    for override in element.findall(W + "lvlOverride"):
        own = _levels(override)
        ilvl = override.get(W + "ilvl") or ""
        if re.fullmatch(r"[0-8]", ilvl):
            start = value(override, "startOverride")
            if start is not None:
                starts[int(ilvl)] = _integer(start)
            if int(ilvl) in own:
                level = own[int(ilvl)]
                levels[int(ilvl)] = replace(level, start=starts.get(int(ilvl), level.start))
    return ListUse(value(element, "abstractNumId") or "", starts, levels)


def _integer(text: str | None) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,5}", text) else 0
