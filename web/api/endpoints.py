"""What other programs may call: ask, figures, search and sources, the same for Gradio's API and for MCP."""

from __future__ import annotations

import functools
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

import gradio as gr
from gradio.events import api

from chinese.errors import WenjuError, say
from qa.engine import QA
from qa.figures.searching.conditions import modes_named
from qa.finding.articles import search_articles
from qa.question.question import LONGEST_QUESTION, QuestionError, check_as_written, check_history, k_error
from qa.question.scope import Scope
from web.desk import OpenedLater, in_turn, kept_lexicon

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
    """The four functions over one QA, which wait in its line. They raise WenjuError for what cannot be asked."""

    qa: Asks
    line: WorkQueue

    def ask(
        self,
        question: str,
        k: int = 5,
        history: list[str] | None = None,
        as_written: bool = False,
        files: list[str] | None = None,
        since: str = "",
        until: str = "",
    ) -> dict[str, Any]:
        """Answer a question in Chinese or English from the documents, in their own words, with where they stand.

        Args:
            question: the question, up to 1,000 characters
            k: how many passages to bring at most, 1 to 50
            history: earlier questions of the conversation, the oldest first, up to 50; the latest 20 are looked at, and
                of them up to 2,000 characters
            as_written: ask the question as it stands, neither completed from earlier ones nor taken apart
            files: files and folders to ask within, by their paths as `sources` gives them, up to 50; all where empty
            since: ask within articles of this date or later, as 2023, 2023-05 or 2023-05-30; one without a date is left
                out
            until: the last date of the articles, the same way

        Returns:
            the answer: asked (the question as it was understood), texts (empty where nothing that was found says it;
            then reason says why), confidence (0 to 1), passages with title, date, text, highlights and sources (file,
            unit, start, end: lines, pages, paragraphs, rows or slides; where known sheet and cells of a workbook, label
            that a page gives itself, boxes, its parts of the page as shares of it, and scanned, true where the text was
            recognised in a picture), alternatives; agreeing, how many articles say so; of, how many members a list
            should have where fewer were found; parts, where the question asks several things: for each what was asked,
            texts, confidence, and reason where it has none; worked_out, where no text says the answer and it was worked
            out from several figures: results, zh and en (how), and figures, each with its sentence and sources; then
            texts is empty, and text is what was worked out

        """
        is_as_written, earlier, scope = check_as_written(as_written), _earlier(history), _scope(files, since, until)
        within = {} if scope is None else {"within": scope}
        found = in_turn(self.line, self.qa.ask, question, _whole(k), earlier, as_written=is_as_written, **within)
        return found.to_dict()

    def figures(
        self,
        words: str,
        places: list[str] | None = None,
        first: str = "",
        last: str = "",
        mode: str = "all",
        files: list[str] | None = None,
    ) -> list[dict[str, Any]]:
        """List the figures that the documents give for one measure, across years and places.

        Args:
            words: what is measured, in Chinese or English (引进项目数), up to 1,000 characters; a place and years among
                them count where `places`, `first` and `last` are not given
            places: names of places, up to 50, of which the figures are to be (青云高新区)
            first: the first time, as 2023, 2023-06 or 2023-06-30; empty for any
            last: the last time, the same way
            mode: result for what came about, target for targets and plans, or all
            files: files and folders that the figures are to stand in, up to 50; all where empty

        Returns:
            figures, those of the best-matching measure first, up to 1,000: text, value with low and high (what bounds
            such as 近 and 超 leave possible), unit, measure, whose, period (ISO 8601, from/to), part, mode, sentence
            with start and end of the figure in it, title, date and sources as those of an answer; what the text does
            not say is empty

        """
        if not isinstance(self.qa, QA | OpenedLater):
            raise WenjuError(say("这里没有索引。", "There is no index here."))
        named, modes, scope = _names(places, "places"), modes_named(mode), _scope(files)
        periods = (_time(first), _time(last)) if first or last else None
        found = in_turn(self.line, self.qa.figures, words, named, periods, modes, within=scope)
        return [figure.to_dict() for figure in found]

    def search(self, words: str, k: int = 10) -> list[dict[str, Any]]:
        """Find articles that have words, the best first by BM25.

        Args:
            words: what to look for, in Chinese or English
            k: how many articles to find at most, 1 to 50

        Returns:
            articles with number, title, date, source (as those of an answer), snippet and the words matched in it

        """
        found = in_turn(self.line, search_articles, self._index(), words, _whole(k), kept_lexicon(self.qa))
        return [hit.to_dict() for hit in found]

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


def _names(names: object, called: Literal["places", "files"]) -> list[str]:
    given = [] if names is None else names
    if isinstance(given, list) and len(given) <= MOST_EARLIER and all(isinstance(name, str) for name in given):
        return given
    zh, en = ("地名", "names of places") if called == "places" else ("文件或文件夹", "files and folders")
    raise QuestionError(
        say(
            f"{called} 应为最多 {MOST_EARLIER} 个{zh}的列表。",
            f"{called} must be a list of up to {MOST_EARLIER} {en}.",
        )
    )


def _scope(files: object, since: str = "", until: str = "") -> Scope | None:
    """Within what to ask, None for all."""
    scope = Scope(tuple(_names(files, "files")), None, since, until)
    return None if scope.is_everything else scope


def _time(time: object) -> str:
    if isinstance(time, str):
        return time
    raise QuestionError(say("first 和 last 应为文字，如 2023。", "first and last must be text, such as 2023."))


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
    """Open /ask, /figures, /search and /sources to other programs; called inside the Blocks that are being built."""
    endpoints = Endpoints(qa, line)
    # Without a limit in Gradio's queue: they wait in our line, where visitors take turns.
    api(told(endpoints.ask, _shown), api_name="ask", concurrency_limit=None)
    api(told(endpoints.figures, _shown), api_name="figures", concurrency_limit=None)
    api(told(endpoints.search, _shown), api_name="search", concurrency_limit=None)
    api(told(endpoints.sources, _shown), api_name="sources")


def _shown(sentence: str) -> Exception:
    return gr.Error(sentence, print_exception=False)
