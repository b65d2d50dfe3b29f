"""Headers and footers: said once beside the text, where they say more than it and than page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from embeddings.reading.text.lines import Lines, visible
from embeddings.types import Line

_PAGE_NUMBER = re.compile(r"第?[\dIVX]{0,4}页?(?:共\d{0,4}页)?|page\d{0,4}(?:of\d{0,4})?", re.IGNORECASE)
"""What a line says that only counts pages, without blanks and strokes; the counts may be left out: they are fields."""
_DOCUMENT_NUMBER = re.compile(r"[〔\[［（(]\s*\d{4}\s*[〕\]］）)]\s*\d+\s*号")


def with_margins(lines: list[Line], headers: Iterable[str], footers: Iterable[str]) -> list[Line]:
    """The lines with headers and footers behind them, each text once and none that the lines have.

    A document's number stands before them, as it is printed: above the headline. Any other header there would be taken
    for a part of it. They have the numbers of the first and of the last line.
    """
    seen = {_plain(line.text) for line in lines}
    above, below = Lines(), Lines()
    last = lines[-1].number if lines else 1
    for text in map(visible, (*headers, *footers)):
        if _plain(text) not in seen and not _PAGE_NUMBER.fullmatch(re.sub(r"[\W_]+", "", text)):
            seen.add(_plain(text))
            if _DOCUMENT_NUMBER.search(text):
                above.add(1, text)
            else:
                below.add(last, text)
    whole = Lines()
    for part in (above.lines, lines, below.lines):
        whole.append(part)
    return whole.lines


def _plain(text: str) -> str:
    return "".join(text.split())
