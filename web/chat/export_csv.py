"""Conversations as a table for a spreadsheet: a line for each place that an answer stands at."""

from __future__ import annotations

import csv
import io
import time
from typing import TYPE_CHECKING

from chinese.shown import harmless, shown
from qa.sources import source_text
from web.chat.said import place_text, said_to
from web.look.words import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chinese.errors import Language
    from embeddings.types import Source
    from web.chat.said import Exported, Said
    from web.chat.turns import Turn

__all__ = ["COLUMNS", "talks_csv"]

COLUMNS = (
    ("对话", "conversation"),
    ("时间", "asked at"),
    ("问题", "question"),
    ("理解为", "understood as"),
    ("答案", "answer"),
    ("句子", "sentence"),
    ("标题", "article"),
    ("日期", "date"),
    ("文件", "file"),
    ("位置", "place"),
    ("把握", "confidence"),
    ("其他说法", "other figures"),
    ("说明", "remarks"),
)
"""The headings, in both languages."""


def talks_csv(talks: Sequence[Exported], language: Language) -> bytes:
    """UTF-8 with a byte order mark, by which Excel knows it; lines end in CRLF. No cell acts as a formula."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    english = language == "en"
    writer.writerow([heading[english] for heading in COLUMNS])
    rows = [row for talk in talks for turn in talk.turns for row in _rows(talk.title, turn, language)]
    writer.writerows([harmless(cell) for cell in row] for row in rows or [[word("nothing_to_export", language)]])
    return lines.getvalue().encode("utf-8-sig", "replace")


def _rows(title: str, turn: Turn, language: Language) -> Iterator[list[str]]:
    head = [title, time.strftime("%Y-%m-%d %H:%M", time.localtime(turn.asked_at)), turn.question]
    if turn.answer is None:
        yield [*head, *[""] * 9, turn.error]
        return
    for said in said_to(turn.answer, language):
        others = "；".join(f"{other.text}（{place_text(other.passage, language)}）" for other in said.others)
        sure = "" if said.reason else f"{said.confidence:.0%}"
        behind = [sure, others, said.reason or " ".join(said.remarks)]
        for place in _places(said, language) or [[""] * 5]:
            yield [*head, said.asked if said.asked != turn.question else "", said.answer, *place, *behind]


def _places(said: Said, language: Language) -> list[list[str]]:
    """Sentence, title, date, file and place of all that the answer stands in."""
    return [
        [quoted.text, quoted.passage.title, quoted.passage.date or "", shown(source.file), _place(source, language)]
        for quoted in said.quotes
        for source in quoted.passage.sources
    ]


def _place(source: Source, language: Language) -> str:
    """Where in its file a source is."""
    return source_text(source, language == "en").removeprefix(shown(source.file)).lstrip(" ,")
