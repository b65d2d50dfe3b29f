"""A PDF file opened, and its pages as pictures."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from embeddings.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt

# It reports what it cannot do to a terminal, which is no place for it.
logging.getLogger("pypdfium2").setLevel(logging.CRITICAL)

_POINTS = 72  # to the inch
MOST_PIXELS = 25_000_000
"""Pixels of a page's picture, a little more than A3 has at 300 dpi: three bytes each are 75 MB."""
_LONGEST_SIDE = 20_000  # pixels


@contextmanager
def opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """A PDF, open for one thread: the library has no other use. Encrypted ones too, where they open without a password.

    Raises Unreadable where it needs a password, and on damage PdfiumError.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise Unreadable("PDF 有密码保护。", "The PDF is protected by a password.") from error
        raise
    try:
        document.init_forms()  # before any page is loaded, so that what is filled in is drawn
        yield document
    finally:
        document.close()


def count_and_width(data: bytes, number: int) -> tuple[int, float]:
    """How many pages a PDF has, and how wide the one of this number (from 1) is shown, in points (1/72 inch).

    Raises what `render_page` does.
    """
    with opened(data) as document:
        if not 1 <= number <= len(document):
            raise IndexError(number)
        return len(document), max(document[number - 1].get_width(), 1.0)


def render_page(data: bytes, number: int, dpi: int) -> npt.NDArray[np.uint8]:
    """Draw a page as a picture.

    `data` is the whole file, `number` counts from 1. The picture is RGB, uint8, of shape (height, width, 3), upright as
    the page is shown, with annotations and filled-in form fields. A page with more than MOST_PIXELS at this resolution,
    or a very long one, is drawn smaller, whatever size it claims to have. Raises Unreadable where the file needs a
    password, IndexError where there is no such page, and on damage PdfiumError.
    """
    with opened(data) as document:
        if not 1 <= number <= len(document):
            raise IndexError(number)
        page = document[number - 1]
        width, height = max(page.get_width(), 1e-3), max(page.get_height(), 1e-3)
        fitting = min((MOST_PIXELS / (width * height)) ** 0.5, _LONGEST_SIDE / max(width, height))
        bitmap = page.render(scale=min(dpi / _POINTS, fitting), rev_byteorder=True)
        picture: npt.NDArray[np.uint8] = bitmap.to_numpy()
        return picture
