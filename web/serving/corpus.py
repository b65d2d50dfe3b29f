"""The documents tab: which files there are, adding and removing some, rebuilding with a live bar, finding articles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from chinese.errors import WenjuError, speaking
from chinese.shown import shown
from embeddings.errors import Unreadable
from qa.finding.articles import search_articles
from web.chat.render import render_error
from web.desk import in_turn
from web.documents.files import render_build, render_found, render_library, render_lines
from web.documents.library import Catalogue, Removed, remove
from web.documents.uploads import Intake, Refused, Stored, shown_name
from web.door.own_files import own_upload
from web.look.words import CHROME, as_language, said_in, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.errors import Language
    from web.desk import Desk
    from web.documents.library import Library

_FOUND = 10
_POLL_SECONDS = 0.7


@dataclass(frozen=True, slots=True)
class _Handlers:
    """What the tab's buttons do; `said` is the page's language as its hidden field has it."""

    desk: Desk
    corpus: Path
    catalogue: Catalogue
    intake: Intake

    def refresh(self, said: str) -> list[Any]:
        """Table, files to choose from, the build's state, timer, and which buttons can be pressed."""
        language = as_language(said)
        running = self._running()
        try:
            with speaking(language):
                library = self.catalogue.library(self.desk.index())
            table, files = render_library(library, language), _removable(library)
        except WenjuError as error:
            table, files = render_error(str(error), language), []
        return [
            table,
            gr.update(choices=files, value=[]),
            self._build(said),
            gr.update(active=running),
            gr.update(interactive=not running),
            gr.update(visible=running),
        ]

    def add(self, files: Sequence[str] | None, said: str) -> list[Any]:
        """Put what was uploaded into the corpus."""
        language = as_language(said)
        with self.desk.uploads.taking(files or ()), speaking(language):
            if not self.desk.may_change:
                return self._told([word("read_only", language)], said)
            own, refused = self._own(files or ())
            results = self.intake.store([(file.name, file) for file in own])
        return self._told([_stored(item, language) for item in (*results, *refused)], said)

    def _own(self, files: Sequence[str]) -> tuple[list[Path], list[Refused]]:
        """Those that were uploaded here; whatever else is named is neither read nor deleted."""
        own, refused = [], []
        for file in files:
            try:
                own.append(own_upload(file, self.desk.uploads.path))
            except Unreadable as reason:
                refused.append(Refused(shown_name(Path(file).name), reason.zh, reason.en))
        return own, refused

    def take_out(self, files: list[str] | None, said: str) -> list[Any]:
        """Take the chosen files out of the corpus."""
        language = as_language(said)
        if not self.desk.may_change:
            return self._told([word("read_only", language)], said)
        try:
            with speaking(language):
                lines = [_removed(item, language) for item in remove(self.corpus, files or [])]
        except WenjuError as error:
            lines = [str(error)]
        return self._told(lines, said)

    def build(self, said: str) -> list[Any]:
        """Begin a rebuild, unless one is under way."""
        language = as_language(said)
        if not self.desk.may_change or self.desk.builder is None:
            return self._told([word("read_only", language)], said)
        begun = self.desk.builder.start(language)
        return self._told([] if begun else [word("already", language)], said)

    def stop(self) -> None:
        """End the rebuild that is under way."""
        if self.desk.may_change and self.desk.builder is not None:
            self.desk.builder.stop()

    def tick(self, said: str) -> list[Any]:
        """What changes while a rebuild is under way; all of it once it has ended."""
        if not self._running():
            return self.refresh(said)
        return [gr.skip(), gr.skip(), self._build(said), *[gr.skip()] * 3]

    def find(self, words: str, said: str) -> str:
        """Articles that have the words."""
        language = as_language(said)
        index = self.desk.index()
        if index is None or not words.strip():
            return ""
        try:
            with speaking(language):
                return render_found(in_turn(self.desk.line, search_articles, index, words, _FOUND), language)
        except WenjuError as error:
            return render_lines([str(error)], language)

    def _told(self, lines: list[str], said: str) -> list[Any]:
        return [render_lines(lines, as_language(said)), *self.refresh(said)]

    def _running(self) -> bool:
        return self.desk.builder is not None and self.desk.builder.state().phase == "running"

    def _build(self, said: str) -> str:
        return "" if self.desk.builder is None else render_build(self.desk.builder.state(), as_language(said))


def add_corpus(desk: Desk, corpus: Path, page: gr.Blocks, language: gr.Textbox) -> None:
    """Put the tab into a page that is being built; `language` holds the page's."""
    may_change = desk.may_change
    with gr.Tab(CHROME("corpus"), id="corpus") as tab, gr.Row(elem_id="wj-corpus"):
        with gr.Column(scale=3):
            if not may_change:
                gr.Markdown(CHROME("read_only"))
            with gr.Row(elem_id="wj-doing", visible=may_change):
                upload = gr.UploadButton(str(CHROME("add")), file_count="multiple", size="sm", elem_id="wj-add")
                start = gr.Button(CHROME("build"), variant="primary", size="sm", elem_id="wj-build")
                halt = gr.Button(CHROME("stop"), variant="stop", size="sm", visible=False, elem_id="wj-stop")
            said_lines = gr.HTML("", elem_id="wj-said")
            state = gr.HTML("", elem_id="wj-state")
            table = gr.HTML("", elem_id="wj-files")
            with gr.Row(elem_id="wj-removing", visible=may_change):
                chosen = gr.Dropdown([], multiselect=True, label=CHROME("choose"), scale=3, elem_id="wj-choose")
                takes_out = gr.Button(CHROME("remove"), size="sm", scale=1, elem_id="wj-remove")
        with gr.Column(scale=2):
            words = gr.Textbox(label=CHROME("find"), submit_btn=True, max_lines=1, elem_id="wj-find")
            found = gr.HTML("", elem_id="wj-found")
    handlers = _Handlers(desk, corpus, Catalogue(corpus), Intake(corpus))
    timer = gr.Timer(_POLL_SECONDS, active=False)
    shown = [table, chosen, state, timer, start, halt]
    hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    page.load(handlers.refresh, [language], shown, js="() => [window.wenju.language]", **hidden)
    tab.select(handlers.refresh, [language], shown, **hidden)
    upload.GRADIO_CACHE = str(desk.uploads.path)  # where Gradio puts an empty file beside each
    upload.upload(handlers.add, [upload, language], [said_lines, *shown], api_visibility="private")
    takes_out.click(handlers.take_out, [chosen, language], [said_lines, *shown], **hidden)
    start.click(handlers.build, [language], [said_lines, *shown], **hidden)
    halt.click(handlers.stop, api_visibility="private", show_progress="hidden")
    timer.tick(handlers.tick, [language], shown, **hidden)
    words.submit(handlers.find, [words, language], [found], concurrency_limit=None, **hidden)


def _removable(library: Library) -> list[tuple[str, str]]:
    """The files to choose from, as they are shown and as they are called."""
    return [(shown(row.file), row.file) for row in library.rows if row.status != "removed"]


def _stored(item: Stored | Refused, language: Language) -> str:
    if isinstance(item, Stored):
        return word("stored", language).format(item.file)
    return word("refused", language).format(item.name, said_in(language, item))


def _removed(item: Removed | Refused, language: Language) -> str:
    if isinstance(item, Removed):
        return word("taken_out", language).format(shown(item.file), shown(item.kept))
    return word("not_taken_out", language).format(item.name, said_in(language, item))
