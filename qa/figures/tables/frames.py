"""Figures as a pandas table, where pandas is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.errors import WenjuError, language, say
from qa.sources import source_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas

    from qa.types import Figure


class FrameError(WenjuError):
    """Figures cannot be put into a pandas table: pandas is not installed."""


def to_frame(figures: Iterable[Figure]) -> pandas.DataFrame:
    """Figures as a pandas DataFrame, a row each in their order, a column for each field of `Figure`.

    `sources` are in words, joined by "; ", and `file` is that of the first. Raises FrameError where there is no pandas.
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
    english = language() == "en"
    rows = [
        {
            **{name: getattr(figure, name) for name in _COLUMNS},
            "file": figure.sources[0].file,
            "sources": "; ".join(source_text(source, english) for source in figure.sources),
        }
        for figure in figures
    ]
    return pd.DataFrame(rows, columns=[*_COLUMNS, "file", "sources"])


_COLUMNS = (
    "measure", "whose", "part", "mode", "period", "value", "low", "high", "unit", "text", "sentence", "start", "end",
    "title", "date",
)  # fmt: skip
