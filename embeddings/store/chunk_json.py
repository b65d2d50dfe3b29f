"""A chunk's sentences and sources as every store keeps them: JSON without blanks, rows of their fields in order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from embeddings.types import Sentence, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["dump", "sentence_rows", "sentences_from_rows", "source_rows", "sources_from_rows"]


def dump(value: object) -> str:
    """A value as JSON, in as few bytes as it takes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sentence_rows(sentences: Iterable[Sentence]) -> list[tuple[Any, ...]]:
    """Sentences as rows; `sentences_from_rows` undoes it."""
    return [(s.index, s.text, s.start, s.end, s.lead) for s in sentences]


def sentences_from_rows(rows: Iterable[Iterable[Any]]) -> tuple[Sentence, ...]:
    """The sentences of rows."""
    return tuple([Sentence(*row) for row in rows])


def source_rows(sources: Iterable[Source]) -> list[tuple[Any, ...]]:
    """Sources as rows; `sources_from_rows` undoes it."""
    return [(source.file, source.unit, source.start, source.end) for source in sources]


def sources_from_rows(rows: Iterable[Iterable[Any]]) -> tuple[Source, ...]:
    """The sources of rows."""
    return tuple([Source(*row) for row in rows])
