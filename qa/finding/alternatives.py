"""What may stand for a term, and is no word of an index: of 市场监督管理局 an index has 市场, 监督 and 管理局."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from chinese.tokens import fold, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from embeddings.store.stores import Generation
    from qa.question.question import Term

_SHORTEST = 3


def searched(index: Generation, term: Term) -> Sequence[tuple[str, float]]:
    """A term's alternatives as they can be searched for: one of several words by the rarest of these."""
    found: dict[str, float] = {}
    for alternative, weight in term.alternatives:
        parts, token = _parts(alternative), alternative
        if len(parts) > 1 and not index.document_frequency(alternative):
            token = min(parts, key=index.document_frequency)
        found[token] = max(weight, found.get(token, 0.0))
    return tuple(found.items())


def most_frequency(index: Generation, alternative: str) -> int:
    """How many chunks have an alternative, at most: no more than have its rarest word."""
    return index.document_frequency(alternative) or min(map(index.document_frequency, _parts(alternative)), default=0)


def has(present: AbstractSet[str], alternative: str) -> bool:
    """Whether a text of these tokens has an alternative, or all of its words."""
    return alternative in present or (
        len(alternative) >= _SHORTEST and all(part in present for part in _parts(alternative))
    )


@functools.lru_cache(maxsize=4096)
def _parts(alternative: str) -> tuple[str, ...]:
    if len(alternative) < _SHORTEST or alternative.isascii():
        return (alternative,)
    return tuple(word for word, _, _ in words(alternative)) or (alternative,)


def mentions(index: Generation, phrase: str) -> bool:
    """Whether a chunk has a folded phrase as it is written, among those that have most of its words."""
    if index.has_word(phrase):
        return True
    found = index.search_lexical([[(part, 1.0)] for part in _parts(phrase)], _LOOKED_AT)
    return any(phrase in fold(chunk.indexed) for chunk in index.chunks([number for number, _ in found]))


_LOOKED_AT = 50
