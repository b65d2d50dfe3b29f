"""问据, as another program uses it: ask a folder of documents, get the phrase, its sentence and its source.

>>> from wenju import QA, rebuild

Nothing is loaded before it is used: `import wenju` costs a few milliseconds.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from chinese.late import when_used

if TYPE_CHECKING:
    from embeddings import BuildReport, rebuild
    from embeddings.errors import (
        CorpusError,
        DictionaryError,
        IndexBusy,
        IndexDamaged,
        IndexMismatch,
        IndexMissing,
        ModelError,
        StoreError,
        WenjuError,
    )
    from embeddings.progress import Progress, Stopped
    from qa import QA, Answer, Figure, Passage, Scope, Source, ask
    from qa.figures.tables.frames import FrameError, to_frame
    from qa.figures.tables.plotting import PlotError
    from qa.finding.articles import ArticleText
    from qa.finding.documents import ListedArticle, ListedDocument
    from qa.question.many import Reply
    from qa.question.question import QuestionError

__all__ = [
    "QA", "Answer", "ArticleText", "BuildReport", "CorpusError", "DictionaryError", "Figure", "FrameError", "IndexBusy",
    "IndexDamaged", "IndexMismatch", "IndexMissing", "ListedArticle", "ListedDocument", "ModelError", "Passage",
    "PlotError", "Progress", "QuestionError", "Reply", "Scope", "Source", "Stopped", "StoreError",
    "WenjuError", "__version__", "ask", "rebuild", "to_frame",
]  # fmt: skip

_HOMES = {
    "embeddings": ("BuildReport", "rebuild"),
    "embeddings.errors": (
        "CorpusError", "DictionaryError", "IndexBusy", "IndexDamaged", "IndexMismatch", "IndexMissing", "ModelError",
        "StoreError", "WenjuError",
    ),
    "embeddings.progress": ("Progress", "Stopped"),
    "qa": ("QA", "Answer", "Figure", "Passage", "Scope", "Source", "ask"),
    "qa.figures.tables.frames": ("FrameError", "to_frame"),
    "qa.figures.tables.plotting": ("PlotError",),
    "qa.finding.articles": ("ArticleText",),
    "qa.finding.documents": ("ListedArticle", "ListedDocument"),
    "qa.question.many": ("Reply",),
    "qa.question.question": ("QuestionError",),
}  # fmt: skip

try:
    __version__ = version("wenju")
except PackageNotFoundError:  # a checkout that nobody installed
    __version__ = "0+unknown"

if not TYPE_CHECKING:  # a type checker would take any name at all for one that is there
    __getattr__ = when_used(__name__, _HOMES)

    def __dir__() -> list[str]:
        return sorted(__all__)
