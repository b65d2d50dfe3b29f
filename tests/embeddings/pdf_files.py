"""PDF files made to measure: texts at places, lines between places, and what else a page of one may have."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 595, 842

Text = tuple[float, float, str]
"""A text: how far from the left and from the top of the page its first character stands, in points."""


@dataclass
class Page:
    """A page: its texts, drawn lines (x, y, x, y), and raw operators; `extra` goes into the page's dictionary."""

    texts: list[Text] = field(default_factory=list)
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    size: float = 12
    raw: str = ""
    extra: str = ""


def lines_at(x: float, y: float, *lines: str, step: float = 20) -> list[Text]:
    """Lines below each other."""
    return [(x, y + index * step, line) for index, line in enumerate(lines)]


def grid(xs: list[float], ys: list[float]) -> list[tuple[float, float, float, float]]:
    """The ruled lines of a table."""
    return [(x, ys[0], x, ys[-1]) for x in xs] + [(xs[0], y, xs[-1], y) for y in ys]


def table_page(
    rows: Sequence[Sequence[str]],
    xs: Sequence[float],
    *,
    merged: Sequence[tuple[int, int, int, int]] = (),
    ruled: bool,
    title: str = "",
    step: float = 20,
) -> Page:
    """A page with one table, each text in the middle of its cell.

    `merged` are rectangles of cells that are one: top, left, bottom, right.
    """
    ys = [80 + step * number for number in range(len(rows) + 1)]
    owner = {(row, column): (row, column) for row in range(len(rows)) for column in range(len(xs) - 1)}
    for top, left, bottom, right in merged:
        owner |= {(row, column): (top, left) for row in range(top, bottom + 1) for column in range(left, right + 1)}
    texts = [(150.0, 50.0, title)] if title else []
    for row, column in set(owner.values()):
        text = rows[row][column]
        own = [place for place, first in owner.items() if first == (row, column)]
        width = sum(12 if ord(char) > 0xFF else 6 for char in text)
        middle = (xs[column] + xs[max(own)[1] + 1]) / 2, (ys[row] + ys[max(own)[0] + 1]) / 2
        if text:
            texts.append((middle[0] - width / 2, middle[1] + 4, text))
    across = [
        (xs[column], ys[row], xs[column + 1], ys[row])
        for row in range(len(ys))
        for column in range(len(xs) - 1)
        if owner.get((row - 1, column), "above") != owner.get((row, column), "below")
    ]
    down = [
        (xs[column], ys[row], xs[column], ys[row + 1])
        for row in range(len(rows))
        for column in range(len(xs))
        if owner.get((row, column - 1), "left") != owner.get((row, column), "right")
    ]
    return Page(texts, across + down if ruled else [])


def made_pdf(
    *pages: Page, font: str = "", encoding: str = "utf-16-be", objects: tuple[str, ...] = (), root: str = ""
) -> bytes:
    """A PDF of pages. Chinese characters are as wide as the font's size, ASCII half as wide.

    `font` is another font's dictionary than one that says what its characters are; texts are encoded for it in
    `encoding`. `objects` are numbered from 10, `root` goes into the catalogue.
    """
    chars = sorted({char for page in pages for _, _, text in page.texts for char in text})
    codes = [f"<{ord(char):04X}> <{ord(char):04X}>" for char in chars]
    blocks = [codes[start : start + 100] for start in range(0, len(codes), 100)]
    mapped = "\n".join(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks)
    cmap = (
        "/CIDInit /ProcSet findresource begin begincmap /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> "
        f"endcodespacerange\n{mapped} endcmap end"
    )
    first = 10 + len(objects)
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(len(pages)))
    made: dict[int, bytes] = {
        1: f"<< /Type /Catalog /Pages 2 0 R {root} >>".encode(),
        2: f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        3: (
            font
            or "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R] "
            "/ToUnicode 5 0 R >>"
        ).encode(),
        4: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 /W [32 126 500] /FontDescriptor 6 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        5: _stream(cmap.encode()),
        6: b"<< /Type /FontDescriptor /FontName /Song /Flags 4 /Ascent 800 /Descent -200 /FontBBox [0 -200 1000 800] "
        b"/ItalicAngle 0 /CapHeight 700 /StemV 80 >>",
    }
    made |= {10 + index: body.encode() for index, body in enumerate(objects)}
    for index, page in enumerate(pages):
        place = first + 2 * index
        extra = page.extra if "/MediaBox" in page.extra else f"/MediaBox [0 0 {WIDTH} {HEIGHT}] {page.extra}"
        made[place] = (
            f"<< /Type /Page /Parent 2 0 R /Contents {place + 1} 0 R /Resources << /Font << /F1 3 0 R >> "
            f"/XObject << {'/Im 10 0 R' if objects else ''} >> >> {extra} >>"
        ).encode()
        made[place + 1] = _stream(_drawn(page, encoding).encode())
    return _file(made)


def _drawn(page: Page, encoding: str) -> str:
    texts = [
        f"BT /F1 {page.size} Tf {x} {HEIGHT - y} Td <{text.encode(encoding).hex()}> Tj ET" for x, y, text in page.texts
    ]
    lines = [f"{a} {HEIGHT - b} m {c} {HEIGHT - d} l S" for a, b, c, d in page.lines]
    return "\n".join([*texts, *lines, page.raw])


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream"


def _file(objects: dict[int, bytes]) -> bytes:
    out = b"%PDF-1.7\n"
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    size = max(objects) + 1
    table = b"".join(
        b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n" for number in range(size)
    )
    return (
        out
        + b"xref\n0 %d\n" % size
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            size,
            len(out),
        )
    )
