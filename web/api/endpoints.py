"""What other programs may call: ask, search and sources, the same for Gradio's API and for MCP."""

from __future__ import annotations

import functools
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import gradio as gr
from gradio.events import api

from chinese.errors import WenjuError, say
from qa.engine import QA
from qa.finding.articles import search_articles
from qa.question.question import LONGEST_QUESTION, QuestionError, check_as_written, check_history, k_error
from web.desk import OpenedLater, in_turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from embeddings.store.stores import Generation
    from web.desk import Asks
    from web.queue.waiting import WorkQueue

__all__ = ["MOST_EARLIER", "Endpoints", "add_endpoints", "told"]

MOST_EARLIER = 50
"""Earlier questions that a question may come with."""

_P = ParamSpec("_P")
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The three functions over one QA, which wait in its line. They raise WenjuError for what cannot be asked."""

    qa: Asks
    line: WorkQueue

    def ask(
        self, question: str, k: int = 5, history: list[str] | None = None, as_written: bool = False
    ) -> dict[str, Any]:
        """Answer a question in Chinese or English from the documents, in their own words, with where they stand.

        Args:
            question: the question, up to 1,000 characters
            k: how many passages to bring at most, 1 to 50
            history: earlier questions of the conversation, the oldest first, up to 50; the latest 20 are looked at, and
                of them up to 2,000 characters
            as_written: ask the question as it stands, neither completed from earlier ones nor taken apart

        Returns:
            the answer: asked (the question as it was understood), texts (empty where nothing that was found says it;
            then reason says why), confidence (0 to 1), passages with title, date, text, highlights and sources (file,
            unit, start, end: lines, pages, paragraphs, rows or slides; where known sheet and cells of a workbook, label
            that a page gives itself, boxes, its parts of the page as shares of it, and scanned, true where the text was
            recognised in a picture), alternatives; agreeing, how many articles say so; of, how many members a list
            should have where fewer were found; parts, where the question asks several things: for each what was asked,
            texts, confidence, and reason where it has none

        """
        is_as_written, earlier = check_as_written(as_written), _earlier(history)
        return in_turn(self.line, self.qa.ask, question, _whole(k), earlier, as_written=is_as_written).to_dict()

    def search(self, words: str, k: int = 10) -> list[dict[str, Any]]:
        """Find articles that have words, the best first by BM25.

        Args:
            words: what to look for, in Chinese
            k: how many articles to find at most, 1 to 50

        Returns:
            articles with number, title, date, source (as those of an answer), snippet and the words matched in it

        """
        return [hit.to_dict() for hit in in_turn(self.line, search_articles, self._index(), words, _whole(k))]

    def sources(self) -> list[dict[str, Any]]:
        """List the documents that answers come from.

        Returns:
            for each document its file, its articles and chunks (as counts) and its size in bytes

        """
        return [
            {"file": item.file, "articles": item.articles, "chunks": item.chunks, "bytes": item.size}
            for item in self._index().manifest.documents
        ]

    def _index(self) -> Generation:
        if not isinstance(self.qa, QA | OpenedLater):
            raise WenjuError(say("这里没有索引。", "There is no index here."))
        return self.qa.index


def _whole(k: object) -> int:
    """What JSON has for a whole number: 5, and 5.0 as some programs send it."""
    if isinstance(k, float) and k.is_integer():
        return int(k)
    if isinstance(k, int) and not isinstance(k, bool):
        return k
    raise k_error(k)


def _earlier(history: object) -> list[str]:
    earlier = list(check_history(history))
    if len(earlier) <= MOST_EARLIER and all(len(item) <= LONGEST_QUESTION for item in earlier):
        return earlier
    raise QuestionError(
        say(
            f"history 应为最多 {MOST_EARLIER} 个问题的列表，每个最多 {LONGEST_QUESTION} 个字。",
            f"history must be a list of up to {MOST_EARLIER} questions of up to {LONGEST_QUESTION} characters each.",
        )
    )


def told(function: Callable[_P, _T], error_type: Callable[[str], Exception]) -> Callable[_P, _T]:
    """Let errors reach the caller as one sentence; what nobody foresaw is logged, and said without its detail."""

    @functools.wraps(function)
    def called(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return function(*args, **kwargs)
        except WenjuError as error:
            raise error_type(str(error)) from None
        except Exception:
            _log.exception("A call from another program failed")
            raise error_type(
                say(
                    "出错了，详情见运行 wenju 的终端。",
                    "Something went wrong; the terminal running wenju says what.",
                )
            ) from None

    return called


def add_endpoints(qa: Asks, line: WorkQueue) -> None:
    """Open /ask, /search and /sources to other programs; called inside the Blocks that are being built."""
    endpoints = Endpoints(qa, line)
    # Without a limit in Gradio's queue: they wait in our line, where visitors take turns.
    api(told(endpoints.ask, _shown), api_name="ask", concurrency_limit=None)
    api(told(endpoints.search, _shown), api_name="search", concurrency_limit=None)
    api(told(endpoints.sources, _shown), api_name="sources")


def _shown(sentence: str) -> Exception:
    return gr.Error(sentence, print_exception=False)
