"""Headers and footers: said once, before and behind the text, where they say more than it and than page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from embeddings.reading.markup import Lines, visible
from embeddings.types import Line

_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:第?\s*[\dIVXivx]*\s*页?[\W_]*(?:共\s*\d*\s*页)?|page\s*\d*(?:\s*of\s*\d*)?)[\W_]*", re.IGNORECASE
)
"""A line that only counts pages; the counts themselves are fields, and may be left out."""


def with_margins(lines: list[Line], headers: Iterable[str], footers: Iterable[str]) -> list[Line]:
    """The lines with headers before them and footers behind, each text once and none that the lines have.

    A header has the number of the first paragraph, a footer that of the last line.
    """
    seen = {_plain(line.text) for line in lines}
    whole = Lines()
    for texts, number in ((headers, 1), (None, 0), (footers, lines[-1].number if lines else 1)):
        if texts is None:
            whole.append(lines)
            continue
        for text in map(visible, texts):
            if _plain(text) not in seen and not _PAGE_NUMBER.fullmatch(text.strip()):
                seen.add(_plain(text))
                whole.add(number, text)
        whole.gap()
    return whole.lines


def _plain(text: str) -> str:
    return "".join(text.split())
