"""A chunk's sentences and sources as JSON without blanks, rows of their fields in order, wherever they are kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from embeddings.types import Box, Sentence, Source, Spot

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["dump", "sentence_rows", "sentences_from_rows", "source_rows", "sources_from_rows"]


def dump(value: object) -> str:
    """A value as JSON, in as few bytes as it takes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sentence_rows(sentences: Iterable[Sentence]) -> list[tuple[Any, ...]]:
    """Sentences as rows; `sentences_from_rows` undoes it."""
    return [
        (s.index, s.text, s.start, s.end, s.lead, [_spot_row(spot) for spot in s.spots])
        if s.spots
        else (s.index, s.text, s.start, s.end, s.lead)
        for s in sentences
    ]


def sentences_from_rows(rows: Iterable[Iterable[Any]]) -> tuple[Sentence, ...]:
    """The sentences of rows."""
    return tuple([_sentence(*row) for row in rows])


def _sentence(index: int, text: str, start: int, end: int, lead: str, spots: Iterable[Any] = ()) -> Sentence:
    return Sentence(index, text, start, end, lead, tuple([_spot(*row) for row in spots]))


def _spot_row(spot: Spot) -> tuple[Any, ...]:
    return (spot.sheet, spot.cells, _box_row(spot.box), spot.label, round(spot.sure, 3) if spot.scanned else 0)


def _spot(sheet: str, cells: Iterable[Iterable[str]], box: list[float], label: str, sure: float) -> Spot:
    pairs = tuple([(name, text) for name, text in cells])
    return Spot(sheet, pairs, Box(*box) if box else None, label, sure > 0, sure or 1.0)


def _box_row(box: Box | None) -> tuple[float, ...]:
    return () if box is None else (box.left, box.top, box.right, box.bottom)


def source_rows(sources: Iterable[Source]) -> list[tuple[Any, ...]]:
    """Sources as rows; `sources_from_rows` undoes it."""
    return [_source_row(source) for source in sources]


def _source_row(source: Source) -> tuple[Any, ...]:
    place = (source.file, source.unit, source.start, source.end)
    closer = (source.sheet, source.cells, source.label, [_box_row(box) for box in source.boxes], int(source.scanned))
    return (*place, *closer) if any(closer) else place


def sources_from_rows(rows: Iterable[Iterable[Any]]) -> tuple[Source, ...]:
    """The sources of rows."""
    return tuple([_source(*row) for row in rows])


def _source(
    file: str,
    unit: Any,  # noqa: ANN401 - a SourceUnit, as it was written
    start: int,
    end: int,
    sheet: str | None = None,
    cells: str | None = None,
    label: str | None = None,
    boxes: Iterable[list[float]] = (),
    scanned: int = 0,
) -> Source:
    return Source(file, unit, start, end, sheet, cells, label, tuple([Box(*box) for box in boxes]), bool(scanned))
