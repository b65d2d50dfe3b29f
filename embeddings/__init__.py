"""Documents in, a searchable index out."""

from embeddings.encoder import Encoder
from embeddings.index import Index
from embeddings.rebuild import rebuild
from embeddings.types import BuildReport

__all__ = ["BuildReport", "Encoder", "Index", "rebuild"]
