"""Figures, answers and replies as a pandas table, where pandas is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chinese.errors import WenjuError, language, say
from qa.question.many import Reply
from qa.sources import source_text
from qa.types import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas

    from qa.types import Figure


class FrameError(WenjuError):
    """There can be no pandas table: pandas is not installed."""


def to_frame(items: Iterable[Figure] | Iterable[Answer] | Iterable[Reply]) -> pandas.DataFrame:
    """Figures, answers, or what `QA.ask_many` gives, as a pandas DataFrame, a row each in their order.

    Figures have a column for each field of `Figure`; answers and replies have question, asked, text (None where there
    is no answer), gloss, confidence, alternatives, reason, sentence, and error, which is None but for a reply that has
    one. `sources` are in words, joined by "; ", and `file` is that of the first. What has two wordings is in the
    language of messages. Of nothing at all the columns are those of figures. Raises FrameError where there is no
    pandas.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise FrameError(
            say(
                "to_frame 需要 pandas。请运行 pip install 'wenju[frame]'。",
                "to_frame needs pandas. Run pip install 'wenju[frame]'.",
            )
        ) from error
    rows: list[dict[str, Any]] = []
    columns: tuple[str, ...] = _OF_FIGURES
    for item in items:
        if isinstance(item, Answer):
            item = Reply(item.question, item)
        if isinstance(item, Reply):
            rows.append(_of_reply(item))
            columns = _OF_ANSWERS
        else:
            rows.append(_of_figure(item))
    return pd.DataFrame(rows, columns=[*columns])


_OF_FIGURES = (
    "measure", "whose", "part", "mode", "period", "value", "low", "high", "unit", "text", "sentence", "start", "end",
    "title", "date", "file", "sources",
)  # fmt: skip
_OF_ANSWERS = (
    "question", "asked", "text", "gloss", "confidence", "alternatives", "reason", "sentence", "file", "sources",
    "error",
)  # fmt: skip


def _of_figure(figure: Figure) -> dict[str, Any]:
    fields = {name: getattr(figure, name) for name in _OF_FIGURES if name not in ("file", "sources")}
    english = language() == "en"
    sources = "; ".join(source_text(source, english) for source in figure.sources)
    return fields | {"file": figure.sources[0].file, "sources": sources}


def _of_reply(reply: Reply) -> dict[str, Any]:
    answer = reply.answer
    if answer is None:
        return {"question": reply.question, "error": str(reply.error)}
    english = language() == "en"
    said = [passage for passage in answer.passages if passage.highlights] if answer.found else []
    sources = [source for passage in said for source in passage.sources]
    return {
        "question": answer.question,
        "asked": answer.asked,
        "text": answer.text,
        "gloss": answer.gloss,
        "confidence": answer.confidence,
        "alternatives": "; ".join(item.text for item in answer.alternatives),
        "reason": None if answer.reason is None else say(answer.reason.zh, answer.reason.en),
        "sentence": answer.sentence,
        "file": sources[0].file if sources else None,
        "sources": "; ".join(source_text(source, english) for source in sources),
    }
