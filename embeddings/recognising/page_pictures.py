"""A page of a file as the picture that is recognised."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embeddings.recognising.networks import Picture

DPI = 300
"""At which a PDF's pages are drawn."""


def page_picture(data: bytes, suffix: str, number: int) -> Picture:
    """The picture of a page (from 1) of a file with this content and suffix; raises what its format's does."""
    if suffix == ".pdf":
        from embeddings.reading.pdf.pdf_file import render_page

        return render_page(data, number, DPI)
    from embeddings.reading.pages.picture_files import load_picture

    return load_picture(data, number)


def load_drawing(file: str) -> None:
    """Load what draws the pages of such a file: neither the time nor the memory is a page's own."""
    if Path(file).suffix.lower() == ".pdf":
        import embeddings.reading.pdf.pdf_file
    else:
        import embeddings.reading.pages.picture_files  # noqa: F401
