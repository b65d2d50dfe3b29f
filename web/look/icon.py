"""The mark of wenju, and what the head of its page says of it. All of it is in the page: nothing is fetched."""

from __future__ import annotations

from urllib.parse import quote

__all__ = ["HEAD", "ICON", "LOGO"]

# A sheet whose second line is marked: the words of a document that answer.
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">'
    '<rect width="32" height="32" rx="8" fill="#0b6e63"/>'
    '<path d="M8 9h16M8 23h10" stroke="#d7efe9" stroke-width="2.6" stroke-linecap="round"/>'
    '<rect x="6.5" y="12.6" width="19" height="6.8" rx="2" fill="#ffe38a"/>'
    '<path d="M9 16h14" stroke="#3b2f00" stroke-width="2.6" stroke-linecap="round"/></svg>'
)
ICON = f"data:image/svg+xml,{quote(LOGO)}"
_TITLE = "问据 wenju"
_SAID = "向文档提问，得到原句和出处。Ask a folder of documents, get their own words and where they stand."
HEAD = "".join(
    (
        f'<link rel="icon" type="image/svg+xml" href="{ICON}">',
        f'<meta name="description" content="{_SAID}">',
        f'<meta property="og:title" content="{_TITLE}"><meta property="og:type" content="website">',
        f'<meta property="og:description" content="{_SAID}">',
        '<meta name="twitter:card" content="summary">',
        '<meta name="theme-color" content="#0b6e63">',
    )
)
