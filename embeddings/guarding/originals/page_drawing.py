"""A page of a PDF, or a picture, as a JPEG of a wanted width, the way up that it is read."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from embeddings.guarding.originals.turning import quarters_turned

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from embeddings.types import Box

PICTURES = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"))
"""Suffixes of files that are pictures."""
DRAWN = PICTURES | {".pdf"}
"""Suffixes of files whose pages can be drawn."""
_POINTS = 72
_QUALITY = 88
_MOST_WIDE, _TALLEST = 3000, 8000  # pixels


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as a JPEG with its size in pixels, how many pages there are, and by how many quarters it was turned."""

    jpeg: bytes
    width: int
    height: int
    pages: int
    quarters: int


def draw(data: bytes, suffix: str, page: int, width: int, boxes: Sequence[Box]) -> Drawn:
    """Draw a page (from 1) `width` pixels wide, less where it would be very tall.

    `boxes` are those of its lines where they were recognised in a picture: the page is turned to fit them. None for any
    other page. Raises Unreadable, IndexError or EOFError where there is no such page, and what its format's reader
    does.
    """
    width = min(max(width, 1), _MOST_WIDE)
    # Finer where it may have to be turned: its height is its width then.
    wanted = width * 3 // 2 if boxes else width
    picture, pages = _pdf_page(data, page, wanted) if suffix == ".pdf" else _picture(data, page)
    quarters = quarters_turned(picture, boxes)
    image = Image.fromarray(np.ascontiguousarray(np.rot90(picture, quarters)))
    scale = min(width / image.width, _TALLEST / image.height, 1.0)
    if scale < 1.0:
        image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    encoded = BytesIO()
    image.save(encoded, "JPEG", quality=_QUALITY, subsampling=0)
    return Drawn(encoded.getvalue(), image.width, image.height, pages, quarters)


def _pdf_page(data: bytes, page: int, width: int) -> tuple[npt.NDArray[np.uint8], int]:
    from embeddings.reading.pdf.pdf_file import count_and_width, render_page

    pages, points = count_and_width(data, page)
    return render_page(data, page, max(1, round(width * _POINTS / points))), pages


def _picture(data: bytes, page: int) -> tuple[npt.NDArray[np.uint8], int]:
    from embeddings.reading.pages.picture_files import count_pictures, load_picture

    return load_picture(data, page), count_pictures(data)
