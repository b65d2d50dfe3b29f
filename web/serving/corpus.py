"""The documents tab: a place that the page's own script fills, by the requests of `web.serving.library`."""

from __future__ import annotations

import gradio as gr

from web.look.words import CHROME

__all__ = ["add_corpus"]


def add_corpus() -> None:
    """Put the tab into a page that is being built. Nothing is sent before it is opened."""
    with gr.Tab(CHROME("corpus"), id="corpus"):
        gr.HTML('<div id="wj-corpus"></div>', padding=False, elem_id="wj-library")
