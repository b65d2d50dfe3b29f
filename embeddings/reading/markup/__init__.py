"""Texts whose marks say what is what: HTML, Markdown, EPUB, mail and web archives."""
