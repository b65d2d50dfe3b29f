"""Which year a text reports: a bulletin of 2012 that was published in 2013 gives the figures of 2012."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.periods import year_mentions
from chinese.tokens import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.periods import YearMention

_LEAD = 800
"""Characters of a text's beginning that are looked at: what it reports is said there or nowhere."""
_PLANNED = re.compile(
    r"^\s?年?度?[^,，。;；:：、及和与]{0,24}?(?:计划|规划|预算|草案|目标|要点|安排|打算|展望|部署|预期|任务|行动方案|实施方案)"
    r"(?!执行|完成|落实|实施情况|收支完成|情况)"
)
_OCCASION = re.compile(
    r"^\s?年?度?[^,，。;；:：、]{0,16}?(?:会议|大会|年会|工作会|两会|论坛|博览会|展览会|交易会|座谈会|发布会|动员会|推进会|表彰会|培训班|春节|元旦)"
)
_DAY = re.compile(r"^\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日|^[-/.]\d{1,2}[-/.]\d{1,2}")
_SPAN = re.compile(r"^\s?年?\s?[-—–~至到]+\s?$")
_WHOLE_YEAR = re.compile(
    r"全年(?!计划|预计|预期|目标|力争|将|要|度?任务)|年末|(?<!\d)年底(?!前)|初步核算|初步统计|初步测算|统一核算|最终核实|年报数据|统计快报"
)
_PAST = re.compile(
    r"去年|过去(?:的)?一年|上(?:一)?年度|回顾|刚刚过去的|全年(?!计划|预计|预期|目标|力争|将|要|度?任务)|年末|初步核算|初步统计"
)
_BARE = re.compile(r"\b(?:19|20)\d{2}\b(?![-/.]\d)(?! (?:plan|budget|target|meeting|conference))")
_REVIEW = re.compile(r"政府工作报告|工作报告")
_FIRST_QUARTER = ("01", "02", "03")


def reported_year(title: str, lead: str, written: str | None) -> str | None:
    """The year whose results a text gives where a figure has none of its own; None where nothing says it.

    `lead` is how the text begins, `written` its ISO date. A year of the title rules, that of results before that of a
    plan (2021年计划执行情况及2022年计划草案 reports 2021); then the year that 全年, 年末 or 初步核算 stand under; then,
    for a text of January to March that speaks of 去年 or 全年, the year before; otherwise the year of writing.
    """
    head, start = fold(title), fold(lead[:_LEAD])
    now = written[:4] if written is not None and re.match(r"\d{4}", written) else None
    early = now is not None and written is not None and written[5:7] in _FIRST_QUARTER
    said = _of_title(head, start, written)
    if said is None:
        said = _of_lead(start, written)
    if said is None and now is not None and early and _PAST.search(start):
        said = str(int(now) - 1)
    return said or now or _planned_year(head, written)


def _of_title(head: str, start: str, written: str | None) -> str | None:
    years = _results(head, year_mentions(head, written))
    if not years:
        bare = _BARE.search(head) if head.isascii() else None
        return bare.group() if bare is not None else None
    if _REVIEW.search(head) and re.search(r"回顾|过去(?:的)?一年|去年|过去(?:的)?\d年", start):
        # A report held at the start of a year looks back on the one before.
        reviewed = re.search(r"((?:19|20)\d{2})年[^,，。;；]{0,12}回顾", start)
        return reviewed[1] if reviewed is not None else str(int(years[0].year) - 1)
    span = len(years) > 1 and _SPAN.match(head[years[0].end : years[1].start])
    return years[1].year if span else years[0].year


def _results(text: str, mentions: Sequence[YearMention]) -> list[YearMention]:
    """The years of a text that are neither compared with nor those of a plan, of an occasion or of a day."""
    return [
        mention
        for mention in mentions
        if not mention.base and not any(kind.match(text[mention.end :]) for kind in (_PLANNED, _OCCASION, _DAY))
    ]


def _of_lead(start: str, written: str | None) -> str | None:
    """The year that the first figures of a whole year stand under: the last one named before them."""
    whole = _WHOLE_YEAR.search(start)
    if whole is None:
        return None
    end = re.search(r"[。;；\n]", start[whole.end() :])
    scope = start[: whole.end() + (end.start() if end is not None else len(start))]
    years = _results(scope, year_mentions(scope, written))
    before = [mention for mention in years if mention.start < whole.start()]
    return before[-1].year if before else years[0].year if years else None


def _planned_year(head: str, written: str | None) -> str | None:
    """The year of a plan or an occasion that the title names, for want of any other."""
    return next((mention.year for mention in year_mentions(head, written) if not mention.base), None)
