"""The stages of the reader's training: what each shows, how often, from which weights, and for how long."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.reader_data import Asked, Mixture
from chinese.language import language_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the training: so many epochs at this rate, each sort of question as often as `shares` says.

    It starts from the mean of the stages that `after` names, or from the base model, and lasts `minutes` at most. The
    lowest `frozen` layers stay as they are: with four of twelve a step takes a quarter less. `lookalikes` are negatives
    by shared characters, over all sets; without them they come from retrieval, over the first three sets. With `news`
    they are what `benchmarks/news_negatives.py` has found, where it has. `made` examples by rule come beside. With
    `among_news` the beginnings of news texts are among what may look alike. The questions written for the project
    (`benchmarks/written.py`) come `written` times.
    """

    name: str
    epochs: int
    rate: float
    shares: Mapping[str, float]
    mixture: Mixture
    after: tuple[str, ...] = ()
    minutes: float = 100
    frozen: int = 0
    lookalikes: bool = True
    news: bool = False
    made: int = 0
    among_news: bool = False
    written: int = 0


STAGES = (
    Stage(
        "all",
        3,
        1.5e-4,
        {"drcd": 1, "cmrc": 2, "xquad": 2, "over_chinese": 3, "english": 1},
        Mixture(),
        lookalikes=False,
    ),
    Stage(
        "even",
        1,
        7e-5,
        {"drcd": 0.35, "cmrc": 4, "xquad": 2, "over_chinese": 4, "english": 0.5},
        Mixture(near=0.6, own=0.25, altered=0.15, switched=0.25, figures=0.3, both=0.5),
        lookalikes=False,
    ),
    Stage(
        "whole",
        2,
        8e-5,
        {
            "cmrc2018": 1,
            "cmrc": 2,
            "drcd": 0.35,
            "drcd_more": 0.6,
            "crud_news": 1,
            "fewfc": 0.1,
            "xquad": 1,
            "over_chinese": 2,
            "english": 0.5,
        },
        Mixture(near=0.16, own=0.08, altered=0.04, switched=0.04, figures=0.04, both=0.5, short=0.8),
        after=("all", "even"),
        minutes=85,
        frozen=4,
    ),
    Stage(
        "made",
        1,
        7e-5,
        {
            "cmrc2018": 0.5,
            "cmrc": 2,
            "drcd": 0.15,
            "drcd_more": 0.3,
            "crud_news": 1,
            "fewfc": 0.1,
            "xquad": 1,
            "over_chinese": 2,
            "english": 0.3,
        },
        Mixture(near=0.3, own=0.1, altered=0.1, switched=0.04, figures=0.02, both=0.5, short=0.8),
        after=("whole",),
        minutes=85,
        frozen=4,
        news=True,
        made=3000,
    ),
    Stage(
        "again",
        4,
        1e-4,
        {
            "cmrc2018": 1,
            "cmrc": 1.5,
            "drcd": 0.9,
            "drcd_more": 1,
            "crud_news": 1.4,
            "fewfc": 0.09,
            "xquad": 1,
            "over_chinese": 2,
            "english": 0.4,
        },
        Mixture(near=0.3, own=0.12, altered=0.08, switched=0.03, figures=0.03, both=0.5, short=0.75),
        after=("made",),
        minutes=76,
        frozen=4,
        made=10000,
        among_news=True,
    ),
    Stage(
        "written",
        1,
        8e-5,
        {
            "cmrc2018": 0.2,
            "cmrc": 0.6,
            "drcd": 0.2,
            "drcd_more": 0.2,
            "crud_news": 0.5,
            "fewfc": 0.02,
            "xquad": 0.4,
            "over_chinese": 0.6,
            "english": 0.1,
        },
        Mixture(near=0.3, own=0.12, altered=0.08, switched=0.03, figures=0.03, both=0.5, short=0.75),
        after=("again",),
        minutes=40,
        frozen=4,
        made=1500,
        among_news=True,
        written=3,
    ),
    Stage(
        "level",
        1,
        6e-5,
        {
            "cmrc2018": 0.1,
            "cmrc": 0.8,
            "drcd": 0.15,
            "drcd_more": 0.1,
            "crud_news": 0.25,
            "fewfc": 0.01,
            "xquad": 1.5,
            "over_chinese": 2,
            "english": 0.3,
        },
        Mixture(near=0.3, own=0.12, altered=0.08, switched=0.03, figures=0.02, both=0.5, short=0.75),
        after=("written",),
        minutes=15,
        frozen=4,
        made=300,
        among_news=True,
        written=1,
    ),
    Stage(
        "whole_first",
        1,
        5e-5,
        {"cmrc": 0.3, "drcd": 0.05, "crud_news": 0.1, "xquad": 0.3, "over_chinese": 0.7},
        Mixture(near=0.3, own=0.12, altered=0.08, switched=0.03, figures=0.02, both=0.5, short=0.75),
        after=("level",),
        minutes=7,
        frozen=4,
        made=3500,
        written=1,
    ),
)
"""`both` comes second only: first the English words alone, as the word vectors have them."""


def stage_of(name: str) -> Stage:
    """The stage of this name."""
    return next(stage for stage in STAGES if stage.name == name)


def sort_of(item: Asked) -> str:
    """Which share of a stage a question falls under."""
    if language_of(item.question.text) == "en":
        return "over_chinese" if language_of(item.paragraph.text) == "zh" else "english"
    return item.part.partition("_train")[0]


def shared_out(asked: Sequence[Asked], shares: Mapping[str, float], seed: int) -> list[Asked]:
    """The questions as often as `shares` says, below 1 a part of them, so that no set drowns another."""
    chance = random.Random(seed)
    found: list[Asked] = []
    for item in asked:
        share = shares.get(sort_of(item), 0)
        found.extend([item] * (int(share) + (chance.random() < share % 1)))
    return found
