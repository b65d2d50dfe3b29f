"""The index and the documents where none is named, and `ask`, which asks that index and builds it if there is none."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from chinese.errors import say
from chinese.forking import begins_again
from chinese.given import from_environment
from chinese.shown import shown
from embeddings.errors import IndexMissing
from qa.engine import QA
from qa.question.question import check_as_written, check_history, check_k, check_question
from qa.question.scope import check_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.question.scope import Scope
    from qa.types import Answer


class Defaults:
    """The default indexes that `ask` has opened, by their folders: WENJU_INDEX may change while a program runs."""

    def __init__(self, opened: dict[Path, QA] | None = None) -> None:
        self._opened = {} if opened is None else opened
        self._opening = threading.Lock()
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: nobody holds the lock there; what is opened sees to itself."""
        self._opening = threading.Lock()

    def open(self) -> QA:
        """The default index, opened; built first, saying so on standard error, if there is none."""
        path = default_index().resolve()
        with self._opening:
            if path not in self._opened:
                try:
                    self._opened[path] = QA.open(path)
                except IndexMissing:
                    corpus = default_corpus()
                    sys.stderr.write(
                        say(
                            f"还没有索引，正在用 {shown(str(corpus))} 建立……\n",
                            f"There is no index yet; building it from {shown(str(corpus))} ...\n",
                        )
                    )
                    from embeddings import rebuild  # what builds is loaded where there is something to build

                    rebuild(corpus, path)
                    self._opened[path] = QA.open(path)
            return self._opened[path]


DEFAULTS = Defaults()
"""Those of this process: what `ask` uses."""


def default_corpus() -> Path:
    """The corpus folder where none is named: WENJU_CORPUS, else seeds/ under the working directory."""
    return Path(from_environment("WENJU_CORPUS") or "seeds")


def default_index() -> Path:
    """The index folder where none is named: WENJU_INDEX, else index/ under the working directory."""
    return Path(from_environment("WENJU_INDEX") or "index")


def ask(
    question: str,
    k: int = 5,
    history: Sequence[str] | None = (),
    *,
    as_written: bool = False,
    within: Scope | None = None,
) -> Answer:
    """Answer a question from the default index, which is built from the default corpus if there is none.

    See QA.ask for arguments and errors.
    """
    check_question(question)
    check_k(k)
    check_history(history)
    check_as_written(as_written)
    check_within(within)
    return DEFAULTS.open().ask(question, k, history, as_written=as_written, within=within)
