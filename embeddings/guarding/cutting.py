"""A file -> its pieces: all of a build that looks at a document's text and needs no model.

It runs in the process that `embeddings.guarding.guarded` starts, within limits of time and memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from embeddings.errors import Unreadable
from embeddings.guarding.pieces import Pieces
from embeddings.reading.documents import read_document
from embeddings.splitting.articles import split_articles
from embeddings.splitting.chunks import chunk_article

if TYPE_CHECKING:
    from pathlib import Path

    from embeddings.types import Document, Recognised


def read_pieces(corpus: Path, file: str, recognised: Recognised | None = None) -> Pieces:
    """Read one file, named relative to `corpus` as list_files does, and cut it; `recognised` as for read_document.

    Raises PagesUnread where it has pages to recognise, Unreadable where it cannot be read or has no text to index, and
    nothing but these and MemoryError.
    """
    pieces = _cut(read_document(corpus, file, recognised))
    if not pieces.rows:
        raise Unreadable("没有可索引的文字", "no text to index")
    return pieces


def _cut(document: Document) -> Pieces:
    try:
        articles = split_articles(document)
        numbered = enumerate(articles)
        chunks = (chunk for number, article in numbered for chunk in chunk_article(article, number))
        return Pieces.of(len(articles), chunks, document.notes)
    except MemoryError:
        raise
    except UnicodeEncodeError as error:  # half a surrogate pair: some PDF files have them
        raise Unreadable("文字不是有效的 Unicode", "its text is not valid Unicode") from error
    except Exception as error:  # one odd document must not cost all the others
        detail = f"{type(error).__name__}: {error}"
        raise Unreadable(f"分段时出错（{detail}）", f"it could not be split into passages ({detail})") from error
