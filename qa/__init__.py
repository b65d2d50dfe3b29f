"""A question in, an answer with its sources out."""

from qa.engine import QA, ask
from qa.types import Answer, AnswerPart, Passage, Source

__all__ = ["QA", "Answer", "AnswerPart", "Passage", "Source", "ask"]
