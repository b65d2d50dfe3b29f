"""What the words around a figure tell of its time and owner without naming either: 占地 lasts, 出动 is done."""

from __future__ import annotations

import re

from chinese.figure_words import any_that

CUES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(any_that(name))) for name in ("standing", "ruling", "happening", "lately", "pointing")
)
"""Each by its row of figure_words.tsv."""
