"""What the tests of qa/ share: hand-made passages, one small corpus, and what holds for every answer."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import numpy as np

from chinese.sentences import split_sentences
from chinese.tokens import tokenize
from embeddings import Index, rebuild
from embeddings.types import Chunk, Sentence, Source
from qa.deciding.candidates import find
from qa.deciding.support import Surroundings, examine
from qa.finding.kept_chunks import ReadChunk, read_all
from qa.finding.retrieval import Candidate
from qa.question.question import parse_question
from qa.reading.reader import SpanScores
from tests.support import BY_RULES, CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from qa.deciding.candidates import Found
    from qa.deciding.ranking import Ranker
    from qa.types import Answer

ENCODER = CountingEncoder(256)
"""Enough buckets that few pairs of characters share one."""


@contextmanager
def index_of(folder: Path, corpus: Mapping[str, str]) -> Iterator[Index]:
    """An index of these documents, opened."""
    rebuild(write_corpus(folder / "corpus", dict(corpus)), folder / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(folder / "index")) as opened:
        yield opened


CORPUS = {
    "fruit.txt": page("苹果丰收", "果农今年收获苹果30吨。"),
    "library.txt": page(
        "春城图书馆新馆开放",
        "本报讯 春城图书馆新馆昨日开放,共有藏书120万册。",
        "新馆由设计师林青主持设计,总投资4.5亿元。",
    ),
    "park.txt": page(
        "园区成绩单",
        "西城高新区规上企业数量,从2020年的38家增长到2023年的51家。",
        "累计引进重点项目36个,其中8亿元以上项目4个,总投资63.5亿元。",
    ),
    "port.txt": page(
        "港口扩建",
        "东港2023年建成码头3座,总投资12.6亿元。",
        "扩建由远航建设集团承办,负责人赵明远介绍,工期由18天减少到6天。",
    ),
}
"""Four articles of one chunk each, so chunk ids are 0 (fruit) to 3 (port)."""


def sentences(text: str, first: int = 0, line: int = 1) -> tuple[Sentence, ...]:
    """The sentences of a text, numbered from `first`, each on a line of its own from `line` on."""
    parts = [text[start:end] for start, end in split_sentences(text)]
    return tuple(Sentence(first + place, part, line + place, line + place) for place, part in enumerate(parts))


def chunk(
    text: str,
    title: str = "",
    section: str = "",
    number: int = 0,
    article: int = 0,
    first: int = 0,
    file: str = "a.txt",
    date: str | None = None,
) -> Chunk:
    """A chunk of one paragraph, its sentences numbered from `first`, sentence n standing on line n + 1."""
    own = sentences(text, first, first + 1)
    context = "\n".join(part for part in (title, section) if part)
    source = Source(file, "line", own[0].start, own[-1].end)
    return Chunk(number, article, title, section, date, context, own, (source,))


def looked_into(held: Chunk) -> ReadChunk:
    """A chunk as it is when it was found, its texts folded."""
    return read_all([held])[0]


def all_alike(text: str) -> SpanScores:
    """What a reader says of a text that knows no better: log-odds of 0 for every span, and none that it likes best."""
    nothing = np.zeros(len(text), dtype=np.float32)
    return SpanScores((), (tuple((place, place + 1) for place in range(len(text))),), (nothing,), (nothing,))


def find_in(question: str, passages: Sequence[tuple[Chunk, SpanScores]], ranker: Ranker = BY_RULES) -> list[Found]:
    """Candidates of passages in retrieval order with what a reader says of each; every word weighs the same."""
    parsed = parse_question(question)
    candidates = [Candidate(looked_into(item), 0.5, 1.0, 4.0 - place) for place, (item, _) in enumerate(passages)]
    weights = {term.text: 1.0 for term in parsed.terms}
    tokens = {token for item, _ in passages for token in tokenize(item.indexed)}
    supports = [
        examine(parsed, item, weights, Surroundings.of([item.read]), lambda token: token in tokens)
        for item in candidates
    ]
    return find(parsed, candidates, supports, weights, [scores for _, scores in passages], ranker.worth)


def texts_stand_at_highlights(answer: Answer) -> bool:
    """Whether each text, and each alternative in its own passage, stands at a highlight, character for character."""
    marked = [{item.text[start:end] for start, end in item.highlights} for item in answer.passages]
    everywhere = {text for texts in marked for text in texts}
    return all(text in everywhere for text in answer.texts) and all(
        other.text in marked[other.passage] for other in answer.alternatives
    )
