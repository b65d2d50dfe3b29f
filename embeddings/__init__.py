"""Documents in, a searchable index out."""

from chinese import offline as offline  # first: it tells libraries what to leave be, and they look when imported
from embeddings.building.build import rebuild
from embeddings.models.encoder import Encoder
from embeddings.store.folder.index import Index
from embeddings.types import BuildReport

__all__ = ["BuildReport", "Encoder", "Index", "rebuild"]
