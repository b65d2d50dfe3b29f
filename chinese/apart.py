"""Kinds of which an article that names one says nothing of another: 春季 and 秋季, 4G and 5G, 停水 and 停电.

They are the rows of apart.tsv.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.rows import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIMENSIONS: dict[str, dict[str, re.Pattern[str]]] = {}
for _dimension, _name, _words in rows("apart.tsv"):
    _DIMENSIONS.setdefault(_dimension, {})[_name] = re.compile(_words)


def kinds_apart(asked: str, article: str, passage: str) -> Iterator[tuple[str, str]]:
    """The kinds that a folded question names and its article does not, each with another of the sort in the passage.

    春季班何时报名 is not answered by an article on the 秋季班; where it names both, it may be.
    """
    for kinds in _DIMENSIONS.values():
        wanted = [name for name, words in kinds.items() if words.search(asked)]
        if not wanted or any(kinds[name].search(article) for name in wanted):
            continue
        other = next((name for name, words in kinds.items() if words.search(passage)), None)
        if other is not None:
            yield wanted[0], other
