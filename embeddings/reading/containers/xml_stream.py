"""XML read piece by piece, whatever its size: callbacks for elements by their local names, no entity ever looked up."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from embeddings.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIECE = 1 << 16
"""Bytes that are read at once."""
_DEPTH = 64

Attributes = dict[str, str]


def parse_xml(
    opened: IO[bytes],
    start: Callable[[str, Attributes], None],
    text: Callable[[str], None] | None = None,
    end: Callable[[str], None] | None = None,
) -> None:
    """Call back for each element and text, with local names.

    Raises Unreadable where the XML has a DOCTYPE or is nested too deeply, ExpatError where it is none.
    """
    for _ in parse_pieces(opened, start, text, end):
        pass


def parse_pieces(
    opened: IO[bytes],
    start: Callable[[str, Attributes], None],
    text: Callable[[str], None] | None = None,
    end: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Do what `parse_xml` does, a piece of the file at each step."""
    depth = [0]
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = PIECE

    def started(tag: str, given: Attributes) -> None:
        depth[0] += 1
        if depth[0] > _DEPTH:
            raise Unreadable("XML 嵌套过深。", "Its XML is nested too deeply.")
        if any(":" in name for name in given):
            given = {name.rpartition(":")[2]: value for name, value in given.items()}
        start(tag.rpartition(":")[2], given)

    def ended(tag: str) -> None:
        depth[0] -= 1
        if end is not None:
            end(tag.rpartition(":")[2])

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    while piece := opened.read(PIECE):
        parser.Parse(piece, False)
        yield
    parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise Unreadable("其 XML 带有 DOCTYPE，这类文件不应有。", "Its XML has a DOCTYPE, which no such file has.")
