"""How well a measure of the corpus (新引进产业项目) says what is asked for (引进项目数): by words, then by meaning.

Chinese names a thing last: 项目投资额 is an amount and 项目用地 is land, neither is a project. So the last word of a
measure has to be asked for, and what is asked for as the thing itself has to be what the measure names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING

from chinese.dictionary import is_common_noun, meanings
from chinese.tokens import fold, tagged, words
from qa.figures.searching.asked import TAIL, Modes, is_verb, tail_of, taken_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.types import FloatArray
    from qa.figures.searching.asked import AskedFigures
    from qa.question.terms import Term

_WHOLE, _HALF = 0.6, 0.3
"""The weight from which a word that stands for another counts as that, and from which it counts at all."""
_LIGHT = frozenset(
    "的 了 和 与 及 等 共 全 各 总 新 以 其中 其 已 将 约 近 超 实现 完成 达到 累计 个 家 项 名 位 条 亿 万 元 "
    "省 市 县 区".split()
)
_ZONE = re.compile(r"^[\u4e00-\u9fff]{2,4}?(?:高新区|经开区|开发区|自贸区|保税区|[新园]区)(?=..)")
"""A place that a measure's words begin with; others are told by their part of speech."""
_TURNS = frozenset("进净毛非负副半生未不")
"""Characters before a word that make it another one: 进|出口, 净|利润, 非|规上."""
_STANDS_OUT = 0.5
"""How far a measure has to be from the middle of those compared towards the same meaning. Set by eye with the bundled
model: 研发经费投入强度 for 研发投入占比 lies at 0.6, 项目投资额 for 引进项目数 and 企业营业收入 for 企业数量 at 0.3. By
itself it does not suffice: 原油产量 for 粮食产量 lies at 0.5, 进出口总额 for 出口总额 at 0.8."""


@dataclass(frozen=True, slots=True)
class Read:
    """A measure's folded words without those that say how it is meant, and the words that say what is measured.

    `contents` are (word, start, end) of `bare`; `heads` the positions among them that name the thing: the last, and
    where that is a verb (项目|引进) the last noun before it.
    """

    bare: str
    contents: tuple[tuple[str, int, int], ...]
    heads: tuple[int, ...]
    modes: Modes
    tail: str


@lru_cache(maxsize=16_384)
def read_measure(text: str) -> Read:
    """A measure, taken apart; kept, as the same ones are asked for again and again."""
    bare, modes = taken_out(_ZONE.sub("", fold(text)))
    bare = bare.strip(" 的")
    tail = tail_of(bare)
    found = [
        (short, start, start + len(short))
        for (word, start, _), (_, tag) in zip(words(bare), tagged(bare), strict=True)
        if word not in _LIGHT
        and not _is_place(word, tag)
        and (short := TAIL.sub("", word) if len(TAIL.sub("", word)) > 1 else word)
    ]
    while len(found) > 1 and TAIL.fullmatch(found[-1][0]):
        found.pop()  # 企业|总数
    heads = [len(found) - 1] if found else []
    if found and is_verb(found[-1][0]):
        heads += [place for place in range(len(found) - 1) if not is_verb(found[place][0])][-1:]
    return Read(bare, tuple(found), tuple(heads), modes, tail)


def _is_place(word: str, tag: str) -> bool:
    """Whether a word is the name of a place: 云南 in 云南粮食产量; not 海洋."""
    return tag == "ns" and len(word) > 1 and not is_common_noun(word)


@dataclass(frozen=True, slots=True)
class Match:
    """How a measure fits, from 0 to 1, and the terms asked for that it does not say itself.

    `at_most` is how it fits where these are said beside it.
    """

    score: float
    at_most: float
    missing: tuple[Term, ...] = ()


def match(asked: AskedFigures, measure: str, *, glossed: bool = False) -> Match | None:
    """How a measure fits by its words; None where it names something else, or another side of the same thing.

    What is `missing` has to be said beside the measure: 产业项目 is what is asked for where its sentence says 引进.
    With `glossed` a word may stand for another that means the same by the dictionary (旅客, 游客).
    """
    read = read_measure(measure)
    if not read.contents or not _same_side(asked, read):
        return None
    covered: set[int] = set()
    named: set[int] = set()
    total = held = 0.0
    missing = []
    for term in asked.terms:
        weight = len(term.text) if asked.language == "zh" else 1.0
        share, start, end = _held(term, read.bare)
        if glossed and share < 1.0:
            share, start, end = _held_by_another(term, read) or (share, start, end)
        total += weight
        held += weight * share
        covered.update(range(start, end))
        if term.text in asked.heads:
            named.update(range(start, end))
        if share < 1.0:
            if term.text in asked.heads and not _is_done(term):
                return None
            missing.append(term)
    last = read.contents[-1]
    is_named = any(read.contents[place][2] - 1 in named for place in read.heads)
    if not total or not is_named or last[2] - 1 not in covered:
        return None
    own = sum(place in covered for _, start, end in read.contents for place in range(start, end))
    size = sum(
        # 服务企业 and 惠及企业 count other ones than 企业: what is done to them weighs more than of what kind they are.
        (end - start) * (2 if is_verb(word) and start not in covered else 1)
        for word, start, end in read.contents
    )
    beside = sum(len(term.text) if asked.language == "zh" else _ENGLISH_WORD for term in missing)
    at_most = (1 + (own + beside) / (size + beside)) / 2
    return Match(round(held / total * (1 + own / size) / 2, 4), round(at_most, 4), tuple(missing))


_ENGLISH_WORD = 2
"""Characters of the Chinese word that an English one stands for."""


def _held(term: Term, bare: str) -> tuple[float, int, int]:
    """How far words have a term, and where: whole, by half, or not at all."""
    for token, weight in sorted(term.alternatives, key=lambda item: (-item[1], -len(item[0]))):
        at = bare.rfind(token) if weight >= _HALF and (len(token) > 1 or token == term.text) else -1
        if at >= 0 and not _is_turned(bare, at):
            return (1.0 if weight >= _WHOLE else weight), at, at + len(token)
    return 0.0, 0, 0


def _held_by_another(term: Term, read: Read) -> tuple[float, int, int] | None:
    """Where a measure has a word that means the same as a term."""
    places = ((1.0, start, end) for word, start, end in read.contents if _mean_the_same(term.text, word))
    return next(places, None)


@lru_cache(maxsize=4096)
def _mean_the_same(one: str, other: str) -> bool:
    """Whether two Chinese words have a gloss of one word in common: 企业 and 公司, not 出口 and 进出口."""
    return one != other and bool(_glosses(one) & _glosses(other))


@lru_cache(maxsize=4096)
def _glosses(word: str) -> frozenset[str]:
    return frozenset(
        stem for entry, _ in meanings(word) for stem, weight in entry.stems.items() if weight >= _ALL_OF_A_GLOSS
    )


_ALL_OF_A_GLOSS = 0.99


def _is_turned(bare: str, at: int) -> bool:
    """Whether a word that begins here is made another by the character before it: 出口 in 进出口, not 项目 in 引进."""
    if at == 0 or bare[at - 1] not in _TURNS:
        return False
    return all(end != at or end - start == 1 for _, start, end in words(bare))


def _is_done(term: Term) -> bool:
    """Whether a term says what is done (引进, attracted) to what is counted."""
    return is_verb(term.text) or (term.text.isascii() and re.search("(?:ed|ing)$", term.text) is not None)


def is_beside(term: Term, measure: str, clause: str, others: str) -> bool:
    """Whether what a measure leaves out stands beside it, in folded texts.

    What is done stands in its clause (引进 of 共引进各类|产业项目); of what kind it is stands right before it, or in
    `others` (规上 of 规上|企业, not of 向规上企业发放,惠及|企业).
    """
    said = [token for token, weight in term.alternatives if weight >= _WHOLE]
    if any(token in others for token in said):
        return True
    behind = "" if _is_done(term) else measure
    return any(token + behind in clause for token in said)


def _same_side(asked: AskedFigures, read: Read) -> bool:
    """Whether both are by head or neither, and both an amount (成交额) or a number (成交量) where both say so."""
    if read.modes.per and not asked.modes.per:
        return False
    amounts = {tail == "额" for tail in (asked.tail, read.tail) if tail}
    return len(amounts) < 2


def by_meaning(query: FloatArray, measures: Sequence[str], vectors: FloatArray) -> list[tuple[str, float]]:
    """The measures that mean the same by their vectors, each with how far it stands out, the best first.

    `query` has the shape (dimension,), `vectors` a row for each measure. How near is near differs by model and
    question, so that what counts is how far one stands out from the middle of all that are compared.
    """
    if len(measures) < _FEWEST:
        return []
    cosines = [float(cosine) for cosine in vectors @ query]
    middle = median(cosines)
    if middle >= 1:
        return []
    shares = [(measure, (cosine - middle) / (1 - middle)) for measure, cosine in zip(measures, cosines, strict=True)]
    return sorted((item for item in shares if item[1] >= _STANDS_OUT), key=lambda item: (-item[1], item[0]))


_FEWEST = 3
"""Measures without which there is no middle to stand out from."""
