"""How much of a text the answer is: the row of clauses whole, the means without their result, the member alone.

A span says where an answer stands; what is asked says how far it reaches. Each rule here is about one way in which
the two differ, and leaves any other span as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.numerals import HAN
from chinese.quantities import quantities_in
from chinese.text import Text
from chinese.tokens import tagged, words
from qa.deciding.members import is_count, row_of_count, wants_members
from qa.question.kinds import CAUSE, HOW, MEANS, QUANTITIES, WHY
from qa.reading import spans
from qa.reading.edges import trimmed
from qa.reading.prepared import SENTENCE_END

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.text import Range
    from qa.deciding.candidates import Found
    from qa.finding.retrieval import Candidate
    from qa.question.question import Question

_MOST_FITTED = 10
_NAMES = frozenset(("name", "place", "person", "organisation"))
_CLAUSE_END = re.compile(r"[,，;；、。！？!?\n]")


def fitted(question: Question, found: Sequence[Found], candidates: Sequence[Candidate]) -> list[Found]:
    """The candidates as far as the question asks, each once; a bare count is none where the members are asked for.

    A table's cell that is asked for stays whole. Those far behind the best, which are never shown, stay as they are.
    """
    kept: dict[tuple[int, int, int], Found] = {}
    for place, item in enumerate(found):
        if len(kept) == _MOST_FITTED:
            return [*kept.values(), *found[place:]]
        start, end = item.span.start, item.span.end
        is_cell = item.features.get("cell", 0.0) > 0
        extent = (start, end) if is_cell else extent_of(question, candidates[item.passage].text, start, end)
        if extent is not None:
            start, end = extent
            kept.setdefault((item.passage, start, end), replace(item, span=replace(item.span, start=start, end=end)))
    return list(kept.values())


def extent_of(question: Question, text: Text, start: int, end: int) -> Range | None:
    """The part of a text that answers the question, by a range of it that was found; None where that is no answer."""
    folded = text.folded
    if wants_members(question):
        told = _behind_what_is_asked(question, folded, start, end)
        if is_count(folded[told:end]):
            return row_of_count(folded, told, end)
        return trimmed(text.shown, *_row_of_clauses(question, folded, start, end))
    start, end = _with_negation(question, folded, start, end)
    if question.asked in QUANTITIES:
        start, end = _figure(question, folded, start, end)
    elif question.asked in _NAMES:
        start = _behind_copula(question, folded, start, end)
        start, end = _subject(question, folded, start, end)
        start, end = _full_name(question, folded, start, end)
        start, end = _row_of_clauses(question, folded, start, end)
        end = _definition(question, folded, start, end)
        if question.asked == "person" and not wants_members(question):
            start, end = spans.name_alone(folded, start, end)
    elif WHY.search(question.folded):
        end = _cause(folded, start, end)
    elif HOW.search(question.folded):
        start, end = _means(question, folded, start, end)
    else:
        start, end = _row_of_clauses(question, folded, start, end)
    start, end = trimmed(text.shown, start, end)
    return _quoted(question, folded, start, end)


def _behind_what_is_asked(question: Question, folded: str, start: int, end: int) -> int:
    """Where the last clause of a range says more than the question: 清水乡下辖|三个村, asked 清水乡下辖哪些村."""
    first = max((folded.rfind(mark, start, end) for mark in ",，"), default=-1) + 1 or start
    stop = first
    while stop < end and folded[first : stop + 1] in question.folded:
        stop += 1
    return stop if stop < end else start


_QUOTATION = re.compile(r"[“「『《]([^“”「」『』《》]+)[”」』》]的?(?P<kind>[^“”「」『』《》]{1,8})")


def _quoted(question: Question, folded: str, start: int, end: int) -> Range:
    """What is quoted, without the kind behind it that the question names: of “苦干三年”目标, asked for a 目标."""
    match = _QUOTATION.fullmatch(folded, start, end)
    return match.span(1) if match is not None and match["kind"] in question.folded else (start, end)


# --- negation

_NOT = re.compile(
    r"(?:不得|不能|不可|不应|不准|不许|不宜|不再|不予|不必|不需|不会|无需|无须|严禁|禁止|尚未|并未|从未|未能|未曾|没有)$"
)
_NO_MORE = re.compile(
    r"(?:不得|不能|不可以?|不应|不宜|不准|不许|不)(?:超过|超出|高于|低于|少于|多于|大于|小于|早于|晚于|迟于)$"
)
_BOUND = re.compile(r"超过|超出|高于|低于|少于|多于|大于|小于|早于|晚于|迟于|逾")
_DENIES = re.compile(r"[不没无未非禁缺]|\b(?:not|no|never|without)\b")


def _with_negation(question: Question, folded: str, start: int, end: int) -> Range:
    """A range with the word that negates it: 不得|超过三个月 is not 超过三个月. A thing that is lacked stays itself."""
    before = folded[max(0, start - 6) : start]
    if (bound := _NO_MORE.search(before)) is not None:
        return start - len(bound.group()), end
    negation = _NOT.search(before)
    if negation is None or start == end:
        return start, end
    limits = _BOUND.match(folded, start, end) is not None
    acts = not _DENIES.search(question.folded) and tagged(folded[start:end])[0][1] == "v"
    return (start - len(negation.group()), end) if limits or acts else (start, end)


# --- figures

_CHANGE = re.compile(r"增|减|升|降|涨|跌|占|比|率|幅|百分")


def _figure(question: Question, folded: str, start: int, end: int) -> Range:
    """The figure alone of a range that says more: 8.3万吨 of 茶叶产量8.3万吨,增长2%. Of several that fit, all stay."""
    part = folded[start:end]
    if not _SAYS_MORE.match(part):
        return start, end
    fit = {
        (quantity.start, quantity.end): quantity.kind
        for quantity, _ in spans.figures(part, question.asked, question.unit)
    }
    if not fit:
        fit = {(item.start, item.end): item.kind for item in quantities_in(Text(part, part)) if item.kind != "date"}
    if len(fit) > 1 and question.asked == "quantity":
        shares = bool(_CHANGE.search(question.folded))
        fit = {place: kind for place, kind in fit.items() if (kind == "share") == shares}
    if len(fit) != 1:
        return start, end
    first, last = next(iter(fit))
    apart = not part[last:] or part[last] in ",，;；、"
    before = re.split(r"[,，;；]", part[:first])[-1]
    alone = apart and _HAN.search(before) and not _AT_LEAST.search(before)
    return (start + first, start + last) if alone else (start, end)


_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_SAYS_MORE = re.compile(rf"[^\d{HAN}]{{2}}|(?:19|20)\d\d年")
# 至少 and the like belong to the figure, and so does another figure before it (7.1加减1.5).
_AT_LEAST = re.compile(r"至少|最[多少高低]|不|仅|只|约|近|\d(?!\d*年)")

# --- names

_COPULA = frozenset("是 为 于 系 即 乃 叫 叫做".split())


def _behind_copula(question: Question, folded: str, start: int, end: int) -> int:
    """Where a name begins behind 是, 为 or 于; behind 由 where a person or body is asked for."""
    word, _, stop = next(words(folded[start:end]), ("", 0, 0))
    rest = folded[start + stop : end]
    if len(rest) < 2 or rest[0] == "指" or re.search(r"[,，;；]", rest):
        return start
    by = word == "由" and question.asked in ("person", "organisation")
    in_order = word == "为" and tagged(rest)[0][1][0] == "v"
    return start + stop if (word in _COPULA and not in_order) or by else start


_WHICH = re.compile(r"哪|谁|\b(?:which|who)\b")
_LONGEST_SAYING = 40
_LINKS = re.compile(r"(?:[为达到以凭约共总超是的达至]|分别|合计|高达|达到|年|全年|已)$")


def _subject(question: Question, folded: str, start: int, end: int) -> Range:
    """Of a clause that says of its subject what is asked, the subject: 白塔乡 of 白塔乡产茶8.3万吨,排名第三."""
    part = folded[start:end]
    if not _WHICH.search(question.folded) or len(part) > _LONGEST_SAYING or SENTENCE_END.search(part):
        return start, end
    found = [item for item in quantities_in(Text(part, part)) if item.start >= 2]
    comma = re.search(r"[,，]", part)
    if not found or (comma is None and found[-1].end < len(part) - 1):
        return start, end
    if comma is not None and comma.start() < found[0].start:
        return start, end
    last = found[0].start
    said = [word for word, _, _ in words(part[last:]) if len(word) > 1 and not word.isascii()]
    if not any(word in question.folded for word in said) and not part[:last].strip():
        return start, end
    head, measured = part[:last], False
    while (word := _last_word(head)) and len(head) - len(word) >= 2:
        asked = len(word) > 1 and word in question.folded and (measured or _is_measure(word))
        if not (asked or _LINKS.search(word)):
            break
        measured = measured or asked
        head = head[: len(head) - len(word)]
    named = not quantities_in(Text(head, head))
    return (start, start + len(head)) if named and any(word in question.folded for word in said) else (start, end)


def _last_word(text: str) -> str:
    found = list(words(text))
    return found[-1][0] if found else ""


def _is_measure(word: str) -> bool:
    return bool(re.search(r"[量额值率数入积比重]$|gdp|收入|面积|规模|人口", word))


# What a text says for short after the full name: 大桥, 该公司, 学院.
_FOR_SHORT = re.compile(
    r"(?:该|此|这[座家所个条]?|本)?(?P<noun>大桥|桥梁?|隧道|水库|大坝|电站|机场|车站|港口|码头|铁路|公路|高速公路|公司|集团|企业|工厂|银行"
    r"|学校|大学|学院|中学|小学|医院|卫生院|研究院|研究所|中心|园区|开发区|高新区|基地|项目|工程|博物馆|图书馆|美术馆|体育馆|纪念馆|剧院|书院"
    r"|公园|景区|古镇|协会|学会|基金会|委员会|大厦|大楼|遗址|寺庙?|庙|塔|湖|山|河|岛)"
)


def _full_name(question: Question, folded: str, start: int, end: int) -> Range:
    """The full name before, of what is said for short: 望月大桥 ... 大桥全长2公里."""
    short = _FOR_SHORT.fullmatch(folded, start, end)
    if short is None:
        return start, end
    before = [
        (first, last)
        for first, last in (*spans.phrase_ending(folded[:start], short["noun"]), *spans.organisations(folded[:start]))
        if folded[first:last].endswith(short["noun"])
        and last - first >= len(short["noun"]) + 2
        and folded[first:last] not in question.folded
        and not re.match(r"[该此这本其]", folded[first:last])
    ]
    return max(before, key=lambda item: (item[1], item[1] - item[0]), default=(start, end))


# --- clauses

_BY = re.compile(rf"(?:(?<=^)|(?<=[,，。;；]))(?:主要)?(?:{MEANS})")


_LONGEST_SUBJECT = 10
_BECAUSE = re.compile(rf"(?:{CAUSE})$")


def _cause(folded: str, start: int, end: int) -> int:
    """Where a cause ends: with its clause, where it begins with the word that leads it in."""
    led = _BECAUSE.search(folded, max(0, start - 3), start) or re.match(CAUSE, folded[start:end])
    if not led or _CLAUSE_END.search(folded, start, end):
        return end
    stop = _CLAUSE_END.search(folded, end)
    last = stop.start() if stop is not None else len(folded)
    return last if last - end <= _LONGEST_CLAUSE else end


def _means(question: Question, folded: str, start: int, end: int) -> Range:
    """The means alone, where the clause behind them says again what is asked: 通过错峰检修,|减少停电时间."""
    by = _BY.search(folded[start:end])
    if by is None or by.start() > _LONGEST_SUBJECT:
        return start, end
    start += by.start()
    for comma in re.finditer(r"[,，]", folded[start:end]):
        clause = re.split(r"[,，。;；]", folded[start + comma.end() : end])[0]
        said = [word for word, _, _ in words(clause) if len(word) > 1]
        if len(said) > 1 and sum(word in question.folded for word in said) * 2 >= len(said):
            return start, start + comma.start()
    return start, end


_ROW_NOUN = (
    r"(?:职能|职责|任务|措施|举措|条件|要求|内容|做法|规定|义务|权利|权限|目标|原则|步骤|程序|流程|情形|后果|方式|办法|方法|意义"
    r"|特点|特色|功能|业务|范围|工作|材料|手续|优点|缺点|优势|目的|服务|(?<!副)作用)"
)
_ROW = re.compile(
    rf"(?P<asked>{_ROW_NOUN})(?:主要|具体|分别)*(?:是|有|为|包括|包含)?(?:什么|哪些|哪几[个项条种]|啥)[呢?？。]*$"
    rf"|(?:什么|哪些|哪几[个项条种]|啥)(?:样的)?[^,，的]{{0,4}}?(?P<which>{_ROW_NOUN})[呢?？。]*$|的(?:主要)?(?P<bare>{_ROW_NOUN})[?？。]*$"
)
_ROW_LEAD = r"(?:主要|具体|分别)*(?:是|为|有|包括|包含|即|如下)?[:：]?"
_NO_PARALLEL = re.compile(
    r"但|而|同时|其中|此外|另外|目前|因此|所以|从而|使|让|由此|今年|去年|近年|截至|现|已|共|也|还|其|该|这|它|他|她|我|\d|第"
)
_LONGEST_CLAUSE = 30


def _row_of_clauses(question: Question, folded: str, start: int, end: int) -> Range:
    """The row of clauses that a range is the first of, whole: 职责是巡查河道,清理垃圾,上报险情."""
    asked = _ROW.search(question.folded)
    stop = SENTENCE_END.search(folded, end)
    last = stop.start() if stop is not None else len(folded)
    if asked is None or end >= last or folded[end] not in ",，、;；":
        return start, end
    if folded[end] not in "、" and "、" in folded[start:end]:
        return start, end
    noun = next(group for group in asked.groups() if group)
    begins = max(folded.rfind(mark, 0, start) for mark in "。！？!?\n") + 1
    lead = re.compile(re.escape(noun) + _ROW_LEAD).search(folded, begins, min(end, start + 12))
    first = lead.end() if lead is not None and lead.end() <= start + 8 else start
    size = len(_CLAUSE_END.split(folded[first:end])[0])
    place = end
    while place < last and folded[place] == folded[end]:
        clause = _CLAUSE_END.split(folded[place + 1 : last])[0]
        if not _is_parallel(clause, size):
            break
        place += 1 + len(clause)
    return (max(first, start) if first > start else start, place) if place > end else (start, end)


def _is_parallel(clause: str, size: int) -> bool:
    """Whether a clause goes on a row: it begins with a verb, or is about as long as the first."""
    if not 2 <= len(clause) <= _LONGEST_CLAUSE or _NO_PARALLEL.match(clause):
        return False
    return tagged(clause)[0][1][0] == "v" or abs(len(clause) - size) <= 2


_WHAT_IS = re.compile(r"^(?:什么是|何谓|何为|什么叫)|(?:是指|指的是|是)(?:什么|啥)(?:意思)?[?？。]*$")
_IS = re.compile(r"(?:是指|指的是|系指|就是指)")


def _definition(question: Question, folded: str, start: int, end: int) -> int:
    """Where a definition ends: with its sentence."""
    if not _WHAT_IS.search(question.folded) or folded[end : end + 1] not in ("，", ",", "、", "；", ";"):
        return end
    if not _IS.search(folded, max(0, start - 3), end):
        return end
    stop = SENTENCE_END.search(folded, end)
    last = stop.start() if stop is not None else len(folded)
    name = _WHAT_IS.sub("", question.folded).strip("“”?？")
    again = folded.find(name, end, last) if name else -1
    return max(end, folded.rfind(",", 0, again)) if again >= 0 else last
