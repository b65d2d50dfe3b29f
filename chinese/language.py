"""In which language a text is: Chinese or English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.tokens import fold

if TYPE_CHECKING:
    from chinese.errors import Language


_ENGLISH = re.compile(r"\b(?:who|whose|what|when|where|which|why|how|is|are|was|were|did|does|the|of|in|at|by|for)\b")
_CHINESE = re.compile("[谁哪几吗呢]|什么|多少|怎|是否|如何|为何")
_FEWEST = 2


def language_of(text: str) -> Language:
    """The language a text is in: Chinese as soon as its Chinese characters outweigh its Latin words.

    Names may be Chinese in an English question: Who is the chairman of 青云新材料有限公司?
    """
    folded = fold(text)
    if len(_ENGLISH.findall(folded)) >= _FEWEST and _CHINESE.search(folded) is None:
        return "en"
    han = len(re.findall(r"[\u3400-\u9fff]", folded))
    latin = len(re.findall(r"[a-z]+", folded))
    return "en" if latin > han else "zh"
