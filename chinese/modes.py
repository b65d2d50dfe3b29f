"""In what way a figure is meant: planned or come about, a sum so far or what was added, a change or a level.

Read from a question, and from the words around a figure.
"""

from __future__ import annotations

import re
from typing import Literal

Aim = Literal["target", "result", ""]
Sum = Literal["total", "new", ""]

_TARGET = re.compile(
    r"力争|争取|目标(?![客市群管价])|确保|计划(?!生育|经济|单列)|预计|预期|有望|规划(?!局|馆|师|院|设计)"
    r"|拟(?=[投建引新增达]|于|在|招|用|定)|打算|将(?![军来领士近要]"
    r"|于\d{4}年(?!底))(?=[会达在有建于实新引突超到投完成增])|要(?=达到|实现|突破|完成|控制在|降[到至]|[增升提压]|建成)|(?<!已)控制在"
    r"|(?<=会议|报告|规划|方案)(?:提出|要求)(?=[,，:：到])"
    r"|\b(?:target|aim|goal|plan(?:s|ned|ning)?|expect(?:s|ed)?|will|would|forecast|projected|intend(?:s|ed)?|scheduled"
    r"|due)\b"
)
"""Words after which a figure is what somebody wants or expects, not what is."""
RESULT = re.compile(
    r"已(?!婚|故|知)|完成(?!后|前|时限)|实现了|达到了|累计|目前|截至|现有|现已|共有"
    r"|[引建新投签增落开获招成][进成增产约加工得聘立]了|[^为]了(?!解|望|如)"
    r"|\b(?:did|has|have|had|was|were|so far|already|actually|actual)\b|实际|完成情况|结果"
)
_TOTAL = re.compile(
    r"累计|总共|一共|共有|现有|总数|总量|截至|合计|存量|保有|目前(?:已)?有|\b(?:in total|so far|altogether"
    r"|cumulative(?:ly)?|total number)\b"
)
_NEW = re.compile(
    r"新增|新引进|新签约?|新开工|新注册|新建(?!区)|新设立?|新认定|净增|新培育|新入[选驻]|当年|全年|年内|\b(?:new|newly"
    r"|added|additional)\b"
)
_CHANGE = re.compile(
    r"增长(?!率?最)|增加|增多(?!少)|减少|下降|提高|提升|上升|下跌|上涨|增幅|降幅|同比|环比|多了|少了|涨了|缩短|压缩|压减"
    r"|比[^,，。?？]{2,14}[高低多少快慢]出?了?(?:多少|几|多[长久大])"
    r"|\b(?:increas|grow|grew|rise|rose|fall|fell|drop|decreas|reduc|shorten|chang)\w*"
)
_TO = re.compile(r"(?:到|至|为|成)(?:了)?(?:多少|几|什么)|\b(?:to|reach) (?:what|how)")


def aim_asked(folded: str) -> Aim:
    """Whether a question asks for what is planned (目标, 计划) or for what came about (引进了, 已)."""
    target, result = _TARGET.search(folded), RESULT.search(folded)
    if target is not None and not (result is not None and re.search(r"实际|完成情况|actual", folded)):
        return "target"
    return "result" if result is not None else ""


def said_change(before: str) -> bool:
    """Whether a figure after these words is a difference: 增加|5家, 增长了|12%, 高于全市|2个百分点; not 增加到."""
    return bool(
        re.search(
            r"(?:增加|增长|增多|减少|下降|提高|提升|上升|降低|缩短|压缩|压减|净增|多|少)(?:了|约|近|超过?|逾|达)*$"
            r"|[高低快慢]于[^\d,，。;；、]{1,16}$",
            before,
        )
    )


def says_change(words: str) -> bool:
    """Whether words are a change with its figure: 增长5%, 下降了2.1个百分点; not 增长到."""
    return bool(_SAID.match(words))


_SAID = re.compile(
    r"(?:增加|增长|增多|减少|下降|提高|提升|上升|上涨|下跌|回落|降低|缩短|压缩|压减|净增|[增降涨跌])(?:了|约|近|超过?|逾|达)*[\d一二三四五六七八九十]"
)


def begins_change(before: str, after: str) -> bool:
    """Whether a figure between these words is what it was before it changed: 由|20天|减少到7天."""
    return bool(_BEGINNING.search(before[-16:])) and bool(_BECAME.match(after[:32]))


_BEGINNING = re.compile(
    r"(?:由|从|原来|原)(?:的|原来的?|去年的?|上年的?|\d{4}年的?)?$|(?:由|从)(?:每[^\d,，。;；、]{1,10}|[^\d,，。;；、]{1,12}的|(?:最初|当时|目前|现在|原先|此前|之前|过去|当初)的?(?:不足|约|近)?)$"
)
# 由3家企业为5个项目提供服务 is no change.
_BECAME = re.compile(
    r"[^,，。;；、\d]{0,8}?(?:(?:[增减降升提缩压扩涨跌变调]|发展|拓展)[^,，。;；、\d]{0,4}?[到至为成]|[到至](?![少多位期今]))了?"
    r"[^,，。;；、\d]{0,4}(?:\d{4}年)?[^,，。;；、\d]{0,4}\d"
)


def said_total(before: str, after: str) -> Sum:
    """Whether a figure between these words of its clause is a sum so far (累计) or what was added (新引进)."""
    words = [(match.start(), "total") for match in _TOTAL.finditer(before)]
    words += [(match.start(), "new") for match in _NEW.finditer(before)]
    if not words:
        return "new" if after.startswith("新") else ""
    return "new" if max(words)[1] == "new" else "total"


def total_asked(folded: str) -> Sum:
    """Whether a question asks for a sum so far (累计) or for what was added (新增)."""
    return "total" if _TOTAL.search(folded) else "new" if _NEW.search(folded) else ""


def change_asked(folded: str) -> bool:
    """Whether a question asks by how much something changed (增长多少), not what it came to (增长到多少)."""
    return bool(_CHANGE.search(folded) and not _TO.search(folded))


def before_asked(folded: str) -> bool:
    """Whether a question asks what something was before it changed."""
    return bool(re.search(r"原来|此前|之前|原先|最初|originally|before", folded))


def planned(folded: str, at: int) -> str:
    """The word of planning that holds at a place, "" for none: one before it that no word of a result follows."""
    first = max((match.end() for match in re.finditer(r"[。;；!！?？\n]", folded[:at])), default=0)
    before = folded[first:at]
    purpose = _PURPOSE.match(before)
    targets = list(_TARGET.finditer(before, purpose.end() if purpose is not None else 0))
    if not targets:
        after = re.match(r"[^,，。;；、]{0,10}?的(?:目标|计划|规划)(?!任务?完成)", folded[at:])
        return "目标" if after is not None else ""
    found = targets[-1]
    # 完成目标的50%, 超额完成计划: what was planned has come about.
    done = re.search(r"完成[^,，]{0,8}$", before[: found.start()]) or RESULT.search(before, found.end())
    return "" if done else found.group()


# 为确保供水,县里派出8名师傅: what something is done for says nothing of what was done.
_PURPOSE = re.compile(
    r"\W*(?:为了?(?:进一步|更好地?|切实)?(?:确保|争取|力争)[^,，]*[,，]"
    r"|确保[^,，\d]*[,，](?=\d{1,4}[年月日]|[^,，。;；]{0,40}?(?:会同|派[出遣]|出动|组织|开展|举[办行]|召开|联合|前往)))"
)


def firmly_planned(word: str) -> bool:
    """Whether a word of planning says what is wanted (力争, 目标), not how a thing is set out (计划总投资)."""
    return bool(re.match(r"力争|争取|目标|确保|target|aim|goal", word))
