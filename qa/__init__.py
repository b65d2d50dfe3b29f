"""A question in, an answer with its sources out."""

from qa.defaults import ask
from qa.engine import QA
from qa.question.scope import Scope
from qa.types import Answer, AnswerPart, Figure, Passage, Source

__all__ = ["QA", "Answer", "AnswerPart", "Figure", "Passage", "Scope", "Source", "ask"]
