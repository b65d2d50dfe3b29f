"""Documents in, a searchable index out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese import offline as offline  # first: it tells libraries what to leave be, and they look when imported
from chinese.late import when_used

if TYPE_CHECKING:
    from embeddings.building.build import rebuild
    from embeddings.models.encoder import Encoder
    from embeddings.store.folder.index import Index
    from embeddings.types import BuildReport

__all__ = ["BuildReport", "Encoder", "Index", "rebuild"]

_HOMES = {
    "embeddings.building.build": ("rebuild",),
    "embeddings.models.encoder": ("Encoder",),
    "embeddings.store.folder.index": ("Index",),
    "embeddings.types": ("BuildReport",),
}

if not TYPE_CHECKING:  # a type checker would take any name at all for one that is there
    __getattr__ = when_used(__name__, _HOMES)
