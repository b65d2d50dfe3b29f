"""What stands beside the cells of an Excel sheet: comments on them, text boxes and pictures laid over them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from embeddings.reading.containers.xml_stream import parse_xml
from embeddings.reading.sheets.sheet_cells import LONGEST_CELL, Aside, cell_ref

if TYPE_CHECKING:
    from embeddings.reading.containers.xml_stream import Attributes
    from embeddings.reading.sheets.xlsx_package import Package

ReadComments = Callable[["Package", str], list[Aside]]

_MOST = 2000  # comments and boxes of a sheet
_THREADED = "[Threaded comment]"  # what Excel writes there for programs that do not know its newer comments
_BEHIND = ("Comment:", "注释:", "批注:")
"""What the comment itself stands behind there."""


def asides_of(package: Package, sheet: str, read_comments: ReadComments | None = None) -> tuple[list[Aside], int]:
    """The comments and text boxes of the sheet that this part is, and how many pictures lie over it.

    `read_comments` reads the part with the comments, where that is none of XML.
    """
    asides: list[Aside] = []
    pictures = 0
    for kind, target in package.relations(sheet).values():
        if kind == "comments" and package.has(target):
            asides += (read_comments or _comments)(package, target)
        elif kind == "drawing" and package.has(target):
            boxes, count = _drawn(package, target)
            asides, pictures = asides + boxes, pictures + count
    return asides[:_MOST], pictures


def comment_on(row: int, column: int, text: str, author: str) -> list[Aside]:
    """The comment on a cell, without its author's name before it; none where it says nothing."""
    said = _bare(text[:LONGEST_CELL].strip(), author)
    return [Aside(row, column, said, is_comment=True)] if said else []


def _comments(package: Package, part: str) -> list[Aside]:
    authors: list[str] = []
    found: list[tuple[Attributes, list[str]]] = []
    inside: list[str] = []

    def start(tag: str, given: Attributes) -> None:
        inside.append(tag)
        if tag == "comment":
            found.append((given, []))
        elif tag == "author":
            authors.append("")

    def text(piece: str) -> None:
        if inside[-1] == "author":
            authors[-1] += piece
        elif inside[-1] == "t" and "rPh" not in inside and found:
            found[-1][1].append(piece)

    def end(tag: str) -> None:
        inside.pop()

    parse_xml(package.open(part), start, text, end)
    asides = []
    for given, pieces in found[:_MOST]:
        number = given.get("authorId", "")
        author = authors[int(number)] if number.isascii() and number.isdigit() and int(number) < len(authors) else ""
        asides += comment_on(*cell_ref(given.get("ref", "")), "".join(pieces), author)
    return asides


def _bare(text: str, author: str) -> str:
    """A comment without its author's name, which Excel puts before it."""
    if text.startswith(_THREADED):
        return next((text.partition(word)[2].strip() for word in _BEHIND if word in text), "")
    for colon in (":", "："):
        if author and text.startswith(f"{author}{colon}"):
            return text[len(author) + 1 :].strip()
    return text


def _drawn(package: Package, part: str) -> tuple[list[Aside], int]:
    """The text boxes of a drawing, each at the cell that it is fixed to, and how many pictures it has."""
    place = {"row": 0, "col": 0}
    boxes: list[tuple[int, int, list[str]]] = []
    pictures = 0
    inside: list[str] = []

    def start(tag: str, given: Attributes) -> None:
        nonlocal pictures
        inside.append(tag)
        pictures += tag == "pic" and "Fallback" not in inside
        if tag == "txBody" and "Fallback" not in inside:  # which says the same once more
            boxes.append((place["row"] + 1, place["col"] + 1, []))
        elif tag in ("p", "br") and _is_box(inside):
            boxes[-1][2].append("\n")

    def text(piece: str) -> None:
        if inside[-1] in place and "from" in inside and piece.strip().isascii() and piece.strip().isdigit():
            place[inside[-1]] = int(piece[:8])
        elif inside[-1] == "t" and _is_box(inside):
            boxes[-1][2].append(piece)

    def end(tag: str) -> None:
        inside.pop()

    parse_xml(package.open(part), start, text, end)
    texts = ((row, column, "".join(pieces)[:LONGEST_CELL].strip()) for row, column, pieces in boxes[:_MOST])
    return [Aside(row, column, said, is_comment=False) for row, column, said in texts if said], pictures


def _is_box(inside: list[str]) -> bool:
    return "txBody" in inside and "Fallback" not in inside
