"""Small pictures of text that tests draw, and the font for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw, ImageFont

from benchmarks.scans import Font, chinese_font

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZE = 32
"""Pixels of a character."""


def font() -> Font:
    """A Chinese font; where there is none the test is left out, or fails where WENJU_TEST_BROWSER is set."""
    found = chinese_font()
    if found is None:
        missing = "There is no Chinese font: apt-get install fonts-noto-cjk"
        if os.environ.get("WENJU_TEST_BROWSER"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def picture(*columns: Sequence[str], size: int = SIZE, width: int = 0) -> Image.Image:
    """A picture of columns of lines side by side, each as wide as its longest line and a gap."""
    face, drawn = font(), []
    across = size
    typeface = ImageFont.truetype(face.file, size, index=face.face)
    for column in columns:
        drawn += [(across, round(size * (1 + 1.6 * row)), line) for row, line in enumerate(column)]
        across += round(max(map(typeface.getlength, column))) + 2 * size
    height = round(size * (2 + 1.6 * max(map(len, columns))))
    image = Image.new("RGB", (max(across, width), height), "white")
    canvas = ImageDraw.Draw(image)
    for left, top, line in drawn:
        canvas.text((left, top), line, font=typeface, fill="black")
    return image
