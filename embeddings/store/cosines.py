"""Vectors as they are compared: of length 1, and what comes of two of them, a cosine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from embeddings.types import FloatArray

__all__ = ["as_cosine", "unit_query", "unit_rows"]


def unit_rows(vectors: FloatArray) -> FloatArray:
    """Scale rows to length 1, shape (n, dimension); a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: FloatArray = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return scaled


def unit_query(vector: FloatArray, dimension: int) -> FloatArray:
    """A question's vector (dimension,) of length 1; ValueError for one of another dimension."""
    row = np.ascontiguousarray(vector, dtype=np.float32).reshape(-1)
    if len(row) != dimension:
        message = f"Dimension of the vector ({len(row)}) must match the index's ({dimension})"
        raise ValueError(message)
    unit: FloatArray = unit_rows(row[np.newaxis, :])[0]
    return unit


def as_cosine(score: float) -> float:
    """Keep within -1 and 1 what rounding may carry a little beyond."""
    return max(-1.0, min(1.0, score))
