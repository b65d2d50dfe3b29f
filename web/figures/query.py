"""What is asked for in the figures tab, as the page sends it, and who tells figures."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from qa.figures.searching.conditions import ALL_MODES, RESULTS, TARGETS
from qa.question.question import LONGEST_QUESTION

if TYPE_CHECKING:
    from collections.abc import Collection

    from embeddings.types import FigureMode
    from qa.types import Figure

__all__ = ["FigureQuery", "Kind", "TellsFigures", "kept_text"]

Kind = Literal["results", "targets", "all"]
"""Which figures are wanted: what came about, what is set out, or both."""

_BETWEEN_PLACES = re.compile(r"[,，、;；/\s]+")
_MODES: dict[Kind, frozenset[FigureMode]] = {"results": RESULTS, "targets": TARGETS, "all": ALL_MODES}


@runtime_checkable
class TellsFigures(Protocol):
    """What answers here: QA, or anything that has its `figures` and `measures`."""

    def figures(
        self,
        words: str,
        places: Collection[str] = (),
        periods: tuple[str, str] | None = None,
        modes: Collection[FigureMode] = ALL_MODES,
    ) -> tuple[Figure, ...]:
        """The figures of what words ask for, of the best-matching measure first."""
        ...

    def measures(self, words: str, most: int = 8) -> tuple[str, ...]:
        """Measures of the corpus that have the words typed, or some of them, the best first."""
        ...


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """The words, the places, the first and the last time ("" for any), and which figures."""

    words: str = ""
    places: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    kind: Kind = "all"

    @classmethod
    def from_json(cls, text: str | None) -> FigureQuery:
        """As the page's script writes it; what is not there, or no text, is as if left empty."""
        try:
            data = json.loads(text or "{}")
        except (ValueError, RecursionError):
            data = {}
        given = {key: value for key, value in data.items() if isinstance(value, str)} if isinstance(data, dict) else {}
        said = {key: kept_text(given.get(key, "")) for key in ("words", "place", "first", "last")}
        places = tuple(part for part in _BETWEEN_PLACES.split(said["place"]) if part)
        kind: Kind = next((name for name in _MODES if name == given.get("mode")), "all")
        return cls(said["words"], places, said["first"], said["last"], kind)

    @property
    def periods(self) -> tuple[str, str] | None:
        """The first and the last time, "" for an open end; None where any will do."""
        return (self.first, self.last) if self.first or self.last else None

    @property
    def modes(self) -> frozenset[FigureMode]:
        """Those that are wanted."""
        return _MODES[self.kind]

    @property
    def widened(self) -> FigureQuery:
        """The same words without conditions."""
        return replace(self, places=(), first="", last="", kind="all")

    def found_by(self, tells: TellsFigures) -> tuple[Figure, ...]:
        """The figures. Raises QuestionError for what cannot be asked."""
        return tells.figures(self.words, self.places, self.periods, self.modes)


def kept_text(text: str) -> str:
    """As much as shows that it is too long, and nothing that cannot be written as UTF-8."""
    return text.strip()[: LONGEST_QUESTION + 1].encode("utf-8", "replace").decode("utf-8")
