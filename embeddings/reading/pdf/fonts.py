"""Characters of fonts that do not say which they are: put right where the bytes are a Chinese encoding's, else noticed.

An old simple font has 256 characters, so Chinese was written with two of them each, as bytes of GBK or Big5: 港口
comes out as ¸Û¿Ú. Other fonts give their own numbers for characters: nothing but the picture says what these are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from embeddings.reading.pdf.characters import Glyph

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_UNSURE = 0.3  # the share of a page's characters that are none, or whose font does not say, from which it is garbage
_FEWEST = 8  # characters that are judged
_FEWEST_CHINESE = 12
_LEAST_COMMON = 0.5  # of the Chinese characters of a text; where they are any at all, a quarter is common
_FOURFOLD = 3  # different characters, each four times in a row
_HYPHEN, _SOFT_HYPHEN = 0x2D, 0xAD
_REPEATED = re.compile(r"([^\s\d.…_=—\-*·。、])\1{3}")

# GB 2312 and Big5 both put the characters of common use first.
_COMMON_GB = range(0xB0, 0xD8)
_COMMON_BIG5 = range(0xA4, 0xC7)


def respelled(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs; where they are bytes of GBK or Big5, the characters these stand for."""
    if sum("\x80" <= glyph.char <= "\xff" for glyph in glyphs) < 0.2 * len(glyphs):
        return list(glyphs)
    values = [_byte(glyph.char) for glyph in glyphs]
    for encoding, common in (("gb18030", _COMMON_GB), ("big5", _COMMON_BIG5)):
        pairs = _pairs(values, encoding)
        high = sum(value is not None and value >= 0x80 for value in values)
        chinese = [char for char in pairs.values() if "\u4e00" <= char <= "\u9fff"]
        good = [char for char in chinese if char.encode(encoding)[0] in common and _is_proper(char, encoding)]
        if 2 * len(pairs) >= 0.9 * high and len(good) >= 0.8 * max(1, len(chinese)) and good:
            return _paired(glyphs, pairs)
    return list(glyphs)


def _byte(char: str) -> int | None:
    """The byte that a font of 256 characters draws this one for."""
    try:
        return char.encode("cp1252")[0]
    except UnicodeEncodeError:
        return ord(char) if ord(char) < 0x100 else None


def _pairs(values: Sequence[int | None], encoding: str) -> dict[int, str]:
    """The characters that two bytes make, by the place of the first."""
    pairs: dict[int, str] = {}
    place = 0
    while place + 1 < len(values):
        first, second = values[place], values[place + 1]
        if second == _HYPHEN and first is not None and first >= 0x81:
            second = _SOFT_HYPHEN  # which the library gives as the other one; no second byte is that
        if first == _HYPHEN and second is not None and second >= 0xA1 and encoding == "big5":
            first = _SOFT_HYPHEN
        if first is not None and second is not None and first >= 0x81:
            try:
                pairs[place] = bytes((first, second)).decode(encoding)
                place += 1
            except UnicodeDecodeError:
                pass
        place += 1
    return pairs


def _is_proper(char: str, encoding: str) -> bool:
    return encoding != "gb18030" or char.encode(encoding)[1] >= 0xA1


def _paired(glyphs: Sequence[Glyph], pairs: dict[int, str]) -> list[Glyph]:
    whole: list[Glyph] = []
    skip = False
    for place, glyph in enumerate(glyphs):
        if skip:
            skip = False
        elif char := pairs.get(place):
            after = glyphs[place + 1]
            whole.append(Glyph(char, glyph.left, glyph.top, max(glyph.right, after.right), glyph.bottom, glyph.blank))
            skip = True
        else:
            whole.append(glyph)
    return whole


def is_garbage(text: str, unmapped: float) -> bool:
    """Whether a page's text is not what the page shows; `unmapped` is the share whose font does not say what it is."""
    counts = Counter(text)
    total = sum(count for char, count in counts.items() if not char.isspace())
    if total < _FEWEST:
        return False
    strange = sum(count for char, count in counts.items() if _is_strange(char)) / total
    if strange > _UNSURE or (unmapped > _UNSURE and not _is_plausible(counts, total)):
        return True
    chinese = {char: count for char, count in counts.items() if "\u4e00" <= char <= "\u9fff"}
    known = sum(count for char, count in chinese.items() if _is_common(char))
    if sum(chinese.values()) >= _FEWEST_CHINESE and known < _LEAST_COMMON * sum(chinese.values()):
        return True
    fourfold = _REPEATED.findall(text)
    return len(set(fourfold)) >= _FOURFOLD and 4 * len(fourfold) > _UNSURE * total


def _is_plausible(counts: Counter[str], total: int) -> bool:
    """Whether characters of a font that does not say which they are read as a language: as Chinese, or with vowels."""
    chinese = sum(count for char, count in counts.items() if "\u4e00" <= char <= "\u9fff" and _is_common(char))
    letters = sum(count for char, count in counts.items() if char.isascii() and char.isalpha())
    vowels = sum(counts[char] for char in "aeiouAEIOU")
    return chinese + letters >= 0.7 * total and (not letters or 0.25 <= vowels / letters <= 0.6)


def _is_strange(char: str) -> bool:
    return char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs")


def _is_common(char: str) -> bool:
    """Whether a Chinese character is among those of common use, simplified (3,755) or traditional (5,401)."""
    for encoding, common in (("gb2312", _COMMON_GB), ("big5", _COMMON_BIG5)):
        try:
            if char.encode(encoding)[0] in common:
                return True
        except UnicodeEncodeError:
            continue
    return False


def text_of(glyphs: Iterable[Glyph]) -> str:
    """The characters, one after the other."""
    return "".join(glyph.char for glyph in glyphs)
