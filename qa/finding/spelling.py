"""A name as the documents write it, where they have none as it is written in a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.misspelt import zones_misspelt
from qa.finding.alternatives import mentions

if TYPE_CHECKING:
    from collections.abc import Callable

    from embeddings.store.stores import Generation


def spelt_as_there(text: str, open_index: Callable[[], Generation]) -> str:
    """A question with a zone as the documents write it, where none has it as it is written here: 高薪区.

    The index is opened only where a zone may be misspelt.
    """
    for wrong in zones_misspelt(text):
        index = open_index()
        if mentions(index, wrong.meant) and not mentions(index, wrong.written):
            text = text[: wrong.start] + wrong.meant + text[wrong.start + len(wrong.meant) :]
    return text
