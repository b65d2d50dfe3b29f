"""The words that say what a figure measures: those before it in its clause, those behind its unit, or those above."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.prose_rows import UNNAMED
from chinese.tokens import tagged
from embeddings.figures.names import names_in

if TYPE_CHECKING:
    from embeddings.figures.sentences import Figures

# What only leads to a figure: 已达到, 约为.
_LINKS = (
    r"(?:分别|平均|累计|总共|一共|共计|合计|共|仅|只|已经?|就|再|又|均|都|将|可|能|会|并|正|现|最终|初步|预计|预期|有望|力争|争取|确保|要|高达|可达|达到?了?|达成|实现了?|完成了?|录得|报|突破了?"
    r"|超过?了?|超出|逼近|接近|近|约|大约|为|是|有|在|到|至|成|了|过|的|得|占|不足|不到|不少于|不低于|不超过|最高|最低|最多|至少|逾|至多|升至|降至|增至|提升至|提高至|提升到|提高到|增加到|增加至|增长到|增长至|减少到|下降到|下降至|缩短至|缩短到|跃至|攀升至|收于|涨至|跌至"
    r"|从|由|每[吨张人户亩年月天日台套公斤]{1,2}|左右|以上|定为|定|控制|首次|率先)"
)
_TRAIL = re.compile(rf"(?:{_LINKS})+$")
_RATE = r"(?:增速|增幅|降幅|涨幅|跌幅|减幅|升幅|增长率)"
_VERB = r"(?:增长|增加|增多|减少|下降|提高|提升|上升|上涨|下跌|下滑|回落|降低|收窄|扩大|缩短|压缩|压减|净增|加快|放缓|削减|多|少|快|慢|高|低|[增降涨跌升])"
_NEAR = r"(?:了|约|近|超过?|逾|达到?|\s)*"
_CHANGE = re.compile(rf"(?:{_VERB}{_NEAR}|{_RATE}(?:[为是约近达到超过逾高分别]|\s)*)$")
_COMPARED = re.compile(
    r"(?:[比较与和同跟按]|高于|低于|快于|好于|多于|少于|高出|低)[^,，。;；]{1,16}$|(?:同比|环比|名义|实际|分别|累计|日均|年均|平均|均|相比|相较|持续|进一步|大幅|小幅|可比口径|[,，]|\s)+$"
)
_ADVERBS = re.compile(
    r"^(?:(?:实现了?|录得)(?=[^\d]{3})|其中|同时|此外|另外|目前|据悉|据了解|据介绍|截至|截止|全年|仅|而|并|且|及|和|与|以及|还|也|又|就|先后|累计|已经?|共计|总计|共|预计|力争|争取|每年|每天|每|全部|年|月|日|来|以来|期间|在|从|由|对|将|把|向|为|以|因此?|所以|但|例如|特别是?|尤其|主要|近|约|超|逾|达|的|了|是|有|等|中|内|里|上|后|前|时|份|底|末|初|当年|当月|本|该|这|此次|本次|我|则|均|都|开展以来|成立以来|全|一)+"
)
_SHARES = ("比重", "比例", "份额", "占比", "数量", "规模", "总数", "总额", "总量")
_LONGEST = 24
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured, whether the figure is by how much it changed or differs, and whose, where a row says so."""

    words: str
    is_change: bool = False
    whose: str = ""


def measure_of(sentence: Figures, number: int, depth: int = 0) -> Measured:
    """What the figure of this number in a sentence measures."""
    figure = sentence.figures[number]
    member = _member(sentence, figure.start)
    if member is not None:
        return member
    first = sentence.clause_start(figure.start)
    if first and sentence.folded[first - 1] in "(（" and not sentence.folded[first : figure.start].strip(" 约近"):
        return _before_bracket(sentence, first - 1)
    previous = number - 1 if number and sentence.figures[number - 1].end > first else None
    since = sentence.figures[previous].end if previous is not None else first
    before = sentence.without_names(since, figure.start)
    is_change = _CHANGE.search(before.rstrip()) is not None
    core = _core(before, is_change=is_change)
    behind = sentence.noun_behind(number)
    if is_change and not _says(core):
        return Measured(_above(sentence, number, first, depth), is_change=True)
    if previous is not None and behind and re.fullmatch(r".*(?:[和与及、]|以及)", core or "和"):
        return Measured(behind, is_change)
    if behind and not is_change:
        verb = _verb_at_end(core)
        if verb is not None:
            return Measured((verb + behind)[:_LONGEST])
    if _says(core):
        return Measured(core[-_LONGEST:], is_change)
    return Measured(behind or _above(sentence, number, first, depth), is_change)


def _member(sentence: Figures, at: int) -> Measured | None:
    """What the figure of a row in turn measures: 营收、净利润分别为5亿元、|2亿元 the second."""
    row = sentence.row
    if row is None:
        return None
    for label, value in row.rows:
        if value.start <= at < value.end:
            heading = "" if value.column == UNNAMED else value.column
            is_change = _CHANGE.search(heading) is not None
            core = _core(heading, is_change=is_change)
            if not _says(core):
                return Measured(label.text, is_change)
            return Measured(core, is_change, label.text if names_in(label.text) else "")
    return None


def _before_bracket(sentence: Figures, at: int) -> Measured:
    """What a figure in brackets measures: the words right before them."""
    first = max(sentence.clause_start(at), max((item.end for item in sentence.figures if item.end <= at), default=0))
    core = re.sub(r"^.*(?:[)）]|[和与及]|之后是)", "", _core(sentence.folded[first:at], is_change=False))
    return Measured(core[-_LONGEST:])


def _core(before: str, *, is_change: bool) -> str:
    words = before.strip(" “”\"'")
    if is_change:
        words = _CHANGE.sub("", words).strip()
        for _ in range(3):
            words = _COMPARED.sub("", words).strip()
    words = _TRAIL.sub("", words).strip()
    words = _ADVERBS.sub("", words).strip(" “”\"'")
    head = words.rpartition("的")[2]
    return head if len(head) > 1 and head not in _SHARES else words


def _says(core: str) -> bool:
    return len(re.findall(r"[\u4e00-\u9fffa-z]", core)) > 1


def _verb_at_end(core: str) -> str | None:
    """The short verb that words end with; "" where they say nothing or a long one, None where they end with a noun."""
    if not core:
        return ""
    word, tag = tagged(core)[-1] if tagged(core) else ("", "x")
    if tag[0] == "v" or core[-1] in "了出":
        return word if len(word) <= 2 else ""
    return None


def _above(sentence: Figures, number: int, first: int, depth: int) -> str:
    """The measure of the figure before, which a change or a bare figure goes on from."""
    if depth > _DEEPEST:
        return ""
    earlier = sentence.figures[number - 1] if number else None
    if earlier is not None and earlier.end > first:
        return measure_of(sentence, number - 1, depth + 1).words
    end = first - 1
    while end > 0:
        start = sentence.clause_start(end)
        if earlier is not None and earlier.end > start:
            return measure_of(sentence, number - 1, depth + 1).words
        core = _core(sentence.without_names(start, end), is_change=False)
        if _says(core) and not _COMPARED.search(core):
            return core[-_LONGEST:]
        end = start - 1
    return ""


__all__ = ["Measured", "measure_of"]
