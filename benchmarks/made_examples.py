"""Examples made by rule for what a reader gets wrong: two figures alike, a part after 其中, a deputy, another year.

Each shape is a short text of invented names and figures, and questions on it whose answers stand in named places of the
text. What is asked differs from what stands beside it in one respect only, so that the question has to be read:
`benchmarks/made_shapes.py` holds the shapes, `made_words.py` the words, this module fills them in. Everything is drawn
with the seed given.

There are four outcomes. A *span* is one place of the text. A *clause* is one too, a long one: a definition, a reason,
a row of numbered demands, the members of a list that stand side by side with 、 and 和 between them. *Several* are
places apart from each other. *None* is a question about a place, year, person or zone that the text does not name.

The network has one start and one end score a token, and learns several places as equally likely starts and ends.
"""

from __future__ import annotations

import math
import random
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.made_shapes import SHAPES, Ask, Shape
from benchmarks.made_words import COUNTED, LIMITS, WORDS
from benchmarks.reader_data import Example

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SWAPPED = 0.15
"""How many of the questions are asked of another place, year or person, and so have no answer."""
_BESIDE = 0.6
"""How many of the texts have another text before or behind them."""
_TRIES = 1000
_SWAPS = ("place", "zone", "year", "person", "firm", "work")


@dataclass(frozen=True, slots=True)
class Filled:
    """A shape with its names and figures: the text, where each slot's value stands first, and the values."""

    text: str
    places: Mapping[str, tuple[int, int]]
    values: Mapping[str, str]


def made_examples(count: int, seed: int, shapes: Iterable[Shape] = SHAPES) -> list[Example]:
    """So many examples, each shape as often as any other."""
    chance, listed = random.Random(f"made-{seed}"), list(shapes)
    order = [listed[place % len(listed)] for place in range(count)]
    chance.shuffle(order)
    return [made_example(shape, listed, chance) for shape in order]


def made_example(shape: Shape, others: list[Shape], chance: random.Random) -> Example:
    """One question on one text of this shape."""
    filled = fill(shape, chance)
    ask = chance.choice(shape.asks)
    question, is_swapped = worded(ask, shape, filled, chance)
    spans = () if is_swapped else spans_of(ask.answer, filled)
    text, moved = beside(filled, question, others, chance)
    spans = tuple((start + moved, end + moved) for start, end in spans)
    return Example(question, text, "", spans[0] if spans else None, spans[1:])


def fill(shape: Shape, chance: random.Random) -> Filled:
    """Draw a value for every slot of a shape, all different, and write its text."""
    values: dict[str, str] = {}
    for name, kind in shape.slots.items():
        values[name] = _fresh(kind, values.values(), chance)
    text = ""
    places: dict[str, tuple[int, int]] = {}
    for literal, slot, _, _ in string.Formatter().parse(chance.choice(shape.texts)):
        text += literal
        if slot is not None:
            places.setdefault(slot, (len(text), len(text) + len(values[slot])))
            text += values[slot]
    return Filled(text, places, values)


def _fresh(kind: str, taken: Iterable[str], chance: random.Random) -> str:
    """A value that is no part of another one and has none in it; an empty one only marks where an answer begins."""
    others = [other for other in taken if other]
    for _ in range(_TRIES):
        value = drawn(kind, chance)
        if not value or not any(value in other or other in value for other in others):
            return value
    raise ValueError(f"There are too few words of the kind {kind} for one more")


def drawn(kind: str, chance: random.Random) -> str:
    """A name or a figure of a kind: a kind of WORDS, or a unit (亿元) with a number before it."""
    if kind in WORDS:
        return "".join(chance.choice(part) for part in WORDS[kind])
    return figure(kind, chance) + kind


def figure(unit: str, chance: random.Random) -> str:
    """A number as texts write it: 7, 36.5, 128, 1,204, 23560; whole where the unit is counted."""
    least, most = LIMITS.get(unit, (2, 9000))
    number = math.exp(chance.uniform(math.log(least), math.log(most)))
    if unit not in COUNTED and number < 500 and chance.random() < 0.7:
        return f"{number:.{chance.choice([1, 1, 2])}f}"
    return f"{round(number):,}" if chance.random() < 0.3 else str(round(number))


def worded(ask: Ask, shape: Shape, filled: Filled, chance: random.Random) -> tuple[str, bool]:
    """The question, and whether it is about a name or year that the text does not have."""
    pattern = chance.choice(ask.questions)
    named = [
        name
        for _, name, _, _ in string.Formatter().parse(pattern)
        if name is not None and shape.slots[name] in _SWAPS and name in filled.places
    ]
    values = dict(filled.values)
    is_swapped = bool(ask.answer and named) and chance.random() < _SWAPPED
    if is_swapped:
        name = chance.choice(named)
        values[name] = _fresh(shape.slots[name], [*filled.values.values(), filled.text], chance)
    return pattern.format(**values) + chance.choice(["？", "?", ""]), is_swapped


def spans_of(answer: str, filled: Filled) -> tuple[tuple[int, int], ...]:
    """Where an answer stands: `a` a slot, `a..c` from one slot to the end of another, `a+b` several, "" none."""
    found = []
    for part in answer.split("+") if answer else ():
        first, _, last = part.partition("..")
        found.append((filled.places[first][0], filled.places[last or first][1]))
    return tuple(sorted(found))


def beside(filled: Filled, question: str, others: list[Shape], chance: random.Random) -> tuple[str, int]:
    """The text, often with a text of another shape before or behind it, and how far it was moved by that."""
    if chance.random() >= _BESIDE:
        return filled.text, 0
    other = fill(chance.choice(others), chance)
    if any(value in question for value in other.values.values()):
        return filled.text, 0
    if chance.random() < 0.5:
        return filled.text + other.text, 0
    return other.text + filled.text, len(other.text)
