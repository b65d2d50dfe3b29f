"""What mkdocs calls while it builds the site: texts of the repository are taken in, so that each fact has one home.

A line `→ [...](../README.md#command)` of a page is a link where the page is read as a file. On the site the section
stands in its place, or the whole file where there is no anchor. Links between files of the repository become links
between pages; those to files that the site does not have become their text.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    "README.md": "index.md",
    "README.zh.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "benchmarks/README.md": "benchmarks.md",
}
_TAKEN_IN = re.compile(r"^→ \[[^\]]*\]\(\.\./([^)#]+)(?:#([^)]+))?\)$", re.M)
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
_FENCE = re.compile(r"(^```.*?^```$)", re.M | re.S)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The text of a page as mkdocs is to see it."""
    return _TAKEN_IN.sub(lambda found: taken_in(found[1], found[2]), moved(markdown, "docs"))


def taken_in(file: str, anchor: str | None) -> str:
    """The section of a file that an anchor names, without its heading, or the whole file without its title.

    Raises KeyError where the file has no such section.
    """
    text = (ROOT / file).read_text(encoding="utf-8")
    body = text.partition("\n")[2] if anchor is None else section(text, anchor)
    return moved(body.strip("\n"), posixpath.dirname(file))


def section(text: str, anchor: str) -> str:
    """What stands below the heading of an anchor, until the next heading that is as high."""
    plain = _FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)  # a # in a snippet is no heading
    headings = list(re.finditer(r"^(#+) (.+)$", plain, re.M))
    for at, heading in enumerate(headings):
        if slug(heading[2]) == anchor:
            ends = (other.start() for other in headings[at + 1 :] if len(other[1]) <= len(heading[1]))
            return text[heading.end() : next(ends, len(text))]
    message = f"no section {anchor!r}"
    raise KeyError(message)


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def moved(text: str, folder: str) -> str:
    """A text of a folder of the repository with its links as the site has them; snippets stay as they are."""
    parts = _FENCE.split(text)
    return "".join(part if part.startswith("```") else _moved(part, folder) for part in parts)


def _moved(text: str, folder: str) -> str:
    def link(found: re.Match[str]) -> str:
        mark, words, target = found.groups()
        path, hash_, anchor = target.partition("#")
        if re.match(r"\w+:", target) or not path or found.string.startswith("→ ", found.start() - 2):
            return found[0]
        place = page_of(posixpath.normpath(posixpath.join(folder, path)))
        if place is None:
            return "" if mark else words
        return f"{mark}[{words}]({place}{hash_}{anchor})"

    return _LINK.sub(link, text)


def page_of(path: str) -> str | None:
    """Where the site has a file of the repository, None where it does not."""
    if path in PAGES:
        return PAGES[path]
    if path.startswith("docs/") and path.endswith((".md", ".png", ".ipynb")):
        return re.sub(r"\.zh\.md$", ".md", path.removeprefix("docs/"))
    return None
