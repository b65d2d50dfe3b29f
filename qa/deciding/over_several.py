"""Questions over several figures: where no text says the answer itself, what is worked out from figures that texts say.

What a text says itself comes first: 比上年增加32家, 2022年最多. Only where the answer that was found is no such
statement, or there is none, the table of figures is asked; where that has some of the figures, and not all that it
takes, what is lacking is the reason.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.figures.several import several_asked
from qa.figures.worked_out import work_out
from qa.types import Passage, Signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.deciding.candidates import Found
    from qa.deciding.outcomes import Outcome
    from qa.figures.several import Several
    from qa.types import WorkedOut

SURE = 0.9
"""How sure an answer is that was worked out: the share of those to benchmarks/several_figures.py that are right."""
SURE_OF_SCANS = 0.75
"""How sure where one of its figures was recognised in a picture."""


def worked_out_instead(outcome: Outcome) -> Outcome:
    """What is said to a question over several figures; any other outcome as it is."""
    evidence = outcome.evidence
    several = several_asked(evidence.question) if evidence.figures is not None else None
    if several is None or evidence.figures is None:
        return outcome
    attempt = work_out(evidence.question, several, evidence.figures)
    if attempt is None:
        return outcome
    if outcome.chosen and is_stated(several, outcome.chosen, attempt.found):
        return outcome
    order = list(range(len(evidence.passages)))
    if attempt.found is not None:
        sure = _sure(attempt.found)
        return replace(outcome, chosen=(), order=order, sure=sure, reason=None, of=None, worked_out=attempt.found)
    sure = outcome.sure if outcome.reason is not None else 0.0
    return replace(outcome, chosen=(), order=order, sure=sure, reason=attempt.reason, of=None)


def _sure(worked: WorkedOut) -> float:
    scanned = any(all(source.scanned for source in figure.sources) for figure in worked.figures)
    return SURE_OF_SCANS if scanned else SURE


# --- what a text says itself


_FIRST = re.compile(r"最|居首|首位|第一|之首|榜首|峰值|冠军|领先|垫底|末位")
_RANKED = re.compile(r"最|前[一二三四五六七八九十\d]|第一|居首|首位|依次|排名|位列")
_TOGETHER = re.compile(r"合计|累计|总计|共|总|年来|近[两三四五六七八九十]年|期间")
_SHARE = re.compile(r"[%‰]|分之|倍|成|番")


def is_stated(several: Several, chosen: Sequence[Found], worked: WorkedOut | None) -> bool:
    """Whether what was found is a text's own statement of what is asked, not one of the figures that it takes."""
    best = chosen[0]
    sentence = best.facts.text
    said = sentence_part(best)
    if several.operation == "extreme":
        return _FIRST.search(sentence) is not None
    if several.operation == "ranking":
        return len(chosen) >= several.count and _RANKED.search(sentence) is not None
    if several.operation in ("difference", "rate"):
        share = _SHARE.search(said) is not None
        fits = share == (several.operation == "rate") or (several.either and share) or "百分点" in said
        return best.facts.is_change and fits and _is_same_base(several, sentence)
    if several.operation == "sum":
        return _TOGETHER.search(sentence) is not None and _spans(several, sentence)
    if several.operation == "limit":
        return several.limit is not None and _has_limit(several, sentence)
    figures = [] if worked is None else [figure.text for figure in worked.figures]
    return worked is None and len(chosen) > 1 if not figures else len(chosen) == len(figures) > 1
