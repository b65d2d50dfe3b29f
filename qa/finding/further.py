"""The passages behind those that are read for the answer: they are only shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.finding.retrieval import overlap, passages_of, search_further
from qa.question.question import MOST_PASSAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.finding.kept_chunks import KeptChunks
    from qa.finding.retrieval import Candidate, Hit, Searched


def further_passages(kept: KeptChunks, found: Searched, read: Sequence[Candidate], count: int) -> list[Candidate]:
    """As many passages as are to be shown behind those that are read, each the same whatever `count`."""
    if count <= 0:
        return []
    more = _fresh(found.hits, read)
    if len(more) < count:
        more += _fresh(search_further(kept, found), [*read, *more])
    return more[:count]


def _fresh(hits: Sequence[Hit], shown: Sequence[Candidate]) -> list[Candidate]:
    """The passages of hits that share nothing with those shown."""
    made = passages_of(hits, MOST_PASSAGES + len(shown))
    return [item for item in made if not any(overlap(item.chunk, other.chunk) for other in shown)]
