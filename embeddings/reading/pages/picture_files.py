"""A picture file (PNG, JPEG, TIFF, BMP, WebP) opened, and its pictures, as many as a TIFF file has pages."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from embeddings.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

LARGEST = 80_000_000
"""Pixels of a picture: A3 at 600 dpi has 70 million. More takes more memory than there is for one."""
MOST_PICTURES = 2000
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
_DRAWN = 16_000_000
"""Pixels that a picture is made smaller to, before its colours are looked at."""


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """A picture file, whatever its suffix says; the pixels are not read yet.

    Raises Unreadable where it is of another format, or claims to be larger than LARGEST or to have more than
    MOST_PICTURES, or is damaged; on some damage whatever else Pillow does.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on damaged metadata, and on size, which is checked here
        try:
            with Image.open(BytesIO(data), formats=_FORMATS) as image:
                _check_size(image)
                yield image
        except Image.DecompressionBombError as error:
            raise _too_large() from error
        except OSError as error:  # in Pillow's words, which are no user's
            raise Unreadable("图片已损坏，或并非其后缀所示的格式。", "Damaged, or not what its suffix says.") from error


def count_pictures(data: bytes) -> int:
    """How many pictures a file has; raises what `opened` does."""
    with opened(data) as image:
        count = int(getattr(image, "n_frames", 1))
    if count > MOST_PICTURES:
        raise Unreadable(
            f"图片太多（{count} 张，上限 {MOST_PICTURES}）。请拆分后再添加。",
            f"Too many pictures ({count}, at most {MOST_PICTURES}); split the file.",
        )
    return count


def load_picture(data: bytes, number: int) -> npt.NDArray[np.uint8]:
    """A picture of a file, counted from 1: RGB, uint8, of shape (height, width, 3), as its metadata say it is shown.

    One with more than 16 million pixels is made smaller. What is transparent is white. Raises what `opened` does, and
    EOFError where there is no such picture.
    """
    with opened(data) as image:
        image.seek(number - 1)
        _check_size(image)
        if image.format == "JPEG":
            share = max(1.0, (image.width * image.height / _DRAWN) ** 0.5)
            image.draft(None, (round(image.width / share), round(image.height / share)))
        shown = ImageOps.exif_transpose(_smaller(image))
        return np.asarray(_on_white(shown), np.uint8)


def _smaller(image: Image.Image) -> Image.Image:
    share = max(1.0, (image.width * image.height / _DRAWN) ** 0.5)
    if share == 1.0:
        return image
    orientation = image.getexif().get(_ORIENTATION)
    grey = image.convert("L") if image.mode == "1" else image.convert("RGB") if image.mode == "P" else image
    small = grey.resize((round(image.width / share), round(image.height / share)), Image.Resampling.BOX)
    if orientation:
        small.getexif()[_ORIENTATION] = orientation
    return small


_ORIENTATION = 0x0112


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):  # 16 bits and more: from its darkest to its lightest
        values = np.asarray(image, np.float32)
        low, high = float(values.min()), float(values.max())
        scaled = (values - low) * (255 / (high - low) if high > low else 0.0)
        return Image.fromarray(scaled.astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")
    return image.convert("RGB")


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > LARGEST:
        raise _too_large()


def _too_large() -> Unreadable:
    most = LARGEST // 1_000_000
    return Unreadable(
        f"图片太大（超过 {most} 百万像素）。请缩小后再添加。",
        f"The picture has more than {most} megapixels; make it smaller.",
    )
