"""In which language a text is: Chinese or English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.tokens import fold

if TYPE_CHECKING:
    from chinese.errors import Language


def language_of(text: str) -> Language:
    """The language a text is in: Chinese as soon as its Chinese characters outweigh its Latin words."""
    folded = fold(text)
    han = len(re.findall(r"[\u3400-\u9fff]", folded))
    latin = len(re.findall(r"[a-z]+", folded))
    return "en" if latin > han else "zh"
