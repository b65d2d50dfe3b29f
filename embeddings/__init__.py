"""Documents in, a searchable index out."""

from embeddings import offline as offline  # first: it tells libraries what to leave be, and they look when imported
from embeddings.encoder import Encoder
from embeddings.index import Index
from embeddings.rebuild import rebuild
from embeddings.types import BuildReport

__all__ = ["BuildReport", "Encoder", "Index", "rebuild"]
