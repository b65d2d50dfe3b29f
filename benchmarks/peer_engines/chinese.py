"""Chinese words for engines whose BM25 takes a tokenizer."""

from __future__ import annotations

import logging

import jieba

jieba.setLogLevel(logging.WARNING)


def words(text: str) -> list[str]:
    """Cut a text as jieba does for search engines, in lower case, without punctuation."""
    return [word for word in jieba.lcut_for_search(text.lower()) if any(letter.isalnum() for letter in word)]
