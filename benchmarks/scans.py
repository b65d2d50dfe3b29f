"""Pages that look scanned: a text set in a Chinese font of this machine, a little blurred, with noise, and askew."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_WIDTH, _HEIGHT = 8.27, 11.69  # inches of A4
_MARGIN, _GUTTER = 0.75, 0.35  # inches
_PITCH = 1.6  # font sizes from line to line
_INDENT = "\u3000\u3000"
_BLUR = 0.2  # points
_NOISE = 6.0  # of 255
_NEVER_FIRST = "，。、；：？！”’）》】%"
"""What Chinese typesetting hangs at the end of a line rather than begin one with it."""


class Font(NamedTuple):
    """A font's file, and the face's number in it."""

    file: str
    face: int


def chinese_font(family: str = "Serif") -> Font | None:
    """A font of this machine for simplified Chinese, of a family with this in its name where there is one.

    None where there is none at all (apt-get install fonts-noto-cjk).
    """
    if shutil.which("fc-list") is None:
        return None
    command = ["fc-list", "-f", "%{file}\t%{index}\t%{family} %{style}\n", ":lang=zh-cn"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    fonts = sorted(line.split("\t") for line in listed)
    wanted = (family, "SC", "Regular")
    best = max(fonts, key=lambda font: sum(word in font[2] for word in wanted) - ("Mono" in font[2]), default=None)
    return None if best is None else Font(best[0], int(best[1]))


@dataclass(frozen=True, slots=True)
class Look:
    """What a page looks like: dots an inch, points of its characters, columns, and degrees that it is turned by."""

    dpi: int = 300
    points: float = 12.0
    columns: int = 1
    skew: float = 0.0


class Page(NamedTuple):
    """A page as a picture, and the text on it."""

    image: Image.Image
    text: str


def draw_pages(text: str, look: Look, font: Font, seed: int = 0) -> Iterator[Page]:
    """The pages that a text fills: its lines are paragraphs."""
    size = round(look.points * look.dpi / 72)
    drawn = ImageFont.truetype(font.file, size, index=font.face)
    width, height = round(_WIDTH * look.dpi), round(_HEIGHT * look.dpi)
    margin, gutter = round(_MARGIN * look.dpi), round(_GUTTER * look.dpi)
    column = (width - 2 * margin - gutter * (look.columns - 1)) // look.columns
    lines = [line for paragraph in text.split("\n") if paragraph.strip() for line in _set(paragraph, drawn, column)]
    rows = int((height - 2 * margin) // (size * _PITCH))
    for number, first in enumerate(range(0, len(lines), rows * look.columns)):
        image = Image.new("L", (width, height), "white")
        canvas = ImageDraw.Draw(image)
        there = lines[first : first + rows * look.columns]
        for place, line in enumerate(there):
            left = margin + (place // rows) * (column + gutter)
            canvas.text((left, margin + (place % rows) * size * _PITCH), line, font=drawn, fill="black")
        yield Page(_scanned(image, look, seed + number), "\n".join(there))


def _set(paragraph: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    """A paragraph as lines that are as wide as a column."""
    line = _INDENT
    for char in paragraph.strip():
        if font.getlength(line + char) > width and char not in _NEVER_FIRST:
            yield line
            line = ""
        line += char
    yield line


def _scanned(image: Image.Image, look: Look, seed: int) -> Image.Image:
    if look.skew:
        image = image.rotate(look.skew, Image.Resampling.BICUBIC, fillcolor="white")
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(_BLUR * look.dpi / 72)), np.float32)
    noisy = pixels + np.random.default_rng(seed).normal(0, _NOISE, pixels.shape)
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def save_scan(file: Path, pages: Sequence[Page], dpi: int) -> None:
    """Pages as a PDF file of pictures, as a scanner writes it."""
    first, *others = [page.image for page in pages]
    first.save(file, save_all=True, append_images=others, resolution=dpi)
