"""The figures tab: a measure asked for, its table and plot, the sentence of each figure, a CSV file."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from chinese.errors import WenjuError, speaking
from qa.figures.searching.examples import measures_to_begin_with
from qa.figures.tables.table import table_of, to_csv
from web.chat.render import render_error, render_status
from web.desk import in_turn
from web.figures.asking import render_form, render_nothing, render_start
from web.figures.cards import render_panel
from web.figures.query import FigureQuery, TellsFigures, kept_text
from web.figures.tables import render_figures
from web.look.words import CHROME, as_language, word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chinese.errors import Language
    from qa.figures.tables.table import FigureTable
    from web.desk import Desk

__all__ = ["Handlers", "add_figures"]

_EXAMPLES, _OFFERED = 3, 12
_ASKED = "(_, said) => [window.wenju.figuresAsked, said]"
_TYPED = "() => [window.wenju.figuresTyped]"
_OFFER = "(found) => (window.wenju.offerMeasures(found), [found])"
_SAVE = "(text) => (window.wenju.saveFigures(text), [text])"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Handlers:
    """What the tab does; `said` is the page's language as its hidden field has it, `asked` a FigureQuery as JSON."""

    desk: Desk
    tells: TellsFigures

    def enter(self, said: str, seen: str) -> list[Any]:
        """The form, measures to begin with, the panel for a sentence; all of it once for each index."""
        language = as_language(said)
        index = self.desk.index()
        now = f"{language} {'' if index is None else index.generation}"
        if seen == now:
            return [gr.skip()] * 4
        return [render_form(language), self._start(language), render_panel(language), now]

    def _start(self, language: Language) -> str:
        return self._or_error(lambda: render_start(self._examples(), language), language)

    def _examples(self) -> tuple[str, ...]:
        index = self.desk.index()
        if index is None:
            return ()
        return in_turn(self.desk.line, lambda: measures_to_begin_with(index.all_figures(), _EXAMPLES))

    def find(self, asked: str, said: str) -> Iterator[str]:
        """The table of what is asked for, or that there is nothing and what is near."""
        language, query = as_language(said), FigureQuery.from_json(asked)
        loading = self.desk.ready is not None and not self.desk.ready.is_set()
        yield render_status(word("loading" if loading else "looking", language), language)
        if self.desk.ready is not None:
            self.desk.ready.wait()
        yield self._or_error(lambda: self._shown(query, language), language)

    def _shown(self, query: FigureQuery, language: Language) -> str:
        if not query.words:
            return self._start(language)
        table = self._table(query)
        if table.rows:
            return render_figures(table, query.words, language)
        without = 0
        if query != query.widened:
            without = len(in_turn(self.desk.line, query.widened.found_by, self.tells))
        near = self._measures(query.words, _OFFERED)
        return render_nothing(query.words, without, near, () if near else self._examples(), language)

    def offer(self, typed: str) -> str:
        """Measures of the corpus for what is typed so far, as JSON; none where they cannot be had."""
        try:
            return json.dumps(self._measures(kept_text(typed or ""), _OFFERED), ensure_ascii=False)
        except WenjuError:
            return "[]"

    def csv(self, asked: str, said: str) -> str:
        """The table as a CSV file; "" where it cannot be had."""
        with speaking(as_language(said)):
            try:
                return to_csv(self._table(FigureQuery.from_json(asked)))
            except WenjuError as error:
                raise gr.Error(str(error), print_exception=False) from None

    def _table(self, query: FigureQuery) -> FigureTable:
        return in_turn(self.desk.line, lambda: table_of(query.found_by(self.tells)))

    def _measures(self, words: str, most: int) -> tuple[str, ...]:
        return in_turn(self.desk.line, self.tells.measures, words, most)

    def _or_error(self, render: Callable[[], str], language: Language) -> str:
        try:
            with speaking(language):
                return render()
        except WenjuError as error:
            return render_error(self.desk.told(error, language), language)
        except Exception:
            _log.exception("Figures could not be found")
            return render_error(word("failed", language), language)


def add_figures(desk: Desk, language: gr.Textbox) -> None:
    """Put the tab into a page that is being built, where figures can be told; `language` holds the page's.

    Nothing is sent before it is opened.
    """
    if not isinstance(desk.qa, TellsFigures):
        return
    handlers = Handlers(desk, desk.qa)
    with gr.Tab(CHROME("figures"), id="figures") as tab:
        form = gr.HTML("", padding=False, elem_id="wj-figures-form")
        with gr.Row(elem_id="wj-figures"):
            with gr.Column(elem_id="wj-figures-left"):
                shown = gr.HTML("", padding=False, elem_id="wj-figures-shown")
            with gr.Column(elem_id="wj-figures-right"):
                panel = gr.HTML("", padding=False, elem_id="wj-figure")
        seen, asked, typed, found, text = (gr.Textbox("", visible="hidden", show_label=False) for _ in range(5))
        button = partial(gr.Button, visible="hidden")
        ask, offer, save = (button(elem_id=f"wj-figures-{name}") for name in ("ask", "offer", "save"))
    hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    # They wait in our line, where visitors take turns, not in Gradio's; of what is typed the last is what counts.
    waiting: dict[str, Any] = {**hidden, "concurrency_limit": None}
    tab.select(handlers.enter, [language, seen], [form, shown, panel, seen], **hidden)
    ask.click(handlers.find, [asked, language], [shown], js=_ASKED, trigger_mode="always_last", **waiting)
    offered = offer.click(handlers.offer, [typed], [found], js=_TYPED, trigger_mode="always_last", **waiting)
    offered.then(None, [found], [found], js=_OFFER, **hidden)
    saved = save.click(handlers.csv, [asked, language], [text], js=_ASKED, **waiting)
    saved.then(None, [text], [text], js=_SAVE, **hidden)
