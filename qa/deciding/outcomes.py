"""What each part of a question comes to, put together to one Answer: each passage once, with the marks of all parts."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chinese.facts import clause_at
from chinese.tokens import fold
from qa.deciding.candidates import sentence_ranges
from qa.deciding.disagreement import agreeing_with, other_figures
from qa.deciding.over_several import with_figures
from qa.deciding.verdict import told_by_figure, verdict
from qa.english.gloss import gloss
from qa.finding.passages import shown_passage
from qa.finding.retrieval import overlap, without
from qa.question.kinds import FIGURES
from qa.types import Alternative, Answer, AnswerPart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from embeddings.types import Chunk
    from qa.deciding.candidates import Found
    from qa.figures.several.asked_singly import AskOne
    from qa.figures.several.by_words import Near
    from qa.figures.several.worked_out import Find
    from qa.finding.kept_chunks import ReadChunk
    from qa.finding.retrieval import Candidate
    from qa.question.question import Question
    from qa.types import Passage, Reason, WorkedOut


@dataclass(frozen=True, slots=True)
class WaysToFigures:
    """The table of figures as a question over several asks it.

    `find` gives the figures of a measure in the whole corpus, `near` all those of the articles in which passages were
    found, and `singly` answers a question by one figure.
    """

    find: Find
    near: Near
    singly: AskOne


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the answer to one question, or to one part of it, is made from.

    `candidates` are the passages that are read, in retrieval order, and `further` those behind them, which are only
    shown; `weights` the rarity of the question's terms; `article` gives the chunks of an article, in which names
    and years may stand that a passage takes for granted; `known` says whether the corpus has a token. `figures` are the
    ways to the table of figures, where questions over several are to be worked out.
    """

    question: Question
    candidates: Sequence[Candidate]
    weights: Mapping[str, float]
    article: Callable[[int], Sequence[ReadChunk]]
    known: Callable[[str], bool]
    further: Sequence[Candidate] = ()
    figures: WaysToFigures | None = None

    @property
    def passages(self) -> list[Candidate]:
        """All passages, in retrieval order."""
        return [*self.candidates, *self.further]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said to one part: the candidates `chosen`, or the `reason` why there are none.

    `found` are all candidates, the best first; `order` has the positions of the passages as they are to be shown,
    those of the chosen ones first; `sure` is the confidence; `of` says how many members there should be where fewer
    were found. `worked_out` is set where the answer is none that was chosen, but was worked out.
    """

    evidence: Evidence
    chosen: Sequence[Found]
    found: Sequence[Found]
    order: Sequence[int]
    sure: float
    reason: Reason | None
    of: int | None = None
    worked_out: WorkedOut | None = None


@dataclass(slots=True)
class _Card:
    """A passage that is shown: what of its chunk no card before it has, and what is marked in it."""

    candidate: Candidate
    question: Question
    marks: list[tuple[int, int]] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)


def assemble(question: str, asked: str, outcomes: Sequence[Outcome], k: int) -> Answer:
    """The answer to a question from what its parts came to; `asked` is the whole of it as completed.

    At most `k` passages are shown; more only where so many parts have theirs, so that every text stands in one.
    """
    cards, seen = _cards(outcomes, k)
    parts = [_part(outcome, cards, seen[number]) for number, outcome in enumerate(outcomes)]
    passages = tuple(map(_passage, cards))
    for number, part in enumerate(parts):
        if part.worked_out is not None:
            passages, own = with_figures(passages, part.worked_out, k, first=len(parts) == 1)
            parts[number] = replace(part, passages=own)
    answered = [part for part in parts if part.reason is None]
    texts = tuple(text for part in answered for text in part.texts)
    return Answer(
        question=question,
        asked=asked,
        texts=texts,
        gloss=next((part.gloss for part in answered if part.gloss), None)
        if len(answered) == 1 or len(texts) == 1
        else None,
        confidence=min(part.confidence for part in answered or parts),
        reason=None if answered else parts[0].reason,
        passages=passages,
        alternatives=tuple(item for part in answered for item in part.alternatives),
        parts=tuple(parts) if len(parts) > 1 else (),
        agreeing=answered[0].agreeing if len(answered) == 1 else 1,
        of=parts[0].of if len(parts) == 1 else None,
        worked_out=parts[0].worked_out if len(parts) == 1 else None,
    )


def _cards(outcomes: Sequence[Outcome], k: int) -> tuple[list[_Card], list[list[int]]]:
    """The passages to show, and for each part the positions of its own that are shown, as they are or within others."""
    cards: list[_Card] = []
    seen: list[list[int]] = [[] for _ in outcomes]
    holding = [dict.fromkeys(item.passage for item in outcome.chosen) for outcome in outcomes]
    first = [(number, place) for number, places in enumerate(holding) for place in places]
    for number, place in (*first, *_in_turn(outcomes, holding)):
        if len(cards) >= k and place not in holding[number]:
            break
        _show(outcomes[number], place, cards, len(outcomes) == 1)
        seen[number].append(place)
    return cards, seen


def _in_turn(outcomes: Sequence[Outcome], holding: Sequence[Mapping[int, None]]) -> Iterator[tuple[int, int]]:
    """The other passages: the first of every part, the second of every part, and so on."""
    others = [
        [(number, place) for place in outcome.order if place not in holding[number]]
        for number, outcome in enumerate(outcomes)
    ]
    for row in itertools.zip_longest(*others):
        yield from (item for item in row if item is not None)


def _show(outcome: Outcome, place: int, cards: list[_Card], alone: bool) -> None:
    """Add a card for what a passage has that no card has, or for all of it where a mark would else be cut."""
    candidate = outcome.evidence.passages[place]
    own = [item for item in outcome.chosen if item.passage == place]
    # The passages of one part share nothing.
    rest = candidate.read if alone else _unshown(candidate.read, [card.candidate.chunk for card in cards])
    if rest is not None:
        cards.append(_Card(replace(candidate, read=rest), outcome.evidence.question))
    if any(_located(item, candidate, cards) is None for item in own):
        cards[len(cards) - (rest is not None) :] = [_Card(candidate, outcome.evidence.question)]


def _unshown(read: ReadChunk, shown: Sequence[Chunk]) -> ReadChunk | None:
    """What no other chunk has of this one, None where that is nothing."""
    rest: ReadChunk | None = read
    for other in shown:
        if rest is not None and rest.text.shown == other.text:
            return None
        if rest is not None and overlap(rest.chunk, other):
            rest = without(rest, other)
    return rest


def _located(item: Found, candidate: Candidate, cards: Sequence[_Card]) -> tuple[int, int, int] | None:
    """Where a candidate answer stands among the cards: the card's position, and its characters there."""
    for number, card in enumerate(cards):
        place = _moved(item.span.start, item.span.end, candidate.chunk, card.candidate.chunk)
        if place is not None:
            return number, *place
    return None


def _moved(start: int, end: int, chunk: Chunk, other: Chunk) -> tuple[int, int] | None:
    """A range of a chunk's text as one of another chunk with the same sentences, None where that lacks them."""
    if chunk is other or chunk.text == other.text:
        return start, end
    if chunk.article != other.article:
        return None
    there = dict(zip((item.index for item in other.sentences), sentence_ranges(other), strict=True))
    shifts = [
        there[sentence.index][0] - first if sentence.index in there else None
        for (first, last), sentence in zip(sentence_ranges(chunk), chunk.sentences, strict=True)
        if first < end and start < last
    ]
    if not shifts or None in shifts or len(set(shifts)) > 1:
        return None
    shift = shifts[0] or 0
    same = other.text[start + shift : end + shift] == chunk.text[start:end]
    return (start + shift, end + shift) if same else None


def _part(outcome: Outcome, cards: Sequence[_Card], seen: Sequence[int]) -> AnswerPart:
    """What is said to a part; marks its texts, and the other figures for the same thing, on the cards."""
    asked = outcome.evidence.question
    if outcome.reason is not None:
        return AnswerPart(asked.text, (), outcome.sure, outcome.reason)
    if outcome.worked_out is not None:
        said = _gloss(asked, outcome.worked_out.results)
        return AnswerPart(asked.text, (), outcome.sure, None, said, worked_out=outcome.worked_out)
    passages = outcome.evidence.passages
    shown = dict.fromkeys(_mark(item, passages, cards) for item in outcome.chosen)
    texts = tuple(dict.fromkeys(_text_of(item, passages) for item in outcome.chosen))
    others = other_figures(outcome.found, outcome.chosen, passages, seen, asked.asked) if asked.asked in FIGURES else []
    there = [item for item in others if _located(item, passages[item.passage], cards) is not None]
    agreeing = agreeing_with(outcome.found, outcome.chosen[0], passages, asked.asked) if len(texts) == 1 else []
    same = [item for item in agreeing if _located(item, passages[item.passage], cards) is not None]
    return AnswerPart(
        asked=asked.text,
        texts=texts,
        confidence=outcome.sure,
        reason=None,
        gloss=_told_by_best(asked, outcome, passages) or _gloss(asked, texts),
        passages=tuple(dict.fromkeys([*shown, *(_mark(item, passages, cards) for item in same)])),
        agreeing=1 + len(agreeing),
        alternatives=tuple(Alternative(_text_of(item, passages), _mark(item, passages, cards)) for item in there),
        of=outcome.of,
    )


def _told_by_best(asked: Question, outcome: Outcome, passages: Sequence[Candidate]) -> str | None:
    """是 or 否 by the figure that the reader took for the answer, whose sentence is shown."""
    if asked.form != "yes-no" or asked.language == "en" or not outcome.found:
        return None
    best = outcome.found[0]
    text = passages[best.passage].text.folded
    first, last = clause_at(text, best.span.start)
    return told_by_figure(asked.folded, text[first:last], text[best.span.start : best.span.end])


def _gloss(asked: Question, texts: Sequence[str]) -> str | None:
    """The one text in other words: a figure in English, 是 or 否 where that is asked."""
    if len(texts) != 1:
        return None
    if asked.language == "en":
        bare = texts[0].removeprefix("减少").removeprefix("下降")
        said = gloss(bare.removeprefix("增加").removeprefix("增长").removeprefix("提高"))
        return f"{said} less" if said is not None and bare != texts[0] else said
    return verdict(asked.folded, fold(texts[0])) if asked.form == "yes-no" else None


def _mark(item: Found, passages: Sequence[Candidate], cards: Sequence[_Card]) -> int:
    """Mark a candidate answer on its card; the card's position."""
    located = _located(item, passages[item.passage], cards)
    assert located is not None, "an answer without a card"
    number, start, end = located
    cards[number].marks.append((start, end))
    cards[number].scores.append(item.reader)
    return number


def _text_of(item: Found, passages: Sequence[Candidate]) -> str:
    return passages[item.passage].text.shown[item.span.start : item.span.end]


def _passage(card: _Card) -> Passage:
    """A card as the user sees it."""
    marks = sorted(set(card.marks))
    return shown_passage(card.candidate, card.question, marks, max(card.scores, default=None))
