"""The table of the page's words: each has one meaning, and none is left that nothing says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from embeddings.progress import Stage
from web.look.library_words import LIBRARY_WORDS
from web.look.view_words import VIEW_WORDS
from web.look.within_words import WITHIN_WORDS
from web.look.words import WORDS, word

PACKAGE = Path(__file__).parents[2] / "web"
TABLES = {"words.py", "library_words.py", "view_words.py", "within_words.py"}


def _sources() -> str:
    files = [file for kind in ("*.py", "*.js") for file in PACKAGE.rglob(kind) if file.name not in TABLES]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_no_table_takes_anothers_word_away() -> None:
    own = len(re.findall(r'^    "\w+": \(', (PACKAGE / "look" / "words.py").read_text(encoding="utf-8"), re.MULTILINE))
    assert len(WORDS) == own + len(LIBRARY_WORDS) + len(VIEW_WORDS)
    assert (word("download", "zh"), word("download", "en")) == ("下载", "Download")
    assert (word("download_file", "zh"), word("download_file", "en")) == ("下载原件", "Download the file")


def test_every_word_is_said_somewhere() -> None:
    sources = _sources()
    said = set(re.findall(r"""["'`](\w+)["'`]""", sources))
    said |= set(re.findall(r"[wW]ords(?:\[language\])?\.(\w+)", sources))
    said |= set(get_args(Stage))
    made = tuple(re.findall(r'word\(f"(\w+_)\{', sources)) + tuple(re.findall(r"words\[`(\w+_)\$\{", sources))
    assert [key for key in WORDS if key not in said and not key.startswith(made)] == []
    assert [key for key in WITHIN_WORDS if key not in said] == []
