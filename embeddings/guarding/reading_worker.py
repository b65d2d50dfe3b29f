"""The child process of GuardedReader: it reads and cuts one document after another, within limits of time and memory.

Started with the limits as arguments: seconds, and bytes that a document may add to the address space. It answers as
`embeddings.guarding.answering` says. A request is `{"corpus", "file", "recognised"}`, the last as
`pieces.recognised_rows` gives it. The reply is `{"articles", "notes"}`, behind it `Pieces.rows`; `{"pages"}`, those
that have to be recognised first; or `{"zh", "en"}` where the file cannot be read.

It is run as a script and not with -m, because the package's `__init__` loads what a build and a search need, and
reading needs none of it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embeddings.guarding.answering import Answer


def main(seconds: float, growth: int) -> None:
    """Answer requests until stdin ends."""
    _load_cutting()
    from embeddings.guarding.answering import answer_requests

    answer_requests(seconds, growth, _answer, _load_library)


def _load_cutting() -> None:
    """Load what every document needs, its dictionaries too: neither the time nor the memory is a document's own."""
    import_module("chinese.offline")
    import_module("embeddings.guarding.cutting")
    from chinese.tokens import fold, tagged

    tagged(fold("字"))


def _load_library(values: dict[str, Any]) -> None:
    from embeddings.reading.documents import load_library

    load_library(values["file"])


def _answer(values: dict[str, Any]) -> Answer:
    from embeddings.errors import PagesUnread, Unreadable
    from embeddings.guarding.cutting import read_pieces
    from embeddings.guarding.pieces import recognised_of

    try:
        pieces = read_pieces(Path(values["corpus"]), values["file"], recognised_of(values.get("recognised")))
    except PagesUnread as error:
        return {"pages": error.pages}, b""
    except Unreadable as error:
        return {"zh": error.zh, "en": error.en}, b""
    notes = [(note.zh, note.en, note.left_out) for note in pieces.notes]
    return {"articles": pieces.articles, "notes": notes}, pieces.rows


if __name__ == "__main__":
    for floor in ("chinese", "embeddings"):
        package = ModuleType(floor)
        package.__path__ = [str(Path(__file__).parents[2] / floor)]
        sys.modules[floor] = package
    main(float(sys.argv[1]), int(sys.argv[2]))
