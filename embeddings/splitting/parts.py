"""The parts of an article: each a subhead with the blocks below it, and their sentences with line numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chinese.sentences import split_long, split_sentences
from embeddings.splitting.blocks import Block
from embeddings.types import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_SENTENCE = 450
"""Characters from which a sentence is cut, because an encoder of 512 tokens would not see its end."""
_LONGEST_SUBHEAD = 60
LONGEST_HEADING = 300
"""Characters of a headline, or of subheads that stand together: each chunk repeats them, so a longer one is text."""


@dataclass(slots=True)
class Part:
    """What stands under one subhead, which may be several headings; under none at the start of an article."""

    headings: list[Block] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def heading(self) -> str:
        return " ".join(block.text for block in self.headings)


def headed(part: Part) -> tuple[str, list[Block]]:
    """A part's subhead and text; subheads that are too long together are text themselves."""
    heading = part.heading
    if len(heading) <= LONGEST_HEADING:
        return heading, part.blocks
    return "", [*(Block("list", block.pieces, block.gap) for block in part.headings), *part.blocks]


def filled(parts: Sequence[Part]) -> list[Part]:
    """The parts that have text.

    A subhead with nothing under it still says something: it goes before the one that follows, or where that is its
    equal or the two would be too long, counts as text.
    """
    filled: list[Part] = []
    waiting: list[Block] = []
    for part in parts:
        if waiting and not _goes_before(waiting, part):
            _as_text(filled, waiting)
            waiting = []
        if part.blocks:
            filled.append(Part(waiting + part.headings, part.blocks))
            waiting = []
        else:
            waiting = waiting + part.headings
    if waiting:
        _as_text(filled, waiting)
    return filled


def _goes_before(headings: Sequence[Block], part: Part) -> bool:
    if not part.headings:
        return False
    above, below = headings[-1].level, part.headings[0].level
    deeper = above is None or below is None or above < below
    return deeper and sum(len(block.text) for block in (*headings, *part.headings)) <= _LONGEST_SUBHEAD


def _as_text(parts: list[Part], headings: Sequence[Block]) -> None:
    if not parts:
        parts.append(Part())
    parts[-1].blocks += [Block("list", block.pieces, block.gap) for block in headings]


def sentences_of(blocks: Sequence[Block], first: int) -> tuple[Sentence, ...]:
    """The sentences of a part's blocks, numbered from `first`, each with its first and last line."""
    sentences: list[Sentence] = []
    for block in blocks:
        text, lines = _with_lines(block)
        if not text:  # the mark of a caption, and no caption
            continue
        whole = block.kind in ("list", "caption")
        ranges = _within_limit(text, ((0, len(text)),) if whole else split_sentences(text))
        for place, (start, end) in enumerate(ranges):
            lead = "\n" if place == 0 else " " if text[start - 1].isspace() else ""
            lead = lead if sentences else ""
            sentences.append(Sentence(first + len(sentences), text[start:end], lines[start], lines[end - 1], lead))
    return tuple(sentences)


def _within_limit(text: str, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [part for start, end in ranges for part in split_long(text, start, end, LONGEST_SENTENCE)]


def _with_lines(block: Block) -> tuple[str, list[int]]:
    """A block's text, and the line number of each of its characters."""
    if block.kind != "list":
        text = block.text
        lines: list[int] = []
        for number, piece in block.pieces:
            place = text.index(piece, len(lines))
            lines.extend([number] * (place + len(piece) - len(lines)))
        return text, lines
    parts = []
    for place, (number, piece) in enumerate(block.pieces):
        after_label = place == 1 and block.pieces[0][1][-1:] in "：:"
        parts.append((number, piece if place == 0 or after_label else "\n" + piece))
    text = "".join(piece for _, piece in parts)
    return text, [number for number, piece in parts for _ in piece]
