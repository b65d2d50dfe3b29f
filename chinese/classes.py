"""Of which class the firms, platforms or projects are that a question or a figure counts: 规上, 专精特新, 国家级.

Read from a question and from the words around a figure, so that a figure of another class is not taken for the answer.
The classes are the rows of classes.tsv.
"""

from __future__ import annotations

import re

from chinese.rows import rows

# A class by the words for it, each in the dimension in which it excludes the others.
_DIMENSIONS: dict[str, dict[str, str]] = {}
for _dimension, _name, _words in rows("classes.tsv"):
    _DIMENSIONS.setdefault(_dimension, {})[_name] = _words
_CLASS = re.compile(
    "|".join(
        f"(?P<{dimension}_{place}>{words})"
        for dimension, classes in _DIMENSIONS.items()
        for place, words in enumerate(classes.values())
    )
)
_OF_GROUP = {
    f"{dimension}_{place}": (dimension, name)
    for dimension, classes in _DIMENSIONS.items()
    for place, name in enumerate(classes)
}
Classes = frozenset[tuple[str, str]]
"""Pairs of a dimension and a class: ("level", "国家级")."""


def classes_of(folded: str) -> Classes:
    """The classes that a folded text names. 国家级以上 is none: what it cuts off is a limit, see `constraints`."""
    return frozenset(
        _OF_GROUP[match.lastgroup]
        for match in _CLASS.finditer(folded)
        if match.lastgroup is not None and not re.match(r"(?:及)?以[上下]", folded[match.end() :])
    )


def other_class(asked: Classes, found: Classes) -> tuple[str, str] | None:
    """The class asked for and the one found where, in some dimension, all that are found are others; else None."""
    for dimension in _DIMENSIONS:
        wanted = {name for kind, name in asked if kind == dimension}
        there = {name for kind, name in found if kind == dimension}
        if wanted and there and not wanted & there:
            return min(wanted), min(there)
    return None
