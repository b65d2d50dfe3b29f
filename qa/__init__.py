"""A question in, an answer with its sources out."""

from qa.engine import QA, ask
from qa.types import Answer, Passage, Source

__all__ = ["QA", "Answer", "Passage", "Source", "ask"]
