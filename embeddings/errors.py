"""Every error a user can meet: what each says is one sentence or two, what is wrong and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.errors import DictionaryError as DictionaryError
from chinese.errors import ModelError as ModelError
from chinese.errors import WenjuError as WenjuError
from chinese.errors import say
from chinese.shown import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.types import Skipped


class CorpusError(WenjuError):
    """The corpus folder is missing or holds nothing that can be read: `skipped` are its files, each with the reason."""

    def __init__(self, message: str, skipped: Sequence[Skipped] = ()) -> None:
        super().__init__(message)
        self.skipped = tuple(skipped)


class IndexMissing(WenjuError):
    """There is no index at the path; `wenju rebuild` makes one."""


class IndexMismatch(WenjuError):
    """The index was written by another format version, model or tokenizer, or before it had what is asked for."""


class IndexDamaged(WenjuError):
    """A file of the index is missing or is not the one that was written."""


class IndexBusy(WenjuError):
    """Another process is rebuilding this index."""


class StoreError(WenjuError):
    """The store that --store names cannot be reached, or is none that can be used."""


class Unreadable(Exception):
    """A file that cannot be read; `zh` and `en` are the reason in words a user reads, str() is one of them."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = shown(zh), shown(en)

    def __str__(self) -> str:
        return say(self.zh, self.en)


class PagesUnread(Exception):
    """Pages (from 1) of a file hold pictures of text: to read them, what is recognised there has to be given."""

    def __init__(self, pages: tuple[int, ...]) -> None:
        super().__init__(pages)
        self.pages = pages
